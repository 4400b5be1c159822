"""Reads the lists of words in data/columns."""

from typing import Any

import yaml

from mapsvc.resources import resource


def word_file(name: str) -> Any:
    """The content of data/columns/<name>.yml, every value a text: "no" and "1" are words there.

    Raises FileNotFoundError when there is no such file.
    """
    text = resource(f"data/columns/{name}.yml").read_text("utf-8")
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - makes nothing but texts, lists and mappings # nosec B506
