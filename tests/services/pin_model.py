"""A small model of people's stays on the map: plain records, and what everybody may see of them.

Each verb says by which error the program refuses it, None where it is taken; what is refused changes nothing.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from mapsvc.domain import vocabulary
from mapsvc.domain.pin_values import PinDraft
from mapsvc.errors import NotFound
from mapsvc.places.folding import fold
from mapsvc.services.moderating import CannotUndo, Decided
from tests.services.stays import Area, Two

WORDS = ("display_name", "surname", "host_name", "story")
BLANK = dict.fromkeys(WORDS, "")
SHOWN, KEPT = timedelta(days=365), timedelta(days=90)
LINK, REMINDER = timedelta(days=6), timedelta(days=120)
REPORT_KEPT = timedelta(days=180)
TO_HIDE = 3
Refusal = type[Exception] | None


@dataclass
class Given:
    """A consent; its number outlives every restore."""

    number: int
    kind: str
    live: bool = True


@dataclass
class Words:
    """Words that were handed in."""

    id: int
    proposed: dict[str, str]
    status: str = "waiting"
    before: dict[str, str] = field(default_factory=dict)
    status_before: str = ""


@dataclass
class Stay:
    """One stay."""

    id: int
    slug: str
    email: str
    facts: dict[str, Any]
    confirmed_on: date
    consents: list[Given] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=BLANK.copy)
    status: str = "waiting"
    asked: datetime | None = None
    handed_in: list[Words] = field(default_factory=list)

    @property
    def area(self) -> Area:
        return Two.TOWNS[self.facts["place_id"]]

    @property
    def agreed(self) -> set[str]:
        return {one.kind for one in self.consents if one.live}

    @property
    def public(self) -> bool:
        return self.status == "published" and "pin" in self.agreed

    @property
    def until(self) -> date:
        return self.confirmed_on + SHOWN

    def forget(self, name: str) -> None:
        for words in (self.words, *(one.proposed for one in self.handed_in)):
            words[name] = ""
        for one in self.handed_in:
            if one.before:
                one.before[name] = ""

    def row(self) -> dict[str, Any]:
        """What everybody sees of it."""
        shown = {name: self.words[name] for name in WORDS}
        for name in ("surname", "host_name"):
            shown[name] = shown[name] if name in self.agreed else ""
        facts, host = self.facts, shown["host_name"]
        title = f"{shown['display_name']} {shown['surname']}".strip()
        labels = [vocabulary.label(vocabulary.FIELDS, facts["field"], language) for language in ("en", "fr")]
        said = ("field", "year", "length", "length_unit", "from_country", "may_be_asked")
        detail = {
            **{name: facts[name] for name in said},
            "name": title,
            "area": self.area.key,
            "languages": sorted(facts["languages"]),
            "story": shown["story"],
            "host_name": host or None,
            "ask_about": facts["ask_about"] if facts["may_be_asked"] else [],
            "confirmed_on": self.confirmed_on.isoformat(),
        }
        text = "\n".join(one for one in (*dict.fromkeys(labels), host, shown["story"]) if one)
        where = (self.area.label, self.area.country, self.area.region, self.area.lon, self.area.lat)
        until = (None, self.until)
        return {"slug": self.slug, "title": title, "where": where, "text": text, "days": until, "pin": detail}

    def words_found(self) -> set[str]:
        row = self.row()
        return set(fold(f"{row['title']} {row['where'][0]} {row['text']}").split())


@dataclass
class Link:
    """A mailed link: to a draft that waits, or to a stay that is asked about."""

    email: str
    until: datetime
    draft: PinDraft | None = None
    stay: int = 0


@dataclass
class Talk:
    """A conversation that was reported."""

    stay: int
    by: str
    at: datetime


@dataclass
class State:
    """All that a backup holds."""

    stays: dict[int, Stay] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    reports: dict[int, int] = field(default_factory=dict)
    talks: dict[int, Talk] = field(default_factory=dict)


class Model:
    """The state, and what was erased for good: numbers of stays, consents and accounts."""

    def __init__(self) -> None:
        self.state = State()
        self.erased: set[int] = set()
        self.ended: set[int] = set()
        self.deleted: set[int] = set()
        self._numbers = count(1)

    @property
    def stays(self) -> list[Stay]:
        return list(self.state.stays.values())

    def link(self, secret: str, at: datetime, *, asks: bool) -> Link | None:
        """What a link opens; asks says whether it is one of those that ask about a stay."""
        found = self.state.links.get(secret)
        good = found is not None and found.until > at and asks == (found.draft is None)
        return found if good else None

    def add(self, secret: str, made: Stay, account: int) -> None:
        used = self.state.links.pop(secret)
        assert used.draft is not None
        self.state.accounts[used.email] = account
        self.state.stays[made.id] = made
        self._agree(made, used.draft)

    def edit(self, stay: Stay, draft: PinDraft) -> bool:
        """Whether words are handed in by it."""
        stay.facts = draft.facts()
        self._agree(stay, draft)
        words, waits = draft.words(), None
        for name in WORDS:
            if not words[name]:
                stay.forget(name)
        for one in stay.handed_in:
            waits = one if one.status in {"waiting", "returned"} else waits
        if waits is not None and waits.status == "waiting" and waits.proposed == words:
            return False
        if waits is not None:
            stay.handed_in.remove(waits)
        if words == stay.words:
            return False
        if stay.status in {"returned", "rejected"}:
            stay.status = "waiting"
        return True

    def _agree(self, stay: Stay, draft: PinDraft) -> None:
        for kind in sorted({*draft.consents} - stay.agreed):
            stay.consents.append(Given(next(self._numbers), kind))
        for one in stay.consents:
            one.live = one.live and one.kind in draft.consents
            if not one.live:
                self.ended.add(one.number)

    def decide(self, stay: Stay, words: Words, status: str) -> Refusal:
        if words.status != "waiting":
            return Decided
        words.status = status
        if status == "approved":
            words.before, words.status_before = stay.words, stay.status
            stay.words, stay.status = dict(words.proposed), "published"
        elif stay.status in {"waiting", "returned", "rejected"}:
            stay.status = status
        return None

    def undo(self, stay: Stay, words: Words) -> Refusal:
        approved = words.status == "approved"
        later = stay.handed_in[-1] is not words or (approved and stay.words != words.proposed)
        if later or words.status == "waiting":
            return CannotUndo
        words.status = "waiting"
        if approved:
            stay.words = dict(words.before)
            hidden = stay.status == "hidden" and words.status_before == "published"
            stay.status = "hidden" if hidden else words.status_before
        elif stay.status in {"returned", "rejected"}:
            stay.status = "waiting"
        return None

    def turn(self, stay: Stay | None, frm: str, to: str) -> Refusal:
        """A moderator hides a stay, or shows it."""
        if stay is None:
            return NotFound
        if stay.status == frm:
            stay.status = to
        return None

    def reported(self, stay: Stay, talk: int, by: str, at: datetime) -> None:
        self.state.talks[talk] = Talk(stay.id, by, at)
        people = {one.by for one in self.state.talks.values() if one.stay == stay.id}
        if stay.status == "published" and len(people) >= TO_HIDE:
            stay.status = "hidden"

    def settle(self, talk: int, *, show: bool) -> None:
        stay = self.state.stays.get(self.state.talks.pop(talk).stay)
        if show and stay is not None:
            self.turn(stay, "hidden", "published")

    def still_true(self, stay: Stay, today: date) -> None:
        stay.confirmed_on, stay.asked = today, None

    def erase(self, stay: Stay) -> None:
        state = self.state
        del state.stays[stay.id]
        self.erased.add(stay.id)
        state.links = {secret: one for secret, one in state.links.items() if one.stay != stay.id}
        state.reports = {id_: about for id_, about in state.reports.items() if about != stay.id}

    def delete(self, email: str) -> None:
        for stay in [one for one in self.stays if one.email == email]:
            self.erase(stay)
        state = self.state
        self.deleted.add(state.accounts.pop(email))
        state.links = {secret: one for secret, one in state.links.items() if one.email != email}

    def day(self, at: datetime) -> list[int]:
        """What a day's work does: erases, forgets; the stays whose people are asked."""
        for stay in self.stays:
            if stay.until + KEPT < at.date():
                self.erase(stay)
        talks = self.state.talks
        self.state.talks = {id_: one for id_, one in talks.items() if one.at >= at - REPORT_KEPT}
        asked = [one for one in self.stays if one.status == "published" and _is_due(one, at)]
        for stay in asked:
            stay.asked = at
        return [one.id for one in asked]

    def kept(self) -> State:
        return deepcopy(self.state)

    def restore(self, kept: State) -> None:
        """A backup comes back, without what was erased since and what waited for a confirmation."""
        self.state = state = deepcopy(kept)
        state.links = {secret: one for secret, one in state.links.items() if one.draft is None}
        for email in [email for email, id_ in state.accounts.items() if id_ in self.deleted]:
            self.delete(email)
        for stay in [one for one in self.stays if one.id in self.erased]:
            self.erase(stay)
        for stay in self.stays:
            for one in stay.consents:
                if one.live and one.number in self.ended:
                    one.live = False
                    stay.forget(one.kind)


def _is_due(stay: Stay, at: datetime) -> bool:
    """Once in the last 30 days that it is shown, and once more in the last 7."""
    left = stay.until - at.date()
    for ahead, patience in ((timedelta(days=30), timedelta(days=60)), (timedelta(days=7), timedelta(days=7))):
        patient = stay.asked is None or stay.asked < at - patience
        if timedelta() < left <= ahead and patient:
            return True
    return False
