"""From rows to hosts."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from mapsvc.errors import UnreadableFile
from mapsvc.intake.hosts import read_hosts
from mapsvc.intake.mapping import ColumnMapping
from mapsvc.intake.readers import read_table
from mapsvc.places.gazetteer import Gazetteer
from tests.intake.make import NoTowns, a_file, read

FULL = {
    "Raison sociale": "Bois & Fils",
    "Sigle": "BF",
    "Type de structure": "SARL",
    "Code OID": "E10394821",
    "Identifiant": "FR-1",
    "Site internet": "www.bois.example",
    "Présentation": "Menuiserie",
    "Intitulé de l'offre": "Fabriquer un meuble",
    "Missions proposées": "Scier\nPoncer",
    "Métier": "0722",
    "Secteur": "Bois",
    "Numéro de rue": "12",
    "Rue": "rue Haute",
    "CP": "67000",
    "Ville": "Strasbourg",
    "Pays": "France",
    "Coordonnées GPS": "48,5734; 7,7521",
    "Langues": "français, anglais B1",
    "Âge minimum": "16 ans",
    "Places": "2",
    "Disponible à partir du": "01/03/2027",
    "Disponible jusqu'au": "26/03/2027",
    "Durée minimale (semaines)": "2",
    "Durée maximale (semaines)": "8",
    "Hébergement": "aide",
    "PMR": "oui",
    "Type de mobilité": "Erasmus+ VET, short-term (10 to 89 days)",
    "Public accueilli": "apprentis",
    "Conditions particulières": "chaussures",
    "Nom du tuteur": "Anne Riou",
    "Courriel": "a@bois.example",
    "Téléphone": "+33 3 88",
    "Fax": "0388",
    "Remarques": "calme",
}


def test_every_field_of_a_row_is_read(tmp_path: Path) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([FULL, FULL.values()])

    got = read(a_file(tmp_path, out.getvalue()))
    host = got.hosts[0]

    assert got.messages == []
    assert (host.name, host.other_names, host.organisation_kind) == ("Bois & Fils", ("BF",), "company")
    assert (host.legal_ids, host.external_id) == ((("OID", "E10394821"),), "FR-1")
    assert (host.website, host.summary, host.title) == (
        "https://www.bois.example",
        "Menuiserie",
        "Fabriquer un meuble",
    )
    assert (host.missions, host.fields, host.sectors) == (("Scier", "Poncer"), ("0722",), ("wood",))
    assert (host.address, host.postcode, host.town, host.country) == (
        "12 rue Haute",
        "67000",
        "Strasbourg",
        "FR",
    )
    assert (host.position, host.precision, host.place_id) == ((7.7521, 48.5734), "address", None)
    assert host.languages == (("fr", None), ("en", "B1"))
    assert (host.min_age, host.seats, host.min_days, host.max_days) == (16, 2, 14, 56)
    assert host.periods == ((date(2027, 3, 1), date(2027, 3, 26), 2),)
    assert (host.accommodation, host.wheelchair) == ("helped", True)
    assert host.programmes == ("erasmus_vet_short",)
    assert (host.welcome, host.conditions) == ("apprentis", "chaussures")
    assert (host.contact_name, host.contact_email, host.contact_phone) == (
        "Anne Riou",
        "a@bois.example",
        "+33 3 88",
    )
    assert host.private == {"Fax": "0388", "Remarques": "calme"}


def test_a_row_without_a_point_is_located_by_its_town(tmp_path: Path, gazetteer: Gazetteer) -> None:
    rows = "MDA;34000;Montpellier;France\nHWK;24937;Flensburg;Deutschland\nX;;Nowhereville;France\n"

    got = read(a_file(tmp_path, f"Nom;CP;Ville;Pays\n{rows}"), gazetteer=gazetteer)

    montpellier, flensburg, nowhere = got.hosts
    assert montpellier.position == pytest.approx((3.877, 43.611), abs=0.05)
    assert flensburg.position == pytest.approx((9.436, 54.785), abs=0.05)
    assert {montpellier.precision, flensburg.precision} == {"town"}
    assert montpellier.place_id is not None
    assert (nowhere.position, nowhere.precision, nowhere.place_id) == (None, None, None)


def test_the_town_in_an_address_of_one_string_locates_too(tmp_path: Path, gazetteer: Gazetteer) -> None:
    text = 'name,address\nA,"12 rue Haute, 67000 STRASBOURG CEDEX 2, France"\n'

    got = read(a_file(tmp_path, text), gazetteer=gazetteer)

    assert got.hosts[0].position == pytest.approx((7.75, 48.58), abs=0.05)
    assert got.hosts[0].country == "FR"


def test_a_town_located_without_a_country_is_said(tmp_path: Path, gazetteer: Gazetteer) -> None:
    got = read(a_file(tmp_path, "name,town\nA,Strasbourg\nB,Strasbourg\n"), gazetteer=gazetteer)

    assert [host.country for host in got.hosts] == ["FR", "FR"]
    assert sum("No country is stated" in message for message in got.messages) == 1


def test_a_file_without_a_column_of_names_is_refused_with_what_it_has(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"missing: name.*lat, lon, wait"):
        read(a_file(tmp_path, "lat,lon,wait\n48.5,7.5,8.0\n"))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("host", None),
        ("Hôte", None),
        ("", None),
        ("alumni", "is no host"),
        ("kit", "is no host"),
        ("admin", "not in host|alumni|kit"),
    ],
)
def test_only_hosts_are_taken(kind: str, reason: str | None, tmp_path: Path) -> None:
    got = read(a_file(tmp_path, f"name,type,lat,lon\nA,{kind},48.58123,7.75123\nB,host,48.58123,7.75123\n"))

    assert len(got.hosts) == (1 if reason else 2)
    assert all(reason is not None and reason in said for said in got.reasons)


def test_a_row_without_a_name_or_with_an_endless_one_is_a_fault(tmp_path: Path) -> None:
    got = read(
        a_file(tmp_path, f"name,lat,lon\n-,48.58123,7.75123\n{'x' * 301},48.58123,7.75123\nC,48.58,7.75\n")
    )

    assert [fault.line for fault in got.faults] == [2, 3]
    assert got.reasons == ["The name is missing.", "The name is longer than 300 characters."]


def test_a_name_over_several_columns_is_joined(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "Name 1;Name 2;Name 3;Ort\nKita;Sonne;;Kehl\n"))

    assert got.hosts[0].name == "Kita Sonne"


def test_what_cannot_be_read_is_kept_privately_and_said_once(tmp_path: Path) -> None:
    header = "name;Secteur;Langues;Places;Site internet;Pays;Type de structure\n"
    rows = "A;Bois, zzz;français, klingon;viele;javascript:alert(1);Ruritanie;zzz\n"
    good = "G;Bois;français;2;g.example;France;SARL\n" * 3

    got = read(a_file(tmp_path, header + rows * 2 + good))

    assert got.hosts[0].sectors == ("wood",)
    assert got.hosts[0].website is None
    assert got.hosts[0].private == {
        "Secteur": "Bois, zzz",
        "Langues": "français, klingon",
        "Places": "viele",
        "Site internet": "javascript:alert(1)",
        "Pays": "Ruritanie",
        "Type de structure": "zzz",
    }
    assert sum("(2 rows)" in message for message in got.messages) == 6


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "data:text/html,x", "http://", "a@b.example", "ftp://x.y"]
)
def test_only_addresses_of_web_sites_are_websites(website: str, tmp_path: Path) -> None:
    good = "B;https://b.example/x?y=1\nC;c.example\n"

    got = read(a_file(tmp_path, f"name;website\nA;{website}\n{good}"))

    assert [host.website for host in got.hosts] == [None, "https://b.example/x?y=1", "https://c.example"]


@pytest.mark.parametrize(
    ("header", "value", "days"),
    [
        ("min_days;max_days", "14;60", (14, 60)),
        ("Durée minimale;Durée maximale", "2 semaines;3 mois", (14, 90)),
        ("min_days;max_days", "60;14", (14, 60)),
        ("min_days;#", "14-60 days;x", (14, 60)),
        ("Min. stay (weeks);Max. stay (weeks)", "2;4", (14, 28)),
        ("min_days;max_days", "٢;99999", (None, None)),
    ],
)
def test_stays_are_counted_in_days(
    header: str, value: str, days: tuple[int | None, int | None], tmp_path: Path
) -> None:
    got = read(
        a_file(tmp_path, f"name;{header}\nA;{value}\nB;{'7;7' if '#' not in header else '7;'}\nC;7;7\n")
    )

    assert (got.hosts[0].min_days, got.hosts[0].max_days) == days


def test_the_heading_of_the_name_says_the_kind_where_no_column_does(tmp_path: Path) -> None:
    got = read(a_file(tmp_path, "hospital_name,town\nSanta Maria,Como\n"))

    assert (got.hosts[0].organisation_kind, got.hosts[0].sectors) == ("hospital", ("health",))


def test_a_given_mapping_makes_private_columns_contacts(tmp_path: Path) -> None:
    path = a_file(tmp_path, "Einrichtung;Vorname;Nachname\nKita;Eva;Süß\n")
    mapping = ColumnMapping({"name": ("Einrichtung",), "contact_name": ("Vorname", "Nachname")})

    hosts, _faults, _notices = read_hosts(read_table(path), mapping, crs=None, gazetteer=NoTowns())

    assert hosts[0].contact_name == "Eva Süß"
    assert hosts[0].private == {}


def test_names_that_look_like_code_stay_text(tmp_path: Path) -> None:
    names = ["{{7*7}}", "{% raw %}", "<script>alert(1)</script>", "${alert(1)}", "שלום עולם", "'s Heeren Loo"]

    got = read(a_file(tmp_path, "name;lat;lon\n" + "".join(f"{name};48.58123;7.75123\n" for name in names)))

    assert [host.name for host in got.hosts] == names


def test_faults_and_hosts_are_never_the_same_row(tmp_path: Path) -> None:
    rows = [
        "A,48.58123,7.75123",
        "B,NaN,7.75",
        ",48.5,7.5",
        "D,1e400,7",
        "E,,",
        "F,91,0",
        "G,4_8.5,7",
        "H,0,0",
    ]

    got = read(a_file(tmp_path, "name,lat,lon\n" + "\n".join(rows) + "\n"))

    lines = sorted([host.line for host in got.hosts] + [fault.line for fault in got.faults])
    assert lines == list(range(2, 10))
    assert {notice.line for notice in got.notices} & {fault.line for fault in got.faults} == set()
