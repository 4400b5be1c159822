"""Hosts that are named twice are proposed, and what was decided lasts."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.listings import Listing
from mapsvc.errors import NotFound
from mapsvc.services.duplicates import (
    Decision,
    MergedAlready,
    SameHost,
    UnknownHost,
    apply_decisions,
    decide,
    keep,
    merge,
    proposed_duplicates,
    undecide,
)
from mapsvc.services.loading import clear_samples
from mapsvc.services.publishing import republish
from mapsvc.services.undoing import undo_import
from tests import make
from tests.publish import publish
from tests.services.desks import administrator, hosts_of, referent


def near(metres: float) -> tuple[float, float]:
    return make.COMO[0], make.COMO[1] + metres / 111_150


def titles(session: Session) -> list[str]:
    return sorted(session.scalars(select(Listing.title)))


def test_hosts_of_two_lists_within_100_metres_and_of_nearly_one_name_are_proposed(session: Session) -> None:
    publish(session, make.host("Falegnameria Rossi"), make.host("Bar Centrale"), source="one")
    publish(
        session,
        make.host("Falegnameria Rosi", near(60)),
        make.host("Falegnameria Rossi", near(400)),
        source="other",
    )

    pairs = proposed_duplicates(session)

    assert [(pair.first_name, pair.second_name, round(pair.distance_m)) for pair in pairs] == [
        ("Falegnameria Rossi", "Falegnameria Rosi", 60)
    ]


def test_hosts_of_one_list_are_proposed_where_they_differ_by_a_letter(session: Session) -> None:
    publish(session, make.host("Falegnameria Rossi"), make.host("Falegnameria Rosi", near(50)))

    (pair,) = proposed_duplicates(session)

    assert (pair.first_name, pair.second_name) == ("Falegnameria Rossi", "Falegnameria Rosi")


def test_hosts_of_one_list_that_stand_for_a_town_must_be_more_alike(session: Session) -> None:
    town = {"precision": "town"}
    publish(
        session,
        make.host("Bar Roma", site_values=town),
        make.host("Bar Romana", site_values=town),
        make.host("Falegnameria Rossi", site_values=town),
        make.host("Falegnameria Rosi", site_values=town),
    )

    assert [pair.second_name for pair in proposed_duplicates(session)] == ["Falegnameria Rosi"]


def test_hosts_whose_names_differ_by_a_number_are_two(session: Session) -> None:
    publish(session, make.host("Scuola Media Statale 12"), source="one")
    publish(session, make.host("Scuola Media Statale 13", near(10)), source="other")

    assert proposed_duplicates(session) == []


def test_legal_forms_do_not_part_two_names(session: Session) -> None:
    publish(session, make.host("Bäckerei Müller"), source="one")
    publish(session, make.host("Baeckerei Müller GmbH & Co. KG", near(20)), source="other")
    publish(session, make.host("GmbH", near(10)), source="third")

    assert [pair.second_id for pair in proposed_duplicates(session)] == [2]


def test_a_removed_host_is_not_proposed(session: Session) -> None:
    first, _second = two_lists(session)
    organisation = session.get(Organisation, first)
    assert organisation
    organisation.status = HostStatus.REMOVED
    session.commit()

    assert proposed_duplicates(session) == []


def test_neighbours_across_the_edge_of_a_cell_are_proposed(session: Session) -> None:
    publish(session, make.host(at=(9.0039999, 45.0009999)), source="one")
    publish(session, make.host(at=(9.0040001, 45.0010001)), source="other")

    assert len(proposed_duplicates(session)) == 1


def test_a_merged_host_is_hidden_also_after_its_list_comes_again(session: Session) -> None:
    publish(session, make.host("Falegnameria Rossi"), source="one")
    publish(session, make.host("Falegnameria Rosi", near(60)), source="other")
    (pair,) = proposed_duplicates(session)

    merge(session, pair.first_id, pair.second_id)
    publish(session, make.host("Falegnameria Rosi", near(60), kind="company"), source="other")
    apply_decisions(session)
    session.commit()

    assert titles(session) == ["Falegnameria Rossi"]
    assert proposed_duplicates(session) == []


def test_hosts_that_are_kept_apart_are_not_proposed_again(session: Session) -> None:
    publish(session, make.host("Falegnameria Rossi"), source="one")
    publish(session, make.host("Falegnameria Rosi", near(60)), source="other")
    (pair,) = proposed_duplicates(session)

    keep(session, pair.second_id, pair.first_id)

    assert proposed_duplicates(session) == []


def test_keeping_takes_a_merge_back(session: Session) -> None:
    publish(session, make.host("Falegnameria Rossi"), source="one")
    publish(session, make.host("Falegnameria Rosi", near(60)), source="other")
    (pair,) = proposed_duplicates(session)
    merge(session, pair.first_id, pair.second_id)

    keep(session, pair.first_id, pair.second_id)

    assert titles(session) == ["Falegnameria Rosi", "Falegnameria Rossi"]


def test_only_two_hosts_that_exist_can_be_decided(session: Session) -> None:
    publish(session, make.host())

    with pytest.raises(SameHost):
        merge(session, 1, 1)
    with pytest.raises(UnknownHost):
        keep(session, 1, 12345)


def two_lists(session: Session, **first: object) -> tuple[int, int]:
    """A host that two lists name, the ids of the pair that is proposed."""
    publish(session, make.host("Falegnameria Rossi", **first), source="one")  # type: ignore[arg-type]
    publish(session, make.host("Falegnameria Rosi", near(60)), source="other")
    (pair,) = proposed_duplicates(session)
    return pair.first_id, pair.second_id


def test_a_decision_is_about_the_very_hosts_not_about_others_of_their_name(session: Session) -> None:
    publish(session, make.host("Bar Roma", make.LECCO), make.host("Bar Roma"), source="one")
    publish(session, make.host("Bar Roma", near(60)), source="other")
    (pair,) = proposed_duplicates(session)

    merge(session, pair.first_id, pair.second_id)

    organisation = session.get(Organisation, pair.second_id)
    assert organisation is not None
    assert organisation.merged_into_id == pair.first_id


def test_a_merge_can_be_turned_round_and_never_hides_both(session: Session) -> None:
    first, second = two_lists(session)
    merge(session, first, second)

    merge(session, second, first)

    assert titles(session) == ["Falegnameria Rosi"]


def test_nothing_is_merged_into_a_host_that_is_itself_hidden(session: Session) -> None:
    first, second = two_lists(session)
    publish(session, make.host("Bar Roma"), source="third")
    third = max(session.scalars(select(Organisation.id)))
    merge(session, first, second)

    with pytest.raises(MergedAlready):
        merge(session, second, third)


def test_a_merged_host_is_shown_again_when_the_other_one_goes(session: Session) -> None:
    first, second = two_lists(session, sample=True)
    merge(session, first, second)

    clear_samples(session)

    assert titles(session) == ["Falegnameria Rosi"]
    assert republish(session) == 0


def test_a_merge_outlives_the_undoing_of_an_import(session: Session) -> None:
    first, second = two_lists(session)
    publish(session, make.host("Falegnameria Rosi", near(60), kind="company"), source="other")
    merge(session, first, second)

    undo_import(session, 3)
    hidden = titles(session)
    undo_import(session, 1)

    assert hidden == ["Falegnameria Rossi"]
    assert titles(session) == ["Falegnameria Rosi"]
    assert republish(session) == 0


def two_schools(session: Session) -> tuple[Viewer, Viewer, int, int]:
    """Two referents whose lists name one host, and its numbers in both lists."""
    one, other = referent(session), referent(session, "Berufsschule Trier")
    hosts_of(session, one, make.host("Falegnameria Rossi"), name="one")
    hosts_of(session, other, make.host("Falegnameria Rosi", near(60)), name="other")
    (pair,) = proposed_duplicates(session)
    return one, other, pair.first_id, pair.second_id


def test_referents_see_the_pairs_that_concern_their_lists_and_administrators_all(session: Session) -> None:
    one, other, _first, _second = two_schools(session)
    third = referent(session, "Scuola di Como")

    seen = [len(proposed_duplicates(session, who)) for who in (one, other, third, administrator(session))]

    assert seen == [1, 1, 0, 1]


def test_a_host_of_another_list_that_is_not_on_the_map_is_shown_to_nobody_else(session: Session) -> None:
    one, other, _first, second = two_schools(session)
    organisation = session.get(Organisation, second)
    assert organisation
    organisation.status = HostStatus.HELD
    session.commit()

    assert proposed_duplicates(session, one) == []
    assert len(proposed_duplicates(session, other)) == 1
    with pytest.raises(NotFound):
        decide(session, one, organisation.id, _first, Decision.MERGE)


def test_only_who_keeps_the_list_of_a_host_may_hide_it(session: Session) -> None:
    one, _other, first, second = two_schools(session)

    with pytest.raises(NotFound):
        decide(session, one, first, second, Decision.MERGE)
    decide(session, one, second, first, Decision.MERGE)

    assert titles(session) == ["Falegnameria Rosi"]


def test_a_decision_can_be_taken_back_and_the_pair_is_proposed_again(session: Session) -> None:
    one, _other, first, second = two_schools(session)
    merged = decide(session, one, second, first, Decision.MERGE)

    undecide(session, one, merged)
    shown, proposed = titles(session), len(proposed_duplicates(session, one))
    kept = decide(session, one, first, second, Decision.KEEP)
    undecide(session, one, kept)

    assert (shown, proposed) == (["Falegnameria Rosi", "Falegnameria Rossi"], 1)
    assert len(proposed_duplicates(session, one)) == 1
    assert republish(session) == 0


def test_who_keeps_neither_list_decides_nothing(session: Session) -> None:
    one, _other, first, second = two_schools(session)
    third = referent(session, "Scuola di Como")
    number = decide(session, one, first, second, Decision.KEEP)

    said = []
    for attempt in (
        lambda: decide(session, third, first, second, Decision.MERGE),
        lambda: decide(session, third, first, 999_999, Decision.KEEP),
        lambda: undecide(session, third, number),
        lambda: undecide(session, third, 999_999),
    ):
        with pytest.raises(NotFound) as caught:
            attempt()
        said.append(str(caught.value))

    assert len(set(said)) == 1
    assert len(titles(session)) == 2
