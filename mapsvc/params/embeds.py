"""From an address to a map inside another site, whose search is fixed, and back to one canonical address."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from mapsvc.domain.listings import Kind
from mapsvc.headers import EMBED
from mapsvc.messages import LANGUAGES
from mapsvc.params.searches import (
    SEARCH_PARAMETERS,
    SearchState,
    query_string,
    refuse_unknown,
    search_state,
    search_url,
)
from mapsvc.params.values import Arguments, choice, integer
from mapsvc.places.gazetteer import Gazetteer

OFF = "off"
SEARCHED = tuple(name for name in SEARCH_PARAMETERS if name != "cursor")
PARAMETERS = (*SEARCHED, "lang", "list")
# People agreed to stand on the public map; on the page of somebody else only where it was chosen.
USUAL_KINDS = tuple(kind.value for kind in Kind if kind is not Kind.ALUMNI)
LEAST_WIDTH, LEAST_HEIGHT, MOST_SIDE, USUAL_HEIGHT = 240, 320, 2000, 480  # CSS pixels


@dataclass(frozen=True, slots=True)
class EmbedState:
    """A map inside another site: its search, its language (None for the reader's own), if it has a list."""

    search: SearchState
    language: str | None
    has_list: bool

    def address(self, path: str = EMBED, **changes: Any) -> str:
        """The canonical address of this map with some parameters changed; None takes one away."""
        found = self.search.parameters() | {"lang": self.language, "list": None if self.has_list else OFF}
        query = query_string(found | changes)
        return f"{path}?{query}" if query else path

    def site_address(self) -> str:
        """The address of the same search on the site itself, in the language of the map where it has one."""
        return search_url(self.search, page=None, lang=self.language)

    def asked(self) -> str:
        """The query by which the map asks for pins: the search alone, and the language."""
        return query_string(self.search.parameters() | {"page": None, "lang": self.language})


@dataclass(frozen=True, slots=True)
class Size:
    """How large a map is on its page, in CSS pixels; a width of None is all there is."""

    width: int | None = None
    height: int = USUAL_HEIGHT


def embed_state(arguments: Arguments, gazetteer: Gazetteer) -> EmbedState:
    """The map that an address asks for. What it does not name is everything but former participants.

    Raises a sub-class of InvalidSearch; for a parameter that it does not have, too: whoever misspelt one
    would else show another search than they mean.
    """
    refuse_unknown(arguments, PARAMETERS)
    return read_embed(arguments, gazetteer, language="lang")


def read_embed(arguments: Arguments, gazetteer: Gazetteer, *, language: str) -> EmbedState:
    """The same from an address that has more parameters; language names the one for the map's own.

    Raises a sub-class of InvalidSearch.
    """
    found: Arguments = MultiDict((name, one) for name in SEARCHED for one in arguments.getlist(name))
    if not any(found.getlist("kind")):
        found.setlist("kind", list(USUAL_KINDS))
    return EmbedState(
        search=search_state(found, gazetteer),
        language=choice(arguments, language, LANGUAGES),
        has_list=choice(arguments, "list", ("on", OFF)) != OFF,
    )


def embed_size(arguments: Arguments) -> Size:
    """How large a map shall be. Raises a sub-class of InvalidSearch."""
    width = integer(arguments, "width", LEAST_WIDTH, MOST_SIDE)
    return Size(width, integer(arguments, "height", LEAST_HEIGHT, MOST_SIDE) or USUAL_HEIGHT)
