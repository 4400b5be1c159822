"""Certificates of courses: made for whoever passed the test, verified by anybody, revoked."""

import hashlib
import hmac

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Action, Viewer, require
from mapsvc.content.courses import Course
from mapsvc.domain.base import now
from mapsvc.domain.course_progress import CODE_LENGTH, CODE_SIGNS, Certificate, read_code
from mapsvc.domain.tombstones import Erased
from mapsvc.errors import Gone, InvalidInput, NotFound
from mapsvc.messages import mark as _
from mapsvc.services.auditing import note
from mapsvc.services.course_tests import Proof
from mapsvc.services.preparing import no_longer_valid
from mapsvc.services.tombstones import mark
from mapsvc.storage import courses as stored
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.listings import take_turn

LONGEST_NAME = 80
BITS = 5  # of a sign of a code


class Revoked(Gone):
    """A certificate that was taken back."""

    message = _("This certificate was taken back. You can take the test again.")


def certificate_name(typed: str) -> str:
    """The name that goes into the file, and nowhere else. Raises InvalidInput."""
    name = " ".join(typed.split())
    if not name or not name.isprintable():
        raise InvalidInput(_("Type your name as it should stand on the certificate."), field="name")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(_("At most %(limit)s characters can be kept."), field="name", limit=LONGEST_NAME)
    return name


def certify(session: Session, viewer: Viewer, course: Course, proof: Proof, *, key: str) -> Certificate:
    """The certificate of a test that was passed: one code a test, however often it is asked for. Commits.

    Whoever is signed in finds it again in the account. Raises Revoked.
    """
    code = code_of(proof, key=key)
    one_at_a_time(session, f"certificate:{code}")
    found = stored.certificate_with_code(session, code)
    if found is None:
        found = Certificate(code=code, course=course.slug, passed_on=proof.passed_on)
        session.add(found)
    if found.revoked is not None:
        raise Revoked
    if viewer.account_id is not None and found.progress_id is None:
        progress = stored.progress_of(session, viewer.account_id, course.slug)
        found.progress_id = progress.id if progress else None
    session.commit()
    return found


def code_of(proof: Proof, *, key: str) -> str:
    """The code of a test: 60 bits that only this installation could have made of it."""
    said = f"certificate:{proof.course}:{proof.seed}"
    number = int.from_bytes(hmac.digest(key.encode(), said.encode(), hashlib.sha256)[:8], "big")
    return "".join(CODE_SIGNS[number >> BITS * at & (1 << BITS) - 1] for at in range(CODE_LENGTH))


def verify(session: Session, typed: str) -> Certificate | None:
    """The valid certificate of a code, as somebody typed it; None for an unknown or a revoked one."""
    code = read_code(typed)
    found = stored.certificate_with_code(session, code) if code else None
    return found if found is not None and found.revoked is None else None


def own_certificate(session: Session, viewer: Viewer, number: int) -> Certificate:
    """A certificate of one's own. Raises NotFound for anybody else's."""
    require(viewer, Action.USE_ACCOUNT)
    own = {one.id: one for one in stored.certificates_of(session, viewer.account_id or 0)}
    if number not in own:
        raise NotFound
    return own[number]


def revoke_own(session: Session, viewer: Viewer, number: int) -> None:
    """Takes a certificate of one's own back. Commits. Raises NotFound for anybody else's."""
    take_turn(session)
    _revoke(session, viewer, own_certificate(session, viewer, number))
    session.commit()


def revoke_by_code(session: Session, viewer: Viewer, typed: str) -> None:
    """Takes any certificate back, for those who moderate. Commits. Raises InvalidInput for no valid code."""
    require(viewer, Action.MODERATE)
    take_turn(session)
    found = verify(session, typed)
    if found is None:
        raise InvalidInput(_("No certificate with this code is valid."), field="code")
    _revoke(session, viewer, found)
    session.commit()


def _revoke(session: Session, viewer: Viewer, certificate: Certificate) -> None:
    if certificate.revoked is None:
        certificate.revoked = now()
        no_longer_valid(session, [certificate])
        # No backup makes it valid again.
        mark(session, Erased.CERTIFICATE, [certificate.id])
        note(session, viewer, "revoked", "certificate", certificate.id)
