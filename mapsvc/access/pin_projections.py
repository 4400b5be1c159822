"""What may be seen of a person's stay: where it was comes from the area alone, never from the town."""

from datetime import UTC, datetime, time
from typing import Any

from mapsvc.access.projections import PROJECTION_VERSION, PublicRow
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.consents import ConsentKind
from mapsvc.domain.listings import Kind, Precision
from mapsvc.domain.shown_areas import named_after_town
from mapsvc.domain.vocabulary import FIELDS, label
from mapsvc.messages import LANGUAGES


def pin_key(pin: Pin) -> str:
    """The key of a pin's one listing, and of its site."""
    return f"pin:{pin.id}"


def project_pin(pin: Pin) -> list[PublicRow]:
    """The public row of a pin, in a list; none without an approval or without a live consent.

    The row says nothing by which two towns of one area could be told apart. It is visible for a year
    after its person confirmed it; a made-up one always.
    """
    if pin.status != PinStatus.PUBLISHED or not pin.agrees_to(ConsentKind.PIN):
        return []
    named, host, area = _name(pin), _host_name(pin), pin.area
    return [
        {
            "key": pin_key(pin),
            "site_key": pin_key(pin),
            "kind": Kind.ALUMNI,
            "slug": pin.slug,
            "title": named,
            "place": area["label"] if named_after_town(area["key"]) else "",
            "country": area["country"],
            "region": area["region"] or "",
            "lon": area["lon"],
            "lat": area["lat"],
            "precision": Precision.AREA,
            "confirmed": False,
            "sample": pin.sample,
            "facets": _facets(pin),
            "periods": [],
            "min_age": None,
            "search_text": _search_text(pin, host),
            "detail": {"pin": _detail(pin, named, host)},
            "visible_from": None,
            "visible_until": None if pin.sample else pin.shown_until,
            "projection_version": PROJECTION_VERSION,
            # Not when it was written: that moves with a change of the town alone.
            "updated": datetime.combine(pin.confirmed_on, time(), UTC),
        }
    ]


def _name(pin: Pin) -> str:
    surname = pin.surname if pin.agrees_to(ConsentKind.SURNAME) else ""
    return f"{pin.display_name} {surname}".strip()


def _host_name(pin: Pin) -> str | None:
    return pin.host_name or None if pin.agrees_to(ConsentKind.HOST_NAME) else None


def _facets(pin: Pin) -> dict[str, list[str]]:
    facets = {"field": [pin.field], "language": sorted(pin.languages)}
    return {name: codes for name, codes in facets.items() if codes}


def _search_text(pin: Pin, host: str | None) -> str:
    texts = [*(label(FIELDS, pin.field, language) for language in LANGUAGES), host or "", pin.story]
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _detail(pin: Pin, named: str, host: str | None) -> dict[str, Any]:
    return {
        "name": named,
        "area": pin.area["key"],
        "field": pin.field,
        "year": pin.year,
        "length": pin.length,
        "length_unit": pin.length_unit,
        "from_country": pin.from_country,
        "languages": sorted(pin.languages),
        "story": pin.story,
        "host_name": host,
        "ask_about": list(pin.ask_about) if pin.may_be_asked else [],
        "may_be_asked": pin.may_be_asked,
        "confirmed_on": pin.confirmed_on.isoformat(),
    }
