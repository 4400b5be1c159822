"""New organisations, sites and offers as plain values, and where a site is put on the map."""

from typing import Any

from sqlalchemy.orm import Session

from mapsvc.domain.base import now
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Precision
from mapsvc.domain.placements import AS_LISTED, PLACE
from mapsvc.domain.sheets import InvalidSheet, Values
from mapsvc.domain.sources import Source
from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.slugs import Slugs
from mapsvc.storage.hosts import State

UNKNOWN_TOWN = _(
    "This town is not known here. Look at its spelling and its country, name the nearest larger town, or set "
    "the pin on the map."
)
DID_YOU_MEAN = _(
    "This town is not known here. Do you mean %(names)s? If not, name the nearest larger town, or set the "
    "pin on the map."
)
WHICH_COUNTRY = _("Choose the country too: the name of the town alone does not tell where it is.")
NO_TOWN = _("Name the town.")
OFFER_BEFORE = {"id": None, "site_id": None, "written_on": None, "written_by": None, "confirmed_on": None}


def new_organisation(session: Session, source: Source, name: str) -> Organisation:
    """An organisation of a list that says nothing but its name, off the map; the caller commits."""
    organisation = Organisation(
        name=name,
        folded_name=fold(name),
        slug=free_slug(session, source, name),
        source_id=source.id,
        status=HostStatus.HELD,
    )
    session.add(organisation)
    session.flush()
    session.refresh(organisation)
    return organisation


def new_site(organisation: Organisation) -> State:
    """A site of an organisation that says nothing, as `state_of` gives it."""
    moment = now().isoformat()
    return {
        **SiteDraft().columns(),
        "id": None,
        "organisation_id": organisation.id,
        "placed_by_hand": True,
        "private": {},
        "source_id": organisation.source_id,
        "created": moment,
        "updated": moment,
        "offers": [],
    }


def new_offer(organisation: Organisation) -> State:
    """An offer that says nothing, as `state_of` gives it."""
    return {**OfferDraft().columns(), **OFFER_BEFORE, "source_id": organisation.source_id}


def free_slug(session: Session, source: Source, name: str, town: str | None = None) -> str:
    """An address for a host of a list that none has yet."""
    site = SiteDraft(town=town)
    return Slugs(session, source, [OrganisationDraft(name=name, sites=(site,))]).for_site(name, site)


def placed(site: State, values: Values, *, gazetteer: Gazetteer, regions: Regions) -> None:
    """Puts what is said of its place into a site, with its point, its precision and its region.

    A point that is said stands for the door. One that stays while the town changes was the old town's,
    and goes. Without a point the site stands in its town, where it stood if it did.

    Raises InvalidSheet where neither says where it is.
    """
    before = {name: site.get(name) for name in PLACE}
    moved = (site["town"], site["country"]) != (values.get("town"), values.get("country"))
    point = values.get("lon"), values.get("lat")
    if moved and point == (site["lon"], site["lat"]):
        point = (None, None)
    site.update({name: values.get(name) for name in ("address", "postcode", "town", "country")})
    in_town_already = site["precision"] == Precision.TOWN and not moved
    if None in point and not in_town_already:
        site.update(_in_town(values, gazetteer))
    elif None not in point and point != (site["lon"], site["lat"]):
        site.update(lon=point[0], lat=point[1], precision=Precision.ADDRESS, place_id=None)
        _name_town(site, gazetteer)
    region = regions.region_at(site["lon"], site["lat"], country=site["country"])
    site["region"] = region.id if region else None
    if any(site[name] != value for name, value in before.items()):
        _remember(site, before)


def _in_town(values: Values, gazetteer: Gazetteer) -> dict[str, Any]:
    town, country = values.get("town"), values.get("country")
    if not town:
        raise InvalidSheet({"town": InvalidInput(NO_TOWN)})
    place = gazetteer.locate(town, country=country, postcode=values.get("postcode"))
    if place is None:
        raise _unknown(town, country, gazetteer)
    return {
        "lon": round(place.lon, 7),
        "lat": round(place.lat, 7),
        "precision": Precision.TOWN,
        "place_id": place.id,
        "country": country or place.country,
    }


def _unknown(town: str, country: str | None, gazetteer: Gazetteer) -> InvalidSheet:
    """The fault of a town that is not found, with what may be meant."""
    names = list(dict.fromkeys(one.label for one in gazetteer.suggest(town, limit=3, country=country)))
    if not country and any(fold(name) == fold(town) for name in names):
        return InvalidSheet({"country": InvalidInput(WHICH_COUNTRY)})
    if names:
        return InvalidSheet({"town": InvalidInput(DID_YOU_MEAN, names=", ".join(names))})
    return InvalidSheet({"town": InvalidInput(UNKNOWN_TOWN)})


def _name_town(site: State, gazetteer: Gazetteer) -> None:
    """Names the town and the country of a point where nobody did."""
    if not (site["town"] and site["country"]):
        near = gazetteer.nearest(site["lon"], site["lat"])
        site["town"] = site["town"] or (near.name if near else None)
        site["country"] = site["country"] or (near.country if near else None)


def _remember(site: State, before: Values) -> None:
    """Keeps where the list of a site has it, beside where a person put it."""
    kept = site["private"].get(AS_LISTED) if site["placed_by_hand"] else None
    if site["id"] is not None and (kept or not site["placed_by_hand"]):
        site["private"] = {**site["private"], AS_LISTED: kept or before}
    site["placed_by_hand"] = True
