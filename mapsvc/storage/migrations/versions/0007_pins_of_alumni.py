"""Pins of former participants, what they agreed to, and their words that wait for a moderator."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _create_pins()
    _create_consents()
    _create_pin_submissions()


def downgrade() -> None:
    op.drop_table("pin_submissions")
    op.drop_table("consents")
    op.drop_table("pins")


def _create_pins() -> None:
    op.create_table(
        "pins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("area", JSON, nullable=False),
        sa.Column("field", sa.String(length=4), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("length", sa.SmallInteger(), nullable=False),
        sa.Column("length_unit", sa.String(length=6), nullable=False),
        sa.Column("from_country", sa.String(length=2), nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("may_be_asked", sa.Boolean(), nullable=False),
        sa.Column("ask_about", JSON, nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("surname", sa.Text(), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("asked", INSTANT, nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_pins_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pins")),
        sa.UniqueConstraint("slug", name=op.f("uq_pins_slug")),
        sqlite_autoincrement=True,
    )
    for column in ("account_id", "status", "confirmed_on"):
        op.create_index(op.f(f"ix_pins_{column}"), "pins", [column], unique=False)


def _create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pin_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text_version", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("given", INSTANT, nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("withdrawn", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["pin_id"], ["pins.id"], name=op.f("fk_consents_pin_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_consents_pin_id"), "consents", ["pin_id"], unique=False)


def _create_pin_submissions() -> None:
    op.create_table(
        "pin_submissions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pin_id", sa.Integer(), nullable=False),
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
            ["decided_by_id"],
            ["accounts.id"],
            name=op.f("fk_pin_submissions_decided_by_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["pin_id"], ["pins.id"], name=op.f("fk_pin_submissions_pin_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_submissions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pin_submissions_pin_id"), "pin_submissions", ["pin_id"], unique=False)
    op.create_index(op.f("ix_pin_submissions_status"), "pin_submissions", ["status"], unique=False)
