"""Which town of the gazetteer a person means, without any coordinates."""

import re

from flask import request

from mapsvc.domain.pin_files import COORDINATES
from mapsvc.errors import MapsvcError
from mapsvc.http import running
from mapsvc.messages import mark as _
from mapsvc.params.places import is_meant
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Place, Suggestion

MOST_CHOICES = 8
NUMBER = re.compile("[0-9]{1,10}")


class CoordinatesSent(MapsvcError):
    """Something tells where a person is or was more closely than by a town."""

    message = _("A point of the map was sent. We take only the name of a town, so nothing was kept.")


def refuse_coordinates() -> None:
    """Nothing, for a request that sends no point. Raises CoordinatesSent."""
    names = {name.lower() for name in (*request.form, *request.args, *request.files)}
    if request.is_json or names & COORDINATES:
        raise CoordinatesSent


def towns_meant(text: str, chosen: str) -> list[Suggestion] | Place:
    """The town that is meant by a text, or by one of those that were offered for it; else those that may be.

    chosen is the number of the town that was chosen, "" for none.
    """
    gazetteer = running().gazetteer
    place = gazetteer.place(int(chosen)) if NUMBER.fullmatch(chosen) else None
    if place is not None and is_meant(place, text, gazetteer):
        return place
    found = gazetteer.suggest(text, limit=MOST_CHOICES)
    named = [one for one in found if fold(text) in {fold(one.matched), fold(one.place.name)}]
    if len(named or found) == 1:
        return (named or found)[0].place
    return named or found
