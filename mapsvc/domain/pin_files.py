"""The file of one's own stays that was taken along, read again: what it says is typed for nobody."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from mapsvc.domain.consents import ConsentKind
from mapsvc.domain.pin_values import PinDraft
from mapsvc.domain.strict_json import InvalidJson, load_json
from mapsvc.errors import InvalidInput, MapsvcError
from mapsvc.messages import mark as _

MOST_STAYS = 50
LONGEST_SAID = 40  # characters of a key that are shown again
COORDINATES = frozenset(
    {"lat", "lon", "lng", "long", "latitude", "longitude", "x", "y", "point", "position"}
    | {"coordinates", "geometry"}
)
OF_FILE = frozenset({"pins", "conversations"})
OF_STAY = frozenset({"draft", "pin", "consents", "handed_in"})
KNOWN = frozenset(each.name for each in fields(PinDraft))
NUMBERS, LISTS = {"place_id", "year", "length"}, {"languages", "ask_about", "consents"}
NAMED = {ConsentKind.SURNAME: "surname", ConsentKind.HOST_NAME: "host_name"}


class NotOurFile(InvalidInput):
    """A file that does not hold stays as `mapsvc.services.own_pins.everything_kept` writes them."""

    message = _(
        "This is not a file of your stays. Take the one that you got here under “All that is kept (JSON)”."
    )


class NoStays(InvalidInput):
    """A file of ours without a stay."""

    message = _("There is no stay in this file.")


class TooManyStays(InvalidInput):
    """A file with more stays than one person has."""

    message = _("There are %(count)s stays in this file. At most %(limit)s can be brought in one file.")


class ForeignPart(InvalidInput):
    """A stay of a file holds what no stay of ours has."""

    message = _(
        "Stay %(number)s of this file holds “%(part)s”, which does not belong there. Nothing was kept."
    )


class PointInFile(MapsvcError):
    """A file tells where a person was more closely than by a town."""

    message = _("There is a point of the map in this file. We take only a town, so nothing was kept.")


class WrongPart(InvalidInput):
    """A value of a stay that no form of ours takes."""

    message = _("Stay %(number)s of this file is not right at “%(part)s”. Nothing was kept.")


@dataclass(frozen=True, slots=True)
class BroughtStay:
    """A stay of a file, and the part of the file that holds it. No consent is taken from a file."""

    draft: PinDraft
    source: dict[str, Any]


def stays_in(body: bytes) -> list[BroughtStay]:
    """The stays that a file holds, in its order, each as a form would take it, without consents.

    Only what can be handed in again is looked at; the rest of what was taken along is passed over.

    Raises NotOurFile, NoStays, TooManyStays, ForeignPart, WrongPart, or PointInFile.
    """
    try:
        held = load_json(body)
    except InvalidJson:
        raise NotOurFile(field="file") from None
    if not isinstance(held, dict) or not isinstance(held.get("pins"), list):
        raise NotOurFile(field="file")
    _refuse_foreign(held, OF_FILE, 1)
    if len(held["pins"]) > MOST_STAYS:
        raise TooManyStays(field="file", count=len(held["pins"]), limit=MOST_STAYS)
    if not held["pins"]:
        raise NoStays(field="file")
    return [_stay(one, number) for number, one in enumerate(held["pins"], 1)]


def _stay(said: object, number: int) -> BroughtStay:
    if not isinstance(said, dict) or not isinstance(said.get("draft"), dict):
        raise NotOurFile(field="file")
    _refuse_foreign(said, OF_STAY, number)
    draft: dict[str, Any] = said["draft"]
    _refuse_foreign(draft, KNOWN, number)
    for name, value in draft.items():
        if not _has_shape(name, value):
            raise WrongPart(field="file", number=number, part=name)
    # Looked at as if all was agreed to, so that no word is lost; the person agrees again, or not.
    shown = [kind for kind, name in NAMED.items() if draft.get(name)]
    try:
        read = PinDraft.of({**draft, "consents": [ConsentKind.PIN, *shown]})
    except InvalidInput as fault:
        raise WrongPart(field="file", number=number, part=fault.field) from None
    return BroughtStay(replace(read, consents=()), {"draft": {**draft, "consents": []}})


def _refuse_foreign(said: Mapping[str, Any], known: frozenset[str], number: int) -> None:
    if {name.lower() for name in said} & COORDINATES:
        raise PointInFile
    for name in said:
        if name not in known:
            raise ForeignPart(field="file", number=number, part=name[:LONGEST_SAID])


def _has_shape(name: str, value: object) -> bool:
    if name in NUMBERS:
        return type(value) is int
    if name in LISTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return type(value) is (bool if name == "may_be_asked" else str)
