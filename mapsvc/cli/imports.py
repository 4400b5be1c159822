"""Commands that read lists of hosts: import-hosts, imports, undo-import, release-import."""

import getpass
import os
from pathlib import Path

import click

from mapsvc.cli.opened import gazetteer_of, session_of, steps_of
from mapsvc.config import Settings

SHOWN = 20  # reasons printed; the report file has them all


@click.command("import-hosts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", "--name", "source_name", help="Name of the list; by default that of the file.")
@click.option("--licence", help="Licence of the list, shown with its hosts.")
@click.option("--crs", help="Reference system of the coordinates, such as EPSG:25832.")
@click.option("--map", "mapping_file", type=click.Path(exists=True, path_type=Path), help="Columns, as YAML.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option("--hold", "held", is_flag=True, help="Keep new hosts off the map.")
@click.option(
    "--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="CSV, a line a row."
)
def import_hosts(
    file: Path,
    source_name: str | None,
    licence: str | None,
    crs: str | None,
    mapping_file: Path | None,
    dry_run: bool,
    held: bool,
    report_file: Path | None,
) -> None:
    """Read a file of hosts (CSV, XLSX, ODS, GeoJSON, GPKG, FGB, KML, GPX, zipped SHP) into the directory."""
    from mapsvc.places.crs import parse_epsg
    from mapsvc.places.regions import Regions
    from mapsvc.services import imports as service
    from mapsvc.services import row_reports

    settings = Settings()
    if report_file:
        report_file.open("a").close()  # a path that cannot be written is told before anything is done
    with session_of(settings) as session:
        report = service.import_hosts(
            session,
            file,
            source_name=source_name,
            importer=_who(),
            gazetteer=gazetteer_of(settings),
            regions=Regions.load(),
            key=settings.secret,
            crs=parse_epsg(crs) if crs else None,
            mapping_file=mapping_file,
            licence=licence,
            dry_run=dry_run,
            held=held,
            progress=steps_of(f"Importing {file.name}"),
        )
    if report_file:
        row_reports.write_report(report, report_file)
    _show(report, report_file, dry_run=dry_run)


def _who() -> str:
    """The name of who runs the command; in a container there may be a number alone."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _show(report: "service.Report", report_file: Path | None, *, dry_run: bool) -> None:  # type: ignore[name-defined]  # noqa: F821
    from mapsvc.intake.mapping import dump_mapping

    click.echo("Columns used (save, correct and give back with --map):")
    click.echo(dump_mapping(report.mapping))
    for line in [one for one in report.lines if one.reason][:SHOWN]:
        where = f"line {line.line}" if line.line else "file"
        column = f", column {line.column}" if line.column else ""
        click.echo(f"  {where}{column}: {line.reason}" + (f" [{line.value}]" if line.value else ""))
    left = sum(bool(one.reason) for one in report.lines) - SHOWN
    if left > 0:
        click.echo(
            f"  and {left} more" + (f" in {report_file}" if report_file else "; see them all with --report")
        )
    click.echo(
        f"{report.organisations} organisations, {report.sites} sites, {report.offers} offers in the file. "
        "Rows: "
        + ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in report.counts.items())
        + "."
    )
    if dry_run:
        click.echo("Dry run: nothing was changed.")
    else:
        click.echo(
            f"This is import {report.import_id}. Take it back with: mapsvc undo-import {report.import_id}"
        )


@click.command()
def imports() -> None:
    """List the imports, the newest first."""
    from sqlalchemy import select

    from mapsvc.domain.sources import Import, Source

    with session_of(Settings(), reads=True) as session:
        rows = session.execute(select(Import, Source).join(Source).order_by(Import.id.desc())).all()
        for record, source in rows:
            counts = ", ".join(f"{count} {name}" for name, count in record.counts.items() if count)
            undone = " (undone)" if record.undone else ""
            click.echo(
                f"{record.id}\t{record.at:%Y-%m-%d %H:%M}\t{source.name}\t{record.file_name}\t"
                f"{counts}{undone}"
            )
        if not rows:
            click.echo("Nothing was imported yet. Begin with: mapsvc import-hosts FILE")


@click.command("undo-import")
@click.argument("number", type=int)
def undo_import(number: int) -> None:
    """Take an import back: its hosts become what they were before."""
    from mapsvc.services.undoing import undo_import as undo

    with session_of(Settings()) as session:
        undone = undo(session, number)
    click.echo(f"Import {number} is undone; {undone.changed} organisations are as they were.")
    if undone.kept:
        click.echo(f"{undone.kept} stay: people changed them here, or speak for them, since.")


@click.command("release-import")
@click.argument("number", type=int)
def release_import(number: int) -> None:
    """Put the hosts of an import that was held back on the map."""
    from mapsvc.services.releasing import release_import as release

    with session_of(Settings()) as session:
        count = release(session, number)
    click.echo(f"Import {number} is released; {count} organisations are on the map now.")


COMMANDS = (import_hosts, imports, undo_import, release_import)
