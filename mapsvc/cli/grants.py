"""The command that says what a journey is paid."""

import json

import click

from mapsvc.errors import InvalidInput
from mapsvc.messages import mark as _


@click.command("grants")
@click.option("--from", "home", required=True, metavar="LON,LAT", help="Home town, such as -0.55,47.47.")
@click.option("--to", "host", required=True, metavar="LON,LAT", help="Town of the host.")
@click.option("--call", "year", required=True, metavar="YEAR", help="Year of the call, such as 2026.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object instead of a table.")
def grants(home: str, host: str, year: str, as_json: bool) -> None:
    """Say what travel is paid between two points: euro a participant for the round trip.

    The distance is the shortest line on the ellipsoid, one way. Only full kilometres count: 99.6 km are in
    the band of 10 to 99 km. Below 10 km nothing is paid.
    """
    from mapsvc.domain.grant_calls import call_of
    from mapsvc.domain.numbers import parse_integer
    from mapsvc.planning.grants import travel_grant

    points = {"--from": _point("--from", home), "--to": _point("--to", host)}
    found = travel_grant(call_of(parse_integer(year)), home=points["--from"], host=points["--to"])
    for option, point in points.items():
        _doubt(option, *point)
    if as_json:
        click.echo(json.dumps(found.answer(), ensure_ascii=False, allow_nan=False))
        return
    green = "none of its own" if found.green is None else f"{found.green} EUR"
    for name, value in (
        ("Distance", f"{found.shown_km:.1f} km"),
        ("Band", f"{found.band.key} km" if found.band else f"none (below {found.call.least_km} km)"),
        ("Travel", f"{found.standard} EUR"),
        ("Green travel", green),
        ("Source", found.call.source),
    ):
        click.echo(f"{name:<14}{value}")


def _point(option: str, text: str) -> tuple[float, float]:
    """Longitude and latitude, in degrees. Raises InvalidInput, InvalidSearch or InvalidNumber."""
    from mapsvc.params.values import LATITUDES, LONGITUDES, read_number

    lon, comma, lat = text.partition(",")
    if not comma:
        raise InvalidInput(
            _("“%(value)s” is no point for %(option)s. Write longitude and latitude, such as 9.08,45.81."),
            value=text[:60],
            option=option,
        )
    return read_number(option, lon.strip(), *LONGITUDES, "°"), read_number(
        option, lat.strip(), *LATITUDES, "°"
    )


def _doubt(option: str, lon: float, lat: float) -> None:
    """Says, beside the answer, where only the two numbers in the other order lie in a country of Europe."""
    from mapsvc.intake.countries import country_boxes, lies_in

    boxes = [box for several in country_boxes().values() for box in several]
    if lies_in((lat, lon), boxes) and not lies_in((lon, lat), boxes):
        click.echo(
            f"{option}: no country of Europe is at longitude {lon:g}, latitude {lat:g}. The longitude comes "
            f"first: if you mean {lat:g},{lon:g}, write that.",
            err=True,
        )


COMMANDS = (grants,)
