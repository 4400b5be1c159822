"""What a backup says of itself, and the faults that a backup can have."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from mapsvc.errors import MapsvcError
from mapsvc.messages import mark as _

FORMAT = 1
DATABASE, ERASED, SECRET, REGISTER = "database", "erased.jsonl", "secret", "register.yml"
PARTS = (ERASED, DATABASE, SECRET, REGISTER)  # the only files that may be in a backup, in this order

Size = Annotated[int, Field(ge=0)]


class Damaged(MapsvcError):
    """A backup that is not whole, or none at all."""

    message = _("This backup is damaged or not complete. Nothing was changed. Take another one.")


class NotABackup(MapsvcError):
    """A file whose content no backup of ours has."""

    message = _("This file is no backup of mapsvc: %(why)s. Nothing was changed.")


class Part(BaseModel):
    """A file inside a backup."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Size
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Manifest(BaseModel):
    """What a backup holds: of which database, when, how many rows, and the parts with their sums.

    `counters` are the last numbers given, by table: after a restore none of them is given again.
    `key_check` tells whether the secret of the installation is the same, without telling the secret.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    program: str
    database: str
    lineage: str = Field(pattern="^[0-9a-f]{32}$")
    revision: str
    at: AwareDatetime
    rows: dict[str, Size]
    counters: dict[str, Size]
    key_check: str
    parts: dict[str, Part]

    @property
    def moment(self) -> datetime:
        """When the backup was begun."""
        return self.at


def read_manifest(text: bytes) -> Manifest:
    """A manifest as it stands in a backup. Raises NotABackup."""
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError:
        raise NotABackup(why=_("its list of contents cannot be read")) from None
    if found.format != FORMAT or not {DATABASE, ERASED} <= found.parts.keys() <= set(PARTS):
        raise NotABackup(why=_("its list of contents names something else"))
    return found
