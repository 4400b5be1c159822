"""The addresses of an alert: nobody guesses them, and they stand nowhere in the database.

Each is the number of a row and a keyed hash of it. A number is never given twice, so a link never opens the
alert of somebody else.
"""

import re
from hmac import compare_digest

from mapsvc.domain.alerts import Alert
from mapsvc.errors import NotFound
from mapsvc.services.installations import Installation
from mapsvc.services.secrets import keyed_digest

HELD = re.compile(r"([1-9][0-9]{0,8})-([0-9a-f]{40})")  # 160 bits


def alert_token(alert: Alert, installation: Installation) -> str:
    """What the addresses of an alert hold."""
    return _token(alert.id, installation)


def page_path(alert: Alert, installation: Installation) -> str:
    """The path of the page on which an alert is seen, paused and stopped."""
    return f"/alerts/{alert_token(alert, installation)}"


def stop_path(alert: Alert, installation: Installation) -> str:
    """The path that ends an alert when something is posted to it, as mail programs do (RFC 8058)."""
    return f"{page_path(alert, installation)}/stop"


def number_in(token: str, installation: Installation) -> int:
    """The number that a token is of. Raises NotFound if it is not ours."""
    found = HELD.fullmatch(token)
    if found is None or not compare_digest(token, _token(int(found[1]), installation)):
        raise NotFound
    return int(found[1])


def _token(number: int, installation: Installation) -> str:
    return f"{number}-{keyed_digest(installation.key, 'alert', str(number))[:40]}"
