"""What the service believes of what stands before it."""

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from mapsvc.config import Settings
from mapsvc.domain.listings import Listing
from tests import make
from tests.publish import publish
from tests.web.conftest import Serve


def share_link(app: Flask, slug: str, **headers: str) -> str:
    page = app.test_client().get(f"/hosts/{slug}", headers=headers).text
    app.extensions["mapsvc"].public_engine.dispose()
    return page


def test_forwarded_headers_count_only_behind_a_proxy_that_is_named(
    settings: Settings, session: Session, serve: Serve
) -> None:
    publish(session, make.host())
    slug = session.scalars(select(Listing.slug)).one()
    session.close()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost"}

    alone = share_link(serve(settings), slug, **headers)
    behind = share_link(serve(settings.model_copy(update={"trusted_proxies": 1})), slug, **headers)

    assert f"http://localhost/hosts/{slug}" in alone
    assert f"https://localhost/hosts/{slug}" in behind
