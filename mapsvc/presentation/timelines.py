"""A timeline as readers see it: phases of steps, in their language, with the notes on their facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markdown_it.token import Token
from markupsafe import Markup

from mapsvc.catalogues import speaker
from mapsvc.content import markup
from mapsvc.content.facts import Facts
from mapsvc.content.timelines import Step, Timeline
from mapsvc.content.words import said_in, shown_in
from mapsvc.presentation.content_links import address
from mapsvc.presentation.content_words import other_language, sureness
from mapsvc.presentation.timeline_words import (
    KINDS,
    PHASES,
    WHO,
    condition_words,
    minutes_words,
    when_words,
)


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
    """A step in words. `other` says that they are in another language than the reader's, else it is ""."""

    key: str
    title: str
    what: Markup
    why: Markup
    when: str
    who: str
    takes: str
    conditions: Sequence[str]
    papers: Sequence[PaperView]
    language: str
    other: str


@dataclass(frozen=True, slots=True)
class PhaseView:
    """A phase: its steps, how long they take together, and the notes on their facts."""

    key: str
    name: str
    takes: str
    steps: Sequence[StepView]
    notes: Sequence[NoteView]


@lru_cache(1024)
def parsed(text: str) -> tuple[Token, ...]:
    """The tokens of a text; nobody changes them."""
    return tuple(markup.parse(text))


def fact_numbers(steps: Sequence[Step], language: str) -> dict[str, int]:
    """The number of the note on each fact of some steps, in the order in which they are marked."""
    numbers: dict[str, int] = {}
    for step in steps:
        for words in (step.what, step.why):
            for key, _line in markup.facts_in(parsed(said_in(words, language))):
                numbers.setdefault(key, len(numbers) + 1)
    return numbers


def notes_on(
    facts: Facts, numbers: Mapping[str, int], language: str, *, today: date, of: Sequence[str]
) -> list[NoteView]:
    """The notes on some facts, by number; a fact that is not declared has none."""
    found = [(numbers[key], facts[key]) for key in of if key in facts]
    return [
        NoteView(number, fact.source.name, fact.source.url, sureness(fact, language, today=today))
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
    say, spoken = speaker(language), shown_in(step.title, language) or language
    return StepView(
        key=step.key,
        title=said_in(step.title, language),
        what=_html(said_in(step.what, spoken), numbers),
        why=_html(said_in(step.why, spoken), numbers),
        when=when_words(step, language),
        who=say(WHO[step.who]),
        takes=minutes_words(step.minutes, language),
        conditions=condition_words(step, language),
        papers=papers_of(timeline, step.resources, language),
        language=spoken,
        other=other_language(spoken, language),
    )


def papers_of(timeline: Timeline, keys: Sequence[str], language: str) -> list[PaperView]:
    """The papers of these keys that are there, in their order."""
    say = speaker(language)
    return [
        PaperView(key, said_in(one.data.title, language), say(KINDS[one.data.kind]))
        for key in keys
        if (one := timeline.resources.get(key)) is not None
    ]


def _html(text: str, numbers: Mapping[str, int]) -> Markup:
    return markup.html(parsed(text), numbers=numbers, links=address)
