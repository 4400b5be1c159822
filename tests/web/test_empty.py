"""Where nothing is found, the page says what would help."""

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(
    ("query", "advice"),
    [
        ("where=qqqqxxxx", "Check the spelling"),
        ("where=Como&radius_km=5&sector=maritime", "The nearest"),
        ("sector=maritime&field=0913&q=qqqqxxxx", "Take one of them away"),
    ],
)
def test_an_empty_list_says_what_would_help(client: FlaskClient, query: str, advice: str) -> None:
    page = client.get(f"/list?{query}&lang=en").text

    assert "Nothing found here" in page
    assert advice in page
