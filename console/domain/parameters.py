"""What a forecast needs to know of a centre: each parameter with its uncertainty, its data, and
where it is from. Values are in the unit of their definition, as people read and set them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MEASURED, ASSUMED, SET = "measured", "assumed", "set"
#: Channel of what holds for the whole centre.
ALL = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """One parameter. A value times `scale` is what models take: hours, shares, rates per hour.

    `least` and `most` bound what may be set by hand; `assumed` (with `why`) stands where exports
    cannot tell, None where there is nothing honest to assume. `to` says that it is one share for
    each channel that customers go to: its name is then followed by a dot and that channel.
    """

    name: str
    title: str
    unit: str  # min, h, %, /h, or nothing
    about: str
    least: float
    most: float
    scale: float = 1.0
    assumed: float | None = None
    why: str = ""
    to: bool = False
    symbol: str = ""  # of the queueing literature


@dataclass(frozen=True, slots=True)
class Measured:
    """What the exports say: a value with its 95 % interval, the number of facts behind it, and the
    hours of data that they span."""

    value: float
    low: float
    high: float
    number: int
    span_h: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is taken for a parameter of a channel, and why.

    `value` is None where nobody knows and nothing honest can be assumed. `reason` says why
    something else than a measurement is taken; `cannot` why there is no measurement.
    """

    channel: str
    name: str
    value: float | None
    origin: str  # MEASURED, ASSUMED or SET
    measured: Measured | None = None
    cannot: str = ""
    reason: str = ""
    who: str = ""
    set_at: int | None = None
    low: float | None = None
    high: float | None = None

    @property
    def kind(self) -> str:
        """The name of its definition."""
        return self.name.partition(".")[0]

    @property
    def to(self) -> str:
        """The channel that it leads to, where it leads to one."""
        return self.name.partition(".")[2]

    @property
    def source(self) -> str:
        """Where the value is from, in words: “measured”, “assumed: …”, “set by Ann: …”."""
        if self.origin == SET:
            return f"set by {self.who}: {self.reason}"
        if self.origin == ASSUMED:
            return f"assumed: {self.reason}" if self.value is not None else "cannot tell"
        return MEASURED


@dataclass(frozen=True, slots=True)
class Fresh:
    """New needs of a channel by time of the week: in an hour, for each interval from Monday 0:00
    on the desk's clock. `seen` is how many hours of data each interval's value is from; where none
    is, the value is the shape of other days or hours, which is an assumption."""

    channel: str
    interval_h: float
    rate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    seen: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Parameters:
    """All of them, as of `at`, from data since `since_at` (microseconds UTC).

    `notes` are said once for all: what share of contacts has no customer, what the data lack.
    """

    version: object
    at: int
    since_at: int | None
    span_h: float
    channels: tuple[str, ...]
    rows: tuple[Parameter, ...]
    fresh: tuple[Fresh, ...] = ()
    notes: tuple[str, ...] = ()
    index: Mapping[tuple[str, str], Parameter] = field(default_factory=lambda: {}, compare=False)

    def of(self, channel: str, name: str) -> Parameter | None:
        """A parameter of a channel; None where it means nothing there."""
        if not self.index:
            object.__setattr__(self, "index", {(row.channel, row.name): row for row in self.rows})
        return self.index.get((channel, name))

    def by_hand(self) -> tuple[Parameter, ...]:
        """Those that somebody has set."""
        return tuple(row for row in self.rows if row.origin == SET)


_MINUTE, _PER_CENT = 1.0 / 60.0, 0.01

#: What matters most for the two coming days first: the level of arrivals, who is helped, who comes
#: again, how long that takes; patience hardly at all.
DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "fresh", "new needs", "/h",
        "Attempts that begin a need, in an hour: all attempts without redials, reconnects and "
        "chases. The mean over the hours of data; the forecast takes it by time of the week.",
        0.0, 100_000.0, symbol="λ",
    ),
    Definition(
        "level_now", "level now", "%",
        "New needs of the last hours against what is usual at this time of the week. The forecast "
        "lets the difference fade by half each day.",
        10.0, 1_000.0, _PER_CENT, 100.0, "as usual at this time of the week",
    ),
    Definition(
        "level_sd", "days differ by", "%",
        "Standard deviation of a whole day's level beyond chance: what no forecast can know.",
        0.0, 100.0, _PER_CENT, 12.0, "what days of a centre usually differ by",
    ),
    Definition(
        "resolution", "resolved", "%",
        "Answered contacts that settle the need, by disposition or by a ticket's outcome. Repeats "
        "alone cannot tell it.",
        1.0, 100.0, _PER_CENT, 70.0, "no export says what was settled; 70 % is usual", symbol="r",
    ),
    Definition(
        "redial", "tries again after giving up", "%",
        "Customers who gave up waiting and try again, at any time: those who have not come yet are "
        "allowed for.",
        0.0, 99.0, _PER_CENT, 65.0, "usual where there is no other way to be helped", symbol="p",
    ),
    Definition(
        "reconnect", "comes again after an answer", "%",
        "Answered contacts after which the same customer comes again with the same need, at any "
        "time.",
        0.0, 95.0, _PER_CENT, 22.0, "usual: one in five", symbol="x",
    ),
    Definition(
        "handling", "handling time", "min",
        "Talk, hold and wrap-up of one answered contact.",
        0.05, 600.0, _MINUTE, symbol="τ",
    ),
    Definition(
        "concurrency", "contacts at once", "",
        "Contacts that an agent has in hand at once, over the time in which there is any.",
        1.0, 20.0, 1.0, 1.0, "one at a time", symbol="κ",
    ),
    Definition(
        "redial_delay", "tries again after", "min",
        "Mean time from giving up to the next attempt.",
        0.5, 2_880.0, _MINUTE, 42.0, "usual", symbol="1/δ",
    ),
    Definition(
        "reconnect_delay", "comes again after", "h",
        "Mean time from the end of an answered contact to the next attempt.",
        0.05, 240.0, 1.0, 8.0, "usual", symbol="1/γ",
    ),
    Definition(
        "goes_to", "goes to", "%",
        "Of the attempts that follow one of this channel, those on the channel named.",
        0.0, 100.0, _PER_CENT, to=True,
    ),
    Definition(
        "chase", "chases by telephone", "/h",
        "Customers waiting for a written reply who call, for each hour that one waits.",
        0.0, 10.0, 1.0, 0.0, "nobody is known to", symbol="ψ",
    ),
    Definition(
        "copy", "duplicate takes", "min",
        "Agent's time for a written contact whose customer was served elsewhere meanwhile.",
        0.0, 60.0, _MINUTE, 1.5, "time to see that it is settled", symbol="d",
    ),
    Definition(
        "accepted", "takes a callback", "%",
        "Customers who take a callback, of those to whom it is offered.",
        0.0, 100.0, _PER_CENT, 37.0, "as published of a bank; exports do not say who was offered "
        "one", symbol="α",
    ),
    Definition(
        "reached", "reached by a dial", "%",
        "Dials to customers on the callback list that reach them. A voicemail counts as reached on "
        "some platforms.",
        1.0, 100.0, _PER_CENT, 93.0, "as published of a bank", symbol="h",
    ),
    Definition(
        "failed_dial", "failed dial takes", "min",
        "Agent's time for a dial that reaches nobody.",
        0.0, 30.0, _MINUTE, 1.5, "usual", symbol="d",
    ),
    Definition(
        "calls_in", "calls in while promised", "/h",
        "Customers on the callback list who call by themselves, for each hour that one waits.",
        0.0, 10.0, 1.0, 0.1, "usual", symbol="χ",
    ),
    Definition(
        "gives_up", "lost when not reached", "%",
        "Customers whom a dial did not reach and who do not come again.",
        0.0, 100.0, _PER_CENT, 30.0, "usual",
    ),
    Definition(
        "closed_to", "while closed goes to", "%",
        "Customers of this channel who go to the channel named while this one is closed.",
        0.0, 100.0, _PER_CENT, to=True,
    ),
    Definition(
        "closed_hold", "while closed comes later", "%",
        "Customers of this channel who come again later while it is closed; the rest gives up.",
        0.0, 100.0, _PER_CENT, 40.0, "no closed time was seen",
    ),
    Definition(
        "handling_growth", "grows with waiting", "%/h",
        "Growth of handling time for each hour that the customer waited. Hard cases also wait "
        "longer: part of it may be that.",
        -100.0, 1_000.0, _PER_CENT, 0.0, "no growth", symbol="η",
    ),
    Definition(
        "wrapup", "wrap-up", "min",
        "Work after the contact, a part of the handling time.",
        0.0, 240.0, _MINUTE, 0.0, "exports do not tell wrap-up",
    ),
    Definition(
        "administration", "could be done later", "%",
        "Part of the wrap-up that is administration and could be put off. Notes never are.",
        0.0, 100.0, _PER_CENT, 30.0, "exports do not divide wrap-up",
    ),
    Definition(
        "patience", "patience", "min",
        "Mean time that a customer would wait, those who were answered allowed for. The mean wait "
        "of those who gave up is far below it.",
        0.1, 10_000.0, _MINUTE, symbol="1/θ",
    ),
    Definition(
        "patience_shape", "form of patience", "",
        "Of a Weibull distribution: 1 is exponential, as the forecast takes it; above 1 patience "
        "ends suddenly, below 1 some leave at once and others stay.",
        0.1, 10.0, 1.0, 1.0, "exponential",
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Definition] = {each.name: each for each in DEFINITIONS}
_ORDER = {each.name: place for place, each in enumerate(DEFINITIONS)}


def definition_of(name: str) -> Definition | None:
    """The definition of a parameter's name, with or without a channel behind it."""
    return BY_NAME.get(name.partition(".")[0])


def order_of(row: Parameter) -> tuple[int, str]:
    """Sorts by what matters most."""
    return _ORDER.get(row.kind, len(_ORDER)), row.to


__all__ = [
    "ALL",
    "ASSUMED",
    "BY_NAME",
    "DEFINITIONS",
    "MEASURED",
    "SET",
    "Definition",
    "Fresh",
    "Measured",
    "Parameter",
    "Parameters",
    "definition_of",
    "order_of",
]
