"""What a person may write about a stay, and what is refused or flagged."""

import hashlib
from typing import Any

import pytest

from mapsvc.domain.consents import CONSENT_TEXTS, ConsentKind
from mapsvc.domain.pin_values import PinDraft, flags_of, text_of
from mapsvc.errors import InvalidInput

SAID: dict[str, Any] = {
    "place_id": 3178229,
    "field": "0716",
    "year": 2024,
    "length": "6",
    "length_unit": "weeks",
    "from_country": "FR",
    "languages": ["it", "en"],
    "display_name": "Ana",
    "consents": ["pin"],
}
# Other words are another version: who agreed to the old ones did not agree to these.
DIGESTS = {
    ("pin", "1"): "7a6a3131a647",
    ("surname", "1"): "536c3e059753",
    ("host_name", "1"): "25aa332571ee",
}


def fault(**said: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as raised:
        PinDraft.of(SAID | said)
    return raised.value


def test_a_draft_survives_being_kept() -> None:
    draft = PinDraft.of(SAID | {"story": "Good bread.", "may_be_asked": True, "ask_about": ["work"]})

    assert PinDraft.of(draft.kept()) == draft


def test_without_consent_nothing_is_taken() -> None:
    assert fault(consents=["surname"]).field == "consents"


@pytest.mark.parametrize("name", ["surname", "host_name"])
def test_a_name_without_its_own_consent_is_not_taken(name: str) -> None:
    draft = PinDraft.of(SAID | {name: "Rossi"})

    assert getattr(draft, name) == ""


@pytest.mark.parametrize(("name", "kind"), [("surname", "surname"), ("host_name", "host_name")])
def test_a_consent_for_an_empty_name_is_refused(name: str, kind: str) -> None:
    assert fault(consents=["pin", kind]).field == name


@pytest.mark.parametrize("name", ["", "   ", "\t\u00a0"])
def test_a_blank_name_is_refused_as_empty(name: str) -> None:
    assert "empty" in str(fault(display_name=name))


@pytest.mark.parametrize(
    ("name", "limit"), [("display_name", 80), ("story", 1000), ("host_name", 200), ("surname", 80)]
)
def test_a_text_that_is_too_long_is_refused_with_the_limit(name: str, limit: int) -> None:
    named = {"surname": "Rossi", "host_name": "A host", "consents": ["pin", "surname", "host_name"]}

    said = fault(**{**named, name: "A" * (limit + 1)})

    assert (said.field, str(limit) in str(said)) == (name, True)


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f"])
def test_signs_that_turn_the_order_of_letters_are_refused(sign: str) -> None:
    assert "hidden signs" in str(fault(display_name=f"Ana{sign}gnp.exe"))


def test_control_characters_are_left_out() -> None:
    assert PinDraft.of(SAID | {"display_name": "A\x07na"}).display_name == "Ana"


@pytest.mark.parametrize("year", [1979, 2999, True, "20x4", None, "²"])
def test_a_year_that_is_none_is_refused(year: Any) -> None:
    assert fault(year=year).field == "year"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("field", "9999"),
        ("from_country", "France"),
        ("languages", ["french"]),
        ("length_unit", "years"),
        ("length", 105),
        ("place_id", 0),
    ],
)
def test_what_is_in_no_list_is_refused_at_its_field(name: str, value: Any) -> None:
    assert fault(**{name: value}).field == name


def test_topics_are_kept_only_by_those_who_may_be_asked() -> None:
    assert PinDraft.of(SAID | {"ask_about": ["work"]}).ask_about == ()


def test_letters_of_two_alphabets_in_a_name_are_flagged() -> None:
    draft = PinDraft.of(SAID | {"display_name": "\u0410\u0430na \u0420\u0430r\u00eds"})

    assert {flag for flag, _piece in flags_of(draft.words())} == {"mixed_scripts"}


def test_a_phone_number_and_a_street_in_a_story_are_flagged() -> None:
    draft = PinDraft.of(SAID | {"story": "My phone is +33 6 12 34 56 78, 12 rue des Lilas, Strasbourg"})

    assert {flag for flag, _piece in flags_of(draft.words())} == {"phone", "street_address"}


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x85", "\ud800", "\ufffe", "\uffff"])
def test_a_text_holds_no_sign_that_no_document_can_hold(sign: str) -> None:
    assert text_of({"name": f"An{sign}a"}, "name", 80) == "Ana"


def test_a_consent_text_changes_only_with_its_version() -> None:
    digests = {
        (kind.value, text.version): hashlib.sha256(text.words.encode()).hexdigest()[:12]
        for kind, text in CONSENT_TEXTS.items()
    }

    assert set(CONSENT_TEXTS) == set(ConsentKind)
    assert digests == DIGESTS
