"""The lines about one agent become intervals of membership, pause and login.

PAUSEALL is written beside one PAUSE for each queue: it opens an interval of its own only where no
PAUSE row of that agent stands in the same second. QUEUESTART closes whatever is open.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from console.domain.facts import Interval
from console.domain.times import SECOND
from console.exports.asterisk_events import (
    LISTED_ALL,
    MEMBER_LISTED,
    NONE,
    RESTART,
    STATE_LISTED,
)

#: at, place within the second, verb, queue, parameters
Row = tuple[int, int, str, str, Sequence[str]]

_LISTED = (MEMBER_LISTED, STATE_LISTED)
#: How a member is listed who is not called at present.
PAUSED = "paused"

_LOGINS = ("AGENTLOGIN", "AGENTCALLBACKLOGIN")
_LOGOFFS = ("AGENTLOGOFF", "AGENTCALLBACKLOGOFF")


@dataclass(slots=True)
class _Open:
    """What is open now: (kind, queue) to (start, the source's own word)."""

    alias: str
    open: dict[tuple[str, str | None], tuple[int, str]] = field(default_factory=lambda: {})
    done: list[Interval] = field(default_factory=lambda: [])

    def start(self, kind: str, queue: str | None, at: int, word: str) -> None:
        self.open.setdefault((kind, queue), (at, word))

    def stop(self, kind: str, queue: str | None, at: int, verb: str) -> bool:
        begun = self.open.pop((kind, queue), None)
        if begun is None:
            return False
        self.done.append(Interval(self.alias, kind, queue, begun[0], at, begun[1], verb))
        return True

    def stop_kind(self, kind: str, at: int, verb: str) -> None:
        for key in [key for key in self.open if key[0] == kind]:
            self.stop(kind, key[1], at, verb)


#: All members of these queues were listed: at, place within the second, the queues.
Listing = tuple[int, int, Collection[str]]


def intervals_of(
    alias: str,
    rows: Iterable[Row],
    restarts: Iterable[tuple[int, int]] = (),
    listings: Iterable[Listing] = (),
) -> list[Interval]:
    """Intervals of one alias from its rows; open ones have no end.

    `restarts` are the times and places of QUEUESTART. All inputs are sorted by time and place:
    within one second the order of the file decides what a restart closed. A listing ends what the
    alias has no row of in it.
    """
    state = _Open(alias)
    ordered = list(rows)
    listed = {(row[0], row[1], row[3]) for row in ordered if row[2] in _LISTED}
    breaks: list[tuple[int, int, Collection[str] | None]] = [
        *((at, place, None) for at, place in restarts),
        *listings,
    ]
    breaks.sort(key=lambda each: each[:2], reverse=True)
    paused_at = {row[0] // SECOND for row in ordered if row[2] == "PAUSE"}
    for at, place, verb, queue, params in ordered:
        while breaks and breaks[-1][:2] < (at, place):
            _break(state, *breaks.pop(), listed)
        _take(state, at, verb, None if queue in NONE else queue, params, paused_at)
    while breaks and state.open:
        _break(state, *breaks.pop(), listed)
    for (kind, queue), (started_at, word) in state.open.items():
        state.done.append(Interval(alias, kind, queue, started_at, None, word))
    state.done.sort(key=lambda i: (i.started_at, i.kind, i.queue or ""))
    return state.done


def _take(
    state: _Open,
    at: int,
    verb: str,
    queue: str | None,
    params: Sequence[str],
    paused_at: set[int],
) -> None:
    word = params[0] if params else ""
    if verb == "ADDMEMBER" and queue is not None:
        state.start("member", queue, at, verb)
        if word.upper() == "PAUSED":
            state.start("pause", queue, at, "")
    elif verb == "REMOVEMEMBER" and queue is not None:
        state.stop("member", queue, at, verb)
        state.stop("pause", queue, at, verb)
    elif verb == "PAUSE" and queue is not None:
        begun = state.open.get(("pause", queue))
        if begun is not None and begun[1] != word:
            # A new reason is a new stretch of time (KPIs: "a change of reason starts a new one").
            state.stop("pause", queue, at, verb)
        state.start("pause", queue, at, word)
    elif verb == "UNPAUSE" and queue is not None:
        state.stop("pause", queue, at, verb)
    elif verb == "PAUSEALL":
        if at // SECOND not in paused_at:
            begun = state.open.get(("pause", None))
            if begun is not None and begun[1] != word:
                state.stop("pause", None, at, verb)
            state.start("pause", None, at, word)
    elif verb == "UNPAUSEALL":
        state.stop_kind("pause", at, verb)
    elif verb == MEMBER_LISTED and queue is not None:
        state.start("member", queue, at, verb)
    elif verb == STATE_LISTED and queue is not None:
        _take_listed(state, at, queue, word == PAUSED, params[1] if len(params) > 1 else "")
    elif verb in _LOGINS:
        state.start("login", None, at, verb)
    elif verb in _LOGOFFS and not state.stop("login", None, at, verb):
        seconds = params[1] if len(params) > 1 else ""
        if seconds.isascii() and seconds.isdigit() and len(seconds) < 9:
            # Its login stands in a part of the log that we have not seen; the row states how long.
            state.done.append(
                Interval(state.alias, "login", None, at - int(seconds) * SECOND, at, verb, verb)
            )


def _take_listed(state: _Open, at: int, queue: str, paused: bool, reason: str) -> None:
    """A pause that no row began or ended: a restart forgets those of members in its settings."""
    if not paused:
        state.stop("pause", queue, at, LISTED_ALL)
        state.stop("pause", None, at, LISTED_ALL)
        return
    begun = state.open.get(("pause", queue)) or state.open.get(("pause", None))
    if begun is not None and (begun[1] == reason or not reason):
        return  # a reload forgets the reason
    state.stop("pause", queue, at, LISTED_ALL)
    state.start("pause", queue, at, reason)


def _break(
    state: _Open,
    at: int,
    place: int,
    queues: Collection[str] | None,
    listed: Collection[tuple[int, int, str]],
) -> None:
    for kind, queue in list(state.open):
        if queues is None:
            state.stop(kind, queue, at, RESTART)
        elif queue is not None and queue in queues and (at, place, queue) not in listed:
            state.stop(kind, queue, at, LISTED_ALL)
