"""Searches that people saved to be told of new hosts, and what they were told."""

import sqlalchemy as sa
from alembic import op

from mapsvc.storage.migrations import by_hand

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ALERTS, TOLD = "alerts", "alert_told"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        ALERTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("newest_site", sa.Integer(), nullable=False),
        sa.Column("confirmed", INSTANT, nullable=False),
        sa.Column("looked", INSTANT, nullable=False),
        sa.Column("mailed", INSTANT, nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{ALERTS}")),
        sa.UniqueConstraint("email", "query", name=op.f(f"uq_{ALERTS}_email_query")),
        sqlite_autoincrement=True,
    )
    for column in ("ends_on", "looked"):
        op.create_index(op.f(f"ix_{ALERTS}_{column}"), ALERTS, [column], unique=False)
    op.create_table(
        TOLD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("site_key", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], [f"{ALERTS}.id"], name=op.f(f"fk_{TOLD}_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TOLD}")),
        sa.UniqueConstraint(
            "alert_id", "site_key", "digest", name=op.f(f"uq_{TOLD}_alert_id_site_key_digest")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{TOLD}_alert_id"), TOLD, ["alert_id"], unique=False)
    # What a feed shows of many results: the newest, without all of them being read.
    op.create_index(op.f("ix_listings_updated"), "listings", ["updated"], unique=False, schema=_schema())


def downgrade() -> None:
    op.drop_index(op.f("ix_listings_updated"), "listings", schema=_schema())
    op.drop_table(TOLD)
    op.drop_table(ALERTS)


def _schema() -> str | None:
    """Where the public rows are."""
    return None if by_hand.on_sqlite() else by_hand.PUBLIC_SCHEMA
