"""Records hold what the index needs, the same on both databases, and follow their listings."""

import struct

import numpy as np
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.domain.listings import Listing
from mapsvc.places.folding import fold
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.engine import writing
from mapsvc.storage.records import (
    HEAD,
    all_records,
    packed,
    records_with_ids,
    site_number,
    values,
    values_of,
    write_records,
)
from tests import make
from tests.directory.worlds import row, store
from tests.publish import publish


def test_a_record_holds_its_row(session: Session, public: Engine) -> None:
    one = row(
        (9.08, 45.81),
        title="Öl & Mühle",
        site_key="site:a",
        facets={"field": ["0713"], "language": ["it", "de"]},
        periods=[["2027-03-01", None, None]],
        min_age=16,
        confirmed=True,
    )
    codes = {value: code for code, value in enumerate(sorted(values_of(one)))}

    record = packed(one, codes)

    head = np.frombuffer(record[: HEAD.itemsize], dtype=HEAD)[0]
    tail = record[HEAD.itemsize :]
    numbers = struct.unpack(f"<{head['codes']}I", tail[: 4 * head["codes"]])
    assert (head["lon"], head["lat"], head["site"]) == (9.08, 45.81, site_number("site:a"))
    assert (head["min_age"], head["confirmed"], head["periods"]) == (16, 1, 1)
    assert {value for value, code in codes.items() if code in numbers} == values_of(one)
    assert tail.endswith(fold("Öl & Mühle").encode() + "Öl & Mühle".encode())


def test_publishing_writes_a_record_for_each_listing_and_takes_it_away(
    session: Session, public: Engine
) -> None:
    publish(session, make.host("Menuiserie Ollivier"), make.host("Atelier du Bois", make.LECCO))
    ids = list(session.scalars(select(Listing.id).order_by(Listing.id)))
    publish_sites(session, [], gone=[session.get_one(Listing, ids[0]).site_key])
    session.commit()

    with public.connect() as connection:
        kept = [id_ for records in all_records(connection) for id_ in records.ids]
        known = set(values(connection).values())

    assert kept == ids[1:]
    assert ("kind", "host") in known


def test_all_records_are_those_asked_for_one_by_one(engine: Engine, public: Engine) -> None:
    world = [
        row(id=id_, title=f"Hof {id_}", facets={"sector": ["wood"]})
        for id_ in (1, 2, 65_535, 65_536, 200_000)
    ]
    store(engine, world)

    with public.connect() as connection:
        parts = list(all_records(connection))
        some = records_with_ids(connection, [one.id for one in world] + [77])

    assert [id_ for part in parts for id_ in part.ids] == some.ids.tolist() == [one.id for one in world]
    assert [size for part in parts for size in part.lengths] == some.lengths.tolist()
    assert b"".join(part.data for part in parts) == some.data


def test_a_value_keeps_its_code(engine: Engine, public: Engine) -> None:
    store(engine, [row(id=1, facets={"sector": ["wood"]})])
    with public.connect() as connection:
        before = values(connection)

    store(engine, [row(id=2, facets={"sector": ["it", "wood"]})])
    with writing(engine) as session:
        write_records(session, [1, 2])
        session.commit()

    with public.connect() as connection:
        after = values(connection)
    assert before.items() < after.items()
    assert set(after.values()) - set(before.values()) == {("sector", "it")}
