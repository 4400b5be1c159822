"""Encrypts and opens backups by age or GnuPG, through their programs: we write no cipher ourselves."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mapsvc.errors import MapsvcError, Misconfigured
from mapsvc.messages import mark as _
from mapsvc.storage.backups.names import AGE, GPG, PLAIN

OF_AGE = ("age1", "ssh-")  # how recipients of age begin; everything else is for GnuPG
STOP_WITHIN_S = 10


class NoProgram(Misconfigured):
    """age or GnuPG is not installed."""

    message = _("The program %(program)s is missing. Install it: apt-get install %(package)s")


class CannotEncrypt(Misconfigured):
    """age or GnuPG does not know the recipient, or failed."""

    message = _(
        "The backup cannot be encrypted for %(recipient)s: %(why)s. See MAPSVC_BACKUP_RECIPIENT. "
        "No backup was written."
    )


class CannotOpen(MapsvcError):
    """age or GnuPG cannot open a backup."""

    message = _(
        "The backup cannot be opened: %(why)s. Give the file of the right key: --identity FILE. "
        "Nothing was changed."
    )


def ending_for(recipient: str) -> str:
    """How the name of a backup for this recipient ends; "" is nobody, and not encrypted."""
    if not recipient:
        return PLAIN
    return AGE if recipient.startswith(OF_AGE) else GPG


@contextmanager
def encrypted(recipient: str, into: IO[bytes]) -> Iterator[IO[bytes]]:
    """Where to write what is to be encrypted into a file; without a recipient, the file itself.

    Raises NoProgram or CannotEncrypt.
    """
    if not recipient:
        yield into
        return
    if ending_for(recipient) == AGE:
        command = [_program("age", "age"), "--recipient", recipient]
    else:
        command = [_program("gpg", "gnupg"), "--batch", "--no-tty", "--trust-model", "always"]
        command += ["--compress-algo", "none", "--recipient", recipient, "--encrypt"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=into, stderr=said)  # noqa: S603 - ours
        assert process.stdin is not None
        whole = False
        try:
            with suppress(BrokenPipeError):  # it has ended, and says why
                yield process.stdin
                process.stdin.close()
                whole = True
        except BaseException:
            process.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            status = process.wait()
        if status or not whole:
            raise CannotEncrypt(recipient=recipient, why=_last_line(said))


@contextmanager
def opened(file: Path, identity: Path | None = None, *, whole: bool = True) -> Iterator[IO[bytes]]:
    """What is in a backup, to be read from its beginning; by its name it is known how it is encrypted.

    identity is a file with the key: for age it must be given, GnuPG may know it already. What is not
    read whole is not complained of.

    Raises NoProgram or CannotOpen.
    """
    if not file.name.endswith((AGE, GPG)):
        with file.open("rb") as content:
            yield content
        return
    with _command(file, identity) as (command, variables), tempfile.TemporaryFile() as said:
        with file.open("rb") as content:
            process = subprocess.Popen(  # noqa: S603 - our own words
                command, stdin=content, stdout=subprocess.PIPE, stderr=said, env=variables
            )
        assert process.stdout is not None
        fault: Exception | None = None
        try:
            yield process.stdout
            if whole:
                process.stdout.read()
        except Exception as caught:  # noqa: BLE001 - raised below, unless it only follows from another
            fault = caught
        finally:
            process.stdout.close()
            status = _ended(process, patient=whole)
        if whole and status > 0:
            raise CannotOpen(why=_last_line(said)) from fault
        if fault is not None:
            raise fault


def _ended(process: "subprocess.Popen[bytes]", *, patient: bool) -> int:
    if not patient:
        process.kill()
    try:
        return process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


@contextmanager
def _command(file: Path, identity: Path | None) -> Iterator[tuple[Sequence[str], dict[str, str]]]:
    variables = dict(os.environ)
    if file.name.endswith(AGE):
        if identity is None:
            raise CannotOpen(why=_("it is encrypted with age, and no key was given"))
        yield [_program("age", "age"), "--decrypt", "--identity", str(identity)], variables
        return
    gpg = _program("gpg", "gnupg")
    command = [gpg, "--batch", "--no-tty", "--decrypt"]
    if identity is None:
        yield command, variables
        return
    with tempfile.TemporaryDirectory(
        prefix="mapsvc-gpg-"
    ) as home:  # a key that is kept no longer than needed
        variables["GNUPGHOME"] = home
        take = [gpg, "--batch", "--no-tty", "--import", str(identity)]
        try:
            done = subprocess.run(take, env=variables, capture_output=True, check=False)  # noqa: S603 - ours
            if done.returncode:
                raise CannotOpen(why=done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2])
            yield command, variables
        finally:
            stop = [str(Path(gpg).with_name("gpgconf")), "--kill", "gpg-agent"]
            with suppress(OSError):
                subprocess.run(stop, env=variables, capture_output=True, check=False)  # noqa: S603 - ours


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoProgram(program=name, package=package)
    return found


def _last_line(said: IO[bytes]) -> str:
    """What a program complained of: the first line of age, the last of GnuPG."""
    said.seek(0)
    lines = [line for line in said.read(20_000).decode("utf-8", "replace").splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("age: report")]
    return (lines[-1] if lines else "?").strip().rstrip(".")
