"""Pages as Folium makes them when nothing is done about size: every place in the page itself."""

import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.worlds import World
from mapsvc.resources import resource

if TYPE_CHECKING:
    import folium

CLUSTERING = "leaflet.markercluster@1.5.3"
FILES = (
    "leaflet.js",
    "leaflet.css",
    "leaflet.markercluster.js",
    "MarkerCluster.css",
    "MarkerCluster.Default.css",
)
CENTRE, ZOOM = (52, 10.5), 4
# With its own markers the plugin asks for a library that is left out here.
PLAIN_MARKER = "function (row) { return L.marker(new L.LatLng(row[0], row[1])); }"


@dataclass(frozen=True, slots=True)
class Naive:
    """A page, how many places it holds, and the seconds that Folium took to make it."""

    name: str
    places: int
    address: str
    made_s: float


@contextmanager
def naive_pages(folder: Path, world: World) -> Iterator[list[Naive]]:
    """Pages of the first places of a world, served from this machine; none, said aloud, without npm.

    Of all that such a page loads only Leaflet and the clustering are there: jQuery, Bootstrap and the icon
    fonts are left out, and so is the base map. Names are tooltips, as popups would need jQuery.
    """
    site = folder / "naive"
    site.mkdir()
    if not _fetched(site):
        print("  NOT MEASURED: pages as Folium makes them need npm, to fetch what clusters them.")
        yield []
        return
    pages = []
    for name, make, numbers in (
        ("Marker", _markers, (1_000, 10_000)),
        ("MarkerCluster", _clustered, (1_000, 10_000)),
        ("FastMarkerCluster", _fast, (100_000,)),
    ):
        for number in (number for number in numbers if number <= len(world)):
            begun = time.perf_counter()
            html = make(world, number)
            made_s = time.perf_counter() - begun
            file = site / f"{name}-{number}.html"
            file.write_text(_local(html), "utf-8")
            pages.append((name, number, file.name, made_s))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        at = f"http://127.0.0.1:{server.server_port}"
        yield [Naive(name, number, f"{at}/{file}", made_s) for name, number, file, made_s in pages]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_words: object) -> None:
        """Nothing."""


def _fetched(site: Path) -> bool:
    """Puts Leaflet and its clustering beside the pages."""
    if (npm := shutil.which("npm")) is None:
        return False
    options = ("--prefix", str(site / "npm"), "--ignore-scripts", "--no-audit", "--no-fund", "--no-save")
    subprocess.run([npm, "install", *options, CLUSTERING], check=True, capture_output=True, timeout=120)
    for folder in (
        resource("static") / "vendor/leaflet",
        site / "npm/node_modules/leaflet.markercluster/dist",
    ):
        for name in FILES:
            if (folder / name).exists():
                shutil.copy(folder / name, site)
    shutil.copytree(resource("static") / "vendor/leaflet/images", site / "images", dirs_exist_ok=True)
    shutil.rmtree(site / "npm")
    return all((site / name).exists() for name in FILES)


def _local(html: str) -> str:
    """The page with the files that are here, and without those that are not."""

    def kept(found: re.Match[str]) -> str:
        name = found["address"].rsplit("/", 1)[1]
        return found[0].replace(found["address"], name) if name in FILES else ""

    linked = r'<(?:script|link)\b[^>]*?(?:src|href)="(?P<address>https?://[^"]+)"[^>]*?(?:></script>|/?>)'
    return re.sub(linked, kept, html)


def _map() -> "folium.Map":
    import folium

    found = folium.Map(CENTRE, zoom_start=ZOOM, tiles=None)
    found.options |= {"minZoom": 0, "maxZoom": 18}
    return found


def _places(world: World, number: int) -> Iterator[tuple[list[float], str]]:
    lons, lats = world.lon[:number].tolist(), world.lat[:number].tolist()
    return (([lat, lon], world.title(row)) for row, (lon, lat) in enumerate(zip(lons, lats, strict=True)))


def _markers(world: World, number: int) -> str:
    import folium

    page = _map()
    for at, title in _places(world, number):
        folium.Marker(at, tooltip=title).add_to(page)
    return str(page.get_root().render())


def _clustered(world: World, number: int) -> str:
    import folium
    from folium.plugins import MarkerCluster

    page = _map()
    cluster = MarkerCluster().add_to(page)
    for at, title in _places(world, number):
        folium.Marker(at, tooltip=title).add_to(cluster)
    return str(page.get_root().render())


def _fast(world: World, number: int) -> str:
    from folium.plugins import FastMarkerCluster

    page = _map()
    FastMarkerCluster([at for at, _title in _places(world, number)], callback=PLAIN_MARKER).add_to(page)
    return str(page.get_root().render())
