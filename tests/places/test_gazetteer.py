"""The gazetteer finds towns as people type them, and never guesses for a spreadsheet."""

import csv
import gzip
import io
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapsvc.errors import Misconfigured
from mapsvc.places.folding import fold
from mapsvc.places.gazetteer import Gazetteer, Place, Suggestion, sphere_km
from mapsvc.places.gazetteer_build import FILE_NAME
from mapsvc.places.quarters import Spot, towns_of_quarters
from mapsvc.resources import resource

SOURCE = Path(str(resource("data/gazetteer")))
QUERIES = Path(__file__).parent / "queries.csv"
KOELN, PARIS, SAINTE_LUCE = 2886242, 2988507, 2980488


def shipped_rows() -> list[dict[str, str]]:
    with gzip.open(SOURCE / "places.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


ROWS = shipped_rows()
SPOTS = [
    Spot(int(row["id"]), row["country"], float(row["lon"]), float(row["lat"]), int(row["population"]))
    for row in ROWS
]
HOMONYMS = Counter((row["country"], fold(row["name"])) for row in ROWS)
# Names without signs that the gazetteer reads as "town, area".
PLAIN = [row["name"] for row in ROWS if not set(row["name"]) & set(",;()[]/")]


@pytest.fixture
def small_source(tmp_path: Path) -> Path:
    """A list of the two hundred largest places, which is built at once."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("countries.yml", "regions.yml", "provinces.yml"):
        (source / name).write_bytes((SOURCE / name).read_bytes())
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROWS[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(ROWS, key=lambda row: -int(row["population"]))[:200])
    (source / "places.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
    return source


def is_right(suggestion: Suggestion, expected: dict[str, str]) -> bool:
    place = suggestion.place
    return (
        place.country == expected["country"]
        and fold(place.name) == fold(expected["name"])
        and sphere_km(place.lon, place.lat, float(expected["lon"]), float(expected["lat"])) < 15
    )


def ids(suggestions: list[Suggestion]) -> list[int]:
    return [suggestion.place.id for suggestion in suggestions]


def test_labelled_queries_are_answered(gazetteer: Gazetteer) -> None:
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        queries = list(csv.DictReader(lines))
    first, among_three, misses = 0, 0, []
    for query in queries:
        found = gazetteer.suggest(query["query"])
        right = [is_right(suggestion, query) for suggestion in found]
        first += right[:1] == [True]
        among_three += any(right[:3])
        if right[:1] != [True]:
            answers = ", ".join(f"{each.label} ({each.place.country})" for each in found[:3])
            misses.append(f"{query['query']!r} ({query['sort']}): {answers}")

    report = f"first {first}, in three {among_three} of {len(queries)}; not first:\n" + "\n".join(misses)
    print(report)  # noqa: T201

    assert len(queries) >= 300
    assert first / len(queries) >= 0.85, report
    assert among_three / len(queries) >= 0.95, report


def test_labelled_queries_name_places_that_exist() -> None:
    known = set(HOMONYMS)
    with QUERIES.open(encoding="utf-8", newline="") as lines:
        unknown = [
            row["query"] for row in csv.DictReader(lines) if (row["country"], fold(row["name"])) not in known
        ]

    assert unknown == []


def test_shipped_places_have_500_inhabitants_and_lie_in_range() -> None:
    assert len(ROWS) > 80_000
    assert min(int(row["population"]) for row in ROWS) >= 500
    assert all(-65 < float(row["lon"]) < 60 and -23 < float(row["lat"]) < 82 for row in ROWS)
    assert [int(row["id"]) for row in ROWS] == sorted({int(row["id"]) for row in ROWS})


def test_the_name_of_the_place_is_shown_and_the_typed_one_told(gazetteer: Gazetteer) -> None:
    best = gazetteer.suggest("Cologne")[0]

    assert (best.label, best.matched, best.context) == ("Köln", "Cologne", "Nordrhein-Westfalen, DE")


def test_local_names_are_shown_in_place_of_english_ones(gazetteer: Gazetteer) -> None:
    english = [
        "Lisbon",
        "Prague",
        "Turin",
        "Rome",
        "Brussels",
        "Munich",
        "Vienna",
        "Copenhagen",
        "Warsaw",
        "Athens",
    ]
    local = [
        "Lisboa",
        "Praha",
        "Torino",
        "Roma",
        "Bruxelles",
        "München",
        "Wien",
        "København",
        "Warszawa",
        "Athína",
    ]

    assert [gazetteer.suggest(name)[0].label for name in english] == local


def test_a_homonym_abroad_stays_within_reach(gazetteer: Gazetteer) -> None:
    found = [(each.label, each.place.country) for each in gazetteer.suggest("vienne")]

    assert ("Vienne", "FR") in found[:2]
    assert ("Wien", "AT") in found[:3]


def test_homonyms_are_told_apart(gazetteer: Gazetteer) -> None:
    for name in ("Neustadt", "Saint-Denis", "Bergen", "Castro", "Villanova"):
        shown = [(each.label, each.context) for each in gazetteer.suggest(name, limit=20)]

        assert len(shown) == len(set(shown)), shown


def test_an_area_after_the_town_is_a_condition(gazetteer: Gazetteer) -> None:
    for query in (
        "como italie",
        "Como (IT)",
        "Como, Lombardia",
        "como, ital",
        "22100 Como, Italia",
        "Como, Lombardy, IT",
    ):
        found = gazetteer.suggest(query)

        assert found[0].label == "Como", query
        assert {each.place.country for each in found} == {"IT"}, query


def test_a_country_limits_all_answers_and_holds_its_territories(gazetteer: Gazetteer) -> None:
    assert {each.place.country for each in gazetteer.suggest("s", country="LT")} == {"LT"}
    assert gazetteer.suggest("Saint-Denis", country="fr")[0].place.country in {"FR", "RE"}
    assert {each.place.country for each in gazetteer.suggest("london", country="UK")} == {"GB"}
    assert gazetteer.suggest("paris", country="ZZ") == []


def test_saint_may_be_short(gazetteer: Gazetteer) -> None:
    assert gazetteer.suggest("st malo")[0].label == "Saint-Malo"
    assert gazetteer.suggest("ste luce sur loire")[0].place.id == SAINTE_LUCE


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "\x00",
        "%",
        "_",
        "*",
        '"',
        "'",
        "--",
        "a" * 10_000,
        "\ud800",
        "((((",
        "(IT)",
        ",,,",
        "NEAR(",
        "' OR 1=1",
        "😀",
        "\u202e",
    ],
)
def test_odd_text_is_answered_without_a_fault(gazetteer: Gazetteer, query: str) -> None:
    assert isinstance(gazetteer.suggest(query), list)
    assert gazetteer.locate(query, country=None) is None


@pytest.mark.parametrize("query", ["", "\x00", "%", "_", "a" * 10_000])
def test_text_that_names_nothing_gives_nothing(gazetteer: Gazetteer, query: str) -> None:
    assert gazetteer.suggest(query) == []


def test_limit_is_kept(gazetteer: Gazetteer) -> None:
    assert [len(gazetteer.suggest("sa", limit=limit)) for limit in (-1, 0, 1, 8, 20, 10_000)] == [
        0,
        0,
        1,
        8,
        20,
        20,
    ]


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=30), country=st.none() | st.text(max_size=3))
def test_any_text_is_answered(gazetteer: Gazetteer, text: str, country: str | None) -> None:
    found = gazetteer.suggest(text, country=country)

    assert len({each.place.id for each in found}) == len(found) <= 8


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(PLAIN))
def test_accents_and_case_make_no_difference(gazetteer: Gazetteer, name: str) -> None:
    assert (
        ids(gazetteer.suggest(name))
        == ids(gazetteer.suggest(fold(name)))
        == ids(gazetteer.suggest(name.upper()))
    )


@settings(max_examples=100, deadline=None)
@given(row=st.sampled_from(ROWS))
def test_every_place_is_found_by_its_name_and_country(gazetteer: Gazetteer, row: dict[str, str]) -> None:
    found = gazetteer.suggest(f"{row['name']}, {row['country']}", limit=20)

    assert int(row["id"]) in ids(found) or HOMONYMS[row["country"], fold(row["name"])] > 5


def typos(name: str, rng: random.Random) -> Iterator[str]:
    """One letter missing, one too many, one wrong, two swapped."""
    spot = rng.randrange(1, len(name))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    yield name[:spot] + name[spot + 1 :]
    yield name[:spot] + letter + name[spot:]
    yield name[:spot] + letter + name[spot + 1 :]
    yield name[: spot - 1] + name[spot] + name[spot - 1] + name[spot + 1 :]


def test_one_typo_in_a_town_is_forgiven(gazetteer: Gazetteer) -> None:
    rng = random.Random(20)
    towns = [row for row in ROWS if int(row["population"]) > 20_000 and len(fold(row["name"])) >= 7]
    tried, missed = 0, []
    for row in rng.sample(towns, 100):
        for typed in typos(fold(row["name"]), rng):
            # A typo may make another town's name, and then that one is meant.
            if gazetteer.locate(typed, country=None) is not None:
                continue
            tried += 1
            if int(row["id"]) not in ids(gazetteer.suggest(typed, limit=20)):
                missed.append((row["name"], typed))

    assert tried > 300
    assert len(missed) <= tried // 50, missed


def located(
    gazetteer: Gazetteer, town: str, country: str | None, postcode: str | None = None
) -> tuple[str, str] | None:
    place = gazetteer.locate(town, country=country, postcode=postcode)
    return (place.name, place.country) if place else None


def test_locate_takes_any_full_name(gazetteer: Gazetteer) -> None:
    for town in ("Köln", "koln", "Cologne", "KÖLN ", "Koeln", "50667 Köln"):
        assert located(gazetteer, town, "DE") == ("Köln", "DE"), town


def test_locate_never_completes_or_corrects(gazetteer: Gazetteer) -> None:
    assert [located(gazetteer, town, "FR") for town in ("Strasbour", "Strasbuorg", "Toulous", "Rouenn")] == [
        None
    ] * 4


def test_locate_keeps_to_the_country(gazetteer: Gazetteer) -> None:
    assert located(gazetteer, "Brest", "FR") == ("Brest", "FR")
    assert located(gazetteer, "Brest", "BY") == ("Brest", "BY")
    assert located(gazetteer, "Brest", "LT") is None
    assert located(gazetteer, "Fort-de-France", "FR") == ("Fort-de-France", "MQ")
    assert located(gazetteer, "London", "UK") == ("London", "GB")
    assert located(gazetteer, "Athens", "EL") == ("Athína", "GR")


def test_locate_without_country_refuses_what_is_ambiguous(gazetteer: Gazetteer) -> None:
    assert [located(gazetteer, town, None) for town in ("Vienne", "Brest", "Neustadt", "Bergen")] == [
        None
    ] * 4
    assert located(gazetteer, "Kaunas", None) == ("Kaunas", "LT")
    assert located(gazetteer, "Sainte-Luce-sur-Loire", None) == ("Sainte-Luce-sur-Loire", "FR")


def test_locate_lets_the_postcode_choose_the_region(gazetteer: Gazetteer) -> None:
    island = gazetteer.locate("Saint-Denis", country="FR", postcode="97400")
    suburb = gazetteer.locate("Saint-Denis", country="FR", postcode="93200")

    assert island is not None
    assert suburb is not None
    assert (island.country, suburb.region_name) == ("RE", "Île-de-France")
    assert gazetteer.locate("Strasbourg", country="FR", postcode="44000") is None
    assert located(gazetteer, "Bourg-en-Bresse", "FR", "1000") == ("Bourg-en-Bresse", "FR")


def test_locate_leaves_districts_out(gazetteer: Gazetteer) -> None:
    assert located(gazetteer, "Paris Cedex 12", "FR") == ("Paris", "FR")
    assert located(gazetteer, "Praha 8", "CZ") == ("Praha", "CZ")
    assert located(gazetteer, "Ostrava 3", "CZ") == ("Ostrava", "CZ")
    assert located(gazetteer, "Bozen / Bolzano", "IT") == ("Bolzano", "IT")
    assert located(gazetteer, "St-Nazaire", "FR") == ("Saint-Nazaire", "FR")


def test_places_are_found_by_id(gazetteer: Gazetteer) -> None:
    assert gazetteer.place(KOELN) == Place(
        KOELN, "Köln", "DE", "Nordrhein-Westfalen", 6.95, 50.93333, 1024621
    )
    assert [gazetteer.place(number) for number in (0, -1, 1, 2**63, 10**30)] == [None] * 5


# Town, country, and the id of what people mean by it; a quarter elsewhere has more inhabitants.
TOWNS_WITH_A_LARGER_NAMESAKE = (
    ("Salamanca", "ES", 3111108),  # not Madrid's
    ("Almagro", "ES", 2521928),  # not Madrid's
    ("Navàs", "ES", 3115593),  # not Barcelona's
    ("Chodov", "CZ", 3077706),  # not Praha's
    ("Neápoli", "GR", 256588),  # not Thessaloníki's
    ("Dahlem", "DE", 2939442),  # not Berlin's
    ("Taufkirchen", "DE", 2823810),  # not the one beside München
    ("San Ferdinando", "IT", 2523498),  # not Napoli's
    ("Whitchurch", "GB", 2634124),  # not Cardiff's
    ("Muri", "CH", 2659531),  # not Bern's
    ("Tammela", "FI", 634992),  # not Tampere's
)

# What stays as it is: suburbs much larger than their namesakes, and towns beyond a city's reach.
LARGER_NAMESAKES_THAT_ARE_MEANT = (
    ("Montreuil", "FR", 2992090),
    ("Frederiksberg", "DK", 2621942),
    ("Maia", "PT", 2738014),
    ("Friedberg", "DE", 2924803),
    ("Harburg", "DE", 2910685),
)


@pytest.mark.parametrize(
    ("town", "country", "meant"), TOWNS_WITH_A_LARGER_NAMESAKE + LARGER_NAMESAKES_THAT_ARE_MEANT
)
def test_a_town_comes_before_a_city_s_quarter_of_its_name(
    gazetteer: Gazetteer, town: str, country: str, meant: int
) -> None:
    place = gazetteer.locate(town, country=country)

    assert place is not None
    assert place.id == meant
    assert gazetteer.suggest(town, country=country)[0].place.id == meant


def test_a_quarter_without_namesake_is_found_by_its_name(gazetteer: Gazetteer) -> None:
    assert located(gazetteer, "Kreuzberg", "DE") == ("Kreuzberg", "DE")
    assert gazetteer.suggest("Kreuzberg")[0].label == "Kreuzberg"


def test_a_saint_s_title_alone_is_no_town(gazetteer: Gazetteer) -> None:
    assert [located(gazetteer, town, "FR") for town in ("Saint", "Sainte", "St", "SAINTE ")] == [None] * 4
    assert located(gazetteer, "Saintes", "FR") == ("Saintes", "FR")


def test_nearest_is_the_nearest_of_all_or_its_town(gazetteer: Gazetteer) -> None:
    towns = towns_of_quarters(SPOTS)
    where = {spot.id: (spot.lon, spot.lat) for spot in SPOTS}
    rng = random.Random(7)
    for _try in range(30):
        lon, lat = rng.uniform(-10, 30), rng.uniform(36, 70)
        away = [(sphere_km(lon, lat, float(row["lon"]), float(row["lat"])), int(row["id"])) for row in ROWS]
        closest_km, closest = min(away)
        town = towns.get(closest)
        if town and sphere_km(lon, lat, *where[town]) <= 25:
            closest = town

        found = gazetteer.nearest(lon, lat)

        assert (found.id if found else None) == (closest if closest_km <= 25 else None)


def test_nearest_names_the_town_and_not_its_quarter(gazetteer: Gazetteer) -> None:
    quarter = gazetteer.place(6544491)
    assert quarter is not None

    found = gazetteer.nearest(quarter.lon, quarter.lat)
    close = gazetteer.nearest(quarter.lon, quarter.lat, within_km=1)

    assert found is not None
    assert found.name == "Madrid"
    assert close == quarter  # the town's middle is farther off


def test_nearest_keeps_to_its_reach(gazetteer: Gazetteer) -> None:
    assert gazetteer.nearest(-30, 45) is None
    assert gazetteer.nearest(2.3488, 48.85341, within_km=1) == gazetteer.place(PARIS)
    odd = [(float("nan"), 0), (0, float("inf")), (200, 50), (180, 90), (-180, -90)]
    assert [gazetteer.nearest(lon, lat) for lon, lat in odd] == [None] * 5
    assert [gazetteer.nearest(2.35, 48.85, within_km=km) for km in (0, -1, float("nan"))] == [None] * 3


def test_threads_share_a_gazetteer(gazetteer: Gazetteer) -> None:
    alone = [ids(gazetteer.suggest(name)) for name in PLAIN[:80]]

    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(lambda name: ids(gazetteer.suggest(name)), PLAIN[:80]))

    assert together == alone


def test_progress_runs_from_nothing_to_all_while_building_only(tmp_path: Path, small_source: Path) -> None:
    parts: list[float] = []
    again: list[float] = []

    Gazetteer.open(tmp_path / "instance", source=small_source, progress=parts.append)
    Gazetteer.open(tmp_path / "instance", source=small_source, progress=again.append)

    assert parts == sorted(parts)
    assert parts[-1] == 1
    assert again == []


def test_a_file_of_other_places_is_built_anew(tmp_path: Path, small_source: Path) -> None:
    Gazetteer.open(tmp_path, source=small_source)
    lines = gzip.decompress((small_source / "places.csv.gz").read_bytes()).splitlines(keepends=True)
    kept = [line for line in lines if b"Paris" not in line]
    (small_source / "places.csv.gz").write_bytes(gzip.compress(b"".join(kept), mtime=0))

    found = Gazetteer.open(tmp_path, source=small_source).place(PARIS)

    assert found is None


@pytest.mark.parametrize("rest", [b"", b"not a database at all" * 500])
def test_a_spoilt_file_is_built_anew(tmp_path: Path, small_source: Path, rest: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(rest)
    (tmp_path / "gazetteer.building").write_bytes(rest)

    assert Gazetteer.open(tmp_path, source=small_source).place(PARIS) is not None


def test_a_missing_list_is_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="list of places"):
        Gazetteer.open(tmp_path, source=tmp_path / "nowhere")


def test_two_processes_may_build_at_once(tmp_path: Path, small_source: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from mapsvc.places.gazetteer import Gazetteer;"
        "found = Gazetteer.open(Path(sys.argv[1]), source=Path(sys.argv[2])).suggest('cologne');"
        "print(found[0].place.id)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "instance"), str(small_source)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _each in range(4)]
    answers = [process.communicate(timeout=60)[0].strip() for process in running]

    assert answers == [str(KOELN)] * 4
    assert sorted(path.name for path in (tmp_path / "instance").iterdir()) == [FILE_NAME, f"{FILE_NAME}.lock"]


def test_an_open_gazetteer_cannot_be_written(gazetteer: Gazetteer) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        gazetteer._connection().execute("DELETE FROM place")


def test_the_gazetteer_loads_no_data_frames() -> None:
    program = (
        "import sys, mapsvc.places.gazetteer; print(sorted({'pandas', 'folium', 'numpy'} & set(sys.modules)))"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "[]"
