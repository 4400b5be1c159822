"""What a mail address proves of who writes: that an organisation itself does, or one of its contacts."""

from mapsvc.domain.hosts import Organisation
from mapsvc.domain.web_domains import is_at

# Where learners have an address too, as anybody has who works there: one of them is not the organisation.
ADDRESSES_FOR_MANY = frozenset(("school", "training_centre", "university"))


def may_claim(organisation: Organisation, email: str) -> bool:
    """Whether who reads this address may speak for the organisation at once: it is on its own domain.

    Who speaks for a host may take it off the map: a pupil should not, for a school.
    """
    return organisation.kind not in ADDRESSES_FOR_MANY and is_at(email, organisation.website)


def may_erase(organisation: Organisation, email: str) -> bool:
    """Whether who reads this address may have the organisation erased at once.

    That is a contact which its list names, or an address on its own domain. A whole school is not
    erased by an address that each of its pupils has.
    """
    return email in contacts_of(organisation) or may_claim(organisation, email)


def contacts_of(organisation: Organisation) -> list[str]:
    """The addresses that an organisation's list or its keepers name, in small letters, the first first."""
    offers = [offer.contact for site in organisation.sites for offer in site.offers]
    rows = [row for site in organisation.sites for row in (site.private or {}).get("rows", ())]
    found = (str(one.get("email") or "").strip().lower() for one in [*offers, *rows])
    return list(dict.fromkeys(filter(None, found)))
