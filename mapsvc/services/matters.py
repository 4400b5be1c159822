"""What each kind of submission brings of its own to the one queue of moderators."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.domain.submissions import Submission
from mapsvc.services.revising import NOT_OF_THE_SHEET
from mapsvc.storage.hosts import State

S = TypeVar("S", bound=Submission)


@dataclass(frozen=True, slots=True)
class Matter(Generic[S]):
    """What differs between changes of hosts, words of stays and corrections of facts; all else is in
    `moderating`.

    is_there says whether what it is about still is. state gives what stands there now, as `proposed` and
    `before` do. put makes it public, take_back brings `before` back, and keep_off has what was never
    public follow any other decision. noted is how the audit log calls it: subject, number, details.
    letter gives, in a language, the title and the path that its author is told. case is what a moderator
    looks at.
    """

    is_there: Callable[[S], bool]
    state: Callable[[S], State]
    put: Callable[[Session, Viewer, S], None]
    take_back: Callable[[Session, Viewer, S], None]
    keep_off: Callable[[S], None]
    noted: Callable[[S], tuple[str, int, dict[str, Any]]]
    letter: Callable[[S, str], tuple[str, str]]
    case: Callable[[Session, S], Any]


def stamp(state: State) -> str:
    """A name of what somebody wrote: another as soon as a word of it changes."""
    words = {name: value for name, value in state.items() if name not in NOT_OF_THE_SHEET}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]
