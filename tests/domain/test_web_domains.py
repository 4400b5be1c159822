"""Which domains are an organisation's own, so that a mail address there proves something."""

import pytest

from mapsvc.domain.web_domains import is_at, own_domain


@pytest.mark.parametrize(
    ("website", "own"),
    [
        ("https://www.falegnameria.it/chi-siamo", "falegnameria.it"),
        ("falegnameria.it", "falegnameria.it"),
        ("https://team.firm.co.uk", "firm.co.uk"),
        ("https://müller.de/", "xn--mller-kva.de"),
        ("HTTPS://WWW.Firm.DE:8443/a?b#c", "firm.de"),
        ("https://user@firm.de", "firm.de"),
    ],
)
def test_a_website_of_ones_own_has_a_domain(website: str, own: str) -> None:
    assert own_domain(website) == own


@pytest.mark.parametrize(
    "website",
    [
        *("https://bakery.free.fr", "https://web.de/~bakery", "https://bakery.wordpress.com"),
        *("https://sites.google.com/view/bakery", "https://www.facebook.com/bakery", "bakery.wixsite.com"),
        *("https://lycee.ac-versailles.fr", "https://www.pagesjaunes.fr/pros/1", "gmail.com"),
        *(
            "localhost",
            "http://192.168.0.1/",
            "http://[::1",
            "co.uk",
            "",
            "not a website",
            "http://...",
            None,
        ),
    ],
)
def test_a_page_with_a_provider_or_nothing_readable_has_none(website: str | None) -> None:
    assert own_domain(website) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("info@firm.de", True),
        ("info@mail.firm.de", True),
        ("INFO@FIRM.DE", True),
        ("info@firm.de.evil.example", False),
        ("info@evilfirm.de", False),
        ("firm.de@gmail.com", False),
        ("info@firm.at", False),
    ],
)
def test_an_address_is_at_a_website_when_both_are_registered_as_one(address: str, said: bool) -> None:
    assert is_at(address, "https://www.firm.de") is said


def test_nobody_is_at_a_mail_provider() -> None:
    assert not is_at("bakery@free.fr", "http://bakery.free.fr")
    assert not is_at("bakery@web.de", "https://web.de")
