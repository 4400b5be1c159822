"""Cohorts of learners to be placed, and the scenarios of where they could go."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COHORTS, LEARNERS, SCENARIOS = "cohorts", "cohort_learners", "scenarios"
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        COHORTS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("delete_on", sa.Date(), nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("changed", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sending_organisations.id"],
            name=op.f(f"fk_{COHORTS}_sending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{COHORTS}")),
        sqlite_autoincrement=True,
    )
    for column in ("sending_id", "delete_on"):
        op.create_index(op.f(f"ix_{COHORTS}_{column}"), COHORTS, [column], unique=False)
    _create_learners()
    _create_scenarios()


def downgrade() -> None:
    for table in (SCENARIOS, LEARNERS, COHORTS):
        op.drop_table(table)


def _create_learners() -> None:
    op.create_table(
        LEARNERS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("said", JSON, nullable=False),
        _of_cohort(LEARNERS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{LEARNERS}")),
        sa.UniqueConstraint("cohort_id", "code", name=op.f(f"uq_{LEARNERS}_cohort_id_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{LEARNERS}_cohort_id"), LEARNERS, ["cohort_id"], unique=False)


def _create_scenarios() -> None:
    op.create_table(
        SCENARIOS,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("demands", JSON, nullable=False),
        *(sa.Column(name, JSON, nullable=False) for name in ("locks", "learners", "offers")),
        *(sa.Column(name, JSON, nullable=True) for name in ("outcome", "message")),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("started", INSTANT, nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        _of_cohort(SCENARIOS),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{SCENARIOS}")),
        sqlite_autoincrement=True,
    )
    for column in ("cohort_id", "stage"):
        op.create_index(op.f(f"ix_{SCENARIOS}_{column}"), SCENARIOS, [column], unique=False)


def _of_cohort(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["cohort_id"], [f"{COHORTS}.id"], name=op.f(f"fk_{table}_cohort_id"), ondelete="CASCADE"
    )
