"""Builds data/domains/mail_providers.txt: the domains of mail providers, from two lists of npm.

Each list misses some that the other has. The same inputs give the same bytes.
"""

import json
import re
import tarfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
INPUTS = {
    "email-providers-2.26.0.tgz": "package/all.json",
    "free-email-domains-1.12.6.tgz": "package/domains.json",
}
DOMAIN = re.compile(r"[a-z0-9.-]+\.[a-z0-9-]+")


def build() -> None:
    found: set[str] = set()
    for name, member in INPUTS.items():
        with tarfile.open(ROOT / "build" / "inputs" / name) as package:
            file = package.extractfile(member)
            assert file, name
            found.update(domain.strip().lower() for domain in json.load(file))
    lines = sorted(domain for domain in found if DOMAIN.fullmatch(domain))
    (ROOT / "data" / "domains" / "mail_providers.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    build()
