"""What every page is given: the operator, the languages, the base map, addresses that stay."""

from typing import Any
from urllib.parse import quote

from flask import render_template, request, url_for
from flask_babel import gettext

from mapsvc.http import running
from mapsvc.maps.names import MapKind, script_name
from mapsvc.messages import LANGUAGES
from mapsvc.places.basemap import basemap_digest

LANGUAGE_NAMES = {"en": "English", "fr": "Français"}


def render(template: str, **values: Any) -> str:
    """A page, with what its frame needs."""
    settings = running().settings
    operator = {
        "name": settings.operator_name,
        "email": settings.operator_email,
        "site_name": settings.site_name,
    }
    return render_template(template, operator=operator, languages=language_links(), **values)


def language_links() -> list[tuple[str, str, str]]:
    """The same page in each language: (code, name, address)."""
    return [(code, LANGUAGE_NAMES[code], _here(lang=code)) for code in LANGUAGES]


def map_values(kind: MapKind) -> dict[str, Any]:
    """The values by which a page shows a map of this kind."""
    return {
        "map_script_url": url_for("files.map_script", name=script_name(kind)),
        "map_config": {"basemap": url_for("files.basemap", digest=basemap_digest())},
    }


def mailto(*, to: str = "", subject: str, body: str) -> str:
    """A link that begins a mail."""
    return f"mailto:{quote(to, safe='@')}?subject={quote(subject)}&body={quote(body)}"


def report_link(title: str, url: str) -> str | None:
    """A mail to the operator about an entry; None where the operator has no address."""
    to = running().settings.operator_email
    if not to:
        return None
    subject = gettext("Correction: %(title)s", title=title)
    return mailto(to=to, subject=subject, body=gettext("What should be changed?") + f"\n\n{url}")


def _here(**changes: str) -> str:
    """The address of this page with some parameters changed, without its host."""
    values: dict[str, Any] = {name: request.args.getlist(name) for name in request.args}
    return url_for(
        request.endpoint or "learners.find_hosts", **(request.view_args or {}), **(values | changes)
    )
