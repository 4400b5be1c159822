"""Commands that bring the service up: migrate, load, serve, republish."""

import subprocess
import sys

import click
from sqlalchemy.orm import Session

from mapsvc.cli.opened import gazetteer_of, session_of, steps_of
from mapsvc.config import Settings
from mapsvc.places.gazetteer import Gazetteer
from mapsvc.storage import schema, tables
from mapsvc.storage.engine import private_engine, public_engine
from mapsvc.storage.in_use import in_use


def migrate_database(settings: Settings) -> None:
    """Makes the tables, or brings them to this version, and admits the public role on PostgreSQL."""
    engine = private_engine(settings)
    if not schema.is_current(engine) or settings.database.startswith("postgresql"):
        schema.migrate(engine, public_url=settings.public_database)
    engine.dispose()


def load_directory(settings: Settings) -> None:
    """Loads gazetteer, seed directory and samples where they are missing; shows what takes long.

    Kits come and go with their files. Rows that an earlier version of the program published are
    published anew.
    """
    from mapsvc.places.regions import Regions
    from mapsvc.services import loading, publishing

    gazetteer = gazetteer_of(settings)
    regions = Regions.load()
    with session_of(settings) as session:
        if publishing.is_outdated(session):
            click.echo("Showing the hosts as this version of the program shows them.", err=True)
            publishing.republish(session)
            session.commit()
    with session_of(settings) as session:
        if loading.load_seed(session, gazetteer=gazetteer, regions=regions, key=settings.secret):
            click.echo("Loaded the seed directory.")
    if settings.samples:
        with session_of(settings) as session:
            told = steps_of("Loading sample hosts")
            if loading.load_samples(session, areas=gazetteer, regions=regions, progress=told):
                click.echo(
                    "Loaded sample hosts and alumni, marked as samples. "
                    "Remove them with: mapsvc samples clear"
                )
    with session_of(settings) as session:
        _publish_kits(settings, session, gazetteer)
        session.commit()


@click.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    migrate_database(Settings())
    click.echo("The database is up to date.")


@click.command()
def load() -> None:
    """Load gazetteer, seed directory and samples; what is there already stays."""
    load_directory(Settings())
    click.echo("Everything is loaded.")


@click.command()
@click.option("--prepare", is_flag=True, help="First migrate and load what is missing.")
def serve(prepare: bool) -> None:
    """Serve the directory until stopped."""
    from mapsvc.domain.register import load_register
    from mapsvc.serve import require_free_port
    from mapsvc.serve import serve as run

    settings = Settings()
    load_register(settings.folder, tables.columns_of())  # said here once, and not by every worker again
    if prepare:
        require_free_port(settings.host, settings.port)
        # In a process of its own, so that the one that supervises stays small and simple.
        done = subprocess.run([sys.executable, "-m", "mapsvc", "prepare"], check=False)
        if done.returncode:
            sys.exit(done.returncode)
    sys.exit(run(settings))


@click.command(hidden=True)
def prepare() -> None:
    """Migrate, load what is missing, and build the index and the maps' scripts."""
    from mapsvc.directory.following import opened
    from mapsvc.maps.kept import keep_scripts
    from mapsvc.supervisor import end_with_parent

    end_with_parent()
    settings = Settings()
    with in_use(settings.folder):
        migrate_database(settings)
    load_directory(settings)
    engine = public_engine(settings)
    opened(engine, settings.index_folder)
    engine.dispose()
    keep_scripts(settings.folder)


@click.command(hidden=True)
def work() -> None:
    """Send mail and do long work, beside the web server."""
    from mapsvc.supervisor import end_with_parent
    from mapsvc.worker import work_on

    end_with_parent()
    settings = Settings()
    with in_use(settings.folder):
        work_on(settings)


@click.command()
def republish() -> None:
    """Project every host, stay and kit anew; over an up-to-date directory this changes nothing."""
    from mapsvc.services.publishing import republish as rebuild

    settings = Settings()
    with session_of(settings) as session:
        changed = rebuild(session)
        changed += _publish_kits(settings, session, gazetteer_of(settings))
        session.commit()
    click.echo(f"{changed} public rows changed.")


def _publish_kits(settings: Settings, session: Session, gazetteer: Gazetteer) -> int:
    from mapsvc.content.library import usable
    from mapsvc.content.trees import Tree
    from mapsvc.places.regions import shipped_regions
    from mapsvc.services.publishing_kits import publish_kits

    kits = usable(Tree.of(settings.folder)).kits
    return publish_kits(session, kits, towns=gazetteer, regions=shipped_regions())


COMMANDS = (migrate, load, serve, prepare, work, republish)
