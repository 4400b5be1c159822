"""Anything that people, moderators, time and operators do to stays, in any order, beside a small model."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import text
from sqlalchemy.orm import Session

from mapsvc import worker
from mapsvc.directory.searches import Near
from mapsvc.domain.alumni import PinStatus
from mapsvc.domain.asking import Side
from mapsvc.domain.reviews import Complaint
from mapsvc.domain.submissions import SubmissionKind, SubmissionStatus
from mapsvc.errors import NotFound, TooMany
from mapsvc.services import answering, asking, hiding_pins, moderating, reconfirming, reporting
from mapsvc.services.reported_conversations import settle
from tests.services import questions
from tests.services.mailing import HERE
from tests.services.pin_model import REMINDER, Link, Stay
from tests.services.pin_people import People
from tests.services.pin_steps import NEAR, SEARCHED, has_stays, some
from tests.services.pin_world import secret_in

ASKERS = ("ben@example.net", "mia@example.net", "leo@example.net", "zoe@example.net")
MOST_BACKUPS = 3


class PinMachine(People):
    """Each step goes through a verb of the program and of the model, or asks the directory."""

    # Moderators and visitors

    @precondition(has_stays)
    @rule(at=some, older=some, status=st.sampled_from(["approved", "approved", "returned", "rejected"]))
    def decide(self, at: int, older: int, status: str) -> None:
        waiting = [one for one in self.model.stays if one.handed_in[-1].status == "waiting"]
        stay = waiting[at % len(waiting)] if waiting and older < 10 else self.stay(at)
        words = stay.handed_in[-1 - (older // 8) % len(stay.handed_in)]
        said = {"status": SubmissionStatus(status), "reason": "Please say it otherwise."}
        with self.step(status) as session:
            refusal = self.model.decide(stay, words, status)
            key = (SubmissionKind.STAYS, words.id)
            self.told(
                refusal, moderating.decide, session, self.world.moderator, key, installation=HERE, **said
            )

    @precondition(has_stays)
    @rule(at=some, older=some)
    def undo(self, at: int, older: int) -> None:
        stay = self.stay(at)
        words = stay.handed_in[-1 - (older // 8) % len(stay.handed_in)]
        with self.step("undo") as session:
            refusal = self.model.undo(stay, words)
            key = (SubmissionKind.STAYS, words.id)
            self.told(refusal, moderating.undo, session, self.world.moderator, key, installation=HERE)

    @precondition(has_stays)
    @rule(at=some)
    def report(self, at: int) -> None:
        stay = self.stay(at)
        with self.step("report") as session:
            refusal = None if stay.public else NotFound
            told = {"text": "", "email": "", **self.asked()}
            made = self.told(refusal, reporting.report, session, stay.slug, Complaint.UNSAFE, **told)
            if made is not None:
                self.model.state.reports[made.id] = stay.id

    @precondition(lambda self: self.model.state.reports)
    @rule(at=some, hide=st.booleans())
    def look_at_report(self, at: int, hide: bool) -> None:
        reports = self.model.state.reports
        number = sorted(reports)[-1 - at % len(reports)]
        stay = self.model.state.stays.get(reports[number])
        with self.step("hide" if hide else "show") as session:
            to = PinStatus.HIDDEN if hide else PinStatus.PUBLISHED
            refusal = self.model.turn(stay, hiding_pins.FRM[to], to)
            verb = hiding_pins.turn_reported
            self.told(refusal, verb, session, self.world.moderator, number, to, installation=HERE)

    @precondition(has_stays)
    @rule(at=some, first=some, people=st.integers(1, 3))
    def ask_and_report(self, at: int, first: int, people: int) -> None:
        """Some people ask, and each reports the conversation."""
        stay = self.stay(at)
        with self.step("ask and report") as session:
            for number in range(people):
                self._ask_and_report(session, stay, ASKERS[(first + number) % len(ASKERS)])

    def _ask_and_report(self, session: Session, stay: Stay, email: str) -> None:
        shown = stay.public and stay.until >= self.clock.today and stay.facts["may_be_asked"]
        given = {"age": 20, "referent": "", **self.asked()}
        with suppress(TooMany):
            refusal = None if shown else NotFound
            self.told(refusal, asking.ask, session, stay.slug, questions.question(), email, **given)
            if not shown:
                return
            secret = self.world.mailed(session, email)
            asking.confirm_question(session, secret, installation=HERE)
            query = "SELECT max(id) FROM conversations"
            made = session.get_one(questions.Conversation, session.scalar(text(query)))
            answering.report(session, questions.held(made, Side.SENDER), installation=HERE)
            self.tally["reported by an asker"] += 1
            self.model.reported(stay, made.id, email, self.now)

    @precondition(lambda self: self.model.state.talks)
    @rule(at=some, show=st.booleans())
    def settle(self, at: int, show: bool) -> None:
        talks = sorted(self.model.state.talks)
        number = talks[-1 - at % len(talks)]
        with self.step("settle") as session:
            settle(session, self.world.moderator, number, show_pin=show, installation=HERE)
        self.model.settle(number, show=show)

    # Time and operators

    @precondition(lambda self: self.kept_links)
    @rule(days=st.sampled_from([1, 1, 5, 7, 23, 120, 340]))
    def time_goes_on(self, days: int) -> None:
        """Some days, of which the last has its daily work done."""
        self.begin("time goes on", days=days)
        with self.world.session() as session:
            last = session.scalar(text("SELECT coalesce(max(id), 0) FROM letters"))
        for task in (worker.look_after_pins, worker.forget_conversations, worker.tidy_up):
            task(self.world.work)
        with self.world.session() as session:
            query = text(
                "SELECT body FROM letters WHERE id > :last AND body LIKE '%/still-true/%' ORDER BY id"
            )
            mailed = [secret_in(body) for body in session.scalars(query, {"last": last})]
            asked = {secret: reconfirming.asked_pin(session, secret).id for secret in mailed}
        assert sorted(asked.values()) == sorted(self.model.day(self.now))
        for secret, id_ in asked.items():
            email = self.model.state.stays[id_].email
            self.model.state.links[secret] = Link(email, self.now + REMINDER, stay=id_)
            self.kept_links.append(secret)
            self.tally["reminders"] += 1

    @precondition(lambda self: self.model.stays and self.steps >= self.kept_at + self.between // 3)
    @rule()
    def back_up(self) -> None:
        self.begin("back up")
        self.kept_at = self.steps
        self.backups = [*self.backups, (self.world.back_up(), self.model.kept())][-MOST_BACKUPS:]

    @precondition(lambda self: self.backups and self.steps >= self.restored_at + self.between)
    @rule(at=some)
    def restore(self, at: int) -> None:
        self.begin("restore")
        file, kept = self.backups[-1 - at % len(self.backups)]
        self.world.restore(file)
        self.model.restore(kept)
        self.restored_at = self.steps

    @precondition(lambda self: self.kept_links)
    @rule(near=st.sampled_from([None, *NEAR]), word=st.sampled_from(["", *SEARCHED]))
    def search(self, near: Near | None, word: str) -> None:
        self.begin("search")
        self.check_search(near, word)
