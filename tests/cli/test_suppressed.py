"""Who asked not to be listed, as the operator sees it: how many, not who."""

from pathlib import Path

from sqlalchemy import select

from mapsvc.config import Settings
from mapsvc.domain.hosts import Organisation
from mapsvc.services.suppressing import suppress
from mapsvc.storage.engine import private_engine, writing
from tests import make
from tests.cli.test_commands import Run, folder, run
from tests.publish import publish

__all__ = ("folder", "run")


def test_the_command_tells_how_many_asked_and_lifts_one_that_asks_again(run: Run, folder: Path) -> None:
    settings = Settings()
    engine = private_engine(settings)
    with writing(engine) as session:
        publish(session, make.host())
        suppress(session, session.scalars(select(Organisation)).one(), settings.secret)
        session.commit()
    engine.dispose()

    before = run("suppressed").output
    other = run("suppressed", "lift", "Falegnameria Bianchi", "Como", "IT").output
    lifted = run("suppressed", "lift", "falegnameria rossi", "como", "it").output
    after = run("suppressed").output

    assert before.endswith("1 asked not to be listed.\n")
    assert "rossi" not in before.lower()
    assert other == "Nobody of this name and place asked not to be listed.\n"
    assert lifted == "It can be listed again.\n"
    assert after == "0 asked not to be listed.\n"
