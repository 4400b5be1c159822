"""What every text is looked at for: facts with a source, links that lead somewhere."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mapsvc.content import markup
from mapsvc.content.facts import Facts
from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.texts import Text
from mapsvc.domain.base import now
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

UNDECLARED = _("The fact [^%(key)s] is not in the YAML beside this text. Add it there, with its source.")
UNUSED = _("No text marks the fact “%(key)s” in “%(language)s”. Put [^%(key)s] after it, or take it away.")
NOT_IN_LANGUAGE = _("“%(name)s” lacks its words in “%(language)s”. Add them.")
DEAD_LINK = _("Nothing here is called “%(target)s”. Correct the link.")
FUTURE = _("The fact “%(key)s” was looked at on a day that is still to come. Correct checked_on.")

Mark = tuple[Path, str, int | str]  # of a fact: the file, its key, and where it stands in the file


def check_facts(path: Path, declared: Facts, marks: Iterable[Mark], language: str, faults: Faults) -> None:
    """Notes facts that are marked in a language and not in the YAML, and the other way round."""
    marked: set[str] = set()
    for file, key, where in marks:
        marked.add(key)
        if key not in declared:
            faults.add(file, where, UNDECLARED, key=key)
    for key in declared:
        if key not in marked:
            faults.add(path, key, UNUSED, key=key, language=language)


def check_days(path: Path, declared: Facts, faults: Faults) -> None:
    """Notes facts at which somebody looks only tomorrow."""
    for key, fact in declared.items():
        if fact.checked_on and fact.checked_on > now().date():
            faults.add(path, key, FUTURE, key=key)


def marks_in(text: Text[Any]) -> Iterator[Mark]:
    """The facts that a text marks."""
    return ((text.path, key, line) for key, line in text.facts().items())


def check_links(text: Text[Any], faults: Faults, known: Known) -> None:
    """Notes links to what is not there."""
    for section in text.sections.values():
        for tokens in (section.tokens, *(task.tokens for task in section.tasks)):
            for target, line in markup.links_in(tokens):
                if markup.INSIDE.fullmatch(target) and not known(target):
                    faults.add(text.path, line, DEAD_LINK, target=target)


def check_words(path: Path, name: str, said: Any, language: str, faults: Faults) -> None:
    """Notes where words of something called `name` are written in some language, and not in this one."""
    if isinstance(said, dict):
        if said and set(said) <= {*LANGUAGES} and language not in said:
            faults.add(path, name, NOT_IN_LANGUAGE, name=name, language=language)
        for one in said.values():
            check_words(path, name, one, language, faults)
    elif isinstance(said, list):
        for one in said:
            check_words(path, name, one, language, faults)
