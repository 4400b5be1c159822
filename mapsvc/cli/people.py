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


@click.group(invoke_without_command=True)
@click.pass_context
def suppressed(context: click.Context) -> None:
    """Say how many asked not to be listed, and when; who they are is not known."""
    from mapsvc.storage.suppressions import entries_by_day

    if context.invoked_subcommand:
        return
    with session_of(Settings(), reads=True) as session:
        days = entries_by_day(session)
    for day, count in days:
        click.echo(f"{day}\t{count}")
    click.echo(f"{sum(count for _day, count in days)} asked not to be listed.")


@suppressed.command("lift")
@click.argument("name")
@click.argument("town")
@click.argument("country")
def lift(name: str, town: str, country: str) -> None:
    """Let the organisation NAME in TOWN, COUNTRY (such as DE) be listed again, because it asks for it."""
    from mapsvc.services.suppressing import lift as lift_again

    settings = Settings()
    with session_of(settings) as session:
        count = lift_again(session, name=name, town=town, country=country.upper(), key=settings.secret)
    click.echo(
        "It can be listed again." if count else "Nobody of this name and place asked not to be listed."
    )


@click.command("privacy-report")
def privacy_report() -> None:
    """Say how many people on the map are the only ones with their area, name, field and year."""
    from mapsvc.services.privacy import SHOWN, alone_on

    with session_of(Settings(), reads=True) as session:
        found = [alone_on(session, SHOWN[:1] + SHOWN[2:]), alone_on(session, SHOWN)]
    click.echo(f"{found[0].people} people are on the map. Alone with what is shown of them:")
    for one in found:
        click.echo(f"{', '.join(one.things)}\t{one.count}\t{one.share:.1%}")


COMMANDS = (grant, suppressed, privacy_report)
