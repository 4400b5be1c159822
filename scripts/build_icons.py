"""Draws the icons of the installed site from static/img/icon.svg: `python scripts/build_icons.py`.

Kept in the repository, as they change about never. A maskable icon fills its square, with the picture in the
middle, so that a device may cut it to any shape.
"""

import re
import tempfile
from pathlib import Path

import typst

FOLDER = Path(__file__).parents[1] / "static" / "img"
SIDE_PT = 32  # of the drawing, in its own units
SAFE = 0.72  # of a maskable icon that no device cuts off, with some air
POINTS_PER_INCH = 72
ICONS = (("icon-192.png", 192, False), ("icon-512.png", 512, False), ("icon-512-maskable.png", 512, True))


def build() -> None:
    """Writes each icon."""
    drawing = (FOLDER / "icon.svg").read_text("utf-8")
    for name, pixels, maskable in ICONS:
        svg = masked(drawing) if maskable else drawing
        (FOLDER / name).write_bytes(drawn(svg, pixels))


def masked(drawing: str) -> str:
    """The drawing with its ground to the edges and its picture in the middle."""
    ground, aside = re.sub(r' rx="\d+"', "", drawing), SIDE_PT * (1 - SAFE) / 2
    moved = f'<g transform="translate({aside:.2f} {aside:.2f}) scale({SAFE})">'
    return ground.replace("<path", f"{moved}<path").replace("</svg>", "</g></svg>")


def drawn(svg: str, pixels: int) -> bytes:
    """A square PNG of that many pixels."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "icon.svg").write_text(svg, "utf-8")
        page = f"#set page(width: {SIDE_PT}pt, height: {SIDE_PT}pt, margin: 0pt, fill: none)\n"
        source = Path(folder) / "icon.typ"
        source.write_text(f'{page}#image("icon.svg", width: 100%)', "utf-8")
        made = typst.compile(str(source), format="png", ppi=pixels / SIDE_PT * POINTS_PER_INCH)
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    build()
