"""Web and mail addresses, plain and spelled out."""

import pytest

from mapsvc.domain.flag_links import links


def found_in(text: str) -> list[str]:
    return [text[start:end] for start, end in links(text)]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a?b=c#d",
        "hxxp://example.org",
        "www.example.org",
        "example.co.uk",
        "EXAMPLE.COM",
        "münchen-beispiel.de/praktikum",
        "t.me/someone",
        "first.last+work@school.example.pl",
        "anna (at) beispiel.de",
        "anna [at] beispiel [punkt] de",
        "anna at beispiel punkt de",
        "jean arobase exemple point fr",
        "sergio arroba ejemplo punto es",
        "marco chiocciola esempio punto it",
        "kuba małpa przyklad kropka pl",
        "www dot example dot com",
        "example[.]com",
        "example(dot)org",
        "zimmer-beispiel . de",
    ],
)
def test_an_address_is_found_however_it_is_spelled(address: str) -> None:
    assert found_in(f"More here: {address}, if you like.") == [address]


@pytest.mark.parametrize(
    "text",
    [
        "We use Node.js, Vue.js, ASP.NET and PHP 8.2.",
        "Bring shoes, e.g. boots, i.e. no sandals, z.B. Stiefel, p. ej. botas, m.in. buty.",
        "St. Gallen and St.Gallen are the same town.",
        "The room is clean.It was small.In summer it is hot.",
        "Wir essen, trinken usw.in der Pause.",
        "Hola amig@s y alumn@s.",
        "Les étudiant.es et les salarié.es sont reçu.es le lundi.",
        "C’était sur le point de changer, d’un autre point de vue.",
        "El punto es que el punto de encuentro es este.",
        "He was at that point in time the boss.",
        "In the dot com years we had no web.",
        "Version 2.4.1 costs 3.50 at most.",
        "Sp. z o.o., S.p.A., s.r.o., e.V., S.L.",
    ],
)
def test_a_dot_in_prose_makes_no_link(text: str) -> None:
    assert found_in(text) == []


def test_the_dot_that_ends_a_sentence_is_no_part_of_the_link() -> None:
    assert found_in("See (https://example.org/a). Or example.org!") == [
        "https://example.org/a",
        "example.org",
    ]
