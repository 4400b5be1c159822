"""Settling-in kits: a town's own part, and the parts of its country and its languages, written once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from mapsvc.content.facts import Facts, Source
from mapsvc.content.faults import Faults
from mapsvc.content.names import Key, slugs, text_languages
from mapsvc.content.texts import Text, read_document
from mapsvc.content.trees import Tree
from mapsvc.content.words import LanguageCode, shown_in
from mapsvc.content.yaml_files import Content, read_yaml

SECTIONS = (
    *("before", "journey", "first-week", "home", "around", "money-phone", "health", "emergencies"),
    *("work", "food", "free-time", "words", "trouble"),
)
Short = Annotated[str, Field(min_length=2, max_length=200)]


class Front(Content):
    """What stands above the text of a country or a language."""

    title: Short
    written_on: date


class KitFront(Front):
    """What stands above the text of a town."""

    summary: Short


class Place(Content):
    """A place of a town that is worth finding, in degrees of WGS 84."""

    key: Key
    name: Short
    kind: Key
    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]
    source: Source


class Written(Content):
    """What each YAML says of the texts beside it."""

    # The languages in which alone it is written; without any, in all.
    only_in: list[LanguageCode] = Field(default_factory=list)
    facts: Facts = Field(default_factory=dict)


class KitFile(Written):
    """kit.yml: what a kit says in no language."""

    town: Annotated[int, Field(gt=0)]  # its number in the gazetteer
    name: Short
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    languages: Annotated[list[LanguageCode], Field(min_length=1)]
    nearby: list[Key] = Field(default_factory=list)
    places: Annotated[list[Place], Field(max_length=12)] = Field(default_factory=list)


class CountryFile(Written):
    """country.yml."""


class Phrase(Content):
    """Words to say: how they are written, how they sound, what they mean."""

    key: Key
    use: Annotated[Literal["street", "work"], Field(alias="for")]
    text: Short
    say: dict[LanguageCode, Short]
    means: dict[LanguageCode, Short]


class LanguageFile(Written):
    """language.yml."""

    phrases: list[Phrase]


Data = TypeVar("Data", bound=Written)
Head = TypeVar("Head", bound=Front)


@dataclass(frozen=True, slots=True)
class Part(Generic[Data, Head]):
    """What a town, a country or a language brings: its YAML, and its texts by language."""

    name: str
    path: Path
    data: Data
    texts: Mapping[str, Text[Head]]

    def text(self, language: str) -> Text[Head] | None:
        """The text in a language, else in the first one that there is; None where there is none."""
        found = shown_in(self.texts, language)
        return self.texts[found] if found else None

    def text_with(self, section: str, language: str) -> Text[Head] | None:
        """The text that has a section: in a language, else in the first one that has it; None for none."""
        found = shown_in([one for one, text in self.texts.items() if section in text.sections], language)
        return self.texts[found] if found else None


Town = Part[KitFile, KitFront]
Country = Part[CountryFile, Front]
Language = Part[LanguageFile, Front]


@dataclass(frozen=True, slots=True)
class Kit:
    """A town's kit with all that it shares with others."""

    town: Town
    country: Country | None
    languages: Sequence[Language]

    @property
    def slug(self) -> str:
        """Its name in addresses and files."""
        return self.town.name

    @property
    def parts(self) -> Sequence[Town | Country | Language]:
        """Its parts in the order in which a page shows them."""
        return [self.town, *([self.country] if self.country else []), *self.languages]


def load_kits(tree: Tree, faults: Faults) -> dict[str, Kit]:
    """The kits of a tree by slug, in alphabetical order; what cannot be read is left out, and noted."""
    countries = {name: _country(tree, name, faults) for name in tree.folders("countries")}
    languages = {name: _language(tree, name, faults) for name in tree.folders("languages")}
    kits = {}
    for slug in slugs(tree, "kits", "kit.yml", faults):
        town = _part(tree, slug, _Kind("kits", "kit.yml", KitFile, KitFront), faults)
        if town is not None:
            spoken = [part for one in town.data.languages if (part := languages.get(one))]
            kits[slug] = Kit(town, countries.get(town.data.country), spoken)
    return kits


def _country(tree: Tree, name: str, faults: Faults) -> Country | None:
    kind = _Kind("countries", "country.yml", CountryFile, Front)
    return _part(tree, name, kind, faults)


def _language(tree: Tree, name: str, faults: Faults) -> Language | None:
    kind = _Kind("languages", "language.yml", LanguageFile, Front)
    return _part(tree, name, kind, faults)


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Data, Head]):
    """Where parts of a kind lie, and what their files hold."""

    folder: str
    file: str
    data: type[Data]
    front: type[Head]


def _part(tree: Tree, name: str, kind: _Kind[Data, Head], faults: Faults) -> Part[Data, Head] | None:
    path = tree.file(kind.folder, name, kind.file)
    read = read_yaml(path, kind.data, faults) if path else None
    if path is None or read is None:
        return None
    texts = {}
    for language in text_languages(tree, kind.folder, name, faults=faults):
        written = tree.file(kind.folder, name, f"{language}.md")
        text = read_document(written, language, kind.front, faults, sections=SECTIONS) if written else None
        if text is not None:
            texts[language] = text
    return Part(name, path, read, texts)
