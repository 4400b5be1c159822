"""The settings of one installation, read from MAPSVC_* variables."""

import secrets
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from mapsvc.errors import Misconfigured
from mapsvc.headers import origins
from mapsvc.messages import mark as _

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

Origins = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(lambda given: origins(given) if isinstance(given, str) else given),
]


class Settings(BaseSettings):
    """Everything an operator may set; README.md has the same table.

    The databases default to one SpatiaLite file in the instance folder. On PostgreSQL the public
    pages need a login role of their own, given by `public_database_url`.
    """

    model_config = SettingsConfigDict(env_prefix="MAPSVC_", extra="ignore")

    instance: Path = Path("instance")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=2, ge=1, le=64)
    database_url: str = ""
    public_database_url: str = ""
    secret_key: str = ""
    site_name: str = "mapsvc"
    operator_name: str = ""
    operator_email: str = ""
    operator_address: str = ""
    operator_phone: str = ""
    hosting_provider: str = ""
    data_protection_contact: str = ""
    trusted_hosts: list[str] = ["127.0.0.1", "localhost", "[::1]"]
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    base_url: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""
    samples: bool = True
    offline: bool = True
    embed_ancestors: Origins = ()
    yearly_mails: bool = True
    demand: bool = True
    kept_kits: bool = True
    backups: bool = True
    backup_folder: str = ""
    backup_recipient: str = ""

    @cached_property
    def folder(self) -> Path:
        """The instance folder, absolute, made where it is missing."""
        folder = self.instance.expanduser().absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def index_folder(self) -> Path:
        """Where the columns of the directory are kept for all processes of this machine."""
        return self.folder / "index"

    @property
    def backups_in(self) -> Path:
        """Where backups are kept."""
        if not self.backup_folder:
            return self.folder / "backups"
        return Path(self.backup_folder).expanduser().absolute()

    @cached_property
    def database(self) -> str:
        """The URL of the private database, as SQLAlchemy reads it."""
        return _with_driver(self.database_url) or f"sqlite:///{self.folder / 'mapsvc.sqlite'}"

    @cached_property
    def public_database(self) -> str:
        """The URL by which public pages read; on SQLite the same file, opened read-only.

        Raises Misconfigured on PostgreSQL without a login role of its own.
        """
        if self.database.startswith("sqlite"):
            return self.database
        url = _with_driver(self.public_database_url)
        if not url or url == self.database:
            raise Misconfigured(
                _("On PostgreSQL, set MAPSVC_PUBLIC_DATABASE_URL: a role that reads public tables only.")
            )
        return url

    @property
    def missing_contacts(self) -> list[str]:
        """The variables without which the legal notice does not say who runs the site."""
        needed = ("operator_name", "operator_email")
        return [f"MAPSVC_{name.upper()}" for name in needed if not getattr(self, name).strip()]

    @property
    def is_local(self) -> bool:
        """Whether this serves the person at this machine alone: no mail server, no public address."""
        return self.host in LOOPBACK and not (self.smtp_url or self.base_url or self.trusted_proxies)

    @cached_property
    def secret(self) -> str:
        """The key that signs cookies: MAPSVC_SECRET_KEY, or one made once in a local instance folder.

        Raises Misconfigured when the service listens beyond this machine without a key of its own.
        """
        if self.secret_key:
            return self.secret_key
        if self.host not in LOOPBACK:
            raise Misconfigured(
                _("Set MAPSVC_SECRET_KEY: a service that others can reach needs its own secret.")
            )
        return _kept_secret(self.folder / "secret")


def _with_driver(url: str) -> str:
    """The URL with psycopg 3 named, for the spellings that operators paste."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _kept_secret(path: Path) -> str:
    """The secret kept in a file that only its owner reads; two processes at once agree on one."""
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix="secret-", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            # The first to link its file gives the secret; nobody ever reads half of one.
            with suppress(FileExistsError):
                path.hardlink_to(file.name)
    return path.read_text("ascii")
