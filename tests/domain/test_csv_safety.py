"""Cells that a spreadsheet program would run, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.domain.csv_safety import neutralise, restore

CELLS = st.text() | st.text(st.sampled_from("'=+-@\t\ra1"), max_size=6)


@given(CELLS)
def test_restoring_gives_back_what_was_neutralised(cell: str) -> None:
    assert restore(neutralise(cell)) == cell


@given(CELLS)
def test_a_neutralised_cell_begins_like_no_formula(cell: str) -> None:
    assert neutralise(cell)[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@given(CELLS)
def test_writing_reading_and_writing_again_is_a_fixed_point(cell: str) -> None:
    written = neutralise(cell)

    assert neutralise(restore(written)) == written


@pytest.mark.parametrize("cell", ["=1+1", "+33 1", "-2.5", "@SUM(A1)", "\tx", "\r=1"])
def test_a_risky_cell_gets_one_apostrophe(cell: str) -> None:
    assert neutralise(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["'s Heeren Loo", "''t Hof", "'", "a=b", "2-3", "", " =1"])
def test_any_other_cell_keeps_its_own_apostrophe(cell: str) -> None:
    assert neutralise(cell) == cell
    assert restore(cell) == cell
