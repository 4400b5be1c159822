"""Random cohorts: learners, offers and demands in which every rule, wish and weight has a part."""

import random
from dataclasses import replace
from datetime import date, timedelta

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot, Weights, Wish, WishKind

TODAY = date(2027, 1, 4)
MONDAY = date(2027, 3, 1)
FRIDAY = date(2027, 3, 12)
COMO, LECCO, LYON = Spot("Como", 9.085, 45.81), Spot("Lecco", 9.393, 45.856), Spot("Lyon", 4.835, 45.764)
TOWNS = (COMO, LECCO, LYON, Spot("Flensburg", 9.436, 54.793), Spot("Kaunas", 23.904, 54.899))
COUNTRIES = {"Como": "IT", "Lecco": "IT", "Lyon": "FR", "Flensburg": "DE", "Kaunas": "LT"}
FIELDS = ("0713", "0732", "1013")


def learner(code: str = "a", **said: object) -> Learner:
    return replace(Learner(code, MONDAY, FRIDAY), **said)


def offer(key: str = "offer:1", *, at: Spot = COMO, seats: int = 1, **said: object) -> OpenOffer:
    plain = OpenOffer(
        key=key,
        site_key=f"site of {key}",
        slug=key.replace(":", "-"),
        host=f"Host of {key}",
        title="",
        town=at.name,
        country=COUNTRIES[at.name],
        lon=at.lon,
        lat=at.lat,
        regions=(f"{COUNTRIES[at.name]}1", COUNTRIES[at.name]),
        periods=((MONDAY, date(2027, 5, 28), seats),) if seats else (),
        confirmed_on=TODAY,
    )
    return replace(plain, **said)


def demands(**said: object) -> Demands:
    return replace(Demands(today=TODAY), **said)


def cohort(
    chance: random.Random, learners: int, offers: int, *, stays: int = 3, kind: str = "strict"
) -> tuple[list[Learner], list[OpenOffer], Demands]:
    """Some learners, offers and demands; few seats, so that learners are in each other's way.

    In a strict cohort every rule keeps some from some, in a mild one only field and seats.
    """
    fields = 2
    days = [(MONDAY + timedelta(weeks=chance.randrange(5)), chance.randrange(1, 5)) for _stay in range(stays)]
    asked = Demands(
        today=TODAY,
        base=chance.choice([None, COMO]),
        max_km=chance.choice([None, 900.0]) if kind == "strict" else None,
        weights=Weights(*(chance.randrange(11) for _part in range(4))),
    )
    some = [_learner(chance, f"L{number:03}", days, fields) for number in range(learners)]
    there = [_offer(chance, number, fields) for number in range(offers)]
    return some, there if kind == "strict" else [_mild(chance, one) for one in there], asked


def tangled(chance: random.Random) -> tuple[list[Learner], list[OpenOffer], Demands]:
    """Forty learners of different weeks for ten offers of one seat: best in broken numbers at times."""
    learners = []
    for number in range(40):
        first = MONDAY + timedelta(weeks=chance.randrange(9))
        last = first + timedelta(days=7 * chance.randrange(2, 7) - 3)
        wishes = tuple(_wish(chance) for _rank in range(chance.randrange(4)))
        learners.append(Learner(f"L{number:03}", first, last, wishes=wishes))
    offers = []
    for number in range(10):
        town = chance.choice(TOWNS)
        one = offer(f"offer:{number}", at=town, periods=((MONDAY, date(2027, 7, 30), 1),))
        confirmed = TODAY - timedelta(days=chance.randrange(900))
        offers.append(replace(one, lat=town.lat + chance.gauss(0, 0.1), confirmed_on=confirmed))
    return learners, offers, demands()


def _mild(chance: random.Random, one: OpenOffer) -> OpenOffer:
    start = MONDAY - timedelta(days=3)
    periods = ((start, start + timedelta(weeks=chance.randrange(3, 12)), chance.randrange(1, 3)),)
    free = {"languages": (), "min_age": None, "min_days": None, "max_days": None}
    return replace(one, **free, wheelchair=True, accommodation=True, periods=periods + one.periods[:1])


def _learner(chance: random.Random, code: str, days: list[tuple[date, int]], fields: int) -> Learner:
    first, weeks = chance.choice(days)
    return Learner(
        code,
        first,
        first + timedelta(days=7 * weeks - chance.choice([1, 3, 3, 5])),
        fields=(chance.choice(FIELDS[:fields]),),
        languages=(("en", chance.choice([None, "A2", "B2"])),),
        age=chance.choice([None, 16, 18, 20]),
        wishes=tuple(_wish(chance) for _rank in range(chance.randrange(4))),
        wheelchair=chance.random() < 0.1,
        accommodation=chance.random() < 0.2,
    )


def _wish(chance: random.Random) -> Wish:
    town = chance.choice(TOWNS)
    country = COUNTRIES[town.name]
    return chance.choice(
        [
            Wish(WishKind.TOWN, town.name, town.name, town),
            Wish(WishKind.REGION, f"{country}1", country),
            Wish(WishKind.COUNTRY, country, country),
        ]
    )


def _offer(chance: random.Random, number: int, fields: int) -> OpenOffer:
    town = chance.choice(TOWNS)
    starts = [MONDAY + timedelta(days=chance.randrange(-10, 25)) for _period in range(chance.randrange(1, 4))]
    return replace(
        offer(f"offer:{number}", at=town),
        site_key=f"site {number * 2 // 3}",
        lon=town.lon + chance.gauss(0, 0.2),
        lat=town.lat + chance.gauss(0, 0.1),
        fields=chance.choice([(), ("07",), (chance.choice(FIELDS[:fields]),)]),
        languages=chance.choice([(), (("en", "B1"),), (("en", None), ("de", "B2"))]),
        min_age=chance.choice([None, None, 18]),
        min_days=chance.choice([None, None, 10]),
        max_days=chance.choice([None, None, 20]),
        wheelchair=chance.choice([None, True, False]),
        accommodation=chance.random() < 0.5,
        periods=tuple(
            (start, start + timedelta(days=chance.randrange(10, 60)), chance.randrange(3)) for start in starts
        ),
        confirmed_on=chance.choice([None, TODAY - timedelta(days=chance.randrange(900))]),
    )
