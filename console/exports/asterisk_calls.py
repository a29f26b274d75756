"""The lines of one call become a contact with its legs.

A call is told from its own lines alone, in the order of the file: whole-second stamps cannot order
the rows of one second, and clocks are set back. Leg n is the n-th ENTERQUEUE.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from console.domain import facts
from console.domain.facts import Contact, Interval, Leg
from console.domain.times import SECOND
from console.exports.asterisk_events import (
    CALL_EVENTS,
    CALLED,
    ENDS,
    EXITS,
    LEFT,
    LISTED_ALL,
    NONE,
    REFUSALS,
)

#: at, queue, alias, verb, parameters
Row = tuple[int, str, str, str, Sequence[str]]
#: When a stay was seen to be over, if it was: by its queue, its entry, the last that is known of
#: the call, and who speaks with it (None: it waits).
Over = Callable[[str, int, int, str | None], int | None]


@dataclass(slots=True)
class _Leg:
    queue: str
    entered_at: int
    entry_seen: bool = True
    connected_at: int | None = None
    ended_at: int | None = None
    agent: str | None = None
    outcome: str = facts.WAITING
    ended_by: str = ""
    wait_us: int | None = None
    talk_us: int | None = None
    rings: int = 0

    @property
    def open(self) -> bool:
        return self.ended_at is None

    def close(self, at: int, outcome: str, verb: str) -> None:
        self.ended_at = at
        self.ended_by = verb
        if self.connected_at is None:
            self.outcome = outcome
            if self.wait_us is None:
                self.wait_us = max(0, at - self.entered_at)
        elif self.talk_us is None:
            self.talk_us = max(0, at - self.connected_at)


@dataclass(slots=True)
class _Call:
    legs: list[_Leg] = field(default_factory=lambda: [])
    intervals: list[Interval] = field(default_factory=lambda: [])
    customer: str | None = None

    def latest(self, queue: str) -> "_Leg | None":
        for leg in reversed(self.legs):
            if leg.queue == queue:
                return leg
        return None

    def open_in(self, queue: str) -> "_Leg | None":
        leg = self.latest(queue)
        return leg if leg is not None and leg.open else None


def split(line: str) -> tuple[str, Row]:
    """One valid line as (callid, row)."""
    stamp, ref, queue, alias, verb, *params = line.split("|")
    return ref, (stamp_us(stamp), queue, alias, verb.strip().upper(), params)


def stamp_us(stamp: str) -> int:
    """Microseconds of ``1655723969`` or ``1655723969.251``; only SQL variants have a fraction."""
    whole, _, fraction = stamp.partition(".")
    return int(whole) * SECOND + (int(f"{fraction:0<6}"[:6]) if fraction else 0)


def contact_of(
    rows: Sequence[Row], restarts: Sequence[int] = (), ref: str = "", over: Over | None = None
) -> Contact:
    """Fold the rows of one call, in file order. `restarts` are sorted times of QUEUESTART."""
    call = _Call()
    for at, queue, alias, verb, params in rows:
        if verb == "ENTERQUEUE":
            _enter(call, at, queue, params)
        elif verb == "CONNECT":
            _connect(call, at, queue, alias, params, ref)
        elif verb in ENDS:
            _end(call, at, queue, alias, verb, params)
        elif verb in EXITS:
            _exit(call, at, queue, verb, params)
        elif verb == "RINGNOANSWER" or verb == "RINGCANCELED":
            _ring(call, at, queue, alias, verb, params, ref)
        elif verb in REFUSALS:
            call.legs.append(
                _Leg(queue, at, True, None, at, None, REFUSALS[verb], verb, None, None)
            )
        elif verb == "WRAPUPSTART" and alias not in NONE:
            seconds = _number(params, 0)
            if seconds:
                call.intervals.append(
                    Interval(alias, "wrapup", queue, at, at + seconds * SECOND, verb, verb, ref)
                )
    of_log = rows
    if over is not None:
        _see(call, rows, max(row[0] for row in rows), restarts, over, ref)
        of_log = [row for row in rows if row[3] not in (CALLED, LEFT)] or rows
    last_at = max(row[0] for row in of_log)
    _restart(call, last_at, restarts)
    return Contact(
        legs=tuple(
            Leg(
                leg.queue,
                leg.entered_at,
                leg.entry_seen,
                leg.connected_at,
                leg.ended_at,
                leg.agent,
                leg.outcome,
                leg.ended_by,
                leg.wait_us,
                leg.talk_us,
                leg.rings,
            )
            for leg in call.legs
        ),
        intervals=tuple(call.intervals),
        first_at=min(row[0] for row in of_log),
        last_at=last_at,
        customer=call.customer,
    )


def _enter(call: _Call, at: int, queue: str, params: Sequence[str]) -> None:
    if call.customer is None and len(params) > 1 and params[1]:
        call.customer = params[1]
    for leg in call.legs:
        # A call stands in one queue at a time: the end of the stay before was never written.
        if leg.open:
            leg.close(at, facts.LOST, "ENTERQUEUE")
    call.legs.append(_Leg(queue, at))


def _connect(call: _Call, at: int, queue: str, alias: str, params: Sequence[str], ref: str) -> None:
    hold = _micros(params, 0)
    leg = call.open_in(queue)
    if leg is None:
        latest = call.latest(queue)
        if latest is not None and latest.connected_at is not None:
            return  # said twice
        leg = _Leg(queue, at - (hold or 0), entry_seen=False)
        call.legs.append(leg)
    elif leg.connected_at is not None:
        return
    leg.connected_at = at
    leg.agent = None if alias in NONE else alias
    leg.outcome = facts.ANSWERED
    leg.wait_us = hold if hold is not None else max(0, at - leg.entered_at)
    ring = _number(params, 2)
    if ring and leg.agent:
        call.intervals.append(
            Interval(leg.agent, "ring", queue, at - ring * SECOND, at, "CONNECT", "CONNECT", ref)
        )


def _end(call: _Call, at: int, queue: str, alias: str, verb: str, params: Sequence[str]) -> None:
    hold, talk = _hold_and_talk(verb, params)
    leg = call.open_in(queue)
    if leg is None:
        latest = call.latest(queue)
        if latest is not None and latest.connected_at is not None:
            return  # ended before: the first end holds
        connected = at - (talk or 0)
        leg = _Leg(queue, connected - (hold or 0), entry_seen=False)
        call.legs.append(leg)
    if leg.connected_at is None:
        # Its CONNECT is missing, in a part of the log that we have not seen.
        leg.connected_at = max(leg.entered_at, at - (talk or 0))
        leg.outcome = facts.ANSWERED
        leg.agent = None if alias in NONE else alias
        if leg.wait_us is None:
            leg.wait_us = hold if hold is not None else leg.connected_at - leg.entered_at
    leg.talk_us = talk
    leg.close(at, facts.ANSWERED, verb)


def _exit(call: _Call, at: int, queue: str, verb: str, params: Sequence[str]) -> None:
    leg = call.open_in(queue)
    if leg is None:
        latest = call.latest(queue)
        if latest is not None:
            if verb == "LEAVEEMPTY" and latest.ended_by == "EXITEMPTY":
                latest.ended_by = verb
            return
        # Nobody saw it come in: it is in no count, as there is no telling what it belongs to.
        wait = _exit_wait(verb, params) or 0
        call.legs.append(_Leg(queue, at - wait, False, None, at, None, facts.ORPHAN, verb, wait))
        return
    if leg.connected_at is None:
        leg.wait_us = _exit_wait(verb, params)
    leg.close(at, EXITS[verb], verb)


def _ring(
    call: _Call, at: int, queue: str, alias: str, verb: str, params: Sequence[str], ref: str
) -> None:
    leg = call.latest(queue)
    if leg is not None and verb == "RINGNOANSWER":
        leg.rings += 1
    milliseconds = _number(params, 0)
    if milliseconds and alias not in NONE:
        call.intervals.append(
            Interval(alias, "ring", queue, at - milliseconds * 1000, at, verb, verb, ref)
        )


def _restart(call: _Call, last_at: int, restarts: Sequence[int]) -> None:
    if not any(leg.open for leg in call.legs):
        return
    for at in restarts:
        if at > last_at:
            for leg in call.legs:
                if leg.open:
                    leg.close(at, facts.RESTART, "QUEUESTART")
            return


def _see(
    call: _Call,
    rows: Sequence[Row],
    last_at: int,
    restarts: Sequence[int],
    over: Over,
    ref: str,
) -> None:
    """What is known of stays that no row ends: who rings, who was seen to be gone."""
    for leg in call.legs:
        if not leg.open:
            continue
        rings: dict[str, int] = {}
        left_at: int | None = None
        for at, queue, alias, verb, _params in rows:
            if queue != leg.queue:
                continue
            if verb == "ENTERQUEUE":
                rings, left_at = {}, None
            elif verb == CALLED:
                rings[alias] = at
            elif verb in ("RINGNOANSWER", "RINGCANCELED"):
                rings.pop(alias, None)
            elif verb == LEFT:
                left_at = at
        waits = leg.connected_at is None
        if waits and left_at is not None:
            leg.close(left_at, facts.LOST, LEFT)
            continue
        at = over(leg.queue, leg.entered_at, last_at, None if waits else leg.agent or "")
        if at is not None and not any(last_at < restart < at for restart in restarts):
            # When it was over nobody knows, and so neither how long it waited nor spoke.
            leg.ended_at, leg.ended_by = at, LISTED_ALL
            leg.outcome = facts.LOST if waits else leg.outcome
        elif waits:
            call.intervals += [
                Interval(alias, "ring", leg.queue, at, None, CALLED, "", ref)
                for alias, at in rings.items()
            ]


def _hold_and_talk(verb: str, params: Sequence[str]) -> tuple[int | None, int | None]:
    """Stated hold and call time, microseconds. Transfers have them after a varying number."""
    if verb in ("COMPLETEAGENT", "COMPLETECALLER"):
        return _micros(params, 0), _micros(params, 1)
    values = list(params)
    while values and values[-1] == "" and len(values) > 4:
        values.pop()
    if verb == "ATTENDEDTRANSFER":
        if len(values) < 5:
            return None, None
        return _micros(values, len(values) - 3), _micros(values, len(values) - 2)
    # BLINDTRANSFER and TRANSFER: exten, context, hold, talk [, position]
    return _micros(values, 2), _micros(values, 3)


def _exit_wait(verb: str, params: Sequence[str]) -> int | None:
    """The stated wait of an exit, microseconds; old versions do not state it."""
    place = {"ABANDON": 2, "EXITWITHTIMEOUT": 2, "EXITWITHKEY": 3, "EXITEMPTY": 2, "WITHDRAW": 2}
    return _micros(params, place[verb]) if verb in place else None


def _number(params: Sequence[str], place: int) -> int | None:
    if place >= len(params):
        return None
    text = params[place]
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    return int(text)


def _micros(params: Sequence[str], place: int) -> int | None:
    seconds = _number(params, place)
    return None if seconds is None else seconds * SECOND


__all__ = ["CALL_EVENTS", "Over", "Row", "contact_of", "split", "stamp_us"]
