"""How many of the people on the map are the only ones of whom what is shown is true."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.storage.listings import details_of_people

SHOWN = ("area", "name", "field", "year")


@dataclass(frozen=True, slots=True)
class Alone:
    """How many of so many people share a few things that are shown with nobody else."""

    things: tuple[str, ...]
    count: int
    people: int

    @property
    def share(self) -> float:
        """The share of people who are alone, from 0 to 1."""
        return self.count / self.people if self.people else 0.0


def alone_on(session: Session, things: tuple[str, ...] = SHOWN) -> Alone:
    """How many published people are alone with these things of SHOWN; made-up people are nobody."""
    said = [tuple(str(detail[thing]).casefold() for thing in things) for detail in details_of_people(session)]
    return Alone(things, sum(count == 1 for count in Counter(said).values()), len(said))
