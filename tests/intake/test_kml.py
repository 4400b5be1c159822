"""KML, KMZ and GPX."""

from pathlib import Path

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.limits import BROWSER
from mapsvc.intake.readers import read_table
from mapsvc.intake.waypoints import plain_text
from tests.intake.bombs import packed
from tests.intake.make import a_file, read

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:atom="http://www.w3.org/2005/Atom"><Document>
<Schema name="s" id="s"><SimpleField type="string" name="Land"/></Schema><Folder><name>Hosts</name>{body}
</Folder></Document></kml>"""
BAKERY = """<Placemark id="p1"><name>Bäckerei Süß &amp; Sohn</name>
<description><![CDATA[<p>Bread<br>and <b>cakes</b></p><script>alert(1)</script>
<img src="x" onerror="a()">]]></description>
<address>Hauptstraße 1, 77652 Offenburg</address><phoneNumber>+49 781 123456</phoneNumber>
<atom:link href="https://example.org/"/>
<ExtendedData><Data name="Sektor"><displayName>S</displayName><value>food</value></Data>
<SchemaData schemaUrl="#s"><SimpleData name="Land">Deutschland</SimpleData></SchemaData></ExtendedData>
<Point><extrude>1</extrude><coordinates>
 7.7521,48.5734,140
</coordinates></Point></Placemark>"""
GPX = """<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1" xmlns:x="urn:x">
<metadata><name>My list</name></metadata>
<wpt lat="48.5734" lon="7.7521"><ele>140</ele><name>A</name><desc>We bake &lt;b&gt;bread&lt;/b&gt;</desc>
<link href="https://example.org/"><text>site</text></link><type>Bakery</type>
<extensions><x:host><x:town>Strasbourg</x:town><x:country>FR</x:country></x:host></extensions></wpt>
<wpt lat="48,5" lon="7.7"><name>B</name></wpt>{body}</gpx>"""


def kml(folder: Path, *placemarks: str) -> Path:
    return a_file(folder, KML.format(body="".join(placemarks)), "hosts.kml")


def placemark(geometry: str) -> str:
    return f"<Placemark><name>A</name>{geometry}</Placemark>"


def test_a_placemark_gives_its_texts_data_and_point(tmp_path: Path) -> None:
    got = read(kml(tmp_path, BAKERY))

    host = got.hosts[0]
    assert (host.line, host.name, host.position) == (1, "Bäckerei Süß & Sohn", (7.7521, 48.5734))
    assert (host.address, host.postcode, host.town, host.country) == (
        "Hauptstraße 1",
        "77652",
        "Offenburg",
        "DE",
    )
    assert (host.website, host.contact_phone, host.sectors) == (
        "https://example.org/",
        "+49 781 123456",
        ("food",),
    )


def test_a_description_loses_its_html(tmp_path: Path) -> None:
    host = read(kml(tmp_path, BAKERY)).hosts[0]

    assert host.summary == "Bread\nand cakes"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a < b and 3 > 2", "a < b and 3 > 2"),
        ("R&amp;D &lt;script&gt;", "R&D <script>"),
        ("<style>p {}</style>x", "x"),
        ("<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>", "1 2\n3"),
        ("<script>never closed", ""),
    ],
)
def test_plain_text_is_what_a_reader_sees(text: str, seen: str) -> None:
    assert plain_text(text) == seen


@pytest.mark.parametrize(
    "geometry",
    [
        "<LineString><coordinates>7,48 8,49</coordinates></LineString>",
        "<Polygon><outerBoundaryIs><LinearRing><coordinates>7,48</coordinates></LinearRing></outerBoundaryIs></Polygon>",
        "<MultiGeometry><Point><coordinates>7,48</coordinates></Point></MultiGeometry>",
    ],
)
def test_placemarks_that_are_no_points_are_faults(geometry: str, tmp_path: Path) -> None:
    table = read_table(kml(tmp_path, placemark(geometry), BAKERY))

    assert [(fault.line, fault.column) for fault in table.faulty] == [(1, "geometry")]
    assert "Point expected" in table.faulty[0].message
    assert [row.line for row in table.rows] == [2]


@pytest.mark.parametrize(
    ("coordinates", "reason"),
    [("", "empty point"), ("7.75", "empty point"), ("nan,48", "finite number"), ("7;7,48", "finite number")],
)
def test_broken_coordinates_are_faults(coordinates: str, reason: str, tmp_path: Path) -> None:
    point = f"<Point><coordinates>{coordinates}</coordinates></Point>"

    got = read_table(kml(tmp_path, placemark(point)))

    assert got.rows == []
    assert reason in got.faulty[0].message


def test_a_placemark_without_geometry_is_a_row_without_a_point(tmp_path: Path) -> None:
    table = read_table(kml(tmp_path, placemark("")))

    assert [(row.cells, row.point) for row in table.rows] == [(("A",), None)]


def test_links_to_other_files_are_said_and_not_followed(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/next.kml</href></Link></NetworkLink>"

    got = read(kml(tmp_path, link, BAKERY))

    assert "Other files that this file names were not read (1)." in got.messages
    with pytest.raises(UnreadableFile, match="no feature"):
        read_table(kml(tmp_path, link))


def test_a_kmz_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    parts = {"__MACOSX/._doc.kml": "x", "files/icon.png": "x", "doc.kml": KML.format(body=BAKERY)}

    for name in ("hosts.kmz", "hosts.zip"):
        assert len(read_table(a_file(tmp_path, packed(parts), name)).rows) == 1


@pytest.mark.parametrize(
    "content", ["<html><body/></html>", "<gpx/>", "", "<kml><Placemark>", "name,lat\nA,1"]
)
def test_what_is_no_kml_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        read_table(a_file(tmp_path, content, "hosts.kml"))


def test_waypoints_give_their_texts_extensions_and_points(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, GPX.format(body=""), "hosts.gpx"))

    host = got.hosts[0]
    assert got.table.columns == ("name", "description", "website", "category", "town", "country")
    assert (host.name, host.position, host.summary) == ("A", (7.7521, 48.5734), "We bake bread")
    assert (host.website, host.town, host.country) == ("https://example.org/", "Strasbourg", "FR")


def test_a_waypoint_with_a_broken_coordinate_is_a_fault(tmp_path: Path) -> None:
    table = read_table(a_file(tmp_path, GPX.format(body=""), "hosts.gpx"))

    assert [(fault.line, fault.value) for fault in table.faulty] == [(2, "7.7,48,5")]


def test_tracks_and_routes_are_said_and_not_read(tmp_path: Path) -> None:
    body = '<trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk><rte><rtept lat="1" lon="2"/></rte>'

    got = read(a_file(tmp_path, GPX.format(body=body), "hosts.gpx"))

    assert "Tracks and routes were not read (2)." in got.messages
    assert len(got.table.rows) == 1


def test_more_placemarks_than_the_limit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="more than 20000 rows"):
        read_table(kml(tmp_path, "<Placemark/>" * 20_001), limits=BROWSER)
