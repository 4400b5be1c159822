"""Leaks that are planted to prove the attacks: each lets the towns through one kind of answer alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest
from flask import request
from sqlalchemy import Engine, select

from mapsvc.access.pin_projections import project_pin
from mapsvc.api import doors
from mapsvc.api import tags as answers
from mapsvc.directory.answers import Answer, Hit, View
from mapsvc.directory.answers import Pin as Drawn
from mapsvc.directory.directory import Directory
from mapsvc.directory.orders import order_of
from mapsvc.directory.searches import Box, Near, Search, Sort
from mapsvc.domain.alumni import Pin
from mapsvc.domain.listings import Listing
from mapsvc.places.gazetteer import Gazetteer, Place
from mapsvc.services import exports as files
from mapsvc.services import publishing
from mapsvc.storage.engine import reading
from mapsvc.web import downloads
from tests.web.attacker import Point, Spot
from tests.web.spatial_attacks import geodesic
from tests.web.worlds import column_and_row

MOST = 1000


@dataclass(frozen=True)
class Truth:
    """Who may see everything: the towns that people chose."""

    engine: Engine
    gazetteer: Gazetteer

    def towns(self) -> dict[int, Place]:
        """The town of each listing, as of now."""
        query = select(Listing.id, Pin.place_id).join(Pin, Pin.slug == Listing.slug).order_by(Listing.id)
        with reading(self.engine) as session:
            return {listing: self.town(place) for listing, place in session.execute(query)}

    def public(self) -> dict[int, Point]:
        """Where each listing is shown."""
        with reading(self.engine) as session:
            rows = session.execute(select(Listing.id, Listing.lon, Listing.lat))
            return {listing: Point(lon, lat) for listing, lon, lat in rows}

    def area_of(self, town: Place) -> str:
        """The area of a town."""
        area = self.gazetteer.area_of(town.id)
        assert area is not None
        return area.key

    def town(self, place_id: int) -> Place:
        """A town by its number."""
        town = self.gazetteer.place(place_id)
        assert town is not None
        return town


Plant = Callable[[Truth, pytest.MonkeyPatch], None]
SEARCH, VIEWPORT, TILE = Directory.search, Directory.viewport, Directory.tile


def point(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(pin: Pin, row: dict[str, Any]) -> dict[str, Any]:
        town = truth.town(pin.place_id)
        return {**row, "lon": town.lon, "lat": town.lat}

    project(patch, leaking)


def boxes(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        answer = SEARCH(self, search)
        if search.box is None:
            return answer
        within = _within(truth.towns(), search.box)
        found = SEARCH(self, replace(search, box=None)).hits
        return replace(answer, hits=tuple(hit for hit in found if hit.listing_id in within))

    patch.setattr(Directory, "search", leaking)


def counts(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        answer = SEARCH(self, search)
        if search.box is None:
            return answer
        found = SEARCH(self, replace(search, box=None, limit=MOST)).hits
        number = len(_within(truth.towns(), search.box) & {hit.listing_id for hit in found})
        return replace(answer, total=number, facets={"kind": {"alumni": number}})

    patch.setattr(Directory, "search", leaking)


def radii(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        near = search.near
        if near is None or near.radius_km is None:
            return SEARCH(self, search)
        towns, radius = truth.towns(), near.radius_km
        answer = SEARCH(self, replace(search, near=replace(near, radius_km=None)))
        hits = (hit for hit in answer.hits if geodesic(near, towns[hit.listing_id]) <= radius)
        return replace(answer, hits=tuple(hits))

    patch.setattr(Directory, "search", leaking)


def distances(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        answer, near = SEARCH(self, search), search.near
        if near is None:
            return answer
        towns = truth.towns()
        hits = (
            replace(hit, distance_m=round(geodesic(near, towns[hit.listing_id]) * 1000, 1))
            for hit in answer.hits
        )
        return replace(answer, hits=tuple(hits))

    patch.setattr(Directory, "search", leaking)


def order(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        answer, near = SEARCH(self, search), search.near
        if near is None or near.k or order_of(search) is not Sort.DISTANCE:
            return answer
        return replace(answer, hits=_nearest_first(truth, near, answer.hits))

    patch.setattr(Directory, "search", leaking)


def nearest(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search) -> Answer:
        near = search.near
        if near is None or near.k is None:
            return SEARCH(self, search)
        answer = SEARCH(self, replace(search, near=replace(near, k=None)))
        return replace(answer, hits=_nearest_first(truth, near, answer.hits)[: near.k])

    patch.setattr(Directory, "search", leaking)


def tiles(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search, zoom: int, x: int, y: int) -> View:
        towns = truth.towns()
        found = [hit.listing_id for hit in SEARCH(self, replace(search, limit=MOST)).hits]
        inside = [(id_, towns[id_]) for id_ in found if column_and_row(towns[id_], zoom) == (x, y)]
        pins = tuple(Drawn(id_, "alumni", at.lon, at.lat, "", "area", False) for id_, at in inside)
        return View(len(pins), (), pins)

    patch.setattr(Directory, "tile", leaking)


def clusters(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(self: Directory, search: Search, box: Box, zoom: int) -> View:
        view, towns, public = VIEWPORT(self, search, box, zoom), truth.towns(), truth.public()
        drawn = []
        for one in view.clusters:
            members = [towns[id_] for id_ in _within(public, Box(*one.box))]
            lon, lat = (sum(values) / len(members) for values in zip(*map(_lon_lat, members), strict=True))
            drawn.append(one._replace(lon=lon, lat=lat))
        return replace(view, clusters=tuple(drawn))

    patch.setattr(Directory, "viewport", leaking)


def words(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(pin: Pin, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "search_text": f"{row['search_text']}\n{truth.town(pin.place_id).name}"}

    project(patch, leaking)


def pages(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(pin: Pin, row: dict[str, Any]) -> dict[str, Any]:
        told = {**row["detail"]["pin"], "story": f"I was in {truth.town(pin.place_id).name}."}
        return {**row, "detail": {"pin": told}}

    project(patch, leaking)


def exports(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(listings: Iterable[Listing], _language: str) -> Iterator[list[Any]]:
        towns = truth.towns()
        for one in listings:
            told = {"name": one.title, "town": towns[one.id].name, "lon": one.lon, "lat": one.lat}
            yield [told.get(name) for name in files.COLUMNS]

    patch.setattr(downloads, "_for_hosts", lambda search: search)
    patch.setattr(files, "_rows", leaking)


def tags(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    def leaking(depends: bytes) -> Any:
        listing = (request.view_args or {}).get("listing_id")
        return sha256(f"{truth.towns()[listing].id}".encode() if listing else depends)

    patch.setattr(answers, "sha256", leaking)


def sizes(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    details = doors._details

    def leaking(listing: int) -> dict[str, Any]:
        return details(listing) | {"of": "-" * (truth.towns()[listing].id % 1009 * 10)}

    patch.setattr(doors, "_details", leaking)


def outlines(truth: Truth, patch: pytest.MonkeyPatch) -> None:
    area_of = doors._area

    def leaking(key: str) -> dict[str, Any]:
        # As if an area were drawn around those who are in it.
        first, *_own = [town for town in truth.towns().values() if truth.area_of(town) == key]
        corners = [(first.lon + side, first.lat + side) for side in (-0.001, 0.001)]
        return area_of(key) | {"geometry": {"type": "MultiPoint", "coordinates": corners}}

    patch.setattr(doors, "_area", leaking)


LEAKS: tuple[Plant, ...] = (
    *(point, boxes, counts, radii, distances, order, nearest, tiles, clusters),
    *(words, pages, exports, tags, sizes, outlines),
)


def project(patch: pytest.MonkeyPatch, leaking: Callable[[Pin, dict[str, Any]], dict[str, Any]]) -> None:
    """Has every stay that is published projected with a leak."""
    patch.setattr(publishing, "project_pin", lambda pin: [leaking(pin, row) for row in project_pin(pin)])


def _within(spots: Mapping[int, Spot], box: Box) -> set[int]:
    return {
        id_
        for id_, at in spots.items()
        if box.west <= at.lon <= box.east and box.south <= at.lat <= box.north
    }


def _nearest_first(truth: Truth, near: Near, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    towns = truth.towns()
    return tuple(sorted(hits, key=lambda hit: (geodesic(near, towns[hit.listing_id]), hit.listing_id)))


def _lon_lat(spot: Spot) -> tuple[float, float]:
    return spot.lon, spot.lat
