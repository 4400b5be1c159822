"""Searches that find few hosts are counted beside the page, and the desk shows where that happens."""

import csv
import io
import json
import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.demand_visitors import Sought
from mapsvc.domain.demands import DemandCount, DemandVisit, Wanted
from mapsvc.domain.people import Role
from mapsvc.http import Running
from mapsvc.places.region_sets import region_sets
from mapsvc.presentation.demands import demand_table, months_table
from mapsvc.services.demand_buffers import DemandBuffer, DemandCounter
from mapsvc.services.demands import finders, last_months
from mapsvc.services.table_files import table_file
from mapsvc.storage import demands
from mapsvc.storage.demands import Count
from mapsvc.storage.engine import reading, writing
from tests import make
from tests.publish import publish
from tests.web.conftest import Serve, close
from tests.web.signed_in import given, sign_in

ADA = "ada@example.org"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"}
COMO = f"lon={make.COMO[0]}&lat={make.COMO[1]}"
THIS_MONTH = now().date().replace(day=1)
ROW = re.compile(r'<tr[^>]*><th scope="row">(.*?)</th>(.*?)</tr>')


def waiting(app: Flask) -> DemandBuffer:
    held: Running = app.extensions["mapsvc"]
    assert held.demand is not None
    return held.demand


def asked(app: Flask, path: str, **headers: str) -> list[Sought]:
    """What waits to be counted after one request."""
    given_headers = BROWSER | {name.replace("_", "-"): value for name, value in headers.items()}
    answer = app.test_client().get(path, headers=given_headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    return waiting(app).take()


def counted(session_engine: Engine, counts: dict[tuple[str, str], int], month: date = THIS_MONTH) -> None:
    """Has visitors counted, by region and field."""
    with writing(session_engine) as session:
        for (region, field), visitors in counts.items():
            wanted = Wanted("shipped", region, field)
            demands.add_visits(session, month, [(who.to_bytes(16), wanted) for who in range(visitors)])
        session.commit()


def rows(page: str) -> dict[str, list[str]]:
    """The rows of the table, without what is read aloud alone."""
    said = re.sub(r'<span class="visually-hidden">.*?</span>', "", page.partition("<tbody>")[2])
    return {
        unescape(re.sub("<.*?>", "", name)): re.findall(r">([\d,.–]+)<", cells)
        for name, cells in ROW.findall(said)
    }


def test_a_search_that_finds_fewer_than_three_hosts_is_counted(app: Flask, engine: Engine) -> None:
    with writing(engine) as session:
        publish(session, make.host("One"), make.host("Two", (make.COMO[0] + 0.01, make.COMO[1])))

    two = asked(app, f"/?{COMO}&radius_km=50&field=0715&field=0716&field=1015")
    script = asked(app, f"/list?{COMO}")
    with writing(engine) as session:
        publish(session, make.host("Three", (make.COMO[0] + 0.02, make.COMO[1])))
    three = asked(app, f"/?{COMO}")
    none = asked(app, "/?lon=12.5&lat=41.9&radius_km=10")

    assert [one.fields for one in two] == [("07", "10")]
    assert [(one.lon, one.lat, one.fields) for one in script] == [(*make.COMO, ("",))]
    assert (len(three), len(none)) == (0, 1)


def test_only_the_first_page_of_a_list_of_hosts_around_a_place_is_counted(app: Flask) -> None:
    paths = (
        "/",
        "/?q=nothing",
        "/?bbox=9,45,10,46",
        f"/?{COMO}&bbox=9,45,10,46",
        f"/?{COMO}&page=2",
        f"/?{COMO}&kind=alumni",
        f"/api/search?{COMO}",
        f"/api/viewport?box=9,45,10,46&zoom=8&{COMO}",
        "/shortlist?ids=1",
    )

    assert [path for path in paths if asked(app, path)] == []
    assert len(asked(app, f"/?{COMO}&kind=alumni&kind=host")) == 1


def test_who_objects_and_what_nobody_looks_at_is_not_counted(app: Flask) -> None:
    given_headers = ({"DNT": "1"}, {"Sec_GPC": "1"}, {"Sec_Purpose": "prefetch"}, {"User_Agent": "curl/8"})

    assert [headers for headers in given_headers if asked(app, f"/?{COMO}", **headers)] == []


def test_where_counting_is_switched_off_nothing_waits_and_nothing_is_written(
    settings: Settings, engine: Engine, serve: Serve
) -> None:
    app = serve(settings.model_copy(update={"demand": False}))

    answer = app.test_client().get(f"/?{COMO}", headers=BROWSER)

    assert answer.status_code == 200
    assert app.extensions["mapsvc"].demand is None
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(DemandVisit)) == 0
    assert "On this site that is switched off." in app.test_client().get("/privacy").text
    close(app)


def test_the_page_of_a_search_writes_nothing_and_what_it_left_is_counted_by_region(
    app: Flask, engine: Engine, settings: Settings
) -> None:
    for _twice in range(2):
        app.test_client().get("/?where=Como&field=0715", headers=BROWSER)
    with reading(engine) as session:
        before = session.scalar(select(func.count()).select_from(DemandVisit))

    DemandCounter(waiting(app), engine, lambda: finders(settings.folder)).count()

    with reading(engine) as session:
        found = session.execute(
            select(DemandCount.region_set, DemandCount.region, DemandCount.field, DemandCount.visitors)
        ).all()
    assert before == 0
    assert [tuple(row) for row in found] == [("shipped", "IT-CO", "07", 1)]


@pytest.fixture
def client(app: Flask, engine: Engine) -> FlaskClient:
    """The browser of a referent."""
    given(engine, ADA, Role.REFERENT, sending="School A")
    client = app.test_client()
    sign_in(client, engine, ADA)
    return client


def test_the_desk_shows_five_visitors_and_never_four(client: FlaskClient, engine: Engine) -> None:
    counted(engine, {("IT-CO", "07"): 5, ("IT-CO", ""): 12, ("IT-LC", "07"): 7, ("IT-RM", "10"): 4})

    page = client.get("/desk/demand/").text
    file = client.get("/desk/demand/demand.csv").text

    assert rows(page) == {
        "Como Italy": ["17", "0", "17", "5", "12"],
        "Lecco Italy": ["7", "0", "7", "7", "–"],
        "All regions": ["24", "0", "12", "12"],
    }
    assert "Most of all in Como (No field chosen): 12." in page
    lines = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
    assert [(line["region"], line["field"], line["visitors"]) for line in lines] == [
        ("IT-CO", "", "12"),
        ("IT-CO", "07", "5"),
        ("IT-LC", "07", "7"),
    ]
    assert "IT-RM" not in page + file


def test_the_desk_orders_by_any_column_and_back(client: FlaskClient, engine: Engine) -> None:
    counted(engine, {("IT-CO", "07"): 5, ("IT-CO", ""): 12, ("IT-LC", "07"): 7, ("FR-67", "07"): 6})

    def order(query: str) -> list[str]:
        return [name.split()[0] for name in rows(client.get(f"/desk/demand/?{query}").text)][:-1]

    assert order("") == ["Como", "Lecco", "Bas-Rhin"]
    assert order("sort=07") == ["Lecco", "Bas-Rhin", "Como"]
    assert order("sort=07&order=up") == ["Como", "Bas-Rhin", "Lecco"]
    assert order("sort=region&order=up") == ["Bas-Rhin", "Como", "Lecco"]
    assert order("sort=region") == ["Lecco", "Como", "Bas-Rhin"]
    assert order("sort=none") == ["Como", "Bas-Rhin", "Lecco"]
    assert order("sort=nonsense") == ["Como", "Lecco", "Bas-Rhin"]


def test_the_desk_adds_up_the_months_that_are_chosen(client: FlaskClient, engine: Engine) -> None:
    earlier, later = last_months(THIS_MONTH, 2)
    counted(engine, {("IT-CO", "07"): 5}, earlier)
    counted(engine, {("IT-CO", "07"): 6}, later)

    def total(first: date, last: date) -> list[str]:
        page = client.get(f"/desk/demand/?first={first:%Y-%m}&last={last:%Y-%m}").text
        return rows(page)["All regions"]

    assert total(earlier, earlier) == ["5", "0", "5"]
    assert total(later, later) == ["6", "0", "6"]
    assert total(earlier, later) == total(later, earlier) == ["11", "0", "11"]


def test_larger_regions_are_the_sums_of_what_is_shown_of_their_parts(
    client: FlaskClient, engine: Engine
) -> None:
    counted(engine, {("IT-CO", "07"): 5, ("IT-LC", "07"): 7, ("IT-MI", "07"): 4, ("FR-67", ""): 6})

    page = client.get("/desk/demand/?level=0&shown=per_seat").text
    larger = client.get("/desk/demand/?level=1").text

    assert {name.split()[0]: cells[0] for name, cells in rows(page).items()} == {
        "Italy": "12",
        "France": "6",
        "All": "18",
    }
    assert rows(larger)["Lombardy Italy"] == ["12", "0", "12", "12", "–"]
    config = json.loads(page.partition('id="map-config">')[2].partition("</script>")[0])
    assert {region: words for region, (_shade, words) in config["drawn"].items()} == {"IT": "12", "FR": "6"}
    assert client.get(config["regions"]).status_code == 200


def test_an_empty_desk_says_why_nothing_is_there(client: FlaskClient) -> None:
    page = client.get("/desk/demand/")

    assert page.status_code == 200
    assert "Nothing to show for these months." in page.text
    assert "<table" not in page.text


def test_months_and_regions_that_are_none_are_said_at_their_field(client: FlaskClient) -> None:
    for query in ("first=1999-01", "last=%00", "regions=mars", "first=2026-13&last=x"):
        page = client.get(f"/desk/demand/?{query}")

        assert page.status_code == 422
        assert 'aria-invalid="true"' in page.text
        assert client.get(f"/desk/demand/demand.csv?{query}").status_code == 200


def test_the_totals_of_the_table_are_those_of_its_cells_and_of_the_file(settings: Settings) -> None:
    shipped = region_sets(settings.folder).default()
    counts = [
        Count(month, region, field, 5 + place)
        for place, (month, region, field) in enumerate(
            (month, region, field)
            for month in last_months(date(2026, 11, 3), 3)
            for region in ("IT-CO", "FR-67", "gone")
            for field in ("07", "10", "")
        )
    ]

    table = demand_table(counts, shipped, {"IT-CO": 4}.get, level=2, language="en", sort="10")
    lines = list(
        csv.DictReader(
            io.StringIO(table_file(months_table(counts, shipped, language="en"), "csv").decode("utf-8-sig"))
        )
    )

    whole = sum(count.visitors for count in counts)
    assert table.total == whole == sum(row.total for row in table.rows)
    assert whole == sum(int(line["visitors"]) for line in lines)
    assert [code for code, _label in table.fields] == ["07", "10", ""]
    assert [(row.region, row.per_seat) for row in table.rows if row.seats] == [
        ("IT-CO", round(table.rows[-1].total / 4, 1))
    ]
    assert table.most is not None
    assert table.most[2] == max(max(row.visitors) for row in table.rows)
