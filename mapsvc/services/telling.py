"""The weekly look at saved searches: mails new and changed hosts, each once, and never an empty mail."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Search
from mapsvc.domain.alerts import EVERY, MOST_NAMED, Alert, AlertEvent, AlertState, AlertTold, after
from mapsvc.domain.base import now
from mapsvc.domain.listings import Listing
from mapsvc.services.alert_letters import News, write_news
from mapsvc.services.installations import Installation
from mapsvc.storage import alerts as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.engine import reading, writing
from mapsvc.storage.listings import changed_since, existing

AT_ONCE = 200  # alerts of one run
# An import writes for long what it dated as it began, and commits after a look that came meanwhile.
LATE = timedelta(hours=1)
NOT_SHOWN = ("source", "vouching", "prepared")  # of the detail: they change while the host does not
NOT_COMPARED = ("confirmed_on", "written_on", "verification")

Reader = Callable[[str], Search | None]  # of a saved query; None for one that asks for no host any more


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at an alert found: up to which change, how many hosts, and those that are named."""

    change: int
    total: int
    new: tuple[Listing, ...] = ()
    changed: tuple[Listing, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()  # of those that are named, by the key of the site


def tell_of_hosts(
    engine: Engine,
    open_directory: Callable[[], Directory],
    read: Reader,
    *,
    installation: Installation,
    at: datetime | None = None,
) -> int:
    """Looks at each alert that was not looked at for a week, and mails what it found; how many mails.

    Each alert has a transaction of its own, in which its mail, what was told and up to where we looked
    are written together: whoever is killed between two of them mails nothing twice. at is now if None.

    Raises an ExceptionGroup at the end where some of them could not be looked at: all others were.
    """
    moment, written, faults = at or now(), 0, list[Exception]()
    with reading(engine) as session:
        due = stored.alerts_due(session, looked_until=moment - EVERY, limit=AT_ONCE)
    if not due:
        return 0
    finder = _Finder(open_directory(), read)
    for number in due:
        try:
            written += _tell(engine, number, finder, installation=installation, at=moment)
        except Exception as fault:  # noqa: BLE001 - raised below: it would keep all later ones waiting for good
            faults.append(fault)
    if faults:
        raise ExceptionGroup("some saved searches could not be looked at", faults)
    return written


def _tell(engine: Engine, number: int, finder: "_Finder", *, installation: Installation, at: datetime) -> int:
    """Looks at one alert and mails what it found; how many mails."""
    with reading(engine) as session:
        alert = session.get(Alert, number)
        if alert is None or alert.state != AlertState.ACTIVE:
            return 0
        seen, look = (alert.change, alert.looked), _look(session, alert, finder)
    with writing(engine) as session:
        return _take(session, number, look, seen=seen, installation=installation, at=at)


class _Finder:
    """The listings of hosts that a saved search finds; alerts of one search come together, and share it."""

    def __init__(self, directory: Directory, read: Reader) -> None:
        directory.refresh(at_once=True)
        self.change = directory.number
        self._directory, self._read = directory, read
        self._query, self._found = "\n", frozenset[int]()

    def among(self, query: str, changed: Collection[int]) -> frozenset[int]:
        """Those of the changed listings whose site the search finds."""
        if not changed:
            return frozenset()
        if query != self._query:
            search = self._read(query)
            self._query = query
            self._found = frozenset(self._directory.ids_at_sites(search) if search else ())
        return self._found.intersection(changed)


def _look(session: Session, alert: Alert, finder: _Finder) -> Look:
    _last, changed = changed_since(session.connection(), alert.change)
    rows = stored.changed_hosts(session, finder.among(alert.query, changed), updated_from=alert.looked - LATE)
    latest: dict[str, datetime] = {}
    for row in rows:
        latest[row.site_key] = max(row.updated, latest.get(row.site_key, row.updated))
    told = stored.told(session, alert.id, latest)
    # New ones first, then the newest change.
    order = sorted(
        latest,
        key=lambda key: (key in told or not _is_new(key, alert), -latest[key].timestamp(), key),
    )
    total, new, other = 0, list[Listing](), list[Listing]()
    digests: list[tuple[str, str]] = []
    for key, site in _sites(session, order, told):
        if site is not None and (digest := digest_of(site)) in told.get(key, ()):
            continue
        total += 1
        if site is not None and len(digests) < MOST_NAMED:
            (new if key not in told and _is_new(key, alert) else other).append(site[0])
            digests.append((key, digest))
    return Look(max(finder.change, alert.change), total, tuple(new), tuple(other), tuple(digests))


def _sites(
    session: Session, order: Sequence[str], told: Collection[str]
) -> Iterator[tuple[str, list[Listing] | None]]:
    """Each site with its rows; None for those that are only counted, and were never told of."""
    first = 2 * MOST_NAMED  # some of them were told as they are, and leave their place to others
    wanted = [key for place, key in enumerate(order) if place < first or key in told]
    rows: dict[str, list[Listing]] = {}
    for row in sorted(existing(session, wanted, []).values(), key=lambda row: row.key):
        rows.setdefault(row.site_key, []).append(row)
    for key in order:
        yield key, rows.get(key)


def _is_new(key: str, alert: Alert) -> bool:
    """Whether a site was made since the alert began: its number is larger than any then."""
    return int(key.rpartition(":")[2]) > alert.newest_site


def _take(
    session: Session,
    number: int,
    look: Look,
    *,
    seen: tuple[int, datetime],
    installation: Installation,
    at: datetime,
) -> int:
    """Takes over a look and writes its mail, unless the alert changed meanwhile; how many mails."""
    one_at_a_time(session, f"alert:{number}")
    alert = session.get(Alert, number)
    if alert is None or alert.state != AlertState.ACTIVE or (alert.change, alert.looked) != seen:
        return 0
    alert.state = after(AlertState.ACTIVE, AlertEvent.LOOK)
    alert.change, alert.looked = look.change, at
    if look.digests:
        told = [
            AlertTold(alert_id=number, site_key=key, digest=digest, at=at) for key, digest in look.digests
        ]
        session.add_all(told)
        write_news(session, alert, News(look.new, look.changed, look.total), installation=installation)
        alert.mailed = at
    session.commit()
    return bool(look.digests)


def digest_of(site: Sequence[Listing]) -> str:
    """A hash of what the public rows of a site show of its host, but who vouches and who confirmed."""
    shown = [
        [
            row.title,
            row.place,
            row.country,
            row.region,
            row.facets,
            row.periods,
            row.min_age,
            _shown(row.detail),
        ]
        for row in sorted(site, key=lambda row: row.key)
    ]
    return sha256(orjson.dumps(shown, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _shown(detail: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {key: value for key, value in part.items() if key not in NOT_COMPARED}
        if isinstance(part, dict)
        else part
        for name, part in detail.items()
        if name not in NOT_SHOWN
    }
