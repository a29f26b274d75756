"""Whether an act did what it was meant to do, in words."""

from collections.abc import Sequence

from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    BETTER,
    CANNOT_TELL,
    DOWN,
    EMPTY,
    MARKS_MIN,
    NOT_DONE,
    SILENT,
    TOLD,
    TOO_EARLY,
    UNKNOWN,
    WORSE,
    KpiAim,
    Span,
)
from console.domain.times import MINUTE, SECOND
from console.kpis.difference import FEWEST

#: A window is an outlier where at most one in ten is as far out.
EXTREME = 0.1


def verdict(
    aim: KpiAim,
    at: int,
    before: Span,
    after: Sequence[Span],
    *,
    carried_out: bool = True,
    ended_at: int | None = None,
) -> str:
    """The last window counts that is over, has an interval, and ended before the act did.

    Too early: the reaction that is to be expected takes longer. One that takes longer than the last
    window is judged by that one.
    """
    if not carried_out:
        return NOT_DONE
    if before.state in (EMPTY, BEFORE_ALL):
        # That does not change any more, so nothing is worth waiting for.
        return CANNOT_TELL if before.state == EMPTY else UNKNOWN
    counting = [span for span in after if ended_at is None or span.to_at <= ended_at]
    told = [span for span in counting if span.state == TOLD]
    # Without knowing better, the first window is waited for.
    due = at + (MARKS_MIN[0] * MINUTE if aim.full_s is None else aim.full_s * SECOND)
    ripe = [span for span in told if span.to_at >= min(due, after[-1].to_at)]
    if not ripe:
        states = {span.state for span in counting}
        return TOO_EARLY if AHEAD in states else UNKNOWN if SILENT in states else CANNOT_TELL
    if before.state != TOLD:
        return UNKNOWN
    last = ripe[-1]
    if last.low is None or last.high is None or last.low <= 0 <= last.high:
        return CANNOT_TELL
    fell = last.high < 0
    return BETTER if fell == (aim.direction == DOWN) else WORSE


def outlier(aim: KpiAim, value: float | None, others: Sequence[float]) -> bool:
    """Whether a window was bad even for its day: then the next one would have been better anyhow.

    That is regression to the mean: acts are done when things are worst. `others` are windows of the
    same length of the day before.
    """
    if value is None or len(others) < FEWEST:
        return False
    sign = 1 if aim.direction == DOWN else -1
    as_bad = sum(sign * other >= sign * value for other in others)
    return as_bad / len(others) <= EXTREME


__all__ = ["outlier", "verdict"]
