"""The faults that a person can mend, each said in that person's words."""

from datetime import timedelta
from typing import Any, ClassVar

from mapsvc.messages import mark as _


class MapsvcError(Exception):
    """A fault with a message that can be translated and the values it names.

    Sub-classes set `message`, an English sentence with %(name)s places, or pass one.
    `str()` gives the English sentence; `mapsvc.i18n` gives it in the reader's language.
    """

    message: ClassVar[str] = _("Something is not right.")

    def __init__(self, message: str | None = None, **values: object) -> None:
        self.text = message or self.message
        self.values = values
        super().__init__(self.text % values if values else self.text)

    def __reduce__(self) -> tuple[Any, ...]:
        """Values travel with the message when an error crosses to another process."""
        return _again, (type(self), self.text, self.values)


def _again(kind: type[MapsvcError], text: str, values: dict[str, object]) -> MapsvcError:
    return kind(text, **values)


class InvalidSearch(MapsvcError):
    """A search parameter that cannot be read or is out of bounds."""


class UnreadableFile(MapsvcError):
    """A file of which no row can be read."""


class NotFound(MapsvcError):
    """There is no such thing, or it is not public."""

    message = _("There is nothing at this address.")


class NotSignedIn(MapsvcError):
    """Something that needs an account was asked for without one."""

    message = _("Please sign in first.")


class Gone(MapsvcError):
    """Something that opened once does not open any more."""


class InvalidInput(MapsvcError):
    """Something that a person typed cannot be taken; `field` names where."""

    def __init__(self, message: str | None = None, *, field: str = "", **values: object) -> None:
        super().__init__(message, **values)
        self.field = field


class TooMany(MapsvcError):
    """Something was asked for too often; waiting helps."""

    message = _("That was too often. Please wait a few minutes and try again.")

    def __init__(
        self, message: str | None = None, *, retry_after: timedelta = timedelta(minutes=15), **values: object
    ) -> None:
        """retry_after is how long to wait at most; in another process it is the usual patience."""
        super().__init__(message, **values)
        self.retry_after = retry_after


class Misconfigured(MapsvcError):
    """The program cannot start as it is set up; the message says what to change."""


class Busy(MapsvcError):
    """The database is away or overloaded; trying again later helps."""

    message = _("The directory cannot be reached just now. Please try again in a minute.")
