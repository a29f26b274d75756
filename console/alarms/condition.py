"""The shape of a condition, and what it is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from console.domain.alarms import Finding
from console.domain.board import Board, QueueRow, Trouble
from console.domain.freshness import tells_of_now
from console.domain.normals import Normal
from console.domain.times import SECOND
from console.settings import Settings


@dataclass(frozen=True, slots=True)
class Similar:
    """Reports of the same kind: its words, how many, and the newest of them."""

    kind: str
    number: int
    newest: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of the database every few seconds, beside the board.

    `overdue` are obligations past their date, with what the oldest of them is.
    """

    troubles: Sequence[Trouble] = ()
    overdue: int = 0
    overdue_what: str = ""
    similar: Sequence[Similar] = ()


@dataclass(frozen=True, slots=True)
class Index:
    """Whether a backlog of a channel feeds itself: above 1 it does. `likely` is the probability of
    that; `value` is None where a parameter of it is not known, which `words` then says."""

    channel: str
    kind: str  # wait, duplicate
    value: float | None
    low: float = 0.0
    high: float = 0.0
    likely: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Rising:
    """A figure that is beyond normal and rises, as another question has found it.

    `stands` is whether it does, `lasts` whether an alarm that stands goes on; None where nobody can
    tell. `title` says what it is.
    """

    subject: str
    stands: bool | None
    lasts: bool | None = None
    title: str = ""
    number: str = ""
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is found out every few minutes, from hours of contacts.

    `normals` are by channel and figure; `debt` and `forecasts` what the gauge and the record of
    past forecasts say.
    """

    normals: Mapping[str, Mapping[str, Normal]] = field(default_factory=lambda: {})
    indices: Sequence[Index] = ()
    debt: Sequence[Rising] | None = None
    forecasts: Sequence[Rising] | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that conditions look at. None: not found out yet.

    `put_aside`: by source, how many lines went into quarantine within half an hour. `standing` are
    the keys of alarms that stand: they end at a lower limit than they begin.
    """

    now: int
    board: Board
    settings: Settings
    facts: Facts | None = None
    work: Work | None = None
    put_aside: Mapping[int, int] | None = None
    standing: frozenset[str] = frozenset()

    def stands(self, kind: str, subject: str) -> bool:
        return f"{kind}|{subject}" in self.standing

    def live_sources(self) -> frozenset[str]:
        """Those whose news is of now."""
        return frozenset(
            s.source for s in self.board.sources if tells_of_now(s, self.now, self.settings.stale_s)
        )

    def channels(self) -> Mapping[str, Sequence[QueueRow]]:
        """The queues of each channel whose sources' news is of now; of others nothing is known."""
        live = self.live_sources()
        found: dict[str, list[QueueRow]] = {}
        for queue in self.board.queues:
            of_channel = found.setdefault(queue.channel, [])
            if queue.source in live:
                of_channel.append(queue)
        return found

    def expected_s(self, queue: QueueRow) -> int | None:
        """How soon customers of a queue expect an answer: its own target, else its channel's."""
        own = queue.aim.expected_s if queue.aim is not None else None
        channels = (c.expected_s for c in self.board.channels if c.channel == queue.channel)
        return own or next(channels, None)


@dataclass(frozen=True, slots=True)
class Condition:
    """`of` gives a finding for each of its subjects, or None where it can tell of none yet.

    An alarm is raised after the condition has held for `holds_s(settings)` seconds. A subject that
    stands and is not among the findings has ended.
    """

    kind: str
    title: str
    of: Callable[[Situation], Sequence[Finding] | None]
    holds_s: Callable[[Settings], int] = lambda _: 0


def lasting(microseconds: int) -> str:
    """“0:40”, “22:10”, “3 h 10”, “2 d 4 h”: as the board writes it."""
    whole = max(0, microseconds // SECOND)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d}"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


__all__ = [
    "Condition",
    "Facts",
    "Finding",
    "Index",
    "Rising",
    "Similar",
    "Situation",
    "Work",
    "counted",
    "lasting",
]
