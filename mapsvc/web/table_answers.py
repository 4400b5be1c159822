"""Tables as answers: a file to save, under a name with its day, and the links to its formats."""

from collections.abc import Callable, Iterable
from typing import TypedDict

from flask import Response, request
from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain.base import now
from mapsvc.domain.flat_tables import FlatTable
from mapsvc.http import BY_READER, running
from mapsvc.services.table_files import MEDIA_TYPES, file_pieces, formats_offered


class AboutHere(TypedDict):
    """What files say of the site that they come from."""

    site: str
    address: str


def about_here() -> AboutHere:
    """The name of this site, and the address under which it was asked."""
    settings = running().settings
    return {"site": settings.site_name, "address": (settings.base_url or request.host_url).rstrip("/")}


def cut_to(most: int, there_are: int) -> str:
    """A sentence on rows that are not in a file; "" where all are."""
    if there_are <= most:
        return ""
    return str(
        gettext(
            "Only the first %(most)s of %(count)s rows are in this file.",
            most=i18n.count(most),
            count=i18n.count(there_are),
        )
    )


def table_answer(table: FlatTable, file_format: str, *, private: bool = False) -> Response:
    """A table as a file to save; a private one is kept by nobody on its way.

    Raises NotFound for a format that the table does not have, FormatMissing for one not installed.
    """
    content = b"".join(file_pieces(table, file_format))
    if private:
        return closed_file(table.name, file_format, content)
    return attachment(content, MEDIA_TYPES[file_format], _dated(table.name, file_format))


def closed_file(name: str, file_format: str, content: bytes | Iterable[bytes]) -> Response:
    """A file of a closed page, whole or piece by piece, that is kept by nobody on its way."""
    answer = attachment(content, MEDIA_TYPES[file_format], _dated(name, file_format))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = BY_READER
    return answer


def links(url_of: Callable[[str], str], *, places: bool) -> dict[str, str]:
    """The address of each format that can be made here, by its name, for `templates/_downloads.html`."""
    return {name: url_of(name) for name in formats_offered(places=places)}


def attachment(content: bytes | Iterable[bytes], media_type: str, name: str) -> Response:
    """A file to save; name is ASCII."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _dated(name: str, file_format: str) -> str:
    return f"{name}-{now():%Y-%m-%d}.{file_format}"
