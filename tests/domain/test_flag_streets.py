"""Streets with a house, and streets, ways and places without."""

import pytest

from mapsvc.domain.flag_streets import street_addresses


def found_in(text: str) -> list[str]:
    return [text[start:end] for start, end in street_addresses(text)]


@pytest.mark.parametrize(
    "address",
    [
        "12 Baker Street",
        "47b Victoria Road",
        "18 St. John’s Road",
        "Park Avenue 22",
        "Hauptstr. 5",
        "Karl-Marx-Straße 112",
        "Kölner Straße 8-10",
        "Straße des 17. Juni 135",
        "Am Alten Markt 3",
        "Im Gehege 6",
        "Alt-Moabit 10",
        "St.-Wendeler-Str. 16",
        "Lindenweg 14a",
        "12 rue de la Paix",
        "3 bis, avenue Jean Jaurès",
        "7 place de la Mairie",
        "rue Haute 215",
        "C/ Mayor 5",
        "calle de la Luna, 14",
        "Avda. de la Constitución 112",
        "via Roma 10",
        "Via G. Verdi 3",
        "Piazza della Libertà 3",
        "ul. Długa 7/3",
        "ul. 3 Maja 24",
        "al. Jana Pawła II 112",
        "os. Słonecznym 31/12",
        "Kalverstraat 92",
    ],
)
def test_an_address_is_found_as_each_language_writes_it(address: str) -> None:
    assert found_in(f"We live here: {address}, behind the church.") == [address]


def test_a_postcode_and_its_town_make_any_name_with_a_number_an_address() -> None:
    assert found_in("Wir sind in Adlerhorst 7, 54290 Trier, zu finden.") == ["Adlerhorst 7, 54290 Trier"]
    assert found_in("Wir sind in Adlerhorst 7 zu finden.") == []


@pytest.mark.parametrize(
    "text",
    [
        "The main street of the village has 12 houses. On the road home there are 3.",
        "In 2019 Main Street was closed, and Park Street 2020 too.",
        "Take bus 12 Baker Street and get off at line 4 Park Road.",
        "The 5 Star Hotel Park is next door.",
        "Schulweg 20 Minuten, Platz 3 von 12, Bundesstraße 51, Ausbildungsplatz 25.",
        "Im Raum 12, am Tisch 5, Am Tag 6. In der Klasse 9, im Oktober 3.",
        "Die Hauptstraße 300 Meter hinunter.",
        "La rue du 8 Mai 1945, la place du 14 Juillet, à 2 rues de la gare.",
        "Nous avons 3 places de stage, 1 place en salle et 2 cours de français.",
        "La plaza de España queda a 10 minutos, la Plaza Mayor 5 minutos más.",
        "La carretera nacional 340, la strada statale 36, la route nationale 7, droga krajowa 7.",
        "Flight via Frankfurt, 2 hours; colloquio via Teams, 3 domande; via Zurigo, 3 ore.",
        "Spotkanie na placu 3 Maja, ulicą 11 Listopada, dla 4 os. Program 3-tygodniowy.",
    ],
)
def test_a_street_without_a_house_is_no_address(text: str) -> None:
    assert found_in(text) == []
