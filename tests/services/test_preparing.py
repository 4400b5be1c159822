"""A host shows that it is prepared to receive, for as long as the certificate is valid."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.content.courses import Course
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.domain.course_progress import Certificate
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.listings import Listing
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import NotFound
from mapsvc.services import certifying, following_courses, own_hosts, preparing
from mapsvc.services.course_tests import Proof
from mapsvc.services.erasing_again import erase_again
from mapsvc.services.publishing import republish
from mapsvc.storage.tombstones import Grave
from tests.services.keepers import speaker
from tests.services.moderators import boatyard, moderator

KEY = "a key of this installation"


@pytest.fixture(scope="module")
def courses() -> dict[str, Course]:
    return usable(Tree.of()).courses


def passed(session: Session, who: Viewer, course: Course, seed: str = "seed") -> Certificate:
    following_courses.keep_passed(session, who, course)
    return certifying.certify(session, who, course, Proof(course.slug, seed, now().date()), key=KEY)


def shown(session: Session) -> dict[str, str] | None:
    """What the public page of the one host says."""
    session.expire_all()
    (detail,) = session.scalars(select(Listing.detail)).all()
    found: dict[str, str] | None = detail["prepared"]
    return found


@pytest.fixture
def host(session: Session) -> Organisation:
    return boatyard(session)


@pytest.fixture
def boss(session: Session, host: Organisation) -> Viewer:
    return speaker(session, host.id)


def put(session: Session, boss: Viewer, host: Organisation, courses: dict[str, Course]) -> Certificate:
    made = passed(session, boss, courses["hosting"])
    preparing.show(session, boss, host.id, made.id, courses=courses.values())
    return made


def test_the_page_of_a_host_says_on_which_day_it_was_prepared_and_not_by_whom(
    session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    before = shown(session)

    made = put(session, boss, host, courses)

    assert before is None
    assert shown(session) == {"passed_on": now().date().isoformat(), "code": made.shown_code}
    assert republish(session) == 0


def test_a_host_takes_it_off_its_page(
    session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    put(session, boss, host, courses)

    preparing.hide(session, boss, host.id)

    assert shown(session) is None
    with pytest.raises(NotFound):
        preparing.hide(session, boss, host.id)


def test_a_later_certificate_takes_the_place_of_an_earlier_one(
    session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    put(session, boss, host, courses)

    later = passed(session, boss, courses["hosting"], "another")
    preparing.show(session, boss, host.id, later.id, courses=courses.values())

    assert shown(session) == {"passed_on": later.passed_on.isoformat(), "code": later.shown_code}


def test_only_a_certificate_of_ones_own_of_a_course_for_hosts_can_be_shown(
    session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    others = passed(
        session, speaker(session, boatyard(session, "Another").id, "b@x.example"), courses["hosting"]
    )
    for_learners = passed(session, boss, courses["safety"])
    gone = passed(session, boss, courses["hosting"], "gone")
    certifying.revoke_own(session, boss, gone.id)

    for one in (others, for_learners, gone):
        with pytest.raises(NotFound):
            preparing.show(session, boss, host.id, one.id, courses=courses.values())

    assert preparing.shown_by(session, [host.id]) == {}


def test_nobody_shows_or_hides_anything_on_the_page_of_somebody_elses_host(
    session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    made = put(session, boss, host, courses)
    own_hosts.leave(session, boss, host.id)
    stranger = Viewer(boss.account_id, boss.roles)

    with pytest.raises(NotFound):
        preparing.hide(session, stranger, host.id)
    with pytest.raises(NotFound):
        preparing.show(session, stranger, host.id, made.id, courses=courses.values())

    assert shown(session) is not None


@pytest.mark.parametrize("by", ["its maker", "a moderator", "a restore"])
def test_a_certificate_that_is_taken_back_goes_from_the_page_at_once(
    by: str, session: Session, host: Organisation, boss: Viewer, courses: dict[str, Course]
) -> None:
    made = put(session, boss, host, courses)

    if by == "its maker":
        certifying.revoke_own(session, boss, made.id)
    elif by == "a moderator":
        certifying.revoke_by_code(session, moderator(session), made.code)
    else:
        erase_again(session, [Grave(Erased.CERTIFICATE, made.id, now())], key=KEY)
        session.commit()

    assert shown(session) is None
    assert republish(session) == 0
