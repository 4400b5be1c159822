"""Putting a stay of one's own on the map: nothing is made before the mailed link is used."""

from datetime import timedelta
from secrets import token_hex

from sqlalchemy.orm import Session

from mapsvc.access.permissions import Viewer
from mapsvc.catalogues import translate
from mapsvc.domain.alumni import Pin, PinSubmission
from mapsvc.domain.base import now
from mapsvc.domain.consents import CONSENT_TEXTS, Channel, Consent, ConsentKind
from mapsvc.domain.people import Purpose
from mapsvc.domain.pin_values import PinDraft, flags_of
from mapsvc.domain.shown_areas import Areas, ShownArea, kept_area
from mapsvc.errors import InvalidInput, MapsvcError, TooMany
from mapsvc.messages import mark as _
from mapsvc.services import passes
from mapsvc.services.auditing import note
from mapsvc.services.installations import Installation
from mapsvc.services.letters import OnItsWay, address, write_letter
from mapsvc.services.secrets import keyed_digest
from mapsvc.services.signing_in import SignedIn, account_for, begin
from mapsvc.storage.class_invitations import count_use
from mapsvc.storage.dialects.locks import one_at_a_time
from mapsvc.storage.people import count_passes

ADULT = 18
# A pass is dropped a day after its end: so nothing is left of a pin that nobody confirmed after 7 days.
GOOD_FOR = timedelta(days=6)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_PER_ACCOUNT = 5  # in an hour
MOST_PER_NETWORK = 20  # in a day
SLUG_BYTES = 8


class TooYoung(MapsvcError):
    """Somebody under 18 would be shown."""

    message = _(
        "Only people of 18 or more can be shown here. That protects you, whatever you want to tell. You can "
        "come back once you are 18. We kept nothing of what you typed."
    )


class NoArea(InvalidInput):
    """A town for which there is no area that is large enough."""

    message = _("People cannot be shown in this town. Choose a larger town close to it.")


def refuse_minors(age: int | None) -> None:
    """Nothing, for somebody of 18 or more; the age is not kept. Raises TooYoung, or InvalidInput for none."""
    if age is None:
        raise InvalidInput(_("Please say how old you are."), field="age")
    if age < ADULT:
        raise TooYoung


def ask_pin(
    session: Session,
    draft: PinDraft,
    email: str,
    *,
    age: int | None,
    areas: Areas,
    installation: Installation,
    language: str,
    network: str,
    class_id: int | None = None,
) -> OnItsWay:
    """Mails a link that puts a stay on the map; until it is used, the draft waits in its pass. Commits.

    class_id is the ClassInvitation by which somebody came, which counts it once the link is used.

    Raises TooYoung before anything else, InvalidInput, or TooMany.
    """
    refuse_minors(age)
    to = address(email)
    area = area_of(draft, areas)
    _refuse_too_many(session, installation, email=to, network=network)
    issued = passes.issue(
        session,
        Purpose.PIN,
        installation=installation,
        email=to,
        network=network,
        lifetime=GOOD_FOR,
        data={"draft": draft.kept(), "area": kept_area(area), "language": language, "class_id": class_id},
    )
    link = installation.link(f"/alumni/confirm/{issued.secret}")
    # What was typed stays out of the mail: its reader may be somebody else than who typed it.
    write_letter(
        session,
        to,
        installation=installation,
        language=language,
        subject=translate(language, _("Confirm your stay on the map of %(site)s"), site=installation.name),
        paragraphs=[
            translate(
                language,
                _("Somebody typed this address to put a stay abroad on our map. Was it you? Open this link:"),
            )
            + f"\n{link}",
            translate(
                language,
                _("It is good for 6 days. Until you use it, nothing is shown, and nobody else can see it."),
            ),
            translate(language, _("You did not ask for this? Then do nothing, and nothing happens.")),
        ],
    )
    session.commit()
    return OnItsWay(to, link)


def look_at_pin(session: Session, secret: str) -> PinDraft:
    """What the link of a mail puts on the map. Raises PassGone."""
    found = passes.look(session, Purpose.PIN, secret)
    return PinDraft.of(found.data["draft"])


def confirm_pin(session: Session, secret: str, *, browser: str) -> tuple[Pin, SignedIn]:
    """Makes the pin of a mailed link, hands its words to a moderator, and signs in. Commits.

    Raises PassGone.
    """
    used = passes.use(session, Purpose.PIN, secret)
    draft, language = PinDraft.of(used.data["draft"]), str(used.data.get("language") or "en")
    area, class_id = used.data["area"], used.data.get("class_id")
    used.data = {}  # the draft is in the pin now, and must be erased with it
    account = account_for(session, used.email, language=language)
    pin = Pin(
        account_id=account.id,
        slug=f"stay-{token_hex(SLUG_BYTES)}",  # says nothing of a name or a town
        confirmed_on=now().date(),
        area=area,
        **draft.facts(),
    )
    agree(pin, draft, language=language, channel=Channel.MAIL)
    session.add(pin)
    session.flush()
    hand_in(session, pin, draft)
    if class_id is not None:
        count_use(session, class_id)  # a stay is welcome beyond it too
    note(session, Viewer(account_id=account.id), "added", "pin", pin.id)
    signed_in = begin(session, account, browser=browser)
    session.commit()
    return pin, signed_in


def agree(pin: Pin, draft: PinDraft, *, language: str, channel: Channel) -> None:
    """Brings the consents of a pin to the ticks of a draft: new ones are recorded, others are ended."""
    for kind in ConsentKind:
        if kind in draft.consents and not pin.agrees_to(kind):
            text = CONSENT_TEXTS[kind]
            pin.consents.append(
                Consent(kind=kind, text_version=text.version, language=language, given=now(), channel=channel)
            )
        elif kind not in draft.consents:
            for consent in pin.consents:
                if consent.kind == kind and consent.withdrawn is None:
                    consent.withdrawn = now()


def area_of(draft: PinDraft, areas: Areas) -> ShownArea:
    """The area in which a draft would be shown. Raises NoArea."""
    area = areas.area_of(draft.place_id)
    if area is None:
        raise NoArea(field="town")
    return area


def hand_in(session: Session, pin: Pin, draft: PinDraft) -> None:
    """Hands the words of a draft to a moderator; the caller commits."""
    words = draft.words()
    session.add(PinSubmission(pin_id=pin.id, proposed=words, flags=flags_of(words)))
    session.flush()


def _refuse_too_many(session: Session, installation: Installation, *, email: str, network: str) -> None:
    """Raises TooMany, for known and unknown addresses alike."""
    hashed, at = keyed_digest(installation.key, "network", network), now()
    one_at_a_time(session, f"pins:{hashed}")
    if count_passes(session, at - HOUR, email=email, purpose=Purpose.PIN) >= MOST_PER_ACCOUNT:
        raise TooMany(retry_after=HOUR)
    if count_passes(session, at - DAY, network=hashed, purpose=Purpose.PIN) >= MOST_PER_NETWORK:
        raise TooMany(retry_after=DAY)
