"""A referent keeps daily rates, checks stays, and sees what a scenario would be paid and what is lacking."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, select

from mapsvc.config import Settings
from mapsvc.domain.cohorts import CohortLearner, Scenario
from mapsvc.domain.daily_rates import DailyRate
from mapsvc.planning.outcome_files import learner_as_json
from mapsvc.storage.engine import reading, writing
from tests.presentation.placings import learner, result
from tests.web.conftest import Serve, close
from tests.web.signed_in import post
from tests.web.test_placements import Desk
from tests.web.well_formed import faults_of

RATE = {
    "call_year": "2026",
    "activity": "short_term",
    "group": "1",
    "first_day": "1",
    "last_day": "14",
    "euro": "60.50",
    "source": "letter of 1 March",
}


@pytest.fixture
def desk(settings: Settings, engine: Engine, serve: Serve) -> Iterator[Desk]:
    app = serve(settings)
    yield Desk(app, engine)
    close(app)


def plain(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def kept(engine: Engine) -> list[DailyRate]:
    with reading(engine) as session:
        return list(session.scalars(select(DailyRate).order_by(DailyRate.id)))


def test_a_rate_is_added_changed_and_deleted(desk: Desk) -> None:
    added = post(desk.ours, "/desk/grants/new", RATE)
    (rate,) = kept(desk.engine)
    listed = desk.get("/desk/grants").decode()
    form = desk.get(f"/desk/grants/{rate.id}").decode()
    changed = post(desk.ours, f"/desk/grants/{rate.id}", RATE | {"euro": "61"})
    asked = desk.get(f"/desk/grants/{rate.id}/erase").decode()

    assert (added.status_code, changed.status_code) == (303, 303)
    assert [one.cents for one in kept(desk.engine)] == [6100]
    assert "1 to 14" in plain(listed)
    assert "€60.50" in plain(listed)
    for page in (listed, form, asked):
        assert faults_of(page) == []
    assert "60.5" in form
    assert post(desk.ours, f"/desk/grants/{rate.id}/erase").status_code == 303
    assert kept(desk.engine) == []


WRONG: list[tuple[dict[str, str], str]] = [
    ({"euro": "much"}, "Please type an amount, such as 41.50."),
    ({"first_day": "one"}, "Please type a whole number."),
    ({"euro": "nan"}, "Please type an amount, such as 41.50."),
    ({"euro": "sNaN"}, "Please type an amount, such as 41.50."),
    ({"euro": "1e400"}, "Please type an amount, such as 41.50."),
    ({"euro": "1001"}, "Number must be between"),
    ({"euro": "0"}, "It needs an amount above 0"),
    ({"first_day": "15"}, "The days go from 1 to 365, the first before the last."),
    ({"last_day": ""}, "Please fill this in."),
    ({"activity": "holiday"}, "Not a valid choice."),
    ({"call_year": "1999"}, "Not a valid choice."),
]


def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(desk: Desk) -> None:
    answers = [(post(desk.ours, "/desk/grants/new", RATE | changed), said) for changed, said in WRONG]

    for answer, said in answers:
        assert answer.status_code == 422
        assert said in plain(answer.text)
        assert "letter of 1 March" in answer.text
    assert kept(desk.engine) == []


def test_what_is_no_number_is_told_once(desk: Desk) -> None:
    answer = post(desk.ours, "/desk/grants/new", RATE | {"euro": "nan", "first_day": "one"})

    assert answer.text.count('class="fault"') == 2
    assert 'value="nan"' in answer.text


@pytest.mark.parametrize("typed", ["1,234", "1.234", "1.234,50"])
def test_what_may_be_a_thousand_is_asked_again_and_not_guessed(typed: str, desk: Desk) -> None:
    answer = post(desk.ours, "/desk/grants/new", RATE | {"euro": typed})

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert kept(desk.engine) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "€309.01 for travel is more than the €309 that the call pays."),
        ({"green": "y"}, ""),
        ({"km": "2000"}, ""),
        ({"km": "9"}, "€309.01 for travel is more than the €0 that the call pays."),
        ({"km": ""}, "Say how far it is, too."),
    ],
)
def test_travel_that_is_asked_for_is_held_against_what_the_call_pays(
    changed: dict[str, str], said: str, desk: Desk
) -> None:
    stay = {"call_year": "2026", "activity": "short_term", "days": "20", "travel": "309,01", "km": "1999"}

    answer = post(desk.ours, "/desk/rules", stay | changed)
    without = post(desk.ours, "/desk/rules", {key: said for key, said in stay.items() if key != "km"})

    assert without.status_code == 422
    assert answer.status_code == (422 if changed == {"km": ""} else 200)
    assert faults_of(answer.text) == []
    assert said in plain(answer.text)
    assert ("for travel is more than" in answer.text) == ("for travel" in said)


@pytest.mark.parametrize(("fee", "status"), [("12,50", 200), ("sNaN", 422), ("Infinity", 422)])
def test_a_fee_is_read_or_refused_at_its_field(fee: str, status: int, desk: Desk) -> None:
    stay = {"call_year": "2026", "activity": "courses", "days": "5", "people": "1", "fee": fee}

    assert post(desk.ours, "/desk/rules", stay).status_code == status


def test_an_amount_has_a_point_or_a_comma(desk: Desk) -> None:
    added = post(desk.ours, "/desk/grants/new", RATE | {"euro": " 60,5 "})
    (rate,) = kept(desk.engine)
    changed = post(desk.ours, f"/desk/grants/{rate.id}", RATE | {"euro": "1 000.00"})

    assert (added.status_code, changed.status_code, rate.cents) == (303, 303, 6050)
    assert [one.cents for one in kept(desk.engine)] == [100_000]
    assert "The rate is kept." in desk.ours.get("/desk/grants").text


def test_examples_are_marked_as_examples(desk: Desk) -> None:
    empty = plain(desk.get("/desk/grants").decode())

    post(desk.ours, "/desk/grants/examples", {"call": "2026"})

    assert "There is no rate yet." in empty
    page = desk.get("/desk/grants").decode()
    assert page.count("example</span>") == len(kept(desk.engine)) == 18
    assert faults_of(page) == []
    assert "example</span>" not in desk.theirs.get("/desk/grants").text
    post(desk.ours, "/desk/grants/examples", {"call": "2026"})
    assert "Nothing was added" in desk.ours.get("/desk/grants").text


def test_an_estimate_counts_what_is_known_and_names_what_is_lacking(desk: Desk) -> None:
    path = desk.scenario(result())
    before = plain(desk.get(f"{path}/estimate?call=2026").decode())
    post(desk.ours, "/desk/grants/new", RATE | {"last_day": "89"})

    page = desk.get(f"{path}/estimate?call=2026").decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.get(f"{path}/estimate.xlsx?call=2026")))

    assert "No rate is known for Short-term learning mobility in country group 1, days 1 to" in before
    assert "The sum is too small" in before
    assert "No rate is known" not in page
    assert faults_of(page) == []
    rows = book.get_sheet_by_index(0).to_python()
    total = next(row for row in rows if row[0] == "Total")
    people = rows[1 : rows.index(total)]
    assert len(people) == 2
    assert total[10] == sum(row[10] for row in people) == total[5] + total[8]
    assert all(row[8] == row[7] * 60.5 for row in people)
    assert f"€{total[10]:,.2f}".removesuffix(".00") in plain(page)


def test_an_estimate_and_the_rates_are_tables_of_numbers_too(desk: Desk) -> None:
    path = desk.scenario(result())
    post(desk.ours, "/desk/grants/new", RATE)

    rates = rows_of(desk.get("/desk/grants/table.csv"))
    stays = rows_of(desk.get(f"{path}/estimate.csv?call=2026&activity=short_term"))

    assert [(row["group"], row["from_day"], row["to_day"], row["euro"]) for row in rates] == [
        ("1", "1", "14", "60.5")
    ]
    assert [row["code"] for row in stays] == ["B-01", "B-02"]
    for row in stays:
        assert (row["days"], row["daily"], row["days_without_rate"]) == ("26", str(14 * 60.5), "12")
        assert float(row["total"]) == float(row["travel"] or 0) + float(row["daily"])
    assert f"{path}/estimate.csv?call=2026" in desk.get(f"{path}/estimate?call=2026").decode()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_an_estimate_is_of_its_own_school_alone(desk: Desk) -> None:
    path = desk.scenario(result())

    for end in ("estimate", "estimate.xlsx", "estimate.csv"):
        theirs, none = desk.theirs.get(f"{path}/{end}"), desk.theirs.get(f"{path}999/{end}")
        assert (theirs.status_code, theirs.data) == (404, none.data)


def test_an_estimate_that_is_asked_for_wrongly_says_so(desk: Desk) -> None:
    path = desk.scenario(result())

    asked = ("call=1999", "activity=holiday", "accompanying=many", "green=perhaps")
    answers = [desk.ours.get(f"{path}/estimate?{query}") for query in asked]

    assert [answer.status_code for answer in answers] == [400] * 4
    assert "No amounts are known for the call of 1999" in answers[0].text


def test_the_learners_of_a_cohort_are_checked_and_each_breach_has_its_mend(desk: Desk) -> None:
    desk.scenario(result())
    with writing(desk.engine) as session:
        cohort_id = session.scalars(select(Scenario.cohort_id)).one()
    nobody = desk.get(f"/desk/cohorts/{cohort_id}/rules").decode()
    with writing(desk.engine) as session:
        said = learner_as_json(learner("B-07", age=17))
        session.add(CohortLearner(cohort_id=cohort_id, code="B-07", said=said))
        session.commit()

    page = desk.get(f"/desk/cohorts/{cohort_id}/rules?call=2026&activity=long_term").decode()
    along = plain(desk.get(f"/desk/cohorts/{cohort_id}/rules?activity=short_term&accompanying=1").decode())

    assert faults_of(page) == []
    assert "B-07 26 days: Long-term learning mobility (ErasmusPro) has 90 to 365 days." in plain(page)
    assert "Add 64 days, or plan it as: Group mobility of learners, Short-term learning mobility." in plain(
        page
    )
    assert "A learner under 18 goes alone." in plain(page)
    assert "No rule is broken." in along
    assert "There is nobody in this cohort" in nobody
    assert "No rule is broken." not in nobody


def test_a_stay_is_typed_in_checked_and_not_kept(desk: Desk) -> None:
    form = desk.get("/desk/rules").decode()
    stay = {"call_year": "2026", "activity": "group", "days": "31", "people": "1", "seats": "0"}
    answer = post(desk.ours, "/desk/rules", stay)
    wrong = post(desk.ours, "/desk/rules", stay | {"days": "soon"})

    assert faults_of(form) == faults_of(answer.text) == []
    said = plain(answer.text)
    for words in (
        "31 days",
        "Take off 1 day",
        "at least 2 people",
        "Nobody goes along",
        "Seats at the host: 0. People who go: 1.",
    ):
        assert words in said
    assert "Source: Erasmus+ Programme Guide 2026" in said
    assert "Nobody has held this against the guide itself yet: that somebody has to go along" in said
    assert "Says otherwise: Courses have 2 to 30 days" in said
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text


def test_the_navigation_marks_where_a_check_was_reached_from(desk: Desk) -> None:
    path = desk.scenario(result())
    with reading(desk.engine) as session:
        cohort_id = session.scalars(select(Scenario.cohort_id)).one()

    pages = {
        "/desk/rules": "Grants",
        f"/desk/cohorts/{cohort_id}/rules": "Cohorts",
        f"{path}/estimate": "Cohorts",
    }

    for address, words in pages.items():
        places = desk.get(address).decode().partition('<nav class="places"')[2].partition("</nav>")[0]
        assert re.findall(r'aria-current="page">([^<]+)<', places) == [words]


def test_a_stay_that_is_too_short_is_told_what_holds_with_fewer_opportunities(desk: Desk) -> None:
    stay = {"call_year": "2026", "activity": "short_term", "people": "1", "accompanying": "1"}

    said = [plain(post(desk.ours, "/desk/rules", stay | {"days": days}).text) for days in ("9", "1")]

    assert "For learners with fewer opportunities 2 days are enough" in said[0]
    assert "fewer opportunities 2 days" not in said[1]
