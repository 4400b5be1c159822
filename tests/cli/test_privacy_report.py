"""The operator sees how many people on the map are alone with what is shown of them."""

from pathlib import Path

from mapsvc.config import Settings
from mapsvc.storage.engine import private_engine, writing
from tests.cli.test_commands import Run, folder, run
from tests.services.stays import published

__all__ = ("folder", "run")


def test_the_command_tells_how_many_are_alone(run: Run, folder: Path) -> None:
    engine = private_engine(Settings())
    with writing(engine) as session:
        published(session, "ana@example.org")
        published(session, "bea@example.org", display_name="Bea")
    engine.dispose()

    said = run("privacy-report").output.splitlines()

    assert said == [
        "2 people are on the map. Alone with what is shown of them:",
        "area, field, year\t0\t0.0%",
        "area, name, field, year\t2\t100.0%",
    ]
