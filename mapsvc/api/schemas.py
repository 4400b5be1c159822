"""What the doors for machines answer, as JSON schemas: strict, nothing left out and nothing beside."""

from typing import Any

from mapsvc.api.parameters import BOX, LAT, LON
from mapsvc.domain import vocabulary
from mapsvc.domain.listings import Kind, Precision
from mapsvc.places.areas import LEVELS
from mapsvc.storage.records import FACETS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_DAY: Schema = {"type": "string", "format": "date"}
_YES_OR_NO: Schema = {"type": "boolean"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ID: Schema = {"type": "integer", "minimum": 1}
_DISTANCE: Schema = {"type": "number", "minimum": 0}
_KIND: Schema = {"type": "string", "enum": [kind.value for kind in Kind]}
_PRECISION: Schema = {"type": "string", "enum": [precision.value for precision in Precision]}


def ref(name: str) -> Schema:
    """A reference to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> dict[str, Schema]:
    """The schemas by name."""
    item = _item()
    return {
        "Error": _object({"error": _object({"message": _TEXT, "parameter": _TEXT}, maybe=("parameter",))}),
        "SearchAnswer": _search_answer(),
        "Item": _object(item),
        "Details": _object(item | _popup()),
        "Facet": _list(_object({"value": _TEXT, "label": _TEXT, "count": _COUNT})),
        "Vouching": _object(
            {
                "issuer": _TEXT,
                "issued": _DAY,
                "valid_until": _DAY,
                "checks": _list({"type": "string", "enum": list(vocabulary.keys("checks"))}),
            }
        ),
        "Stay": _object({"area": _TEXT, "where": _TEXT, "field": _TEXT, "year": _COUNT}),
        "View": _object({"total": _COUNT, "clusters": _list(ref("Cluster")), "pins": _list(ref("Pin"))}),
        "Cluster": _cluster(),
        "Pin": _pin(),
        "Places": _object({"items": _list(ref("Place"))}),
        "Place": _place(),
        "Area": _area(),
        "AreaOutline": _area_outline(),
    }


def _search_answer() -> Schema:
    return _object(
        {
            "total": _COUNT | {"description": "Sites on all pages."},
            "mode": {"type": "string", "enum": ["near", "view"]},
            "centre": _or_null(_object({"lon": LON, "lat": LAT, "label": _or_null(_TEXT)})),
            "radius_km": _or_null(_DISTANCE),
            "k": _or_null(_ID),
            "bbox": _or_null(BOX),
            "page": _ID,
            "pages": _ID,
            "next_cursor": _or_null(_TEXT) | {"description": "Where the next page begins; null on the last."},
            "items": _list(ref("Item")),
            "facets": _object({name: ref("Facet") for name in FACETS})
            | {"description": "For each value, the sites with it alone chosen in its facet."},
            "wider": _or_null(_object({"radius_km": _COUNT, "total": _COUNT, "url": _TEXT}))
            | {"description": "Where nothing is found, the radius that holds the nearest."},
            "summary": _TEXT,
        }
    )


def _item() -> dict[str, Schema]:
    return {
        "id": _ID,
        "kind": _KIND,
        "kind_label": _TEXT,
        "title": _TEXT,
        "place": _TEXT,
        "country": {"type": "string", "pattern": "^([A-Z]{2})?$"},
        "country_label": _TEXT,
        "region": _TEXT,
        "region_label": _TEXT,
        "lon": LON,
        "lat": LAT,
        "precision": _PRECISION,
        "distance_m": _or_null(_DISTANCE) | {"description": "From the centre; null without one."},
        "url": _TEXT | {"description": "Address of its page on this site."},
        "sample": _YES_OR_NO | {"description": "Whether it is made up."},
        "summary": _TEXT,
        "tags": _list(_TEXT),
        "offers": _COUNT | {"description": "Offers of its site that can be chosen."},
        "confirmed_on": _or_null(_DAY),
        "vouched": _or_null(ref("Vouching")),
        "stay": _or_null(ref("Stay")) | {"description": "Of a former participant; null for all others."},
    }


def _popup() -> dict[str, Schema]:
    return {
        "precision_label": _TEXT,
        "organisation_kind": _or_null(_TEXT),
        "address": _or_null(_TEXT),
        "postcode": _or_null(_TEXT),
        "website": _or_null(_TEXT),
        "offer_title": _or_null(_TEXT),
        "fields": _list(_TEXT),
        "min_age": _or_null(_COUNT),
        "periods": _list(
            {
                "type": "array",
                "prefixItems": [_DAY, _DAY, _or_null(_COUNT)],
                "items": False,
                "minItems": 3,
                "description": "First day, last day and seats.",
            }
        ),
        "confirmed": _YES_OR_NO,
        "source": _or_null(_object({"name": _TEXT, "licence": _or_null(_TEXT), "date": _DAY})),
    }


def _cluster() -> Schema:
    kinds = {"type": "object", "propertyNames": _KIND, "additionalProperties": _ID}
    return _object({"lon": LON, "lat": LAT, "count": _ID, "kinds": kinds, "box": BOX})


def _pin() -> Schema:
    return _object(
        {
            "id": _ID,
            "kind": _KIND,
            "lon": LON,
            "lat": LAT,
            "title": _TEXT,
            "precision": _PRECISION,
            "sample": _YES_OR_NO,
        }
    )


def _place() -> Schema:
    return _object(
        {
            "id": _ID,
            "name": _TEXT,
            "matched": _TEXT | {"description": "The name by which it was found."},
            "context": _TEXT | {"description": "What tells it from others of its name."},
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "country_label": _TEXT,
            "lon": LON,
            "lat": LAT,
            "population": _COUNT,
            "area": _or_null(_TEXT)
            | {
                "description": "Key of the area in which people are shown instead of the town, for"
                " /api/areas; null where nobody can be shown."
            },
        }
    )


def _area() -> Schema:
    told = {
        "key": _TEXT,
        "label": _TEXT | {"description": "Its largest town."},
        "level": {"type": "string", "enum": [level.value for level in LEVELS]},
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "region": _or_null(_TEXT) | {"description": "Null where its towns lie in several regions."},
        "inhabitants": _COUNT | {"description": "Of its towns that are not in a finer area."},
        "lon": LON | {"description": "Where its marker stands, inside its outline."},
        "lat": LAT,
    }
    return _object(
        {
            "type": {"const": "Feature"},
            "id": _TEXT,
            "properties": _object(told),
            "geometry": ref("AreaOutline"),
        }
    )


def _area_outline() -> Schema:
    """A Polygon or a MultiPolygon, as RFC 7946 has them."""
    point: Schema = {"type": "array", "prefixItems": [LON, LAT], "items": False, "minItems": 2}
    polygon = _list(_list(point) | {"minItems": 4}) | {"minItems": 1}
    shapes = {"Polygon": polygon, "MultiPolygon": _list(polygon)}
    return {
        "oneOf": [_object({"type": {"const": type_}, "coordinates": held}) for type_, held in shapes.items()]
    }


def _object(properties: dict[str, Schema], *, maybe: tuple[str, ...] = ()) -> Schema:
    """An object with these properties and no other; those of maybe can be absent."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in maybe],
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
