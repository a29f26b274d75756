"""How a rehearsal stands, as its own window sees it. Times are microseconds UTC of its clock."""

from dataclasses import dataclass

PREPARING, RUNNING, PAUSED, ENDED = "preparing", "running", "paused", "ended"
#: How fast it can go: seconds of the centre in each of ours.
SLOWEST, FASTEST = 1.0, 600.0
# How it came to its end.
OVER = "its time is over"
BY_LEADER = "ended by the leader"
WINDOW_CLOSED = "the window was closed"
STOPPED = "stopped"
BROKEN_OFF = "broken off"
# Which way a player hears of an inject.
REPORT, NEWS = "report", "news"


@dataclass(frozen=True, slots=True)
class Inject:
    """Something that the leader of a rehearsal can let happen. `kind`: how the player hears."""

    name: str
    title: str
    words: str
    kind: str
    hours: float  # how long it lasts
    last_at: int | None = None  # when it was last let happen
    until: int | None = None  # while it is in force; then it cannot be let happen again


@dataclass(frozen=True, slots=True)
class Happened:
    """A turn of the story, or an inject. `until`: when it ends, or ended."""

    at: int
    until: int
    words: str
    inject: str = ""  # its name; "" for a turn of the story


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a rehearsal: at our instant `wall` it shows `at` and goes `speed` times as fast
    as ours from then on; before that it went `before` times as fast. It never shows more than
    `until`, nor what would come `SURE` after `beat`, when it was last heard of (0: it stands)."""

    wall: int
    at: int
    speed: float
    until: int
    before: float = 0.0
    beat: int = 0

    def shows(self, now: int) -> int:
        """What it shows at `now`, our time, microseconds UTC."""
        if self.beat:
            now = min(now, self.beat + SURE)
        gone = now - self.wall
        return min(self.until, self.at + round(gone * (self.speed if gone >= 0 else self.before)))


#: A clock that is not heard of for so long stands still: microseconds of ours.
SURE = 3_000_000


@dataclass(frozen=True, slots=True)
class RehearsalState:
    """All that a window which leads a rehearsal shows. `at` is what its clock showed when this was
    asked, `speed` the one that is chosen, also while it is paused."""

    folder: str
    scenario: str
    title: str
    story: str
    goals: tuple[str, ...]
    seed: int
    state: str
    start: int
    at: int
    until: int
    speed: float
    prepared: float  # from 0 to 1: how much of what lies before the present has happened
    history: float | None  # the same of the days before the beginning; None where there are none
    injects: tuple[Inject, ...] = ()
    turns: tuple[Happened, ...] = ()
    end: str = ""  # how it came to its end; "" before that
    ended_at: int | None = None


__all__ = [
    "BROKEN_OFF", "BY_LEADER", "ENDED", "FASTEST", "NEWS", "OVER", "PAUSED", "PREPARING",
    "REPORT", "RUNNING", "SLOWEST", "STOPPED", "SURE", "WINDOW_CLOSED", "Clock", "Happened",
    "Inject", "RehearsalState",
]  # fmt: skip
