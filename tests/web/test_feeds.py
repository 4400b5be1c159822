"""Any public search as an Atom feed: valid, newest first, without people, and cheap to ask again."""

from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree as Safe
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from mapsvc.api.feeds import MOST
from mapsvc.domain.base import now
from mapsvc.domain.listings import Change
from mapsvc.presentation.feeds import MEDIA_TYPE
from mapsvc.storage import feeds
from tests import make
from tests.publish import publish

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "<script>alert(1)</script>&amp;]]>\x0b\ufffe\u202e{{7*7}}\"'"


def root_of(client: FlaskClient, path: str) -> Element:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, MEDIA_TYPE)
    found: Element = Safe.fromstring(answer.data, forbid_dtd=True)
    return found


def texts(root: Element, name: str) -> list[str]:
    return [one.text or "" for one in root.iter(f"{ATOM}{name}")]


def links(parent: Element) -> dict[str, str]:
    return {one.attrib["rel"]: one.attrib["href"] for one in parent.findall(f"{ATOM}link")}


@pytest.mark.parametrize(
    "query", ["", "?where=Lyon&lang=fr", "?kind=kit", "?q=nowhereatall", "?bbox=0,40,20,60"]
)
def test_a_feed_has_all_that_rfc_4287_asks_for(query: str, client: FlaskClient) -> None:
    root = root_of(client, f"/feed.atom{query}")

    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            (found,) = parent.findall(f"{ATOM}{name}")
            assert found.text
        moment = parent.findtext(f"{ATOM}updated") or ""
        assert datetime.fromisoformat(moment).utcoffset() is not None
        assert urlsplit(links(parent)["alternate"]).scheme == "http"
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    ids = texts(root, "id")
    assert len(ids) == len(set(ids))
    assert all(one.startswith("urn:uuid:") for one in ids)
    assert len(root.findall(f"{ATOM}entry")) <= MOST


def test_a_feed_leads_to_itself_and_to_its_search(client: FlaskClient) -> None:
    root = root_of(client, "/feed.atom?sort=name&q=bois&lang=fr")

    itself = links(root)["self"].removeprefix("http://localhost")
    assert itself == "/feed.atom?q=bois&lang=fr"
    assert texts(root_of(client, itself), "id") == texts(root, "id")
    assert parse_qsl(urlsplit(links(root)["alternate"]).query) == [("q", "bois"), ("lang", "fr")]


def test_the_newest_change_comes_first(client: FlaskClient) -> None:
    updated = texts(root_of(client, "/feed.atom"), "updated")[1:]

    assert len(updated) == MOST
    assert updated == sorted(updated, reverse=True)


def test_many_results_and_few_give_the_same_feed(
    client: FlaskClient, sampled_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sampled_app.extensions["mapsvc"]
    with here.public_engine.connect() as connection:
        ids = [one.listing_id for one in feeds.newest_sites(connection, range(1, 900), limit=900)]
        few = feeds.newest_sites(connection, ids, limit=40)
        monkeypatch.setattr(feeds, "FEW", 0)
        many = feeds.newest_sites(connection, ids, limit=40)

    assert len(few) == 40
    assert many == few


def test_no_person_is_in_a_feed(client: FlaskClient) -> None:
    people = {item["url"] for item in client.get("/api/search?kind=alumni&limit=100").get_json()["items"]}
    mixed = root_of(client, "/feed.atom?kind=alumni&kind=host")

    assert people
    assert not [
        url for entry in mixed.iter(f"{ATOM}entry") for url in links(entry).values() if "/alumni/" in url
    ]
    refused = client.get("/feed.atom?kind=alumni")
    assert refused.status_code == 400
    assert "A feed never holds the stays of people." in refused.text


@pytest.mark.parametrize("query", ["radius_km=NaN", "k=0", "nothing=1", "lang=xx", "sector=none", "q=a&q=b"])
def test_a_bad_parameter_is_refused(query: str, client: FlaskClient) -> None:
    assert client.get(f"/feed.atom?{query}").status_code == 400


def test_who_has_a_feed_already_gets_it_not_again(client: FlaskClient) -> None:
    first = client.get("/feed.atom?where=Lyon")
    tag, modified = first.headers["ETag"], first.headers["Last-Modified"]

    by_tag = client.get("/feed.atom?where=Lyon", headers={"If-None-Match": tag})
    by_time = client.get("/feed.atom?where=Lyon", headers={"If-Modified-Since": modified})
    older = client.get("/feed.atom", headers={"If-Modified-Since": "Mon, 02 Jan 2006 15:04:05 GMT"})
    other = client.get("/feed.atom?where=Paris", headers={"If-None-Match": tag})

    assert [one.status_code for one in (by_tag, by_time, older, other)] == [304, 304, 200, 200]
    assert by_tag.data == by_time.data == b""
    assert "Set-Cookie" not in first.headers


def test_a_feed_is_not_said_to_be_newer_than_what_it_holds(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, directory = app.test_client(), app.extensions["mapsvc"].directory
    publish(session, make.host("Alder"))
    session.execute(update(Change).values(at=now() + timedelta(hours=1)))
    session.commit()
    with monkeypatch.context() as patched:  # this process has not looked for changes yet
        patched.setattr(directory, "refresh", lambda **_how: None)
        before = client.get("/feed.atom")
    directory.refresh(at_once=True)

    after = client.get("/feed.atom", headers={"If-Modified-Since": before.headers["Last-Modified"]})

    assert "Alder" not in before.text
    assert (after.status_code, "Alder" in after.text) == (200, True)


def test_hostile_texts_stay_texts(app: Flask, session: Session) -> None:
    publish(session, make.host(f"A{HOSTILE}", offers=(make.offer(title={"en": HOSTILE}),)))
    app.extensions["mapsvc"].directory.refresh(at_once=True)

    root = root_of(app.test_client(), "/feed.atom?lang=en")

    (entry,) = root.findall(f"{ATOM}entry")
    assert "<script>alert(1)</script>&amp;]]>" in (entry.findtext(f"{ATOM}title") or "")
    assert {one.tag.rpartition("}")[2] for one in entry} <= {
        *("id", "title", "updated", "link", "summary", "category", "rights", "point")
    }
