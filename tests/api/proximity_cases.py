"""What each proximity-query and tile-query row of the corpus of bad inputs means here.

The corpus says `km`; our parameter is `radius_km`. Its tiles are of several formats; ours are `.mvt`. A
case is an address and what its answer must be; a row that has no meaning here has a reason instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.test import TestResponse

SLOWEST_S = 0.2
NO_PEOPLE = "there are no pins of people yet: issue A has hosts alone"
A_CRAWL = "thousands of requests: the corpus has a test of its own for it"

Check = Callable[[TestResponse], bool]


@dataclass(frozen=True)
class Case:
    """An address, what must hold for its answer, and why the issue wins where the row says otherwise."""

    path: str
    holds: Check
    note: str = ""


def refused(parameter: str) -> Check:
    """Status 400, with the parameter named."""
    return lambda answer: answer.status_code == 400 and answer.json["error"]["parameter"] == parameter


def found(answer: TestResponse) -> bool:
    """An answer."""
    return answer.status_code == 200 and answer.json["total"] >= 0


def found_over_the_antimeridian(answer: TestResponse) -> bool:
    """An answer with the site at -179.99, where the directory has it."""
    return found(answer) and [item["lon"] for item in answer.json["items"]] == [-179.99]


def absent(answer: TestResponse) -> bool:
    """No such address, or not a possible one."""
    return answer.status_code in {400, 404}


def near(query: str) -> str:
    """The address of a search around a place of the corpus."""
    return f"/api/search?{query.replace('km=', 'radius_km=')}"


def tile(address: str) -> str:
    """The address of a tile of the corpus."""
    return f"/tiles/{address.replace('.png', '.mvt').replace('.pbf', '.mvt')}"


CENTRE = "lat=48.58&lon=7.75"
CASES: dict[str, Case | str] = {
    "NEAR-001": Case(near(f"{CENTRE}&km=NaN"), refused("radius_km")),
    "NEAR-002": Case(near(f"{CENTRE}&km=-1"), refused("radius_km")),
    "NEAR-003": Case(near(f"{CENTRE}&km=0"), refused("radius_km")),
    "NEAR-004": Case(
        near(f"{CENTRE}&km=0.001"),
        refused("radius_km"),
        note="the row expects 200; the issue sets 0.1 km as the smallest radius, which probes no better",
    ),
    "NEAR-005": Case(
        near(f"{CENTRE}&km=1e9"),
        lambda answer: refused("radius_km")(answer) and "maximum 500 km" in answer.json["error"]["message"],
    ),
    "NEAR-006": Case(near("lat=nan&lon=7.75&km=10"), refused("lat")),
    "NEAR-008": Case(near("lat=91&lon=0&km=10"), refused("lat")),
    "NEAR-009": Case(near("lat=89.999&lon=0&km=50"), found),
    "NEAR-010": Case(near("lat=0&lon=179.99&km=10"), found_over_the_antimeridian),
    "NEAR-011": Case(near("lat=48.58&lat=0&lon=7.75&km=10"), refused("lat")),
    "NEAR-013": Case(near(f"{CENTRE}&km=10&limit=1000000"), refused("limit")),
    "NEAR-014": Case(near(f"{CENTRE}&km=10&limit=-1"), refused("limit")),
    "NEAR-015": Case(near(f"{CENTRE}&km=10&offset=99999999999999999999"), refused("offset")),
    "NEAR-017": Case(near(f"{CENTRE}&km=10&fields=email,exact_lat"), refused("fields")),
    "NEAR-019": Case(
        near(f"{CENTRE}&km=10&q={'a' * 20_000}"), lambda answer: answer.status_code in {400, 414}
    ),
    "NEAR-020": Case(near(f"{CENTRE}&km=10&q=%25%25%25%25%25%25%25%25_a%25"), found),
    "NEAR-022": Case("/api/search?bbox=10,50,0,40", refused("bbox")),
    "NEAR-024": NO_PEOPLE,
    "NEAR-025": Case("/api/search?bbox=0,0,0", refused("bbox")),
    "NEAR-026": NO_PEOPLE,
    "NEAR-028": NO_PEOPLE,
    "NEAR-029": NO_PEOPLE,
    "TILE-002": Case(tile("-1/0/0.png"), refused("z")),
    "TILE-006": Case(tile("0x3/1/1.png"), refused("z")),
    "TILE-007": Case(tile("3/1/1.png/../../../../etc/passwd"), absent),
    "TILE-008": Case(tile("3/%2e%2e/%2e%2e/1.png"), absent),
    "TILE-009": Case(tile("99999999999999999999/1/1.pbf"), refused("z")),
    "TILE-010": Case(tile("３/１/１.png"), refused("z")),
    "TILE-011": NO_PEOPLE,
    "TILE-012": Case(tile("3/4/2.pbf?layer=alumni&debug=1&srid=2154"), refused("layer")),
    "TILE-013": A_CRAWL,
}
