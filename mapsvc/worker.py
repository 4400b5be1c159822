"""The worker beside the web server: sends mail, and does what takes longer than a page may."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from mapsvc.config import Settings
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.directory.directory import Directory
from mapsvc.directory.following import build, is_due
from mapsvc.domain.base import now
from mapsvc.domain.plans import NETWORKS_KEPT as PLAN_NETWORKS_KEPT
from mapsvc.errors import Misconfigured
from mapsvc.params.followed import read_followed
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import shipped_regions
from mapsvc.services.alerts import end_old_alerts
from mapsvc.services.backups import back_up, keep_list, last_backup
from mapsvc.services.backups import drop_old as drop_old_backups
from mapsvc.services.cohorts import erase_due_cohorts
from mapsvc.services.confirming import ask_yearly
from mapsvc.services.feedback import forget_old_feedback
from mapsvc.services.forgetting_conversations import forget_old_conversations
from mapsvc.services.forgetting_counts import forget_counts
from mapsvc.services.forgetting_erased import forget_erased
from mapsvc.services.installations import Installation
from mapsvc.services.plan_mails import remind_of_steps
from mapsvc.services.planning import erase_old_plans
from mapsvc.services.posting import deliver, forget_files, transport
from mapsvc.services.publishing_kits import publish_kits
from mapsvc.services.reconfirming import ask_about_pins, erase_lapsed
from mapsvc.services.reminding import remind
from mapsvc.services.removing import drop_removed
from mapsvc.services.scenario_runs import place_waiting
from mapsvc.services.telling import tell_of_hosts
from mapsvc.services.upload_steps import forget_old as forget_old_uploads
from mapsvc.services.upload_steps import take_steps
from mapsvc.services.vouching import end_vouchings
from mapsvc.storage.engine import private_engine, public_engine, writing
from mapsvc.storage.people import forget_old
from mapsvc.storage.plans import forget_networks_of_plans
from mapsvc.storage.reports import forget_networks

OFTEN_S = 1.0
MINUTELY_S = 60.0
HOURLY_S = 3600.0
DAILY_S = 24 * HOURLY_S
PASSES_KEPT = timedelta(days=1)  # beyond their end: so long are they counted against too many mails
SIGN_INS_KEPT = timedelta(days=1)
NETWORKS_KEPT = timedelta(days=1)  # after a report was closed
LETTERS_KEPT = timedelta(days=30)
BACKUP_EVERY = timedelta(hours=23)  # looked at each hour, also after a night in which nothing ran

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """What the tasks work with."""

    settings: Settings
    engine: Engine
    public_engine: Engine
    installation: Installation
    seen: dict[str, object] = field(default_factory=dict)  # what a task remembers until its next turn


Task = Callable[[Work], object]
Tasks = Sequence[tuple[float, Task]]


def send_letters(work: Work) -> None:
    """Sends what is in the outbox."""
    settings = work.settings
    sender = settings.mail_from or settings.operator_email or "mapsvc@localhost"
    deliver(work.engine, transport(settings.smtp_url, settings.folder / "mail"), sender=sender)


def tidy_up(work: Work) -> None:
    """Drops passes, sign-ins and letters that are too old to be of use, and what feedback needs no more."""
    with writing(work.engine) as session:
        at = now()
        forget_old(session, passes=at - PASSES_KEPT, sign_ins=at - SIGN_INS_KEPT, letters=at - LETTERS_KEPT)
        session.commit()
        forget_old_feedback(session)
    forget_files(work.settings.folder / "mail", before=at - LETTERS_KEPT)


def merge_changes(work: Work) -> None:
    """Builds the columns of the directory anew once much has changed, for all web workers to take over."""
    folder = work.settings.index_folder
    if is_due(work.public_engine, folder):
        build(work.public_engine, folder)


def work_on_uploads(work: Work) -> None:
    """Takes the next step of every list that somebody brought in the browser."""
    take_steps(work.engine, work.settings.folder, key=work.installation.key)


def place_cohorts(work: Work) -> None:
    """Places the cohorts of every scenario that waits for it."""
    place_waiting(work.engine, work.public_engine, work.settings.folder)


def erase_cohorts(work: Work) -> None:
    """Erases the cohorts whose day has come, which their referents chose."""
    with writing(work.engine) as session:
        erase_due_cohorts(session)


def tidy_uploads(work: Work) -> None:
    """Drops lists that nobody finished to import, and old reports."""
    forget_old_uploads(work.engine, work.settings.folder)


def end_badges(work: Work) -> None:
    """Takes the badge from hosts for whom nobody vouches any more."""
    with writing(work.engine) as session:
        end_vouchings(session)


def ask_hosts(work: Work) -> None:
    """Asks hosts whether their entry is still true, where nobody said so for a year."""
    if work.settings.yearly_mails:
        with writing(work.engine) as session:
            ask_yearly(session, installation=work.installation)


def drop_hosts(work: Work) -> None:
    """Drops for good the hosts that were removed too long ago to be brought back."""
    with writing(work.engine) as session:
        drop_removed(session)


def look_after_pins(work: Work) -> None:
    """Asks people whether their pin is still true, and erases what nobody confirmed for long."""
    with writing(work.engine) as session:
        erase_lapsed(session)
    with writing(work.engine) as session:
        ask_about_pins(session, installation=work.installation)


def forget_conversations(work: Work) -> None:
    """Erases what learners asked former participants, once it is old."""
    with writing(work.engine) as session:
        forget_old_conversations(session)


def look_after_plans(work: Work) -> None:
    """Mails hosts which steps of their plans come next, and erases the plans of stays that are long over."""
    timelines = usable(Tree.of(work.settings.folder)).timelines
    with writing(work.engine) as session:
        forget_networks_of_plans(session, before=now() - PLAN_NETWORKS_KEPT)
        erase_old_plans(session)
    with writing(work.engine) as session:
        remind_of_steps(session, timelines, installation=work.installation)


def remind_moderators(work: Work) -> None:
    """Mails moderators what waits for longer than a day, and forgets who reported what was closed."""
    with writing(work.engine) as session:
        forget_networks(session, before=now() - NETWORKS_KEPT)
        remind(session, installation=work.installation)


def keep_erasures(work: Work) -> None:
    """Has the list of what was erased outlive the database, within a second."""
    keep_list(work.engine, work.settings)


def forget_bytes(work: Work) -> None:
    """Takes out of the files of the installation what was erased, a day after it at the latest."""
    if forget_erased(work.engine, work.public_engine, work.settings, at=now()):
        log.info("took what was erased out of all files")


def follow_kits(work: Work) -> None:
    """Puts kits on the map, and takes them off, when their files have changed."""
    folder = work.settings.folder
    tree = Tree.of(folder)
    stamp = tree.stamp()
    if work.seen.setdefault("kits", stamp) == stamp:  # the service published them before it began
        return
    with writing(work.engine) as session:
        publish_kits(session, usable(tree).kits, towns=Gazetteer.open(folder), regions=shipped_regions())
        session.commit()
    work.seen["kits"] = stamp


def forget_searchers(work: Work) -> None:
    """Drops the codes of visitors whose searches found too little, once their day is over, and old counts."""
    forget_counts(work.engine, at=now())


def look_at_alerts(work: Work) -> None:
    """Mails what is new to those who saved a search, once a week, and ends what is over."""
    with writing(work.engine) as session:
        end_old_alerts(session, installation=work.installation)
    tell_of_hosts(
        work.engine,
        lambda: Directory(work.public_engine, work.settings.index_folder),
        lambda query: read_followed(query, Gazetteer.open(work.settings.folder)),
        installation=work.installation,
    )


def make_backup(work: Work) -> None:
    """Writes the backup of the day, and removes those that are too old, even if it cannot be written."""
    if not work.settings.backups:
        return
    at = now()
    try:
        last = last_backup(work.settings)
        if last is None or at - last > BACKUP_EVERY:
            file = back_up(work.engine, work.settings)
            log.info("wrote a backup", file=str(file), encrypted=bool(work.settings.backup_recipient))
    finally:
        drop_old_backups(work.settings, at=at)


# Each with the seconds between two runs.
TASKS: Tasks = (
    (OFTEN_S, send_letters),
    (OFTEN_S, keep_erasures),
    (MINUTELY_S, follow_kits),
    (MINUTELY_S, forget_searchers),
    (HOURLY_S, tidy_up),
    (HOURLY_S, remind_moderators),
    (HOURLY_S, end_badges),
    (HOURLY_S, look_after_plans),
    (DAILY_S, ask_hosts),
    (DAILY_S, tidy_uploads),
    (DAILY_S, erase_cohorts),
    (DAILY_S, drop_hosts),
    (DAILY_S, look_after_pins),
    (DAILY_S, forget_conversations),
)
# These take seconds, and minutes: each has a thread of its own, so that nothing else waits for it.
LONG_TASKS: Tasks = (
    (OFTEN_S, merge_changes),
    (OFTEN_S, work_on_uploads),
    (OFTEN_S, place_cohorts),
    (HOURLY_S, look_at_alerts),
    (HOURLY_S, make_backup),
    (HOURLY_S, forget_bytes),
)


def work_on(settings: Settings) -> None:
    """Runs every task at its pace until the process is stopped.

    A task that fails is logged and runs again at its next turn; it keeps no other from running.
    """
    work = Work(settings, private_engine(settings), public_engine(settings), installation_of(settings))
    for long_task in LONG_TASKS:
        Thread(target=_run_for_good, args=((long_task,), work), daemon=True).start()
    _run_for_good(TASKS, work)


def _run_for_good(tasks: Tasks, work: Work) -> None:
    due = dict.fromkeys((task for _pace, task in tasks), 0.0)
    while True:
        for pace_s, task in tasks:
            if time.monotonic() >= due[task]:
                run(task, work)
                due[task] = time.monotonic() + pace_s
        time.sleep(OFTEN_S)


def run(task: Task, work: Work) -> None:
    """Runs a task once; a fault is logged, not raised: it would end the thread, and with it its other tasks.

    Raises Misconfigured, which only the operator can mend.
    """
    name = getattr(task, "__name__", "?")
    try:
        task(work)
    except Misconfigured as fault:
        if task is not make_backup:  # without a backup, all else still has to be done
            raise
        log.error("no backup was written", fault=str(fault))
    except (DBAPIError, OSError) as fault:
        log.error("a task of the worker failed", task=name, fault=str(fault))
    except Exception:
        log.exception("a task of the worker failed", task=name)


def installation_of(settings: Settings) -> Installation:
    """The installation, as mails that no page asked for name it."""
    base_url = settings.base_url or f"http://{settings.host}:{settings.port}"
    return Installation(settings.site_name, base_url.rstrip("/"), settings.secret, settings.operator_name)
