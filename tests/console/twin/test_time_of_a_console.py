"""A console in a rehearsal lives in its time: what it notes, its waits, its sources, its orders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.app import Console
from console.commands import SetCallback
from console.domain.messages import CONFIRMED, SENT, UNCONFIRMED
from console.domain.times import (
    HOUR,
    MINUTE,
    SECOND,
    live_in,
    live_in_ours,
    lives_elsewhere,
    now_us,
    pace,
    real_us,
)
from console.errors import ConsoleError
from console.settings import Settings
from console.store.tables import Journal, Outbox, Queue
from console.twin.places import data_of
from tests.console.twin.test_led import Played, until

LATE_S = 30


class Time:
    def __init__(self, at: int, times: float) -> None:
        self.at, self.times = at, times
        live_in(lambda: self.at, lambda: self.times)


@pytest.fixture(autouse=True)
def ours() -> Iterator[None]:
    yield
    live_in_ours()


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    """One that knows a queue of the telephone."""
    log = tmp_path / "in" / "queue_log"
    log.parent.mkdir()
    log.write_text("1767600000|1767600000.1|support|NONE|ENTERQUEUE||+999300000001|1\n", "utf-8")
    console = Console(tmp_path / "data", settings=Settings(unconfirmed_s=LATE_S))
    console.sync([log])
    yield console
    console.close()


def queue(console: Console) -> int:
    with console.store.read() as session:
        return session.scalars(select(Queue.id).where(Queue.name == "support")).one()


def states(console: Console) -> set[str]:
    with console.store.read() as session:
        return set(session.scalars(select(Outbox.state)))


def ask(console: Console) -> None:
    """Recorded, and not sent yet: `Console.do` would wake the post."""
    command = SetCallback(offer=False, queue_ids=(queue(console),))
    journal.run(console.store, command, "lead", "")


def test_the_present_is_ours_until_something_is_followed() -> None:
    assert not lives_elsewhere() and pace() == 1
    assert abs(now_us() - real_us()) < SECOND
    Time(5 * HOUR, 60)
    assert lives_elsewhere() and (now_us(), pace()) == (5 * HOUR, 60)
    Time(5 * HOUR, 0.0)
    assert pace() == 1  # waits are never shorter than in our time
    live_in_ours()
    assert abs(now_us() - real_us()) < SECOND


@pytest.mark.parametrize("times", [1, 60, 600])
def test_an_order_is_waited_for_as_long_as_people_wait(console: Console, times: float) -> None:
    time = Time(1_767_700_000 * SECOND, times)
    ask(console)
    console.dispatch.pump()
    assert states(console) == {SENT}
    time.at += round((LATE_S - 1) * SECOND * times)
    console.dispatch.pump()
    assert states(console) == {SENT}
    time.at += round(2 * SECOND * times)
    console.dispatch.pump()
    assert states(console) == {UNCONFIRMED}


def test_a_change_of_speed_makes_no_order_late(console: Console) -> None:
    time = Time(1_767_700_000 * SECOND, 1)
    ask(console)
    console.dispatch.pump()
    time.times = 600
    time.at += 600 * (LATE_S - 1) * SECOND
    console.dispatch.pump()
    assert states(console) == {SENT}


def test_an_order_that_could_not_leave_has_its_time_in_ours(console: Console) -> None:
    time = Time(1_767_700_000 * SECOND, 600)
    ask(console)
    with console.store.read() as session:
        row = session.scalars(select(Outbox)).one()
        assert row.expires_at is not None
        valid = row.expires_at - row.created_at
    time.at += 599 * valid
    console.dispatch.pump()
    assert states(console) == {SENT}


def test_what_is_noted_has_the_time_of_the_rehearsal(console: Console) -> None:
    time = Time(1_767_700_000 * SECOND, 60)
    console.do(SetCallback(offer=False, queue_ids=(queue(console),)))
    console.report("the lights flicker")
    console.pump()
    with console.store.read() as session:
        assert set(session.scalars(select(Journal.at))) == {time.at}
    [report] = console.reports()
    assert report.at == time.at


def test_a_window_on_a_led_one(tmp_path: Path) -> None:
    played = Played(tmp_path / "centre", 60)
    console = Console(data_of(played.play.into))
    try:
        console.watch([played.play.into], lambda: None, lambda error: None)
        until(lambda: any(row.queue == "support" for row in console.board().queues))
        begun = console.now()
        assert played.play.world.start + 20 * MINUTE <= begun <= now_us() <= console.now()
        found = queue(console)
        console.do(SetCallback(offer=False, queue_ids=(found,)))

        def confirmed() -> bool:
            console.pump()
            return states(console) == {CONFIRMED}

        until(confirmed)
        assert not played.play.world.lines["support"].offer
        assert not any(row.followed for row in map(console.placed, console.board().sources))
        # Paused, nothing ages and nothing is late.
        played.leader.pause()
        until(lambda: console.now() == played.play.world.now)
        stands = console.now()
        console.do(SetCallback(offer=True, queue_ids=(found,)))
        for _ in range(5):
            console.pump()
        assert states(console) == {CONFIRMED, SENT}
        assert console.now() == now_us() == stands
        played.leader.go_on()
        until(confirmed)
        assert played.play.world.lines["support"].offer
    finally:
        console.close()
        played.end()
    assert not lives_elsewhere()


def test_an_inject_reaches_the_leader_as_a_report(tmp_path: Path) -> None:
    played = Played(tmp_path / "centre", 60)
    console = Console(data_of(played.play.into))
    try:
        console.watch([played.play.into], lambda: None, lambda error: None)
        played.leader.inject("rumour")
        until(lambda: any(row.what == "The paper says so." for row in console.reports()))
        [row] = [row for row in console.reports() if row.what == "The paper says so."]
        assert (row.category, row.who, row.state) == ("news", "News", "open")
    finally:
        console.close()
        played.end()


def test_a_rehearsal_and_what_is_real_are_never_read_together(tmp_path: Path) -> None:
    played = Played(tmp_path / "centre", 60)
    folder = played.play.into
    played.end()
    real = tmp_path / "real" / "queue_log"
    real.parent.mkdir()
    real.write_text("1767600000|1767600000.1|sales|NONE|ENTERQUEUE||1|1\n", "utf-8")
    nothing = (lambda: None, lambda error: None)
    centre = Console(tmp_path / "data")
    try:
        centre.sync([real])
        for act in (
            lambda: centre.watch([folder], *nothing),
            lambda: centre.sync([folder / "pbx" / "queue_log"]),
            lambda: centre.look_at([folder]),
            lambda: centre.import_roster(folder / "roster" / "people.csv"),
        ):
            with pytest.raises(ConsoleError, match="is a rehearsal"):
                act()
        assert not lives_elsewhere()
    finally:
        centre.close()
    window = Console(data_of(folder))
    try:
        for act in (
            lambda: window.watch([real.parent], *nothing),
            lambda: window.sync([folder, real]),
            lambda: window.import_roster(tmp_path / "people.csv"),
        ):
            with pytest.raises(ConsoleError, match="shows a rehearsal"):
                act()
        with pytest.raises(ConsoleError, match="shows a rehearsal"):
            window.connect("Asterisk", "asterisk", {}, {})
        assert window.sync([folder])
    finally:
        window.close()


def test_a_data_folder_of_one_s_own_is_of_what_it_reads_first(tmp_path: Path) -> None:
    played = Played(tmp_path / "centre", 60)
    folder = played.play.into
    played.end()
    real = tmp_path / "queue_log"
    real.write_text("1767600000|1767600000.1|sales|NONE|ENTERQUEUE||1|1\n", "utf-8")
    mine = Console(tmp_path / "data")
    try:
        assert mine.sync([folder])
        assert mine.sync([folder / "pbx"])
        with pytest.raises(ConsoleError, match="shows a rehearsal"):
            mine.sync([real])
    finally:
        mine.close()
