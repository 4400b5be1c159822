"""What the overview of imports names."""

from sqlalchemy.orm import Session

from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import Regions
from mapsvc.services.loading import load_seed
from mapsvc.storage.uploads import imports_of
from tests import make
from tests.publish import publish


def test_what_a_new_installation_was_given_is_no_import_of_anybodys(
    session: Session, gazetteer: Gazetteer, regions: Regions
) -> None:
    load_seed(session, gazetteer=gazetteer, regions=regions)
    publish(session, make.host(), source="a list")

    found = imports_of(session, None, limit=10)

    assert [source.name for _record, source in found] == ["a list"]
