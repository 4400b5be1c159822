"""The final test of a course: drawn by a signed seed, graded here, proved by a signed word."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer

from mapsvc.content.courses import Course
from mapsvc.content.questions import Question
from mapsvc.domain.base import now
from mapsvc.errors import Gone, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.course_questions import Answered, Asked, Sent, answered, asked, mixed

TEST_FOR = timedelta(days=1)  # to answer a test that was begun
PROOF_FOR = timedelta(days=365)  # to make the certificate of a test that was passed
SEED_BYTES = 9
HUNDRED = 100


class TestOver(Gone):
    """A test that was begun long ago, or before the course was changed."""

    __test__ = False
    message = _("This test was begun too long ago, or the course has changed since. Please begin a new one.")


class ProofOver(Gone):
    """A link to a certificate that is too old."""

    message = _("This link to your certificate is too old. Please take the test again.")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A test: its questions, in the order of the course."""

    seed: str
    questions: Sequence[Asked]


@dataclass(frozen=True, slots=True)
class Graded:
    """A test with its answers."""

    answers: Sequence[Answered]
    pass_percent: int

    @property
    def missing(self) -> list[int]:
        """The numbers, from 1, of the questions that have no whole answer."""
        return [number for number, one in enumerate(self.answers, 1) if one.chosen is None]

    @property
    def right(self) -> int:
        """How many answers are right."""
        return sum(one.is_right for one in self.answers)

    @property
    def is_passed(self) -> bool:
        """Whether enough are right: a part of a percent is not given away."""
        return HUNDRED * self.right >= self.pass_percent * len(self.answers)

    @property
    def needed(self) -> int:
        """The least number of right answers with which it is passed."""
        return -(-self.pass_percent * len(self.answers) // HUNDRED)


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody passed the test of a course on a day; seed tells one test from another."""

    course: str
    seed: str
    passed_on: date


def begin(course: Course, *, key: str) -> str:
    """The signed word of a new test, which stands in its address. Raises NotFound without questions."""
    if not course.pool:
        raise NotFound
    return str(
        _signer(key, "course-test").dumps([course.slug, secrets.token_urlsafe(SEED_BYTES), _state(course)])
    )


def draw(course: Course, word: str, *, key: str) -> Drawn:
    """The test of a signed word: always the same, from each module about as many questions.

    Raises NotFound for no word of ours, or TestOver.
    """
    slug, seed, state = _read(word, 3, key=key, salt="course-test", most=TEST_FOR, over=TestOver)
    if slug != course.slug:
        raise NotFound
    if state != _state(course):
        raise TestOver
    return Drawn(seed, [asked(one, mix=seed, key=key) for one in _chosen(course, seed, key)])


def grade(course: Course, drawn: Drawn, sent: Sent) -> Graded:
    """What the answers of a form are worth; a question counts where all of its answer is right."""
    return Graded([answered(one, sent) for one in drawn.questions], course.data.pass_percent)


def prove(course: Course, drawn: Drawn, *, key: str) -> str:
    """The signed word that the test was passed today; it holds nothing of a person."""
    return str(_signer(key, "course-proof").dumps([course.slug, drawn.seed, now().date().isoformat()]))


def proof(course: Course, word: str, *, key: str) -> Proof:
    """What a signed word proves. Raises NotFound for no word of ours, or ProofOver."""
    slug, seed, day = _read(word, 3, key=key, salt="course-proof", most=PROOF_FOR, over=ProofOver)
    if slug != course.slug:
        raise NotFound
    return Proof(slug, seed, date.fromisoformat(day))


def _chosen(course: Course, seed: str, key: str) -> list[Question]:
    pool = sorted(course.pool, key=lambda one: one.said.key)
    weights = {number: place for place, number in enumerate(mixed(range(len(pool)), mix=seed, key=key))}
    by_module: dict[str, list[int]] = defaultdict(list)
    for number in sorted(weights, key=weights.__getitem__):
        by_module[pool[number].module].append(number)
    # The first of each module, then the second of each, and so on.
    rounds = sorted(
        (turn, weights[number], number)
        for numbers in by_module.values()
        for turn, number in enumerate(numbers)
    )
    taken = {pool[number].said.key for _turn, _weight, number in rounds[: course.data.test_questions]}
    return [one for one in course.pool if one.said.key in taken]


def _state(course: Course) -> str:
    """What changes when a question of the pool does: a test is graded as it was asked."""
    said = "\n".join(one.said.model_dump_json() for one in course.pool)
    return hashlib.sha256(f"{course.data.test_questions} {said}".encode()).hexdigest()[:12]


def _read(word: str, count: int, *, key: str, salt: str, most: timedelta, over: type[Gone]) -> list[str]:
    signer = _signer(key, salt)
    try:
        said, made = signer.loads(word, return_timestamp=True)
    except BadSignature:
        raise NotFound from None
    if not isinstance(said, list) or len(said) != count:
        raise NotFound
    if now() - made > most:
        raise over
    return [str(one) for one in said]


def _signer(key: str, salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=salt, signer_kwargs={"digest_method": hashlib.sha256})
