"""`python -m mapsvc` is the `mapsvc` command."""

from mapsvc.cli import main

main()
