"""What holds in a country, as lines to print."""

from flask_babel import gettext

from mapsvc import i18n
from mapsvc.content.facts import Fact
from mapsvc.domain.days import spelt
from mapsvc.presentation.country_glance import Glance, Holiday
from mapsvc.presentation.kit_sheets import GlanceLine


def printed_glance(glance: Glance, *, plugs: Fact | None) -> list[GlanceLine]:
    """The lines of a country that have an answer. plugs is the fact that its plugs are from."""
    looks = [f"{letter}: {look}" if look else letter for letter, look in glance.plugs]
    lines = [
        GlanceLine(gettext("Official languages of the country"), [glance.languages]),
        GlanceLine(gettext("Money"), [glance.currency]),
        GlanceLine(gettext("Clock"), [glance.clock]),
        GlanceLine(gettext("Plugs"), looks, plugs),
        GlanceLine(gettext("Public holidays of the next 12 months"), [_line(one) for one in glance.holidays]),
    ]
    return [line for line in lines if any(line.answers)]


def _line(holiday: Holiday) -> str:
    day = spelt(holiday.day, "EEE d MMM y", i18n.language())
    return f"{day}: {holiday.name} ({holiday.means})" if holiday.means else f"{day}: {holiday.name}"
