"""The arithmetic of stays: nothing is lost between rows, arrows, matrix and whole."""

from hypothesis import given
from hypothesis import strategies as st

from mapsvc.planning.flows import (
    Balance,
    Flow,
    FlowKind,
    arrows,
    balance,
    matrix,
    moved,
    of_kind,
    of_years,
    summed,
)

PLACES = st.sampled_from(("FR-BRE", "FR-PDL", "FR", "IT-25", "LT"))
FLOWS = st.lists(
    st.builds(
        Flow,
        kind=st.sampled_from(FlowKind),
        origin=PLACES,
        destination=PLACES,
        number=st.integers(1, 100_000),
        year=st.integers(2026, 2028),
        activity=st.sampled_from((None, "group", "short_term")),
        days=st.sampled_from((None, 5, 26)),
    ),
    max_size=40,
)
KINDS = st.sampled_from(FlowKind)


def country(key: str) -> str:
    return key.partition("-")[0]


def total(flows: list[Flow], kind: FlowKind) -> int:
    return sum(flow.number for flow in flows if flow.kind is kind)


@given(FLOWS, KINDS)
def test_arrows_and_the_margins_of_the_matrix_have_all_stays(flows: list[Flow], kind: FlowKind) -> None:
    found = arrows(flows)
    table = matrix(found, kind, str)

    assert sum(one.number(kind) for one in found) == total(flows, kind)
    assert table.total == sum(table.by_origin) == sum(table.by_destination) == total(flows, kind)
    for origin, row in zip(table.origins, table.cells, strict=True):
        for destination, count in zip(table.destinations, row, strict=True):
            assert count == sum(
                flow.number
                for flow in of_kind(flows, kind)
                if (flow.origin, flow.destination) == (origin, destination)
            )


@given(FLOWS, KINDS)
def test_countries_years_and_sums_lose_no_stay(flows: list[Flow], kind: FlowKind) -> None:
    years = sorted({flow.year for flow in flows})

    assert total(moved(flows, country), kind) == total(flows, kind)
    assert total(summed(flows), kind) == total(flows, kind)
    assert sum(total(of_years(flows, [year]), kind) for year in years) == total(flows, kind)
    assert of_years(flows, []) == flows
    assert summed(summed(flows)) == summed(flows)


@given(FLOWS)
def test_the_order_of_rows_changes_no_arrow(flows: list[Flow]) -> None:
    assert arrows(flows) == arrows(flows[::-1])


@given(FLOWS, KINDS, st.integers(0, 200_000))
def test_what_is_missing_and_what_is_too_many_make_up_the_difference(
    flows: list[Flow], kind: FlowKind, whole: int
) -> None:
    found = balance(flows, kind, whole)

    assert found is not None
    assert found.total == total(flows, kind)
    assert found.total + found.missing - found.too_many == whole
    assert min(found.missing, found.too_many) == 0


def test_a_plan_of_18_and_8_and_8_misses_2_of_36() -> None:
    flows = [
        Flow(FlowKind.PLANNED, "FR", to, number, 2027) for to, number in (("DE", 8), ("IT", 18), ("LT", 8))
    ]

    assert balance(flows, FlowKind.PLANNED, 36) == Balance(36, (18, 8, 8))
    assert Balance(36, (18, 8, 8)).missing == 2
    assert Balance(36, (18, 12, 8)).too_many == 2


def test_without_a_stated_whole_nothing_is_missing() -> None:
    assert balance([], FlowKind.PLANNED, None) is None
    assert balance([], FlowKind.PLANNED, 3) == Balance(3, ())
