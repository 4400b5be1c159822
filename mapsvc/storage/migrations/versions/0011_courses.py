"""How far people are in courses, certificates, and who may see that a course was finished."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "course_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("course", sa.String(length=60), nullable=False),
        sa.Column("lessons", JSON, nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=True),
        sa.Column("updated", INSTANT, nullable=False),
        _to("course_progress", "account_id", "accounts.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_progress")),
        sa.UniqueConstraint("account_id", "course", name=op.f("uq_course_progress_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("course", sa.String(length=60), nullable=False),
        sa.Column("passed_on", sa.Date(), nullable=False),
        sa.Column("progress_id", sa.Integer(), nullable=True),
        sa.Column("revoked", INSTANT, nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        _to("certificates", "progress_id", "course_progress.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_certificates_progress_id"), "certificates", ["progress_id"], unique=False)
    op.create_table(
        "completion_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.String(length=5), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("given", INSTANT, nullable=False),
        _to("completion_consents", "account_id", "accounts.id", "CASCADE"),
        _to("completion_consents", "sending_id", "sending_organisations.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_consents")),
        sa.UniqueConstraint("account_id", "sending_id", name=op.f("uq_completion_consents_account_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_completion_consents_sending_id"), "completion_consents", ["sending_id"], unique=False
    )


def downgrade() -> None:
    for table in ("completion_consents", "certificates", "course_progress"):
        op.drop_table(table)


def _to(table: str, column: str, other: str, then: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"), ondelete=then)
