"""What a timeline must have: steps that can be done, with resources that are there, in all languages."""

from collections import Counter
from collections.abc import Mapping

from mapsvc.content import markup
from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.text_checks import DEAD_LINK, UNDECLARED, UNUSED, check_links, check_words
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


def check_timelines(timelines: Mapping[str, Timeline], faults: Faults, *, known: Known) -> None:
    """Notes what timelines lack."""
    for timeline in timelines.values():
        _check_steps(timeline, faults)
        for language in LANGUAGES:
            _check_texts(timeline, language, faults, known)
            _check_facts(timeline, language, faults)
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
    for step in timeline.data.steps:
        if counts[step.key] > 1:
            faults.add(timeline.path, 0, SAME_STEP, name=step.key)
        for key in step.resources:
            if key not in timeline.resources:
                faults.add(timeline.path, 0, NO_RESOURCE, name=step.key, key=key)
        before = step.anchor == "arrival" and step.days < 0
        after = step.anchor == "departure" and step.days > 0
        if (step.phase == "before") != before or (step.phase == "after") != after:
            faults.add(
                timeline.path, 0, PHASE, name=step.key, phase=step.phase, days=step.days, anchor=step.anchor
            )
    for language in LANGUAGES:
        check_words(timeline.path, timeline.slug, timeline.data.model_dump(), language, faults)


def _check_texts(timeline: Timeline, language: str, faults: Faults, known: Known) -> None:
    """Notes HTML and dead links in the words of steps."""
    for text in _texts(timeline, language):
        for piece, _line in markup.html_in(text):
            faults.add(timeline.path, 0, HTML, piece=piece[:40])
        for target, _line in markup.links_in(markup.parse(text)):
            inside = markup.INSIDE.fullmatch(target)
            if not inside and not target.startswith("https://"):
                faults.add(timeline.path, 0, BAD_LINK, target=target)
            elif inside and not known(target):
                faults.add(timeline.path, 0, DEAD_LINK, target=target)


def _check_facts(timeline: Timeline, language: str, faults: Faults) -> None:
    """Notes facts that are marked in a step or a resource and not declared, and the other way round."""
    declared, marked = timeline.data.facts, set()
    for text in _texts(timeline, language):
        for key, _line in markup.facts_in(markup.parse(text)):
            marked.add(key)
            if key not in declared:
                faults.add(timeline.path, 0, UNDECLARED, key=key)
    for resource in timeline.resources.values():
        written = resource.texts.get(language)
        for key, line in written.facts().items() if written else ():
            marked.add(key)
            if written and key not in declared:
                faults.add(written.path, line, UNDECLARED, key=key)
    for key in declared:
        if key not in marked:
            faults.add(timeline.path, 0, UNUSED, key=key, language=language)


def _texts(timeline: Timeline, language: str) -> list[str]:
    """What the steps say in a language."""
    steps = timeline.data.steps
    return [said[language] for step in steps for said in (step.what, step.why) if language in said]
