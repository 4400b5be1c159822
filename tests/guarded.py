"""Runs the service's code with addresses of somebody's in every place that takes a text.

In a process of its own, as its audit hook stays for good.
"""

import re
from pathlib import Path

from flask import Flask

from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.imports import import_hosts
from mapsvc.storage.engine import private_engine, writing

COLUMNS = ("name", "country", "town", "lat", "lon", "website", "description", "logo", "address")


def run(folder: Path, url: str) -> None:
    """Imports rows with this address in each column, and opens every route with it in each parameter."""
    settings = Settings(instance=folder, operator_name=url, operator_email="map@example.org")
    _import(settings, url)
    app = create_app(settings)
    answers = [app.test_client().get(path).status_code for path in _paths(app, url)]
    posts = [
        app.test_client().post(rule.rule, data={"email": f"a@{url}", "url": url, "next": url}).status_code
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and "<" not in rule.rule
    ]
    assert answers.count(200) > 30, answers
    assert max(*answers, *posts) < 500


def _import(settings: Settings, url: str) -> None:
    row = {"name": f"Host {url}", "country": "DE", "town": "Berlin", "lat": "52.5", "lon": "13.4"}
    rows = [row | {"website": url}, row | dict.fromkeys(COLUMNS[5:], url), row | {"town": url}]
    file = settings.folder / "hosts.csv"
    lines = [";".join(each.get(column, "") for column in COLUMNS) for each in rows]
    file.write_text("\n".join([";".join(COLUMNS), *lines]), "utf-8")
    markup = settings.folder / "places.kml"
    markup.write_text(_kml(url), "utf-8")
    engine = private_engine(settings)
    gazetteer, regions = Gazetteer.open(settings.folder), Regions.load()
    for source in (file, markup):
        with writing(engine) as session:
            report = import_hosts(
                session, source, importer="tests", gazetteer=gazetteer, regions=regions, key=settings.secret
            )
            assert report.counts["added"], report
    engine.dispose()


def _kml(url: str) -> str:
    """A file whose parts lead elsewhere in every way that its format knows."""
    return (
        f'<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://www.opengis.net/kml/2.2 {url}/kml.xsd"><Document>'
        f"<NetworkLink><Link><href>{url}/more.kml</href></Link></NetworkLink>"
        f"<Style><IconStyle><Icon><href>{url}/icon.png</href></Icon></IconStyle></Style>"
        f"<Placemark><name>Guild</name><description>{url}</description>"
        f"<Point><coordinates>13.4,52.5</coordinates></Point></Placemark></Document></kml>"
    )


def _paths(app: Flask, url: str) -> list[str]:
    """Every route with the address in its path and in its parameters."""
    names = ("q", "where", "lang", "next", "url", "ids", "country", "box")
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "http:%2F%2Fx", rule.rule)
            found += [path, *(f"{path}?{name}={url}" for name in names)]
    slugs = re.findall(r'href="(/hosts/[^"?]+)"', app.test_client().get("/list").text)
    assert slugs
    return [*found, *slugs]
