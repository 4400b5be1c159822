"""A site's public rows as its page shows them, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext, ngettext

from mapsvc.domain import vocabulary
from mapsvc.domain.listings import Listing
from mapsvc.presentation.cards import confirmed_on, in_language, vouched
from mapsvc.presentation.labels import RegionNames, country_label, language_label, value_label

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class OfferSheet:
    """One offer of a site; what it does not say is None or empty."""

    title: str | None
    fields: list[str]
    summary: str | None
    missions: list[str]
    profiles: list[str]
    welcome: str | None
    days: str | None
    periods: list[tuple[date, date, int]]
    languages: list[str]
    min_age: int | None
    accommodation: str | None
    wheelchair: bool | None
    programmes: list[str]
    documents: list[str]
    conditions: str | None
    effects_host: str | None
    effects_visitor: str | None


@dataclass(frozen=True, slots=True)
class VouchedFor:
    """In whose name a host was checked, when, until when that holds, and what was checked."""

    issuer: str
    issued: date
    valid_until: date
    checks: list[str]


@dataclass(frozen=True, slots=True)
class Prepared:
    """When somebody at a host passed a course for hosts, and the code of the certificate."""

    passed_on: date
    code: str


@dataclass(frozen=True, slots=True)
class HostSheet:
    """All that is public of a site. lon and lat are degrees of WGS 84."""

    id: int
    slug: str
    title: str
    kind: str
    kind_label: str
    organisation: str
    organisation_kind: str | None
    other_names: list[str]
    place: str
    country: str
    country_label: str
    region_label: str
    precision: str
    lon: float
    lat: float
    address: str | None
    sample: bool
    vouched: VouchedFor | None
    prepared: Prepared | None
    website: str | None
    summary: str | None
    sectors: list[str]
    languages: list[str]
    legal_ids: dict[str, str]
    offers: list[OfferSheet]
    confirmed_on: date | None
    source: dict[str, Any]
    updated_on: datetime


def host_sheet(listings: Sequence[Listing], *, language: str, regions: RegionNames) -> HostSheet:
    """The sheet of a site from its listings, of which there is at least one."""
    first = listings[0]
    organisation, site = first.detail["organisation"], first.detail["site"]
    offers = [listing.detail["offer"] for listing in listings if listing.detail["offer"]]
    confirmed = [day for listing in listings if (day := confirmed_on(listing))]
    kind = organisation["kind"]
    street = ", ".join(
        filter(None, (site["address"], f"{site['postcode'] or ''} {site['town'] or ''}".strip()))
    )
    return HostSheet(
        id=first.id,
        slug=first.slug,
        title=first.title,
        kind=first.kind,
        kind_label=vocabulary.singular("kinds", first.kind, language),
        organisation=organisation["name"],
        organisation_kind=vocabulary.label("organisation_kinds", kind, language) if kind else None,
        other_names=organisation["other_names"],
        place=first.place,
        country=first.country,
        country_label=country_label(first.country, language) if first.country else "",
        region_label=regions.name(first.region, language) if first.region else "",
        precision=first.precision,
        lon=first.lon,
        lat=first.lat,
        address=street if site["address"] else None,
        sample=first.sample,
        vouched=_vouched(first, language),
        prepared=_prepared(first),
        website=_web_address(organisation["website"]),
        summary=in_language(organisation["about"], language),
        sectors=[value_label("sector", key, language, regions) for key in organisation["sectors"]],
        languages=_languages(organisation["languages"], language),
        legal_ids=dict(organisation["legal_ids"]),
        offers=[_offer(offer, language, regions) for offer in offers],
        confirmed_on=date.fromisoformat(max(confirmed)) if confirmed else None,
        source=_source(first.detail["source"]),
        updated_on=max(listing.updated for listing in listings),
    )


def _offer(offer: dict[str, Any], language: str, regions: RegionNames) -> OfferSheet:
    def text(name: str) -> Any:
        return in_language(offer[name], language)

    accommodation = offer["accommodation"]
    return OfferSheet(
        title=text("title"),
        fields=[value_label("field", code, language, regions) for code in offer["fields"]],
        summary=text("summary"),
        missions=text("missions") or [],
        profiles=text("profiles") or [],
        welcome=text("welcome"),
        days=_days(offer["min_days"], offer["max_days"]),
        periods=[
            (date.fromisoformat(first), date.fromisoformat(last), seats)
            for first, last, seats in offer["periods"]
        ],
        languages=_languages(offer["languages"], language),
        min_age=offer["min_age"],
        accommodation=vocabulary.label("accommodation", accommodation, language) if accommodation else None,
        wheelchair=offer["wheelchair"],
        programmes=[vocabulary.label("programmes", key, language) for key in offer["programmes"]],
        documents=text("documents") or [],
        conditions=text("conditions"),
        effects_host=text("effects_host"),
        effects_visitor=text("effects_visitor"),
    )


def _vouched(listing: Listing, language: str) -> VouchedFor | None:
    found = vouched(listing)
    if found is None:
        return None
    return VouchedFor(
        issuer=found["issuer"],
        issued=date.fromisoformat(found["issued"]),
        valid_until=date.fromisoformat(found["valid_until"]),
        checks=[vocabulary.label("checks", key, language) for key in found["checks"]],
    )


def _prepared(listing: Listing) -> Prepared | None:
    found = listing.detail.get("prepared")
    return Prepared(date.fromisoformat(found["passed_on"]), found["code"]) if found else None


def _languages(pairs: Sequence[Sequence[str | None]], language: str) -> list[str]:
    return [" ".join(filter(None, (language_label(str(code), language), level))) for code, level in pairs]


def _days(least: int | None, most: int | None) -> str | None:
    if least and most and least != most:
        return str(gettext("%(least)s to %(most)s days", least=least, most=most))
    if least and not most:
        return str(ngettext("at least %(num)s day", "at least %(num)s days", least))
    if most and not least:
        return str(ngettext("at most %(num)s day", "at most %(num)s days", most))
    return str(ngettext("%(num)s day", "%(num)s days", least)) if least else None


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {**source, "date": date.fromisoformat(source["date"])}


def _web_address(website: str | None) -> str | None:
    """The website where it can be opened safely; a bare domain is taken to speak https."""
    if not website:
        return None
    if website.lower().startswith(WEB):
        return website
    return None if ":" in website or "/" in website.split(".")[0] else f"https://{website}"
