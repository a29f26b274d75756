"""The score of a rehearsal, as far as the truth tells it: each figure follows from what the console
is for, and says what it is.
"""

from collections.abc import Iterable
from pathlib import Path

from console.domain.rehearsals import (
    LEFT_BEHIND,
    LESS,
    MORE,
    Figure,
    GoalMet,
    Score,
    said,
)
from console.domain.scoring import complete
from console.domain.times import HOUR, MINUTE
from console.twin import callbacks, lines, replay
from console.twin.centre import Goal
from console.twin.conduct import REST_H, Asked, asked
from console.twin.recording import Recording, read
from console.twin.tally import LONGEST_US, Tally
from console.twin.world import GIVEN_UP, OPEN, RESOLVED

UNIT_LEFT = "customers and duties"
LEFT_WORDS = (
    "Customers who came and were not helped (they gave up, or their need is open at the end), and "
    "duties that were broken or are overdue: call-ins against the rest rules, breaks called off, "
    "and what was put off and is overdue or has no owner. Each counts one. 0 would be perfect; a "
    "centre always has some needs open that have only just come, so compare it with that of others "
    "on the same day, never by itself."
)


def of_folder(folder: Path) -> Score:
    """The score of the rehearsal in this folder, as far as it got. ConsoleError where its truth
    cannot be read."""
    recording, tally = read(folder)
    # A truth without an end does not say what is open; played again it does.
    return scored(recording, tally if tally.whole else replay.again(recording))


def scored(recording: Recording, tally: Tally) -> Score:
    """Without the leader's conduct, which only the console's records tell."""
    duties = asked(recording, tally)
    figures = tuple(_figures(recording, tally, duties))
    goals = tuple(_goal(recording, tally, goal) for goal in recording.goals)
    unhelped = len(tally.needs) - tally.count(RESOLVED)
    parts = [
        ("customers who gave up", float(tally.count(GIVEN_UP))),
        ("customers whose need is open", float(tally.count(OPEN))),
    ]
    if duties.faults:
        parts.append(("call-ins against the rest rules", float(len(duties.faults))))
    if duties.breaks_off:
        parts.append(("breaks called off", float(duties.breaks_off)))
    value = unhelped + len(duties.faults) + duties.breaks_off
    left = Figure(LEFT_BEHIND, "Left behind", value, UNIT_LEFT, LEFT_WORDS, LESS)
    score = Score(
        recording.scenario, recording.title, recording.seed, recording.start, recording.taken_at,
        recording.ended_at, recording.until, figures, (), goals, left, tuple(parts), "",
    )  # fmt: skip
    return complete(score)


def _figures(of: Recording, tally: Tally, duties: Asked) -> Iterable[Figure]:
    yield from _needs(of, tally)
    yield from _debt(of, tally)
    yield from _promises(tally)
    yield from _work(tally)
    yield from _people(tally, duties)


def _needs(of: Recording, tally: Tally) -> Iterable[Figure]:
    came, resolved, given_up = len(tally.needs), tally.count(RESOLVED), tally.count(GIVEN_UP)
    yield Figure(
        "needs", "Needs that came", came, "needs",
        "What customers came with, each counted once however often they tried.", "",
        f"{sum(opened <= of.taken_at for opened, *_ in tally.needs):,} of them before you took over"
        if of.taken_at > of.start else "",
    )  # fmt: skip
    yield Figure(
        "resolved", "Resolved", resolved, "needs", "Needs that were met by the end.", MORE,
        _percent(resolved, came),
    )  # fmt: skip
    yield Figure(
        "given_up", "Given up", given_up, "needs",
        "Needs whose customers stopped trying before they were helped.", LESS,
        _percent(given_up, came),
    )  # fmt: skip
    yield Figure(
        "open", "Open at the end", tally.count(OPEN), "needs",
        "Needs that were neither met nor given up when it ended.", LESS,
    )  # fmt: skip


def _debt(of: Recording, tally: Tally) -> Iterable[Figure]:
    most, when = tally.peak(of.taken_at)
    fate = tally.of_peak(when)
    minutes = _minutes_per_resolution(tally)
    hours = f"; {most * minutes / 60:,.0f} agent hours of work" if minutes is not None else ""
    yield Figure(
        "debt_peak", "Contact debt at its peak", most, "needs",
        "The most needs that were open at once since you took over. In agent hours: times the "
        "minutes that one resolution took.", LESS, f"{after(of, when)}{hours}",
    )  # fmt: skip
    yield Figure(
        "debt_paid", "Paid of it by the end",
        None if fate[OPEN] == most else _share(fate[RESOLVED], most), "%",
        "Of the needs open at the peak, those that were met by the end. Those given up are written "
        "off, not paid.", MORE,
        "it was still growing at the end" if fate[OPEN] == most else
        f"{fate[RESOLVED]:,} resolved, {fate[GIVEN_UP]:,} given up, {fate[OPEN]:,} still open",
    )  # fmt: skip
    extra = tally.attempts - len(tally.needs)
    yield Figure(
        "extra_attempts", "Attempts beyond one for each need", extra, "attempts",
        "Redials, reconnects, second messages and attempts at closed doors: false demand.", LESS,
        f"{tally.attempts / len(tally.needs):.2f} attempts for each need" if tally.needs else "",
    )  # fmt: skip
    yield Figure(
        "repeat_hours", "Agent hours spent on repeats", tally.repeat_us / HOUR, "agent hours",
        "Time with customers on contacts that were not the first attempt of their need, wrap-up "
        "not counted.", LESS,
        f"{_percent(tally.repeat_us, tally.talk_us)} of all time with customers",
    )  # fmt: skip
    yield Figure(
        "turned_away", "Attempts at a closed door", tally.refused, "attempts",
        "Attempts on a channel that was closed, draining, down or without anybody.", LESS,
    )  # fmt: skip


def _promises(tally: Tally) -> Iterable[Figure]:
    counts = tally.promises
    made, kept = counts["made"], counts[lines.REACHED]
    stale, missed, released = counts[callbacks.STALE], counts[callbacks.MISSED], counts["released"]
    yield Figure(
        "promises_kept", "Promised callbacks kept", _share(kept, made), "%",
        "Promises whose customer was reached, of all that were made.", MORE,
        f"{kept:,} of {made:,}; {released:,} released" if made else "none was promised",
    )  # fmt: skip
    yield Figure(
        "dials_in_vain", "Dials in vain", stale + missed, "dials",
        "Callbacks that found nobody, or somebody whose matter was settled (stale).", LESS,
        f"{stale:,} stale, {missed:,} not reached; {tally.vain_us / HOUR:,.1f} agent hours",
    )  # fmt: skip


def _work(tally: Tally) -> Iterable[Figure]:
    minutes = _minutes_per_resolution(tally)
    answered = sum(sums.answered for sums in tally.queues.values())
    resolved = tally.count(RESOLVED)
    yield Figure(
        "minutes_per_resolution", "Agent minutes for each resolution", minutes, "minutes",
        "Agents' time with customers and in wrap-up, over needs resolved: handling time over "
        "resolution rate. Shorter contacts that resolve less make it longer.", LESS,
        f"{tally.handled_us / MINUTE / answered:.1f} minutes for each contact answered, "
        f"{100 * resolved / answered:.0f} of 100 resolved" if answered else "",
    )  # fmt: skip
    yield Figure(
        "line_hours", "Hours that customers waited on a line", tally.line_us / HOUR, "hours",
        "Of calls, chats and messages, answered or not.", LESS,
        f"{tally.line_left:,} gave up waiting",
    )  # fmt: skip


def _people(tally: Tally, duties: Asked) -> Iterable[Figure]:
    yield Figure(
        "rest_broken", "Call-ins against the rest rules", len(duties.faults), "call-ins",
        f"People who came although {REST_H} hours between shifts and in each 24 were not kept, or "
        "out of their leave.", LESS, "; ".join(duties.faults[:3]),
    )  # fmt: skip
    yield Figure(
        "breaks_off", "Breaks called off", duties.breaks_off, "breaks",
        "Breaks that were ordered not to take place.", LESS,
    )  # fmt: skip
    yield Figure(
        "long_without", "People without a break for too long", len(tally.long_without), "people",
        f"On duty for more than {LONGEST_US // HOUR} hours without a break of ten minutes.", LESS,
    )  # fmt: skip
    yield Figure(
        "called_in", "People called in", duties.came, "people",
        "Those who agreed to come beside their shifts.", "",
        f"for {duties.hours:,.1f} hours" if duties.came else "",
    )  # fmt: skip
    yield Figure(
        "put_off", "Meetings, training and paperwork put off", duties.blocks_off, "blocks",
        "Blocks of shifts that were called off and are owed.", "",
        f"{duties.off_hours:,.1f} agent hours" if duties.blocks_off else "",
    )  # fmt: skip
    yield Figure(
        "orders_refused", "Orders refused", duties.refused, "orders",
        "Orders that a platform or a person did not carry out.", "",
        f"of {duties.orders:,}" if duties.orders else "no orders were given",
    )  # fmt: skip


def _goal(of: Recording, tally: Tally, goal: Goal) -> GoalMet:
    value = _measured(of, tally, goal.figure)
    target = " and ".join(
        f"{words} {said(bound)}"
        for words, bound in (("at most", goal.most), ("at least", goal.least))
        if bound is not None
    )
    reached = value is not None and (
        (goal.most is None or value <= goal.most) and (goal.least is None or value >= goal.least)
    )
    return GoalMet(goal.words, goal.figure, target, value, None if value is None else reached)


def _measured(of: Recording, tally: Tally, figure: str) -> float | None:
    """As `goals` measures it while it runs."""
    counts = {"open issues": OPEN, "given up": GIVEN_UP, "resolved": RESOLVED}
    if figure in counts:
        return tally.count(counts[figure])
    if figure == "attempts per issue":
        return tally.attempts / len(tally.needs) if tally.needs else None
    calls = list(tally.callers(of.centre.callback.queue))
    if figure == "abandoned share":
        received = sum(sums.received for sums in calls)
        return sum(sums.abandoned for sums in calls) / received if received else None
    if figure == "mean wait seconds":
        answered = sum(sums.answered for sums in calls)
        return sum(sums.wait_us for sums in calls) / answered / 1e6 if answered else None
    raise AssertionError(figure)  # scenario_checks lets no other through


def _minutes_per_resolution(tally: Tally) -> float | None:
    resolved = tally.count(RESOLVED)
    return tally.handled_us / MINUTE / resolved if resolved else None


def after(of: Recording, at: int) -> str:
    """“5 h 40 min after you took over”."""
    minutes = max(0, at - of.taken_at) // MINUTE
    return f"{minutes // 60} h {minutes % 60:02d} min after you took over"


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


__all__ = ["after", "of_folder", "scored"]
