"""The mails that say what became of a change that was handed in."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.alumni import PinSubmission
from mapsvc.domain.people import Account
from mapsvc.domain.reviews import Submission
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter

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
LINKS: Mapping[str, str] = {
    "approved": _("See it here:"),
    "returned": _("What you wrote is kept. Open it here, mend it and send it again:"),
    "rejected": _("See your entry here:"),
    "undone": _("You need not do anything. See your entry here:"),
}


def tell_author(session: Session, submission: Submission, what: str, *, installation: Installation) -> None:
    """Mails the author of a submission what was decided; nobody, where the account is gone.

    what is a key of WORDS. The caller commits.
    """
    title, path = submission.organisation.name, f"/desk/hosts/{submission.organisation_id}"
    _tell(
        session,
        submission.author,
        what,
        title=title,
        reason=submission.reason,
        path=path,
        installation=installation,
    )


def tell_author_of_pin(
    session: Session, words: PinSubmission, what: str, *, installation: Installation
) -> None:
    """Mails the person of a pin what was decided on its words. The caller commits.

    The mail holds none of these words: they could not be erased from it.
    """
    account = words.pin.account
    language = account.language if account else "en"
    title = translate(language, _("the stay of %(year)s"), year=words.pin.year)
    _tell(
        session,
        account,
        what,
        title=title,
        reason=words.reason,
        path="/alumni/mine",
        installation=installation,
    )


def _tell(
    session: Session,
    author: Account | None,
    what: str,
    *,
    title: str,
    reason: str,
    path: str,
    installation: Installation,
) -> None:
    if author is None:
        return
    language = author.language
    subject, said = WORDS[what]
    paragraphs = [translate(language, said, title=title)]
    if reason:
        paragraphs.append(reason)
    write_letter(
        session,
        author.email,
        installation=installation,
        language=language,
        subject=translate(language, subject, title=title),
        paragraphs=[*paragraphs, translate(language, LINKS[what]) + f"\n{installation.link(path)}"],
    )
