"""Checks that no committed file names a place on one machine or the host of a package registry."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]

# Written in pieces, so that this file passes its own check.
HOSTS = (
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "(org|com)"),
    ("deb", "debian", "org"),
    ("security", "debian", "org"),
    ("registry", "yarnpkg", "com"),
)
FOLDERS = ("/" + "work/", "/" + "root/", "/" + r"home/[a-z]", "/" + r"Users/[a-z]")
FORBIDDEN = re.compile(
    "|".join(
        [r"\b" + r"\.".join(parts) + r"\b" for parts in HOSTS]
        + [rf"(?<![\w.:/-]){folder}" for folder in FOLDERS]
    )
)


def committed() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def faults(name: str) -> Iterator[str]:
    path = ROOT / name
    if not path.is_file():
        return
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if found := FORBIDDEN.search(line):
            yield f"{name}:{number}: {found[0]}"


def main() -> None:
    sys.exit("\n".join(fault for name in committed() for fault in faults(name)) or None)


if __name__ == "__main__":
    main()
