"""Whether a typed text means a place or is to be searched as words."""

from functools import cache

from rapidfuzz.distance import OSA

from mapsvc.domain import vocabulary
from mapsvc.places.folding import fold, words
from mapsvc.places.gazetteer import Gazetteer, Place

LIKELY_INHABITANTS = 15_000  # a place of this size may be meant by its beginning or with a typo
CITY_INHABITANTS = 100_000  # a place of this size is meant even where a trade has its name
LEAST_LETTERS = 3
LEAST_LETTERS_FOR_A_TYPO = 6  # one letter off, a shorter word is another word
TRADES = ("sectors", "fields", "organisation_kinds")


def meant_place(text: str, gazetteer: Gazetteer) -> Place | None:
    """The place that a typed text stands for, None when it should be searched as words.

    The gazetteer's best suggestion counts when the text is its name, with or without its country
    or region behind it; or, for a town of LIKELY_INHABITANTS, when the text begins its name, or
    is that name but for one letter. A word for a trade ("Bois", "Sport") means that trade, unless
    a city has that name.
    """
    suggestions = gazetteer.suggest(text, limit=1)
    if not suggestions:
        return None
    place, typed = suggestions[0].place, fold(text)
    if typed in _trades() and place.population < CITY_INHABITANTS:
        return None
    names = {fold(suggestions[0].matched), fold(place.name)}
    named = any(_begins_with(typed, name) for name in names)
    likely = place.population >= LIKELY_INHABITANTS and any(_nearly(typed, name) for name in names)
    if named or likely:
        return place
    return place if gazetteer.locate(text, country=None) == place else None  # "St" for "Saint"


def is_meant(place: Place, text: str, gazetteer: Gazetteer) -> bool:
    """Whether a typed text can stand for this place: its name, or one that leads to it."""
    return _begins_with(fold(text), fold(place.name)) or any(
        suggestion.place.id == place.id for suggestion in gazetteer.suggest(text, limit=20)
    )


def _begins_with(typed: str, name: str) -> bool:
    return typed == name or typed.startswith(f"{name} ")


def _nearly(typed: str, name: str) -> bool:
    if len(typed) >= LEAST_LETTERS and name.startswith(typed):
        return True
    return len(typed) >= LEAST_LETTERS_FOR_A_TYPO and OSA.distance(name, typed) <= 1


@cache
def _trades() -> frozenset[str]:
    """The folded words of the trades' labels, and the labels themselves, in all languages."""
    labels = [
        fold(str(label))
        for name in TRADES
        for entry in vocabulary.entries(name).values()
        for label in entry.values()
    ]
    return frozenset(labels) | frozenset(word for label in labels for word in words(label))
