"""How far somebody with an account is in courses: kept, taken along, erased, and shown to whom they agree."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.content.courses import Course
from mapsvc.domain.base import now
from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.tombstones import erase_rows
from mapsvc.storage import courses as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import sending_organisations


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner who agreed, as a referent sees them: courses by slug with the progress, never answers."""

    consent: CompletionConsent
    progress: Mapping[str, CourseProgress]


def own_progress(session: Session, viewer: Viewer) -> dict[str, CourseProgress]:
    """What is kept of one's courses, by slug. Raises NotSignedIn."""
    require(viewer, Action.USE_ACCOUNT)
    return {one.course: one for one in stored.all_progress(session, [viewer.account_id or 0])}


def keep_lessons(
    session: Session, viewer: Viewer, course: Course, lessons: Collection[str], *, only: bool
) -> None:
    """Keeps which lessons were read; with only, no others are kept as read. Commits.

    lessons are names such as "papers/copies"; what the course does not have is left out.
    """
    require(viewer, Action.USE_ACCOUNT)
    known = [f"{one.module}/{one.key}" for one in course.lessons]
    kept = _own(session, viewer, course)
    before = set() if only else set(kept.lessons)
    wanted = [name for name in known if name in before or name in lessons]
    if wanted != kept.lessons:
        kept.lessons, kept.updated = wanted, now()
    session.commit()


def keep_passed(session: Session, viewer: Viewer, course: Course) -> None:
    """Keeps that the test of a course was passed today, where it was not before. Commits."""
    require(viewer, Action.USE_ACCOUNT)
    kept = _own(session, viewer, course)
    if kept.passed_on is None:
        kept.passed_on, kept.updated = now().date(), now()
    session.commit()


def forget_courses(session: Session, viewer: Viewer) -> None:
    """Erases all that is kept of one's courses; certificates stay valid, and belong to nobody. Commits."""
    require(viewer, Action.USE_ACCOUNT)
    erase_progress(session, list(own_progress(session, viewer).values()))
    note(session, viewer, "erased", "course_progress", viewer.account_id)
    session.commit()


def erase_progress(session: Session, found: Sequence[CourseProgress]) -> int:
    """Erases what is kept of courses, and leaves tombstones; the caller commits. How many rows that was."""
    return erase_rows(session, Erased.PROGRESS, found)


def agree_word(sending_id: int, *, key: str) -> str:
    """The signed word of the link by which learners agree that a sending organisation sees."""
    return str(URLSafeSerializer(key, salt="course-agree").dumps(sending_id))


def asks_to_see(session: Session, viewer: Viewer, word: str, *, key: str) -> SendingOrganisation:
    """The sending organisation behind a link to agree by. Raises NotFound for no link of ours."""
    require(viewer, Action.USE_ACCOUNT)
    try:
        number = URLSafeSerializer(key, salt="course-agree").loads(word)
    except BadSignature:
        raise NotFound from None
    found = session.get(SendingOrganisation, number) if isinstance(number, int) else None
    if found is None:
        raise NotFound
    return found


def agree(session: Session, viewer: Viewer, word: str, *, key: str, language: str) -> SendingOrganisation:
    """Shows the referents of a sending organisation who finished courses. Commits. Raises NotFound."""
    sending = asks_to_see(session, viewer, word, key=key)
    one_at_a_time(session, f"consents:{viewer.account_id}")
    given = {one.sending_id for one in stored.consents_of(session, viewer.account_id or 0)}
    if sending.id not in given:
        account_id = viewer.account_id or 0
        session.add(CompletionConsent(account_id=account_id, sending_id=sending.id, language=language))
        session.commit()
    return sending


def own_consents(session: Session, viewer: Viewer) -> list[CompletionConsent]:
    """Whom one shows that one finished courses."""
    require(viewer, Action.USE_ACCOUNT)
    return stored.consents_of(session, viewer.account_id or 0)


def take_back(session: Session, viewer: Viewer, number: int) -> None:
    """Takes a consent of one's own back, and so erases it. Commits. Raises NotFound for anybody else's."""
    found = [one for one in own_consents(session, viewer) if one.id == number]
    if not found:
        raise NotFound
    erase_completion_consents(session, found)
    session.commit()


def erase_completion_consents(session: Session, found: Sequence[CompletionConsent]) -> int:
    """Erases consents, and leaves tombstones; the caller commits. How many that was."""
    return erase_rows(session, Erased.COMPLETION, found)


def schools(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations whose learners the viewer may see, by name."""
    known = sending_organisations(session, sorted(viewer.sending_ids))
    return [one for one in known if may(viewer, Action.SEE_COMPLETION, one.id)]


def learners(session: Session, viewer: Viewer) -> list[Learner]:
    """The learners who agreed that the viewer sees whether they finished, the last first."""
    consents = stored.consents_to(session, [one.id for one in schools(session, viewer)])
    kept: defaultdict[int, dict[str, CourseProgress]] = defaultdict(dict)
    for one in stored.all_progress(session, {one.account_id for one in consents}):
        kept[one.account_id][one.course] = one
    return [Learner(consent, kept[consent.account_id]) for consent in consents]


def everything_kept(session: Session, viewer: Viewer) -> dict[str, Any]:
    """All that is kept of one's courses, as JSON takes it."""
    progress = own_progress(session, viewer).values()
    return {
        "courses": [
            {
                "course": one.course,
                "lessons": one.lessons,
                "passed_on": one.passed_on.isoformat() if one.passed_on else None,
                "updated": one.updated.isoformat(),
                "certificates": [_certificate_kept(made) for made in one.certificates],
            }
            for one in progress
        ],
        "shown_to": [
            {
                "organisation": one.sending.name,
                "since": one.given.isoformat(),
                "text_version": one.text_version,
                "language": one.language,
            }
            for one in own_consents(session, viewer)
        ],
    }


def _certificate_kept(made: Certificate) -> dict[str, Any]:
    return {
        "code": made.shown_code,
        "passed_on": made.passed_on.isoformat(),
        "created": made.created.isoformat(),
        "revoked": made.revoked.isoformat() if made.revoked else None,
    }


def _own(session: Session, viewer: Viewer, course: Course) -> CourseProgress:
    account_id = viewer.account_id or 0
    one_at_a_time(session, f"courses:{account_id}")
    found = stored.progress_of(session, account_id, course.slug)
    if found is None:
        found = CourseProgress(account_id=account_id, course=course.slug, lessons=[])
        session.add(found)
        session.flush()
    return found
