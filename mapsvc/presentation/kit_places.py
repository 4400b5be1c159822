"""The places of a kit as files that maps and phones read: GeoJSON and GPX."""

from xml.etree import ElementTree as Xml

import orjson

from mapsvc.content.kits import Kit
from mapsvc.domain import vocabulary

MEDIA_TYPES = {"geojson": "application/geo+json", "gpx": "application/gpx+xml"}
GPX = "http://www.topografix.com/GPX/1/1"


def places_geojson(kit: Kit, *, language: str) -> bytes:
    """The places as a FeatureCollection of points (RFC 7946): longitude first, WGS 84."""
    features = [
        {
            "type": "Feature",
            "id": place.key,
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {
                "name": place.name,
                "kind": place.kind,
                "label": vocabulary.label("kit_places", place.kind, language),
                "source": place.source.name,
                "source_url": place.source.url,
            },
        }
        for place in kit.town.data.places
    ]
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def places_to_show(kit: Kit, *, language: str) -> list[dict[str, object]]:
    """The places as the map of a kit's page shows them."""
    return [
        {
            "name": place.name,
            "label": vocabulary.label("kit_places", place.kind, language),
            "lon": place.lon,
            "lat": place.lat,
        }
        for place in kit.town.data.places
    ]


def places_gpx(kit: Kit, *, language: str, link: str) -> bytes:
    """The places as waypoints of GPX 1.1, with what they are and where that was read.

    link is the whole address of the kit's page. The elements come in the order of the schema.
    """
    root = Xml.Element("gpx", {"version": "1.1", "creator": "mapsvc", "xmlns": GPX})
    about = Xml.SubElement(root, "metadata")
    Xml.SubElement(about, "name").text = kit.town.data.name
    _link(about, link, kit.town.data.name)
    for place in kit.town.data.places:
        point = Xml.SubElement(root, "wpt", {"lat": f"{place.lat:.7f}", "lon": f"{place.lon:.7f}"})
        Xml.SubElement(point, "name").text = place.name
        Xml.SubElement(point, "src").text = place.source.name
        _link(point, place.source.url, place.source.name)
        Xml.SubElement(point, "type").text = vocabulary.label("kit_places", place.kind, language)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _link(parent: Xml.Element, href: str, text: str) -> None:
    link = Xml.SubElement(parent, "link", {"href": href})
    Xml.SubElement(link, "text").text = text
