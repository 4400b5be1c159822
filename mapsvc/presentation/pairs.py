"""Two hosts side by side: what each says, and where they differ."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext

from mapsvc.domain import vocabulary
from mapsvc.domain.hosts import HostStatus, Organisation, Site
from mapsvc.presentation.labels import country_label


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of a comparison."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the two say something else; where one says nothing, they do not contradict."""
        return bool(self.left and self.right) and self.left.casefold() != self.right.casefold()


def compared(left: Organisation, right: Organisation, language: str) -> list[Compared]:
    """What two hosts say, line by line; lines on which neither says anything are left out."""
    sides = [_said(one, language) for one in (left, right)]
    lines = [Compared(label, sides[0][label], sides[1][label]) for label in sides[0]]
    return [line for line in lines if line.left or line.right]


def public_slug(organisation: Organisation) -> str | None:
    """The address of the public page of a host; None where it has none."""
    if organisation.status != HostStatus.LISTED or organisation.merged_into_id:
        return None
    return next((site.slug for site in organisation.sites if site.lon is not None), None)


def _said(organisation: Organisation, language: str) -> dict[str, str]:
    kind = organisation.kind
    kind_label = vocabulary.label("organisation_kinds", kind, language) if kind else ""
    return {
        gettext("Name"): organisation.name,
        gettext("Also known as"): ", ".join(organisation.other_names),
        gettext("Kind of organisation"): kind_label,
        gettext("Address"): _lines(_address(site) for site in organisation.sites),
        gettext("Town"): _lines(_town(site, language) for site in organisation.sites),
        gettext("Website"): organisation.website or "",
        gettext("Official numbers"): _lines(f"{one.scheme} {one.value}" for one in organisation.legal_ids),
        gettext("Offers"): str(sum(len(site.offers) for site in organisation.sites)),
        gettext("List"): organisation.source.name,
    }


def _address(site: Site) -> str:
    return ", ".join(filter(None, (site.address, site.postcode)))


def _town(site: Site, language: str) -> str:
    country = country_label(site.country, language) if site.country else None
    return ", ".join(filter(None, (site.town, country)))


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(text for text in texts if text))
