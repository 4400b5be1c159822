"""Somebody puts a stay on the map, finds it and takes it back; learners ask, some through a referent."""

import json
import math
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qsl
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Request, expect
from pypdf import PdfReader
from sqlalchemy import func, select

from mapsvc.config import Settings
from mapsvc.domain.alumni import Pin
from mapsvc.domain.base import now
from mapsvc.domain.people import Letter, Pass
from mapsvc.domain.pin_files import COORDINATES
from mapsvc.places.gazetteer import Gazetteer, sphere_km
from mapsvc.storage.engine import private_engine, reading
from tests.browser.conftest import PHONE, NewPage, Office, follow, look_at, new_context, opened_office
from tests.letters import link_in
from tests.mail_sink import WAIT_S, text_of
from tests.qr import read_code

pytestmark = pytest.mark.browser

MODERATOR = "mo.stays@site.example"
STORY = "The bakery opens at four. Bring warm shoes."
CLASS = {"from_country": "PL", "field": "0716", "language": "en"}  # what is chosen from lists
ONE_PRESS = ("No, thank you", "Block this person", "Send", "Send", "Send")
NOT_THERE = 404
# What a press on the map may fetch: each is the same wherever it was.
FILES = re.compile(r"/(static|maps|towns|basemap)/[\w./-]+")


@pytest.fixture(scope="module")
def office(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office of this module alone, whose stays and mails are counted."""
    with opened_office(prepared, tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture(scope="module")
def moderator(browser: Browser, office: Office) -> Iterator[Page]:
    """The page of a moderator, who signs in once."""
    office.service.command("grant", MODERATOR, "moderator")
    context = new_context(browser, office.service.url, viewport=PHONE)
    page = context.new_page()
    office.sign_in(page, MODERATOR)
    yield page
    context.close()


def kept(office: Office) -> list[int]:
    """How many stays, links and mails there are."""
    engine = private_engine(Settings(instance=office.service.folder))
    with reading(engine) as session:
        found = [session.scalar(select(func.count()).select_from(noun)) or 0 for noun in (Pin, Pass, Letter)]
    engine.dispose()
    return found


def open_form(page: Page, *, age: int = 20, at: str = "/alumni/new") -> None:
    """Says how old somebody is, and gets the form of a stay."""
    page.goto(at)
    page.locator("input[name=age]").fill(str(age))
    follow(page.locator("main form .button"))


def make_class_link(office: Office, page: Page, email: str) -> str:
    """A referent makes the link of a class and prints its sheet; the address that the code on it holds."""
    office.service.command("grant", email, "referent", "--for", f"School of {email}")
    office.sign_in(page, email)
    page.goto("/desk/classes/new")
    for name, value in CLASS.items():
        page.locator(f"select[name={name}]").select_option(value)
    page.locator("input[name=name]").fill("Mechanics 2023")
    page.locator("input[name=year]").fill("2023")
    page.locator("input[name=ends_on]").fill((now().date() + timedelta(days=30)).isoformat())
    page.locator("input[name=most]").fill("20")
    press(page, "Make the link")
    expect(page.locator("main")).to_contain_text("used 0 of 20")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    look_at(page, "class-link")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Get the sheet to print (PDF)").click()
    printed = read_code(PdfReader(coming.value.path()).pages[0])
    assert printed == page.get_by_label("Link to send to your learners").input_value()
    assert printed == page.evaluate("navigator.clipboard.readText()")
    return printed


def fill_stay(page: Page, *, name: str, town: str = "Como, Lombardy, Italy", email: str = "") -> None:
    """Fills the form of a stay; with an address for who is not signed in."""
    page.locator("input[name=town]").fill(town)
    page.locator("select[name=field]").select_option("0716")
    page.locator("input[name=year]").fill("2024")
    page.locator("input[name=length]").fill("6")
    page.locator("select[name=from_country]").select_option("FR")
    page.locator("textarea[name=story]").fill(STORY)
    page.locator("input[name=may_be_asked]").check()
    page.locator("input[name=ask_about][value=work]").check()
    page.locator("input[name=display_name]").fill(name)
    if email:
        page.locator("input[name=email]").fill(email)
    page.locator("input[name=agree]").check()


def choose_town(page: Page, typed: str) -> None:
    """Types the beginning of a town and takes the first that is offered, by the keyboard alone."""
    field = page.locator("input[name=town]")
    field.fill("")
    field.press_sequentially(typed, delay=20)
    expect(page.locator("#town-list [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#town-place")).not_to_have_value("")


def press_on(page: Page, lon: float, lat: float) -> list[Request]:
    """Opens the map below the field of the town and presses on it; all that is asked for from then on."""
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("request", note)
    page.get_by_role("button", name="Choose on the map").click()
    expect(page.locator(".town-said")).to_have_text("Press on the map. The nearest town is taken.")
    page.wait_for_load_state("networkidle")
    frame = page.locator("#town_map").bounding_box()
    assert frame is not None
    (x, y), (middle_x, middle_y) = pixel(lon, lat), pixel(10.5, 52)
    across, down = round(frame["width"] / 2 + x - middle_x), round(frame["height"] / 2 + y - middle_y)
    page.locator("#town_map").click(position={"x": across, "y": down})
    return asked


def pixel(lon: float, lat: float) -> tuple[float, float]:
    """Where a point is on a map of zoom 4, whose world is 4,096 pixels wide (Web Mercator)."""
    north = math.asinh(math.tan(math.radians(lat)))
    return 4096 * (lon / 360 + 0.5), 4096 * (0.5 - north / math.tau)


def nearest_km(office: Office, path: str, lon: float, lat: float) -> float:
    """How far the nearest of all towns in a file of towns is."""
    with urlopen(office.service.url + path, timeout=60) as answer:
        countries = json.load(answer)["countries"].values()
    towns = [at for each in countries for at in zip(each["lons"], each["lats"], strict=True)]
    return min(sphere_km(lon, lat, east / 100, north / 100) for east, north in towns)


def path_of(request: Request) -> str:
    """The address of a request without its site."""
    return "/" + request.url.partition("//")[2].partition("/")[2]


def see_area_and_send(page: Page) -> None:
    """Presses what shows the area, and then what sends the stay."""
    follow(page.locator("main .stay-form > p .button"))
    expect(page.locator("section.aside[role=status]")).to_be_visible()
    follow(page.locator("section.aside .button"))


def confirm(page: Page, office: Office, email: str) -> None:
    """Opens the link of the mail and says that it was oneself."""
    page.goto(link_in(text_of(office.sink.wait_for(email, having="/alumni/confirm/"))))
    follow(page.locator("main form .button"))


def approve(moderator: Page, name: str) -> None:
    moderator.goto("/review?kind=stays")
    follow(moderator.get_by_role("link", name=name, exact=True))
    follow(moderator.get_by_role("button", name="Approve"))
    expect(moderator.locator("body")).to_contain_text("It is public now.")


def put_on_the_map(office: Office, page: Page, moderator: Page, *, name: str, email: str) -> str:
    """A stay that everybody sees, of somebody who may be asked; the path of its page."""
    open_form(page)
    fill_stay(page, name=name, email=email)
    see_area_and_send(page)
    confirm(page, office, email)
    approve(moderator, name)
    return found(page, name)[0]


def found(page: Page, name: str, where: str = "Como") -> list[str]:
    """The pages of those of this name whom the public search finds."""
    page.wait_for_timeout(400)  # as long as the directory may take to notice
    page.goto(f"/?where={where}&radius_km=30&kind=alumni")
    page.wait_for_load_state("networkidle")
    shown = page.locator("#results .card-title").get_by_text(name, exact=True)
    return [str(one.get_attribute("href")).partition("?")[0] for one in shown.all()]


def traces(office: Office, words: str) -> list[str]:
    """The public addresses whose answer holds these words."""
    addresses = [
        "/api/search?kind=alumni&where=Como&radius_km=30",
        "/api/viewport?box=8.5,45.5,9.5,46.2&zoom=9",
        "/list?kind=alumni&where=Como&radius_km=50",
        "/?kind=alumni&where=Como&radius_km=50",
        "/tiles/14/8605/5836.mvt",
        "/download/hosts.csv",
        "/download/hosts.geojson",
    ]
    held = []
    for address in addresses:
        with urlopen(office.service.url + address, timeout=60) as answer:
            if words.encode() in answer.read():
                held.append(address)
    return held


def visit(page: Page, path: str) -> None:
    """Opens a page with a map, and waits for the map: going on would break off what it asks for."""
    page.goto(path)
    page.wait_for_load_state("networkidle")


def open_mail(page: Page, office: Office, to: str, *, having: str) -> str:
    """Opens the link of a mail; its whole text with its headers."""
    mail = office.sink.wait_for(to, having=having)
    page.goto(link_in(text_of(mail)))
    return f"{mail.items()}\n{text_of(mail)}"


def ask(page: Page, slug: str, *, age: int, email: str, referent: str = "") -> None:
    """Fills and sends the form of a question; it is on its way once the mailed link is used."""
    visit(page, slug)
    follow(page.get_by_role("link", name="Ask a question"))
    page.locator("input[name=age]").fill(str(age))
    if referent:
        page.locator("input[name=referent]").fill(referent)
    page.locator("input[name=first_name]").fill("Ben")
    page.locator("select[name=trade]").select_option("0716")
    page.locator("input[name=questions][value=room]").check()
    page.locator("textarea[name=words]").fill("Is the bakery loud?")
    page.locator("input[name=email]").fill(email)


def send_question(page: Page, office: Office, email: str) -> None:
    follow(page.get_by_role("button", name="Mail me a link"))
    page.goto(link_in(text_of(office.sink.wait_for(email, having="/questions/confirm/"))))
    follow(page.get_by_role("button", name="Yes, send it"))


def press(page: Page, name: str) -> None:
    follow(page.get_by_role("button", name=name))


@pytest.mark.parametrize("javascript", [True, False])
def test_who_is_17_is_refused_kindly_before_any_other_field_and_nothing_is_kept(
    office: Office, new_page: NewPage, javascript: bool
) -> None:
    page, before = new_page(java_script_enabled=javascript), kept(office)

    page.goto("/alumni/new")
    fields = page.locator("main input:visible, main select:visible, main textarea:visible")
    asked = [one.get_attribute("name") for one in fields.all()]
    page.locator("input[name=age]").fill("17")
    follow(page.get_by_role("button", name="Go on"))

    assert asked == ["age"]
    expect(page.locator("main")).to_contain_text("You can come back once you are 18.")
    assert kept(office) == before
    if javascript:
        look_at(page, "stay-too-young")


def test_a_made_up_person_cannot_be_asked(office: Office, new_page: NewPage) -> None:
    page = new_page()
    path = found(page, "Maëlle")[0]

    visit(page, path)
    expect(page.locator("main")).to_contain_text("This person is made up.")
    look_at(page, "stay-sample")
    asking = page.get_by_role("link", name="Ask a question").count()
    answer = page.goto(f"{path}/ask")

    assert asking == 0
    assert answer is not None
    assert answer.status == 404


def test_the_pages_of_stays_speak_french(office: Office, new_page: NewPage, size: dict[str, int]) -> None:
    page = new_page(locale="fr-FR")

    open_form(page)
    look_at(page, "stay-fr-form")
    fill_stay(page, name="Odile", email=f"odile{size['width']}@example.org")
    page.locator("textarea[name=story]").fill("Appelez le +33 6 12 34 56 78")
    follow(page.locator("main .stay-form > p .button"))
    look_at(page, "stay-fr-area")
    follow(page.locator("section.aside .button"))
    look_at(page, "stay-fr-mailed")

    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Look into your mail")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_alumna_adds_her_stay_confirms_is_approved_finds_it_and_withdraws_it(
    office: Office, new_page: NewPage, moderator: Page, size: dict[str, int], javascript: bool
) -> None:
    word = f"Zelda{size['width']}{'js' if javascript else 'plain'}"
    name, email = word, f"{word.lower()}@example.org"
    page, referent = new_page(java_script_enabled=javascript), new_page()

    def seen(what: str) -> None:
        if javascript:
            look_at(page, f"stay-{what}")

    # By the code on the sheet of her class, a part of the form is filled in; without scripts, by herself.
    if javascript:
        open_form(page, at=make_class_link(office, referent, f"ref{size['width']}@school.example"))
        for field, value in {**CLASS, "year": "2023"}.items():
            if field != "language":
                expect(page.locator(f"[name={field}]")).to_have_value(value)
    else:
        open_form(page)
        expect(page.get_by_role("button", name="Choose on the map")).to_have_count(0)
    seen("form")

    # She fills in one page, and sees the area before anything is sent.
    fill_stay(page, name=name, email=email)
    if javascript:
        choose_town(page, "Como")
    follow(page.get_by_role("button", name="See which area is shown"))
    expect(page.get_by_role("heading", name="This area will be shown: around Como")).to_be_visible()
    seen("area")
    follow(page.get_by_role("button", name="Mail me a link").first)
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    seen("mailed")

    # The link of the mail, then a moderator.
    page.goto(link_in(text_of(office.sink.wait_for(email, having="/alumni/confirm/"))))
    seen("confirm")
    follow(page.get_by_role("button", name="Yes, it was me"))
    expect(page.locator("main")).to_contain_text("Your words wait for a moderator.")
    seen("waits")
    assert found(page, name) == []
    approve(moderator, name)

    # She finds it.
    paths = found(page, name)
    assert len(paths) == 1
    assert "/api/search?kind=alumni&where=Como&radius_km=30" in traces(office, name)
    seen("found")
    page.goto(paths[0])
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("main")).to_contain_text(STORY)
    seen("page")
    page.goto("/alumni/mine")
    expect(page.get_by_role("heading", name="What others see")).to_be_visible()
    seen("mine")

    # Her referent learns how many came, and not who.
    if javascript:
        referent.reload()
        expect(referent.locator("main")).to_contain_text("used 1 of 20")
        expect(referent.locator("main")).not_to_contain_text(name)

    # She withdraws it, and it is gone.
    follow(page.get_by_role("button", name="Take it off and erase it"))
    expect(page.locator("body")).to_contain_text("It is erased. Nobody sees it any more.")
    expect(page.locator("main")).to_contain_text("You have put no stay on the map so far.")
    seen("withdrawn")
    assert found(page, name) == []
    assert traces(office, word) == []
    answer = page.goto(paths[0])
    assert answer is not None
    assert answer.status == 404


def test_a_press_on_the_map_chooses_the_nearest_town_and_tells_nobody_where_it_was(
    office: Office, gazetteer: Gazetteer, new_page: NewPage, size: dict[str, int]
) -> None:
    lon, lat = 9.5, 45.3
    page = new_page()
    open_form(page)
    fill_stay(page, name="Greta", town="", email=f"greta{size['width']}@example.org")
    asked = press_on(page, lon, lat)
    expect(page.locator(".town-said")).to_contain_text("is chosen. Another one? Press again.")
    town, number = page.locator("input[name=town]").input_value(), page.locator("#town-place").input_value()
    page.wait_for_load_state("networkidle")
    look_at(page, "town-chosen")
    press(page, "See which area is shown")
    expect(page.locator("#host_map .area-outline")).to_have_count(1)
    look_at(page, "town-area")

    # It is the nearest of all, as far as a pixel tells: 7 km.
    place = gazetteer.place(int(number))
    towns = next(path for path in map(path_of, asked) if path.startswith("/towns/"))
    assert place is not None
    assert town == f"{place.name}, Italy"
    assert sphere_km(lon, lat, place.lon, place.lat) < nearest_km(office, towns, lon, lat) + 2 * 7

    # Until the form was sent, only files were asked for that are the same wherever one presses.
    (sent,) = [one for one in asked if one.method == "POST"]
    until = asked[: asked.index(sent)]
    assert [one.url for one in until if one.post_data or not FILES.fullmatch(path_of(one))] == []
    said = dict(parse_qsl(sent.post_data or ""))
    assert (said["town"], said["place"], set(said) & COORDINATES) == (town, number, set())


def test_what_was_typed_is_kept_when_a_town_is_not_clear_or_a_phone_number_is_told(
    office: Office, new_page: NewPage
) -> None:
    page = new_page()
    open_form(page)
    fill_stay(page, name="Frida", town="Frankfurt", email="not an address")
    page.locator("textarea[name=story]").fill("Call me: +33 6 12 34 56 78")
    page.locator("input[name=length]").fill("0")

    press(page, "See which area is shown")
    expect(page.get_by_role("alert")).to_be_visible()
    look_at(page, "stay-faults")
    expect(page.locator("textarea[name=story]")).to_have_value("Call me: +33 6 12 34 56 78")
    expect(page.locator("input[name=display_name]")).to_have_value("Frida")
    expect(page.locator("input[name=town]")).to_have_value("Frankfurt")
    expect(page.locator("input[name=agree]")).to_be_checked()
    expect(page.locator("input[name=ask_about][value=work]")).to_be_checked()

    if page.locator("input[type=radio][name=place]").count() == 0:
        page.locator("input[name=length]").fill("6")
        press(page, "See which area is shown")
    expect(page.get_by_text("There are several. Choose the one you mean.").first).to_be_visible()
    look_at(page, "stay-which-town")
    page.locator("input[type=radio][name=place]").first.check()
    page.locator("input[name=length]").fill("6")
    press(page, "See which area is shown")
    expect(page.locator("section.aside")).to_contain_text("phone number")
    look_at(page, "stay-phone-number")


def test_a_stranger_cannot_put_her_on_the_map(
    office: Office, new_page: NewPage, size: dict[str, int]
) -> None:
    name, email = f"Xanthe{size['width']}", f"xanthe{size['width']}@example.org"
    stranger, her = new_page(), new_page()

    open_form(stranger)
    fill_stay(stranger, name=name, email=email)
    see_area_and_send(stranger)
    mail = text_of(office.sink.wait_for(email, having="/alumni/confirm/"))
    before = traces(office, name)
    her.goto(link_in(mail))
    expect(her.locator("main")).to_contain_text("It was not you? Then close this page. Nothing is shown.")
    look_at(her, "stay-was-it-you")
    her.goto("/")

    assert before == []
    assert traces(office, name) == []
    assert found(her, name) == []
    assert (name in mail, STORY in mail) == (False, False)


def test_new_words_wait_what_is_taken_back_goes_at_once_and_all_can_be_taken_along(
    office: Office, new_page: NewPage, moderator: Page, size: dict[str, int]
) -> None:
    name, email = f"Yara{size['width']}", f"yara{size['width']}@example.org"
    page = new_page()
    open_form(page)
    fill_stay(page, name=name, email=email)
    page.locator("input[name=host_name]").fill("Panificio Bianchi")
    page.locator("input[name=agree_host]").check()
    see_area_and_send(page)
    confirm(page, office, email)
    approve(moderator, name)
    path = found(page, name)[0]

    # New words wait; the published ones stay.
    page.goto("/alumni/mine")
    follow(page.get_by_role("link", name="Correct it"))
    look_at(page, "stay-correct")
    page.locator("textarea[name=story]").fill("I would go again.")
    see_area_and_correct(page)
    expect(page.locator("main")).to_contain_text("Your words wait for a moderator.")
    look_at(page, "stay-corrected")
    visit(page, path)
    expect(page.locator("main")).to_contain_text(STORY)
    expect(page.locator("main")).to_contain_text("Panificio Bianchi")

    # The name of the host goes at once.
    page.goto("/alumni/mine")
    follow(page.get_by_role("link", name="Correct it"))
    page.locator("input[name=agree_host]").uncheck()
    page.locator("input[name=host_name]").fill("")
    see_area_and_correct(page)
    visit(page, path)
    expect(page.locator("main")).not_to_contain_text("Panificio Bianchi")
    expect(page.locator("main")).to_contain_text(STORY)

    # All of it can be taken along.
    page.goto("/alumni/mine")
    files = []
    for link in ("All that is kept (JSON)", "The areas (GeoJSON)"):
        with page.expect_download() as coming:
            page.get_by_role("link", name=link).click()
        files.append(json.loads(Path(coming.value.path()).read_text("utf-8")))
    assert files[0]["pins"][0]["draft"]["story"] == "I would go again."
    assert files[1]["features"][0]["geometry"]["type"] == "Point"

    approve(moderator, name)
    page.wait_for_timeout(400)
    visit(page, path)
    expect(page.locator("main")).to_contain_text("I would go again.")

    # And brought back: it fills in the form, and agrees to nothing.
    taken = {"name": "stays.json", "mimeType": "application/json", "buffer": json.dumps(files[0]).encode()}
    open_form(page)
    page.get_by_text("I have a file of my stays").click()
    look_at(page, "file")
    page.locator("#file").set_input_files(taken)  # type: ignore[arg-type]
    press(page, "Fill in the form with it")
    expect(page.locator("textarea[name=story]")).to_have_value("I would go again.")
    expect(page.locator("input[name=agree]")).not_to_be_checked()
    look_at(page, "file-filled")


def asked_of(office: Office, email: str, count: int) -> list[EmailMessage]:
    """The mails that brought somebody questions, in order; fails when not as many come."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        mails = [one for one in office.sink.to(email) if "asks you about your stay" in one["Subject"]]
        if len(mails) == count:
            return mails
        time.sleep(0.1)
    raise AssertionError(f"not {count} questions to {email}: {office.sink.received}")


def see_area_and_correct(page: Page) -> None:
    """Saves a correction, which shows the area first."""
    press(page, "See which area is shown")
    follow(page.locator("section.aside .button"))


def test_the_question_of_a_learner_of_17_reaches_the_referent_first(
    office: Office, new_page: NewPage, moderator: Page, size: dict[str, int]
) -> None:
    word = size["width"]
    name, hers = f"Wilma{word}", f"wilma{word}@example.org"
    his, ada = f"ben{word}@example.net", f"ada{word}@school.example"
    office.service.command("grant", ada, "referent", "--for", f"School {word}")
    alumna, learner, referent = new_page(), new_page(), new_page()
    slug = put_on_the_map(office, alumna, moderator, name=name, email=hers)

    # Without a referent it does not happen; with one, the referent is first.
    ask(learner, slug, age=17, email=his)
    look_at(learner, "stay-ask")
    press(learner, "Mail me a link")
    expect(learner.get_by_role("alert")).to_be_visible()
    look_at(learner, "stay-ask-who-is-your-referent")
    learner.locator("input[name=referent]").fill(ada)
    send_question(learner, office, his)
    look_at(learner, "stay-asked")
    first = open_mail(referent, office, ada, having="Nobody gets this before you pass it on.")
    look_at(referent, "stay-referent")
    assert [one for one in office.sink.to(hers) if "asks you" in one["Subject"]] == []

    # The referent passes it on, she answers, and all three can read it.
    press(referent, "Pass it on")
    second = open_mail(alumna, office, hers, having="asks you about your stay")
    expect(alumna.locator("main")).to_contain_text("Is the bakery loud?")
    look_at(alumna, "stay-asked-her")
    alumna.locator("textarea[name=text]").fill("Yes, but only until six.")
    press(alumna, "Send")
    third = open_mail(learner, office, his, having="Yes, but only until six.")
    for page in (learner, alumna, referent):
        page.reload()
        expect(page.locator("main")).to_contain_text("Yes, but only until six.")
    look_at(learner, "stay-answered")

    for mail, others in ((first, (hers, his)), (second, (his, ada)), (third, (hers, ada))):
        assert [address for address in others if address in mail] == []
    for page, others in ((learner, (hers, ada)), (alumna, (his, ada)), (referent, (hers, his))):
        assert [address for address in others if address in page.content()] == []


def test_an_adult_asks_directly_and_three_reports_hide_the_stay_until_a_moderator_looks(
    office: Office, new_page: NewPage, moderator: Page, size: dict[str, int]
) -> None:
    word = size["width"]
    name, hers = f"Vera{word}", f"vera{word}@example.org"
    alumna = new_page()
    waited = reported(moderator)
    slug = put_on_the_map(office, alumna, moderator, name=name, email=hers)
    askers = [(f"{who}{word}@example.net", new_page()) for who in ("max", "tom", "eva", "lea", "ida")]

    for email, page in askers:
        ask(page, slug, age=30, email=email)
        send_question(page, office, email)
        expect(page.locator("main")).to_contain_text("Your question is on its way.")
    asked = [link_in(text_of(mail)) for mail in asked_of(office, hers, len(askers))]

    # She ends what she does not want in one press each; three of those whom she answers report her.
    for link, way, done in zip(asked, ONE_PRESS, ("declined", "blocked", "", "", ""), strict=False):
        alumna.goto(link)
        if way == "Send":
            alumna.locator("textarea[name=text]").fill("Meet me alone.")
        press(alumna, way)
        if done:
            expect(alumna.locator("main")).to_contain_text("This conversation is closed.")
            look_at(alumna, f"stay-{done}")
    still = []
    for email, page in askers[2:]:
        open_mail(page, office, email, having="Meet me alone.")
        still.append(len(found(page, name)))
        page.go_back()
        press(page, "Report it")
        expect(page.locator("body")).to_contain_text("A moderator looks at it.")
    look_at(askers[-1][1], "stay-reported")
    assert still == [1, 1, 1]
    assert found(alumna, name) == []
    alumna.goto("/alumni/mine")
    look_at(alumna, "stay-hidden")

    # A moderator is told how many wait, reads one of them, and none that nobody reported.
    assert reported(moderator) == waited + 3
    follow(moderator.get_by_role("link", name="Reported conversations"))
    look_at(moderator, "stay-moderator-reported")
    follow(moderator.get_by_role("button", name="Read it").last)
    expect(moderator.locator("main")).to_contain_text("Meet me alone.")
    look_at(moderator, "stay-moderator-reads")
    number = int(moderator.url.rpartition("/")[2])
    follow(moderator.get_by_role("button", name="Settle it, and show the stay again"))
    assert len(found(alumna, name)) == 1
    assert read_status(moderator, number - 4) == NOT_THERE


def reported(moderator: Page) -> int:
    """How many reported conversations wait, as the queue says."""
    moderator.goto("/review")
    said = moderator.get_by_role("link", name="Reported conversations").inner_text()
    return int(re.sub(r"\D", "", said) or 0)


def read_status(moderator: Page, number: int) -> int:
    """How a moderator's wish to read a conversation is answered."""
    token = moderator.locator("input[name=csrf_token]").first.get_attribute("value")
    asked = {"csrf_token": token or ""}
    headers = {"Origin": moderator.evaluate("location.origin")}
    return moderator.request.post(f"/review/conversations/{number}", form=asked, headers=headers).status
