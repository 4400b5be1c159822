"""Whatever is done to stays, in any order: everybody sees what a small model says, and nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as given_settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.orm import Session

from mapsvc import worker
from mapsvc.access.permissions import Viewer
from mapsvc.access.pin_projections import project_pin
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.consents import ConsentKind
from mapsvc.domain.submissions import SubmissionKind
from mapsvc.domain.tombstones import Erased
from mapsvc.services import (
    answering,
    erasing_again,
    erasing_pins,
    mending_copies,
    moderating,
    own_pins,
    publishing,
    submitted_pins,
)
from tests.conftest import FULL
from tests.services.pin_machine import PinMachine
from tests.services.pin_steps import Installed
from tests.services.pin_world import Clock, Tally

Patch = pytest.MonkeyPatch


class Counts(NamedTuple):
    """How much is done."""

    steps: int
    at_once: int
    between: int
    seed: int = 0


# Steps in all, in one sequence, and at least from one restore to the next: PostgreSQL takes seconds for one.
COUNTS = {
    "spatialite": Counts(10_000, 100, 25) if FULL else Counts(200, 50, 10),
    "postgis": Counts(10_000, 100, 75) if FULL else Counts(80, 40, 12, 10),
}
MOST_AT_ONCE = 4  # sequences: of more, Hypothesis begins with short ones, which come to little here
FOR_FAULTS = Counts(1_000, 50, 10)
FOR_RARER_FAULTS = Counts(10_000, 100, 15)


def a_withdrawal_forgets_the_public_row(patch: Patch) -> None:
    patch.setattr(erasing_pins, "publish_pins", lambda *_, **__: 0)


def a_restore_skips_the_tombstones(patch: Patch) -> None:
    patch.setattr(erasing_again, "VERBS", {noun: lambda *_: 0 for noun in erasing_again.VERBS})


def a_restore_forgets_who_took_a_consent_back(patch: Patch) -> None:
    verbs = {**erasing_again.VERBS, Erased.CONSENT: lambda *_: 0}
    patch.setattr(erasing_again, "VERBS", verbs)


def a_restore_opens_links_again(patch: Patch) -> None:
    patch.setattr(mending_copies, "OPEN_ONCE", ())


def names_are_shown_whatever_was_agreed_to(patch: Patch) -> None:
    real = Pin.agrees_to
    patch.setattr(Pin, "agrees_to", lambda pin, kind: kind != ConsentKind.PIN or real(pin, kind))
    patch.setattr(own_pins, "forget_word", lambda *_: None)


def reports_hide_nobody(patch: Patch) -> None:
    patch.setattr(answering, "_hide_where_many_report", lambda *_, **__: None)


def an_undone_approval_stays_public(patch: Patch) -> None:
    patch.setattr(submitted_pins, "publish_pins", _only_more(submitted_pins.publish_pins))


def an_undone_approval_shows_what_was_hidden(patch: Patch) -> None:
    def take_back(session: Session, _viewer: Viewer, one: PinSubmission) -> None:
        submitted_pins._bring(session, one.pin, one.before or {})

    stays = replace(submitted_pins.STAYS, take_back=take_back)
    patch.setattr(moderating, "MATTERS", {**moderating.MATTERS, SubmissionKind.STAYS: stays})


def the_directory_is_not_told(patch: Patch) -> None:
    patch.setattr(publishing, "log_changes", lambda *_, **__: None)


def nobody_is_erased_for_silence(patch: Patch) -> None:
    patch.setattr(worker, "erase_lapsed", lambda _session: 0)


FAULTS = (
    a_withdrawal_forgets_the_public_row,
    a_restore_skips_the_tombstones,
    names_are_shown_whatever_was_agreed_to,
    an_undone_approval_stays_public,
    the_directory_is_not_told,
)
RARER_FAULTS = (
    a_restore_forgets_who_took_a_consent_back,
    a_restore_opens_links_again,
    reports_hide_nobody,
    an_undone_approval_shows_what_was_hidden,
    nobody_is_erased_for_silence,
)


def _only_more(real: Callable[..., int]) -> Callable[..., int]:
    """Publishes what is public, and leaves what is not as it was."""
    return lambda session, pins, **_: real(session, [pin for pin in pins if project_pin(pin)])


def run(
    installed: Installed, patch: Patch, counts: Counts, phases: Sequence[Phase] = (Phase.generate,)
) -> Tally:
    """Goes through sequences of steps; how often which was taken."""
    clock, tally = Clock(), Tally()
    clock.put_up(patch)
    given = {
        "installed": staticmethod(installed),
        "clock": clock,
        "tally": tally,
        "between": counts.between,
    }
    machine, number = type("Stays", (PinMachine,), given), counts.seed
    while tally["steps"] < counts.steps:
        number += 1
        run_state_machine_as_test(
            seed(number)(machine),
            settings=given_settings(
                max_examples=min(MOST_AT_ONCE, -(-counts.steps // counts.at_once)),
                stateful_step_count=counts.at_once,
                phases=phases,
                database=None,
                deadline=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
    return tally


@pytest.mark.parametrize("database", ["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def test_after_any_steps_everybody_sees_what_the_model_says_and_nobody_without_consent(
    database: str,
    request: pytest.FixtureRequest,
    monkeypatch: Patch,
    record_property: Callable[[str, object], None],
) -> None:
    installed = request.getfixturevalue(f"on_{database}")

    tally = run(installed, monkeypatch, COUNTS[database], (Phase.generate, Phase.shrink))

    record_property("taken", dict(tally))
    assert tally["steps"] >= COUNTS[database].steps
    assert tally["restore"] >= 1, tally
    assert len(tally) >= (22 if FULL else 15), tally


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_sequences_notice(
    fault: Callable[[Patch], None], on_spatialite: Installed, monkeypatch: Patch
) -> None:
    fault(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(on_spatialite, monkeypatch, FOR_FAULTS)


@pytest.mark.full
@pytest.mark.parametrize("fault", RARER_FAULTS, ids=lambda fault: fault.__name__)
def test_long_sequences_notice(
    fault: Callable[[Patch], None], on_spatialite: Installed, monkeypatch: Patch
) -> None:
    fault(monkeypatch)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        run(on_spatialite, monkeypatch, FOR_RARER_FAULTS)
