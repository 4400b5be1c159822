"""What the people do whose stays they are: they write, confirm, edit, withdraw, and go."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from mapsvc.errors import NotFound
from mapsvc.services import own_pins, reconfirming
from mapsvc.services.accounts import delete_account
from mapsvc.services.passes import PassGone
from mapsvc.services.pinning import confirm_pin
from tests.services import stays
from tests.services.mailing import HERE
from tests.services.pin_model import LINK, Link, Stay
from tests.services.pin_steps import Steps, has_stays, some

PEOPLE = ("ana@example.org", "bea@example.org", "cem@example.org")
MOST_STAYS = 6

said = st.fixed_dictionaries(
    {
        "place_id": st.sampled_from([stays.COMO, stays.CERNOBBIO, stays.LILLE]),
        "field": st.sampled_from(["0716", "0721"]),
        "year": st.integers(2019, 2026),
        "may_be_asked": st.sampled_from([True, True, False]),
        "display_name": st.sampled_from(["Ana", "Marga"]),
        "surname": st.sampled_from(["", "Quirke", "Zola"]),
        "host_name": st.sampled_from(["", "Forno Bianchi", "Molino"]),
        "story": st.sampled_from(["The bakery opens at four.", "We rose early.", ""]),
    }
)


class People(Steps):
    """Their steps."""

    @initialize(given=said)
    def first(self, given: dict[str, Any]) -> None:
        """One stay is public from the beginning: else most of what comes would be refused."""
        self.write(PEOPLE[0], given)
        self.open_link(0, False)
        self.decide(0, 0, "approved")

    @precondition(lambda self: len(self.model.state.stays) < MOST_STAYS)
    @rule(who=st.sampled_from(PEOPLE), given=said)
    def write(self, who: str, given: dict[str, Any]) -> None:
        with self.step("write") as session:
            mark = f"mark{self.steps}"
            draft = self.draft(mark, given)
            stays.ask_pin(session, draft, who, age=20, areas=stays.TWO, **self.asked())
            secret = self.world.mailed(session, who)
        self.model.state.links[secret] = Link(who, self.now + LINK, draft)
        self.kept_links.append(secret)
        self.marks_of_links[secret] = mark

    def asked(self) -> dict[str, Any]:
        return {"installation": HERE, "language": "en", "network": f"192.0.2.{self.steps % 250}"}

    @precondition(lambda self: self.kept_links)
    @rule(at=some, whichever=st.sampled_from([False, False, False, True]))
    def open_link(self, at: int, whichever: bool) -> None:
        """The first time, or once more, or too late, or after a restore, or one that asks about a stay."""
        links = self.model.state.links
        new = [one for one in self.kept_links if one in links and links[one].draft is not None]
        known = self.kept_links if whichever or not new else new
        secret = known[-1 - at % len(known)]
        link = self.model.link(secret, self.now + timedelta(hours=3), asks=False)
        with self.step("open link") as session:
            made = self.told(None if link else PassGone, confirm_pin, session, secret, browser="a test")
            if made is None or link is None:
                return
            pin, draft = made[0], link.draft
            assert draft is not None
            stay = Stay(pin.id, pin.slug, link.email, draft.facts(), self.clock.today)
            assert stay.id not in self.model.erased
            self.model.add(secret, stay, pin.account_id)
            self.hand_in(session, stay, draft)
        self.marks[stay.id] = self.marks_of_links[secret]

    @precondition(has_stays)
    @rule(at=some, given=said, stranger=st.sampled_from([False, False, False, True]))
    def edit(self, at: int, given: dict[str, Any], stranger: bool) -> None:
        stay = self.stay(at)
        draft = self.draft(self.marks[stay.id], given)
        with self.step("edit") as session:
            viewer = self.world.moderator if stranger else stays.person(session, stay.email)
            refusal = NotFound if stranger else None
            self.told(refusal, own_pins.edit_pin, session, viewer, stay.id, draft, **stays.BY_FORM)
            if not stranger and self.model.edit(stay, draft):
                self.hand_in(session, stay, draft)

    @precondition(has_stays)
    @rule(at=some)
    def still_true(self, at: int) -> None:
        stay = self.stay(at)
        with self.step("still true") as session:
            own_pins.confirm_own_pin(session, stays.person(session, stay.email), stay.id)
        self.model.still_true(stay, self.clock.today)

    @precondition(lambda self: len(self.model.stays) > 1)
    @rule(at=some)
    def withdraw(self, at: int) -> None:
        stay = self.stay(at)
        with self.step("withdraw") as session:
            own_pins.withdraw_pin(session, stays.person(session, stay.email), stay.id)
        self.model.erase(stay)

    @precondition(lambda self: self.kept_links)
    @rule(at=some, true=st.booleans())
    def answer_reminder(self, at: int, true: bool) -> None:
        known = self.model.state.links
        asking = [one for one in self.kept_links if one in known and known[one].draft is None]
        secret = (asking or self.kept_links)[-1 - at % len(asking or self.kept_links)]
        link = self.model.link(secret, self.now + timedelta(hours=3), asks=True)
        verb = reconfirming.pin_still_true if true else reconfirming.withdraw_asked_pin
        with self.step("answer reminder") as session:
            self.told(None if link else PassGone, verb, session, secret)
        if link is not None and true:
            del known[secret]
            self.model.still_true(self.model.state.stays[link.stay], self.clock.today)
        elif link is not None:
            self.model.erase(self.model.state.stays[link.stay])

    @precondition(lambda self: len(self.model.stays) > 2)
    @rule(at=some)
    def delete_account(self, at: int) -> None:
        emails = sorted(self.model.state.accounts)
        email = emails[at % len(emails)]
        with self.step("delete account") as session:
            delete_account(session, stays.person(session, email))
        self.model.delete(email)
