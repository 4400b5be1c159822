"""Where facts of the programme were found again beside its guide, and what nobody has held against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

USUAL_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Finding:
    """A page that says the same as the data, or, where agrees is False, something else.

    says is what it is about, by language; who is whose page it is; day is when it was read.
    """

    says: Mapping[str, str]
    who: str
    address: str
    day: date
    agrees: bool

    def said(self, language: str) -> str:
        """What it is about, in English where a language has no words for it."""
        return self.says.get(language, self.says[USUAL_LANGUAGE])


@dataclass(frozen=True, slots=True)
class Proof:
    """The pages that were found, and by language what nobody has held against the guide, if anything."""

    found: tuple[Finding, ...]
    unchecked: Mapping[str, str]

    def left(self, language: str) -> str:
        """What nobody has held against the guide, "" for nothing."""
        return self.unchecked.get(language, self.unchecked.get(USUAL_LANGUAGE, ""))


def proof_in(told: Mapping[str, Any]) -> Proof:
    """The proof that a part of a data file tells under "found", "otherwise" and "unchecked"."""
    agreeing = [_finding(one, agrees=True) for one in told.get("found", ())]
    otherwise = [_finding(one, agrees=False) for one in told.get("otherwise", ())]
    return Proof((*agreeing, *otherwise), told.get("unchecked", {}))


def _finding(told: Mapping[str, Any], *, agrees: bool) -> Finding:
    return Finding(told["says"], told["who"], told["address"], told["date"], agrees)
