"""Learners come back from the files that were written of them, and the template is understood."""

import csv
import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from mapsvc.errors import UnreadableFile
from mapsvc.intake.cohort_columns import cohort_field
from mapsvc.intake.cohorts import CohortFile, read_cohort
from mapsvc.intake.wishes import Wishing
from mapsvc.messages import LANGUAGES
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.planning.cohorts import CEFR_LEVELS, Learner, Spot, Wish
from mapsvc.services.cohort_files import cohort_csv, cohort_xlsx
from mapsvc.services.cohort_templates import CHOICES, FORMATS, cohort_template, template_words
from tests.cohorts import cohort_of_24, learner

WRITERS = {"csv": cohort_csv, "xlsx": cohort_xlsx}
PLACES = ("Como (IT)", "Lombardia", "Italy", "Lille (FR)", "LT", "province of Como", "Vilnius")
CODES = st.from_regex(r"[=+@'-]?[A-Z]{1,3}[0-9]{1,3}(?:/[a-z])?", fullmatch=True)
DAYS = st.dates(date(2027, 1, 1), date(2027, 6, 30))


def read(content: bytes, file_format: str, gazetteer: Gazetteer, regions: Regions) -> CohortFile:
    return read_cohort(content, name=f"learners.{file_format}", towns=gazetteer, regions=regions)


@st.composite
def learners(draw: st.DrawFn, wishes: tuple[Wish, ...]) -> tuple[Learner, ...]:
    codes = draw(st.lists(CODES, min_size=1, max_size=5, unique_by=str.casefold))
    found = []
    for code in codes:
        first, last = sorted((draw(DAYS), draw(DAYS)))
        spoken = draw(
            st.dictionaries(
                st.sampled_from(("en", "fr", "de", "lt", "nb", "ca")),
                st.sampled_from((None, *CEFR_LEVELS)),
                max_size=3,
            )
        )
        home = Spot(
            draw(st.sampled_from(("Rennes", "L'Aquila", "Łódź [PL]"))),
            draw(st.floats(-30, 40)),
            draw(st.floats(30, 70)),
        )
        found.append(
            Learner(
                code=code,
                first=first,
                last=last,
                fields=tuple(
                    draw(
                        st.lists(
                            st.sampled_from(("0713", "0721", "07", "0719", "1013")), unique=True, max_size=3
                        )
                    )
                ),
                languages=tuple(spoken.items()),
                age=draw(st.none() | st.integers(14, 70)),
                wishes=tuple(draw(st.lists(st.sampled_from(wishes), unique=True, max_size=5))),
                wheelchair=draw(st.booleans()),
                accommodation=draw(st.booleans()),
                home=draw(st.none() | st.just(home)),
                safety_course=draw(st.none() | st.booleans()),
                together_with=tuple(one for one in codes if one != code and draw(st.booleans())),
            )
        )
    return tuple(found)


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_reading_what_was_written_gives_the_same_learners(
    file_format: str, language: str, gazetteer: Gazetteer, regions: Regions
) -> None:
    wishing = Wishing(gazetteer, regions)
    wishes = tuple(wish for text in PLACES if isinstance(wish := wishing.read(text), Wish))
    assert len(wishes) == len(PLACES)

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(given_learners=learners(wishes))
    def hold(given_learners: tuple[Learner, ...]) -> None:
        written = WRITERS[file_format](given_learners, language=language)
        back = read(written, file_format, gazetteer, regions)
        assert (back.learners, back.faults) == (given_learners, ())

    hold()


def test_the_messy_list_of_24_comes_back_as_it_was_understood(gazetteer: Gazetteer, regions: Regions) -> None:
    understood = read(cohort_of_24(), "xlsx", gazetteer, regions).learners

    again = read(cohort_csv(understood), "csv", gazetteer, regions)

    assert (again.learners, again.faults) == (understood, ())


def test_no_cell_of_a_csv_is_run_as_a_formula() -> None:
    written = cohort_csv([learner("=CMD()", together_with=("+A1", "@B2"))]).decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(written)) for cell in row]

    assert "'=CMD()" in cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file_format", FORMATS)
def test_each_heading_of_the_template_is_read_and_nobody_stands_below_it(
    file_format: str, language: str, gazetteer: Gazetteer, regions: Regions
) -> None:
    template = cohort_template(file_format, language)

    meant = [
        column.field.split("_")[0].replace("wish", "wishes")
        if column.field.startswith("wish_")
        else column.field
        for column in template_words(language).columns
    ]
    assert [cohort_field(column.heading) for column in template_words(language).columns] == meant
    with pytest.raises(UnreadableFile, match="only a header"):
        read(template, file_format, gazetteer, regions)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_the_template_is_understood(
    language: str, tmp_path: Path, gazetteer: Gazetteer, regions: Regions
) -> None:
    with CalamineWorkbook.from_filelike(io.BytesIO(cohort_template("xlsx", language))) as book:
        (headings,), (_titles, *helped) = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    out = io.StringIO()
    csv.writer(out).writerows([headings, [example for _heading, _sentence, example in helped]])

    (understood,) = read(out.getvalue().encode(), "csv", gazetteer, regions).learners

    assert [heading for heading, _sentence, _example in helped] == headings
    assert (understood.code, understood.fields, understood.age) == ("A01", ("0713",), 17)
    assert understood.languages == (("en", "B1"), ("de", "A2"))
    assert [wish.key for wish in understood.wishes] == ["3178229", "IT-25", "PT"]
    assert (understood.wheelchair, understood.accommodation, understood.safety_course) == (False, True, True)


@pytest.mark.parametrize(("language", "offered"), [("en", "yes,no"), ("fr", "oui,non")])
def test_the_cells_of_the_template_offer_what_may_stand_in_them(language: str, offered: str) -> None:
    with ZipFile(io.BytesIO(cohort_template("xlsx", language))) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()

    assert sheet.count(f"<formula1>&quot;{offered}&quot;</formula1>") + sheet.count(
        f'<formula1>"{offered}"</formula1>'
    ) == len(CHOICES)
    assert sheet.count('type="whole"') == 1
    assert sheet.count('errorStyle="warning"') == len(CHOICES) + 1


def test_another_format_or_language_of_the_template_is_no_file() -> None:
    with pytest.raises(ValueError, match="pdf"):
        cohort_template("pdf", "en")
    with pytest.raises(ValueError, match="xx"):
        cohort_template("csv", "xx")
