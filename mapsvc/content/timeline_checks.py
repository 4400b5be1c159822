"""What a timeline must have: steps that can be done, with resources that are there, in all languages."""

from collections import Counter
from collections.abc import Mapping

from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.text_checks import check_links, check_words
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
