"""Which scenario was carried out, numbers of a year, targets, and what people say of the service."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "scenarios", sa.Column("carried_out", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _year_numbers()
    op.create_table(
        "targets",
        sa.Column("measured", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("measured", name=op.f("pk_targets")),
    )
    _feedback()


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("targets")
    op.drop_table("year_numbers")
    op.drop_column("scenarios", "carried_out")


def _year_numbers() -> None:
    op.create_table(
        "year_numbers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("begins", sa.SmallInteger(), nullable=False),
        sa.Column("green", sa.Integer(), nullable=True),
        sa.Column("fewer", sa.Integer(), nullable=True),
        sa.Column("changed", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sending_organisations.id"],
            name=op.f("fk_year_numbers_sending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_numbers")),
        sa.UniqueConstraint(
            "sending_id", "kind", "begins", name=op.f("uq_year_numbers_sending_id_kind_begins")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_year_numbers_sending_id"), "year_numbers", ["sending_id"], unique=False)


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("speaker", sa.String(length=10), nullable=False),
        sa.Column("found", sa.SmallInteger(), nullable=True),
        sa.Column("easy", sa.SmallInteger(), nullable=True),
        sa.Column("true_entries", sa.SmallInteger(), nullable=True),
        sa.Column("again", sa.SmallInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("network_digest", sa.String(length=64), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_feedback_network_digest"), "feedback", ["network_digest"], unique=False)
