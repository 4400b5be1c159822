"""Reads what a placing is asked for in words: base, weights, locks, the usual stay."""

import re
from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import date

from mapsvc.errors import InvalidInput
from mapsvc.intake.wishes import Doubt, Wishing
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner, OpenOffer, Spot, Weights

MOST_WEIGHT = 10
WEIGHTS = tuple(one.name for one in fields(Weights))

_POINT = re.compile(r"\s*([+-]?[0-9]{1,4}(?:\.[0-9]*)?)\s*°?\s*[,;]\s*([+-]?[0-9]{1,4}(?:\.[0-9]*)?)\s*°?\s*")
_NEAR_KM = 200.0
_WIDEST, _HIGHEST = 180.0, 90.0


def base_asked(text: str | None, wishing: Wishing) -> Spot | None:
    """The base that a text names: a town, or longitude and latitude as "9.08,45.81"; None for no text.

    Raises InvalidInput for anything else, with the towns that may be meant.
    """
    if not (text or "").strip():
        return None
    asked = str(text).strip()
    if found := _POINT.fullmatch(asked):
        lon, lat = float(found.group(1)), float(found.group(2))
        return _checked(asked, lon, lat, wishing)
    spot = wishing.home(asked)
    if isinstance(spot, Spot):
        return spot
    raise _no_town(asked, spot)


def _checked(asked: str, lon: float, lat: float, wishing: Wishing) -> Spot:
    """The point, unless it is not on the globe, or a town is only where the two numbers change places."""
    if abs(lon) > _WIDEST or abs(lat) > _HIGHEST:
        raise InvalidInput(
            _(
                "“%(value)s” is no point. The longitude comes first, from -180 to 180, then the latitude, "
                "from -90 to 90."
            ),
            field="base",
            value=asked,
        )
    near = wishing.towns.nearest(lon, lat, within_km=_NEAR_KM)
    if near is None and wishing.towns.nearest(lat, lon, within_km=_NEAR_KM):
        raise InvalidInput(
            _("No town is near “%(value)s”. The longitude comes first, then the latitude."),
            field="base",
            value=asked,
        )
    return Spot(asked, lon, lat)


def _no_town(asked: str, doubt: Doubt) -> InvalidInput:
    if doubt.candidates:
        return InvalidInput(
            _("“%(value)s” is not clear. Write one of these: %(candidates)s."),
            field="base",
            value=asked[:80],
            candidates="; ".join(doubt.candidates),
        )
    return InvalidInput(_("There is no town “%(value)s” that is known here."), field="base", value=asked[:80])


def weights_asked(text: str) -> Weights:
    """The weights in a text such as "wish=5,distance=3"; those that it leaves out are the usual ones.

    Raises InvalidInput for another name, or a number that is not from 0 to MOST_WEIGHT.
    """
    given: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _sign, number = (piece.strip() for piece in part.partition("="))
        if name not in WEIGHTS or not (number.isascii() and number.isdigit()) or int(number) > MOST_WEIGHT:
            raise InvalidInput(
                _("“%(value)s” is no weight. Write them as %(known)s, each from 0 to %(most)s."),
                field="weights",
                value=part[:80],
                known=",".join(f"{one}={getattr(Weights(), one)}" for one in WEIGHTS),
                most=MOST_WEIGHT,
            )
        given[name] = int(number)
    return replace(Weights(), **given)


def locks_asked(
    texts: Iterable[str], learners: Collection[Learner], offers: Collection[OpenOffer]
) -> tuple[tuple[str, str], ...]:
    """The locks in texts such as "A01=offer:17": a learner's code and an offer's key, or the address of a
    host that has one offer alone.

    Raises InvalidInput for a code or an offer that is not there, or a code that is locked twice.
    """
    codes = {learner.code for learner in learners}
    keys = {offer.key: offer.key for offer in offers} | _by_slug(offers)
    found: dict[str, str] = {}
    for text in texts:
        code, _sign, offer = (piece.strip() for piece in text.rpartition("="))
        if code not in codes:
            raise InvalidInput(
                _("“%(value)s” locks nobody: there is no learner with this code."),
                field="lock",
                value=text[:80],
            )
        if offer not in keys:
            raise InvalidInput(
                _("“%(value)s” locks to nothing: there is no such offer."), field="lock", value=text[:80]
            )
        if code in found:
            raise InvalidInput(_("The learner “%(code)s” is locked twice."), field="lock", code=code)
        found[code] = keys[offer]
    return tuple(found.items())


def _by_slug(offers: Collection[OpenOffer]) -> dict[str, str]:
    listed: dict[str, list[str]] = {}
    for offer in offers:
        listed.setdefault(offer.slug, []).append(offer.key)
    return {slug: keys[0] for slug, keys in listed.items() if len(keys) == 1}


def stay_asked(first: date | None, last: date | None) -> tuple[date, date] | None:
    """The usual first and last day, None for neither.

    Raises InvalidInput for one alone, or where the last lies before the first.
    """
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise InvalidInput(_("The usual stay needs a first and a last day."), field="stay")
    if first > last:
        raise InvalidInput(_("The last day lies before the first day."), field="stay")
    return first, last
