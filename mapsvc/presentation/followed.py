"""What a search is called: for a page that saves it, for its mails and for its feed."""

from contextlib import suppress

from flask_babel import gettext

from mapsvc import i18n
from mapsvc.errors import InvalidSearch
from mapsvc.params.followed import followed_query, search_for_feeds, search_for_mails
from mapsvc.params.searches import SearchState
from mapsvc.presentation.feeds import feed_path
from mapsvc.presentation.labels import RegionNames
from mapsvc.presentation.results import chosen

LONGEST = 200  # characters


def search_title(state: SearchState, *, language: str, regions: RegionNames) -> str:
    """A search in some words: where, then its filters; needs Flask's context."""
    parts = [_where(state), *(one["label"] for one in chosen(state, language=language, regions=regions))]
    title = " · ".join(" ".join(str(part).split()) for part in parts if part)
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


def _where(state: SearchState) -> str:
    if state.centre is None:
        return str(gettext("A part of the map") if state.bbox else gettext("All places"))
    place = state.centre.label or gettext("the chosen point")
    if state.radius_km is None:
        return str(gettext("Nearest to %(place)s", place=place))
    return str(gettext("%(km)s km around %(place)s", km=i18n.count(state.radius_km), place=place))


def follow_urls(state: SearchState, *, language: str) -> dict[str, str]:
    """Where a search is followed: "mail" and "feed"; without those that its kinds leave nothing of."""
    query, found = followed_query(state), {}
    with suppress(InvalidSearch):
        search_for_mails(state)
        found["mail"] = f"/alerts/new?{query}"
    with suppress(InvalidSearch):
        search_for_feeds(state)
        found["feed"] = feed_path(query, language)
    return found
