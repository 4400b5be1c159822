"""What a moderator sees of a submission beside what all have in common, for each kind."""

from collections.abc import Callable, Mapping
from typing import Any

from mapsvc.domain.differences import difference
from mapsvc.domain.submissions import SubmissionKind
from mapsvc.presentation.differences import change_lines, word_runs
from mapsvc.presentation.labels import RegionNames, language_label
from mapsvc.presentation.reviews import pieces, public_parts
from mapsvc.presentation.stays import stay
from mapsvc.services.submitted_facts import FactCase
from mapsvc.services.submitted_hosts import HostCase
from mapsvc.services.submitted_pins import PinCase


def changes(case: HostCase, language: str, _regions: RegionNames) -> dict[str, object]:
    """What a change of a host changes, and all of it that will be public."""
    found = difference(case.now, case.proposed)
    return {
        "changes": change_lines([one for one in found if one.column != "contact"], language),
        "contact": any(one.column == "contact" for one in found),
        "parts": public_parts(case.public, language),
        "unplaced": case.unplaced,
    }


def stays(case: PinCase, language: str, regions: RegionNames) -> dict[str, object]:
    """A stay as it will be public, and as it is now."""
    rows = {"now": case.now, "public": case.public}
    return {
        name: stay(row, language=language, regions=regions) if row else None for name, row in rows.items()
    }


def facts(case: FactCase, language: str, _regions: RegionNames) -> dict[str, object]:
    """What a reader says of a fact, how its words change, and what will be shown of it."""
    said = case.said
    return {
        "spoken": language_label(said.language, language),
        "runs": word_runs(said.sentence, said.words),
        "day": case.then.checked_on,
        "public": [
            (language_label(code, language), pieces(words)) for code, words in case.then.words.items()
        ],
    }


SHOWN: Mapping[SubmissionKind, Callable[[Any, str, RegionNames], dict[str, object]]] = {
    SubmissionKind.CHANGES: changes,
    SubmissionKind.STAYS: stays,
    SubmissionKind.FACTS: facts,
}
