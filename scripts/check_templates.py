"""Checks every page template: it compiles, what it names is there, and nothing in it needs a looser CSP."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from jinja2 import Environment, TemplateSyntaxError, meta

from mapsvc import i18n

TEMPLATES = Path(__file__).parents[1] / "templates"
SELF_CONTAINED = "maps/"  # files that a person downloads carry their script and style inside
FORBIDDEN = {
    r"<style\b": "a style element",
    r"<[^>]*\sstyle=": "a style attribute",
    r"<[^>]*\son[a-z]+=": "an event handler in an attribute",
    r"javascript:": "a javascript: address",
    r'<script(?![^>]*\b(?:src=|type="application/json"))': "a script in the page",
    r"\|\s*safe\b": "text that is not escaped",
}


def faults(environment: Environment, name: str) -> Iterator[str]:
    source = (TEMPLATES / name).read_text("utf-8")
    try:
        environment.compile(source, name, name)
        named = meta.find_referenced_templates(environment.parse(source, name))
    except TemplateSyntaxError as fault:
        yield f"{name}:{fault.lineno}: {fault.message}"
        return
    yield from (f"{name}: names {other}, which is not there" for other in named if missing(other))
    if not name.startswith(SELF_CONTAINED):
        for number, line in enumerate(source.splitlines(), start=1):
            yield from (
                f"{name}:{number}: {what} is not allowed"
                for pattern, what in FORBIDDEN.items()
                if re.search(pattern, line, re.IGNORECASE)
            )


def missing(name: str | None) -> bool:
    """Whether a named template is absent; None stands for a name that is computed."""
    return name is not None and not (TEMPLATES / name).is_file()


def main() -> None:
    app = Flask("check", template_folder=str(TEMPLATES))
    i18n.init_app(app)  # brings filters and the translating functions
    environment = app.jinja_env
    names = sorted(
        path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*") if path.is_file()
    )
    found = [fault for name in names for fault in faults(environment, name)]
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
