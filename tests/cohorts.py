"""Makers of learners to be placed, and of a list of 24 as a school would bring it; nobody in it is real."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from mapsvc.domain.drafts import OfferDraft, OrganisationDraft
from mapsvc.planning.cohorts import Learner
from tests import make

FIRST, LAST = date(2027, 3, 1), date(2027, 3, 26)
HEADINGS = (
    *("Code", "Name", "Trade", "English", "Other languages", "Age at departure", "Dates", "1st wish"),
    *("2nd wish", "3rd wish", "Wheelchair?", "Needs a bed", "Home town", "Safety course", "Same town as"),
    "Remarks",
)
WOOD, BAKERY, ELECTRICITY = "carpenter", "Boulangerie", "713"
MARCH, WEEKS, FRENCH = "2027-03-01 – 2027-03-26", "weeks 9-12 2027", "du 1 mars au 26 mars 2027"


def learner(code: str = "A01", **values: Any) -> Learner:
    """A learner who stays four weeks in March."""
    return Learner(**({"code": code, "first": FIRST, "last": LAST} | values))


def row(
    code: str, trade: str, english: str, other: str, age: object, dates: str, *wishes: str, **more: str
) -> tuple[object, ...]:
    """A row of the list; wishes are up to three, what else is said goes by name."""
    three = (*wishes, "", "", "")[:3]
    told = [more.get(name, "") for name in ("wheelchair", "bed", "home", "safety", "same", "remarks")]
    return (code, more.get("name", ""), trade, english, other, age, dates, *three, *told)


ROWS = (
    row(
        "T01",
        WOOD,
        "B1",
        "",
        17,
        MARCH,
        "Como (IT)",
        "Lombardia",
        "Italy",
        home="Rennes (FR)",
        safety="yes",
        same="T02",
    ),
    row("T02", WOOD, "A2", "Italian A1", 17, MARCH, "Como (IT)", "", "", home="Rennes (FR)", safety="yes"),
    row("T03", WOOD, "B1", "italien A2", "18 years", WEEKS, "Lombardie", "Italie", bed="x", safety="oui"),
    row("T04", WOOD, "B2", "", 18, FRENCH, "Italy", "Lithuania", bed="yes", safety="done"),
    row("T05", WOOD, "A2", "", 16, "01/03/2027 - 26/03/2027", "Lecco, Italy", safety="no"),
    row("T06", WOOD, "B1", "de B1", 19, MARCH, "anywhere", safety="yes"),
    row("T07", WOOD, "B1", "", 17, MARCH, "Kaunas", "Como (IT)", wheelchair="yes", bed="yes", safety="yes"),
    row("T08", WOOD, "C1", "", 18, MARCH, "Kaunas", safety="yes", same="T07; T09"),
    row("B01", BAKERY, "A2", "", 17, MARCH, "Lille, France", "Hauts-de-France", safety="yes", same="B02"),
    row("B02", BAKERY, "A2", "French B1", 17, MARCH, "Lille, France", safety="yes"),
    row("B03", BAKERY, "B1", "français B2", 18, WEEKS, "France", "Italy", bed="needed", safety="yes"),
    row("B04", BAKERY, "B1", "", 18, FRENCH, "Hauts-de-France", safety="ja"),
    row("B05", "baker", "A1", "", 17, MARCH, "France", safety="yes", remarks="nut allergy"),
    row("B06", "1013; baker", "B1", "", 19, MARCH, "Como (IT)", "Lille, France", safety="yes"),
    row("B07", BAKERY, "B2", "", 20, "2027-W09/2027-W12", "Italy", safety="yes"),
    row("B08", BAKERY, "", "", 17, MARCH, "Frankfurt", "France", safety="not yet"),
    row("E01", ELECTRICITY, "B1", "", 18, MARCH, "Kaunas", "Lithuania", safety="yes", same="E02"),
    row("E02", ELECTRICITY, "B1", "", 18, MARCH, "Kaunas", safety="yes", same="E01"),
    row("E03", ELECTRICITY, "A2", "", 17, MARCH, "Lithuania", bed="oui", safety="yes"),
    row("E04", "electrician", "B2", "lt A1", 21, WEEKS, "LT", "Poland", safety="yes"),
    row("E05", "electrician", "B1", "", 18, "1-26 March 2027", "Zzyzxville", "Kaunas", safety="yes"),
    row("E06", "électricien", "B1", "", 17, MARCH, "Lithuania", wheelchair="fauteuil", safety="yes"),
    row(
        "E07",
        "Elektriker",
        "B1",
        "German B2",
        19,
        "1.3.2027 bis 26.3.2027",
        "Italy",
        "Lithuania",
        safety="ja",
    ),
    row("E08", ELECTRICITY, "A1", "", 16, MARCH, "Lithuania", safety="yes", same="E99"),
)


def cohort_of_24() -> bytes:
    """A messy list of 24 learners as XLSX: a title above it, words of three languages, and four things that
    are not clear or not known ("Frankfurt", "Zzyzxville", the codes "T09" and "E99"). Nobody is left out.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mobility 2027")
        sheet.write_string(0, 0, "Spring mobility, second year, made up for tests")
        for place, heading in enumerate(HEADINGS):
            sheet.write_string(2, place, heading)
        for line, cells in enumerate(ROWS, start=3):
            for place, cell in enumerate(cells):
                if isinstance(cell, int) or (isinstance(cell, str) and cell.isdigit()):
                    sheet.write_number(line, place, int(cell))
                elif cell:
                    sheet.write_string(line, place, str(cell))
    return out.getvalue()


def hosts_for_24() -> tuple[OrganisationDraft, ...]:
    """Nine made-up hosts with 22 seats in March 2027 for that list, so that two or more are left over."""
    return (
        _host("Falegnameria Prova", make.COMO, "Como", "IT", "IT-CO", ("0722",), seats=3, wheelchair=False),
        _host("Mobili Esempio", make.LECCO, "Lecco", "IT", "IT-LC", ("0722",), seats=2, min_age=16),
        _host(
            "Medžio dirbtuvė Pavyzdys",
            make.KAUNAS,
            "Kaunas",
            "LT",
            "LT-KU",
            ("0722",),
            seats=2,
            wheelchair=True,
        ),
        _host("Boulangerie Modèle", make.LILLE, "Lille", "FR", "FR-59", ("0721", "1013"), seats=3),
        _host("Le Fournil Exemple", (3.06, 50.64), "Lille", "FR", "FR-59", ("0721",), seats=2, level="A2"),
        _host("Panificio Finto", (9.08, 45.81), "Como", "IT", "IT-CO", ("0721", "1013"), seats=2),
        _host("Elektra Pavyzdys", (23.91, 54.89), "Kaunas", "LT", "LT-KU", ("0713",), seats=4, level="A2"),
        _host("UAB Srovė Pavyzdys", (25.28, 54.69), "Vilnius", "LT", "LT-VL", ("0713",), seats=2, min_age=18),
        _host("Impianti Immaginari", (9.19, 45.46), "Milano", "IT", "IT-MI", ("0713",), seats=2, min_age=18),
    )


def _host(
    name: str,
    at: tuple[float, float],
    town: str,
    country: str,
    region: str,
    fields: tuple[str, ...],
    *,
    seats: int,
    level: str = "A1",
    **values: Any,
) -> OrganisationDraft:
    given: dict[str, Any] = {
        "fields": fields,
        "languages": (("en", level),),
        "periods": ((date(2027, 2, 1), date(2027, 6, 30), seats),),
        "accommodation": "helped",
        "wheelchair": True,
    }
    offer: OfferDraft = make.offer(title={"en": f"Four weeks at {name}"}, **(given | values))
    return make.host(
        name,
        at,
        offers=(offer,),
        site_values={"town": town, "country": country, "region": region},
        sample=True,
    )
