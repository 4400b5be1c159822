"""The wheel: it holds all that ships and serves from an empty folder."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("mapsvc", "templates", "static", "data")
PREPARED_WITHIN_S = 180

pytestmark = pytest.mark.wheel


def committed() -> set[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.split("\0") if (ROOT / name).is_file()}


def made_by_the_set_up() -> set[str]:
    made = [*(ROOT / "static/vendor").rglob("*"), *(ROOT / "mapsvc/translations").rglob("*.mo")]
    return {path.relative_to(ROOT).as_posix() for path in made if path.is_file()}


def what_should_ship() -> set[str]:
    """The names in the wheel; a catalogue's source and a hidden file have nothing to do there."""
    shipped = {name for name in committed() | made_by_the_set_up() if name.split("/")[0] in FOLDERS}
    return {
        name if name.startswith("mapsvc/") else f"mapsvc/{name}"
        for name in shipped
        if not name.endswith(".po") and not Path(name).name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy, so that the checkout stays as it is."""
    source = tmp_path_factory.mktemp("source")
    for name in committed() | made_by_the_set_up():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist"],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    (wheel,) = (source / "dist").glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a venv with the wheel; its dependencies are the test venv's, by a path file."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "install", "--quiet"),
            *("--disable-pip-version-check", "--no-index", "--no-deps", str(wheel)),
        ],
        check=True,
    )
    return folder / "bin"


@pytest.fixture(scope="module")
def served(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the installed service, started in an empty folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    empty = tmp_path_factory.mktemp("empty")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAPSVC_", "PYTHON"))}
    with (empty / "log").open("wb") as log:
        process = subprocess.Popen(
            [installed / "mapsvc", "serve", "--prepare"],
            cwd=empty,
            env={**kept, "MAPSVC_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            wait_until_healthy(f"http://127.0.0.1:{port}", process, empty / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(30)
    assert status == 0


def wait_until_healthy(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PREPARED_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{url}/healthz", timeout=5):
                return
        except HTTPError as fault:
            fault.close()
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the installed service did not start:\n{log.read_text()[-3000:]}")


def test_the_wheel_holds_every_file_that_ships_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}

    should = what_should_ship()

    assert sorted(should - held) == []
    assert sorted(held - should) == []


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [installed / "python", "-c", "import mapsvc; print(mapsvc.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(done.stdout.strip()).is_relative_to(installed.parent)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/healthz", "application/json"),
        ("/static/css/base.css", "text/css"),
        ("/static/vendor/leaflet/leaflet.js", "text/javascript"),
        ("/static/vendor/figtree/figtree-latin-wght-normal.woff2", "font/woff2"),
    ],
)
def test_the_installed_service_answers(served: str, path: str, kind: str) -> None:
    with urlopen(served + path, timeout=10) as answer:
        body = answer.read()

    assert answer.headers.get_content_type() == kind
    assert body
