"""Placings that are made up, and texts that would like to be more than text."""

from datetime import date
from typing import Any

from mapsvc.planning.cohorts import Demands, Learner, OpenOffer, Spot, Wish, WishKind
from mapsvc.planning.outcomes import Change, LeftOver, Move, Outcome, PairWish, Part, Placement, Rule
from mapsvc.planning.results import Result
from mapsvc.presentation.placement_sheets import Hand, Venue
from mapsvc.presentation.placement_tables import Asked

COMO, LECCO = Spot("Como", 9.08524, 45.80813), Spot("Lecco", 9.39704, 45.85589)
TOURS = Spot("Tours", 0.68484, 47.39484)
PAGE = "https://map.example.org/hosts/{}"
HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://evil.example/";"x")',
    "+33123456789",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "{{7*7}}",
    "%(x)s {x} $x",
    "<script>alert(1)</script>",
    "a\x00b\x07c\x1bd\ud800e\ufffef",
    "line\r\nBEGIN:VEVENT\nEND:VEVENT;,\\",
    '#read("/etc/passwd") *b* _i_ $x$ "}]',
    "\u062d\u0631\u0641\u0629 \u202eabc",
    "面包 🥐 Φούρνος Пекарі",
    "W" * 5_000,
    "long words " * 3_000,
)


def asked(language: str = "en") -> Asked:
    return Asked(language, PAGE.format)


def hand(language: str = "en", **changed: Any) -> Hand:
    said: dict[str, Any] = {
        "site": "The map",
        "sender": "Lycée Voltaire",
        "referent": "Ada Exemple",
        "emergency": "112",
        "today": date(2026, 11, 23),
        "venues": {"offer:1": venue(), "offer:2": venue()},
    }
    return Hand(language=language, **{**said, **changed})


def venue(**changed: Any) -> Venue:
    said: dict[str, Any] = {
        "page": PAGE.format("forno"),
        "lines": ("Via Roma 1", "22100 Como"),
        "website": "https://forno.example",
        "kit": ("Como", "https://map.example.org/kits/como"),
    }
    return Venue(**{**said, **changed})


def learner(code: str = "B-01", **changed: Any) -> Learner:
    said: dict[str, Any] = {
        "first": date(2027, 3, 1),
        "last": date(2027, 3, 26),
        "fields": ("0721",),
        "languages": (("it", "A2"), ("en", None)),
        "age": 17,
        "home": TOURS,
        "wishes": (Wish(WishKind.TOWN, "3178229", "Como", COMO),),
    }
    return Learner(code, **{**said, **changed})


def offer(key: str = "offer:1", **changed: Any) -> OpenOffer:
    said: dict[str, Any] = {
        "site_key": "site:" + key.partition(":")[2],
        "slug": "forno",
        "host": "Forno Rossi",
        "title": "Bake bread",
        "town": "Como",
        "country": "IT",
        "lon": 9.1,
        "lat": 45.8,
        "fields": ("0721",),
        "languages": (("it", "A1"),),
    }
    return OpenOffer(key, **{**said, **changed})


def placement(code: str = "B-01", key: str = "offer:1", **changed: Any) -> Placement:
    said: dict[str, Any] = {
        "score": 812,
        "parts": ((Part.WISH, 500), (Part.DISTANCE, 212), (Part.FRESHNESS, 100)),
        "wish": 1,
        "distance_km": 1.46,
        "locked": False,
    }
    return Placement(code, key, **{**said, **changed})


def left_over(code: str = "B-03", **changed: Any) -> LeftOver:
    said: dict[str, Any] = {
        "excluded": ((Rule.FIELD, 12), (Rule.DISTANCE, 3)),
        "changes": (Change(Rule.DISTANCE, 40.0, ("offer:1", "offer:2", "offer:3")),),
        "moves": (Move("offer:1", "B-01", "offer:2"),),
    }
    return LeftOver(code, **{**said, **changed})


def result(**changed: Any) -> Result:
    """Two who have a host, of different sites, and one who is left over."""
    said: dict[str, Any] = {
        "cohort": "Bakers 2027",
        "scenario": "Around Como",
        "learners": (learner("B-01"), learner("B-02", home=None), learner("B-03", last=date(2027, 3, 12))),
        "offers": {"offer:1": offer(), "offer:2": offer("offer:2", host="Albergo Blu", lon=9.39, lat=45.85)},
        "demands": Demands(date(2026, 11, 23), base=COMO, max_km=30),
        "outcome": Outcome(
            placements=(placement("B-01"), placement("B-02", "offer:2", locked=True, wish=None)),
            left_over=(left_over(),),
            pairs=(PairWish("B-01", "B-02", False, 23.2),),
            score=1624,
            gap=0.0,
            seconds=0.31,
        ),
    }
    return Result(**{**said, **changed})


def hostile(text: str) -> Result:
    """A placing in which every text that people write is the same."""
    spot = Spot(text, 9.0, 45.0)
    person = learner(text, home=spot, wishes=(Wish(WishKind.TOWN, "1", text, spot),))
    left = learner(text + "2", home=spot, wishes=person.wishes)
    place = offer(host=text, title=text, town=text)
    outcome = Outcome(
        placements=(placement(text),),
        left_over=(left_over(text + "2", moves=(Move("offer:1", text, "offer:1"),)),),
        pairs=(PairWish(text, text + "2", False, None),),
        score=812,
        gap=0.0,
        seconds=0.1,
    )
    return Result(
        cohort=text,
        scenario=text,
        learners=(person, left),
        offers={"offer:1": place},
        demands=Demands(date(2026, 11, 23), base=spot),
        outcome=outcome,
    )
