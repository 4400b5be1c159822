"""A placing as scripts and terminals read it: strict JSON, and a plain table."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mapsvc.catalogues import speaker
from mapsvc.intake.cohort_faults import CohortFault
from mapsvc.intake.cohorts import CohortFile
from mapsvc.intake.tables import Notice
from mapsvc.messages import mark as _
from mapsvc.planning.cohorts import Learner, OpenOffer
from mapsvc.planning.outcome_files import demands_as_json
from mapsvc.planning.outcomes import Change, LeftOver, Move
from mapsvc.planning.results import Result, Stay
from mapsvc.presentation.placement_words import (
    RULES,
    change_words,
    moves_words,
    number_words,
    why_words,
)

SCHEMA = "mapsvc-placing-1"
HEADINGS = (_("Code"), _("Host"), _("Town"), _("Points"), _("Why"))
WIDEST = 38  # characters of a cell of the table
MOST_CHANGES = 3  # of one learner in the table; the JSON has them all

Plain = dict[str, Any]


def as_report(result: Result, cohort: CohortFile, *, language: str) -> Plain:
    """A placing as plain data that JSON can hold; days are ISO 8601, points whole numbers.

    schema is SCHEMA, and changes when anything is taken away or means something else. learners and offers are
    how many there were. demands are as they can be asked again. faults and notes are about the list:
    {row, column, value, problem, help, left_out} and {row, column, value, text}. placements are in order of
    code: {learner, offer, host, title, slug, town, country, lon, lat, first, last, score, parts, wish,
    distance_km, locked, why}. left_over: {learner, excluded: {rule: offers}, changes: {rule, value, language,
    offers, hosts, words}, moves: {offer, mover, to}, moves_words}. pairs: {learner, other, met, distance_km}.
    vanished are locks on an offer that is gone. score is the sum, gap how far from the best it can be at
    most (0 is proved to be the best), seconds what it took. What reads as a sentence is in the language.
    """
    outcome = result.outcome
    return {
        "schema": SCHEMA,
        "learners": len(result.learners),
        "offers": len(result.offers),
        "demands": demands_as_json(result.demands),
        "faults": [_fault(fault, language) for fault in cohort.faults],
        "notes": [_note(note, language) for note in cohort.notes],
        "placements": [_placement(stay, language) for stay in result.stays()],
        "left_over": [_left_over(one, result.offers, language) for _learner, one in result.left_over()],
        "pairs": [
            {"learner": one.learner, "other": one.other, "met": one.met, "distance_km": _km(one.distance_km)}
            for one in outcome.pairs
        ],
        "vanished": [list(lock) for lock in outcome.vanished],
        "score": outcome.score,
        "gap": outcome.gap,
        "seconds": outcome.seconds,
    }


def table_lines(result: Result, *, language: str) -> list[str]:
    """The same for a terminal: who goes where, who is left over and why, and what would help."""
    say = speaker(language)
    rows = [_cells(stay, language) for stay in result.stays()]
    lines = _columns([[say(heading) for heading in HEADINGS], *rows]) if rows else []
    if not result.offers:
        lines.append(say(_("There is no public offer to place anybody at.")))
    for learner, one in result.left_over():
        lines += ["", *_left_lines(learner, one, result, language)]
    lines += ["", *_pair_lines(result, language)]
    lines.append(
        say(
            _("Placed: %(placed)s of %(all)s. Points: %(score)s."),
            placed=len(rows),
            all=len(result.learners),
            score=result.outcome.score,
        )
    )
    lines.append(_proof(result.outcome.gap, language))
    return lines


def fault_line(fault: CohortFault, language: str) -> str:
    """A fault of the list in one line: row and column, what is wrong, what would help."""
    say = speaker(language)
    where = say(_("Row %(row)s"), row=fault.line)
    if fault.column:
        where = f"{where}, {fault.column}"
    told = [say(fault.message, **fault.values)]
    if fault.help:
        told.append(say(fault.help, **fault.values))
    if fault.left_out:
        told.append(say(_("The learner is left out.")))
    return f"{where}: {' '.join(told)}"


def note_line(note: Notice, language: str) -> str:
    """A note on the list in one line."""
    return speaker(language)(note.message, **note.values)


def _fault(fault: CohortFault, language: str) -> Plain:
    say = speaker(language)
    return {
        "row": fault.line,
        "column": fault.column,
        "value": fault.value,
        "problem": say(fault.message, **fault.values),
        "help": say(fault.help, **fault.values) if fault.help else "",
        "left_out": fault.left_out,
    }


def _note(note: Notice, language: str) -> Plain:
    text = note_line(note, language)
    return {"row": note.line, "column": note.column, "value": note.value, "text": text}


def _placement(stay: Stay, language: str) -> Plain:
    learner, offer, placement = stay.learner, stay.offer, stay.placement
    return {
        "learner": learner.code,
        "offer": offer.key,
        "host": offer.host,
        "title": offer.title,
        "slug": offer.slug,
        "town": offer.town,
        "country": offer.country,
        "lon": offer.lon,
        "lat": offer.lat,
        "first": learner.first.isoformat(),
        "last": learner.last.isoformat(),
        "score": placement.score,
        "parts": {str(part): points for part, points in placement.parts},
        "wish": placement.wish,
        "distance_km": _km(placement.distance_km),
        "locked": placement.locked,
        "why": why_words(stay, language),
    }


def _left_over(one: LeftOver, offers: Mapping[str, OpenOffer], language: str) -> Plain:
    return {
        "learner": one.learner,
        "excluded": {str(rule): count for rule, count in one.excluded},
        "changes": [_change(change, offers, language) for change in one.changes],
        "moves": [_move(move) for move in one.moves],
        "moves_words": moves_words(one, offers, language),
    }


def _change(change: Change, offers: Mapping[str, OpenOffer], language: str) -> Plain:
    return {
        "rule": str(change.rule),
        "value": change.value,
        "language": change.language,
        "offers": list(change.offers),
        "hosts": len({offers[key].site_key for key in change.offers if key in offers}),
        "words": change_words(change, language, offers),
    }


def _move(move: Move) -> Plain:
    return {"offer": move.offer, "mover": move.mover, "to": move.to}


def _km(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _cells(stay: Stay, language: str) -> list[str]:
    placement = stay.placement
    return [
        stay.learner.code + (" *" if placement.locked else ""),
        stay.offer.host,
        f"{stay.offer.town} ({stay.offer.country})",
        str(placement.score),
        why_words(stay, language),
    ]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines, each column as wide as its widest cell, WIDEST at most but for the last."""
    cut = [[*map(_cut, row[:-1]), row[-1]] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cut, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cut
    ]


def _cut(cell: str) -> str:
    plain = " ".join(cell.split())
    return plain if len(plain) <= WIDEST else f"{plain[: WIDEST - 1]}…"


def _left_lines(learner: Learner, one: LeftOver, result: Result, language: str) -> Iterable[str]:
    say = speaker(language)
    yield say(_("Left over: %(code)s"), code=learner.code)
    for rule, count in one.excluded:
        yield f"  {say(RULES[rule])}: {count}"
    for change in one.changes[:MOST_CHANGES]:
        yield f"  > {change_words(change, language, result.offers)}"
    if one.moves:
        yield f"  > {moves_words(one, result.offers, language)}"


def _pair_lines(result: Result, language: str) -> Iterable[str]:
    say, pairs = speaker(language), result.outcome.pairs
    if pairs:
        met = sum(pair.met for pair in pairs)
        yield say(_("Same town: %(met)s of %(all)s wishes are met."), met=met, all=len(pairs))
    for code, offer in result.outcome.vanished:
        yield say(
            _("The lock of %(code)s on %(offer)s is gone: there is no such offer."), code=code, offer=offer
        )


def _proof(gap: float, language: str) -> str:
    say = speaker(language)
    if gap <= 0:
        return say(_("No better placing is possible."))
    return say(
        _("A better placing could have %(percent)s %% more points at most."),
        percent=number_words(100 * gap / (1 - gap) if gap < 1 else 100, language),
    )
