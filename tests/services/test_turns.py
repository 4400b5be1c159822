"""A verb that waits for its turn to publish looks at what is there when the turn comes."""

from collections.abc import Callable
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.hosts import HostStatus, Organisation
from mapsvc.domain.people import Purpose
from mapsvc.services import confirming, passes, removing
from mapsvc.services.suppressing import refuse_suppressed
from mapsvc.storage.engine import writing
from mapsvc.storage.listings import take_turn
from tests import make
from tests.publish import publish
from tests.services.keepers import administrator, host, listed
from tests.services.mailing import HERE

LONG_ENOUGH_S = 0.5  # for a verb to have come to where it waits

Verb = Callable[[Session, Viewer, int], object]


def after_another(
    engine: Engine, first: Callable[[Session], object], then: Callable[[Session], object]
) -> None:
    """Does one thing while another waits for the turn that it holds."""

    def wait() -> None:
        with writing(engine) as session:
            then(session)

    with writing(engine) as session:
        take_turn(session)
        waits = Thread(target=wait)
        waits.start()
        sleep(LONG_ENOUGH_S)
        first(session)
        session.commit()
    waits.join()


def put_back(session: Session, viewer: Viewer, number: int) -> None:
    refuse_suppressed(session, viewer, number, key=HERE.key)
    removing.resume(session, viewer, number)


@pytest.mark.parametrize(
    ("verb", "status"), [(put_back, HostStatus.PAUSED), (removing.bring_back, HostStatus.REMOVED)]
)
def test_what_comes_onto_the_map_is_the_host_as_it_is_now(
    engine: Engine, verb: Verb, status: HostStatus
) -> None:
    with writing(engine) as session:
        publish(session, make.host("Rossi"))
        admin, number = administrator(session), session.scalars(select(Organisation.id)).one()
        (removing.pause if status == HostStatus.PAUSED else removing.remove)(session, admin, number)

    def rename(session: Session) -> None:
        host(session, number).name = "Bianchi"

    after_another(engine, rename, lambda session: verb(session, admin, number))

    with writing(engine) as session:
        assert listed(session) == ["Bianchi"]


def test_one_click_confirms_the_host_as_it_is_now(engine: Engine) -> None:
    with writing(engine) as session:
        publish(session, make.host("Rossi"))
        number = session.scalars(select(Organisation.id)).one()
        issued = passes.issue(
            session,
            Purpose.STILL_TRUE,
            installation=HERE,
            email="boss@rossi.example",
            data={"organisation_id": number},
        )
        session.commit()

    def rename(session: Session) -> None:
        host(session, number).name = "Bianchi"

    after_another(engine, rename, lambda session: confirming.still_true(session, issued.secret))

    with writing(engine) as session:
        assert listed(session) == ["Bianchi"]
