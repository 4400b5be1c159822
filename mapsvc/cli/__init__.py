"""The `mapsvc` command, one module a subject."""

import sys

import click

from mapsvc import __version__
from mapsvc.cli import doctor, exports, hosts, imports, service
from mapsvc.errors import MapsvcError


@click.group()
@click.version_option(__version__)
def commands() -> None:
    """The directory and map of hosts for vocational mobility."""


for module in (service, imports, hosts, exports, doctor):
    for command in module.COMMANDS:
        commands.add_command(command)


def main() -> None:
    """The console script: faults that a person can mend are said in one line, with status 1."""
    try:
        commands(standalone_mode=True)
    except MapsvcError as fault:
        click.echo(f"mapsvc: {fault}", err=True)
        sys.exit(1)
