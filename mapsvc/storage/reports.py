"""What visitors reported: found, counted, settled."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import String, cast, delete, func, literal, select, update
from sqlalchemy.orm import Session

from mapsvc.domain.alumni import Pin
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.reviews import Report, ReportStatus
from mapsvc.domain.sources import Source
from mapsvc.storage.hosts import sites_with_ids

SITE = "site:"  # what the key of a site begins with
PIN = "pin:"  # what the key of a pin begins with


def open_reports(
    session: Session, *, sending_ids: Collection[int] | None = None, key: str | None = None, limit: int = 500
) -> list[Report]:
    """The reports that nobody settled, the oldest first.

    sending_ids leaves those about hosts of the lists of these sending organisations, None all of them;
    key those about one entry.
    """
    query = select(Report).where(Report.status == ReportStatus.OPEN)
    if key is not None:
        query = query.where(Report.key == key)
    if sending_ids is not None:
        keys = (
            select(literal(SITE).concat(cast(Site.id, String)))
            .join(Organisation, Organisation.id == Site.organisation_id)
            .join(Source, Source.id == Organisation.source_id)
            .where(Source.owner_id.in_(sorted(sending_ids)))
        )
        query = query.where(Report.key.in_(keys))
    return list(session.scalars(query.order_by(Report.created, Report.id).limit(limit)))


def hosts_reported(session: Session, reports: Iterable[Report]) -> dict[str, Organisation]:
    """The organisations that reports are about, by the key of the report; one that is gone is left out."""
    ids = {int(one.key.removeprefix(SITE)) for one in reports if one.key.startswith(SITE)}
    return {f"{SITE}{site.id}": site.organisation for site in sites_with_ids(session, sorted(ids))}


def pin_reported(session: Session, report: Report) -> Pin | None:
    """The pin that a report is about; None where it is gone, or where the report is about a host."""
    return session.get(Pin, int(report.key.removeprefix(PIN))) if report.key.startswith(PIN) else None


def drop_reports(session: Session, keys: Iterable[str]) -> None:
    """Erases the reports about entries, open and closed."""
    session.execute(delete(Report).where(Report.key.in_(list(keys))))


def count_reports(session: Session, network_digest: str, *, since: datetime) -> int:
    """How many reports came from a network since a moment."""
    query = select(func.count(Report.id)).where(
        Report.network_digest == network_digest, Report.created > since
    )
    return session.scalar(query) or 0


def decide_report(
    session: Session, id_: int, status: ReportStatus, *, at: datetime, by: int | None, answer: str
) -> bool:
    """Closes an open report, and forgets who answers go to; False when somebody else was first."""
    done = session.execute(
        update(Report)
        .where(Report.id == id_, Report.status == ReportStatus.OPEN)
        .values(status=status, decided=at, decided_by_id=by, answer=answer, email=None)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget_networks(session: Session, *, before: datetime) -> None:
    """Drops from where reports came that were closed before a moment."""
    session.execute(
        update(Report)
        .where(Report.decided < before, Report.network_digest.is_not(None))
        .values(network_digest=None)
    )
