"""CSV and text tables as people have them."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.domain.csv_safety import neutralise
from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.readers import read_table
from tests.intake.make import a_file, read

ROWS = [
    ["name", "lat", "lon", "town"],
    ["École", "48.58", "7.75", "Straßburg"],
    ["Süd", "48.61", "7.71", "Kehl, Rhein"],
]


def written(delimiter: str, rows: list[list[str]] = ROWS) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, written(delimiter)))

    assert table.columns == ("name", "lat", "lon", "town")
    assert [row.cells[3] for row in table.rows] == ["Straßburg", "Kehl, Rhein"]


@pytest.mark.parametrize("delimiter", [";", "^", ","])
def test_a_sep_line_declares_the_delimiter(delimiter: str, tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, f"sep={delimiter}\r\n" + written(delimiter)))

    assert table.columns == ("name", "lat", "lon", "town")
    assert [row.line for row in table.rows] == [3, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings_are_read(encoding: str, tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, written(",").encode(encoding)))

    assert table.columns[0] == "name"
    assert table.rows[0].cells[0] == "École"


@pytest.mark.parametrize("marks", [1, 2, 3])
def test_byte_order_marks_are_taken_off(marks: int, tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, b"\xef\xbb\xbf" * marks + b'"name",lat,lon\nA,48.5,7.5\n'))

    assert table.columns == ("name", "lat", "lon")
    assert [row.line for row in table.rows] == [2]


def test_windows_1252_is_said_with_its_first_line(tmp_path: Path) -> None:
    text = "name,lat,lon\nPlain,48.581,7.751\nÉcole “A”,48.582,7.752\n"

    table = read_table(a_file(tmp_path, text.encode("cp1252")))

    assert table.rows[1].cells[0] == "École “A”"
    assert [(notice.line, notice.value) for notice in table.notices] == [(3, "École “A”,48.582,7.752")]


@pytest.mark.parametrize(
    "text", [b"name,town\nA,Krak\xf3w\nB,Ma\xb3opolska\n", b"name,town\nA,\x81\x8d\n", b"name\n\xe9\x00\n"]
)
def test_text_in_an_encoding_that_is_not_sure_is_refused(text: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, text))


def test_title_lines_stand_above_the_header(tmp_path: Path) -> None:
    text = "Liste des structures 2026;;\n\nÉtat au 1er mars;;\nNom;Ville;Pays\nAr Roc'h;Rennes;France\n"

    table = read_table(a_file(tmp_path, text))

    assert table.columns == ("Nom", "Ville", "Pays")
    assert [row.line for row in table.rows] == [5]
    assert [notice.line for notice in table.notices] == [1, 3]


def test_a_header_without_known_words_is_the_first_full_row(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, "Something\nalpha,beta,gamma\n1,2,3\n4,5,6\n7,8,9\n"))

    assert table.columns == ("alpha", "beta", "gamma")


def test_a_delimiter_at_the_end_of_each_row_adds_no_column(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, "name,lat,lon\nA,48.1,7.1,\nB,48.2,7.2,\nC,48.3,7.3,\n"))

    assert table.columns == ("name", "lat", "lon")
    assert len(table.rows) == 3


def test_a_header_one_longer_ends_in_an_empty_cell(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, "name,lat,lon,\nA,48.1,7.1\nB,48.2,7.2\n"))

    assert table.columns == ("name", "lat", "lon")
    assert len(table.rows) == 2


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        # Row numbers without a heading, as R writes them.
        ("name,lat,lon,email", "{n},Host {n},48.{n}5,7.{n}5,a@b{n}.example"),
        # A heading for row numbers that are not there.
        ("nr,name,lat,lon,email", "Host {n},48.{n}5,7.{n}5,a@b{n}.example"),
    ],
)
def test_a_header_off_by_one_is_set_right_by_the_values(header: str, rows: str, tmp_path: Path) -> None:
    text = "\n".join([header, *(rows.format(n=n) for n in range(1, 6))]) + "\n"

    got = read(a_file(tmp_path, text))

    assert [host.name for host in got.hosts] == [f"Host {n}" for n in range(1, 6)]
    assert got.hosts[0].position == (7.15, 48.15)
    assert got.hosts[0].contact_email == "a@b1.example"


def test_rows_of_another_width_are_faults(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, "name,lat,lon\nA,48.1\nB,48.2,7.2\nC,48,3,7,3\n"))

    assert [row.line for row in table.rows] == [3]
    assert [fault.line for fault in table.faulty] == [2, 4]
    assert "too few columns" in table.faulty[0].message
    assert "too many columns" in table.faulty[1].message


def test_lines_are_physical_lines(tmp_path: Path) -> None:
    text = 'name,summary,lat,lon\r\nA,"one\r\ntwo\r\nthree",48.1,7.1\r\n\r\nB,x,48.2,7.2\r\n'

    table = read_table(a_file(tmp_path, text))

    assert [(row.line, row.cells[1]) for row in table.rows] == [(2, "one\ntwo\nthree"), (6, "x")]


@pytest.mark.parametrize(
    "body",
    [
        'A,48.1,7.1\n"B,48.2,7.2\nC,48.3,7.3\n',
        'A,48.1,7.1\n"B,48.2,7.2\nC,"x",7.3\n',
        'A,48.1,7.1\n"B' + ",x" * 90_000 + "\n",
    ],
)
def test_a_quote_that_is_never_closed_refuses_the_file(body: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="Line 3 opens a quotation mark"):
        read_table(a_file(tmp_path, f"name,lat,lon\n{body}"))


def test_a_quote_in_the_middle_of_a_cell_is_a_fault_of_its_row(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, 'name,lat,lon\n"Zum "Löwen"",48.1,7.1\nB 6" wide,48.2,7.2\n'))

    assert [fault.line for fault in table.faulty] == [2]
    assert [row.cells[0] for row in table.rows] == ['B 6" wide']


@pytest.mark.parametrize(
    "nothing", ["NA", "n/a", "null", "-", "–", "k.A.", "s/o", "n.v.t.", "n.d.", "#N/A", "  "]
)
def test_words_for_nothing_are_nothing(nothing: str, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, f"name;summary;lat;lon\nA;{nothing};{nothing};{nothing}\n"))

    assert got.hosts[0].summary is None
    assert got.hosts[0].position is None
    assert got.hosts[0].private == {}


def test_a_header_that_stands_again_is_skipped(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "name,lat,lon\nA,48.1,7.1\nname,lat,lon\nB,48.2,7.2\n"))

    assert [host.name for host in got.hosts] == ["A", "B"]
    assert "The header stands here again and was skipped." in got.messages


def test_columns_without_or_with_the_same_name_are_told_apart(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, "name,tel,,tel\nA,1,2,3\nB,4,5,6\n"))

    assert table.columns == ("name", "tel", "#3", "tel (2)")


@pytest.mark.parametrize("text", ["", "   \n", "\ufeff"])
def test_an_empty_file_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="empty file"):
        read_table(a_file(tmp_path, text))


def test_a_file_with_only_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="only a header"):
        read_table(a_file(tmp_path, "name,lat,lon\n"))


@pytest.mark.parametrize("name", ["hosts.exe", "hosts.csv.exe", "hosts", "hosts.svg"])
def test_other_types_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="type not allowed"):
        read_table(a_file(tmp_path, "name,lat,lon\nA,1,2\n", name))


@pytest.mark.parametrize("content", [b"MZ\x00\x00\x01", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_what_is_no_text_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, content))


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@settings(max_examples=200, deadline=None)
@given(names=st.lists(NAMES, min_size=1, max_size=5), delimiter=st.sampled_from(",;\t"))
def test_any_text_comes_back_from_a_neutralised_file(
    names: list[str], delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = [clean(name) for name in names]
    rows = [["name", "lat", "lon"], *([neutralise(name), "48.5812", "7.7512"] for name in expected)]

    table = read_table(a_file(tmp_path_factory.mktemp("any"), written(delimiter, rows)))

    assert [row.cells[0] for row in table.rows] == expected
