"""What sets of regions are called, and whom a map of them must name."""

from flask_babel import gettext

from mapsvc.places.region_sets import SHIPPED, RegionSet


def set_label(regions: RegionSet) -> str:
    """A set as it is chosen from a list; the name of an edition of NUTS is the same in every language."""
    return str(gettext("Regions of this map")) if regions.key == SHIPPED else regions.name


def set_credit(regions: RegionSet) -> str:
    """The sentence that must stand wherever a set is drawn, "" where none must."""
    if not regions.attribution:
        return ""
    said = gettext(
        "%(name)s: Eurostat, © EuroGeographics for the administrative boundaries", name=regions.name
    )
    return str(said)
