"""Reads the list of learners that somebody sent, in a process that may fail, grow or hang alone."""

import tempfile
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cohort_codes import looks_personal
from mapsvc.intake.cohort_faults import CohortFault
from mapsvc.intake.cohorts import LIMITS, SUFFIXES, CohortFile, read_cohort
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import shipped_regions
from mapsvc.services.cohorts import Brought
from mapsvc.services.previews import plain
from mapsvc.services.upload_reading import bind_this_process
from mapsvc.services.uploads import plain_name, refuse_file
from mapsvc.storage.bulk.apart import apart

MOST_FAULTS = 500  # that are kept of one file
NOT_KEPT = "…"  # in place of what may be somebody's name

BROKEN = _("The file could not be read: it is damaged, or it needs more memory than a list should.")


def bring(folder: Path, file_name: str, content: bytes) -> Brought:
    """What a list of learners brings, read apart; folder is the instance's, where the gazetteer is.

    Raises InvalidInput for what is no such list, or is too large, and UnreadableFile where no row of it can
    be read.
    """
    name = plain_name(file_name)
    refuse_file(name, content, suffixes=SUFFIXES, most_bytes=LIMITS.bytes)
    with tempfile.TemporaryDirectory(prefix="cohort-") as place:
        file = Path(place) / f"list{Path(name).suffix.lower()}"
        file.write_bytes(content)
        try:
            return apart(_read, folder, file, name)
        except (BrokenProcessPool, MemoryError) as fault:
            raise UnreadableFile(BROKEN) from fault


def brought_of(read: CohortFile, name: str) -> Brought:
    """What a read list brings, its faults and notes as `Cohort.faults` keeps them: nobody's name in them."""
    notes = [
        {"row": None, "code": "", "column": "", "value": "", "left_out": False, "help": ""}
        | {"text": one.message, "values": plain(one.values)}
        for one in read.notes
    ]
    faults = [_kept(one) for one in read.faults[:MOST_FAULTS]]
    return Brought(name, read.learners, (*notes, *faults))


def _read(folder: Path, file: Path, name: str) -> Brought:
    bind_this_process()
    read = read_cohort(file, name=name, towns=Gazetteer.open(folder), regions=shipped_regions())
    return brought_of(read, name)


def _kept(fault: CohortFault) -> dict[str, Any]:
    value = NOT_KEPT if looks_personal(fault.value) else fault.value
    return {
        "row": fault.line,
        "code": "" if looks_personal(fault.code) else fault.code,
        "column": fault.column or "",
        "value": value,
        "text": fault.message,
        "values": {**plain(fault.values), "value": value},
        "help": fault.help,
        "left_out": fault.left_out,
    }
