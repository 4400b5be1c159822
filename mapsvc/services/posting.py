"""Takes the letters of the outbox to the post: to a mail server, or into a folder as files."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine, update

from mapsvc.domain.base import now
from mapsvc.domain.people import Letter
from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _
from mapsvc.storage.engine import reading, writing
from mapsvc.storage.people import letters_due, letters_written

AT_ONCE = 20  # letters of one round
MOST_TRIES = 12
FIRST_WAIT = timedelta(minutes=1)  # doubled at each try: the last comes after a day and a half
TAKEN_FOR = timedelta(minutes=5)  # a letter that was taken and neither sent nor refused is tried again then
TIMEOUT_S = 30
PERMANENT = 500  # SMTP answers from here on will not change

Transport = Callable[[EmailMessage], None]


class _Policy(EmailPolicy):
    """Lines as SMTP has them, and heads that programs read (List-...) as they are.

    A fold would turn an address of more than 78 signs into an encoded word, which no program opens.
    """

    def fold_binary(self, name: str, value: str) -> bytes:
        """A head as bytes."""
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}".encode("ascii", "replace")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n")


class Refused(Exception):
    """The mail server will never take this letter."""


def transport(smtp_url: str, folder: Path) -> Transport:
    """Where letters go: to the server of smtp_url, or without one into a folder as .eml files.

    smtp_url is smtp://user:password@host:port, which turns to TLS where the server offers it, or
    smtps:// for TLS from the first byte.

    Raises Misconfigured for any other address.
    """
    if not smtp_url:
        return lambda message: _put_into(folder, message)
    parts = urlsplit(smtp_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise Misconfigured(
            _("MAPSVC_SMTP_URL should look like this: smtp://user:password@mail.example.org:587")
        )
    return lambda message: _send(smtp_url, message)


def deliver(engine: Engine, send: Transport, *, sender: str) -> int:
    """Sends the letters that are due; how many went out.

    No transaction is open while the mail server is asked. A letter is taken before it is sent, so that
    two workers do not both send it. What fails is tried again, later each time, MOST_TRIES times.
    """
    with reading(engine) as session:
        due = letters_due(session, at=now(), limit=AT_ONCE)
    return sum(_deliver_one(engine, letter, send, sender) for letter in due)


def forget_files(folder: Path, *, before: datetime) -> None:
    """Deletes the letters in a folder that were put there before a moment; no folder is no fault."""
    for file in folder.glob("*.eml"):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)


def forget_files_without_letter(engine: Engine, folder: Path) -> int:
    """Deletes the letters in a folder that the outbox has no more: they were erased. How many."""
    files = {file.stem: file for file in folder.glob("letter-*.eml")}
    if not files:
        return 0
    with reading(engine) as session:
        kept = {_file_name(id_, created) for id_, created in letters_written(session)}
    gone = [file for name, file in files.items() if name not in kept]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)


def message_of(letter: Letter, *, sender: str) -> EmailMessage:
    """A letter as a mail in plain text.

    Raises ValueError where its address or its subject would add another line to the mail's head.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = letter.to_address
    if len(message["To"].addresses) != 1:
        raise ValueError("a letter goes to one address")
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.created)
    # The same at each try: who gets it twice sees that it is one.
    message["Message-ID"] = f"<{_file_name(letter.id, letter.created)}@{_domain(sender)}>"
    message.set_content(letter.body)  # first: it drops what the head says of the content
    for name, value in letter.headers.items():
        message[name] = value
    return message


def _deliver_one(engine: Engine, letter: Letter, send: Transport, sender: str) -> bool:
    with writing(engine) as session:
        taken = session.execute(
            update(Letter)
            .where(Letter.id == letter.id, Letter.due == letter.due, Letter.sent.is_(None))
            .values(due=now() + TAKEN_FOR)
        )
        session.commit()
        if not taken.rowcount:  # type: ignore[attr-defined]
            return False
    fault, final = "", False
    try:
        send(_sendable(letter, sender))
    except Refused as error:
        fault, final = str(error), True
    except (OSError, smtplib.SMTPException) as error:
        fault = str(error) or type(error).__name__
    with writing(engine) as session:
        kept = session.get(Letter, letter.id)
        if kept is not None and not fault:
            # What was mailed is not kept: it holds a link that opens something.
            kept.sent, kept.body, kept.fault = now(), "", None
        elif kept is not None:
            kept.tries += 1
            kept.fault = fault[:500]
            over = final or kept.tries >= MOST_TRIES
            kept.due = now() + (timedelta(days=3650) if over else FIRST_WAIT * 2 ** (kept.tries - 1))
            kept.body = "" if over else kept.body
        session.commit()
    return not fault


def _sendable(letter: Letter, sender: str) -> EmailMessage:
    try:
        return message_of(letter, sender=sender)
    except ValueError as error:  # it will be the same at each try, and must keep no other from going
        raise Refused(str(error)) from error


def _send(url: str, message: EmailMessage) -> None:
    parts = urlsplit(url)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    host, port = str(parts.hostname), parts.port or (465 if parts.scheme == "smtps" else 25)
    with kind(host, port, timeout=TIMEOUT_S) as server:
        server.ehlo()
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            if code >= PERMANENT:
                raise Refused(f"{code} {said.decode('utf-8', 'replace')}") from error
            raise
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= PERMANENT:
                raise Refused(f"{error.smtp_code} {error.smtp_error!r}") from error
            raise


def _put_into(folder: Path, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = str(message["Message-ID"]).strip("<>").partition("@")[0]
    part = folder / f"{name}.part"
    part.write_bytes(message.as_bytes())
    part.replace(folder / f"{name}.eml")


def _file_name(letter_id: int, created: datetime) -> str:
    return f"letter-{letter_id}-{created:%Y%m%d%H%M%S}"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
