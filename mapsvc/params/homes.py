"""The home town from which a reader would travel: read from the address, and kept nowhere else."""

from dataclasses import dataclass
from datetime import date

from mapsvc.domain.grant_calls import Call, call_of, call_on, calls
from mapsvc.errors import InvalidInput
from mapsvc.intake.wishes import Wishing
from mapsvc.params.placings import base_asked
from mapsvc.params.values import Arguments, integer, text
from mapsvc.planning.cohorts import Spot

HOME_PARAMETERS = ("home", "call")
_YEARS = (0, 9999)


@dataclass(frozen=True, slots=True)
class HomeAsked:
    """What an address says of a reader's home town and of the call that pays.

    text is what was typed, "" for nothing. spot is the town that it names, None where it names none: then
    fault says why, None where nothing was typed. usual_call is the one that counts where none is chosen.
    """

    text: str
    spot: Spot | None
    fault: InvalidInput | None
    call: Call
    usual_call: Call

    def parameters(self) -> dict[str, str]:
        """What the links of a page carry on, by name: nothing where no home town was given."""
        if not self.text:
            return {}
        year = {} if self.call is self.usual_call else {"call": str(self.call.year)}
        return {"home": self.text, **year}


def home_asked(arguments: Arguments, wishing: Wishing, today: date) -> HomeAsked:
    """The home town ("home", a town or "longitude,latitude") and the call ("call", a year) of an address.

    A town that is not known is no fault of the address: the page says so beside its field. Without a year
    the call is that of today.

    Raises UnknownCall, or a sub-class of InvalidSearch for a parameter that cannot be read at all.
    """
    usual = call_on(today)
    year = integer(arguments, "call", *_YEARS)
    call = usual if year is None else call_of(year)
    typed = text(arguments, "home")
    try:
        return HomeAsked(typed, base_asked(typed, wishing), None, call, usual)
    except InvalidInput as fault:
        return HomeAsked(typed, None, fault, call, usual)


def call_years() -> list[int]:
    """The years that can be chosen, the latest first."""
    return sorted(calls(), reverse=True)
