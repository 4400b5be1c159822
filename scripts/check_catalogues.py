"""Checks the catalogues of translations: complete, not in doubt, up to date with the source, and compilable.

A message in doubt ("fuzzy") counts as missing, since it would not be shown.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from mapsvc.messages import LANGUAGES

ROOT = Path(__file__).parents[1]
SOURCE_LANGUAGE = LANGUAGES[0]
Key = tuple[str | None, str]
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None}  # forms are made before there is a reader: lazy_gettext as _l


def key(message: Message) -> Key:
    """What tells a message from others: its context and its text in the singular."""
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def messages_of_source() -> dict[Key, str]:
    """Every message that the source marks, with the place where it was first found."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[Key, str] = {}
    for folder in ("mapsvc", "templates"):
        for name, line, text, _, context in extract_from_dir(ROOT / folder, methods, options, KEYWORDS):
            singular = text[0] if isinstance(text, tuple) else text
            found.setdefault((context, singular), f"{folder}/{name}:{line}")
    return found


def faults(language: str, source: dict[Key, str]) -> Iterator[str]:
    path = ROOT / "mapsvc" / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        yield f"{language}: there is no catalogue at {path.relative_to(ROOT)}"
        return
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    known = {key(message): message for message in catalogue if message.id}
    for name, place in source.items():
        if name not in known:
            yield f"{language}: not in the catalogue (make messages): {name[1]!r} ({place})"
    for name, message in known.items():
        yield from (f"{language}: {fault}: {name[1]!r}" for fault in faults_of(message, catalogue, source))
    write_mo(io.BytesIO(), catalogue)


def faults_of(message: Message, catalogue: Catalog, source: dict[Key, str]) -> Iterator[str]:
    if key(message) not in source:
        yield "no longer in the source (make messages)"
    forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
    if not all(forms):
        yield "not translated"
    if message.fuzzy:
        yield "marked as in doubt"
    yield from (str(fault) for fault in message.check(catalogue))


def main() -> None:
    source = messages_of_source()
    languages = [language for language in LANGUAGES if language != SOURCE_LANGUAGE]
    found = [fault for language in languages for fault in faults(language, source)]
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
