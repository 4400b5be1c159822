"""A restore gives back what the backup held, and nothing of what was erased since."""

import gzip
import hashlib
import json
import os
import signal
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.domain.course_progress import CourseProgress
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Listing, ListingRecord
from mapsvc.domain.people import Account, Letter, SignIn
from mapsvc.domain.plans import HostPlan
from mapsvc.domain.reviews import Suppression
from mapsvc.domain.tombstones import Erased, Lineage, Tombstone
from mapsvc.services import erasing_again, signing_in
from mapsvc.services.backups import keep_list
from mapsvc.services.following_courses import forget_courses
from mapsvc.services.own_pins import edit_pin, withdraw_pin
from mapsvc.services.passes import PassGone
from mapsvc.services.pinning import confirm_pin
from mapsvc.services.plan_links import plan_token
from mapsvc.services.planning import erase_plan
from mapsvc.services.publishing import republish
from mapsvc.services.removing import drop_removed
from mapsvc.services.restores import (
    COUNTED,
    ErasuresUnknown,
    NewerVersion,
    OtherInstallation,
    Restored,
    restore,
)
from mapsvc.services.revising import REMOVED_FOR
from mapsvc.services.verifying import Differs, verify
from mapsvc.storage import in_use, schema
from mapsvc.storage.backups import names
from mapsvc.storage.engine import private_engine, public_engine, reading, writing
from mapsvc.storage.listings import last_change
from tests import make
from tests.publish import publish
from tests.services.backing_up import (
    CANARY,
    KEY,
    MAIL,
    backed_up,
    erase_canary,
    names_of_hosts,
    people_and_hosts,
    where_it_stands,
)
from tests.services.mailing import HERE
from tests.services.stays import BY_FORM, FULL_CONSENT, asked, draft, person, published
from tests.services.test_planning import made


@pytest.fixture
def here(settings: Settings) -> Settings:
    """An installation with hosts and accounts, and a key of its own."""
    settings = Settings(**(settings.model_dump() | {"secret_key": KEY}))
    engine = private_engine(settings)
    with writing(engine) as session:
        people_and_hosts(session)
    engine.dispose()
    return settings


def put_back(settings: Settings, file: Path, **given: Any) -> Restored:
    """A restore that asks fewer questions."""
    return restore(settings, file, questions=50, **given)


def act(settings: Settings, do: Callable[[Session], object]) -> None:
    engine = private_engine(settings)
    try:
        with writing(engine) as session:
            do(session)
            session.commit()
    finally:
        engine.dispose()


def empty(settings: Settings) -> None:
    """Loses the database, and all that the instance folder knew."""
    for file in settings.folder.glob("mapsvc.sqlite*"):
        file.unlink()
    for file in settings.folder.glob("erased-*"):
        file.unlink()
    if settings.database.startswith("postgresql"):
        engine = private_engine(settings)
        schema.step_down(engine)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA IF EXISTS directory CASCADE"))
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        engine.dispose()


def test_no_number_of_anything_erased_is_given_again() -> None:
    assert set(COUNTED) == set(Erased)


def test_what_was_added_since_is_gone_and_the_rest_is_there(here: Settings) -> None:
    before = names_of_hosts(here)
    file = backed_up(here)
    act(here, lambda session: publish(session, make.host("Later")))

    done = put_back(here, file)

    assert "Later" not in names_of_hosts(here)
    assert names_of_hosts(here) == before
    assert (done.erased, done.changed, done.aside) == (0, 0, None)


def stay(session: Session) -> Pin:
    return session.scalars(select(Pin)).one()


def test_a_stay_that_was_withdrawn_since_does_not_come_back(here: Settings) -> None:
    act(here, lambda session: published(session, story=f"The bakery opens at four, says {CANARY}."))
    file = backed_up(here)
    held = where_it_stands(here, f"says {CANARY}")
    act(here, lambda session: withdraw_pin(session, person(session), stay(session).id))

    put_back(here, file)

    assert any("pins" in name for name in held)
    assert where_it_stands(here, f"says {CANARY}") == []


def test_a_stay_that_was_confirmed_and_withdrawn_since_does_not_come_back_by_its_link(here: Settings) -> None:
    links: list[str] = []
    act(here, lambda session: links.append(asked(session, story=f"The bakery opens at four, says {CANARY}.")))
    file = backed_up(here)
    act(here, lambda session: confirm_pin(session, links[0], browser="a test"))
    act(here, lambda session: withdraw_pin(session, person(session), stay(session).id))

    put_back(here, file)

    assert where_it_stands(here, f"says {CANARY}") == []
    with pytest.raises(PassGone):
        act(here, lambda session: confirm_pin(session, links[0], browser="a test"))


def test_a_name_that_its_person_took_back_since_does_not_come_back(here: Settings) -> None:
    act(here, lambda session: published(session, **FULL_CONSENT))
    file = backed_up(here)
    held = where_it_stands(here, "Quirke")
    act(here, lambda session: edit_pin(session, person(session), stay(session).id, draft(), **BY_FORM))

    put_back(here, file)

    assert {name for name in held if "listings" in name}
    assert where_it_stands(here, "Quirke") == []
    assert where_it_stands(here, "Forno Bianchi") == []
    assert where_it_stands(here, "The bakery opens at four.")


def test_plans_and_progress_come_back_but_for_what_was_erased_since(here: Settings) -> None:
    def begin(session: Session) -> None:
        for name in (f"Ana {CANARY}", "Bea"):
            made(session, learner=name)
        for address in (MAIL, "ada@example.org"):
            who = person(session, address).account_id
            session.add(CourseProgress(account_id=who, course="safety", lessons=["papers/copies"]))

    def end(session: Session) -> None:
        gone = session.scalars(select(HostPlan).where(HostPlan.learner.contains(CANARY))).one()
        erase_plan(session, plan_token(gone, HERE), installation=HERE)
        forget_courses(session, person(session, MAIL))

    act(here, begin)
    file = backed_up(here)
    act(here, end)

    put_back(here, file)

    found: list[object] = []
    act(here, lambda session: found.extend(session.scalars(select(HostPlan.learner))))
    act(here, lambda session: found.extend(session.scalars(select(Account.email).join(CourseProgress))))
    assert found == ["Bea", "ada@example.org"]
    assert [one for one in where_it_stands(here, CANARY) if "plan" in one] == []


def test_what_was_erased_since_does_not_come_back(here: Settings) -> None:
    file = backed_up(here)
    held = where_it_stands(here, CANARY)
    act(here, erase_canary)

    done = put_back(here, file)

    assert held
    assert done.erased == 2
    assert where_it_stands(here, CANARY) == []
    assert where_it_stands(here, MAIL) == []
    assert names_of_hosts(here) == ["Bar Roma", "Kepykla"]


def test_a_restore_that_skips_the_tombstones_is_caught(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = backed_up(here)
    act(here, erase_canary)
    monkeypatch.setattr(erasing_again, "VERBS", {noun: lambda *_: 0 for noun in erasing_again.VERBS})

    put_back(here, file)

    assert where_it_stands(here, CANARY) != []


def test_the_database_is_lost_and_the_list_beside_the_backup_tells_who_was_erased(
    here: Settings, engine: Engine
) -> None:
    file = backed_up(here)
    act(here, erase_canary)
    keep_list(engine, here)
    engine.dispose()
    empty(here)

    done = put_back(here, file)

    assert done.erased == 2
    assert where_it_stands(here, CANARY) == []


def test_the_database_is_lost_and_a_newer_backup_tells_who_was_erased(here: Settings) -> None:
    file = older(backed_up(here), by=timedelta(hours=2))
    act(here, erase_canary)
    backed_up(here)
    empty(here)
    for left in here.backups_in.glob("erased-*"):
        left.unlink()

    done = put_back(here, file)

    assert done.erased == 2
    assert where_it_stands(here, CANARY) == []


def test_erasing_twice_over_two_restores_is_the_same(here: Settings) -> None:
    file = backed_up(here)
    act(here, erase_canary)
    put_back(here, file)

    done = put_back(here, file)

    assert done.erased == 2
    assert where_it_stands(here, CANARY) == []


def test_who_asked_not_to_be_listed_since_is_still_known(here: Settings) -> None:
    file = backed_up(here)
    act(here, erase_canary)
    marks = count(here, Suppression)

    put_back(here, file)

    assert count(here, Suppression) == marks > 0


def test_a_host_dropped_since_does_not_come_back(here: Settings) -> None:
    file = backed_up(here)

    def drop(session: Session) -> None:
        host = session.scalars(select(Organisation).where(Organisation.name.contains(CANARY))).one()
        host.status, host.updated = HostStatus.REMOVED, now() - REMOVED_FOR - timedelta(days=1)
        session.commit()
        drop_removed(session)

    act(here, drop)

    done = put_back(here, file)

    assert done.erased == 1
    with opened(here) as session:
        assert session.scalar(select(func.count()).where(Listing.title.contains(CANARY))) == 0


def test_no_number_is_given_again_after_a_restore(here: Settings) -> None:
    file = backed_up(here)
    act(here, lambda session: publish(session, make.host("Later")))
    with opened(here) as session:
        last = session.scalar(select(func.max(Organisation.id))) or 0
        changes = last_number(session)

    put_back(here, file)
    act(here, lambda session: publish(session, make.host("Another")))

    with opened(here) as session:
        assert (session.scalar(select(func.max(Organisation.id))) or 0) > last
        assert last_number(session) > changes


def test_nobody_is_signed_in_and_no_mail_goes_twice(here: Settings) -> None:
    def visit(session: Session) -> None:
        account = session.scalars(select(Account).where(Account.email == "ada@example.org")).one()
        signing_in.begin(session, account, browser="")
        session.add(Letter(to_address="ada@example.org", subject="x", body="x"))
        session.commit()

    act(here, visit)
    file = backed_up(here)

    put_back(here, file)

    assert count(here, SignIn) == count(here, Letter) == 0


def test_a_restored_directory_is_up_to_date(here: Settings) -> None:
    file = backed_up(here)
    act(here, erase_canary)
    put_back(here, file)

    with opened(here) as session:
        assert republish(session) == 0


def test_others_may_write_while_a_backup_is_made(here: Settings) -> None:
    stop, written = threading.Event(), []

    def write() -> None:
        engine = private_engine(here)
        while not stop.is_set():
            with writing(engine) as session:
                publish(session, make.host(f"Host {len(written)}"), source=f"list {len(written)}")
            written.append(1)
        engine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 3:
        pass
    begun = len(written)
    file = backed_up(here)
    ended = len(written)
    stop.set()
    writer.join()

    done = put_back(here, file)

    assert ended > begun
    assert done.changed == 0
    assert begun <= len(names_of_hosts(here)) - 3 <= ended + 1


def test_a_backup_of_another_installation_is_refused(here: Settings) -> None:
    file = backed_up(here)
    act(here, lambda session: session.execute(update(Lineage).values(word="f" * 32)))

    with pytest.raises(OtherInstallation):
        put_back(here, file)

    assert len(names_of_hosts(here)) == 3


def test_a_backup_of_a_newer_version_is_refused(here: Settings) -> None:
    act(
        here,
        lambda session: (
            session.execute(text("UPDATE alembic_version SET version_num = '9999'")),
            session.commit(),
        ),
    )
    file = backed_up(here)

    with pytest.raises(NewerVersion):
        put_back(here, file)


def test_nothing_newer_than_the_backup_is_said_and_refused(here: Settings, tmp_path: Path) -> None:
    file = backed_up(here)
    empty(here)
    old = older(file, by=timedelta(hours=3))

    with pytest.raises(ErasuresUnknown, match="--erasures-unknown"):
        put_back(here, old)
    done = put_back(here, old, erasures_unknown=True)

    assert done.erased == 0
    assert len(names_of_hosts(here)) == 3


def test_an_erasure_of_an_unknown_kind_is_refused(here: Settings) -> None:
    file = backed_up(here)
    act(here, lambda session: session.add(Tombstone(noun="ghost", row_id=1)))

    with pytest.raises(erasing_again.UnknownErasure, match="ghost"):
        put_back(here, file)


def test_a_running_service_is_not_replaced(here: Settings) -> None:
    file = backed_up(here)

    with in_use.in_use(here.folder), pytest.raises(in_use.InUse):
        put_back(here, file)


@pytest.mark.parametrize("settings", ["postgis"], indirect=True)
@pytest.mark.postgis
def test_a_database_that_public_pages_read_is_not_replaced(here: Settings) -> None:
    file = backed_up(here)
    public = public_engine(here)

    with public.connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(in_use.InUse):
            put_back(here, file)
    public.dispose()


def test_nobody_begins_while_a_restore_is_under_way_or_did_not_end(here: Settings) -> None:
    with in_use.to_oneself(here.folder), pytest.raises(in_use.BeingRestored), in_use.in_use(here.folder):
        pass
    (here.folder / in_use.UNFINISHED).touch()

    with pytest.raises(in_use.HalfRestored), in_use.in_use(here.folder):
        pass


def test_what_an_ended_restore_left_is_removed(here: Settings) -> None:
    left = here.folder / ".mapsvc-restore-x"
    left.mkdir()
    (left / "database").write_text(CANARY)

    put_back(here, backed_up(here))

    assert not left.exists()


def test_what_was_there_is_kept_where_that_is_asked(here: Settings) -> None:
    file = backed_up(here)

    done = put_back(here, file, keep=True)

    assert done.aside is not None
    assert done.aside.stat().st_size > 0


@pytest.mark.parametrize("settings", ["postgis"], indirect=True)
@pytest.mark.postgis
def test_what_was_kept_of_a_database_of_postgresql_can_be_put_back(here: Settings) -> None:
    file = backed_up(here)
    act(here, lambda session: publish(session, make.host("Later")))

    done = put_back(here, file, keep=True)
    assert done.aside is not None
    put_back(here, done.aside)

    assert "Later" in names_of_hosts(here)


@pytest.mark.parametrize("settings", ["spatialite"], indirect=True)
def test_a_database_that_cannot_be_read_is_replaced_and_kept(here: Settings) -> None:
    file = backed_up(here)
    place = here.folder / "mapsvc.sqlite"
    place.write_bytes(b"no database" * 1000)

    done = put_back(here, file)

    assert done.aside is not None
    assert len(names_of_hosts(here)) == 3


def test_a_tampered_index_is_found(here: Settings, public: Engine) -> None:
    check(public)
    act(
        here,
        lambda session: (
            session.execute(delete(ListingRecord).where(ListingRecord.listing_id == 1)),
            session.commit(),
        ),
    )

    with pytest.raises(Differs):
        check(public)


def test_a_row_that_was_tampered_with_is_published_anew(here: Settings) -> None:
    act(here, lambda session: session.execute(update(Listing).where(Listing.id == 1).values(lat=10.0)))
    file = backed_up(here)

    done = put_back(here, file)

    assert done.changed > 0


def test_a_restore_whose_answers_differ_changes_nothing(here: Settings) -> None:
    act(
        here,
        lambda session: session.execute(
            update(ListingRecord).values(record=select(ListingRecord.record).limit(1).scalar_subquery())
        ),
    )
    file = backed_up(here)
    act(here, lambda session: publish(session, make.host("Later")))

    with pytest.raises(Differs):
        put_back(here, file)

    assert "Later" in names_of_hosts(here)
    assert list(here.folder.glob(".mapsvc-restore-*")) == []


@contextmanager
def killed_before(*_: object) -> Iterator[None]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield


@contextmanager
def killed_after(*_: object) -> Iterator[None]:
    yield
    os.kill(os.getpid(), signal.SIGKILL)


def killed_at(name: str, by: Callable[..., Any], settings: Settings, file: Path) -> None:
    """A restore in a process of its own, which ends at once where it comes to a step."""
    process = os.fork()
    if process == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(name, by)
            with suppress(BaseException):
                put_back(settings, file)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL


def test_a_restore_that_is_killed_leaves_all_of_the_old_or_all_of_the_new(here: Settings) -> None:
    file = backed_up(here)
    new = names_of_hosts(here)
    act(here, lambda session: publish(session, make.host("Later")))
    old = names_of_hosts(here)
    putting = "mapsvc.services.putting_in_place"

    for step in (f"{putting}.republish", f"{putting}.verify", "mapsvc.services.restores._with_files"):
        killed_at(step, lambda *_, **__: killed_before().__enter__(), here, file)
        with in_use.in_use(here.folder):
            assert names_of_hosts(here) == old
    killed_at("mapsvc.services.restores._with_files", killed_after, here, file)

    with in_use.in_use(here.folder), opened(here) as session:
        assert names_of_hosts(here) == new
        assert republish(session) == 0


def test_a_restore_that_is_killed_among_the_files_of_the_instance_has_to_be_run_again(
    here: Settings,
) -> None:
    (here.folder / "register.yml").write_text("installation: {}")
    file = backed_up(here)
    (here.folder / "register.yml").unlink()

    killed_at("mapsvc.services.restores.shutil.copy", lambda *_: killed_before().__enter__(), here, file)

    with pytest.raises(in_use.HalfRestored), in_use.in_use(here.folder):
        pass
    put_back(here, file)
    with in_use.in_use(here.folder):
        assert (here.folder / "register.yml").exists()


def check(public: Engine) -> None:
    with public.connect() as connection:
        verify(connection, progress=lambda *_: None, questions=50)


@contextmanager
def opened(settings: Settings) -> Iterator[Session]:
    engine = private_engine(settings)
    with reading(engine) as session:
        yield session
    engine.dispose()


def count(settings: Settings, noun: type) -> int:
    with opened(settings) as session:
        return session.scalar(select(func.count()).select_from(noun)) or 0


def last_number(session: Session) -> int:
    return last_change(session.connection())


def older(file: Path, *, by: timedelta) -> Path:
    """The same backup, made earlier by what it says of itself."""
    content = gzip.decompress(file.read_bytes())
    size = int(content[124:135], 8)
    said = json.loads(content[512 : 512 + size])
    said["at"] = (now() - by).isoformat()
    listed = next(
        start for start in range(512, len(content), 512) if content[start : start + 12] == b"erased.jsonl"
    )
    length = int(content[listed + 124 : listed + 135], 8)
    head, *lines = content[listed + 512 : listed + 512 + length].decode().splitlines()
    told = json.loads(head)
    told["until"] = said["at"]
    body = ("\n".join([json.dumps(told), *lines]) + "\n").encode()
    rest = content[listed + 512 + length + (-length % 512) :]
    said["parts"]["erased.jsonl"] = {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    text_ = json.dumps(said).encode()

    def member(name: str, data: bytes) -> bytes:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        return info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)

    made = file.with_name(names.name_at(now() - by, ".tar.gz"))
    made.write_bytes(gzip.compress(member("manifest.json", text_) + member("erased.jsonl", body) + rest))
    file.unlink()
    for left in made.parent.glob("erased-*"):
        left.unlink()
    return made
