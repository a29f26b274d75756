"""A centre of which the truth is known: needs, and the attempts that each of them takes."""

from dataclasses import dataclass

import numpy as np

from console.debt.attempts import ABANDONED, ANSWERED, Attempts
from console.debt.past import by_customer

HOUR = 3_600_000_000
START = 1_700_000_000_000_000


@dataclass(frozen=True)
class Truth:
    """`attempts` in the order of customer and time, with the need of each and its place in it."""

    attempts: Attempts
    need: np.ndarray
    turn: np.ndarray

    def ratio(self, from_us: int, to_us: int) -> float:
        """Repeats for each fresh attempt."""
        a = self.attempts
        here = (a.entered_us >= from_us) & (a.entered_us < to_us)
        fresh = int((self.turn[here] == 0).sum())
        return (int(here.sum()) - fresh) / fresh


def columns(
    customer: np.ndarray, entered: np.ndarray, *, outcome: np.ndarray | None = None,
    ended: np.ndarray | None = None, topic: np.ndarray | None = None,
    channel: np.ndarray | None = None, channels: tuple[str, ...] = ("voice",),
    topics: tuple[str, ...] = (),
) -> Attempts:  # fmt: skip
    """Attempts that were answered and took five minutes, but for what is said."""
    size = len(customer)
    outcome = np.full(size, ANSWERED, np.int8) if outcome is None else outcome.astype(np.int8)
    ended = entered + HOUR // 12 if ended is None else ended
    answered = np.where(outcome == ANSWERED, entered, -1)
    return Attempts(
        np.arange(size, dtype=np.int32), np.ones(size, np.int32), customer.astype(np.int32),
        np.full(size, -1, np.int32) if topic is None else topic.astype(np.int32),
        np.zeros(size, np.int8) if channel is None else channel.astype(np.int8),
        np.ones(size, np.int32), entered.astype(np.int64), answered.astype(np.int64),
        ended.astype(np.int64), outcome,
        np.where(outcome == ANSWERED, 300.0, np.nan).astype(np.float32),
        np.full(size, 60.0, np.float32), np.arange(size, dtype=np.int32),
        np.full(size, -1, np.int8), topics, channels, START, int(entered.max(initial=START)), 1,
    )  # fmt: skip


def centre(
    seed: int,
    *,
    customers: int = 20_000,
    days: float = 14.0,
    per_hour: float = 150.0,
    again: float = 1 / 3,
    skewed: bool = True,
    topics: int = 0,
    missing: float = 0.0,
    missing_customers: float = 0.0,
) -> Truth:
    """Needs come at any hour; each attempt is followed by another with the chance `again`, after 40
    minutes where nobody answered (half of them), else after eight hours, on the mean."""
    draw = np.random.default_rng(seed)
    size = draw.poisson(per_hour * days * 24.0)
    begun = np.sort(draw.uniform(0.0, days * 24.0, size))
    if skewed:
        weight = 1.0 / np.arange(20.0, customers + 20.0) ** 0.5
        who = draw.choice(customers, size, p=weight / weight.sum())
    else:
        who = draw.integers(0, customers, size)
    about = draw.integers(0, max(topics, 1), size)
    need, turn, at = np.arange(size), 0, begun
    rows: list[tuple[np.ndarray, ...]] = []
    while len(need):
        left = draw.random(len(need)) < 0.5
        rows.append((need, np.full(len(need), turn), at, left))
        back = draw.random(len(need)) < again
        delay = draw.exponential(np.where(left, 40.0 / 60.0, 8.0))
        need, at, turn = need[back], (at + delay + 0.2)[back], turn + 1
    needs, turns, hours, lefts = (np.concatenate(each) for each in zip(*rows, strict=True))
    here = hours < days * 24.0
    needs, turns, hours, lefts = needs[here], turns[here], hours[here], lefts[here]
    customer = who[needs]
    if missing:
        customer = np.where(draw.random(len(customer)) < missing, -1, customer)
    if missing_customers:
        unknown = draw.random(customers) < missing_customers
        customer = np.where(unknown[customer], -1, customer)
    entered = START + (hours * HOUR).astype(np.int64)
    found = columns(
        customer,
        entered,
        outcome=np.where(lefts, ABANDONED, ANSWERED),
        topic=about[needs] if topics else None,
        topics=tuple(f"topic {n}" for n in range(topics)),
    )
    ordered = by_customer(found)
    return Truth(ordered, needs[ordered.contact], turns[ordered.contact])
