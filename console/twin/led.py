"""A rehearsal as a living process: its clock, what its leader asks for, and how it says it stands.

The clock is a line through our time (`domain.rehearsal.Clock`). Whoever follows it reads it several
times a second, so that a change of speed is said `AHEAD` before it holds: then no clock has to jump
back. What our time skips (a computer that slept, a simulation that cannot keep up) is not made up
for.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.domain.rehearsal import (
    BROKEN_OFF,
    BY_LEADER,
    ENDED,
    FASTEST,
    OVER,
    PAUSED,
    PREPARING,
    RUNNING,
    SLOWEST,
    STOPPED,
    Clock,
)
from console.domain.times import HOUR, SECOND, iso, real_us
from console.twin.centre import Inject
from console.twin.folder import put
from console.twin.history import History
from console.twin.places import ABOUT, MARK, STEERING
from console.twin.rehearsal import STEP, TICK_S, Rehearsal
from console.twin.steering import END, GO_ON, INJECT, PAUSE, SPEED

AHEAD = 600_000
BEAT = SECOND
#: What our clock may jump between two ticks before it is taken for lost time.
LOST = 4 * SECOND
#: So long, in our time, an order may be on its way through the files.
GRACE_S = 3.0
#: Of each tick so much is for the days before the beginning.
SHARE_S = 0.3 * TICK_S
#: A day takes a console two or three seconds to read.
REST = 5 * SECOND


class Led:
    """`play` live, `speed` times as fast as our time. `stopped` says how it was ended, or ""."""

    def __init__(
        self, play: Rehearsal, speed: float, stopped: Callable[[], str], history_days: int = 0
    ) -> None:
        self._play, self._stopped = play, stopped
        self._speed, self._paused = speed, False
        self._state, self._end = PREPARING, ""
        self._clock = Clock(0, play.end, 0.0, play.end)
        self._prepared = 0.0
        self._place = 0
        self._asked: list[dict[str, Any]] = []
        self._turns: list[dict[str, Any]] = []
        play.grace = int(GRACE_S * speed * SECOND)
        self._used: dict[str, tuple[int, int]] = {}  # by inject: when, and until when
        self._said_at = 0
        self._rest_until = 0
        self._history = History(play, history_days) if history_days else None

    def run(self) -> None:
        """Until its end, or until somebody ends it; what had happened is written either way."""
        now, play = real_us(), self._play
        begin = min(max(play.world.now, now), play.end)
        self._clock = Clock(now, begin, 0.0, play.end, 0.0, now)
        play.begin(self._speed, now, about=self._about())
        how = BROKEN_OFF  # by a fault
        try:
            how = self._prepare(begin) or self._go(begin)
        except KeyboardInterrupt:
            how = STOPPED
            raise
        finally:
            play.finish()
            self._state, self._end = ENDED, how
            self._clock = Clock(real_us(), min(play.world.now, play.end), 0.0, play.end)
            self._say()
            play.leave()

    # --- time

    def _prepare(self, to: int) -> str:
        """What lies before the present happens at once."""
        w = self._play.world
        start, whole = w.now, max(1, to - w.now)
        while w.now < to:
            if how := self._told_to_end():
                return how
            self._play.step(min(to, w.now + STEP))
            self._note_turns()
            self._prepared = (w.now - start) / whole
            self._beat(real_us())
        self._prepared = 1.0
        return ""

    def _go(self, begin: int) -> str:
        play, w = self._play, self._play.world
        last = real_us()
        self._state = PAUSED if self._paused else RUNNING
        speed = 0.0 if self._paused else self._speed
        self._clock = Clock(last, begin, speed, play.end, 0.0, last)
        self._say()
        while True:
            now = real_us()
            if not -SECOND < now - last < LOST:
                self._lost(last, now)
            last = now
            shown = self._clock_now(now)
            play.step(shown)
            self._note_turns()
            if how := self._told_to_end():
                return how
            if w.now >= play.end:
                return OVER
            self._obey(now)
            self._beat(now)
            self._write_history(now)
            rest = TICK_S - (real_us() - now) / SECOND
            if rest > 0:
                time.sleep(rest)

    def _write_history(self, now: int) -> None:
        """A day at a time, with a rest after each: they must not stand in the present's way, where
        exports are read one after another."""
        if self._history is not None and now >= self._rest_until and self._history.work(SHARE_S):
            self._rest_until = now + REST
            self._say()

    def _clock_now(self, now: int) -> int:
        return replace(self._clock, beat=0).shows(now)

    def _lost(self, last: int, now: int) -> None:
        """Time that nobody had is left out: the clock goes on from what it showed."""
        at = min(self._clock_now(last), self._play.end)
        speed = 0.0 if self._paused else self._speed
        self._clock = Clock(now, at, speed, self._play.end, 0.0, now)
        self._say()

    def _turn_clock(self, now: int) -> None:
        """Another speed, from a moment on that those who follow hear of before."""
        then, before = now + AHEAD, self._clock.speed
        speed = 0.0 if self._paused else self._speed
        if speed != before:
            at = self._clock_now(then)
            self._clock = Clock(then, at, speed, self._play.end, before, now)
        self._state = PAUSED if self._paused else RUNNING
        self._say()

    # --- the leader

    def _hear(self) -> None:
        path = self._play.into / MARK / STEERING
        try:
            with path.open("rb") as file:
                file.seek(self._place)
                text = file.read()
        except OSError:
            return
        whole = text[: text.rfind(b"\n") + 1]
        self._place += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            try:
                said = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(said, dict):
                self._asked.append(said)

    def _told_to_end(self) -> str:
        self._hear()
        if any(said.get("do") == END for said in self._asked):
            return BY_LEADER
        return self._stopped()

    def _obey(self, now: int) -> None:
        """What was asked, in its order; a change of the clock waits for the one before."""
        while self._asked:
            said = self._asked[0]
            if said.get("do") in (SPEED, PAUSE, GO_ON) and now < self._clock.wall:
                return
            self._asked.pop(0)
            self._do(now, said)

    def _do(self, now: int, said: dict[str, Any]) -> None:
        do = said.get("do")
        if do == SPEED:
            times = said.get("times")
            if isinstance(times, int | float) and SLOWEST <= times <= FASTEST:
                self._speed = float(times)
                self._play.grace = int(GRACE_S * times * SECOND)
                self._turn_clock(now)
        elif do in (PAUSE, GO_ON):
            self._paused = do == PAUSE
            self._turn_clock(now)
        elif do == INJECT:
            found = [x for x in self._play.scenario.injects if x.name == said.get("name")]
            if found:
                self._let_happen(found[0])

    def _let_happen(self, inject: Inject) -> None:
        w = self._play.world
        if self._used.get(inject.name, (0, 0))[1] > w.now:
            return
        turn = inject.turn((w.now - w.start) / HOUR)
        until = self._play.let_happen(inject, turn)
        self._used[inject.name] = w.now, until
        self._turns.append(
            {"at": w.now, "until": until, "words": inject.title, "inject": inject.name}
        )
        self._say()

    # --- how it stands

    def _note_turns(self) -> None:
        w = self._play.world
        told = {turn["words"] for turn in self._turns if not turn.get("inject")}
        for turn in w.centre.turns:
            at = w.start + int(turn.at_h * HOUR)
            if at <= w.now and turn.words and turn.words not in told:
                until = w.start + int(turn.until_h * HOUR)
                self._turns.append({"at": at, "until": until, "words": turn.words})

    def _beat(self, now: int) -> None:
        if now - self._said_at >= BEAT or now < self._said_at:
            self._say()

    def _say(self) -> None:
        now = real_us()
        if self._state != ENDED:
            self._clock = replace(self._clock, beat=now)
        self._said_at = now
        put(self._play.into / MARK / ABOUT, _text(self._about()))

    def _about(self) -> dict[str, object]:
        play, w = self._play, self._play.world
        scenario, clock = play.scenario, self._clock
        told: dict[str, object] = {
            "scenario": scenario.name,
            "title": scenario.title,
            "story": scenario.story.strip(),
            "seed": play.seed,
            "hours": play.hours,
            "start": iso(w.start),
            "start_us": w.start,
            "state": self._state,
            "speed": self._speed,
            "clock": {
                "wall": clock.wall, "at": clock.at, "speed": clock.speed, "until": clock.until,
                "before": clock.before, "beat": clock.beat,
            },
            "prepared": round(self._prepared, 4),
            "history": None if self._history is None else round(self._history.done, 4),
            "goals": [goal.words for goal in scenario.goals],
            "injects": [self._inject(inject) for inject in scenario.injects],
            "turns": self._turns,
        }  # fmt: skip
        if self._end:
            told["end"] = {"how": self._end, "at": clock.at}
        return told

    def _inject(self, inject: Inject) -> dict[str, object]:
        said: dict[str, object] = {
            "name": inject.name, "title": inject.title, "words": inject.words.strip(),
            "kind": inject.kind, "hours": inject.hours,
        }  # fmt: skip
        last = self._used.get(inject.name)
        if last is not None:
            said["last_at"] = last[0]
            if last[1] > self._play.world.now:
                said["until"] = last[1]
        return said


def _text(about: dict[str, object]) -> str:
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


__all__ = ["AHEAD", "Led"]
