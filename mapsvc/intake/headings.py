"""Says which field a single heading means, and how sure that is."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from mapsvc.intake.kinds import fits
from mapsvc.intake.synonyms import (
    contains,
    field_named,
    key_of,
    loose_words,
    parts_of,
    synonyms,
    trait,
    without_brackets,
    words,
)

SURE = 0.9

_FIT = 0.6
_CLOSE_FIT = 0.8
_POSSIBLE = 78.0
_SHORTEST_TYPO = 7
_LONG_TYPO = 12
_FEW_KINDS = 3

_PAIRS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"lat", "lon"}), "latlon"),
    (frozenset({"address", "house_number"}), "address"),
    (frozenset({"postcode", "town"}), "address"),
    (frozenset({"address", "postcode", "town"}), "address"),
    (frozenset({"address", "house_number", "postcode", "town"}), "address"),
    (frozenset({"address", "town"}), "address"),
    (frozenset({"min_days", "max_days"}), "min_days"),
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a column may hold.

    field is None when no field is sure; candidates are (field, score 0 to 1), best first. base
    is the heading without its number, equal for "Name 1" and "Name 2".
    """

    column: str
    field: str | None
    base: str
    candidates: tuple[tuple[str, float], ...] = ()
    continued: bool = False


def claim_of(column: str, values: list[str]) -> Claim:
    """The field that a heading means, checked against the values under it.

    A synonym is sure unless the values are of another kind; a spelling mistake only where the
    values agree; anything else is a candidate, to be asked.
    """
    base, continued = _base(column)
    field = _by_words(column, values) or (_by_words(base, values) if continued else None)
    if field is None and not _is_elsewhere(column):
        field = _close(column, values)
    if field is None:
        return Claim(column, None, base, _possible(column))
    if field in trait("checked") and fits(field, values) < _FIT:
        return Claim(column, None, base, ((field, round(fits(field, values), 2)),))
    return Claim(column, field, base, continued=continued)


def is_bare_name(column: str) -> bool:
    """Whether a heading says only "name", so that a person's may be meant."""
    return key_of(without_brackets(_base(column)[0])) in words().bare_names


def is_full_name(column: str) -> bool:
    """Whether a heading says both that it is a name and whose ("company name", "Schulname")."""
    key = key_of(without_brackets(_base(column)[0]))
    return not is_bare_name(column) and any(
        part in key for part in ("nam", "nom", "raison", "razon", "ragione", "denomina", "bezeichnung")
    )


def is_personal(column: str, values: list[str]) -> bool:
    """Whether a column looks like data about a person, by its heading or by what stands in it."""
    found = loose_words(column)
    if contains(found, words().personal) or contains(found, words().learners):
        return True
    return bool(values) and max(fits("contact_email", values), _share_of_phones(values)) >= _FIT


def _share_of_phones(values: list[str]) -> float:
    """Telephone numbers among values that are not plain whole numbers, which may count anything."""
    telling = [value for value in values if not value.replace(".", "").replace("-", "").isdigit()]
    return fits("contact_phone", telling) if len(telling) * 2 > len(values) else 0.0


def _base(column: str) -> tuple[str, bool]:
    """The heading without a number at its end, and whether that changed it."""
    found = loose_words(column)
    kept = list(found)
    while kept and (kept[-1].isdigit() or kept[-1] in words().continued):
        kept.pop()
    if not kept or len(kept) == len(found):
        return column, False
    return " ".join(kept), True


def _is_elsewhere(column: str) -> bool:
    found = loose_words(column)
    return contains(found, words().others) or contains(found, words().learners)


def _by_words(column: str, values: list[str]) -> str | None:
    key = key_of(without_brackets(column))
    if key in words().bare_types:
        return _kind_of_type(key, values)
    field = field_named(column)
    if field is not None:
        return _settled(field, key, values)
    if _is_elsewhere(column):
        return None
    return _of_host(column) or _together(column) or _contact(column, values)


def _settled(field: str, key: str, values: list[str]) -> str | None:
    """The field of a synonym, when a look at the values is needed to tell it from another."""
    if field == "contact_name" and values:
        if fits("contact_email", values) >= _FIT:
            return "contact_email"
        if fits("contact_phone", values) >= _FIT:
            return "contact_phone"
    if field == "title" and key in words().bare_names and values and fits("title", values) < _FIT:
        # That of a person, perhaps: Mr, Dr, Herr.
        return None
    if key in words().bare_ordinates and values and fits(field, values) < _FIT:
        return None
    if field == "town" and values and fits("town", values) < _FIT <= fits("latlon", values):
        return "latlon"
    return field


def _kind_of_type(key: str, values: list[str]) -> str | None:
    """What a column headed "type" tells: the kind of entry, of organisation, or the sector."""
    if fits("record_type", values) > 0:
        return "record_type"
    for field in ("organisation_kind", "sectors"):
        if fits(field, values) >= _FIT:
            return field
    return "record_type" if key == "type" and len(set(values)) <= _FEW_KINDS else None


def _of_host(column: str) -> str | None:
    """The field of a heading that also says that it is the host's."""
    found = [word for word in loose_words(without_brackets(column)) if word not in words().articles]
    kept = [word for word in found if word not in words().hosts]
    if not kept or len(kept) == len(found):
        return None
    field = synonyms().get(" ".join(sorted(kept)))
    return field if field in trait("of_hosts") else None


def _together(column: str) -> str | None:
    """The field of a heading that names several things of one kind, or things that we read together."""
    parts = parts_of(column)
    named = [field_named(part) or _of_host(part) for part in parts]
    if len(parts) == 1:
        named = _word_by_word(column)
    if not named or None in named:
        return None
    meant = frozenset(named)
    if len(meant) == 1:
        return named[0]
    return next((field for pair, field in _PAIRS if pair == meant), None)


def _word_by_word(column: str) -> list[str | None]:
    """The fields of headings such as "PLZ Ort" or "CP Ville", which need no sign between the two."""
    found = [word for word in loose_words(column) if word not in words().articles]
    if len(found) != 2:  # noqa: PLR2004
        return []
    named = [synonyms().get(word) for word in found]
    return named if frozenset(named) == frozenset({"postcode", "town"}) else []


def _contact(column: str, values: list[str]) -> str | None:
    found = loose_words(column)
    if values and contains(found, words().emails) and fits("contact_email", values) >= _CLOSE_FIT:
        return "contact_email"
    if values and contains(found, words().phones) and fits("contact_phone", values) >= _CLOSE_FIT:
        return "contact_phone"
    return None


def _close(column: str, values: list[str]) -> str | None:
    """The field of a synonym with one spelling mistake, or two in a long one, where the values agree."""
    key = key_of(without_brackets(column))
    if len(key) < _SHORTEST_TYPO or not values:
        return None
    allowed = 1 if len(key) < _LONG_TYPO else 2
    found = process.extract(key, synonyms().keys(), scorer=OSA.distance, score_cutoff=allowed, limit=5)
    meant = {synonyms()[match] for match, _score, _place in found}
    if len(meant) != 1:
        return None
    field = meant.pop()
    return field if fits(field, values) >= _CLOSE_FIT else None


def _possible(column: str) -> tuple[tuple[str, float], ...]:
    if _is_elsewhere(column):
        return ()
    key = key_of(without_brackets(column))
    found = process.extract(key, synonyms().keys(), scorer=fuzz.WRatio, score_cutoff=_POSSIBLE, limit=8)
    best: dict[str, float] = {}
    for match, score, _place in found:
        if min(len(match), len(key)) > 3:  # noqa: PLR2004
            best.setdefault(synonyms()[match], round(score / 100 * SURE, 2))
    return tuple(best.items())[:3]
