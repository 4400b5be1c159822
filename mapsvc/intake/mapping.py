"""Says which column of a table holds which field; guesses only what is sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from mapsvc.errors import UnreadableFile
from mapsvc.intake.headings import Claim, claim_of, is_bare_name, is_full_name, is_personal
from mapsvc.intake.synonyms import contains, fields, loose_words, rank_of, trait, words
from mapsvc.intake.tables import Table
from mapsvc.messages import mark as _

_SAMPLE = 2_000
_LARGEST_FILE = 200_000
# What makes sense only beside something else.
_BESIDE = (
    *(("house_number", "address"), ("lat", "lon"), ("lon", "lat")),
    *(("period_from", "period_to"), ("period_to", "period_from")),
)

Candidates = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which columns hold which field.

    columns has the columns of a field in the order in which their values are joined. unsure
    lists columns with the fields that they might be, each with a score from 0 to 1, best first;
    unknown and personal are kept with the row and never published.
    """

    columns: Mapping[str, tuple[str, ...]]
    unsure: tuple[tuple[str, Candidates], ...] = ()
    unknown: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    def mapped(self) -> frozenset[str]:
        """The columns that hold some field."""
        return frozenset(column for listed in self.columns.values() for column in listed)


def guess_mapping(table: Table) -> ColumnMapping:
    """The mapping that headings and values leave no doubt about; everything else is unsure or unknown."""
    claims = [claim_of(column, table.values(column, limit=_SAMPLE)) for column in table.columns]
    chosen: dict[str, list[str]] = {}
    doubtful: dict[str, Candidates] = {}
    _choose_names(claims, chosen, doubtful)
    for claim in claims:
        if claim.field not in {None, "name"}:
            _choose(claim, chosen, doubtful)
    _drop_lonely(chosen, doubtful)
    return _mapping(table, claims, chosen, doubtful)


def load_mapping(path: Path, table: Table) -> ColumnMapping:
    """The mapping that a YAML file gives for this table, as dump_mapping() writes it.

    Columns that it does not name are unknown or personal; nothing is guessed.

    Raises UnreadableFile when the file is not such YAML, or names a field that does not exist, a
    column that the table does not have, or a column twice.
    """
    given = _given(path)
    chosen: dict[str, list[str]] = {}
    for field, named in given.items():
        if field not in fields():
            raise UnreadableFile(
                _("The mapping names a field that does not exist: “%(field)s”. There are: %(known)s."),
                field=str(field)[:80],
                known=", ".join(fields()),
            )
        for column in [named] if isinstance(named, str) else named or []:
            _take(str(column), str(field), chosen, table)
    claims = [Claim(column, None, column) for column in table.columns]
    return _mapping(table, claims, chosen, {})


def dump_mapping(mapping: ColumnMapping) -> str:
    """The mapping as YAML with comments, to be edited and given to load_mapping() again."""
    text = "# Which columns of the file hold which field. Move a column to another field, or take it out:\n"
    text += "# columns that are not named here are kept privately and never published.\n"
    text += f"# Fields: {', '.join(fields())}\n"
    text += _yaml({"columns": {field: list(listed) for field, listed in mapping.columns.items()}})
    if mapping.unsure:
        text += "\n# Not sure, and therefore left out:\n"
        for column, candidates in mapping.unsure:
            guesses = ", ".join(f"{field} ({score:.2f})" for field, score in candidates) or "?"
            text += f"#   {_on_one_line(column)}: {guesses}\n"
    for title, listed in (("Not known", mapping.unknown), ("Personal, private", mapping.personal)):
        if listed:
            text += f"\n# {title}: {', '.join(map(_on_one_line, listed))}\n"
    return text


class _PlainLoader(yaml.BaseLoader):
    """YAML of texts alone, without anchors, by which a few lines can grow to any size."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuses what refers to something else in the file."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


def _given(path: Path) -> dict[Any, Any]:
    unreadable = UnreadableFile(
        _("The mapping file is not read: it needs “columns:” with a list for each field.")
    )
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise unreadable
        content = yaml.load(path.read_text("utf-8"), _PlainLoader)  # noqa: S506 - makes nothing but texts # nosec B506
    except (OSError, UnicodeError, yaml.YAMLError, RecursionError) as error:
        raise unreadable from error
    columns = content.get("columns") if isinstance(content, dict) else None
    if not isinstance(columns, dict) or not all(
        isinstance(v, (str, list)) or v is None for v in columns.values()
    ):
        raise unreadable
    return columns


def _take(column: str, field: str, chosen: dict[str, list[str]], table: Table) -> None:
    if column not in table.columns:
        raise UnreadableFile(
            _("The mapping names a column that the file does not have: “%(column)s”. It has: %(columns)s."),
            column=column[:80],
            columns=", ".join(table.columns),
        )
    if any(column in listed for listed in chosen.values()):
        raise UnreadableFile(_("The mapping names the column “%(column)s” twice."), column=column[:80])
    chosen.setdefault(field, []).append(column)


def _choose_names(claims: list[Claim], chosen: dict[str, list[str]], doubtful: dict[str, Candidates]) -> None:
    """The column, or the numbered columns, that hold the name of the host; none when it is not sure."""
    named = [claim for claim in claims if claim.field == "name"]
    if any(contains(loose_words(claim.column), words().given) for claim in claims):
        # Beside a given name, "Nom" or "Name" may be the family name.
        for claim in named:
            if is_bare_name(claim.column):
                doubtful[claim.column] = (("name", 0.5),)
        named = [claim for claim in named if claim.column not in doubtful]
    full = [claim for claim in named if is_full_name(claim.column)]
    first = (full or named)[:1]
    series = [claim for claim in named if first and _same_series(claim, first[0])]
    others = [claim for claim in named if claim not in series]
    if others and not full:
        # "Name" and "Organisation" side by side: either may be the host.
        series, others = [], named
    if series:
        chosen["name"] = [claim.column for claim in series]
    doubtful.update({claim.column: (("name", 0.5),) for claim in others})


def _same_series(claim: Claim, first: Claim) -> bool:
    if claim is first:
        return True
    return claim.continued and " ".join(loose_words(claim.base)) == " ".join(loose_words(first.base))


def _choose(claim: Claim, chosen: dict[str, list[str]], doubtful: dict[str, Candidates]) -> None:
    field = str(claim.field)
    if field in trait("single") and field in chosen:
        if _is_better(claim.column, chosen[field][0], field):
            doubtful[chosen[field][0]] = ((field, 0.5),)
            chosen[field] = [claim.column]
        else:
            doubtful[claim.column] = ((field, 0.5),)
    else:
        chosen.setdefault(field, []).append(claim.column)


def _is_better(column: str, other: str, field: str) -> bool:
    """Whether of two columns for one field the later is meant: "Town" rather than "Locality"."""
    if field in {"lat", "lon"} and _says_degrees(column) != _says_degrees(other):
        return _says_degrees(column)
    return rank_of(column, field) < rank_of(other, field)


def _says_degrees(column: str) -> bool:
    """Whether a heading says latitude or longitude, which x and y do not."""
    return any(word[:3] in {"lat", "lon", "lng", "bre", "lan", "len"} for word in loose_words(column))


def _drop_lonely(chosen: dict[str, list[str]], doubtful: dict[str, Candidates]) -> None:
    """Takes back what makes sense only beside something else."""
    for field, other in _BESIDE:
        if field in chosen and other not in chosen:
            doubtful.update(dict.fromkeys(chosen.pop(field), ((field, 0.5),)))


def _mapping(
    table: Table, claims: list[Claim], chosen: dict[str, list[str]], doubtful: dict[str, Candidates]
) -> ColumnMapping:
    taken = {column for listed in chosen.values() for column in listed}
    unsure: list[tuple[str, Candidates]] = []
    unknown: list[str] = []
    personal: list[str] = []
    for claim in claims:
        column, candidates = claim.column, doubtful.get(claim.column, claim.candidates)
        if column in taken:
            continue
        if is_personal(column, table.values(column, limit=_SAMPLE)):
            personal.append(column)
        elif candidates:
            unsure.append((column, candidates))
        else:
            unknown.append(column)
    ordered = {field: tuple(chosen[field]) for field in fields() if field in chosen}
    return ColumnMapping(ordered, tuple(unsure), tuple(unknown), tuple(personal))


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, default_flow_style=None, width=1000)


def _on_one_line(column: str) -> str:
    return " ".join(column.split())
