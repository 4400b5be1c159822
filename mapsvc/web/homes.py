"""The home town of whoever looks, from the address of the page alone: nothing of it is kept here."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from mapsvc import i18n
from mapsvc.domain.base import now
from mapsvc.http import running
from mapsvc.intake.wishes import Wishing
from mapsvc.params.homes import HomeAsked, call_years, home_asked


@dataclass(frozen=True, slots=True)
class HomeForm:
    """The field for a home town: where it is sent, with what else, and where it is left out again.

    name is the town that was found, "" for none; fault says why none was found, "" where none was asked for.
    query is what links to other pages carry on, "" or "?home=...".
    """

    text: str
    name: str
    fault: str
    call: int
    calls: list[int]
    action: str
    beside: tuple[tuple[str, str], ...]
    without: str
    query: str


def home_of_reader() -> HomeAsked:
    """The home town and the call in the address of this request. Raises UnknownCall or InvalidSearch."""
    here = running()
    return home_asked(request.args, Wishing(here.gazetteer, here.regions), now().date())


def home_form(home: HomeAsked, action: str, beside: Iterable[tuple[str, str]], without: str) -> HomeForm:
    """The field as a page shows it, sent to `action` with what stands beside it."""
    carried = home.parameters()
    return HomeForm(
        text=home.text,
        name=home.spot.name if home.spot else "",
        fault=i18n.spoken(home.fault) if home.fault else "",
        call=home.call.year,
        calls=call_years(),
        action=action,
        beside=tuple(beside),
        without=without,
        query=f"?{urlencode(carried)}" if carried else "",
    )
