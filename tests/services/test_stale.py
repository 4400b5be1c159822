"""Hosts that nobody confirmed for a year are listed, the oldest first, and confirmed with one press."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import NotFound
from mapsvc.services import staleness
from mapsvc.storage import desk as stored
from tests import make
from tests.services.desks import administrator, hosts_of, referent

LONG_AGO = now() - timedelta(days=800)
LATELY = now() - timedelta(days=30)


def host(name: str, **values: object) -> object:
    return make.host(name, offers=(make.offer(**values),) if values else ())


def change(session: Session, name: str, **values: object) -> None:
    organisation = session.scalars(select(Organisation).where(Organisation.name == name)).one()
    for key, value in ({"updated": LONG_AGO} | values).items():
        setattr(organisation, key, value)
    session.commit()


def names(session: Session, viewer: Viewer) -> list[str]:
    return [one.organisation.name for one in staleness.stale_hosts(session, viewer).hosts]


def test_hosts_that_nobody_confirmed_for_a_year_are_listed_the_oldest_first(session: Session) -> None:
    viewer = referent(session)
    hosts_of(
        session,
        viewer,
        host("never said", title={"": "a"}),
        host("said long ago", confirmed_on=date(2019, 5, 1)),
        host("an offer said lately", confirmed_on=LATELY.date()),
        make.host("confirmed lately"),
        make.host("confirmed long ago"),
        make.host("new"),
        make.host("edited lately"),
    )
    for name in ("never said", "said long ago", "an offer said lately"):
        change(session, name)
    change(session, "confirmed lately", confirmed=LATELY)
    change(session, "confirmed long ago", confirmed=LONG_AGO - timedelta(days=9))
    change(session, "edited lately", confirmed=LONG_AGO, kept_by_hand=True, updated=LATELY)

    found = staleness.stale_hosts(session, viewer)

    assert names(session, viewer) == ["said long ago", "confirmed long ago", "never said"]
    assert [one.ever for one in found.hosts] == [True, True, False]
    assert found.total == stored.count_waiting(session, None, before=now() - staleness.STALE_AFTER) == 3


@pytest.mark.parametrize(
    "values", [{"status": HostStatus.PAUSED}, {"status": HostStatus.REMOVED}, {"sample": True}]
)
def test_what_is_off_the_map_or_made_up_is_not_stale(session: Session, values: dict[str, object]) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, make.host("old"))
    change(session, "old", **values)

    assert names(session, viewer) == []


def test_confirming_takes_hosts_off_the_list_and_is_noted(session: Session) -> None:
    viewer = referent(session)
    hosts_of(session, viewer, make.host("one"), make.host("two"))
    for name in ("one", "two"):
        change(session, name)
    ids = list(session.scalars(select(Organisation.id)))

    count = staleness.confirm(session, viewer, ids)

    assert (count, names(session, viewer)) == (2, [])
    assert all(one.confirmed for one in session.scalars(select(Organisation)))
    assert (
        sorted(session.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "confirmed"))) == ids
    )


def test_another_referent_sees_and_confirms_nothing(session: Session) -> None:
    viewer, other = referent(session), referent(session, "Berufsschule Trier")
    hosts_of(session, viewer, make.host("old"))
    change(session, "old")
    number = session.scalars(select(Organisation.id)).one()

    said = []
    for id_ in (number, 999_999):
        with pytest.raises(NotFound) as caught:
            staleness.confirm(session, other, [id_])
        said.append(str(caught.value))

    assert names(session, other) == []
    assert len(set(said)) == 1
    assert names(session, administrator(session)) == ["old"]
