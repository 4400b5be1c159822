"""Commands for what we teach: content check, content levels, content corrections."""

import csv
import gzip
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from mapsvc.config import Settings
from mapsvc.resources import resource

if TYPE_CHECKING:
    from mapsvc.content.levels import Measured
    from mapsvc.content.online import Silent
    from mapsvc.content.trees import Tree


@click.group()
def content() -> None:
    """Kits, courses and timelines: the files of data/, and of the folder "content" of the instance."""


@content.command()
@click.option(
    "--online", is_flag=True, help="Ask the sources on the network, too, whether they still answer."
)
def check(online: bool) -> None:
    """Look at all content, and say of each fault where it is and how to mend it. Status 1 with faults."""
    from mapsvc.content.checking import check as faults_of
    from mapsvc.content.trees import Tree

    tree = Tree.of(Settings().folder)
    faults: list[object] = [*faults_of(tree, towns=_towns())]
    if online:
        faults += _silent(tree)
    for fault in faults:
        click.echo(fault)
    if faults:
        click.echo(f"{len(faults)} faults.", err=True)
        sys.exit(1)


@content.command()
def levels() -> None:
    """Measure how hard all texts are to read: words a sentence, long sentences, rare words."""
    from mapsvc.content.faults import Faults
    from mapsvc.content.levels import LONG, frequent_words, measure
    from mapsvc.content.library import Library
    from mapsvc.content.pieces import pieces
    from mapsvc.content.trees import Tree

    tree = Tree.of(Settings().folder)
    frequent = frequent_words()
    files, kinds = measure(tree, pieces(Library.load(tree, Faults(tree))), frequent)
    click.echo(
        f"{'language':8} {'words':>7} {'a sentence':>10} {f'over {LONG}':>8} {'longest':>8} {'rare':>6}  text"
    )
    for one in (*files, *kinds):
        click.echo(_level_line(one, frequent is not None))
    for one in kinds:
        rare = ", ".join(f"{word} {count}" for word, count in one.level.rare.most_common(10))
        click.echo(
            f"{one.name} ({one.language}): longest at {one.level.place}. Rare: {rare or 'not counted'}."
        )
    if frequent is None:
        click.echo(
            "Rare words are not counted: wordfreq is not installed. “make check” installs it.", err=True
        )


@content.command()
def corrections() -> None:
    """Show what moderators accepted of readers' corrections and no file says yet, to be written there."""
    from mapsvc.cli.opened import session_of
    from mapsvc.content.corrections import standing_lines
    from mapsvc.content.library import usable
    from mapsvc.content.trees import Tree
    from mapsvc.storage.corrections import all_accepted

    settings = Settings()
    with session_of(settings, reads=True) as session:
        found = all_accepted(session.connection())
    for line in standing_lines(usable(Tree.of(settings.folder)), found):
        click.echo(line)


def _level_line(one: "Measured", with_rare: bool) -> str:
    level = one.level
    rare = f"{level.rare.total() / max(1, level.counted):.1%}" if with_rare else "-"
    return (
        f"{one.language:8} {level.words:7} {level.words / level.sentences:10.1f}"
        f" {level.long / level.sentences:8.1%} {level.longest:8} {rare:>6}  {one.name}"
    )


def _silent(tree: "Tree") -> "list[Silent]":
    """The addresses that do not answer."""
    from mapsvc.content.faults import Faults
    from mapsvc.content.library import Library
    from mapsvc.content.online import addresses, silent

    found = addresses(Library.load(tree, Faults(tree)), tree)
    click.echo(f"Asking {len(found)} addresses, which takes some minutes.", err=True)
    return silent(found)


def _towns() -> Mapping[int, str]:
    with gzip.open(resource("data/gazetteer/places.csv.gz"), "rt", encoding="utf-8") as lines:
        return {int(row["id"]): row["country"] for row in csv.DictReader(lines)}


COMMANDS = (content,)
