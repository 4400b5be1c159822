"""What the documents say of the program is so."""

import configparser
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml
from flask import Flask

from mapsvc.app import create_app
from mapsvc.cli import commands
from mapsvc.config import Settings
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.storage.engine import private_engine, writing
from scripts import check_words
from tests import make
from tests.publish import publish

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGES.md", "data/README.md")
PICTURES = ("docs/screenshot-desktop.png", "docs/screenshot-phone.png")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#]+)[^)]*\)|src=\"([^\"]+)\"")
FILE_NAME = re.compile(r"[\w.@*-]+(/[\w.@*-]*)+|[\w-]+\.(py|md|yml|cfg|txt|toml|json|sh)|Makefile|Dockerfile")
LARGEST_PICTURE = 250_000


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def spans(name: str) -> list[str]:
    """The pieces of code inside the sentences of a document."""
    return SPAN.findall(FENCE.sub("", text_of(name)))


def block(name: str, language: str) -> list[str]:
    """The lines of a document's code blocks in a language."""
    return [
        line for kind, body in FENCE.findall(text_of(name)) if kind == language for line in body.splitlines()
    ]


def typed(program: str) -> list[tuple[str, list[str]]]:
    """Every call of a program in the documents: (document, words after the program's name)."""
    return [
        (name, shlex.split(line)[1:])
        for name in DOCUMENTS
        for line in (*spans(name), *block(name, "sh"))
        if line.removeprefix(".venv/bin/").startswith(f"{program} ")
    ]


def rows(name: str, heading: str) -> list[list[str]]:
    """The cells of the table whose first heading is this one, without its two first lines."""
    lines = text_of(name).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    table: list[list[str]] = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def default_of(cell: str) -> object:
    """The value that a cell of the configuration table stands for."""
    if cell == "none":
        return ""
    try:
        return json.loads(cell.strip("`"))
    except ValueError:
        return cell.strip("`")


def plain(value: object) -> object:
    """A setting as the configuration table has it; an empty list is none, as an empty text is."""
    return str(value) if isinstance(value, Path) else "" if value == () else value


def test_the_configuration_table_is_that_of_the_settings() -> None:
    told = {cells[0].strip("`"): default_of(cells[1]) for cells in rows("README.md", "variable")}

    fields = Settings.model_fields.items()
    made = {f"MAPSVC_{name.upper()}": field.default for name, field in fields}
    assert told == {name: plain(value) for name, value in made.items()}


def test_every_setting_is_explained() -> None:
    assert [cells[0] for cells in rows("README.md", "variable") if len(cells[2]) < 20] == []


def test_the_layers_are_those_that_are_checked() -> None:
    checked = contracts()["importlinter:contract:layers"]["layers"].split("\n")

    assert block("ARCHITECTURE.md", "layers") == [line.strip() for line in checked if line.strip()]


def test_every_other_contract_is_explained() -> None:
    parser = contracts()
    names = [parser[part]["name"] for part in parser.sections() if part.startswith("importlinter:contract:")]
    layers = parser["importlinter:contract:layers"]["name"]

    told = [cells[0] for cells in rows("ARCHITECTURE.md", "contract")]

    assert sorted(told) == sorted(name for name in names if name != layers)


def test_every_package_has_its_line_in_the_list_of_folders() -> None:
    told = {cells[0].strip("`") for cells in rows("ARCHITECTURE.md", "folder")}

    packages = {f"mapsvc/{file.parent.name}/" for file in ROOT.glob("mapsvc/*/__init__.py")}
    assert sorted(packages - told) == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    named = {(name, words[0]) for name, words in typed("make")}

    assert len(named) > 5
    assert sorted((name, target) for name, target in named if target not in targets) == []


def command_of(words: list[str]) -> tuple[click.Command | None, list[str]]:
    """The command that words name, None where there is none, and the words after its name."""
    found: click.Command | None = commands
    while isinstance(found, click.Group) and words and not words[0].startswith("-"):
        found, words = found.commands.get(words[0]), words[1:]
    return found, words


def test_every_command_and_option_that_is_named_exists() -> None:
    wrong = []
    for name, words in typed("mapsvc"):
        command, rest = command_of(words)
        known = {"--help"} | {option for each in (command.params if command else ()) for option in each.opts}
        wrong += [(name, words)] if command is None else []
        wrong += [(name, [word]) for word in rest if word.startswith("--") and word not in known]

    assert wrong == []


def test_every_command_is_named_in_the_readme() -> None:
    named = {words[0] for name, words in typed("mapsvc") if name == "README.md"}

    shown = {name for name, command in commands.commands.items() if not command.hidden}
    assert sorted(shown - named) == []


def is_made(path: str) -> bool:
    """Whether git ignores a path, since it is made on each machine."""
    ignored = [line.strip("/") for line in text_of(".gitignore").splitlines() if line.endswith("/")]
    return any(f"{path}/".startswith(f"{folder}/") for folder in ignored)


def exists(path: str, document: str) -> bool:
    """Whether a path is there, from the root or from the document; a name alone may be anywhere in data/."""
    if "*" in path:
        return any(ROOT.glob(path))
    if (ROOT / path).exists() or ((ROOT / document).parent / path).exists() or is_made(path):
        return True
    return "/" not in path and any((ROOT / "data").rglob(path))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_exists(document: str) -> None:
    linked = [one or other for one, other in LINK.findall(text_of(document))]
    named = [span for span in spans(document) if FILE_NAME.fullmatch(span)] + linked

    assert document == "CHANGES.md" or len(named) > 5
    assert [path for path in named if not path.startswith("http") and not exists(path, document)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_names_a_place_on_one_machine(document: str) -> None:
    assert list(check_words.faults(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_document_shouts(document: str) -> None:
    prose = SPAN.sub("", FENCE.sub("", text_of(document))).replace("![", "[")

    assert [line for line in prose.splitlines() if "!" in line] == []


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_shown_and_small(picture: str) -> None:
    content = (ROOT / picture).read_bytes()

    assert content.startswith(b"\x89PNG")
    assert len(content) < LARGEST_PICTURE
    assert picture in text_of("README.md")


def test_every_file_of_the_data_is_accounted_for() -> None:
    told = {span for span in spans("data/README.md") if FILE_NAME.fullmatch(span)}
    files = [file.relative_to(ROOT / "data") for file in (ROOT / "data").rglob("*") if file.is_file()]

    folders = tuple(path for path in told if path.endswith("/"))
    untold = [str(file) for file in files if str(file) not in told and not str(file).startswith(folders)]
    assert untold == ["README.md"]


def test_the_versions_of_the_data_are_those_that_were_used() -> None:
    table = [cells for cells in rows("data/README.md", "artefact") if len(cells) == 5]
    told = {(package, version) for _, source, version, *_ in table for package in named_packages(source)}

    used = set()
    for file in (ROOT / "data").glob("*/SOURCE.yml"):
        content = yaml.safe_load(file.read_text("utf-8"))
        inputs = content.get("inputs", []) if isinstance(content, dict) else []
        used |= {(one["package"].split()[1], str(one["version"])) for one in inputs}
    gazetteer = yaml.safe_load(text_of("data/gazetteer/SOURCE.yml"))
    used.add((gazetteer["package"], str(gazetteer["version"])))
    assert len(used) == 4
    assert sorted(used - told) == []


def named_packages(source: str) -> list[str]:
    return re.findall(r"from (?:npm|PyPI) ([\w-]+)", source)


@pytest.fixture(scope="module")
def app(
    spatialite_template: Path, gazetteer: Gazetteer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application over one host."""
    folder = tmp_path_factory.mktemp("documents")
    shutil.copy(spatialite_template, folder / "mapsvc.sqlite")
    shutil.copy(gazetteer.path, folder)
    settings = Settings(instance=folder)
    engine = private_engine(settings)
    with writing(engine) as session:
        publish(session, make.host("Falegnameria Rossi"))
    engine.dispose()
    app = create_app(settings)
    yield app
    app.extensions["mapsvc"].public_engine.dispose()


@pytest.mark.parametrize("address", [cells[2].strip("`") for cells in rows("README.md", "address")])
def test_every_example_of_an_address_answers(app: Flask, address: str) -> None:
    answer = app.test_client().get(address)

    assert answer.status_code == 200


def test_every_parameter_of_a_search_is_explained(app: Flask) -> None:
    answer = app.test_client().get("/api/search?colour=red").get_json()
    known = answer["error"]["message"].rpartition(": ")[2].rstrip(".").split(", ")

    told = [name for cells in rows("README.md", "parameter") for name in SPAN.findall(cells[0])]

    assert sorted(told) == sorted(known)
