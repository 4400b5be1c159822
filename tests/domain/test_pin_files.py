"""A file of one's own stays is read strictly, gives no consent, and never fails."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.pin_files import (
    MOST_STAYS,
    ForeignPart,
    NoStays,
    NotOurFile,
    PointInFile,
    TooManyStays,
    WrongPart,
    stays_in,
)
from mapsvc.domain.pin_values import PinDraft
from mapsvc.errors import MapsvcError

DRAFT: dict[str, Any] = {
    "place_id": 3178229,
    "field": "0716",
    "year": 2024,
    "length": 6,
    "length_unit": "weeks",
    "from_country": "FR",
    "display_name": "Ana",
    "languages": ["it"],
    "may_be_asked": True,
    "ask_about": ["work"],
    "surname": "Quirke",
    "host_name": "",
    "story": "The bakery opens at four.",
    "consents": ["pin", "surname"],
}


def file(*drafts: Any, **more: Any) -> bytes:
    return json.dumps({"pins": [{"draft": one} for one in drafts], **more}).encode()


def test_what_was_taken_along_comes_back_without_its_consents() -> None:
    (one,) = stays_in(file(DRAFT, conversations=[{"messages": []}]))

    assert one.draft.consents == ()
    assert {**one.draft.kept(), "consents": DRAFT["consents"]} == PinDraft.of(DRAFT).kept()


def test_a_part_of_a_file_can_be_brought_by_itself() -> None:
    first, second = stays_in(file(DRAFT, {**DRAFT, "year": 2023}))

    assert [one.draft for one in stays_in(json.dumps({"pins": [second.source]}).encode())] == [second.draft]
    assert first.draft != second.draft


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", NotOurFile),
        (b"\xff\xfe\x00", NotOurFile),
        (b"id,name\n1,Ana\n", NotOurFile),
        (b"[]", NotOurFile),
        (b'{"pins": {}}', NotOurFile),
        (b'{"pins": [1]}', NotOurFile),
        (b'{"pins": [{"draft": []}]}', NotOurFile),
        (b'{"pins": [{"draft": {"year": NaN}}]}', NotOurFile),
        (b'{"pins": [{"draft": {"year": 1e400}}]}', NotOurFile),
        (b'{"pins": [], "pins": []}', NotOurFile),
        (b"[" * 100_000, NotOurFile),
        (b'{"type": "FeatureCollection", "features": []}', NotOurFile),
        (b'{"pins": []}', NoStays),
        (file(*[DRAFT] * (MOST_STAYS + 1)), TooManyStays),
        (file(*[{}] * 10_000), TooManyStays),
        (file(DRAFT, lat=45.8), PointInFile),
        (file({**DRAFT, "Lon": 9.1}), PointInFile),
        (b'{"pins": [{"draft": {}, "geometry": {"coordinates": [9, 45]}}]}', PointInFile),
        (file(DRAFT, role="administrator"), ForeignPart),
        (file({**DRAFT, "account_id": 1}), ForeignPart),
        (file({**DRAFT, "__class__": "Pin"}), ForeignPart),
    ],
)
def test_another_file_is_refused_with_a_reason_of_its_own(body: bytes, fault: type[MapsvcError]) -> None:
    with pytest.raises(fault):
        stays_in(body)


@pytest.mark.parametrize("name", [name for name in DRAFT if name != "consents"])
@pytest.mark.parametrize("value", [None, {}, [1], -1, "x" * 2_000, "\u202eevil", 1.5, 10**90])
def test_a_value_that_no_form_takes_is_named(name: str, value: object) -> None:
    with pytest.raises(WrongPart) as refused:
        stays_in(file({**DRAFT, name: value}))

    assert refused.value.values["part"] in {name, "place_id"}
    assert refused.value.values["number"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DRAFT, "pins", "draft"]), inner)
    ),
    max_leaves=10,
)


@given(JSON.map(json.dumps).map(str.encode) | JSON.map(file) | st.binary(max_size=60))
def test_any_other_file_is_refused_and_never_fails(body: bytes) -> None:
    try:
        stays = stays_in(body)
    except MapsvcError:
        return
    assert all(isinstance(one.draft, PinDraft) for one in stays)
