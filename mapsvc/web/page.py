"""What pages are made of: the base map, links that begin a mail."""

from typing import Any
from urllib.parse import quote

from flask import url_for

from mapsvc.http import running
from mapsvc.maps.names import MapKind, script_name
from mapsvc.places.basemap import basemap_digest
from mapsvc.places.towns_to_choose import towns_to_choose


def map_values(kind: MapKind) -> dict[str, Any]:
    """The values by which a page shows a map of this kind."""
    return {
        "map_script_url": url_for("files.map_script", name=script_name(kind)),
        "map_config": {"basemap": url_for("files.basemap", digest=basemap_digest())},
    }


def town_map_values() -> dict[str, Any]:
    """The values by which a page offers a map to choose a town on; nothing of it is loaded before."""
    values = map_values(MapKind.TOWN)
    towns = url_for("files.towns", edition=towns_to_choose(running().gazetteer).digest)
    return {
        "town_map": {"script": values["map_script_url"], "towns": towns},
        "map_config": values["map_config"],
    }


def mailto(*, to: str = "", subject: str, body: str) -> str:
    """A link that begins a mail."""
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}&body={quote(body)}"
