"""The year of a school is counted from what was recorded, told without small numbers, and nobody else's."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.domain.base import now
from mapsvc.domain.cohorts import Scenario, ScenarioStage
from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress
from mapsvc.domain.people import Role
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.places.regions import shipped_regions
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot
from mapsvc.planning.flows import Flow, FlowKind
from mapsvc.planning.outcome_files import as_json, learner_as_json, offer_as_json
from mapsvc.planning.outcomes import Outcome, Placement
from mapsvc.planning.years import Told, Year, YearKind
from mapsvc.services import cohorts, flow_plans, scenarios, years
from mapsvc.services.accounts import grant
from mapsvc.services.cohorts import Brought
from mapsvc.services.flow_plans import FlowDraft
from mapsvc.services.scenarios import NotDone
from mapsvc.services.years import FALSE, TRUE, UNSAID, Typed, YearReport
from tests import make
from tests.services.test_cohorts import referent

YEAR = Year(YearKind.CALENDAR, 2027)
RENNES = Spot("Rennes", -1.68, 48.11)
NOTHING = Told({}, 0, 0)


@pytest.fixture
def anna(session: Session) -> Viewer:
    return referent(session, "anna@example.org", "School A")


@pytest.fixture
def boss(session: Session) -> Viewer:
    account = grant(session, "boss@example.org", Role.ADMINISTRATOR)
    session.commit()
    return viewer_of(account)


def offer(site: int, country: str) -> OpenOffer:
    lon, lat = make.COMO
    return OpenOffer(
        f"offer:{site}",
        f"site:{site}",
        f"host-{site}",
        "Host",
        "",
        "Town",
        country,
        lon,
        lat,
        fields=("0716",),
    )


def carried_out(session: Session, viewer: Viewer, *stays: tuple[int, str, str], first: date) -> Scenario:
    """A cohort whose learners went to sites, each stay as (site, country, field); marked as carried out."""
    (school,) = viewer.sending_ids
    learners = tuple(
        Learner(f"A{n:02}", first, first, fields=("0732", field) if field else (), home=RENNES)
        for n, (_site, _country, field) in enumerate(stays)
    )
    of = cohorts.make_cohort(session, viewer, Brought("", learners, ()), sending_id=school, name="Bakers")
    made = scenarios.ask_for(session, viewer, of.id, name="First", demands=Demands(now().date()))
    placed = tuple(
        Placement(learner.code, f"offer:{site}", 400, (), None, None, False)
        for learner, (site, _country, _field) in zip(learners, stays, strict=True)
    )
    made.learners = [learner_as_json(one) for one in learners]
    made.offers = [offer_as_json(offer(site, country)) for site, country in {stay[:2] for stay in stays}]
    made.outcome, made.stage = as_json(Outcome(placed, (), (), 0, 0.0, 0.1)), ScenarioStage.DONE
    session.commit()
    return scenarios.carry_out(session, viewer, made.id, carried_out=True)


def planned(session: Session, viewer: Viewer, *flows: Flow) -> None:
    (school,) = viewer.sending_ids
    draft = FlowDraft("Plan", None, None, flows)
    flow_plans.make_flow_plan(session, viewer, draft, sending_id=school)


def report(session: Session, viewer: Viewer, year: Year = YEAR, *, whole: bool = False) -> YearReport:
    sending_id = None if whole else min(viewer.sending_ids)
    return years.year_report(session, viewer, year, sending_id=sending_id, regions=shipped_regions())


def test_stays_hosts_and_fields_come_from_the_scenario_that_was_carried_out(
    session: Session, anna: Viewer
) -> None:
    to_como = [(site, "IT", "0716") for site in range(1, 7)]
    carried_out(session, anna, *to_como, (1, "IT", "0716"), first=date(2027, 3, 1))

    found = report(session, anna)

    assert found.flows == Told({("FR", "IT"): 7}, 0, 7)
    assert found.hosts == Told({"IT": 6}, 0, 6)
    assert found.fields == Told({"0716": 7}, 0, 7)  # that of the host, not the first of the learner
    assert report(session, anna, Year(YearKind.SCHOOL, 2026)).stays == 7
    assert report(session, anna, Year(YearKind.SCHOOL, 2027)).flows == NOTHING
    assert report(session, anna, Year(YearKind.CALENDAR, 2026)).is_empty


def test_a_scenario_that_was_not_carried_out_does_not_count(session: Session, anna: Viewer) -> None:
    stays = [(site, "IT", "0716") for site in range(1, 7)]
    first = carried_out(session, anna, *stays, first=date(2027, 3, 1))

    scenarios.carry_out(session, anna, first.id, carried_out=False)

    assert report(session, anna).is_empty


def test_one_scenario_of_a_cohort_counts_at_most(session: Session, anna: Viewer) -> None:
    first = carried_out(session, anna, (1, "IT", ""), first=date(2027, 3, 1))
    second = scenarios.ask_for(session, anna, first.cohort_id, name="2", demands=Demands(now().date()))
    with pytest.raises(NotDone):
        scenarios.carry_out(session, anna, second.id, carried_out=True)
    second.outcome, second.stage = first.outcome, ScenarioStage.DONE
    session.commit()

    scenarios.carry_out(session, anna, second.id, carried_out=True)

    session.refresh(first)
    assert (first.carried_out, second.carried_out) == (False, True)


def test_a_plan_that_knows_more_stays_counts_instead_and_none_counts_twice(
    session: Session, anna: Viewer
) -> None:
    carried_out(session, anna, *[(1, "IT", "0716")] * 6, first=date(2027, 3, 1))
    planned(
        session,
        anna,
        Flow(FlowKind.REALISED, "FR-PDL", "IT-25", 8, 2027),
        Flow(FlowKind.REALISED, "FR-BRE", "LT", 7, 2027),
        Flow(FlowKind.PLANNED, "FR", "DE", 50, 2027),
        Flow(FlowKind.REALISED, "FR", "DE", 50, 2026),
    )

    found = report(session, anna)

    assert found.flows == Told({("FR", "IT"): 8, ("FR", "LT"): 7}, 0, 15)
    assert found.fields == Told({"0716": 6, "": 9}, 0, 15)


def test_small_numbers_that_were_planted_are_nowhere_in_a_report(session: Session, anna: Viewer) -> None:
    stays = [(1, "IT", "0716")] * 9 + [(2, "LT", "0713")] * 2 + [(3, "DE", "0721")]
    carried_out(session, anna, *stays, first=date(2027, 3, 1))
    (school,) = anna.sending_ids
    years.type_numbers(session, anna, YEAR, Typed(green=3, fewer=10), sending_id=school)

    found = report(session, anna)

    assert found.flows == Told({}, 12, 12)  # 2 and 1 need the 9 as well
    assert found.fields.total == 12
    assert found.hosts == Told({}, 0, None)
    assert found.green.share(TRUE) is None
    assert found.fewer == Told({}, 12, 12)  # 2 are without
    for told in (found.flows, found.fields, found.hosts, found.green, found.fewer):
        assert not {*told.named.values(), told.together, told.total} & {1, 2, 3, 4}


def test_shares_are_of_the_stays_whose_school_gave_the_number(
    session: Session, anna: Viewer, boss: Viewer
) -> None:
    ben = referent(session, "ben@example.org", "School B")
    planned(session, anna, Flow(FlowKind.REALISED, "FR", "IT", 20, 2027))
    planned(session, ben, Flow(FlowKind.REALISED, "FR", "IT", 30, 2027))
    (school,) = anna.sending_ids
    years.type_numbers(session, anna, YEAR, Typed(green=14), sending_id=school)

    whole = report(session, boss, whole=True)

    assert whole.flows == Told({("FR", "IT"): 50}, 0, 50)
    assert whole.green == Told({TRUE: 14, FALSE: 6, UNSAID: 30}, 0, 50)
    assert report(session, anna).green == Told({TRUE: 14, FALSE: 6}, 0, 20)
    assert report(session, ben).green == Told({UNSAID: 30}, 0, 30)


def test_a_typed_number_that_is_larger_than_the_stays_says_nothing(session: Session, anna: Viewer) -> None:
    planned(session, anna, Flow(FlowKind.REALISED, "FR", "IT", 20, 2027))
    (school,) = anna.sending_ids
    years.type_numbers(session, anna, YEAR, Typed(green=21, fewer=0), sending_id=school)

    found = report(session, anna)

    assert found.typed_too_many
    assert found.green == Told({UNSAID: 20}, 0, 20)
    assert found.fewer == Told({FALSE: 20}, 0, 20)


def test_certificates_count_for_learners_who_agreed_once_a_course(
    session: Session, anna: Viewer, boss: Viewer
) -> None:
    (school,) = anna.sending_ids
    other = min(referent(session, "ben@example.org", "School B").sending_ids)
    for number in range(9):
        account = grant(session, f"l{number}@example.org", Role.ALUMNUS)
        progress = CourseProgress(account_id=account.id, course="safety", lessons=[])
        session.add(progress)
        session.flush()
        revoked = now() if number == 6 else None
        day = date(2026 if number == 7 else 2027, 5, 1)
        made = [
            Certificate(
                code=f"{number}{again}",
                course="safety",
                passed_on=day,
                progress_id=progress.id,
                revoked=revoked,
            )
            for again in range(2)
        ]
        agreed = [school, other] if number != 8 else []
        consents = [CompletionConsent(account_id=account.id, sending_id=of, language="en") for of in agreed]
        session.add_all([*made, *consents])
    session.commit()

    assert report(session, anna).courses == Told({"safety": 6}, 0, 6)
    assert report(session, boss, whole=True).courses == Told({"safety": 6}, 0, 6)


def test_a_year_is_told_to_the_referents_of_its_school_and_the_whole_to_administrators(
    session: Session, anna: Viewer, boss: Viewer
) -> None:
    (school,) = anna.sending_ids
    ben = referent(session, "ben@example.org", "School B")
    regions = shipped_regions()

    for viewer, sending_id in ((ben, school), (boss, school), (anna, None), (anna, 999_999)):
        with pytest.raises(NotFound):
            years.year_report(session, viewer, YEAR, sending_id=sending_id, regions=regions)
    for viewer in (ben, boss):
        with pytest.raises(NotFound):
            years.type_numbers(session, viewer, YEAR, Typed(1, 1), sending_id=school)
    with pytest.raises(NotSignedIn):
        years.year_report(session, VISITOR, YEAR, sending_id=school, regions=regions)
    kept = carried_out(session, anna, (1, "IT", ""), first=date(2027, 3, 1))
    with pytest.raises(NotFound):
        scenarios.carry_out(session, ben, kept.id, carried_out=False)


def test_typed_numbers_belong_to_one_year_and_are_replaced(session: Session, anna: Viewer) -> None:
    (school,) = anna.sending_ids
    other = replace(YEAR, kind=YearKind.SCHOOL)

    years.type_numbers(session, anna, YEAR, Typed(12, 3), sending_id=school)
    years.type_numbers(session, anna, YEAR, Typed(None, 4), sending_id=school)

    assert years.typed_of(session, anna, YEAR, sending_id=school) == Typed(None, 4)
    assert years.typed_of(session, anna, other, sending_id=school) == Typed()
    with pytest.raises(InvalidInput):
        years.type_numbers(session, anna, YEAR, Typed(-1), sending_id=school)
    assert all("12" not in str(one.detail) for one in session.query(AuditEntry))
