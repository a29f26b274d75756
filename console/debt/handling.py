"""Agent time: how long a contact takes, and how many an agent has at a time."""

from dataclasses import dataclass

import numpy as np

from console.debt.attempts import Attempts

FEWEST = 10


@dataclass(frozen=True, slots=True)
class Handling:
    """Of one channel: seconds of an agent for a contact that was answered, wrap-up included where
    the source tells it; None where nobody knows. `at_once`: contacts that one agent has at a time.
    """

    seconds: float | None
    at_once: float
    contacts: int


def handling(attempts: Attempts, from_us: int, to_us: int) -> tuple[Handling, ...]:
    """For each channel, of contacts that were answered in [from_us, to_us)."""
    a = attempts
    when = (a.answered_us >= from_us) & (a.answered_us < to_us) & (a.ended_us > a.answered_us)
    found: list[Handling] = []
    for place in range(len(a.channels)):
        # A reply in writing is stamped when it is sent: how long it took to write nobody says.
        mine = when & (a.channel == place) & (a.talk_s > 0.0)
        number = int(mine.sum())
        if number < FEWEST:
            found.append(Handling(None, 1.0, number))
            continue
        wrap = a.wrapup_s[mine]
        # Where a source tells of wrap-ups, a contact without one had none.
        length = float(a.talk_s[mine].mean()) + float(np.nansum(wrap)) / number
        at_once = _at_once(a, np.flatnonzero(mine))
        found.append(Handling(length / at_once, at_once, number))
    return tuple(found)


def _at_once(a: Attempts, mine: np.ndarray[tuple[int], np.dtype[np.int64]]) -> float:
    """Time of contacts / time in which their agents had at least one."""
    mine = mine[a.agent[mine] >= 0]
    if not len(mine):
        return 1.0
    mine = mine[np.lexsort((a.answered_us[mine], a.agent[mine]))]
    start, stop, agent = a.answered_us[mine], a.ended_us[mine], a.agent[mine]
    # Agents one after another on one line of time, so that the latest end so far is a running one.
    base, span = int(start.min()), int(stop.max() - start.min()) + 1
    shift = (np.cumsum(np.append(0, agent[1:] != agent[:-1]))) * span - base
    start, stop = start + shift, stop + shift
    latest = np.maximum.accumulate(stop)
    before = np.append(0, latest[:-1])
    busy = np.maximum(stop - np.maximum(start, before), 0)
    total = float((stop - start).sum())
    return max(total / max(float(busy.sum()), 1.0), 1.0)


__all__ = ["Handling", "handling"]
