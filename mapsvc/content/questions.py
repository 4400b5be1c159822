"""Questions of a course: how each kind is asked, and when an answer is right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mapsvc.content.names import Key
from mapsvc.content.words import Words
from mapsvc.content.yaml_files import Content
from mapsvc.messages import mark as _

FEWEST = 3  # choices, or pairs

ONE_RIGHT = _("A question of the kind “single” has exactly one right choice. Mark it right: true.")
SOME_RIGHT = _("A question of the kind “multiple” has a right choice and a wrong one. Mark them.")
NO_CHOICES = _("A question of this kind has three to eight choices. Add them.")
NO_PAIRS = _("A question of the kind “match” has three to six pairs, and no choices. Add them.")


class Choice(Content):
    """What can be chosen, and why it is right or wrong."""

    text: Words
    right: bool = False
    why: Words | None = None


class Pair(Content):
    """Two things that belong together."""

    left: Words
    right: Words


class QuestionFile(Content):
    """A question as it is written; the choices of `order` stand in the right order."""

    key: Key
    lesson: Key
    kind: Literal["single", "multiple", "order", "match"]
    case: bool = False  # a situation is told, and the reader decides
    final: bool = True  # may be drawn for the final test
    ask: Words
    choices: Annotated[list[Choice], Field(max_length=8)] = Field(default_factory=list)
    pairs: Annotated[list[Pair], Field(max_length=6)] = Field(default_factory=list)
    explain: Words

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        right = sum(choice.right for choice in self.choices)
        if self.kind == "match":
            if len(self.pairs) < FEWEST or self.choices:
                raise ValueError(NO_PAIRS)
        elif len(self.choices) < FEWEST or self.pairs:
            raise ValueError(NO_CHOICES)
        if self.kind == "single" and right != 1:
            raise ValueError(ONE_RIGHT)
        if self.kind == "multiple" and not 0 < right < len(self.choices):
            raise ValueError(SOME_RIGHT)
        return self


class QuestionsFile(Content):
    """questions/<module>.yml."""

    questions: Annotated[list[QuestionFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a module."""

    module: str
    said: QuestionFile

    @property
    def right(self) -> list[int]:
        """The right answer: places of choices from 0, in order for `order`; of `match`, each pair's own."""
        if self.said.kind in {"single", "multiple"}:
            return [at for at, choice in enumerate(self.said.choices) if choice.right]
        return list(range(len(self.said.pairs or self.said.choices)))

    def is_right(self, answer: Sequence[int]) -> bool:
        """Whether an answer is wholly right. For single and multiple the order does not count."""
        given = sorted(set(answer)) if self.said.kind in {"single", "multiple"} else list(answer)
        return given == self.right
