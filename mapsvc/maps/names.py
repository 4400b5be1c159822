"""The names under which the maps' scripts are served, known without importing Folium."""

import hashlib
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path

from mapsvc.resources import static_digest


class MapKind(StrEnum):
    """The maps that pages show, one script each."""

    SEARCH = "search"  # every pin of a search, with its list
    HOST = "host"  # one host and what is near it
    TOWN = "town"  # on which somebody presses to choose a town
    KIT = "kit"  # the town of a kit and its places
    COVERAGE = "coverage"  # regions, shaded by what they have
    FLOWS = "flows"  # stays from place to place, as arrows
    EMBED = "embed"  # the pins of a fixed search, inside a page of another site
    PLACEMENT = "placement"  # hosts of a placing or towns for a group, with lines from base and home


def element_id(kind: MapKind) -> str:
    """The id of the element that holds the map of this kind, also its name in the script."""
    return f"{kind}_map"


def sources_digest() -> str:
    """Twelve hexadecimal digits that change when any source of the maps' scripts does.

    The sources are this package's modules, the versions of folium and branca, and the static files,
    whose address the scripts hold; so the digest costs no import of Folium.
    """
    digest = hashlib.sha256(f"{version('folium')} {version('branca')} {static_digest()}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:12]


def script_name(kind: MapKind) -> str:
    """The file name of the script of one kind of map, such as "search-0a1b2c3d4e5f.js".

    The name changes whenever the script can, so it may be cached for good.
    """
    return f"{kind}-{sources_digest()}.js"
