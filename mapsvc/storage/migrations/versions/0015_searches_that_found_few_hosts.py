"""Searches that found few hosts, counted by region, field and month."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SALTS, VISITS, COUNTS = "demand_salts", "demand_visits", "demand_counts"


def _where() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("region_set", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=2), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        SALTS,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f(f"pk_{SALTS}")),
    )
    op.create_table(
        VISITS,
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visitor", sa.LargeBinary(length=16), nullable=False),
        *_where(),
        sa.PrimaryKeyConstraint("day", "visitor", "region_set", "region", "field", name=op.f(f"pk_{VISITS}")),
    )
    op.create_table(
        COUNTS,
        sa.Column("month", sa.Date(), nullable=False),
        *_where(),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("region_set", "month", "region", "field", name=op.f(f"pk_{COUNTS}")),
    )


def downgrade() -> None:
    for table in (COUNTS, VISITS, SALTS):
        op.drop_table(table)
