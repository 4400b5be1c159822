"""The year of a coordinator's report in a reader's words: counters, what each counts, and their parts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from babel.numbers import format_percent

from mapsvc.catalogues import speaker
from mapsvc.domain import vocabulary
from mapsvc.domain.kept_kits import MONTHS_KEPT
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.planning.years import LEAST_SHOWN, UNKNOWN, Told, Year, YearKind
from mapsvc.presentation.labels import country_label
from mapsvc.services.years import FALSE, TRUE, UNSAID, Untold, YearReport

Label = Callable[[object], str]
RULES = (
    _("A calendar year begins on 1 January, a school year on 1 September."),
    _(
        "A stay counts in the year in which its first day lies. A plan of stays knows years and no days: "
        "it counts in the school year that begins in its year."
    ),
    _(
        "A cohort counts until the day on which it is deleted: take this page along before. After that "
        "only your plans of stays tell of it."
    ),
    _(
        "Numbers from 1 to 4 are not shown. They stand together, with the next larger number if they "
        "need it, so that nobody can work them out. All rows add up to the total."
    ),
    _("Report one kind of year, calendar or school: two that overlap could be subtracted from each other."),
)
OF_ALL = _("This is the sum over all schools and organisations. It names none of them.")
STAYS = _(
    "Stays that you recorded as realised in your plans of stays, or learners with a host in the "
    "scenarios that you carried out: whichever of the two is more."
)
HOSTS = _("Places of work to which the scenarios that you carried out sent at least one learner.")
FIELDS = _(
    "The field in which learner and host met, from the scenarios that you carried out. Stays that "
    "only your plans know have no field."
)

KITS = _(
    "How often somebody pressed “Keep this kit” on any phone or computer, and the kit was then on it. It "
    "counts everybody who uses this site, not only your learners: nobody knows who keeps a kit. A kit that "
    "is removed and kept again counts again. Browsers that ask not to be followed are not counted. Months "
    "before this site began to count are missing."
)
UNTOLD = {
    Untold.SWITCHED_OFF: _("Not counted: whoever runs this site has switched it off."),
    Untold.TOO_OLD: _(
        "Not shown: these numbers are deleted after %(months)s months, and this year is older."
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a counter: its words, and how many."""

    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the page: its name, what it counts, its number and parts.

    number is None where it is not told. said is a sentence beside it, "" for none.
    """

    key: str
    title: str
    about: str
    number: int | None
    said: str = ""
    head: str = ""
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class YearPage:
    """A year as page, paper and workbook show it."""

    title: str
    sender: str
    years: str
    counters: Sequence[Counter]
    rules: Sequence[str]
    is_empty: bool
    warning: str = ""


def year_page(
    report: YearReport, language: str, *, site: str, courses: Mapping[str, str], kits: Mapping[str, str]
) -> YearPage:
    """A year in a language; courses are titles, kits towns by slug, site is the name of the map."""
    say = speaker(language)
    return YearPage(
        title=say(_("Our year")),
        sender=report.sender.name if report.sender else site,
        years=year_words(report.year, language),
        counters=[
            *_places(report, language),
            *_shares(report, language),
            _courses(report, language, courses),
            _kits(report, language, kits),
        ],
        rules=rules(language, whole=report.sender is None),
        is_empty=report.is_empty,
        warning=say(_("A number that was typed is larger than the number of stays. It is left out."))
        if report.typed_too_many
        else "",
    )


def year_words(year: Year, language: str) -> str:
    """A year as readers write it: 2026, or school year 2026/27."""
    if year.kind is YearKind.CALENDAR:
        return str(year.begins)
    return speaker(language)(
        _("School year %(first)s/%(last)s"), first=year.begins, last=f"{(year.begins + 1) % 100:02}"
    )


def rules(language: str, *, whole: bool) -> list[str]:
    """How all of it is counted, one sentence each; whole where it is over all schools."""
    say = speaker(language)
    return [say(one) for one in (*RULES, *((OF_ALL,) if whole else ()))]


def _places(report: YearReport, language: str) -> list[Counter]:
    say = speaker(language)

    def country(code: object) -> str:
        return country_label(str(code), language) if code != UNKNOWN else say(_("Country not recorded"))

    def way(ends: object) -> str:
        origin, destination = ends if isinstance(ends, tuple) else (UNKNOWN, UNKNOWN)
        return f"{country(origin)} → {country(destination)}"

    def field(code: object) -> str:
        if code == UNKNOWN:
            return say(_("Field not recorded"))
        return f"{vocabulary.label(vocabulary.FIELDS, str(code), language)} ({code})"

    names = (say(_("Stays")), say(_("Hosts used")), say(_("Stays by field")))
    heads = (say(_("From and to")), say(_("Country")), say(_("Field")))
    each = zip(
        ("flows", "hosts", "fields"),
        names,
        (say(STAYS), say(HOSTS), say(FIELDS)),
        heads,
        (report.flows, report.hosts, report.fields),
        (way, country, field),
        strict=True,
    )
    return [
        _counter(Counter(key, title, about, None, head=head), told, label, language)
        for key, title, about, head, told, label in each
    ]


def _shares(report: YearReport, language: str) -> list[Counter]:
    say = speaker(language)
    green = say(
        _(
            "Stays whose learners travelled by train, bus, bicycle or shared car for most of the way: the "
            "number that referents typed."
        )
    )
    fewer = say(
        _(
            "Stays of learners with fewer opportunities, as the Erasmus+ programme understands them: the "
            "number that referents typed."
        )
    )
    return [
        _share("green", say(_("Green travel")), green, report.green, language),
        _share("fewer", say(_("Fewer opportunities")), fewer, report.fewer, language),
    ]


def _courses(report: YearReport, language: str, titles: Mapping[str, str]) -> Counter:
    say = speaker(language)
    about = say(
        _(
            "Valid certificates of the courses on this site, one for a learner and a course. Only those of "
            "learners who agreed that their school sees them."
        )
    )

    def title(slug: object) -> str:
        return titles.get(str(slug), str(slug))

    empty = Counter("courses", say(_("Courses done")), about, None, head=say(_("Course")))
    return _counter(empty, report.courses, title, language)


def _kits(report: YearReport, language: str, towns: Mapping[str, str]) -> Counter:
    say = speaker(language)
    empty = Counter("kits", say(_("Kits kept")), say(KITS), None, head=say(_("Kit")))
    if isinstance(report.kits, Untold):
        return replace(empty, said=say(UNTOLD[report.kits], months=MONTHS_KEPT))
    return _counter(empty, report.kits, lambda slug: towns.get(str(slug), str(slug)), language)


def _counter(empty: Counter, told: Told, label: Label, language: str) -> Counter:
    """A counter with its number and parts, the largest first."""
    say = speaker(language)
    if told.total is None:
        return replace(empty, said=say(_("Fewer than %(least)s: not shown."), least=LEAST_SHOWN))
    if not told.total:
        return replace(empty, number=0, said=say(_("Nothing recorded.")))
    rows = [Row(label(one), count) for one, count in told.named.items()]
    rows.sort(key=lambda row: (-row.number, fold(row.label)))
    if told.together:
        rows.append(Row(say(_("Others together")), told.together))
    return replace(empty, number=told.total, rows=rows)


def _share(key: str, title: str, about: str, told: Told, language: str) -> Counter:
    """A counter whose number is that of the stays of which it is true."""
    say = speaker(language)
    yes, no = told.named.get(TRUE, 0), told.named.get(FALSE, 0)
    unsaid = told.named.get(UNSAID, 0)
    if told.total is None or told.together:
        words = say(
            _("Not shown: this number, or what is left of all stays, is under %(least)s."), least=LEAST_SHOWN
        )
        return Counter(key, title, about, None, words)
    if not yes and not no:
        return Counter(key, title, about, None, say(_("No number was given that fits the stays.")))
    share = format_percent(yes / (yes + no), locale=language)
    words = say(_("%(share)s of the stays for which the number was given."), share=share)
    rows = [(say(_("Yes")), yes), (say(_("No")), no), (say(_("Not said")), unsaid)]
    return Counter(
        key, title, about, yes, words, say(_("Stays")), [Row(label, count) for label, count in rows if count]
    )
