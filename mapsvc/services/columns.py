"""Which column of a file a person says holds what."""

from collections.abc import Iterable, Mapping, Sequence

import yaml
from pyproj import CRS

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


def fields_of(mapping: str) -> dict[str, str]:
    """The field of each column that a mapping names, as dump_mapping() wrote it; none for an empty one."""
    content = yaml.load(mapping, yaml.BaseLoader) or {}  # noqa: S506 - makes nothing but texts # nosec B506
    return {column: field for field, columns in (content.get("columns") or {}).items() for column in columns}


def grid_names(codes: Iterable[int]) -> dict[str, str]:
    """What reference systems are called, by their code as EPSG:25832."""
    return {f"EPSG:{code}": str(CRS.from_epsg(code).name) for code in codes}
