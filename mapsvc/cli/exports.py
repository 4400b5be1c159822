"""The command that writes the public directory to a file."""

from pathlib import Path

import click

from mapsvc.config import Settings
from mapsvc.messages import LANGUAGES


@click.command()
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "xlsx", "geojson", "gpkg", "fgb", "parquet"]),
    default="csv",
    show_default=True,
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="Of texts."
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file_format: str, language: str, file: Path) -> None:
    """Write every public host to FILE; import-hosts reads it again, but for parquet.

    parquet is GeoParquet, and needs pyarrow: pip install mapsvc[geoparquet].
    """
    from mapsvc.services.exports import write_export
    from mapsvc.storage.engine import public_engine
    from mapsvc.storage.listings import whole_listings

    engine = public_engine(Settings())
    with engine.connect() as connection:
        write_export(whole_listings(connection), file, file_format=file_format, language=language)
    engine.dispose()
    click.echo(f"Wrote {file}.")


COMMANDS = (export,)
