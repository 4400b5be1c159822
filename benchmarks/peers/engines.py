"""What every engine is to the rounds: a name, a way to ask, and what its processes compute."""

import time
from typing import Protocol

from benchmarks.peers.answers import Answer
from benchmarks.peers.questions import Question


class Engine(Protocol):
    """Something that answers questions.

    `sphere` says that it measures distances on a sphere; `again` that it is asked what another
    engine was just asked before, and so comes after that one.
    """

    name: str
    sphere: bool
    again: bool

    def answers(self, question: Question) -> bool:
        """Whether it can answer such a question at all."""

    def ask(self, question: Question) -> object:
        """Its own answer; this is what is timed."""

    def read(self, question: Question, answer: object) -> Answer:
        """The answer in the words of all; not timed."""

    def computed_s(self) -> float:
        """The seconds of processor time used so far by all that computes for it."""

    def close(self) -> None:
        """Ends what it started."""


def own_thread_s() -> float:
    """The processor time of the thread that asks, in seconds."""
    return time.thread_time()
