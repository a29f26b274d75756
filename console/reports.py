"""Reports are safe the moment they are written down, whatever the database is doing.

A report is first a line at the end of a file, on the disk before `log_report` returns. From there
it goes into the database. How far the file has been taken is kept in the database and moves in
the same transaction as the reports, so none is lost and none comes twice.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from console import journal
from console.commands import ReportTrouble
from console.domain.statements import Told, decode
from console.domain.times import now_us
from console.errors import ConsoleError, NotAllowed
from console.store.engine import Store
from console.store.tables import Counter, Report, Said, Source

FILE = "reports.jsonl"
LONGEST = 4000
#: The platform of files that tell of reports, and between what the subjects of those lie.
TOLD = "reports"
_TOLD, _TOLD_END = "report:", "report;"
_OURS = UUID("5f0c1d0e-6a52-4b8e-9d38-2f7c54d5c0a1")


def log_report(
    data: Path,
    who: str,
    what: str,
    agent: str = "",
    contact: str = "",
    category: str = "",
    severity: str = "",
) -> str:
    """Write a report down and return its id. It is on the disk then; `drain` files it.

    NotAllowed where nothing was written, ConsoleError where not even the file can be.
    """
    if not what.strip():
        raise NotAllowed("Nothing was written.")
    texts = [_storable(text) for text in (who, what.strip(), agent, contact, category, severity)]
    report = ReportTrouble(str(uuid4()), texts[0], texts[1], now_us(), *texts[2:])
    try:
        _append(data / FILE, json.dumps(asdict(report), ensure_ascii=False))
    except OSError as error:
        raise ConsoleError(
            "The report could not be saved.",
            f"{data / FILE}: {error.strerror or error}",
            "Keep the text, free some space, and save it again.",
        ) from error
    return report.id


def drain(store: Store, data: Path) -> int:
    """Bring into the database what it does not have yet; how many that were.

    StoreError where the database cannot be written: the reports stay in the file.
    """
    file = data / FILE
    if not file.exists():
        return 0
    with store.read() as session:
        place = session.get(Counter, _counter(file))
        if place is not None and place.value == file.stat().st_size:
            return 0
    with store.write() as session:
        place = session.get(Counter, _counter(file), with_for_update=True)
        if place is None:
            place = Counter(name=_counter(file), value=0)
            session.add(place)
        taken = 0
        for report, after in _reports(file, place.value):
            place.value = after
            if report is not None and session.get(Report, report.id) is None:
                journal.record(session, report, report.who)
                taken += 1
        return taken


def file_told(store: Store) -> int:
    """File as reports what export files have told of them; how many were new.

    A report's identity is the id and the time in the file: read again, from another folder or
    after its source was forgotten, it is the same one. StoreError where the database is busy: then
    the next call files them.
    """
    with store.read() as session:
        rows = session.execute(
            select(Said.subject, Said.body)
            .join(Source, Source.id == Said.source_id)
            .where(Source.platform == TOLD, Said.subject >= _TOLD, Said.subject < _TOLD_END)
        )
        told = {
            _identity(subject, each): each
            for subject, body in rows
            if isinstance(each := decode(body), Told)
        }
        new = [id_ for id_ in told if session.get(Report, id_) is None]
    if not new:
        return 0
    filed = 0
    with store.write() as session:
        for id_ in sorted(new, key=lambda id_: (told[id_].at, id_)):
            each = told[id_]
            if session.get(Report, id_) is None:
                journal.record(session, _report_of(id_, each), each.who)
                filed += 1
    return filed


def _identity(subject: str, told: Told) -> str:
    return str(uuid5(_OURS, f"{subject}@{told.at}"))


def _report_of(id_: str, told: Told) -> ReportTrouble:
    about = told.queue if told.queue and told.queue not in told.words else ""
    what = f"{about}: {told.words}" if about else told.words
    category = "news" if told.kind == "news" else told.category
    return ReportTrouble(
        id_, told.who, what, told.at, told.agent, told.contact, category, told.severity
    )


def _append(file: Path, line: str) -> None:
    """One write, so that two consoles on one folder cannot mix their lines; then to the disk."""
    new = not file.exists()
    out = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(out).st_size
        # A line that a power failure cut must not spoil this one.
        torn = bool(size) and os.lseek(out, size - 1, os.SEEK_SET) >= 0 and os.read(out, 1) != b"\n"
        data = ("\n" if torn else "").encode() + line.encode() + b"\n"
        if new:
            data = json.dumps({"spool": uuid4().hex}).encode() + b"\n" + data
        if os.write(out, data) != len(data):
            raise OSError("the disk is full")
        os.fsync(out)
    finally:
        os.close(out)
    if new and os.name != "nt":
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _counter(file: Path) -> str:
    """The name under which the database keeps the place: that of the file, which it has inside.

    A file that was put aside and begun anew is another one, and so is that of another desk.
    """
    with file.open("rb") as lines:
        try:
            first = json.loads(lines.readline())
            return f"spool:{first['spool']}"[:40]
        except (ValueError, KeyError, TypeError):
            return "spool"


def _reports(file: Path, place: int) -> Iterator[tuple[ReportTrouble | None, int]]:
    """(report, place after it) of each whole line; no report where the line is none."""
    with file.open("rb") as lines:
        if place > file.stat().st_size:
            place = 0
        lines.seek(place)
        for line in lines:
            if not line.endswith(b"\n"):
                return
            place += len(line)
            yield _report(line), place


def _report(line: bytes) -> ReportTrouble | None:
    try:
        said: dict[str, Any] = json.loads(line)
        report = ReportTrouble(**said)
    except (ValueError, TypeError):
        return None
    # One line that somebody edited must not keep all that follow out of the database.
    texts = [value for name, value in said.items() if name != "at"]
    if not isinstance(report.at, int) or not all(isinstance(text, str) for text in texts):
        return None
    return report if report.what.strip() else None


def _storable(text: str) -> str:
    """No half characters and no NUL, which not every database takes."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:LONGEST]
