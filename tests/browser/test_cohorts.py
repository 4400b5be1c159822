"""A referent brings a cohort of 24, places it, locks two, sees why one is left over, widens and compares."""

from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from mapsvc.config import Settings
from mapsvc.domain.people import Role
from mapsvc.services import accounts
from mapsvc.storage.engine import private_engine, writing
from tests.browser.conftest import NewPage, Office, follow, look_at, opened_office
from tests.cohorts import cohort_of_24, hosts_for_24
from tests.publish import publish

pytestmark = pytest.mark.browser

SLOW_MS = 90_000


@pytest.fixture(scope="module")
def office(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office of this module alone, whose hosts have the seats that are counted."""
    with opened_office(prepared, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture(scope="module")
def hosts(office: Office) -> None:
    """Nine made-up hosts with seats for that cohort."""
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        publish(session, *hosts_for_24(), source="hosts for a cohort")
        session.commit()
    engine.dispose()


def referent(office: Office, email: str, school: str) -> None:
    engine = private_engine(Settings(instance=office.service.folder))
    with writing(engine) as session:
        accounts.grant(session, email, Role.REFERENT, sending=accounts.sending_organisation(session, school))
        session.commit()
    engine.dispose()


def test_a_referent_places_a_cohort_of_24(
    office: Office, hosts: None, new_page: NewPage, size: dict[str, int], tmp_path: Path
) -> None:
    email, page = f"cora-{size['width']}@school.example", new_page()
    referent(office, email, f"School {size['width']}")
    office.sign_in(page, email)

    bring(page, tmp_path)
    mend(page)
    ask_for(page, "Near Como", km="60")
    placed = page.locator(".placed tbody tr")
    before = placed.count()
    for place in (0, 1):
        follow(placed.nth(place).get_by_role("button", name="Lock"))
    expect(page.locator(".placed .locked")).to_have_count(2)
    left = page.locator(".left-one").first
    expect(left).to_contain_text("Too far from the base")
    look_at(page, "cohort-result")
    follow(left.get_by_role("link", name="Try with").first)
    look_at(page, "cohort-wider")
    expect(page.get_by_label("At most so many kilometres")).not_to_have_value("60")
    expect(page.get_by_label("Base town")).to_have_value("Como")
    page.get_by_label("Name of the scenario").fill("Wider")
    page.get_by_label("At most so many kilometres").fill("")
    follow(page.get_by_role("button", name="Place them"))
    expect(page.get_by_role("heading", name="Who goes where")).to_be_visible(timeout=SLOW_MS)
    assert page.locator(".placed tbody tr").count() > before
    expect(page.locator(".placed .locked")).to_have_count(2)

    take_along(page, tmp_path)
    follow(page.locator(".back a"))
    look_at(page, "cohort-scenarios")
    follow(page.get_by_role("button", name="Compare those with a tick"))
    expect(page.get_by_role("heading", name="Compare scenarios")).to_be_visible()
    look_at(page, "cohort-compare")
    follow(page.locator(".back a"))
    export(page, tmp_path)


def test_a_cohort_is_placed_without_scripts(
    office: Office, hosts: None, new_page: NewPage, size: dict[str, int], tmp_path: Path
) -> None:
    email, page = f"cleo-{size['width']}@school.example", new_page(java_script_enabled=False)
    referent(office, email, f"Other school {size['width']}")
    office.sign_in(page, email)

    bring(page, tmp_path, look=lambda _page, _name: None)  # axe is a script
    follow(page.get_by_role("link", name="Place these learners"))
    page.get_by_label("Base town").fill("Frankfurt")
    follow(page.get_by_role("button", name="Place them"))
    expect(page.get_by_role("alert")).to_contain_text("Several towns may be meant")
    page.locator("input[type=radio][name=place]").first.check()
    follow(page.get_by_role("button", name="Place them"))
    for _ in range(60):
        if page.get_by_role("heading", name="Who is left over").count():
            break
        page.wait_for_timeout(500)
        page.reload()

    expect(page.get_by_role("heading", name="Who goes where")).to_be_visible()


def bring(page: Page, folder: Path, look: Callable[[Page, str], None] = look_at) -> None:
    """Brings the list, from the page of somebody who has none yet."""
    file = folder / "cohort.xlsx"
    file.write_bytes(cohort_of_24())
    page.goto("/desk/cohorts")
    expect(page.get_by_role("heading", name="No cohort yet")).to_be_visible()
    look(page, "cohort-none")
    follow(page.get_by_role("link", name="Bring a list of learners"))
    look(page, "cohort-new")
    page.get_by_label("List of learners").set_input_files(file)
    page.get_by_label("Name of the cohort").fill("Spring")
    follow(page.get_by_role("button", name="Read the list"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Spring", timeout=SLOW_MS)
    expect(page.locator(".list-faults").first).to_contain_text("Zzyzxville")
    expect(page.locator("#learners ~ .table-wrap tbody tr")).to_have_count(24)
    look(page, "cohort-learners")


def mend(page: Page) -> None:
    """Gives a learner whose first wish is no place another one."""
    follow(page.get_by_role("link", name="E05", exact=True))
    expect(page.locator(".list-faults")).to_contain_text("Zzyzxville")
    page.get_by_label("First wish").fill("Vilnius (LT)")
    look_at(page, "cohort-learner")
    follow(page.get_by_role("button", name="Save"))
    expect(page.locator(".list-faults").first).not_to_contain_text("Zzyzxville")


def ask_for(page: Page, name: str, *, km: str) -> None:
    """Has the cohort placed around Como, which is chosen from the towns that are offered."""
    follow(page.get_by_role("link", name="Place these learners"))
    page.get_by_label("Name of the scenario").fill(name)
    page.get_by_label("Base town").press_sequentially("Como", delay=20)
    page.locator("#base-list [role=option]").first.click()
    page.get_by_label("At most so many kilometres").fill(km)
    page.get_by_label("Spread").press("ArrowRight")
    expect(page.locator("output[for=spread]")).to_have_text("3")
    look_at(page, "cohort-rules")
    follow(page.get_by_role("button", name="Place them"))
    expect(page.get_by_role("heading", name="Who goes where")).to_be_visible(timeout=SLOW_MS)


def take_along(page: Page, folder: Path) -> None:
    """Takes the result along as a workbook and as letters to the hosts, and opens both."""
    host = page.locator(".placed tbody tr").first.locator("td a").first.inner_text()
    for link, name in (("Workbook (XLSX)", "result.xlsx"), ("Letters to hosts (DOCX)", "letters.docx")):
        with page.expect_download() as waited:
            page.get_by_role("link", name=link).click()
        waited.value.save_as(folder / name)
    sheets = CalamineWorkbook.from_path(folder / "result.xlsx")
    rows = sheets.get_sheet_by_index(0).to_python()
    assert any(host in row for row in rows)
    with ZipFile(folder / "letters.docx") as letters:
        assert host in letters.read("word/document.xml").decode()


def export(page: Page, folder: Path) -> None:
    """Takes the list along as a workbook, and opens it."""
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download the list (XLSX)").click()
    file = folder / "again.xlsx"
    waited.value.save_as(file)
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert len(rows) == 25
