"""What differs between two states of a host, part by part and column by column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.sheets import COLUMNS, OFFER_PARTS, Part

State = Mapping[str, Any]
ORGANISATION_COLUMNS = ("status", *COLUMNS[Part.ORGANISATION])
SITE_COLUMNS = COLUMNS[Part.WHERE]
OFFER_COLUMNS = tuple(column for part in OFFER_PARTS for column in COLUMNS[part])


@dataclass(frozen=True, slots=True)
class Difference:
    """One column that differs. site and offer count from 1; 0 where it is no part of one.

    added tells that all of the site or the offer is new, removed that it is gone; column is "" then.
    """

    column: str
    before: Any
    after: Any
    site: int = 0
    offer: int = 0
    added: bool = False
    removed: bool = False


def difference(before: State, after: State) -> list[Difference]:
    """What changed from one state to another, in the order of the sheet."""
    found = list(column_differences(ORGANISATION_COLUMNS, before, after))
    for number, old, new in _pairs(before["sites"], after["sites"]):
        found += _site(number, old, new)
    return found


def plain_legal_ids(values: Sequence[Any]) -> list[str]:
    """Legal ids as a sheet shows them: "SIRET 12345678901234"."""
    return sorted(
        f"{one['scheme']} {one['value']}" if isinstance(one, Mapping) else " ".join(one) for one in values
    )


def _site(number: int, old: State | None, new: State | None) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference("", old, new, site=number, added=old is None, removed=new is None)
        return
    yield from column_differences(SITE_COLUMNS, old, new, site=number)
    for offer, before, after in _pairs(old["offers"], new["offers"]):
        if before is None or after is None:
            yield Difference(
                "", before, after, site=number, offer=offer, added=before is None, removed=after is None
            )
        else:
            yield from column_differences(OFFER_COLUMNS, before, after, site=number, offer=offer)


def column_differences(
    columns: Sequence[str], old: State, new: State, *, site: int = 0, offer: int = 0
) -> Iterator[Difference]:
    """The columns in which two things differ, in their order."""
    for column in columns:
        before, after = old.get(column), new.get(column)
        if column == "legal_ids":
            before, after = plain_legal_ids(before or []), plain_legal_ids(after or [])
        if (before or None) != (after or None) or (before is False) != (after is False):
            yield Difference(column, before, after, site=site, offer=offer)


def _pairs(old: Sequence[State], new: Sequence[State]) -> Iterator[tuple[int, State | None, State | None]]:
    """The things of two states that are the same, by id; those that are gone come last."""
    known = {one["id"]: one for one in old}
    for number, one in enumerate(new, 1):
        yield number, known.pop(one["id"], None) if one["id"] is not None else None, one
    for number, one in enumerate(old, 1):
        if one["id"] in known:
            yield number, one, None
