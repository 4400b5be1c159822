"""What the map shows of a settling-in kit: all of it is public."""

from datetime import UTC, datetime, time

from mapsvc.access.projections import PROJECTION_VERSION, PublicRow
from mapsvc.domain.kits import MapKit
from mapsvc.domain.listings import Kind, Precision


def kit_key(slug: str) -> str:
    """The key of a kit's one listing, and of its site."""
    return f"kit:{slug}"


def project_kit(kit: MapKit) -> PublicRow:
    """The public row of a kit."""
    texts = [*kit.title.values(), *kit.summary.values()]
    return {
        "key": kit_key(kit.slug),
        "site_key": kit_key(kit.slug),
        "kind": Kind.KIT,
        "slug": kit.slug,
        "title": kit.name,
        "place": kit.name,
        "country": kit.country,
        "region": kit.region,
        "lon": kit.lon,
        "lat": kit.lat,
        "precision": Precision.TOWN,
        "confirmed": False,
        "sample": False,
        "facets": {"language": sorted(kit.languages)},
        "periods": [],
        "min_age": None,
        "search_text": "\n".join(dict.fromkeys(texts)),
        "detail": {"kit": {"title": dict(kit.title), "summary": dict(kit.summary)}},
        "visible_from": None,
        "visible_until": None,
        "projection_version": PROJECTION_VERSION,
        "updated": datetime.combine(kit.written_on, time(), UTC),
    }
