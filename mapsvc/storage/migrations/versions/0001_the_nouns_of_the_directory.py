"""The nouns of the directory."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from mapsvc.storage.migrations import by_hand

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
PUBLIC = ("listings", "changes", "change_counter", "listing_points", "listing_words")


def upgrade() -> None:
    by_hand.prepare_database()
    _create_log()
    _create_duplicates()
    _create_listings()
    _create_sources()
    _create_imports()
    _create_organisations()
    _create_imported_rows()
    _create_legal_ids()
    _create_sites()
    _create_offers()
    by_hand.create_points("site_points", "site_id", "sites")
    by_hand.create_points("listing_points", "listing_id", "listings")
    by_hand.create_words()
    op.execute("INSERT INTO change_counter (id, number) VALUES (1, 0)")
    by_hand.make_public(*PUBLIC)


def downgrade() -> None:
    by_hand.make_private(*PUBLIC)
    op.drop_table("listing_words")
    by_hand.drop_points("listing_points")
    by_hand.drop_points("site_points")
    op.drop_table("offers")
    op.drop_table("sites")
    op.drop_table("legal_ids")
    op.drop_table("imported_rows")
    op.drop_table("organisations")
    op.drop_table("imports")
    op.drop_table("sources")
    op.drop_table("listings")
    op.drop_table("duplicates")
    op.drop_table("changes")
    op.drop_table("change_counter")


def _create_log() -> None:
    op.create_table(
        "change_counter",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_counter")),
    )
    op.create_table(
        "changes",
        sa.Column("number", BIG, autoincrement=False, nullable=False),
        sa.Column("listing_id", BIG, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_changes")),
    )


def _create_duplicates() -> None:
    op.create_table(
        "duplicates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_key", sa.Text(), nullable=False),
        sa.Column("second_key", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicates")),
        sa.UniqueConstraint("first_key", "second_key", name=op.f("uq_duplicates_first_key_second_key")),
    )


def _create_listings() -> None:
    op.create_table(
        "listings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("site_key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("precision", sa.String(length=10), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("facets", JSON, nullable=False),
        sa.Column("periods", JSON, nullable=False),
        sa.Column("min_age", sa.SmallInteger(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("visible_from", sa.Date(), nullable=True),
        sa.Column("visible_until", sa.Date(), nullable=True),
        sa.Column("projection_version", sa.SmallInteger(), nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.UniqueConstraint("key", name=op.f("uq_listings_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_listings_site_key"), "listings", ["site_key"], unique=False)
    op.create_index(op.f("ix_listings_slug"), "listings", ["slug"], unique=False)


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("created", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("name", name=op.f("uq_sources_name")),
    )


def _create_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("importer", sa.Text(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("undone", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_imports_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_imports_source_id"), "imports", ["source_id"], unique=False)


def _create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("other_names", JSON, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("sectors", JSON, nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("about", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("verification", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["merged_into_id"],
            ["organisations.id"],
            name=op.f("fk_organisations_merged_into_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_organisations_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("slug", name=op.f("uq_organisations_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_organisations_folded_name"), "organisations", ["folded_name"], unique=False)
    op.create_index(op.f("ix_organisations_source_id"), "organisations", ["source_id"], unique=False)


def _create_imported_rows() -> None:
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("before", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_imported_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
    )
    op.create_index(op.f("ix_imported_rows_import_id"), "imported_rows", ["import_id"], unique=False)


def _create_legal_ids() -> None:
    op.create_table(
        "legal_ids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_legal_ids_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_ids")),
        sa.UniqueConstraint(
            "organisation_id", "scheme", "value", name=op.f("uq_legal_ids_organisation_id_scheme_value")
        ),
    )
    op.create_index(op.f("ix_legal_ids_value"), "legal_ids", ["value"], unique=False)


def _create_sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.String(length=20), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=10), nullable=True),
        sa.Column("place_id", sa.Integer(), nullable=True),
        sa.Column("external_ids", JSON, nullable=False),
        sa.Column("private", JSON, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("updated", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_sites_organisation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_sites_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("slug", name=op.f("uq_sites_slug")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sites_organisation_id"), "sites", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_sites_source_id"), "sites", ["source_id"], unique=False)


def _create_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("sectors", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("missions", JSON, nullable=False),
        sa.Column("profiles", JSON, nullable=False),
        sa.Column("welcome", JSON, nullable=False),
        sa.Column("min_days", sa.SmallInteger(), nullable=True),
        sa.Column("max_days", sa.SmallInteger(), nullable=True),
        sa.Column("periods", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("min_age", sa.SmallInteger(), nullable=True),
        sa.Column("accommodation", sa.String(length=10), nullable=True),
        sa.Column("wheelchair", sa.Boolean(), nullable=True),
        sa.Column("programmes", JSON, nullable=False),
        sa.Column("documents", JSON, nullable=False),
        sa.Column("conditions", JSON, nullable=False),
        sa.Column("effects_host", JSON, nullable=False),
        sa.Column("effects_visitor", JSON, nullable=False),
        sa.Column("contact", JSON, nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("written_by", sa.Text(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_offers_site_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_offers_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_offers_site_id"), "offers", ["site_id"], unique=False)
    op.create_index(op.f("ix_offers_source_id"), "offers", ["source_id"], unique=False)
