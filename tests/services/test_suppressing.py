"""Who asked not to be listed is known again in later lists, and by nothing else than keyed hashes."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft
from mapsvc.domain.hosts import Organisation
from mapsvc.domain.reviews import Suppression
from mapsvc.domain.sources import Import, Outcome
from mapsvc.domain.uploads import QuarantinedRow
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.imports import import_hosts
from mapsvc.services.loading import load_seed
from mapsvc.services.suppressing import is_suppressed, lift, same_as, split_suppressed, suppress
from tests import make
from tests.publish import publish

KEY = "a key"
TRIER, MAINZ = (6.6371, 49.7557), (8.2473, 49.9929)


def bakery(at: tuple[float, float] | None = TRIER, **values: Any) -> OrganisationDraft:
    site = {"town": "Trier", "country": "DE", **values.pop("site_values", {})}
    return make.host(**({"name": "Bäckerei Müller", "at": at, "site_values": site} | values))


def suppressed(session: Session, draft: OrganisationDraft) -> None:
    publish(session, draft)
    suppress(session, session.scalars(select(Organisation)).one(), KEY)


def left_out(session: Session, *drafts: OrganisationDraft, source: str = "another list") -> list[str]:
    return [one.name for one in split_suppressed(session, drafts, KEY, source=source)[1]]


def test_a_suppressed_firm_is_left_out_of_every_list(session: Session) -> None:
    suppressed(session, bakery())

    kept, out = split_suppressed(session, [bakery(), make.host("Falegnameria Rossi")], KEY)

    assert [one.name for one in kept] == ["Falegnameria Rossi"]
    assert out == [bakery()]


def test_a_firm_of_the_same_name_in_another_town_stays(session: Session) -> None:
    suppressed(session, bakery())

    assert left_out(session, bakery(MAINZ, site_values={"town": "Mainz"})) == []


@pytest.mark.parametrize(
    "again",
    [
        bakery(name="BAECKEREI  MÜLLER".replace("AE", "Ä")),
        bakery(name="Bäckerei Müller GmbH"),
        bakery(name="Bäckerei Müller e. K."),
        bakery(site_values={"town": "Trèves", "place_id": 77}),
        bakery((6.6400, 49.7570), site_values={"town": None}),
        bakery(None, site_values={"town": None, "country": "DE"}),
        bakery(None, site_values={"town": "Trier", "country": None}),
        bakery(MAINZ, legal_ids=(("vat", "DE123456789"),), name="Müller", site_values={"town": "Mainz"}),
        bakery(MAINZ, website="https://www.mueller-brot.de/team", site_values={"town": "Mainz"}),
        bakery(name="Müller Brot", website="http://mueller-brot.de"),
    ],
    ids=[
        "other letters",
        "legal form",
        "legal form apart",
        "town in another language",
        "a point near",
        "no place",
        "no country",
        "legal id",
        "same name and website",
        "same town and website",
    ],
)
def test_a_firm_is_known_again_when_a_list_spells_it_differently(
    session: Session, again: OrganisationDraft
) -> None:
    suppressed(
        session,
        bakery(
            legal_ids=(("vat", "DE123456789"),),
            website="https://mueller-brot.de",
            site_values={"place_id": 77},
        ),
    )

    assert left_out(session, again) == [again.name]


def test_branches_of_a_chain_under_one_website_stay(session: Session) -> None:
    suppressed(session, bakery(name="Edeka Weber", website="https://www.edeka.de/weber"))

    branch = bakery(
        MAINZ, name="Edeka Schmitt", website="https://www.edeka.de/schmitt", site_values={"town": "Mainz"}
    )
    assert left_out(session, branch) == []


def test_a_page_with_a_provider_says_nothing_of_who_it_is(session: Session) -> None:
    suppressed(session, bakery(website="https://mueller.wordpress.com"))

    other = bakery(name="Tischlerei Kern", website="https://kern.wordpress.com")
    assert left_out(session, other) == []


def test_the_number_in_the_same_list_counts_with_the_town(session: Session) -> None:
    publish(session, bakery(site_values={"external_ids": ("17",)}))
    suppress(session, session.scalars(select(Organisation)).one(), KEY)
    renamed = bakery(name="Backhaus", site_values={"external_ids": ("17",)})

    source = session.scalars(select(Organisation)).one().source.name
    assert left_out(session, renamed, source=source) == ["Backhaus"]
    assert left_out(session, renamed, source="other") == []


def test_a_name_that_has_its_town_in_it_is_enough(session: Session) -> None:
    suppressed(session, bakery(name="Bäckerei Müller Trier"))

    assert left_out(session, bakery(None, name="Bäckerei Müller Trier", site_values={"town": "Konz"})) == [
        "Bäckerei Müller Trier"
    ]


def test_what_is_kept_names_nobody(session: Session) -> None:
    suppressed(session, bakery(website="https://mueller-brot.de"))

    kept = str(session.execute(text("SELECT digest, entry, kind FROM suppressions")).all()).lower()

    assert len(session.scalars(select(Suppression)).all()) > 3
    assert not any(word in kept for word in ("muller", "müller", "trier", "brot"))


def test_another_key_finds_nothing(session: Session) -> None:
    suppressed(session, bakery())

    assert split_suppressed(session, [bakery()], "another key")[1] == []


def test_a_form_is_told_who_asked_not_to_be_listed(session: Session) -> None:
    suppressed(session, bakery())

    assert is_suppressed(session, name="Bäckerei Müller", town="Trier", country="DE", key=KEY)
    assert not is_suppressed(session, name="Bäckerei Müller", town="Mainz", country="DE", key=KEY)


def test_lifting_lets_a_firm_come_back_with_all_its_marks(session: Session) -> None:
    suppressed(session, bakery(website="https://mueller-brot.de"))

    assert lift(session, name="Bäckerei Müller", town="Mainz", country="DE", key=KEY) == 0
    assert lift(session, name="bäckerei müller GmbH", town="Trier", country="DE", key=KEY) == 1
    assert left_out(session, bakery(name="Müller Brot", website="mueller-brot.de")) == []


def test_lifting_one_leaves_another_of_the_same_domain(session: Session) -> None:
    shared = (("vat", "DE1"),)
    publish(session, bakery(legal_ids=shared), bakery(name="Konditorei", legal_ids=shared))
    for one in session.scalars(select(Organisation)):
        suppress(session, one, KEY)

    lift(session, name="Konditorei", town="Trier", country="DE", key=KEY)

    assert left_out(session, bakery()) == ["Bäckerei Müller"]


def test_the_same_firm_of_another_list_is_found(session: Session) -> None:
    publish(session, bakery(), bakery(name="Bäckerei Müller OHG", at=(6.64, 49.75)), make.host("Rossi"))
    first, second, other = session.scalars(select(Organisation).order_by(Organisation.id)).all()

    assert same_as(first, [second, other]) == [second]


def small_file(folder: Path) -> Path:
    file = folder / "list.csv"
    file.write_text(
        "name,town,country,lat,lon\n"
        "Bäckerei Müller,Trier,DE,49.7557,6.6371\n"
        "Tischlerei Kern,Trier,DE,49.7560,6.6380\n"
        "Bäckerei Müller,Trier,DE,ninety,6.6371\n",
        "utf-8",
    )
    return file


def test_an_import_leaves_out_who_asked_for_it_and_keeps_none_of_its_cells(
    session: Session, gazetteer: Gazetteer, regions: Regions, tmp_path: Path
) -> None:
    suppressed(session, bakery())
    session.delete(session.scalars(select(Organisation)).one())
    session.commit()

    report = import_hosts(
        session, small_file(tmp_path), importer="tests", gazetteer=gazetteer, regions=regions, key=KEY
    )

    assert session.scalars(select(Organisation.name)).all() == ["Tischlerei Kern"]
    assert [
        (one.line, one.name, one.value, one.reason) for one in report.lines if one.outcome == "suppressed"
    ] == [
        (2, "", "", "Asked not to be listed."),
        (4, "", "", "Asked not to be listed."),
    ]
    assert report.counts[Outcome.SUPPRESSED] == 2
    assert session.scalars(select(QuarantinedRow)).all() == []


def test_the_seed_directory_leaves_out_who_asked_for_it(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    load_seed(session, gazetteer=gazetteer, regions=regions, key=KEY)
    one = session.scalars(select(Organisation).order_by(Organisation.id)).first()
    assert one
    name = one.name
    suppress(session, one, KEY)
    session.query(Import).delete()
    session.query(Organisation).delete()
    session.commit()

    load_seed(session, gazetteer=gazetteer, regions=regions, key=KEY)

    names = session.scalars(select(Organisation.name)).all()
    assert len(names) > 10
    assert name not in names
