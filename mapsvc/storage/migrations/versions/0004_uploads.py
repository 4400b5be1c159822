"""Files brought in the browser, and the rows that wait to be mended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _create_uploads()
    _create_upload_files()
    _create_quarantined_rows()


def downgrade() -> None:
    op.drop_table("quarantined_rows")
    op.drop_table("upload_files")
    op.drop_table("uploads")


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("sending_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("list_name", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("crs", sa.String(length=40), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("preview", JSON, nullable=False),
        sa.Column("message", JSON, nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_uploads_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_uploads_import_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sending_organisations.id"],
            name=op.f("fk_uploads_sending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_uploads_sending_id"), "uploads", ["sending_id"], unique=False)
    op.create_index(op.f("ix_uploads_stage"), "uploads", ["stage"], unique=False)


def _create_upload_files() -> None:
    op.create_table(
        "upload_files",
        sa.Column("upload_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_files_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_upload_files")),
    )


def _create_quarantined_rows() -> None:
    op.create_table(
        "quarantined_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("column_name", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_values", JSON, nullable=False),
        sa.Column("settled", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_quarantined_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_rows")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_quarantined_rows_import_id"), "quarantined_rows", ["import_id"], unique=False)
