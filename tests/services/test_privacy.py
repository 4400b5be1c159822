"""The report counts the published people who are alone with what is shown of them."""

from sqlalchemy.orm import Session

from mapsvc.services.privacy import SHOWN, alone_on
from tests.services.stays import CERNOBBIO, LILLE, confirmed, published


def test_who_shares_all_with_another_is_not_alone_and_towns_do_not_count(session: Session) -> None:
    published(session, "ana@example.org")
    published(session, "anne@example.org", display_name="ANA", place_id=CERNOBBIO)
    published(session, "bea@example.org", display_name="Bea")
    published(session, "cleo@example.org", place_id=LILLE)
    confirmed(session, "dora@example.org", display_name="Dora")

    whole, without_name = alone_on(session), alone_on(session, SHOWN[:1] + SHOWN[2:])

    assert (whole.count, whole.people, whole.share) == (2, 4, 0.5)
    assert (without_name.count, without_name.people) == (1, 4)


def test_a_map_without_people_has_nobody_who_is_alone(session: Session) -> None:
    assert (alone_on(session).count, alone_on(session).share) == (0, 0.0)
