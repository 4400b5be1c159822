"""Settings refuse what cannot serve, and make one secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from mapsvc.config import Settings
from mapsvc.errors import Misconfigured


def test_a_local_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: Settings(instance=tmp_path).secret, range(16)))

    assert len(secrets) == 1
    assert len(secrets.pop()) >= 32
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_a_service_that_others_reach_needs_its_own_secret(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="MAPSVC_SECRET_KEY"):
        assert Settings(instance=tmp_path, host="0.0.0.0").secret

    assert Settings(instance=tmp_path, host="0.0.0.0", secret_key="mine").secret == "mine"


def test_postgresql_needs_a_public_role_of_its_own() -> None:
    url = "postgresql://owner@localhost/mapsvc"

    with pytest.raises(Misconfigured, match="MAPSVC_PUBLIC_DATABASE_URL"):
        assert Settings(database_url=url).public_database
    with pytest.raises(Misconfigured):
        assert Settings(database_url=url, public_database_url=url).public_database

    public = Settings(
        database_url=url, public_database_url="postgres://reader@localhost/mapsvc"
    ).public_database
    assert public == "postgresql+psycopg://reader@localhost/mapsvc"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ()),
        ("*", ("*",)),
        ("https://www.school.example", ("https://www.school.example",)),
        (
            " https://A.example:8443/, http://localhost:8000 ",
            ("https://a.example:8443", "http://localhost:8000"),
        ),
        (
            '["https://*.school.example", "https://b.example"]',
            ("https://*.school.example", "https://b.example"),
        ),
        ("https://a.example https://a.example", ("https://a.example",)),
    ],
)
def test_the_sites_that_may_show_a_map_are_read_as_people_write_them(
    written: str, read: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPSVC_EMBED_ANCESTORS", written)

    assert Settings().embed_ancestors == read


@pytest.mark.parametrize(
    "written",
    [
        "www.school.example",
        "https://a.example/page",
        "https://a.example; script-src *",
        "* https://a.example",
        "'self'",
        "'none'",
        "javascript:x",
        "https://",
        "https://a b",
        "https://*",
        "[1]",
        "[",
        "https://a.example\nX-Evil: 1",
    ],
)
def test_what_is_no_origin_is_refused_and_reaches_no_header(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAPSVC_EMBED_ANCESTORS", written)

    with pytest.raises(ValidationError, match=r"is no origin|JSON|Expecting"):
        Settings()
