"""What every text is looked at for: facts with a source, links that lead somewhere."""

from pathlib import Path
from typing import Any

from mapsvc.content import markup
from mapsvc.content.faults import Faults
from mapsvc.content.links import Known
from mapsvc.content.texts import Text
from mapsvc.messages import LANGUAGES
from mapsvc.messages import mark as _

UNDECLARED = _("The fact [^%(key)s] is not in the YAML beside this text. Add it there, with its source.")
UNUSED = _("No text marks the fact “%(key)s” in “%(language)s”. Put [^%(key)s] after it, or take it away.")
NOT_IN_LANGUAGE = _("“%(name)s” lacks its words in “%(language)s”. Add them.")
DEAD_LINK = _("Nothing here is called “%(target)s”. Correct the link.")


def check_links(text: Text[Any], faults: Faults, known: Known) -> None:
    """Notes links to what is not there."""
    for section in text.sections.values():
        for tokens in (section.tokens, *(task.tokens for task in section.tasks)):
            for target, line in markup.links_in(tokens):
                if markup.INSIDE.fullmatch(target) and not known(target):
                    faults.add(text.path, line, DEAD_LINK, target=target)


def check_words(path: Path, name: str, said: Any, language: str, faults: Faults) -> None:
    """Notes where words are written in some language, and not in this one."""
    if isinstance(said, dict):
        if said and set(said) <= {*LANGUAGES} and language not in said:
            faults.add(path, 0, NOT_IN_LANGUAGE, name=name, language=language)
        for one in said.values():
            check_words(path, name, one, language, faults)
    elif isinstance(said, list):
        for one in said:
            check_words(path, name, one, language, faults)
