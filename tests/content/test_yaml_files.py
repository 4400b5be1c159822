"""YAML is read with a name for each fault, and no file can take the service down."""

from pathlib import Path

import pytest

from mapsvc.content.courses import LessonFront
from mapsvc.content.faults import Faults
from mapsvc.content.trees import Tree
from mapsvc.content.yaml_files import ALIAS, HIDDEN, NOT_TEXT, TOO_DEEP, TOO_LARGE, read_yaml

MERGES = ["a: &a {minutes: 1}", *(f"b{n}: &b{n} {{<<: [{'*a, ' * 9}*a]}}" for n in range(9))]


@pytest.mark.parametrize(
    ("body", "said", "line"),
    [
        (b"title: " + b"[" * 200_000, TOO_DEEP, 1),
        ("\n".join(MERGES).encode(), ALIAS, 1),
        (b"minutes: 5\ntitle: &a [*a]\n", ALIAS, 2),
        (b"title: Copies" + b" " * 2_000_000, TOO_LARGE, 0),
        (b"minutes: 5\ntitle: Cop\xe9es\n", NOT_TEXT, 2),
        (b"minutes: 5\ntitle: Cop\x01ies\n", HIDDEN, 2),
        (b'minutes: 5\ntitle: "Cop\\x01ies"\n', HIDDEN, 2),
    ],
)
def test_a_dangerous_file_is_refused_with_its_line(tmp_path: Path, body: bytes, said: str, line: int) -> None:
    file, faults = tmp_path / "course.yml", Faults(Tree((tmp_path,)))
    file.write_bytes(body)

    read = read_yaml(file, LessonFront, faults)

    assert read is None
    assert [(fault.text, fault.line) for fault in faults.found][:1] == [(said, line)]
    assert file in faults.unusable
