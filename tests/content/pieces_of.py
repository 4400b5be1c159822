"""What a few lines of Markdown say, for tests of what is looked at in texts."""

from pathlib import Path

from mapsvc.content.faults import Faults
from mapsvc.content.pieces import Piece, of_text
from mapsvc.content.texts import read_document
from mapsvc.content.timelines import NoFront
from mapsvc.content.trees import Tree


def faults_in(folder: Path) -> Faults:
    """No faults yet, of a tree in this folder."""
    return Faults(Tree((folder / "data",)))


def pieces_of(folder: Path, said: str, language: str = "en") -> list[Piece]:
    """The pieces of a text of its own, which begins in line 1."""
    path = folder / "data" / f"text.{language}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(said, "utf-8")
    text = read_document(path, language, NoFront, faults_in(folder), sections=())
    assert text is not None
    return list(of_text(text))
