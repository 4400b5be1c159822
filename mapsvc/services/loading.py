"""What a new installation starts with: the seed directory, and sample hosts and alumni to search."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.projections import site_key
from mapsvc.domain.drafts import OfferDraft, OrganisationDraft, SiteDraft
from mapsvc.domain.hosts import Organisation, SitePoint
from mapsvc.domain.listings import Precision
from mapsvc.domain.shown_areas import Areas
from mapsvc.domain.sources import OURSELVES, Import, Source
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.resources import resource
from mapsvc.services.duplicates import show_again
from mapsvc.services.lists import Progress, bring_up_to_date
from mapsvc.services.publishing import publish_sites
from mapsvc.services.sample_alumni import bring_sample_alumni, erase_sample_alumni
from mapsvc.services.suppressing import split_suppressed
from mapsvc.storage.listings import take_turn

SEED = "mapsvc seed directory"
SAMPLES = "mapsvc samples"
Entry = Mapping[str, Any]


def load_seed(session: Session, *, gazetteer: Gazetteer, regions: Regions, key: str = "") -> bool:
    """Brings the seed directory of `data/seed` into the database; commits. False when it was there.

    key is the installation's: by it those are known who asked not to be listed.
    """
    files = [resource("data/seed/hosts.yml")]
    make = partial(_seed_host, gazetteer=gazetteer, regions=regions)
    return _load(session, SEED, files, lambda: [make(entry) for entry in _read(files[0])], key=key)


def load_samples(
    session: Session, *, areas: Areas, regions: Regions, progress: Progress | None = None
) -> bool:
    """Brings the sample hosts and alumni of `data/samples` into the database; commits.

    False when they were there.
    """
    folder = resource("data/samples")
    hosts, alumni = (sorted(folder.glob(f"{kind}/*.yml")) for kind in ("hosts", "alumni"))
    texts = folder / "programmes.yml"

    def drafts() -> list[OrganisationDraft]:
        programmes = _read(texts)
        return [_sample_host(entry, programmes, regions) for file in hosts for entry in _read(file)]

    def people() -> None:
        bring_sample_alumni(session, [entry for file in alumni for entry in _read(file)], areas=areas)

    files = [texts, *hosts, *alumni]
    return _load(session, SAMPLES, files, drafts, also=people, progress=progress)


def clear_samples(session: Session) -> tuple[int, int]:
    """Removes every sample host and alumnus, with what was published of them; commits.

    Returns how many hosts and how many alumni there were.
    """
    take_turn(session)
    alumni = erase_sample_alumni(session)
    samples = session.scalars(select(Organisation).where(Organisation.sample)).all()
    gone = [site_key(site) for one in samples for site in one.sites]
    show_again(session, [one.id for one in samples])
    for organisation in samples:
        for site in organisation.sites:
            if point := session.get(SitePoint, site.id):
                session.delete(point)
        session.delete(organisation)
    session.flush()
    publish_sites(session, [], gone=gone)
    session.commit()
    return len(samples), alumni


def _load(
    session: Session,
    name: str,
    files: list[Path],
    drafts: Callable[[], list[OrganisationDraft]],
    *,
    also: Callable[[], None] = lambda: None,
    progress: Progress | None = None,
    key: str = "",
) -> bool:
    """Applies drafts under the source of this name, unless the same files were applied before.

    also brings what comes with them, in the same transaction.
    """
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    take_turn(session)
    source = session.scalar(select(Source).where(Source.name == name))
    if source is None:
        source = Source(name=name)
        session.add(source)
        session.flush()
    done = select(Import.id).where(
        Import.source_id == source.id, Import.file_sha256 == digest, Import.undone.is_(None)
    )
    if session.scalar(done) or _was_cleared(session, source):
        return False
    record = Import(source_id=source.id, file_name=name, file_sha256=digest, importer=OURSELVES, mapping={})
    session.add(record)
    session.flush()
    kept, _left_out = split_suppressed(session, drafts(), key, source=name)
    verdicts = bring_up_to_date(session, source, kept, record=record, progress=progress)
    record.counts = {"sites": len(verdicts)}
    also()
    session.commit()
    return True


def _was_cleared(session: Session, source: Source) -> bool:
    """Whether the hosts of a source were loaded once and taken away again: then they stay away."""
    loaded = session.scalar(select(Import.id).where(Import.source_id == source.id).limit(1))
    left = session.scalar(select(Organisation.id).where(Organisation.source_id == source.id).limit(1))
    return bool(loaded and not left)


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def _seed_host(entry: Entry, *, gazetteer: Gazetteer, regions: Regions) -> OrganisationDraft:
    town, country = entry.get("town"), entry["country"]
    place = gazetteer.locate(town, country=country) if town else None
    region = regions.region_at(place.lon, place.lat, country=country) if place else None
    site = SiteDraft(
        town=town,
        country=country,
        region=region.id if region else None,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        precision=Precision.TOWN if place else None,
        place_id=place.id if place else None,
    )
    return OrganisationDraft(
        name=entry["name"],
        sites=(site,),
        kind=entry.get("kind"),
        sectors=tuple(entry.get("sectors", ())),
        website=entry.get("website"),
    )


def _sample_host(entry: Entry, programmes: Mapping[str, Entry], regions: Regions) -> OrganisationDraft:
    region = regions.region_at(entry["lon"], entry["lat"], country=entry["country"])
    site = SiteDraft(
        town=entry["town"],
        country=entry["country"],
        region=region.id if region else None,
        lon=entry["lon"],
        lat=entry["lat"],
        precision=Precision.TOWN,
        offers=tuple(_sample_offer(offer, programmes[offer["template"]]) for offer in entry["offers"]),
    )
    return OrganisationDraft(
        name=entry["name"],
        sites=(site,),
        kind=entry["kind"],
        sectors=tuple(entry["sectors"]),
        languages=tuple(entry["languages"].items()),
        about=entry["about"],
        sample=True,
    )


def _sample_offer(entry: Entry, programme: Entry) -> OfferDraft:
    return OfferDraft(
        title=programme["title"],
        fields=tuple(programme["fields"]),
        sectors=tuple(programme["sectors"]),
        summary=programme["summary"],
        missions=programme["missions"],
        profiles=programme["profiles"],
        welcome=programme["welcome"],
        min_days=entry["min_days"],
        max_days=entry["max_days"],
        periods=tuple((_day(one["from"]), _day(one["to"]), one["seats"]) for one in entry["periods"]),
        languages=tuple(entry["languages"].items()),
        min_age=entry["minimum_age"],
        accommodation=entry["accommodation"],
        wheelchair=entry.get("wheelchair"),
        programmes=tuple(entry["programmes"]),
        conditions=_joined(programme.get("conditions", {}), entry.get("conditions", {})),
        effects_host=programme["effects_host"],
        effects_visitor=programme["effects_visitor"],
        confirmed_on=_day(entry["last_confirmed"]),
    )


def _joined(general: Mapping[str, str], local: Mapping[str, str]) -> dict[str, str]:
    languages = [*general, *(language for language in local if language not in general)]
    return {
        language: " ".join(filter(None, (general.get(language), local.get(language))))
        for language in languages
    }


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
