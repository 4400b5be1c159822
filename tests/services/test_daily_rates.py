"""Daily rates: each school sets its own, the operator those of all, and what is erased stays erased."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer
from mapsvc.domain.base import now
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.domain.grant_calls import UnknownCall
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import AuditEntry
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import daily_rates as service
from mapsvc.services.accounts import sending_organisation
from mapsvc.services.daily_rates import RateDraft
from mapsvc.services.erasing_again import erase_again
from mapsvc.storage.tombstones import Grave

DRAFT = RateDraft(2026, "short_term", 1, 1, 14, 6050, "letter of the agency")


def referent(session: Session, school: str, account: int = 1) -> Viewer:
    sending = sending_organisation(session, school)
    session.commit()
    roles = frozenset({Role.LEARNER, Role.REFERENT})
    return Viewer(account_id=account, roles=roles, sending_ids=frozenset({sending.id}))


def school_of(viewer: Viewer) -> int:
    return min(viewer.sending_ids)


ADMIN = Viewer(account_id=9, roles=frozenset({Role.LEARNER, Role.ADMINISTRATOR}))


@pytest.fixture
def anna(session: Session) -> Viewer:
    return referent(session, "School A")


def test_a_school_sets_its_own_rates_and_nobody_elses(session: Session, anna: Viewer) -> None:
    ben = referent(session, "School B", 2)
    rate = service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))

    for who in (ben, ADMIN):
        for act in (
            lambda who: service.change_rate(session, who, rate.id, DRAFT),
            lambda who: service.erase_rate(session, who, rate.id),
            lambda who: service.add_rate(session, who, DRAFT, sending_id=school_of(anna)),
            lambda who: service.take_examples(session, who, sending_id=school_of(anna), call_year=2026),
        ):
            with pytest.raises(NotFound):
                act(who)
    with pytest.raises(NotSignedIn):
        service.erase_rate(session, VISITOR, rate.id)
    with pytest.raises(NotFound):
        service.add_rate(session, anna, DRAFT, sending_id=None)
    assert service.rates_to_see(session, ben) == []


def test_the_rates_of_the_operator_count_for_all_after_those_of_the_school(
    session: Session, anna: Viewer
) -> None:
    service.add_rate(session, ADMIN, replace(DRAFT, cents=100), sending_id=None)
    service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))

    counted = service.rates_that_count(session, school_of(anna), 2026)

    assert [rate.cents for rate in counted] == [6050, 100]
    assert service.rates_that_count(session, school_of(anna), 2025) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_day": 0}, "last_day"),
        ({"first_day": 15}, "last_day"),
        ({"last_day": 366}, "last_day"),
        ({"cents": 0}, "euro"),
        ({"cents": 100_001}, "euro"),
    ],
)
def test_days_and_amounts_have_bounds(
    session: Session, anna: Viewer, changed: dict[str, int], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.add_rate(session, anna, replace(DRAFT, **changed), sending_id=school_of(anna))

    assert refused.value.field == field


def test_no_day_has_two_rates_and_no_rate_a_call_or_activity_that_is_none(
    session: Session, anna: Viewer
) -> None:
    service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))

    with pytest.raises(InvalidInput, match="days 1 to 14 already"):
        service.add_rate(session, anna, replace(DRAFT, first_day=14, last_day=20), sending_id=school_of(anna))
    with pytest.raises(UnknownCall):
        service.add_rate(session, anna, replace(DRAFT, call_year=1999), sending_id=school_of(anna))
    for changed in ({"activity": "holiday"}, {"group": 4}):
        with pytest.raises(NotFound):
            service.add_rate(session, anna, replace(DRAFT, **changed), sending_id=school_of(anna))
    service.add_rate(session, anna, replace(DRAFT, first_day=15, last_day=89), sending_id=school_of(anna))


def test_examples_stay_marked_until_somebody_changes_them(session: Session, anna: Viewer) -> None:
    service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))

    added = service.take_examples(session, anna, sending_id=school_of(anna), call_year=2026)
    again = service.take_examples(session, anna, sending_id=school_of(anna), call_year=2026)

    rates = service.rates_to_see(session, anna)
    assert (added, again, len(rates)) == (17, 0, 18)  # not where there is one already
    assert sum(rate.example for rate in rates) == 17
    example = next(rate for rate in rates if rate.example and rate.activity == "group")
    changed = RateDraft(2026, "group", example.country_group, example.first_day, example.last_day, 5000, "")
    assert not service.change_rate(session, anna, example.id, changed).example


def test_what_is_done_is_in_the_audit_log_and_what_is_erased_leaves_a_tombstone(
    session: Session, anna: Viewer
) -> None:
    gone = service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))
    number = gone.id
    service.change_rate(session, anna, number, replace(DRAFT, cents=1))

    service.erase_rate(session, anna, number)

    said = [one.action for one in session.scalars(select(AuditEntry).where(AuditEntry.subject == "rate"))]
    assert said == ["made", "edited", "erased"]
    grave = session.scalars(select(Tombstone)).one()
    assert (grave.noun, grave.row_id) == (Erased.DAILY_RATE, number)
    assert session.scalars(select(DailyRate)).all() == []


def test_a_restore_erases_again_what_was_erased(session: Session, anna: Viewer) -> None:
    gone = service.add_rate(session, anna, DRAFT, sending_id=school_of(anna))
    kept = service.add_rate(session, anna, replace(DRAFT, group=2), sending_id=school_of(anna))
    kept_id = kept.id

    erased = erase_again(session, [Grave(Erased.DAILY_RATE, gone.id, now())], key="a key")

    assert erased == 1
    assert [one.id for one in session.scalars(select(DailyRate))] == [kept_id]
