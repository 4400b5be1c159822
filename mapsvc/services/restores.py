"""Restores a backup without bringing back what was erased since.

What was erased is read from four places, as many as there are: the database that is about to be replaced;
the file of erasures in the instance folder; the one beside the backup; and every newer backup in the folder
of that one. The database knows all up to now, a file up to the moment that its first line says, a backup up
to its own. Where none of them is later than a backup of more than an hour ago, nobody knows what was
erased, and the restore goes on only when it is told to.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.engine import make_url

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.domain.register import OWN
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _
from mapsvc.services.backups import Progress, key_check, quiet
from mapsvc.services.erasing_again import refuse_unknown
from mapsvc.services.putting_in_place import How, Place, There, place_for
from mapsvc.services.verifying import QUESTIONS
from mapsvc.storage import in_use, schema
from mapsvc.storage.backups import archives, ciphers, erasures, names
from mapsvc.storage.backups.erasures import Erasures
from mapsvc.storage.backups.manifests import ERASED, REGISTER, SECRET, Manifest

FRESH = timedelta(hours=1)
WORK = ".mapsvc-restore-"
COUNTED = {
    Erased.ACCOUNT: "accounts",
    Erased.HOST: "organisations",
    Erased.DROPPED_HOST: "organisations",
    Erased.PIN: "pins",
    Erased.CONSENT: "consents",
    Erased.PLAN: "host_plans",
    Erased.PLAN_MAIL: "plan_mails",
    Erased.PROGRESS: "course_progress",
    Erased.COMPLETION: "completion_consents",
    Erased.CERTIFICATE: "certificates",
    Erased.COHORT: "cohorts",
    Erased.COHORT_LEARNER: "cohort_learners",
    Erased.SCENARIO: "scenarios",
    Erased.FLOW_PLAN: "flow_plans",
    Erased.DAILY_RATE: "daily_rates",
    Erased.FEEDBACK_TEXT: "feedback",
    Erased.ALERT: "alerts",
}

Say = Callable[[str], None]


class OtherInstallation(MapsvcError):
    """A backup that is not of the database in use."""

    message = _(
        "This backup is of another installation. Restore it into an empty one: another MAPSVC_INSTANCE, and "
        "on PostgreSQL an empty database. Nothing was changed."
    )


class OtherDatabase(MapsvcError):
    """A backup of the other kind of database."""

    message = _("This backup is of %(of)s, and the settings name %(here)s. Nothing was changed.")


class NewerVersion(MapsvcError):
    """A backup that a newer version of the program wrote."""

    message = _(
        "This backup was written by a newer version of mapsvc (%(program)s). Install that version first. "
        "Nothing was changed."
    )


class ErasuresUnknown(MapsvcError):
    """Nothing tells what was erased after the backup."""

    message = _(
        "Nothing newer than this backup of %(at)s was found: who was erased since then would come back. "
        "Put the file %(file)s, or newer backups, beside it. To go on without: --erasures-unknown. "
        "Nothing was changed."
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the backup's moment, until when erasures are known, how many rows were erased
    again, how many public rows the program shows otherwise now, where the old database lies, if it is kept,
    and how many answers were compared.
    """

    at: datetime
    until: datetime
    erased: int
    changed: int
    aside: Path | None
    asked: int


@dataclass(frozen=True, slots=True)
class _Backup:
    """A backup that is unpacked into staging."""

    settings: Settings
    file: Path
    identity: Path | None
    staging: Path
    manifest: Manifest
    say: Say

    @property
    def own(self) -> Erasures:
        """What was erased before it was made."""
        return erasures.read((self.staging / ERASED).read_text("utf-8"))


def restore(
    settings: Settings,
    file: Path,
    *,
    identity: Path | None = None,
    erasures_unknown: bool = False,
    keep: bool = False,
    questions: int = QUESTIONS,
    progress: Callable[[str], Progress] = lambda _what: quiet,
    say: Say = lambda _line: None,
) -> Restored:
    """Puts a backup in the place of what is there, erases what was erased since, and verifies the whole.

    Everything is looked at before anything is changed. progress gives what shows the progress of a step,
    say says what the operator should know.

    Raises MapsvcError with what is wrong, and Differs when the answers of the directory are not right.
    """
    with in_use.to_oneself(settings.folder), _staging(settings) as staging:
        with ciphers.opened(file, identity) as content:
            size = file.stat().st_size
            manifest = archives.unpack(content, staging, packed_size=size, progress=progress(_("Unpacking")))
        place = place_for(settings, staging)
        _refuse_misfit(manifest, place)
        there = place.there()
        if there is not None and there.lineage != manifest.lineage:
            raise OtherInstallation
        backup = _Backup(settings, file, identity, staging, manifest, say)
        known, counters = _known(backup, there)
        if known.until <= backup.own.until and now() - manifest.at > FRESH and not erasures_unknown:
            named = erasures.file_in(file.parent, manifest.lineage).name
            raise ErasuresUnknown(at=f"{manifest.at:%Y-%m-%d %H:%M} UTC", file=named)
        refuse_unknown(erasures.graves_of(known))
        key = _key(backup)
        how = How(questions, progress, partial(_with_files, settings, staging))
        done = place.put(known, counters, key=key, keep=keep, how=how)
        shutil.rmtree(settings.index_folder, ignore_errors=True)  # it is made again
        for folder in {settings.folder, file.parent.absolute()}:
            erasures.keep(folder, done.erasures)
    return Restored(manifest.at, known.until, done.erased, done.changed, done.aside, questions)


def _refuse_misfit(manifest: Manifest, place: Place) -> None:
    if manifest.database != place.dialect:
        raise OtherDatabase(of=manifest.database, here=place.dialect)
    if manifest.revision not in schema.revisions():
        raise NewerVersion(program=manifest.program)


def _known(backup: _Backup, there: There | None) -> tuple[Erasures, Mapping[str, int]]:
    """All that is known to be erased, and the last numbers known to be given."""
    settings, folder = backup.settings, backup.file.parent
    found = [backup.own]
    found += erasures.read_all((settings.folder, folder, settings.backups_in), backup.manifest.lineage)
    counters: list[Mapping[str, int]] = [backup.manifest.counters]
    for newer, text in _newer(backup):
        found.append(erasures.read(text))
        counters.append(newer.counters)
    if there is not None:
        found += [there.erasures] if there.erasures else []
        counters += [there.counters] if there.counters else []
    known = erasures.joined(found)
    counters += [{COUNTED[Erased(n)]: id_} for n, id_ in known.graves if n in COUNTED]
    return known, _highest(counters)


def _newer(backup: _Backup) -> Iterator[tuple[Manifest, str]]:
    for other in names.backups_in(backup.file.parent):
        begun = names.moment_of(other)
        if begun is None or begun <= backup.manifest.at or other.name == backup.file.name:
            continue
        try:
            with ciphers.opened(other, backup.identity, whole=False) as content:
                newer, text = archives.peek(content)
        except MapsvcError as fault:
            backup.say(f"{other.name}: {fault}")
            continue
        if newer.lineage == backup.manifest.lineage:
            yield newer, text


def _highest(counters: Sequence[Mapping[str, int]]) -> Mapping[str, int]:
    names_ = {name for one in counters for name in one}
    return {name: max(one.get(name, 0) for one in counters) for name in sorted(names_)}


def _key(backup: _Backup) -> str:
    """The installation's secret: that of the settings, else that of the backup."""
    settings, kept = backup.settings, backup.staging / SECRET
    key = settings.secret_key or (kept.read_text("ascii") if kept.exists() else settings.secret)
    if key_check(key) != backup.manifest.key_check:
        backup.say(
            "The secret is not that of the backup: who asked not to be listed will not be known again. "
            "Set MAPSVC_SECRET_KEY to what it was."
        )
    return key


@contextmanager
def _with_files(settings: Settings, staging: Path) -> Iterator[None]:
    """Puts the files of the instance in their places, once the database is in its own.

    Where they are others than before, nobody begins in between: not after a crash either.
    """
    pairs = ((staging / SECRET, settings.folder / "secret"), (staging / REGISTER, settings.folder / OWN))
    others = [(new, to) for new, to in pairs if new.exists() and not _is_same(new, to)]
    with in_use.unfinished(settings.folder) if others else nullcontext():
        yield
        for new, to in others:
            fresh = to.with_name(f"{to.name}.new")
            shutil.copy(new, fresh)
            fresh.chmod(0o600)
            fresh.replace(to)


def _is_same(file: Path, other: Path) -> bool:
    return other.exists() and file.read_bytes() == other.read_bytes()


@contextmanager
def _staging(settings: Settings) -> Iterator[Path]:
    """A folder beside the database, so that one rename puts it in place."""
    url = make_url(settings.database)
    beside = Path(url.database or "").absolute().parent if url.drivername == "sqlite" else settings.folder
    beside.mkdir(parents=True, exist_ok=True)
    for left in beside.glob(f"{WORK}*"):  # by a restore that was ended
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=WORK, dir=beside) as staging:
        yield Path(staging)
