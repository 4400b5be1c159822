"""Streets with a house number in a text, as six languages and their neighbours write them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from mapsvc.domain.flag_readings import Span, merged

_UPPER = "".join(chr(code) for code in range(0x41, 0x180) if chr(code).isupper())
_CAPITAL = rf"[{_UPPER}][\w’']{{0,30}}"
_LITTLE = (
    r"(?:de la|de los|de las|de l[’']|de|del|della|delle|dello|dell[’']|degli|dei|di|da|das|do|dos|du|des"
    r"|d[’']|la|le|les|l[’']|el|los|las|lo|al|à|au|aux|en|sur|sous|i|y|e)"
)
_TITLE = r"(?:[Śś]w|[Kk]s|[Gg]en|[Dd]r|[Pp]rof|[Pp]łk|[Mm]arsz|[Bb]p|St|Ste|Dr|Prof|Sta|Sto|[A-Z])\."
_NAME = rf"(?:{_LITTLE}\s?){{0,2}}(?:{_TITLE}\s?)?{_CAPITAL}(?:[\s-](?:{_LITTLE}\s?){{0,2}}{_CAPITAL}){{0,4}}"
_NUMBER = (
    r",?\s?(?:(?:n\s?\.?\s?[o°]|nr\.?|num\.|núm\.|n\.|no\.)\s?)?(?<=[\s.o°])(?P<number>\d{1,4})"
    r"(?:\s?[-–/]\s?\d{1,3})?(?:\s?/?\s?[a-zA-Z])?(?![\w@%€$£])(?![.,:]\d)(?!\s?[€%$£°])"
)
_A_YEAR = r"(?:19|20)\d\d"
# A postcode and its town after a number make the number that of a house, whatever the street is called.
_POSTCODE = rf",\s(?:[A-Z]{{1,2}}-)?(?!{_A_YEAR}\s)\d{{2}}-?\d{{2,3}}\s{_CAPITAL}"
_START = r"(?<![\w/.-])"

# After a number these tell a stretch of time or road, an amount or a date, and no house.
_MONTHS = (
    r"(?:janu|janv|jän|febr|févr|feb\b|märz|marzo|mars\b|march\b|marca\b|april|avril|abril|kwiet|mai\b|may\b"
    r"|mayo\b|maja\b|maggio|juni?\b|june|juin|junio|giugno|czerw|juli?\b|july|juil|lugli|lipca|aug|août|agosto"
    r"|sierp|sept|settem|wrze|octo|okto|octu|ottob|paźdz|novem|noviem|listop|decem|dezem|déce|dicie|dicem"
    r"|grud|stycz|lutego|enero|genn)"
)
_UNITS = (
    r"(?:min|stund|std|hour|heure|hora|ore\b|ora\b|godz|uhr|h\b|km|kilom|met|mèt|mét|m\b|cm\b|schritt|steps"
    r"|days?\b|tage?n?\b|jour|días?\b|giorn|dni\b|dzień|weeks|woche|semaine|semanas|settiman|tygod|month|monat"
    r"|mois\b|meses|mesi\b|miesi|years|jahr|ans\b|ann[eéi]|años|lat\b|euro|eur\b|zł|pound|grad|kilo|kg|liter"
    r"|litr|people|leute|person|osób|os\.|mal\b|times|fois|veces|vez\b|volt[ae]|raz|x\b|schüler|student"
    r"|alumn|élève|ucznió|bares|bars\b|tiendas|sklep|shops|pubs|houses|häuser|maisons|case\b|casas|domów|places"
    r"|plätze|plazas|posti|miejsc|rooms|chambres|habitaciones|camere|stops|stations|halte|arrêts|paradas"
    r"|fermate|przyst|young|jung|jeunes|kids|kind|bambini|niñ|dziec|männer|frauen|women|men\b)"
)
_COUNTED = re.compile(rf"\s?(?:{_UNITS}|{_MONTHS})", re.IGNORECASE)
_YEAR = re.compile(_A_YEAR)

_EN_KINDS = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Square|Sq|Terrace|Crescent|Place|Court|Gardens?|Way"
    r"|Row|Hill|Quay|Mews|Park|Walk|Parade|Green|Grove|Boulevard|Blvd|Strand|View|Rise|Wharf|Alley|Yard)"
)
_EN_NO_NAMES = r"(?!(?:Star|Stars|Days?|Hours?|Weeks?|Months?|Years?|Minutes?|Miles?|Level|Bed)\s)"
_VEHICLE = re.compile(
    r"\b(?:bus|line|linie|ligne|línea|linea|linia|tram|route|train|métro|metro|autobus|autobús|level|platform"
    r"|room|week|day|grade|unit|chapter|nr|no|exit|gate)\s$",
    re.IGNORECASE,
)
_DE_COMPOUND = (
    rf"(?:[\w-]{{1,30}}\.\s?-){{0,3}}(?:[\w-]{{1,40}}(?:[sS]traße|[sS]trasse|[sS]tr\.?)|(?=[{_UPPER}])[\w-]{{2,40}}"
    r"(?:gasse|weg|platz|allee|ring|damm|ufer|chaussee|steig|pfad|graben|wall|stieg|zeile|promenade|twiete"
    r"|-Weg|-Platz|-Allee|-Ring|-Ufer|-Gasse|-Damm|[Mm]arkt|straat|laan|plein|gracht|kade|dijk|singel))"
)
_DE_NOT_STREETS = re.compile(
    r"(?:bundes|kreis|staats|schnell|haupteinkaufs|auto|heim|arbeits|fuß|fuss|rad|um|rück|hin|aus|lehr|"
    r"ausbildungs|stell|park|sitz|spiel|praktikums|praktikant\w*|studien|schlaf|wohn|heimplatz|super|floh|bau|"
    r"weihnachts|wochen|bauern|fisch|job|lauf|dienst|steh|camping|zelt|sport|fußball|tennis|kindergarten|kita|"
    r"tabellen|titel|wander|feld|wald|treffpunkt|schlüssel|kinder|rasen|ein|zu|park)"
    r"(?:straße|strasse|weg|platz|markt|ring|pfad|steig)$",
    re.IGNORECASE,
)
_DE_ARTICLES = r"(?!(?:Der|Die|Das|Den|Dem|Ein|Eine|Einen|Mein|Meinen|Auf|Unser|Jeder|Vom|Wir|Ich|Im)\s)"
# "Im Gehege 6" is a street, "im Raum 6" and "Am Tag 6" are none.
_DE_NO_FIELDS = (
    r"(?!(?:Tag|Woche|Monat|Jahr|Lehrjahr|Semester|Alter|Raum|Zimmer|Halle|Stand|Etage|Stock|Haus|Gleis|Tisch|Ende"
    r"|Anfang|Schluss|Schnitt|Kurs|Modul|Kapitel|Teil|Stufe|Niveau|Level|Klasse|Gruppe|Team|Seite|Punkt|Bus|Linie"
    r"|Version|Paragraf|Artikel|Abschnitt|Platz|Januar|Februar|März|April|Mai|Juni|Juli|August|Oktober|\w+ember"
    r"|\w+tag|Sommer|Winter|Herbst|Frühling)\b)"
)
_DE_BESIDE = (
    r"(?:Am|An de[rnm]|Im|In de[rn]|Auf de[rmn]|Zu[mr]|Unter de[rn]|Hinter de[rm]|Vor de[rm]|Beim)\s"
    rf"(?:{_CAPITAL}\s){{0,2}}"
)
_DE_FIELD = rf"{_DE_BESIDE}{_DE_NO_FIELDS}{_CAPITAL}"
_DE_SURE_FIELD = (
    rf"{_DE_BESIDE}(?=[{_UPPER}])(?i:[\w-]{{0,30}}(?:markt|mühle|kirche|schloss|rathaus|bach|berg|anger|graben|tor"
    r"|linden|eichen|brücke|hafen|gärten|brunnen|mauer|rain|hang|winkel|teich|wall|ufer|burg|weiher|busch))"
)
_DE_OF = rf"(?:Straße|Strasse|Platz|Allee) de[rs]\s(?:\d{{1,2}}\.\s)?{_CAPITAL}(?:\s{_CAPITAL})?"
_FR_STREETS = (
    r"(?:rue|avenue|av\.|boulevard|bd\.?|bld|impasse|quai|chemin|ruelle|allée|faubourg|sentier|montée|venelle"
    r"|esplanade|chaussée)"
)
_FR_PLACES = (
    r"(?:place|cours|passage|cité|square|route|résidence|lotissement|villa|promenade|hameau|rond-point)"
)
_ES_KINDS = (
    r"(?:[cC]/|C\.|[cC]alle|Cl\.|[aA]vda?\.?|Av\.|[aA]venida|[pP]laza|Pza\.?|Plza\.?|Pl\.|[pP]aseo|P\.\s?o|Po\."
    r"|[rR]onda|[cC]amino|Cno\.|[cC]arretera|Ctra\.|[tT]ravesía|Trav\.|[rR]ambla|[gG]lorieta|[cC]allejón|[cC]uesta"
    r"|[pP]asaje|[aA]lameda|Pol\.|Rua|R\.|Travessa|Praça)"
)
_IT_KINDS = (
    r"(?:[vV]iale|[vV]\.le|[pP]iazza|[pP]\.za|[pP]\.zza|[pP]iazzale|[pP]\.le|[cC]orso|[cC]\.so|[lL]argo|[lL]\.go"
    r"|[vV]icolo|[vV]ico|[sS]trada|[cC]ontrada|[cC]\.da|[lL]ungomare|[lL]ungarno|[bB]orgo|[sS]alita|[lL]oc\."
    r"|[lL]ocalità|[fF]razione|[fF]raz\.)"
)
_PL_KINDS = (
    r"(?:[uU]l\.|[uU]lic(?:a|y|ę|ą)|[aA]l\.|[aA]le(?:ja|i|ję|je|jach|ją)|[pP]l\.|[pP]lac(?:u|em)?|[oO]s\."
    r"|[oO]siedl(?:e|u)|[rR]ond(?:o|zie)|[sS]kwer(?:ze)?|[bB]ulwar(?:ze)?|Rynek)"
)
_PL_DATE = r"\d{1,2}\s(?:Stycznia|Lutego|Marca|Kwietnia|Maja|Czerwca|Lipca|Sierpnia|Września|Listopada)"
_BY_MEANS = re.compile(
    r"[Vv]ia (?:Teams|Zoom|Whats|Skype|Mail|E-|Email|Internet|Moodle|Telegram|Erasmus|Face|Insta|Google|Meet"
    r"|Discord|Signal|SMS|App|Slack|Airbnb)"
)
_LOWER_NOUN = re.compile(
    r"\s(?!(?:e|ed|o|in|a|al|alla|con|dove|oppure|vicino|dietro|accanto|sopra|sotto|nel|nella|di|da|per|che|ma|ha"
    r"|è|costa|si|and|or|with|near|next|where|und|mit|oder|bei|et|ou|avec|y|con)\b)[a-zà-ÿ]{2}"
)


def _always(_: re.Match[str]) -> bool:
    return True


def _is_german_street(found: re.Match[str]) -> bool:
    return _DE_NOT_STREETS.match(found["street"]) is None


def _is_ridden(found: re.Match[str]) -> bool:
    """Whether the number before a street is that of a bus or a room."""
    return _VEHICLE.search(found.string[max(found.start() - 12, 0) : found.start()]) is not None


def _is_house(found: re.Match[str]) -> bool:
    return not _is_ridden(found)


def _is_no_detour(found: re.Match[str]) -> bool:
    """Whether "via" is the street of Italian, and not the way of a flight or a call."""
    return not (_BY_MEANS.match(found[0]) or _LOWER_NOUN.match(found.string, found.end()))


def _is_not_people(found: re.Match[str]) -> bool:
    """Whether "os." is an estate in Polish, and not short for persons after a number."""
    return not re.search(r"\d\s?$", found.string[max(found.start() - 3, 0) : found.start()])


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of writing an address; number_first where the house stands before the street."""

    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] = _always
    number_first: bool = False


_BIS = r"(?P<number>\d{1,4})(?:\s?[-–/]\s?\d{1,4})?(?:\s?(?:bis|ter|quater)|\s?[a-dA-D])?\s?,?\s"
_WAYS = (
    _Way(
        re.compile(
            r"(?<![\w/.:-])(?<!\d[\s,])(?P<number>\d{1,4})(?:\s?[-–/]\s?\d{1,4})?[a-zA-Z]?,?\s"
            rf"{_EN_NO_NAMES}"
            rf"(?:(?:St\.\s)?{_CAPITAL}\s){{1,4}}{_EN_KINDS}\b(?![’'-]\w)"
        ),
        _is_house,
        number_first=True,
    ),
    _Way(
        re.compile(rf"{_START}(?:{_CAPITAL}\s){{1,3}}(?:Street|Road|Avenue|Lane|Square|Terrace)\b{_NUMBER}")
    ),
    _Way(re.compile(rf"{_START}(?P<street>{_DE_COMPOUND}){_NUMBER}"), _is_german_street),
    _Way(re.compile(rf"{_START}{_DE_OF}{_NUMBER}")),
    _Way(
        re.compile(
            rf"{_START}{_DE_ARTICLES}{_CAPITAL}(?:-{_CAPITAL}){{0,3}}\s"
            rf"(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Damm|Ufer|Gasse|Chaussee|Landstraße|Steig|Pfad|Zeile|Reihe|Trift"
            rf"|Promenade|Anlage){_NUMBER}"
        )
    ),
    _Way(re.compile(rf"{_START}{_DE_FIELD}{_NUMBER}(?=[,.;)]|\s*$|\n)")),
    _Way(re.compile(rf"{_START}{_DE_SURE_FIELD}{_NUMBER}")),
    _Way(re.compile(rf"{_START}Alt-{_CAPITAL}{_NUMBER}")),
    _Way(re.compile(rf"{_START}{_CAPITAL}(?:[\s-]{_CAPITAL}){{0,4}}\.?{_NUMBER}{_POSTCODE}")),
    _Way(
        re.compile(
            rf"(?<![\w/.:-]){_BIS}{_FR_STREETS}\s(?:{_LITTLE}\s?){{0,2}}(?!plus\b)\w{{2}}[\w’'-]{{0,30}}"
            rf"(?-i:\s{_CAPITAL}){{0,3}}",
            re.IGNORECASE,
        ),
        _is_house,
        number_first=True,
    ),
    _Way(
        re.compile(rf"(?<![\w/.:-]){_BIS}{_FR_PLACES}\s(?:(?:de la|de l[’']|du|des|de)\s?)?{_CAPITAL}"),
        _is_house,
        number_first=True,
    ),
    _Way(
        re.compile(
            rf"{_START}(?:[rR]ue|[aA]venue|[bB]oulevard|[pP]lace|[cC]haussée|[qQ]uai|[cC]hemin|[aA]llée|[iI]mpasse)\s"
            rf"{_NAME}{_NUMBER}"
        )
    ),
    _Way(re.compile(rf"{_START}{_ES_KINDS}\s?{_NAME}{_NUMBER}")),
    _Way(re.compile(rf"{_START}(?:[cC]/|ul\.)\s?(?:{_LITTLE}\s)?[\w’'-]{{2,30}}{_NUMBER}")),
    _Way(re.compile(rf"{_START}{_IT_KINDS}\s{_NAME}{_NUMBER}")),
    _Way(re.compile(rf"{_START}[vV]ia\s{_NAME}{_NUMBER}"), _is_no_detour),
    _Way(re.compile(rf"{_START}{_PL_KINDS}\s?(?:{_PL_DATE}|{_NAME}){_NUMBER}"), _is_not_people),
)


def street_addresses(text: str) -> list[Span]:
    """Where a text names a street with the number of a house, in order of place, none overlapping.

    A street alone is none, nor are years, distances, times and counts after its name, the numbers of
    buses and trunk roads, and ways that lead to no house (a way to school, a place to train).
    """
    return merged(
        [found.span() for way in _WAYS for found in way.pattern.finditer(text) if _is_address(found, way)]
    )


def _is_address(found: re.Match[str], way: _Way) -> bool:
    if _YEAR.fullmatch(found["number"]) or not way.holds(found):
        return False
    return way.number_first or _COUNTED.match(found.string, found.end()) is None
