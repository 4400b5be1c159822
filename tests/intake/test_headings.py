"""Headings of many offices: what is mapped is right, and most is mapped."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from mapsvc.intake.mapping import guess_mapping
from mapsvc.intake.synonyms import LANGUAGES, field_named, fields, key_of, loose_words, words_of
from mapsvc.intake.tables import RawRow, Table

HERE = Path(__file__).parent


def sets(name: str) -> list[Any]:
    listed: list[Any] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return listed


def table_of(columns: list[Any]) -> Table:
    rows = [RawRow(line, tuple(values[line] for _h, _f, values in columns)) for line in range(2)]
    return Table(tuple(heading for heading, _field, _values in columns), rows)


def judged(listed: list[Any]) -> tuple[list[str], int, int]:
    """The headings mapped wrongly, and how many of those that mean something were mapped."""
    wrong, right, meant = [], 0, 0
    for headings in listed:
        mapping = guess_mapping(table_of(headings["columns"]))
        found = {column: field for field, columns in mapping.columns.items() for column in columns}
        for heading, field, _values in headings["columns"]:
            meant += field is not None
            right += field is not None and found.get(heading) == field
            if heading in found and found[heading] != field:
                wrong.append(f"{headings['title']}: {heading} -> {found[heading]}, not {field}")
    return wrong, right, meant


@pytest.mark.parametrize("name", ["headings_held_out.yml", "headings_known.yml"])
def test_nothing_is_mapped_wrongly_and_four_fifths_are_mapped(name: str) -> None:
    listed = sets(name)

    wrong, right, meant = judged(listed)

    assert {headings["language"] for headings in listed} == set(LANGUAGES)
    assert wrong == []
    assert right >= 0.8 * meant, f"{right} of {meant}"


@pytest.mark.parametrize("field", fields())
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_field_has_eight_synonyms_in_each_language(field: str, language: str) -> None:
    assert len({key_of(heading) for heading in words_of(field)[language]}) >= 8


def test_a_heading_is_a_synonym_of_one_field_alone() -> None:
    claims: dict[str, set[str]] = {}
    for field in fields():
        for listed in words_of(field).values():
            for heading in (field, *listed):
                claims.setdefault(key_of(heading), set()).add(field)

    assert {key: named for key, named in claims.items() if len(named) > 1} == {}


def test_headings_run_together_are_synonyms_of_one_field_alone() -> None:
    claims: dict[str, set[str]] = {}
    for field in fields():
        for listed in words_of(field).values():
            for heading in listed:
                claims.setdefault("".join(loose_words(heading)), set()).add(field)

    assert {key: named for key, named in claims.items() if len(named) > 1} == {}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("STRASSE", "address"),
        ("Straße", "address"),
        ("zipCode", "postcode"),
        ("Latitude (WGS84)", "lat"),
        ("N° SIRET", "legal_id"),
        ("nom_de_la_structure", "name"),
        ("Nom de l’entreprise", "name"),
        ("DENOMINAZIONESCUOLA", "name"),
        ("housenumber", "house_number"),
    ],
)
def test_case_accents_punctuation_and_camel_case_do_not_matter(heading: str, field: str) -> None:
    assert field_named(heading) == field
