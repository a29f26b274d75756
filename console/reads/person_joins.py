"""Which agent of which source is which person of the roster, and why we think so.

By hand comes first. Then the ids that the roster states, the nearer statement before the wider:
the source by its name, the platform, any system; the whole id before the local part of an
interface. At last the name that is shown, where only one person and only one agent of the source
have it. Where two persons fit equally well, neither is taken.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.roster import ANY, Join, Person, Roster
from console.reads.roster import customers, files, people, shifts, targets
from console.store.memory import once
from console.store.roster_tables import CLASSES, PersonTie, RosterFile, RosterPerson
from console.store.tables import Agent, AgentAlias, Journal, Source

#: A device and its account: PJSIP/400, SIP/400-0000001f, Local/400@agents/n.
_INTERFACE = re.compile(r"^[A-Za-z][A-Za-z0-9]*/([^/@]+?)(?:-[0-9a-f]{8}(?:;\d)?)?(?:@.*)?$")


@dataclass(frozen=True, slots=True)
class Known:
    """What a source says of an agent: every text by which it names them."""

    agent_id: int
    source_id: int
    source: str
    platform: str
    ref: str
    name: str
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Tie:
    """By hand; `person` None: never to be joined."""

    person: str | None
    reason: str
    at: int


def joins(session: Session, agents: Collection[int] | None = None) -> list[Join]:
    """Every agent of every source, or those with these ids, by source and name, joined or not."""
    ties = {
        (tie.source_id, tie.ref): Tie(tie.person_id, tie.reason, tie.edited_at)
        for tie in session.scalars(select(PersonTie))
    }
    staff = once(session, ("people",), lambda: people(session))
    if agents is not None and not staff and not ties:
        return []
    known = _known(session, agents)
    if agents is None:
        return join(staff, known, ties)
    everybody = session.execute(select(Agent.source_id, Agent.name)).tuples()
    return join(staff, known, ties, Counter((s, name.casefold()) for s, name in everybody))


def person_of(
    session: Session, agents: Collection[int] | None = None
) -> dict[tuple[int, int], Join]:
    """The joined agents, of those with these ids or of all: (source id, agent id) to the join with
    its person."""
    key = None if agents is None else frozenset(agents)
    return once(session, ("person of", key), lambda: _person_of(session, key))


def _person_of(session: Session, agents: Collection[int] | None) -> dict[tuple[int, int], Join]:
    return {
        (found.source_id, found.agent_id): found
        for found in joins(session, agents)
        if found.person is not None
    }


def roster_version(session: Session) -> object:
    """What moves when people or ties by hand do."""
    return (
        session.scalar(select(func.max(RosterPerson.revision))),
        session.scalar(select(func.max(PersonTie.revision))),
        session.scalar(select(func.count()).select_from(PersonTie)),
    )


def roster(session: Session, from_at: int, to_at: int, known: object = None) -> Roster | None:
    """All there is, shifts of that range only; None where nothing moved since `known`."""
    newest = [
        *(
            session.scalar(select(func.max(kind.__table__.c.revision)))
            for kind in (*CLASSES.values(), PersonTie, RosterFile, Agent)
        ),
        # What was added and taken back leaves no row, but a record.
        session.scalar(select(func.max(Journal.id))),
        session.scalar(select(func.count()).select_from(AgentAlias)),
    ]
    version = (from_at, to_at, *newest)
    if version == known:
        return None
    return Roster(
        version,
        tuple(people(session)),
        tuple(shifts(session, from_at, to_at)),
        tuple(customers(session)),
        tuple(targets(session)),
        tuple(joins(session)),
        tuple(files(session)),
    )


def join(
    staff: Iterable[Person],
    agents: Iterable[Known],
    ties: dict[tuple[int, str], Tie],
    namesakes: Counter[tuple[int, str]] | None = None,
) -> list[Join]:
    """The rule itself, on values. `namesakes`: how many agents of a source have a name, where
    `agents` are not all there are."""
    listed, known = list(staff), list(agents)
    by_id: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)  # id: (system, person)
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for person in listed:
        if person.name:
            by_name[person.name.casefold()].add(person.id)
        for system, its_id in person.ids:
            by_id[_same(its_id)].add((system.casefold(), person.id))
    shown = {person.id: person.name or person.id for person in listed}
    if namesakes is None:
        namesakes = Counter((agent.source_id, agent.name.casefold()) for agent in known)
    found: list[Join] = []
    for agent in known:
        tie = max(
            (t for text in agent.texts if (t := ties.get((agent.source_id, text))) is not None),
            key=lambda t: (t.at, t.person or "", t.reason),
            default=None,
        )
        if tie is not None and (tie.person is None or tie.person in shown):
            words = "tied by hand" if tie.person else "kept apart by hand"
            person, reason = tie.person, f"{words}: {tie.reason}" if tie.reason else words
        else:
            person, reason = _by_ids(agent, by_id, shown)
            if person is None and not reason:
                person, reason = _by_name(agent, by_name, namesakes, shown)
            if tie is not None:
                reason = f"tied by hand to {tie.person}, who is not in the roster; {reason}"
        found.append(
            Join(
                agent.agent_id, agent.source_id, agent.source, agent.ref, agent.name, person,
                shown[person] if person is not None else "", reason, tie is not None,
            )
        )  # fmt: skip
    return sorted(found, key=lambda j: (j.source.casefold(), j.agent.casefold(), j.ref))


def _by_ids(
    agent: Known, by_id: dict[str, set[tuple[str, str]]], shown: dict[str, str]
) -> tuple[str | None, str]:
    """The person whose stated id fits best, and why; both empty where none does."""
    systems = {
        agent.source.casefold(): (0, f"for {agent.source}"),
        agent.platform.casefold(): (1, f"for the platform {agent.platform}"),
        ANY: (2, "for any system"),
    }
    systems.pop("", None)
    fits: defaultdict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for text in sorted(agent.texts):
        for system, person in by_id.get(_same(text), ()):
            if system in systems:
                nearness, where = systems[system]
                fits[nearness, 0][person] = f"the roster has “{text}” {where}"
        interface = _INTERFACE.match(text)
        if interface is None:
            continue
        for system, person in by_id.get(_same(interface[1]), ()):
            # A bare number means a telephone only where the site wrote that it is of this system.
            if system in systems and system != ANY:
                nearness, where = systems[system]
                words = f"the roster has “{interface[1]}” {where}, the account of {text}"
                fits[nearness, 1][person] = words
    if not fits:
        return None, ""
    best = fits[min(fits)]
    if len(best) > 1:
        names = " and ".join(sorted(shown[person] for person in best))
        return None, f"the roster gives the same id to {names}"
    return next(iter(best.items()))


def _by_name(
    agent: Known,
    by_name: dict[str, set[str]],
    namesakes: dict[tuple[int, str], int],
    shown: dict[str, str],
) -> tuple[str | None, str]:
    name = agent.name.casefold()
    persons = by_name.get(name, set())
    if not persons:
        return None, "no id or name of the roster fits"
    if len(persons) > 1:
        return None, f"{len(persons)} persons are called {agent.name}"
    if namesakes[agent.source_id, name] > 1:
        return None, f"several agents of {agent.source} are called {agent.name}"
    (person,) = persons
    return person, f"the only one called {agent.name}"


def _same(text: str) -> str:
    """Addresses are the same in any case; of other ids nobody knows."""
    return text.casefold() if "@" in text and "/" not in text else text


def _known(session: Session, agents: Collection[int] | None) -> list[Known]:
    texts: defaultdict[int, set[str]] = defaultdict(set)
    aliases = select(AgentAlias.agent_id, AgentAlias.alias)
    question = select(Agent, Source.name, Source.platform).join(
        Source, Source.id == Agent.source_id
    )
    if agents is not None:
        aliases = aliases.where(AgentAlias.agent_id.in_(agents))
        question = question.where(Agent.id.in_(agents))
    for agent_id, alias in session.execute(aliases):
        texts[agent_id].add(alias)
    return [
        Known(
            agent.id, agent.source_id, source, platform, agent.ref, agent.name,
            frozenset({agent.ref, agent.name, agent.e_mail, *texts[agent.id]} - {""}),
        )
        for agent, source, platform in session.execute(question)
    ]  # fmt: skip


__all__ = ["Known", "Tie", "join", "joins", "person_of", "roster"]
