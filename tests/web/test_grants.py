"""The home town on public pages: cards say what the command says, links carry it on, nothing keeps it."""

import csv
import io
import json
import logging
import re
from html import unescape

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from mapsvc.cli import commands
from mapsvc.config import Settings

ANGERS = "home=Angers%2C+France"
PATHS = ("/?", "/list?where=Lyon&", "/grants?", "/shortlist?ids=1,2,3&")  # that a home town is sent to


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def cards(page: str) -> list[tuple[float, float, str]]:
    """Longitude, latitude and what the card says of the grant, of each host of a list."""
    found = re.findall(
        r'data-kind="host" data-lon="([^"]+)" data-lat="([^"]+)">(.*?)</li>', page, flags=re.DOTALL
    )
    line = re.compile(r'<p class="grant-line">(.*?)</p>', re.DOTALL)
    return [
        (float(lon), float(lat), plain(said.group(1)) if (said := line.search(card)) else "")
        for lon, lat, card in found
    ]


@pytest.mark.parametrize("call", [2022, 2026])
def test_a_card_says_what_the_command_says(client: FlaskClient, call: int) -> None:
    listed = cards(client.get(f"/list?limit=60&{ANGERS}&call={call}").text)

    assert len(listed) > 20
    for lon, lat, said in listed[::6]:
        asked = ["--from", "-0.56,47.47", "--to", f"{lon},{lat}", "--call", str(call), "--json"]
        told = json.loads(CliRunner().invoke(commands, ["grants", *asked]).stdout)
        assert said.replace(",", "").startswith(f"Travel €{told['travel']['standard']}")


def test_the_shortlist_says_of_its_hosts_what_their_cards_say_and_its_link_has_no_home(
    client: FlaskClient,
) -> None:
    listed = client.get(f"/list?limit=30&{ANGERS}&call=2022").text
    ids = re.findall(r'data-id="(\d+)"', listed)

    page = client.get(f"/shortlist?ids={','.join(ids)}&{ANGERS}&call=2022").text

    assert cards(page) == cards(listed)
    assert any(said for _lon, _lat, said in cards(page))
    leaving = re.findall(r'(?:href="mailto:|data-copy=|data-keep-all=)[^>]*', page)
    assert len(leaving) == 3
    assert not any("home" in one or "call" in one for one in leaving)
    assert "home=Angers" in next(one for one in re.findall(r'href="(/hosts/[^"]+)"', page))


def test_without_a_home_town_no_card_speaks_of_a_grant(client: FlaskClient) -> None:
    page = client.get("/").text

    assert {said for _lon, _lat, said in cards(page)} == {""}
    assert "Travel grant from your home town" in plain(page)


def test_the_page_of_a_host_says_distance_band_amounts_group_and_source(client: FlaskClient) -> None:
    listed = client.get(f"/list?country=DE&limit=5&{ANGERS}").text
    link = next(one for one in re.findall(r'href="(/hosts/[^"]+)"', listed))

    page = plain(client.get(unescape(link)).text)

    assert "home=Angers" in link
    assert re.search(r"From Angers.*?, one way [\d,]+\.\d km", page)
    assert "Distance band 500 to 1,999 km There and back €309 With green travel €417 Country group 1" in page
    assert "Source: Erasmus+ Programme Guide" in page


def test_links_of_the_page_keep_the_home_town_and_files_do_not(client: FlaskClient) -> None:
    page = client.get(f"/?where=Lyon&radius_km=500&limit=2&{ANGERS}&call=2023").text

    following = [unescape(one) for one in re.findall(r'href="([^"]+)" rel="next"', page)]
    files = re.findall(r'href="(/download/[^"]+)"', page)
    assert following
    assert all("home=Angers" in one and "call=2023" in one for one in following)
    assert files
    assert not any("home" in one for one in files)
    assert "travel grant from angers" in plain(page).lower()


def test_a_town_that_is_not_known_is_said_beside_its_field_and_the_list_stands(client: FlaskClient) -> None:
    answer = client.get("/?home=Xyzzyx&where=Lyon")

    assert answer.status_code == 200
    assert 'value="Xyzzyx"' in answer.text
    assert "There is no town “Xyzzyx” that is known here." in plain(answer.text)
    assert "Nothing found here" not in answer.text


@pytest.mark.parametrize(
    ("home", "said"),
    [
        ("45.81,9.08", "No town is near “45.81,9.08”. The longitude comes first"),
        ("181,45", "“181,45” is no point. The longitude comes first, from -180 to 180"),
        ("9;91", "“9;91” is no point."),
        ("nan,nan", "“nan,nan” is not clear."),
        ("Italy", "There is no town “Italy” that is known here."),
        ("x" * 190, "There is no town “xxx"),
        ("0,0", "4,000 to 7,999 km"),
        ("9.08;45.81", "none: below 10 km"),
        ("Como, Italy", "0.0 km"),
        ("179.99,-45.8", "8,000 km and more"),
        ("Angers [3037656]", "500 to 1,999 km"),
    ],
)
def test_every_home_town_gets_a_distance_or_says_what_is_wrong_with_it(
    client: FlaskClient, home: str, said: str
) -> None:
    listed = client.get("/list?where=Como&radius_km=20&limit=20").text
    host = next(link for link in re.findall(r'href="(/hosts/[^"?]+)', listed))

    answer = client.get(host, query_string={"home": home})

    assert answer.status_code == 200
    assert said in plain(answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/?home=Angers&call=1999",
        "/?call=soon",
        "/grants?call=2028",
        "/?home=a&home=b",
        "/shortlist?ids=1&call=2035",
    ],
)
def test_what_cannot_be_read_at_all_is_told_in_words(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


def test_the_rule_of_full_kilometres_the_amounts_and_the_groups_stand_on_a_page(client: FlaskClient) -> None:
    page = plain(client.get("/grants?call=2022").text)

    assert "With 99.6 km you have not reached 100 km" in page
    assert "100 to 499 km €180 €210" in page
    assert "Source: Erasmus+ Programme Guide 2022." in page
    assert "Group 3 Bulgaria, Croatia" in page


def test_the_amounts_of_a_call_are_a_table_to_take_along(client: FlaskClient) -> None:
    page = client.get("/grants?call=2022").text
    answer = client.get("/grants/amounts.csv?call=2022")

    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    found = {row["from_km"]: (row["to_km"], row["standard"], row["green"]) for row in rows}
    assert (found["100"], found["8000"]) == (("499", "180", "210"), ("", "1500", ""))
    assert {row["call"] for row in rows} == {"2022"}
    assert 'href="/grants/amounts.xlsx?call=2022"' in page
    assert client.get("/grants/amounts.fgb").status_code == 404
    assert client.get("/grants/amounts.csv?call=1999").status_code == 400


def test_nothing_keeps_a_home_town(
    client: FlaskClient,
    sampled: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)

    answers = [client.get(f"{path}home=Xyzzyxtown") for path in PATHS]

    assert {answer.status_code for answer in answers} == {200}
    assert not any("Set-Cookie" in answer.headers for answer in answers)
    kept = [path for path in sampled.folder.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"Xyzzyxtown" in path.read_bytes()]
    said = capfd.readouterr()
    assert "Xyzzyxtown" not in caplog.text + said.out + said.err
