"""Which column of a file a person says holds what."""

from collections.abc import Mapping, Sequence

from mapsvc.errors import InvalidInput, MapsvcError
from mapsvc.intake.synonyms import fields, trait
from mapsvc.messages import mark as _
from mapsvc.places.crs import parse_epsg

# What makes sense only beside something else.
BESIDE = {"lat": "lon", "lon": "lat", "period_from": "period_to", "period_to": "period_from"}


def columns_of(names: Sequence[str], chosen: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The columns of each field that was chosen. Raises InvalidInput where they make no list of hosts."""
    if len(chosen) != len(names) or not set(chosen) <= {"", *fields()}:
        raise InvalidInput(_("Some columns have no answer. Load the page again."))
    columns: dict[str, tuple[str, ...]] = {}
    for name, field in zip(names, chosen, strict=True):
        if field:
            columns[field] = (*columns.get(field, ()), name)
    if "name" not in columns:
        raise InvalidInput(_("Say which column holds the name of the host."), field="name")
    for field, listed in columns.items():
        if field in trait("single") and len(listed) > 1:
            raise InvalidInput(
                _("Only one column can hold this: %(columns)s. Choose one of them."),
                field=field,
                columns=", ".join(listed),
            )
        if field in BESIDE and BESIDE[field] not in columns:
            raise InvalidInput(
                _("“%(column)s” needs the other one too: latitude and longitude, first day and last day."),
                field=field,
                column=listed[0],
            )
    return columns


def reference_system(text: str) -> str | None:
    """The reference system that a person named, None for none. Raises InvalidInput for one nobody knows."""
    if not text.strip():
        return None
    try:
        return f"EPSG:{parse_epsg(text)}"
    except MapsvcError as fault:
        raise InvalidInput(fault.text, field="crs", **fault.values) from fault
