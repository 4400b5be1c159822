"""Every word that people read has a key, an English and a French label."""

import pytest

from mapsvc.content.faults import Faults
from mapsvc.content.kits import SECTIONS, load_kits
from mapsvc.content.trees import Tree
from mapsvc.domain import vocabulary
from mapsvc.resources import resource

NAMES = sorted(path.stem for path in resource("data/vocabulary").glob("*.yml") if path.stem != "SOURCE")
SECTORS = [
    "construction",
    "metal",
    "electricity",
    "electronics",
    "automotive",
    "wood",
    "food",
    "hospitality",
    "commerce",
    "logistics",
    "agriculture",
    "landscaping",
    "hairdressing_beauty",
    "textile",
    "printing_media",
    "it",
    "administration",
    "health",
    "education",
    "social",
    "justice",
    "medico_social",
    "culture",
    "youth_information",
    "socio_educational",
    "environment",
    "sport",
    "tourism",
    "chemistry_lab",
    "maritime",
    "public_services",
    "crafts_arts",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_word_has_an_english_and_a_french_label(name: str) -> None:
    unlabelled = [
        key
        for key, entry in vocabulary.entries(name).items()
        if not isinstance(key, str) or not entry.get("en") or not entry.get("fr")
    ]

    assert vocabulary.keys(name)
    assert unlabelled == []


def test_the_sectors_are_those_the_program_speaks_of() -> None:
    assert list(vocabulary.keys("sectors")) == SECTORS


def test_there_are_eleven_broad_fields_of_education() -> None:
    broad = [code for code in vocabulary.keys("fields") if len(code) == 2]

    assert broad == [f"{number:02d}" for number in range(11)]


def test_every_field_code_has_its_parents() -> None:
    orphans = [
        code
        for code in vocabulary.keys("fields")
        if len(code) > 2 and not vocabulary.is_known("fields", code[:-1])
    ]

    assert orphans == []


def test_a_label_falls_back_to_english_then_to_the_key() -> None:
    assert vocabulary.label("sectors", "wood", "fr") == "Bois et ameublement"
    assert vocabulary.label("sectors", "wood", "pl") == "Wood and furniture"
    assert vocabulary.label("sectors", "alchemy", "fr") == "alchemy"


def test_a_residual_field_code_takes_the_label_of_its_parent() -> None:
    assert vocabulary.label("fields", "0719", "en") == "Engineering and engineering trades"
    assert vocabulary.label("fields", "0799", "en") == "Engineering, manufacturing and construction"
    assert vocabulary.label("fields", "99", "en") == "99"
    assert not vocabulary.is_known("fields", "0719")


def test_a_kind_has_a_chip_label_and_a_singular() -> None:
    assert vocabulary.label("kinds", "host", "fr") == "Lieux"
    assert vocabulary.singular("kinds", "host", "en") == "Host"
    assert vocabulary.singular("sectors", "wood", "en") == "Wood and furniture"


def test_the_family_of_a_field_is_its_broad_code() -> None:
    assert vocabulary.field_family("0713") == "07"
    assert vocabulary.field_family("07") == "07"


def test_an_unknown_vocabulary_is_refused() -> None:
    with pytest.raises(FileNotFoundError):
        vocabulary.keys("spells")


def test_kits_have_a_heading_for_each_of_their_sections_in_their_order() -> None:
    assert vocabulary.keys("kit_sections") == SECTIONS


def test_places_of_kits_are_of_kinds_that_have_a_name() -> None:
    kits = load_kits(Tree.of(), Faults(Tree.of()))

    kinds = {place.kind for kit in kits.values() for place in kit.town.data.places}

    assert kinds
    assert kinds <= set(vocabulary.keys("kit_places"))
