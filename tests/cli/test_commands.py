"""The commands, as somebody at a terminal gives them."""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result
from sqlalchemy import text

from mapsvc.cli import commands, main
from mapsvc.config import Settings
from mapsvc.domain.corrections import Accepted
from mapsvc.errors import MapsvcError
from mapsvc.places import region_files
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.resources import resource
from mapsvc.services.duplicates import SameHost, UnknownHost
from mapsvc.services.undoing import AlreadyUndone, UnknownImport
from mapsvc.storage.corrections import keep_accepted
from mapsvc.storage.engine import private_engine, writing
from tests.installations import lend

HOSTS = """name,type,town,country,lat,lon,email,colour
Falegnameria Rossi,host,Como,IT,45.80812,9.08523,rossi@example.org,red
Meccanica Bianchi,host,Lecco,IT,45.85664,9.39312,bianchi@example.org,blue
Nowhere to be found,host,Zzyzxville,IT,,,nowhere@example.org,green
Broken,host,Como,IT,NaN,9.1,broken@example.org,grey
"""
TABLES = ("organisations", "sites", "offers", "imports", "imported_rows", "sources", "listings", "changes")

Run = Callable[..., Result]


@pytest.fixture
def folder(
    tmp_path: Path, spatialite_template: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The folder of an empty, migrated installation, which the commands work on."""
    for name in [name for name in os.environ if name.startswith("MAPSVC_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "instance"
    folder.mkdir()
    (folder / "mapsvc.sqlite").write_bytes(spatialite_template.read_bytes())
    lend(gazetteer, folder)
    monkeypatch.setenv("MAPSVC_INSTANCE", str(folder))
    return folder


@pytest.fixture
def run(folder: Path) -> Run:
    """Gives a command that works, or fails with one of the faults that are said in one line."""

    def given(*words: object, status: int = 0) -> Result:
        result = CliRunner().invoke(commands, [str(word) for word in words])
        if isinstance(result.exception, MapsvcError):
            assert status == 1, result.exception
            return result
        assert result.exit_code == status, result.output + repr(result.exception)
        return result

    return given


@pytest.fixture
def hosts(tmp_path: Path) -> Path:
    file = tmp_path / "hosts.csv"
    file.write_text(HOSTS, "utf-8")
    return file


def counted(folder: Path) -> dict[str, int]:
    """How many rows each table has."""
    engine = private_engine(Settings(instance=folder))
    with engine.connect() as connection:
        found = {name: connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}
    engine.dispose()
    return found


def titles(run: Run, tmp_path: Path) -> list[str]:
    """The public hosts."""
    out = tmp_path / "public.csv"
    run("export", out)
    with out.open(encoding="utf-8-sig", newline="") as lines:
        return [row["name"] for row in csv.DictReader(lines)]


def in_a_shell(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "mapsvc", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_migrate_makes_the_tables_and_does_no_harm_twice(run: Run, folder: Path) -> None:
    (folder / "mapsvc.sqlite").unlink()

    first, second = run("migrate"), run("migrate")

    assert first.output == second.output == "The database is up to date.\n"
    assert counted(folder)["organisations"] == 0


def test_without_tables_every_command_says_to_migrate(run: Run, folder: Path) -> None:
    (folder / "mapsvc.sqlite").unlink()

    for words in (["imports"], ["to-locate"], ["duplicates", "list"], ["samples", "clear"], ["republish"]):
        assert "mapsvc migrate" in str(run(*words, status=1).exception)


def test_load_brings_seed_and_samples_once_and_samples_clear_takes_them_for_good(
    run: Run, folder: Path
) -> None:
    first, loaded = run("load").output, counted(folder)
    again, unchanged = run("load").output, counted(folder)
    cleared = run("samples", "clear").output
    after = run("load").output

    assert "Loaded the seed directory." in first
    assert "marked as samples" in first
    assert (again, unchanged) == ("Everything is loaded.\n", loaded)
    assert "Removed 200 sample hosts" in cleared
    assert after == "Everything is loaded.\n"
    left = counted(folder)
    assert 0 < left["organisations"] == loaded["organisations"] - 200
    assert left["listings"] < 40  # the seed and the kits


def test_import_says_what_it_did_and_how_to_take_it_back(run: Run, hosts: Path) -> None:
    said = run("import-hosts", hosts).output

    assert re.search(r"Rows: 2 added, 0 updated, 0 unchanged, 1 to locate, 1 quarantined", said)
    assert "line 5, column lat:" in said
    assert "name: [name]" in said
    assert "colour" in said
    assert "mapsvc undo-import 1" in said


def test_a_dry_run_says_the_same_and_changes_nothing(run: Run, hosts: Path, folder: Path) -> None:
    before = counted(folder)

    dry = run("import-hosts", hosts, "--dry-run").output

    assert counted(folder) == before
    real = run("import-hosts", hosts).output
    assert dry.partition("This is import")[0].partition("Dry run")[0] == real.partition("This is import")[0]
    assert "nothing was changed" in dry


def test_the_same_file_again_changes_nothing(run: Run, hosts: Path, folder: Path) -> None:
    run("import-hosts", hosts)
    before = counted(folder)

    said = run("import-hosts", hosts).output

    assert "0 added, 0 updated" in said
    assert counted(folder) == before | {"imports": before["imports"] + 1}


def test_the_report_has_a_line_for_each_row_and_runs_nothing(run: Run, tmp_path: Path) -> None:
    file, report = tmp_path / "a.csv", tmp_path / "report.csv"
    file.write_text(HOSTS + '"=1+1",host,Como,IT,45.80812,9.08523,x@example.org,red\n', "utf-8")

    run("import-hosts", file, "--report", report)

    with report.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = {
        row["line"]: (row["outcome"], row["name"], row["column"]) for row in rows if row["outcome"] != "note"
    }
    assert found["2"] == ("added", "Falegnameria Rossi", "")
    assert found["4"] == ("to_locate", "Nowhere to be found", "")
    assert found["5"] == ("quarantined", "", "lat")
    assert found["6"] == ("added", "'=1+1", "")
    assert len(found) == 5


def test_hosts_that_are_held_stay_off_the_map(run: Run, hosts: Path, folder: Path, tmp_path: Path) -> None:
    run("import-hosts", hosts, "--hold")

    assert counted(folder)["organisations"] == 3
    assert titles(run, tmp_path) == []


def test_a_mapping_that_was_shown_can_be_given_back_corrected(run: Run, hosts: Path, tmp_path: Path) -> None:
    shown = run("import-hosts", hosts, "--dry-run").output
    mapping = tmp_path / "columns.yml"
    begin, end = shown.index("# Which columns"), shown.index("  line ")
    mapping.write_text(shown[begin:end].replace("town: [town]", "town: [town]\n  summary: [colour]"), "utf-8")

    run("import-hosts", hosts, "--map", mapping)

    out = tmp_path / "out.csv"
    run("export", out)
    with out.open(encoding="utf-8-sig", newline="") as lines:
        assert {row["summary"] for row in csv.DictReader(lines)} == {"red", "blue"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--crs", "EPSG:0"], "EPSG"),
        (["--crs", "nonsense"], "nonsense"),
        (["--map", "{folder}/bad.yml"], "mapping file"),
    ],
)
def test_an_import_that_cannot_be_begun_says_why_and_changes_nothing(
    words: list[str], said: str, run: Run, hosts: Path, folder: Path
) -> None:
    (folder / "bad.yml").write_text("- no mapping")
    before = counted(folder)

    result = run("import-hosts", hosts, *(word.format(folder=folder) for word in words), status=1)

    assert said in str(result.exception)
    assert counted(folder) == before


def test_imports_are_listed_newest_first_and_taken_back_by_number(
    run: Run, hosts: Path, folder: Path, tmp_path: Path
) -> None:
    assert "Nothing was imported yet" in run("imports").output
    run("import-hosts", hosts, "--source", "the list of Como")
    other = tmp_path / "other.csv"
    other.write_text(HOSTS.replace("Rossi", "Verdi"), "utf-8")
    run("import-hosts", other)

    listed = [line.split("\t") for line in run("imports").output.splitlines()]
    undone = run("undo-import", 1).output

    assert [(line[0], line[2], line[3]) for line in listed] == [
        ("2", "other", "other.csv"),
        ("1", "the list of Como", "hosts.csv"),
    ]
    assert "Import 1 is undone" in undone
    assert "(undone)" in run("imports").output.splitlines()[1]
    assert titles(run, tmp_path) == ["Falegnameria Verdi", "Meccanica Bianchi"]
    assert isinstance(run("undo-import", 1, status=1).exception, AlreadyUndone)
    assert isinstance(run("undo-import", 99, status=1).exception, UnknownImport)


def test_duplicates_are_shown_merged_and_kept_apart(run: Run, hosts: Path, tmp_path: Path) -> None:
    run("import-hosts", hosts, "--source", "first")
    assert "No two hosts" in run("duplicates", "list").output
    run("import-hosts", hosts, "--source", "second")

    pairs = [line.split("\t") for line in run("duplicates", "list").output.splitlines()]
    first, second = pairs[0][0], pairs[0][2]
    merged = run("duplicates", "merge", first, second).output
    after_merge = titles(run, tmp_path)
    run("import-hosts", hosts, "--source", "second")
    after_import = titles(run, tmp_path)
    run("duplicates", "keep", first, second)

    assert len(pairs) == 2
    assert f"mapsvc duplicates keep {first} {second}" in merged
    assert len(after_merge) == len(after_import) == 3
    assert len(titles(run, tmp_path)) == 4
    assert len(run("duplicates", "list").output.splitlines()) == 1
    assert isinstance(run("duplicates", "merge", first, first, status=1).exception, SameHost)
    assert isinstance(run("duplicates", "merge", first, 999, status=1).exception, UnknownHost)


def test_to_locate_lists_what_has_no_point(run: Run, hosts: Path) -> None:
    assert "Every site has its place" in run("to-locate").output
    run("import-hosts", hosts)

    (line,) = run("to-locate").output.splitlines()

    assert line.split("\t")[1:] == ["Nowhere to be found", "Zzyzxville, IT", "hosts"]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_an_export_is_read_again_by_import(file_format: str, run: Run, hosts: Path, tmp_path: Path) -> None:
    out, first, second = (tmp_path / name for name in (f"out.{file_format}", "first.csv", "second.csv"))
    run("import-hosts", hosts)
    run("export", first)

    run("export", "--format", file_format, out)
    said = run("import-hosts", out, "--source", "hosts").output
    run("export", second)

    assert "Rows: 0 added" in said
    assert "0 to locate, 0 quarantined" in said
    assert second.read_bytes() == first.read_bytes()


def test_republish_over_an_up_to_date_directory_changes_nothing(run: Run, hosts: Path, folder: Path) -> None:
    run("republish")  # brings the kits that ship
    run("import-hosts", hosts)
    before = counted(folder)

    said = run("republish").output

    assert said == "0 public rows changed.\n"
    assert counted(folder) == before


def test_the_doctor_finds_a_good_installation_well(run: Run) -> None:
    lines = run("doctor").output.splitlines()

    assert [line.partition(":")[0] for line in lines if not line.startswith("ok   ")] == ["warn Operator"]
    assert len(lines) == 14


def test_the_doctor_names_content_that_cannot_be_used(run: Run, folder: Path) -> None:
    kit = folder / "content/kits/como/kit.yml"
    kit.parent.mkdir(parents=True)
    kit.write_text("town: [", "utf-8")

    (told,) = [line for line in run("doctor").output.splitlines() if "Content" in line]

    assert told.startswith("warn Content: ")
    assert "the first: content/kits/como/kit.yml:2: This cannot be read as YAML" in told
    assert "Mend: mapsvc content check" in told


def test_accepted_corrections_are_shown_until_the_file_says_them(run: Run, folder: Path) -> None:
    accepted = Accepted(
        checked_on=date(2026, 12, 1),
        worded_on=date(2026, 12, 1),
        words={"fr": "Le réseau « suisse » : vérifiez."},
        source=("roaming.example.org", "https://roaming.example.org/"),
    )
    engine = private_engine(Settings(instance=folder))
    with writing(engine) as session:
        keep_accepted(session, ("kits/como", "swiss-network"), accepted)
        keep_accepted(session, ("kits/como", "gone"), accepted)
        session.commit()
    engine.dispose()

    shown = yaml.safe_load(run("content", "corrections").output)
    own = folder / "content" / "kits" / "como" / "kit.yml"
    own.parent.mkdir(parents=True)
    shipped = resource("data/kits/como/kit.yml").read_text("utf-8")
    own.write_text(shipped.replace("checked_on: null", "checked_on: 2026-12-01"), "utf-8")

    assert shown == {"kits/como": {"swiss-network": accepted.kept()}}
    assert run("content", "corrections").output == ""


def test_the_doctor_names_regions_that_cannot_be_read(run: Run, folder: Path) -> None:
    path = region_files.path_of(folder, 2024)
    path.parent.mkdir()
    path.write_bytes(b"cut short")

    (told,) = [line for line in run("doctor", status=1).output.splitlines() if "Regions:" in line]
    run("import-regions", "--remove", "nuts-2024")
    (mended,) = [line for line in run("doctor").output.splitlines() if "Regions:" in line]

    assert told.startswith("FAIL Regions: nuts-2024 cannot be read. Mend: mapsvc import-regions FILE")
    assert mended == "ok   Regions: Natural Earth."


def test_the_doctor_asks_who_runs_the_site(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (asked,) = [line for line in run("doctor").output.splitlines() if "Operator" in line]
    monkeypatch.setenv("MAPSVC_OPERATOR_NAME", "Chambre")
    monkeypatch.setenv("MAPSVC_OPERATOR_EMAIL", "map@example.org")
    (told,) = [line for line in run("doctor").output.splitlines() if "Operator" in line]

    assert asked.endswith("Mend: set MAPSVC_OPERATOR_NAME and MAPSVC_OPERATOR_EMAIL.")
    assert told == "ok   Operator: Chambre, map@example.org."


def ill(run: Run) -> dict[str, str]:
    """What the doctor finds ill, by its name; each line must have its mend."""
    lines = [line for line in run("doctor", status=1).output.splitlines() if line.startswith("FAIL")]
    assert [line for line in lines if "Mend: " not in line] == []
    return {line[5:].partition(":")[0]: line for line in lines}


def test_the_doctor_names_a_database_that_is_not_migrated(run: Run, folder: Path) -> None:
    (folder / "mapsvc.sqlite").unlink()

    found = ill(run)

    assert set(found) == {"Database", "Directory"}
    assert "Mend: mapsvc migrate" in found["Database"]


def test_the_doctor_names_a_file_that_is_no_database(run: Run, folder: Path) -> None:
    (folder / "mapsvc.sqlite").write_bytes(b"no database at all" * 100)

    assert set(ill(run)) == {"Database", "Directory"}


def test_the_doctor_names_a_server_that_does_not_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPSVC_DATABASE_URL", "postgresql://somebody:hidden@127.0.0.1:1/none")

    found = ill(run)

    assert set(found) == {"Database", "Directory"}
    assert "hidden" not in str(found)


def test_the_doctor_names_a_folder_that_cannot_be_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("MAPSVC_INSTANCE", str(tmp_path / "a file"))

    folders = {"Instance folder", "Database", "Directory", "Backup"}
    read_with_them = {"Secret", "Gazetteer", "Data register", "Content", "Regions"}
    assert set(ill(run)) == folders | read_with_them


def test_the_doctor_names_a_missing_secret(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPSVC_HOST", "0.0.0.0")

    assert set(ill(run)) == {"Secret"}


def test_the_doctor_names_browser_files_that_are_missing_or_changed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mapsvc import resources

    found = resources.resource
    changed = tmp_path / "changed.js"
    changed.write_text("changed")

    def other(name: str) -> Path:
        return changed if name.endswith("leaflet.js") else found(name)

    monkeypatch.setattr(resources, "resource", other)

    assert "leaflet.js" in ill(run)["Browser files"]


def test_the_doctor_names_spatialite_that_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mapsvc.storage.dialects.spatialite.EXTENSION", "mod_that_is_not_there")

    found = ill(run)

    assert "apt-get install libsqlite3-mod-spatialite" in found["SpatiaLite"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAPSVC_PORT", "abc"),
        ("MAPSVC_TRUSTED_HOSTS", "not json"),
        ("MAPSVC_DATABASE_URL", "postgresql://somebody@127.0.0.1:1/none"),
        ("MAPSVC_DATABASE_URL", "nonsense"),
        ("MAPSVC_INSTANCE", __file__),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(
    name: str, value: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["mapsvc", "imports"])

    with pytest.raises(SystemExit) as ended:
        main()

    said = capsys.readouterr()
    assert (ended.value.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert said.err.startswith("mapsvc: ")


def test_a_fault_of_the_program_is_not_hidden(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("mapsvc.cli.imports.session_of", fails)
    monkeypatch.setattr(sys, "argv", ["mapsvc", "imports"])

    with pytest.raises(RuntimeError, match="ours"):
        main()


def test_a_fault_in_a_file_is_said_in_one_line_with_status_1(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.touch()

    done = in_a_shell("import-hosts", str(file))

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("mapsvc: ")
    assert "empty file" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [["import-hosts", "--help"], ["--version"]])
def test_help_is_given_at_once_without_loading_maps_or_tables(words: list[str], run: Run) -> None:
    code = (
        "import sys; from mapsvc.cli import commands\n"
        f"try: commands({words!r})\nexcept SystemExit: pass\n"
        "print(sorted({'pandas', 'folium', 'geopandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.splitlines()[-1] == "[]"
    assert "ersion" in done.stdout or "Usage: " in done.stdout


def test_a_backup_is_written_and_restored(run: Run, hosts: Path, folder: Path) -> None:
    run("import-hosts", hosts)
    before = counted(folder)
    said = run("backup")
    file = next((folder / "backups").glob("*.tar.gz"))
    run("samples", "clear")

    restored = run("restore", file).output

    assert f"Wrote {file}" in said.output
    assert "It is not encrypted" in said.output
    assert "0 differ" in restored
    assert counted(folder) == before


def test_the_doctor_says_how_old_the_last_backup_is(run: Run, folder: Path) -> None:
    run("backup")
    file = next((folder / "backups").glob("*.tar.gz"))
    fresh = run("doctor").output.splitlines()[-1]

    file.rename(file.with_name("mapsvc-20200101T000000Z.tar.gz"))
    old = run("doctor").output.splitlines()[-1]

    assert fresh.startswith("ok   Backup: the last one is of ")
    assert old.startswith("warn Backup: the last one is of 2020-01-01 00:00 UTC")
