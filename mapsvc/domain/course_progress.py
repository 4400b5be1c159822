"""How far somebody is in a course, the certificates that were made, and who may see that it was finished."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import NO_ID_TWICE, Base, Instant, Json, now
from mapsvc.domain.people import Account, SendingOrganisation

LONGEST_SLUG = 60
AGREED_TEXT = (
    "1"  # the version of the text on the page where learners agree; a change of meaning makes a new one
)
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of Crockford's base 32: none is taken for another
CODE_LENGTH = 12
AS_READ = str.maketrans("OIL", "011")  # what people type for what they read


class CourseProgress(Base):
    """What is kept of one course for one account: lessons by "module/lesson", and the day it was passed.

    No answer is kept.
    """

    __tablename__ = "course_progress"
    __table_args__ = (UniqueConstraint("account_id", "course"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(LONGEST_SLUG))
    lessons: Mapped[list[str]] = mapped_column(Json, default=list)
    passed_on: Mapped[date | None] = mapped_column(Date)
    updated: Mapped[datetime] = mapped_column(Instant, default=now)

    certificates: Mapped[list["Certificate"]] = relationship(order_by="Certificate.id", passive_deletes=True)


class Certificate(Base):
    """That a certificate with this code was made, of which course and when; never for whom.

    The name stands in the file alone. progress_id is there for people with an account, so that they find
    their certificates again.
    """

    __tablename__ = "certificates"
    __table_args__ = NO_ID_TWICE

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(String(CODE_LENGTH), unique=True)
    course: Mapped[str] = mapped_column(String(LONGEST_SLUG))
    passed_on: Mapped[date] = mapped_column(Date)
    progress_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_progress.id", ondelete="SET NULL"), index=True
    )
    revoked: Mapped[datetime | None] = mapped_column(Instant)
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    @property
    def shown_code(self) -> str:
        """The code as it is printed: K7QM-2F9X-4TBD."""
        return "-".join(self.code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


class CompletionConsent(Base):
    """That the referents of a sending organisation may see whether an account finished its courses.

    To take it back is to erase it.
    """

    __tablename__ = "completion_consents"
    __table_args__ = (UniqueConstraint("account_id", "sending_id"), NO_ID_TWICE)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    sending_id: Mapped[int] = mapped_column(
        ForeignKey("sending_organisations.id", ondelete="CASCADE"), index=True
    )
    text_version: Mapped[str] = mapped_column(String(5), default=AGREED_TEXT)
    language: Mapped[str] = mapped_column(String(5))  # in which the text was read
    given: Mapped[datetime] = mapped_column(Instant, default=now)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
    sending: Mapped[SendingOrganisation] = relationship(lazy="joined", innerjoin=True)


def read_code(typed: str) -> str:
    """A code as it is kept, from how somebody typed it; "" where it can be none."""
    code = "".join(typed.upper().translate(AS_READ).split()).replace("-", "")
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_SIGNS) else ""
