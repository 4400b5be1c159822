"""Builds data/fonts for printed sheets: Figtree, and Greek and Cyrillic of Noto Sans, in two weights.

The pages' files (static/vendor/figtree, fetched at set-up) hold all weights, and are cut into Latin and
further Latin letters. Typesetting wants one file a weight: with two, what one lacks comes from another font.
Figtree has no Greek and no Cyrillic; those of Noto Sans are taken from its package in build/inputs:

    npm pack --pack-destination build/inputs @fontsource-variable/noto-sans@5.3.0

Run by hand after set-up; needs requirements/data.txt. The same inputs give the same bytes.
"""

import hashlib
import io
import shutil
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import yaml
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parents[1]
VENDORED = ROOT / "static" / "vendor" / "figtree"
NOTO = ROOT / "build" / "inputs" / "fontsource-variable-noto-sans-5.3.0.tgz"
OUT = ROOT / "data" / "fonts"
WEIGHTS = {"Regular": 400, "Bold": 700}
EPOCH = 0  # what the files say of when they were made
# By family: how its parts are called, in the order in which they are merged.
FAMILIES = {
    "Figtree": ("figtree-latin", "figtree-latin-ext"),
    "Noto Sans": ("noto-sans-greek", "noto-sans-greek-ext", "noto-sans-cyrillic", "noto-sans-cyrillic-ext"),
}


def main() -> None:
    """Writes one file a family and weight, the licences, and where they come from."""
    OUT.mkdir(exist_ok=True)
    parts = {name: _part(name) for names in FAMILIES.values() for name in names}
    made = [
        _write(family, [parts[name] for name in names], style, weight)
        for family, names in FAMILIES.items()
        for style, weight in WEIGHTS.items()
    ]
    shutil.copy(VENDORED / "LICENSE", OUT / "LICENSE")
    (OUT / "LICENSE-noto-sans").write_bytes(_of_noto("LICENSE"))
    source = {
        "source": "Figtree, as static/vendor.json names it; npm @fontsource-variable/noto-sans 5.3.0",
        "built_from": {f"{name}-wght-normal.woff2": _digest(body) for name, body in parts.items()},
        "artefacts": {path.name: _digest(path.read_bytes()) for path in made},
        "licence": "SIL Open Font License 1.1",
        "built_on": datetime.now(UTC).date().isoformat(),
    }
    (OUT / "SOURCE.yml").write_text(yaml.safe_dump(source, sort_keys=False, allow_unicode=True))


def _write(family: str, parts: list[bytes], style: str, weight: int) -> Path:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.ttf") for number in range(len(parts))]
        for part, path in zip(parts, paths, strict=True):
            font = TTFont(io.BytesIO(part), recalcTimestamp=False)
            font.flavor = None
            instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.save(path)
        merged = Merger().merge([str(path) for path in paths])
    _name(merged, family, style, weight)
    path = OUT / f"{family.lower().replace(' ', '-')}-{style.lower()}.ttf"
    merged.save(path)
    return path


def _name(font: TTFont, family: str, style: str, weight: int) -> None:
    names = {1: family, 2: style, 4: f"{family} {style}", 6: f"{family.replace(' ', '')}-{style}"}
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


def _part(name: str) -> bytes:
    """A part of a family as its package has it."""
    file = f"{name}-wght-normal.woff2"
    return (VENDORED / file).read_bytes() if name.startswith("figtree") else _of_noto(f"files/{file}")


def _of_noto(name: str) -> bytes:
    with tarfile.open(NOTO) as package:
        held = package.extractfile(f"package/{name}")
        assert held is not None
        return held.read()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


if __name__ == "__main__":
    main()
