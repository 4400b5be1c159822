"""Each town in its own words: no sentence of a town's part stands in another town's."""

from collections.abc import Mapping

from mapsvc.content.faults import Faults
from mapsvc.content.kits import Kit
from mapsvc.content.pieces import Piece, of_text
from mapsvc.content.sentences import clauses_of, words_of
from mapsvc.messages import mark as _

SAME_SENTENCE = _(
    "“%(sentence)s” stands in %(file)s:%(line)s, too. Say what holds in this town, in its own words."
)

Words = tuple[str, tuple[str, ...]]  # the language, and the words in small letters


def check_own_words(kits: Mapping[str, Kit], faults: Faults) -> None:
    """Notes sentences that an earlier kit has, too; kits of the installation come after shipped ones.

    Capitals, punctuation, italics, facts' marks and where links lead make no difference. What stands wholly
    in italics is a phrase of the town's language, which its neighbour may have, too.
    """
    first: dict[Words, tuple[Piece, int]] = {}
    for kit in sorted(kits.values(), key=lambda kit: (faults.tree.is_overlay(kit.town.path), kit.slug)):
        for piece in (piece for text in kit.town.texts.values() for piece in of_text(text)):
            for start, clause in clauses_of(piece.said):
                if not words_of(piece.own[start : start + len(clause)]):
                    continue
                words = piece.language, tuple(words_of(clause.casefold()))
                other, at = first.setdefault(words, (piece, start))
                if other.path.parent != piece.path.parent:
                    _add(faults, clause, (piece, start), (other, at))


def _add(faults: Faults, clause: str, here: tuple[Piece, int], there: tuple[Piece, int]) -> None:
    sentence = " ".join(clause.split()).strip("“”«» ")
    file, line = faults.tree.named(there[0].path), there[0].line_at(there[1])
    faults.add(here[0].path, here[0].line_at(here[1]), SAME_SENTENCE, sentence=sentence, file=file, line=line)
