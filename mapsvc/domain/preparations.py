"""That a host shows it is prepared to receive: a certificate of a course for hosts, on its public page."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mapsvc.domain.base import Base, Instant, now
from mapsvc.domain.course_progress import Certificate


class Preparation(Base):
    """Which certificate an organisation shows: one at a time, chosen by somebody who speaks for it.

    It says nothing of who passed the course. A certificate that was taken back counts no more.
    """

    __tablename__ = "preparations"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id", ondelete="CASCADE"), index=True)
    created: Mapped[datetime] = mapped_column(Instant, default=now)

    certificate: Mapped[Certificate] = relationship(lazy="joined", innerjoin=True)
