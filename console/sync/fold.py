"""Contacts, intervals and sums, told anew from all the evidence for them.

One Fold lives for one transaction. It is given lines that may be new, merges them with what is
stored, and writes what follows from the whole, so the rows are the same whatever came first.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from console.domain import facts
from console.domain.times import SECOND
from console.exports.asterisk_agents import intervals_of
from console.exports.asterisk_calls import contact_of, stamp_us
from console.exports.asterisk_events import (
    AGENT_EVENTS,
    LISTED_ALL,
    MEMBER_LISTED,
    NAMED,
    NONE,
    RESTART,
    STATE_LISTED,
    has_meaning,
)
from console.exports.asterisk_heard import reduced, woven
from console.exports.asterisk_queue_log import CHANNEL
from console.store import dialect
from console.store.tables import (
    RESTARTED,
    Agent,
    AgentAlias,
    AgentInterval,
    Contact,
    Event,
    EventTally,
    Leg,
    Placement,
    Queue,
    Rollup,
)
from console.sync.bulk import Plain, plain_calls
from console.sync.join import AS_LISTED, INFERRED
from console.sync.listings import Listings, is_over
from console.sync.merge import Whole, merge, second
from console.sync.rows import INTERVAL_COLUMNS, QUARTER, Rows, chunks

_INTERFACE = re.compile(r"^[A-Za-z][A-Za-z0-9]*/")
#: ADDMEMBER may hold a member's whole line of configuration: interface,penalty,name,state
_CONFIGURED = re.compile(r"^([A-Za-z][A-Za-z0-9]*/[^,]+),[^,]*(?:,([^,]*))?")

PLAIN_CONTACT_COLUMNS = (
    "id", "source_id", "ref", "channel", "customer", "first_at", "last_at", "evidence", "revision",
)  # fmt: skip
PLAIN_LEG_COLUMNS = (
    "contact_id", "number", "source_id", "queue_id", "agent_id", "entered_at", "entry_seen",
    "connected_at", "ended_at", "outcome", "ended_by", "wait_us", "talk_us", "rings", "revision",
    "ring_us", "wrapup_us",
)  # fmt: skip
_LISTED = (MEMBER_LISTED, STATE_LISTED, NAMED)

EVENT_COLUMNS = ("source_id", "at", "place", "verb", "alias", "line")


#: A call told otherwise than before: its id here and at the source, its lines, what was heard.
Changed = tuple[int, str, list[str], str]


@dataclass(frozen=True, slots=True)
class View:
    """What surrounds the lines of one file: see `console.sync.merge`.

    `before` and `after` are lines of about the same second that are known to stand there: of the
    file itself, read earlier, or of the file that it was cut off from.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    whole: Whole | None = None


class Fold(Rows):
    """The evidence of logs: lines in their order."""

    def __init__(self, session: Session, revision: int) -> None:
        super().__init__(session, revision)
        self._holders: dict[tuple[int, str], int | None] = {}
        self._restarts: dict[int, list[int]] = {}
        self._tallies: dict[int, Counter[str]] = {}
        #: source, queue and alias of lines taken back
        self._doubtful: set[tuple[int, str, str]] = set()
        self.listings = Listings(session)
        #: what was heard of contacts, where less of it has to be kept
        self._heard: list[dict[str, object]] = []

    # --- names

    def _hold(self, source_id: int, aliases: Iterable[str]) -> None:
        """Look up who holds interfaces in stretches that no row of their own ties to a name."""
        asked = [alias for alias in aliases if (source_id, alias) not in self._holders]
        self._holders.update(((source_id, alias), None) for alias in asked)
        asked = [alias for alias in asked if _INTERFACE.match(alias)]
        if asked:
            for alias, agent_id in self.session.execute(
                select(AgentAlias.alias, AgentAlias.agent_id).where(
                    AgentAlias.source_id == source_id,
                    AgentAlias.alias.in_(dialect.many(self.session, asked)),
                    AgentAlias.evidence.in_((INFERRED, AS_LISTED)),
                )
            ):
                self._holders[(source_id, alias)] = agent_id

    def restarts(self, source_id: int) -> list[int]:
        if source_id not in self._restarts:
            self._restarts[source_id] = list(
                self.session.scalars(
                    select(Event.at)
                    .where(Event.source_id == source_id, RESTARTED)
                    .order_by(Event.at)
                )
            )
        return self._restarts[source_id]

    # --- contacts

    def calls(
        self, source_id: int, rows: pl.DataFrame, view: View, plain: Plain | None = None
    ) -> int:
        """Merge lines of calls (the columns of `Batch.rows`); the number that were new.

        `plain`: those of the rows that are plain, where that is known already.
        """
        if not rows.height:
            return 0
        refs = rows["ref"].unique(maintain_order=True).to_list()
        stored = {
            ref: (id, evidence, heard)
            for id, ref, evidence, heard in self.session.connection().execute(
                select(Contact.id, Contact.ref, Contact.evidence, Contact.heard).where(
                    Contact.source_id == source_id,
                    Contact.ref.in_(dialect.many(self.session, refs)),
                )
            )
        }
        accepted = 0
        fresh = rows
        changed: list[Changed] = []
        if stored:
            are_stored = pl.col("ref").is_in(list(stored))
            number, changed = self._merge(source_id, rows.filter(are_stored), stored, view)
            accepted += number
            fresh = rows.filter(~are_stored)
        accepted += fresh.height
        self._tally(source_id, dict(fresh["verb"].value_counts().iter_rows()))
        plain = plain_calls(fresh) if plain is None else plain.without(stored)
        if plain is not None:
            first = int(rows["at"].min())  # type: ignore[arg-type]  # µs
            breaks = [*self.restarts(source_id), *self.listings.times(source_id, first)]
            cut = plain.cut_short(breaks)
            self._insert_plain(source_id, plain.without(cut))
            fresh = plain.rest
            if cut:
                fresh = pl.concat([fresh, rows.filter(pl.col("ref").is_in(cut))])
        new = [self._told(source_id, ref, lines) for ref, lines in _by_ref(fresh)]
        again = [self._told_again(source_id, *each) for each in changed]
        self._learn_names(source_id, [contact for *_of_it, contact in (*new, *again)])
        self.insert(source_id, new)
        self.rewrite(source_id, again)
        self._write_heard()
        return accepted

    def _merge(
        self,
        source_id: int,
        rows: pl.DataFrame,
        stored: dict[str, tuple[int, str, str]],
        view: View,
    ) -> tuple[int, list[Changed]]:
        """How many lines are new, and the calls that changed."""
        around: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
        for side, near in zip(around, (view.before, view.after), strict=True):
            for line in near:
                side.setdefault(line.split("|", 2)[1], []).append(line)
        accepted = 0
        changed: list[Changed] = []
        for ref, lines in _by_ref(rows):
            contact_id, evidence, heard = stored[ref]
            before = lines_of(evidence)
            after = merge(
                before,
                [*around[0].get(ref, ()), *lines, *around[1].get(ref, ())],
                view.whole,
            )
            if after != before:
                accepted += len(after) - len(before)
                self._recount(source_id, before, after)
                changed.append((contact_id, ref, after, heard))
        return accepted, changed

    def _insert_plain(self, source_id: int, plain: Plain) -> None:
        if not plain.contacts.height:
            return
        number = pl.lit(self.revision)
        source = pl.lit(source_id)
        contacts = plain.contacts.with_row_index("id", offset=self.next_contact_id())
        ids = contacts.select("ref", contact_id="id")
        served = pl.concat([plain.legs["queue"], plain.intervals["queue"]]).unique().to_list()
        self._learn_queues(source_id, served)
        queues = {name: self.queue_id(source_id, name, CHANNEL) for name in served}
        names = {
            *plain.legs["agent"].unique().to_list(),
            *plain.intervals["agent"].unique().to_list(),
        }
        names.discard(None)
        self.make_agents(source_id, names)
        agents = {name: self.agent_id(source_id, name) for name in names}
        queue_id = pl.col("queue").replace_strict(queues, return_dtype=pl.Int64)
        agent_id = pl.col("agent").replace_strict(agents, default=None, return_dtype=pl.Int64)
        dialect.bulk_insert(
            self.session,
            "contact",
            PLAIN_CONTACT_COLUMNS,
            contacts.select(
                "id", source, "ref", channel=pl.lit(CHANNEL),
                customer="customer", first_at="first_at", last_at="last_at", evidence="evidence",
                revision=number,
            ).rows(),
        )  # fmt: skip
        legs = plain.legs.join(ids, on="ref", maintain_order="left").with_columns(queue_id=queue_id)
        dialect.bulk_insert(
            self.session,
            "leg",
            PLAIN_LEG_COLUMNS,
            legs.select(
                "contact_id", pl.lit(1).alias("number"), source.alias("source_id"), "queue_id",
                agent_id.alias("agent_id"), "entered_at", pl.lit(True).alias("entry_seen"),
                "connected_at", "ended_at", "outcome", "ended_by", "wait_us", "talk_us", "rings",
                number.alias("revision"), "ring_us", "wrapup_us",
            ).rows(),
        )  # fmt: skip
        for queue, from_at, *sums in _sums_of(legs).iter_rows():
            self.add_sums((queue, from_at), sums)
        spans = plain.intervals.join(ids, on="ref", maintain_order="left")
        dialect.bulk_insert(
            self.session,
            "agent_interval",
            INTERVAL_COLUMNS,
            spans.select(
                source.alias("source_id"), agent_id.alias("agent_id"),
                pl.col("agent").alias("alias"),
                "kind", queue_id.alias("queue_id"), "contact_id",
                "started_at", "ended_at", pl.col("word").alias("source_state"),
                pl.col("word").alias("ended_by"), number.alias("revision"),
            ).rows(),
        )  # fmt: skip

    def _told(
        self, source_id: int, ref: str, lines: Sequence[str]
    ) -> tuple[str, str, facts.Contact]:
        """A call as its lines tell it: its id, the lines as they are kept, the contact."""
        rows = woven(lines, "").rows
        over = self.listings.over(source_id)
        return ref, "\n".join(lines), contact_of(rows, self.restarts(source_id), ref, over)

    def _told_again(
        self, source_id: int, contact_id: int, ref: str, lines: Sequence[str], heard: str
    ) -> tuple[int, str, facts.Contact]:
        """A call as its lines and what was heard of it tell it."""
        if not heard:
            return contact_id, *self._told(source_id, ref, lines)[1:]
        told = woven(lines, heard)
        over = self.listings.over(source_id, told.listed)
        contact = contact_of(told.rows, self.restarts(source_id), ref, over)
        if told.is_logged and is_over(contact) and (less := reduced(heard)) != heard:
            self._heard.append({"id": contact_id, "heard": less})
        return contact_id, "\n".join(lines), contact

    def _write_heard(self) -> None:
        if self._heard:
            self.session.execute(update(Contact), self._heard)
            self._heard.clear()

    def _learn_names(self, source_id: int, contacts: Iterable[facts.Contact]) -> None:
        """Look up, or make, at once whom and what these contacts name."""
        parts = [part for contact in contacts for part in (*contact.legs, *contact.intervals)]
        if parts:
            self.make_agents(source_id, {part.agent for part in parts if part.agent})
            self._learn_queues(source_id, {part.queue for part in parts if part.queue})

    def _learn_queues(self, source_id: int, names: Iterable[str]) -> None:
        self.learn(source_id, (), [q for q in names if (source_id, q, CHANNEL) not in self._queues])

    def _retell(self, source_id: int, changed: Sequence[Changed]) -> None:
        self.rewrite(source_id, [self._told_again(source_id, *each) for each in changed])
        self._write_heard()

    def refold_contacts(self, source_id: int, ids: Iterable[int]) -> None:
        """Tell contacts anew, their evidence unchanged (a restart became known)."""
        many = dialect.many(self.session, list(ids))
        self._retell(
            source_id,
            [
                (id, ref, lines_of(evidence), heard)
                for id, ref, evidence, heard in self.session.execute(
                    select(Contact.id, Contact.ref, Contact.evidence, Contact.heard).where(
                        Contact.id.in_(many)
                    )
                )
            ],
        )

    def withdraw(self, source_id: int, line: str) -> None:
        """Take back a line that was counted as it stood at a file's cut end."""
        _stamp, ref, queue, alias, _rest = line.split("|", 4)
        self._doubtful.add((source_id, queue, alias))
        found = self.session.execute(
            select(Contact.id, Contact.evidence, Contact.heard).where(
                Contact.source_id == source_id, Contact.ref == ref
            )
        ).first()
        if found is not None and line in (lines := lines_of(found.evidence)):
            # The last one: the cut end is the newest.
            del lines[len(lines) - 1 - lines[::-1].index(line)]
            self._recount(source_id, [line], [])
            if woven(lines, found.heard).rows:
                self._retell(source_id, [(found.id, ref, lines, found.heard)])
            else:
                self.drop(found.id)
            return
        event = self.session.scalars(
            select(Event)
            .where(
                Event.source_id == source_id,
                Event.at == stamp_us(line.split("|", 1)[0]),
                Event.line == line,
                ~Event.heard,
            )
            .order_by(Event.place.desc())
        ).first()
        if event is not None:
            self.session.delete(event)
            self.session.flush()
            self._recount(source_id, [line], [])
            self._after_events(source_id, [(event.at, event.verb, event.alias)])

    # --- events that belong to no contact

    def events(self, source_id: int, shown: pl.DataFrame, view: View) -> int:
        """Merge lines about agents and the PBX itself (the columns of `Batch.rows`).

        Returns the number that were new.
        """
        if not shown.height:
            return 0
        seconds = shown["at"] // SECOND
        around = [[n for n in near if not of_call(n)] for near in (view.before, view.after)]
        near = {second(line) for side in around for line in side}
        span = [int(seconds.min()), int(seconds.max()), *near]  # type: ignore[arg-type]  # not empty
        stored: dict[int, list[str]] = {}
        for at, line in self.session.connection().execute(
            select(Event.at, Event.line)
            .where(
                Event.source_id == source_id,
                Event.at >= min(span) * SECOND,
                Event.at < (max(span) + 1) * SECOND,
                ~Event.heard,
            )
            .order_by(Event.at, Event.place)
        ):
            stored.setdefault(at // SECOND, []).append(line)
        apart = seconds.is_in([*stored, *near])
        fresh = _events(source_id, shown.filter(~apart))
        rows: list[tuple[Any, ...]] = fresh.rows()
        accepted = len(rows)
        self._tally(source_id, dict(fresh["verb"].value_counts().iter_rows()))
        by_second: dict[int, list[str]] = {}
        for line in [*around[0], *shown.filter(apart)["line"].to_list(), *around[1]]:
            by_second.setdefault(second(line), []).append(line)
        for number, lines in by_second.items():
            before = stored.get(number, [])
            after = lines
            if before:
                after = merge(before, lines, view.whole)
                if after == before:
                    continue
                self.session.execute(
                    delete(Event).where(
                        Event.source_id == source_id,
                        Event.at >= number * SECOND,
                        Event.at < (number + 1) * SECOND,
                        ~Event.heard,
                    )
                )
            accepted += len(after) - len(before)
            self._recount(source_id, before, after)
            for place, line in enumerate(after):
                at, verb, alias = key_of(line)
                rows.append((source_id, at, place, verb, alias, line))
        dialect.bulk_insert(self.session, "event", EVENT_COLUMNS, rows)
        logged = [(row[1], row[3], row[4], row[5]) for row in rows]
        replaced = self.listings.take_logged(source_id, logged)
        self._after_events(source_id, [*replaced, *(each[:3] for each in logged)])
        return accepted

    def _after_events(self, source_id: int, touched: Sequence[tuple[int, str, str]]) -> None:
        aliases: dict[str, int] = {}
        restarted: list[int] = []
        joined: set[int] = set()
        for at, verb, alias in touched:
            if verb == RESTART:
                restarted.append(at)
            elif alias and (verb in AGENT_EVENTS or verb in _LISTED):
                aliases[alias] = min(at, aliases.get(alias, at))
                if verb in ("PAUSE", "UNPAUSE"):
                    joined.add(at // SECOND)
        if restarted:
            self._restarts.pop(source_id, None)
            self._after_restart(source_id, min(restarted), max(restarted), aliases)
        self._interfaces_beside(source_id, joined, aliases)
        self._refold_agents(source_id, aliases)

    def _after_restart(
        self, source_id: int, at: int, last_at: int, aliases: dict[str, int]
    ) -> None:
        """What restarts that have just become known may have ended, from `at` to `last_at`."""
        open_or_later = or_(
            Leg.ended_at.is_(None), (Leg.outcome == facts.RESTART) & (Leg.ended_at > at),
            Leg.ended_by.in_((RESTART, LISTED_ALL)) & (Leg.ended_at > at),
        )  # fmt: skip
        self.refold_contacts(
            source_id,
            set(
                self.session.scalars(
                    select(Leg.contact_id).where(Leg.source_id == source_id, open_or_later)
                )
            ),
        )
        for alias in self.session.scalars(
            select(AgentInterval.alias)
            .where(
                AgentInterval.source_id == source_id,
                AgentInterval.kind.in_(("member", "pause", "login")),
                AgentInterval.started_at <= last_at,
                or_(AgentInterval.ended_at.is_(None), AgentInterval.ended_at >= at),
            )
            .distinct()
        ):
            aliases[alias] = min(at, aliases.get(alias, at))

    def _interfaces_beside(
        self, source_id: int, seconds: set[int], aliases: dict[str, int]
    ) -> None:
        """Interfaces added in the same second as a member name was (un)paused: one agent."""
        for chunk in chunks(sorted(seconds), 500):
            for at, alias in self.session.execute(
                select(Event.at, Event.alias).where(
                    Event.source_id == source_id,
                    Event.at.in_([number * SECOND for number in chunk]),
                    Event.verb.in_(("ADDMEMBER", "PAUSEALL")),
                )
            ):
                if _INTERFACE.match(alias):
                    aliases[alias] = min(at, aliases.get(alias, at))

    # --- intervals of agents

    def _refold_agents(self, source_id: int, aliases: dict[str, int]) -> None:
        """Replace the intervals of aliases, each from its time on, by what their rows say today."""
        if not aliases:
            return
        cutoffs, affected = self.cutoffs(source_id, aliases)
        rows: dict[str, list[tuple[int, int, str, str]]] = {alias: [] for alias in aliases}
        for alias, at, place, verb, line in self.session.connection().execute(
            select(Event.alias, Event.at, Event.place, Event.verb, Event.line)
            .where(
                Event.source_id == source_id,
                Event.alias.in_(dialect.many(self.session, list(aliases))),
                Event.at >= min(cutoffs.values()),
            )
            .order_by(Event.at, Event.place)
        ):
            if at >= cutoffs[alias]:
                rows[alias].append((at, place, verb, line))
        before: set[int] = set()
        for chunk in chunks(affected, 500):
            before.update(
                self.session.scalars(
                    select(AgentInterval.agent_id).where(AgentInterval.id.in_(chunk)).distinct()
                )
            )
            self.session.execute(delete(AgentInterval).where(AgentInterval.id.in_(chunk)))
        new: list[tuple[object, ...]] = []
        adopted: list[tuple[str, dict[tuple[int, str], str]]] = []
        restarts = [
            (at, place)
            for at, place in self.session.execute(
                select(Event.at, Event.place)
                .where(Event.source_id == source_id, RESTARTED)
                .order_by(Event.at, Event.place)
            )
        ]
        listings = self.listings.of(source_id, min(cutoffs.values()))
        beside = self._names_beside(
            source_id, {alias: found for alias, found in rows.items() if _INTERFACE.match(alias)}
        )
        told: list[tuple[str, str, facts.Interval]] = []
        for alias, of_alias in rows.items():
            names = beside.get(alias, {})
            if names:
                # PAUSEALL of an interface beside PAUSE rows of the name: the name's rows hold it.
                of_alias = [
                    row
                    for row in of_alias
                    if not (row[2] == "PAUSEALL" and (row[0] // SECOND, "") in names)
                ]
                adopted.append((alias, names))
            spans = intervals_of(
                alias,
                [
                    (at, place, verb, fields[2], fields[5:])
                    for at, place, verb, line in of_alias
                    if (fields := line.split("|"))
                ],
                [restart for restart in restarts if restart[0] >= cutoffs[alias]],
                [each for each in listings if each[0] >= cutoffs[alias]],
            )
            for span in spans:
                owner = ""
                if names and span.kind in ("member", "pause"):
                    added = names.get((span.started_at // SECOND, span.queue or ""), "")
                    # When many are moved at once, the row beside may be about somebody else.
                    owner = _listed_meanwhile(names, span) or added
                    owner = owner or names.get((-1, ""), "") or _listed_last(names)
                told.append((alias, owner, span))
        self._hold(source_id, {alias for alias, owner, _span in told if not owner})
        self.make_agents(
            source_id,
            {
                owner or alias
                for alias, owner, _span in told
                if owner or self._holders[(source_id, alias)] is None
            },
        )
        for alias, owner, span in told:
            tied = None if owner else self._holders[(source_id, alias)]
            if tied is None:
                tied = self.agent_id(source_id, owner or alias)
            self._agents_touched.add(tied)
            new.append(
                (source_id, tied, alias, span.kind,
                 None if span.queue is None else self.queue_id(source_id, span.queue, CHANNEL),
                 None, span.started_at, span.ended_at, span.source_state, span.ended_by,
                 self.revision)
            )  # fmt: skip
        dialect.bulk_insert(self.session, "agent_interval", INTERVAL_COLUMNS, new)
        self._agents_touched |= before
        if adopted:
            self._adopt(source_id, adopted)
        for agent_id in before.difference(row[1] for row in new):
            self.drop_unused(agent_id)

    def _names_beside(
        self, source_id: int, rows: dict[str, list[tuple[int, int, str, str]]]
    ) -> dict[str, dict[tuple[int, str], str]]:
        """Member names for interfaces: of each, (second, queue) of an ADDMEMBER to a name.

        Evidence: the name's PAUSE or UNPAUSE of the same queue in the same second (login scripts
        add a member and unpause it), PAUSEALL of the interface beside the name's PAUSE rows
        (Asterisk 1.2 to 12; queue ""), or the name inside ADDMEMBER's own text ((-1, "")).
        """
        found: dict[str, dict[tuple[int, str], str]] = {alias: {} for alias in rows}
        asking: dict[int, list[tuple[str, str, int]]] = {}
        for alias, of_alias in rows.items():
            for at, place, verb, line in of_alias:
                configured = _CONFIGURED.match(line.split("|", 4)[3])
                if configured and configured.group(2):
                    found[alias][(-1, "")] = configured.group(2)
                if verb in (MEMBER_LISTED, NAMED) and (name := line.split("|")[5]):
                    found[alias][(at // SECOND, NAMED)] = name
                if verb in ("ADDMEMBER", "PAUSEALL"):
                    asking.setdefault(at, []).append((alias, verb, place))
        if not asking:
            return found
        # Of several names in one second the one whose row comes next after the interface's.
        nearest: dict[tuple[str, int, str], tuple[bool, int]] = {}
        for at, place, name, line in self.session.execute(
            select(Event.at, Event.place, Event.alias, Event.line)
            .where(
                Event.source_id == source_id,
                Event.at.in_(dialect.many(self.session, list(asking))),
                Event.verb.in_(("PAUSE", "UNPAUSE")),
            )
            .order_by(Event.at, Event.place)
        ):
            if _INTERFACE.match(name):
                continue
            queue = line.split("|", 3)[2]
            for alias, verb, asked in asking[at]:
                distance = (place < asked, abs(place - asked))
                for key in (queue, "") if verb == "PAUSEALL" else (queue,):
                    if distance < nearest.get((alias, at, key), (True, 1 << 31)):
                        nearest[(alias, at, key)] = distance
                        found[alias][(at // SECOND, key)] = name
        return found

    def _adopt(
        self, source_id: int, named: Sequence[tuple[str, dict[tuple[int, str], str]]]
    ) -> None:
        """Remember whose interfaces these are (the newest holder); drop stand-ins of their own."""
        many = dialect.many(self.session, [alias for alias, _names in named])
        ties = {
            alias: agent_id
            for alias, agent_id in self.session.execute(
                select(AgentAlias.alias, AgentAlias.agent_id).where(
                    AgentAlias.source_id == source_id, AgentAlias.alias.in_(many)
                )
            )
        }
        stand_ins = {
            name: id
            for name, id in self.session.execute(
                select(Agent.ref, Agent.id).where(Agent.source_id == source_id, Agent.ref.in_(many))
            )
        }
        words = "added and unpaused in the same second"
        holders = {alias: names.get((-1, "")) or names[_newest(names)] for alias, names in named}
        listed = {alias for alias, names in named if _newest(names)[1] == NAMED}
        self.make_agents(source_id, holders.values())
        dialect.upsert(
            self.session,
            "agent_alias",
            ("source_id", "alias"),
            ("agent_id", "evidence"),
            [
                (source_id, alias, agent_id, AS_LISTED if alias in listed else words)
                for alias, name in holders.items()
                if (agent_id := self.agent_id(source_id, name)) != ties.get(alias)
                or alias in listed
            ],
        )
        for alias in holders:
            if alias in stand_ins:
                if alias in listed:
                    self._give(source_id, alias, stand_ins[alias], holders[alias])
                self.drop_unused(stand_ins[alias])

    def _give(self, source_id: int, alias: str, stand_in: int, name: str) -> None:
        """What was told of an interface before anybody knew whose it is."""
        self._holders.pop((source_id, alias), None)
        self.session.execute(
            update(AgentInterval)
            .where(
                AgentInterval.agent_id == stand_in,
                AgentInterval.alias == alias,
                AgentInterval.contact_id.is_(None),
            )
            .values(agent_id=self.agent_id(source_id, name), revision=self.revision)
        )

    def _drop_stand_in(self, source_id: int, alias: str) -> None:
        """Forget the agent of this name if nothing is its own."""
        agent_id = self.session.scalar(
            select(Agent.id).where(Agent.source_id == source_id, Agent.ref == alias)
        )
        if agent_id is not None:
            self.drop_unused(agent_id)

    def _drop_doubtful(self) -> None:
        """Names that only lines taken back had: a line put together from two that are none."""
        for source_id, name, alias in self._doubtful:
            self._drop_stand_in(source_id, alias)
            queue = self.session.scalar(
                select(Queue).where(Queue.source_id == source_id, Queue.ref == name)
            )
            if queue is None or any(
                self.session.scalar(select(1).where(table.queue_id == queue.id).limit(1))
                for table in (Leg, AgentInterval, Placement)
            ):
                continue
            self.session.execute(delete(Rollup).where(Rollup.queue_id == queue.id))
            self.session.delete(queue)
            self.session.flush()
            self._queues.pop((source_id, name, CHANNEL), None)
        self._doubtful.clear()

    # --- sums

    def finish(self) -> None:
        self._write_tallies()
        super().finish()
        self._drop_doubtful()

    def _recount(self, source_id: int, before: Sequence[str], after: Sequence[str]) -> None:
        counts = Counter(key_of(line)[1] for line in after)
        counts.subtract(key_of(line)[1] for line in before)
        self._tally(source_id, counts)

    def _tally(self, source_id: int, counts: Mapping[str, int]) -> None:
        tally = self._tallies.setdefault(source_id, Counter())
        for verb, number in counts.items():
            tally[verb] += number

    def _write_tallies(self) -> None:
        for source_id, counts in self._tallies.items():
            counts = {verb: number for verb, number in counts.items() if number}
            have = {
                verb: lines
                for verb, lines in self.session.execute(
                    select(EventTally.verb, EventTally.lines).where(
                        EventTally.source_id == source_id, EventTally.verb.in_(list(counts))
                    )
                )
            }
            dialect.upsert(
                self.session,
                "event_tally",
                ("source_id", "verb"),
                ("lines", "meaning"),
                [
                    (source_id, verb, have.get(verb, 0) + number, has_meaning(verb))
                    for verb, number in counts.items()
                ],
            )
            if any(number < 0 for number in counts.values()):
                self.session.execute(
                    delete(EventTally).where(
                        EventTally.source_id == source_id, EventTally.lines <= 0
                    )
                )
        self._tallies.clear()


def _sums_of(legs: pl.DataFrame) -> pl.DataFrame:
    """SUMS of plain legs for each queue and quarter of an hour."""
    answered = pl.col("outcome") == facts.ANSWERED
    return legs.group_by(
        "queue_id", from_at=pl.col("entered_at") - pl.col("entered_at") % QUARTER
    ).agg(
        received=pl.len(),
        answered=answered.sum(),
        abandoned=(pl.col("outcome") == facts.ABANDONED).sum(),
        flow_out=pl.col("outcome").is_in(facts.FLOW_OUT).sum(),
        refused=pl.lit(0),
        wait_us=pl.col("wait_us").filter(answered).sum(),
        talk_us=pl.col("talk_us").filter(answered).sum(),
    )


def _listed_meanwhile(names: Mapping[tuple[int, str], str], span: facts.Interval) -> str:
    """Who was listed at an interface during this stretch."""
    last = span.ended_at
    for at, name in _listed(names):
        if at >= span.started_at // SECOND and (last is None or at <= last // SECOND):
            return name
    return ""


def _listed_last(names: Mapping[tuple[int, str], str]) -> str:
    listed = _listed(names)
    return listed[-1][1] if listed else ""


def _listed(names: Mapping[tuple[int, str], str]) -> list[tuple[int, str]]:
    return sorted((at, name) for (at, kind), name in names.items() if kind == NAMED)


def _newest(names: Mapping[tuple[int, str], str]) -> tuple[int, str]:
    """The evidence of a name that counts: the newest; of one second, what was listed."""
    return max(names, key=lambda each: (each[0], each[1] == NAMED, each[1]))


def lines_of(evidence: str) -> list[str]:
    return evidence.split("\n") if evidence else []


def _by_ref(rows: pl.DataFrame) -> list[tuple[str, list[str]]]:
    """Lines of each call, calls in the order of their first line."""
    return list(rows.group_by("ref", maintain_order=True).agg("line").iter_rows())


def _events(source_id: int, rows: pl.DataFrame) -> pl.DataFrame:
    """Lines as rows of the event table: what `key_of` says, in columns."""
    alias = pl.col("alias")
    return rows.select(
        pl.lit(source_id).alias("source_id"),
        "at",
        pl.int_range(pl.len()).over(pl.col("at") // SECOND).alias("place"),
        pl.col("verb").str.slice(0, 40),
        pl.when(alias.is_in(list(NONE)))
        .then(pl.lit(""))
        .otherwise(pl.coalesce(alias.str.extract(_CONFIGURED.pattern), alias))
        .alias("alias"),
        "line",
    )


def of_call(line: str) -> bool:
    fields = line.split("|", 5)
    return fields[1] not in ("NONE", "MANAGER", "CLI", "REALTIME", "") and (
        fields[4].strip().upper() not in AGENT_EVENTS
        and fields[4] not in ("QUEUESTART", "CONFIGRELOAD")
    )


def key_of(line: str) -> tuple[int, str, str]:
    """(at, verb, alias as one spelling) of a line of the event table."""
    fields = line.split("|", 5)
    alias = "" if fields[3] in NONE else fields[3]
    configured = _CONFIGURED.match(alias)
    if configured:
        alias = configured.group(1)
    return stamp_us(fields[0]), fields[4].strip().upper()[:40], alias


__all__ = ["Fold", "View", "key_of", "lines_of", "of_call"]
