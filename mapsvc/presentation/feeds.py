"""Search results as an Atom feed (RFC 4287), with the point of each as GeoRSS."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from xml.etree import ElementTree as Xml

from flask_babel import gettext

from mapsvc.domain.listings import Listing
from mapsvc.presentation.cards import in_language, summary, tags, url_of
from mapsvc.presentation.labels import country_label
from mapsvc.services.installations import Installation
from mapsvc.services.secrets import keyed_digest
from mapsvc.storage.feeds import Changed

MEDIA_TYPE = "application/atom+xml"
ATOM, GEORSS = "http://www.w3.org/2005/Atom", "http://www.georss.org/georss"
# What XML 1.0 cannot hold, however it is written (section 2.2).
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Xml.register_namespace("georss", GEORSS)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself: its search in words, its canonical query, its language, its last change."""

    title: str
    query: str
    language: str
    updated: datetime


def feed_path(query: str, language: str) -> str:
    """The address of the feed of a canonical query, in a language: readers of feeds send no cookie."""
    return f"/feed.atom?{query}&lang={language}" if query else f"/feed.atom?lang={language}"


def atom(
    feed: Feed, sites: Sequence[Changed], listings: Mapping[int, Listing], *, installation: Installation
) -> bytes:
    """The feed as UTF-8 XML, an entry a site in the order given; a listing that is gone is left out.

    Ids are made of the number of a site and the installation's key: they stay whatever the address of
    the site becomes, and tell nothing. Needs Flask's context.
    """
    root = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": feed.language})
    link = installation.link
    _put(root, "id", _urn(installation, "feed", feed.query, feed.language))
    _put(root, "title", f"{installation.name}: {feed.title}")
    _put(root, "updated", _instant(max((one.updated for one in sites), default=feed.updated)))
    _put(Xml.SubElement(root, "author"), "name", installation.operator or installation.name)
    page = f"/?{feed.query}&lang={feed.language}".replace("?&", "?")
    for rel, path, kind in (
        ("self", feed_path(feed.query, feed.language), MEDIA_TYPE),
        ("alternate", page, "text/html"),
    ):
        Xml.SubElement(root, "link", {"rel": rel, "type": kind, "href": link(path)})
    _put(root, "generator", "mapsvc")
    for one in sites:
        if (listing := listings.get(one.listing_id)) is not None:
            _entry(root, one, listing, feed.language, installation)
    Xml.indent(root)
    return bytes(Xml.tostring(root, "utf-8", xml_declaration=True)) + b"\n"


def _entry(
    root: Xml.Element, one: Changed, listing: Listing, language: str, installation: Installation
) -> None:
    entry = Xml.SubElement(root, "entry")
    kit = listing.detail.get("kit") or {}
    title = str(in_language(kit.get("title"), language) or listing.title)
    if listing.sample:
        title = gettext("%(name)s (made up, as a sample)", name=title)
    country = country_label(listing.country, language) if listing.country else ""
    where = ", ".join(filter(None, (listing.place, country)))
    _put(entry, "id", _urn(installation, "site", one.site_key))
    _put(entry, "title", ": ".join(filter(None, (title, where))))
    _put(entry, "updated", _instant(one.updated))
    href = installation.link(url_of(listing))
    Xml.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": _clean(href)})
    _put(entry, "summary", summary(listing, language) or where or title)
    for label in tags(listing, language):
        Xml.SubElement(entry, "category", {"term": _clean(label)})
    if source := listing.detail.get("source"):
        _put(entry, "rights", ", ".join(filter(None, (source.get("name"), source.get("licence")))))
    _put(entry, f"{{{GEORSS}}}point", f"{listing.lat:.6f} {listing.lon:.6f}")


def _put(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """A text without what no XML can hold, in one line."""
    return " ".join(NOT_XML.sub("", text).split())


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _urn(installation: Installation, *parts: str) -> str:
    return UUID(hex=keyed_digest(installation.key, "feed", *parts)[:32], version=5).urn
