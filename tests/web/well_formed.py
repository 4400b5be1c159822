"""What is wrong with the HTML of a page, as far as that shows without a browser."""

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "circle", "use", "wbr"})
BLOCKS = frozenset({"form", "div", "p", "ul", "ol", "dl", "section", "fieldset", "h2", "h3", "table", "nav"})
INSIDE = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "tr": {"thead", "tbody", "tfoot", "table"},
    "th": {"tr"},
    "td": {"tr"},
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "caption": {"table"},
    "legend": {"fieldset"},
    "summary": {"details"},
    "option": {"select", "datalist", "optgroup"},
}
POINTING = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
TICKS = frozenset({"checkbox", "radio"})


class Faults(HTMLParser):
    """Tags that are crossed, left open or in a wrong place, tags to be read, ids twice or nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if len(said) < len(attrs):
            self.found.append(f"an attribute of {tag} twice")
        if "id" in said:
            self.ids.append(said["id"])
        for name in POINTING:
            self.pointed.update(said.get(name, "").split())
        if (to := said.get("href", "")).startswith("#") and to != "#":
            self.pointed.add(to[1:])
        if said.get("type") in TICKS and "autocomplete" in said:
            self.found.append("autocomplete of a tick")
        if "p" in self.open and tag in BLOCKS:
            self.found.append(f"{tag} in a paragraph")
        if tag in INSIDE and not (self.open and self.open[-1] in INSIDE[tag]):
            self.found.append(f"{tag} outside of what it belongs into")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.found.append(f"{tag} closes something else")

    def handle_data(self, data: str) -> None:
        if "</" in data and self.open[-1:] != ["script"]:
            self.found.append(f"a tag to be read: {data.strip()[:60]}")

    def all(self) -> list[str]:
        """What was found, when the page is over."""
        twice = [f"id {name} twice" for name, count in Counter(self.ids).items() if count > 1]
        nowhere = [f"{name} is not there" for name in sorted(self.pointed - set(self.ids))]
        return [*self.found, *(f"{tag} stays open" for tag in self.open), *twice, *nowhere]


def faults_of(page: str) -> list[str]:
    """The faults of a page, each in words."""
    reading = Faults()
    reading.feed(page)
    return reading.all()
