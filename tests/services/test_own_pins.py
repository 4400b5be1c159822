"""A person sees, corrects, takes along and withdraws their own stays, and nobody else's."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.asking import Side
from mapsvc.domain.base import now
from mapsvc.domain.consents import Consent
from mapsvc.domain.listings import Change
from mapsvc.domain.pin_files import stays_in
from mapsvc.domain.pin_values import PinDraft
from mapsvc.errors import NotFound, NotSignedIn
from mapsvc.services.accounts import delete_account
from mapsvc.services.answering import reply
from mapsvc.services.own_pins import (
    areas_kept,
    confirm_own_pin,
    edit_pin,
    everything_kept,
    own_pin,
    own_pins,
    withdraw_pin,
)
from mapsvc.services.publishing import republish
from mapsvc.storage.schema import METADATA
from tests.services.keepers import referent
from tests.services.mailing import HERE
from tests.services.questions import ADA, BEN, held, open_pin, sent
from tests.services.stays import (
    ANA,
    BY_FORM,
    CERNOBBIO,
    FULL_CONSENT,
    LILLE,
    confirmed,
    draft,
    person,
    published,
    rows,
    waiting,
)

OTHER = "other@example.org"
CANARY = "Xylocanary"


def canary() -> dict[str, object]:
    return {
        "display_name": CANARY,
        "surname": f"{CANARY}son",
        "host_name": f"{CANARY} GmbH",
        "story": f"At {CANARY} one eats well.",
        "consents": ["pin", "surname", "host_name"],
    }


def tables_with(session: Session, word: str) -> list[str]:
    """The tables in which a word stands, in any column."""
    found = []
    for table in [*METADATA.sorted_tables]:
        lines = session.execute(select(table)).all()
        if any(word.lower() in str(line).lower() for line in lines):
            found.append(table.name)
    where = "listing_words" if session.get_bind().dialect.name == "sqlite" else "directory.listing_words"
    words = session.execute(text(f"SELECT * FROM {where}")).all()
    if any(word.lower() in str(line).lower() for line in words):
        found.append("listing_words")
    return found


def test_nobody_sees_or_changes_the_pin_of_somebody_else(session: Session) -> None:
    pin = published(session)
    confirmed(session, OTHER)
    stranger = person(session, OTHER)

    for verb in (own_pin, withdraw_pin, confirm_own_pin):
        with pytest.raises(NotFound):
            verb(session, stranger, pin.id)
    with pytest.raises(NotFound):
        edit_pin(session, stranger, pin.id, draft(), **BY_FORM)
    assert [one.pin.id for one in own_pins(session, stranger)] != [pin.id]


def test_a_visitor_has_to_sign_in(session: Session) -> None:
    pin = published(session)

    with pytest.raises(NotSignedIn):
        withdraw_pin(session, VISITOR, pin.id)


def test_new_words_wait_while_what_is_public_stays(session: Session) -> None:
    pin = published(session)

    edited = edit_pin(
        session,
        person(session),
        pin.id,
        draft(story="Another story."),
        **BY_FORM,
    )

    assert rows(session)[0].detail["pin"]["story"] == "The bakery opens at four."
    assert (edited.draft.story, edited.handed_in and edited.handed_in.status) == ("Another story.", "waiting")


def test_what_is_chosen_from_lists_counts_at_once(session: Session) -> None:
    pin = published(session)

    edit_pin(session, person(session), pin.id, draft(year=2021), **BY_FORM)

    assert rows(session)[0].detail["pin"]["year"] == 2021
    assert waiting(session, pin).status == "approved"


def test_another_town_of_the_same_area_changes_nothing_that_others_see(session: Session) -> None:
    pin = published(session)
    before = [(row.id, row.updated, row.detail, row.lon, row.lat, row.place) for row in rows(session)]
    changes = session.scalars(select(Change.number)).all()

    edit_pin(session, person(session), pin.id, draft(place_id=CERNOBBIO), **BY_FORM)

    after = [(row.id, row.updated, row.detail, row.lon, row.lat, row.place) for row in rows(session)]
    assert (pin.place_id, after) == (CERNOBBIO, before)
    assert session.scalars(select(Change.number)).all() == changes


def test_another_area_is_shown_at_once(session: Session) -> None:
    pin = published(session)

    edit_pin(session, person(session), pin.id, draft(place_id=LILLE), **BY_FORM)

    assert [(row.place, row.country) for row in rows(session)] == [("Lille", "FR")]


def test_publishing_everything_again_changes_nothing(session: Session) -> None:
    published(session, **FULL_CONSENT)

    assert republish(session) == 0


@pytest.mark.parametrize(("kind", "name"), [("surname", "surname"), ("host_name", "host_name")])
def test_a_consent_that_is_taken_back_counts_at_once(session: Session, kind: str, name: str) -> None:
    pin = published(session, **FULL_CONSENT)
    kept = [one for one in ("pin", "surname", "host_name") if one != kind]
    given = {key: value for key, value in FULL_CONSENT.items() if key not in {name, "consents"}}

    edit_pin(session, person(session), pin.id, draft(**given, consents=kept), **BY_FORM)

    assert tables_with(session, str(FULL_CONSENT[name])) == []
    assert [one.kind for one in pin.consents if one.withdrawn is not None] == [kind]


def test_a_consent_given_again_is_a_record_of_its_own(session: Session) -> None:
    pin = published(session, **FULL_CONSENT)
    viewer = person(session)

    edit_pin(session, viewer, pin.id, draft(), **BY_FORM)
    edit_pin(
        session,
        viewer,
        pin.id,
        draft(surname="Quirke", consents=["pin", "surname"]),
        **BY_FORM,
    )

    said = [(one.kind, one.channel, one.withdrawn is None) for one in pin.consents if one.kind == "surname"]
    assert said == [("surname", "mail", False), ("surname", "form", True)]


def test_words_that_were_sent_back_can_be_handed_in_again_as_they_are(session: Session) -> None:
    pin = confirmed(session)
    waiting(session, pin).status, pin.status = "returned", "returned"

    edit_pin(session, person(session), pin.id, draft(), **BY_FORM)

    assert (waiting(session, pin).status, pin.status) == ("waiting", "waiting")
    assert len(session.scalars(select(PinSubmission)).all()) == 1


def test_a_withdrawn_pin_leaves_no_word_in_any_table(session: Session) -> None:
    pin = published(session, **canary())
    viewer = person(session)
    edit_pin(
        session,
        viewer,
        pin.id,
        draft(**{**canary(), "story": f"{CANARY} again."}),
        **BY_FORM,
    )
    assert "listings" in tables_with(session, CANARY)

    withdraw_pin(session, viewer, pin.id)

    assert tables_with(session, CANARY) == []
    assert [session.scalars(select(noun)).all() for noun in (Pin, PinSubmission, Consent)] == [[], [], []]
    assert rows(session) == []


def test_a_deleted_account_takes_its_pins_along(session: Session) -> None:
    published(session)

    delete_account(session, person(session))

    assert rows(session) == []
    assert session.scalars(select(Pin)).all() == []


def test_a_confirmed_pin_is_shown_for_another_year(session: Session) -> None:
    pin = published(session)
    pin.confirmed_on -= timedelta(days=400)
    republish(session)

    confirm_own_pin(session, person(session), pin.id)

    assert rows(session)[0].visible_until == now().date() + timedelta(days=365)


def test_what_is_taken_along_is_all_of_it_and_can_be_handed_in_again(session: Session) -> None:
    published(session, **canary())

    kept = json.loads(json.dumps(everything_kept(session, person(session))))

    assert PinDraft.of(kept["pins"][0]["draft"]) == draft(**canary())
    assert [one["kind"] for one in kept["pins"][0]["consents"]] == ["pin", "surname", "host_name"]


def test_what_was_taken_along_gives_the_same_stays_when_it_is_brought_back(session: Session) -> None:
    published(session, **canary(), may_be_asked=True, ask_about=["work"])
    published(session, **FULL_CONSENT, place_id=LILLE)
    viewer = person(session)
    before = json.dumps(everything_kept(session, viewer)).encode()
    for one in own_pins(session, viewer):
        withdraw_pin(session, viewer, one.pin.id)
    agreed = [one["draft"]["consents"] for one in json.loads(before)["pins"]]

    for brought, consents in zip(stays_in(before), agreed, strict=True):
        published(session, **{**brought.draft.kept(), "consents": consents})

    after = everything_kept(session, viewer)["pins"]
    assert [one["draft"] for one in after] == [one["draft"] for one in json.loads(before)["pins"]]
    assert [row.detail["pin"]["story"] for row in rows(session)] == [canary()["story"], draft().story]


def test_the_conversations_one_took_part_in_are_taken_along_without_an_address(session: Session) -> None:
    referent(session, ADA)
    pin = open_pin(session)
    reply(session, held(sent(session, pin), Side.ALUMNUS), "Only until six.", installation=HERE)
    sent(session, pin, "minor@example.net", age=17, referent=ADA)
    confirmed(session, BEN)

    hers, his = (everything_kept(session, person(session, email)) for email in (ANA, BEN))

    (one,) = hers["conversations"]  # the other one is still with the referent: nobody else knows of it
    assert (one["you"], one["first_name"]) == ("were asked", "Ben")
    assert [(each["from"], each["text"]) for each in one["messages"]] == [
        ("the other side", "Is the workshop loud?"),
        ("you", "Only until six."),
    ]
    assert [(each["from"]) for each in his["conversations"][0]["messages"]] == ["you", "the other side"]
    assert his["conversations"][0]["you"] == "asked"
    assert [BEN in json.dumps(hers), ANA in json.dumps(his), "minor@" in json.dumps(hers)] == [False] * 3


def test_the_map_that_is_taken_along_holds_the_area_and_no_town(session: Session) -> None:
    published(session)

    feature = areas_kept(session, person(session))["features"][0]

    assert feature["geometry"]["coordinates"] == [rows(session)[0].lon, rows(session)[0].lat]
    assert feature["properties"]["area"] == rows(session)[0].detail["pin"]["area"]
