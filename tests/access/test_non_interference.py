"""Whatever town of an area somebody was in, everybody sees the same."""

from collections import defaultdict
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapsvc.access.pin_projections import project_pin
from mapsvc.domain.shown_areas import kept_area
from mapsvc.places.gazetteer import Gazetteer
from tests.access.test_pin_projections import stay

FIRST_ID, LAST_ID = 2_500_000, 3_300_000  # where GeoNames numbers towns of Austria, France, Italy and more


@pytest.fixture(scope="module")
def towns_by_area(gazetteer: Gazetteer) -> Mapping[str, list[int]]:
    """The towns of some thousands of real areas, by the key of their area."""
    found: dict[str, list[int]] = defaultdict(list)
    connection = gazetteer._connection()
    numbers = connection.execute(
        "SELECT id FROM place WHERE id BETWEEN ? AND ? ORDER BY id", (FIRST_ID, LAST_ID)
    )
    for (number,) in numbers.fetchall()[::7]:
        if area := gazetteer.area_of(number):
            found[area.key].append(number)
    return {key: towns for key, towns in found.items() if len(towns) > 1}


@given(data=st.data())
def test_two_towns_of_one_real_area_give_the_same_row(
    data: st.DataObject, towns_by_area: Mapping[str, list[int]], gazetteer: Gazetteer
) -> None:
    key = data.draw(st.sampled_from(sorted(towns_by_area)))
    one, other = (data.draw(st.sampled_from(towns_by_area[key])) for _time in range(2))
    areas = [gazetteer.area_of(number) for number in (one, other)]

    rows = [
        project_pin(stay(place_id=number, area=kept_area(area)))
        for number, area in zip((one, other), areas, strict=True)
        if area is not None
    ]

    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert rows[0][0]["detail"]["pin"]["area"] == key
