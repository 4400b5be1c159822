"""Builds the pages' maps with Folium and gives their scripts as files of our own."""

from collections.abc import Callable, Mapping
from functools import cache
from textwrap import dedent

import folium
from branca.element import Figure
from folium.elements import JSCSSMixin
from folium.template import Template

from mapsvc.maps.elements import (
    Arrows,
    Circle,
    KitPlaces,
    NamedElement,
    Pins,
    Placements,
    ShadedRegions,
    Spot,
    Towns,
    VectorBasemap,
)
from mapsvc.maps.names import MapKind, element_id, script_name
from mapsvc.resources import static_digest

EUROPE = (52.0, 10.5)  # latitude first: Folium's order
EUROPE_ZOOM = 4
MIN_ZOOM = 2
MAX_ZOOM = 14
BASEMAP_MAX_DATA_ZOOM = 7
WORLD = ((-75.0, -185.0), (85.0, 185.0))
ELEMENTS: Mapping[MapKind, tuple[Callable[[], NamedElement], ...]] = {  # what each map shows above its land
    MapKind.SEARCH: (Circle, Pins),
    MapKind.HOST: (Spot,),
    MapKind.TOWN: (Towns,),
    MapKind.KIT: (KitPlaces,),
    MapKind.COVERAGE: (ShadedRegions,),
    MapKind.FLOWS: (Arrows,),
    MapKind.EMBED: (Circle, Pins),
    MapKind.PLACEMENT: (Placements,),
}


class LocalMap(folium.Map):
    """A Folium map that loads nothing from elsewhere and writes no inline style or script.

    Its page is ours: only its element and its script are taken from Folium.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012, folium's own class attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012, folium's own class attribute

    _template = Template("""
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }}></div>
        {% endmacro %}

        {% macro script(this, kwargs) %}
            const {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
    """)

    def __init__(self, name: str, *, zoom: int = EUROPE_ZOOM) -> None:
        super().__init__(location=EUROPE, zoom_start=zoom, tiles=None, zoom_control=False)
        self._fixed_name = name
        # Folium drops the zoom limits of a map without tile layers, and Leaflet needs them.
        self.options |= {
            "minZoom": MIN_ZOOM,
            "maxZoom": MAX_ZOOM,
            "maxBounds": WORLD,
            "attributionControl": False,
            "worldCopyJump": False,
        }

    def get_name(self) -> str:
        """The map's name in the script and its element's id: fixed, where Folium's is random."""
        return getattr(self, "_fixed_name", "map")

    def render(self, **kwargs: object) -> None:  # type: ignore[override]  # as Folium's own
        """Renders without Folium's own page header: its viewport, styles and switches."""
        JSCSSMixin.render(self, **kwargs)  # type: ignore[no-untyped-call]

    def parts(self) -> tuple[str, str]:
        """The map's HTML element and its script, without the page around them.

        A Folium map can be rendered only once.
        """
        figure = self.get_root()
        if not isinstance(figure, Figure):  # pragma: no cover, Folium always puts maps in one
            raise TypeError(type(figure))
        figure.render()
        return figure.html.render().strip(), tidy(figure.script.render())


def tidy(script: str) -> str:
    """The script without the empty lines and the margin that templates leave."""
    return dedent("\n".join(line for line in script.splitlines() if line.strip()))


def page_map(kind: MapKind) -> LocalMap:
    """The Folium map of one kind of page, ready to be rendered once."""
    page = LocalMap(element_id(kind))
    page.add_child(VectorBasemap(max_data_zoom=BASEMAP_MAX_DATA_ZOOM))
    for element in ELEMENTS[kind]:
        page.add_child(element())
    return page


@cache
def map_script(kind: MapKind) -> tuple[str, str]:
    """The file name and the body of the script of one kind of map.

    The body is an ES module, the same on every machine with the same sources. It imports
    static/js/<kind>_map.js, such as search_map.js, which reads from the page what differs between readers.
    """
    kind = MapKind(kind)
    _element, script = page_map(kind).parts()
    name = element_id(kind)
    body = (
        f'import * as mapsvc from "../static/{static_digest()}/js/{name}.js";\n\n'
        f"const L = mapsvc.leaflet;\n{script}\nmapsvc.started({name});\n"
    )
    return script_name(kind), body
