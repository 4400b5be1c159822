"""Commands on the hosts that are there: samples, duplicates, those to be located."""

import click

from mapsvc.cli.opened import session_of
from mapsvc.config import Settings


@click.group()
def samples() -> None:
    """The made-up hosts and alumni of a new installation."""


@samples.command("clear")
def clear_samples() -> None:
    """Remove every sample host and every sample alumnus."""
    from mapsvc.services.loading import clear_samples as clear

    with session_of(Settings()) as session:
        hosts, alumni = clear(session)
    click.echo(f"Removed {hosts} sample hosts and {alumni} sample alumni. They do not come back.")


@click.group()
def duplicates() -> None:
    """Hosts that are named twice."""


@duplicates.command("list")
def list_duplicates() -> None:
    """Show pairs that may be one host, the most alike first."""
    from mapsvc.services.duplicates import proposed_duplicates

    with session_of(Settings(), reads=True) as session:
        pairs = proposed_duplicates(session)
    for pair in pairs:
        click.echo(
            f"{pair.first_id}\t{pair.first_name} ({pair.first_source})\t{pair.second_id}\t"
            f"{pair.second_name} ({pair.second_source})\t{pair.distance_m:.0f} m\t{pair.likeness:.0f} %"
        )
    if not pairs:
        click.echo("No two hosts look like one.")


@duplicates.command("merge")
@click.argument("first", type=int)
@click.argument("second", type=int)
def merge_duplicates(first: int, second: int) -> None:
    """Show FIRST alone; SECOND is kept out of sight, also after later imports."""
    from mapsvc.services.duplicates import merge

    with session_of(Settings()) as session:
        merge(session, first, second)
    click.echo(
        f"Host {second} is now shown as host {first}. "
        f"Take it back with: mapsvc duplicates keep {first} {second}"
    )


@duplicates.command("keep")
@click.argument("first", type=int)
@click.argument("second", type=int)
def keep_duplicates(first: int, second: int) -> None:
    """Remember that FIRST and SECOND are two hosts."""
    from mapsvc.services.duplicates import keep

    with session_of(Settings()) as session:
        keep(session, first, second)
    click.echo(f"Hosts {first} and {second} stay apart.")


@click.command("to-locate")
def to_locate() -> None:
    """List the sites that have no point yet."""
    from mapsvc.storage.hosts import sites_to_locate

    with session_of(Settings(), reads=True) as session:
        sites = sites_to_locate(session)
        for site in sites:
            where = ", ".join(filter(None, (site.address, site.town, site.country)))
            click.echo(f"{site.id}\t{site.organisation.name}\t{where}\t{site.organisation.source.name}")
        if not sites:
            click.echo("Every site has its place on the map.")


COMMANDS = (samples, duplicates, to_locate)
