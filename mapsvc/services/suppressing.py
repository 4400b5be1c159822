"""Keeps out of the directory who asked not to be listed, without knowing any more who that is."""

from collections.abc import Iterable, Sequence
from secrets import token_hex

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.reviews import Suppression
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.services.recognising import (
    Likeness,
    Mark,
    Place,
    marks_to_keep,
    marks_to_look_for,
    of_draft,
    of_organisation,
    plain_name,
)
from mapsvc.services.revising import known_host
from mapsvc.services.secrets import keyed_digest
from mapsvc.storage import suppressions as stored
from mapsvc.storage.listings import take_turn

ASKED_NOT_TO_BE = _("Asked not to be listed.")


class AskedNotToBeListed(MapsvcError):
    """Somebody is to be added who asked not to be listed."""

    message = _("This organisation asked not to be listed here. It can come back when it asks for it.")


def suppress(session: Session, organisation: Organisation, key: str) -> None:
    """Keeps hashes of what will tell an organisation in later lists; the caller commits.

    key is the installation's: without it nobody can try names.
    """
    entry = token_hex(16)
    digests = {_digest(key, mark): mark[0] for mark in marks_to_keep(of_organisation(organisation))}
    session.add_all(
        Suppression(digest=digest, entry=entry, kind=kind) for digest, kind in sorted(digests.items())
    )
    session.flush()


def split_suppressed(
    session: Session, drafts: Sequence[OrganisationDraft], key: str, *, source: str = ""
) -> tuple[list[OrganisationDraft], list[OrganisationDraft]]:
    """The drafts that may be listed, and those of organisations that asked not to be, each in order.

    source is the name of the list that they stand in.
    """
    if stored.is_empty(session):
        return list(drafts), []
    marked = [_digests(key, marks_to_look_for(of_draft(draft, source))) for draft in drafts]
    kept = stored.kept_digests(session, {digest for digests in marked for digest in digests})
    out = [not kept.isdisjoint(digests) for digests in marked]
    return (
        [draft for draft, left_out in zip(drafts, out, strict=True) if not left_out],
        [draft for draft, left_out in zip(drafts, out, strict=True) if left_out],
    )


def is_suppressed(
    session: Session,
    *,
    name: str,
    town: str = "",
    country: str = "",
    website: str | None = None,
    place_id: int | None = None,
    legal_ids: Iterable[tuple[str, str]] = (),
    key: str,
) -> bool:
    """Whether an organisation that somebody wants to add asked not to be listed."""
    if stored.is_empty(session):
        return False
    place = Place(fold(town), country, place_id)
    asked = Likeness((plain_name(name),), (place,), tuple(legal_ids), website)
    return bool(stored.kept_digests(session, _digests(key, marks_to_look_for(asked))))


def refuse_suppressed(session: Session, viewer: Viewer, number: int, *, key: str) -> None:
    """Nothing, when a host may be put on the map. Takes the turn to publish, so that it stays so.

    Raises NotFound where the viewer may not edit it, or AskedNotToBeListed.
    """
    take_turn(session)
    organisation = known_host(session, viewer, number)
    asked = marks_to_look_for(of_organisation(organisation))
    if stored.kept_digests(session, _digests(key, asked)):
        raise AskedNotToBeListed


def same_as(organisation: Organisation, others: Iterable[Organisation]) -> list[Organisation]:
    """Those of the others that the marks of an organisation would keep out."""
    kept = marks_to_keep(of_organisation(organisation))
    return [one for one in others if not kept.isdisjoint(marks_to_look_for(of_organisation(one)))]


def lift(session: Session, *, name: str, town: str, country: str, key: str) -> int:
    """Lets an organisation be listed again that asks for it. Commits. How many entries that lifted."""
    place = Place(fold(town), country)
    asked = marks_to_look_for(Likeness((plain_name(name),), (place,)))
    entries = stored.entries_with(session, _digests(key, asked))
    stored.lift_entries(session, entries)
    session.commit()
    return len(entries)


def _digests(key: str, marks: Iterable[Mark]) -> set[str]:
    return {_digest(key, mark) for mark in marks}


def _digest(key: str, mark: Mark) -> str:
    return keyed_digest(key, "suppression", *mark)
