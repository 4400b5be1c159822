"""What ships is without fault, and each kind of fault is found, with its file, line and mend."""

import csv
import gzip
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mapsvc.cli import commands
from mapsvc.content.checking import check
from mapsvc.content.faults import Fault, Faults
from mapsvc.content.library import Library
from mapsvc.content.names import NOT_A_LANGUAGE, NOT_A_SLUG
from mapsvc.content.trees import Tree
from mapsvc.resources import resource

# What is broken, and what that needs beside it: all else would only be read again and again.
NEEDED = {
    "kits": ("kits/como", "countries/IT", "languages/it"),
    "courses": ("courses",),
    "timelines": ("timelines",),
}
COMO = "kits/como/en.md"
PAPERS = "courses/safety/questions/papers.yml"
STEPS = "timelines/host/timeline.yml"
MINOR = "timelines/host/resources/minor-checklist.en.md"
LAST_LINE = len(resource(f"data/{MINOR}").read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def towns() -> dict[int, str]:
    with gzip.open(resource("data/gazetteer/places.csv.gz"), "rt", encoding="utf-8") as lines:
        return {int(row["id"]): row["country"] for row in csv.DictReader(lines)}


def copied(folder: Path, name: str) -> Path:
    """What ships of the kind of this file, to be broken."""
    for needed in NEEDED[name.partition("/")[0]]:
        shutil.copytree(resource(f"data/{needed}"), folder / "data" / needed)
    return folder / "data"


def faults_of(folder: Path, towns: dict[int, str]) -> list[Fault]:
    return check(Tree((folder,)), towns=towns)


def changed(pattern: str, by: str) -> Callable[[str], str]:
    """What puts something in place of the first match, which must be there."""

    def change(text: str) -> str:
        new, count = re.subn(pattern, by, text, count=1, flags=re.MULTILINE)
        assert count == 1, pattern
        return new

    return change


def test_all_content_that_ships_is_without_fault(towns: dict[int, str]) -> None:
    assert faults_of(resource("data"), towns) == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (COMO, changed(r"^## food\n[^#]*(?=## )", ""), "The section “food” is missing"),
        (COMO, changed(r"^## food$", "## fod"), "“fod” is no section"),
        (COMO, changed(r"^## food$", "## before"), "stands here twice"),
        (COMO, changed(r"\Z", "\n\nSee [this](kit:atlantis).\n"), "Nothing here is called “kit:atlantis”"),
        (COMO, changed(r"\Z", "\n\nSee [this](http://a.eu).\n"), "This link leads to “http://a.eu”"),
        (COMO, changed(r"\Z", "\n\nThe sun is cold.[^sun]\n"), "The fact [^sun] is not in the YAML"),
        (COMO, changed(r"\Z", "\n\n<b>Look</b>\n"), "HTML (<b>) is not shown"),
        (COMO, changed(r"^- \[ \] \+0", "- [ ] +5"), "The checklist has other days"),
        (COMO, changed(r"\A---\n", ""), "must begin with a line ---"),
        (COMO, changed(r"^title:", "titel:"), "Did you mean “title”?"),
        (COMO, changed(r"\Z", "\n\nLook out!\n"), "we write without exclamation marks"),
        (COMO, changed(r"\Z", "\n\n" + "word " * 36 + "\n"), "This sentence has 36 words"),
        ("kits/como/kit.yml", changed(r"^    source: .*\n", ""), "source” is missing"),
        ("kits/como/kit.yml", changed(r"^    checked_on: null", "    checked_on: soon"), "cannot be used"),
        (
            "kits/como/kit.yml",
            changed(r"^    checked_on: null", "    checked_on: 2999-01-01"),
            "still to come",
        ),
        ("kits/como/kit.yml", changed(r"url: \"https:", 'url: "http:'), "must begin with https://"),
        ("kits/como/kit.yml", changed(r"^town: .*", "town: 1"), "The gazetteer has no town 1 in IT"),
        ("kits/como/kit.yml", changed(r"^languages: .*", "languages: [xx]"), "languages/xx/language.yml"),
        ("kits/como/kit.yml", changed(r"^town:", "town:\ntown:"), "stands here twice"),
        ("kits/como/kit.yml", changed(r"^town:", "town: ["), "cannot be read as YAML"),
        ("courses/safety/en/papers/copies.md", None, "The lesson “papers/copies” has no text in “en”"),
        ("kits/como/fr.md", None, "There is no text in “fr”"),
        (PAPERS, changed(r"^    lesson: .*", "    lesson: nowhere"), "belongs to no lesson"),
        (PAPERS, changed(r"right: true", "right: false"), "exactly one right choice"),
        (PAPERS, changed(r"\u00a0\?", " ?"), "no-break space (U+00A0) before this sign"),
        (STEPS, changed(r"^    resources: \[\w", "    resources: [zz"), "which is not there"),
        (STEPS, changed(r"^    phase: before", "    phase: after"), "is in the phase “after”"),
        (STEPS, changed(r"\[\^stay-length\]", "[^sun]"), "The fact [^sun] is not in the YAML"),
        (STEPS, changed(r" \[\^stay-length\]", ""), "No text marks the fact “stay-length” in “en”"),
        (STEPS, changed(r" \[\^stay-length\]", " [this](kit:atlantis)"), "Nothing here is called"),
        (STEPS, changed(r" \[\^stay-length\]", " <b>Look</b>"), "HTML (<b>) is not shown"),
        (STEPS, changed(r"^    when: .*", "    when: {weeks: {min: 9, max: 2}}"), "No stay has the step"),
        (
            MINOR,
            changed(r"\Z", "\nThe sun is cold. [^sun]\n"),
            f"minor-checklist.en.md:{LAST_LINE + 2}: The fact [^sun]",
        ),
    ],
)
def test_a_planted_fault_is_found_and_named(
    tmp_path: Path, towns: dict[int, str], name: str, change: Callable[[str], str] | None, said: str
) -> None:
    written = copied(tmp_path, name)
    path = written / name
    if change is None:
        path.unlink()
    else:
        path.write_text(change(path.read_text("utf-8")), "utf-8")

    found = faults_of(written, towns)

    assert any(said in str(fault) for fault in found), [str(fault) for fault in found]


def test_a_fault_names_the_line_of_its_file(tmp_path: Path, towns: dict[int, str]) -> None:
    written = copied(tmp_path, COMO)
    path = written / COMO
    lines = path.read_text("utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if line == "## food")
    lines[at + 1 : at + 1] = ["", "See [this](kit:atlantis)."]
    path.write_text("\n".join(lines) + "\n", "utf-8")

    (fault,) = [one for one in faults_of(written, towns) if one.file.endswith("como/en.md")]

    assert str(fault).startswith(f"data/kits/como/en.md:{at + 3}: Nothing here is called")


def test_a_fault_of_a_step_names_the_line_where_the_step_begins(
    tmp_path: Path, towns: dict[int, str]
) -> None:
    path = copied(tmp_path, STEPS) / STEPS
    text = changed(r" \[\^stay-length\]", " <b>Look</b>")(path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    before = text[: text.index("<b>")].splitlines()
    begins = max(number for number, line in enumerate(before, 1) if line.startswith("  - key:"))

    found = [str(fault) for fault in faults_of(tmp_path / "data", towns)]

    assert f"data/{STEPS}:{begins}: HTML (<b>) is not shown. Write it as Markdown, or take it away." in found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("timelines/Host 2/timeline.yml", NOT_A_SLUG),
        ("courses/safety\r\nX: y/course.yml", NOT_A_SLUG),
        ("kits/como_2/kit.yml", NOT_A_SLUG),
        ("languages/it/README.md", NOT_A_LANGUAGE),
    ],
)
def test_a_name_that_no_address_can_hold_is_left_out_and_noted(tmp_path: Path, name: str, said: str) -> None:
    faults = Faults(Tree((tmp_path,)))
    (tmp_path / "languages/it").mkdir(parents=True)
    shutil.copy(resource("data/languages/it/language.yml"), tmp_path / "languages/it")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("title: {}\n", "utf-8")

    library = Library.load(faults.tree, faults)

    assert [fault.text for fault in faults.found] == [said]
    assert [library.kits, library.courses, library.timelines] == [{}, {}, {}]


def test_right_answers_that_can_be_guessed_are_found(tmp_path: Path, towns: dict[int, str]) -> None:
    written = copied(tmp_path, PAPERS)
    for path in (written / "courses/safety/questions").glob("*.yml"):
        path.write_text(first_is_right(path.read_text("utf-8")), "utf-8")

    found = [str(fault) for fault in faults_of(written, towns)]

    assert any("right answers stand in place 1" in said for said in found), found


def first_is_right(text: str) -> str:
    """The questions with the right choice of each `single` put before its others."""
    read = yaml.safe_load(text)
    for question in read["questions"]:
        if question["kind"] == "single":
            question["choices"].sort(key=lambda choice: not choice.get("right", False))
    return yaml.safe_dump(read, allow_unicode=True, sort_keys=False)


def test_an_instance_adds_and_replaces_content(tmp_path: Path, towns: dict[int, str]) -> None:
    shutil.copytree(resource("data/timelines/host"), tmp_path / "content/timelines/host-2")
    own = tmp_path / "content/kits/como/en.md"
    own.parent.mkdir(parents=True)
    shutil.copy(resource("data/kits/como/en.md"), own)
    tree = Tree.of(tmp_path)

    found = check(tree, towns=towns)

    assert found == []
    assert tree.file("kits", "como", "en.md") == own
    assert tree.folders("timelines") == ["host", "host-2"]


def test_the_command_says_each_fault_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "content/kits/como/kit.yml"
    own.parent.mkdir(parents=True)
    own.write_text("town: one\n", "utf-8")
    monkeypatch.setenv("MAPSVC_INSTANCE", str(tmp_path))

    done = CliRunner().invoke(commands, ["content", "check"])

    assert done.exit_code == 1
    assert "content/kits/como/kit.yml:1: “town” cannot be used" in done.output
    assert "content/kits/como/kit.yml:1: “name” is missing. Add it." in done.output
