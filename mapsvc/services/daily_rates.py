"""Daily rates: added, changed, begun with the examples, erased; by referents for their own school."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, may, require
from mapsvc.domain.base import now
from mapsvc.domain.daily_rates import LONGEST_SOURCE, MOST_CENTS, MOST_DAYS, DailyRate
from mapsvc.domain.grant_calls import call_of
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.domain.people import SendingOrganisation
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import InvalidInput, NotFound, TooMany
from mapsvc.messages import mark as _
from mapsvc.planning.estimates import Rate
from mapsvc.resources import resource
from mapsvc.services.auditing import note
from mapsvc.services.tombstones import erase_rows
from mapsvc.storage import daily_rates as stored
from mapsvc.storage.dialects.locks import one_at_a_time

MOST_OF_ONE = 500  # rates of one owner
EXAMPLES = "data/grants/daily_examples.yml"


@dataclass(frozen=True, slots=True)
class RateDraft:
    """What a form says of a rate."""

    call_year: int
    activity: str
    group: int
    first_day: int
    last_day: int
    cents: int
    source: str


def rates_to_see(session: Session, viewer: Viewer) -> list[DailyRate]:
    """The rates of the viewer's schools, and those of the whole installation."""
    return stored.rates_of(session, viewer.sending_ids, of_all=True)


def rates_that_count(session: Session, sending_id: int, call_year: int) -> list[Rate]:
    """The rates by which a school's stays are worked out: its own first, then those of the installation."""
    own, of_all = stored.rates_owned(session, sending_id), stored.rates_owned(session, None)
    return [
        Rate(one.activity, one.country_group, one.first_day, one.last_day, one.cents, one.example)
        for one in (*own, *of_all)
        if one.call_year == call_year
    ]


def rate_of(session: Session, viewer: Viewer, number: int) -> DailyRate:
    """One rate that the viewer may change. Raises NotFound for another's, as for none."""
    found = session.get(DailyRate, number)
    if found is None:
        raise NotFound
    require(viewer, Action.SET_RATES, found)
    return found


def owners(viewer: Viewer) -> list[int | None]:
    """Whose rates the viewer may set: sending organisations, and None for the whole installation."""
    ids: list[int | None] = [*sorted(viewer.sending_ids), None]
    return [one for one in ids if may(viewer, Action.SET_RATES, DailyRate(sending_id=one))]


def add_rate(session: Session, viewer: Viewer, draft: RateDraft, *, sending_id: int | None) -> DailyRate:
    """A new rate. Commits. Raises NotFound, InvalidInput, UnknownCall or TooMany."""
    _begin(session, viewer, sending_id)
    made = DailyRate(sending_id=sending_id)
    _fill(session, made, draft)
    session.add(made)
    session.flush()
    note(session, viewer, "made", "rate", made.id)
    session.commit()
    return made


def change_rate(session: Session, viewer: Viewer, number: int, draft: RateDraft) -> DailyRate:
    """Puts a draft in the place of a rate, which is no example from then on. Commits.

    Raises NotFound, InvalidInput or UnknownCall.
    """
    rate = rate_of(session, viewer, number)
    one_at_a_time(session, f"rates:{rate.sending_id or 0}")
    _fill(session, rate, draft)
    note(session, viewer, "edited", "rate", number)
    session.commit()
    return rate


def take_examples(session: Session, viewer: Viewer, *, sending_id: int | None, call_year: int) -> int:
    """Adds the examples that ship, marked as such, where no rate is yet; how many. Commits.

    Raises NotFound, UnknownCall or TooMany.
    """
    _begin(session, viewer, sending_id)
    call_of(call_year)
    told: dict[str, Any] = yaml.safe_load(resource(EXAMPLES).read_text("utf-8"))
    taken = [_spot(one) for one in stored.rates_owned(session, sending_id)]
    made = [_example(one, told["source"], call_year, sending_id) for one in told["rates"]]
    new = [one for one in made if not any(_overlap(_spot(one), other) for other in taken)]
    session.add_all(new)
    session.flush()
    note(session, viewer, "took examples", "rate", None, count=len(new), call=call_year)
    session.commit()
    return len(new)


def erase_rate(session: Session, viewer: Viewer, number: int) -> None:
    """Erases a rate at once. Commits. Raises NotFound."""
    rate = rate_of(session, viewer, number)
    note(session, viewer, "erased", "rate", number)
    erase_rates(session, [rate])
    session.commit()


def erase_rates(session: Session, rates: Sequence[DailyRate]) -> None:
    """Erases rates for good; what stays is their numbers in tombstones. The caller commits."""
    erase_rows(session, Erased.DAILY_RATE, rates)


def _begin(session: Session, viewer: Viewer, sending_id: int | None) -> None:
    require(viewer, Action.SET_RATES, DailyRate(sending_id=sending_id))
    if sending_id is not None and session.get(SendingOrganisation, sending_id) is None:
        raise NotFound
    one_at_a_time(session, f"rates:{sending_id or 0}")
    if len(stored.rates_owned(session, sending_id)) >= MOST_OF_ONE:
        raise TooMany(_("There are too many rates already. Delete some first."))


def _fill(session: Session, rate: DailyRate, draft: RateDraft) -> None:
    call, rules = call_of(draft.call_year), rules_of(draft.call_year)
    if draft.activity not in rules.activities or draft.group not in call.group_numbers:
        raise NotFound
    if not 1 <= draft.first_day <= draft.last_day <= MOST_DAYS:
        raise InvalidInput(
            _("The days go from 1 to %(most)s, the first before the last."), field="last_day", most=MOST_DAYS
        )
    if not 0 < draft.cents <= MOST_CENTS:
        raise InvalidInput(
            _("It needs an amount above 0 and at most %(most)s euro."), field="euro", most=MOST_CENTS // 100
        )
    asked = (draft.call_year, draft.activity, draft.group, draft.first_day, draft.last_day)
    for other in stored.rates_owned(session, rate.sending_id):
        if other is not rate and _overlap(asked, _spot(other)):
            raise InvalidInput(
                _("There is a rate for the days %(first)s to %(last)s already. Change that one."),
                field="first_day",
                first=other.first_day,
                last=other.last_day,
            )
    rate.call_year, rate.activity, rate.country_group, rate.first_day, rate.last_day = asked
    rate.cents, rate.source = draft.cents, " ".join(draft.source.split())[:LONGEST_SOURCE]
    rate.example, rate.changed = False, now()


def _spot(rate: DailyRate) -> tuple[int, str, int, int, int]:
    return rate.call_year, rate.activity, rate.country_group, rate.first_day, rate.last_day


def _overlap(one: tuple[int, str, int, int, int], other: tuple[int, str, int, int, int]) -> bool:
    return one[:3] == other[:3] and one[3] <= other[4] and other[3] <= one[4]


def _example(told: dict[str, Any], source: str, call_year: int, sending_id: int | None) -> DailyRate:
    return DailyRate(
        sending_id=sending_id,
        call_year=call_year,
        activity=told["activity"],
        country_group=told["group"],
        first_day=told["from_day"],
        last_day=told["to_day"],
        cents=told["euro"] * 100,
        source=source,
        example=True,
    )
