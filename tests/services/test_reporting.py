"""Reports of visitors: who may send how many, who sees them, what is done and who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import AuditEntry, Complaint, Report, ReportStatus
from mapsvc.domain.sources import Source
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.services import reporting
from mapsvc.services.letters import InvalidAddress
from mapsvc.services.moderating import Decided
from mapsvc.storage.engine import writing
from mapsvc.storage.reports import forget_networks
from tests.services.keepers import listed, referent, speaker
from tests.services.moderators import HERE, boatyard, letters, moderator


@pytest.fixture
def host(session: Session) -> Organisation:
    return boatyard(session)


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


def report(
    session: Session,
    host: Organisation,
    complaint: Complaint = Complaint.WRONG,
    *,
    text: str = "The street is another one.",
    email: str = "",
    network: str = "192.0.2.1",
    language: str = "en",
) -> Report:
    return reporting.report(
        session,
        host.sites[0].slug,
        complaint,
        text=text,
        email=email,
        installation=HERE,
        network=network,
        language=language,
    )


def close(session: Session, viewer: Viewer, *reports: Report, settled: bool = True, **more: object) -> None:
    said = {"answer": "", "installation": HERE, **more}
    reporting.close(session, viewer, [one.id for one in reports], settled=settled, **said)  # type: ignore[arg-type]


def test_a_report_names_the_entry_and_keeps_no_network_address(session: Session, host: Organisation) -> None:
    kept = report(session, host, email=" Ada@Example.org ")

    assert (kept.key, kept.title) == (f"site:{host.sites[0].id}", "Cantiere Rossi")
    assert (kept.email, kept.status) == ("ada@example.org", ReportStatus.OPEN)
    assert "192.0.2.1" not in str(kept.network_digest)
    assert len(str(kept.network_digest)) == 64


def test_a_host_that_is_not_public_cannot_be_reported(session: Session, host: Organisation) -> None:
    with pytest.raises(NotFound):
        reporting.report(
            session,
            "no-such-host",
            Complaint.GONE,
            text="",
            email="",
            installation=HERE,
            network="192.0.2.1",
            language="en",
        )


def test_a_text_has_a_limit_and_another_reason_needs_one(session: Session, host: Organisation) -> None:
    report(session, host, text="x" * 1000)

    with pytest.raises(InvalidInput, match="1000"):
        report(session, host, text="x" * 1001)
    with pytest.raises(InvalidInput, match="few words"):
        report(session, host, Complaint.OTHER, text="  ")
    with pytest.raises(InvalidAddress):
        report(session, host, email="not an address")


def test_one_network_reports_ten_times_an_hour_and_others_go_on(session: Session, host: Organisation) -> None:
    for _time in range(10):
        report(session, host)

    with pytest.raises(TooMany):
        report(session, host)
    session.rollback()
    report(session, host, network="198.51.100.7")
    for one in session.scalars(select(Report)):
        one.created -= timedelta(minutes=61)
    session.commit()
    report(session, host)

    assert session.scalar(select(func.count()).select_from(Report)) == 12


def test_reports_hide_no_host_by_themselves(session: Session, host: Organisation) -> None:
    for last in range(5):
        report(session, host, Complaint.UNSAFE, network=f"192.0.2.{last}")

    assert host.status == HostStatus.LISTED
    assert listed(session) == ["Cantiere Rossi"]


def test_what_most_networks_call_unsafe_comes_first(session: Session, host: Organisation, mo: Viewer) -> None:
    once, thrice = boatyard(session, "Once"), boatyard(session, "Thrice")
    report(session, host)
    for _time in range(4):
        report(session, once, Complaint.UNSAFE, network="192.0.2.9")
    for last in range(3):
        report(session, thrice, Complaint.UNSAFE, network=f"192.0.2.{last}")

    found = reporting.open_entries(session, mo)

    assert [(one.first.title, len(one.reports), one.networks) for one in found] == [
        ("Thrice", 3, 3),
        ("Once", 4, 1),
        ("Cantiere Rossi", 1, 0),
    ]


def test_referents_see_and_settle_what_is_about_their_own_list(session: Session, host: Organisation) -> None:
    theirs = boatyard(session, "Theirs")
    keeper, other = referent(session), referent(session, "eve@other.example", "Another school")
    own = Source(name="our list", owner_id=min(keeper.sending_ids))
    session.add(own)
    session.flush()
    session.merge(host).source_id = own.id
    session.commit()
    session.expire_all()
    ours, foreign = report(session, host), report(session, theirs)

    assert [one.first.id for one in reporting.open_entries(session, keeper)] == [ours.id]
    assert reporting.open_entries(session, other) == []
    for report_, viewer in ((foreign, keeper), (ours, other)):
        with pytest.raises(NotFound):
            reporting.entry(session, viewer, report_.id)
        with pytest.raises(NotFound):
            close(session, viewer, report_)
    close(session, keeper, ours)
    assert ours.status == ReportStatus.SETTLED


def test_a_host_does_not_settle_what_is_said_of_it(session: Session, host: Organisation) -> None:
    one, boss = report(session, host), speaker(session, host.id)

    with pytest.raises(NotFound):
        reporting.open_entries(session, boss)
    with pytest.raises(NotFound):
        close(session, boss, one)


@pytest.mark.parametrize(
    ("settled", "status"), [(True, ReportStatus.SETTLED), (False, ReportStatus.DISMISSED)]
)
def test_who_left_an_address_is_answered_in_the_language_of_the_report_and_forgotten(
    session: Session, host: Organisation, mo: Viewer, settled: bool, status: ReportStatus
) -> None:
    first = report(session, host, email="ada@example.org", language="fr")
    second = report(session, host)

    close(session, mo, first, second, settled=settled, answer="We asked them.")

    session.expire_all()
    letter = letters(session)[-1]
    assert len(letters(session)) == 1
    assert (letter.to_address, letter.headers["Content-Language"]) == ("ada@example.org", "fr")
    assert "We asked them." in letter.body
    assert [(one.status, one.email) for one in (first, second)] == [(status, None)] * 2
    noted = session.scalars(select(AuditEntry).where(AuditEntry.subject == "report")).all()
    assert [one.action for one in noted] == [status, status]
    assert "ada@example.org" not in repr([one.detail for one in noted])


def test_the_second_who_closes_a_report_is_told(
    session: Session, engine: Engine, host: Organisation, mo: Viewer
) -> None:
    one = report(session, host, email="ada@example.org")
    with writing(engine) as first:
        close(first, mo, one)

    with pytest.raises(Decided):
        close(session, mo, one, settled=False)
    session.rollback()

    assert len(letters(session)) == 1


def test_a_report_that_came_in_meanwhile_stays_open(session: Session, host: Organisation, mo: Viewer) -> None:
    seen = report(session, host)
    later = report(session, host)

    close(session, mo, seen)

    assert [one.reports for one in reporting.open_entries(session, mo)] == [[later]]


def test_reports_about_two_entries_are_not_closed_together(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    one, other = report(session, host), report(session, boatyard(session, "Other"))

    with pytest.raises(NotFound):
        close(session, mo, one, other)


def test_a_paused_host_leaves_the_map_and_can_be_put_back(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    one = report(session, host, Complaint.UNSAFE)

    close(session, mo, one, pause=True)
    while_paused = (host.status, listed(session))
    reporting.put_back(session, mo, one.id)

    assert while_paused == (HostStatus.PAUSED, [])
    assert (host.status, listed(session)) == (HostStatus.LISTED, ["Cantiere Rossi"])


def test_a_report_outlives_its_entry(session: Session, host: Organisation, mo: Viewer) -> None:
    one = report(session, host)
    session.delete(host)
    session.commit()

    found = reporting.entry(session, mo, one.id)
    close(session, mo, one)

    assert found.host is None
    with pytest.raises(NotFound):
        reporting.entry(session, referent(session), one.id)


def test_networks_are_forgotten_some_time_after_a_report_is_closed(
    session: Session, host: Organisation, mo: Viewer
) -> None:
    closed, still_open = report(session, host), report(session, host)
    close(session, mo, closed)

    forget_networks(session, before=now() + timedelta(seconds=1))
    session.expire_all()

    assert closed.network_digest is None
    assert still_open.network_digest is not None
