"""By which marks an organisation is known again in another list, without keeping what it is called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import floor

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.web_domains import own_domain
from mapsvc.places.folding import fold, words

CELL_DEGREES = 0.02  # about 2 km: a point and its eight neighbouring cells are "about there"
LEGAL_FORMS = frozenset(
    words(
        "ag as asbl aps bv bvba cic cv doo eg ehf eirl ek eu eurl ev gbr ggmbh gmbh hf ik kft kg llc llp lp "
        "ltd mb nv oe og ohg ood oy oyj plc sa sarl sas sasu sca sci scop scs se sia sl slu snc sp spa spol "
        "sprl srl srls sro uab ug vof vzw zoo zrt"
    )
)
LONGEST_FORM = 4  # letters of a form that stand apart: "s. r. l.", "e. K."
Mark = tuple[str, ...]  # its kind, and what it is made of


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organisation has a site, as far as it is known."""

    town: str = ""  # folded
    country: str = ""
    place_id: int | None = None
    lon: float | None = None
    lat: float | None = None
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is said of an organisation that could tell it from others."""

    names: tuple[str, ...]  # plain names
    places: tuple[Place, ...] = ()
    legal_ids: tuple[tuple[str, str], ...] = ()
    website: str | None = None
    source: str = ""
    domain: str | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", own_domain(self.website))


def of_draft(draft: OrganisationDraft, source: str) -> Likeness:
    """What a list says."""
    return Likeness(
        _names([draft.name, *draft.other_names]),
        tuple(
            Place(
                fold(site.town or ""),
                site.country or "",
                site.place_id,
                site.lon,
                site.lat,
                tuple(site.external_ids),
            )
            for site in draft.sites
        ),
        tuple(draft.legal_ids),
        draft.website,
        source,
    )


def of_organisation(organisation: Organisation) -> Likeness:
    """What the directory holds."""
    return Likeness(
        _names([organisation.name, *organisation.other_names]),
        tuple(
            Place(
                fold(site.town or ""),
                site.country or "",
                site.place_id,
                site.lon,
                site.lat,
                tuple(site.external_ids),
            )
            for site in organisation.sites
        ),
        tuple((one.scheme, one.value) for one in organisation.legal_ids),
        organisation.website,
        organisation.source.name,
    )


def marks_to_keep(one: Likeness) -> set[Mark]:
    """The marks by which an organisation is known again.

    A name alone is none: two bakeries of one name in two towns are two firms. It counts with a town,
    in whatever language that is spelt, with a point, with the domain of its website or with its
    number in the same list; alone only where it has the town in it. A domain alone is none either: a
    chain has many branches under one.
    """
    kept = set(_anywhere(one))
    for name in one.names:
        for place in one.places:
            kept |= {("nowhere", name, country) for country in (place.country, "")}
            if place.town:
                kept |= {("town", name, place.town, country) for country in (place.country, "")}
            if place.town and f" {place.town} " in f" {name} ":
                kept.add(("named", name, place.country))
            if (cell := _cell(place)) is not None:
                kept.add(("cell", name, *map(str, cell)))
    return kept


def marks_to_look_for(one: Likeness) -> set[Mark]:
    """The marks of which one is enough to say that an organisation is one that is known."""
    asked = set(_anywhere(one))
    for name in one.names:
        for place in one.places:
            asked.add(("named", name, place.country))
            if place.town:
                asked.add(("town", name, place.town, place.country))
            if (cell := _cell(place)) is not None:
                steps = (-1, 0, 1)
                asked |= {("cell", name, str(cell[0] + x), str(cell[1] + y)) for x in steps for y in steps}
            elif not place.town:
                asked.add(("nowhere", name, place.country))
    return asked


def _anywhere(one: Likeness) -> Iterator[Mark]:
    """The marks that are kept and looked for alike."""
    for scheme, value in one.legal_ids:
        yield "legal_id", scheme, value
    for name in one.names:
        if one.domain:
            yield "website", one.domain, name
        for place in one.places:
            if place.place_id is not None:
                yield "place", name, str(place.place_id)
            for number in place.external_ids:
                yield "listed", one.source, number, name
    for place in one.places:
        if one.domain and place.town:
            yield "website", one.domain, place.town, place.country
        for number in place.external_ids:
            if place.town:
                yield "listed", one.source, number, place.town, place.country


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(plain_name, names))))


def plain_name(name: str) -> str:
    """A folded name without the legal form at its end: "Bäckerei Müller e. K." is "backerei muller"."""
    left = fold(name).split()
    while form := _form_at_the_end(left):
        left = left[:-form]
    return " ".join(left)


def _form_at_the_end(left: Sequence[str]) -> int:
    """How many words at the end are a legal form; 0 where none is, or nothing would be left."""
    longest = min(LONGEST_FORM, len(left) - 1)
    return next((n for n in range(longest, 0, -1) if "".join(left[-n:]) in LEGAL_FORMS), 0)


def _cell(place: Place) -> tuple[int, int] | None:
    if place.lon is None or place.lat is None:
        return None
    return floor(place.lon / CELL_DEGREES), floor(place.lat / CELL_DEGREES)
