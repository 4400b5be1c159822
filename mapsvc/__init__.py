"""An interactive map and geospatial directory for European vocational mobility."""

__version__ = "0.1.0"
