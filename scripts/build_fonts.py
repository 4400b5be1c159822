"""Builds data/fonts: Figtree in two weights, for sheets that are printed.

The pages' files (static/vendor/figtree, fetched at set-up) hold all weights, and are cut into Latin and
further Latin letters. Typesetting wants one file a weight: with two, what one lacks comes from another font.
Run by hand after set-up; needs requirements/data.txt. The same inputs give the same bytes.
"""

import hashlib
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[1]
VENDORED = ROOT / "static" / "vendor" / "figtree"
OUT = ROOT / "data" / "fonts"
PARTS = ("latin", "latin-ext")
WEIGHTS = {"Regular": 400, "Bold": 700}
EPOCH = 0  # what the files say of when they were made


def main() -> None:
    """Writes one file a weight, the licence, and where they come from."""
    OUT.mkdir(exist_ok=True)
    made = [_write(style, weight) for style, weight in WEIGHTS.items()]
    shutil.copy(VENDORED / "LICENSE", OUT / "LICENSE")
    source = {
        "source": "Figtree, as static/vendor.json names it",
        "built_from": {path.name: _digest(path) for path in map(_part, PARTS)},
        "artefacts": {path.name: _digest(path) for path in made},
        "licence": "SIL Open Font License 1.1",
        "built_on": datetime.now(UTC).date().isoformat(),
    }
    (OUT / "SOURCE.yml").write_text(yaml.safe_dump(source, sort_keys=False, allow_unicode=True))


def _write(style: str, weight: int) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        parts = [Path(folder, f"{part}.ttf") for part in PARTS]
        for part, path in zip(PARTS, parts, strict=True):
            font = TTFont(_part(part), recalcTimestamp=False)
            font.flavor = None
            instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.save(path)
        merged = Merger().merge([str(path) for path in parts])
    _name(merged, style, weight)
    path = OUT / f"figtree-{style.lower()}.ttf"
    merged.save(path)
    return path


def _name(font: TTFont, style: str, weight: int) -> None:
    names = {1: "Figtree", 2: style, 4: f"Figtree {style}", 6: f"Figtree-{style}"}
    for number in (16, 17, 21, 22):
        font["name"].removeNames(nameID=number)
    for number, text in names.items():
        font["name"].removeNames(nameID=number)
        font["name"].setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["OS/2"].fsSelection = 0x20 if style == "Bold" else 0x40
    font["head"].macStyle = int(style == "Bold")
    font["head"].created = font["head"].modified = EPOCH
    font.recalcTimestamp = False


def _part(part: str) -> Path:
    return VENDORED / f"figtree-{part}-wght-normal.woff2"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
