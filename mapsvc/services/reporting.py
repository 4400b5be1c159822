"""Takes what visitors report of an entry, and what is done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.catalogues import translate
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Kind, Listing
from mapsvc.domain.reviews import Complaint, Report, ReportStatus
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.erasing import remove_for_good
from mapsvc.services.installations import Installation
from mapsvc.services.letters import address, write_letter
from mapsvc.services.moderating import LARGEST_ID, LONGEST_REASON, Decided
from mapsvc.services.revising import revise, show_state
from mapsvc.services.secrets import keyed_digest
from mapsvc.storage import reports as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.hosts import state_of
from mapsvc.storage.listings import listings_at, take_turn

LONGEST_TEXT = 1_000
MOST_PER_NETWORK = 10  # in COUNTED
COUNTED = timedelta(hours=1)
LONGEST_SLUG = 120
PAUSED, RESUMED = "paused", "resumed"


@dataclass(frozen=True, slots=True)
class Reported:
    """An entry with what is reported of it and not settled, the oldest first.

    host is None where the entry is gone. networks counts from how many networks it was called unsafe.
    """

    reports: list[Report]
    host: Organisation | None
    networks: int

    @property
    def first(self) -> Report:
        """The oldest report."""
        return self.reports[0]


def report(
    session: Session,
    slug: str,
    complaint: Complaint,
    *,
    text: str,
    email: str,
    installation: Installation,
    network: str,
    language: str,
) -> Report:
    """Keeps what somebody says is wrong with a public entry. Commits.

    email may be "": then nobody gets an answer. network is the asking network address; only a keyed hash
    of it is kept, to count by.

    Raises NotFound for an entry that is not public, InvalidInput, or TooMany.
    """
    listings = listings_at(session.connection(), slug[:LONGEST_SLUG])
    if not listings:
        raise NotFound
    text, to = _text(text, LONGEST_TEXT, "text"), address(email) if email.strip() else None
    if complaint == Complaint.OTHER and not text:
        raise InvalidInput(_("Say in a few words what is wrong."), field="text")
    hashed = keyed_digest(installation.key, "network", network)
    one_at_a_time(session, f"reports:{hashed}")
    if stored.count_reports(session, hashed, since=now() - COUNTED) >= MOST_PER_NETWORK:
        raise TooMany
    made = Report(
        key=listings[0].site_key,
        slug=listings[0].slug,
        title=_title(listings[0]),
        reason=complaint,
        text=text,
        email=to,
        language=language,
        network_digest=hashed,
    )
    session.add(made)
    session.commit()
    return made


def open_entries(session: Session, viewer: Viewer) -> list[Reported]:
    """The entries that were reported and that the viewer looks after.

    First those that most networks call unsafe, then the oldest report first.
    """
    require(viewer, Action.USE_DESK)
    mine = None if may(viewer, Action.MODERATE) else viewer.sending_ids
    found = stored.open_reports(session, sending_ids=mine)
    hosts = stored.hosts_reported(session, found)
    grouped: dict[str, list[Report]] = {}
    for one in found:
        grouped.setdefault(one.key, []).append(one)
    entries = [_reported(reports, hosts.get(key)) for key, reports in grouped.items()]
    return sorted(entries, key=lambda one: (-one.networks, one.first.created, one.first.id))


def entry(session: Session, viewer: Viewer, id_: int) -> Reported:
    """The entry that an open report is about, with all that is open about it; else the report alone.

    Raises NotFound for a report that is not the viewer's to handle.
    """
    found, host = _known(session, viewer, id_)
    if found.status != ReportStatus.OPEN:
        return _reported([found], host)
    return _reported(stored.open_reports(session, key=found.key), host)


def close(
    session: Session,
    viewer: Viewer,
    ids: Sequence[int],
    *,
    settled: bool,
    answer: str,
    installation: Installation,
    pause: bool = False,
) -> None:
    """Closes reports about one entry, as settled or as nothing wrong. Commits.

    Who left an address is told, in the language of the report. pause takes the host off the map too.

    Raises NotFound, InvalidInput for an answer that is too long, or Decided where somebody else closed
    all of them meanwhile.
    """
    take_turn(session)
    answer = _text(answer, LONGEST_REASON, "answer")
    known = [_known(session, viewer, id_) for id_ in dict.fromkeys(ids)]
    if not known or len({found.key for found, _host in known}) > 1:
        raise NotFound
    status = ReportStatus.SETTLED if settled else ReportStatus.DISMISSED
    addresses = {found.id: found.email for found, _host in known}
    closed = [found for found, _host in known if _close(session, viewer, found, status, answer=answer)]
    if not closed:
        raise Decided(title=known[0][0].title)
    for found in closed:
        if to := addresses[found.id]:
            _tell(session, to, found, installation=installation)
    host = known[0][1]
    if pause and host is not None:
        _turn(session, viewer, host, HostStatus.PAUSED, PAUSED)
    session.commit()


def put_back(session: Session, viewer: Viewer, id_: int) -> None:
    """Puts a host that was paused on the map again. Commits. Raises NotFound."""
    take_turn(session)
    _found, host = _known(session, viewer, id_)
    if host is None:
        raise NotFound
    _turn(session, viewer, host, HostStatus.LISTED, RESUMED)
    session.commit()


def erase(session: Session, viewer: Viewer, id_: int, *, installation: Installation) -> None:
    """Removes the host of a report for good, and settles all that is open about it. Commits.

    Raises NotFound.
    """
    take_turn(session)
    found, host = _known(session, viewer, id_)
    if host is None:
        raise NotFound
    require(viewer, Action.ERASE_HOST, host)
    for one in stored.open_reports(session, key=found.key):
        to = one.email
        if _close(session, viewer, one, ReportStatus.SETTLED, answer="") and to:
            _tell(session, to, one, installation=installation)
    remove_for_good(session, viewer, host, key=installation.key)


def _known(session: Session, viewer: Viewer, id_: int) -> tuple[Report, Organisation | None]:
    found = session.get(Report, id_) if 0 < id_ <= LARGEST_ID else None
    if found is None:
        require(viewer, Action.USE_DESK)
        raise NotFound
    host = stored.hosts_reported(session, [found]).get(found.key)
    if host is None:
        require(viewer, Action.MODERATE)
    else:
        require(viewer, Action.HANDLE_REPORT, host)
    return found, host


def _reported(reports: list[Report], host: Organisation | None) -> Reported:
    unsafe = {one.network_digest for one in reports if one.reason == Complaint.UNSAFE}
    return Reported(reports, host, len(unsafe))


def _close(session: Session, viewer: Viewer, found: Report, status: ReportStatus, *, answer: str) -> bool:
    by = viewer.account_id
    if not stored.decide_report(session, found.id, status, at=now(), by=by, answer=answer):
        return False
    note(session, viewer, status, "report", found.id, reason=found.reason)
    session.refresh(found)
    return True


def _tell(session: Session, to: str, found: Report, *, installation: Installation) -> None:
    """Mails what was done about a report to who left an address."""
    said = {
        ReportStatus.SETTLED: _("You told us about %(title)s. We looked at it and did something about it."),
        ReportStatus.DISMISSED: _("You told us about %(title)s. We looked at it and left it as it is."),
    }[ReportStatus(found.status)]
    language, answer = found.language, [found.answer] if found.answer else []
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Your report: %(title)s"), title=found.title),
        paragraphs=[
            translate(language, said, title=found.title),
            *answer,
            translate(language, _("Thank you for telling us.")),
        ],
    )


def _turn(session: Session, viewer: Viewer, host: Organisation, status: HostStatus, what: str) -> None:
    frm = {HostStatus.PAUSED: HostStatus.LISTED, HostStatus.LISTED: HostStatus.PAUSED}[status]
    if host.status != frm:
        return
    before = state_of(host)
    host.status, host.updated, host.kept_by_hand = status, now(), True
    show_state(session, host)
    revise(session, viewer, host, what, before=before)


def _title(listing: Listing) -> str:
    """What a report and its mails call an entry: no name of a person, who may have it erased."""
    return listing.slug if listing.kind == Kind.ALUMNI else listing.title


def _text(text: str, longest: int, field: str) -> str:
    text = text.strip()
    if len(text) > longest:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field=field, limit=longest)
    return text
