"""Whatever happens to saved searches and hosts, in any order: nothing is mailed twice, nor after the end."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, seed
from hypothesis import settings as given_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from hypothesis.strategies._internal.featureflags import FeatureFlags
from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.directory.directory import Directory
from mapsvc.directory.searches import Near, Search
from mapsvc.domain.alerts import AlertState
from mapsvc.domain.base import now
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Letter
from mapsvc.services import alerts, telling
from mapsvc.services.alert_links import alert_token
from mapsvc.services.alerts import Saved
from mapsvc.services.posting import deliver
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.listings import take_turn
from tests import make
from tests.conftest import FULL
from tests.publish import publish
from tests.services.mailing import HERE
from tests.services.pin_world import Clock, World

PEOPLE = ("ada@example.org", "bo@example.org", "cy@example.org")
HOSTS = ("Alder", "Birch", "Cedar", "Dogwood")
NAMED = re.compile(r"^- (\w+):", re.MULTILINE)
WEEK = timedelta(days=7)
Installed = Callable[[], AbstractContextManager[Settings]]
# Sequences and steps of each.
COUNTS = {"spatialite": (60, 60) if FULL else (4, 40), "postgis": (20, 60) if FULL else (3, 40)}


@dataclass
class Host:
    """A host as the model has it: which of its few looks, whether listed, at which step it last changed."""

    version: int
    listed: bool
    changed: int


@dataclass
class Person:
    """Somebody's saved search: where it stands, its token, the step of its last look, what it told."""

    state: AlertState = AlertState.ENDED
    token: str = ""
    seen: int = 0
    link: str = ""
    told: set[tuple[str, int]] = field(default_factory=set)


@dataclass
class Model:
    """What is true after each step."""

    hosts: dict[str, Host] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=lambda: {email: Person() for email in PEOPLE})


class Killed(BaseException):
    """The end of a process in the middle of its work."""


class Sequences(RuleBasedStateMachine):
    """Each step goes through a verb of the program and of the model."""

    installed: ClassVar[Installed]
    clock: ClassVar[Clock]
    tally: ClassVar[Counter[str]]
    patch: ClassVar[pytest.MonkeyPatch]

    def __init__(self) -> None:
        super().__init__()
        # Else Hypothesis leaves out half of the rules in each sequence, and most of them come to nothing.
        self._rules_strategy.enabled_rules_strategy = st.just(FeatureFlags())
        self._open = ExitStack()
        self.world = World(self._open.enter_context(type(self).installed()), self.clock)
        self._open.callback(self.world.close)
        self.model, self.steps, self.restored = Model(), 0, False
        self.kept: tuple[Path, Model] | None = None
        self.ended: set[str] = set()
        self.written: set[int] = set()  # the numbers of letters that were looked at

    def teardown(self) -> None:
        self._open.close()

    def begin(self, name: str) -> None:
        self.steps += 1
        self.tally.update([name, "steps"])
        self.world.pass_time(timedelta(hours=3))

    @rule(email=st.sampled_from(PEOPLE), at_once=st.booleans())
    def ask(self, email: str, at_once: bool) -> None:
        self.begin("ask")
        with self.world.session() as session:
            alerts.ask_for_alert(
                session, Saved("", "All"), email, installation=HERE, language="en", network="192.0.2.1"
            )
            self.model.people[email].link = self.world.mailed(session, email)
        if at_once:
            self.confirm(email)

    @precondition(lambda self: any(one.link for one in self.model.people.values()))
    @rule(email=st.sampled_from(PEOPLE))
    def confirm(self, email: str) -> None:
        person = self.model.people[email]
        self.begin("confirm" if person.link else "no link")
        if not person.link:
            return
        with self.world.session() as session:
            alert = None
            with suppress(alerts.passes.PassGone):  # its day is over, or the alert was ended meanwhile
                alert = alerts.begin_alert(session, person.link)
            token = alert_token(alert, HERE) if alert else ""
        person.link = ""
        if token and token != person.token:
            person.token, person.seen, person.told = token, self.steps, set()
        if token:
            person.state = AlertState.ACTIVE
        assert token not in self.ended

    @rule(name=st.sampled_from(HOSTS), version=st.integers(0, 2), listed=st.sampled_from([True, True, False]))
    def change_host(self, name: str, version: int, listed: bool) -> None:
        self.begin("change host")
        known = self.model.hosts.get(name)
        with self.world.session() as session:
            if known is None:
                publish(session, make.host(name, website=f"https://{version}.example"), source=name)
                self.model.hosts[name] = Host(version, True, self.steps)
                return
            if (known.version, known.listed) == (version, listed):
                return
            take_turn(session)
            host = session.scalars(select(Organisation).where(Organisation.name == name)).one()
            host.website, host.updated = f"https://{version}.example", now()
            host.status = HostStatus.LISTED if listed else HostStatus.PAUSED
            publish_sites(session, host.sites)
            session.commit()
        self.model.hosts[name] = Host(version, listed, self.steps)

    @precondition(lambda self: any(one.token for one in self.model.people.values()))
    @rule(email=st.sampled_from(PEOPLE), verb=st.sampled_from(["pause", "resume", "resume", "stop"]))
    def decide(self, email: str, verb: str) -> None:
        person = self.model.people[email]
        self.begin(verb if person.state is not AlertState.ENDED else "nothing to decide")
        if not person.token:
            return
        with self.world.session() as session, suppress(alerts.NotFound):
            getattr(alerts, f"{verb}_alert")(session, person.token, installation=HERE)
        if verb == "stop":
            self.ended.add(person.token)
            person.state, person.link = AlertState.ENDED, ""
        elif person.state is not AlertState.ENDED:
            person.state = AlertState.PAUSED if verb == "pause" else AlertState.ACTIVE

    @rule(days=st.sampled_from([7, 7, 7, 3]))
    def look(self, days: int) -> None:
        self.begin("look")
        self.world.pass_time(timedelta(days=days))
        self._look()

    @rule(after=st.integers(0, 2))
    def look_and_be_killed(self, after: int) -> None:
        """A worker is killed while it writes a mail; the next one goes on."""
        self.begin("killed")
        self.world.pass_time(WEEK)
        real, left = telling.write_news, [after]

        def killed(*given: Any, **named: Any) -> None:
            real(*given, **named)
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        with self.patch.context() as patched, suppress(Killed):
            patched.setattr(telling, "write_news", killed)
            self._tell()
        self._look()

    @rule()
    def post(self) -> None:
        self.begin("post")
        taken: list[EmailMessage] = []
        while deliver(self.world.engine, taken.append, sender="map@example.org"):
            pass
        for message in taken:
            if stop := message["List-Unsubscribe"]:
                person = self.model.people[str(message["To"])]
                assert person.token in stop
                assert person.state is AlertState.ACTIVE
                self.tally.update(["mails sent"])

    @precondition(lambda self: self.steps > 12 and (self.kept is None or self.steps % 10 == 0))
    @rule()
    def back_up(self) -> None:
        self.begin("back up")
        self.kept = (self.world.back_up(), deepcopy(self.model))

    @precondition(lambda self: self.kept and not self.restored)
    @rule()
    def restore(self) -> None:
        self.begin("restore")
        assert self.kept
        file, kept = self.kept
        self.world.restore(file)
        self.model, self.restored = deepcopy(kept), True
        for person in self.model.people.values():
            person.link, person.seen = "", self.steps
            if person.token in self.ended:
                person.state = AlertState.ENDED

    def _tell(self) -> None:
        telling.tell_of_hosts(
            self.world.engine,
            lambda: Directory(self.world.public, today=lambda: self.clock.today),
            lambda _query: Search(Near(9.1, 45.8, 100.0)),
            installation=HERE,
        )

    def _look(self) -> None:
        """Looks, and compares what was written since the last step with the model."""
        self._tell()
        found: dict[str, list[str]] = {email: [] for email in PEOPLE}
        with self.world.session() as session:
            for letter in session.scalars(select(Letter).order_by(Letter.id)):
                if "List-Unsubscribe" in letter.headers and letter.id not in self.written:
                    names = NAMED.findall(letter.body)
                    assert names
                    self.written.add(letter.id)
                    found[letter.to_address] += names
            looked = {alert.email: alert.looked for alert in session.scalars(select(telling.Alert))}
        for email, person in self.model.people.items():
            if person.state is AlertState.ACTIVE and looked[email] == now():
                wanted = {
                    (name, host.version)
                    for name, host in self.model.hosts.items()
                    if host.listed and host.changed > person.seen
                } - person.told
                assert sorted(found[email]) == sorted(name for name, _version in wanted), email
                person.told |= wanted
                person.seen = self.steps
                self.tally.update({"told": len(wanted)})
            else:
                assert found[email] == []

    @invariant()
    def nothing_waits_for_who_ended(self) -> None:
        with self.world.session() as session:
            waiting = session.scalars(select(Letter).where(Letter.sent.is_(None)))
            heads = [letter.headers.get("List-Unsubscribe", "") for letter in waiting]
        off = [one.token for one in self.model.people.values() if one.state is not AlertState.ACTIVE]
        assert not [head for head in heads for token in (*off, *self.ended) if token and f"/{token}/" in head]


def run(installed: Installed, patch: pytest.MonkeyPatch, examples: int, steps: int) -> Counter[str]:
    """Goes through sequences; how often which step was taken."""
    clock, tally = Clock(), Counter[str]()
    clock.put_up(patch)
    given = {"installed": staticmethod(installed), "clock": clock, "tally": tally, "patch": patch}
    run_state_machine_as_test(
        seed(1)(type("Alerts", (Sequences,), given)),
        settings=given_settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=(Phase.generate,),
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return tally


@pytest.mark.parametrize("database", ["spatialite", pytest.param("postgis", marks=pytest.mark.postgis)])
def test_after_any_steps_each_host_was_mailed_once_as_it_was_and_nothing_after_the_end(
    database: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = request.getfixturevalue(f"on_{database}")

    tally = run(installed, monkeypatch, *COUNTS[database])

    assert tally["told"] >= 1, tally


def it_is_not_kept_what_was_told(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(telling.stored, "told", lambda *_: {})


def mails_wait_on_after_the_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(alerts, "_take_back_letters", lambda *_, **_how: None)


def paused_is_looked_at_too(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        alerts, "after", lambda _state, event: AlertState.ENDED if event == "stop" else AlertState.ACTIVE
    )


@pytest.mark.parametrize(
    "fault",
    [it_is_not_kept_what_was_told, mails_wait_on_after_the_end, paused_is_looked_at_too],
    ids=lambda fault: fault.__name__,
)
def test_the_sequences_notice(
    fault: Callable[[pytest.MonkeyPatch], None], on_spatialite: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)

    # The database itself refuses what was told already.
    with pytest.raises((AssertionError, ExceptionGroup, pytest.fail.Exception)):
        run(on_spatialite, monkeypatch, 12, 60)
