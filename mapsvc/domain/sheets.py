"""The sheet of a host as people fill it in: its parts, and which columns each of them changes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mapsvc.domain.sheet_values import CHECKS
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _

Values = dict[str, Any]


class Part(StrEnum):
    """A step of the sheet; the value stands in its address."""

    ORGANISATION = "organisation"
    WHERE = "where"
    WHAT = "what"
    WHEN = "when"
    WHOM = "whom"
    CONDITIONS = "conditions"
    CONTACT = "contact"


OFFER_PARTS = (Part.WHAT, Part.WHEN, Part.WHOM, Part.CONDITIONS, Part.CONTACT)

# The columns that each part may change, and no others.
COLUMNS: Mapping[Part, tuple[str, ...]] = {
    Part.ORGANISATION: (
        *("name", "other_names", "kind", "sectors", "website", "about", "languages"),
        "legal_ids",
    ),
    Part.WHERE: ("address", "postcode", "town", "country", "lon", "lat"),
    Part.WHAT: ("title", "summary", "fields", "sectors", "missions", "profiles"),
    Part.WHEN: ("periods", "min_days", "max_days"),
    Part.WHOM: ("welcome", "min_age", "languages", "wheelchair", "programmes"),
    Part.CONDITIONS: ("accommodation", "conditions", "documents", "effects_visitor", "effects_host"),
    Part.CONTACT: ("contact",),
}


class InvalidSheet(InvalidInput):
    """Some fields cannot be taken as they were typed; `faults` says which and why, each once."""

    message = _("Some fields cannot be kept as they are.")

    def __init__(self, faults: Mapping[str, InvalidInput]) -> None:
        super().__init__(field=next(iter(faults), ""))
        self.faults = dict(faults)


def checked(part: Part, said: Mapping[str, Any]) -> Values:
    """The values of a part as they are kept, cleaned; what is no column of the part is left out.

    Raises InvalidSheet with every field that cannot be kept.
    """
    values: Values = {}
    faults: dict[str, InvalidInput] = {}
    for column in COLUMNS[part]:
        if column not in said:
            continue
        try:
            values[column] = CHECKS[column](said[column])
        except InvalidInput as fault:
            faults[column] = fault
    if faults := faults or dict(_faults_between(values)):
        raise InvalidSheet(faults)
    return values


def _faults_between(values: Values) -> list[tuple[str, InvalidInput]]:
    """What two fields do not agree on."""
    faults = []
    least, most = values.get("min_days"), values.get("max_days")
    if least and most and least > most:
        faults.append(("max_days", InvalidInput(_("The longest stay is shorter than the shortest one."))))
    if ("lon" in values or "lat" in values) and (values.get("lon") is None) != (values.get("lat") is None):
        faults.append(("lon", InvalidInput(_("Give both numbers of the position, or none of them."))))
    return faults
