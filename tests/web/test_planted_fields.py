"""Whichever field of a stay's public row let the town through, it would be seen that it does."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Engine, select

from mapsvc.access.pin_projections import project_pin
from mapsvc.access.projections import PublicRow
from mapsvc.directory import directory
from mapsvc.domain.alumni import LengthUnit, Pin
from mapsvc.domain.base import now
from mapsvc.domain.listings import Kind, Listing, Precision
from mapsvc.places.gazetteer import Gazetteer, Place
from mapsvc.services import publishing
from mapsvc.storage.engine import reading, writing
from mapsvc.storage.listings import last_change, log_changes
from tests.access.test_pin_projections import stay
from tests.web.conftest import Serve, close
from tests.web.worlds import World, choices, empty, fix_clock, public_tables, seen, tile_of

SEED = 22
DETAIL = "detail.pin."

Fault = Callable[[Any, Place, bool], Any]  # what a field becomes in a town, or in the other one of two


def _told(value: Any, town: Place, _other: bool) -> str:
    return f"{value or ''} {town.name}".strip()


def _numbered(value: Any, town: Place, _other: bool) -> str:
    return f"{value}:{town.id}"


def _or(wrong: Any) -> Fault:
    """One bit: the value itself in one town, another in the other."""
    return lambda value, _town, other: wrong if other else value


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "key": _numbered,
        "site_key": _numbered,
        "kind": _or(Kind.KIT),
        "slug": _numbered,
        "title": _told,
        "place": lambda _value, town, _other: town.name,
        "country": _or("LU"),
        "region": _or("FR-75"),
        "lon": lambda value, _town, other: value + other * 1e-6,  # as a rounding would
        "lat": lambda _value, town, _other: town.lat,
        "precision": _or(Precision.TOWN),
        "confirmed": _or(True),
        "sample": _or(True),
        "facets": lambda value, _town, other: value | ({"sector": ["C"]} if other else {}),
        "periods": _or([["2026-01-05", "2026-01-09", 1]]),
        "min_age": lambda _value, town, _other: town.population % 100,
        "search_text": _numbered,
        "detail": lambda value, town, _other: value | {"source": {"town": town.id}},
        "visible_from": _or(date(2026, 1, 1)),
        "visible_until": lambda value, _town, other: value + timedelta(days=other),
        "projection_version": lambda value, _town, other: value + other,
        "updated": lambda value, _town, other: value + timedelta(seconds=other),
        "detail.pin.name": _told,
        "detail.pin.area": _or("FR"),
        "detail.pin.field": _or("0811"),
        "detail.pin.year": lambda value, _town, other: value - other,
        "detail.pin.length": lambda value, _town, other: value + other,
        "detail.pin.length_unit": _or(LengthUnit.MONTHS),
        "detail.pin.from_country": _or("LU"),
        "detail.pin.languages": lambda value, _town, other: value[other:],
        "detail.pin.story": _told,
        "detail.pin.host_name": _told,
        "detail.pin.ask_about": _or(["work"]),
        "detail.pin.may_be_asked": _or(True),
        "detail.pin.confirmed_on": _or("2026-01-01"),
    }
)
# No answer about one person who may not be asked gives these: they are seen in the tables.
ONLY_IN_TABLES = frozenset(
    {
        *("key", "site_key", "visible_from", "visible_until", "projection_version", "updated"),
        *("confirmed", "detail.pin.ask_about"),
    }
)


class Two(NamedTuple):
    """Two installations with one person each, in two towns of one area, and that person's listing."""

    worlds: tuple[World, World]
    towns: tuple[Place, Place]
    gazetteer: Gazetteer
    pin: int


@pytest.fixture(scope="module", params=["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def two(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Serve,
    gazetteer: Gazetteer,
) -> Iterator[Two]:
    """At one moment, and seeing at once what is written."""
    choice, folder = next(choices(gazetteer, Random(SEED))), tmp_path_factory.mktemp("two")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(directory, "REFRESH_S", 0)
        made = []
        for side in (0, 1):
            app = serve(empty(request, folder / str(side), stack))
            stack.callback(close, app)
            made.append(World(app, app.extensions["mapsvc"].private_engine, side))
        fix_clock(patch)
        pins = {world.put(choice, 0, "00", patch) for world in made}
        assert len(pins) == 1
        yield Two((made[0], made[1]), choice.towns, gazetteer, pins.pop())


def leaking(row: PublicRow, field: str, town: Place, other: bool) -> PublicRow:
    """A row with one field of which is seen which of the two towns it is."""
    if not field.startswith(DETAIL):
        return row | {field: FAULTS[field](row[field], town, other)}
    told, name = row["detail"]["pin"], field.removeprefix(DETAIL)
    return row | {"detail": {"pin": told | {name: FAULTS[field](told[name], town, other)}}}


@contextmanager
def planted(two: Two, field: str) -> Iterator[None]:
    """The two with a projection that lets the town through a field; afterwards, without it again."""

    def projected(pin: Pin) -> list[PublicRow]:
        town = two.gazetteer.place(pin.place_id)
        assert town is not None
        return [leaking(row, field, town, town == two.towns[1]) for row in project_pin(pin)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "project_pin", projected)
        publish(two)
        yield
    publish(two)


def publish(two: Two) -> None:
    """Publishes both anew, with as many changes in one as in the other."""
    for world in two.worlds:
        with writing(world.engine) as session:
            publishing.publish_pins(session, [session.get_one(Pin, two.pin)])
            session.commit()
    most = max(changes(world.engine) for world in two.worlds)
    for world in two.worlds:
        with writing(world.engine) as session:
            listing = session.scalars(select(Listing.id)).one()
            log_changes(session, [listing] * (most + 1 - changes(world.engine)), at=now())
            session.commit()


def changes(engine: Engine) -> int:
    with reading(engine) as session:
        return last_change(session.connection())


def rows(world: World) -> list[str]:
    """The public row; the other tables follow it, and remember in which order things came."""
    return public_tables(world.app)["listings"]


def differs(two: Two) -> bool:
    """Whether any of the usual answers is another one in the other world."""
    with reading(two.worlds[0].engine) as session:
        listing = session.scalars(select(Listing)).one()
    paths = [
        f"/api/listing/{listing.id}",
        f"/alumni/{listing.slug}",
        "/api/search",
        "/api/search?language=it",
    ]
    paths += [f"/api/search?q={town.id}" for town in two.towns] + [tile_of(two.towns[0], 8), "/list"]
    readers = [world.app.test_client() for world in two.worlds]
    return any(seen(readers[0], path) != seen(readers[1], path) for path in paths)


def test_every_field_of_a_public_row_has_a_planted_fault() -> None:
    (row,) = project_pin(stay())

    assert set(FAULTS) == {*row, *(f"{DETAIL}{name}" for name in row["detail"]["pin"])}
    assert set(row["detail"]) == {"pin"}


@pytest.mark.parametrize("field", FAULTS)
def test_a_field_that_lets_the_town_through_would_be_seen(two: Two, field: str) -> None:
    with planted(two, field):
        one, other = map(rows, two.worlds)
        answered = differs(two)

    assert one != other
    assert answered or field in ONLY_IN_TABLES


def test_without_a_fault_nothing_differs_afterwards(two: Two) -> None:
    assert rows(two.worlds[0]) == rows(two.worlds[1])
    assert not differs(two)
