"""Copies the browser's third-party parts into static/vendor and checks them against static/vendor.json.

    vendor_assets.py --check                  exits 1, silently, where a file is missing or differs
    vendor_assets.py --from NODE_MODULES      copies, and refuses files that the manifest does not know
    vendor_assets.py --from NODE_MODULES --write   for maintainers: takes the new digests into the manifest

Needs nothing but the standard library. Licences are copied beside the files they cover; where a package
carries no licence file, its package.json, which names the licence, stands in.
"""

import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"
MANIFEST = STATIC / "vendor.json"
VENDOR = STATIC / "vendor"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stale(files: dict[str, dict[str, str]], vendor: Path) -> list[str]:
    """The manifest's names that are missing from vendor or differ, in the manifest's order."""
    return [
        name
        for name, entry in files.items()
        if not (vendor / name).is_file() or sha256(vendor / name) != entry["sha256"]
    ]


def copy(files: dict[str, dict[str, str]], modules: Path, vendor: Path) -> None:
    """Replaces vendor by the manifest's files, and by them only."""
    fresh = vendor.with_name(vendor.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for name, entry in files.items():
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / entry["from"], fresh / name)
    if wrong := stale(files, fresh):
        shutil.rmtree(fresh)
        sys.exit(f"These files are not the ones that static/vendor.json names: {', '.join(wrong)}")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def take_digests(files: dict[str, dict[str, str]], modules: Path) -> None:
    for entry in files.values():
        entry["sha256"] = sha256(modules / entry["from"])
    MANIFEST.write_text(json.dumps({"files": files}, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="only look")
    parser.add_argument("--from", dest="modules", type=Path, help="a node_modules folder")
    parser.add_argument("--write", action="store_true", help="take the new digests into the manifest")
    args = parser.parse_args()
    files = json.loads(MANIFEST.read_text())["files"]
    if args.check:
        sys.exit(1 if stale(files, VENDOR) else 0)
    if args.modules is None:
        parser.error("--check or --from is needed")
    if args.write:
        take_digests(files, args.modules)
    copy(files, args.modules, VENDOR)


if __name__ == "__main__":
    main()
