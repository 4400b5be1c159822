"""The tables of the program, as its nouns declare them."""

from sqlalchemy import MetaData

from mapsvc.domain import (
    alerts,
    alumni,
    asking,
    class_invitations,
    cohorts,
    consents,
    corrections,
    course_progress,
    daily_rates,
    demands,
    feedback,
    flow_plans,
    hosts,
    kept_kits,
    listings,
    people,
    plans,
    preparations,
    reviews,
    sources,
    targets,
    tombstones,
    uploads,
    years,
)
from mapsvc.domain.base import Base

METADATA = Base.metadata
NOUNS = (
    alerts,
    alumni,
    asking,
    class_invitations,
    cohorts,
    consents,
    corrections,
    course_progress,
    daily_rates,
    demands,
    feedback,
    flow_plans,
    hosts,
    kept_kits,
    listings,
    people,
    plans,
    preparations,
    reviews,
    sources,
    targets,
    tombstones,
    uploads,
    years,
)  # so that the metadata knows them
LISTING_WORDS = ("listing_id", "title", "place", "body", "words")  # what one or the other database calls them


def columns_of(metadata: MetaData = METADATA) -> dict[str, tuple[str, ...]]:
    """The columns of every table of ours, those made by hand too, by table."""
    mapped = {table.name: tuple(table.columns.keys()) for table in metadata.tables.values()}
    return {**mapped, "listing_words": LISTING_WORDS}
