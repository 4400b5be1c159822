"""What `mapsvc grants` says to a terminal and to a script."""

import json

import pytest
from click.testing import CliRunner, Result
from pyproj import Geod

from mapsvc.cli import commands, explained

GREEN = {0: 0, 28: 56, 211: 285, 309: 417, 1188: 1188, 1735: 1735}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands, ["grants", *arguments])


def test_a_script_gets_one_object_with_four_things() -> None:
    answer = run("--from", "-0.556,47.4729", "--to", "9.0832,45.8081", "--call", "2026", "--json")

    assert (answer.exit_code, answer.stderr) == (0, "")
    told = json.loads(answer.stdout)
    assert told.pop("distance_km") == pytest.approx(760.315, abs=0.001)
    assert told == {
        "band": "500-1999",
        "travel": {"standard": 309, "green": 417},
        "source": "Erasmus+ Programme Guide 2026",
    }


def test_below_ten_kilometres_the_band_is_none_and_nothing_is_paid() -> None:
    answer = run("--from", "9,45", "--to", "9.1,45", "--call", "2022", "--json")

    told = json.loads(answer.stdout)
    assert (told["band"], told["travel"]) == (None, {"standard": 0, "green": 0})


def test_a_person_gets_a_table_with_the_source() -> None:
    answer = run("--from", "9,45", "--to", "9.5,45", "--call", "2022")

    assert answer.stdout.splitlines() == [
        "Distance      39.4 km",
        "Band          10-99 km",
        "Travel        23 EUR",
        "Green travel  none of its own",
        "Source        Erasmus+ Programme Guide 2022",
    ]


def told_at(km: float, call: int) -> dict[str, object]:
    """What a script is told of somebody who has so many kilometres to go, east from Milan."""
    lon, lat, _back = Geod(ellps="WGS84").fwd(9.19, 45.46, 90, km * 1000)
    answer = run("--from", "9.19,45.46", "--to", f"{lon:.9f},{lat:.9f}", "--call", str(call), "--json")
    told: dict[str, object] = json.loads(answer.stdout)
    return told


@pytest.mark.parametrize(
    ("km", "band", "paid"),
    [
        (0, None, 0),
        (9.4, None, 0),
        (9.6, None, 0),
        (10, "10-99", 28),
        (99.4, "10-99", 28),
        (99.6, "10-99", 28),
        (100, "100-499", 211),
        (1999.9, "500-1999", 309),
        (7999.9, "4000-7999", 1188),
        (19000, "8000+", 1735),
    ],
)
def test_only_full_kilometres_count_and_the_distance_is_told_to_the_metre(
    km: float, band: str | None, paid: int
) -> None:
    told = told_at(km, 2026)

    assert told["distance_km"] == pytest.approx(km, abs=0.001)
    assert (told["band"], told["travel"]) == (band, {"standard": paid, "green": GREEN[paid]})


def test_numbers_in_the_other_order_are_doubted_beside_the_answer() -> None:
    turned = run("--from", "45.81,9.08", "--to", "9.19,45.46", "--call", "2026", "--json")
    far = run("--from", "55.45,-20.88", "--to", "-61.5,16.2", "--call", "2026")  # Réunion, Guadeloupe

    assert json.loads(turned.stdout)["band"] == "4000-7999"
    assert "--from: no country of Europe is at longitude 45.81, latitude 9.08." in turned.stderr
    assert "if you mean 9.08,45.81, write that" in turned.stderr
    assert (far.exit_code, far.stderr) == (0, "")


@pytest.mark.parametrize(
    ("home", "host", "call", "said"),
    [
        ("9,45", "9,45", "1999", "No amounts are known for the call of 1999. Known are the calls of 2021"),
        ("9,45", "9,45", "2020", "No amounts are known for the call of 2020."),
        ("9,45", "9,45", "2035", "No amounts are known for the call of 2035."),
        ("9,45", "9,45", "", "“” is not a whole number."),
        ("", "9,45", "2026", "“” is no point for --from."),
        ("Milan", "9,45", "2026", "“Milan” is no point for --from. Write longitude and latitude"),
        ("9,45", "9,45", "soon", "“soon” is not a whole number."),
        ("nan,45", "9,45", "2026", "“nan” cannot be used for “--from”: it needs a number"),
        ("9,45", "9,90.1", "2026", "“90.1” cannot be used for “--to”: minimum -90 °, maximum 90 °."),
        ("9,45", "181,45", "2026", "“181” cannot be used for “--to”: minimum -180 °"),
        ("9;45", "9,45", "2026", "“9;45” is no point for --from. Write longitude and latitude"),
        ("9,45,2", "9,45", "2026", "“45,2” cannot be used for “--from”"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line(home: str, host: str, call: str, said: str) -> None:
    answer = run("--from", home, "--to", host, "--call", call, "--json")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert isinstance(answer.exception, Exception)
    assert str(explained(answer.exception)).startswith(said)
