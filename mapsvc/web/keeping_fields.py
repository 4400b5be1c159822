"""Fields that a host's sheet needs beside the usual ones: texts by language, rows, plain numbers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.widgets import TextArea, TextInput

from mapsvc.domain.numbers import InvalidNumber, parse_integer, parse_number
from mapsvc.domain.sheet_values import TEXT_LANGUAGES
from mapsvc.intake.legal_ids import legal_number

UNNAMED = "und"  # stands in names of inputs for the language that nobody named


class Composite(Field):  # type: ignore[misc]
    """A field of several inputs; `typed` keeps what was sent, for a page that shows it again."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Takes the data of the thing, then what was typed in its place."""
        super().process(None, data, extra_filters)
        self.typed = formdata
        if formdata is not None:
            try:
                self.data = self.read(formdata)
            except ValueError as fault:
                self.process_errors.append(str(fault))

    def read(self, formdata: Any) -> Any:
        """The data that was typed. Raises ValueError with a sentence for the reader."""
        raise NotImplementedError


class TextsField(Composite):
    """A text in one or more languages: {code: text}. rows is the height of its inputs, 1 for a line."""

    def __init__(self, *args: Any, longest: int, rows: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.longest, self.rows = longest, rows

    def key(self, code: str) -> str:
        """The name of the input for a language."""
        return f"{self.name}-{code or UNNAMED}"

    def read(self, formdata: Any) -> dict[str, Any]:
        """What was typed in each language."""
        codes = [code for code in ("", *TEXT_LANGUAGES) if self.key(code) in formdata]
        return {code: self.taken(formdata.getlist(self.key(code))[0]) for code in codes}

    def taken(self, text: str) -> Any:
        """A typed text as it is kept."""
        return text

    def shown(self, code: str) -> str:
        """The text to be shown in the input of a language."""
        return str((self.data or {}).get(code) or "")


class LinesField(TextsField):
    """Lists in one or more languages, an item a line: {code: [item, ...]}."""

    def taken(self, text: str) -> list[str]:
        """The lines of a text that say something."""
        return [line.strip() for line in text.splitlines() if line.strip()]

    def shown(self, code: str) -> str:
        """The items of a language, one a line."""
        return "\n".join((self.data or {}).get(code) or ())


class RowsField(Composite):
    """Rows of a few inputs each; a row of which nothing is said is left out."""

    columns: tuple[str, ...] = ()
    spare = 2  # empty rows, to be filled in

    def read(self, formdata: Any) -> list[list[Any]]:
        """The rows that were filled in."""
        columns = [formdata.getlist(f"{self.name}-{column}") for column in self.columns]
        return [self.taken(row) for row in zip(*columns, strict=False) if self.says_something(row)]

    def says_something(self, row: Sequence[str]) -> bool:
        """Whether a row counts."""
        return bool(row[0])

    def taken(self, row: Sequence[str]) -> list[Any]:
        """A typed row as it is kept. Raises ValueError."""
        return list(row)

    def rows(self) -> list[Sequence[Any]]:
        """The rows to be shown, as they were typed where they were, and empty ones after them."""
        typed: list[Sequence[Any]] = list(self.data or ())
        if self.typed is not None:
            columns = [self.typed.getlist(f"{self.name}-{column}") for column in self.columns]
            typed = [row for row in zip(*columns, strict=False) if any(row)]
        return [*typed, *[("",) * len(self.columns)] * self.spare]


class PeriodsField(RowsField):
    """Periods: [first day, last day, seats]."""

    columns = ("first", "last", "seats")

    def says_something(self, row: Sequence[str]) -> bool:
        """A number of seats alone is no period."""
        return bool(row[0] or row[1])

    def taken(self, row: Sequence[str]) -> list[Any]:
        """Two days as they were typed, and a whole number."""
        return [row[0], row[1], _whole(row[2])]


class SpokenField(RowsField):
    """Languages with their level: [code, CEFR level or ""]."""

    columns = ("code", "level")


class NumberField(Field):  # type: ignore[misc]
    """A whole number, or nothing."""

    widget = TextInput()
    data: float | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was typed."""
        self.data = _whole(valuelist[0]) if valuelist else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class DegreesField(NumberField):
    """Degrees with a decimal point, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Reads what was typed; a decimal comma is one too."""
        text = valuelist[0].strip().replace(",", ".") if valuelist else ""
        try:
            self.data = parse_number(text) if text else None
        except InvalidNumber:
            raise ValueError(gettext("This is no number.")) from None


class NamesField(Field):  # type: ignore[misc]
    """Names, one a line."""

    widget = TextArea()
    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """The lines that say something."""
        text = valuelist[0] if valuelist else ""
        self.data = [line.strip() for line in text.splitlines() if line.strip()]

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "\n".join(self.data or ())


class LegalIdsField(NamesField):
    """Numbers of authorities, one a line, as (scheme, number)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The numbers that can be told. Raises ValueError for the first that cannot."""
        super().process_formdata(valuelist)
        found = []
        for line in self.data or ():
            word, _space, rest = line.partition(" ")
            named = word if word.isalpha() and rest else ""
            number = legal_number(rest if named else line, heading=named, country=None)
            if number is None:
                raise ValueError(
                    gettext("“%(value)s” is no OID, PIC, SIRET or VAT number that we know.", value=line[:60])
                )
            found.append(number)
        self.data = found

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{scheme} {value}" for scheme, value in self.data or ())


def _whole(text: str) -> int | None:
    try:
        return parse_integer(text.strip()) if text.strip() else None
    except InvalidNumber:
        raise ValueError(gettext("“%(value)s” is no whole number.", value=text[:20])) from None
