"""The questions over HTTP: addresses that the service and the one over PostGIS answer alike."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from benchmarks.peers.questions import Chance, Circle, Filter, Window, window_around
from benchmarks.peers.worlds import COUNTRIES, FIELDS, LANGUAGES, LODGING, SECTORS, World

SEED = 50
FILTERS = 50
ADDRESSES = 400  # of each kind; half of them with one of the filters
RADIUS_KM = 50
WINDOW_ZOOMS = (4, 6, 8, 9, 10, 11, 12)
TILE_ZOOMS = (4, 6, 8, 9, 10, 11, 12)
LISTS = {
    "sector": ("sectors", SECTORS),
    "language": ("languages", LANGUAGES),
    "accommodation": ("lodging", LODGING),
    "field": ("fields", FIELDS),
    "country": ("countries", COUNTRIES),
}


def addresses(world: World) -> dict[str, list[str]]:
    """ADDRESSES each of search, viewport and tile; the same for the same world."""
    chance = Chance(SEED)
    filters = [chance.medium(world) for _number in range(FILTERS)]
    found: dict[str, list[str]] = {"search": [], "viewport": [], "tile": []}
    for number in range(ADDRESSES):
        lon, lat = chance.place(world)
        filter_ = filters[int(chance.random.integers(FILTERS))] if number % 2 else Filter()
        found["search"].append(search_address(Circle(lon, lat, RADIUS_KM, filter_)))
        zoom = WINDOW_ZOOMS[number // 2 % len(WINDOW_ZOOMS)]
        found["viewport"].append(viewport_address(window_around(lon, lat, zoom, filter_)))
        found["tile"].append(tile_address(lon, lat, TILE_ZOOMS[number // 2 % len(TILE_ZOOMS)], filter_))
    return found


def search_address(circle: Circle) -> str:
    """The address of a circle."""
    place = {"lon": circle.lon, "lat": circle.lat, "radius_km": circle.radius_km}
    return f"/api/search?{urlencode(place | circle.filter.named, doseq=True)}"


def viewport_address(window: Window) -> str:
    """The address of a window."""
    box = window.box
    sides = ",".join(f"{side:.9f}" for side in (box.west, box.south, box.east, box.north))
    query = urlencode({"box": sides, "zoom": window.zoom} | window.filter.named, doseq=True, safe=",")
    return f"/api/viewport?{query}"


def tile_address(lon: float, lat: float, zoom: int, filter_: Filter) -> str:
    """The address of the tile that holds a place."""
    middle = window_around(lon, lat, zoom, filter_)
    x, y = (middle.column + 8) // 4, (middle.row + 6) // 4
    query = urlencode(filter_.named, doseq=True)
    return f"/tiles/{zoom}/{x}/{y}.mvt" + (f"?{query}" if query else "")


def filter_of(lists: Mapping[str, Sequence[str]]) -> Filter:
    """The filter that an address names."""
    places = {
        name: tuple(values.index(value) for value in lists.get(parameter, ()))
        for parameter, (name, values) in LISTS.items()
    }
    return Filter(**places, seats=int((lists.get("seats") or ["0"])[0]))
