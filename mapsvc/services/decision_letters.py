"""The mails that say what became of a submission, or of a stay that was reported."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.alumni import Pin, PinStatus
from mapsvc.domain.submissions import Submission
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter

S = TypeVar("S", bound=Submission)
OWN_STAYS = "/alumni/mine"

# By what was decided: the subject, and the paragraph before the reason.
WORDS: Mapping[str, tuple[str, str]] = {
    "approved": (
        _("Your change is public: %(title)s"),
        _("A moderator has looked at your change of %(title)s. It is public now."),
    ),
    "returned": (
        _("Please look at this again: %(title)s"),
        _("A moderator has looked at your change of %(title)s. It is not public yet. Please mend this:"),
    ),
    "rejected": (
        _("Your change is not taken: %(title)s"),
        _("A moderator has looked at your change of %(title)s. It will not be public. The reason:"),
    ),
    "undone": (
        _("Your change is looked at again: %(title)s"),
        _("The decision on your change of %(title)s was taken back. It waits for a moderator again."),
    ),
}
TURNS: Mapping[PinStatus, tuple[str, ...]] = {
    PinStatus.HIDDEN: (
        _("Your stay is off the map for now"),
        _("Your stay of %(year)s on our map was reported, so nobody else sees it now."),
        _(
            "That does not mean that you did something wrong. A moderator looks at it. "
            "You get a mail if it is shown again."
        ),
        _("You can correct your stay, or take it off for good, on this page:"),
    ),
    PinStatus.PUBLISHED: (
        _("Your stay is on the map again"),
        _("A moderator has looked at your stay of %(year)s. It is on the map again."),
        _("You need not do anything. You can see your stay, correct it or take it off on this page:"),
    ),
}
LINKS: Mapping[str, str] = {
    "approved": _("See it here:"),
    "returned": _("What you wrote is kept. Open it here, mend it and send it again:"),
    "rejected": _("See your entry here:"),
    "undone": _("You need not do anything. See your entry here:"),
}


def tell_author(
    session: Session,
    submission: S,
    what: str,
    *,
    about: Callable[[S, str], tuple[str, str]],
    installation: Installation,
) -> None:
    """Mails the author of a submission what was decided; nobody, where the account is gone.

    what is a key of WORDS; about gives the title and the path in a language. The caller commits.
    """
    author = submission.author
    if author is None:
        return
    language = author.language
    title, path = about(submission, language)
    subject, said = WORDS[what]
    write_letter(
        session,
        author.email,
        installation=installation,
        language=language,
        subject=translate(language, subject, title=title),
        paragraphs=[
            translate(language, said, title=title),
            *filter(None, [submission.reason]),
            translate(language, LINKS[what]) + f"\n{installation.link(path)}",
        ],
    )


def tell_of_turn(session: Session, pin: Pin, *, installation: Installation) -> None:
    """Mails the person of a stay that it was taken off the map, or is on it again; the caller commits.

    Nobody, where there is no account, as for a sample.
    """
    if pin.account is None:
        return
    language = pin.account.language
    subject, *said = (translate(language, one, year=pin.year) for one in TURNS[PinStatus(pin.status)])
    said[-1] += f"\n{installation.link(OWN_STAYS)}"
    write_letter(
        session,
        pin.account.email,
        installation=installation,
        language=language,
        subject=subject,
        paragraphs=said,
    )
