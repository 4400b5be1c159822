"""What may be seen: the one place where private nouns become public rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from mapsvc.domain.course_progress import Certificate
from mapsvc.domain.hosts import HostStatus, Offer, Organisation, Site, Verification
from mapsvc.domain.listings import Kind
from mapsvc.domain.reviews import Vouching
from mapsvc.domain.vocabulary import label
from mapsvc.messages import LANGUAGES

PROJECTION_VERSION = 4

PublicRow = dict[str, Any]  # the columns of `mapsvc.domain.listings.Listing`, without its id

# An offer's columns that its page shows. Its contact and its author are in none of them.
OFFER_DETAIL = (
    "title",
    "fields",
    "sectors",
    "summary",
    "missions",
    "profiles",
    "welcome",
    "min_days",
    "max_days",
    "periods",
    "languages",
    "min_age",
    "accommodation",
    "wheelchair",
    "programmes",
    "documents",
    "conditions",
    "effects_host",
    "effects_visitor",
    "written_on",
    "confirmed_on",
)
OFFER_TEXTS = ("title", "summary", "missions", "profiles", "welcome", "conditions")


def site_key(site: Site) -> str:
    """The key that all listings of a site share."""
    return f"site:{site.id}"


def project_site(
    organisation: Organisation, site: Site, vouching: Vouching | None, certificate: Certificate | None
) -> list[PublicRow]:
    """The public rows of a site: one an offer, or one for the site where it has none.

    vouching is the one that counts for the organisation, None where nobody vouches for it. certificate
    is the one of a course for hosts that it shows, None for none.

    Nothing is shown of a site without a point, or of an organisation that is held back, paused or
    merged into another.
    """
    if organisation.status != HostStatus.LISTED or organisation.merged_into_id or site.lon is None:
        return []
    offers: Iterable[Offer | None] = site.offers or [None]
    return [_project(organisation, site, offer, vouching, certificate) for offer in offers]


def _project(
    organisation: Organisation,
    site: Site,
    offer: Offer | None,
    vouching: Vouching | None,
    certificate: Certificate | None,
) -> PublicRow:
    return {
        "key": f"offer:{offer.id}" if offer else site_key(site),
        "site_key": site_key(site),
        "kind": Kind.HOST,
        "slug": site.slug,
        "title": organisation.name,
        "place": site.town or "",
        "country": site.country or "",
        "region": site.region or "",
        "lon": site.lon,
        "lat": site.lat,
        "precision": site.precision,
        "confirmed": organisation.verification == Verification.VERIFIED,
        "sample": organisation.sample,
        "facets": _facets(organisation, offer),
        "periods": [list(period) for period in offer.periods] if offer else [],
        "min_age": offer.min_age if offer else None,
        "search_text": _search_text(organisation, site, offer),
        "detail": {
            "organisation": _organisation_detail(organisation),
            "site": _site_detail(site),
            "offer": _offer_detail(offer) if offer else None,
            "source": _source_detail(organisation),
            "vouching": _vouching_detail(organisation, vouching),
            "prepared": _prepared_detail(certificate),
        },
        "visible_from": None,
        "visible_until": None,
        "projection_version": PROJECTION_VERSION,
        "updated": max(organisation.updated, site.updated),
    }


def _facets(organisation: Organisation, offer: Offer | None) -> dict[str, list[str]]:
    """The codes by which a row is found; a thing that is not said has no code."""
    facets = {
        "field": list(offer.fields) if offer else [],
        "sector": sorted({*organisation.sectors, *(offer.sectors if offer else ())}),
        "language": sorted(
            {str(language) for language, _ in [*organisation.languages, *(offer.languages if offer else ())]}
        ),
        "accommodation": [offer.accommodation] if offer and offer.accommodation else [],
        "access": ["wheelchair"] if offer and offer.wheelchair else [],
        "programme": list(offer.programmes) if offer else [],
    }
    return {name: codes for name, codes in facets.items() if codes}


def _search_text(organisation: Organisation, site: Site, offer: Offer | None) -> str:
    """The words by which a row is found beside its title and place, in every language we have."""
    texts = [*organisation.other_names, *_labels("sectors", organisation.sectors)]
    if organisation.kind:
        texts += _labels("organisation_kinds", [organisation.kind])
    texts += _spoken(organisation.about)
    if offer:
        texts += _labels("sectors", offer.sectors) + _labels("fields", offer.fields)
        for name in OFFER_TEXTS:
            texts += _spoken(getattr(offer, name))
    return "\n".join(dict.fromkeys(text for text in texts if text))


def _labels(vocabulary: str, keys: Iterable[str]) -> list[str]:
    return [label(vocabulary, key, language) for key in keys for language in LANGUAGES]


def _spoken(texts: Mapping[str, str | list[str]]) -> list[str]:
    """All texts of a field, of every language, in order of language."""
    flat: list[str] = []
    for _language, text in sorted(texts.items()):
        flat += [text] if isinstance(text, str) else text
    return flat


def _organisation_detail(organisation: Organisation) -> dict[str, Any]:
    return {
        "name": organisation.name,
        "other_names": list(organisation.other_names),
        "kind": organisation.kind,
        "legal_ids": sorted([legal.scheme, legal.value] for legal in organisation.legal_ids),
        "website": organisation.website,
        "about": dict(organisation.about),
        "sectors": list(organisation.sectors),
        "languages": [list(pair) for pair in organisation.languages],
        "verification": organisation.verification,
        "confirmed_on": _plain(organisation.confirmed and organisation.confirmed.date()),
    }


def _site_detail(site: Site) -> dict[str, Any]:
    return {
        "address": site.address,
        "postcode": site.postcode,
        "town": site.town,
        "place_id": site.place_id,
    }


def _offer_detail(offer: Offer) -> dict[str, Any]:
    return {name: _plain(getattr(offer, name)) for name in OFFER_DETAIL}


def _source_detail(organisation: Organisation) -> dict[str, Any]:
    source = organisation.source
    return {"name": source.name, "licence": source.licence, "date": organisation.updated.date().isoformat()}


def _vouching_detail(organisation: Organisation, vouching: Vouching | None) -> dict[str, Any] | None:
    """In whose name a host was checked, never by whom; when it ends is for the reader's day to say."""
    if vouching is None or organisation.verification != Verification.VERIFIED:
        return None
    return {
        "issuer": vouching.issuer,
        "issued": vouching.issued.isoformat(),
        "valid_until": vouching.valid_until.isoformat(),
        "checks": list(vouching.checks),
    }


def _prepared_detail(certificate: Certificate | None) -> dict[str, str] | None:
    """When a course for hosts was passed, and the code by which anybody finds that true; never by whom."""
    if certificate is None:
        return None
    return {"passed_on": certificate.passed_on.isoformat(), "code": certificate.shown_code}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
