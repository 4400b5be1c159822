"""What all that is printed shares: typst with our fonts, QR codes."""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mapsvc.resources import resource

QUIET_ZONE = 4  # modules of white around a code, as ISO/IEC 18004 asks for
STANDARD = "ua-1"  # PDF/UA-1, which a screen reader can read


def typeset(template: str, words: Mapping[str, Any] | str, *, made: datetime) -> bytes:
    """A PDF of a template of templates/, whose `sys.inputs.words` holds the words as JSON.

    words may be their JSON already. The letters are in Figtree, and in Noto Sans where they are Greek or
    Cyrillic; others come from the fonts within typst. The same words made at the same time give the
    same bytes.
    """
    # Typst costs 40 MB: only here, where it is used.
    from typst import TypstError  # noqa: PLC0415

    said = words if isinstance(words, str) else json.dumps(words)
    try:
        return _compiled(template, said, made, [STANDARD])
    except TypstError:
        # The standard refuses letters that no font of ours has, such as those of a name in Arabic.
        return _compiled(template, said, made, [])


def qr_code(link: str) -> str:
    """A link as a QR code in SVG; a quarter of it can be dirty and it is still read."""
    import segno  # noqa: PLC0415 - with typst

    drawn = io.BytesIO()
    segno.make_qr(link, error="q", boost_error=False).save(drawn, kind="svg", border=QUIET_ZONE, scale=4)
    return drawn.getvalue().decode()


def _compiled(template: str, words: str, made: datetime, standards: list[Any]) -> bytes:
    import typst  # noqa: PLC0415 - as above

    return bytes(
        typst.compile(
            resource("templates") / template,
            font_paths=[resource("data/fonts")],
            ignore_system_fonts=True,
            sys_inputs={"words": words},
            format="pdf",
            pdf_standards=standards,
            timestamp=made,
        )
    )
