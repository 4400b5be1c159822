"""A timeline as readers see it: phases of steps, in their language, with the notes on their facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markdown_it.token import Token
from markupsafe import Markup

from mapsvc.content import markup
from mapsvc.content.facts import Facts
from mapsvc.content.timelines import Step, Timeline
from mapsvc.messages import LANGUAGES
from mapsvc.presentation.content_links import address
from mapsvc.presentation.labels import language_label
from mapsvc.presentation.timeline_words import (
    KINDS,
    PHASES,
    WHO,
    checked_words,
    condition_words,
    minutes_words,
    speaker,
    when_words,
)

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note on a fact: where it can be read; `said` is when it was written and looked at."""

    number: int
    name: str
    url: str
    said: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """A paper that goes with a step."""

    key: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step in words. `other` is the code of its language, with its name, where that is not the reader's."""

    key: str
    title: str
    what: Markup
    why: Markup
    when: str
    who: str
    takes: str
    conditions: Sequence[str]
    papers: Sequence[PaperView]
    other: str | None
    other_name: str


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase: its steps, how long they take together, and the notes on their facts."""

    key: str
    name: str
    takes: str
    steps: Sequence[StepView]
    notes: Sequence[NoteView]


def in_language(words: Words, language: str) -> tuple[str, str]:
    """Words in a language, else in the first one in which they are written; and which one that is."""
    found = next((one for one in (language, *LANGUAGES) if one in words), next(iter(words)))
    return words[found], found


@lru_cache(1024)
def parsed(text: str) -> tuple[Token, ...]:
    """The tokens of a text; nobody changes them."""
    return tuple(markup.parse(text))


def fact_numbers(steps: Sequence[Step], language: str) -> dict[str, int]:
    """The number of the note on each fact of some steps, in the order in which they are marked."""
    numbers: dict[str, int] = {}
    for step in steps:
        for words in (step.what, step.why):
            for key, _line in markup.facts_in(parsed(in_language(words, language)[0])):
                numbers.setdefault(key, len(numbers) + 1)
    return numbers


def notes_on(
    facts: Facts, numbers: Mapping[str, int], language: str, *, today: date, of: Sequence[str]
) -> list[NoteView]:
    """The notes on some facts, by number; a fact that is not declared has none."""
    found = [(numbers[key], facts[key]) for key in of if key in facts]
    return [
        NoteView(number, fact.source.name, fact.source.url, checked_words(fact, language, today=today))
        for number, fact in sorted(found, key=lambda one: one[0])
    ]


def phases_of(timeline: Timeline, steps: Sequence[Step], language: str, *, today: date) -> list[PhaseView]:
    """The phases that have steps, in their order; facts are numbered across all of them."""
    ordered = [step for phase in PHASES for step in steps if step.phase == phase]
    numbers = fact_numbers(ordered, language)
    say, views, noted = speaker(language), [], set[str]()
    for phase, name in PHASES.items():
        own = [step for step in ordered if step.phase == phase]
        if not own:
            continue
        new = [key for key in fact_numbers(own, language) if key not in noted]
        noted.update(new)
        views.append(
            PhaseView(
                key=phase,
                name=say(name),
                takes=minutes_words(sum(step.minutes for step in own), language),
                steps=[step_view(timeline, step, numbers, language) for step in own],
                notes=notes_on(timeline.data.facts, numbers, language, today=today, of=new),
            )
        )
    return views


def step_view(timeline: Timeline, step: Step, numbers: Mapping[str, int], language: str) -> StepView:
    """A step in the words of a language."""
    title, spoken = in_language(step.title, language)
    say = speaker(language)
    return StepView(
        key=step.key,
        title=title,
        what=_html(step.what, spoken, numbers),
        why=_html(step.why, spoken, numbers),
        when=when_words(step, language),
        who=say(WHO[step.who]),
        takes=minutes_words(step.minutes, language),
        conditions=condition_words(step, language),
        papers=papers_of(timeline, step.resources, language),
        other=None if spoken == language else spoken,
        other_name=language_label(spoken, language),
    )


def papers_of(timeline: Timeline, keys: Sequence[str], language: str) -> list[PaperView]:
    """The papers of these keys that are there, in their order."""
    say = speaker(language)
    return [
        PaperView(key, in_language(one.data.title, language)[0], say(KINDS[one.data.kind]))
        for key in keys
        if (one := timeline.resources.get(key)) is not None
    ]


def _html(words: Words, language: str, numbers: Mapping[str, int]) -> Markup:
    text, _spoken = in_language(words, language)
    return markup.html(parsed(text), numbers=numbers, links=address)
