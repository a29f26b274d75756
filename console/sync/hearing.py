"""What a platform tells over its line, taken as evidence beside its log.

It is kept apart from the log's lines, and counts for nothing where they show the same: see
`console.exports.asterisk_heard` for calls, `console.sync.listings` for members.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace
from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from console.domain.facts import Contact as Told
from console.domain.links import Heard, Member, Picture
from console.domain.times import DAY, SECOND
from console.exports.asterisk_agents import PAUSED
from console.exports.asterisk_calls import contact_of
from console.exports.asterisk_events import (
    AS_LISTED,
    LISTED_ALL,
    MEMBER_LISTED,
    NAMED,
    STATE_LISTED,
)
from console.exports.asterisk_heard import Fact, facts_of, kept, woven
from console.exports.asterisk_queue_log import LONGEST_LINE
from console.store import dialect
from console.store.engine import Store, next_revision
from console.store.tables import Agent, AgentInterval, Contact, Leg, Source
from console.sync.beside import beside
from console.sync.fold import EVENT_COLUMNS, Fold, key_of, lines_of, of_call
from console.sync.listings import PLACE
from console.sync.place import Paused, check_open
from console.sync.rows import INTERVAL_COLUMNS, chunks

Mask = Callable[[str], str]

_contacts = select(Contact.id, Contact.ref, Contact.evidence, Contact.heard).where(
    Contact.source_id == bindparam("source"), Contact.ref.in_(bindparam("refs", expanding=True))
)

_LINE = re.compile(r"\d{10}\|[^|]*\|[^|]*\|[^|]*\|[A-Za-z][\w.\- ]{0,39}(\||$)")
#: ADDMEMBER with all that is known of the member: interface,penalty,name
_CONFIGURED = re.compile(r"^([A-Za-z][A-Za-z0-9]*/[^,]+),[^,]*(?:,([^,]*))?")


def take(
    store: Store,
    source_id: int,
    heard: Sequence[Heard],
    pictures: Sequence[Picture],
    mask: Mask | None = None,
) -> bool:
    """Merge what was heard and listed, in one transaction; whether anything is told otherwise.

    The same again changes nothing. Callers' numbers go through `mask`; without one they are not
    kept. Nothing is taken of a source that is paused or being emptied.
    """
    lines = [(each.at, line) for each in heard if (line := _checked(each.line, mask))]
    if not lines and not pictures:
        return False
    # As with a log: what a power cut takes is in the log, or in what is listed afterwards.
    with store.fold() as session:
        source = session.get_one(Source, source_id)
        try:
            check_open(session, source)
        except Paused:
            return False
        hearing = Hearing(session, next_revision(session), source_id)
        hearing.take_events([each for each in lines if not of_call(each[1])], pictures)
        hearing.take_calls([each for each in lines if of_call(each[1])], pictures)
        _note_age(source, lines, pictures, hearing.revision)
        hearing.finish()
        return hearing.changed


class Hearing(Fold):
    """The evidence of one source's line."""

    def __init__(self, session: Session, revision: int, source_id: int) -> None:
        super().__init__(session, revision)
        self.changed = False
        self._source = source_id

    # --- members

    def take_events(self, lines: Sequence[tuple[int, str]], pictures: Sequence[Picture]) -> None:
        """Lines about members and the PBX, and members as they were listed."""
        rows: list[tuple[int, int, str, str, str]] = []
        for at, line in lines:
            rows += _rows_of(at, line)
        for picture in pictures:
            rows += _listed(picture)
        if not rows:
            return
        listed = [row for row in rows if row[2].startswith(":")]
        if pictures:
            self._insert(self._unknown(listed))
            self.listings.forget()
            listed = []
        logged = [(row[0], *row[2:]) for row in rows if not row[2].startswith(":")]
        alone = set(self.listings.not_logged(self._source, logged))
        rest = [row for row in rows if (row[0], *row[2:]) in alone]
        self._insert(self._unknown([*listed, *rest]))
        touched = [(at, verb, alias) for at, _place, verb, alias, _line in rows]
        if pictures:
            first = min(picture.at for picture in pictures) // SECOND * SECOND
            touched += [(first, MEMBER_LISTED, alias) for alias in self._open_aliases()]
        self._after_events(self._source, touched)

    def _unknown(
        self, rows: Sequence[tuple[int, int, str, str, str]]
    ) -> list[tuple[int, int, str, str, str]]:
        known = self.listings.known(self._source, rows)
        return [row for row in dict.fromkeys(rows) if row not in known]

    def _insert(self, rows: Sequence[tuple[int, int, str, str, str]]) -> None:
        self.changed = self.changed or bool(rows)
        dialect.bulk_insert(
            self.session,
            "event",
            (*EVENT_COLUMNS, "heard"),
            [(self._source, *row, True) for row in rows],
        )

    def _open_aliases(self) -> Iterable[str]:
        # By agent: what lasts has an index of its own, which begins with it.
        agents = select(Agent.id).where(Agent.source_id == self._source)
        return self.session.scalars(
            select(AgentInterval.alias)
            .where(
                AgentInterval.agent_id.in_(agents),
                AgentInterval.ended_at.is_(None),
                AgentInterval.contact_id.is_(None),
                AgentInterval.kind.in_(("member", "pause")),
            )
            .distinct()
        ).all()

    # --- calls

    def take_calls(self, lines: Sequence[tuple[int, str]], pictures: Sequence[Picture]) -> None:
        """Lines about calls, and who was listed as waiting."""
        facts: dict[str, list[Fact]] = {}
        for at, line in lines:
            facts.setdefault(line.split("|", 2)[1], []).append(Fact(at, line))
        for picture in pictures:
            for one in picture.waiting:
                line = f"{one.entered_at // SECOND}|{one.ref}|{one.queue}|NONE|{AS_LISTED}|"
                facts.setdefault(one.ref, []).append(Fact(picture.at, line))
        new: list[tuple[str, str, Told]] = []
        again: list[tuple[int, str, Told]] = []
        if facts:
            connection = self.session.connection()
            stored = {
                ref: (id, evidence, heard)
                for some in chunks(list(facts), 500)
                for id, ref, evidence, heard in connection.execute(
                    _contacts, {"source": self._source, "refs": some}
                )
            }
            again = [
                told
                for ref, more in facts.items()
                if ref in stored and (told := self._told_more(ref, *stored[ref], more)) is not None
            ]
            fresh = {ref: kept(more) for ref, more in facts.items() if ref not in stored}
            new = self._told_first(fresh)
        self._learn_names(self._source, [contact for *_of_it, contact in (*new, *again)])
        self.insert(self._source, new)
        self.rewrite(self._source, again)
        self._write_heard()
        self.changed = self.changed or bool(new or again)
        if pictures:
            self._tell_open(max(picture.at for picture in pictures))
        else:
            self._tell_hidden(lines)

    def _told_first(self, fresh: dict[str, str]) -> list[tuple[str, str, Told]]:
        """Contacts that nothing was known of."""
        found: list[tuple[str, str, Told]] = []
        fresh = {ref: heard for ref, heard in fresh.items() if woven([], heard).rows}
        if fresh:
            for id, (ref, heard) in enumerate(fresh.items(), self.next_contact_id()):
                self._heard.append({"id": id, "heard": heard})
                found.append((ref, *self._told_again(self._source, id, ref, [], heard)[1:]))
        return found

    def _told_more(
        self, ref: str, contact_id: int, evidence: str, before: str, more: Sequence[Fact]
    ) -> tuple[int, str, Told] | None:
        """A contact of which more was heard; None where that tells nothing new."""
        after = kept([*facts_of(before), *more])
        if after == before:
            return None
        self._heard.append({"id": contact_id, "heard": after})
        lines = lines_of(evidence)
        told = self._told_again(self._source, contact_id, ref, lines, after)
        was = woven(lines, before)
        over = self.listings.over(self._source, was.listed)
        if was.rows:
            told_before = contact_of(was.rows, self.restarts(self._source), ref, over)
            if told[2] == told_before:
                return None
            if _differ_in_rings(told_before, told[2]):
                self._tell_rings(contact_id, told[2])
                return None
        return told

    def _tell_rings(self, contact_id: int, contact: Told) -> None:
        """Who it rings at has changed, and nothing else: that happens most, and is all to write."""
        connection = self.session.connection()
        of_contact = AgentInterval.contact_id == contact_id
        before = connection.execute(select(AgentInterval.agent_id).where(of_contact)).all()
        if before:
            self.leftovers.loosen(Agent, {agent_id for (agent_id,) in before})
            self.touch_agents(agent_id for (agent_id,) in before)
            connection.execute(delete(AgentInterval).where(of_contact))
        rings = beside(contact).others
        rows = self.rows_of_spans(self._source, contact_id, contact.channel, rings)
        dialect.bulk_insert(self.session, "agent_interval", INTERVAL_COLUMNS, rows)
        self.changed = True

    def _tell_open(self, at: int) -> None:
        """Who was not listed as waiting has left, or is spoken with."""
        ids = self.session.scalars(
            select(Leg.contact_id).where(
                Leg.source_id == self._source, Leg.ended_at.is_(None), Leg.entered_at > at - DAY
            )
        ).all()
        self.refold_contacts(self._source, set(ids))

    def _tell_hidden(self, lines: Sequence[tuple[int, str]]) -> None:
        """Who speaks with somebody now is through with those from before the line was gone."""
        listed_at = self.listings.newest(self._source)
        fields = [line.split("|", 5) for _at, line in lines]
        names = {each[3] for each in fields if each[4] == "CONNECT"}
        if not names or listed_at is None:
            return
        agents = [self.agent_id(self._source, name) for name in names]
        ids = self.session.scalars(
            select(Leg.contact_id).where(
                Leg.source_id == self._source,
                Leg.ended_at.is_(None),
                Leg.entered_at > listed_at - DAY,
                Leg.connected_at <= listed_at,
                Leg.agent_id.in_(agents),
            )
        ).all()
        if ids:
            self.refold_contacts(self._source, set(ids))


def _differ_in_rings(before: Told, after: Told) -> bool:
    """Whether two forms of a contact differ in nothing but intervals that are rows of their own."""
    told, now = beside(before), beside(after)
    return (told.ring, told.wrapup) == (now.ring, now.wrapup) and replace(
        before, intervals=()
    ) == replace(after, intervals=())


def _checked(line: str, mask: Mask | None) -> str:
    """A line as it is kept; empty where it is none."""
    line = line.strip("\r\n")
    if len(line) > LONGEST_LINE or "\n" in line or not _LINE.match(line):
        return ""
    fields = line.split("|")
    fields[4] = fields[4].strip().upper()
    if fields[4] == "ENTERQUEUE" and len(fields) > 6:
        fields[6] = mask(fields[6]) if fields[6] and mask is not None else ""
        fields[8:] = ["…"] if len(fields) > 8 and fields[8] else []
    return "|".join(fields)


def _rows_of(at: int, line: str) -> list[tuple[int, int, str, str, str]]:
    """Rows of the event table (at, place, verb, alias, line) of one line that was heard."""
    stamp, ref, queue, alias, rest = line.split("|", 4)
    place = PLACE + at % SECOND
    found = _CONFIGURED.match(alias)
    name = ""
    if found:
        alias, name = found.group(1), found.group(2) or ""
        line = f"{stamp}|{ref}|{queue}|{alias}|{rest}"
    second, verb, alias = key_of(line)
    rows = [(second, place, verb, alias, line)]
    if name and name != alias:
        told = f"{stamp}|NONE|{queue}|{alias}|{NAMED}|{name}"
        rows.append((second, place, NAMED, alias, told))
    return rows


def _listed(picture: Picture) -> list[tuple[int, int, str, str, str]]:
    second = picture.at // SECOND
    place = PLACE + picture.at % SECOND
    rows: list[tuple[int, int, str, str, str]] = []

    def add(verb: str, queue: str, alias: str, *rest: str) -> None:
        line = "|".join((str(second), "NONE", queue, alias, verb, *rest))
        rows.append((second * SECOND, place, verb, alias, line))

    for member in picture.members:
        interface, name = _plain(member.interface), _plain(member.name)
        how = "dynamic" if member.dynamic else "static"
        add(MEMBER_LISTED, member.queue, interface, name if name != interface else "", how)
        add(STATE_LISTED, member.queue, name or interface, *_state_of(member))
    add(LISTED_ALL, "NONE", LISTED_ALL, *sorted({*picture.queues}))
    return rows


def _state_of(member: Member) -> tuple[str, str, str]:
    # Of a reason with a stroke in it the log has no more either.
    reason = _plain(member.reason.split("|")[0])
    return (PAUSED, reason, member.device) if member.paused else ("ready", "", member.device)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.replace("|", "/") if letter.isprintable())[:256]


def _note_age(
    source: Source, lines: Sequence[tuple[int, str]], pictures: Sequence[Picture], revision: int
) -> None:
    newest = max(
        [int(line[:10]) * SECOND for _at, line in lines]
        + [picture.at // SECOND * SECOND for picture in pictures]
    )
    if newest > (source.last_at or 0):
        source.last_at = newest
        source.revision = revision


__all__ = ["take"]
