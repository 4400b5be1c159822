"""The command that looks whether everything is in order, and says how to mend what is not."""

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import click

from mapsvc.config import Settings
from mapsvc.errors import MapsvcError

OLDEST = (3, 11)
OLDEST_BACKUP_H = 48


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, how it is, and the mend where something is amiss.

    What is well and has a mend serves, but not as it should.
    """

    what: str
    well: bool
    how: str
    mend: str = ""


@click.command()
def doctor() -> None:
    """Look whether everything is in order; one line each, with the mend."""
    findings = list(examine(Settings()))
    for finding in findings:
        mark = "FAIL" if not finding.well else "warn" if finding.mend else "ok  "
        click.echo(
            f"{mark} {finding.what}: {finding.how}" + (f" Mend: {finding.mend}" if finding.mend else "")
        )
    sys.exit(0 if all(finding.well for finding in findings) else 1)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    checks: tuple[tuple[str, Callable[[Settings], Finding], str], ...] = (
        ("Python", _python, "install Python 3.11 or newer."),
        ("SpatiaLite", _extension, "apt-get install libsqlite3-mod-spatialite"),
        ("Instance folder", _permission, "set MAPSVC_INSTANCE to a folder that can be written."),
        ("Secret", _secret, "set MAPSVC_SECRET_KEY to a long random text."),
        ("Database", _database, "see that it runs, and that MAPSVC_DATABASE_URL is right."),
        ("Gazetteer", _gazetteer, "mapsvc load"),
        ("Browser files", _assets, "scripts/setup.sh run"),
        ("Directory", _snapshot, "mend the database first; then: mapsvc migrate"),
        ("Data register", _register, "mend that file, or remove it: the shipped one counts then."),
        ("Content", _content, "mend or remove the files of the folder content of the instance."),
        ("Regions", _regions, "mapsvc import-regions FILE"),
        ("Operator", _operator, "set MAPSVC_OPERATOR_NAME and MAPSVC_OPERATOR_EMAIL."),
        ("Mail", _mail, "set MAPSVC_SMTP_URL, or leave it empty."),
        ("Backup", _backup, "see that the folder of backups can be read."),
    )
    for what, check, mend in checks:
        try:
            yield check(settings)
        except (MapsvcError, OSError) as fault:
            yield Finding(what, False, str(fault), mend)
        except Exception as fault:  # noqa: BLE001 - a doctor that faints helps nobody
            yield Finding(what, False, f"{type(fault).__name__}: {str(fault).splitlines()[0]}", mend)


def _python(settings: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        return Finding("Python", False, f"{version} is too old.", "install Python 3.11 or newer.")
    return Finding("Python", True, f"{version} at {sys.executable}.")


def _extension(settings: Settings) -> Finding:
    from mapsvc.storage.dialects.spatialite import EXTENSION, driver  # loads pyproj first

    module = driver()
    with closing(module.connect(":memory:")) as connection:
        connection.enable_load_extension(True)
        try:
            connection.load_extension(EXTENSION)
        except module.OperationalError:
            mend = "apt-get install libsqlite3-mod-spatialite"
            return Finding("SpatiaLite", False, "the extension cannot be loaded.", mend)
        (version,) = connection.execute("SELECT spatialite_version()").fetchone()
    return Finding("SpatiaLite", True, f"{version}, SQLite {module.sqlite_version}.")


def _permission(settings: Settings) -> Finding:
    probe = settings.folder / ".doctor"
    try:
        probe.touch()
        probe.unlink()
    except OSError as fault:
        return Finding(
            "Instance folder", False, f"{fault}.", f"chown {settings.folder} to the user that serves."
        )
    return Finding("Instance folder", True, f"{settings.folder} can be written.")


def _secret(settings: Settings) -> Finding:
    own = "from MAPSVC_SECRET_KEY" if settings.secret_key else "made once, kept in the instance folder"
    return Finding("Secret", bool(settings.secret), f"{own}.")


def _database(settings: Settings) -> Finding:
    from sqlalchemy.engine import make_url

    from mapsvc.storage import schema
    from mapsvc.storage.engine import private_engine

    engine = private_engine(settings)
    try:
        current = schema.is_current(engine)
    finally:
        engine.dispose()
    shown = make_url(settings.database).render_as_string(hide_password=True)
    state = "has the tables of this version." if current else "is not migrated."
    return Finding("Database", current, f"{shown} {state}", "" if current else "mapsvc migrate")


def _gazetteer(settings: Settings) -> Finding:
    from mapsvc.places.gazetteer import Gazetteer

    found = Gazetteer.open(settings.folder).suggest("Strasbourg", limit=1)
    if not found:
        return Finding("Gazetteer", False, "no town is found.", "mapsvc load")
    return Finding("Gazetteer", True, "towns are found.")


def _assets(settings: Settings) -> Finding:
    import hashlib
    import json

    from mapsvc.resources import resource

    manifest = json.loads(resource("static/vendor.json").read_text("utf-8"))
    wrong = []
    for name, file in manifest["files"].items():
        try:
            content = resource(f"static/vendor/{name}").read_bytes()
        except FileNotFoundError:
            wrong.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            wrong.append(name)
    if wrong:
        return Finding(
            "Browser files", False, f"missing or changed: {', '.join(wrong)}.", "scripts/setup.sh run"
        )
    return Finding("Browser files", True, "complete and unchanged.")


def _snapshot(settings: Settings) -> Finding:
    from mapsvc.directory.directory import Directory
    from mapsvc.storage.engine import public_engine

    engine = public_engine(settings)
    try:
        directory = Directory(engine, settings.index_folder)
    finally:
        engine.dispose()
    how = f"{len(directory)} listings by the public tables, change {directory.number}; the index is whole."
    return Finding("Directory", True, how)


def _register(settings: Settings) -> Finding:
    from mapsvc.domain.register import OWN, load_register
    from mapsvc.storage.tables import columns_of

    register = load_register(settings.folder, columns_of())
    own = "of this installation" if (settings.folder / OWN).exists() else "as shipped"
    how = f"{own}, {len(register.entries)} entries name every column."
    return Finding("Data register", True, how)


def _content(settings: Settings) -> Finding:
    from mapsvc.content.faults import Faults
    from mapsvc.content.library import Library, usable
    from mapsvc.content.trees import Tree

    tree = Tree.of(settings.folder)
    faults, library = Faults(tree), usable(tree)
    Library.load(tree, faults)
    how = f"{len(library.kits)} kits, {len(library.courses)} courses, {len(library.timelines)} timelines"
    if not faults.found:
        return Finding("Content", True, f"{how}.")
    how = f"{how}; {len(faults.found)} faults, the first: {faults.found[0]}"
    mend = "mapsvc content check names them all; shipped files count meanwhile."
    return Finding("Content", True, how, mend)


def _regions(settings: Settings) -> Finding:
    from mapsvc.places import region_files
    from mapsvc.places.region_sets import region_sets

    sets = region_sets(settings.folder)
    lost = [path.stem for path, _ in region_files.stamped(settings.folder) if not sets.get(path.stem)]
    if lost:
        mend = "mapsvc import-regions FILE, or --remove them."
        return Finding("Regions", False, f"{', '.join(lost)} cannot be read.", mend)
    return Finding("Regions", True, f"{', '.join(one.name for one in sets.all())}.")


def _operator(settings: Settings) -> Finding:
    if missing := settings.missing_contacts:
        mend = f"set {' and '.join(missing)}."
        return Finding("Operator", True, "the legal notice does not yet say who runs this site.", mend)
    return Finding("Operator", True, f"{settings.operator_name}, {settings.operator_email}.")


def _mail(settings: Settings) -> Finding:
    if settings.smtp_url:
        return Finding("Mail", True, "leaves by MAPSVC_SMTP_URL.")
    return Finding("Mail", True, "no server is set; nothing is mailed yet.")


def _backup(settings: Settings) -> Finding:
    from mapsvc.domain.base import now
    from mapsvc.services.backups import last_backup

    last = last_backup(settings)
    encrypted = "" if settings.backup_recipient else " Not encrypted: MAPSVC_BACKUP_RECIPIENT is not set."
    if last is None:
        if settings.backups:
            return Finding("Backup", True, f"none yet; the service writes one each day.{encrypted}")
        return Finding("Backup", True, f"there is none in {settings.backups_in}.", "mapsvc backup")
    hours = int((now() - last).total_seconds() // 3600)
    how = f"the last one is of {last:%Y-%m-%d %H:%M} UTC, {hours} hours ago.{encrypted}"
    late = hours > OLDEST_BACKUP_H
    return Finding("Backup", True, how, "see the log of the worker; then: mapsvc backup" if late else "")


COMMANDS = (doctor,)
