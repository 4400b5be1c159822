"""Mails moderators what waits for longer than a day."""

from datetime import timedelta

from sqlalchemy.orm import Session

from mapsvc.catalogues import translate
from mapsvc.domain.base import now
from mapsvc.domain.people import Role
from mapsvc.messages import mark as _
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter
from mapsvc.storage import people
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.reminders import count_for_moderators, last_reminder, mark_reminded

PATIENCE = timedelta(days=1)
WAITS = _(
    "Changes of hosts: %(changes)s\nReports: %(reports)s\nStays of people: %(stays)s\n"
    "Corrections of facts: %(facts)s\n"
    "Reported conversations: %(conversations)s\nHidden stays: %(hidden)s"
)


def remind(session: Session, *, installation: Installation) -> int:
    """Mails each moderator how much waits for longer than a day, at most once a day. Commits.

    Where there is no moderator, the administrators are told. Returns how many mails were written.
    """
    one_at_a_time(session, "reminders")
    at = now()
    late = at - PATIENCE
    counts = count_for_moderators(session, before=late)
    last = last_reminder(session)
    if not any(counts) or (last is not None and last > late):
        session.commit()
        return 0
    moderators = people.accounts_with_role(session, Role.MODERATOR)
    told = moderators or people.accounts_with_role(session, Role.ADMINISTRATOR)
    for account in told:
        language = account.language
        write_letter(
            session,
            account.email,
            installation=installation,
            language=language,
            subject=translate(language, _("Waiting for you at %(site)s"), site=installation.name),
            paragraphs=[
                translate(language, _("This waits for a moderator for longer than a day:")),
                translate(
                    language,
                    WAITS,
                    **counts._asdict(),
                ),
                translate(language, _("Look at them here:")) + f"\n{installation.link('/review')}",
            ],
        )
    if told:
        mark_reminded(session, before=late, at=at)
    session.commit()
    return len(told)
