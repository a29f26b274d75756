"""The board as of any instant."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from console.domain import agent_state, facts
from console.domain.agent_state import Present, present, state_in_queue
from console.domain.board import (
    AgentRow,
    Aim,
    Board,
    ChannelRow,
    Figures,
    QueueRow,
)
from console.domain.messages import DIAL, OFFER
from console.domain.overrides import OverrideRow
from console.domain.parameters import ALL
from console.domain.resolution import UNKNOWN, Resolution, together, told
from console.domain.times import MINUTE, SECOND, pace
from console.reads.accounts import accounts
from console.reads.agents import conditions
from console.reads.aims import SETTINGS, aims
from console.reads.controls import controls, moving, newest
from console.reads.counted import OLDEST, WAITING, Counted, Tells, counted, tells
from console.reads.outcomes import by_hand, outcomes
from console.reads.overrides import overrides
from console.reads.person_joins import person_of
from console.reads.persons import Joins, joined, states_of
from console.reads.sources import SourceRows
from console.reads.switches import switches
from console.reads.waiting import Waiting, waiting
from console.settings import Settings
from console.store import dialect
from console.store.engine import revision
from console.store.tables import (
    Agent,
    AgentInterval,
    Channel,
    Leg,
    Queue,
    Rollup,
    Source,
)

QUARTER = 15 * MINUTE
#: Figures move slowly and cost most: this often is often enough.
FIGURES_EVERY = 2 * SECOND
TREND_QUARTERS = 16
_QUIET = (0,) * TREND_QUARTERS


def board(session: Session, at: int, settings: Settings) -> Board:
    """Everything as of `at`, microseconds UTC, from what is known today."""
    found = conditions(session, at, settings)
    aimed = aims(session, settings)
    return assemble(
        session,
        at,
        settings,
        People(),
        {agent_id: present(now) for agent_id, now in found.items()},
        waiting(session, at, settings),
        figures(session, at, settings, aimed),
        counted(session, at),
        joins_of(session),
        tells(session, at),
        aimed,
        overrides(session, at),
    )


def figures_every() -> int:
    """Of ours, not of a clock that runs ahead: what takes long takes as long in a rehearsal."""
    return round(FIGURES_EVERY * max(1.0, pace()))


def joins_of(session: Session) -> Joins:
    """Agents that are people of the roster, and where else those could be sent."""
    known = person_of(session)
    if not known:
        return {}
    names = {number: name for number, name in session.execute(select(Source.id, Source.name))}
    reach = {
        person: tuple(sorted(names[number] for number, its in found.items() if its.sure))
        for person, found in accounts(session).items()
    }
    return {
        agent_id: replace(join, reach=reach.get(join.person or "", ()))
        for (_source_id, agent_id), join in known.items()
    }


def figures(
    session: Session,
    at: int,
    settings: Settings,
    aimed: Mapping[int, Aim],
    bounds: Mapping[str, Resolution] = {},
    only: Sequence[int] | None = None,
) -> dict[int, Figures]:
    """Figures of each queue, or those named, over the rolling window, by the time of entry into the
    queue.

    `bounds`: what is known of the resolution of a channel whose exports do not state it.
    """
    from_at = at - settings.window_s * SECOND
    in_sl = _in_sl(session, aimed, settings.service_level_s)
    short = settings.short_abandon_s * SECOND
    answered = Leg.connected_at.is_not(None) & (Leg.connected_at <= at)
    ended = Leg.ended_at.is_not(None) & (Leg.ended_at <= at)
    unanswered = ended & ~answered
    abandoned = unanswered & (Leg.outcome == facts.ABANDONED)
    wrapped = Leg.wrapup_us.is_not(None) & (Leg.ended_at + Leg.wrapup_us <= at)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(dialect.as_number(condition)), 0)

    queues = list(session.scalars(select(Queue.id)) if only is None else only)
    rows = session.execute(
        select(
            Leg.queue_id,
            count(Leg.entry_seen | answered),
            count(answered),
            count(answered & (Leg.wait_us <= in_sl)),
            count(abandoned),
            count(abandoned & (Leg.wait_us <= short)),
            count(unanswered & Leg.outcome.in_(facts.FLOW_OUT)),
            count(unanswered & Leg.outcome.in_(facts.REFUSED)),
            func.avg(Leg.wait_us).filter(answered),
            func.sum(Leg.talk_us).filter(answered & ended),
            count(answered & ended & Leg.talk_us.is_not(None)),
            func.coalesce(func.sum(Leg.wrapup_us).filter(wrapped), 0),
            count(wrapped),
        )
        .where(
            Leg.queue_id.in_(dialect.many(session, queues)),
            Leg.entered_at > from_at,
            Leg.entered_at <= at,
        )
        .group_by(Leg.queue_id)
    ).all()
    wrap_ups = {
        queue_id: (int(total), number)
        for queue_id, total, number in session.execute(
            select(
                AgentInterval.queue_id,
                func.sum(AgentInterval.ended_at - AgentInterval.started_at),
                func.count(),
            )
            .join(Leg, (Leg.contact_id == AgentInterval.contact_id)
                  & (Leg.queue_id == AgentInterval.queue_id))
            .where(
                Leg.queue_id.in_(dialect.many(session, queues)),
                AgentInterval.kind == "wrapup", Leg.entered_at > from_at, Leg.entered_at <= at,
                AgentInterval.ended_at <= at,
            )
            .group_by(AgentInterval.queue_id)
        )
    }  # fmt: skip
    found: dict[int, Figures] = {}
    for row in rows:
        total, number = wrap_ups.get(row[0], (0, 0))
        wrap_up = (total + int(row[-2]), number + row[-1])
        within_s = aimed[row[0]].within_s if row[0] in aimed else settings.service_level_s
        found[row[0]] = figures_of(from_at, at, within_s, row[1:-2], wrap_up)
    settled = outcomes(session, from_at, at, queues)
    unsaid = {**bounds, **by_hand(session)}
    for queue_id, channel in session.execute(select(Queue.id, Queue.channel)):
        if (of := found.get(queue_id)) is not None:
            known = told(*settled.get(queue_id, (0, 0)), of.answered)
            if known.kind == UNKNOWN:
                known = unsaid.get(channel) or unsaid.get(ALL) or known
            found[queue_id] = replace(of, resolution=known)
    return found


def _in_sl(session: Session, aimed: Mapping[int, Aim], usual_s: int) -> Any:
    """The longest wait in service level of a leg's queue, microseconds."""
    by_limit: dict[int, list[int]] = {}
    for queue_id, aim in aimed.items():
        if aim.within_s != usual_s:
            by_limit.setdefault(aim.within_s, []).append(queue_id)
    if not by_limit:
        return usual_s * SECOND
    return case(
        *(
            (Leg.queue_id.in_(dialect.many(session, ids)), limit_s * SECOND)
            for limit_s, ids in by_limit.items()
        ),
        else_=usual_s * SECOND,
    )


def figures_of(
    from_at: int,
    to_at: int,
    service_level_s: int,
    sums: Sequence[Any],
    wrap_up: tuple[int, int],
) -> Figures:
    """Figures from sums; a ratio of nothing is None. Definitions: `console.kpis`.

    `sums` are, in order: received, answered, answered in service level, abandoned, short abandoned,
    flow-out, refused, mean of the known waits of the answered (µs), talk (µs), contacts with a
    known talk.
    """
    received, answered, answered_in_sl, abandoned, short_abandoned, flow_out, refused = sums[:7]
    asa_us, talk_us, talks = sums[7:]
    # PostgreSQL sums whole numbers to decimals.
    talk_us = None if talk_us is None else int(talk_us)
    offered = answered + abandoned + flow_out
    talk_s = None if not talks or talk_us is None else talk_us / talks / SECOND
    acw_s = wrap_up[0] / wrap_up[1] / SECOND if wrap_up[1] else None
    aht_s = talk_s
    if talk_s is not None:
        aht_s = talk_s + wrap_up[0] / talks / SECOND
    return Figures(
        from_at,
        to_at,
        service_level_s,
        received,
        offered,
        answered,
        answered_in_sl,
        abandoned,
        short_abandoned,
        flow_out,
        refused,
        100 * answered_in_sl / (answered + abandoned) if answered + abandoned else None,
        100 * abandoned / offered if offered else None,
        None if asa_us is None else float(asa_us) / SECOND,
        aht_s,
        talk_s,
        acw_s,
    )


def total(all_figures: list[Figures], at: int, settings: Settings) -> Figures:
    """One figure for all queues: counts added, means weighted by what they are means of."""

    def mean(value: str, weight: str) -> float | None:
        parts = [(getattr(f, value), getattr(f, weight)) for f in all_figures]
        parts = [(v, w) for v, w in parts if v is not None and w]
        whole = sum(w for _v, w in parts)
        return sum(v * w for v, w in parts) / whole if whole else None

    def add(name: str) -> int:
        return sum(getattr(f, name) for f in all_figures)

    answered, abandoned = add("answered"), add("abandoned")
    offered, in_sl = add("offered"), add("answered_in_sl")
    limits = {f.service_level_s for f in all_figures if f.answered + f.abandoned}
    return Figures(
        at - settings.window_s * SECOND,
        at,
        settings.service_level_s if not limits else limits.pop() if len(limits) == 1 else None,
        add("received"),
        offered,
        answered,
        in_sl,
        abandoned,
        add("short_abandoned"),
        add("flow_out"),
        add("refused"),
        100 * in_sl / (answered + abandoned) if answered + abandoned else None,
        100 * abandoned / offered if offered else None,
        mean("asa_s", "answered"),
        mean("aht_s", "answered"),
        mean("talk_s", "answered"),
        mean("acw_s", "answered"),
        together([(f.resolution, f.answered) for f in all_figures]),
    )


def trends(session: Session, at: int) -> dict[int, tuple[int, ...]]:
    """Contacts received in each of the last quarters of an hour, oldest first."""
    last = at - at % QUARTER
    first = last - (TREND_QUARTERS - 1) * QUARTER
    found: dict[int, list[int]] = {}
    for queue_id, from_at, received in session.execute(
        select(Rollup.queue_id, Rollup.from_at, Rollup.received).where(
            Rollup.from_at >= first, Rollup.from_at <= last
        )
    ):
        row = found.setdefault(queue_id, [0] * TREND_QUARTERS)
        row[(from_at - first) // QUARTER] = received
    return {queue_id: tuple(row) for queue_id, row in found.items()}


class People:
    """Agents' rows and the count of their states in each queue, kept from board to board."""

    def __init__(self) -> None:
        self._rows: dict[int, AgentRow] = {}
        self._present: dict[int, Present] = {}
        self._order: list[int] = []
        self._moving: dict[int, str] = {}
        self.by_queue: dict[int, Counter[str]] = {}
        self.moves: Counter[int] = Counter()  # of each queue: how often its counts have moved
        self.states: Counter[str] = Counter()
        # Each queue's row with what it was made of: most are the same from look to look.
        self.queue_rows: dict[int, tuple[tuple[object, ...], QueueRow]] = {}
        self.sources = SourceRows()

    def rows(self) -> tuple[AgentRow, ...]:
        """By name."""
        return tuple(self._rows[agent_id] for agent_id in self._order)

    def update(
        self,
        session: Session,
        changed: dict[int, Present],
        queues: dict[int, str],
        sources: dict[int, str],
        moving: dict[int, str],
    ) -> None:
        """Take what changed in agents' states, and who is being sent somewhere."""
        moved = {
            agent_id
            for agent_id in {*moving, *self._moving}
            if moving.get(agent_id) != self._moving.get(agent_id)
        }
        self._moving = moving
        present = {agent_id: self._present[agent_id] for agent_id in moved & set(self._present)}
        present.update(changed)
        grown = False
        for agent in session.execute(
            select(Agent.id, Agent.name, Agent.source_id, Agent.revision).where(
                Agent.id.in_(dialect.many(session, list(present)))
            )
        ):
            now = present[agent.id]
            self._count(self._present.get(agent.id), -1)
            self._count(now, 1)
            grown = grown or agent.id not in self._rows
            self._present[agent.id] = now
            # By name: ids only tell which queue was read about first.
            served = sorted((q for q in now.queues if q in queues), key=queues.__getitem__)
            self._rows[agent.id] = AgentRow(
                agent.id,
                agent.name,
                sources.get(agent.source_id, ""),
                now.state,
                now.source_state,
                now.since,
                now.contact,
                None if now.contact_queue is None else queues.get(now.contact_queue),
                tuple(queues[q] for q in served),
                tuple(served),
                tuple(queues[q] for q in served if q in now.paused),
                moving.get(agent.id, ""),
                agent.revision,
                now.contacts,
            )
        if grown:
            self._order = sorted(self._rows, key=lambda id: (self._rows[id].agent, id))

    def _count(self, agent: Present | None, step: int) -> None:
        if agent is None:
            return
        self.states[agent.state] += step
        for queue_id in agent.queues:
            counter = self.by_queue.setdefault(queue_id, Counter())
            counter[state_in_queue(agent, queue_id)] += step
            self.moves[queue_id] += 1


def assemble(
    session: Session,
    at: int,
    settings: Settings,
    people: People,
    changed: dict[int, Present],
    waits: Waiting,
    sums: dict[int, Figures],
    beside: dict[int, Counted],
    joins: Joins,
    told: Tells,
    aimed: Mapping[int, Aim],
    overridden: tuple[OverrideRow, ...],
) -> Board:
    """Rows from their parts; names and controls are looked up here."""
    source_names = {id: name for id, name in session.execute(select(Source.id, Source.name))}
    queues = session.execute(
        select(
            Queue.id, Queue.name, Queue.channel, Queue.source_id, Queue.callback_offer,
            Queue.callback_dial, Queue.callback_off_from, Queue.revision,
        ).order_by(Queue.name, Queue.id)
    ).all()  # fmt: skip
    names = {queue.id: queue.name for queue in queues}
    channels = {row.name: row for row in session.scalars(select(Channel))}
    people.update(session, changed, names, source_names, moving(session))
    agent_rows, overall = people.rows(), people.states
    if joins:
        agent_rows = joined(agent_rows, joins)
        overall = states_of(agent_rows)
    trend = trends(session, at)
    asked = newest(session)
    stands = controls(session, asked)
    there = switches(session, at, asked)
    nothing = total([], at, settings)
    unaimed = Aim(settings.service_level_s, SETTINGS)
    rows: list[QueueRow] = []
    every = figures_every()
    channel_states = {name: channel.state for name, channel in channels.items()}
    for queue in queues:
        queue_id, name, channel, source_id = queue[:4]
        place = (queue_id, source_id, name)
        state = there.state(*place) or channel_states.get(channel, "open")
        figure, aim = sums.get(queue_id), aimed.get(queue_id, unaimed)
        parts = (
            tuple(queue),
            source_names.get(source_id, ""),
            waits.callers.get(queue_id, ()),
            waits.doubtful[queue_id],
            people.moves[queue_id],
            # The window of a figure of nothing moves as often as that of the others.
            figure or at // every,
            beside.get(queue_id),
            trend.get(queue_id, _QUIET),
            stands.get(queue_id, ()),
            (there.on(*place, OFFER), there.on(*place, DIAL), state),
            (source_id in told.waiting, source_id in told.agents),
            aim,
        )
        made = people.queue_rows.get(queue_id)
        if made is None or made[0] != parts:
            figure = figure or replace(nothing, service_level_s=aim.within_s)
            states = people.by_queue.get(queue_id, Counter())
            made = parts, _queue_row(at, queue, states, figure, parts)
            people.queue_rows[queue_id] = made
        rows.append(made[1])
    queues_in, waiting_in = Counter[str](), Counter[str]()
    for row in rows:
        queues_in[row.channel] += 1
        waiting_in[row.channel] += row.waiting
    oldest = [row.oldest_at for row in rows if row.oldest_at is not None]
    return Board(
        at,
        revision(session),
        tuple(rows),
        agent_rows,
        people.sources.rows(session),
        tuple(
            ChannelRow(
                row.name,
                row.state,
                row.critical,
                row.expected_s,
                row.message,
                queues_in[row.name],
                waiting_in[row.name],
                row.reopens_at,
            )
            for row in channels.values()
        ),
        total([row.figures for row in rows], at, settings),
        sum(row.waiting for row in rows),
        min(oldest, default=None),
        tuple((s, overall[s]) for s in agent_state.STATES if overall[s]),
        overridden,
    )


def _queue_row(
    at: int, queue: Any, states: Counter[str], figure: Figures, parts: Sequence[Any]
) -> QueueRow:
    _, source, waiting, doubtful, _, _, counts, trend, stands, there, told, aim = parts
    offer, dial, state = there
    callers, of_queue = tuple(waiting), counts or Counted()
    # A count is shown where nobody is known by name: those who are known are the better count.
    by_count = not callers and WAITING in of_queue.counts
    number = of_queue.counts[WAITING] if by_count else len(callers)
    oldest_at = callers[0].entered_at if callers else None
    if by_count and number and of_queue.counts.get(OLDEST):
        oldest_at = (of_queue.counted_at or at) - of_queue.counts[OLDEST]
    return QueueRow(
        queue.id,
        queue.name,
        queue.channel,
        source,
        number,
        oldest_at,
        callers,
        tuple((s, states[s]) for s in agent_state.STATES if states[s]),
        states[agent_state.AVAILABLE],
        states[agent_state.ON_CONTACT],
        states[agent_state.RINGING],
        states[agent_state.WRAP_UP],
        sum(states[s] for s in agent_state.PAUSES),
        sum(states.values()) - states[agent_state.OFFLINE] - states[agent_state.UNKNOWN],
        doubtful,
        figure,
        trend,
        queue.callback_offer if offer is None else offer,
        queue.callback_dial if dial is None else dial,
        of_queue.promises,
        state,
        stands,
        revision=queue.revision,
        oldest_promise_at=of_queue.oldest_promise_at,
        overdue=None if of_queue.promises is None else of_queue.overdue,
        counts=tuple(sorted(of_queue.counts.items())),
        counted_at=of_queue.counted_at,
        counted_waiting=by_count,
        waits_known=bool(callers) or by_count or told[0],
        agents_known=told[1],
        aim=aim,
        callback_off_from=queue.callback_off_from,
    )


__all__ = ["People", "assemble", "board", "figures", "figures_every", "trends"]
