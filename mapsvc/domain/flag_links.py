"""Links and mail addresses in a text, also those that are spelled out to slip through."""

import re
from collections.abc import Callable

from mapsvc.domain.flag_readings import Span, listed, merged

_TLDS = listed(
    """com net org info eu biz edu gov int mobi name pro app dev page blog shop store online site website
    web tech cloud live club xyz top link click agency academy school jobs work travel hotel restaurant cafe
    berlin hamburg wien koeln cologne bayern nrw saarland tirol paris bzh alsace corsica cat gal eus
    barcelona madrid london scot wales cymru brussels gent vlaanderen amsterdam frl io co tv me ly gl gg gd
    ad al am at ba be bg by ch cy cz de dk ee es fi fr ge gr hr hu ie im is it je li lt lu lv mc md mk mt
    nl no pl pt ro rs ru se si sk sm tr ua uk us va xk"""
)
_SURE = listed("com net org info eu fr pl uk ie nl pt dk cz sk hu hr gr bg ro lt lv ee fi ch lu biz")
# How a dot is spelled, and the ends of names after which it is no everyday word ("point de vue").
_DOT_ENDS = {
    "dot": _SURE | {"de", "es", "it"},
    "punkt": _SURE | {"de", "es", "it", "at", "be"},
    "kropka": _SURE | {"de", "es", "it", "at", "be"},
    "punto": _SURE | {"it"},
    "point": _SURE | {"it", "be"},
}
_NOT_NAMES = listed("the a an this that old new of al il un una le la les au un ein eine der die das")
_TOOLS = listed("asp.net ado.net vb.net ml.net socket.io")
_ABBREVIATIONS = listed(
    "etc usw bzw ecc itd itp tzn ca nr tel str max min inkl evtl ggf art ul al st sig dott dr prof ing"
)
# French writes "les apprenti.es"; these are no names of sites.
_INCLUSIVE = listed(
    """étudiant apprenti salarié employé habitant participant enseignant formateur client ami
    accompagnant débutant content
    prêt reçu nourri inscrit voisin adhérent intervenant commerçant artisan apprenant
    encadrant alternant gérant partant accueilli candidat correspondant certain seul jeune"""
)

_AFTER = ".,;:!?)]'’"  # ends the sentence, not the address

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_AT_WORD = r"(?:at|ät|arobase|arobas|arroba|chiocciola|małpa|malpa|klammeraffe)"
_DOT_WORD = r"(?:dot|punkt|kropka|punto|point)"
_OPEN, _CLOSE = r"\s{0,2}[(\[{<]\s?", r"\s?[)\]}>]\s{0,2}"
_BRACKETED_DOT = rf"{_OPEN}(?:{_DOT_WORD}|\.){_CLOSE}"
_ANY_DOT = rf"(?:{_BRACKETED_DOT}|\s{_DOT_WORD}\s|\.)"

_ADDRESS = re.compile(r"\b(?:h[tx]{2}ps?|ftp)\s{0,2}:\s{0,2}//\s{0,2}[^\s<>\"“”»]{1,400}", re.IGNORECASE)
_WWW = re.compile(r"\bwww\d?\s{0,2}\.\s{0,2}\w[^\s<>\"“”»]{0,400}", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@.-])(?P<names>{_LABEL}(?:\.{_LABEL}){{0,5}})\.(?P<end>[^\W\d_]{{2,12}})"
    r"(?![\w-]|\.\w)(?P<path>(?::\d{2,5})?/[^\s<>\"“”»]{0,400})?"
)
_MAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{1,64}}\s?@\s?{_LABEL}(?:\.{_LABEL}){{0,4}}\.[^\W\d_]{{2,12}}\b")
_BRACKETED_AT = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_OPEN}(?:{_AT_WORD}|@){_CLOSE}{_LABEL}(?:{_ANY_DOT}{_LABEL}){{1,4}}",
    re.IGNORECASE,
)
_SPELLED_AT = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}\s{_AT_WORD}\s{_LABEL}"
    rf"(?:(?:{_BRACKETED_DOT}|\s{_DOT_WORD}\s){_LABEL}){{0,3}}(?:{_BRACKETED_DOT}|\s{_DOT_WORD}\s)"
    r"(?P<end>[^\W\d_]{2,12})\b",
    re.IGNORECASE,
)
_DOT_IN_BRACKETS = re.compile(
    rf"(?<![\w-]){_LABEL}{_BRACKETED_DOT}(?:{_LABEL}{_ANY_DOT}){{0,3}}(?P<end>[^\W\d_]{{2,12}})\b",
    re.IGNORECASE,
)
_DOT_SPELLED = re.compile(
    rf"(?<![\w-])(?P<first>{_LABEL})(?:\s{_DOT_WORD}\s{_LABEL}){{0,3}}"
    rf"\s(?P<dot>{_DOT_WORD})\s(?P<end>[^\W\d_]{{2,12}})\b",
    re.IGNORECASE,
)
_DOT_SPACED = re.compile(
    rf"(?<![\w-])(?P<name>{_LABEL})(?:\s\.\s?|\.\s(?=com\b))(?P<end>[a-z]{{2,12}})\b(?P<last>(?!\s\w))?"
)


def links(text: str) -> list[Span]:
    """Where a text holds addresses of the web or of mail, in order of place, none overlapping.

    Found are full addresses, names of sites alone ("example.org"), mail addresses, and all of them
    with their dots and at signs spelled out in six languages or put in brackets. A name of a site
    counts by its end (a list of European and common ones), so that Node.js is none.
    """
    return merged(
        [
            (found.start(), found.start() + len(found[0].rstrip(_AFTER)))
            for pattern, holds in _RULES
            for found in pattern.finditer(text)
            if holds is None or holds(found)
        ]
    )


def _is_site(found: re.Match[str]) -> bool:
    names, end, path = found["names"], found["end"], found["path"]
    last = names.rsplit(".", 1)[-1]
    whole = f"{names}.{end}"
    if end.lower() not in _TLDS or not (end.islower() or whole.isupper()):
        return False  # "clean.It was": a space was forgotten
    if path:
        return True
    if whole.lower() in _TOOLS or last.lower() in _ABBREVIATIONS or _is_inclusive(last.lower(), end):
        return False
    return any(sign.isalpha() for sign in last) and (len(last) > 1 or end == "com")


def _is_inclusive(name: str, end: str) -> bool:
    return end == "es" and (name.endswith("é") or name in _INCLUSIVE)


def _ends_as_site(found: re.Match[str]) -> bool:
    return found["end"].lower() in _TLDS


def _is_spelled_site(found: re.Match[str]) -> bool:
    first = found["first"].lower()
    if first == "www":
        return _ends_as_site(found)
    return first not in _NOT_NAMES and found["end"].lower() in _DOT_ENDS[found["dot"].lower()]


def _is_spaced_site(found: re.Match[str]) -> bool:
    end = found["end"]
    return end in _SURE or (end in _TLDS and found["last"] is not None)


_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool] | None], ...] = (
    (_ADDRESS, None),
    (_WWW, None),
    (_BARE, _is_site),
    (_MAIL, None),
    (_BRACKETED_AT, None),
    (_SPELLED_AT, _ends_as_site),
    (_DOT_IN_BRACKETS, _ends_as_site),
    (_DOT_SPELLED, _is_spelled_site),
    (_DOT_SPACED, _is_spaced_site),
)
