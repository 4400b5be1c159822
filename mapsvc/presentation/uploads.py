"""Uploads as their pages show them: where they are, columns to be named, what becomes public."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mapsvc.domain.listings import Kind, Listing
from mapsvc.domain.sources import Outcome
from mapsvc.domain.uploads import Upload, UploadStage
from mapsvc.messages import mark as _
from mapsvc.presentation.cards import Item, item
from mapsvc.presentation.import_fields import FIELDS, ImportField
from mapsvc.presentation.labels import RegionNames
from mapsvc.services.columns import fields_of

STAGES: Mapping[str, str] = {
    UploadStage.READING: _("Reading the file"),
    UploadStage.MAPPING: _("Waits for you: the columns"),
    UploadStage.CHECKING: _("Trying the import"),
    UploadStage.REVIEW: _("Waits for you: look and confirm"),
    UploadStage.IMPORTING: _("Importing"),
    UploadStage.DONE: _("Imported"),
    UploadStage.FAILED: _("Did not work"),
    UploadStage.CANCELLED: _("Cancelled"),
}
STEPS = (_("File"), _("Columns"), _("What becomes public"), _("Import"))
STEP_OF: Mapping[str, int] = {
    UploadStage.READING: 0,
    UploadStage.MAPPING: 1,
    UploadStage.CHECKING: 2,
    UploadStage.REVIEW: 2,
    UploadStage.IMPORTING: 3,
    UploadStage.DONE: 3,
}
OUTCOMES: Mapping[str, str] = {
    Outcome.ADDED: _("New"),
    Outcome.UPDATED: _("Changed"),
    Outcome.UNCHANGED: _("As before"),
    Outcome.TO_LOCATE: _("To put on the map"),
    Outcome.QUARANTINED: _("Set aside: something is wrong"),
    Outcome.SUPPRESSED: _("Left out: asked not to be listed"),
}
AROUND = 0.02  # degrees around the entries of a sample


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column of a file, and what it may hold: guesses are the likeliest fields where none is sure."""

    place: int
    name: str
    samples: Sequence[str]
    chosen: str
    guesses: Sequence[ImportField]

    @property
    def is_unsure(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.guesses) and not self.chosen


def column_choices(upload: Upload, given: Sequence[str] | None = None) -> list[ColumnChoice]:
    """The columns of an upload in the order of its file, each with its field or with what was given."""
    known = fields_of(upload.mapping)
    choices = []
    for place, (name, samples, guesses) in enumerate(upload.columns):
        chosen = given[place] if given and place < len(given) else known.get(name, "")
        likely = [FIELDS[key] for key in guesses if key in FIELDS]
        choices.append(ColumnChoice(place, name, samples, chosen, likely))
    return choices


def named_fields(listed: Sequence[Sequence[Any]]) -> list[tuple[ImportField, Sequence[str]]]:
    """The fields of a preview with their columns, in the order of the pages."""
    columns = {str(key): names for key, names in listed}
    return [(field, columns[key]) for key, field in FIELDS.items() if key in columns]


def shown_entries(samples: Sequence[Mapping[str, Any]], language: str, regions: RegionNames) -> list[Item]:
    """The entries of a preview as lists show them, each with whether it is new or changes."""
    entries = []
    for sample in samples:
        row = {name: value for name, value in sample.items() if name != "change"}
        listing = Listing(kind=Kind.HOST, slug="", min_age=None, periods=[], **row)
        shown = item(listing, distance_m=None, offers=0, language=language, regions=regions)
        entries.append(shown | {"change": sample["change"]})
    return entries


def outcomes(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """How many rows of a file had which outcome, in words to be translated; those that occurred."""
    counts = report.get("counts") or {}
    return [(words, counts[key]) for key, words in OUTCOMES.items() if counts.get(key)]


def box_of(samples: Sequence[Mapping[str, Any]]) -> str | None:
    """The box around the entries of a preview, as an address takes it; None for no entry."""
    if not samples:
        return None
    lons, lats = [one["lon"] for one in samples], [one["lat"] for one in samples]
    sides = (min(lons) - AROUND, min(lats) - AROUND, max(lons) + AROUND, max(lats) + AROUND)
    return ",".join(f"{side:.3f}" for side in sides)
