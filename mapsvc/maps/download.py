"""A search's map as one HTML file that asks nothing of any server."""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from mapsvc.maps.elements import Outline, Records
from mapsvc.maps.outline import land
from mapsvc.maps.shell import LocalMap
from mapsvc.maps.towns import towns_around
from mapsvc.resources import resource

ENGLISH = {"sample": "Sample", "open": "See this host", "zoom_in": "Zoom in", "zoom_out": "Zoom out"}
KM_PER_DEGREE = 111  # of latitude
KINDS = {"host", "alumni", "kit", "offer"}
PLACEHOLDER = re.compile(r"<!--([A-Z]+)-->")
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
ASSET = re.compile(r"url\([^)]*\)")


def download_map(
    items: Iterable[Mapping[str, Any]],
    *,
    title: str,
    centre: Mapping[str, Any] | None,
    radius_km: float | None,
    language: str,
    attribution: str,
    base_url: str = "",
    words: Mapping[str, str] | None = None,
) -> str:
    """One HTML page with the map, its list and all it needs, for the items as the API gives them.

    centre has lon and lat in degrees, None for a search without one; radius_km draws the
    circle, None draws none. base_url, without a slash at its end, goes before the items' own
    links; without it they have none, since a file has no site. words are the labels "sample",
    "open", "zoom_in" and "zoom_out" in the reader's language, English where missing.

    The page holds no address to load from, and a policy that forbids loading. Folium makes the
    map; what people wrote never passes through it, but is put in afterwards as JSON.
    """
    shown = [record(item, base_url) for item in items]
    points = [(each["lon"], each["lat"]) for each in shown]
    if centre:
        reach = (radius_km or 0) / KM_PER_DEGREE
        points += [(centre["lon"], centre["lat"] - reach), (centre["lon"], centre["lat"] + reach)]
    records = {
        "items": shown,
        "towns": towns_around(points),
        "centre": {"lon": centre["lon"], "lat": centre["lat"]} if centre else None,
        "radius_km": radius_km,
        "words": {**ENGLISH, **(words or {})},
    }
    element, script = drawn()
    parts = {
        "LANGUAGE": escape(language),
        "TITLE": escape(title),
        "ATTRIBUTION": escape(attribution),
        "STYLE": styles(),
        "ICONS": text_of("templates/_icons.html"),
        "MAP": element,
        "RECORDS": script_json(records),
        "OUTLINE": land(),
        "LEAFLET": text_of("static/vendor/leaflet/leaflet.js").split("//# sourceMappingURL")[0],
        "HELPERS": text_of("static/js/download.js"),
        "SCRIPT": script,
    }
    # One pass: what is put in is not looked at again, so a title may well read <!--RECORDS-->.
    return PLACEHOLDER.sub(lambda found: parts[found[1]], text_of("templates/maps/download.html"))


def drawn() -> tuple[str, str]:
    """The element and the script of a downloaded map, made by Folium and the same for everybody."""
    page = LocalMap("download_map")
    page.add_child(Outline())
    page.add_child(Records())
    return page.parts()


def record(item: Mapping[str, Any], base_url: str) -> dict[str, Any]:
    """What a downloaded map says of one item: nothing that its public page does not say."""
    url = str(item.get("url") or "")
    kind = item.get("kind")
    return {
        "kind": kind if kind in KINDS else "host",
        "kind_label": item.get("kind_label") or "",
        "title": item["title"],
        "place": item.get("place") or "",
        "country": item.get("country_label") or item.get("country") or "",
        "lon": item["lon"],
        "lat": item["lat"],
        "sample": bool(item.get("sample")),
        "summary": item.get("summary") or "",
        "tags": list(item.get("tags") or ()),
        "url": base_url + url if base_url.startswith(("http://", "https://")) and url.startswith("/") else "",
    }


def script_json(value: object) -> str:
    """JSON that can stand inside a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def styles() -> str:
    """The style sheets of a downloaded map; nothing in them is left to load."""
    sheets = ("static/vendor/leaflet/leaflet.css", "static/css/base.css", "static/css/map.css")
    text = "\n".join(text_of(name) for name in (*sheets, "static/css/download.css"))
    return font() + ASSET.sub("none", FONT_FACE.sub("", text))


def font() -> str:
    """The typeface's Latin part, 27 KB, written into the style sheet itself."""
    shapes = base64.b64encode(resource("static/vendor/figtree/figtree-latin-wght-normal.woff2").read_bytes())
    source = f'url("data:font/woff2;base64,{shapes.decode()}") format("woff2")'
    return f"@font-face {{ font-family: Figtree; font-weight: 300 900; src: {source}; }}\n"


def text_of(name: str) -> str:
    """The text of a shipped file."""
    return resource(name).read_text(encoding="utf-8")
