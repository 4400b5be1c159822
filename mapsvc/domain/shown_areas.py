"""The area in which a person is shown in place of a town, as a pin keeps it."""

from typing import Any, Protocol


class ShownArea(Protocol):
    """An area: lon and lat are degrees of WGS 84, label is the name of its largest town."""

    @property
    def key(self) -> str:
        """What names it for good."""

    @property
    def label(self) -> str:
        """The name of its largest town."""

    @property
    def country(self) -> str:
        """The ISO 3166-1 code of its country."""

    @property
    def region(self) -> str | None:
        """Its region, None where its towns lie in several."""

    @property
    def lon(self) -> float:
        """Where its marker stands."""

    @property
    def lat(self) -> float:
        """Where its marker stands."""


class Areas(Protocol):
    """What knows the area of each town: `mapsvc.places.gazetteer.Gazetteer`."""

    def area_of(self, place_id: int) -> ShownArea | None:
        """The area of a town by its GeoNames id, None where it has none that is large enough."""


def named_after_town(area_key: str) -> bool:
    """Whether an area is told by its largest town: a square is; a region and a country have names."""
    return area_key[:1].isdigit()


def kept_area(area: ShownArea) -> dict[str, Any]:
    """An area as a pin keeps it.

    It is kept, not looked up again: somebody shown in one area and later, by other data, in another one
    could be found in what the two have in common.
    """
    return {
        "key": area.key,
        "label": area.label,
        "country": area.country,
        "region": area.region,
        "lon": area.lon,
        "lat": area.lat,
    }
