"""What the tests of places share."""

from pathlib import Path

import pytest

from mapsvc.places.nuts_imports import import_nuts
from tests.conftest import real_file
from tests.places.editions import FILE_2021, FILES_2024


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder with both editions."""
    folder = tmp_path_factory.mktemp("editions")
    import_nuts(folder, [real_file(name) for name in (FILE_2021, *FILES_2024)])
    return folder
