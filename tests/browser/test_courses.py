"""A learner takes the safety course in a browser, and a stranger verifies the certificate."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from mapsvc.config import Settings
from mapsvc.content.library import usable
from mapsvc.content.trees import Tree
from mapsvc.services.course_tests import draw
from tests.browser.conftest import PHONE, NewPage, Office, Witness, follow, look_at
from tests.service import RunningService
from tests.services.test_course_tests import right

pytestmark = pytest.mark.browser

LESSON = "/courses/safety/papers/copies"
HEAVIEST_BYTES = 150 * 1024


def answer(page: Page, sent: dict[str, list[str]]) -> None:
    """Fills a form in as somebody does who knows the answers."""
    for name, values in sent.items():
        fields = page.locator(f'[name="{name}"]')
        if fields.first.evaluate("field => field.tagName") == "SELECT":
            # By its place, after the empty one: Playwright would take a value for what is shown.
            fields.select_option(index=int(values[0]) + 1)
        for value in values if fields.count() > 1 else []:
            page.locator(f'[name="{name}"][value="{value}"]').check()


def test_answers_are_explained_on_the_page_and_reading_is_remembered(phone: Page) -> None:
    phone.goto(LESSON)
    for question in phone.locator(".question").all():
        question.locator("input").first.check()
    phone.get_by_role("button", name="See what is right").click()

    expect(phone.locator(".score")).to_contain_text("of 3 right")
    expect(phone.locator(".said-of")).to_have_count(3)
    assert phone.url.endswith(LESSON)
    look_at(phone, "lesson-answered")

    phone.get_by_role("button", name="I have read this lesson").click()
    follow(phone.get_by_role("link", name="← Safety before mobility"))
    expect(phone.locator("[data-progress-text]")).to_have_text("1 of 36 lessons read")
    expect(phone.locator(f'a[href="{LESSON}"] .read')).to_be_visible()
    look_at(phone, "course")

    phone.get_by_role("button", name="Forget it").click()
    expect(phone.locator("[data-progress-text]")).to_be_hidden()


def test_the_first_visit_of_a_lesson_is_light(phone: Page) -> None:
    weight: list[float] = []
    session = phone.context.new_cdp_session(phone)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))

    phone.goto("/courses/safety/travel/on-the-way")
    phone.wait_for_load_state("networkidle")

    assert 20_000 < sum(weight) <= HEAVIEST_BYTES


def test_without_scripts_a_lesson_explains_as_well(page_with: Callable[..., Page]) -> None:
    page = page_with(viewport=PHONE, java_script_enabled=False)
    page.goto(LESSON)
    for question in page.locator(".question").all():
        question.locator("input").first.check()

    follow(page.get_by_role("button", name="See what is right"))

    expect(page.locator(".said-of")).to_have_count(3)
    assert page.url.endswith("#check")


def test_a_learner_passes_and_a_stranger_verifies_the_certificate(
    phone: Page, live_service: RunningService, context_with: Callable[..., BrowserContext], witness: Witness
) -> None:
    phone.goto("/courses/safety")
    follow(phone.get_by_role("link", name="To the final test"))
    follow(phone.get_by_role("link", name="Begin the test"))
    look_at(phone, "test")
    settings = Settings(instance=live_service.folder)
    course = usable(Tree.of(settings.folder)).courses["safety"]
    drawn = draw(course, phone.url.rpartition("/")[2], key=settings.secret)
    for one in drawn.questions:
        answer(phone, right(one))
    follow(phone.get_by_role("button", name="Hand in the test"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("You passed")
    look_at(phone, "test-passed")

    follow(phone.get_by_role("link", name="Make my certificate"))
    look_at(phone, "certificate")
    phone.get_by_label("Your name").fill("Zoë Müller")
    with phone.expect_download() as coming:
        phone.get_by_role("button", name="Get the certificate (PDF)").click()
    said = PdfReader(io.BytesIO(Path(coming.value.path()).read_bytes())).pages[0].extract_text()
    code = re.findall(r"certificates/(\w{4}-\w{4}-\w{4})", said)[0]
    stranger = context_with().new_page()
    witness.watch(stranger)
    stranger.goto("/certificates")
    stranger.get_by_label("Code on the certificate").fill(code.lower())
    follow(stranger.get_by_role("button", name="Check"))

    expect(stranger.get_by_role("heading", level=1)).to_contain_text("This certificate is valid")
    expect(stranger.locator("main")).not_to_contain_text("Zoë")
    look_at(stranger, "certificate-valid")

    phone.goto("/courses/safety")
    expect(phone.get_by_role("link", name="Make my certificate")).to_be_visible()


def test_the_emergency_card_is_made_without_sending_anything(phone: Page) -> None:
    phone.goto("/emergency-card")
    phone.wait_for_load_state("networkidle")
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.url))

    phone.get_by_label("Your name").fill("Lina")
    phone.get_by_label("Allergies").fill("Penicillin")
    phone.get_by_label("Allergies").press("Enter")

    expect(phone.locator('[data-shows="allergies"]')).to_have_text("Penicillin")
    look_at(phone, "emergency-card")
    phone.emulate_media(media="print")
    expect(phone.locator(".card-form")).to_be_hidden()
    expect(phone.locator(".pocket")).to_be_visible()
    assert sent == []


def test_the_emergency_card_is_kept_only_where_that_is_ticked(phone: Page) -> None:
    phone.goto("/emergency-card")
    phone.get_by_label("Your name").fill("Lina")
    phone.reload()
    expect(phone.get_by_label("Your name")).to_have_value("")

    phone.get_by_label("Keep it in this browser").check()
    phone.get_by_label("Your name").fill("Lina")
    phone.reload()
    expect(phone.get_by_label("Your name")).to_have_value("Lina")

    phone.get_by_role("button", name="Empty all fields").click()
    phone.reload()
    expect(phone.get_by_label("Your name")).to_have_value("")


def test_what_was_read_follows_the_account_to_another_device(new_page: NewPage, office: Office) -> None:
    here, there = new_page(), new_page()
    lina = f"{uuid4().hex}@example.org"  # who has read nothing, on whatever screen this runs first
    office.sign_in(here, lina)
    here.goto("/account/courses")
    look_at(here, "own-courses")
    with here.expect_navigation():
        here.get_by_role("button", name="Yes, on this device").click()
    here.goto(LESSON)
    with here.expect_response(re.compile(r"/account/courses/safety$")) as sent:
        here.get_by_role("button", name="I have read this lesson").click()
    assert sent.value.status == 303

    office.sign_in(there, lina)
    there.goto("/account/courses")

    expect(there.get_by_text("1 of 36 lessons read")).to_be_visible()
