"""The interface is complete in every language, and written as that language is written."""

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask

from mapsvc import messages
from mapsvc.app import create_app
from mapsvc.config import Settings
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.resources import PACKAGE
from mapsvc.storage.engine import private_engine, writing
from scripts import check_catalogues
from tests import make
from tests.publish import publish

OTHERS = [language for language in messages.LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|%%")
NO_BREAK = "\u00a0"
# In the order: a sign after a common space or none; a space before a full stop; a quote without its
# space; quotes, apostrophes and shouts that are not French.
MISTYPED_FRENCH = re.compile(
    rf"[^{NO_BREAK}][;?»]|[^{NO_BREAK}]:(?=\s|$)|{NO_BREAK}[.,]|«[^{NO_BREAK}]|[“”\"'!]"
)
CODE = re.compile(r"(?<=«\u00a0)columns:(?=\u00a0»)")  # written in a file, not in a sentence
ENGLISH = ("the", "and", "with", "your", "host", "hosts", "find", "search", "town", "shortlist", "nearest")
SHOWN_ATTRIBUTES = {"alt", "aria-label", "placeholder", "title", "content"}
PAGES = ("/", "/?where=Como", "/?age=3&country=IT", "/shortlist?ids=1", "/shortlist", "/about", "/help")
FAULTS = ("/no", "/hosts/no", "/?lon=9")


def catalogue(language: str) -> Catalog:
    path = PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def entries(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(message: Message) -> list[tuple[str, str]]:
    """Each form of a message: what the source says, and its translation."""
    ids = [message.id] if isinstance(message.id, str) else message.id
    strings = [message.string] if isinstance(message.string, str) else message.string
    return list(zip(ids, strings, strict=True))


def french() -> list[str]:
    return [CODE.sub("columns", text) for message in entries("fr") for _id, text in forms(message)]


class ShownText(HTMLParser):
    """Collects what a page shows or says: its text, its labels, and the sentences for its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._of_script = self._is_foreign = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._is_foreign = tag == "style" or (tag == "script" and given.get("id") != "strings")
        self._of_script = given.get("id") == "strings"
        shown = SHOWN_ATTRIBUTES if tag != "meta" or given.get("name") == "description" else set()
        self.texts += [value for name, value in attrs if name in shown and value]

    def handle_endtag(self, _tag: str) -> None:
        self._of_script = self._is_foreign = False

    def handle_data(self, data: str) -> None:
        if self._of_script:
            self.texts += json.loads(data).values()
        elif not self._is_foreign:
            self.texts.append(data)


def shown(page: str) -> list[str]:
    parser = ShownText()
    parser.feed(page)
    return [text.strip() for text in parser.texts if text.strip()]


@pytest.fixture(scope="module")
def app(
    spatialite_template: Path, gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The whole application over two hosts of which everything is known."""
    folder = tmp_path_factory.mktemp("french")
    shutil.copy(spatialite_template, folder / "mapsvc.sqlite")
    shutil.copy(gazetteer.path, folder)
    settings = Settings(instance=folder, operator_email="carte@example.org")
    engine = private_engine(settings)
    with writing(engine) as session:
        publish(session, *(full_host(name) for name in ("Falegnameria Rossi", "Falegnameria Verdi")))
    engine.dispose()
    app = create_app(settings)
    yield app
    app.extensions["mapsvc"].public_engine.dispose()


def full_host(name: str) -> Any:
    offer = make.offer(
        missions={"fr": ["Fabriquer un meuble."]},
        fields=["0722"],
        min_days=5,
        max_days=20,
        min_age=16,
        languages=[("it", "A2")],
        accommodation="helped",
        wheelchair=True,
        programmes=["erasmus_pro"],
        welcome={"fr": "Deux apprenants à la fois"},
    )
    return make.host(name, offers=(offer,), sectors=["wood"], languages=[("it", None)])


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_of_the_source_is_in_the_catalogue(language: str) -> None:
    source = check_catalogues.messages_of_source()

    known = {check_catalogues.key(message) for message in entries(language)}

    assert len(source) > 200
    assert [f"{name} ({place})" for name, place in source.items() if name not in known] == []
    assert sorted(known - source.keys()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_string_is_translated_and_none_is_in_doubt(language: str) -> None:
    unsure = [message.id for message in entries(language) if message.fuzzy]
    empty = [said for message in entries(language) for said, text in forms(message) if not text.strip()]

    assert (unsure, empty) == ([], [])


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_source(language: str) -> None:
    different = [
        (said, text)
        for message in entries(language)
        for said, text in forms(message)
        if sorted(PLACEHOLDER.findall(said)) != sorted(PLACEHOLDER.findall(text))
    ]

    assert different == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_begins_and_ends_without_spaces_and_has_none_twice(language: str) -> None:
    texts = [text for message in entries(language) for _id, text in forms(message)]

    assert [text for text in texts if text != text.strip() or re.search(r"\s\s", text)] == []


def test_french_has_its_own_quotes_apostrophe_and_spaces() -> None:
    assert [text for text in french() if MISTYPED_FRENCH.search(text)] == []


@pytest.mark.parametrize(
    "text", ["Que faire ?", "Attention: un", "« non »", "l'eau", "Oui !", "“non”", "trop ."]
)
def test_mistyped_french_is_noticed(text: str) -> None:
    assert MISTYPED_FRENCH.search(text.replace("trop ", f"trop{NO_BREAK}"))


def test_french_has_one_word_for_a_host() -> None:
    """A host is a "lieu d’accueil"; other words for it are other things to a reader."""
    others = re.compile(
        r"structures? d’accueil|organismes? d’accueil|hôtes?\b|shortlist|gazetteer", re.IGNORECASE
    )

    assert [text for text in french() if others.search(text.replace("data/gazetteer", ""))] == []


@pytest.mark.parametrize("path", [*PAGES, *FAULTS])
def test_a_page_in_french_has_no_english_word(app: Flask, path: str) -> None:
    joint = "&" if "?" in path else "?"

    answer = app.test_client().get(f"{path}{joint}lang=fr")

    texts = shown(answer.text)
    assert '<html lang="fr"' in answer.text
    assert "Aller au contenu" in texts, "the catalogues are not compiled: scripts/setup.sh run"
    assert [text for text in texts if words_of(text) & set(ENGLISH)] == []


def test_the_page_of_a_host_in_french_has_no_english_word(app: Flask) -> None:
    client = app.test_client()
    url = client.get("/api/search?lang=fr").get_json()["items"][0]["url"]

    texts = shown(client.get(f"{url}?lang=fr").text)

    assert {
        "Âge minimum",
        "de 5 à 20 jours",
        f"16{NO_BREAK}ans",
        "Autres lieux d’accueil des environs",
    } <= set(texts)
    assert [text for text in texts if words_of(text) & set(ENGLISH)] == []


def test_the_same_page_in_english_has_those_words(app: Flask) -> None:
    """So that the tests above look where words are."""
    texts = shown(app.test_client().get("/?lang=en").text)

    assert {"host", "hosts", "search", "your", "shortlist"} <= set().union(*map(words_of, texts))


@pytest.mark.parametrize(
    ("query", "said"),
    [("country=DE", "0 lieu d’accueil"), ("q=Rossi", "1 lieu d’accueil"), ("", "2 lieux d’accueil")],
)
def test_none_is_singular_in_french(app: Flask, query: str, said: str) -> None:
    found = app.test_client().get(f"/api/search?lang=fr&{query}").get_json()

    assert found["summary"] == said


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))
