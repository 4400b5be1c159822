"""Where rows are, and how sure that is."""

from pathlib import Path

import pytest

from tests.intake.make import Reading, a_file, csv_of, read

STRASBOURG = (7.7521, 48.5734)


def names_of(positions: list[tuple[float, float] | None]) -> list[bool]:
    return [position is not None for position in positions]


def test_a_decimal_comma_is_read_where_the_column_has_it_throughout(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, 'name,lat,lon\nA,"48,5734","7,7521"\nB,48,"7,7521"\n'))

    assert got.hosts[0].position == STRASBOURG
    assert sum("decimal comma" in message for message in got.messages) == 2


def test_a_decimal_comma_among_points_is_a_fault_with_line_and_column(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, 'name,lat,lon\nA,48.5734,7.7521\nB,"48,5734",7.7521\n'))

    assert [host.name for host in got.hosts] == ["A"]
    assert [(fault.line, fault.column, fault.value) for fault in got.faults] == [(3, "lat", "48,5734")]


@pytest.mark.parametrize("heading", ["coordinates", "Coordonnées GPS", "geo_point_2d", "lat, lon"])
def test_one_column_holds_latitude_and_longitude(heading: str, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, f'name;"{heading}"\nA;48.5734, 7.7521\nB;48.6123, 7.7654\n'))

    assert got.hosts[0].position == STRASBOURG
    assert got.messages == []


def test_a_column_of_pairs_the_other_way_round_is_noticed(tmp_path: Path) -> None:
    text = "name;country;coordinates\nA;FR;7.7521, 48.5734\nB;FR;7.7654, 48.6123\n"

    got = read(a_file(tmp_path, text))

    assert got.hosts[0].position == STRASBOURG
    assert "The numbers of this column were read as longitude, latitude." in got.messages


def test_a_heading_says_the_order_of_a_pair(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "name;lon lat\nA;7.7521 48.5734\n"))

    assert got.hosts[0].position == STRASBOURG


@pytest.mark.parametrize("epsg", [2154, 3857, 25832, 3035])
def test_metres_are_read_in_the_system_declared_for_the_file(epsg: int, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["A", *metres(epsg)]], header="name,y,x")), crs=epsg)

    assert got.hosts[0].position == pytest.approx(STRASBOURG, abs=1e-6)
    assert got.hosts[0].precision == "address"


def metres(epsg: int) -> tuple[float, float]:
    """Northing and easting of Strasbourg."""
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(*STRASBOURG)
    return round(y, 3), round(x, 3)


def test_a_column_says_the_system_of_each_row(tmp_path: Path) -> None:
    rows = [["A", *metres(2154), "EPSG:2154"], ["B", *metres(25832), 25832], ["C", 48.5734, 7.7521, ""]]

    got = read(a_file(tmp_path, csv_of([*rows, ["D", 1, 2, "EPSG:999999"]], header="name,y,x,epsg")))

    assert [host.position for host in got.hosts] == [pytest.approx(STRASBOURG, abs=1e-6)] * 3
    assert [fault.column for fault in got.faults] == ["epsg"]


@pytest.mark.parametrize(("epsg", "country"), [(2154, "FR"), (25832, "FR"), (3035, ""), (3857, "")])
def test_metres_without_a_system_are_refused_with_a_guess(epsg: int, country: str, tmp_path: Path) -> None:
    rows = [["A", *metres(epsg), country], ["B", *metres(epsg), country]]

    got = read(a_file(tmp_path, csv_of(rows, header="name,y,x,country")))

    assert got.hosts == []
    assert all(str(epsg) in reason and "projected metres" in reason for reason in got.reasons)


def test_degrees_in_a_file_declared_in_metres_are_refused(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["A", 48.5734, 7.7521]])), crs=2154)

    assert got.hosts == []
    assert "outside of the area of EPSG:2154" in got.reasons[0]


def swapped(tmp_path: Path, *, country: str, rows: int = 3, right: int = 0) -> Reading:
    made: list[list[object]] = [["S", 7.7521 + n, 48.5734, country] for n in range(rows)]
    made += [["R", 48.5734, 7.7521, country]] * right
    return read(a_file(tmp_path, csv_of(made, header="name,lat,lon,country")))


def test_axes_are_exchanged_when_the_country_proves_it_for_all_rows(tmp_path: Path) -> None:
    got = swapped(tmp_path, country="Germany", rows=3)

    assert got.hosts[0].position == STRASBOURG
    assert sum("were exchanged" in message for message in got.messages) == 1


def test_a_single_row_with_exchanged_axes_is_a_fault(tmp_path: Path) -> None:
    got = swapped(tmp_path, country="FR", rows=1, right=4)

    assert [host.name for host in got.hosts] == ["R"] * 4
    assert got.reasons == ["Latitude and longitude look swapped in this row."]


def test_without_a_country_exchanged_axes_are_only_said(tmp_path: Path) -> None:
    got = swapped(tmp_path, country="", rows=2)

    assert [host.position for host in got.hosts] == [(48.5734, 7.7521), (48.5734, 8.7521)]
    assert sum("swapped?" in message for message in got.messages) == 2


def test_letters_say_which_number_is_which(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "name;lat;lon\nA;7°45'08\"E;48°34'24\"N\n"))

    assert got.hosts[0].position == pytest.approx((7.7522222, 48.5733333))
    assert any("were followed" in message for message in got.messages)


@pytest.mark.parametrize(("lat", "lon"), [("95", "7.75"), ("48.58", "181"), ("-91", "0")])
def test_there_is_nothing_beyond_the_earth(lat: str, lon: str, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["A", lat, lon]])))

    assert got.hosts == []
    assert len(got.reasons) == 1


@pytest.mark.parametrize(("lat", "lon"), [("0", "0"), ("0.0", "-0.0"), ("0,0", "0,0")])
def test_nobody_is_put_at_zero_zero(lat: str, lon: str, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, f"name;lat;lon\nA;{lat};{lon}\n"))

    assert got.hosts[0].position is None
    assert got.hosts[0].precision is None
    assert any("0, 0 is no place" in message for message in got.messages)


def test_one_coordinate_alone_is_a_fault(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "name,lat,lon\nA,48.5734,\nB,48.5734,7.7521\n"))

    assert [host.name for host in got.hosts] == ["B"]
    assert got.reasons == ["Only one of the two coordinates is given."]


def test_a_point_far_outside_of_its_country_is_said(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["A", 48.5734, 7.7521, "PT"]], header="name,lat,lon,country")))

    assert got.hosts[0].position == STRASBOURG
    assert "The point lies far outside of its country (PT)." in got.messages


@pytest.mark.parametrize(
    ("lat", "lon", "precision"),
    [
        ("48.57", "7.75", "town"),
        ("48.573", "7.75", "address"),
        ("48.5734", "7.7521", "address"),
        ("49", "8", "town"),
        ("48°34'N", "7°45'E", "town"),
        ("48°34'24\"N", "7°45'08\"E", "address"),
    ],
)
def test_two_decimals_or_less_are_no_address(lat: str, lon: str, precision: str, tmp_path: Path) -> None:
    other = "B;48.58123;7.75123\n"

    got = read(a_file(tmp_path, f"name;lat;lon\nA;{lat};{lon}\n{other}"))

    assert got.hosts[0].precision == precision


def test_a_column_rounded_throughout_is_no_address(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["A", 48.57, 7.7521], ["B", 48.6, 7.7654]])))

    assert {host.precision for host in got.hosts} == {"town"}


@pytest.mark.parametrize(("count", "precision"), [(4, "address"), (5, "town")])
def test_a_point_of_five_different_names_is_the_towns(count: int, precision: str, tmp_path: Path) -> None:
    rows = [[f"Host {n}", 48.5734, 7.7521] for n in range(count)]

    got = read(a_file(tmp_path, csv_of([*rows, ["Other", 48.6123, 7.7654]])))

    assert {host.precision for host in got.hosts[:count]} == {precision}
    assert got.hosts[-1].precision == "address"


def test_five_names_in_one_house_do_share_its_point(tmp_path: Path) -> None:
    rows = [[f"Host {n}", 48.5734, 7.7521, "Rue Haute 1"] for n in range(6)]

    got = read(a_file(tmp_path, csv_of(rows, header="name,lat,lon,address")))

    assert {host.precision for host in got.hosts} == {"address"}


def test_one_name_many_times_is_not_many_names(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, csv_of([["Host", 48.5734, 7.7521]] * 8)))

    assert {host.precision for host in got.hosts} == {"address"}


def test_a_row_may_say_that_its_point_is_the_towns(tmp_path: Path) -> None:
    rows = [["A", 48.5734, 7.7521, "town"], ["B", 48.6123, 7.7654, "address"]]

    got = read(a_file(tmp_path, csv_of(rows, header="name,lat,lon,precision")))

    assert [host.precision for host in got.hosts] == ["town", "address"]
