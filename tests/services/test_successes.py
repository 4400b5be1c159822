"""What a service reached is counted from what is there, and against the targets of its operator."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer, viewer_of
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Account, Role
from mapsvc.domain.targets import Measured
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.services import successes
from mapsvc.services.accounts import grant
from tests import make
from tests.publish import publish

TODAY = date(2027, 3, 15)


@pytest.fixture
def boss(session: Session) -> Viewer:
    account = grant(session, "boss@example.org", Role.ADMINISTRATOR)
    session.commit()
    return viewer_of(account)


def reached(session: Session, viewer: Viewer) -> dict[Measured, successes.Reached]:
    return {one.measured: one for one in successes.success(session, viewer, today=TODAY).reached}


def test_hosts_and_learners_are_counted_by_the_month_in_which_they_came(
    session: Session, boss: Viewer
) -> None:
    publish(session, make.host("A"), make.host("B"), make.host("C"), make.host("Made up", sample=True))
    days = (datetime(2027, 2, 28, 23, 59, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))
    for host, day in zip(session.scalars(select(Organisation).order_by(Organisation.id)), days, strict=False):
        host.created = day
    third = session.scalars(select(Organisation).where(Organisation.name == "C")).one()
    third.status = HostStatus.PAUSED
    session.add_all([Account(email="a@example.org", created=days[0]), Account(email="b@example.org")])
    session.commit()

    found = reached(session, boss)

    assert found[Measured.HOSTS].number == 2
    assert found[Measured.HOSTS].new is not None
    assert found[Measured.LEARNERS].new is not None
    assert list(found[Measured.HOSTS].new)[-3:] == [0, 1, 1]
    assert found[Measured.LEARNERS].number == 2  # not the administrator
    assert list(found[Measured.LEARNERS].new)[-3:-1] == [0, 1]
    assert (found[Measured.KITS].number, found[Measured.KITS].new) == (0, None)
    assert successes.success(session, boss, today=TODAY).months[0] == date(2026, 4, 1)


def test_targets_are_set_changed_and_taken_away_by_administrators_alone(
    session: Session, boss: Viewer
) -> None:
    moderator = viewer_of(grant(session, "moderator@example.org", Role.MODERATOR))
    session.commit()

    successes.set_targets(session, boss, {Measured.HOSTS: 500, Measured.KITS: 40})
    successes.set_targets(session, boss, {Measured.HOSTS: 600, Measured.KITS: None})

    assert {one.target for one in reached(session, moderator).values()} == {600, None}
    with pytest.raises(NotFound):
        successes.set_targets(session, moderator, {Measured.HOSTS: 1})
    with pytest.raises(InvalidInput):
        successes.set_targets(session, boss, {Measured.HOSTS: 0})
