"""The addresses of hosts: readable, and the same again for the same site of the same list."""

import hashlib
from collections.abc import Iterable

from sqlalchemy.orm import Session

from mapsvc.domain.drafts import OrganisationDraft, SiteDraft
from mapsvc.domain.sources import Source
from mapsvc.places.folding import fold
from mapsvc.storage.hosts import taken_slugs

SLUG_LENGTH = 60


def slug_of(source: Source, name: str, site: SiteDraft, again: int = 1) -> str:
    """The address that a site of a list gets where it is free; again counts those that were taken."""
    readable = fold(f"{name} {site.town or ''}").replace(" ", "-")[:SLUG_LENGTH].strip("-") or "host"
    place = f"{site.lon},{site.lat}" if site.lon is not None else f"{site.town},{site.country}"
    marked = f"{source.name}\n{fold(name)}\n{place}" + (f"\n{again}" if again > 1 else "")
    return f"{readable}-{hashlib.sha256(marked.encode()).hexdigest()[:8]}"


class Slugs:
    """Gives new hosts of a source their addresses; no two get the same."""

    def __init__(self, session: Session, source: Source, drafts: Iterable[OrganisationDraft]) -> None:
        self._session = session
        self._source = source
        wanted = {slug_of(source, draft.name, site) for draft in drafts for site in draft.sites}
        self._taken = taken_slugs(session, sorted(wanted))

    def for_site(self, name: str, site: SiteDraft) -> str:
        """A readable address that the same site of the same list always gets again, where it is free."""
        found, again = slug_of(self._source, name, site), 1
        while found in self._taken or (again > 1 and taken_slugs(self._session, [found])):
            again += 1
            found = slug_of(self._source, name, site, again)
        self._taken.add(found)
        return found
