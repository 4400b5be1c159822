"""Reads KML, plain or packed as KMZ: the placemarks that are points."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree.ElementTree import Element

from mapsvc.intake.archives import Archive
from mapsvc.intake.limits import Limits
from mapsvc.intake.tables import Notice, Table
from mapsvc.intake.waypoints import EMPTY_POINT, NOT_A_POINT, Waypoint, plain_text, put, table_of
from mapsvc.intake.xml_files import elements_named, local_name, text_of
from mapsvc.messages import mark as _

_TEXTS = frozenset({"name", "description", "address", "phoneNumber"})
_GEOMETRIES = frozenset(
    {"Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Model", "Track", "MultiTrack"}
)


def read_kml(path: Path, *, limits: Limits) -> Table:
    """The placemarks of the file: their texts and ExtendedData as columns, their points as points.

    The line of a row is the number of its placemark. Placemarks of another geometry are faults.
    Descriptions lose their HTML. Links to other files are never followed.

    Raises UnreadableFile when the file is damaged, brings a document type, or holds no placemark or
    more than the limits allow.
    """
    links = 0

    def placemarks() -> Iterator[Waypoint]:
        nonlocal links
        for element in elements_named(path, "kml", frozenset({"Placemark", "NetworkLink"}), limits):
            if local_name(element) == "Placemark":
                yield _waypoint(element)
            else:
                links += 1

    table = table_of(placemarks(), limits=limits)
    if links:
        message = _("Other files that this file names were not read (%(count)s).")
        table.notices.append(Notice(None, None, "", message, {"count": links}))
    return table


def has_kml(archive: Archive) -> bool:
    """Whether an archive holds a KML file."""
    return any(name.lower().endswith(".kml") for name in archive.names)


def read_kmz(archive: Archive, *, limits: Limits) -> Table:
    """The placemarks of the first KML file in an archive, as read_kml() gives them."""
    first = next(entry for entry in archive.entries if entry.filename.lower().endswith(".kml"))
    with TemporaryDirectory() as folder:
        unpacked = Path(folder) / "doc.kml"
        archive.unpack(first, unpacked)
        return read_kml(unpacked, limits=limits)


def _waypoint(placemark: Element) -> Waypoint:
    values: dict[str, str] = {}
    geometries: list[Element] = []
    for child in placemark:
        name = local_name(child)
        if name in _TEXTS:
            put(values, name, text_of(child), read=plain_text)
        elif name == "link":
            put(values, "website", child.get("href", ""))
        elif name == "ExtendedData":
            _add_data(values, child)
        elif name in _GEOMETRIES:
            geometries.append(child)
    if not geometries:
        return Waypoint(values)
    kind = local_name(geometries[0])
    if kind != "Point":
        return Waypoint(values, refused=NOT_A_POINT, kind=kind)
    coordinates = next((text_of(part) for part in geometries[0] if local_name(part) == "coordinates"), "")
    numbers = [part.strip() for part in coordinates.split(",")]
    if len(numbers) < 2:  # noqa: PLR2004
        return Waypoint(values, refused=EMPTY_POINT, kind=kind)
    return Waypoint(values, position=(numbers[0], numbers[1]))


def _add_data(values: dict[str, str], data: Element) -> None:
    """What ExtendedData holds: Data with a value inside, SimpleData in a SchemaData."""
    for element in data.iter():
        name = local_name(element)
        if name == "SimpleData":
            put(values, element.get("name", ""), text_of(element), read=plain_text)
        elif name == "Data":
            value = next((text_of(part) for part in element if local_name(part) == "value"), "")
            put(values, element.get("name", ""), value, read=plain_text)
