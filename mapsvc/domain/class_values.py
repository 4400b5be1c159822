"""What each field of an invitation for a class may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from mapsvc.domain.class_invitations import LONGEST_LIFE, LONGEST_NAME, MOST_USES
from mapsvc.domain.pin_values import FIRST_YEAR, country_of, field_of, text_of, whole_of
from mapsvc.errors import InvalidInput
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _


@dataclass(frozen=True, slots=True)
class ClassDraft:
    """An invitation as a referent writes it; the names are the columns of ClassInvitation."""

    name: str
    from_country: str
    field: str
    year: int
    language: str
    ends_on: date
    most: int

    @classmethod
    def of(cls, said: Mapping[str, Any], *, today: date) -> Self:
        """A draft from what a form says, each value checked. Raises InvalidInput, with the field."""
        name, ends_on = text_of(said, "name", LONGEST_NAME), said.get("ends_on")
        if not name:
            raise InvalidInput(_("Give the class a name, so that you find it again."), field="name")
        if said.get("language") not in LANGUAGES:
            raise InvalidInput(_("Choose one of the list."), field="language")
        if not isinstance(ends_on, date) or not today <= ends_on <= today + LONGEST_LIFE:
            raise InvalidInput(_("Choose a day from today on, within a year."), field="ends_on")
        return cls(
            name=name,
            from_country=country_of(said),
            field=field_of(said),
            year=whole_of(said, "year", FIRST_YEAR, today.year),
            language=str(said["language"]),
            ends_on=ends_on,
            most=whole_of(said, "most", 1, MOST_USES),
        )
