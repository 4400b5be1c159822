"""Reads XML that nobody vouches for: without document types and entities, bounded in depth and number."""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import Limits, refuse_too_many_cells
from mapsvc.messages import mark as _

MAX_DEPTH = 100

_MAX_ATTRIBUTES = 100


def elements_named(path: Path, root: str, wanted: frozenset[str], limits: Limits) -> Iterator[Element]:
    """The elements of the wanted names in their order, each whole; what was given before is forgotten.

    Names count without their namespace; root is that of the outermost element. Of an element inside
    another that is wanted only the outer one is given.

    Raises UnreadableFile when the file is not well-formed or not of that root, brings a document
    type or entities, is nested too deep, or has more elements than a table may have cells.
    """
    open_elements: list[Element] = []
    inside = seen = 0
    try:
        for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
            name = local_name(element)
            if event == "start":
                seen += 1
                _refuse_odd(element, depth=len(open_elements))
                refuse_too_many_cells(seen, limits)
                if not open_elements and name != root:
                    raise UnreadableFile(_("The file is neither KML nor GPX, although its name says so."))
                open_elements.append(element)
                inside += name in wanted
                continue
            open_elements.pop()
            inside -= name in wanted
            if inside:
                continue
            if name in wanted:
                yield element
            if open_elements:
                open_elements[-1].remove(element)
    except DefusedXmlException:
        forbidden_dtd()
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableFile(_("The file is damaged and cannot be read.")) from error


def local_name(element: Element) -> str:
    """The name of an element without its namespace; "" where it is a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Element) -> str:
    """All text inside an element."""
    return "".join(element.itertext())


def forbidden_dtd(*_about: object) -> NoReturn:
    """Raises UnreadableFile for a document type definition, by which a few lines can grow without end."""
    raise UnreadableFile(_("The file brings a document type of its own, which is not read (DTD refused)."))


def nested_too_deep() -> UnreadableFile:
    """The error for elements in elements without end."""
    return UnreadableFile(_("The file is nested too deep to be a list of hosts."))


def _refuse_odd(element: Element, *, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise nested_too_deep()
    if len(element.attrib) > _MAX_ATTRIBUTES:
        raise UnreadableFile(_("The file is not a list of hosts: an element has too many attributes."))
