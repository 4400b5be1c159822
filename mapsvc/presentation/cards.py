"""Listings as they are shown in lists and popups, and sent as JSON, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine

from mapsvc.directory.directory import Directory
from mapsvc.domain import vocabulary
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind, Listing
from mapsvc.presentation.areas import around
from mapsvc.presentation.labels import RegionNames, country_label, language_label, value_label
from mapsvc.storage.cards import CardRow
from mapsvc.storage.listings import listings_by_id

SUMMARY_CHARACTERS = 220
PAGES = {Kind.ALUMNI: "/alumni", Kind.KIT: "/kits"}  # of listings; those of all others are under /hosts

Texts = Mapping[str, Any]
Item = dict[str, Any]
Shown = Listing | CardRow


def in_language(texts: Texts | None, language: str) -> Any:
    """A text by language as the reader should see it, None when there is none.

    The reader's language comes first, then English, then what the source wrote without saying in
    which language (""), then the first there is in alphabetical order of its code.
    """
    if not texts:
        return None
    order = [language, language.split("-", maxsplit=1)[0], "en", "", *sorted(texts)]
    return next((texts[key] for key in order if texts.get(key)), None)


def item(
    listing: Shown, *, distance_m: float | None, offers: int, language: str, regions: RegionNames
) -> Item:
    """A listing as lists and `/api/search` give it.

    distance_m is in metres, None without a centre; offers is the number of offers of its site that
    can be chosen. Texts are plain and may hold anything a person typed.
    """
    kit = listing.detail.get("kit") or {}
    return {
        "id": listing.id,
        "kind": listing.kind,
        "kind_label": vocabulary.singular("kinds", listing.kind, language),
        "title": in_language(kit.get("title"), language) or listing.title,
        "place": listing.place,
        "country": listing.country,
        "country_label": country_label(listing.country, language) if listing.country else "",
        "region": listing.region,
        "region_label": regions.name(listing.region, language) if listing.region else "",
        "lon": listing.lon,
        "lat": listing.lat,
        "precision": listing.precision,
        "distance_m": distance_m,
        "url": url_of(listing),
        "sample": bool(listing.sample),  # SQLite keeps 0 or 1
        "summary": summary(listing, language),
        "tags": tags(listing, language),
        "offers": offers,
        "confirmed_on": confirmed_on(listing),
        "vouched": vouched(listing),
        "stay": _stay(listing, language, regions),
    }


def details(
    listing: Listing, *, distance_m: float | None, offers: int, language: str, regions: RegionNames
) -> Item:
    """A listing as `/api/listing` gives it: its item, and what a popup adds."""
    site, organisation = listing.detail.get("site") or {}, listing.detail.get("organisation") or {}
    offer = listing.detail.get("offer") or {}
    fields = offer.get("fields") or listing.facets.get("field") or ()
    kind = organisation.get("kind")
    return item(listing, distance_m=distance_m, offers=offers, language=language, regions=regions) | {
        "precision_label": vocabulary.label("precisions", listing.precision, language),
        "organisation_kind": vocabulary.label("organisation_kinds", kind, language) if kind else None,
        "address": site.get("address"),
        "postcode": site.get("postcode"),
        "website": organisation.get("website"),
        "offer_title": in_language(offer.get("title"), language),
        "fields": [value_label("field", code, language, regions) for code in fields],
        "min_age": listing.min_age,
        "periods": listing.periods,
        "confirmed": vouched(listing) is not None,
        "source": listing.detail.get("source"),
    }


def vouched(listing: Shown, *, on: date | None = None) -> dict[str, Any] | None:
    """Who vouches for a listing's host, as long as that holds: {issuer, issued, valid_until, checks}.

    on is the day, today if None. The days are ISO texts.
    """
    found: dict[str, Any] | None = listing.detail.get("vouching")
    today = on or now().date()
    return found if found and found["valid_until"] >= today.isoformat() else None


def confirmed_on(listing: Shown) -> str | None:
    """When somebody who can know it last said that it is true: an ISO date; None for never."""
    if pin := listing.detail.get("pin"):
        return str(pin["confirmed_on"])
    offer, organisation = listing.detail.get("offer") or {}, listing.detail.get("organisation") or {}
    said = (_iso(offer.get("confirmed_on")), _iso(organisation.get("confirmed_on")))
    return max(filter(None, said), default=None)


def url_of(listing: Shown) -> str:
    """The page of a listing's site."""
    return f"{PAGES.get(Kind(listing.kind), '/hosts')}/{listing.slug}"


def summary(listing: Shown, language: str) -> str:
    """One or two lines that say what a listing is: its offer's, else what kind of organisation it is."""
    offer, organisation = listing.detail.get("offer") or {}, listing.detail.get("organisation") or {}
    text = in_language(offer.get("summary"), language) or in_language(offer.get("title"), language)
    text = text or in_language(organisation.get("about"), language)
    text = text or (listing.detail.get("pin") or {}).get("story")
    text = text or in_language((listing.detail.get("kit") or {}).get("summary"), language)
    if text:
        return _shortened(" ".join(str(text).split()))
    kind = organisation.get("kind")
    return vocabulary.label("organisation_kinds", kind, language) if kind else ""


def tags(listing: Shown, language: str) -> list[str]:
    """The labels under a title: sectors, then languages, then what is done about a place to sleep."""
    facets = listing.facets
    labels = [vocabulary.label("sectors", key, language) for key in facets.get("sector", ())]
    labels += [language_label(code, language) for code in facets.get("language", ())]
    for key in facets.get("accommodation", ()):
        if key != "none":
            labels.append(vocabulary.label("accommodation", key, language))
    labels += [vocabulary.label("access", key, language) for key in facets.get("access", ())]
    return list(dict.fromkeys(labels))


def listing_with_id(listing_id: int, directory: Directory, engine: Engine) -> Listing | None:
    """The listing with this id, None when there is none that is visible today."""
    if not directory.visible(listing_id):
        return None
    with engine.connect() as connection:
        return listings_by_id(connection, [listing_id]).get(listing_id)


def offers_at(listing: Listing, directory: Directory) -> int:
    """How many offers the site of a listing has that can be chosen today."""
    return len(directory.ids_beside(listing.id)) if listing.detail.get("offer") else 0


def _stay(listing: Shown, language: str, regions: RegionNames) -> Item | None:
    """What a person's pin says in one line: its area's key and words, the field's words, the year."""
    if (pin := listing.detail.get("pin")) is None:
        return None
    where = around(listing.place, listing.region, listing.country, language=language, regions=regions)
    country = country_label(listing.country, language)
    return {
        "area": pin["area"],
        "where": ", ".join(dict.fromkeys((where, country))),
        "field": value_label("field", pin["field"], language, regions),
        "year": pin["year"],
    }


def _shortened(text: str) -> str:
    """The text, or as many whole words of it as a card holds."""
    if len(text) <= SUMMARY_CHARACTERS:
        return text
    cut = text[:SUMMARY_CHARACTERS]
    return cut[: cut.rfind(" ") if " " in cut else None].rstrip(" ,;:–-") + "…"


def _iso(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day
