"""Who is counted, and what stands for a visitor for a day."""

import pytest

from mapsvc.domain.demand_visitors import Sought, broad_fields, is_counted, visitor_code

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Mobile Safari/537.36"
)
SALT, OTHER_SALT = bytes(32), bytes(31) + b"1"


def counted(method: str = "GET", **headers: str) -> bool:
    given = {"User-Agent": PHONE} | {name.replace("_", "-"): value for name, value in headers.items()}
    return is_counted(method, lambda name: given.get(name, ""))


def test_a_person_with_a_browser_is_counted() -> None:
    assert counted()
    assert counted(DNT="0", Sec_GPC="0")


@pytest.mark.parametrize("signal", ["DNT", "Sec_GPC"])
def test_who_does_not_want_to_be_counted_is_not(signal: str) -> None:
    assert not counted(**{signal: "1"})


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Sec_Purpose", "prefetch"),
        ("Sec_Purpose", "prefetch;prerender"),
        ("Purpose", "prefetch"),
        ("X_Moz", "prefetch"),
    ],
)
def test_a_page_that_nobody_asked_for_yet_is_not_counted(header: str, value: str) -> None:
    assert not counted(**{header: value})


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "curl/8.5.0",
        "python-requests/2.32",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130 Safari/537.36",
        "Mozilla/5.0 (compatible; Yahoo! Slurp)",
    ],
)
def test_programs_are_not_counted(agent: str) -> None:
    assert not counted(User_Agent=agent)


@pytest.mark.parametrize("method", ["HEAD", "POST", "OPTIONS"])
def test_only_looking_at_a_page_is_counted(method: str) -> None:
    assert not counted(method)


def test_a_visitor_has_one_code_a_salt_and_another_with_another() -> None:
    ana = visitor_code(SALT, "192.0.2.7", PHONE)

    assert ana == visitor_code(SALT, "192.0.2.7", PHONE)
    assert ana == visitor_code(SALT, "::ffff:192.0.2.7", PHONE)
    others = {
        visitor_code(OTHER_SALT, "192.0.2.7", PHONE),
        visitor_code(SALT, "192.0.2.8", PHONE),
        visitor_code(SALT, "192.0.2.7", f"{PHONE} "),
        visitor_code(SALT, "", PHONE),
        visitor_code(SALT, "no address", PHONE),
    }
    assert len({ana} | others) == 6


def test_a_phone_whose_ipv6_address_changes_by_itself_stays_one_visitor() -> None:
    codes = {visitor_code(SALT, f"2001:db8:1:2::{rest}", PHONE) for rest in ("1", "abcd:ef01")}

    assert len(codes) == 1
    assert visitor_code(SALT, "2001:db8:1:3::1", PHONE) not in codes


def test_searches_count_for_each_broad_field_once_or_for_none() -> None:
    assert broad_fields(["0715", "0716", "10", "071"]) == ("07", "10")
    assert broad_fields([]) == ("",)


def test_what_waits_to_be_counted_does_not_show_its_visitor() -> None:
    shown = repr(Sought("192.0.2.7", PHONE, 9.0, 45.8, "IT", ("07",)))

    assert "192" not in shown
    assert "Mozilla" not in shown
