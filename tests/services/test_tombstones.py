"""Whoever erases for good leaves a number, in the same transaction, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import VISITOR, viewer_of
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Role
from mapsvc.domain.tombstones import Erased, Lineage, Tombstone
from mapsvc.services.accounts import delete_account, grant
from mapsvc.services.erasing import erase
from mapsvc.services.removing import drop_removed
from mapsvc.services.revising import REMOVED_FOR
from mapsvc.services.tombstones import mark
from tests import make
from tests.publish import publish


def marked(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(select(Tombstone.noun, Tombstone.row_id).order_by(Tombstone.id))
    return [(noun, row_id) for noun, row_id in rows]


def test_an_erased_host_leaves_a_tombstone_and_so_does_the_same_host_of_another_list(
    session: Session,
) -> None:
    publish(session, make.host("Falegnameria Rossi"))
    publish(session, make.host("Falegnameria Rossi"), make.host("Officina Bianchi"), source="another")
    first, second, _other = session.scalars(select(Organisation).order_by(Organisation.id)).all()
    ids = [first.id, second.id]

    erase(session, first, key="a key", by=VISITOR)
    session.commit()

    assert sorted(marked(session)) == [(Erased.HOST, id_) for id_ in ids]


def test_what_is_taken_back_leaves_no_tombstone(session: Session) -> None:
    publish(session, make.host())

    erase(session, session.scalars(select(Organisation)).one(), key="a key", by=VISITOR)
    session.rollback()

    assert marked(session) == []


def test_a_deleted_account_leaves_a_tombstone(session: Session) -> None:
    account = grant(session, "ada@example.org", Role.MODERATOR)
    session.commit()
    number = account.id

    delete_account(session, viewer_of(account))

    assert marked(session) == [(Erased.ACCOUNT, number)]


def test_a_host_that_was_removed_long_ago_leaves_a_tombstone(session: Session) -> None:
    publish(session, make.host())
    organisation = session.scalars(select(Organisation)).one()
    organisation.status = HostStatus.REMOVED
    organisation.updated -= REMOVED_FOR + timedelta(hours=1)
    session.commit()

    drop_removed(session)

    assert marked(session) == [(Erased.DROPPED_HOST, organisation.id)]


def test_marking_twice_marks_once(session: Session) -> None:
    mark(session, Erased.PIN, [7, 8])
    mark(session, Erased.PIN, [8, 9])
    session.commit()

    assert marked(session) == [(Erased.PIN, 7), (Erased.PIN, 8), (Erased.PIN, 9)]


@pytest.mark.parametrize("column", ["noun", "row_id", "at", "id"])
def test_a_tombstone_holds_nothing_else(column: str) -> None:
    names = set(Tombstone.__table__.columns.keys())

    assert column in names
    assert len(names) == 4


def test_a_database_has_one_word_of_its_own(session: Session) -> None:
    words = session.scalars(select(Lineage.word)).all()

    assert [len(word) for word in words] == [32]
