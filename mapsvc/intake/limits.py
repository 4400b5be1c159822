"""How large a file may be that we read."""

from pathlib import Path

from mapsvc.errors import UnreadableFile
from mapsvc.messages import mark as _

MAX_ROWS = 200_000
MAX_BYTES = 100_000_000
MAX_UNPACKED_BYTES = 400_000_000
MAX_PACKED_FILES = 2_000
MAX_CELLS = 20_000_000


def refuse_too_many(rows: int, max_rows: int) -> None:
    """Raises UnreadableFile when there are more rows than may be imported at once."""
    if rows > max_rows:
        raise UnreadableFile(
            _("The file has more than %(limit)s rows. Split it into smaller files."), limit=max_rows
        )


def refuse_too_large(path: Path) -> None:
    """Raises UnreadableFile when the file is larger than MAX_BYTES."""
    if path.stat().st_size > MAX_BYTES:
        raise UnreadableFile(
            _("The file is larger than %(limit)s MB. Split it into smaller files."),
            limit=MAX_BYTES // 1_000_000,
        )
