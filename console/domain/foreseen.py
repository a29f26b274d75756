"""What the forecast says of an act before it is done: plain values that cross threads, and words.

Everything is a difference against doing nothing over the same hours, with the same luck on both
sides: the level of a forecast is uncertain, the difference far less.
"""

from dataclasses import dataclass, field

BETTER, WORSE, MIXED, UNSURE, SAME, UNKNOWN = (
    "better", "worse", "mixed", "cannot tell", "no difference", "not known",
)  # fmt: skip
#: Figures by which acts are compared, those that matter first.
RESOLVED, GIVEN_UP, OPEN, DEBT, ATTEMPTS, WAITING, PEAK = (
    "resolved", "given_up", "open", "debt_h", "attempts", "waiting", "peak",
)  # fmt: skip
#: Names of the commands that do something to the centre, whether the forecast knows it or not.
STEERING = frozenset({
    "set_callback", "set_callback_limit", "set_channel", "send_agents", "move_agents",
    "set_penalty", "restore_all", "cancel_blocks", "call_in",
})  # fmt: skip
#: What stands for the unit where a figure is told: more and fewer of what.
_NAMES = {
    RESOLVED: "resolved",
    GIVEN_UP: "given up",
    OPEN: "open at the end",
    DEBT: "debt at the end",
    ATTEMPTS: "attempts",
    WAITING: "waiting on average",
    PEAK: "waiting at the worst moment",
}
_DASH = "–"
# Who does not give up is open still: only beyond this share of what is resolved more it is a cost.
_OWED = 0.2


@dataclass(frozen=True, slots=True)
class Change:
    """One figure: the middle of its difference, the band that holds 80 % of the members, and what
    it is if nothing is done. `better` is the share of members that gain by it."""

    name: str
    unit: str
    value: float
    low: float
    high: float
    better: float
    verdict: str
    without: float


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a channel is left with at the end against doing nothing: issues, and agent hours."""

    channel: str
    issues: float
    debt_h: float


@dataclass(frozen=True, slots=True)
class Beware:
    """A caution that was found in the numbers. `code` is for programs."""

    code: str
    words: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Payoff:
    """Hours until the debt is paid, None for never; `short` agents are missing then, at all hours.
    `never` is the share of members in which it is not paid."""

    hours: float | None
    low_h: float | None
    high_h: float | None
    never: float
    short: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What a forecast rests on: the instant it starts from, the hours that it looks ahead, how much
    history its parameters are from, how many members were drawn, and what was assumed."""

    at: int
    hours: float
    members: int
    data_h: float | None = None
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One act, or several at once. `changes` are empty where the forecast knows nothing of it, and
    `unknown` says of what; `notes` are how it was counted. Reactions are hours until half of the
    effect shows, None where nothing moves."""

    title: str
    verdict: str
    basis: Basis | None
    changes: tuple[Change, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()
    cautions: tuple[Beware, ...] = ()
    payoff: Payoff | None = None
    queue_h: float | None = None
    attempts_h: float | None = None
    debt_h: float | None = None
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def of(self, name: str) -> Change | None:
        return _find(self.changes, name)

    @property
    def decides(self) -> str:
        """The figure that its verdict is by; empty where nothing is known."""
        found = decisive(self.changes)
        return "" if found is None else found.name

    @property
    def sure(self) -> float | None:
        """Share of members in which it is better: by issues resolved, or by hours of debt where
        as many are resolved either way."""
        decides = decisive(self.changes)
        return None if decides is None else decides.better


@dataclass(frozen=True, slots=True)
class PartForeseen:
    """What one item of several adds to the others: issues resolved, and hours of debt."""

    key: str
    resolved: Change | None
    debt: Change | None
    verdict: str
    words: str


@dataclass(frozen=True, slots=True)
class PostureForeseen:
    """A whole posture, and what each of its items adds to the rest."""

    whole: Foreseen
    parts: tuple[PartForeseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How many agents to send, by the forecast: the fewest that reach most of what can be gained.

    `gains` are issues resolved beyond doing nothing for each number that was tried. `number` is 0
    where nobody need go, None where the forecast cannot tell.
    """

    number: int | None
    words: str
    gains: tuple[tuple[int, float], ...] = field(default=())


def verdict_of(changes: tuple[Change, ...]) -> str:
    """By issues resolved, which is what is open and given up the other way round; by debt where
    that is alike. Debt that falls because fewer are resolved and more give up is no gain; where
    more are resolved and something speaks against it, a person has to weigh the two."""
    decides = decisive(changes)
    if decides is None:
        return UNKNOWN
    return MIXED if against(changes) is not None else decides.verdict


def against(changes: tuple[Change, ...]) -> Change | None:
    """What speaks against more being resolved: as many or more given up for good, or far more that
    is owed."""
    resolved, lost = _find(changes, RESOLVED), _find(changes, GIVEN_UP)
    if resolved is None or resolved.verdict != BETTER:
        return None
    if lost is not None and lost.verdict == WORSE and lost.value > resolved.value:
        return lost
    debt, more = _find(changes, DEBT), _find(changes, OPEN)
    much = more is None or more.value > _OWED * resolved.value
    return debt if debt is not None and debt.verdict == WORSE and much else None


def decisive(changes: tuple[Change, ...]) -> Change | None:
    """The figure that a verdict is by; None where nothing is known."""
    resolved, debt = _find(changes, RESOLVED), _find(changes, DEBT)
    lost = _find(changes, GIVEN_UP)
    alike = resolved is not None and resolved.verdict in (SAME, UNSURE)
    if alike and debt is not None and debt.verdict in (BETTER, WORSE):
        paid = debt.verdict == WORSE or lost is None or lost.verdict != WORSE
        return debt if paid else resolved
    return resolved


def _find(changes: tuple[Change, ...], name: str) -> Change | None:
    return next((change for change in changes if change.name == name), None)


# --- words


def about(number: float) -> str:
    """A number of which only two digits are known: “910”, “12,000”, “7”."""
    size = abs(number)
    if size < 9.5:
        return f"{round(size)}"
    digits = len(str(int(size)))
    step = 10 ** max(digits - 2, 0)
    return f"{round(size / step) * step:,}".replace(",", "\u202f")


def change_words(change: Change) -> str:
    """“about 900 more resolved (650 to 1 050)”; the end of the band on the other side is said."""
    if change.verdict == SAME:
        return f"as many {_NAMES[change.name]}" if change.name != DEBT else "as much debt"
    unit = " h" if change.unit == "h" else ""
    way = "more" if change.value > 0 else "fewer"
    if change.name == DEBT:
        way = "more" if change.value > 0 else "less"
    if round(abs(change.value)) == 0:
        return f"about as many {_NAMES[change.name]}{_band(change, unit)}"
    return f"about {about(change.value)}{unit} {way} {_NAMES[change.name]}{_band(change, unit)}"


def _band(change: Change, unit: str) -> str:
    low, high = change.low, change.high
    if change.value < 0:
        low, high = -high, -low
    # From here on greater is further the way that the middle goes.
    ends = f"{_signed(low)} to {about(high)}{unit}"
    return f" ({ends})" if about(low) != about(high) or low < 0 else ""


def _signed(number: float) -> str:
    return f"−{about(number)}" if round(number) < 0 else about(number)


def chance_words(better: float, verdict: str) -> str:
    """“better in 100 of 100”."""
    of = round(100 * better)
    if verdict == WORSE:
        return f"worse in {100 - of} of 100"
    return f"better in {of} of 100"


def verdict_words(foreseen: Foreseen) -> str:
    """The sentence that a leader reads first."""
    resolved, debt = foreseen.of(RESOLVED), foreseen.of(DEBT)
    if resolved is None or debt is None:
        return foreseen.unknown[0] if foreseen.unknown else "The forecast cannot say."
    if foreseen.verdict == SAME:
        way = "more" if resolved.value > 0 else "fewer"
        number = f": about {about(resolved.value)} {way} resolved" if round(resolved.value) else ""
        return f"No difference that matters{number}"
    if foreseen.verdict == MIXED:
        return (
            f"Mixed: {change_words(resolved)}, {chance_words(resolved.better, resolved.verdict)}, "
            f"but {change_words(against(foreseen.changes) or debt)}"
        )
    decides = decisive(foreseen.changes)
    assert decides is not None
    if foreseen.verdict == UNSURE:
        of = round(100 * resolved.better)
        return f"Cannot tell: better in {of} of 100; {change_words(resolved)}"
    word = "Better" if foreseen.verdict == BETTER else "Worse"
    return f"{word}: {change_words(decides)}, {chance_words(decides.better, decides.verdict)}"


def hours_words(hours: float | None) -> str:
    """“15 min”, “3 h”, “2 days”; a dash for never."""
    if hours is None:
        return _DASH
    if hours < 1.0:
        return f"{max(round(hours * 60 / 5) * 5, 5)} min"
    return f"{round(hours)} h" if hours < 47.5 else f"{round(hours / 24)} days"


def reaction_words(foreseen: Foreseen) -> str:
    """“shows in the queue after 15 min, in attempts after 3 h, in debt after 9 h”."""
    parts = [
        f"{where} after {hours_words(hours)}"
        for where, hours in (
            ("in the queue", foreseen.queue_h),
            ("in attempts", foreseen.attempts_h),
            ("in debt", foreseen.debt_h),
        )
        if hours is not None
    ]
    return f"half of it shows {', '.join(parts)}" if parts else ""


def payoff_words(payoff: Payoff | None) -> str:
    """“paid in about 30 h”, “not paid: 4 agents are missing”."""
    if payoff is None:
        return _DASH
    if payoff.hours is None:
        return f"not paid, {payoff.short} agent{'' if payoff.short == 1 else 's'} short"
    if payoff.hours <= 0.0:
        return "no debt"
    return f"in {hours_words(payoff.hours)}"


def elsewhere_words(foreseen: Foreseen) -> tuple[str, ...]:
    """What other channels are left with: “e-mail: 310 issues and 43 h of debt more”."""
    found: list[str] = []
    for row in foreseen.elsewhere:
        way = "more" if row.issues > 0 else "fewer"
        hours = "more" if row.debt_h > 0 else "less"
        found.append(
            f"{row.channel}: {about(row.issues)} {way} open, {about(row.debt_h)} h {hours} debt"
        )
    return tuple(found)
