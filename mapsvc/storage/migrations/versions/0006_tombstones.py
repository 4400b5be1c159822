"""Tombstones of what was erased, and the word that tells this database from others."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("noun", sa.String(length=15), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstones")),
        sa.UniqueConstraint("noun", "row_id", name=op.f("uq_tombstones_noun_row_id")),
        sqlite_autoincrement=True,
    )
    lineage = op.create_table(
        "lineage",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lineage")),
    )
    op.bulk_insert(lineage, [{"id": 1, "word": token_hex(16)}])


def downgrade() -> None:
    op.drop_table("lineage")
    op.drop_table("tombstones")
