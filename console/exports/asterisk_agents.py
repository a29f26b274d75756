"""The lines about one agent become intervals of membership, pause and login.

PAUSEALL is written beside one PAUSE for each queue: it opens an interval of its own only where no
PAUSE row of that agent stands in the same second. QUEUESTART closes whatever is open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from console.domain.facts import Interval
from console.domain.times import SECOND
from console.exports.asterisk_events import NONE, RESTART

#: at, place within the second, verb, queue, parameters
Row = tuple[int, int, str, str, Sequence[str]]

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


def intervals_of(
    alias: str, rows: Iterable[Row], restarts: Iterable[tuple[int, int]] = ()
) -> list[Interval]:
    """Intervals of one alias from its rows; open ones have no end.

    `restarts` are the times and places of QUEUESTART. Both inputs are sorted by time and place:
    within one second the order of the file decides what a restart closed.
    """
    state = _Open(alias)
    waiting = iter([*restarts])
    restart = next(waiting, None)
    ordered = list(rows)
    paused_at = {row[0] // SECOND for row in ordered if row[2] == "PAUSE"}
    for at, place, verb, queue, params in ordered:
        while restart is not None and restart < (at, place):
            _close_all(state, restart[0])
            restart = next(waiting, None)
        _take(state, at, verb, None if queue in NONE else queue, params, paused_at)
    if restart is not None:
        _close_all(state, restart[0])
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
    elif verb in _LOGINS:
        state.start("login", None, at, verb)
    elif verb in _LOGOFFS and not state.stop("login", None, at, verb):
        seconds = params[1] if len(params) > 1 else ""
        if seconds.isascii() and seconds.isdigit() and len(seconds) < 9:
            # Its login stands in a part of the log that we have not seen; the row states how long.
            state.done.append(
                Interval(state.alias, "login", None, at - int(seconds) * SECOND, at, verb, verb)
            )


def _close_all(state: _Open, at: int) -> None:
    for kind, queue in list(state.open):
        state.stop(kind, queue, at, RESTART)
