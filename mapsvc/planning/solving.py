"""A placing in a process of its own, which can be watched and ended: only there is the solver loaded.

The process is a fresh Python that reads a cohort from its standard input and writes the outcome to its
standard output, both as JSON. It ends with whoever started it, however that ends.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Demands, Learner, OpenOffer
from mapsvc.planning.outcome_files import (
    as_json,
    demands_as_json,
    demands_from_json,
    from_json,
    learner_as_json,
    learner_from_json,
    offer_as_json,
    offer_from_json,
)
from mapsvc.planning.outcomes import Outcome
from mapsvc.supervisor import end_with_parent

MODULE = "mapsvc.planning.solving"
REFUSED = 3  # exit status: standard output says in our words what is not right
ORPHANED = 4  # exit status: whoever started it is gone
ROOT = Path(__file__).parents[2]


class PlacingFailed(MapsvcError):
    """A placing ended without an outcome."""

    message = _("The placing could not be worked out. Please try again, or tell us.")


class PlacingCancelled(MapsvcError):
    """A placing was ended before it had an outcome."""

    message = _("The placing was cancelled.")


class Run:
    """A placing under way. As a context manager it never leaves a process behind.

    It has to be started and looked after by one thread, with which it also ends.
    """

    def __init__(
        self, process: "subprocess.Popen[bytes]", told: IO[bytes], said: IO[bytes], files: ExitStack
    ) -> None:
        self._process = process
        self._told = told
        self._said = said
        self._files = files
        self._begun = time.monotonic()
        self._ended: float | None = None
        self._cancelled = False

    @classmethod
    def start(cls, learners: Sequence[Learner], offers: Sequence[OpenOffer], demands: Demands) -> Self:
        """Begins to place. Raises PlacingFailed where no process can be started."""
        asked = {
            "learners": [learner_as_json(learner) for learner in learners],
            "offers": [offer_as_json(offer) for offer in offers],
            "demands": demands_as_json(demands),
        }
        # Files, not pipes: nobody has to read or write while the child does.
        with ExitStack() as files:
            question, told, said = (files.enter_context(tempfile.TemporaryFile()) for _one in range(3))
            question.write(json.dumps(asked).encode())
            question.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 - our own module
                    [sys.executable, "-m", MODULE, str(os.getpid())],
                    stdin=question,
                    stdout=told,
                    stderr=said,
                    cwd=ROOT,
                )
            except OSError as error:
                raise PlacingFailed from error
            return cls(process, told, said, files.pop_all())

    @property
    def pid(self) -> int:
        """The process that computes."""
        return self._process.pid

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start, or until the end was noticed."""
        return (time.monotonic() if self._ended is None else self._ended) - self._begun

    def poll(self) -> bool:
        """Whether it has ended, well or not."""
        if self._ended is None and self._process.poll() is not None:
            self._ended = time.monotonic()
        return self._ended is not None

    def wait(self, timeout_s: float | None = None) -> bool:
        """Waits for the end, at most so long; whether it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        return self.poll()

    def cancel(self) -> None:
        """Ends it at once; nothing happens where it has ended by itself."""
        if not self.poll():
            self._cancelled = True
            self._process.kill()
            self._process.wait()
            self.poll()

    def outcome(self) -> Outcome:
        """The outcome, waited for.

        Raises PlacingCancelled after cancel(), PlacingFailed where the process failed, and with its own words
        where what was asked for cannot be placed.
        """
        self.wait()
        if self._cancelled:
            raise PlacingCancelled
        self._told.seek(0)
        told = self._told.read()
        if self._process.returncode == REFUSED:
            refusal = json.loads(told)
            raise PlacingFailed(refusal["message"], **refusal["values"])
        if self._process.returncode != 0:
            self._said.seek(0)
            raise PlacingFailed from RuntimeError(self._said.read().decode(errors="replace")[-4000:])
        return from_json(json.loads(told))

    def close(self) -> None:
        """Ends it where it has not, and lets go of what it held."""
        self.cancel()
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


def main() -> int:
    """Places what standard input holds, and writes the outcome to standard output; the exit status.

    The only argument is the process that started this one.
    """
    end_with_parent()
    if os.getppid() != int(sys.argv[1]):  # it went before it could be watched
        return ORPHANED
    from mapsvc.planning.placing import place  # noqa: PLC0415 - the solver, which only this process loads

    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints would spoil the answer
    asked: dict[str, Any] = json.load(sys.stdin.buffer)
    try:
        outcome = place(
            [learner_from_json(one) for one in asked["learners"]],
            [offer_from_json(one) for one in asked["offers"]],
            demands_from_json(asked["demands"]),
        )
    except MapsvcError as error:
        return _answered(answer, {"message": error.text, "values": error.values}, REFUSED)
    return _answered(answer, as_json(outcome), 0)


def _answered(answer: int, told: dict[str, Any], status: int) -> int:
    with os.fdopen(answer, "w", encoding="utf-8") as file:
        json.dump(told, file)
    return status


if __name__ == "__main__":
    sys.exit(main())
