"""Which regions have hosts and no kit near: where the next kit is needed."""

from flask import Blueprint, Response, render_template, url_for

from mapsvc import i18n
from mapsvc.access.permissions import Action
from mapsvc.domain.base import now
from mapsvc.http import running
from mapsvc.presentation.desk_tables import kit_gaps_table
from mapsvc.presentation.kit_coverage import Coverage, coverage
from mapsvc.presentation.kit_lists import NEAR_KM
from mapsvc.services.table_files import check_format
from mapsvc.viewers import needs
from mapsvc.web.table_answers import about_here, links, table_answer

bp = Blueprint("kits", __name__, url_prefix="/kits")


@bp.get("/")
@needs(Action.USE_DESK)
def gaps() -> str:
    """The hosts that are far from any kit, by region."""
    files = links(lambda name: url_for("desk.kits.table", file_format=name), places=False)
    return render_template("desk/kits.html", coverage=_found(), near_km=NEAR_KM, files=files)


@bp.get("/table.<file_format>")
@needs(Action.USE_DESK)
def table(file_format: str) -> Response:
    """The same regions as a file."""
    check_format(file_format, places=False)
    made = kit_gaps_table(_found(), language=i18n.language(), **about_here())
    return table_answer(made, file_format, private=True)


def _found() -> Coverage:
    here = running()
    with here.public_engine.connect() as connection:
        return coverage(
            here.directory,
            connection,
            today=now().date(),
            language=i18n.language(),
            regions=here.regions,
        )
