"""What was recorded of a year: scenarios that were carried out, certificates, numbers that were typed."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.cohorts import Cohort, Scenario, ScenarioStage
from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress
from mapsvc.domain.years import YearNumbers


def scenarios_carried_out(session: Session, sending_ids: Collection[int]) -> list[tuple[int, Scenario]]:
    """The scenarios that were carried out, each with its sending organisation, by number."""
    query = (
        select(Cohort.sending_id, Scenario)
        .join(Cohort, Cohort.id == Scenario.cohort_id)
        .where(Cohort.sending_id.in_(sorted(sending_ids)))
        .where(Scenario.carried_out.is_(True), Scenario.stage == ScenarioStage.DONE)
        .order_by(Scenario.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def certificates_shown_to(session: Session, sending_ids: Collection[int]) -> list[tuple[int, str, date]]:
    """The valid certificates of learners who agreed that some sending organisations see them.

    Each as (number of the account, course, day on which it was passed); once, however many of the
    organisations see it.
    """
    query = (
        select(CourseProgress.account_id, Certificate.course, Certificate.passed_on)
        .join(CourseProgress, CourseProgress.id == Certificate.progress_id)
        .join(CompletionConsent, CompletionConsent.account_id == CourseProgress.account_id)
        .where(CompletionConsent.sending_id.in_(sorted(sending_ids)), Certificate.revoked.is_(None))
        .distinct()
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def numbers_of_year(
    session: Session, sending_ids: Collection[int], *, kind: str, begins: int
) -> dict[int, YearNumbers]:
    """What was typed of a year, by sending organisation."""
    query = select(YearNumbers).where(
        YearNumbers.sending_id.in_(sorted(sending_ids)),
        YearNumbers.kind == kind,
        YearNumbers.begins == begins,
    )
    return {one.sending_id: one for one in session.scalars(query)}
