"""A database is brought up to date whole or not at all, and never by mistake."""

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from console.channels import CATALOG
from console.errors import StoreError
from console.store import migrate as migration
from console.store.engine import Store
from console.store.migrate import FOLDER, VERSIONS, configuration, migrate, upgrade
from console.store.tables import Channel, Table

STEP = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{down}"


def upgrade() -> None:
    with op.batch_alter_table("contact") as table:
        table.add_column(sa.Column("mood", sa.Text(), nullable=False, server_default=""))
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    {rest}
"""


def make(path: Path) -> Store:
    return Store(f"sqlite:///{path}")


def steps(tmp_path: Path, rest: str = "pass") -> Path:
    """The real steps and one more, as the next version of the program would have them."""
    folder = tmp_path / "migrations"
    copytree(FOLDER, folder)
    step = STEP.format(down=VERSIONS[-1], rest=rest)
    (folder / "versions" / "9001_next.py").write_text(step)
    return folder


def content(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def old_database(path: Path) -> None:
    """A database of today with a contact and its leg in it, half of it still in the log."""
    store = make(path)
    migrate(store)
    with store.engine.begin() as connection:
        for statement in (
            "INSERT INTO source (id, name, format, folder, zone, revision) "
            "VALUES (1, 'pbx', 'f', '/', '', 0)",
            "INSERT INTO queue (id, source_id, ref, name, channel, revision) "
            "VALUES (1, 1, 'support', 'support', 'voice', 0)",
            "INSERT INTO contact (id, source_id, ref, channel, first_at, last_at, evidence, "
            "revision) VALUES (1, 1, '1.1', 'voice', 0, 0, '', 0)",
            "INSERT INTO leg (id, contact_id, number, source_id, queue_id, entered_at, entry_seen, "
            "outcome, ended_by, rings, revision) VALUES (1, 1, 1, 1, 1, 0, 1, 'waiting', '', 0, 0)",
        ):
            connection.execute(text(statement))
    store.close()


def test_the_versions_listed_are_the_files() -> None:
    script = ScriptDirectory.from_config(configuration())
    found = [step.revision for step in script.walk_revisions()]
    assert tuple(reversed(found)) == VERSIONS


def test_steps_and_models_make_the_same_tables(tmp_path: Path) -> None:
    stepped = make(tmp_path / "stepped.db")
    with stepped.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    upgrade(stepped, configuration(), VERSIONS[-1])
    with stepped.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []

    made = make(tmp_path / "made.db")
    migrate(made)
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%' ORDER BY name"
    tidy = []
    for store in (stepped, made):
        with store.engine.connect() as connection:
            rows = connection.exec_driver_sql(schema).all()
        # Only the order of columns and constraints may differ, and what a rebuilt table is
        # spelled with: white space, quotes, brackets around defaults.
        tidy.append([(t, n, sorted(re.sub(r'[,"()]', " ", s).split())) for t, n, s in rows])
        store.close()
    assert tidy[0] == tidy[1]
    for table in ("channel", "counter", "alembic_version"):
        assert rows_of(tmp_path / "made.db", table) == rows_of(tmp_path / "stepped.db", table)


def rows_of(path: Path, table: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    rows = sorted(connection.execute(f"SELECT * FROM {table}"))
    connection.close()
    return rows


def test_a_new_database_has_the_channels(tmp_path: Path) -> None:
    store = make(tmp_path / "new.db")
    migrate(store)
    with store.read() as session:
        assert set(session.scalars(select(Channel.name))) == {c.name for c in CATALOG}
    migrate(store)
    store.close()


def test_an_up_to_date_database_does_not_wait_for_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from console.store.engine import Store;"
        "from console.store.migrate import migrate;"
        f"s = Store('sqlite:///{tmp_path / 'a.db'}'); migrate(s); migrate(s); s.close();"
        "assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=FOLDER.parents[2])


def test_an_older_database_is_copied_aside_and_keeps_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "coalface.db"
    old_database(path)
    held = sqlite3.connect(path)  # keeps the log from being folded into the file
    held.execute("SELECT count(*) FROM leg").fetchall()
    before = content(path)
    folder = steps(tmp_path)
    monkeypatch.setattr(migration, "VERSIONS", (*VERSIONS, "9001"))
    monkeypatch.setattr(migration, "configuration", lambda: configuration(folder))
    held.close()
    store = make(path)
    migrate(store)
    store.close()
    assert content(tmp_path / "coalface.db.before-9001") == before
    assert (tmp_path / "coalface.db.before-9001").stat().st_mode & 0o077 == 0
    assert rows_of(path, "alembic_version") == [("9001",)]
    # Rebuilding `contact` must not take its legs along (foreign keys, ON DELETE CASCADE).
    assert len(rows_of(path, "leg")) == 1


@pytest.mark.parametrize(
    "rest", ['op.execute("SELECT nothing FROM nowhere")', 'op.execute("DELETE FROM queue")']
)
def test_a_step_that_fails_half_way_leaves_the_file_as_it_was(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "coalface.db"
    old_database(path)
    before = content(path)
    store = make(path)
    with pytest.raises(StoreError, match="could not be upgraded"):
        upgrade(store, configuration(steps(tmp_path, rest)), "9001")
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()
    assert content(path) == before


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "coalface.db"
    old_database(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = content(path)
    store = make(path)
    with pytest.raises(StoreError, match="newer Coalface"):
        migrate(store)
    store.close()
    assert content(path) == before


def test_what_is_not_ours_is_refused_and_not_touched(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE recipes (name)")
    connection.commit()
    connection.close()
    noise = tmp_path / "photo.db"
    noise.write_bytes(b"\x89PNG" * 4000)
    for path in (other, noise):
        before = path.read_bytes()
        store = make(path)
        with pytest.raises(StoreError, match="not a database of Coalface"):
            migrate(store)
        store.close()
        assert path.read_bytes() == before


def test_two_consoles_starting_at_once(tmp_path: Path) -> None:
    code = (
        "from console.store.engine import Store; from console.store.migrate import migrate;"
        f"s = Store('sqlite:///{tmp_path / 'a.db'}'); migrate(s); s.close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], cwd=FOLDER.parents[2]) for _ in range(3)
    ]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert len(rows_of(tmp_path / "a.db", "channel")) == len(CATALOG)


def test_changes_of_status_are_counted_of_tickets_that_are_there_already(tmp_path: Path) -> None:
    store = make(tmp_path / "coalface.db")
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    upgrade(store, configuration(), "0003")
    with store.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO source (id, name, format, folder, zone, revision) "
            "VALUES (1, 'desk', 'f', '/', '', 0)"
        )
        for number, steps in enumerate((("status", "reply", "status"), ("group",), ("reply",)), 1):
            connection.exec_driver_sql(
                "INSERT INTO ticket (id, source_id, ref, channel, status, subject, priority, "
                "created_at, updated_at, tags, satisfaction, revision) "
                f"VALUES ({number}, 1, '{number}', 'email', 'open', '', '', 0, 0, '', '', 0)"
            )
            for place, what in enumerate(steps):
                connection.exec_driver_sql(
                    'INSERT INTO ticket_step (ticket_id, number, at, what, "before", "after", '
                    f"text, chars) VALUES ({number}, {place}, 0, '{what}', '', '', '', 0)"
                )
    migrate(store)
    with store.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT changes FROM ticket ORDER BY id").scalars().all()
    store.close()
    assert found == [2, 0, None]
