"""A directory notices that its database was put back from an older copy."""

from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from mapsvc.directory.directory import Directory
from mapsvc.domain.listings import Change, ChangeCounter, Listing
from tests import make
from tests.publish import publish


def test_a_change_log_that_ends_earlier_than_before_is_read_anew(session: Session, public: Engine) -> None:
    publish(session, make.host("Bar Roma"))
    publish(session, make.host("Bar Centrale", make.LECCO))
    directory = Directory(public)
    session.execute(delete(Listing).where(Listing.title == "Bar Centrale"))
    session.execute(delete(Change).where(Change.number > 1))
    session.execute(update(ChangeCounter).values(number=1))
    session.commit()

    directory.refresh(at_once=True)

    assert (len(directory), directory.number) == (1, 1)
