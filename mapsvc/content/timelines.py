"""Timelines: steps before, during and after a stay, relative to its days, and what helps with each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mapsvc.content.facts import Facts
from mapsvc.content.faults import Faults
from mapsvc.content.names import Key, keys, slugs
from mapsvc.content.texts import Text, read_document
from mapsvc.content.trees import Tree
from mapsvc.content.words import Words
from mapsvc.content.yaml_files import Content, read_yaml


class Weeks(Content):
    """How long a stay is, in weeks; both bounds belong to it."""

    min: Annotated[int, Field(ge=1)] = 1
    max: Annotated[int, Field(le=60)] = 60


class When(Content):
    """For which stays a step is; what is not said is for all."""

    minor: bool | None = None
    weeks: Weeks = Weeks()
    housing: Literal["provided", "not-provided"] | None = None


class Step(Content):
    """A step: so many days after the anchor (before it where negative)."""

    key: Key
    phase: Literal["before", "during", "after"]
    anchor: Literal["arrival", "departure"]
    days: Annotated[int, Field(ge=-400, le=400)]
    minutes: Annotated[int, Field(ge=1, le=2_400)]
    who: Literal["direction", "tutor", "office", "team", "sending", "learner"]
    when: When = When()
    resources: list[Key] = Field(default_factory=list)
    title: Words
    what: Words
    why: Words


class TimelineFile(Content):
    """timeline.yml."""

    title: Words
    summary: Words
    written_on: date
    steps: Annotated[list[Step], Field(min_length=1)]
    facts: Facts = Field(default_factory=dict)


class ResourceFile(Content):
    """resources/<key>.yml."""

    title: Words
    kind: Literal["checklist", "message", "sheet", "log", "form"]


class NoFront(Content):
    """The texts of resources have no front matter of their own."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A text to use: a checklist, a message, a sheet."""

    key: str
    path: Path
    data: ResourceFile
    texts: Mapping[str, Text[NoFront]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A timeline and its resources by key."""

    slug: str
    path: Path
    data: TimelineFile
    resources: Mapping[str, Resource]


def load_timelines(tree: Tree, faults: Faults) -> dict[str, Timeline]:
    """The timelines of a tree by slug; what cannot be read is left out, and noted."""
    found = {}
    for slug in slugs(tree, "timelines", "timeline.yml", faults):
        path = tree.file("timelines", slug, "timeline.yml")
        data = read_yaml(path, TimelineFile, faults) if path else None
        if path and data:
            folder = ("timelines", slug, "resources")
            named = keys(tree, *folder, faults=faults)
            resources = {key: one for key in named if (one := _resource(tree, folder, key, faults))}
            found[slug] = Timeline(slug, path, data, resources)
    return found


def _resource(tree: Tree, folder: tuple[str, str, str], key: str, faults: Faults) -> Resource | None:
    path = tree.file(*folder, f"{key}.yml")
    data = read_yaml(path, ResourceFile, faults) if path else None
    if path is None or data is None:
        return None
    texts = {}
    for language in data.title:
        written = tree.file(*folder, f"{key}.{language}.md")
        text = read_document(written, language, NoFront, faults, sections=()) if written else None
        if text is not None:
            texts[language] = text
    return Resource(key, path, data, texts)
