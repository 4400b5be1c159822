"""What the read index takes in: a packed record a listing, and the values its codes stand for."""

import sqlalchemy as sa
from alembic import op

from mapsvc.storage.migrations import by_hand

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PUBLIC = ("listing_records", "facet_values")


def upgrade() -> None:
    op.create_table(
        "listing_records",
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            [by_hand.public("listings.id")],
            name=op.f("fk_listing_records_listing_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_records")),
    )
    op.create_table(
        "facet_values",
        sa.Column("code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("facet", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_facet_values")),
        sa.UniqueConstraint("facet", "value", name=op.f("uq_facet_values_facet_value")),
    )
    by_hand.make_public(*PUBLIC)


def downgrade() -> None:
    by_hand.make_private(*PUBLIC)
    op.drop_table("facet_values")
    op.drop_table("listing_records")
