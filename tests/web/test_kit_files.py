"""What is taken along of a kit is a file in the reader's language, the same for everybody."""

import io
import json
from datetime import date

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader

from tests.qr import read_code


def test_a_kit_on_paper_has_a_code_that_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.get("/kits/como/kit.pdf", headers={"Accept-Language": "fr"})

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kit-como.pdf"'
    assert "Set-Cookie" not in answer.headers
    reader = PdfReader(io.BytesIO(answer.data))
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    assert read_code(reader.pages[0]) == "http://localhost/kits/como"


def test_links_on_paper_lead_to_pages_of_this_site(client: FlaskClient) -> None:
    reader = PdfReader(io.BytesIO(client.get("/kits/como/kit.pdf?lang=en").data))

    links = [one.get_object() for page in reader.pages for one in page.get("/Annots", [])]
    found = {str(one["/A"]["/URI"]) for one in links if "/URI" in one.get("/A", {})}
    assert "http://localhost/emergency" in found
    assert {one for one in found if not one.startswith(("https://", "http://localhost/"))} == {"tel:112"}


def test_who_has_a_file_already_is_told_so(client: FlaskClient) -> None:
    first = client.get("/kits/kaunas/kit.pdf?lang=en")

    again = client.get("/kits/kaunas/kit.pdf?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    other = client.get("/kits/kaunas/kit.pdf?lang=fr", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert other.status_code == 200
    assert "Accept-Language" in first.headers["Vary"]


def test_the_first_week_begins_on_the_day_of_arrival(client: FlaskClient) -> None:
    answer = client.get("/kits/kaunas/first-week.ics?arrival=2027-03-01&lang=fr")

    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    assert events[0]["dtstart"].dt == date(2027, 3, 1)
    assert events[0]["url"] == "http://localhost/kits/kaunas"
    assert events[0]["uid"].endswith("@localhost")
    assert events[0]["summary"].params["LANGUAGE"] == "fr"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?arrival=",
        "?arrival=tomorrow",
        "?arrival=2027-02-30",
        "?arrival=20270301",
        "?arrival=9999-12-31",
        "?arrival=2027-03-01&arrival=2027-03-02",
    ],
)
def test_a_first_week_needs_one_day_of_arrival(query: str, client: FlaskClient) -> None:
    answer = client.get(f"/kits/como/first-week.ics{query}")

    assert answer.status_code == 400
    assert answer.mimetype == "text/html"


def test_places_are_the_same_in_both_formats(client: FlaskClient) -> None:
    plain = client.get("/kits/flensburg/places.geojson")
    gpx = client.get("/kits/flensburg/places.gpx")

    points = [one["geometry"]["coordinates"] for one in json.loads(plain.data)["features"]]
    waypoints = [one for one in ElementTree.fromstring(gpx.data) if one.tag.endswith("wpt")]
    assert (plain.mimetype, gpx.mimetype) == ("application/geo+json", "application/gpx+xml")
    assert len(points) >= 2
    assert [[float(one.attrib["lon"]), float(one.attrib["lat"])] for one in waypoints] == points


@pytest.mark.parametrize(
    "path",
    [
        "/kits/atlantis/kit.pdf",
        "/kits/atlantis/first-week.ics?arrival=2027-03-01",
        "/kits/atlantis/places.gpx",
        "/kits/como/places.kml",
        "/kits/..%2fcountries/kit.pdf",
    ],
)
def test_what_is_not_there_is_not_found(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404
