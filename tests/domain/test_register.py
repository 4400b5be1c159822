"""The data register says of every column what is kept in it, why and for how long."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Column, Engine, MetaData, String, Table, inspect

from mapsvc import i18n, worker
from mapsvc.config import Settings
from mapsvc.domain import alerts, alumni, asking, cohorts, demands, feedback, plans
from mapsvc.domain.register import (
    OWN,
    SHIPPED,
    InvalidRegister,
    Register,
    gaps,
    load_register,
    read_register,
)
from mapsvc.messages import LANGUAGES
from mapsvc.resources import resource
from mapsvc.services import backups, revising, upload_steps
from mapsvc.storage.tables import LISTING_WORDS, METADATA, columns_of

# By entry: the constants of the code that does the deleting.
PERIODS = {
    "language_cookie": [timedelta(seconds=i18n.YEAR_S)],
    "demand": [demands.VISITS_KEPT],
    "feedback": [feedback.NETWORKS_KEPT, feedback.TEXTS_KEPT],
    "alerts": [alerts.KEPT_FOR],
    "sign_ins": [worker.SIGN_INS_KEPT],
    "passes": [worker.PASSES_KEPT],
    "letters": [worker.LETTERS_KEPT],
    "entries": [revising.REMOVED_FOR],
    "reports": [worker.NETWORKS_KEPT],
    "pins": [alumni.SHOWN_FOR, alumni.KEPT_FOR],
    "conversations": [asking.KEPT_FOR, asking.REPORTED_KEPT_FOR],
    "plans": [plans.KEPT_FOR, plans.NETWORKS_KEPT],
    "uploads": [upload_steps.LEFT_FOR, upload_steps.KEPT_FOR],
    "upload_files": [upload_steps.LEFT_FOR],
    "import_reports": [upload_steps.LEFT_FOR, upload_steps.KEPT_FOR],
    "cohorts": [cohorts.LONGEST_LIFE],
    "scenarios": [cohorts.LONGEST_LIFE],
    "backups": [backups.KEPT_FOR],
}
GROUND = re.compile(r"\b[Aa]rt\.\u00a06")
# A sign after a common space or none; signs and quotes that are not French; a shout.
MISTYPED_FRENCH = re.compile(r"[^\u00a0][;?»]|[^\u00a0]:(?=\s|$)|\u00a0[.,]|«[^\u00a0]|[“”\"'!]")

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def register() -> Register:
    return read_register(resource(SHIPPED))


def texts(register: Register) -> Iterator[tuple[str, str, str]]:
    """Every text of a register: (of what, language, text)."""
    for group in register.groups:
        yield from ((group.key, language, text) for language, text in group.name.items())
    for entry in register.entries:
        said = [entry.name, entry.what, entry.purpose, entry.basis, entry.kept, entry.seen_by]
        for words in [*said, *([entry.place] if entry.place else [])]:
            yield from ((entry.key, language, text) for language, text in words.items())


def own(folder: Path, change: Change) -> Path:
    """An installation's own register: the shipped one, changed."""
    said = yaml.safe_load(resource(SHIPPED).read_text("utf-8"))
    change(said)
    (folder / OWN).write_text(yaml.safe_dump(said, allow_unicode=True), "utf-8")
    return folder


def entry_of(said: dict[str, Any], key: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = [one for group in said["groups"] for one in group["entries"]]
    return next(one for one in entries if one["key"] == key)


def test_every_column_stands_in_the_register_once(register: Register) -> None:
    assert list(gaps(register, columns_of())) == []


def test_a_new_table_without_an_entry_is_reported(register: Register) -> None:
    planted = MetaData()
    for table in METADATA.tables.values():
        table.to_metadata(planted)
    Table("shoes", planted, Column("size", String))

    assert list(gaps(register, columns_of(planted))) == ["shoes.size has no entry"]


def test_a_new_column_of_a_known_table_is_reported(register: Register) -> None:
    tables = columns_of()
    tables["accounts"] += ("birthday",)

    assert list(gaps(register, tables)) == ["accounts.birthday has no entry"]


def test_an_entry_for_a_column_that_is_gone_is_reported(register: Register) -> None:
    tables = columns_of()
    tables["accounts"] = tuple(name for name in tables["accounts"] if name != "name")

    assert list(gaps(register, tables)) == ["accounts.name is no column of the database"]


def test_the_columns_of_tables_made_by_hand_are_those_of_the_database(
    engine: Engine, settings: Settings
) -> None:
    where = "directory" if engine.dialect.name == "postgresql" else None

    made = {one["name"] for one in inspect(engine).get_columns("listing_words", schema=where)}

    assert made
    assert made <= set(LISTING_WORDS)


def test_the_periods_are_those_of_the_code_that_deletes(register: Register) -> None:
    said = {entry.key: list(entry.kept_days) for entry in register.entries if entry.kept_days}

    assert said == {key: [period.days for period in periods] for key, periods in PERIODS.items()}


def test_every_entry_names_its_ground_in_law(register: Register) -> None:
    unfounded = [
        (entry.key, language)
        for entry in register.entries
        for language in LANGUAGES
        if not GROUND.search(entry.basis[language])
    ]

    assert unfounded == []


def test_every_text_is_a_sentence_of_its_own_in_each_language(register: Register) -> None:
    said = list(texts(register))
    same = [entry.key for entry in register.entries if entry.what["en"] == entry.what["fr"]]

    assert {language for _key, language, _text in said} == set(LANGUAGES)
    assert [(key, text) for key, _language, text in said if "!" in text or "  " in text] == []
    assert same == []


def test_the_french_of_the_register_is_typeset_as_french(register: Register) -> None:
    french = [text for _key, language, text in texts(register) if language == "fr"]

    assert len(french) > 100
    assert [text for text in french if MISTYPED_FRENCH.search(text)] == []


def test_the_shipped_register_counts_where_an_installation_has_none(
    register: Register, tmp_path: Path
) -> None:
    assert load_register(tmp_path, columns_of()) == register


def test_an_installation_may_say_it_in_its_own_words(tmp_path: Path) -> None:
    def change(said: dict[str, Any]) -> None:
        entry_of(said, "backups")["kept"]["en"] = "35 days here, 40 elsewhere."

    found = load_register(own(tmp_path, change), columns_of())

    assert found.entries[-1].kept["en"] == "35 days here, 40 elsewhere."


def without_a_column(said: dict[str, Any]) -> None:
    entry_of(said, "accounts")["columns"].remove("accounts.email")


def with_a_column_twice(said: dict[str, Any]) -> None:
    entry_of(said, "grants")["columns"].append("accounts.email")


def without_a_ground(said: dict[str, Any]) -> None:
    del entry_of(said, "letters")["basis"]


def without_french(said: dict[str, Any]) -> None:
    del entry_of(said, "letters")["kept"]["fr"]


def with_an_empty_text(said: dict[str, Any]) -> None:
    entry_of(said, "letters")["what"]["en"] = " "


def with_an_unknown_key(said: dict[str, Any]) -> None:
    entry_of(said, "letters")["retention"] = "for ever"


def with_another_period(said: dict[str, Any]) -> None:
    entry_of(said, "letters").update(kept_days=[7], kept=dict.fromkeys(LANGUAGES, "7 days"))


def without_its_period(said: dict[str, Any]) -> None:
    entry_of(said, "letters")["kept"] = dict.fromkeys(LANGUAGES, "Not for long.")


def with_every_column(said: dict[str, Any]) -> None:
    said["not_personal"]["sources"]["columns"] = ["*"]


def with_neither_column_nor_place(said: dict[str, Any]) -> None:
    del entry_of(said, "backups")["place"]


def with_two_entries_of_a_key(said: dict[str, Any]) -> None:
    said["groups"][-1]["entries"].append(deepcopy(entry_of(said, "backups")))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without_a_column, "accounts.email has no entry"),
        (with_a_column_twice, "accounts.email stands there 2 times"),
        (without_a_ground, "letters has no basis"),
        (without_french, "letters: kept has no fr"),
        (with_an_empty_text, "letters: what in en has no text"),
        (with_an_unknown_key, "letters has a key that is not known: retention"),
        (with_another_period, "kept_days of letters.to_address are 7, and 30 in the program"),
        (without_its_period, "letters: kept does not say 30 in en"),
        (with_every_column, "sources.* is no column of the database"),
        (with_neither_column_nor_place, "backups needs either columns or a place"),
        (with_two_entries_of_a_key, "two entries have the key backups"),
        (dict.clear, "the file has no groups and no not_personal"),
    ],
)
def test_a_register_that_does_not_say_what_it_must_is_refused_by_name(
    change: Change, named: str, tmp_path: Path
) -> None:
    folder = own(tmp_path, change)

    with pytest.raises(InvalidRegister) as fault:
        load_register(folder, columns_of())

    assert named in str(fault.value)
    assert str(folder / OWN) in str(fault.value)


@pytest.mark.parametrize("content", [b"groups: [", b"\xff\xfe", b"", b"- a", b"groups: 1\nnot_personal: {}"])
def test_a_file_that_is_no_register_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / OWN).write_bytes(content)

    with pytest.raises(InvalidRegister):
        load_register(tmp_path, columns_of())
