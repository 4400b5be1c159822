"""Reads the cells of one learner, and says of each that cannot be used what would help."""

import re

from mapsvc.domain.vocabulary import FIELDS, is_known
from mapsvc.intake.cells import one_line
from mapsvc.intake.cohort_codes import LONGEST_CODE, looks_personal
from mapsvc.intake.cohort_columns import folded
from mapsvc.intake.cohort_faults import RowCells
from mapsvc.intake.spoken import spoken_in
from mapsvc.intake.stay_dates import read_first
from mapsvc.intake.values import fields_in, yes_or_no
from mapsvc.intake.wishes import Doubt, is_anywhere
from mapsvc.messages import mark as _
from mapsvc.places.folding import fold
from mapsvc.planning.cohorts import CEFR_LEVELS, Spot, Wish

YOUNGEST, OLDEST = 10, 99
MOST_WISHES = 10

_CODE = re.compile(r"(?<![0-9])[0-9]{1,3}(?![0-9])")
_NARROW = 3  # digits of a narrow field, which a residual code such as 0719 begins with
_AGE = re.compile(r"([0-9]{1,2})(?:[.,]0+)?\s*(?:[^\W\d]+\.?)?")
_LISTED = re.compile(r"[;|\n]|\s>\s|\s→\s")
_RANKED = re.compile(r"^(?:[0-9]{1,2}\s*[.):=-]|[0-9]{1,2}(?:er|re|e|st|nd|rd|th)\b\.?:?)\s*")
_LEVEL = re.compile(r"([ABC][12])(?:\s*[+/-].*)?", re.IGNORECASE)

_YES_OR_NO = _("Write yes or no, or leave the cell empty.")


class LearnerCells(RowCells):
    """The cells of one row by field, read into what a learner is made of."""

    def code(self) -> str:
        """The code of the learner, "" with a fault where there is none or where it is a name."""
        column, text = self.cell("code")
        text = one_line(text)
        if not text:
            column = next((one.heading for one in self.columns.get("code", ())), None)
            self.refuse(
                column,
                "",
                _("The code is missing."),
                help=_("Give each learner a code of your own, such as A01."),
                left_out=True,
            )
        elif looks_personal(text):
            self.refuse(
                column,
                "",  # a name is not repeated, so that nobody keeps it
                _("The code looks like a name or a mail address."),
                help=_("Use a code, not a name. Keep the list of names and codes at your school."),
                left_out=True,
            )
        elif len(text) > LONGEST_CODE:
            self.refuse(
                column,
                text,
                _("The code is longer than %(limit)s characters."),
                {"limit": LONGEST_CODE},
                help=_("Use a short code, such as A01."),
                left_out=True,
            )
        else:
            return text
        return ""

    def fields(self) -> tuple[str, ...]:
        """The ISCED-F codes; a fault for each part that names none, and no learner where none is left."""
        found: dict[str, None] = {}
        unknown: list[tuple[str, str]] = []
        for column, cell in self.cells("fields"):
            codes, parts = fields_in(_CODE.sub(_with_zero, cell))
            found.update(dict.fromkeys(codes))
            unknown += [(column.heading, part) for part in parts]
        for heading, part in unknown:
            self.refuse(
                heading,
                part,
                _("“%(value)s” is no field of training that is known here."),
                help=_("Write the ISCED-F code, such as 0713, or the trade in plain words, such as baker."),
                left_out=not found,
            )
        return tuple(found)

    def languages(self) -> tuple[tuple[str, str | None], ...]:
        """The languages with their levels, from lists and from columns of one language each."""
        found: dict[str, str | None] = {}
        for column, cell in self.cells("languages"):
            if column.language:
                self._level(column.language, column.heading, cell, found)
                continue
            spoken, unknown = spoken_in(cell)
            found.update(dict(spoken))
            for part in unknown:
                self.refuse(
                    column.heading,
                    part,
                    _("“%(value)s” is no language with a level that is known here."),
                    help=_("Write the language and a level from A1 to C2, such as English B1."),
                )
        return tuple(found.items())

    def _level(self, language: str, heading: str, cell: str, found: dict[str, str | None]) -> None:
        """Takes the level of one language; no for one that is not spoken."""
        level = _LEVEL.fullmatch(cell.strip())
        if level:
            found[language] = level.group(1).upper()
        elif (said := yes_or_no(cell)) is None:
            self.refuse(
                heading,
                cell,
                _("“%(value)s” is no level of a language."),
                {"levels": ", ".join(CEFR_LEVELS)},
                help=_("Write one of these: %(levels)s."),
            )
        elif said:
            found[language] = None

    def age(self) -> int | None:
        """The age in whole years, None where it is not said."""
        column, cell = self.cell("age")
        if not cell:
            return None
        found = _AGE.fullmatch(cell)
        if found and YOUNGEST <= int(found.group(1)) <= OLDEST:
            return int(found.group(1))
        if read_first(cell):
            self.refuse(
                column,
                "",
                _("This is a day, not an age. Nobody asks for a birth date here."),
                help=_("Write the age in years on the first day of the stay."),
                left_out=True,
            )
            return None
        self.refuse(
            column,
            cell,
            _("“%(value)s” is no age."),
            {"youngest": YOUNGEST, "oldest": OLDEST},
            help=_("Write a whole number of years, from %(youngest)s to %(oldest)s."),
            left_out=True,
        )
        return None

    def wishes(self) -> tuple[Wish, ...]:
        """The wishes in order of rank, each once; a fault for each that is not clear."""
        found: dict[tuple[str, str], Wish] = {}
        listed = self._wished()
        for heading, text in listed[:MOST_WISHES]:
            for wish in self.wishing.read_several(text):
                if isinstance(wish, Wish):
                    found.setdefault((wish.kind, wish.key), wish)
                else:
                    self._unclear(heading, text, wish)
        if max(len(listed), len(found)) > MOST_WISHES:
            heading, text = listed[-1]
            message = _("There are more than %(limit)s wishes; the first ones are kept.")
            self.refuse(heading, text, message, {"limit": MOST_WISHES})
        return tuple(found.values())[:MOST_WISHES]

    def _wished(self) -> list[tuple[str, str]]:
        """The headings and texts of wishes in order of rank."""
        columns = sorted(self.cells("wishes"), key=lambda pair: pair[0].rank)
        parts = [(column.heading, part.strip()) for column, cell in columns for part in _LISTED.split(cell)]
        texts = [(heading, _RANKED.sub("", part)) for heading, part in parts]
        return [(heading, text) for heading, text in texts if text and not is_anywhere(text)]

    def home(self) -> Spot | None:
        """The home town, None where it is not said or not known."""
        column, cell = self.cell("home")
        if not cell:
            return None
        spot = self.wishing.home(cell)
        if isinstance(spot, Spot):
            return spot
        self._unclear(column, cell, spot)
        return None

    def _unclear(self, column: str | None, text: str, doubt: Doubt) -> None:
        message = (
            _("“%(value)s” may mean several places.")
            if doubt.several
            else _("“%(value)s” is no town, region or country that is known here.")
        )
        helped = _("Write the country beside it, such as Como (IT).")
        if doubt.candidates:
            helped = _("Write one of these: %(candidates)s.")
        self.refuse(column, text, message, {"candidates": "; ".join(doubt.candidates)}, help=helped)

    def need(self, name: str, *, left_out: bool = True) -> bool | None:
        """Yes or no, in words that go with the field; None where nothing is said."""
        column, cell = self.cell(name)
        if not cell:
            return None
        said = said_of(name, cell)
        if said is None:
            message = _("“%(value)s” is neither yes nor no.")
            self.refuse(column, cell, message, help=_YES_OR_NO, left_out=left_out)
        return said

    def together_with(self) -> list[tuple[str, str]]:
        """The headings and codes of those with whom the learner wishes to be, as written."""
        found: list[tuple[str, str]] = []
        for column, cell in self.cells("together_with"):
            found += [(column.heading, cell)]
        return found


def _with_zero(found: re.Match[str]) -> str:
    """A code of a field with the zero at its front that spreadsheets take away."""
    code = found.group()
    longer = f"0{code}"
    if is_known(FIELDS, code) or not (is_known(FIELDS, longer) or is_known(FIELDS, longer[:_NARROW])):
        return code
    return longer


def said_of(name: str, cell: str) -> bool | None:
    """Yes or no of a need, in words that go with it; None for anything else."""
    word = fold(cell)
    if word in folded("needs_not", name):
        return False
    if word in folded("needs", name):
        return True
    return yes_or_no(cell)
