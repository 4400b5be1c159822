"""The pages, one module an audience."""

from mapsvc.web import (
    account,
    downloads,
    files,
    hosts,
    learners,
    pages,
    people,
    promises,
    signing_in,
    single_sign_on,
)

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
)
