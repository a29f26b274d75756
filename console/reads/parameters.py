"""The parameters of a forecast, from what is stored: measured, assumed or set by hand.

Estimating takes up to a second, so that it is done anew once in ten minutes of data; what is set by
hand holds at once. Brings numpy when it is first asked.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.channels import CATALOG
from console.domain.parameters import (
    ASSUMED,
    BY_NAME,
    DEFINITIONS,
    MEASURED,
    SET,
    Definition,
    Fresh,
    Measured,
    Parameter,
    Parameters,
    order_of,
)
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.settings import Settings
from console.store.tables import AgentInterval, Channel, ParameterByHand, Source

if TYPE_CHECKING:
    from console.debt.attempts import Attempts, Promises
    from console.reads.attempts import History
    from console.reads.attempts_lent import Lent
    from console.reads.parameters_estimates import Estimates

#: So much of the past is looked at: older weeks are of another centre.
WINDOW = 28 * DAY
#: Estimated anew after so much data, but not before so many seconds have passed: in a rehearsal the
#: data may run.
EVERY = 10 * MINUTE
LEAST_S = 20.0
#: A later instant is told the same meanwhile.
_MEANWHILE = 6 * HOUR
#: So many attempts, the newest, tell all but when needs come: more make little surer.
MOST = 300_000
_KEPT = 6
# Of those who were not helped, where nobody can tell.
_COME_AGAIN = 0.85
VOICE = "voice"
_PROMISES = frozenset(("accepted", "reached", "failed_dial", "calls_in", "gives_up"))
_WRITING = frozenset(("chase", "copy"))
_GIVING_UP = frozenset(("redial", "redial_delay", "patience", "patience_shape"))

#: Where exports of a channel cannot tell: (value, why).
_USUAL: Mapping[tuple[str, str], tuple[float, str]] = {
    ("email", "handling"): (7.0, "exports do not tell how long a reply takes; 7 min is usual"),
    ("social", "handling"): (4.0, "exports do not tell how long a reply takes; 4 min is usual"),
    ("voice", "patience"): (8.0, "too few gave up to tell; usual"),
    ("chat", "patience"): (6.0, "too few gave up to tell; usual"),
    ("messaging", "patience"): (40.0, "too few gave up to tell; usual"),
    ("email", "reconnect_delay"): (11.0, "usual"),
}
_WRITTEN = frozenset(("email", "social"))


def parameters(session: Session, now_us: int, settings: Settings) -> Parameters:
    """All parameters as of `now_us`, from the data up to it. Takes up to some seconds when the data
    have moved by ten minutes: for reader threads only. What the data cannot tell is assumed and
    says so, or is None."""
    engine = session.get_bind()
    with _LOCK:
        book = _BOOKS.get(engine)
        if book is None:
            book = _BOOKS[engine] = _Book()
    return book.told(session, now_us, settings)


@dataclass(frozen=True, slots=True)
class _Told:
    """Estimates as of `at`, from so many attempts since `begins`."""

    at: int
    number: int
    begins: int | None
    estimates: "Estimates"

    def serves(self, number: int, part: int) -> bool:
        """Whether no more than one part of so many has come since."""
        return abs(number - self.number) <= max(50, self.number // part)


class _Book:
    """What was estimated from one database. Any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._history: History | None = None
        self._found: dict[int, _Told] = {}
        self._estimated_s = -LEAST_S  # when, by a clock that only rises
        self._told: tuple[object, Parameters] | None = None

    def told(self, session: Session, now_us: int, settings: Settings) -> Parameters:
        with self._lock:
            told = self._estimates(session, now_us, settings)
            at, begins, estimates = told.at, told.begins, told.estimates
            by_hand = {
                (row.channel, row.name): row for row in session.scalars(select(ParameterByHand))
            }
            newest = session.scalar(select(func.max(ParameterByHand.revision))) or 0
            closed = tuple(session.scalars(select(Channel.name).where(Channel.state != "open")))
            # Where the customers of a closed channel go is told anew as time goes by.
            version = (at, len(by_hand), newest, closed, now_us // EVERY if closed else 0)
            if self._told is None or self._told[0] != version:
                found = _with_closed(session, estimates, closed, now_us)
                self._told = version, _assembled(version, at, begins, found, by_hand)
            return self._told[1]

    def _estimates(self, session: Session, now_us: int, settings: Settings) -> _Told:
        # Data that end long ago are told as of their end.
        newest = session.scalar(select(func.max(Source.last_at)))
        at = now_us if newest is None else min(now_us, newest)
        since, step = at - WINDOW, at // EVERY
        parts, _ = self._history_of(session, now_us, since, settings, promises=False)
        number = sum(int((part.entered_us >= since).sum()) for part in parts)
        if step in self._found and self._found[step].serves(number, 20):
            return self._found[step]
        meanwhile = self._meanwhile(at)
        if meanwhile is not None and meanwhile.serves(number, 2):
            return meanwhile
        parts, promises = self._history_of(session, now_us, since, settings, promises=True)
        assert promises is not None
        firsts = [int(p.entered_us[p.entered_us >= since].min(initial=at)) for p in parts]
        found = _estimated(session, parts, promises, at, since)
        self._found[step] = told = _Told(at, number, min(firsts) if number else None, found)
        while len(self._found) > _KEPT:
            del self._found[next(iter(self._found))]
        self._estimated_s = monotonic()
        from console.store.columns import let_go

        let_go(session)
        return told

    def _meanwhile(self, at: int) -> _Told | None:
        """What was estimated for a moment before it a few seconds ago."""
        if monotonic() - self._estimated_s >= LEAST_S or not self._found:
            return None
        last = next(reversed(self._found.values()))
        return last if last.at <= at < last.at + _MEANWHILE else None

    def _history_of(
        self, session: Session, now_us: int, since: int, settings: Settings, *, promises: bool
    ) -> "Lent":
        """Of who has it already; else read here, and kept up to date."""
        from console.reads.attempts import History
        from console.reads.attempts_lent import lent

        found = lent(session, now_us, since, promises=promises)
        if found is not None:
            self._history = None
            return found
        history = self._history
        if history is None or not 0 <= since - history.since_us < 7 * DAY:
            history = self._history = History(since, settings)
        history.refresh(session)
        return history.parts, history.promises(session) if promises else None


def _estimated(
    session: Session, parts: "tuple[Attempts, ...]", promises: "Promises", at: int, since: int
) -> "Estimates":
    """As of an instant, of what came since then: most of it of the newest only."""
    import numpy as np

    from console.reads.attempts import joined, taken
    from console.reads.parameters_estimates import estimates
    from console.reads.parameters_evidence import Arrivals

    past = at < parts[-1].until_us - EVERY
    upto = at if past else np.iinfo(np.int64).max
    within = [(part.entered_us >= since) & (part.entered_us < upto) for part in parts]
    entered = np.concatenate([p.entered_us[at] for p, at in zip(parts, within, strict=True)])
    first = since
    if len(entered) > MOST:
        first = int(np.partition(entered, len(entered) - MOST)[-MOST])
    del entered
    earlier = [
        Arrivals.of(p, np.flatnonzero(here & (p.entered_us < first)))
        for p, here in zip(parts, within, strict=True)
    ] if first > since else []  # fmt: skip
    newest = [
        p.taken(np.flatnonzero(here & (p.entered_us >= first)))
        for p, here in zip(parts, within, strict=True)
    ]
    known = joined(*newest) if len(newest) > 1 else newest[0]
    del newest, within
    known = _with_wrapup(session, known, first)
    if past:
        known, promises = _as_of(known, at), taken(promises, promises.made_us < at)
    return estimates(known, promises, earlier)


_LOCK = threading.Lock()
_BOOKS: WeakKeyDictionary[Any, _Book] = WeakKeyDictionary()


def _with_wrapup(session: Session, known: "Attempts", since: int) -> "Attempts":
    """With the wrap-up that some platforms write as agents' time instead of with the contact."""
    from dataclasses import replace

    import numpy as np

    from console.store.columns import columns

    length = func.sum(AgentInterval.ended_at - AgentInterval.started_at)
    contact, micros = columns(
        session,
        select(AgentInterval.contact_id, length.label("length"))
        .where(
            AgentInterval.contact_id.is_not(None),
            AgentInterval.kind == "wrapup",
            AgentInterval.ended_at.is_not(None),
            AgentInterval.started_at >= since,
        )
        .group_by(AgentInterval.contact_id),
    )
    if not len(contact) or not len(known):
        return known
    seconds = np.zeros(int(max(known.contact.max(), contact.max())) + 1)
    seconds[contact] = micros / SECOND
    # A ticket's contact may have several attempts: none of these has wrap-up.
    more = seconds[known.contact]
    wrapup = np.where(more > 0, np.nan_to_num(known.wrapup_s) + more, known.wrapup_s)
    return replace(known, wrapup_s=wrapup.astype(np.float32))


def _as_of(known: "Attempts", at: int) -> "Attempts":
    """As they stood at a past instant."""
    from dataclasses import replace

    import numpy as np

    from console.debt import attempts as a

    then = known.taken(known.entered_us < at)
    answered = np.where(then.answered_us < at, then.answered_us, -1)
    ended = np.where(then.ended_us < at, then.ended_us, -1)
    open_now = (then.ended_us >= at) | ((then.ended_us < 0) & (then.answered_us >= at))
    standing = np.where(answered >= 0, a.IN_CONVERSATION, a.WAITING)
    return replace(
        then,
        answered_us=answered,
        ended_us=ended,
        outcome=np.where(open_now, standing, then.outcome).astype(np.int8),
        resolved=np.where(open_now, -1, then.resolved).astype(np.int8),
        until_us=at,
    )


def _with_closed(
    session: Session, found: "Estimates", closed: tuple[str, ...], now_us: int
) -> "Estimates":
    """Where the customers of channels that are closed now went: of the needs that the week lets
    expect, those who came elsewhere beyond what did before."""
    closed = tuple(name for name in closed if name in found.weeks)
    if not closed:
        return found
    from dataclasses import replace

    from console.forecast.estimate import Estimate, share
    from console.reads.displaced import displaced
    from console.reads.parameters_estimates import expected

    more: dict[tuple[str, str], Estimate | str] = {}
    for name in closed:
        went = displaced(session, name, now_us)
        if went is None or went.customers is None:
            continue
        needs = round(expected(found.weeks[name], went.since, went.until))
        for other, after, before in went.came:
            part = share(min(max(after - before, 0), needs), needs, 0.0) if needs >= 20 else None
            if part is not None and other in found.channels and part.value > 0.0:
                hours = (went.until - went.since) / HOUR
                note = f"{after} came since it closed, {before} as long before"
                more[name, f"closed_to.{other}"] = replace(part, span_h=hours, note=note)
    return replace(found, found={**found.found, **more}) if more else found


def _assembled(
    version: object,
    at: int,
    begins: int | None,
    found: "Estimates",
    by_hand: Mapping[tuple[str, str], ParameterByHand],
) -> Parameters:
    order = {each.name: place for place, each in enumerate(CATALOG)}
    channels = tuple(sorted(found.channels, key=lambda name: order.get(name, len(order))))
    rows = [row for channel in channels for row in _rows(channel, channels, found, by_hand)]
    rows.sort(key=order_of)
    fresh = tuple(
        Fresh(
            channel, 168.0 / len(week.rate), *(tuple(map(float, part)) for part in
            (week.rate, week.low, week.high, week.seen_h)),
        )
        for channel in channels
        if (week := found.weeks.get(channel)) is not None
    )  # fmt: skip
    unseen = {word for week in found.weeks.values() for word in week.unseen.split("; ") if word}
    notes = (
        *(_said(row) for row in rows if row.origin == SET),
        *found.notes,
        *(f"{each[0].upper()}{each[1:]}." for each in sorted(unseen)),
    )
    return Parameters(version, at, begins, found.span_h, channels, tuple(rows), fresh, notes)


def _said(row: Parameter) -> str:
    """“Voice, resolved: 62 %, set by Ann: …”, wherever it is used."""
    definition = BY_NAME[row.kind]
    what = f"{definition.title} {row.to}".strip()
    unit = "" if definition.unit in ("", "/h") else " "
    return (
        f"{row.channel.capitalize()}, {what}: {row.value:g}{unit}{definition.unit}, {row.source}."
    )


def _rows(
    channel: str,
    channels: tuple[str, ...],
    found: "Estimates",
    by_hand: Mapping[tuple[str, str], ParameterByHand],
) -> Iterator[Parameter]:
    for definition in DEFINITIONS:
        name = definition.name
        if name in _PROMISES and channel not in found.promised:
            continue
        if name in _WRITING and channel == VOICE:
            continue
        if name in _GIVING_UP and channel in _WRITTEN and not _has(found, channel, "patience"):
            continue
        names = [name]
        if definition.to:
            names = [
                f"{name}.{other}"
                for other in channels
                if other != channel
                and ((channel, f"{name}.{other}") in found.found
                     or (channel, f"{name}.{other}") in by_hand)
            ]  # fmt: skip
        for each in names:
            yield _row(channel, each, definition, found, by_hand.get((channel, each)))


def _has(found: "Estimates", channel: str, name: str) -> bool:
    return not isinstance(found.found.get((channel, name), ""), str)


def _row(
    channel: str,
    name: str,
    definition: Definition,
    found: "Estimates",
    hand: ParameterByHand | None,
) -> Parameter:
    estimate = found.found.get((channel, name))
    measured: Measured | None = None
    cannot = ""
    if estimate is None or isinstance(estimate, str):
        cannot = estimate or ""
    else:
        scale = definition.scale
        measured = Measured(
            estimate.value / scale, estimate.low / scale, estimate.high / scale, estimate.number,
            estimate.span_h, estimate.note,
        )  # fmt: skip
    if hand is not None:
        return Parameter(
            channel, name, hand.value, SET, measured, cannot, hand.reason, hand.set_by, hand.set_at
        )
    if measured is not None:
        # An estimate may lie where nothing can be: at -0.2 % growth nothing grows, at 0 nobody is.
        value = min(max(measured.value, definition.least), definition.most)
        return Parameter(
            channel, name, value, MEASURED, measured, low=measured.low, high=measured.high
        )
    value, why = _assumed(channel, name, definition, found)
    return Parameter(channel, name, value, ASSUMED, None, cannot, why)


def _assumed(
    channel: str, name: str, definition: Definition, found: "Estimates"
) -> tuple[float | None, str]:
    if (channel, name) in _USUAL:
        return _USUAL[channel, name]
    value, why = definition.assumed, definition.why
    most = found.resolution_most.get(channel)
    if name == "resolution" and value is not None and most is not None:
        # Whoever comes again was not helped, and not all who were not come again.
        value = min(value, max(100.0 * (1.0 - (1.0 - most) / _COME_AGAIN), definition.least))
        why = f"no export says what was settled; at most {100.0 * most:.0f} %, as others come again"
    return value, why


__all__ = ["EVERY", "WINDOW", "parameters"]
