"""Readers say whether a fact is still right; a moderator accepts it, and the date follows."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, Viewer
from mapsvc.content import markup
from mapsvc.content.corrections import corrected
from mapsvc.content.kits import Kit
from mapsvc.domain.base import now
from mapsvc.domain.corrections import Correction, FactSubmission
from mapsvc.domain.reviews import AuditEntry
from mapsvc.errors import InvalidInput, NotFound, NotSignedIn
from mapsvc.services import accounts, correcting, moderating
from mapsvc.services.correcting import TooManyWait
from mapsvc.services.moderating import CannotUndo
from mapsvc.storage.corrections import all_accepted
from tests.content_files import write_kit
from tests.services.corrections import OLD, PART, TEXTS, changed, handed_in, kit, reader, right
from tests.services.moderators import decide, letters, moderator, undo

SCRIPT = "<script>alert(1)</script> **bold** [x](https://evil.example) {{7*7}}[^tram]"
WHY = "The page says something else."


@pytest.fixture
def here(tmp_path: Path) -> Kit:
    return kit(tmp_path)


@pytest.fixture
def mo(session: Session) -> Viewer:
    return moderator(session)


def shown(session: Session, plain: Kit) -> Kit:
    """The kit as pages show it."""
    return corrected(plain, all_accepted(session.connection()))


def words(one: Kit, language: str = "en") -> list[str]:
    return markup.plain(one.town.texts[language].sections["around"].tokens).split("\n")


def drawn(one: Kit, language: str = "en") -> str:
    tokens = one.town.texts[language].sections["around"].tokens
    return str(markup.html(tokens, numbers={"bus": 1, "tram": 2}, links=str))


def test_a_fact_that_was_found_right_has_the_day_of_the_look_once_a_moderator_agrees(
    session: Session, here: Kit, mo: Viewer
) -> None:
    waits = handed_in(session, here)
    before = shown(session, here).town.data.facts["bus"].checked_on

    decide(session, mo, waits)

    after = shown(session, here)
    assert before is None
    assert after.town.data.facts["bus"].checked_on == now().date()
    assert after.town.data.facts["tram"].checked_on is None
    assert drawn(after) == drawn(here)
    assert "A moderator has looked" in letters(session)[-1].body
    assert "https://map.example/account/corrections" in letters(session)[-1].body


def test_other_words_take_the_place_of_the_old_in_their_language_and_are_told_in_the_other(
    session: Session, here: Kit, mo: Viewer
) -> None:
    decide(session, mo, handed_in(session, here, changed()))

    after = shown(session, here)
    assert words(after) == ["The blue bus goes to the lake.", "The tram stops at ten."]
    assert words(after, "fr")[0].startswith("Le bus vert va au lac. ")
    assert "The blue bus goes to the lake." in words(after, "fr")[0]
    source = after.town.data.facts["bus"].source
    assert (source.name, source.url) == ("buses.example.org", "https://buses.example.org/lake")
    assert words(here) == ["The green bus goes to the lake.", "The tram stops at ten."]


def test_words_in_the_other_language_end_the_note_and_newer_words_begin_it_again(
    session: Session, here: Kit, mo: Viewer
) -> None:
    decide(session, mo, handed_in(session, here, changed()))
    decide(session, mo, handed_in(session, here, changed("Le bus bleu."), language="fr"))
    both = shown(session, here)
    decide(session, mo, handed_in(session, here, changed("The red bus.")))

    newer = shown(session, here)
    assert (words(both)[0], words(both, "fr")[0]) == ("The blue bus goes to the lake.", "Le bus bleu.")
    assert words(newer)[0] == "The red bus."
    assert words(newer, "fr")[0].startswith("Le bus vert va au lac. ")
    assert "The red bus." in words(newer, "fr")[0]


def test_what_a_reader_writes_is_shown_as_the_signs_that_it_is(
    session: Session, here: Kit, mo: Viewer
) -> None:
    decide(session, mo, handed_in(session, here, changed(SCRIPT)))

    page = drawn(shown(session, here)) + drawn(shown(session, here), "fr")
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; **bold** [x](https://evil.example)") == 2
    assert page.count("[^tram]") == 2
    assert "<script" not in page
    assert "evil.example</a>" not in page


@pytest.mark.parametrize(
    ("file", "wins"),
    [
        ({"written_on": "2026-11-01", "checked_on": None}, False),
        ({"written_on": "2026-01-10", "checked_on": "2026-09-01"}, False),
        ({"written_on": "2026-01-10", "checked_on": "2026-11-01"}, True),
        ({"written_on": "2026-11-02", "checked_on": None}, True),
    ],
)
def test_a_file_that_was_edited_since_wins(
    session: Session, here: Kit, mo: Viewer, tmp_path: Path, file: dict[str, Any], wins: bool
) -> None:
    looked = date(2026, 11, 1)
    decide(session, mo, handed_in(session, here, changed(looked_on=looked)))
    edited = kit(tmp_path / "edited", **file)

    after = shown(session, edited)

    assert (words(after) == words(edited)) is wins
    assert (after.town.data.facts["bus"].checked_on == looked) is (not wins or file["checked_on"] is not None)


def test_a_look_after_the_file_was_edited_does_not_bring_old_words_back(
    session: Session, here: Kit, mo: Viewer, tmp_path: Path
) -> None:
    decide(session, mo, handed_in(session, here, changed(looked_on=date(2026, 3, 1))))
    edited = kit(tmp_path / "edited", checked_on="2026-06-01")

    decide(session, mo, handed_in(session, edited))

    after = shown(session, edited)
    assert words(after) == words(edited)
    assert after.town.data.facts["bus"].checked_on == now().date()


def test_an_approval_is_undone_and_given_again(session: Session, here: Kit, mo: Viewer) -> None:
    decide(session, mo, handed_in(session, here, changed("The red bus.")))
    waits = handed_in(session, here, changed("The old bus."), email="ben@example.org")
    decide(session, mo, waits)

    undo(session, mo, waits)
    undone = words(shown(session, here))[0]
    decide(session, mo, waits)

    assert undone == "The red bus."
    assert words(shown(session, here))[0] == "The old bus."


def test_the_first_approval_undone_leaves_nothing(session: Session, here: Kit, mo: Viewer) -> None:
    waits = handed_in(session, here, changed())
    decide(session, mo, waits)

    undo(session, mo, waits)

    assert session.scalars(select(Correction)).all() == []
    assert words(shown(session, here)) == words(here)


def test_an_approval_is_not_undone_once_another_was_accepted(session: Session, here: Kit, mo: Viewer) -> None:
    first = handed_in(session, here, changed("The red bus."))
    decide(session, mo, first)
    decide(session, mo, handed_in(session, here, changed("The old bus."), email="ben@example.org"))

    with pytest.raises(CannotUndo):
        undo(session, mo, first)


@pytest.mark.parametrize("status", ["returned", "rejected"])
def test_what_is_not_accepted_changes_nothing(session: Session, here: Kit, mo: Viewer, status: str) -> None:
    waits = handed_in(session, here, changed())

    decide(session, mo, waits, status, reason=WHY)

    assert words(shown(session, here)) == words(here)
    assert WHY in letters(session)[-1].body


def test_what_was_sent_back_is_mended_and_one_of_a_reader_waits(
    session: Session, here: Kit, mo: Viewer
) -> None:
    first = handed_in(session, here, changed("The red bus."))
    decide(session, mo, first, "returned", reason=WHY)

    mended = handed_in(session, here, changed("The blue bus."))
    again = handed_in(session, here, changed("The old bus."))

    session.expire_all()
    assert [one.status for one in (first, mended, again)] == ["withdrawn", "withdrawn", "waiting"]
    assert moderating.queue(session, mo).waiting == [again]


def test_its_author_takes_it_back_and_nobody_else(session: Session, here: Kit, mo: Viewer) -> None:
    waits = handed_in(session, here)
    ana, ben = reader(session), reader(session, "ben@example.org")

    for viewer, fault in ((ben, NotFound), (mo, NotFound), (VISITOR, NotSignedIn)):
        with pytest.raises(fault):
            correcting.withdraw(session, viewer, waits.id)
    correcting.withdraw(session, ana, waits.id)

    assert waits.status == "withdrawn"
    assert moderating.queue(session, mo).waiting == []
    with pytest.raises(NotFound):
        correcting.withdraw(session, ana, waits.id)


def wrong() -> tuple[tuple[str, dict[str, Any]], ...]:
    tomorrow = now().date() + timedelta(days=1)
    return (
        ("found", {}),
        ("found", right(found="both")),
        ("looked_on", right(looked_on=None)),
        ("looked_on", right(looked_on=tomorrow)),
        ("looked_on", right(looked_on=OLD - timedelta(days=1))),
        ("note", right(note="x" * 501)),
        ("note", right(note="tu\u202ern")),
        ("words", changed(" \n ")),
        ("words", changed("…")),
        ("words", changed("x" * 401)),
        ("words", changed("The green bus goes to the lake.")),
        ("words", changed("tu\u202ern")),
        ("source_url", changed(source_url="")),
        ("source_url", changed(source_url="http://buses.example.org")),
        ("source_url", changed(source_url="javascript:alert(1)")),
        ("source_url", changed(source_url="https://" + "x" * 500 + ".example")),
    )


def test_what_cannot_be_taken_is_said_at_its_field_and_not_kept(session: Session, here: Kit) -> None:
    viewer = reader(session)
    about = correcting.sentence(session, viewer, here, PART, "bus", language="en")

    fields = []
    faults = wrong()
    for _field, said in faults:
        with pytest.raises(InvalidInput) as refused:
            correcting.propose(session, viewer, about, said)
        fields.append(refused.value.field)

    assert fields == [field for field, _said in faults]
    assert session.scalars(select(FactSubmission)).all() == []


def test_a_fact_that_is_none_is_not_found(session: Session, here: Kit) -> None:
    viewer = reader(session)

    for part, key in ((PART, "none"), (PART, "\x00"), ("kits/none", "bus"), ("countries/IT", "bus")):
        with pytest.raises(NotFound):
            correcting.sentence(session, viewer, here, part, key, language="en")


def test_nobody_proposes_without_an_account(session: Session, here: Kit) -> None:
    about = correcting.sentence(session, reader(session), here, PART, "bus", language="en")

    with pytest.raises(NotSignedIn):
        correcting.sentence(session, VISITOR, here, PART, "bus", language="en")
    with pytest.raises(NotSignedIn):
        correcting.propose(session, VISITOR, about, right())


def test_a_text_in_another_language_is_corrected_in_that(
    session: Session, tmp_path: Path, mo: Viewer
) -> None:
    one = write_kit(tmp_path, {"fr": TEXTS["fr"]}, facts=kit_facts(tmp_path), only_in=["fr"])

    decide(session, mo, handed_in(session, one, changed("Le bus bleu.")))

    assert words(shown(session, one), "fr")[0] == "Le bus bleu."


def kit_facts(folder: Path) -> dict[str, Any]:
    facts = kit(folder / "other").town.data.facts
    return {key: json.loads(one.model_dump_json()) for key, one in facts.items()}


def test_one_person_hands_in_so_much_and_no_more(
    session: Session, here: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correcting, "MOST_WAITING", 1)
    handed_in(session, here)

    with pytest.raises(TooManyWait):
        handed_in(session, here, key="tram")
    session.rollback()

    assert handed_in(session, here, changed()).status == "waiting"


def test_odd_words_are_flagged_and_all_is_in_the_log(session: Session, here: Kit, mo: Viewer) -> None:
    waits = handed_in(session, here, changed("Call 0033 6 12 34 56 78", note="See www.example.org"))
    decide(session, mo, waits)

    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject == "correction")).all()
    assert [flag for flag, _piece in waits.flags] == ["phone", "link"]
    assert [one.action for one in entries] == ["submitted", "approved"]
    assert entries[1].detail == {"part": PART, "fact": "bus"}


def test_who_leaves_takes_what_they_handed_in_along_and_the_day_stays_without_a_name(
    session: Session, engine: Engine, here: Kit, mo: Viewer
) -> None:
    decide(session, mo, handed_in(session, here))
    handed_in(session, here, changed(note="I am Ana"), key="tram")
    kept = json.dumps(correcting.everything_kept(session, reader(session)))

    accounts.delete_account(session, reader(session))

    assert "I am Ana" in kept
    assert session.scalars(select(FactSubmission)).all() == []
    assert shown(session, here).town.data.facts["bus"].checked_on == now().date()
