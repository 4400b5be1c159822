"""Reads the waypoints of GPX."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from mapsvc.intake.limits import Limits
from mapsvc.intake.tables import Notice, Table
from mapsvc.intake.waypoints import Waypoint, plain_text, put, table_of
from mapsvc.intake.xml_files import elements_named, local_name, text_of
from mapsvc.messages import mark as _

# "type" is free text in GPX; under that heading it would be taken for the kind of entry.
_TEXTS = {"name": "name", "desc": "description", "cmt": "comment", "type": "category"}


def read_gpx(path: Path, *, limits: Limits) -> Table:
    """The waypoints of the file: name, description, comment, category, website and extensions as columns.

    The line of a row is the number of its waypoint. Tracks and routes are not read, and the table
    says so.

    Raises UnreadableFile when the file is damaged, brings a document type, or holds no waypoint or
    more than the limits allow.
    """
    lines = 0

    def waypoints() -> Iterator[Waypoint]:
        nonlocal lines
        for element in elements_named(path, "gpx", frozenset({"wpt", "trk", "rte"}), limits):
            if local_name(element) == "wpt":
                yield _waypoint(element)
            else:
                lines += 1

    table = table_of(waypoints(), limits=limits)
    if lines:
        message = _("Tracks and routes were not read (%(count)s).")
        table.notices.append(Notice(None, None, "", message, {"count": lines}))
    return table


def _waypoint(element: Element) -> Waypoint:
    values: dict[str, str] = {}
    for child in element:
        name = local_name(child)
        if name in _TEXTS:
            put(values, _TEXTS[name], text_of(child), read=plain_text)
        elif name == "link":
            put(values, "website", child.get("href", ""))
        elif name == "url":
            put(values, "website", text_of(child))
        elif name == "extensions":
            _add_extensions(values, child)
    return Waypoint(values, position=(element.get("lon", "").strip(), element.get("lat", "").strip()))


def _add_extensions(values: dict[str, str], extensions: Element) -> None:
    """The innermost elements by their names."""
    for element in extensions.iter():
        if not len(element):
            put(values, local_name(element), text_of(element), read=plain_text)
