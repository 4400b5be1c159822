"""Encoding vector tiles: ours and the general library, the same features, in turns, in process."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile

from benchmarks.figures import Figure
from benchmarks.installations import Workshop
from mapsvc.api import mvt
from mapsvc.directory.answers import Cluster, Pin, View

FEATURES = 64  # of a full tile of clusters
TURNS = 200
WEST, SOUTH, EAST, NORTH = 0.0, 40.98, 22.5, 55.77  # of the tile
TILE = (4, 8, 5)

Layers = list[dict[str, Any]]


def measure(_workshop: Workshop) -> Iterator[Figure]:
    """Processor time of the median tile, in milliseconds, and how many times ours the library takes."""
    chance = random.Random(1)  # noqa: S311 - made up, the same every time
    views = {"clusters": _clusters(chance), "pins": _pins(chance)}
    for name, view in views.items():
        layers = _layers(view)
        _refuse_other_answers(mvt.tile(view, *TILE), mapbox_vector_tile.encode(layers))
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(TURNS):
            ours.append(_ms(lambda view=view: mvt.tile(view, *TILE)))
            theirs.append(_ms(lambda layers=layers: mapbox_vector_tile.encode(layers)))
        mine, library = statistics.median(ours), statistics.median(theirs)
        yield Figure(f"{FEATURES} {name}, ours, median of {TURNS}", mine, "ms")
        yield Figure(f"{FEATURES} {name}, mapbox-vector-tile", library, "ms")
        yield Figure(f"{FEATURES} {name}, mapbox-vector-tile to ours", library / mine, "x")


def _clusters(chance: random.Random) -> View:
    clusters = []
    for _ in range(FEATURES):
        lon, lat = chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)
        kinds = {"host": chance.randint(2, 9000), "kit": chance.randint(1, 90)}
        clusters.append(
            Cluster(lon=lon, lat=lat, count=sum(kinds.values()), kinds=kinds, box=(lon, lat, lon, lat))
        )
    return View(sum(one.count for one in clusters), tuple(clusters), ())


def _pins(chance: random.Random) -> View:
    pins = tuple(
        Pin(
            id=chance.randint(1, 1_000_000),
            kind="host",
            lon=chance.uniform(WEST, EAST),
            lat=chance.uniform(SOUTH, NORTH),
            title=f"Menuiserie Élan {number}",
            precision="town",
            sample=False,
        )
        for number in range(FEATURES)
    )
    return View(len(pins), (), pins)


def _layers(view: View) -> Layers:
    """The features as the library takes them, places already in units of the tile: that is left out."""
    read = mapbox_vector_tile.decode(mvt.tile(view, *TILE), default_options={"y_coord_down": True})
    return [{"name": name, "features": layer["features"]} for name, layer in read.items()]


def _refuse_other_answers(ours: bytes, theirs: bytes) -> None:
    one, other = (
        {name: [feature["properties"] for feature in layer["features"]] for name, layer in read.items()}
        for read in map(mapbox_vector_tile.decode, (ours, theirs))
    )
    if one != other:
        raise RuntimeError("The two encoders do not write the same attributes.")


def _ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000
