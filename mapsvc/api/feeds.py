"""The Atom feed of a public search: what of it changed last, without people."""

from datetime import UTC, datetime, time

from flask import Blueprint, Response, request

from mapsvc import i18n
from mapsvc.api.doors import refuse_misspelt
from mapsvc.api.tags import tagged_bytes
from mapsvc.directory.directory import utc_today
from mapsvc.directory.searches import Search
from mapsvc.http import running
from mapsvc.params.followed import followed_query, search_for_feeds
from mapsvc.params.searches import SEARCH_PARAMETERS, SearchState, search_state
from mapsvc.presentation.feeds import MEDIA_TYPE, Feed, atom
from mapsvc.presentation.followed import search_title
from mapsvc.storage.feeds import last_change_at, newest_sites
from mapsvc.storage.listings import listings_by_id
from mapsvc.viewers import installation, open_to_all

MOST = 50  # entries

bp = Blueprint("feeds", __name__)


@bp.get("/feed.atom")
@open_to_all
def feed() -> Response:
    """The sites of a search that changed last, newest first. A misspelt parameter is refused."""
    refuse_misspelt(SEARCH_PARAMETERS)
    state = search_state(request.args, running().gazetteer)
    search, modified = search_for_feeds(state), _modified()
    since = request.if_modified_since
    if since is not None and not request.if_none_match and since >= modified:
        answer = Response(status=304, content_type=MEDIA_TYPE)
    else:
        key = f"{followed_query(state)}\n{installation().base_url}"
        answer = tagged_bytes(key, MEDIA_TYPE, lambda: _made(state, search, modified), by_language=True)
    answer.last_modified = modified
    return answer


def _made(state: SearchState, search: Search, modified: datetime) -> bytes:
    here, language = running(), i18n.language()
    ids = here.directory.ids_at_sites(search)
    with here.public_engine.connect() as connection:
        sites = newest_sites(connection, ids, limit=MOST)
        listings = listings_by_id(connection, [one.listing_id for one in sites])
    title = search_title(state, language=language, regions=here.regions)
    described = Feed(title, followed_query(state), language, modified)
    return atom(described, sites, listings, installation=installation())


def _modified() -> datetime:
    """When any feed may last have changed: with the directory, or as the day began, which ends entries.

    Of the directory as this process knows it: whoever was told a later moment would ask in vain for what
    came with it.
    """
    here = running()
    here.directory.refresh()
    with here.public_engine.connect() as connection:
        changed = last_change_at(connection, until=here.directory.number)
    today = datetime.combine(utc_today(), time(), UTC)
    return max(changed or today, today)
