"""The command that puts the statistical regions of the European Union into an installation."""

from pathlib import Path

import click

from mapsvc.config import Settings


@click.command("import-regions")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--year", type=click.IntRange(1980, 2099), help="Year of the edition, where no file name says it."
)
@click.option("--list", "listed", is_flag=True, help="Show which sets of regions there are.")
@click.option("--remove", "removed", metavar="SET", help="Take a set away, such as nuts-2021.")
def import_regions(files: tuple[Path, ...], year: int | None, listed: bool, removed: str | None) -> None:
    """Read the official NUTS regions (GeoJSON of Eurostat GISCO, EPSG:4326) to count hosts by them.

    The levels may be in one file or in several, given at once or one after the other.
    """
    if sum((bool(files), listed, bool(removed))) != 1:
        raise click.UsageError("Give one or more files, or --list, or --remove SET.")
    folder = Settings().folder
    if removed:
        _remove(folder, removed)
    elif listed:
        _list(folder)
    else:
        _import(folder, files, year)


def _import(folder: Path, files: tuple[Path, ...], year: int | None) -> None:
    from mapsvc.places.nuts_imports import import_nuts
    from mapsvc.places.region_sets import nuts_set

    for done in import_nuts(folder, files, year=year):
        regions = nuts_set(done.held)
        click.echo(f"{regions.name} is installed as {regions.key}: {_levels(done.held.levels())}.")
        if done.held.dissolved:
            click.echo("Countries were made of their largest regions, as no file has them.")
        if done.replaced:
            click.echo(f"Replaced: level {', '.join(map(str, done.replaced))}.")
        if done.mended:
            click.echo(f"Outlines that crossed themselves were mended: {', '.join(done.mended)}.")
        click.echo(f"Shown wherever these regions are drawn: {regions.attribution}")
    click.echo("A running service shows them within seconds.")


def _remove(folder: Path, key: str) -> None:
    from mapsvc.places import region_files

    region_files.remove(folder, key)
    click.echo(f"{key} is gone. Its files can be imported again.")


def _list(folder: Path) -> None:
    from mapsvc.places.region_sets import region_sets

    sets = region_sets(folder)
    for one in sets.all():
        default = "\tused first" if one is sets.default() else ""
        counts = {level: len(one.units(level)) for level in one.levels}
        click.echo(f"{one.key}\t{one.name}\t{_levels(counts)}{default}")


def _levels(counts: dict[int, int]) -> str:
    return ", ".join(f"level {level}: {count}" for level, count in counts.items())


COMMANDS = (import_regions,)
