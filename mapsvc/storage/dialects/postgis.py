"""PostgreSQL with PostGIS: engines, the schema of the public tables, the role that reads them."""

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

from mapsvc.domain.listings import PUBLIC_SCHEMA
from mapsvc.errors import Misconfigured
from mapsvc.messages import mark as _

CONNECT_ARGS = {"prepare_threshold": None, "connect_timeout": 5}  # None: safe behind PgBouncer


def private_engine(url: str) -> Engine:
    """An engine for the owner of the tables."""
    return create_engine(url, connect_args=CONNECT_ARGS, pool_pre_ping=True, hide_parameters=True)


def public_engine(url: str) -> Engine:
    """An engine for the login role that may read the public schema and nothing else.

    What is asked until a connection is given back sees one state of the database, as on SQLite.
    """
    return create_engine(
        url,
        connect_args=CONNECT_ARGS,
        pool_pre_ping=True,
        hide_parameters=True,
        isolation_level="REPEATABLE READ",
    )


class FunctionsOpen(Misconfigured):
    """Functions with their owner's rights that this account may not take from everybody."""

    message = _(
        "Private data could be read through functions of PostgreSQL. Ask its administrator to run: "
        "REVOKE EXECUTE ON FUNCTION %(functions)s FROM PUBLIC"
    )


def admit_public_role(connection: Connection, public_url: str) -> None:
    """Makes the login role named in public_url, where it is missing, and lets it read the public schema.

    SECURITY DEFINER functions are taken from everybody: ST_EstimatedExtent would give away the
    extent of private tables. Needs a connection that may create roles; an operator whose account may
    not makes the role beforehand.

    Raises FunctionsOpen where this account may not revoke; nothing is changed then.
    """
    url = make_url(public_url)
    role = str(url.username)
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    known = connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
    if not known:
        connection.execute(text(f"CREATE ROLE {quoted} LOGIN"))
        connection.execute(text(f"ALTER ROLE {quoted} SET default_transaction_read_only = on"))
        if url.password:
            literal = connection.scalar(text("SELECT quote_literal(:word)"), {"word": str(url.password)})
            connection.execute(text(f"ALTER ROLE {quoted} PASSWORD {literal}"))
    for function in _functions_with_owner_rights(connection):
        connection.execute(text(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"))
    # Revoking what another role granted does nothing and says nothing: look again.
    if left := _functions_with_owner_rights(connection):
        raise FunctionsOpen(functions=", ".join(left))
    database = connection.dialect.identifier_preparer.quote_identifier(str(url.database))
    connection.execute(text(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC"))
    connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA {PUBLIC_SCHEMA} TO {quoted}"))
    connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA {PUBLIC_SCHEMA} TO {quoted}"))


def _functions_with_owner_rights(connection: Connection) -> list[str]:
    """The SECURITY DEFINER functions that everybody may run, with their argument types."""
    statement = (
        "SELECT oid::regprocedure::text FROM pg_proc "
        "WHERE prosecdef AND has_function_privilege('public', oid, 'EXECUTE') ORDER BY 1"
    )
    return list(connection.scalars(text(statement)))
