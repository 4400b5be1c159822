"""What a mail holds: its link, its code."""

import re


def link_in(body: str) -> str:
    """The first link to a page with a secret in a mail's text."""
    found = re.search(r"https?://\S+/[\w-]{40,}", body)
    assert found, body
    return found[0]


def code_in(body: str) -> str:
    """The code in a mail's text, as it is spelt there."""
    found = re.search(r"^[A-Z2-9]{4}-[A-Z2-9]{4}$", body, re.MULTILINE)
    assert found, body
    return found[0]
