"""Links by which the learners of a class put their stays on the map."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "class_invitations"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("from_country", sa.String(length=2), nullable=False),
        sa.Column("field", sa.String(length=4), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=False),
        sa.Column("used", sa.SmallInteger(), nullable=False),
        sa.Column("revoked", INSTANT, nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sending_organisations.id"],
            name=op.f(f"fk_{TABLE}_sending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("token", name=op.f(f"uq_{TABLE}_token")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{TABLE}_sending_id"), TABLE, ["sending_id"], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)
