"""Rows that agree on name and place are one site, and differ in its offers."""

from typing import Any

from mapsvc.intake.hosts import HostRow
from mapsvc.services.grouping import group_rows
from tests import make

NOTHING: dict[str, Any] = dict.fromkeys(HostRow.__slots__)
LISTS = ("other_names", "legal_ids", "missions", "fields", "sectors", "languages", "periods", "programmes")


def row(
    line: int, name: str = "Falegnameria Rossi", at: tuple[float, float] | None = make.COMO, **values: Any
) -> HostRow:
    plain = {**NOTHING, **dict.fromkeys(LISTS, ()), "private": {}, "precision": "address" if at else None}
    return HostRow(**{**plain, "line": line, "name": name, "position": at, **values})


def near(metres: float) -> tuple[float, float]:
    return make.COMO[0], make.COMO[1] + metres / 111_150


def group(*rows: HostRow, region: str | None = "IT-CO") -> Any:
    return group_rows(rows, [region] * len(rows))


def test_rows_of_one_name_within_25_metres_are_one_site_with_an_offer_each() -> None:
    (host,) = group(row(2, kind_text="Abend-Gymnasium"), row(3, at=near(20), kind_text="Abend-Realschule"))

    (site,) = host.sites
    assert site.lines == (2, 3)
    assert [offer.title for offer in site.offers] == [{"": "Abend-Gymnasium"}, {"": "Abend-Realschule"}]


def test_rows_of_one_name_further_apart_are_two_sites() -> None:
    hosts = group(row(2), row(3, at=near(30)))

    assert [len(host.sites) for host in hosts] == [1, 1]


def test_sites_that_share_a_legal_id_a_website_or_a_town_are_one_organisation() -> None:
    far = (make.LECCO, make.LILLE, make.KAUNAS)
    for shared in (
        {"legal_ids": (("PIC", "949123456"),)},
        {"website": "https://a.example"},
        {"town": "Como", "country": "IT"},
    ):
        (host,) = group(row(2, **shared), *(row(3 + place, at=at, **shared) for place, at in enumerate(far)))
        assert len(host.sites) == 4, shared


def test_rows_that_are_equal_are_one_site_without_a_second_offer() -> None:
    (host,) = group(row(2, fields=("0716",)), row(3, fields=("0716",)))

    assert len(host.sites[0].offers) == 1


def test_a_row_that_only_describes_its_host_is_no_offer() -> None:
    (host,) = group(row(2, summary="A joinery of six people.", sectors=("wood",)))

    assert host.sites[0].offers == ()
    assert (host.about, host.sectors) == ({"": "A joinery of six people."}, ("wood",))


def test_a_row_with_the_title_of_an_offer_is_one() -> None:
    (host,) = group(row(2, title="Building chairs", kind_text="Joinery"))

    assert [offer.title for offer in host.sites[0].offers] == [{"": "Building chairs"}]


def test_a_contact_stays_private_with_its_site_or_its_offer() -> None:
    (host,) = group(row(2, contact_email="a@example.org"))
    (offering,) = group(row(2, contact_email="a@example.org", fields=("0716",)))

    assert host.sites[0].private == ({"email": "a@example.org"},)
    assert offering.sites[0].offers[0].contact == {"email": "a@example.org"}


def test_rows_without_a_point_are_one_site_when_their_towns_are_equal() -> None:
    hosts = group(
        row(2, at=None, town="Como"), row(3, at=None, town="COMO"), row(4, at=None, town="Lecco"), region=None
    )

    assert [site.lines for host in hosts for site in host.sites] == [(2, 3), (4,)]


def test_the_country_follows_the_point_where_the_list_says_none() -> None:
    (silent,) = group(row(2))
    (said,) = group(row(2, country="CH"))

    assert (silent.sites[0].country, said.sites[0].country) == ("IT", "CH")


def test_organisations_come_in_the_order_of_their_lines() -> None:
    hosts = group(row(2, "Zebra"), row(3, "Alpha"), row(4, "Zebra", near(10)))

    assert [host.name for host in hosts] == ["Zebra", "Alpha"]
