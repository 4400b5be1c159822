"""The notes of a page: each fact's number, source, and how sure we are of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markdown_it.token import Token

from mapsvc import i18n
from mapsvc.content import markup
from mapsvc.content.facts import Fact, FactState
from mapsvc.presentation.content_words import sureness


@dataclass(frozen=True, slots=True)
class Note:
    """One fact's note: `said` is when it was written and looked at, as a sentence.

    correct is the path of the page that asks whether it is still right; "" where there is none.
    """

    number: int
    name: str
    url: str
    state: FactState
    said: str
    correct: str = ""


class Notes:
    """Numbers the facts of a page in the order in which they are shown."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._numbers: dict[tuple[str, str], int] = {}
        self._states: list[FactState] = []

    @property
    def has_unchecked(self) -> bool:
        """Whether a fact of the page was not looked at for a year, or never."""
        return any(state is not FactState.GOOD for state in self._states)

    def of(
        self,
        owner: str,
        facts: Mapping[str, Fact],
        texts: Iterable[Sequence[Token]],
        *,
        correct: Callable[[str], str] = lambda _key: "",
    ) -> tuple[dict[str, int], list[Note]]:
        """The numbers of the facts that texts mark, and the notes of those not shown before.

        owner tells apart facts of one key in several files. correct gives the path of the page that asks
        whether a fact is still right.
        """
        numbers: dict[str, int] = {}
        fresh: list[Note] = []
        for key, _line in (mark for tokens in texts for mark in markup.facts_in(tokens)):
            if key not in facts or key in numbers:
                continue
            known = self._numbers.get((owner, key))
            if known is None:
                fresh.append(self.add(facts[key], correct=correct(key)))
                known = self._numbers[owner, key] = fresh[-1].number
            numbers[key] = known
        return numbers, fresh

    def add(self, fact: Fact, *, correct: str = "") -> Note:
        """The note of a fact that is shown for the first time."""
        state = fact.state(self._today)
        self._states.append(state)
        said = sureness(fact, i18n.language(), today=self._today)
        return Note(len(self._states), fact.source.name, fact.source.url, state, said, correct)
