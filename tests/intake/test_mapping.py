"""Which column holds what, and what is left alone."""

from pathlib import Path

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.mapping import ColumnMapping, dump_mapping, guess_mapping, load_mapping
from mapsvc.intake.tables import RawRow, Table
from tests.intake.make import a_file, read


def table(columns: dict[str, list[str]]) -> Table:
    rows = [RawRow(line + 2, cells) for line, cells in enumerate(zip(*columns.values(), strict=True))]
    return Table(tuple(columns), rows)


def guessed(columns: dict[str, list[str]]) -> ColumnMapping:
    return guess_mapping(table(columns))


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Name 1": ["Kita"], "Name 2": ["Sonne"]}, ("Name 1", "Name 2")),
        (
            {"Einrichtung": ["Kita"], "Einrichtung (Zeile 2)": ["Sonne"]},
            ("Einrichtung", "Einrichtung (Zeile 2)"),
        ),
        ({"Nom": ["A"], "Raison sociale": ["B"]}, ("Raison sociale",)),
        ({"Nom": ["Le Goff"], "Prénom": ["Anne"], "Entreprise": ["Bois SA"]}, ("Entreprise",)),
    ],
)
def test_the_name_of_the_host_is_told_from_others(
    columns: dict[str, list[str]], expected: tuple[str, ...]
) -> None:
    assert guessed(columns).columns["name"] == expected


@pytest.mark.parametrize(
    "columns",
    [
        {"Nom": ["Le Goff"], "Prénom": ["Anne"]},
        {"Name": ["Kita"], "Organisation": ["Stadt"]},
        {"student name": ["Zoe"]},
        {"Sending organisation": ["Lycée"]},
        {"name": ["a@b.example"]},
    ],
)
def test_a_name_that_may_be_another_is_never_taken(columns: dict[str, list[str]]) -> None:
    assert "name" not in guessed(columns).columns


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Land", ["Bayern", "Hessen"]),
        ("Nr.", ["1", "2"]),
        ("Title", ["Mr", "Mrs"]),
        ("Site", ["Annexe nord", "Annexe sud"]),
        ("X", ["yes", "no"]),
        ("Länge", ["12 Wochen", "3 Wochen"]),
        ("places", ["indoor", "outdoor"]),
        ("Home country", ["France", "France"]),
        ("Created date", ["2025-01-01", "2025-01-02"]),
        ("state", ["BE", "BE"]),
        ("LA (name)", ["Leeds", "York"]),
        ("start_date", ["1970-01-01", "1981-01-01"]),
        ("Art", ["x", "y"]),
        ("epsg_origine", ["EPSG:2154", "EPSG:2154"]),
        ("Latitude", ["48.5", "48.6"]),
    ],
)
def test_what_looks_alike_is_left_out(heading: str, values: list[str]) -> None:
    assert set(guessed({"name": ["A", "B"], heading: values}).columns) == {"name"}


@pytest.mark.parametrize(
    ("heading", "values", "field"),
    [
        ("type", ["host", "alumni"], "record_type"),
        ("type", ["Grundschule", "Gymnasium"], "organisation_kind"),
        ("Catégorie", ["Bois", "Santé"], "sectors"),
        ("type", ["admin", "admin"], "record_type"),
        ("Contact", ["a@b.example", "c@d.example"], "contact_email"),
        ("Contact", ["+33 1 23 45 67 89", "0461 55 50 10"], "contact_phone"),
        ("Contact", ["Anne Le Goff", "Jan Bos"], "contact_name"),
        ("Land", ["Litauen", "Pays-Bas"], "country"),
        ("Title", ["Baking bread", "Care at night"], "title"),
        ("Adresse mail de la structure", ["a@b.example", "c@d.example"], "contact_email"),
        ("Telefon Sekretariat", ["0461 55 50 10", "0461 55 50 11"], "contact_phone"),
        ("Postleitzhal", ["24937", "24939"], "postcode"),
    ],
)
def test_the_values_decide_what_a_heading_leaves_open(heading: str, values: list[str], field: str) -> None:
    assert guessed({"name": ["A", "B"], heading: values}).columns.get(field) == (heading,)


def test_of_two_columns_for_one_field_the_usual_heading_is_taken() -> None:
    mapping = guessed({"name": ["A"], "Locality": ["Holbeck"], "Town": ["Leeds"]})

    assert mapping.columns["town"] == ("Town",)
    assert [column for column, _candidates in mapping.unsure] == ["Locality"]


def test_a_spelling_mistake_counts_only_where_the_values_agree() -> None:
    mapping = guessed({"name": ["A", "B"], "Postleitzhal": ["Bayern", "Hessen"]})

    assert "postcode" not in mapping.columns


@pytest.mark.parametrize(
    ("heading", "values"),
    [
        ("Vorname", ["Anne"]),
        ("Date de naissance", ["2008-01-01"]),
        ("Fax", ["0461 555010"]),
        ("Codice fiscale", ["RSSMRA80A01H501U"]),
        ("kolom7", ["a@b.example"]),
        ("Elève", ["Zoe"]),
        ("xyz", ["+49 461 555010"]),
    ],
)
def test_columns_about_persons_are_private(heading: str, values: list[str], tmp_path: Path) -> None:
    mapping = guessed({"name": ["A"], heading: values})
    got = read(a_file(tmp_path, f"Einrichtung;lat;lon;{heading}\nA;48.58123;7.75123;{values[0]}\n"))

    assert mapping.personal == (heading,)
    assert got.hosts[0].private == {heading: values[0]}


def test_an_unsure_column_is_listed_with_its_candidates() -> None:
    mapping = guessed({"name": ["A"], "official_id": ["04A06"]})

    assert mapping.unsure[0][0] == "official_id"
    assert "external_id" in {field for field, _score in mapping.unsure[0][1]}
    assert all(0 < score < 1 for _field, score in mapping.unsure[0][1])


def test_a_mapping_written_down_is_read_back(tmp_path: Path) -> None:
    made = table(
        {"Name 1": ["A"], "Name 2": ["B"], "yes": ["x"], "2024": ["1"], "Größe: m²": ["1"], "Fax": ["1"]}
    )
    mapping = guess_mapping(made)
    more = ColumnMapping({**mapping.columns, "town": ("yes",), "seats": ("2024",), "summary": ("Größe: m²",)})

    text = dump_mapping(more)

    assert load_mapping(a_file(tmp_path, text, "map.yml"), made).columns == more.columns
    assert "# Fields: name" in text


def test_a_given_mapping_is_followed_to_the_letter(tmp_path: Path) -> None:
    made = table({"a": ["A"], "b": ["B"], "name": ["C"]})

    mapping = load_mapping(a_file(tmp_path, "columns: {name: a, contact_name: [b]}", "map.yml"), made)

    assert mapping.columns == {"name": ("a",), "contact_name": ("b",)}
    assert mapping.unknown == ("name",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns: {owner: a}", "does not exist"),
        ("columns: {name: z}", "does not have"),
        ("columns: {name: [a, a]}", "twice"),
        ("columns: [a]", "columns:"),
        ("name: a", "columns:"),
        ("columns: {name: &x a, town: *x}", "columns:"),
        ("{" * 5000, "columns:"),
        ("\t:", "columns:"),
        ("", "columns:"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        load_mapping(a_file(tmp_path, text, "map.yml"), table({"a": ["A"], "b": ["B"]}))
