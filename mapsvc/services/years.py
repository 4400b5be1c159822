"""The year of a sending organisation, or of all, for the report of its coordinator."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.years import MOST_TYPED, YearNumbers
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.places.regions import Regions
from mapsvc.planning.flows import moved
from mapsvc.planning.results import Result, Stay
from mapsvc.planning.years import (
    UNKNOWN,
    Figures,
    KeptStay,
    Passed,
    Records,
    Share,
    Told,
    Year,
    figures,
    shielded,
)
from mapsvc.services.auditing import note
from mapsvc.services.flow_plans import flows_of
from mapsvc.services.kept_kits import all_kept, first_month
from mapsvc.services.scenarios import told
from mapsvc.storage import years as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.flow_plans import flow_plans_of
from mapsvc.storage.people import sending_organisations

TRUE, FALSE, UNSAID = "true", "false", "unsaid"  # the keys of a share


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form of a year holds: how many of its stays; None where nobody says."""

    green: int | None = None
    fewer: int | None = None


class Untold(StrEnum):
    """Why nothing is told of the kits that were kept."""

    SWITCHED_OFF = "switched_off"  # they are not counted here
    TOO_OLD = "too_old"  # months of the year are forgotten: what is left is less than the year


@dataclass(frozen=True, slots=True)
class YearReport:
    """A year as it may be told: no number of it is under LEAST_SHOWN, and none can be worked out.

    sender is None for the whole installation. Flows are by (from, to), fields by ISCED-F 2013 code, hosts
    by country, courses by slug, green and fewer by TRUE, FALSE and UNSAID. kits are by slug, those that
    anybody kept: they are the same whoever's year it is.
    """

    year: Year
    sender: SendingOrganisation | None
    flows: Told
    fields: Told
    hosts: Told
    courses: Told
    green: Told
    fewer: Told
    kits: Told | Untold
    typed_too_many: bool

    @property
    def stays(self) -> int | None:
        """All stays, None where that is not told."""
        return self.flows.total

    @property
    def is_empty(self) -> bool:
        """Whether nothing was recorded."""
        return not any(one.total is None or one.total for one in (self.flows, self.hosts, self.courses))


def own_senders(session: Session, viewer: Viewer) -> list[SendingOrganisation]:
    """The sending organisations whose years the viewer reports, by name."""
    return sending_organisations(session, sorted(viewer.sending_ids))


def sees_whole(viewer: Viewer) -> bool:
    """Whether the viewer reports the year of the whole installation."""
    return may(viewer, Action.REPORT_YEAR, None)


def year_report(
    session: Session,
    viewer: Viewer,
    year: Year,
    *,
    sending_id: int | None,
    regions: Regions,
    kits_counted: bool = True,
    today: date | None = None,
) -> YearReport:
    """A year of a sending organisation, None for all of them together.

    kits_counted tells whether kits that are kept are counted here. Raises NotFound for one that is not the
    viewer's.
    """
    require(viewer, Action.REPORT_YEAR, sending_id)
    sender = None if sending_id is None else session.get(SendingOrganisation, sending_id)
    if sending_id is not None and sender is None:
        raise NotFound
    ids = [one.id for one in sending_organisations(session)] if sending_id is None else [sending_id]
    passed = [Passed(*row) for row in stored.certificates_shown_to(session, ids)]
    senders = recorded(session, ids, year, regions).values()
    found = told_of(figures(year, senders, passed, all_kept(session)), year, sender)
    untold = _why_untold(year, today or now().date(), counted=kits_counted)
    return found if untold is None else replace(found, kits=untold)


def recorded(
    session: Session, sending_ids: Collection[int], year: Year, regions: Regions
) -> Mapping[int, Records]:
    """What some sending organisations recorded that can count in a year, by their numbers."""
    typed = stored.numbers_of_year(session, sending_ids, kind=year.kind, begins=year.begins)
    found = {
        id_: Records(green=typed[id_].green, fewer=typed[id_].fewer) if id_ in typed else Records()
        for id_ in sending_ids
    }
    for plan in flow_plans_of(session, sending_ids):
        flows = moved(flows_of(plan), lambda key: _country_of(key, regions))
        before = found[plan.sending_id]
        found[plan.sending_id] = replace(before, flows=[*before.flows, *flows])
    stays: defaultdict[int, list[KeptStay]] = defaultdict(list)
    for sending_id, scenario in stored.scenarios_carried_out(session, sending_ids):
        stays[sending_id] += kept_stays(told(session, scenario), regions)
    return {id_: replace(one, stays=stays[id_]) for id_, one in found.items()}


def kept_stays(result: Result, regions: Regions) -> list[KeptStay]:
    """The stays of a scenario as a year counts them."""
    stays = result.stays()
    homes = [stay.learner.home or result.demands.base for stay in stays]
    spots = sorted({(home.lon, home.lat) for home in homes if home is not None})
    keys = regions.regions_at([lon for lon, _lat in spots], [lat for _lon, lat in spots]) if spots else []
    at = {spot: _country_of(key, regions) if key else UNKNOWN for spot, key in zip(spots, keys, strict=True)}
    return [
        KeptStay(
            site=stay.offer.site_key,
            country=stay.offer.country,
            origin=at[home.lon, home.lat] if home is not None else UNKNOWN,
            field=_field(stay),
            first=stay.learner.first,
        )
        for stay, home in zip(stays, homes, strict=True)
    ]


def told_of(found: Figures, year: Year, sender: SendingOrganisation | None) -> YearReport:
    """Figures as they may be told."""
    return YearReport(
        year=year,
        sender=sender,
        flows=shielded(found.flows),
        fields=shielded(found.fields),
        hosts=shielded(found.hosts),
        courses=shielded(found.courses),
        green=shielded(_parts(found.green)),
        fewer=shielded(_parts(found.fewer)),
        kits=shielded(found.kits),
        typed_too_many=found.typed_too_many,
    )


def typed_of(session: Session, viewer: Viewer, year: Year, *, sending_id: int) -> Typed:
    """What the referents of a sending organisation typed of a year. Raises NotFound."""
    require(viewer, Action.REPORT_YEAR, sending_id)
    found = stored.numbers_of_year(session, [sending_id], kind=year.kind, begins=year.begins)
    return Typed(found[sending_id].green, found[sending_id].fewer) if sending_id in found else Typed()


def type_numbers(session: Session, viewer: Viewer, year: Year, typed: Typed, *, sending_id: int) -> None:
    """Keeps what a referent types of a year, in place of what was typed before. Commits.

    Raises NotFound for an organisation that is not the viewer's, InvalidInput.
    """
    require(viewer, Action.REPORT_YEAR, sending_id)
    if session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    for name, number in (("green", typed.green), ("fewer", typed.fewer)):
        if number is not None and not 0 <= number <= MOST_TYPED:
            raise InvalidInput(_("It needs a whole number from 0 to %(most)s."), field=name, most=MOST_TYPED)
    one_at_a_time(session, f"years:{sending_id}")
    found = stored.numbers_of_year(session, [sending_id], kind=year.kind, begins=year.begins)
    kept = found.get(sending_id)
    if kept is None:
        kept = YearNumbers(sending_id=sending_id, kind=year.kind, begins=year.begins)
        session.add(kept)
    kept.green, kept.fewer, kept.changed = typed.green, typed.fewer, now()
    session.flush()
    note(session, viewer, "edited", "year", kept.id)
    session.commit()


def _why_untold(year: Year, today: date, *, counted: bool) -> Untold | None:
    if not counted:
        return Untold.SWITCHED_OFF
    return Untold.TOO_OLD if year.first < first_month(today) else None


def _country_of(key: str, regions: Regions) -> str:
    region = regions.get(key)
    return region.country if region else key


def _field(stay: Stay) -> str:
    """The first field of the learner that the host offers too, else the first of the learner."""
    both = [one for one in stay.learner.fields if one in stay.offer.fields]
    return next(iter(both or stay.learner.fields), UNKNOWN)


def _parts(share: Share) -> dict[str, int]:
    return {TRUE: share.true, FALSE: share.false, UNSAID: share.unsaid}
