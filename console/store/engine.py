"""Opening the database: one engine, pragmas, and the counter that numbers transactions."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from console.errors import StoreError
from console.store import dialect
from console.store.tables import Counter

REVISION = "revision"


class Store:
    """The database behind one console. Sessions are made per job and never shared."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = self._engine()
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        # What can be read again from the exports need not reach the disk before the next line.
        self._swift = self._engine(durable=False)
        self._swift_sessions = sessionmaker(self._swift, expire_on_commit=False)
        # And of lines by the million it need not be asked of each whether what it names is there.
        self._bulk = self._engine(durable=False, checked=False)
        self._bulk_sessions = sessionmaker(self._bulk, expire_on_commit=False)

    def _engine(self, *, durable: bool = True, checked: bool = True) -> Engine:
        engine = create_engine(self.url, **dialect.engine_options(self.url))
        dialect.prepare(engine, durable=durable, checked=checked)
        return engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with self._sessions() as session, dialect.explained(self.url):
            yield session
            session.rollback()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """One transaction: all of it or nothing.

        Not `durable`: whole after a power cut, but perhaps without the newest transactions. For
        what the exports say again, and only for that.
        """
        with self._write(self._sessions if durable else self._swift_sessions) as session:
            yield session

    @contextmanager
    def fold(self) -> Iterator[Session]:
        """A transaction that is not durable, for rows that only name what it has looked up itself.

        SQLite neither checks that it is there nor deletes what hangs on a row that is deleted.
        """
        with self._write(self._bulk_sessions) as session:
            yield session

    @contextmanager
    def _write(self, sessions: sessionmaker[Session]) -> Iterator[Session]:
        with sessions() as session, dialect.explained(self.url):
            dialect.begin_write(session)
            yield session
            session.commit()

    def close(self) -> None:
        self._bulk.dispose()
        self._swift.dispose()
        self.engine.dispose()


def next_revision(session: Session) -> int:
    """The number of this transaction, greater than all before it."""
    connection = session.connection()
    grown = update(Counter).where(Counter.name == REVISION).values(value=Counter.value + 1)
    if connection.execute(grown).rowcount == 0:
        connection.execute(insert(Counter).values(name=REVISION, value=1))
    return revision(session)


def revision(session: Session) -> int:
    """The number of the newest transaction."""
    number = session.connection().scalar(select(Counter.value).where(Counter.name == REVISION))
    return number or 0


__all__ = ["REVISION", "Store", "StoreError", "next_revision", "revision"]
