"""Which domain is an organisation's own, so that a mail address there speaks for it.

What a domain ends with that anybody may register under stands in the Public Suffix List, of which the
library publicsuffixlist brings a copy: nothing is fetched.
"""

from functools import cache
from urllib.parse import urlsplit

import yaml
from publicsuffixlist import PublicSuffixList

from mapsvc.resources import resource


def own_domain(website: str | None) -> str | None:
    """The domain of a website, as one registers it, where one organisation alone has it.

    None for a page with a provider, a network or a directory that many share, and for what is no
    address of a site.
    """
    return _own(_host(website)) if website else None


def domain_of(address: str) -> str | None:
    """The same for a mail address; None for mail providers."""
    return _own(_plain(address.rpartition("@")[2]))


def is_at(address: str, website: str | None) -> bool:
    """Whether a mail address is on the own domain of a website."""
    own = own_domain(website)
    return own is not None and domain_of(address) == own


def _host(website: str) -> str:
    text = website.strip()
    try:
        return _plain(urlsplit(text if "//" in text else f"//{text}").hostname or "")
    except ValueError:
        return ""


def _plain(host: str) -> str:
    """A host in the letters that domains are registered in."""
    try:
        return host.strip().strip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _own(host: str) -> str | None:
    registered: str | None = _suffixes().privatesuffix(host) if host else None
    if registered is None or not shared_domains().isdisjoint(_with_parents(host)):
        return None
    return registered


def _with_parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[first:]) for first in range(len(labels))]


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def shared_domains() -> frozenset[str]:
    """The domains that many share: those of mail providers, of hosts of pages, of school authorities."""
    folder = resource("data/domains")
    by_hand = yaml.safe_load((folder / "shared_hosting.yml").read_text("utf-8"))
    providers = (folder / "mail_providers.txt").read_text("utf-8").split()
    return frozenset(providers).union(*by_hand.values())
