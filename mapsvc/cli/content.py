"""Commands for what we teach: content check."""

import csv
import gzip
import sys
from collections.abc import Mapping

import click

from mapsvc.config import Settings
from mapsvc.resources import resource


@click.group()
def content() -> None:
    """Kits, courses and timelines: the files of data/, and of the folder "content" of the instance."""


@content.command()
def check() -> None:
    """Look at all content, and say of each fault where it is and how to mend it. Status 1 with faults."""
    from mapsvc.content.checking import check as faults_of
    from mapsvc.content.trees import Tree

    faults = faults_of(Tree.of(Settings().folder), towns=_towns())
    for fault in faults:
        click.echo(fault)
    if faults:
        click.echo(f"{len(faults)} faults.", err=True)
        sys.exit(1)


def _towns() -> Mapping[int, str]:
    with gzip.open(resource("data/gazetteer/places.csv.gz"), "rt", encoding="utf-8") as lines:
        return {int(row["id"]): row["country"] for row in csv.DictReader(lines)}


COMMANDS = (content,)
