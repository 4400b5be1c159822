"""The set-up script, the lists of packages and what is built from them."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def names_in(file: Path) -> set[str]:
    lines = [line.split("#")[0].split() for line in file.read_text().splitlines()]
    return {words[0] for words in lines if words}


def pins_in(lock: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==[^\s;\\]+", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))


def shell(script: str, *, cwd: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Runs a script after the steps of the set-up were read, with an environment of its own."""
    return subprocess.run(
        ["bash", "-c", f'set -euo pipefail; source "{ROOT}/scripts/setup_lib.sh"; {script}'],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_image_installs_the_packages_of_the_set_up() -> None:
    image = (ROOT / "Dockerfile").read_text().split("AS build")[1]

    listed = re.search(r"--no-install-recommends \\\n(.*?)&&", image, re.DOTALL)

    assert listed is not None
    assert set(listed[1].replace("\\", " ").split()) == names_in(ROOT / "scripts/packages.run")


def test_what_only_checks_and_tests_need_is_installed_where_they_run() -> None:
    script = (ROOT / "scripts/setup.sh").read_text()

    lists = dict(re.findall(r"^  (\w+)\) .*lists=\((.*?)\) ;;$", script, re.MULTILINE))

    assert {mode for mode, named in lists.items() if "packages.check" in named} == {"check", "test", "bench"}
    assert {"hunspell", "hunspell-en-gb", "hunspell-fr"} == names_in(ROOT / "scripts/packages.check")


def test_the_image_runs_without_root_and_carries_no_secret() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().split("FROM ")[-1]

    assert re.search(r"^USER mapsvc$", last_stage, re.MULTILINE)
    assert "HEALTHCHECK" in last_stage
    assert not re.search(r"SECRET|PASSWORD|TOKEN", last_stage)


def test_the_test_list_holds_the_run_list_pin_by_pin() -> None:
    assert pins_in("run.txt") <= pins_in("test.txt")
    assert pins_in("build.txt") <= pins_in("test.txt")


@pytest.mark.parametrize("lock", ["run.txt", "test.txt", "build.txt", "node.txt"])
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    entries = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ").splitlines()

    bare = [entry for entry in entries if entry[:1].isalnum() and "--hash=sha256:" not in entry]

    assert pins_in(lock)
    assert bare == []


def test_the_browser_parts_are_pinned_by_integrity_and_name_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_a_changed_browser_part_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "static", tmp_path / "static")
    (tmp_path / "scripts").mkdir()
    script = shutil.copy(ROOT / "scripts/vendor_assets.py", tmp_path / "scripts")

    intact = subprocess.run([sys.executable, script, "--check"], check=False)
    with (tmp_path / "static/vendor/leaflet/leaflet.js").open("a") as file:
        file.write(" ")
    changed = subprocess.run([sys.executable, script, "--check"], check=False)

    assert (intact.returncode, changed.returncode) == (0, 1)


def test_browser_parts_that_differ_from_the_manifest_are_refused(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "static").mkdir()
    script = shutil.copy(ROOT / "scripts/vendor_assets.py", tmp_path / "scripts")
    manifest = {"files": {"leaflet/leaflet.js": {"from": "leaflet/leaflet.js", "sha256": "0" * 64}}}
    (tmp_path / "static/vendor.json").write_text(json.dumps(manifest))
    (tmp_path / "modules/leaflet").mkdir(parents=True)
    (tmp_path / "modules/leaflet/leaflet.js").write_text("alert(1)")

    done = subprocess.run(
        [sys.executable, script, "--from", tmp_path / "modules"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "leaflet/leaflet.js" in done.stderr
    assert not (tmp_path / "static/vendor").exists()


def test_a_missing_package_is_named_once_and_a_pattern_may_stand_for_it(tmp_path: Path) -> None:
    (tmp_path / "packages").write_text("# why\nbash\nno-such-package\nmetapackage bas[h]\n")

    done = shell("missing_packages packages", cwd=tmp_path)

    assert done.stdout.split() == ["no-such-package"]


def test_without_rights_the_command_to_type_is_said(tmp_path: Path) -> None:
    no_sudo = "am_root() { false; }; PATH=/nowhere"

    done = shell(f"{no_sudo}; become_root some-package", cwd=tmp_path)

    assert done.returncode == 1
    assert "sudo apt-get update && sudo apt-get install --no-install-recommends some-package" in done.stderr


def test_a_python_that_cannot_load_extensions_is_refused_by_name(tmp_path: Path) -> None:
    crippled = tmp_path / "python3"
    crippled.write_text("#!/bin/sh\nexit 1\n")
    crippled.chmod(0o755)

    done = shell("pick_python", cwd=tmp_path, PYTHON=str(crippled))

    assert done.returncode == 1
    assert f"PYTHON={crippled}" in done.stderr


def test_a_second_set_up_finds_all_in_place_within_a_second() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        ["scripts/setup.sh", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)

    assert (done.returncode, done.stdout) == (0, "")
    # Seconds of a processor, of which others on the machine take none away: 0.2 is what it takes.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 1.0


def test_make_help_names_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert phony is not None
    assert {line.split()[0] for line in said.splitlines()} == set(phony[1].split())
