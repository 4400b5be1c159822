"""Made-up cohorts and offers, the same every time, of which so many pairs are feasible."""

import random
from datetime import date, timedelta

from mapsvc.planning.cohorts import Learner, OpenOffer, Spot, Wish, WishKind

TODAY = date(2027, 1, 4)
MONDAY = date(2027, 3, 1)
COUNTRIES = ("DE", "FR", "IT", "ES")
WEEKS = 12
TOWNS = 60


def cohort(
    learners: int, offers: int, *, feasible: float, seats: tuple[int, int], stays: int = 6
) -> tuple[list[Learner], list[OpenOffer]]:
    """Learners of 1 / feasible trades, and offers each of one of them, with from least to most seats.

    Stays begin and end within twelve weeks, and every offer has seats in all of these, in some weeks more.
    Learners wish for up to three towns and countries. Six offers share five sites.
    """
    chance = random.Random(learners * offers)  # noqa: S311
    fields = [f"{700 + number:04}" for number in range(round(1 / feasible))]
    towns = [
        Spot(f"Town {number}", chance.uniform(-5, 22), chance.uniform(40, 54)) for number in range(TOWNS)
    ]
    days = []
    for _stay in range(stays):
        weeks = chance.randrange(2, 9)
        first = MONDAY + timedelta(weeks=chance.randrange(WEEKS - weeks + 1))
        days.append((first, first + timedelta(days=7 * weeks - 3)))
    some = [
        _learner(chance, number, chance.choice(days), chance.choice(fields), towns)
        for number in range(learners)
    ]
    return some, [_offer(chance, number, chance.choice(fields), towns, seats) for number in range(offers)]


def _learner(
    chance: random.Random, number: int, days: tuple[date, date], field: str, towns: list[Spot]
) -> Learner:
    wishes = []
    for _rank in range(chance.randrange(4)):
        town, country = chance.choice(towns), chance.choice(COUNTRIES)
        wishes.append(
            Wish(WishKind.TOWN, town.name, town.name, town)
            if chance.random() < 0.7
            else Wish(WishKind.COUNTRY, country, country)
        )
    return Learner(f"L{number:04}", *days, fields=(field,), wishes=tuple(wishes), age=17)


def _offer(
    chance: random.Random, number: int, field: str, towns: list[Spot], seats: tuple[int, int]
) -> OpenOffer:
    town = chance.choice(towns)
    periods = [
        (MONDAY - timedelta(weeks=chance.randrange(7)), MONDAY + timedelta(weeks=WEEKS + chance.randrange(9)))
    ]
    if chance.random() < 0.4:
        periods.append((MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=6)))
    site = f"site {number * 5 // 6}"
    return OpenOffer(
        key=f"offer:{number}",
        site_key=site,
        slug=site.replace(" ", "-"),
        host=f"Host {number}",
        title="",
        town=town.name,
        country=chance.choice(COUNTRIES),
        lon=town.lon + chance.gauss(0, 0.2),
        lat=town.lat + chance.gauss(0, 0.1),
        fields=(field,),
        periods=tuple((first, last, chance.randint(*seats)) for first, last in periods),
        confirmed_on=TODAY - timedelta(days=chance.randrange(900)),
    )
