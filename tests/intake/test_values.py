"""Words in cells: kinds, sectors, fields, countries, languages, numbers of authorities, dates."""

from datetime import date

import pytest

from mapsvc.domain import vocabulary
from mapsvc.intake import values
from mapsvc.intake.legal_ids import legal_number
from mapsvc.intake.names import country_code, language_code, languages_in
from mapsvc.intake.periods import read_date, read_periods
from mapsvc.intake.word_files import word_file
from mapsvc.places.folding import fold


@pytest.mark.parametrize(
    ("part", "name"), [("kinds", "organisation_kinds"), ("sectors", "sectors"), ("fields", "fields")]
)
def test_the_words_stand_for_keys_of_the_vocabulary_and_for_one_each(part: str, name: str) -> None:
    listed = word_file("values")[part]
    meant: dict[str, set[str]] = {}
    for key, words in listed.items():
        for word in words:
            meant.setdefault(fold(word), set()).add(key)

    assert [key for key in listed if not vocabulary.is_known(name, key)] == []
    assert {word: keys for word, keys in meant.items() if len(keys) > 1} == {}


@pytest.mark.parametrize("sector", vocabulary.keys("sectors"))
def test_every_sector_is_known_by_its_labels(sector: str) -> None:
    for language in ("en", "fr"):
        assert values.sectors_in(vocabulary.label("sectors", sector, language)) == ([sector], [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Berufsbildende Schule", "school"),
        ("Musikhauptschule", "school"),
        ("Hochschule Trier", "university"),
        ("Volkshochschule", "training_centre"),
        ("Krankenhaus", "hospital"),
        ("Hôpital général à caractère universitaire", "hospital"),
        ("Algemeen ziekenhuis", "hospital"),
        ("SARL", "company"),
        ("GmbH & Co. KG", "company"),
        ("Cooperativa sociale", "cooperative"),
        ("Lycée professionnel privé", "school"),
        ("hospital", "hospital"),
        ("general", None),
        ("", None),
    ],
)
def test_kinds_of_organisation_are_recognised(text: str, kind: str | None) -> None:
    assert values.organisation_kind(text) == kind


def test_lists_of_sectors_and_fields_are_recognised() -> None:
    assert values.sectors_in("Bois, Automobile; Hotel- und Gastgewerbe / xyz") == (
        ["wood", "automotive", "hospitality"],
        ["xyz"],
    )
    assert values.fields_in("0713; 07, Tischler | Koch; 0719; 9999; 1")[0] == [
        "0713",
        "07",
        "0722",
        "1013",
        "0719",
    ]
    assert values.fields_in("9999") == ([], ["9999"])


@pytest.mark.parametrize(
    ("text", "answer"),
    [("Ja", True), ("non", False), ("x", True), ("1", True), ("0", False), ("peut-être", None)],
)
def test_yes_and_no_are_known_in_six_languages(text: str, answer: bool | None) -> None:
    assert values.yes_or_no(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("oui", "provided"),
        ("Hilfe bei der Suche", "helped"),
        ("none", "none"),
        ("Nee", "none"),
        ("50 €", None),
    ],
)
def test_accommodation_is_provided_helped_or_none(text: str, answer: str | None) -> None:
    assert values.accommodation(text) == answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Litauen", "LT"),
        ("Pays-Bas", "NL"),
        ("UK", "GB"),
        ("el", "GR"),
        ("GBR", "GB"),
        ("ESPAÑA", "ES"),
        ("Tschechische Republik", "CZ"),
        ("Česko", "CZ"),
        ("Ελλάδα", "GR"),
        ("Vereinigtes Königreich", "GB"),
        ("Bayern", None),
        ("XX", None),
        ("EU", None),
        ("123", None),
    ],
)
def test_countries_are_known_by_code_and_by_name(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_languages_are_read_with_their_levels() -> None:
    assert languages_in("français (B2), anglais; Deutsch C1 und español") == (
        [("fr", "B2"), ("en", None), ("de", "C1"), ("es", None)],
        [],
    )
    assert languages_in("en/fr; xx; Klingonisch") == ([("en", None), ("fr", None)], ["xx", "Klingonisch"])
    assert language_code("Vlaams") == "nl"


@pytest.mark.parametrize(
    ("text", "heading", "country", "expected"),
    [
        ("E10394821", "id", None, ("OID", "E10394821")),
        ("732 829 320 00074", "SIRET", "FR", ("SIRET", "73282932000074")),
        ("732 829 320 00075", "SIRET", "FR", None),
        ("949654321", "PIC", None, ("PIC", "949654321")),
        ("732829320", "SIREN", "FR", None),
        ("DE 123 456 789", "USt-IdNr", None, ("VAT", "DE123456789")),
        ("IT00743110157", "x", None, ("VAT", "IT00743110157")),
        ("00743110157", "Partita IVA", None, ("VAT", "IT00743110157")),
        ("B-58818501", "CIF", None, ("VAT", "ESB58818501")),
        ("12345678Z", "NIF", "ES", None),
        ("DEUTSCHLAND", "VAT", None, None),
        ("4711", "Nummer", None, None),
    ],
)
def test_numbers_of_authorities_are_told_by_their_form(
    text: str, heading: str, country: str | None, expected: tuple[str, str] | None
) -> None:
    assert legal_number(text, heading=heading, country=country) == expected


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-03-26", date(2027, 3, 26)),
        ("26.3.2027", date(2027, 3, 26)),
        ("26/03/2027", date(2027, 3, 26)),
        ("26 mars 2027", date(2027, 3, 26)),
        ("1er avril 2027", date(2027, 4, 1)),
        ("3 de mayo de 2027", date(2027, 5, 3)),
        ("2027-03-26 00:00:00", date(2027, 3, 26)),
        ("03/26/2027", None),
        ("31/02/2027", None),
        ("26/03/27", None),
        ("spring", None),
    ],
)
def test_dates_are_day_before_month(text: str, day: date | None) -> None:
    assert read_date(text) == day


def test_periods_are_read_with_their_seats() -> None:
    march = (date(2027, 3, 1), date(2027, 3, 26))
    april = (date(2027, 4, 1), date(2027, 4, 3))

    assert read_periods("2027-03-01/2027-03-26 x2; 1.4.2027 bis 3.4.2027") == [(*march, 2), (*april, 1)]
    assert read_periods("du 1er mars 2027 au 26 mars 2027", seats=3) == [(*march, 3)]
    assert read_periods("26.03.2027 - 01.03.2027") is None
    assert read_periods("all year") is None
