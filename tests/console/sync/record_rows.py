"""All rows that follow from files of records, by what names them, to be compared."""

from typing import Any

from sqlalchemy import select

from console.store import tables as t
from console.store.engine import Store

#: What is told of what, and by which column it is known.
_OF: dict[str, Any] = {
    "queue_id": t.Queue,
    "agent_id": t.Agent,
    "contact_id": t.Contact,
    "ticket_id": t.Ticket,
}
_TABLES = (
    t.Queue, t.Agent, t.AgentAlias, t.Contact, t.Leg, t.Promise, t.AgentInterval, t.Ticket,
    t.TicketStep, t.Snapshot, t.Said, t.Rollup, t.Event, t.EventTally,
)  # fmt: skip


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Tables by name, each row with names instead of the numbers that rows got, sorted."""
    with store.read() as session:

        def found(table: type[t.Table]) -> list[dict[str, Any]]:
            return [dict(row) for row in session.execute(select(table.__table__)).mappings()]

        names: dict[str, dict[int | None, Any]] = {}
        sources = {each["id"]: (each["platform"], each["origin"]) for each in found(t.Source)}
        for kind, table in _OF.items():
            named = {each["id"]: (each["ref"], each.get("channel", "")) for each in found(table)}
            names[kind] = {None: None, 0: "all", **named}
        form = {
            table.__tablename__: sorted(
                (_row(each, sources, names) for each in found(table)), key=repr
            )
            for table in _TABLES
        }
        form["source"] = sorted(sources.values())
        return form


def _row(
    each: dict[str, Any], sources: dict[int, Any], names: dict[str, dict[int | None, Any]]
) -> tuple[Any, ...]:
    cells: list[Any] = []
    for column, value in each.items():
        if column == "source_id":
            cells.append(sources[value])
        elif column in names:
            cells.append(names[column].get(value, f"none {value}"))
        elif column not in ("id", "revision"):
            cells.append(value)
    return tuple(cells)


def counts(store: Store) -> dict[str, int]:
    return {name: len(found) for name, found in rows(store).items() if found}
