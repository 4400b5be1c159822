"""The mail of a saved search: new hosts, changed hosts, and how to stop it by one click."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from babel import Locale
from sqlalchemy.orm import Session

from mapsvc.catalogues import counter, translate
from mapsvc.domain.alerts import KEPT_FOR, Alert
from mapsvc.domain.base import now
from mapsvc.domain.days import spelt
from mapsvc.domain.listings import Listing
from mapsvc.messages import mark as _
from mapsvc.services.alert_links import page_path, stop_path
from mapsvc.services.installations import Installation
from mapsvc.services.letters import write_letter

SAID_BEFORE = timedelta(days=30)  # that an alert ends


@dataclass(frozen=True, slots=True)
class News:
    """What a mail names: new hosts, others that changed or fit now, and how many there are in all."""

    new: Sequence[Listing]
    changed: Sequence[Listing]
    total: int

    @property
    def named(self) -> int:
        """How many hosts the mail names."""
        return len(self.new) + len(self.changed)


def write_news(session: Session, alert: Alert, news: News, *, installation: Installation) -> None:
    """Puts the mail of an alert into the outbox; the caller commits.

    It has the heads by which a mail program ends it in one click (RFC 2369, RFC 8058).
    """
    say = alert.language
    stop = installation.link(stop_path(alert, installation))
    letter = write_letter(
        session,
        alert.email,
        installation=installation,
        language=say,
        subject=translate(say, _("New for your saved search")),
        paragraphs=[*_found(alert, news, installation), *_ends(alert, stop, installation)],
    )
    letter.headers = {
        **letter.headers,
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _found(alert: Alert, news: News, installation: Installation) -> list[str]:
    """What was found, and the link to all of it."""
    say, parts = alert.language, [translate(alert.language, _("Your search: %(title)s"), title=alert.title)]
    if news.new:
        head = translate(say, _("New hosts:"))
        parts.append(f"{head}\n\n" + _lines(news.new, installation, say))
    if news.changed:
        head = translate(say, _("Changed, or new in your search:"))
        parts.append(f"{head}\n\n" + _lines(news.changed, installation, say))
    if news.total > news.named:
        ngettext = counter(say)
        parts.append(
            ngettext(
                "There is %(num)s host in all. Here are the first %(named)s.",
                "There are %(num)s hosts in all. Here are the first %(named)s.",
                news.total,
                named=news.named,
            )
        )
    query = f"{alert.query}&lang={say}".removeprefix("&")
    parts.append(
        translate(say, _("See all results of your search:")) + f"\n{installation.link(f'/?{query}')}"
    )
    return parts


def _lines(hosts: Sequence[Listing], installation: Installation, language: str) -> str:
    """A host a line, with its town and country, and its page below."""
    countries = Locale.parse(language).territories
    said = []
    for host in hosts:
        country = str(countries.get(host.country, host.country))
        # In one line each: else a name or a town could begin a paragraph of its own.
        where = " ".join(", ".join(filter(None, (host.place, country))).split())
        name = " ".join(host.title.split())
        if host.sample:
            name = translate(language, _("%(name)s (made up, as a sample)"), name=name)
        said.append(f"- {name}: {where}\n  {installation.link(f'/hosts/{host.slug}')}")
    return "\n".join(said)


def _ends(alert: Alert, stop: str, installation: Installation) -> list[str]:
    """How to pause or stop, and that the alert ends soon."""
    say, page = alert.language, installation.link(page_path(alert, installation))
    parts = []
    by_year = alert.ends_on >= alert.confirmed.date() + KEPT_FOR
    if by_year and alert.ends_on <= now().date() + SAID_BEFORE:
        day = spelt(alert.ends_on, "d MMMM y", say)
        parts.append(
            translate(say, _("These mails end on %(day)s. You can keep them for another year:"), day=day)
            + f"\n{page}"
        )
    parts.append(translate(say, _("See this search, or pause it:")) + f"\n{page}")
    parts.append(translate(say, _("No more mails like this? Open this link:")) + f"\n{stop}")
    return parts
