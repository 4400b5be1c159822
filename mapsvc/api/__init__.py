"""The doors for machines: the same search as the pages, as JSON, for reading only."""

from mapsvc.api.doors import bp

BLUEPRINTS = (bp,)
