"""Shows on a host's page that it is prepared to receive, by a certificate of whoever speaks for it."""

from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.content.courses import Course
from mapsvc.domain.course_progress import Certificate
from mapsvc.domain.preparations import Preparation
from mapsvc.errors import NotFound
from mapsvc.services.auditing import note
from mapsvc.services.own_hosts import own_host
from mapsvc.services.publishing import publish_sites
from mapsvc.storage.courses import certificates_of
from mapsvc.storage.listings import take_turn
from mapsvc.storage.preparations import certificates_by_organisation, organisations_with_certificates

FOR_HOSTS = "hosts"  # the audience of courses whose certificates a host can show


def courses_for_hosts(courses: Collection[Course]) -> list[Course]:
    """The courses after which a host is prepared to receive."""
    return [course for course in courses if course.data.audience == FOR_HOSTS]


def certificates_to_show(session: Session, viewer: Viewer, courses: Collection[Course]) -> list[Certificate]:
    """The viewer's valid certificates of courses for hosts, the newest first."""
    slugs = {course.slug for course in courses_for_hosts(courses)}
    own = certificates_of(session, viewer.account_id or 0)
    return [one for one in own if one.course in slugs and one.revoked is None]


def shown_by(session: Session, organisation_ids: Collection[int]) -> dict[int, Certificate]:
    """The certificates that organisations show, by organisation."""
    return certificates_by_organisation(session, organisation_ids)


def show(
    session: Session, viewer: Viewer, number: int, certificate: int, *, courses: Collection[Course]
) -> None:
    """Shows a certificate of the viewer's own on the page of a host that they speak for. Commits.

    It takes the place of the one that was shown. Raises NotFound for a host or a certificate of others.
    """
    take_turn(session)
    organisation = own_host(session, viewer, number).organisation
    if certificate not in {one.id for one in certificates_to_show(session, viewer, courses)}:
        raise NotFound
    kept = session.get(Preparation, number) or Preparation(organisation_id=number)
    kept.certificate_id = certificate
    session.add(kept)
    session.flush()
    session.refresh(kept)
    note(session, viewer, "showed", "preparation", number)
    publish_sites(session, organisation.sites)
    session.commit()


def hide(session: Session, viewer: Viewer, number: int) -> None:
    """Shows no certificate any more on the page of a host that the viewer speaks for. Commits.

    Raises NotFound for a host of others, and where none is shown.
    """
    take_turn(session)
    organisation = own_host(session, viewer, number).organisation
    kept = session.get(Preparation, number)
    if kept is None:
        raise NotFound
    session.delete(kept)
    note(session, viewer, "hid", "preparation", number)
    publish_sites(session, organisation.sites)
    session.commit()


def no_longer_valid(session: Session, certificates: Sequence[Certificate]) -> None:
    """Takes certificates that were taken back off the pages that show them. The caller commits."""
    shown = organisations_with_certificates(session, [one.id for one in certificates])
    publish_sites(session, [site for organisation in shown for site in organisation.sites])
