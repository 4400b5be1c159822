"""The final test is the same on every reload, covers all modules, tells nothing, and is graded fairly."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner

from mapsvc.content.courses import Course
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.domain.base import now
from mapsvc.errors import NotFound
from mapsvc.services.course_questions import Asked, answered, asked
from mapsvc.services.course_tests import (
    PROOF_FOR,
    TEST_FOR,
    ProofOver,
    TestOver,
    begin,
    draw,
    grade,
    proof,
    prove,
)

KEY = "a key of this installation"
DRAWS = 60


@pytest.fixture(scope="module")
def course() -> Course:
    return usable(Tree.of()).courses["safety"]


def right(one: Asked) -> dict[str, list[str]]:
    """What a form sends to answer a question rightly."""
    places = {place: str(at) for at, place in enumerate(one.order)}
    if one.question.said.kind in {"single", "multiple"}:
        return {one.name: [places[place] for place in one.question.right]}
    if one.question.said.kind == "match":
        return {f"{one.name}.{at}": [places[at]] for at in range(len(one.order))}
    return {f"{one.name}.{at}": [str(place)] for at, place in enumerate(one.order)}


def wrong(one: Asked) -> dict[str, list[str]]:
    """What a form sends to answer a question wholly, and not rightly."""
    count = len(one.order)
    if one.question.said.kind in {"single", "multiple"}:
        return {
            one.name: [str(at) for at, place in enumerate(one.order) if place not in one.question.right][:1]
        }
    turned = [*range(1, count), 0]
    sent = {f"{one.name}.{at}": [str(turned[at])] for at in range(count)}
    if answered(one, sent).is_right:
        turned = list(reversed(range(count)))
        sent = {f"{one.name}.{at}": [str(turned[at])] for at in range(count)}
    return sent


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """Lets words be signed as if that long ago."""
    then = int((now() - by).timestamp())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: then)


def test_a_word_always_draws_the_same_test_and_another_word_another(course: Course) -> None:
    word = begin(course, key=KEY)

    again = [draw(course, word, key=KEY) for _time in range(2)]

    assert again[0] == again[1]
    assert len(again[0].questions) == course.data.test_questions
    assert draw(course, begin(course, key=KEY), key=KEY) != again[0]


def test_each_test_covers_every_module_and_no_question_comes_twice(course: Course) -> None:
    for _draw in range(DRAWS):
        drawn = draw(course, begin(course, key=KEY), key=KEY).questions
        modules = Counter(one.question.module for one in drawn)
        assert set(modules) == {module.key for module in course.data.modules}
        assert max(modules.values()) - min(modules.values()) <= 1
        assert len({one.name for one in drawn}) == len(drawn)
        assert all(one.question.said.final for one in drawn)


def test_right_answers_stand_in_every_place_about_as_often(course: Course) -> None:
    places: Counter[int] = Counter()
    for _draw in range(DRAWS):
        for one in draw(course, begin(course, key=KEY), key=KEY).questions:
            if one.question.said.kind == "single" and len(one.order) == 4:
                places[one.order.index(one.question.right[0])] += 1

    total = sum(places.values())
    assert total > 300
    assert all(0.15 < places[place] / total < 0.35 for place in range(4))


def test_nothing_to_put_in_order_stands_in_order(course: Course) -> None:
    for question in course.questions.values():
        for mix in ("a", "b", "c"):
            for key in ("", KEY):
                one = asked(question, mix=mix, key=key)
                assert sorted(one.order) == list(range(len(one.order)))
                if question.said.kind in {"order", "match"}:
                    assert list(one.order) != sorted(one.order)


def test_all_right_passes_and_all_wrong_does_not(course: Course) -> None:
    drawn = draw(course, begin(course, key=KEY), key=KEY)
    good = {name: value for one in drawn.questions for name, value in right(one).items()}
    bad = {name: value for one in drawn.questions for name, value in wrong(one).items()}

    passed, failed = grade(course, drawn, good), grade(course, drawn, bad)

    assert (passed.right, passed.missing, passed.is_passed) == (len(drawn.questions), [], True)
    assert (failed.right, failed.missing, failed.is_passed) == (0, [], False)


def test_the_last_right_answer_decides(course: Course) -> None:
    drawn = draw(course, begin(course, key=KEY), key=KEY)
    needed = grade(course, drawn, {}).needed
    results = {}
    for count in (needed - 1, needed):
        sent = {}
        for number, one in enumerate(drawn.questions):
            sent |= right(one) if number < count else wrong(one)
        results[count] = grade(course, drawn, sent).is_passed

    assert needed == 16
    assert results == {needed - 1: False, needed: True}


def test_an_answer_that_is_not_whole_is_missing_not_wrong(course: Course) -> None:
    drawn = draw(course, begin(course, key=KEY), key=KEY)
    sent = {name: value for one in drawn.questions[1:] for name, value in right(one).items()}

    graded = grade(course, drawn, sent)

    assert graded.missing == [1]


@pytest.mark.parametrize("kind", ["order", "match"])
def test_a_line_without_its_place_makes_the_answer_missing(kind: str, course: Course) -> None:
    one = asked(next(q for q in course.questions.values() if q.said.kind == kind), mix="x", key=KEY)
    sent = right(one)
    del sent[f"{one.name}.0"]

    assert answered(one, sent).chosen is None


def test_a_place_that_is_given_twice_is_no_order(course: Course) -> None:
    one = asked(next(q for q in course.questions.values() if q.said.kind == "order"), mix="x", key=KEY)

    sent = right(one) | {f"{one.name}.0": ["0"], f"{one.name}.1": ["0"]}

    assert answered(one, sent).chosen is None


@pytest.mark.parametrize("extra", ["tick one more", "leave one out"])
def test_several_right_choices_must_be_ticked_exactly(extra: str, course: Course) -> None:
    one = asked(
        next(q for q in course.questions.values() if q.said.kind == "multiple" and len(q.right) > 1),
        mix="x",
        key=KEY,
    )
    ticked = right(one)[one.name]
    others = [str(at) for at in range(len(one.order)) if str(at) not in ticked]
    sent = {one.name: [*ticked, others[0]] if extra == "tick one more" else ticked[1:]}

    assert answered(one, right(one)).is_right
    assert not answered(one, sent).is_right


@pytest.mark.parametrize("word", ["", "x" * 43, "WyJzYWZldHkiXQ.x.y", "../..", "ü"])
def test_a_word_that_is_not_ours_draws_nothing(word: str, course: Course) -> None:
    with pytest.raises(NotFound):
        draw(course, word, key=KEY)
    with pytest.raises(NotFound):
        proof(course, word, key=KEY)


def test_a_word_of_another_installation_or_purpose_draws_nothing(course: Course) -> None:
    word = begin(course, key=KEY)

    with pytest.raises(NotFound):
        draw(course, word, key="another key")
    with pytest.raises(NotFound):
        proof(course, word, key=KEY)


def test_a_test_is_over_after_a_day(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    later(monkeypatch, TEST_FOR + timedelta(minutes=1))

    with pytest.raises(TestOver):
        draw(course, begin(course, key=KEY), key=KEY)


def test_a_test_is_over_when_the_course_has_changed(course: Course, tmp_path: Path) -> None:
    word = begin(course, key=KEY)
    own = tmp_path / "content" / "courses" / "safety" / "questions"
    own.mkdir(parents=True)
    shipped = course.question_files["papers"].read_text("utf-8")
    (own / "papers.yml").write_text(shipped.replace("final: true", "final: false", 1), "utf-8")

    with pytest.raises(TestOver):
        draw(usable(Tree.of(tmp_path)).courses["safety"], word, key=KEY)


def test_a_proof_says_course_and_day_and_ends_after_a_year(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = draw(course, begin(course, key=KEY), key=KEY)

    found = proof(course, prove(course, drawn, key=KEY), key=KEY)
    later(monkeypatch, PROOF_FOR + timedelta(days=1))

    assert (found.course, found.seed, found.passed_on) == ("safety", drawn.seed, now().date())
    with pytest.raises(ProofOver):
        proof(course, prove(course, drawn, key=KEY), key=KEY)
