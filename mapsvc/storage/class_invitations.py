"""Invitations of classes: found, counted, ended."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from mapsvc.domain.class_invitations import ClassInvitation


def class_invitations_of(session: Session, sending_ids: Collection[int] | None) -> list[ClassInvitation]:
    """The invitations of some sending organisations, or of all for None; the newest first."""
    query = select(ClassInvitation).order_by(ClassInvitation.id.desc())
    if sending_ids is not None:
        query = query.where(ClassInvitation.sending_id.in_(sorted(sending_ids)))
    return list(session.scalars(query))


def class_invitation_with_token(session: Session, token: str) -> ClassInvitation | None:
    """The invitation that a link means; None for no link of ours."""
    return session.scalar(select(ClassInvitation).where(ClassInvitation.token == token))


def count_use(session: Session, id_: int) -> bool:
    """Counts one more use; False, and no change, where it is full or was ended by hand.

    One statement: the database makes a second one wait, and look again.
    """
    done = session.execute(
        update(ClassInvitation)
        .where(
            ClassInvitation.id == id_,
            ClassInvitation.used < ClassInvitation.most,
            ClassInvitation.revoked.is_(None),
        )
        .values(used=ClassInvitation.used + 1)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
