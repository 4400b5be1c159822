"""What stands in one cell: text without rubbish, or nothing."""

import re
import unicodedata

# "none" and "nan" are missing on purpose: the first is an answer (no accommodation), the second
# a broken number that must be reported.
_NOTHING = frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        "_",
        ".",
        "..",
        "...",
        "…",
        "/",
        "//",
        "?",
        "??",
        "*",
        "na",
        "n/a",
        "n.a.",
        "n.a",
        "n-a",
        "#n/a",
        "#na",
        "#nv",
        "#ref!",
        "#value!",
        "#wert!",
        "#valeur!",
        "#div/0!",
        "#name?",
        "#null!",
        "null",
        "nil",
        "\\n",
        "(null)",
        "<null>",
        "k.a.",
        "k.a",
        "k._a.",
        "keine_angabe",
        "keine_angaben",
        "nicht_bekannt",
        "unbekannt",
        "entfällt",
        "s/o",
        "s.o.",
        "sans_objet",
        "nc",
        "n.c.",
        "n/c",
        "nr",
        "n.r.",
        "n/r",
        "non_renseigné",
        "non_renseignée",
        "non_communiqué",
        "inconnu",
        "inconnue",
        "néant",
        "s/d",
        "s.d.",
        "sin_datos",
        "sin_dato",
        "no_consta",
        "desconocido",
        "desconocida",
        "no_procede",
        "n/d",
        "n.d.",
        "nd",
        "non_disponibile",
        "non_pervenuto",
        "non_noto",
        "sconosciuto",
        "sconosciuta",
        "n.v.t.",
        "nvt",
        "n.v.t",
        "onbekend",
        "niet_bekend",
        "geen_gegevens",
        "unknown",
        "not_known",
        "not_available",
        "not_applicable",
        "no_data",
        "missing",
        "tbd",
        "tba",
    ]
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufeff\u200b]")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """The text in composed form, trimmed, without control characters; lines are kept, spaces single.

    "" when it says that there is nothing: NA, null, -, k.A., s/o and the like in six languages.
    """
    if not text:
        return ""
    if not text.isascii() or "\r" in text or not text.isprintable():
        text = unicodedata.normalize("NFC", text)
        text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SPACES.sub(" ", text).strip()
    return "" if is_nothing(text) else text


def is_nothing(text: str) -> bool:
    """Whether a trimmed text only says that nothing is known."""
    return not text or (len(text) <= 20 and text.lower().replace(" ", "_") in _NOTHING)  # noqa: PLR2004


def one_line(text: str) -> str:
    """The text with its line breaks turned into spaces."""
    return " ".join(text.split())
