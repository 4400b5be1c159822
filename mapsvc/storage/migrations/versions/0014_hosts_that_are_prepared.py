"""Hosts that show a certificate of a course for hosts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLE = "preparations"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}s.id"], name=op.f(f"fk_{TABLE}_{one}_id"), ondelete="CASCADE"
            )
            for one in ("organisation", "certificate")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(op.f(f"ix_{TABLE}_certificate_id"), TABLE, ["certificate_id"], unique=False)


def downgrade() -> None:
    op.drop_table(TABLE)
