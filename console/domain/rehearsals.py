"""What a rehearsal taught, as values: its score, what others would have made of it, and past ones.

Figures of the centre come from the truth that only a rehearsal knows, figures of the leader's
conduct from the console's own records. Each says what it is; None where nobody can know it.
"""

from dataclasses import dataclass
from statistics import fmean

# Of whom a figure is.
CENTRE, CONDUCT = "centre", "conduct"
# Which way is better; "" for a figure that only explains others.
MORE, LESS = "more", "less"

# Who played.
YOU, NOTHING, PLAYBOOK, BEST = "you", "nothing", "playbook", "best"
#: In the order in which they are compared.
PLAYERS = (YOU, NOTHING, PLAYBOOK, BEST)

# What a difference between two players is.
BETTER, WORSE, CANNOT_TELL, SAME = "better", "worse", "cannot tell", "the same"

# How a rehearsal in a folder stands.
ENDED, STOPPED, RUNNING, UNREADABLE = "ended", "stopped", "running", "cannot be read"

#: Units that are measured, not counted.
MEASURED = ("%", "minutes", "hours", "agent hours")
#: The one figure by which rehearsals are compared.
LEFT_BEHIND = "left_behind"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its unit and what it is. `detail` tells its parts, in words."""

    key: str
    title: str
    value: float | None
    unit: str
    definition: str
    better: str = ""
    detail: str = ""

    @property
    def text(self) -> str:
        """The number as it is shown, without its unit; “–” where nobody can know it."""
        return said(self.value, self.unit)


@dataclass(frozen=True, slots=True)
class GoalMet:
    """A goal of the scenario; `target` is “at most 760”. `reached` None: nothing was measured."""

    words: str
    figure: str
    target: str
    value: float | None
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Score:
    """How a rehearsal went, as far as it got. Times are microseconds UTC.

    `from_at` is when the leader took over, `to_at` how far it got, `until` its planned end.
    `conduct` is empty where no console's records were at hand. `left_behind` is the figure by which
    rehearsals are compared, `parts` what it is the sum of. `verdict` is a sentence, `reasons` are
    what it rests on.
    """

    scenario: str
    title: str
    seed: int
    began_at: int
    from_at: int
    to_at: int
    until: int
    centre: tuple[Figure, ...]
    conduct: tuple[Figure, ...]
    goals: tuple[GoalMet, ...]
    left_behind: Figure
    parts: tuple[tuple[str, float], ...]
    verdict: str
    reasons: tuple[str, ...] = ()
    by: str = ""

    @property
    def finished(self) -> bool:
        return self.to_at >= self.until

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.left_behind, *self.centre, *self.conduct)

    def figure(self, key: str) -> Figure | None:
        return next((each for each in self.figures if each.key == key), None)


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan in words; `at_us` after the leader took over, None where `when` says in
    words on what it hangs. `worth` says what the plan would be without it, where that was tried."""

    words: str
    at_us: int | None = None
    when: str = ""
    worth: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure of one player, once for each seed of the comparison, in their order."""

    key: str
    values: tuple[float | None, ...]

    @property
    def known(self) -> tuple[float, ...]:
        return tuple(value for value in self.values if value is not None)

    @property
    def mean(self) -> float | None:
        return fmean(self.known) if self.known else None

    @property
    def low(self) -> float | None:
        return min(self.known, default=None)

    @property
    def high(self) -> float | None:
        return max(self.known, default=None)


@dataclass(frozen=True, slots=True)
class Played:
    """What one player made of it. `how` says who that is and what they may know."""

    player: str
    title: str
    how: str
    steps: tuple[PlanStep, ...]
    spreads: tuple[Spread, ...]
    refused: int | None = None  # orders of the first seed that were refused

    def spread(self, key: str) -> Spread | None:
        return next((each for each in self.spreads if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Difference:
    """How a player's figure differs from yours, seed by seed: `mean` is theirs less yours, `low` to
    `high` hold it with 95 %. `verdict` is of the player: better, worse, cannot tell, the same."""

    player: str
    key: str
    mean: float | None
    low: float | None
    high: float | None
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same rehearsal played by several, on the same seeds, the first of which is yours.

    `definitions` hold the figures compared, with the values of your own run. `exact` says whether
    playing your orders again gave your run again; `exact_words` what was otherwise.
    """

    scenario: str
    title: str
    seeds: tuple[int, ...]
    from_at: int
    to_at: int
    made_at: int
    seconds: float
    runs: int
    exact: bool
    exact_words: str
    definitions: tuple[Figure, ...]
    rows: tuple[Played, ...]
    differences: tuple[Difference, ...]
    verdict: str
    notes: tuple[str, ...] = ()

    def row(self, player: str) -> Played | None:
        return next((each for each in self.rows if each.player == player), None)

    def difference(self, player: str, key: str = LEFT_BEHIND) -> Difference | None:
        found = (each for each in self.differences if (each.player, each.key) == (player, key))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Comparing:
    """How far a comparison has come. `state`: running, done, cancelled, failed."""

    state: str
    words: str
    done: int
    total: int
    seconds: float = 0.0
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class PastRehearsal:
    """A rehearsal in a folder. `begun_at` is of this machine's clock, 0 where nobody knows."""

    path: str
    scenario: str
    title: str
    seed: int | None
    begun_at: int
    by: str
    speed: float | None
    hours: float | None
    state: str
    score: Score | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PastGroup:
    """Rehearsals of one scenario side by side, the oldest first; `rows` align their figures:
    (title, unit, which way is better, one value each)."""

    scenario: str
    title: str
    rehearsals: tuple[PastRehearsal, ...]
    rows: tuple[tuple[str, str, str, tuple[float | None, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class PastList:
    folder: str
    rehearsals: tuple[PastRehearsal, ...]
    groups: tuple[PastGroup, ...]


def said(value: float | None, unit: str = "") -> str:
    """A number for a person: whole where its unit counts things, else with as many places as mean
    something."""
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if unit in MEASURED or abs(value) >= 10 else f"{value:,.2f}"


__all__ = [
    "BEST", "BETTER", "CANNOT_TELL", "CENTRE", "CONDUCT", "ENDED", "LEFT_BEHIND", "LESS",
    "MEASURED", "MORE", "NOTHING", "PLAYBOOK", "PLAYERS", "RUNNING", "SAME", "STOPPED",
    "UNREADABLE", "WORSE", "YOU",
    "Comparing", "Comparison", "Difference", "Figure", "GoalMet", "PastGroup", "PastList",
    "PastRehearsal", "PlanStep", "Played", "Score", "Spread", "said",
]  # fmt: skip
