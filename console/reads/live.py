"""The present board, kept from one look to the next: only what changed is asked again."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.agent_state import Present, present
from console.domain.alarms import AlarmRow
from console.domain.board import Aim, Board, Figures
from console.domain.overrides import OverrideRow
from console.domain.resolution import Resolution
from console.domain.times import SECOND, now_us
from console.reads.agents import conditions
from console.reads.aims import aims
from console.reads.alarms import standing
from console.reads.board import People, assemble, figures, figures_every, joins_of
from console.reads.counted import Counted, Tells, counted, tells
from console.reads.overrides import as_of, overrides
from console.reads.person_joins import roster_version
from console.reads.persons import Joins
from console.reads.waiting import LiveWaiting
from console.settings import Settings
from console.store.engine import revision
from console.store.tables import Agent, Queue

#: Time alone turns a silent agent into an unknown one.
AGENTS_EVERY = 60 * SECOND
#: More queues than this are told in so many parts.
FEW_QUEUES, SLICES = 40, 6


class LiveBoard:
    """One reader's memory of the board. Not for several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.bounds: Mapping[str, Resolution] = {}  # of channels whose exports state none
        self._seen = -1
        self._people = People()
        self._waiting = LiveWaiting()
        self._agents = 0
        self._until: dict[int, int] = {}
        self._figures: dict[int, Figures] = {}
        self._aims: dict[int, Aim] = {}
        self._counted: dict[int, Counted] = {}
        self._joins: Joins = {}
        self._tells = Tells()
        self._overrides: tuple[OverrideRow, ...] = ()
        self._alarms: tuple[AlarmRow, ...] = ()
        self._roster: object = None
        self._joined = self._joined_at = 0
        self._figures_at = 0
        self._figured: list[int] = []  # queues
        self._turn = 0  # which part of them is next
        self._agents_at = 0

    def refresh(self, session: Session, now: int) -> Board:
        """The board at `now`, microseconds UTC."""
        every = figures_every()
        newest = revision(session)
        number = session.scalar(select(func.count()).select_from(Agent)) or 0
        # Fewer agents than before: one has turned out to be another.
        anew = (
            self._seen < 0
            or number < self._agents
            or now - self._agents_at > max(AGENTS_EVERY, 5 * every)
        )
        roster = roster_version(session)
        # Whoever shows at another platform is the same person soon.
        more = number != self._joined and now - self._joined_at >= every
        if anew or more or self._roster != roster:
            self._joins, self._roster = joins_of(session), roster
            self._joined, self._joined_at = number, now
        if anew:
            changed = None
            self._people, self._until, self._agents_at = People(), {}, now
            self._waiting = LiveWaiting()
        else:
            changed = {agent_id for agent_id, until in self._until.items() if until <= now}
            if newest != self._seen:
                changed.update(session.scalars(select(Agent.id).where(Agent.revision > self._seen)))
        self._agents = number
        states: dict[int, Present] = {}
        for agent_id, condition in conditions(
            session, now, self._settings, changed, live=True
        ).items():
            states[agent_id] = present(condition)
            if condition.wrap_up_until is not None:
                self._until[agent_id] = condition.wrap_up_until
            else:
                self._until.pop(agent_id, None)
        self._renew_figures(session, now, every)
        if newest != self._seen:
            self._overrides = overrides(session, max(now, now_us()))
            self._alarms = standing(session)
        self._overrides = as_of(self._overrides, now)
        self._seen = newest
        found = assemble(
            session,
            now,
            self._settings,
            self._people,
            states,
            self._waiting.refresh(session, now, self._settings, newest),
            self._figures,
            self._counted,
            self._joins,
            self._tells,
            self._aims,
            self._overrides,
        )
        return replace(found, alarms=self._alarms)

    def _renew_figures(self, session: Session, now: int, every: int) -> None:
        """Of all queues where there are few; of many some at each look, so that none takes long."""
        passed = now - self._figures_at
        whole = self._seen < 0 or not 0 <= passed < every
        if not whole and (passed < every // SLICES or len(self._figured) <= FEW_QUEUES):
            return
        if whole or not self._turn:
            self._aims = aims(session, self._settings)
            self._counted = counted(session, now)
            self._tells = tells(session, now)
            self._figured = sorted(session.scalars(select(Queue.id)))
        if whole:
            ids, self._turn = self._figured, 0
        else:
            ids = self._figured[self._turn :: SLICES]
            self._turn = (self._turn + 1) % SLICES
        found = figures(session, now, self._settings, self._aims, self.bounds, ids)
        for queue_id in ids:
            self._figures.pop(queue_id, None)
        self._figures.update(found)
        self._figures_at = now


__all__ = ["LiveBoard"]
