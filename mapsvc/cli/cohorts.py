"""Commands that place a list of learners: place-cohort, cohort-template."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mapsvc.cli.opened import gazetteer_of, session_of
from mapsvc.config import Settings
from mapsvc.errors import InvalidInput
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

if TYPE_CHECKING:
    from mapsvc.intake.cohorts import CohortFile
    from mapsvc.intake.stay_dates import Days
    from mapsvc.intake.wishes import Wishing
    from mapsvc.planning.cohorts import Demands, OpenOffer
    from mapsvc.planning.outcomes import Outcome
    from mapsvc.planning.results import Result
    from mapsvc.planning.solving import Run

EVERY_S = 0.5  # so often the time that went by is shown
DAY = click.DateTime(["%Y-%m-%d"])
LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Of texts."
)


@click.command("place-cohort")
@click.argument("file", metavar="COHORT", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of a table.")
@click.option("--base", help="A town, or LON,LAT: the place from which distances count.")
@click.option("--max-km", type=click.FloatRange(0, min_open=True), help="Farthest from the base.")
@click.option("--no-language-rule", is_flag=True, help="Learners may go where their level is too low.")
@click.option("--safety-course", is_flag=True, help="Place only learners who did the safety course.")
@click.option("--weights", default="", help="Such as wish=5,distance=3,freshness=1,spread=2; 0 to 10 each.")
@click.option("--lock", "locks", multiple=True, metavar="CODE=OFFER", help="Such as A01=offer:17.")
@click.option("--from", "first", type=DAY, help="First day, for learners of whom the list says none.")
@click.option("--to", "last", type=DAY, help="Last day, for the same.")
@click.option("--today", type=DAY, help="The day that offers are looked at; by default today.")
@LANGUAGE
def place_cohort(file: Path, as_json: bool, language: str, **asked: Any) -> None:
    """Place the learners of COHORT (CSV, XLSX, ODS) with the public hosts, as well as can be proved.

    Prints a table, or with --json one object: placements, who is left over with the reasons and the
    changes that would help, the faults of the list, score and gap (0: proved to be the best). All else is
    said on standard error. Ctrl-C ends it at once.
    """
    from mapsvc.presentation.placements import as_report, table_lines

    cohort, result = _placed(file, language, tells_faults=not as_json, **asked)
    if as_json:
        report = as_report(result, cohort, language=language)
        click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False))
    else:
        click.echo("\n".join(table_lines(result, language=language)))


def _placed(
    file: Path, language: str, *, tells_faults: bool, today: datetime | None, **asked: Any
) -> "tuple[CohortFile, Result]":
    """The list as it was read, and its placing."""
    from mapsvc.domain.base import now
    from mapsvc.intake.wishes import Wishing
    from mapsvc.params import placings
    from mapsvc.places.regions import Regions
    from mapsvc.planning.cohorts import Demands
    from mapsvc.planning.results import Result
    from mapsvc.services.offers_to_plan import offers_to_plan

    settings, day = Settings(), (today or now()).date()
    weights = placings.weights_asked(asked["weights"])
    usual = placings.stay_asked(_day(asked["first"]), _day(asked["last"]))
    with session_of(settings, reads=True) as session:
        offers = offers_to_plan(session.connection(), day)
    wishing = Wishing(gazetteer_of(settings), Regions.load())
    base = placings.base_asked(asked["base"], wishing)
    if asked["max_km"] and base is None:
        raise InvalidInput(_("A greatest distance needs a base that it counts from."), field="max_km")
    cohort = _read(file, wishing, usual, language, tells_faults=tells_faults)
    demands = Demands(
        today=day,
        base=base,
        max_km=asked["max_km"],
        languages=not asked["no_language_rule"],
        safety_course=asked["safety_course"],
        weights=weights,
        locks=placings.locks_asked(asked["locks"], cohort.learners, offers),
    )
    outcome = _solved(cohort, offers, demands)
    return cohort, Result(file.name, "", cohort.learners, {one.key: one for one in offers}, demands, outcome)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _read(
    file: Path, wishing: "Wishing", usual: "Days | None", language: str, *, tells_faults: bool
) -> "CohortFile":
    """The list, its faults and notes told where they are not in what is printed."""
    from mapsvc.intake.cohorts import read_cohort
    from mapsvc.presentation.placements import fault_line, note_line

    cohort = read_cohort(file, towns=wishing.towns, regions=wishing.regions, usual_stay=usual)
    if tells_faults or not cohort.learners:
        for note in cohort.notes:
            click.echo(note_line(note, language), err=True)
        for fault in cohort.faults:
            click.echo(fault_line(fault, language), err=True)
    if not cohort.learners:
        raise InvalidInput(_("No row of the list could be used."))
    return cohort


def _solved(cohort: "CohortFile", offers: "tuple[OpenOffer, ...]", demands: "Demands") -> "Outcome":
    """The outcome, computed in a process of its own, which ends with this one."""
    from mapsvc.planning.solving import Run

    with Run.start(cohort.learners, offers, demands) as run:
        what = f"Learners: {len(cohort.learners)}, offers: {len(offers)}."
        _watch(run, what)
        outcome = run.outcome()
        click.echo(f"{what} Placed in {run.elapsed_s:.1f} s.", err=True)
        return outcome


def _watch(run: "Run", what: str) -> None:
    """Shows at a terminal how long it takes, until it has ended."""
    while not run.wait(EVERY_S):
        if sys.stderr.isatty():
            click.echo(f"\r{what} {run.elapsed_s:.0f} s ", err=True, nl=False)
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)


@click.command("cohort-template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@LANGUAGE
def cohort_template(file: Path, language: str) -> None:
    """Write the template of a list of learners to FILE, which ends in .csv or .xlsx."""
    from mapsvc.services.cohort_templates import FORMATS
    from mapsvc.services.cohort_templates import cohort_template as template

    file_format = file.suffix.lower().removeprefix(".")
    if file_format not in FORMATS:
        raise InvalidInput(
            _("The template is a CSV or an XLSX file; “%(name)s” is neither."), field="file", name=file.name
        )
    file.write_bytes(template(file_format, language))
    click.echo(f"Wrote {file}.")


COMMANDS = (place_cohort, cohort_template)
