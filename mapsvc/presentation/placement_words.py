"""What the files, papers and maps of a placing say in words: rules, points, changes that would help."""

import re
from collections.abc import Mapping

from babel.numbers import format_decimal

from mapsvc.catalogues import counter, speaker
from mapsvc.domain import vocabulary
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner, OpenOffer
from mapsvc.planning.outcomes import Change, LeftOver, Part, Rule
from mapsvc.planning.results import Stay
from mapsvc.presentation.labels import language_label

# What neither XML nor a typesetter takes: control signs but tab and line end, halves of pairs, no signs.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

RULES: Mapping[Rule, str] = {
    Rule.FIELD: _("Another field"),
    Rule.AGE: _("Too young for the host"),
    Rule.LANGUAGE: _("Language level"),
    Rule.ACCESS: _("Not known to be accessible"),
    Rule.ACCOMMODATION: _("No accommodation"),
    Rule.LENGTH: _("Stay too short or too long"),
    Rule.DISTANCE: _("Too far from the base"),
    Rule.SAFETY_COURSE: _("Safety course not done"),
    Rule.SEATS: _("No seat in every week"),
    Rule.TAKEN: _("Seats taken by others of the cohort"),
}
PARTS: Mapping[Part, str] = {
    Part.WISH: _("Points for the wish"),
    Part.DISTANCE: _("Points for the distance"),
    Part.FRESHNESS: _("Points for the fresh entry"),
    Part.SPREAD: _("Points for the spread"),
}
LET_GO: Mapping[Rule, str] = {
    Rule.FIELD: _("Accept another field"),
    Rule.AGE: _("Do not ask for the age"),
    Rule.LANGUAGE: _("Do not ask for the language level"),
    Rule.ACCESS: _("Ask hosts whether they are accessible"),
    Rule.ACCOMMODATION: _("Find the accommodation elsewhere"),
    Rule.LENGTH: _("Accept another length of stay"),
    Rule.DISTANCE: _("Accept any distance"),
    Rule.SAFETY_COURSE: _("Do the safety course"),
    Rule.SEATS: _("Choose other weeks"),
    Rule.TAKEN: _("Ask a host for one more seat"),
}
TO_NUMBERS: Mapping[Rule, str] = {
    Rule.DISTANCE: _("Accept %(value)s km"),
    Rule.AGE: _("Wait until the age of %(value)s"),
}


def printable(text: str) -> str:
    """A text without the signs that no document can hold."""
    return UNPRINTABLE.sub("", text)


def number_words(value: float, language: str) -> str:
    """A number with one decimal at most, as the language writes it."""
    return str(format_decimal(round(value, 1), format="#,##0.#", locale=language))


def fields_words(fields: tuple[str, ...], language: str) -> str:
    """Fields of training by name, their codes after them."""
    return "; ".join(f"{vocabulary.label('fields', code, language)} ({code})" for code in fields)


def languages_words(languages: tuple[tuple[str, str | None], ...], language: str) -> str:
    """Languages by name, with their levels."""
    return "; ".join(
        " ".join(filter(None, (language_label(code, language), level))) for code, level in languages
    )


def shared_field(stay: Stay) -> tuple[str, ...]:
    """The fields in which learner and host meet; the learner's where the host names none of them."""
    both = tuple(one for one in stay.learner.fields if one in stay.offer.fields)
    return both or stay.learner.fields


def why_words(stay: Stay, language: str) -> str:
    """Why somebody goes there: the wish, the distance, the lock, and the points in all."""
    say, placement = speaker(language), stay.placement
    words = []
    if placement.locked:
        words.append(say(_("Locked by you")))
    if placement.wish is not None:
        name = stay.learner.wishes[placement.wish - 1].name if _has(stay.learner, placement.wish) else ""
        words.append(
            say(_("Wish %(rank)s: %(name)s"), rank=placement.wish, name=name)
            if name
            else say(_("Wish %(rank)s"), rank=placement.wish)
        )
    elif stay.learner.wishes:
        words.append(say(_("None of the wishes")))
    if placement.distance_km is not None:
        words.append(say(_("%(km)s km from the base"), km=number_words(placement.distance_km, language)))
    words.append(say(_("%(count)s of 1,000 points"), count=placement.score))
    return "; ".join(words)


def excluded_words(one: LeftOver, language: str) -> str:
    """Which rule excluded how many offers."""
    say = speaker(language)
    return "; ".join(f"{say(RULES[rule])}: {count}" for rule, count in one.excluded if count)


def changes_words(one: LeftOver, language: str, offers: Mapping[str, OpenOffer] | None = None) -> str:
    """The changes that would help, the smallest first."""
    return "; ".join(change_words(change, language, offers) for change in one.changes)


def moves_words(one: LeftOver, offers: Mapping[str, OpenOffer], language: str) -> str:
    """Who would have to move, and where to."""
    say = speaker(language)

    def host(key: str) -> str:
        return offers[key].host if key in offers else key

    return "; ".join(
        say(
            _("%(mover)s moves to %(to)s, then there is a seat at %(host)s"),
            mover=move.mover,
            to=host(move.to),
            host=host(move.offer),
        )
        for move in one.moves
    )


def change_words(change: Change, language: str, offers: Mapping[str, OpenOffer] | None = None) -> str:
    """One change that would help, and how many offers with a free seat it opens: "Accept 40 km: 3 hosts...".

    With offers, by their key, hosts are counted, of which one may have several.
    """
    ngettext, asked = counter(language), _asked(change, language)
    if offers is None:
        return ngettext(
            "%(change)s: %(num)s offer with a free seat",
            "%(change)s: %(num)s offers with a free seat",
            len(change.offers),
            change=asked,
        )
    hosts = {offers[key].site_key if key in offers else key for key in change.offers}
    return ngettext(
        "%(change)s: %(num)s host with a free seat",
        "%(change)s: %(num)s hosts with a free seat",
        len(hosts),
        change=asked,
    )


def _asked(change: Change, language: str) -> str:
    say, value, rule = speaker(language), change.value, change.rule
    if rule is Rule.LANGUAGE and change.language:
        name = language_label(change.language, language)
        if value is None:
            return say(_("Do without %(name)s"), name=name)
        return say(_("Accept %(name)s at level %(level)s"), name=name, level=value)
    if not isinstance(value, int | float):
        return say(LET_GO[rule])
    if rule in TO_NUMBERS:
        return say(TO_NUMBERS[rule], value=number_words(value, language))
    return _counted(rule, round(value), language)


def _counted(rule: Rule, number: int, language: str) -> str:
    """The change to a number of days or weeks."""
    ngettext = counter(language)
    if rule is Rule.LENGTH:
        return ngettext("Stay %(num)s day", "Stay %(num)s days", number)
    if rule is not Rule.SEATS:
        return f"{speaker(language)(LET_GO[rule])}: {number_words(number, language)}"
    if number < 0:
        return ngettext("Go %(num)s week earlier", "Go %(num)s weeks earlier", -number)
    return ngettext("Go %(num)s week later", "Go %(num)s weeks later", number)


def _has(learner: Learner, rank: int) -> bool:
    return 1 <= rank <= len(learner.wishes)
