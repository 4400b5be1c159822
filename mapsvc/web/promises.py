"""What this site promises, and who answers for it: privacy, legal notice, terms, security.txt."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Flask, Response, current_app, render_template, request

from mapsvc import i18n
from mapsvc.config import Settings
from mapsvc.domain.register import load_register
from mapsvc.errors import NotFound
from mapsvc.http import running
from mapsvc.messages import LANGUAGES
from mapsvc.storage.tables import columns_of
from mapsvc.viewers import open_to_all

REVIEWED = date(2026, 11, 23)  # when the statements were last held against what was tested and is done
VALID_DAYS = 180  # RFC 9116 asks for less than a year
REGISTER = "data_register"  # the name under which the application holds it

bp = Blueprint("promises", __name__)


def init_app(app: Flask, settings: Settings) -> None:
    """Reads the data register, so that the privacy notice says what is kept.

    Raises InvalidRegister for one that does not name every column of the database.
    """
    app.extensions[REGISTER] = load_register(settings.folder, columns_of())


@bp.get("/privacy")
@open_to_all
def privacy() -> str:
    """Which personal data are kept, why, for how long, who sees them, and one's rights."""
    register = current_app.extensions[REGISTER]
    return render_template(
        "promises/privacy.html",
        groups=register.groups,
        contacts=_contacts(),
        reviewed=i18n.day(REVIEWED),
        demand_counted=running().demand is not None,
    )


@bp.get("/legal")
@open_to_all
def legal() -> str:
    """Who runs the site, how to reach them, how to report a fault of security."""
    return render_template("promises/legal.html", contacts=_contacts())


@bp.get("/accessibility")
@open_to_all
def accessibility() -> str:
    """What was tested, what does not work, whom to tell."""
    return render_template("promises/accessibility.html", reviewed=i18n.day(REVIEWED))


@bp.get("/terms")
@open_to_all
def terms() -> str:
    """What an entry means, what is shown, how to correct and remove it."""
    return render_template("promises/terms.html", contacts=_contacts(), reviewed=i18n.day(REVIEWED))


@bp.get("/.well-known/security.txt")
@open_to_all
def security_txt() -> Response:
    """Where to report a fault of security, as RFC 9116 has it.

    Raises NotFound where the operator gave no address: a file without a contact would be none.
    """
    settings = running().settings
    if not settings.operator_email:
        raise NotFound
    base = settings.base_url.rstrip("/")
    expires = (datetime.now(UTC) + timedelta(days=VALID_DAYS)).date()
    lines = [
        f"Contact: mailto:{settings.operator_email}",
        f"Expires: {expires.isoformat()}T00:00:00Z",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Policy: {base or request.host_url.rstrip('/')}/legal#security",
    ]
    if base:
        lines.append(f"Canonical: {base}/.well-known/security.txt")
    return Response("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


def _contacts() -> dict[str, str]:
    settings = running().settings
    return {
        "address": settings.operator_address,
        "phone": settings.operator_phone,
        "hosting": settings.hosting_provider,
        "data_protection": settings.data_protection_contact or settings.operator_email,
    }
