"""Conversations with former participants, their messages and mails, and who is not heard any more."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _create_conversations()
    _create_messages()
    _create_conversation_letters()
    _create_blocks()


def downgrade() -> None:
    for table in ("blocks", "conversation_letters", "messages", "conversations"):
        op.drop_table(table)


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pin_id", sa.Integer(), nullable=True),
        sa.Column("sender_email", sa.String(length=254), nullable=False),
        sa.Column("sender_digest", sa.String(length=64), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("status", sa.String(length=15), nullable=False),
        sa.Column("guarded", sa.Boolean(), nullable=False),
        sa.Column("referent_id", sa.Integer(), nullable=True),
        sa.Column("trade", sa.String(length=4), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("opened", INSTANT, nullable=True),
        sa.Column("reported", INSTANT, nullable=True),
        sa.Column("reported_by", sa.String(length=10), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("last", INSTANT, nullable=False),
        _reference("conversations", "pin_id", "pins", "SET NULL"),
        _reference("conversations", "referent_id", "accounts", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sqlite_autoincrement=True,
    )
    for column in ("pin_id", "sender_email", "sender_digest", "status", "referent_id", "last"):
        op.create_index(op.f(f"ix_conversations_{column}"), "conversations", [column], unique=False)


def _create_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        _reference("messages", "conversation_id", "conversations", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_messages_conversation_id"), "messages", ["conversation_id"], unique=False)


def _create_conversation_letters() -> None:
    table = "conversation_letters"
    op.create_table(
        table,
        sa.Column("letter_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        _reference(table, "letter_id", "letters", "CASCADE"),
        _reference(table, "conversation_id", "conversations", "CASCADE"),
        sa.PrimaryKeyConstraint("letter_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_conversation_id"), table, ["conversation_id"], unique=False)


def _create_blocks() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sender_digest", sa.String(length=64), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        _reference("blocks", "account_id", "accounts", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sqlite_autoincrement=True,
    )
    for column in ("account_id", "sender_digest"):
        op.create_index(op.f(f"ix_blocks_{column}"), "blocks", [column], unique=False)


def _reference(table: str, column: str, to: str, on_delete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"), ondelete=on_delete
    )
