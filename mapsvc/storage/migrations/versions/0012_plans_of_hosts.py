"""Plans that hosts make for a stay, and who is reminded of their steps by mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PLANS, MAILS = "host_plans", "plan_mails"
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
NAMES = ("learner", "host", "tutor", "referent", "town")


def upgrade() -> None:
    op.create_table(
        PLANS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("timeline", sa.String(length=60), nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("housing", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        *(sa.Column(name, sa.String(length=80), nullable=False) for name in NAMES),
        sa.Column("done", JSON, nullable=False),
        sa.Column("network_digest", sa.String(length=64), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{PLANS}")),
        sqlite_autoincrement=True,
    )
    for column in ("departure", "network_digest"):
        op.create_index(op.f(f"ix_{PLANS}_{column}"), PLANS, [column], unique=False)
    op.create_table(
        MAILS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("confirmed", INSTANT, nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], [f"{PLANS}.id"], name=op.f(f"fk_{MAILS}_plan_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{MAILS}")),
        sa.UniqueConstraint("plan_id", "email", name=op.f(f"uq_{MAILS}_plan_id_email")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{MAILS}_plan_id"), MAILS, ["plan_id"], unique=False)


def downgrade() -> None:
    op.drop_table(MAILS)
    op.drop_table(PLANS)
