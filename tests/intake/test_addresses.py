"""Addresses in one string."""

import pytest

from mapsvc.intake.addresses import Address, clean_town, split_address, split_prefix


@pytest.mark.parametrize(
    ("text", "street", "postcode", "town", "country"),
    [
        ("Blissestr. 22, 10713 Berlin", "Blissestr. 22", "10713", "Berlin", None),
        ("12 rue des Lilas 35000 Rennes", "12 rue des Lilas", "35000", "Rennes", None),
        ("3 quai Est, BP 12, 44000 NANTES CEDEX 2", "3 quai Est, BP 12", "44000", "NANTES", None),
        ("Via Roma 12, 22100 Como (CO)", "Via Roma 12", "22100", "Como", None),
        ("Calle Mayor 5, 46001 Valencia, España", "Calle Mayor 5", "46001", "Valencia", "ES"),
        ("Dorpsstraat 8, 7311 AB Apeldoorn", "Dorpsstraat 8", "7311 AB", "Apeldoorn", None),
        ("Rua Augusta 5, 1100-048 Lisboa, Portugal", "Rua Augusta 5", "1100-048", "Lisboa", "PT"),
        ("ul. Lubartowska 5, 20-001 Lublin", "ul. Lubartowska 5", "20-001", "Lublin", None),
        ("Sokolská 1, 702 00 Ostrava", "Sokolská 1", "702 00", "Ostrava", None),
        ("18 Station Road, Manchester M1 1AE", "18 Station Road", "M1 1AE", "Manchester", None),
        ("4 Mill Lane, Cork, T12 AB34, Ireland", "4 Mill Lane", "T12 AB34", "Cork", "IE"),
        ("Brīvības iela 5, Rīga, LV-1010", "Brīvības iela 5", "LV-1010", "Rīga", "LV"),
        ("Santariškių g. 2, LT-08661 Vilnius", "Santariškių g. 2", "LT-08661", "Vilnius", "LT"),
        ("1051 Budapest, Fő utca 1.", "Fő utca 1.", "1051", "Budapest", None),
        ("Kirkegade 12 8000 Aarhus", "Kirkegade 12", "8000", "Aarhus", None),
        ("Lindenweg 4, D-24937 Flensburg", "Lindenweg 4", "24937", "Flensburg", "DE"),
        ("10713 Berlin", None, "10713", "Berlin", None),
        ("Schillerstr., undefined Berlin", "Schillerstr.", None, "Berlin", None),
        ("Hauptstr. 1\n56072 Koblenz", "Hauptstr. 1", "56072", "Koblenz", None),
        ("5 rue X, 75012 Paris 12", "5 rue X", "75012", "Paris 12", None),
        ("Weg 1, 67227 Frankenthal (Pfalz)", "Weg 1", "67227", "Frankenthal (Pfalz)", None),
    ],
)
def test_an_address_is_taken_apart(
    text: str, street: str | None, postcode: str | None, town: str, country: str | None
) -> None:
    assert split_address(text) == Address(street, postcode, town, country)


@pytest.mark.parametrize(
    "text",
    [
        "Avenue du 8 mai 1945",
        "Avenue du 8 mai 1945 Lille",
        "1200 avenue de l'Europe",
        "Rue du 11 novembre 1918, Lyon",
        "Pöllau 12",
        "Hauptstraße",
    ],
)
def test_what_is_no_postcode_stays_in_the_street(text: str) -> None:
    assert split_address(text) == Address(text)


@pytest.mark.parametrize(
    ("postcode", "expected"),
    [
        ("D-10713", ("10713", "DE")),
        ("LT-08661", ("LT-08661", "LT")),
        ("L-1234", ("1234", "LU")),
        ("10713", ("10713", None)),
        ("M1 1AE", ("M1 1AE", None)),
        ("XX-123", ("XX-123", None)),
    ],
)
def test_the_letters_of_a_country_are_taken_off_a_postcode(
    postcode: str, expected: tuple[str, str | None]
) -> None:
    assert split_prefix(postcode) == expected


def test_a_town_loses_what_is_no_part_of_its_name() -> None:
    assert clean_town("Nancy Cedex 9") == "Nancy"
    assert clean_town("Como (CO)") == "Como"
    assert clean_town("Frankenthal (Pfalz)") == "Frankenthal (Pfalz)"
