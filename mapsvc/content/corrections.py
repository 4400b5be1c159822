"""Lays what moderators accepted over the facts of kits; the files stay as they are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

import yaml
from babel import Locale
from markdown_it.token import Token

from mapsvc.catalogues import translate
from mapsvc.content import markup
from mapsvc.content.facts import Fact, Source
from mapsvc.content.kits import Kit, Part
from mapsvc.content.library import Library
from mapsvc.content.texts import Section, Text
from mapsvc.domain.corrections import Accepted
from mapsvc.messages import mark as _

CHANGED = _("Changed, says a reader: “%(words)s” (in %(name)s)")

AnyPart = Part[Any, Any]
P = TypeVar("P", bound=AnyPart)
All = Mapping[tuple[str, str], Accepted]  # by the folder of a part, and the key of a fact


@dataclass(frozen=True, slots=True)
class Sentence:
    """A fact as a page shows it: its sentence, what is known of it, and its language.

    draft is the sentence of that language alone; `sentence` may also say what another one says now.
    """

    kit: str
    part: str
    key: str
    language: str
    sentence: str
    draft: str
    fact: Fact
    follows: bool


def named(part: AnyPart) -> str:
    """The folder of a part below that of all content, which names it: "kits/como"."""
    return f"{part.path.parent.parent.name}/{part.name}"


def standing(fact: Fact, accepted: Accepted) -> Accepted:
    """What of that still counts beside the file, which wins once somebody edited it.

    A file whose `written_on` is later, or whose `checked_on` is as late or later, says more than what was
    accepted before: an operator looked at it since, or took the correction into it.
    """

    def counts(day: date | None) -> bool:
        seen = fact.checked_on is not None and day is not None and fact.checked_on >= day
        return day is not None and fact.written_on <= day and not seen

    kept = accepted if counts(accepted.worded_on) else Accepted(accepted.checked_on)
    return kept if counts(accepted.checked_on) else Accepted()


def corrected_library(library: Library, found: All) -> Library:
    """All content as it is shown: kits with what was accepted, and everything else as it is."""
    if not found:
        return library
    return replace(library, kits={slug: corrected(kit, found) for slug, kit in library.kits.items()})


def corrected(kit: Kit, found: All) -> Kit:
    """A kit as it is shown."""
    return Kit(
        _part(kit.town, found),
        _part(kit.country, found) if kit.country else None,
        [_part(one, found) for one in kit.languages],
    )


def sentence_of(kit: Kit, part: str, key: str, found: Accepted, language: str) -> Sentence | None:
    """A fact of a kit, which is given as its files have it, for a reader of a language.

    None where the kit has no such part, or no text of that marks the fact.
    """
    plain = next((one for one in kit.parts if named(one) == part), None)
    if plain is None or key not in plain.data.facts:
        return None
    stands = standing(plain.data.facts[key], found)
    first = plain.text(language)
    texts = [*([first] if first else []), *plain.texts.values()]
    text = next((one for one in texts if key in one.facts()), None)
    if text is None:
        return None
    shown = _part(plain, {(part, key): found})
    return Sentence(
        kit=kit.slug,
        part=part,
        key=key,
        language=text.language,
        sentence=_words(shown.texts[text.language], key),
        draft=stands.words.get(text.language) or _words(text, key),
        fact=shown.data.facts[key],
        follows=bool(stands.words) and text.language not in stands.words,
    )


def standing_lines(library: Library, found: All) -> Iterator[str]:
    """What is shown and stands in no file yet, as YAML by the folder of each part and the key of each fact.

    Words go into the text of their language in place of the paragraph that ends in [^key].
    """
    parts = {named(part): part for kit in library.kits.values() for part in kit.parts}
    for name, part in sorted(parts.items()):
        facts = {
            key: one.kept()
            for key, fact in part.data.facts.items()
            if (name, key) in found and (one := standing(fact, found[name, key])).checked_on
        }
        if facts:
            yield yaml.safe_dump({name: facts}, allow_unicode=True, sort_keys=False, width=110).rstrip()


def _part(part: P, found: All) -> P:
    name = named(part)
    stands = {
        key: one
        for key, fact in part.data.facts.items()
        if (name, key) in found and (one := standing(fact, found[name, key])).checked_on
    }
    if not stands:
        return part
    facts = {**part.data.facts, **{key: _fact(part.data.facts[key], one) for key, one in stands.items()}}
    texts = {language: _text(text, stands) for language, text in part.texts.items()}
    return replace(part, data=part.data.model_copy(update={"facts": facts}), texts=texts)


def _fact(fact: Fact, stands: Accepted) -> Fact:
    source = Source(name=stands.source[0], url=stands.source[1]) if stands.source else fact.source
    return fact.model_copy(update={"checked_on": stands.checked_on, "source": source})


def _text(text: Text[Any], stands: Mapping[str, Accepted]) -> Text[Any]:
    """A text with other words, or a word on what another language says; where a fact is marked twice in
    it, the first place has the words.
    """
    changed = {key: one for key, one in stands.items() if one.words}
    done: set[str] = set()
    sections = {
        name: replace(
            section,
            tokens=_tokens(section.tokens, text.language, changed, done),
            tasks=[
                replace(task, tokens=_tokens(task.tokens, text.language, changed, done))
                for task in section.tasks
            ],
        )
        for name, section in text.sections.items()
    }
    return replace(text, sections=sections) if changed else text


def _tokens(
    tokens: Sequence[Token], language: str, changed: Mapping[str, Accepted], done: set[str]
) -> list[Token]:
    shown = list(tokens)
    for at, token in enumerate(tokens):
        for key, _line in markup.facts_in([token]):
            if key in changed:
                children = _children(shown[at], key, language, changed[key], again=key in done)
                shown[at] = replace(shown[at], children=children)
                done.add(key)
    return shown


def _children(token: Token, key: str, language: str, stands: Accepted, *, again: bool) -> list[Token]:
    """What stands in a paragraph: plain text is never read as Markdown, and marks of facts stay."""
    children = token.children or []
    if language in stands.words and not again:
        marks = [child for child in children if child.type == "fact"]
        return [_plain(stands.words[language]), *marks]
    other, words = next(
        ((code, one) for code, one in stands.words.items() if code != language), (language, "")
    )
    if not words:
        return children
    said = translate(language, CHANGED, words=words, name=_language(other, language))
    end = max(at for at, child in enumerate(children) if child.type == "fact" and child.content == key)
    return [*children[: end + 1], _plain(f" {said}"), *children[end + 1 :]]


def _plain(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _language(code: str, reader: str) -> str:
    return str(Locale.parse(reader).languages.get(code, code))


def _words(text: Text[Any], key: str) -> str:
    """The paragraph that marks a fact, in plain words."""
    for section in text.sections.values():
        for token in _all(section):
            if key in {found for found, _line in markup.facts_in([token])}:
                return markup.plain([token])
    return ""


def _all(section: Section) -> list[Token]:
    return [*section.tokens, *(token for task in section.tasks for token in task.tokens)]
