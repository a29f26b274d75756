"""A report that was written down is never lost and never doubled."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, select

from console import journal
from console.commands import AnswerReport, CloseReport
from console.errors import ConsoleError, NotAllowed, StoreError
from console.reads.log import log
from console.reads.reports import reports
from console.reports import FILE, drain, log_report
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Journal, Report

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    yield made
    made.close()


def written(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Report.what).order_by(Report.at, Report.id)))


def test_a_report_is_on_the_disk_then_in_the_database(store: Store, tmp_path: Path) -> None:
    assert drain(store, tmp_path) == 0
    identity = log_report(
        tmp_path, "Eve", " Login fails\nagain. ", "Ann", "1700.1", "billing", "high"
    )
    assert written(store) == []
    assert drain(store, tmp_path) == 1
    assert drain(store, tmp_path) == 0
    with store.read() as session:
        (row,) = reports(session)
        (entry,) = session.scalars(select(Journal)).all()
        assert (row.id, row.who, row.what) == (identity, "Eve", "Login fails\nagain.")
        assert (row.agent, row.contact, row.category, row.severity) == (
            "Ann", "1700.1", "billing", "high",
        )  # fmt: skip
        assert (entry.command, entry.who) == ("report_trouble", "Eve")
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    assert journal.verify(store) == []


def test_nothing_is_refused_and_strange_texts_are_taken(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        log_report(tmp_path, "Eve", " \n ")
    for text in ("a\0b", "half \ud83d", "x" * 9000, '"], {"', "Ä\u2028ß"):
        log_report(tmp_path, "Eve", text)
    assert drain(store, tmp_path) == 5
    assert written(store) == ["ab", "half ?", "x" * 4000, '"], {"', "Ä\u2028ß"]


def test_a_file_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="could not be saved"):
        log_report(tmp_path / "missing", "Eve", "Hm.")


def test_torn_and_foreign_lines_do_not_keep_reports_out(store: Store, tmp_path: Path) -> None:
    log_report(tmp_path, "Eve", "one")
    with (tmp_path / FILE).open("ab") as out:
        out.write(b'\xff\xfe\nnull\n[]\n{"id": 7, "who": "x", "what": 5, "at": "y"}\n')
        out.write(b'{"id": "z", "who": "x", "what": "", "at": 1}\n{"id": "torn", "wh')
    assert drain(store, tmp_path) == 1
    log_report(tmp_path, "Eve", "two")
    assert drain(store, tmp_path) == 1
    assert written(store) == ["one", "two"]


def test_a_new_database_gets_all_reports_again(store: Store, tmp_path: Path) -> None:
    for what in ("one", "two"):
        log_report(tmp_path, "Eve", what)
    drain(store, tmp_path)
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    migrate(other)
    assert drain(other, tmp_path) == 2
    assert written(other) == ["one", "two"]
    other.close()


def test_a_file_begun_anew_or_cut_is_read_from_its_start(store: Store, tmp_path: Path) -> None:
    for what in ("one", "two"):
        log_report(tmp_path, "Eve", what)
    drain(store, tmp_path)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join(lines[:2]))
    log_report(tmp_path, "Eve", "3")
    assert drain(store, tmp_path) == 1
    (tmp_path / FILE).unlink()
    log_report(tmp_path, "Eve", "4")
    assert drain(store, tmp_path) == 1
    assert written(store) == ["one", "two", "3", "4"]


def test_what_was_taken_back_does_not_come_again(store: Store, tmp_path: Path) -> None:
    log_report(tmp_path, "Eve", "one")
    drain(store, tmp_path)
    journal.undo(store, 1, "Eve")
    log_report(tmp_path, "Eve", "two")
    assert drain(store, tmp_path) == 1
    assert written(store) == ["two"]


def test_while_another_program_holds_the_database(store: Store, tmp_path: Path) -> None:
    holder = sqlite3.connect(tmp_path / "coalface.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    hurried = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    event.listen(hurried.engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=100"))
    began = time.monotonic()
    for number in range(20):
        log_report(tmp_path, "Eve", f"report {number}")
    # Not one of them waited for the database.
    assert time.monotonic() - began < 5
    with pytest.raises(StoreError, match="busy"):
        drain(hurried, tmp_path)
    holder.execute("ROLLBACK")
    holder.close()
    assert drain(hurried, tmp_path) == 20
    hurried.close()
    assert written(store) == [f"report {number}" for number in range(20)]


def test_a_drain_that_fails_half_way_takes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        log_report(tmp_path, "Eve", f"{number}")
    record, calls = journal.record, []

    def fail_at_third(*args, **kwargs):
        calls.append(args)
        if len(calls) == 3:
            raise OSError
        return record(*args, **kwargs)

    monkeypatch.setattr(journal, "record", fail_at_third)
    with pytest.raises(OSError):
        drain(store, tmp_path)
    assert written(store) == []
    monkeypatch.undo()
    assert drain(store, tmp_path) == 5
    assert written(store) == list("01234")


def test_killed_right_after_writing_it_down(store: Store, tmp_path: Path) -> None:
    """kill -9 between the file and the database, and in the middle of filing."""
    code = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from console import journal\n"
        "from console.reports import drain, log_report\n"
        "from console.store.engine import Store\n"
        "data = Path(sys.argv[1])\n"
        "log_report(data, 'Eve', sys.argv[2])\n"
        "if sys.argv[3] == 'filing':\n"
        "    record = journal.record\n"
        "    def die(*a):\n"
        "        record(*a)\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "    journal.record = die\n"
        "    drain(Store(f'sqlite:///{data / \"coalface.db\"}'), data)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    for what, moment in (("one", "writing"), ("two", "filing"), ("three", "writing")):
        died = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), what, moment], cwd=ROOT, check=False
        )
        assert died.returncode == -signal.SIGKILL
    assert written(store) == []
    assert drain(store, tmp_path) == 3
    assert drain(store, tmp_path) == 0
    assert written(store) == ["one", "two", "three"]
    assert journal.verify(store) == []


def test_two_consoles_write_into_one_file(store: Store, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from console.reports import log_report\n"
        "for n in range(50): log_report(Path(sys.argv[1]), 'x', f'{sys.argv[2]} {n} ' + 'y' * 500)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], cwd=ROOT)
        for name in "ab"
    ]
    assert [process.wait(60) for process in both] == [0, 0]
    assert drain(store, tmp_path) == 100


def test_reports_and_interventions_share_one_searchable_log(store: Store, tmp_path: Path) -> None:
    log_report(tmp_path, "Eve", "Übergabe klemmt", category="billing")
    log_report(tmp_path, "Max", "Login fails")
    drain(store, tmp_path)
    with store.read() as session:
        first, second = (row.id for row in reversed(reports(session)))
    journal.run(store, AnswerReport(first, "Fixed."), "lead")
    journal.run(store, CloseReport(second), "lead")
    with store.read() as session:
        rows = log(session)
        assert [(row.kind, row.text, row.state) for row in rows] == [
            ("report", "Login fails", "closed"),
            ("report", "Übergabe klemmt", "answered"),
        ]
        assert rows[1].detail == "billing · answer: Fixed."
        assert [row.key for row in log(session, search="ÜBERGABE fixed")] == [first]
        assert [row.id for row in reports(session, search="login")] == [second]
        assert [row.id for row in reports(session, state="answered")] == [first]
        assert log(session, search="nowhere") == []
        assert json.dumps([row.text for row in log(session, limit=1)]) == '["Login fails"]'


def test_writing_down_costs_no_more_than_the_disk(tmp_path: Path) -> None:
    log_report(tmp_path, "Eve", "first")
    probe = tmp_path / "probe"
    costs: list[tuple[float, float]] = []
    for _ in range(20):
        began = time.perf_counter()
        log_report(tmp_path, "Eve", "again")
        middle = time.perf_counter()
        out = os.open(probe, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(out, b"x" * 200)
        os.fsync(out)
        os.close(out)
        costs.append((middle - began, time.perf_counter() - middle))
    mine, disk = (sorted(column)[10] for column in zip(*costs, strict=True))
    assert mine < disk + 0.01
