"""People who sign in, what they may do, and the mail to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from mapsvc.storage.migrations import by_hand

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    _create_sending_organisations()
    _create_accounts()
    _create_grants()
    _create_sign_ins()
    _create_passes()
    _create_letters()
    by_hand.add_reference("sources", "owner_id", "sending_organisations")
    op.create_index(op.f("ix_sources_owner_id"), "sources", ["owner_id"], unique=False)
    op.add_column(
        "organisations", sa.Column("kept_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("organisations", sa.Column("confirmed", INSTANT, nullable=True))
    op.add_column("organisations", sa.Column("asked", INSTANT, nullable=True))
    op.add_column(
        "sites", sa.Column("placed_by_hand", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("sites", "placed_by_hand")
    op.drop_column("organisations", "asked")
    op.drop_column("organisations", "confirmed")
    op.drop_column("organisations", "kept_by_hand")
    op.drop_index(op.f("ix_sources_owner_id"), table_name="sources")
    op.drop_column("sources", "owner_id")
    op.drop_table("letters")
    op.drop_table("passes")
    op.drop_table("sign_ins")
    op.drop_table("grants")
    op.drop_table("accounts")
    op.drop_table("sending_organisations")


def _create_sending_organisations() -> None:
    op.create_table(
        "sending_organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sending_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_sending_organisations_name")),
        sqlite_autoincrement=True,
    )


def _create_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
        sqlite_autoincrement=True,
    )


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=15), nullable=False),
        sa.Column("sending_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_grants_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["accounts.id"], name=op.f("fk_grants_granted_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_grants_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sending_id"],
            ["sending_organisations.id"],
            name=op.f("fk_grants_sending_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_grants_account_id"), "grants", ["account_id"], unique=False)
    op.create_index(op.f("ix_grants_organisation_id"), "grants", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_grants_sending_id"), "grants", ["sending_id"], unique=False)


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("browser", sa.String(length=80), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("seen", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_sign_ins_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ins_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_ins_account_id"), "sign_ins", ["account_id"], unique=False)


def _create_passes() -> None:
    op.create_table(
        "passes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=15), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("asker_digest", sa.String(length=64), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("network_digest", sa.String(length=64), nullable=True),
        sa.Column("data", JSON, nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        sa.Column("used", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
        sa.UniqueConstraint("digest", name=op.f("uq_passes_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_passes_asker_digest"), "passes", ["asker_digest"], unique=False)
    op.create_index(op.f("ix_passes_email"), "passes", ["email"], unique=False)
    op.create_index(op.f("ix_passes_network_digest"), "passes", ["network_digest"], unique=False)


def _create_letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("headers", JSON, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("sent", INSTANT, nullable=True),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letters_due"), "letters", ["due"], unique=False)
