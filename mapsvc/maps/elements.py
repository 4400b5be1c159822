"""Folium elements of ours: the base map, the pins, the circle, a downloaded map's records.

None of them carries a value from a person. Folium evaluates strings as Jinja templates, so
what varies between readers travels as JSON in the page and is read by static/js/map.js.
"""

from branca.element import MacroElement
from folium.template import Template


class NamedElement(MacroElement):
    """A Folium element with a name of its own, so that its script is the same each time."""

    def __init__(self, name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # folium has no types here
        self._name = name

    def get_name(self) -> str:
        """The element's name in the script: fixed, where Folium's would be random."""
        return self._name


class VectorBasemap(NamedElement):
    """Land, sea, borders and names, drawn in the browser from one PMTiles file of ours.

    max_data_zoom is the deepest zoom level of the file; nearer ones are drawn from it.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.basemap({{ this._parent.get_name() }}, {
                maxDataZoom: {{ this.max_data_zoom|tojson }}
            });
        {% endmacro %}
    """)

    def __init__(self, *, max_data_zoom: int) -> None:
        super().__init__("basemap")
        self.max_data_zoom = max_data_zoom


class Circle(NamedElement):
    """The circle of a search around a place; static/js/map.js sets its centre and radius."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.circle({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("circle")


class Pins(NamedElement):
    """Pins and clusters of the visible box, asked from the server as the map moves.

    touching_px is the gap in pixels below which two clusters become one.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.pins({{ this._parent.get_name() }}, { gap: {{ this.touching_px|tojson }} });
        {% endmacro %}
    """)

    def __init__(self, *, touching_px: int = 2) -> None:
        super().__init__("pins")
        self.touching_px = touching_px


class Spot(NamedElement):
    """The one host of a host's page, with its neighbours as smaller pins."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.spot({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("spot")


class Towns(NamedElement):
    """The towns of which a press chooses the nearest, in the browser; static/js/map/towns.js fetches all."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.towns({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("towns")


class KitPlaces(NamedElement):
    """The town of a kit and its places; static/js/map/kit_places.js reads them from the page."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.kitPlaces({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("kit_places")


class ShadedRegions(NamedElement):
    """Regions shaded by what they have; static/js/map/regions.js reads from the page what that is."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.regions({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("regions")


class Arrows(NamedElement):
    """Stays from place to place; static/js/map/arrows.js reads them from the page."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.arrows({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("arrows")


class Placements(NamedElement):
    """Who goes where: hosts, bases, homes and lines; static/js/map/placements.js reads them from the page."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            mapsvc.placements({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("placements")


class Outline(NamedElement):
    """The land below a downloaded map's records, read from the page's own JSON."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            showOutline({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("outline")


class Records(NamedElement):
    """The records of a downloaded map, read from the page's own JSON."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            showRecords({{ this._parent.get_name() }});
        {% endmacro %}
    """)

    def __init__(self) -> None:
        super().__init__("records")
