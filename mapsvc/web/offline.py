"""What a device keeps for days without a network: the worker, lists of what to keep, pages about it."""

import hashlib
from collections.abc import Callable
from functools import lru_cache

from flask import Blueprint, Response, g, jsonify, render_template, request, send_file, url_for
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain.demand_visitors import is_person
from mapsvc.domain.listings import Kind
from mapsvc.errors import NotFound
from mapsvc.http import BY_READER, FOR_GOOD, running
from mapsvc.places.basemap_extracts import basemap_around, extract_name
from mapsvc.presentation.offline_files import OfflineFile, files_for, travelling
from mapsvc.resources import resource, static_digest
from mapsvc.viewers import network, open_to_all, without_token
from mapsvc.web.courses import card
from mapsvc.web.kits import emergency, kit_called, kit_page_of, place_of
from mapsvc.web.learners import kept_items

ICONS = ((192, "any"), (512, "any"), (512, "maskable"))
ONLY_ITSELF = "default-src 'none'; connect-src 'self'"  # all that the worker may ask
SHOWN_OF_HOSTS = ("id", "kind", "kind_label", "title", "place", "country_label", "url", "sample")

bp = Blueprint("offline", __name__)


@bp.get("/sw.js")
@open_to_all
def worker() -> Response:
    """The service worker, looked at anew each time: a fault in it must not stay on anybody's device.

    Where the operator has switched it off, the one that removes what it kept, and then itself.
    """
    name = "worker.js" if running().settings.offline else "farewell.js"
    response = send_file(resource("static") / "js" / "offline" / name, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache, max-age=0"
    response.headers["Content-Security-Policy"] = ONLY_ITSELF
    return response


@bp.get("/manifest.webmanifest")
@open_to_all
def manifest() -> Response:
    """What a device needs to know to put this site among its programs."""
    settings = running().settings
    icons = [
        {
            "src": url_for(
                "static", filename=f"img/icon-{size}{'-maskable' if use == 'maskable' else ''}.png"
            ),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": use,
        }
        for size, use in ICONS
    ]
    shortcuts = (
        (gettext("Settling-in kits"), "/kits"),
        (gettext("Emergency"), "/emergency"),
        (gettext("Shortlist"), "/shortlist"),
    )
    response: Response = jsonify(
        id="/",
        name=settings.site_name,
        short_name=settings.site_name[:12].strip(),
        description=gettext("What to know before you go, and in the first weeks: town by town."),
        lang=i18n.language(),
        dir="ltr",
        start_url="/",
        scope="/",
        display="minimal-ui",
        background_color="#ffffff",
        theme_color="#1d2b64",
        icons=icons,
        shortcuts=[{"name": name, "url": url} for name, url in shortcuts],
    )
    response.mimetype = "application/manifest+json"
    response.headers["Vary"] = BY_READER
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/offline")
@open_to_all
def away() -> str:
    """What is shown without a network in place of a page that was not kept."""
    return render_template("offline/away.html")


@bp.get("/offline/shortlist")
@open_to_all
def shortlist() -> str:
    """The shortlist as the browser itself knows it; nothing of it is in the page."""
    return render_template("offline/shortlist.html")


@bp.get("/kept")
@open_to_all
def kept() -> str:
    """What is kept on this device, to look at and to remove; the page's script reads it there."""
    return render_template("offline/kept.html")


@bp.get("/shortlist.json")
@open_to_all
def shown_hosts() -> Response:
    """What a shortlist shows of its hosts and kits without a network. People are left out."""
    items = [one for one in kept_items(request.args.get("ids", "")) if one["kind"] != Kind.ALUMNI]
    return jsonify(items=[{name: one[name] for name in SHOWN_OF_HOSTS} for one in items])


@bp.get("/offline/keep.json")
@open_to_all
def keep_basics() -> Response:
    """What every device keeps that keeps anything: the pages that help without a network."""
    title = gettext("Emergency page, emergency card, shortlist")
    return _list(title, url_for("kits.emergency"), drawn(basic_pages), [])


@bp.get("/kits/<slug>/keep.json")
@open_to_all
def keep_kit(slug: str) -> Response:
    """What a device keeps of a kit: its page, all that the page needs, and the map around the town."""
    title, address = kit_called(slug).town.data.name, url_for("kits.kit", slug=slug)
    return _list(title, address, drawn(lambda: kit_pages(slug)), _extract(slug))


@bp.post("/kits/<slug>/kept")
@open_to_all
@without_token
def count_kept(slug: str) -> tuple[str, int]:
    """Counts that somebody kept a kit, in memory and without who it was; says nothing of whether it did."""
    waiting, kit = running().kept_kits, kit_called(slug)
    if waiting is None:
        raise NotFound
    if is_person(lambda name: request.headers.get(name, "")):
        waiting.add(kit.slug, network=network())
    return "", 204


@bp.get("/kits/<slug>/map-<name>.pmtiles")
@open_to_all
def town_map(slug: str, name: str) -> Response:
    """The base map around the town of a kit; browsers ask for the ranges that they need."""
    place = place_of(kit_called(slug))
    if place is None or name != extract_name(place.lon, place.lat):
        raise NotFound
    response = Response(basemap_around(place.lon, place.lat), mimetype="application/vnd.pmtiles")
    response.headers["Cache-Control"] = FOR_GOOD
    response.set_etag(name)
    response.make_conditional(request, accept_ranges=True, complete_length=response.content_length)
    return response


def basic_pages() -> dict[str, str]:
    """The pages that every device keeps that keeps anything, by address, in the reader's language."""
    return {
        url_for("offline.away"): away(),
        url_for("offline.shortlist"): shortlist(),
        url_for("offline.kept"): kept(),
        url_for("kits.emergency"): emergency(),
        url_for("courses.card"): card(),
    }


def keep_size(name: str) -> int:
    """About how many kilobytes travel when a device first keeps "offline" or a kit, as "kits/como".

    0 while pages are drawn in order to look at them: so what they are does not depend on it.
    """
    if "drawing" in g:
        return 0
    return _kilobytes(name, i18n.language(), static_digest())


@lru_cache(maxsize=1024)
def _kilobytes(name: str, language: str, digest: str) -> int:
    """The size for readers of a language while the static files have this digest."""
    slug = name.partition("/")[2]
    pages = drawn(basic_pages) | (drawn(lambda: kit_pages(slug)) if slug else {})
    files = [*files_for(pages.values(), running().settings.folder), *(_extract(slug) if slug else [])]
    size = sum(one.size for one in files) + sum(travelling(page.encode()) for page in pages.values())
    return max(size // 10_000, 1) * 10


def drawn(pages: Callable[[], dict[str, str]]) -> dict[str, str]:
    """Pages as they are but for what depends on their size."""
    g.drawing = True
    try:
        return pages()
    finally:
        g.pop("drawing")


def kit_pages(slug: str) -> dict[str, str]:
    """The page of a kit, by its address."""
    return {url_for("kits.kit", slug=slug): kit_page_of(slug)}


def _extract(slug: str) -> list[OfflineFile]:
    place = place_of(kit_called(slug))
    if place is None:
        return []
    url = url_for("offline.town_map", slug=slug, name=extract_name(place.lon, place.lat))
    return [OfflineFile(url, len(basemap_around(place.lon, place.lat)))]


def _list(title: str, address: str, pages: dict[str, str], more: list[OfflineFile]) -> Response:
    """What to keep as a worker reads it; its version changes with every page and every file."""
    if not running().settings.offline:
        raise NotFound
    files = [*files_for(pages.values(), running().settings.folder), *more]
    told = "\n".join([*pages.values(), *(one.url for one in files)])
    return jsonify(
        title=title,
        address=address,
        language=i18n.language(),
        version=hashlib.sha256(told.encode()).hexdigest()[:12],
        pages=[[url, travelling(page.encode())] for url, page in pages.items()],
        files=[[one.url, one.size] for one in files],
    )
