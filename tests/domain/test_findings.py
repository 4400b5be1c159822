"""Facts of the programme say where they stand, where they were found again, and what nobody has checked."""

from datetime import date

import pytest

from mapsvc.domain.findings import Proof, proof_in
from mapsvc.domain.grant_calls import calls
from mapsvc.domain.mobility_rules import rules_of
from mapsvc.messages import LANGUAGES


def proofs(year: int) -> list[Proof]:
    call = calls()[year]
    return [call.proof, call.groups_proof, rules_of(year).proof]


@pytest.mark.parametrize("year", calls())
def test_every_fact_of_a_call_has_a_source_a_day_and_pages_that_say_the_same(year: int) -> None:
    call, rules = calls()[year], rules_of(year)

    assert call.source == call.groups_source == f"Erasmus+ Programme Guide {year}"
    assert rules.source.startswith(f"Erasmus+ Programme Guide {year}")
    assert call.taken == rules.taken == date(2026, 11, 23)
    for one in proofs(year):
        assert any(finding.agrees for finding in one.found)
        for finding in one.found:
            assert finding.address.startswith("https://")
            assert finding.day <= date(2026, 11, 23)
            assert {finding.said(language) for language in LANGUAGES} == set(finding.says.values())
        assert set(one.unchecked) in (set(), set(LANGUAGES))


def test_what_no_official_page_confirms_is_still_called_unchecked() -> None:
    assert "under 18" in rules_of(2026).proof.left("en")
    assert "80" in rules_of(2026).proof.left("en")
    assert [bool(calls()[year].groups_proof.left("en")) for year in (2023, 2024)] == [True, False]


def test_a_page_that_says_otherwise_is_kept_beside_those_that_agree() -> None:
    page = {"says": {"en": "Days"}, "who": "A", "address": "https://a.example", "date": date(2026, 1, 2)}

    found = proof_in({"found": [page], "otherwise": [page]})

    assert [one.agrees for one in found.found] == [True, False]
    assert (found.found[0].said("fr"), found.left("fr")) == ("Days", "")
