"""Reads a file of hosts into the directory, and says what became of each of its rows."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Site
from mapsvc.domain.sources import Import, Outcome, Source
from mapsvc.errors import MapsvcError
from mapsvc.intake.hosts import HostRow, read_hosts
from mapsvc.intake.limits import COMMAND_LINE, Limits
from mapsvc.intake.mapping import ColumnMapping, dump_mapping, guess_mapping, load_mapping
from mapsvc.intake.readers import read_table
from mapsvc.intake.tables import Table
from mapsvc.messages import mark as _
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.duplicates import apply_decisions
from mapsvc.services.grouping import group_rows
from mapsvc.services.leaving_out import Sorted, leave_out
from mapsvc.services.lists import Progress, Verdict, bring_up_to_date
from mapsvc.services.publishing import publish_sites
from mapsvc.services.quarantine import forget_quarantined, quarantine
from mapsvc.services.row_reports import Report, ReportLine
from mapsvc.services.suppressing import ASKED_NOT_TO_BE
from mapsvc.storage.hosts import sites_with_ids
from mapsvc.storage.listings import chunks, take_turn

SAME_AS = _("The same as line %(line)s.")
NO_PLACE = _("No coordinates, and no town that could be found. Place it on the map later.")

LONGEST_NAME = 200  # of a list


class NameTooLong(MapsvcError):
    """The name of a list does not fit."""

    message = _("The name of the list has %(count)s characters; at most %(limit)s can be kept.")


class ListTaken(MapsvcError):
    """A list of this name is kept by somebody else, who is not named."""

    message = _("There is a list “%(name)s” already, and it is not yours. Give your list another name.")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where rows come from, and how they are taken.

    source_name names the list, owner_id the sending organisation that keeps it; crs is the EPSG code
    of its coordinates. With held, new hosts stay off the map. A partial file has only some rows of
    its list.
    """

    source_name: str
    file_name: str
    file_sha256: str
    importer: str
    owner_id: int | None = None
    crs: int | None = None
    licence: str | None = None
    held: bool = False
    partial: bool = False


Finish = Callable[[Session, Import, Report], None]


def import_hosts(
    session: Session,
    file: Path,
    *,
    source_name: str | None = None,
    file_name: str | None = None,
    owner_id: int | None = None,
    importer: str,
    gazetteer: Gazetteer,
    regions: Regions,
    key: str,
    crs: int | None = None,
    mapping_file: Path | None = None,
    licence: str | None = None,
    dry_run: bool = False,
    held: bool = False,
    partial: bool = False,
    progress: Progress | None = None,
    limits: Limits = COMMAND_LINE,
    finish: Finish | None = None,
) -> Report:
    """Reads a file of hosts into the directory in one transaction: all of it, or nothing.

    source_name is by default the file's name; a later file of that name brings its hosts up to date, and
    the same file again changes nothing. file_name is what people call the file, where it bears another
    name here. `Origin` explains owner_id, crs, held and partial. limits say how much the file may hold;
    the rest is as for `import_table`.

    Raises ListTaken, UnreadableFile, or another MapsvcError when no row can be read; nothing is
    stored then.
    """
    table = read_table(file, limits=limits)
    mapping = load_mapping(mapping_file, table) if mapping_file else guess_mapping(table)
    origin = Origin(
        source_name=_list_name(source_name or file.stem),
        file_name=(file_name or file.name).encode("utf-8", "replace").decode(),
        file_sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        owner_id=owner_id,
        importer=importer,
        crs=crs,
        licence=licence,
        held=held,
        partial=partial,
    )
    return import_table(
        session,
        table,
        mapping,
        origin,
        gazetteer=gazetteer,
        regions=regions,
        key=key,
        dry_run=dry_run,
        progress=progress,
        finish=finish,
    )


def import_table(
    session: Session,
    table: Table,
    mapping: ColumnMapping,
    origin: Origin,
    *,
    gazetteer: Gazetteer,
    regions: Regions,
    key: str,
    dry_run: bool = False,
    progress: Progress | None = None,
    finish: Finish | None = None,
) -> Report:
    """Brings the hosts of a table into the directory in one transaction, and commits.

    key is the installation's, by which rows on those who asked not to be listed are left out. Rows that
    cannot be used are kept to be mended, and replace those of earlier files of the list. progress is
    told (organisations done, of all). finish is called at the end, inside the transaction; with dry_run
    everything is taken back after that.
    """
    rows, faults, notices = read_hosts(table, mapping, crs=origin.crs, gazetteer=gazetteer)
    drafts = group_rows(rows, regions_of(rows, regions))  # before the turn: others wait from then on
    take_turn(session)
    source = _source(session, origin)
    record = _record(session, source, mapping, origin)
    found = leave_out(
        session,
        table,
        mapping,
        drafts=drafts,
        faults=[*table.faulty, *faults],
        notices=[*table.notices, *notices],
        source=origin.source_name,
        key=key,
    )
    verdicts = bring_up_to_date(
        session, source, found.drafts, record=record, held=origin.held, progress=progress
    )
    apply_decisions(session)
    if not origin.partial:
        forget_quarantined(session, source.id, but=record.id)
    quarantine(session, record, table, found.faults)
    lines = tuple(sorted(_lines(verdicts, rows, found), key=_order))
    report = _report(None if dry_run else record.id, mapping, found.drafts, lines)
    record.counts = {str(outcome): count for outcome, count in report.counts.items()}
    if finish:
        session.flush()
        finish(session, record, report)
    if dry_run:
        session.rollback()
    else:
        session.commit()
    return report


def _list_name(name: str) -> str:
    if len(name) > LONGEST_NAME:
        raise NameTooLong(count=len(name), limit=LONGEST_NAME)
    return name


def regions_of(rows: Sequence[HostRow], regions: Regions) -> list[str | None]:
    """The region of each row's point; None for rows without one."""
    located = [(place, row) for place, row in enumerate(rows) if row.position]
    found = regions.regions_at(
        [row.position[0] for _place, row in located if row.position],
        [row.position[1] for _place, row in located if row.position],
        [row.country for _place, row in located],
    )
    answer: list[str | None] = [None] * len(rows)
    for (place, _row), region in zip(located, found, strict=True):
        answer[place] = region
    return answer


def _source(session: Session, origin: Origin) -> Source:
    """The source of this name, made where it is new; a licence that is given counts for all its hosts."""
    source = session.scalar(select(Source).where(Source.name == origin.source_name))
    if source is None:
        source = Source(name=origin.source_name, licence=origin.licence, owner_id=origin.owner_id)
        session.add(source)
        session.flush()
    elif source.owner_id != origin.owner_id:
        raise ListTaken(name=origin.source_name)
    elif origin.licence and origin.licence != source.licence:
        source.licence = origin.licence
        for chunk in chunks(session.scalars(select(Site.id).where(Site.source_id == source.id)).all()):
            publish_sites(session, sites_with_ids(session, chunk))
    return source


def _record(session: Session, source: Source, mapping: ColumnMapping, origin: Origin) -> Import:
    """The record of an import that begins."""
    record = Import(
        source_id=source.id,
        file_name=origin.file_name,
        file_sha256=origin.file_sha256,
        importer=origin.importer,
        mapping={"yaml": dump_mapping(mapping), **({"crs": origin.crs} if origin.crs else {})},
        held=origin.held,
    )
    session.add(record)
    session.flush()
    return record


def _report(
    import_id: int | None,
    mapping: ColumnMapping,
    drafts: Sequence[OrganisationDraft],
    lines: tuple[ReportLine, ...],
) -> Report:
    sites = [site for draft in drafts for site in draft.sites]
    offers = sum(len(site.offers) for site in sites)
    return Report(import_id, mapping, len(drafts), len(sites), offers, lines)


def _lines(verdicts: Sequence[Verdict], rows: Sequence[HostRow], found: Sorted) -> Iterator[ReportLine]:
    by_line = {row.line: row for row in rows}
    for verdict in verdicts:
        seen: list[tuple[HostRow, int]] = []
        for line in verdict.draft.lines:
            row = by_line[line]
            same = next((first for one, first in seen if _equal(one, row)), None)
            seen.append((row, line))
            if same:
                yield ReportLine(line, Outcome.UNCHANGED, row.name, message=SAME_AS, values={"line": same})
            else:
                reason = verdict.reason or (NO_PLACE if verdict.outcome == Outcome.TO_LOCATE else "")
                yield ReportLine(line, verdict.outcome, row.name, message=reason)
    for fault in found.faults:
        yield ReportLine(
            fault.line, Outcome.QUARANTINED, "", fault.column, fault.value, fault.message, fault.values
        )
    for line in found.left_out:
        yield ReportLine(line, Outcome.SUPPRESSED, message=ASKED_NOT_TO_BE)
    for notice in found.notices:
        yield ReportLine(notice.line, None, "", notice.column, notice.value, notice.message, notice.values)


def _equal(one: HostRow, other: HostRow) -> bool:
    """Whether two rows say the same, whatever line they stand on."""
    names = [name for name in HostRow.__slots__ if name != "line"]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _order(line: ReportLine) -> tuple[int, int]:
    return (line.line or 0, 0 if line.outcome is None else 1)
