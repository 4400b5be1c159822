"""The pages' maps are made by Folium, load nothing from elsewhere and are always the same."""

import re
import subprocess
import sys

import pytest
from jinja2 import Environment, FileSystemLoader

from mapsvc.maps.names import MapKind, element_id, script_name
from mapsvc.maps.shell import map_script, page_map
from mapsvc.resources import resource, static_digest


@pytest.mark.parametrize("kind", MapKind)
def test_a_map_script_names_no_address_elsewhere(kind: MapKind) -> None:
    _name, body = map_script(kind)

    assert re.findall(r"https?:|//[a-z]", body) == []


@pytest.mark.parametrize("kind", MapKind)
def test_a_map_script_is_the_same_each_time_it_is_made(kind: MapKind) -> None:
    first = map_script(kind)
    map_script.cache_clear()

    assert map_script(kind) == first


@pytest.mark.parametrize("kind", MapKind)
def test_a_map_script_is_served_under_the_name_that_pages_know(kind: MapKind) -> None:
    name, _body = map_script(kind)

    assert name == script_name(kind)
    assert re.fullmatch(rf"{kind}-[0-9a-f]{{12}}\.js", name)


@pytest.mark.parametrize(
    ("kind", "template"),
    [
        (MapKind.SEARCH, "learners/find_hosts.html"),
        (MapKind.HOST, "learners/host.html"),
        (MapKind.TOWN, "alumni/_fields.html"),
        (MapKind.COVERAGE, "coverage/overview.html"),
        (MapKind.COVERAGE, "desk/demand.html"),
        (MapKind.FLOWS, "flows/show.html"),
    ],
)
def test_pages_hold_the_element_that_folium_would_write(kind: MapKind, template: str) -> None:
    element, _script = page_map(kind).parts()

    assert element == f'<div class="folium-map" id="{element_id(kind)}"></div>'
    assert element in _with_the_insides_of_small_maps(template)


def _with_the_insides_of_small_maps(template: str) -> str:
    """The text of a template with what its calls of the shared macros write."""
    environment = Environment(  # what is written is looked at here and never served
        loader=FileSystemLoader(resource("templates")), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations()  # type: ignore[attr-defined]
    macros = environment.get_template("_map.html").module
    text = resource(f"templates/{template}").read_text(encoding="utf-8")
    regions = str(macros.regions_map("", ""))  # type: ignore[attr-defined]
    text = re.sub(r"\{\{ regions_map\([^}]+\) \}\}", lambda _call: regions, text)
    return re.sub(
        r'\{\{ map_inside\((?:"(\w+)")?\) \}\}',
        lambda call: str(macros.map_inside(*filter(None, call.groups()))),  # type: ignore[attr-defined]
        text,
    )


def test_a_map_script_keeps_the_zoom_limits_that_folium_drops() -> None:
    _name, body = map_script(MapKind.SEARCH)

    assert '"minZoom": 2' in body
    assert '"maxZoom": 14' in body


@pytest.mark.parametrize("kind", MapKind)
def test_what_a_map_script_calls_is_offered_by_the_module_it_imports(kind: MapKind) -> None:
    _name, body = map_script(kind)
    imported = re.search(rf'from "../static/{static_digest()}/(js/\w+\.js)"', body)
    assert imported

    text = resource(f"static/{imported[1]}").read_text(encoding="utf-8")
    offered = {name.strip() for names in re.findall(r"export \{([^}]*)\}", text) for name in names.split(",")}

    assert set(re.findall(r"mapsvc\.(\w+)", body)) <= offered


def test_the_name_of_a_map_script_is_known_without_folium() -> None:
    question = (
        "import sys; from mapsvc.maps.names import MapKind, script_name; script_name(MapKind.SEARCH);"
        "print(sorted({'folium', 'branca', 'pandas'} & set(sys.modules)))"
    )

    answer = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "[]"
