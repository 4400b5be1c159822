"""Which regions have hosts and no kit near: where the next kit is needed."""

from flask import Blueprint, render_template

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.http import running
from mapsvc.presentation.kit_coverage import coverage
from mapsvc.presentation.kit_lists import NEAR_KM
from mapsvc.viewers import needs

bp = Blueprint("kits", __name__, url_prefix="/kits")


@bp.get("/")
@needs(Action.USE_DESK)
def gaps() -> str:
    """The hosts that are far from any kit, by region."""
    here = running()
    with here.public_engine.connect() as connection:
        found = coverage(
            here.directory,
            connection,
            today=now().date(),
            language=i18n.language(),
            regions=here.regions,
        )
    return render_template("desk/kits.html", coverage=found, near_km=NEAR_KM)
