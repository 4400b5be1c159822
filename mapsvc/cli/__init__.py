"""The `mapsvc` command, one module a subject."""

import sys

import click

from mapsvc import __version__
from mapsvc.cli import (
    backups,
    bench,
    cohorts,
    content,
    doctor,
    exports,
    grants,
    hosts,
    imports,
    people,
    regions,
    service,
)
from mapsvc.config import Settings
from mapsvc.errors import MapsvcError


@click.group()
@click.version_option(__version__)
def commands() -> None:
    """The directory and map of hosts for vocational mobility."""


for module in (
    service,
    imports,
    regions,
    hosts,
    cohorts,
    grants,
    people,
    exports,
    backups,
    content,
    doctor,
    bench,
):
    for command in module.COMMANDS:
        commands.add_command(command)


def main() -> None:
    """The console script: faults that a person can mend are said in one line, with status 1."""
    try:
        commands(standalone_mode=True)
    except Exception as fault:
        said = explained(fault)
        if said is None:
            raise
        click.echo(f"mapsvc: {said}", err=True)
        sys.exit(1)


def explained(fault: Exception) -> str | None:
    """What a fault means to who gave the command; None where it is a fault of the program."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError
    from sqlalchemy.exc import ArgumentError, DBAPIError

    if isinstance(fault, MapsvcError | OSError | SettingsError):
        return str(fault)
    if isinstance(fault, ValidationError) and fault.title == Settings.__name__:
        return " ".join(
            f"MAPSVC_{str(error['loc'][0]).upper()} is {error['input']!r}: {error['msg']}."
            for error in fault.errors()
        )
    if isinstance(fault, DBAPIError | ArgumentError):
        why = str(getattr(fault, "orig", fault)).splitlines()[0]
        return f"The database does not answer as it should: {why} See: mapsvc doctor"
    return None
