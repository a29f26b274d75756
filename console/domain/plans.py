"""What could be done now, side by side: ideas as a person may change them, and what each brings."""

from dataclasses import dataclass, replace

from console.domain.foreseen import Basis, Beware, Foreseen, Payoff

# What an idea does; `channel` is where, `to` where agents go.
OFFER_OFF, OFFER_ON, QUIET, RELEASE = "offer off", "offer on", "quiet", "release"
CLOSE, DRAIN, OPENS = "close", "drain", "open"
MOVE = "move"
BLOCKS, CALL_IN = "blocks", "call in"
ADMINISTRATION, HANDLING = "administration", "handling"
PLAYBOOK, SEVERAL = "playbook", "several"
#: No control of the console does these: somebody has to say them.
SAID = (ADMINISTRATION, HANDLING)
#: Keys of what is made of others.
MODERATE, BEST = "moderate", "best found"


@dataclass(frozen=True, slots=True)
class Idea:
    """One thing that could be done, or several (`parts`).

    `number` is how many agents or people, or per cent of what it is about; `most` how many there
    are at most, None where it takes no number. `until_h` is for how long from now, None: for as
    long as the forecast looks ahead; `timed` whether that can be said at all.
    """

    key: str
    kind: str
    title: str
    channel: str = ""
    to: str = ""
    number: int | None = None
    most: int | None = None
    until_h: float | None = None
    timed: bool = False
    playbook: str = ""
    parts: tuple["Idea", ...] = ()

    def with_number(self, number: int) -> "Idea":
        """Another number, within what is possible; its title follows."""
        if self.most is None:
            return self
        return _titled(replace(self, number=max(1, min(number, self.most))))

    def with_end(self, until_h: float | None) -> "Idea":
        return _titled(replace(self, until_h=until_h)) if self.timed else self

    @property
    def name(self) -> str:
        """A few words, where its title lists all of its parts."""
        return {BEST: "Best plan found", MODERATE: "Moderate plan"}.get(self.key, self.title)

    @property
    def said(self) -> bool:
        """Whether no control does it."""
        return self.kind in SAID

    @property
    def flat(self) -> tuple["Idea", ...]:
        """Itself, or all its parts."""
        return tuple(one for part in self.parts for one in part.flat) if self.parts else (self,)


def _titled(idea: Idea) -> Idea:
    return replace(idea, title=title_of(idea))


def title_of(idea: Idea) -> str:
    """In words, by what it does."""
    n = idea.number or 0
    words = {
        OFFER_OFF: f"callback offer off, {idea.channel}; the list is dialled",
        OFFER_ON: f"callback offer on, {idea.channel}",
        QUIET: f"callback offer and dialling off, {idea.channel}",
        RELEASE: f"callback offer off, {idea.channel}; the list is released",
        CLOSE: f"close {idea.channel}",
        DRAIN: f"drain {idea.channel}",
        OPENS: f"open {idea.channel}",
        MOVE: f"{n} agent{'s' if n != 1 else ''} from {idea.channel} to {idea.to}",
        BLOCKS: f"put off meetings and training of the next {n} h",
        CALL_IN: f"call in {n} {'people' if n != 1 else 'person'}",
        ADMINISTRATION: f"put off {n} % of administration, {idea.channel}",
        HANDLING: f"handling time −{n} %, {idea.channel}",
    }.get(idea.kind, idea.title)
    if idea.until_h is not None and idea.timed:
        words += f" for {idea.until_h:.0f} h"
    return words


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An idea and what it brings. `worth` sorts: issues open or given up at the end against doing
    nothing, the fewest first, then hours of debt."""

    idea: Idea
    foreseen: Foreseen
    worth: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Level:
    """A figure if nothing is done, with the band in which 80 % of the members lie."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Nothing:
    """What becomes of it if nothing is done."""

    open: Level
    given_up: Level
    resolved: Level
    debt_h: Level
    payoff: Payoff
    cautions: tuple[Beware, ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackRight:
    """Which setting of a channel's callbacks is right now (empty where nobody can tell), how sure
    that is, and why. `now` is how it stands."""

    channel: str
    right: str
    now: str
    sure: float
    why: str


@dataclass(frozen=True, slots=True)
class Index:
    """Issues that an agent of a channel resolves in an hour of work: contacts at once × resolution
    ÷ handling time. An hour is best spent where it is greatest, while customers wait there."""

    channel: str
    per_hour: float
    agents: float
    load: float | None  # share of its capacity that is needed; None where nobody serves it


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it, as of `basis.at`. `others` are ideas that are possible too, and are not compared.
    `reason` says in what order rows stand; `why_none` why there is nothing to compare."""

    basis: Basis | None
    nothing: Nothing | None = None
    rows: tuple[PlanRow, ...] = ()
    callbacks: tuple[CallbackRight, ...] = ()
    indexes: tuple[Index, ...] = ()
    others: tuple[Idea, ...] = ()
    urgent: str = ""
    reason: str = ""
    why_none: str = ""


def ranked(rows: tuple[PlanRow, ...]) -> tuple[PlanRow, ...]:
    """What matters first; what the forecast does not know at the end."""
    return tuple(sorted(rows, key=lambda row: (not row.foreseen.changes, row.worth)))
