"""The pages, one module an audience."""

from mapsvc.web import (
    account,
    audit,
    claiming,
    desk,
    downloads,
    files,
    hosts,
    importing,
    keeping,
    keeping_history,
    keeping_steps,
    learners,
    moderating,
    own_hosts,
    pages,
    people,
    promises,
    reporting,
    signing_in,
    single_sign_on,
    vouching,
)

__all__ = ("BLUEPRINTS", "keeping_history", "keeping_steps")  # these two add to the pages of keeping

BLUEPRINTS = (
    learners.bp,
    hosts.bp,
    downloads.bp,
    files.bp,
    pages.bp,
    promises.bp,
    signing_in.bp,
    single_sign_on.bp,
    account.bp,
    people.bp,
    desk.bp,
    importing.bp,
    keeping.bp,
    claiming.bp,
    own_hosts.bp,
    vouching.bp,
    moderating.bp,
    reporting.bp,
    audit.bp,
)
