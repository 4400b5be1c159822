"""A list of learners is read as people write it, and each row that cannot be used is told."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cells import clean
from mapsvc.intake.cohort_codes import looks_personal
from mapsvc.intake.cohort_columns import FIELDS, SEVERAL, cohort_field, columns_of
from mapsvc.intake.cohorts import MOST_LEARNERS, CohortFile, read_cohort
from mapsvc.intake.spoken import spoken_in
from mapsvc.intake.stay_dates import read_first, read_last, read_stay
from mapsvc.intake.synonyms import key_of
from mapsvc.intake.tables import Table
from mapsvc.intake.wishes import Doubt, Wishing, written_wish
from mapsvc.intake.word_files import word_file
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.planning.cohorts import Wish, WishKind
from tests.cohorts import FIRST, LAST, ROWS, cohort_of_24, learner
from tests.conftest import real_file
from tests.intake.bombs import BOMBS
from tests.intake.test_bad_inputs import file_of

HEAD = "Code;Field;First day;Last day"
MARCH = "2027-03-01;2027-03-26"

Read = Callable[..., CohortFile]


@pytest.fixture
def read(gazetteer: Gazetteer, regions: Regions) -> Read:
    """Reads lines as a CSV with the headings of the template, or other content under a name."""

    def given(
        *lines: str, head: str = HEAD, name: str = "cohort.csv", content: bytes | None = None, **more: object
    ) -> CohortFile:
        text = content if content is not None else "\n".join((head, *lines)).encode()
        return read_cohort(text, name=name, towns=gazetteer, regions=regions, **more)  # type: ignore[arg-type]

    return given


@pytest.fixture(scope="module")
def wishing(gazetteer: Gazetteer, regions: Regions) -> Wishing:
    return Wishing(gazetteer, regions)


def told(cohort: CohortFile) -> list[tuple[int, str | None, str, bool]]:
    """Row, column and value of each fault, and whether it cost the learner."""
    return [(fault.line, fault.column, fault.value, fault.left_out) for fault in cohort.faults]


def messages(cohort: CohortFile) -> list[str]:
    return [fault.message % fault.values for fault in cohort.faults]


def test_each_column_is_read_into_its_part_of_a_learner(read: Read) -> None:
    head = (
        "Code;Field;Languages;Age on departure;First day;Last day;Wish 1;Wish 2;Wheelchair;Accommodation;"
        "Home town;Safety course done;Same town as"
    )
    cohort = read(
        "A01;0713;English B1, de A2;17;2027-03-01;2027-03-26;Como (IT);Portugal;yes;no;Rennes (FR);yes;A02",
        "A02;baker;;;1.3.2027;26 March 2027;;;;;;;",
        head=head,
    )

    first, second = cohort.learners
    assert (cohort.faults, cohort.notes) == ((), ())
    assert (first.fields, first.languages, first.age) == (("0713",), (("en", "B1"), ("de", "A2")), 17)
    assert [(wish.kind, wish.key) for wish in first.wishes] == [("town", "3178229"), ("country", "PT")]
    assert (first.wheelchair, first.accommodation, first.safety_course) == (True, False, True)
    assert first.home is not None
    assert (first.home.name, first.together_with) == ("Rennes", ("A02",))
    assert second == learner("A02", fields=("0721",))


def test_the_list_of_24_gives_24_learners_and_says_what_is_not_clear(read: Read) -> None:
    cohort = read(name="spring.xlsx", content=cohort_of_24())

    assert [one.code for one in cohort.learners] == [str(row[0]) for row in ROWS]
    assert [(fault.line, fault.value) for fault in cohort.faults] == [
        (11, "T09"),
        (19, "Frankfurt"),
        (24, "Zzyzxville"),
        (27, "E99"),
    ]
    assert cohort.left_out == 0
    assert {one.first for one in cohort.learners} == {FIRST}
    assert {one.last for one in cohort.learners} == {LAST, date(2027, 3, 28)}


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-03-01 – 2027-03-28", date(2027, 3, 1), date(2027, 3, 28)),
        ("2027-03-01/2027-03-28", date(2027, 3, 1), date(2027, 3, 28)),
        ("du 1 mars au 28 mars 2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("vom 1.3. bis 28.3.2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("1-28 March 2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("01/03-28/03/2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("20.12. - 5.1.2027", date(2026, 12, 20), date(2027, 1, 5)),
        ("weeks 9-12 2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("KW 9–12/2027", date(2027, 3, 1), date(2027, 3, 28)),
        ("2027-W09/2027-W12", date(2027, 3, 1), date(2027, 3, 28)),
        ("weeks 52-2 2027", date(2027, 12, 27), date(2028, 1, 16)),
        ("2027-W10", date(2027, 3, 8), date(2027, 3, 14)),
    ],
)
def test_a_stay_in_one_cell_is_read_as_people_write_it(text: str, first: date, last: date) -> None:
    assert read_stay(text) == (first, last)


@pytest.mark.parametrize("text", ["2027", "March", "soon – later", "weeks 9-60 2027", "2027-03-01", ""])
def test_what_names_no_two_days_is_no_stay(text: str) -> None:
    assert read_stay(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-W09", date(2027, 3, 1), date(2027, 3, 7)),
        ("semaine 9 2027", date(2027, 3, 1), date(2027, 3, 7)),
        ("01.03.27", date(2027, 3, 1), date(2027, 3, 1)),
        ("lundi 1er mars 2027", date(2027, 3, 1), date(2027, 3, 1)),
        ("46447", date(2027, 3, 1), date(2027, 3, 1)),  # as a spreadsheet counts
    ],
)
def test_a_day_or_a_week_begins_and_ends(text: str, first: date, last: date) -> None:
    assert (read_first(text), read_last(text)) == (first, last)


def test_a_month_first_date_is_not_guessed(read: Read) -> None:
    cohort = read("A01;0713;03/26/2027;04/26/2027")

    assert told(cohort) == [(2, "First day", "03/26/2027", True), (2, "Last day", "04/26/2027", True)]


def test_days_in_the_wrong_order_leave_the_learner_out(read: Read) -> None:
    cohort = read("A01;0713;2027-03-26;2027-03-01", f"A02;0713;{MARCH}")

    assert [one.code for one in cohort.learners] == ["A02"]
    assert told(cohort) == [(2, "Last day", "2027-03-26 – 2027-03-01", True)]


def test_both_days_may_stand_in_the_first_column_but_a_week_there_is_no_stay(read: Read) -> None:
    cohort = read("A01;0713;2027-03-01 – 2027-03-26;", "A02;0713;2027-W09;")

    assert cohort.learners == (learner(fields=("0713",)),)
    assert told(cohort) == [(3, "Last day", "", True)]


def test_a_usual_stay_counts_for_those_of_whom_nothing_is_said(read: Read) -> None:
    cohort = read("A01;0713;;", "A02;0713;2027-05-03;2027-05-28", usual_stay=(FIRST, LAST))

    assert [(one.code, one.first) for one in cohort.learners] == [("A01", FIRST), ("A02", date(2027, 5, 3))]


@pytest.mark.parametrize(
    "code", ["Marie Dupont", "DUPONT Marie", "Dupont, Marie", "m.dupont@ecole.example", "J. Müller"]
)
def test_a_name_or_a_mail_address_is_refused_as_a_code(read: Read, code: str) -> None:
    cohort = read(f'"{code}";0713;{MARCH}')

    assert cohort.learners == ()
    assert "Use a code, not a name" in cohort.faults[0].help
    assert not any(part in repr(cohort.faults) for part in ("Dupont", "dupont", "Müller"))


@pytest.mark.parametrize(
    "code", ["A01", "WOOD-3", "Learner A", "Élève B", "AB CD", "2027/4", "Group 1 Marie"]
)
def test_what_may_be_a_code_is_taken_as_one(code: str) -> None:
    assert not looks_personal(code)


def test_names_birth_dates_and_mail_are_not_read_and_that_is_said(read: Read) -> None:
    cohort = read(
        f"A01;Dupont;Marie;12/05/2009;m@ecole.example;{MARCH}",
        head="Code;Nom;Prénom;Date de naissance;E-mail;First day;Last day",
    )

    assert cohort.learners == (learner(),)
    assert [note.column for note in cohort.notes] == ["Nom", "Prénom", "Date de naissance", "E-mail"]
    assert not any("Dupont" in str(note) or "2009" in str(note) for note in cohort.notes)


def test_a_birth_date_in_the_column_of_ages_is_refused(read: Read) -> None:
    cohort = read(f"A01;12/05/2009;{MARCH}", head="Code;Age;First day;Last day")

    assert cohort.learners == ()
    assert "Nobody asks for a birth date" in messages(cohort)[0]


def test_a_code_that_stands_twice_is_told_with_the_first_row(read: Read) -> None:
    cohort = read(f"A01;0713;{MARCH}", f"a01;0721;{MARCH}")

    assert [one.fields for one in cohort.learners] == [("0713",)]
    assert messages(cohort) == ["The code “a01” stands in row 2 already."]


def test_unknown_codes_in_same_town_as_are_told_and_the_learner_kept(read: Read) -> None:
    head = f"{HEAD};Same town as"
    cohort = read(
        f"A/1;0713;{MARCH};a/2 and Z9", f"A/2;0713;{MARCH};A/1", f"A/3;0713;{MARCH};A/3, A/1 & A/2", head=head
    )

    assert [one.together_with for one in cohort.learners] == [("A/2",), ("A/1",), ("A/1", "A/2")]
    assert told(cohort) == [(2, "Same town as", "Z9", False)]


def test_a_field_that_nobody_knows_leaves_the_learner_out_unless_another_is_known(read: Read) -> None:
    cohort = read(
        f"A01;wizardry;{MARCH}", f"A02;wizardry, baker;{MARCH}", f"A03;713;{MARCH}", f"A04;719;{MARCH}"
    )

    assert [(one.code, one.fields) for one in cohort.learners] == [
        ("A02", ("0721",)),
        ("A03", ("0713",)),
        ("A04", ("0719",)),
    ]
    assert told(cohort) == [(2, "Field", "wizardry", True), (3, "Field", "wizardry", False)]


def test_an_unclear_wish_is_told_with_what_may_be_meant_and_the_learner_kept(read: Read) -> None:
    cohort = read(f"A01;0713;{MARCH};Frankfurt; Zzyzx; Italy".replace("; ", " > "), head=f"{HEAD};Wishes")

    assert [wish.key for wish in cohort.learners[0].wishes] == ["IT"]
    assert [(fault.value, fault.left_out) for fault in cohort.faults] == [
        ("Frankfurt", False),
        ("Zzyzx", False),
    ]
    assert "Frankfurt am Main, Hessen, DE" in cohort.faults[0].help % cohort.faults[0].values


def test_wishes_come_in_their_rank_whatever_the_order_of_the_columns(read: Read) -> None:
    cohort = read(f"A01;0713;{MARCH};Portugal;Italy;Spain", head=f"{HEAD};3e vœu;First choice;Wunsch 2")

    assert [wish.key for wish in cohort.learners[0].wishes] == ["IT", "ES", "PT"]


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("Como", WishKind.TOWN, "3178229"),
        ("province of Como", WishKind.REGION, "IT-CO"),
        ("Lombardie", WishKind.REGION, "IT-25"),
        ("Bretagne", WishKind.REGION, "FR-BRE"),  # hamlets of that name are not meant
        ("Spain (Andalusia)", WishKind.REGION, "ES-AN"),
        ("Berlin", WishKind.TOWN, "2950159"),
        ("Luxembourg", WishKind.COUNTRY, "LU"),
        ("UK", WishKind.COUNTRY, "GB"),
        ("Lille, Hauts-de-France, FR [2998324]", WishKind.TOWN, "2998324"),
    ],
)
def test_a_wish_is_the_town_region_or_country_that_is_meant(
    wishing: Wishing, text: str, kind: WishKind, key: str
) -> None:
    wish = wishing.read(text)

    assert isinstance(wish, Wish)
    assert (wish.kind, wish.key) == (kind, key)
    assert wishing.read(written_wish(wish)) == wish


@pytest.mark.parametrize(
    ("text", "name"), [("LT", "Lithuania"), ("Lituanie", "Lituanie"), ("UK", "United Kingdom")]
)
def test_a_country_is_named_as_it_was_written_and_a_code_in_words(
    wishing: Wishing, text: str, name: str
) -> None:
    wish = wishing.read(text)

    assert isinstance(wish, Wish)
    assert wish.name == name


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Italy / Spain", ["IT", "ES"]),
        ("Como or Lecco", ["3178229", "3174945"]),
        ("Como, Lecco", ["3178229", "3174945"]),
        ("Italy, Spain, Portugal", ["IT", "ES", "PT"]),
        ("Como, Italy", ["3178229"]),
        ("Biel/Bienne", ["2661513"]),
        ("Lille, Hauts-de-France, FR [2998324]", ["2998324"]),
    ],
)
def test_one_cell_may_hold_several_wishes(wishing: Wishing, text: str, keys: list[str]) -> None:
    read = wishing.read_several(text)

    assert [wish.key for wish in read if isinstance(wish, Wish)] == keys
    assert len(read) == len(keys)


def test_more_wishes_than_are_kept_are_told(read: Read) -> None:
    countries = "IT FR DE ES PT PL LT LV EE FI SE NO"

    cohort = read(f"A01;{MARCH};{countries.replace(' ', ' > ')}", head="Code;First day;Last day;Wishes")

    assert len(cohort.learners[0].wishes) == 10
    assert messages(cohort) == ["There are more than 10 wishes; the first ones are kept."]


@pytest.mark.parametrize("text", ["Frankfurt", "Limburg", "Saint-Denis", "Neustadt"])
def test_each_candidate_of_a_doubtful_wish_is_read_as_itself(wishing: Wishing, text: str) -> None:
    doubt = wishing.read(text)

    assert isinstance(doubt, Doubt)
    assert doubt.several
    read = [wishing.read(candidate) for candidate in doubt.candidates]
    assert all(isinstance(wish, Wish) for wish in read)
    assert len(set(read)) == len(doubt.candidates)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("yes", True),
        ("oui", True),
        ("x", True),
        ("Rollstuhl", True),
        ("nein", False),
        ("aucun", False),
        ("", False),
    ],
)
def test_the_need_of_wheelchair_access_is_read_in_many_words(read: Read, word: str, meant: bool) -> None:
    assert read(f"A01;{MARCH};{word}", head="Code;First day;Last day;PMR").learners[0].wheelchair is meant


def test_a_doubtful_need_leaves_the_learner_out_and_a_doubtful_course_does_not(read: Read) -> None:
    head = "Code;First day;Last day;Wheelchair;Safety course"
    cohort = read(f"A01;{MARCH};perhaps;yes", f"A02;{MARCH};no;perhaps", head=head)

    assert [(one.code, one.safety_course) for one in cohort.learners] == [("A02", None)]
    assert told(cohort) == [(2, "Wheelchair", "perhaps", True), (3, "Safety course", "perhaps", False)]


def test_columns_of_one_language_each_give_its_level(read: Read) -> None:
    cohort = read(
        f"A01;{MARCH};B1;x;fluent", head="Code;First day;Last day;Anglais;Niveau d'allemand;Polish level"
    )

    assert cohort.learners[0].languages == (("en", "B1"), ("de", None))
    assert told(cohort) == [(2, "Polish level", "fluent", False)]


@pytest.mark.parametrize("name", ["cohort.csv", "cohort.tsv", "cohort.txt"])
def test_signs_between_cells_and_encodings_are_found_out(read: Read, name: str) -> None:
    sign = "\t" if name.endswith("tsv") else ";"
    lines = "Titre de la liste\nCode élève;Métier;Début;Fin\nA01;Électricien;1 février 2027;26 février 2027\n"
    content = lines.replace(";", sign).encode("cp1252")

    cohort = read(name=name, content=content)

    assert [(one.code, one.fields, one.first) for one in cohort.learners] == [
        ("A01", ("0713",), date(2027, 2, 1))
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("English B1, de A2", [("en", "B1"), ("de", "A2")]),
        ("English B1 Spanish A2", [("en", "B1"), ("es", "A2")]),
        ("Anglais niveau B1 et espagnol A2", [("en", "B1"), ("es", "A2")]),
        ("français (langue maternelle), EN-B 1", [("en", "B1"), ("fr", "C2")]),
        ("Deutsch Muttersprache; B2 English", [("en", "B2"), ("de", "C2")]),
        ("English", [("en", None)]),
    ],
)
def test_languages_are_read_as_schools_write_them(text: str, meant: list[tuple[str, str | None]]) -> None:
    found, unknown = spoken_in(text)

    assert (dict(found), unknown) == (dict(meant), [])


@pytest.mark.parametrize("text", ["fluent", "English (good)", "Klingon B1", "B1"])
def test_what_names_no_language_is_none(text: str) -> None:
    assert spoken_in(text) == ([], [text])


def test_a_column_of_codes_headed_name_is_the_column_of_codes(read: Read) -> None:
    cohort = read(f"A01;{MARCH}", f"A02;{MARCH}", head="Name;First day;Last day")

    assert [one.code for one in cohort.learners] == ["A01", "A02"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"Code;First day;Last day\n", "only a header"),
        (b"Trade;First day;Last day\nbaker;2027-03-01;2027-03-26\n", "code of the learner"),
        (b"Code;Trade\nA01;baker\n", "first and the last day"),
        (b'Code;First day;Last day\nA01;"2027-03-01;2027\n', "quotation mark"),
        (b"\x00\x01\x02\x03", "no text has"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_the_reason(
    read: Read, content: bytes, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read(content=content)


@pytest.mark.parametrize("name", ["cohort.pdf", "cohort.geojson", "cohort", "cohort.xls"])
def test_what_is_no_list_is_refused_by_its_name(read: Read, name: str) -> None:
    with pytest.raises(UnreadableFile, match=r"\.xlsx"):
        read(content=b"Code;First day\nA01;2027-03-01\n", name=name)


CELLS = st.one_of(
    st.sampled_from(
        ("", "A01", "A02", "2027-03-01", "2027-W09", "17", "713", "baker", "B1", "yes", "Como", "IT")
    ),
    st.text(st.characters(exclude_characters='";\r\n', exclude_categories=("Cs", "Cc")), max_size=12),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=6))
def test_each_row_gives_a_learner_or_is_told_as_left_out(read: Read, rows: list[list[str]]) -> None:
    head = "Code;Field;First day;Last day;English;Age;Wish 1;Wheelchair;Same town as"
    try:
        cohort = read(*map(";".join, rows), head=head)
    except UnreadableFile as refused:
        assert "header" in str(refused)  # noqa: PT017 - every row was empty
        return

    left_out = {fault.line for fault in cohort.faults if fault.left_out}
    filled = sum(1 for row in rows if any(clean(cell) for cell in row))
    assert len(cohort.learners) + len(left_out) == filled


def test_a_list_of_which_no_row_can_be_used_has_no_learner_and_tells_each_row(read: Read) -> None:
    cohort = read(f";0713;{MARCH}", f"A02;wizardry;{MARCH}")

    assert (cohort.learners, cohort.left_out) == ((), 2)


def test_more_learners_than_may_be_placed_at_once_are_refused(read: Read) -> None:
    with pytest.raises(UnreadableFile, match=str(MOST_LEARNERS)):
        read(*(f"A{number};0713;{MARCH}" for number in range(MOST_LEARNERS + 1)))


@pytest.mark.parametrize("bomb", ["xlsx of 1 GB", "far cell of xlsx", "laughs in xlsx"])
def test_a_workbook_that_grows_without_end_is_refused(read: Read, bomb: str) -> None:
    _name, make, _said = BOMBS[bomb]

    with pytest.raises(UnreadableFile):
        read(name="cohort.xlsx", content=make())


def test_no_bad_list_of_the_corpus_is_more_than_refused_or_told(
    gazetteer: Gazetteer, regions: Regions, tmp_path: Path
) -> None:
    listed = map(json.loads, real_file("corpus/bad_inputs.jsonl").read_text("utf-8").splitlines())
    bad = {row["id"]: row for row in listed if row["surface"] == "import-csv"}
    refused: set[str] = set()
    for id_, row in bad.items():
        try:
            cohort = read_cohort(file_of(row, tmp_path), towns=gazetteer, regions=regions)
        except UnreadableFile:
            refused.add(id_)
        else:
            assert len({one.code for one in cohort.learners}) == len(cohort.learners)

    assert len(bad) > 20
    assert refused == set(bad)  # lists of hosts have no column of days


def test_a_heading_means_one_field_alone_in_all_languages() -> None:
    claims: dict[str, set[str]] = {}
    content = word_file("cohorts")
    for field, by_language in content["headings"].items():
        assert set(by_language) >= {"en", "fr", "de", "es", "it", "nl"}
        for heading in (field, *(word for listed in by_language.values() for word in listed)):
            claims.setdefault(key_of(heading), set()).add(field)
    for kind, listed in content["personal"].items():
        for heading in listed:
            claims.setdefault(key_of(heading), set()).add(kind)

    assert {key: named for key, named in claims.items() if len(named) > 1} == {}
    assert set(content["headings"]) == set(FIELDS)
    assert set(FIELDS) > SEVERAL


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Code élève", "code"),
        ("Learner's age", "age"),
        ("N°", "code"),
        ("Métier (CITE)", "fields"),
        ("1er vœu", "wishes"),
        ("Erstwunsch", "wishes"),
        ("wish_3", "wishes"),
        ("Niveau d'anglais", "languages"),
        ("HomeTown", "home"),
        ("Cours de sécurité (oui/non)", "safety_course"),
        ("Remarks", None),
        ("Date of birth", None),
    ],
)
def test_a_heading_of_a_school_is_understood(heading: str, field: str | None) -> None:
    assert cohort_field(heading) == field


def test_a_spelling_mistake_in_a_long_heading_is_forgiven() -> None:
    assert [column.field for column in columns_of(Table(("Destinatoin", "Cod", "Acommodation"), []))] == [
        "wishes",
        None,
        "accommodation",
    ]
