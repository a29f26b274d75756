"""The one module that knows SQLite from PostgreSQL."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, case, event, exc, func, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from console.errors import StoreError

SQLITE = "sqlite"
#: The lock of a database that whoever writes holds. Any number, but always the same.
WRITES = 0x636F616C


def engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == SQLITE:
        return {"connect_args": {"timeout": 30, "check_same_thread": False}}
    return {"pool_pre_ping": True}


def prepare(engine: Engine, *, durable: bool = True, checked: bool = True) -> None:
    """Pragmas at each connect. BEGIN is ours, so that DDL rolls back with everything else.

    Not `checked`: SQLite does not look up what foreign keys point to.

    Python's sqlite3 commits before DDL on its own; with ``isolation_level = None`` and an explicit
    BEGIN a migration that fails half-way leaves the file as it was (SQLAlchemy, "Serializable
    isolation / Savepoints / Transactional DDL").
    """
    if engine.dialect.name != SQLITE:
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a report or a click that was acknowledged survives a power cut, not only a crash.
        cursor.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if checked else 'OFF'}")
        # KiB of pages for each connection, kept as long as it is. Readers are several, and a long
        # question would fill it with what is not asked again; the system has the file at hand.
        cursor.execute(f"PRAGMA cache_size=-{4_000 if durable else 32_000}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        if not checked:
            # Pages that one piece after another changes need not be carried over each time.
            cursor.execute("PRAGMA wal_autocheckpoint=8000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")


def begin_write(session: Session) -> None:
    """Take the write lock now, so that what is looked up first is still so when it is changed.

    On SQLite a read that later turns into a write can fail as "locked". On a server two desks
    would both see, say, that no operation runs, and both start one. It ends with the transaction.
    """
    connection = session.connection()
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql("UPDATE counter SET value = value WHERE name = ''")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITES})")


def bulk_insert(
    session: Session, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert many rows as the driver does it fastest. Values are bound, never spelled."""
    if not rows:
        return
    connection = session.connection()
    names = ", ".join(columns)
    mark = "?" if connection.dialect.name == SQLITE else "%s"
    marks = ", ".join([mark] * len(columns))
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) VALUES ({marks})",
        rows,  # type: ignore[arg-type]  # a list of tuples is what the driver wants
    )


def upsert(
    session: Session,
    table: str,
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    added: Sequence[str] = (),
) -> None:
    """Insert rows of keys + columns, or overwrite the columns where the keys are there already.

    To the columns that are to be `added`, numbers all, the new is added instead.
    """
    if not rows:
        return
    connection = session.connection()
    names = [*keys, *columns]
    mark = "?" if connection.dialect.name == SQLITE else "%s"
    changes = ", ".join(
        f"{c} = {table}.{c} + excluded.{c}" if c in added else f"{c} = excluded.{c}"
        for c in columns
    )
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))}) "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {changes}",
        rows,  # type: ignore[arg-type]  # a list of tuples is what the driver wants
    )


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn the world's database errors into sentences; a programming error stays what it is."""
    try:
        yield
    except exc.OperationalError as error:
        raise _explain(url, error) from error
    except exc.DatabaseError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and "malformed" in str(error.orig):
            raise StoreError(
                "The database file is damaged.",
                f"{url}: {error.orig}",
                "Move the file away and read the exports again: everything in it but reports and "
                "the journal comes from them.",
            ) from error
        raise


def _explain(url: str, error: exc.OperationalError) -> Exception:
    words = str(error.orig).lower()
    if "locked" in words or "busy" in words:
        return StoreError(
            "The database is busy.", f"Another program holds {url}.", "Close it and try again."
        )
    if "full" in words:
        return StoreError(
            "The disk is full.", f"{url} cannot grow.", "Free some space; nothing was lost."
        )
    if "disk i/o error" in words:
        return StoreError(
            "The disk cannot be written to.",
            f"{url}: {error.orig}",
            "Check its space, a quota, and its health; what was committed is there.",
        )
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return StoreError(
            "The database cannot be opened for writing.",
            f"{url}: {error.orig}",
            "Check the folder and its rights, or choose another with --data.",
        )
    return error


def many(session: Session, values: Sequence[Any]) -> Any:
    """A sequence of any length for ``in_``: as JSON on SQLite, whose bound values are limited."""
    if session.connection().dialect.name == SQLITE:
        each = func.json_each(json.dumps(values)).table_valued("value")
        return select(each.c.value)
    return list(values)


def as_number(condition: Any) -> Any:
    """A condition as 1 or 0, to be summed."""
    return case((condition, 1), else_=0)


def file_of(engine: Engine) -> Path | None:
    """The file that holds the database; None on a server or in memory."""
    name = engine.url.database
    if engine.dialect.name != SQLITE or not name or name == ":memory:":
        return None
    return Path(name)


def table_names(engine: Engine) -> list[str]:
    """What is in the database, asked without leaving a trace in a file that may not be ours."""
    file = file_of(engine)
    if file is None:
        return inspect(engine).get_table_names()
    if not file.exists() or file.stat().st_size == 0:
        return []
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", timeout=30, uri=True)
    try:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in rows]
    except sqlite3.OperationalError as error:
        raise StoreError(
            "The database cannot be opened.",
            f"{file}: {error}",
            "Check the file and its rights, or choose another folder with --data.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise not_ours(str(file)) from error
    finally:
        connection.close()


def not_ours(place: str) -> StoreError:
    return StoreError(
        "This is not a database of Coalface.",
        f"{place} was made by something else; it was not touched.",
        "Move it away, or choose another folder with --data.",
    )


def copy_aside(engine: Engine, suffix: str) -> Path | None:
    """A copy beside the database file with all that is committed, also what is still in its log.

    None on a server, whose administrator keeps copies.
    """
    file = file_of(engine)
    if file is None:
        return None
    target = file.with_name(file.name + suffix)
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    source = sqlite3.connect(file)
    copy = sqlite3.connect(unfinished)
    try:
        unfinished.chmod(0o600)
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    unfinished.replace(target)
    return target


@contextmanager
def schema_change(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be rebuilt.

    SQLite rebuilds a table by dropping the old one, and with foreign keys on that would delete
    the rows that point to it (https://www.sqlite.org/lang_altertable.html, "Making Other Kinds Of
    Table Schema Changes"). The pragma does nothing inside a transaction, so it comes before.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        rebuilt = connection.dialect.name == SQLITE
        if rebuilt:
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if rebuilt and (lost := driver.execute("PRAGMA foreign_key_check").fetchone()):
                    raise StoreError(
                        "The database could not be upgraded.",
                        f"A row of {lost[0]} would point to a row of {lost[2]} that is not there.",
                        "Nothing was changed. Please report this.",
                    )
        finally:
            if rebuilt:
                driver.execute("PRAGMA foreign_keys=ON")
