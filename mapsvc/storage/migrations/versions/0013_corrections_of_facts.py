"""Corrections of facts: what readers hand in, and what is accepted and laid over the files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from mapsvc.storage.migrations import by_hand

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
ACCEPTED, HANDED_IN = "corrections", "fact_submissions"


def upgrade() -> None:
    op.create_table(
        ACCEPTED,
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("accepted", JSON, nullable=False),
        sa.PrimaryKeyConstraint("part", "fact", name=op.f(f"pk_{ACCEPTED}")),
    )
    by_hand.make_public(ACCEPTED)
    op.create_table(
        HANDED_IN,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("kit", sa.String(length=50), nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("fact", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("words", "source_name", "source_url")),
        sa.Column("follows", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed", JSON, nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.Column("flags", JSON, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("decided", INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reminded", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f(f"fk_{HANDED_IN}_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f(f"fk_{HANDED_IN}_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HANDED_IN}")),
        sqlite_autoincrement=True,
    )
    for column in ("account_id", "status"):
        op.create_index(op.f(f"ix_{HANDED_IN}_{column}"), HANDED_IN, [column], unique=False)


def downgrade() -> None:
    op.drop_table(HANDED_IN)
    by_hand.make_private(ACCEPTED)
    op.drop_table(ACCEPTED)
