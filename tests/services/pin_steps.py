"""What all steps of the sequences of stays have in common, and what holds after each of them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant
from hypothesis.strategies._internal.featureflags import FeatureFlags
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.directory.searches import Near
from tests.services import stays
from tests.services.pin_model import Model, Refusal, State, Stay, Words
from tests.services.pin_world import Clock, Tally, World

SEARCHED = ("ana", "mar", "quirke", "forno", "bakery", "rose", "food", "lille", "co", "nowhere")
NEAR = (Near(9.1, 45.8, 30.0), Near(3.05, 50.6, 30.0), Near(9.1, 45.8, 2000.0))  # wide enough for all
Installed = Callable[[], AbstractContextManager[Settings]]

some = st.integers(0, 11)


class Steps(RuleBasedStateMachine):
    """Each step goes through a verb of the program and of the model, or asks the directory."""

    installed: ClassVar[Installed]
    clock: ClassVar[Clock]
    tally: ClassVar[Tally]
    between: ClassVar[int]  # steps from one restore to the next, at least

    def __init__(self) -> None:
        super().__init__()
        # Else Hypothesis leaves out half of the rules in each sequence, and most of them come to nothing.
        self._rules_strategy.enabled_rules_strategy = st.just(FeatureFlags())
        self._open = ExitStack()
        self.world = World(self._open.enter_context(type(self).installed()), self.clock)
        self._open.callback(self.world.close)
        self.model = Model()
        self.backups: list[tuple[Path, State]] = []
        self.kept_links: list[str] = []
        self.marks_of_links: dict[str, str] = {}
        self.marks: dict[int, str] = {}
        self.steps = self.kept_at = self.restored_at = 0

    def teardown(self) -> None:
        self._open.close()

    # What the steps have in common

    def begin(self, name: str, **later: float) -> None:
        """A step begins, some time after the one before."""
        self.steps += 1
        self.tally.update([name, "steps"])
        self.world.pass_time(timedelta(**later or {"hours": 3}))

    @contextmanager
    def step(self, name: str) -> Iterator[Session]:
        self.begin(name)
        with self.world.session() as session:
            yield session

    def told(self, refusal: Refusal, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """What a verb gives; where the model refuses, the program must refuse alike."""
        if refusal is None:
            return verb(*given, **named)
        with pytest.raises(refusal):
            verb(*given, **named)
        return None

    def stay(self, at: int) -> Stay:
        """The last stay for 0, the one before for 1, and so on."""
        return self.model.stays[-1 - at % len(self.model.stays)]

    def draft(self, mark: str, given: dict[str, Any]) -> stays.PinDraft:
        """A draft with the consents to what it says; its story, if any, can be known again."""
        agreed = [name for name in ("surname", "host_name") if given[name]]
        story = f"{given['story']} {mark}" if given["story"] else ""
        return stays.draft(**{**given, "story": story, "consents": ["pin", *agreed]})

    def hand_in(self, session: Session, stay: Stay, draft: stays.PinDraft) -> None:
        query = text("SELECT max(id) FROM pin_submissions WHERE pin_id = :id")
        number = session.scalar(query, {"id": stay.id})
        assert number not in {one.id for one in stay.handed_in}
        stay.handed_in.append(Words(number, draft.words()))

    @property
    def now(self) -> Any:
        return self.clock.moment

    # What holds after every step

    def check_search(self, near: Near | None, word: str) -> None:
        """What the directory finds, as it was after the last step or is now: nothing changes between."""
        shown = [one for one in self.model.stays if one.public and one.until >= self.clock.today]
        if word:
            shown = [one for one in shown if any(each.startswith(word) for each in one.words_found())]
        if near is not None and near.radius_km == 30.0:
            shown = [one for one in shown if (one.area.lon, one.area.lat) == (near.lon, near.lat)]
        assert self.world.found(self.rows, near, word) == {f"pin:{one.id}" for one in shown}

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        self.rows = self.world.listings()
        self.world.directory.refresh(at_once=True)
        seen = {
            row.key: {
                "slug": row.slug,
                "title": row.title,
                "where": (row.place, row.country, row.region, row.lon, row.lat),
                "text": row.search_text,
                "days": (row.visible_from, row.visible_until),
                "pin": row.detail["pin"],
            }
            for row in self.rows
        }
        assert seen == {f"pin:{one.id}": one.row() for one in self.model.stays if one.public}
        self.check_search(NEAR[self.steps % 3], "")
        self.check_search(None, SEARCHED[self.steps % len(SEARCHED)])
        self.check_search(None, "")

    @invariant()
    def nobody_is_public_without_a_live_consent(self) -> None:
        erased = {mark for id_, mark in self.marks.items() if id_ in self.model.erased}
        self.world.check_consents(self.rows, erased)


def has_stays(steps: Steps) -> bool:
    return bool(steps.model.state.stays)
