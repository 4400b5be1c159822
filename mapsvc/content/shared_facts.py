"""Facts that programs put into texts: plugs by country, and numbers to call."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Field

from mapsvc.content.facts import Fact
from mapsvc.content.faults import Faults
from mapsvc.content.names import Key
from mapsvc.content.trees import Tree
from mapsvc.content.words import Words
from mapsvc.content.yaml_files import Content, read_yaml

CountryCode = Annotated[str, Field(pattern="^[A-Z]{2}$")]
PlugType = Annotated[str, Field(pattern="^[A-O]$")]


class PlugsFile(Fact):
    """plugs.yml: which plugs fit, by country, by the letters of the IEC."""

    types: dict[CountryCode, Annotated[list[PlugType], Field(min_length=1)]]


class Number(Content):
    """A number to call; `everywhere` in the European Union, or only where a country has it."""

    number: Annotated[str, Field(pattern="^[0-9][0-9 ]{1,15}$")]
    key: Key
    everywhere: bool
    name: Words
    about: Words
    fact: Fact

    @property
    def link(self) -> str:
        """What a phone calls when it is pressed."""
        return "tel:" + self.number.replace(" ", "")


class NumbersFile(Content):
    """numbers.yml."""

    numbers: Annotated[list[Number], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class SharedFacts:
    """plugs is None, and numbers empty, where their file cannot be read."""

    plugs: PlugsFile | None = None
    numbers: tuple[Number, ...] = ()
    by_key: Mapping[str, Number] = field(default_factory=dict)

    @classmethod
    def load(cls, tree: Tree, faults: Faults) -> Self:
        """Those of a tree; what cannot be read is left out, and noted."""
        plugs, numbers = (tree.file("countries", name) for name in ("plugs.yml", "numbers.yml"))
        read = read_yaml(numbers, NumbersFile, faults) if numbers else None
        found = tuple(read.numbers) if read else ()
        return cls(
            read_yaml(plugs, PlugsFile, faults) if plugs else None, found, {one.key: one for one in found}
        )
