"""Telephone numbers, and the many other numbers of a text."""

import pytest

from mapsvc.domain.flag_phones import phones


def found_in(text: str) -> list[str]:
    return [text[start:end] for start, end in phones(text)]


@pytest.mark.parametrize(
    "number",
    [
        "0341 123456",
        "0171/3920012",
        "(0211) 39 20 04 56",
        "+49 (0)351 2312 5890",
        "0043 1 2345678",
        "06 12 34 56 78",
        "06.39.98.56.78",
        "+33 6 12 34 56 78",
        "020 7946 0123",
        "07700900456",
        "612 345 678",
        "600123987",
        "93 123 45 67",
        "347 1234567",
        "333.123.45.67",
        "3289876543",
        "501-234-567",
        "six 39 98 12 34 56",
        "null eins sieben eins drei neun zwei null null vier",
        "zéro six trente-neuf quatre-vingt-dix-huit douze trente-quatre",
    ],
)
def test_a_number_is_found_as_each_country_writes_it(number: str) -> None:
    assert found_in(f"The family, {number}, is kind.") == [number]


def test_a_word_for_calling_makes_a_short_number_one() -> None:
    assert found_in("Call 345 67 89 when you land.") == ["345 67 89"]
    assert found_in("We made 345 67 89 of them.") == []


def test_a_number_is_found_after_a_date() -> None:
    assert found_in("From 04.03.2024 on 0341 123456 answers.") == ["0341 123456"]


@pytest.mark.parametrize(
    "text",
    [
        "From 2024-03-04 to 24.05.2024, or 04/03/24 to 24 05 2024.",
        "Open 8:30-16:00, 08.00 12.00 16.00, 0730-1530, 24/7.",
        "In 2021 2022 2023 2024 we took two.",
        "A room is 1.350,00 €, the turnover 12 345 678 euros.",
        "The region had 612 345 678 visitors and 120 000 000 trees.",
        "ISBN 978-3-16-148410-0, ISBN 84-205-1234-6, and 9783161484100.",
        "SIRET 123 456 789 00012, NIP 521-301-72-28, P.IVA 01234567890, HRB 123456, DE123456789.",
        "Our PIC is 949 123 456 and the project 2023-1-DE02-KA121-VET-000123456.",
        "DE89 3704 0044 0532 0130 00 is our account.",
        "54290 Trier, 31-001 Kraków, 20121 Milano.",
        "Boards of 1920 x 1080, RAL 7016, DIN EN ISO 9606-1, § 5 Abs. 2.",
        "One, two, three, and in six weeks you know five people.",
        "Sei gentile, sei puntuale e in due o tre settimane sei a casa.",
        "52.520008 13.404954 is where we are, and pi is 0.31415926535.",
    ],
)
def test_other_numbers_are_no_telephone(text: str) -> None:
    assert found_in(text) == []
