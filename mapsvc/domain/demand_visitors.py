"""Whose searches count towards unmet demand, and how a visitor becomes a code that lives for a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, IPv6Network, ip_address

from mapsvc.domain.demands import ANY_FIELD, BROAD, HASH_BYTES

NETWORK_BITS = 64  # of an IPv6 address: the rest of it changes by itself, often daily
BROWSER = "mozilla/5.0"  # what the names of all browsers begin with
# What the names of programs hold that read pages by themselves; most leave an address.
PROGRAMS = ("bot", "crawl", "spider", "slurp", "preview", "headless", "lighthouse", "http:", "https:")
# What browsers send when they fetch a page that nobody has asked for yet.
AHEAD = {"Sec-Purpose": ("prefetch", "prerender"), "Purpose": ("prefetch",), "X-Moz": ("prefetch",)}
NOT_ME = ("DNT", "Sec-GPC")  # "1" in one of them: this person does not want to be counted


@dataclass(frozen=True, slots=True)
class Sought:
    """A search that found too little, for the seconds until it is counted; never written anywhere.

    lon and lat are the centre in degrees of WGS 84, country is ISO 3166-1 alpha-2 or None; fields are
    broad fields, ANY_FIELD alone where the search named none.
    """

    address: str = field(repr=False)
    agent: str = field(repr=False)
    lon: float
    lat: float
    country: str | None
    fields: tuple[str, ...]


def is_counted(method: str, header: Callable[[str], str]) -> bool:
    """Whether a request is from a person who looks at a page and does not object.

    It is not where the browser sends "Do not track" or Global Privacy Control, where it fetches the page
    ahead, and where the name of the browser is not a browser's or says that it is a program. header gives
    the value of a header by its name, "" where there is none.
    """
    return method == "GET" and is_person(header)


def is_person(header: Callable[[str], str]) -> bool:
    """The same of a request of any method: one that a person's browser sends for something that they did."""
    agent = header("User-Agent").casefold()
    return (
        not any(header(name).strip() == "1" for name in NOT_ME)
        and not any(word in header(name).casefold() for name, words in AHEAD.items() for word in words)
        and agent.startswith(BROWSER)
        and not any(word in agent for word in PROGRAMS)
    )


def broad_fields(codes: Iterable[str]) -> tuple[str, ...]:
    """The broad fields of ISCED-F codes, each once and in order; ANY_FIELD alone where there are none."""
    return tuple(sorted({code[:BROAD] for code in codes})) or (ANY_FIELD,)


def visitor_code(salt: bytes, address: str, agent: str) -> bytes:
    """What stands for a visitor on the day of a salt: nobody without the salt can tell for whom."""
    said = f"{_network(address)}\n{agent}".encode("utf-8", "surrogatepass")
    return blake2b(said, key=salt, digest_size=HASH_BYTES).digest()


def _network(address: str) -> str:
    """An IPv4 address, the first half of an IPv6 one, or the text itself where it is neither."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, NETWORK_BITS), strict=False))
