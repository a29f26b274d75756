"""What an act aims at, and what became of the figure that it aimed at."""

from dataclasses import dataclass

#: Which way of a figure is wanted.
DOWN, UP = "down", "up"

#: What a window is: told; not over yet; without news of its sources; before all that is known; or
#: with nothing in it that the figure is a figure of.
TOLD, AHEAD, SILENT, BEFORE_ALL, EMPTY = "told", "ahead", "silent", "before all", "empty"

BETTER, WORSE, CANNOT_TELL = "better", "worse", "cannot tell"
TOO_EARLY, UNKNOWN, NOT_DONE = "too early", "unknown", "not carried out"

#: Minutes after an act at which its windows end.
MARKS_MIN = (15, 30, 60)


@dataclass(frozen=True, slots=True)
class KpiAim:
    """What a command means to do to one figure of one place; kept with its record for good.

    `kpi` is a name of `console.kpis.measures`, `scope` the place in words, `queue_ids` the queues
    of it. `first_s` and `full_s` say after how many seconds a first and the full effect are to be
    expected, None where nobody can know; `reason` says why. `cost`: it is expected to get worse,
    and accepted for the sake of the other aims.
    """

    kpi: str
    scope: str
    queue_ids: tuple[int, ...]
    direction: str
    first_s: int | None = None
    full_s: int | None = None
    reason: str = ""
    cost: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """One figure over one window, [from_at, to_at).

    `state` is one of the words above; only what is told has a `value`. `of` is what it is a figure
    of, in words. `low` and `high` are the ends of the 95 % interval of its difference to the window
    before the act; None where there is no honest one. `week_ago` is the same window seven days
    before, None where nothing is known of it.
    """

    from_at: int
    to_at: int
    state: str
    value: float | None = None
    of: str = ""
    low: float | None = None
    high: float | None = None
    week_ago: float | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """One aim of one act, with the figure before it and after it.

    `number` is the aim's place in the record. `state` is how the act's messages stand. `ended_at`
    is when the act was taken back. `verdict` is one of the words above, `notes` what there is to
    beware of in reading it.
    """

    journal_id: int
    number: int
    at: int
    who: str
    act: str
    state: str
    aim: KpiAim
    before: Span
    after: tuple[Span, ...]
    verdict: str
    notes: tuple[str, ...] = ()
    ended_at: int | None = None

    @property
    def expected_at(self) -> int | None:
        """When the full effect is to be expected."""
        return None if self.aim.full_s is None else self.at + self.aim.full_s * 1_000_000


@dataclass(frozen=True, slots=True)
class EffectList:
    """The effects of a range of time as of `at`, the newest act first.

    `version` changes whenever anything in them may have.
    """

    version: object
    at: int
    rows: tuple[Effect, ...]
