"""The days before a rehearsal: of the same centre, whole, and nothing open where they end."""

import json
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from console.app import Console
from console.domain.times import DAY, HOUR, SECOND, from_iso
from console.store.tables import Agent, AgentInterval, Leg, Promise, Quarantine, Queue
from console.store.tables import Ticket as TicketRow
from console.twin.history import History
from console.twin.places import BEFORE, MARK
from console.twin.rehearsal import Rehearsal
from console.twin.scenario import load
from tests.console.twin.small_centres import everything

DAYS = 2


class Past:
    def __init__(self, folder: Path) -> None:
        self.play = Rehearsal(everything(), folder, hours=3)
        self.play.begin()
        self.play.step(self.play.world.start + HOUR)
        history = History(self.play, DAYS)
        self.parts = 0
        while history.done < 1:
            self.parts += history.work(0.01)
        self.play.step(self.play.end)
        self.play.finish()
        self.play.leave()
        self.folder, self.seam = folder, self.play.world.start
        self.data = folder.with_name("data")
        console = Console(self.data)
        self.results = console.sync([folder])
        console.close()


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return Past(tmp_path_factory.mktemp("past") / "centre")


@pytest.fixture
def console(past: Past) -> "Console":
    return Console(past.data)


def names(past: Past) -> list[str]:
    found = (path.relative_to(past.folder) for path in past.folder.rglob("*") if path.is_file())
    return [str(path) for path in found if not path.parts[0].startswith(".")]


def test_it_is_written_day_by_day_as_older_files(past: Past) -> None:
    logs = [name for name in names(past) if name.startswith("pbx/")]
    assert len(logs) == 1 + DAYS and past.parts == DAYS
    assert not [name for name in names(past) if Path(name).name.startswith(".")]
    for name in logs:
        lines = (past.folder / name).read_text("utf-8").splitlines()
        stamps = [int(line.partition("|")[0]) for line in lines]
        assert stamps == sorted(stamps)
        whole = stamps[0] * SECOND < past.seam
        assert whole == (name != "pbx/queue_log")
        assert all((stamp * SECOND < past.seam) == whole for stamp in stamps)


def test_the_newest_day_comes_first_and_a_day_comes_whole(tmp_path: Path) -> None:
    play = Rehearsal(everything(), tmp_path / "centre", hours=1)
    play.begin()
    history, seen = History(play, 2), list[set[str]]()
    while history.done < 1:
        before = history.done
        if history.work(60):
            here = {str(p.relative_to(play.into)) for p in play.into.glob("[a-z]*/*/*.json")}
            seen.append(here | {str(p.relative_to(play.into)) for p in play.into.glob("pbx/*-*")})
        assert history.done > before or history.done == 0.5
    logs = [sorted(name for name in here if name.startswith("pbx/")) for here in seen]
    assert [len(found) for found in logs] == [1, 2]
    assert logs[0][0] == max(logs[1])
    assert len(seen[0]) > 1 and seen[0] < seen[1]
    assert not (play.into / MARK / BEFORE).exists()


def test_all_of_it_is_taken(past: Past, console: Console) -> None:
    try:
        assert [r.path for r in past.results if r.problem or r.quarantined] == []
        with console.store.read() as session:
            assert session.scalar(select(func.count()).select_from(Quarantine)) == 0
            counted = select(func.count()).select_from(Leg)
            before = session.scalar(counted.where(Leg.entered_at < past.seam))
            after = session.scalar(counted.where(Leg.entered_at >= past.seam))
        assert before is not None and after is not None and before > 4 * after > 0
    finally:
        console.close()


def test_nothing_is_open_where_it_meets_the_beginning(past: Past, console: Console) -> None:
    try:
        with console.store.read() as session:
            legs = session.scalars(select(Leg).where(Leg.entered_at < past.seam)).all()
            assert all(leg.ended_at is not None and leg.ended_at <= past.seam for leg in legs)
            tickets = session.scalars(select(TicketRow).where(TicketRow.created_at < past.seam))
            assert {row.status for row in tickets} <= {"solved", "pending"}
            promises = session.scalars(
                select(Promise).where(Promise.requested_at < past.seam)
            ).all()
            assert all(row.requested_at < past.seam - DAY for row in promises)
            spans = session.scalars(
                select(AgentInterval).where(
                    AgentInterval.started_at < past.seam, AgentInterval.kind != "login"
                )
            ).all()
            assert all(s.ended_at is not None and s.ended_at <= past.seam for s in spans)
    finally:
        console.close()


def test_people_and_queues_are_the_same_and_no_id_is_there_twice(
    past: Past, console: Console
) -> None:
    try:
        with console.store.read() as session:
            queues = Counter(session.scalars(select(Queue.name)))
            agents = Counter(session.scalars(select(Agent.name)))
        assert set(queues.values()) == {1} and len(queues) == len(past.play.world.lines)
        assert max(agents.values()) <= 2  # on two platforms
    finally:
        console.close()
    seen: Counter[tuple[str, str]] = Counter()
    for name in names(past):
        if not name.startswith(("zendesk/audits", "connect/")):
            continue
        for line in (past.folder / name).read_text("utf-8").splitlines():
            record = json.loads(line)
            for field in ("EventId", "ContactId", "id"):
                if field in record:
                    seen[field, str(record[field])] += 1
    assert set(seen.values()) == {1}


def test_the_roster_says_who_was_there(past: Past) -> None:
    table = (past.folder / "roster/shifts-before.csv").read_text("utf-8").splitlines()
    now = (past.folder / "roster/shifts.csv").read_text("utf-8").splitlines()
    assert not {row.rpartition(",")[2] for row in table[1:]} & {
        row.rpartition(",")[2] for row in now[1:]
    }


def test_the_same_seed_writes_the_same_past(tmp_path: Path) -> None:
    texts: list[dict[str, bytes]] = []
    for name, slice_s in (("a", 60.0), ("b", 0.02)):
        play = Rehearsal(everything(), tmp_path / name, hours=1)
        play.begin()
        history = History(play, 1)
        while history.done < 1:
            history.work(slice_s)
        play.leave()
        found = [path for path in (tmp_path / name).rglob("*") if path.is_file()]
        texts.append({str(path.relative_to(tmp_path / name)): path.read_bytes() for path in found})
    assert texts[0] == texts[1]


def test_its_days_are_the_days_before(tmp_path: Path) -> None:
    """Of the ordinary Monday: a week before has five days with calls and a quiet week-end."""
    play = Rehearsal(load("monday"), tmp_path / "centre", hours=1)
    play.begin()
    History(play, 7).run()
    play.leave()
    logs = sorted((tmp_path / "centre" / "pbx").glob("queue_log-*"))
    assert len(logs) == 7
    lines = [log.read_text("utf-8").count("\n") for log in logs]
    assert min(lines[:5]) > 1000 and lines[5:] == [1, 1]
    first = int(logs[0].read_text("utf-8").partition("|")[0])
    assert first * SECOND >= from_iso("2026-02-23T00:00:00+01:00")
