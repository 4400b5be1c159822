"""What the verbs need to know of the installation that they work in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installation:
    """Its name, its address without a slash at the end, its operator, and the key of its hashes."""

    name: str
    base_url: str
    key: str
    operator: str = ""

    def link(self, path: str) -> str:
        """The whole address of a path that begins with a slash."""
        return f"{self.base_url}{path}"
