"""The doors for machines: the same search as the pages, as JSON and vector tiles, for reading only."""

from mapsvc.api import doors, feeds, openapi, tiles

BLUEPRINTS = (doors.bp, feeds.bp, openapi.bp, tiles.bp)
"""Everything under /api and /tiles: it answers GET and HEAD, to this site's own pages and to programs."""
