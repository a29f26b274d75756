"""What a platform's line tells of its members, beside the rows of its log.

Events that were heard are rows of their own until the log shows them. All that was listed at one
instant stays: it is evidence of what no log tells, above all of what is not the case any more.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from console.domain.facts import Contact
from console.domain.times import DAY, SECOND
from console.exports.asterisk_agents import Listing
from console.exports.asterisk_calls import Over
from console.exports.asterisk_events import LEFT, LISTED_ALL, RESTART, STATE_LISTED
from console.store import dialect
from console.store.tables import Agent, Event, Leg
from console.sync.rows import chunks

#: The order of what was heard, behind all rows of the log in its second: this and microseconds.
PLACE = 1_000_000
#: The log's row of what was heard has a stamp as near as this.
NEAR = 2 * SECOND
#: That it has started is heard when it is ready to be spoken to.
STARTING = 60 * SECOND
#: Who came in this shortly before may not be listed yet.
_AT_ONCE = 3 * SECOND
FREE = "free"
#: So much more is looked up than is asked for, as the next question may be about a bit earlier.
_AT_A_TIME = DAY

#: at, verb, alias, line
Logged = tuple[int, str, str, str]


class Listings:
    """For one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: dict[int, int | None] = {}
        self._since: dict[int, tuple[int, list[Listing]]] = {}

    def of(self, source_id: int, since: int) -> list[Listing]:
        """When all members of which queues were listed, from `since` on, in order."""
        last = self.newest(source_id)
        if last is None or last < since - SECOND:
            return []
        known = self._since.get(source_id)
        if known is None or since < known[0]:
            since -= _AT_A_TIME
            self._since[source_id] = (
                since,
                [
                    (at, place, frozenset(line.split("|")[5:]))
                    for at, place, line in self._session.execute(
                        select(Event.at, Event.place, Event.line)
                        .where(
                            Event.source_id == source_id,
                            Event.alias == LISTED_ALL,
                            Event.at >= since,
                        )
                        .order_by(Event.at, Event.place)
                    )
                ],
            )
        return self._since[source_id][1]

    def newest(self, source_id: int) -> int | None:
        """The second in which members were listed last."""
        if source_id not in self._last:
            self._last[source_id] = self._session.scalar(
                select(func.max(Event.at)).where(
                    Event.source_id == source_id, Event.alias == LISTED_ALL
                )
            )
        return self._last[source_id]

    def times(self, source_id: int, since: int) -> list[int]:
        return [_instant(listing) for listing in self.of(source_id, since)]

    def forget(self) -> None:
        """There are others now."""
        self._last.clear()
        self._since.clear()

    def over(
        self, source_id: int, listed: Collection[tuple[int, str]] | None = None
    ) -> Over | None:
        """How to tell whether a stay was over; `listed`: when the contact waited in which queue."""
        if listed is None and self.newest(source_id) is None:
            return None

        def told(queue: str, entered_at: int, last_at: int, agent: str | None) -> int | None:
            there = max((at for at, where in listed or () if where == queue), default=0)
            since = max(there, last_at + SECOND - 1, entered_at + _AT_ONCE)
            for listing in self.of(source_id, entered_at):
                at = _instant(listing)
                if since < at < entered_at + DAY and queue in listing[2]:
                    if agent is None or self._is_through(source_id, agent, listing):
                        return at
            return None

        return told

    def _is_through(self, source_id: int, agent: str, listing: Listing) -> bool:
        """Whether an agent was listed with nothing to do at all, or spoke with others since."""
        lines = self._session.scalars(
            select(Event.line).where(
                Event.source_id == source_id,
                Event.alias == agent,
                Event.at == listing[0],
                Event.place == listing[1],
                Event.verb == STATE_LISTED,
            )
        ).all()
        if lines and all(line.split("|")[7] == FREE for line in lines):
            return True
        others = (
            select(Leg.id)
            .join(Agent, Agent.id == Leg.agent_id)
            .where(
                Agent.source_id == source_id,
                Agent.ref == agent,
                Leg.connected_at > _instant(listing),
            )
        )
        return self._session.scalar(others.limit(1)) is not None

    def take_logged(self, source_id: int, rows: Sequence[Logged]) -> list[tuple[int, str, str]]:
        """Rows of the log have come: what was heard of the same goes. (at, verb, alias) of it."""
        if not rows:
            return []
        first, last = min(row[0] for row in rows), max(row[0] for row in rows)
        found = self._session.execute(
            select(Event.id, Event.at, Event.place, Event.verb, Event.alias, Event.line)
            .where(
                Event.source_id == source_id,
                Event.heard,
                Event.at >= first - STARTING,
                Event.at <= last + STARTING,
            )
            .order_by(Event.at, Event.place)
        ).all()
        heard: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
        for id, at, _place, verb, alias, line in found:
            if not verb.startswith(":") and not self._is_listing(source_id, at):
                heard.setdefault(_what(verb, alias, line), []).append((at, id))
        gone: list[int] = []
        told: list[tuple[int, str, str]] = []
        for at, verb, alias, line in rows if heard else ():
            same = heard.get(_what(verb, alias, line))
            if not same:
                continue
            nearest = min(same, key=lambda each: abs(each[0] - at))
            if abs(nearest[0] - at) <= _near(verb):
                same.remove(nearest)
                gone.append(nearest[1])
                # What a restart ended at that very instant is told anew.
                told.append((nearest[0] - (verb == RESTART), verb, alias))
        for chunk in chunks(gone, 500):
            self._session.execute(delete(Event).where(Event.id.in_(chunk)))
        return told

    def not_logged(self, source_id: int, rows: Iterable[Logged]) -> list[Logged]:
        """Of what was heard, that which no row of the log shows."""
        rows = list(rows)
        if not rows:
            return []
        aliases = list({alias for _at, _verb, alias, _line in rows})
        logged: dict[tuple[str, str, str], list[int]] = {}
        for at, verb, alias, line in self._session.execute(
            select(Event.at, Event.verb, Event.alias, Event.line).where(
                Event.source_id == source_id,
                Event.alias.in_(dialect.many(self._session, aliases)),
                Event.at >= min(row[0] for row in rows) - STARTING,
                Event.at <= max(row[0] for row in rows) + STARTING,
                ~Event.heard,
            )
        ):
            logged.setdefault(_what(verb, alias, line), []).append(at)
        return [
            row
            for row in rows
            if self._is_listing(source_id, row[0])
            or not any(abs(at - row[0]) <= _near(row[1]) for at in logged.get(_what(*row[1:]), ()))
        ]

    def known(
        self, source_id: int, rows: Sequence[tuple[int, int, str, str, str]]
    ) -> set[tuple[int, int, str, str, str]]:
        """Of rows (at, place, verb, alias, line) those that were heard before."""
        if not rows:
            return set()
        e = Event
        return {
            (at, place, verb, alias, line)
            for at, place, verb, alias, line in self._session.execute(
                select(e.at, e.place, e.verb, e.alias, e.line).where(
                    e.source_id == source_id,
                    e.heard,
                    e.at >= min(row[0] for row in rows),
                    e.at <= max(row[0] for row in rows),
                )
            )
        }

    def _is_listing(self, source_id: int, at: int) -> bool:
        """Whether it was listed in that very second: then only what was heard tells the order."""
        second = at // SECOND
        return any(listing[0] // SECOND == second for listing in self.of(source_id, at))


def is_over(contact: Contact) -> bool:
    """Whether rows of its own end all stays of a contact."""
    return all(
        leg.ended_at is not None and leg.ended_by not in (LEFT, LISTED_ALL) for leg in contact.legs
    )


def _instant(listing: Listing) -> int:
    return listing[0] + listing[1] - PLACE


def _near(verb: str) -> int:
    return STARTING if verb == RESTART else NEAR


def _what(verb: str, alias: str, line: str) -> tuple[str, str, str]:
    return verb, alias, line.split("|", 3)[2]


__all__ = ["FREE", "PLACE", "Listings", "is_over"]
