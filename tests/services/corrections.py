"""Facts of a small kit, and readers who say something of them."""

from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.content.kits import Kit
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.domain.corrections import FactSubmission
from mapsvc.services import correcting, signing_in
from tests.content_files import fact, write_kit

PART = "kits/here"
TEXTS = {
    "en": "## around\nThe **green** bus goes to the lake.[^bus]\n\nThe tram stops at ten.[^tram]\n",
    "fr": "## around\nLe bus vert va au lac.[^bus]\n\nLe tram s’arrête à dix heures.[^tram]\n",
}
OLD = date(2026, 1, 10)


def kit(folder: Path, **changed: Any) -> Kit:
    """A kit with two facts in two languages, written long ago."""
    known = {name: fact(**{"written_on": OLD.isoformat(), **changed}) for name in ("bus", "tram")}
    return write_kit(folder, TEXTS, facts=known)


def shipped() -> Kit:
    return usable(Tree.of()).kits["como"]


def reader(session: Session, email: str = "ana@example.org") -> Viewer:
    account = signing_in.account_for(session, email, language="en")
    session.commit()
    return viewer_of(account)


def right(**said: Any) -> dict[str, Any]:
    """What is typed by somebody who found a fact still right."""
    return {"found": "right", "looked_on": now().date(), **said}


def changed(words: str = "The blue bus goes to the lake.", **said: Any) -> dict[str, Any]:
    """What is typed by somebody who found other words."""
    url = "https://buses.example.org/lake"
    return {"found": "changed", "looked_on": now().date(), "words": words, "source_url": url, **said}


def handed_in(
    session: Session,
    of: Kit,
    said: dict[str, Any] | None = None,
    *,
    key: str = "bus",
    part: str = PART,
    language: str = "en",
    email: str = "ana@example.org",
) -> FactSubmission:
    """What somebody says of a fact, which waits; without more, that it is still right."""
    viewer = reader(session, email)
    about = correcting.sentence(session, viewer, of, part, key, language=language)
    return correcting.propose(session, viewer, about, said or right())


def of_como(session: Session, said: dict[str, Any] | None = None, **more: Any) -> FactSubmission:
    """The same of a fact of the kit that ships."""
    return handed_in(session, shipped(), said, key="swiss-network", part="kits/como", **more)
