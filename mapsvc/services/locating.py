"""Puts sites on the map that their list could not place: by a point, or in a town, many at once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.hosts import Organisation, Site
from mapsvc.domain.listings import Precision
from mapsvc.domain.placements import PlaceValues, put_by_hand, take_back
from mapsvc.errors import InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer, Suggestion
from mapsvc.places.regions import Regions
from mapsvc.services.auditing import note
from mapsvc.services.publishing import publish_sites
from mapsvc.services.revising import revise
from mapsvc.storage import desk as stored
from mapsvc.storage.hosts import sites_with_ids, state_of
from mapsvc.storage.listings import take_turn
from mapsvc.storage.points import place_sites

PLACED, UNPLACED = "placed", "unplaced"  # in revisions and in the audit log
PUT_ON_THE_MAP = "put_on_the_map"  # in the audit log: all that was placed with one press
GUESSES = 3
MOST_AT_ONCE = 500
FARTHEST_LON, FARTHEST_LAT = 180.0, 90.0
NO_POINT = _("Choose a town, or a point on the map.")
UNKNOWN_TOWN = _("No town of this name is known. Look at its spelling, or name a larger town nearby.")


@dataclass(frozen=True, slots=True)
class UnplacedTown:
    """Sites without a point whose list names the same town, and the towns that may be meant, best first."""

    town: str
    country: str | None
    sites: tuple[stored.Unplaced, ...]
    guesses: tuple[Suggestion, ...] = ()


def sites_to_locate(session: Session, viewer: Viewer) -> list[UnplacedTown]:
    """The sites of the viewer's lists that wait for a point, by town; those without a town stand alone."""
    towns: dict[tuple[object, str | None], list[stored.Unplaced]] = defaultdict(list)
    for site in stored.unplaced_sites(session, owners(viewer)):
        towns[fold(site.town or "") or site.id, site.country].append(site)
    return [
        UnplacedTown(site.town or "", site.country, tuple(found))
        for found in towns.values()
        for site in found[:1]
    ]


def guesses(gazetteer: Gazetteer, town: UnplacedTown) -> tuple[Suggestion, ...]:
    """The towns that may be meant, best first; a list that names none may have it in the address."""
    said = town.town or (town.sites[0].address or "").rpartition(",")[2].strip()
    found = gazetteer.suggest(said, limit=GUESSES, country=town.country) if said else []
    if not found and said and town.country:
        found = gazetteer.suggest(said, limit=GUESSES)
    return tuple(found)


def site_to_place(session: Session, viewer: Viewer, number: int) -> Site:
    """A site that the viewer may put on the map. Raises NotFound."""
    site = stored.site_with_id(session, number)
    if site is None:
        require(viewer, Action.USE_DESK)
        raise NotFound
    require(viewer, Action.PUBLISH_HOST, site.organisation)
    return site


def place(
    session: Session,
    viewer: Viewer,
    site_id: int,
    *,
    lon: float | None,
    lat: float | None,
    precision: Precision = Precision.ADDRESS,
    gazetteer: Gazetteer,
    regions: Regions,
) -> int:
    """Puts a site at a point in WGS 84 degrees. Commits. Returns the number to take it back by.

    Raises NotFound, or InvalidInput for a point that is none.
    """
    take_turn(session)
    site = site_to_place(session, viewer, site_id)
    if lon is None or lat is None or not (abs(lon) <= FARTHEST_LON and abs(lat) <= FARTHEST_LAT):
        raise InvalidInput(NO_POINT, field="town")
    near, region = gazetteer.nearest(lon, lat), regions.region_at(lon, lat, country=site.country)
    country = region.country if region else site.country or (near.country if near else None)
    values: PlaceValues = {
        "lon": round(lon, 7),
        "lat": round(lat, 7),
        "precision": precision,
        "place_id": near.id if near and precision == Precision.TOWN else None,
        "town": site.town or (near.name if near else None),
        "country": country,
    }
    return _put(session, viewer, [site], values, regions=regions)


def place_in_town(
    session: Session,
    viewer: Viewer,
    site_ids: Sequence[int],
    place_id: int,
    *,
    gazetteer: Gazetteer,
    regions: Regions,
) -> int:
    """Puts sites in a town of the gazetteer. Commits. Returns the number to take that back by.

    Raises NotFound where one of the sites is not the viewer's to place, or there is no such town, and
    InvalidInput for no site.
    """
    take_turn(session)
    sites = [site_to_place(session, viewer, number) for number in sorted(set(site_ids))[:MOST_AT_ONCE]]
    town = gazetteer.place(place_id)
    if town is None:
        raise NotFound
    values: PlaceValues = {
        "lon": round(town.lon, 7),
        "lat": round(town.lat, 7),
        "precision": Precision.TOWN,
        "place_id": town.id,
        "town": town.name,
        "country": town.country,
    }
    return _put(session, viewer, sites, values, regions=regions)


def town_named(gazetteer: Gazetteer, text: str, *, country: str | None) -> int:
    """The number of the town that a person typed; the best of those that may be meant.

    Raises InvalidInput where none is.
    """
    found = gazetteer.suggest(text, limit=1, country=country) or gazetteer.suggest(text, limit=1)
    if not found:
        raise InvalidInput(UNKNOWN_TOWN, field="town")
    return found[0].place.id


def placed_with(session: Session, viewer: Viewer, number: int) -> list[Site]:
    """The sites that the viewer put on the map with one press, as far as they are still there.

    Raises NotFound for a number of somebody else.
    """
    entry = stored.audit_entry(session, number)
    if entry is None or entry.action != PUT_ON_THE_MAP or entry.account_id != viewer.account_id:
        require(viewer, Action.USE_DESK)
        raise NotFound
    found = sites_with_ids(session, list(entry.detail["sites"]))
    return [
        site for site in found if site.placed_by_hand and may(viewer, Action.PUBLISH_HOST, site.organisation)
    ]


def placed_before(session: Session, viewer: Viewer, number: int | None) -> list[Site]:
    """What a press put on the map and can be taken back; nothing for a number that says nothing."""
    try:
        return placed_with(session, viewer, number) if number else []
    except NotFound:
        return []


def take_off(session: Session, viewer: Viewer, number: int) -> int:
    """Takes sites off the map again that were put there with one press. Commits. Returns how many.

    Raises NotFound.
    """
    take_turn(session)
    sites = placed_with(session, viewer, number)
    before = {site.organisation_id: state_of(site.organisation) for site in sites}
    for site in sites:
        take_back(site)
        site.updated = now()
    _publish(session, viewer, sites, before, UNPLACED)
    session.commit()
    return len(sites)


def owners(viewer: Viewer) -> list[int] | None:
    """The sending organisations whose lists a viewer works on, None for all."""
    require(viewer, Action.USE_DESK)
    return None if may(viewer, Action.ADMINISTER) else sorted(viewer.sending_ids)


def _put(
    session: Session, viewer: Viewer, sites: Sequence[Site], values: PlaceValues, *, regions: Regions
) -> int:
    if not sites:
        raise InvalidInput(NO_POINT, field="town")
    before = {site.organisation_id: state_of(site.organisation) for site in sites}
    region = regions.region_at(values["lon"], values["lat"], country=values["country"])
    for site in sites:
        town = site.town if site.town and values["precision"] != Precision.TOWN else values["town"]
        put_by_hand(site, values | {"town": town, "region": region.id if region else None})
        site.updated = now()
    _publish(session, viewer, sites, before, PLACED)
    note(session, viewer, PUT_ON_THE_MAP, "site", sites=[site.id for site in sites])
    session.flush()
    number = stored.last_entry(session, PUT_ON_THE_MAP, viewer.account_id)
    session.commit()
    return number


def _publish(
    session: Session, viewer: Viewer, sites: Sequence[Site], before: dict[int, dict[str, object]], what: str
) -> None:
    session.flush()
    place_sites(session, [site.id for site in sites])
    publish_sites(session, sites)
    organisations: dict[int, Organisation] = {site.organisation_id: site.organisation for site in sites}
    for number, organisation in organisations.items():
        revise(session, viewer, organisation, what, before=before[number])
