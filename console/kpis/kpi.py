"""The shape of a KPI: a name, a unit, a definition, and a function from sums to a number."""

from collections.abc import Callable
from dataclasses import dataclass

from console.kpis.sums import Sums

#: Who a KPI can be told of. A caller who hangs up belongs to a queue and to no agent; a pause
#: belongs to an agent and to no queue.
CONTACTS = ("queue", "channel")
QUEUES = ("queue",)
AGENTS = ("agent",)
BOTH = ("queue", "channel", "agent")

Number = int | float


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the trade.

    `name` is the field's name in every output and never changes its meaning. `unit` is ``count``,
    ``s`` or ``%`` (0 to 100), or what else the figure is in. `definition` says formula and window
    in one or two sentences; `source` whose form it is. `of` gives the figure of one bucket, or
    None where there is nothing to divide by or the data cannot support it. `told_of` lists the
    rows that have it; in all others it is None.
    """

    name: str
    title: str
    unit: str
    definition: str
    source: str
    of: Callable[[Sums], Number | None]
    told_of: tuple[str, ...] = CONTACTS


def percent(part: int, whole: int) -> float | None:
    """`part` of `whole` as 0 to 100 with two decimals; None of nothing."""
    return round(100 * part / whole, 2) if whole > 0 else None


def mean_s(total_us: int, count: int) -> float | None:
    """Mean seconds, to the millisecond; None of nothing."""
    return round(total_us / count / 1_000_000, 3) if count > 0 else None


def seconds(total_us: int | None) -> float | None:
    """Microseconds as seconds, to the millisecond; None stays None."""
    return None if total_us is None else round(total_us / 1_000_000, 3)
