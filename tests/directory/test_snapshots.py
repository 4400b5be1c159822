"""Columns go through files unchanged, and a file that was changed is never used."""

import json
from pathlib import Path
from random import Random
from zlib import crc32

import numpy as np
import pytest
from sqlalchemy import Engine

from mapsvc.directory import following, snapshots
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Search
from mapsvc.directory.snapshots import Damaged, fingerprint, open_snapshot, write
from tests.directory.worlds import columns_of_rows, points_of_the_world, random_world, row, store


def written(folder: Path, sites: int = 40) -> str:
    chance = Random(sites)
    return write(
        folder, columns_of_rows(random_world(chance, sites, points_of_the_world(chance, 60))), 7, "m"
    )


@pytest.mark.parametrize("sites", [0, 1, 40])
def test_what_is_opened_is_what_was_written(tmp_path: Path, sites: int) -> None:
    chance = Random(sites)
    columns = columns_of_rows(random_world(chance, sites, points_of_the_world(chance, 60)))

    snapshot = open_snapshot(tmp_path, write(tmp_path, columns, 7, "m"))

    assert (snapshot.number, snapshot.mark, snapshot.columns.values) == (7, "m", columns.values)
    for name in columns.__dataclass_fields__:
        if name != "values":
            kept, own = getattr(snapshot.columns, name), getattr(columns, name)
            assert (kept.dtype, kept.shape, kept.tolist()) == (own.dtype, own.shape, own.tolist()), name


def test_any_changed_byte_is_noticed(tmp_path: Path) -> None:
    name = written(tmp_path)
    path = tmp_path / name / snapshots.ARRAYS
    content = path.read_bytes()
    held = json.loads((tmp_path / name / snapshots.MANIFEST).read_bytes().partition(b"\n")[2])["arrays"]["of"]
    places = [
        offset + np.dtype(dtype).itemsize * int(np.prod(shape)) // 2
        for dtype, shape, offset, _ in held.values()
        if np.prod(shape)
    ]
    unnoticed = []
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            open_snapshot(tmp_path, name)
        except Damaged:
            continue
        unnoticed.append(place)

    assert len(places) > 20
    assert unnoticed == []


def test_words_that_change_places_are_noticed() -> None:
    words = np.arange(3 * snapshots.BLOCK, dtype=np.uint64)
    swapped = words.copy()
    swapped[[1, 2 * snapshots.BLOCK]] = swapped[[2 * snapshots.BLOCK, 1]]

    assert fingerprint(words) != fingerprint(swapped)


def cut_short(folder: Path) -> None:
    path = folder / snapshots.ARRAYS
    path.write_bytes(path.read_bytes()[:-9])


def of_another_format(folder: Path) -> None:
    path = folder / snapshots.MANIFEST
    told = json.loads(path.read_bytes().partition(b"\n")[2])
    text = json.dumps(told | {"format": snapshots.FORMAT - 1}).encode()
    path.write_bytes(b"%08x\n%s" % (crc32(text), text))


def without_manifest(folder: Path) -> None:
    (folder / snapshots.MANIFEST).unlink()


def zeroed(folder: Path) -> None:
    path = folder / snapshots.ARRAYS
    path.write_bytes(bytes(path.stat().st_size))


def empty(folder: Path) -> None:
    (folder / snapshots.ARRAYS).write_bytes(b"")


@pytest.mark.parametrize("spoil", [cut_short, of_another_format, without_manifest, zeroed, empty])
def test_a_damaged_snapshot_is_built_anew_and_not_served(
    engine: Engine, public: Engine, tmp_path: Path, spoil: object
) -> None:
    store(engine, [row(id=1), row(id=2)])
    before = following.build(public, tmp_path)
    assert before is not None
    assert callable(spoil)
    spoil(tmp_path / before)

    directory = Directory(public, tmp_path)

    assert directory.search(Search()).total == 2
    assert snapshots.newest(tmp_path) != before
    assert not (tmp_path / before).exists()


def test_a_damaged_snapshot_that_cannot_be_taken_away_is_looked_at_once(
    engine: Engine, public: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(engine, [row(id=1), row(id=2)])
    before = following.build(public, tmp_path)
    assert before is not None
    cut_short(tmp_path / before)
    monkeypatch.setattr(snapshots, "discard", lambda *_given: None)

    directory = Directory(public, tmp_path)

    assert directory.search(Search()).total == 2


def test_the_snapshot_of_another_database_is_not_served(
    engine: Engine, public: Engine, tmp_path: Path
) -> None:
    write(tmp_path, columns_of_rows([row(id=9)]), 1, "9 2026-01-01T00:00:00+00:00")
    store(engine, [row(id=1), row(id=2)])

    directory = Directory(public, tmp_path)

    assert sorted(directory.listing_ids(Search())) == [1, 2]


def test_a_directory_takes_over_a_newer_snapshot(engine: Engine, public: Engine, tmp_path: Path) -> None:
    store(engine, [row(id=1)])
    directory = Directory(public, tmp_path)
    store(engine, [row(id=2)])
    following.build(public, tmp_path)

    directory.refresh(at_once=True)

    assert [len(part.columns) for part in directory._state.parts(directory._today())] == [2]
    assert sorted(directory.listing_ids(Search())) == [1, 2]


def test_only_one_process_builds_at_a_time(public: Engine, tmp_path: Path) -> None:
    with snapshots.sole_builder(tmp_path, wait=False) as alone:
        built = following.build(public, tmp_path)

    assert (alone, built) == (True, None)


def test_an_unfinished_snapshot_is_taken_away_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "unfinished-1").mkdir()
    first = written(tmp_path, 3)

    second = written(tmp_path, 4)

    assert [one.name for one in tmp_path.iterdir()] == [second]
    assert first != second
