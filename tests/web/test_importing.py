"""Importing in the browser: each page says where one is, each bad file says why, nobody sees another's."""

import csv
import io
import re

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from werkzeug.datastructures import FileStorage

from mapsvc.domain.listings import Listing
from mapsvc.domain.people import Role
from mapsvc.domain.sources import Import, Source
from mapsvc.domain.uploads import Upload
from mapsvc.services import templates
from tests.web.referents import HOSTS, Referent, post_parts
from tests.web.signed_in import given, post, sign_in, token_of

ANNA, BERT = "anna@school.example", "bert@chamber.example"


@pytest.fixture
def anna(app: Flask, engine: Engine) -> Referent:
    return Referent(app, engine, ANNA, "A school")


@pytest.fixture
def bert(app: Flask, engine: Engine) -> Referent:
    return Referent(app, engine, BERT, "A chamber")


def test_a_referent_imports_a_list_from_file_to_map(anna: Referent) -> None:
    page = anna.begun()
    columns = anna.client.get(page).text
    post(anna.client, f"{page}columns", anna.columns(page))
    trying = anna.client.get(page).text
    anna.work()
    review = anna.client.get(page).text
    post(anna.client, f"{page}confirm")
    importing = anna.client.get(page).text
    anna.work()
    done = anna.client.get(page).text

    assert "What do the columns hold?" in columns
    assert "Trying the import" in trying
    assert "This would become public" in review
    assert "Falegnameria Rossi" in review
    assert "Importing" in importing
    assert "The list is imported" in done
    assert anna.count(Listing) == 1


def test_the_review_says_what_everybody_sees_and_what_stays_private(anna: Referent) -> None:
    review = anna.client.get(anna.reviewed()).text

    public, private = review.split('id="public"')[1].split('id="private"')
    private = private.split("</section>")[0]
    assert "Name of the host" in public
    assert "Telephone" not in public
    assert "Telephone" in private
    assert "state" in private
    assert "The name is missing." in review
    assert "First in line 3" in review


def test_an_unsure_column_is_marked_with_its_likely_fields_first(anna: Referent) -> None:
    text = anna.client.get(anna.begun()).text

    row = text.split('<span dir="auto">state</span>')[1].split("</tr>")[0]
    assert "Not sure" in row
    assert row.index("Perhaps") < row.index('value="country"') < row.index("The host")
    assert 'value="" selected' not in row
    assert "selected" not in row


def test_a_wrong_mapping_comes_back_with_what_was_chosen(anna: Referent) -> None:
    page = anna.begun()
    fields = anna.columns(page, name="", state="country")
    fields["list_name"] = "Hosts of the valley"

    answer = post(anna.client, f"{page}columns", fields)

    assert answer.status_code == 422
    assert "Say which column holds the name of the host." in answer.text
    assert "Hosts of the valley" in answer.text
    row = answer.text.split('<span dir="auto">state</span>')[1].split("</tr>")[0]
    assert 'value="country" selected' in row


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("hosts.docx", b"PK", "are not read"),
        ("hosts.csv", b"", "The file is empty."),
        ("", b"", "Choose a file first."),
    ],
)
def test_a_bad_file_is_refused_and_the_form_keeps_what_was_typed(
    anna: Referent, name: str, content: bytes, words: str
) -> None:
    answer = anna.send(content, name, list_name="Hosts of the valley")

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Hosts of the valley"' in answer.text
    assert anna.count(Upload) == 0


def test_a_file_that_is_too_large_is_told_the_limit(anna: Referent) -> None:
    fits, too_large = anna.send(b"name\n" + b"x" * 9_999_000), anna.send(b"x" * 10_200_000)

    assert fits.status_code == 303
    assert too_large.status_code == 413
    assert "10 MB" in too_large.text
    assert anna.count(Upload) == 1


def test_only_the_route_for_files_takes_large_bodies(anna: Referent) -> None:
    page = anna.begun()

    large = {"csrf_token": token_of(anna.client), "x": FileStorage(io.BytesIO(b"x" * 1_500_000), "x.csv")}
    answer = post_parts(anna.client, f"{page}confirm", large)

    assert answer.status_code == 413


def test_a_file_that_cannot_be_read_says_why_and_what_to_do(anna: Referent) -> None:
    answer = anna.send(b"PK\x03\x04 broken", "hosts.xlsx")
    anna.work()

    page = anna.client.get(answer.headers["Location"]).text
    assert "damaged" in page
    assert "Nothing was imported and nothing was changed." in page
    assert "Choose another file" in page


def test_a_very_wide_file_can_be_sent_with_all_its_columns(anna: Referent) -> None:
    heads = ["name", *(f"c{n}" for n in range(499))]
    page = anna.begun(",".join(heads) + "\nRossi" + ",1" * 499 + "\n")

    answer = post(anna.client, f"{page}columns", anna.columns(page))

    assert answer.status_code == 303


def test_a_list_of_another_school_does_not_exist(anna: Referent, bert: Referent) -> None:
    page = anna.reviewed()
    number = anna.imported(HOSTS.replace("Rossi", "Verdi")) and 1

    for path in (page, f"{page}progress", f"{page}report.csv", f"/desk/imports/{number}/undo"):
        theirs, none = bert.client.get(path), bert.client.get(re.sub(r"\d+", "999", path))
        assert (theirs.status_code, theirs.data) == (404, none.data.replace(b"999", b"1")), path
    for path in (f"{page}columns", f"{page}confirm", f"{page}cancel", f"/desk/imports/{number}/undo"):
        assert post(bert.client, path).status_code == 404, path
    assert "hosts.csv" not in bert.client.get("/desk/imports/").text
    assert bert.count(Import) == 1


def test_who_works_for_two_schools_says_for_which(anna: Referent, bert: Referent, engine: Engine) -> None:
    given(engine, ANNA, Role.REFERENT, sending="A chamber")
    asked = anna.client.get("/desk/imports/").text
    options = dict(re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', asked))
    chamber = next(number for number, name in options.items() if name == "A chamber")

    nothing = anna.send(HOSTS, owner="")
    elsewhere = anna.send(HOSTS, owner="999")
    sent = anna.send(HOSTS, owner=chamber)

    assert [nothing.status_code, elsewhere.status_code, sent.status_code] == [422, 404, 303]
    assert "hosts.csv" in bert.client.get("/desk/imports/").text


def test_the_overview_takes_an_import_back_after_asking(anna: Referent) -> None:
    anna.imported()
    overview = anna.client.get("/desk/imports/").text
    number = re.findall(r"/desk/imports/(\d+)/undo", overview)[0]

    asked = anna.client.get(f"/desk/imports/{number}/undo")
    kept = anna.count(Listing)
    undone = post(anna.client, f"/desk/imports/{number}/undo")
    again = post(anna.client, f"/desk/imports/{number}/undo")

    assert "leave the map and are deleted" in asked.text
    assert (kept, undone.status_code, anna.count(Listing)) == (1, 303, 0)
    assert again.status_code == 422
    assert "undone already" in again.text


def test_hosts_held_back_are_released_from_the_overview(anna: Referent) -> None:
    page = anna.reviewed()
    post(anna.client, f"{page}confirm", {"held": "yes"})
    anna.work()
    overview = anna.client.get("/desk/imports/").text
    number = re.findall(r"/desk/imports/(\d+)/release", overview)[0]

    before = anna.count(Listing)
    released = post(anna.client, f"/desk/imports/{number}/release")

    assert "Held back" in overview
    assert (before, released.status_code, anna.count(Listing)) == (0, 303, 1)


def test_a_cancelled_upload_leaves_nothing(anna: Referent) -> None:
    page = anna.reviewed()

    cancelled = post(anna.client, f"{page}cancel")

    assert cancelled.status_code == 303
    assert "Not finished yet" not in anna.client.get("/desk/imports/").text
    assert anna.client.get(page).status_code == 303
    assert anna.count(Source) == 0


def test_the_page_that_waits_is_told_how_far_the_work_is(anna: Referent) -> None:
    page = anna.begun()

    told = anna.client.get(f"{page}progress").json

    assert told == {"stage": "mapping", "done": 0, "of_all": 0}


def test_the_report_opens_in_a_spreadsheet_with_its_accents(anna: Referent) -> None:
    page = anna.imported(HOSTS.replace("Rossi", "Città"))

    report = anna.client.get(f"{page}report.csv")

    assert report.mimetype == "text/csv"
    assert report.data.startswith(b"\xef\xbb\xbf")
    assert "Città" in report.data.decode("utf-8")


def test_the_report_says_the_same_as_a_table_and_as_a_workbook(anna: Referent) -> None:
    page = anna.imported("name,town,country\n=1+1,Como,IT\nRossi,,\n")
    shown = anna.client.get(page).text

    table = anna.client.get(f"{page}report.csv").get_data(as_text=True)
    book = CalamineWorkbook.from_filelike(io.BytesIO(anna.client.get(f"{page}report.xlsx").data))

    rows = list(csv.reader(io.StringIO(table.removeprefix("\ufeff"))))
    assert rows[0] == ["line", "outcome", "name", "column", "value", "reason"]
    assert rows[1][:3] == ["2", "added", "'=1+1"]
    sheet = book.get_sheet_by_index(0).to_python()
    assert sheet[0] == ["Line", "What became of it", "Name", "Column", "Value", "Why"]
    assert sheet[1][:3] == [2, "added", "=1+1"]
    assert [row[2:] for row in sheet[2:]] == [row[2:] for row in rows[2:]]
    for file_format in ("csv", "xlsx"):
        assert f'href="{page}report.{file_format}"' in shown
    assert anna.client.get(f"{page}report.gpkg").status_code == 404


def test_what_was_imported_before_is_a_file_with_what_became_of_the_rows(
    anna: Referent, bert: Referent
) -> None:
    anna.imported()
    number = re.findall(r"/desk/imports/(\d+)/undo", anna.client.get("/desk/imports/").text)[0]
    post(anna.client, f"/desk/imports/{number}/undo")

    ours, theirs = (
        list(
            csv.DictReader(io.StringIO(one.client.get("/desk/imports/table.csv").text.removeprefix("\ufeff")))
        )
        for one in (anna, bert)
    )

    assert [(row["number"], row["file"], row["added"], row["suppressed"]) for row in ours] == [
        (number, "hosts.csv", "1", "0")
    ]
    assert ours[0]["undone"]
    assert theirs == []


@pytest.mark.parametrize("language", templates.LANGUAGES)
def test_every_heading_of_a_template_is_understood(anna: Referent, language: str) -> None:
    workbook = anna.client.get(f"/desk/imports/template/{language}.xlsx")
    columns = templates.template_columns(language)
    filled = io.StringIO()
    csv.writer(filled).writerows([[one.heading for one in columns], [one.example for one in columns]])
    page = anna.begun(filled.getvalue())

    assert (workbook.status_code, workbook.data[:2]) == (200, b"PK")
    assert "Not sure" not in anna.client.get(page).text.split("<table")[1]


def test_text_of_a_file_is_shown_as_text(anna: Referent) -> None:
    evil = "<script>alert(1)</script>{{7*7}}"
    page = anna.begun(f'name,town,"{evil}"\n"{evil}",Como,"{evil}"\n', list_name=evil)
    columns = anna.client.get(page).text
    post(anna.client, f"{page}columns", {**anna.columns(page), "column-0": "name", "list_name": evil})
    anna.work()
    review = anna.client.get(page).text

    for text in (columns, review):
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text
        assert "{{7*7}}" in text


def test_importing_asks_for_a_referent(app: Flask, engine: Engine) -> None:
    given(engine, "learner@example.org")
    visitor, learner = app.test_client(), app.test_client()
    sign_in(learner, engine, "learner@example.org")

    assert visitor.get("/desk/imports/").status_code == 303
    assert learner.get("/desk/imports/").status_code == 404
    assert token_of(learner)


def test_coordinates_in_metres_are_noticed_and_placed_once_their_system_is_chosen(anna: Referent) -> None:
    page = anna.begun("name,x,y\nWerkstatt,395201.3,5819500.4\nBäckerei,392000.1,5820100.9\n")
    columns = anna.client.get(page).text
    wrong = post(anna.client, f"{page}columns", {**anna.columns(page), "crs": "EPSG:none"})
    post(anna.client, f"{page}columns", {**anna.columns(page), "crs": "25833"})
    anna.work()
    review = anna.client.get(page).text

    assert "These would fit:" in columns
    assert "EPSG:25833" in columns
    assert wrong.status_code == 422
    assert "is not a known reference system" in wrong.text
    assert "Werkstatt" in review
    assert "Germany" in review or "no country" in review
    assert "rows set aside" not in review
