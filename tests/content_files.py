"""Writes small kits to a folder, for tests of what is made of kits."""

import json
from pathlib import Path
from typing import Any

from mapsvc.content.faults import Faults
from mapsvc.content.kits import Kit, load_kits
from mapsvc.content.trees import Tree

WRITTEN = "2026-11-22"
SOURCE = {"name": "The town", "url": "https://town.example.org/"}


def fact(**changed: Any) -> dict[str, Any]:
    """A fact as a YAML file has it."""
    return {"written_on": WRITTEN, "checked_on": None, "source": SOURCE, **changed}


def write_kit(folder: Path, texts: dict[str, str], **changed: Any) -> Kit:
    """The kit "here", of these bodies by language and with these fields of its YAML; it may lack much."""
    home = folder / "data" / "kits" / "here"
    home.mkdir(parents=True)
    said = {"town": 1, "name": "Here", "country": "IT", "languages": ["it"], **changed}
    titles = {"title": "Settling in here", "summary": "What to know."} | said.pop("front", {})
    (home / "kit.yml").write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    head = json.dumps({**titles, "written_on": WRITTEN}, ensure_ascii=False)
    for language, body in texts.items():
        (home / f"{language}.md").write_text(f"---\n{head}\n---\n\n{body}", "utf-8")
    tree = Tree((folder / "data",))
    faults = Faults(tree)
    kits = load_kits(tree, faults)
    assert not faults.found, [str(fault) for fault in faults.found]
    return kits["here"]


def write_language(folder: Path, phrases: list[dict[str, Any]], texts: dict[str, str]) -> None:
    """The language "it" with these phrases and bodies."""
    home = folder / "data" / "languages" / "it"
    home.mkdir(parents=True)
    (home / "language.yml").write_text(json.dumps({"phrases": phrases}, ensure_ascii=False), "utf-8")
    for language, body in texts.items():
        (home / f"{language}.md").write_text(
            f"---\ntitle: Italian\nwritten_on: {WRITTEN}\n---\n\n{body}", "utf-8"
        )
