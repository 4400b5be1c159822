"""The `mapsvc` command, one module a subject."""
