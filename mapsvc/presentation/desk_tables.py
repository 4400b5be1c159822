"""What the pages of those who keep hosts list, as flat tables: hosts, rows to correct, pairs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import gettext

from mapsvc import i18n
from mapsvc.domain.cohorts import Cohort
from mapsvc.domain.flat_tables import Cell, Column, ColumnKind, FlatTable
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.planning.groups import GroupPlace
from mapsvc.presentation.course_pages import CourseView
from mapsvc.presentation.kit_coverage import Coverage
from mapsvc.presentation.labels import country_label
from mapsvc.presentation.public_tables import LONG, TENTHS, WIDE, flat, point_columns
from mapsvc.presentation.sheet_words import STATUSES
from mapsvc.services.duplicates import Proposal
from mapsvc.services.following_courses import Learner
from mapsvc.services.mending import Fault

BETWEEN = "; "


def kept_hosts_table(hosts: Iterable[Organisation], **about: Any) -> FlatTable:
    """A row a site of each host, and one without a place for a host that has none."""
    columns = (
        Column("number", gettext("No."), ColumnKind.WHOLE),
        Column("name", gettext("Name"), width=WIDE),
        Column("status", gettext("Status")),
        Column("sample", gettext("Sample")),
        Column("list", gettext("List"), width=WIDE),
        Column("address", gettext("Address"), width=WIDE),
        Column("postcode", gettext("Postcode"), width=10),
        Column("town", gettext("Town")),
        Column("country", gettext("Country code"), width=10),
        Column("website", gettext("Website"), width=WIDE),
        Column("offers", gettext("Offers"), ColumnKind.WHOLE),
        Column("last_confirmed", gettext("Last confirmed"), ColumnKind.DAY),
        *point_columns(),
    )
    rows = (row for host in hosts for row in _host_rows(host))
    return flat("my-hosts", gettext("Hosts that you keep"), columns, list(rows), **about)


def _host_rows(host: Organisation) -> Iterator[Sequence[Cell]]:
    begin = (
        host.id,
        host.name,
        str(STATUSES[HostStatus(host.status)]),
        gettext("yes") if host.sample else "",
    )
    end = host.last_confirmed
    for one in host.sites:
        where = (one.address, one.postcode, one.town, one.country)
        said = (host.website, len(one.offers), end, one.lon, one.lat)
        yield (*begin, host.source.name, *where, *said)
    if not host.sites:
        yield (*begin, host.source.name, None, None, None, None, host.website, 0, end, None, None)


def faults_table(faults: Iterable[Fault], **about: Any) -> FlatTable:
    """A row a row that waits to be corrected, with all its cells in one."""
    columns = (
        Column("list", gettext("List"), width=WIDE),
        Column("file", gettext("File"), width=WIDE),
        Column("imported", gettext("Imported"), ColumnKind.MOMENT),
        Column("line", gettext("Line"), ColumnKind.WHOLE),
        Column("column", gettext("Column")),
        Column("value", gettext("Cell")),
        Column("reason", gettext("Why"), width=LONG),
        Column("cells", gettext("All cells of this row"), width=LONG),
    )
    rows = [
        (
            *(fault.source.name, fault.record.file_name, fault.record.at, row.line, row.column, row.value),
            i18n.said(row.message, row.values),
            BETWEEN.join(f"{column}: {cell}" for column, cell in row.cells if cell),
        )
        for fault in faults
        for row in fault.rows
    ]
    return flat("rows-to-correct", gettext("Rows to correct"), columns, rows, **about)


def pairs_table(pairs: Iterable[Proposal], **about: Any) -> FlatTable:
    """A row a pair that looks like one, in their order; likeness is 0 to 100."""
    columns = (
        Column("first", gettext("First"), width=WIDE),
        Column("first_list", gettext("List of the first"), width=WIDE),
        Column("second", gettext("Second"), width=WIDE),
        Column("second_list", gettext("List of the second"), width=WIDE),
        Column("distance_m", gettext("Metres apart"), ColumnKind.DECIMAL),
        Column("likeness", gettext("Likeness of the names"), ColumnKind.DECIMAL),
    )
    rows = [
        (
            *(one.first_name, one.first_source, one.second_name, one.second_source),
            *(round(one.distance_m, 1), round(one.likeness, 1)),
        )
        for one in pairs
    ]
    return flat("pairs", gettext("Pairs that look like one"), columns, rows, **about)


def kit_gaps_table(coverage: Coverage, **about: Any) -> FlatTable:
    """A row a region with hosts that are far from any kit."""
    columns = (
        Column("region", gettext("Region code")),
        Column("region_name", gettext("Region"), width=WIDE),
        Column("country", gettext("Country code"), width=10),
        Column("country_name", gettext("Country")),
        Column("without_kit", gettext("Without a kit"), ColumnKind.WHOLE),
        Column("hosts", gettext("All hosts"), ColumnKind.WHOLE),
    )
    rows = [
        (one.region, one.region_label, one.country, one.country_label, one.far, one.hosts)
        for one in coverage.gaps
    ]
    return flat("hosts-without-a-kit", gettext("Hosts without a kit"), columns, rows, **about)


def learners_table(learners: Iterable[Learner], courses: Sequence[CourseView], **about: Any) -> FlatTable:
    """A row a learner who agreed, with the day on which each course was passed."""
    columns = (
        Column("name", gettext("Name"), width=WIDE),
        Column("email", gettext("Mail address"), width=WIDE),
        *(Column(one.slug, one.title, ColumnKind.DAY, 18) for one in courses),
        Column("agreed_on", gettext("Agreed on"), ColumnKind.DAY),
    )
    rows = []
    for one in learners:
        account = one.consent.account
        kept = [one.progress.get(course.slug) for course in courses]
        passed = [course.passed_on if course else None for course in kept]
        rows.append((account.name, account.email, *passed, one.consent.given.date()))
    return flat("learners", gettext("Learners"), columns, rows, **about)


def cohorts_table(found: Iterable[tuple[Cohort, int]], names: dict[int, str], **about: Any) -> FlatTable:
    """A row a cohort, with how many learners it has; names are those of the sending organisations."""
    columns = (
        Column("number", gettext("No."), ColumnKind.WHOLE),
        Column("name", gettext("Name"), width=WIDE),
        Column("organisation", gettext("Organisation"), width=WIDE),
        Column("learners", gettext("Learners"), ColumnKind.WHOLE),
        Column("to_look_at", gettext("Rows to look at"), ColumnKind.WHOLE),
        Column("delete_on", gettext("Deleted on"), ColumnKind.DAY),
    )
    rows = [
        (one.id, one.name, names.get(one.sending_id, ""), count, len(one.faults), one.delete_on)
        for one, count in found
    ]
    return flat("cohorts", gettext("Cohorts"), columns, rows, **about)


def group_towns_table(places: Iterable[GroupPlace], **about: Any) -> FlatTable:
    """A row a town in which a group finds seats, in their order; missing counts the seats not found."""
    columns = (
        Column("rank", gettext("Rank"), ColumnKind.WHOLE),
        Column("town", gettext("Town")),
        Column("country", gettext("Country code"), width=10),
        Column("country_name", gettext("Country")),
        Column("seats", gettext("Seats"), ColumnKind.WHOLE),
        Column("seats_in_all", gettext("Seats there in all"), ColumnKind.WHOLE),
        Column("missing", gettext("Missing seats"), ColumnKind.WHOLE),
        Column("farthest_km", gettext("Farthest host in km"), ColumnKind.DECIMAL),
        *point_columns(),
    )
    language = about["language"]
    rows = [
        (
            *(rank, one.base.name, one.country, country_label(one.country, language)),
            *(sum(seats.seats for seats in one.assigned), one.total),
            *(sum(count for _field, count in one.missing), round(one.farthest_km, TENTHS)),
            *(one.base.lon, one.base.lat),
        )
        for rank, one in enumerate(places, start=1)
    ]
    return flat("towns-for-a-group", gettext("Seats for a group"), columns, rows, **about)
