"""The addresses of a plan: nobody guesses them, and they stand nowhere in the database.

Each is the number of a row and a keyed hash of it. The one of the plan changes it; the one of its calendar
only reads; the one in a mail only ends the mails.
"""

import re
from hmac import compare_digest

from mapsvc.domain.plans import HostPlan, PlanMail
from mapsvc.services.installations import Installation
from mapsvc.services.secrets import keyed_digest

HELD = re.compile(r"([1-9][0-9]{0,8})-([0-9a-f]{40})")  # 160 bits


def plan_token(plan: HostPlan, installation: Installation) -> str:
    """What the address of a plan holds."""
    return _token("plan", plan.id, installation)


def calendar_token(plan: HostPlan, installation: Installation) -> str:
    """What the address of the calendar of a plan holds: it opens nothing else."""
    return _token("calendar", plan.id, installation)


def stop_token(mail: PlanMail, installation: Installation) -> str:
    """What the link in a reminder holds that ends the reminders to this address."""
    return _token("stop", mail.id, installation)


def event_name(plan: HostPlan, key: str, installation: Installation) -> str:
    """The name of a step in a calendar: the same each time, and without a part of any address."""
    return f"{keyed_digest(installation.key, 'event', str(plan.id))[:24]}-{key}"


def number_in(token: str, what: str, installation: Installation) -> int | None:
    """The number that a token is of: of a "plan", a "calendar", a "stop". None if it is not ours."""
    found = HELD.fullmatch(token)
    if found is None or not compare_digest(token, _token(what, int(found[1]), installation)):
        return None
    return int(found[1])


def _token(what: str, number: int, installation: Installation) -> str:
    return f"{number}-{keyed_digest(installation.key, f'plan {what}', str(number))[:40]}"
