"""Names of content: they stand in addresses, in links of texts and in the database."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from mapsvc.content.faults import Faults
from mapsvc.content.trees import Tree
from mapsvc.messages import mark as _

Key = Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,60}$")]  # of what is inside a file
SLUG = re.compile("[a-z][a-z0-9-]{0,49}")  # of folders and files
LANGUAGE = re.compile("[a-z]{2}")  # of ISO 639-1
NOT_A_SLUG = _("The name “%(name)s” must be of small letters, digits and hyphens, at most 50. Rename it.")
NOT_A_LANGUAGE = _(
    "This is not shown. A text is called by the two letters of its language, such as en.md. Rename it."
)


def slugs(tree: Tree, folder: str, file: str, faults: Faults) -> Iterator[str]:
    """The folders inside that are called as they must be, in alphabetical order; others are noted."""
    for name in tree.folders(folder):
        if SLUG.fullmatch(name):
            yield name
        elif path := tree.file(folder, name, file):
            faults.add(path, 0, NOT_A_SLUG, name=name)


def keys(tree: Tree, *folder: str, faults: Faults) -> Iterator[str]:
    """The YAML files inside that are called as they must be, in alphabetical order; others are noted."""
    for name in tree.files(".yml", *folder):
        if SLUG.fullmatch(name):
            yield name
        elif path := tree.file(*folder, f"{name}.yml"):
            faults.add(path, 0, NOT_A_SLUG, name=name)


def text_languages(tree: Tree, *folder: str, faults: Faults) -> Iterator[str]:
    """The languages of the texts inside, by the names of their files; others are noted."""
    for name in tree.files(".md", *folder):
        if LANGUAGE.fullmatch(name):
            yield name
        elif path := tree.file(*folder, f"{name}.md"):
            faults.add(path, 0, NOT_A_LANGUAGE)
