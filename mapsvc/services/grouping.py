"""From rows to hosts: rows that agree on name and place are one site, and differ in its offers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.intake.hosts import HostRow
from mapsvc.places.folding import fold
from mapsvc.services.matching import same_place

T = TypeVar("T")


def group_rows(rows: Sequence[HostRow], regions: Sequence[str | None]) -> list[OrganisationDraft]:
    """The organisations that these rows speak of, in order of their first line.

    Rows are one site when their folded names are equal and their points are one place by `same_place`,
    or, where they have none, their towns and countries equal. Sites of one name are one organisation
    when they share a legal id, a website, or town and country. regions holds a region id a row.
    """
    by_name: dict[str, list[tuple[HostRow, str | None]]] = defaultdict(list)
    for row, region in zip(rows, regions, strict=True):
        by_name[fold(row.name)].append((row, region))
    organisations = [
        _organisation(sites) for named in by_name.values() for sites in _organisations(_sites(named))
    ]
    return sorted(organisations, key=lambda one: min(line for site in one.sites for line in site.lines))


Located = list[tuple[HostRow, str | None]]


def _sites(rows: Located) -> list[Located]:
    """Rows of one name, parted into sites; each row joins the first site that it agrees with."""
    sites: list[Located] = []
    for row in rows:
        for site in sites:
            if _same_place(row[0], site[0][0]):
                site.append(row)
                break
        else:
            sites.append([row])
    return sites


def _same_place(one: HostRow, other: HostRow) -> bool:
    if one.position is None or other.position is None:
        return one.position is other.position and _town(one) == _town(other)
    return same_place(one.position, other.position)


def _town(row: HostRow) -> tuple[str, str | None]:
    return fold(row.town or ""), row.country


def _organisations(sites: Iterable[Located]) -> list[list[Located]]:
    organisations: list[tuple[set[object], list[Located]]] = []
    for site in sites:
        marks = _marks(site)
        for known, members in organisations:
            if marks & known:
                known.update(marks)
                members.append(site)
                break
        else:
            organisations.append((marks, [site]))
    return [members for _marks_of, members in organisations]


def _marks(site: Located) -> set[object]:
    """What tells that two sites of one name belong to one organisation."""
    marks: set[object] = set()
    for row, _region in site:
        marks |= {("id", *legal) for legal in row.legal_ids}
        marks |= {("town", *_town(row))} if row.town else set()
        marks |= {("website", row.website)} if row.website else set()
    return marks


def _organisation(sites: list[Located]) -> OrganisationDraft:
    rows = [row for site in sites for row, _region in site]
    return OrganisationDraft(
        name=rows[0].name,
        sites=tuple(_site(site) for site in sites),
        other_names=_union(row.other_names for row in rows),
        kind=next((row.organisation_kind for row in rows if row.organisation_kind), None),
        legal_ids=_union(row.legal_ids for row in rows),
        sectors=_union(row.sectors for row in rows),
        website=next((row.website for row in rows if row.website), None),
        about=_about(sites),
        languages=(),
        sample=any(row.sample for row in rows),
    )


def _about(sites: list[Located]) -> dict[str, str]:
    """What rows that only describe their host say of it: its summary, else its kind in the list's words."""
    rows = [site[0][0] for site in sites if _describes_the_host(site)]
    return next((_text(row.summary or row.kind_text) for row in rows if row.summary or row.kind_text), {})


def _describes_the_host(site: Located) -> bool:
    """Whether a site has one row, or equal ones, that names no offer to choose.

    A title is an offer's; the list's words for the kind of host are not.
    """
    if any(row.title for row, _region in site):
        return False
    offers = [replace(_offer(row), contact={}) for row, _region in site]
    return offers[0].describes_the_host and all(offer == offers[0] for offer in offers)


def _site(located: Located) -> SiteDraft:
    rows = [row for row, _region in located]
    first = rows[0]
    drafts = list(dict.fromkeys(_Frozen(_offer(row)) for row in rows))
    offers = tuple(frozen.draft for frozen in drafts)
    if _describes_the_host(located):
        offers = ()
    return SiteDraft(
        lines=tuple(row.line for row in rows),
        address=first.address,
        postcode=first.postcode,
        town=first.town,
        country=first.country or _country_of(located[0][1]),
        region=located[0][1],
        lon=first.position[0] if first.position else None,
        lat=first.position[1] if first.position else None,
        precision=first.precision if first.position else None,
        place_id=first.place_id,
        external_ids=tuple(sorted({row.external_id for row in rows if row.external_id})),
        private=tuple(dict(row.private) | _contact(row) for row in rows),
        offers=offers,
    )


def _country_of(region: str | None) -> str | None:
    """The country that a region's id begins with: where a list says none, the point tells it."""
    return region.split("-", 1)[0] if region else None


class _Frozen:
    """An offer draft that compares by what it says to all, though it holds dictionaries."""

    def __init__(self, draft: OfferDraft) -> None:
        self.draft = draft
        self.said = replace(draft, contact={})

    def __hash__(self) -> int:
        said = self.draft
        return hash((said.fields, said.sectors, tuple(said.title.items()), tuple(said.summary.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.said == other.said


def _offer(row: HostRow) -> OfferDraft:
    return OfferDraft(
        title=_text(row.title or row.kind_text),
        fields=row.fields,
        sectors=row.sectors,
        summary=_text(row.summary),
        missions={"": list(row.missions)} if row.missions else {},
        welcome=_text(row.welcome),
        min_days=row.min_days,
        max_days=row.max_days,
        periods=row.periods,
        languages=row.languages,
        min_age=row.min_age,
        accommodation=row.accommodation,
        wheelchair=row.wheelchair,
        programmes=row.programmes,
        conditions=_text(row.conditions),
        contact=_contact(row),
        confirmed_on=row.confirmed_on,
    )


def _contact(row: HostRow) -> dict[str, str]:
    """Whom to ask; private, whether it stands with an offer or with its site."""
    contact = {"name": row.contact_name, "email": row.contact_email, "phone": row.contact_phone}
    return {key: value for key, value in contact.items() if value}


def _text(text: str | None) -> dict[str, str]:
    return {"": text} if text else {}


def _union(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(item for items in lists for item in items))
