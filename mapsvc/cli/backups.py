"""Commands that keep the directory from being lost: backup, restore."""

from pathlib import Path

import click

from mapsvc.cli.opened import session_of, steps_of
from mapsvc.config import Settings
from mapsvc.messages import mark as _


@click.command()
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), help="Folder; else MAPSVC_BACKUP_FOLDER."
)
def backup(to: Path | None) -> None:
    """Write a backup: the database and the files of the instance. The service may run."""
    from mapsvc.services.backups import back_up

    settings = Settings()
    with session_of(settings, reads=True) as session:
        file = back_up(session.get_bind().engine, settings, to=to, progress=steps_of(_("Packing")))
    click.echo(f"Wrote {file} ({file.stat().st_size / 1e6:.1f} MB).")
    if not settings.backup_recipient:
        click.echo(
            "It is not encrypted: whoever can read the file can read all of it. "
            "Set MAPSVC_BACKUP_RECIPIENT to have backups encrypted.",
            err=True,
        )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the key that opens an encrypted backup.",
)
@click.option("--erasures-unknown", is_flag=True, help="Go on where nothing tells who was erased since.")
@click.option("--keep", is_flag=True, help="Keep what was there before, under another name.")
def restore(file: Path, identity: Path | None, erasures_unknown: bool, keep: bool) -> None:
    """Put the backup FILE in place, and erase again what was erased since. Stop the service first."""
    from mapsvc.services.restores import restore as put_back

    done = put_back(
        Settings(),
        file,
        identity=identity,
        erasures_unknown=erasures_unknown,
        keep=keep,
        progress=steps_of,
        say=lambda line: click.echo(line, err=True),
    )
    click.echo(f"Restored the backup of {done.at:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"Erased again: {done.erased}. Erasures are known until {done.until:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"Other public rows that changed: {done.changed}. Answers compared: {done.asked}, 0 differ.")
    if done.aside is not None:
        click.echo(f"What was there before is now {done.aside}. Remove it soon: it may hold what was erased.")
        if ".tar" in done.aside.name:
            click.echo(f"To put it back: mapsvc restore {done.aside}")


COMMANDS = (backup, restore)
