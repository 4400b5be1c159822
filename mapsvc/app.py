"""Puts the service together: settings in, a Flask application out."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from mapsvc import api, http, i18n, viewers, web
from mapsvc.api import mvt
from mapsvc.config import Settings
from mapsvc.content.library import Shelf
from mapsvc.directory.directory import Directory
from mapsvc.http import FOR_GOOD, Running
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.places.regions import shipped_regions
from mapsvc.presentation.items import Items
from mapsvc.resources import resource, static_digest
from mapsvc.services.corrected_shelves import CorrectedShelf
from mapsvc.services.coverages import Coverages
from mapsvc.services.demand_buffers import DemandBuffer
from mapsvc.services.kept_kit_buffers import KeptKitBuffer
from mapsvc.storage.engine import private_engine, public_engine
from mapsvc.web import offline, promises, single_sign_on
from mapsvc.web.places import places

MAX_BODY = 1_000_000  # bytes; a route that takes files raises request.max_content_length
MAX_FIELD = 200_000  # bytes of all text fields of a form together
MAX_PARTS = 500  # fields of a form
DIGEST = re.compile(r"[0-9a-f]{12}")


class Service(Flask):
    """Flask with static files that browsers keep."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: Flask looks a dozen times a request whether it is a coroutine, and none is."""
        return func

    def send_static_file(self, filename: str) -> Response:
        """A static file, to be kept for good where its address names the files as they are now.

        A page that was opened before an update asks under the digest of then: it gets what there is.
        """
        digest, _, rest = filename.partition("/")
        if not DIGEST.fullmatch(digest):
            return super().send_static_file(filename)
        response = super().send_static_file(rest)
        if digest == static_digest():
            response.headers["Cache-Control"] = FOR_GOOD
        return response


def create_app(settings: Settings | None = None) -> Flask:
    """The application over one installation; public pages read through the public engine alone.

    The database must be migrated. Raises Misconfigured when the settings cannot serve.
    """
    settings = settings or Settings()
    app = Service("mapsvc", template_folder=str(resource("templates")), static_folder=str(resource("static")))
    app.config.update(
        SECRET_KEY=settings.secret,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FIELD,
        MAX_FORM_PARTS=MAX_PARTS,
        COMPRESS_MIMETYPES=[
            "text/html",
            "text/css",
            "text/javascript",
            "application/json",
            "image/svg+xml",
            mvt.MIMETYPE,
        ],
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=4,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    engine = public_engine(settings)
    directory, regions = Directory(engine, settings.index_folder), shipped_regions()
    app.extensions["mapsvc"] = Running(
        settings=settings,
        public_engine=engine,
        private_engine=private_engine(settings),
        directory=directory,
        gazetteer=Gazetteer.open(settings.folder),
        regions=regions,
        items=Items(directory, engine, regions),
        shelf=CorrectedShelf(Shelf(settings.folder), engine),
        coverages=Coverages(directory),
        demand=DemandBuffer() if settings.demand else None,
        kept_kits=KeptKitBuffer() if settings.kept_kits and settings.offline else None,
    )
    if hops := settings.trusted_proxies:
        # Without a proxy of ours in front, these headers are whatever a visitor writes.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.url_defaults(_name_static_files)
    Compress(app)
    i18n.init_app(app)
    http.init_app(app)
    viewers.init_app(app)
    app.jinja_env.globals.update(places=places, keep_size=offline.keep_size)
    single_sign_on.init_app(app, settings)
    promises.init_app(app, settings)
    for blueprint in (*web.BLUEPRINTS, *api.BLUEPRINTS):
        app.register_blueprint(blueprint)
    return app


def _name_static_files(endpoint: str, values: dict[str, Any]) -> None:
    """Puts the digest of all static files into their addresses: scripts import each other under it."""
    if endpoint == "static" and "filename" in values:
        values["filename"] = f"{static_digest()}/{values['filename']}"
