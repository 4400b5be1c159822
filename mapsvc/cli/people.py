"""Commands on people: the first administrator, and roles that are given without a mail."""

import click

from mapsvc.cli.opened import session_of
from mapsvc.config import Settings
from mapsvc.domain.people import Role

GIVEN = (Role.ADMINISTRATOR, Role.MODERATOR, Role.REFERENT, Role.PROFESSIONAL)


@click.command()
@click.argument("email")
@click.argument("role", type=click.Choice([str(role) for role in GIVEN]))
@click.option("--for", "organisation", default="", help="A referent's school, chamber or region.")
def grant(email: str, role: str, organisation: str) -> None:
    """Give the account of EMAIL a ROLE; the account is made where it is missing."""
    from mapsvc.services import accounts

    if role == Role.REFERENT and not organisation:
        raise click.UsageError("A referent belongs to an organisation: add --for NAME.")
    with session_of(Settings()) as session:
        sending = accounts.sending_organisation(session, organisation) if role == Role.REFERENT else None
        account = accounts.grant(session, email, Role(role), sending=sending)
        session.commit()
    of = f" of {sending.name}" if sending else ""
    click.echo(f"{account.email} is now {role}{of}. They sign in with this address, at /sign-in.")


COMMANDS = (grant,)
