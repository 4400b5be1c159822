"""A backup is one file, whole or not there, for its owner alone, and goes after 35 days."""

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from mapsvc.config import Settings
from mapsvc.domain.base import now
from mapsvc.errors import MapsvcError
from mapsvc.services.backups import KEPT_FOR, AlreadyBackingUp, _workplace, back_up, drop_old, keep_list
from mapsvc.services.restores import restore
from mapsvc.storage import schema
from mapsvc.storage.backups import erasures, names
from mapsvc.storage.backups.archives import TooLarge
from mapsvc.storage.backups.ciphers import CannotEncrypt, CannotOpen, NoProgram
from mapsvc.storage.backups.manifests import Damaged, NotABackup
from mapsvc.storage.dialects.dumps import ProgramFailed
from mapsvc.storage.engine import writing
from mapsvc.storage.in_use import UNFINISHED
from tests.services.backing_up import CANARY, erase_canary, names_of_hosts, people_and_hosts

Change = Callable[[dict[str, bytes]], None]

MIGRATIONS = Path(schema.__file__).parent / "migrations" / "versions"


@pytest.fixture
def here(settings: Settings, engine: Engine) -> Settings:
    with writing(engine) as session:
        people_and_hosts(session)
    return settings


def for_recipient(settings: Settings, recipient: str) -> Settings:
    return Settings(**(settings.model_dump() | {"backup_recipient": recipient}))


def rewritten(file: Path, change: Change) -> Path:
    """A backup with other members, in the order in which change leaves them."""
    with tarfile.open(file, "r:gz") as tar:
        members = {one.name: tar.extractfile(one).read() for one in tar}  # type: ignore[union-attr]
    change(members)
    with tarfile.open(file, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return file


def told(members: dict[str, bytes], **values: object) -> None:
    members["manifest.json"] = json.dumps({**json.loads(members["manifest.json"]), **values}).encode()


def test_a_backup_is_for_its_owner_alone_and_nothing_is_left_beside_it(
    here: Settings, engine: Engine
) -> None:
    file = back_up(engine, here)

    left = {one.name for one in here.backups_in.iterdir()} | {
        one.name for one in here.folder.glob(".mapsvc-backup-*")
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert {file.name} == {one for one in left if not str(one).startswith("erased-")}


def test_a_backup_tells_what_it_holds(here: Settings, engine: Engine) -> None:
    file = back_up(engine, here)

    with tarfile.open(file, "r:gz") as tar:
        said = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
        assert tar.getnames()[:3] == ["manifest.json", "erased.jsonl", "database"]
    assert said["rows"]["organisations"] == 3
    assert said["revision"] == max(file.name[:4] for file in MIGRATIONS.glob("[0-9]*.py"))
    assert said["database"] == engine.dialect.name


def test_what_was_erased_before_is_not_in_a_backup(here: Settings, engine: Engine) -> None:
    with writing(engine) as session:
        erase_canary(session)

    file = back_up(engine, here)

    assert CANARY.lower().encode() not in gzip.decompress(file.read_bytes()).lower()


def test_two_backups_of_one_second_have_two_names(here: Settings, engine: Engine) -> None:
    assert back_up(engine, here) != back_up(engine, here)


def test_two_backups_at_once_are_refused(here: Settings, engine: Engine) -> None:
    with _workplace(here.folder), pytest.raises(AlreadyBackingUp):
        back_up(engine, here)


def test_a_folder_that_cannot_be_written_is_a_clear_fault(here: Settings, engine: Engine) -> None:
    (here.folder / "taken").write_text("a file")

    with pytest.raises(OSError, match="taken"):
        back_up(engine, here, to=here.folder / "taken")


def test_backups_go_after_35_days_and_what_is_not_ours_stays(here: Settings) -> None:
    at, folder = now(), here.backups_in
    folder.mkdir()
    days = [0, 34, 36, 400]
    files = [folder / names.name_at(at - timedelta(days=one), ".tar.gz.age") for one in days]
    others = [folder / "notes.txt", folder / "mapsvc-2020.tar.gz", folder / "mapsvc-20200101T000000Z.zip"]
    for file in (*files, *others):
        file.touch()

    dropped = drop_old(here, at=at)

    assert timedelta(days=35) == KEPT_FOR
    assert dropped == 2
    assert set(folder.iterdir()) == {*files[:2], *others}


def test_the_list_of_erasures_follows_the_database(here: Settings, engine: Engine) -> None:
    here.backups_in.mkdir()
    keep_list(engine, here)
    with writing(engine) as session:
        erase_canary(session)

    keep_list(engine, here)

    files = [next(folder.glob("erased-*.jsonl")) for folder in (here.folder, here.backups_in)]
    for file in files:
        known = erasures.read(file.read_text())
        assert sorted(noun for noun, _id in known.graves) == ["account", "host"]
        assert CANARY not in file.read_text()
        assert file.stat().st_mode & 0o777 == 0o600


def test_the_list_of_erasures_is_not_written_again_without_need(here: Settings, engine: Engine) -> None:
    keep_list(engine, here)
    file = next(here.folder.glob("erased-*.jsonl"))
    before = file.stat().st_ino

    keep_list(engine, here)

    assert file.stat().st_ino == before


def test_with_age_nothing_can_be_read_without_the_key(here: Settings, engine: Engine, tmp_path: Path) -> None:
    key, recipient = age_key(tmp_path / "key")
    other, _recipient = age_key(tmp_path / "other")
    encrypted = for_recipient(here, recipient)

    file = back_up(engine, encrypted)
    engine.dispose()

    assert file.name.endswith(".age")
    assert CANARY.encode() not in file.read_bytes()
    assert not [one for one in here.backups_in.iterdir() if one.name.endswith((".gz", ".part"))]
    with pytest.raises(CannotOpen, match="no key was given"):
        restore(here, file)
    with pytest.raises(CannotOpen, match="identity"):
        restore(here, file, identity=other)
    assert restore(here, file, identity=key, questions=10).erased == 0


def test_with_gnupg_nothing_can_be_read_without_the_key(
    here: Settings, engine: Engine, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path_factory.mktemp("gpg")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    gpg("--passphrase", "", "--quick-gen-key", "ops@example.org", "default", "default", "never")
    key = home / "key.asc"
    key.write_bytes(gpg("--armor", "--export-secret-keys", "ops@example.org"))

    file = back_up(engine, for_recipient(here, "ops@example.org"))
    engine.dispose()

    assert file.name.endswith(".gpg")
    assert CANARY.encode() not in file.read_bytes()
    assert restore(here, file, questions=10).erased == 0
    gpgconf_stop()
    monkeypatch.setenv("GNUPGHOME", str(tmp_path_factory.mktemp("empty")))
    with pytest.raises(CannotOpen):
        restore(here, file)
    assert restore(here, file, identity=key, questions=10).erased == 0
    gpgconf_stop()


@pytest.mark.parametrize("recipient", ["age1nobody", "nobody@nowhere.example"])
def test_a_recipient_that_is_not_known_leaves_no_file(
    here: Settings, engine: Engine, recipient: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GNUPGHOME", str(tmp_path))

    with pytest.raises(CannotEncrypt, match="MAPSVC_BACKUP_RECIPIENT"):
        back_up(engine, for_recipient(here, recipient))

    assert list(here.backups_in.iterdir()) == []


def test_a_missing_program_is_named(here: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(NoProgram, match="apt-get install age"):
        back_up(engine, for_recipient(here, "age1qqqq"))


def swap_first(members: dict[str, bytes]) -> None:
    members["database"] = members["database"][:-1] + b"?"


def add_outside(members: dict[str, bytes]) -> None:
    members["../escaped"] = b"x"


def rename_outside(members: dict[str, bytes]) -> None:
    said = json.loads(members["manifest.json"])
    said["parts"]["../escaped"] = said["parts"].pop("database")
    told(members, parts=said["parts"])
    members["../escaped"] = members.pop("database")


def claim_much(members: dict[str, bytes]) -> None:
    said = json.loads(members["manifest.json"])
    said["parts"]["database"]["size"] = 10**15
    told(members, parts=said["parts"])


def lose_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


def add_zeros(members: dict[str, bytes]) -> None:
    members["secret"] = bytes(50_000_000)


def break_manifest(members: dict[str, bytes]) -> None:
    members["manifest.json"] = b"{}"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (swap_first, Damaged),
        (add_outside, NotABackup),
        (rename_outside, NotABackup),
        (claim_much, TooLarge),
        (lose_manifest, NotABackup),
        (add_zeros, NotABackup),
        (break_manifest, NotABackup),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_changes(
    here: Settings, engine: Engine, change: Change, fault: type[MapsvcError]
) -> None:
    file = rewritten(back_up(engine, here), change)
    engine.dispose()
    before = names_of_hosts(here)

    with pytest.raises(fault, match="Nothing was changed"):
        restore(here, file)

    assert names_of_hosts(here) == before
    assert not (here.folder.parent / "escaped").exists()
    assert list(here.folder.glob(".mapsvc-restore-*")) == []


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(here: Settings, engine: Engine, share: float) -> None:
    file = back_up(engine, here)
    engine.dispose()
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(Damaged):
        restore(here, file)


@pytest.mark.parametrize("where", [0, 100, 5000, -4, -20])
def test_a_file_with_a_flipped_byte_is_refused(here: Settings, engine: Engine, where: int) -> None:
    file = back_up(engine, here)
    engine.dispose()
    content = bytearray(file.read_bytes())
    content[where] ^= 0xFF
    file.write_bytes(content)

    with pytest.raises((Damaged, NotABackup)):
        restore(here, file)


def test_links_and_long_heads_are_refused(here: Settings, engine: Engine) -> None:
    file = back_up(engine, here)
    with tarfile.open(file, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        info = tarfile.TarInfo("x" * 5000)
        tar.addfile(info)

    with pytest.raises(NotABackup):
        restore(here, file)


def age_key(file: Path) -> tuple[Path, str]:
    """A key of age in a file, and its recipient."""
    done = subprocess.run(["age-keygen", "-o", str(file)], check=True, capture_output=True, text=True)
    return file, done.stderr.rpartition(" ")[2].strip()


def gpg(*words: str) -> bytes:
    command = ["gpg", "--batch", "--no-tty", "--pinentry-mode", "loopback", *words]
    return subprocess.run(command, check=True, capture_output=True).stdout


def gpgconf_stop() -> None:
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=True)


def test_a_database_that_is_none_changes_nothing(here: Settings, engine: Engine) -> None:
    def forge(members: dict[str, bytes]) -> None:
        members["database"] = b"neither a dump nor a file of SQLite" * 100
        part = {"size": len(members["database"]), "sha256": hashlib.sha256(members["database"]).hexdigest()}
        parts = json.loads(members["manifest.json"])["parts"]
        told(members, parts={**parts, "database": part})

    file = rewritten(back_up(engine, here), forge)
    engine.dispose()
    before = names_of_hosts(here)

    with pytest.raises((ProgramFailed, DBAPIError)):
        restore(here, file)

    assert names_of_hosts(here) == before
    assert not (here.folder / UNFINISHED).exists()
    assert not list(here.folder.glob("before-*"))
