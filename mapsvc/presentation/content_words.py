"""What pages, papers and prints say of content: its language, how sure a fact is, days after arrival."""

from datetime import date

from babel import Locale

from mapsvc.catalogues import translate
from mapsvc.content.facts import Fact, FactState
from mapsvc.domain.days import spelt
from mapsvc.messages import mark as _

USES = {"street": _("In the street"), "work": _("At work")}  # of phrases


def other_language(written: str, reader: str) -> str:
    """That a part is in another language than the reader's; "" where it is in the reader's."""
    if written == reader:
        return ""
    name = Locale.parse(reader).languages.get(written, written)
    sentence = _("This part is in %(language)s.")  # of which "language" is a parameter of translate, too
    return translate(reader, sentence) % {"language": name}


def sureness(fact: Fact, language: str, *, today: date) -> str:
    """How sure a fact is: when it was written, when somebody looked at its source, whether again is due."""
    if fact.checked_on is None:
        month = spelt(fact.written_on, "MMMM y", language)
        return translate(language, _("Written in %(month)s, not checked yet."), month=month)
    day = spelt(fact.checked_on, "long", language)
    if fact.state(today) is FactState.OLD:
        return translate(language, _("Checked on %(day)s: to be checked again."), day=day)
    return translate(language, _("Checked on %(day)s."), day=day)


def after_arrival(days: int, language: str) -> str:
    """What a day is called that comes so many days after arrival."""
    if days == 0:
        return translate(language, _("On the day you arrive"))
    if days == 1:
        return translate(language, _("The next day"))
    return translate(language, _("After %(num)s days"), num=days)
