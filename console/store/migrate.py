"""Bringing a database to the tables of this program, or refusing it politely."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, exc, insert, text

from console.channels import CATALOG as CHANNELS
from console.errors import StoreError
from console.store import dialect
from console.store import roster_tables as roster_tables  # its tables are made with the others
from console.store.engine import REVISION, Store
from console.store.tables import Channel, Counter, Table

if TYPE_CHECKING:
    from alembic.config import Config

#: Every version that a database may have, oldest first: the files in migrations/versions.
VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
FOLDER = Path(__file__).parent / "migrations"


def migrate(store: Store) -> None:
    """Make the database ready for this program. Raises StoreError where that cannot be.

    A database that is up to date costs one question: Alembic is only imported to upgrade.
    """
    with dialect.explained(store.url):
        names = dialect.table_names(store.engine)
        if not names:
            _create(store)
            return
        version = _version(store) if "alembic_version" in names else None
        if version is None:
            raise dialect.not_ours(_place(store))
        if version == VERSIONS[-1]:
            return
        if version not in VERSIONS:
            raise StoreError(
                "This database was written by a newer Coalface.",
                f"{_place(store)} has version {version}; this program knows {VERSIONS[-1]}.",
                "Update the program, or choose another folder with --data.",
            )
        upgrade(store, configuration(), VERSIONS[-1])


def upgrade(store: Store, config: "Config", target: str) -> None:
    """All steps that are missing, in one transaction, after the file was copied aside."""
    from alembic import command

    copy = dialect.copy_aside(store.engine, f".before-{target}")
    try:
        with dialect.schema_change(store.engine) as connection:
            _take_lock(connection)
            config.attributes["connection"] = connection
            command.upgrade(config, target)
    except exc.SQLAlchemyError as error:
        raise StoreError(
            "The database could not be upgraded.",
            f"{_place(store)}: {getattr(error, 'orig', None) or error}",
            f"Nothing was changed{f'; a copy lies at {copy}' if copy else ''}.",
        ) from error


def configuration(folder: Path = FOLDER) -> "Config":
    """Alembic's configuration without a file: all of it is here."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _create(store: Store) -> None:
    """A new database gets its tables at once; a test keeps them equal to what the steps make."""
    with dialect.schema_change(store.engine) as connection:
        # Two consoles may be started at once: the first to make this table makes the rest.
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
        _take_lock(connection)
        if connection.scalar(text("SELECT count(*) FROM alembic_version")):
            return
        Table.metadata.create_all(connection, checkfirst=False)
        seed(connection)
        connection.execute(
            text("INSERT INTO alembic_version (version_num) VALUES (:version)"),
            {"version": VERSIONS[-1]},
        )


def seed(connection: Connection) -> None:
    """The rows without which nothing works: the counter, and the channels that queues belong to."""
    connection.execute(insert(Counter), [{"name": REVISION, "value": 0}])
    connection.execute(
        insert(Channel),
        [
            {
                "name": channel.name,
                "expected_s": channel.expected_s,
                "critical": channel.critical,
                "state": "open",
                "message": "",
                "revision": 0,
            }
            for channel in CHANNELS
        ],
    )


def _take_lock(connection: Connection) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def _version(store: Store) -> str | None:
    with store.engine.connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _place(store: Store) -> str:
    return str(dialect.file_of(store.engine) or store.engine.url.render_as_string())
