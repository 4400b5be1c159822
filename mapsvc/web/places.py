"""The places of somebody who is signed in, as the pages' navigation shows them."""

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from mapsvc.access.permissions import Action, could
from mapsvc.viewers import viewer

# Each with what one must be able to do to have it, its words, and the view that it opens.
PLACES = (
    (Action.USE_DESK, _l("To do"), "desk.to_do"),
    (Action.ADD_HOST, _l("Hosts"), "keeping.hosts"),
    (Action.IMPORT_HOSTS, _l("Imports"), "importing.uploads"),
    (Action.USE_ACCOUNT, _l("My hosts"), "own_hosts.overview"),
    (Action.HANDLE_REPORT, _l("Review"), "moderating.queue"),
    (Action.INVITE_CLASS, _l("Classes"), "class_invitations.overview"),
    (Action.PLAN_FLOWS, _l("Flows"), "flows.overview"),
    (Action.PLAN_COHORT, _l("Cohorts"), "cohorts.overview"),
    (Action.SET_RATES, _l("Grants"), "rates.overview"),
    (Action.REPORT_YEAR, _l("Our year"), "year.overview"),
    (Action.SEE_COMPLETION, _l("Learners"), "completions.overview"),
    (Action.INVITE, _l("People"), "people.everybody"),
    (Action.USE_ACCOUNT, _l("My courses"), "own_courses.overview"),
    (Action.USE_ACCOUNT, _l("My account"), "account.overview"),
)
# Pages that are reached from another place: by view, or all of a module.
PART_OF = {
    "checks.check": "rates",
    "checks.flow_plan": "flows",
    "checks": "cohorts",
    "placements": "cohorts",
    "groups": "cohorts",
    "success": "desk",
}


def places() -> list[tuple[str, str, bool]]:
    """The viewer's places: (words, address, whether the page is in it)."""
    named = (request.blueprint or "").partition(".")[0]
    here = PART_OF.get(request.endpoint or "", PART_OF.get(named, named))
    asks = viewer()
    return [
        (str(words), url_for(endpoint), endpoint.partition(".")[0] == here)
        for action, words, endpoint in PLACES
        if could(asks, action)
        and endpoint in current_app.view_functions
        and (endpoint != "own_hosts.overview" or asks.host_ids)
    ]
