"""What the parameters take that may stand several times: words of a closed list, or codes of one form."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from mapsvc.domain import vocabulary
from mapsvc.domain.listings import Kind

OTHER_CODES = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class ListRule:
    """What one such parameter takes: the `keys`, or without them every text of the form `pattern`.

    The pattern is a whole one, from ^ to $, in the syntax that Python and ECMA 262 share. `read`
    gives the one spelling of a value that is taken.
    """

    keys: tuple[str, ...] = ()
    pattern: str = ""
    read: Callable[[str], str] = str

    def takes(self, written: str) -> bool:
        """Whether a value can be used as it is written."""
        return written in self.keys if self.keys else bool(re.fullmatch(self.pattern, written))


@cache
def list_rules() -> Mapping[str, ListRule]:
    """The rule of each of these parameters, by its name."""
    return MappingProxyType(
        {
            "kind": ListRule(keys=tuple(kind.value for kind in Kind)),
            "field": ListRule(pattern=r"^[0-9]{2,4}$"),
            "sector": ListRule(keys=vocabulary.keys("sectors")),
            "language": ListRule(pattern=r"^[A-Za-z]{2,3}$", read=str.lower),
            "country": ListRule(pattern=r"^[A-Za-z]{2}$", read=_country),
            "region": ListRule(pattern=r"^[A-Z]{2}-[A-Za-z0-9~_.-]{1,36}$"),
            "accommodation": ListRule(keys=vocabulary.keys("accommodation")),
            "access": ListRule(keys=vocabulary.keys("access")),
        }
    )


def _country(code: str) -> str:
    upper = code.upper()
    return OTHER_CODES.get(upper, upper)
