"""The data register: which personal data are kept, why, on what ground, for how long, and who sees them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mapsvc.errors import Misconfigured
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _
from mapsvc.resources import resource

SHIPPED = "data/register.yml"
OWN = "register.yml"  # in the instance folder, in place of the shipped one
TEXTS = ("name", "what", "purpose", "basis", "kept", "seen_by")
WHERE = ("columns", "place")
MOST_NAMED = 12  # faults that one message names

Words = Mapping[str, str]  # a text by language


class InvalidRegister(Misconfigured):
    """A data register that does not say what it must."""

    message = _("The data register %(file)s cannot be used: %(faults)s.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept together for one purpose: in columns of the database, or in another place.

    `columns` are "table.column"; `place` is where the data are when they are in none. `kept_days` are
    the periods that the program itself counts.
    """

    key: str
    name: Words
    what: Words
    purpose: Words
    basis: Words
    kept: Words
    seen_by: Words
    columns: tuple[str, ...] = ()
    place: Words | None = None
    kept_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The entries that concern one audience."""

    key: str
    name: Words
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class NotPersonal:
    """The columns of a table that say nothing of a person, and why not."""

    columns: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Register:
    """The whole register, in the order of its file."""

    groups: tuple[Group, ...]
    not_personal: Mapping[str, NotPersonal]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries of all groups."""
        return tuple(entry for group in self.groups for entry in group.entries)


class _Fault(Exception):
    """What is wrong with a file, in the words of whoever writes it."""


def load_register(folder: Path, tables: Mapping[str, Iterable[str]]) -> Register:
    """The register of an installation: its own in the instance folder, else the shipped one.

    tables are the columns of the database by table: each must stand in the register once. Periods are
    the program's: an own register may not say others than the shipped one.

    Raises InvalidRegister, which names what is missing or wrong.
    """
    shipped, own = resource(SHIPPED), folder / OWN
    file = own if own.exists() else shipped
    register = read_register(own) if file == own else _shipped()
    faults = list(gaps(register, tables))
    if file == own:
        faults += _other_periods(register, periods(_shipped()))
    if faults:
        more = len(faults) - MOST_NAMED
        named = [*faults[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]
        raise InvalidRegister(file=file, faults="; ".join(named))
    return register


@cache
def _shipped() -> Register:
    return read_register(resource(SHIPPED))


def read_register(file: Path) -> Register:
    """The register in a file. Raises InvalidRegister for one that lacks a key, or has one too many."""
    try:
        said = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
        return _register(said)
    except (_Fault, yaml.YAMLError, UnicodeDecodeError) as fault:
        raise InvalidRegister(file=file, faults=" ".join(str(fault).split()).rstrip(".")) from None


def gaps(register: Register, tables: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """What a register does not say of the columns of a database, or says of none, in order of name."""
    known = {f"{table}.{column}" for table, columns in tables.items() for column in columns}
    said = Counter(column for entry in register.entries for column in entry.columns)
    for table, left in register.not_personal.items():
        said.update(f"{table}.{column}" for column in left.columns)
    yield from (f"{column} has no entry" for column in sorted(known - said.keys()))
    yield from (f"{column} is no column of the database" for column in sorted(said.keys() - known))
    yield from (f"{column} stands there {count} times" for column, count in sorted(said.items()) if count > 1)


def periods(register: Register) -> dict[str, tuple[int, ...]]:
    """The days after which the program drops each personal column; empty where it counts none."""
    return {column: entry.kept_days for entry in register.entries for column in entry.columns}


def _other_periods(register: Register, kept: Mapping[str, tuple[int, ...]]) -> Iterator[str]:
    """The columns of which a register says other periods than the program keeps."""
    for column, days in periods(register).items():
        if column in kept and set(days) != set(kept[column]):
            said, counted = (" and ".join(map(str, each)) or "none" for each in (days, kept[column]))
            yield f"kept_days of {column} are {said}, and {counted} in the program"


def _register(said: object) -> Register:
    top = _keys(said, "the file", needed=("groups", "not_personal"))
    groups = tuple(_group(one, f"group {number}") for number, one in _numbered(top["groups"], "groups"))
    keys = Counter(entry.key for group in groups for entry in group.entries)
    if twice := [key for key, count in keys.items() if count > 1]:
        raise _Fault(f"two entries have the key {twice[0]}")
    tables = top["not_personal"]
    if not isinstance(tables, dict):
        raise _Fault("not_personal is not a list of tables")
    return Register(groups, {str(table): _not_personal(one, f"{table}") for table, one in tables.items()})


def _group(said: object, where: str) -> Group:
    found = _keys(said, where, needed=("key", "name", "entries"))
    key = _text(found["key"], where)
    entries = tuple(_entry(one, f"{key}, entry {n}") for n, one in _numbered(found["entries"], where))
    return Group(key, _words(found["name"], f"{key}: name"), entries)


def _entry(said: object, where: str) -> Entry:
    found = _keys(said, where, needed=("key", *TEXTS), allowed=(*WHERE, "kept_days"))
    key = _text(found["key"], where)
    if sum(name in found for name in WHERE) != 1:
        raise _Fault(f"{key} needs either columns or a place")
    entry = Entry(
        key=key,
        **{name: _words(found[name], f"{key}: {name}") for name in TEXTS},
        columns=_names(found["columns"], f"{key}: columns") if "columns" in found else (),
        place=_words(found["place"], f"{key}: place") if "place" in found else None,
        kept_days=_days(found["kept_days"], key) if "kept_days" in found else (),
    )
    for days in entry.kept_days:
        if unsaid := [language for language, text in entry.kept.items() if str(days) not in text.split()]:
            raise _Fault(f"{key}: kept does not say {days} in {unsaid[0]}")
    return entry


def _not_personal(said: object, table: str) -> NotPersonal:
    found = _keys(said, f"not_personal: {table}", needed=("columns", "why"))
    return NotPersonal(_names(found["columns"], table), _text(found["why"], f"{table}: why"))


def _keys(
    said: object, where: str, *, needed: tuple[str, ...], allowed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """What is said, when it has all keys that it needs, and none that nobody knows."""
    if not isinstance(said, dict):
        raise _Fault(f"{where} is not a list of keys and values")
    where = str(said.get("key") or where)
    if missing := [key for key in needed if key not in said]:
        raise _Fault(f"{where} has no {' and no '.join(missing)}")
    if unknown := [str(key) for key in said if key not in {*needed, *allowed}]:
        raise _Fault(f"{where} has a key that is not known: {unknown[0]}")
    return said


def _words(said: object, where: str) -> Words:
    found = _keys(said, where, needed=LANGUAGES)
    return {language: _text(found[language], f"{where} in {language}") for language in LANGUAGES}


def _text(said: object, where: str) -> str:
    if not isinstance(said, str) or not said.strip():
        raise _Fault(f"{where} has no text")
    return said.strip()


def _names(said: object, where: str) -> tuple[str, ...]:
    return tuple(_text(name, where) for _number, name in _numbered(said, where))


def _numbered(said: object, where: str) -> Iterator[tuple[int, object]]:
    if not isinstance(said, list) or not said:
        raise _Fault(f"{where} is not a list, or it is empty")
    return iter(enumerate(said, start=1))


def _days(said: object, where: str) -> tuple[int, ...]:
    days = [one for _number, one in _numbered(said, f"{where}: kept_days")]
    if not all(type(one) is int and one > 0 for one in days):
        raise _Fault(f"{where}: kept_days are whole days")
    return tuple(int(str(one)) for one in days)
