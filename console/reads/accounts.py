"""At which platforms the roster says that people can be reached, whether they have shown or not."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from console.domain.agent_state import is_interface
from console.domain.crossing import Account, account
from console.reads.roster import people
from console.store.memory import once
from console.store.tables import AgentAlias, Connection, Outbox, Source

_LIKE = "%/%"


def accounts(
    session: Session, persons: Collection[str] | None = None
) -> dict[str, dict[int, Account]]:
    """By person of the roster, all or these, and id of the source."""
    key = None if persons is None else frozenset(persons)
    return once(session, ("accounts", key), lambda: _accounts(session, key))


def _accounts(session: Session, persons: Collection[str] | None) -> dict[str, dict[int, Account]]:
    staff = [
        person
        for person in once(session, ("people",), lambda: people(session))
        if person.ids and (persons is None or person.id in persons)
    ]
    if not staff:
        return {}
    sources = session.execute(select(Source.id, Source.name, Source.platform)).tuples().all()
    bare = any("/" not in its_id for person in staff for _system, its_id in person.ids)
    kinds = _technologies(session) if bare else {}
    found: dict[str, dict[int, Account]] = {}
    for person in staff:
        for source_id, name, platform in sources:
            its = account(person, name, platform, kinds.get(source_id, ()))
            if its is not None:
                found.setdefault(person.id, {})[source_id] = its
    return found


def _technologies(session: Session) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for source_id, alias in session.execute(
        select(AgentAlias.source_id, AgentAlias.alias).where(AgentAlias.alias.like(_LIKE))
    ):
        if is_interface(alias):
            found[source_id].add(alias.split("/")[0])
    return found


def obeyed(session: Session, source_id: int, name: str) -> bool:
    """Whether somebody is known to carry out what a platform is told: it has a connection, or an
    order to it was answered before."""
    connection = session.get(Connection, source_id)
    if connection is not None and connection.enabled:
        return True
    answered = or_(Outbox.state == "refused", Outbox.confirmed_by.like("answer%"))
    about = Outbox.subject.startswith(f"{name}|", autoescape=True)
    return session.scalar(select(Outbox.id).where(about, answered).limit(1)) is not None


__all__ = ["accounts", "obeyed"]
