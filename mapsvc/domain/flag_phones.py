"""Telephone numbers in a text, as they are written and read out across Europe."""

import re
from collections.abc import Iterator

from mapsvc.domain.flag_readings import Span, listed, merged

# What has digits and is no telephone number; it is blotted out before numbers are looked for.
_DAY, _MONTH = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_HOUR = r"(?:[01]?\d|2[0-4])"
_NUMBERED = (
    r"(?:ISBN|ISSN|EAN|SIRET|SIREN|NIP|REGON|KRS|PESEL|PIC|OID|IBAN|VAT|TVA|NIF|CIF|P\.?\s?IVA|[Pp]artita IVA"
    r"|C\.?F\.|USt|UID|HRB|HRA|CAP|RNE|KVK|Steuernummer|Umsatzsteuer|Kundennummer|Aktenzeichen|Startnummer"
    r"|[Rr]eferen\w{1,4}|[Rr]éf\w{0,8}|[Pp]ro[jy]e[ck]\w{1,3}|[Ii]nvoice|[Rr]echnung\w{0,8}|[Ff]acture)"
)
_SPELLED_CALL = r"(?:tel|tél|phone|fon|call|mobil|handy|whatsapp|numer|cell)"
_NOT_PHONES = re.compile(
    "|".join(
        (
            rf"\b{_NUMBERED}\b(?:(?!{_SPELLED_CALL})[^\d\n]){{0,18}}[\dA-Z][\dA-Z ./-]{{4,40}}",
            r"\b97[89][- ]?\d[\d -]{8,13}\d\b",  # a book
            r"\b[A-Z]{2}\d{2}(?:\s?[\dA-Z]{4}){3,7}(?:\s?[\dA-Z]{1,3})?\b",  # a bank account
            r"\b[A-Za-z]+[-_./]?\d[\d-]{5,}",  # a code that begins with letters
            r"\b\d{1,6}-\d{1,4}-[A-Z]{2}\d\d-[A-Z0-9]+-[A-Z]+-\d+",  # a project of the EU
            rf"(?<!\d)(?<!\d[.\-/ ]){_YEAR}([-/.]){_MONTH}\1{_DAY}(?!\d)",
            rf"(?<!\d)(?<!\d[.\-/ ]){_DAY}([-/. ]){_MONTH}\2{_YEAR}(?![\d])",
            rf"(?<!\d)(?<!\d[.\-/ ]){_DAY}([-/.]){_MONTH}\3\d\d(?![.\-/ ]?\d)",
            rf"(?<!\d)(?<!\d[.\-/ ]){_YEAR}(?:\s?[-–/, ]\s?{_YEAR})+(?![.\-/ ]?\d)",
            rf"(?<!\d)(?<!\d[.\-/ ]){_HOUR}\.[0-5]\d(?: {_HOUR}\.[0-5]\d)+(?![.\-/ ]?\d)",
            r"(?<!\d)(?<!\d[.\-/ ])[012]\d[0-5]\d[-–][012]\d[0-5]\d(?![.\-/ ]?\d)",
            r"(?<!\d)\d{1,2}[:h]\d{2}(?::\d\d)?(?!\d)",
            r"(?<!\d)\d{1,2}\.\d{2}\s?[-–—]\s?\d{1,2}\.\d{2}(?!\d)",
        )
    )
)
_RUN = re.compile(r"(?<![\w.,])(?:\(?\+\s?|\()?\d(?:[ .\-–—/()\u2010\u2011]{0,3}\d)*(?![\w€$£%])")
_GROUP = re.compile(r"\d+")
_LONGEST = 9  # groups of one number
_CALL = re.compile(
    r"(?:\b(?:tele|tel\b|tél|tlf|phone|mobil|handy|cell|cel\b|komór|kom\.|portable|fax|whatsapp|signal|sms"
    r"|call|ring|reach|text|number is|ruf|anruf|erreich|nummer|numéro|appel|joindre|gsm"
    r"|llam|número|móvil|chiam|numero|sentite|dzwo|zadzwo|numer))[^\d\n]{0,40}$",
    re.IGNORECASE,
)
_BEFORE = 60
_THINGS = re.compile(
    r"\s?(?:€|\$|£|%|euro|eur\b|zł|pln|chf|usd|pound|km|kg|m2|m3|kwh|mb\b|people|inhab|visitors|habit|einwohner"
    r"|gäste|personen|person|abitanti|mieszka|osób|bottles|bouteilles|botellas|bottiglie|butel|mill|mio)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s[^\W\d_]")
# Countries of Europe as one dials them, where the plus was left out.
_COUNTRIES = (
    "30",
    "31",
    "32",
    "33",
    "34",
    "351",
    "352",
    "353",
    "36",
    "39",
    "40",
    "420",
    "421",
    "43",
    "44",
    "45",
    "46",
    "47",
    "48",
    "49",
)

# Words for one digit and for two, in which numbers are read out.
_ONE = listed(
    """zero oh nought null zéro cero uno una un one eins ein jeden jedna two zwei zwo deux dos due dwa dwie
    three drei trois tres tre trzy four vier quatre cuatro quattro cztery five fünf cinq cinco cinque pięć
    six sechs seis sei sześć seven sieben sept siete sette siedem eight acht huit ocho otto osiem nine neun
    neuf nueve nove dziewięć double doppel doble doppio triple"""
)
_TWO = listed(
    """dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante ten eleven twelve
    thirteen twenty thirty forty fifty sixty seventy eighty ninety zehn elf zwölf zwanzig dreißig vierzig
    fünfzig sechzig siebzig achtzig neunzig diez once doce trece veinte treinta cuarenta cincuenta sesenta
    setenta ochenta noventa dieci undici dodici venti trenta quaranta cinquanta sessanta settanta ottanta
    novanta dziesięć jedenaście dwanaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt"""
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BETWEEN = re.compile(r"[\s,.\-–—/]{1,3}")
_LEAST_SAID = 9  # digits of a number that is read out
_LEAST_TOKENS = 4


def phones(text: str) -> list[Span]:
    """Where a text holds telephone numbers, in order of place, none overlapping.

    A text names no country, so numbers are known by how they begin and are grouped (a plus, 00, a
    leading 0 with 9 to 13 digits; 9 digits in Spain and Poland, 10 with a 3 in Italy), or by a word
    such as "call" before them. Numbers read out in words count from 9 digits on. Dates, hours,
    books, accounts, company and project numbers, prices and counts of people are none.
    """
    plain = _NOT_PHONES.sub(lambda other: "x" * len(other[0]), text)
    return merged([*_written(plain), *_said(text)])


def _written(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        if _THINGS.match(text, run.end()):
            continue
        groups = [(run.start() + group.start(), group[0]) for group in _GROUP.finditer(run[0])]
        before = text[max(run.start() - _BEFORE, 0) : run.start()]
        called = _CALL.search(before) is not None
        counted = not called and _NOUN.match(text, run.end()) is not None
        first, plus = 0, "+" in run[0][:3]
        while first < len(groups):
            taken = _taken(groups, first, plus=plus and first == 0, called=called, counted=counted)
            if taken:
                yield groups[first][0] if first else run.start(), _end(groups[first + taken - 1])
            first += taken or 1


def _end(group: tuple[int, str]) -> int:
    return group[0] + len(group[1])


def _taken(groups: list[tuple[int, str]], first: int, *, plus: bool, called: bool, counted: bool) -> int:
    """How many groups from the first on make a number; 0 for none."""
    digits = [group for _, group in groups[first : first + _LONGEST]]
    if first and not digits[0].startswith("0"):
        return 0  # only a leading 0 tells that a number begins in the middle of others
    for count in range(len(digits), 0, -1):
        tried = digits[:count]
        if plus or tried[0].startswith("00"):
            fits = _is_abroad(tried)
        elif tried[0].startswith("0"):
            fits = _is_trunk(tried)
        else:
            fits = _is_bare(tried, called=called, counted=counted)
        if fits:
            return count
    return 0


def _is_abroad(groups: list[str]) -> bool:
    digits = "".join(groups)
    return 8 <= len(digits.lstrip("0")) <= 15 and not digits.startswith("000")  # noqa: PLR2004 (E.164)


def _is_trunk(groups: list[str]) -> bool:
    """Whether groups are a number as dialled inside a country whose numbers begin with 0."""
    count = sum(map(len, groups))
    short = count == 8 and len(groups[0]) > 2 and len(groups) < 4  # noqa: PLR2004 (0341 1234)
    return (9 <= count <= 13 or short) and len(groups[0]) > 1  # noqa: PLR2004


def _is_bare(groups: list[str], *, called: bool, counted: bool) -> bool:
    """Whether groups without a leading 0 are a number, by their shape or because one is told to call."""
    count = sum(map(len, groups))
    if "000" in groups[1:]:
        return False  # a round figure
    if called and 7 <= count <= 13:  # noqa: PLR2004
        return True
    return not counted and _has_shape(groups, tuple(map(len, groups)))


def _has_shape(groups: list[str], shape: tuple[int, ...]) -> bool:
    """Whether the groups are as people write numbers in Spain, Portugal, Poland or Italy, or abroad."""
    first = groups[0][0]
    nine = first in "456789" and shape in _NINE
    ten = (first == "3" and shape in _TEN) or shape == (3, 3, 4)
    abroad = 10 < sum(shape) < 14 and len(groups) > 2 and groups[0] in _COUNTRIES  # noqa: PLR2004
    return nine or ten or abroad


_NINE = {(9,), (3, 3, 3), (3, 2, 2, 2), (2, 3, 2, 2), (2, 3, 4), (3, 6), (2, 7)}
_TEN = {(10,), (3, 7), (3, 3, 4), (3, 3, 2, 2), (3, 2, 2, 3), (3, 4, 3)}


def _said(text: str) -> Iterator[Span]:
    """Runs of words for digits, with or without digits among them."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        joined = not run or _BETWEEN.fullmatch(text, run[-1].end(), token.start()) is not None
        if not (joined and _worth(token)):
            yield from _whole(run)
            run = []
        if _worth(token):
            run.append(token)
    yield from _whole(run)


def _worth(token: re.Match[str]) -> int:
    """How many digits a token stands for; 0 where it is another word, or a number of its own."""
    word = token[0]
    if word.isdecimal():
        return len(word) if len(word) < 5 else 0  # noqa: PLR2004
    return 2 * (word.lower() in _TWO) + (word.lower() in _ONE)


def _whole(run: list[re.Match[str]]) -> Iterator[Span]:
    spoken = any(not token[0].isdecimal() for token in run)
    if spoken and len(run) >= _LEAST_TOKENS and sum(map(_worth, run)) >= _LEAST_SAID:
        yield run[0].start(), run[-1].end()
