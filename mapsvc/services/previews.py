"""What an import would make public, told before it does: from the very rows that its trial wrote."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from mapsvc.domain.listings import Listing
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.services.row_reports import Report, ReportLine
from mapsvc.storage.engine import reading
from mapsvc.storage.listings import changed_since, chunks, last_change, listings_by_id

SAMPLE = 12  # entries shown as the public will see them
MOST_LINES = 200  # rows shown one by one; the report to download has all of them
MOST_REASONS = 30

# Fields that serve us alone; a test holds that no public row has a word of them.
PRIVATE_FIELDS = frozenset(
    {"contact_name", "contact_email", "contact_phone", "external_id", "record_type", "epsg"}
)
NOT_COMPARED = frozenset({"id", "updated", "projection_version"})
SHOWN = ("title", "place", "country", "region", "lon", "lat", "precision", "facets", "detail", "sample")

Sites = Mapping[str, frozenset[str]]


def preview(session: Session, engine: Engine, *, mapping: ColumnMapping) -> dict[str, Any]:
    """What a transaction that is not committed yet changes of the public directory.

    engine sees what is public now; the transaction holds the turn to publish, so that nobody changes
    it meanwhile. Gives how many sites are new, changed and gone, a sample of them as public rows, the
    fields that become public with their columns, and by name the columns that stay private. All of
    it is plain, to be kept as JSON.
    """
    with reading(engine) as earlier:
        now_public = earlier.connection()
        _last, ids = changed_since(session.connection(), last_change(now_public))
        before, _first = _sites(now_public, ids)
    after, first = _sites(session.connection(), ids)
    new = [first[site] for site in after if site not in before]
    changed = [first[site] for site, rows in after.items() if site in before and rows != before[site]]
    columns = mapping.columns.items()
    return {
        "new": len(new),
        "changed": len(changed),
        "gone": sum(site not in after for site in before),
        "samples": _samples(session.connection(), new, changed),
        "fields": [[field, list(listed)] for field, listed in columns if field not in PRIVATE_FIELDS],
        "used": [[field, list(listed)] for field, listed in columns if field in PRIVATE_FIELDS],
        "unknown": [*(column for column, _guesses in mapping.unsure), *mapping.unknown],
        "personal": list(mapping.personal),
    }


def outcome(report: Report) -> dict[str, Any]:
    """What an import did, or would do, as a page shows it: counts, reasons grouped, the first lines."""
    faults = [line for line in report.lines if line.outcome and line.message]
    return {
        "counts": {str(outcome): count for outcome, count in report.counts.items()},
        "organisations": report.organisations,
        "sites": report.sites,
        "offers": report.offers,
        "reasons": _grouped(faults),
        "notices": _grouped(report.notices),
        "lines": [_plain(line) for line in faults[:MOST_LINES]],
        "lines_in_all": len(faults),
    }


def plain(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a message as JSON keeps them."""
    return {name: one if isinstance(one, (int, float)) else str(one) for name, one in values.items()}


def _sites(connection: Connection, ids: Iterable[int]) -> tuple[Sites, dict[str, int]]:
    """The sites of listings: what the rows of each say, but when they were written; and its first listing."""
    found: dict[str, set[str]] = defaultdict(set)
    first: dict[str, int] = {}
    for chunk in chunks(sorted(ids)):
        for id_, listing in sorted(listings_by_id(connection, chunk).items()):
            found[listing.site_key].add(_digest(listing))
            first.setdefault(listing.site_key, id_)
    return {site: frozenset(rows) for site, rows in found.items()}, first


def _digest(listing: Listing) -> str:
    columns = listing.__table__.columns.keys()
    said = {name: getattr(listing, name) for name in columns if name not in NOT_COMPARED}
    source = {**said["detail"]["source"], "date": None}
    said["detail"] = {**said["detail"], "source": source}
    return hashlib.sha256(repr(sorted(said.items())).encode()).hexdigest()


def _samples(connection: Connection, new: Sequence[int], changed: Sequence[int]) -> list[dict[str, Any]]:
    """A few of the listings that are new and of those that change, from all over the list."""
    most_changed = max(SAMPLE // 2, SAMPLE - len(new))
    chosen = _spread(changed, most_changed)
    kinds = dict.fromkeys(_spread(new, SAMPLE - len(chosen)), "new") | dict.fromkeys(chosen, "changed")
    listings = listings_by_id(connection, kinds)
    return [
        {"change": kind, **{name: getattr(listings[id_], name) for name in SHOWN}}
        for id_, kind in kinds.items()
    ]


def _spread(ids: Sequence[int], most: int) -> list[int]:
    """At most so many of the ids, at even distances."""
    count = min(len(ids), most)
    return [ids[place * len(ids) // count] for place in range(count)]


def _grouped(lines: Iterable[ReportLine]) -> list[dict[str, Any]]:
    """The reasons of lines, the most frequent first, each with its first line as the example."""
    by_message: dict[tuple[str, str], list[ReportLine]] = defaultdict(list)
    for line in lines:
        by_message[line.message, str(line.outcome or "")].append(line)
    often = sorted(by_message.values(), key=len, reverse=True)
    return [{**_plain(group[0]), "count": len(group)} for group in often[:MOST_REASONS]]


def _plain(line: ReportLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "outcome": str(line.outcome) if line.outcome else None,
        "name": line.name,
        "column": line.column,
        "value": line.value[:200],
        "message": line.message,
        "values": plain(line.values),
    }
