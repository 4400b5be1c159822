"""What follows an account in courses: it is kept, shown to whom one agreed, taken along and erased."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer, viewer_of
from mapsvc.content.courses import Course
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.domain.course_progress import Certificate, CompletionConsent, CourseProgress
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Erased, Tombstone
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import accounts, certifying, following_courses
from mapsvc.services.certifying import Revoked, certify, verify
from mapsvc.services.course_tests import Proof
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.signing_in import account_for
from mapsvc.storage.tombstones import Grave

KEY = "a key of this installation"
READ = {"papers/copies", "papers/lost"}


@pytest.fixture(scope="module")
def course() -> Course:
    return usable(Tree.of()).courses["safety"]


def learner(session: Session, email: str = "lina@example.org") -> Viewer:
    account = account_for(session, email, language="en")
    session.commit()
    return viewer_of(account)


def referent(session: Session, school: str = "School A") -> Viewer:
    sending = accounts.sending_organisation(session, school)
    account = accounts.grant(session, f"{school[-1].lower()}@example.org", Role.REFERENT, sending=sending)
    session.commit()
    session.refresh(account)
    return viewer_of(account)


def proved(seed: str = "seed") -> Proof:
    return Proof("safety", seed, now().date())


def finished(session: Session, who: Viewer, course: Course, seed: str = "seed") -> Certificate:
    following_courses.keep_passed(session, who, course)
    return certify(session, who, course, proved(seed), key=KEY)


def agreed(session: Session, who: Viewer, to: Viewer) -> None:
    word = following_courses.agree_word(min(to.sending_ids), key=KEY)
    following_courses.agree(session, who, word, key=KEY, language="en")


def count(session: Session, noun: type) -> int:
    return session.scalar(select(func.count()).select_from(noun)) or 0


def test_lessons_are_kept_in_the_order_of_the_course_and_unknown_ones_are_not(
    session: Session, course: Course
) -> None:
    who = learner(session)

    following_courses.keep_lessons(session, who, course, {"papers/lost", "no/such"}, only=False)
    following_courses.keep_lessons(session, who, course, {"papers/copies"}, only=False)

    assert following_courses.own_progress(session, who)["safety"].lessons == ["papers/copies", "papers/lost"]

    following_courses.keep_lessons(session, who, course, {"papers/lost"}, only=True)

    assert following_courses.own_progress(session, who)["safety"].lessons == ["papers/lost"]


def test_nobody_keeps_progress_without_an_account(session: Session, course: Course) -> None:
    with pytest.raises(NotSignedIn):
        following_courses.keep_lessons(session, VISITOR, course, READ, only=False)


def test_the_day_of_the_first_pass_is_kept(session: Session, course: Course) -> None:
    who = learner(session)
    following_courses.keep_passed(session, who, course)
    kept = following_courses.own_progress(session, who)["safety"]
    kept.passed_on = first = kept.passed_on and kept.passed_on.replace(year=2025)
    session.commit()

    following_courses.keep_passed(session, who, course)

    assert following_courses.own_progress(session, who)["safety"].passed_on == first


def test_a_test_has_one_certificate_however_often_it_is_asked_for(session: Session, course: Course) -> None:
    first = certify(session, VISITOR, course, proved(), key=KEY)
    again = certify(session, VISITOR, course, proved(), key=KEY)
    other = certify(session, VISITOR, course, proved("another"), key=KEY)

    assert first.id == again.id
    assert first.code != other.code
    assert certifying.code_of(proved(), key="another key") != first.code


def test_a_code_is_read_as_people_type_it(session: Session, course: Course) -> None:
    made = certify(session, VISITOR, course, proved(), key=KEY)
    typed = [made.shown_code, made.code.lower(), f" {made.shown_code.replace('-', ' ')} "]
    typed += [made.shown_code.replace("0", "o").replace("1", "l")]

    assert [found and found.id for found in (verify(session, one) for one in typed)] == [made.id] * 4
    assert [verify(session, one) for one in ("", "x", "K7QM-2F9X-4TBU", made.code[:-1], made.code + "0")] == [
        None
    ] * 5


def test_a_certificate_keeps_nothing_of_a_visitor(session: Session, course: Course) -> None:
    made = certify(session, VISITOR, course, proved(), key=KEY)

    assert made.progress_id is None
    assert set(Certificate.__table__.columns.keys()) == {
        *("id", "code", "course", "passed_on", "progress_id", "revoked", "created")
    }


def test_only_its_person_takes_a_certificate_back_and_it_stays_so(session: Session, course: Course) -> None:
    who = learner(session)
    made = finished(session, who, course)

    with pytest.raises(NotFound):
        certifying.revoke_own(session, learner(session, "other@example.org"), made.id)
    assert verify(session, made.code)
    certifying.revoke_own(session, who, made.id)

    assert verify(session, made.code) is None
    with pytest.raises(Revoked):
        certify(session, who, course, proved(), key=KEY)


def test_a_moderator_takes_any_certificate_back_by_its_code(session: Session, course: Course) -> None:
    made = certify(session, VISITOR, course, proved(), key=KEY)
    moderator = viewer_of(accounts.grant(session, "mod@example.org", Role.MODERATOR))

    with pytest.raises(NotFound):
        certifying.revoke_by_code(session, learner(session), made.code)
    certifying.revoke_by_code(session, moderator, made.shown_code)

    assert verify(session, made.code) is None
    with pytest.raises(InvalidInput):
        certifying.revoke_by_code(session, moderator, made.shown_code)


def test_a_referent_sees_who_finished_only_of_those_who_agreed(session: Session, course: Course) -> None:
    one, other, school = learner(session), learner(session, "other@example.org"), referent(session)
    finished(session, one, course)
    finished(session, other, course, "another")
    assert following_courses.learners(session, school) == []

    agreed(session, one, school)

    (seen,) = following_courses.learners(session, school)
    assert seen.consent.account.email == "lina@example.org"
    assert seen.progress["safety"].passed_on == now().date()
    assert following_courses.learners(session, referent(session, "School B")) == []
    assert following_courses.learners(session, one) == []


def test_to_agree_twice_is_to_agree_once(session: Session) -> None:
    who, school = learner(session), referent(session)

    agreed(session, who, school)
    agreed(session, who, school)

    assert count(session, CompletionConsent) == 1


@pytest.mark.parametrize("word", ["", "1", "x" * 43, "MQ.x"])
def test_nobody_agrees_by_a_word_that_is_not_ours(session: Session, word: str) -> None:
    with pytest.raises(NotFound):
        following_courses.agree(session, learner(session), word, key=KEY, language="en")


def test_to_take_a_consent_back_erases_it_for_good(session: Session) -> None:
    who, school = learner(session), referent(session)
    agreed(session, who, school)
    number = following_courses.own_consents(session, who)[0].id

    with pytest.raises(NotFound):
        following_courses.take_back(session, school, number)
    following_courses.take_back(session, who, number)

    assert following_courses.learners(session, school) == []
    graves = session.scalars(select(Tombstone)).all()
    assert [(grave.noun, grave.row_id) for grave in graves] == [(Erased.COMPLETION, number)]


def test_to_erase_progress_leaves_certificates_valid_and_nobodys(session: Session, course: Course) -> None:
    who = learner(session)
    made = finished(session, who, course)
    assert made.progress_id is not None

    following_courses.forget_courses(session, who)
    session.expire_all()

    assert count(session, CourseProgress) == 0
    assert verify(session, made.code)
    assert session.get_one(Certificate, made.id).progress_id is None
    assert following_courses.everything_kept(session, who) == {"courses": [], "shown_to": []}


def test_an_account_that_ends_takes_its_courses_along(session: Session, course: Course) -> None:
    who, school = learner(session), referent(session)
    made = finished(session, who, course)
    agreed(session, who, school)

    accounts.delete_account(session, who)
    session.expire_all()

    assert (count(session, CourseProgress), count(session, CompletionConsent)) == (0, 0)
    assert session.get_one(Certificate, made.id).progress_id is None
    assert verify(session, made.code)


def test_a_restore_erases_again_what_was_erased_of_courses(session: Session, course: Course) -> None:
    who, school = learner(session), referent(session)
    made = finished(session, who, course)
    agreed(session, who, school)
    progress = following_courses.own_progress(session, who)["safety"].id
    consent = following_courses.own_consents(session, who)[0].id
    wanted = [(Erased.PROGRESS, progress), (Erased.COMPLETION, consent), (Erased.CERTIFICATE, made.id)]

    erased = erase_again(session, [Grave(noun, number, now()) for noun, number in wanted], key=KEY)
    session.commit()

    assert erased == 3
    assert (count(session, CourseProgress), count(session, CompletionConsent)) == (0, 0)
    assert verify(session, made.code) is None


def test_the_download_holds_all_that_is_kept(session: Session, course: Course) -> None:
    who, school = learner(session), referent(session)
    following_courses.keep_lessons(session, who, course, READ, only=False)
    made = finished(session, who, course)
    agreed(session, who, school)

    kept = following_courses.everything_kept(session, who)

    (one,) = kept["courses"]
    assert (one["course"], one["lessons"], one["passed_on"]) == (
        *("safety", ["papers/copies", "papers/lost"], now().date().isoformat()),
    )
    assert [certificate["code"] for certificate in one["certificates"]] == [made.shown_code]
    assert [to["organisation"] for to in kept["shown_to"]] == ["School A"]


@pytest.mark.parametrize("typed", ["", "   ", "x" * 81, "a\u0000b", "a\u202eb"])
def test_a_name_that_cannot_be_printed_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        certifying.certificate_name(typed)


def test_a_name_is_printed_as_it_was_typed_but_for_spaces() -> None:
    assert certifying.certificate_name("  Zoë   Müller ") == "Zoë Müller"
    assert certifying.certificate_name("علي حسن") == "علي حسن"
