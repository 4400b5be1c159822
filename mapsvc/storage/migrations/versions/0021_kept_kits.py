"""How often kits were kept on devices, by kit and month."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEPT = "kept_kits"


def upgrade() -> None:
    op.create_table(
        KEPT,
        sa.Column("kit", sa.String(length=50), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kit", "month", name=op.f(f"pk_{KEPT}")),
    )


def downgrade() -> None:
    op.drop_table(KEPT)
