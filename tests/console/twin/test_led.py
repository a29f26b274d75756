"""A rehearsal as a process that is led: its clock, its pauses, what is let happen, its end."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.domain.rehearsal import (
    BROKEN_OFF,
    BY_LEADER,
    ENDED,
    NEWS,
    OVER,
    PAUSED,
    RUNNING,
    STOPPED,
    WINDOW_CLOSED,
    Clock,
    RehearsalState,
)
from console.domain.times import HOUR, MINUTE, SECOND, now_us, real_us
from console.errors import ConsoleError
from console.twin import led
from console.twin.centre import Inject
from console.twin.followed import FollowedClock
from console.twin.led import Led
from console.twin.places import ABOUT, MARK, STEERING, TRUTH
from console.twin.rehearsal import REPORTS, Rehearsal
from console.twin.scenario import load
from console.twin.steering import Steering, state_of
from tests.console.twin.small_centres import everything

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0


def until(holds: Callable[[], bool], what: str = "") -> None:
    """Wait for a thing; AssertionError where it does not come."""
    waited = threading.Event()
    for _ in range(round(PATIENCE_S / 0.02)):
        if holds():
            return
        waited.wait(0.02)
    raise AssertionError(what or "it did not come")


class Played:
    """A rehearsal that runs in a thread, and its leader."""

    def __init__(self, into: Path, speed: float, days: int = 0, hours: float | None = None) -> None:
        start = (now_us() - 20 * MINUTE) // SECOND * SECOND
        self.play = Rehearsal(with_injects(), into, start=start, hours=hours)
        self.stopped = ""
        self.led = Led(self.play, speed, lambda: self.stopped, days)
        self.leader = Steering(into)
        self.thread = threading.Thread(target=self.led.run, name="played")
        self.thread.start()
        until(lambda: self.state_is(RUNNING))

    def state(self) -> RehearsalState:
        found = self.leader.state()
        assert found is not None
        return found

    def state_is(self, state: str) -> bool:
        found = self.leader.state()
        return found is not None and found.state == state

    def end(self) -> None:
        self.stopped = STOPPED
        self.thread.join(PATIENCE_S)
        assert not self.thread.is_alive()


def with_injects() -> Any:
    from dataclasses import replace

    return replace(
        everything(),
        injects=(
            Inject("down", "It is down", "Nothing opens.", 1.0, queue="billing", rate=3.0),
            Inject("rumour", "A rumour", "The paper says so.", 2.0, kind=NEWS, after_h=0.25),
        ),
    )


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    found = Played(tmp_path / "centre", 60)
    yield found
    found.end()


def told(folder: Path) -> list[dict[str, Any]]:
    path = folder / REPORTS
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- the clock


def test_a_clock_goes_at_its_speed_and_stands_when_nothing_is_heard_of_it() -> None:
    clock = Clock(wall=100 * SECOND, at=5000 * SECOND, speed=60, until=9000 * SECOND, before=10)
    assert clock.shows(100 * SECOND) == 5000 * SECOND
    assert clock.shows(102 * SECOND) == 5120 * SECOND
    assert clock.shows(99 * SECOND) == 4990 * SECOND
    assert clock.shows(1000 * SECOND) == 9000 * SECOND
    heard = Clock(100 * SECOND, 5000 * SECOND, 60, 9000 * SECOND, 10, beat=101 * SECOND)
    assert heard.shows(103 * SECOND) == 5180 * SECOND
    assert heard.shows(500 * SECOND) == heard.shows(104 * SECOND) == 5240 * SECOND


def test_the_clock_that_is_followed_never_goes_back(played: Played) -> None:
    clock = FollowedClock(played.play.into)
    try:
        seen = [clock.now()]

        def watch(at_least: int) -> Callable[[], bool]:
            def look() -> bool:
                seen.append(clock.now())
                return seen[-1] >= at_least

            return look

        played.leader.speed(600)
        until(lambda: clock.pace() == 600 and watch(0)())
        until(watch(seen[-1] + 5 * MINUTE))
        played.leader.speed(1)
        until(lambda: watch(0)() and clock.pace() == 1)
        until(watch(seen[-1] + SECOND // 2))
        played.leader.pause()
        until(lambda: watch(0)() and played.state_is(PAUSED))
        # What was said ahead has come to hold; from then on it stands.
        until(lambda: watch(0)() and played.play.world.now >= clock.now())
        stands = clock.now()
        until(lambda: watch(0)() and played.play.world.now == stands == clock.now())
        played.leader.go_on()
        until(watch(stands + 1))
        assert seen == sorted(seen)
    finally:
        clock.stop()


def test_the_centre_is_where_its_clock_is(played: Played) -> None:
    until(lambda: played.state().at > played.play.world.start + 25 * MINUTE)
    # Looked at in this order: what was shown has happened a tick later.
    shown = played.state().at
    until(lambda: played.play.world.now >= shown)
    assert played.play.world.now <= played.state().at


def test_time_that_nobody_had_is_left_out(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """The computer slept for an hour: at 60 times that would be two days and a half."""
    before = played.play.world.now
    monkeypatch.setattr(led, "real_us", lambda: real_us() + HOUR)
    until(lambda: played.play.world.now > before + MINUTE)
    assert played.play.world.now < before + 30 * MINUTE
    assert played.led.run and played.thread.is_alive()


# --- the leader


def test_it_prepares_what_has_happened_already(played: Played) -> None:
    state = played.state()
    assert state.prepared == 1.0 and state.history is None
    assert state.start == played.play.world.start and state.until == played.play.end
    assert state.at >= state.start + 20 * MINUTE
    assert (state.speed, state.title) == (60, played.play.scenario.title)


def test_a_pause_stops_everything(played: Played) -> None:
    played.leader.pause()
    until(lambda: played.state_is(PAUSED))
    until(lambda: played.play.world.now == played.state().at)
    world, attempts = played.play.world, played.play.world.attempts
    beat = json.loads((played.play.into / MARK / ABOUT).read_text("utf-8"))["clock"]["beat"]

    def beaten() -> bool:
        said = json.loads((played.play.into / MARK / ABOUT).read_text("utf-8"))
        return said["clock"]["beat"] > beat

    until(beaten)
    assert (world.now, world.attempts) == (played.state().at, attempts)
    assert played.state().speed == 60  # the one at which it goes on


def test_what_is_let_happen_is_heard_and_changes_the_centre(played: Played) -> None:
    names = [inject.name for inject in played.state().injects]
    assert names == ["down", "rumour"]
    played.leader.inject("down")

    def heard() -> list[dict[str, Any]]:
        return [each for each in told(played.play.into) if each["what"] == "Nothing opens."]

    until(lambda: bool(heard()))
    [line] = heard()
    assert (line["kind"], line["queue"]) == ("report", "billing")
    until(lambda: any(turn.rate == 3.0 for turn in played.play.world.turns))
    state = played.state()
    inject = state.injects[0]
    assert inject.last_at is not None and inject.until == inject.last_at + HOUR
    assert [turn.inject for turn in state.turns if turn.inject] == ["down"]
    # In force already: not begun again. What there is not is passed over.
    played.leader.inject("down")
    played.leader.inject("nothing of the kind")
    played.leader.inject("rumour")
    until(lambda: len([turn for turn in played.state().turns if turn.inject]) == 2)
    until(lambda: any(each["kind"] == "news" for each in told(played.play.into)))
    assert len(heard()) == 1
    assert sum(turn.rate == 3.0 for turn in played.play.world.turns) == 1


def test_what_was_let_happen_stands_in_the_truth(played: Played) -> None:
    played.leader.inject("down")
    until(lambda: played.state().injects[0].last_at is not None)
    played.leader.end()
    played.thread.join(PATIENCE_S)
    truth = [
        json.loads(line)
        for line in (played.play.into / MARK / TRUTH).read_text("utf-8").splitlines()
    ]
    said = next(line for line in truth if line["kind"] == "inject")
    assert said["name"] == "down" and said["turn"]["rate"] == 3.0
    assert truth[-1]["kind"] == "totals"


def test_lines_that_are_damaged_are_passed_over(played: Played) -> None:
    with (played.play.into / MARK / STEERING).open("a", encoding="utf-8") as out:
        out.write('{"do": "spe\n[1]\n{"do":"speed","times":"fast"}\n{"do":"speed","times":9000}\n')
    played.leader.speed(30)
    until(lambda: played.state().speed == 30)
    with pytest.raises(ValueError, match="1 to 600"):
        played.leader.speed(601)


# --- the end


def test_it_ends_when_told_and_says_so(played: Played) -> None:
    played.leader.end()
    played.thread.join(PATIENCE_S)
    state = played.state()
    assert (state.state, state.end) == (ENDED, BY_LEADER)
    assert state.at == state.ended_at == played.play.world.now
    assert state.at <= now_us() + HOUR


def test_it_ends_when_its_time_is_over(tmp_path: Path) -> None:
    found = Played(tmp_path / "centre", 600, hours=0.5)
    found.thread.join(PATIENCE_S)
    assert (found.state().state, found.state().end) == (ENDED, OVER)
    assert found.state().at == found.play.end


def test_a_folder_is_one_process_s(played: Played, tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="is not empty"):
        Rehearsal(everything(), played.play.into).begin()
    # Both had found it empty.
    from console.twin.taken import Taken

    with pytest.raises(ConsoleError, match="is played in .* already"):
        Taken(played.play.into)
    assert state_of(tmp_path) is None


def begun(into: Path, *more: str) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "main.py", "rehearse", "monday", "--into", str(into), "--led"]
    return subprocess.Popen(
        [*words, "--speed", "60", "--history", "0", *more], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_process_ends_with_the_window_that_leads_it(tmp_path: Path) -> None:
    into = tmp_path / "centre"
    process = begun(into)
    assert process.stdin is not None
    with process:
        until(lambda: (s := state_of(into)) is not None and s.state == RUNNING)
        process.stdin.close()
        assert process.wait(PATIENCE_S) == 0
    state = state_of(into)
    assert state is not None and (state.state, state.end) == (ENDED, WINDOW_CLOSED)
    last = (into / MARK / TRUTH).read_text("utf-8").splitlines()[-1]
    assert json.loads(last)["kind"] == "totals"


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_one_that_was_killed_says_so_and_can_be_read(tmp_path: Path) -> None:
    from console.app import Console
    from console.twin.places import data_of

    into = tmp_path / "centre"
    process = begun(into)
    with process:
        until(lambda: (s := state_of(into)) is not None and s.state == RUNNING)
        until(lambda: (into / "pbx" / "queue_log").exists())
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE_S)
    state = state_of(into)
    assert state is not None and (state.state, state.end) == (ENDED, BROKEN_OFF)
    console = Console(data_of(into))
    try:
        results = console.sync([into])
        assert all(not result.problem and not result.quarantined for result in results)
        assert console.board().queues
        # Its clock stands where it was heard of last, and a little.
        assert console.now() <= state.at + 4 * 60 * SECOND
    finally:
        console.close()


def test_each_scenario_has_three_things_to_let_happen() -> None:
    for name in ("monday", "billing-meltdown", "outage", "closed-site", "slow-burn"):
        scenario = load(name)
        assert len(scenario.injects) >= 3 and scenario.history_days == 14
        for inject in scenario.injects:
            assert inject.title and inject.words and inject.hours


def test_what_broke_is_not_said_to_have_been_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = (now_us() - 20 * MINUTE) // SECOND * SECOND
    play = Rehearsal(everything(), tmp_path / "centre", start=start)
    seen: list[RehearsalState | None] = []

    def full(to: int) -> None:
        seen.append(state_of(play.into))
        raise OSError("the disk is full")

    monkeypatch.setattr(play, "step", full)
    with pytest.raises(OSError, match="disk is full"):
        Led(play, 60, lambda: "").run()
    [before] = seen
    assert before is not None and (before.state, before.prepared) == ("preparing", 0.0)
    state = state_of(play.into)
    assert state is not None and (state.state, state.end) == (ENDED, BROKEN_OFF)
