"""A small floor to act on: one platform, four queues, five agents, a few contacts."""

from pathlib import Path

from sqlalchemy.orm import Session

from console.connectors.connector import Place
from console.domain.times import MINUTE, SECOND, now_us
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Contact,
    Leg,
    Queue,
    Source,
    Table,
    Undoable,
)

SUPPORT, SALES, BILLING, WEB = 1, 2, 3, 4
ANN, BOB, CEM, DIA, EVE = 1, 2, 3, 4, 5


def make_floor(folder: Path) -> Store:
    """Ann was added to support; Bob to support and sales, and is on a contact. Cem is in the
    platform's configuration for sales, Dia was taken out of support, of Eve nothing is known.
    Two wait in support, one in sales."""
    store = Store(f"sqlite:///{folder / 'coalface.db'}")
    migrate(store)
    now = now_us() // SECOND * SECOND
    with store.write() as session:
        session.add(
            Source(id=1, name="pbx", format="asterisk_queue_log", folder="/", zone="", last_at=now)
        )
        session.flush()
        for number, (name, channel) in enumerate(
            [("support", "voice"), ("sales", "voice"), ("billing", "voice"), ("web", "chat")], 1
        ):
            session.add(Queue(id=number, source_id=1, name=name, channel=channel))
        for number, name in enumerate(["Ann", "Bob", "Cem", "Dia", "Eve"], 1):
            session.add(Agent(id=number, source_id=1, name=name))
        session.flush()
        for number, name in enumerate(["Ann", "Bob", "Cem", "Dia"], 1):
            for alias in (name, f"PJSIP/10{number}"):
                session.add(AgentAlias(source_id=1, alias=alias, agent_id=number, evidence="test"))
        for agent_id, queue_id, ended_at in (
            (ANN, SUPPORT, None),
            (BOB, SUPPORT, None),
            (BOB, SALES, None),
            (DIA, SUPPORT, now - 5 * MINUTE),
        ):
            session.add(
                AgentInterval(
                    source_id=1,
                    agent_id=agent_id,
                    alias=f"PJSIP/10{agent_id}",
                    kind="member",
                    queue_id=queue_id,
                    started_at=now - 60 * MINUTE,
                    ended_at=ended_at,
                    source_state="ADDMEMBER",
                    ended_by="REMOVEMEMBER" if ended_at else "",
                    revision=1,
                )
            )
        add_contact(session, 1, SALES, now - 30 * MINUTE, agent_id=CEM, talked=5 * MINUTE)
        add_contact(session, 2, SUPPORT, now - 4 * MINUTE, agent_id=BOB)
        add_contact(session, 3, SUPPORT, now - 3 * MINUTE)
        add_contact(session, 4, SUPPORT, now - 2 * MINUTE)
        add_contact(session, 5, SALES, now - 1 * MINUTE)
    return store


def add_contact(
    session: Session,
    number: int,
    queue_id: int,
    at: int,
    agent_id: int | None = None,
    talked: int | None = None,
) -> None:
    session.add(
        Contact(
            id=number, source_id=1, ref=f"1700.{number}", channel="voice",
            first_at=at, last_at=at, evidence="", revision=1,
        )
    )  # fmt: skip
    session.flush()
    answered = agent_id is not None
    session.add(
        Leg(
            contact_id=number, number=1, source_id=1, queue_id=queue_id, agent_id=agent_id,
            entered_at=at, entry_seen=True, connected_at=at + SECOND if answered else None,
            ended_at=at + talked if talked else None, ended_by="agent" if talked else "",
            outcome="answered" if answered else "waiting", wait_us=SECOND if answered else None,
            talk_us=talked, rings=0, revision=1,
        )
    )  # fmt: skip


def undoable_rows(store: Store) -> dict[str, list[dict[str, object]]]:
    """Every row that a command may change, without its revision."""
    found: dict[str, list[dict[str, object]]] = {}
    with store.read() as session:
        for mapper in Table.registry.mappers:
            if not issubclass(mapper.class_, Undoable):
                continue
            table = mapper.local_table
            rows = [dict(row) for row in session.connection().execute(table.select()).mappings()]
            for row in rows:
                row.pop("revision")
            found[table.description] = sorted(rows, key=repr)
    return found


def place(tmp_path: Path) -> Place:
    """Where the outbox folder of a test lies."""
    return Place("folder", "", {}, lambda _: "", tmp_path / "outbox")
