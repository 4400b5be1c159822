"""One queue of what waits, whatever it is about: decided once, taken back, and its author told."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer
from mapsvc.domain.alumni import PinSubmission
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus
from mapsvc.domain.reviews import HostSubmission
from mapsvc.domain.submissions import Submission, SubmissionKind, SubmissionStatus
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import moderating
from mapsvc.services.moderating import CannotUndo, ChangedSince, Decided
from mapsvc.services.own_pins import edit_pin
from mapsvc.storage.engine import writing
from tests.services.corrections import changed, of_como
from tests.services.keepers import listed, referent
from tests.services.moderators import boatyard, decide, handed_in, letters, moderator, undo
from tests.services.stays import BY_FORM, confirmed, draft, person, waiting

WHY = "Please take the phone number out of the text."
KINDS = [*SubmissionKind]
PATHS = {"changes": "/desk/hosts/", "stays": "/alumni/mine", "facts": "/account/corrections"}


@pytest.fixture(params=KINDS)
def one(request: pytest.FixtureRequest, session: Session) -> Submission:
    """Something of each kind that waits."""
    return MADE[request.param](session)


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


def changes(session: Session, *names: str) -> list[HostSubmission]:
    yards = [boatyard(session, name) for name in names]
    return [handed_in(session, yard, name=f"New {yard.name}") for yard in yards]


def stay(session: Session, email: str = "ana@example.org", **said: str) -> PinSubmission:
    return waiting(session, confirmed(session, email, **said))


MADE: Mapping[SubmissionKind, Callable[[Session], Submission]] = {
    SubmissionKind.CHANGES: lambda session: changes(session, "Rossi")[0],
    SubmissionKind.STAYS: stay,
    SubmissionKind.FACTS: of_como,
}


def write_anew(session: Session, one: Submission) -> None:
    if isinstance(one, HostSubmission):
        handed_in(session, one.organisation, name="Mended")
    elif isinstance(one, PinSubmission):
        edit_pin(session, person(session), one.pin_id, draft(story="Mended."), **BY_FORM)
    else:
        of_como(session, changed())


@pytest.mark.parametrize("status", ["returned", "rejected"])
def test_the_author_is_told_the_reason_in_their_language_and_nothing_is_public(
    session: Session, one: Submission, mo: Viewer, status: str
) -> None:
    before = listed(session)
    one.author.language = "fr"  # type: ignore[union-attr]

    decide(session, mo, one, status, reason=f"  {WHY} ")

    letter = letters(session)[-1]
    path = "https://map.example" + PATHS[one.kind]
    assert (one.status, one.reason) == (status, WHY)
    assert (letter.to_address, letter.headers["Content-Language"]) == (one.author.email, "fr")  # type: ignore[union-attr]
    assert WHY in letter.body
    assert path in letter.body
    assert listed(session) == before


@pytest.mark.parametrize("reason", ["  ", "x" * 2001])
def test_nothing_is_sent_back_without_a_reason_that_fits(
    session: Session, one: Submission, mo: Viewer, reason: str
) -> None:
    written = len(letters(session))

    with pytest.raises(InvalidInput):
        decide(session, mo, one, "returned", reason=reason)

    assert (one.status, len(letters(session))) == ("waiting", written)


def test_the_second_of_two_moderators_is_told_that_it_was_decided(
    session: Session, engine: Engine, one: Submission, mo: Viewer
) -> None:
    other, before = moderator(session, "other@site.example"), listed(session)
    session.commit()
    with writing(engine) as first:
        decide(first, mo, one, "rejected", reason=WHY)
    session.expire_all()
    written = len(letters(session))

    with pytest.raises(Decided, match=one.title):
        decide(session, other, one)
    session.rollback()

    assert (listed(session), len(letters(session))) == (before, written)


def test_a_refusal_is_undone_and_its_author_is_told(session: Session, one: Submission, mo: Viewer) -> None:
    decide(session, mo, one, "rejected", reason=WHY)

    undo(session, mo, one)

    assert (one.status, one.reason) == (SubmissionStatus.WAITING, "")
    assert [mail.to_address for mail in letters(session)][-2:] == [one.author.email] * 2  # type: ignore[union-attr]
    assert moderating.queue(session, mo).waiting == [one]


def test_a_decision_is_not_undone_twice(session: Session, one: Submission, mo: Viewer) -> None:
    decide(session, mo, one)
    undo(session, mo, one)

    with pytest.raises(CannotUndo):
        undo(session, mo, one)


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_a_decision_is_not_undone_once_its_author_handed_in_something_newer(
    session: Session, one: Submission, mo: Viewer, status: str
) -> None:
    decide(session, mo, one, status, reason=WHY)
    write_anew(session, one)

    with pytest.raises(CannotUndo):
        undo(session, mo, one)


def test_of_many_those_that_were_decided_or_changed_meanwhile_are_left_and_named(
    session: Session, engine: Engine, mo: Viewer
) -> None:
    many: list[Submission] = [*changes(session, "One", "Two", "Three")]
    many += [stay(session), stay(session, "b@example.org", display_name="Bea")]
    keys = {(each.kind, each.id): moderating.seen(each) for each in many}
    many[1].organisation.website = "https://elsewhere.example"  # type: ignore[attr-defined]
    session.commit()
    with writing(engine) as other:
        for each in (many[2], many[4]):
            decide(other, mo, each, "rejected", reason=WHY)

    def approve(key: moderating.Key) -> None:
        with writing(engine) as own:
            decide(own, mo, moderating.submission(own, mo, key), seen=keys[key])

    done = moderating.decide_many([*keys, (SubmissionKind.STAYS, 999)], approve)

    assert done.count == 2
    assert [type(fault) for fault in done.left] == [ChangedSince, Decided, Decided, Decided]
    assert [said in str(fault) for said, fault in zip(("Two", "Three", "Bea", "999"), done.left, strict=True)]
    session.expire_all()
    assert sorted(listed(session)) == ["Ana", "New One", "Three", "Two"]


def test_the_queue_holds_every_kind_the_oldest_first_and_nothing_of_removed_hosts(
    session: Session, mo: Viewer
) -> None:
    first, last, gone = changes(session, "One", "Two", "Gone")
    made = [first, stay(session), last, of_como(session)]
    gone.organisation.status = HostStatus.REMOVED
    for days, each in enumerate((*made, gone)):
        each.created = now() - timedelta(days=9 - days)
    session.commit()

    queues = [
        moderating.queue(session, mo, kinds).waiting
        for kinds in (KINDS, KINDS[:1], KINDS[1:2], KINDS[2:], [])
    ]

    assert queues == [made, [made[0], made[2]], [made[1]], [made[3]], []]


def test_what_was_flagged_is_found_behind_any_number_that_was_not(session: Session, mo: Viewer) -> None:
    flagged: list[Submission] = [handed_in(session, boatyard(session), summary={"en": "www.example.org"})]
    plain = [stay(session, f"{number}@example.org") for number in range(3)]
    flagged += [stay(session, story="Look at www.example.org")]
    for days, each in enumerate((*plain, *flagged)):
        each.created = now() - timedelta(days=9 - days)
    session.commit()

    first, second = (moderating.queue(session, mo, flagged=True, size=1, page=page) for page in (1, 2))
    beyond = moderating.queue(session, mo, size=4, page=9)

    assert first.waiting + second.waiting == flagged
    assert [(one.page, one.pages) for one in (first, second, beyond)] == [(1, 2), (2, 2), (2, 2)]
    assert beyond.waiting == flagged[1:]


def test_what_was_decided_can_be_looked_up_the_newest_first(session: Session, mo: Viewer) -> None:
    made = [*changes(session, "One"), stay(session)]
    for days, each in enumerate(made):
        decide(session, mo, each, "rejected", reason=WHY)
        each.decided = now() - timedelta(days=days)
    session.commit()

    assert moderating.decided(session, mo, limit=9) == made
    assert moderating.decided(session, mo, limit=1) == made[:1]


def test_only_moderators_decide(session: Session, one: Submission) -> None:
    author = person(session, one.author.email)  # type: ignore[union-attr]

    for viewer, fault in ((author, NotFound), (referent(session), NotFound), (VISITOR, NotSignedIn)):
        with pytest.raises(fault):
            moderating.queue(session, viewer)
        with pytest.raises(fault):
            moderating.submission(session, viewer, (one.kind, one.id))
        with pytest.raises(fault):
            decide(session, viewer, one)
        with pytest.raises(fault):
            decide(session, viewer, one, "rejected", reason=WHY)
        with pytest.raises(fault):
            undo(session, viewer, one)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [0, -1, 999_999, 2**31, 2**70])
def test_a_number_of_nothing_is_not_found(
    session: Session, mo: Viewer, kind: SubmissionKind, number: int
) -> None:
    with pytest.raises(NotFound):
        moderating.submission(session, mo, (kind, number))
