"""What a timeline must have: steps that can be done, with resources that are there, in all languages."""

from collections import Counter
from collections.abc import Iterator, Mapping

from mapsvc.content import markup
from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.text_checks import (
    DEAD_LINK,
    Mark,
    check_days,
    check_facts,
    check_links,
    check_words,
    marks_in,
)
from mapsvc.content.texts import BAD_LINK, HTML
from mapsvc.content.timelines import Timeline
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

NO_RESOURCE = _(
    "The step “%(name)s” names the resource “%(key)s”, which is not there. Write resources/%(key)s.yml."
)
NOT_NAMED = _("No step names the resource “%(key)s”. Name it in a step, or take it away.")
NO_TEXT = _("The resource “%(key)s” has no text in “%(language)s”. Write %(key)s.%(language)s.md.")
SAME_STEP = _("Two steps are called “%(name)s”. Give one another key.")
PHASE = _("The step “%(name)s” is in the phase “%(phase)s”, but %(days)s days from %(anchor)s are not.")
NO_STAY = _("No stay has the step “%(name)s”: its fewest weeks are more than its most. Correct them.")


def check_timelines(timelines: Mapping[str, Timeline], faults: Faults, *, known: Known) -> None:
    """Notes what timelines lack."""
    for timeline in timelines.values():
        _check_steps(timeline, faults)
        check_days(timeline.path, timeline.data.facts, faults)
        for language in LANGUAGES:
            _check_texts(timeline, language, faults, known)
            marks = _marks(timeline, language)
            check_facts(timeline.path, timeline.data.facts, marks, language, faults)
        named = {key for step in timeline.data.steps for key in step.resources}
        for key, resource in timeline.resources.items():
            if key not in named:
                faults.add(resource.path, 0, NOT_NAMED, key=key)
            for language in LANGUAGES:
                text = resource.texts.get(language)
                if text is None:
                    faults.add(resource.path, 0, NO_TEXT, key=key, language=language)
                else:
                    check_links(text, faults, known)


def _check_steps(timeline: Timeline, faults: Faults) -> None:
    counts = Counter(step.key for step in timeline.data.steps)
    for language in LANGUAGES:
        for name in ("title", "summary"):
            check_words(timeline.path, name, getattr(timeline.data, name), language, faults)
    for step in timeline.data.steps:
        if counts[step.key] > 1:
            faults.add(timeline.path, step.key, SAME_STEP, name=step.key)
        for key in step.resources:
            if key not in timeline.resources:
                faults.add(timeline.path, step.key, NO_RESOURCE, name=step.key, key=key)
        before = step.anchor == "arrival" and step.days < 0
        after = step.anchor == "departure" and step.days > 0
        if (step.phase == "before") != before or (step.phase == "after") != after:
            said = step.model_dump(include={"phase", "days", "anchor"})
            faults.add(timeline.path, step.key, PHASE, name=step.key, **said)
        if step.when.weeks.min > step.when.weeks.max:
            faults.add(timeline.path, step.key, NO_STAY, name=step.key)
        for language in LANGUAGES:
            check_words(timeline.path, step.key, step.model_dump(), language, faults)


def _check_texts(timeline: Timeline, language: str, faults: Faults, known: Known) -> None:
    """Notes HTML and dead links in the words of steps."""
    for key, text in _texts(timeline, language):
        for piece, _line in markup.html_in(text):
            faults.add(timeline.path, key, HTML, piece=piece[:40])
        for target, _line in markup.links_in(markup.parse(text)):
            inside = markup.INSIDE.fullmatch(target)
            if not inside and not target.startswith("https://"):
                faults.add(timeline.path, key, BAD_LINK, target=target)
            elif inside and not known(target):
                faults.add(timeline.path, key, DEAD_LINK, target=target)


def _marks(timeline: Timeline, language: str) -> Iterator[Mark]:
    """The facts that steps and resources mark in a language."""
    for key, text in _texts(timeline, language):
        for fact, _line in markup.facts_in(markup.parse(text)):
            yield timeline.path, fact, key
    for resource in timeline.resources.values():
        if language in resource.texts:
            yield from marks_in(resource.texts[language])


def _texts(timeline: Timeline, language: str) -> Iterator[tuple[str, str]]:
    """What the steps say in a language: (key of the step, Markdown)."""
    for step in timeline.data.steps:
        yield from ((step.key, said[language]) for said in (step.what, step.why) if language in said)
