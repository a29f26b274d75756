"""Somebody of another platform is sent by the roster's id, seen there, and brought back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal, proof
from console.commands import EditRoster, MoveAgents, RestoreAll, SendAgents
from console.domain.crossing import account
from console.domain.messages import CONFIRMED, SENT, Shown
from console.domain.roster import Entry, Person
from console.domain.times import SECOND, now_us
from console.errors import NotAllowed
from console.reads.board import board
from console.settings import Settings
from console.store.engine import Store, next_revision
from console.store.tables import (
    Agent,
    AgentAlias,
    AgentInterval,
    Outbox,
    Override,
    Placement,
    Queue,
    Source,
)
from tests.console.floor import BILLING, SALES, SUPPORT, make_floor

PBX, CONNECT = 1, 2
CHAT, FAY, GIL = 11, 21, 22


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Fay and Gil serve chat at Connect; the roster has a telephone of Fay's."""
    store = make_floor(tmp_path)
    now = now_us() // SECOND * SECOND
    with store.write() as session:
        session.get_one(Source, PBX).platform = "asterisk"
        session.add(
            Source(
                id=CONNECT, name="connect", platform="amazon_connect", folder="/c", zone="",
                format="amazon_connect_agent_events", last_at=now,
            )
        )  # fmt: skip
        session.flush()
        session.add(Queue(id=CHAT, source_id=CONNECT, name="web chat", channel="chat"))
        for number, name in ((FAY, "fay"), (GIL, "gil")):
            session.add(Agent(id=number, source_id=CONNECT, name=name))
            session.flush()
            session.add(AgentAlias(source_id=CONNECT, alias=name, agent_id=number, evidence="t"))
            member(session, CONNECT, number, CHAT)
    for person, name, ids in (
        ("71", "Fay Okoro", (("asterisk", "PJSIP/2017"), ("amazon_connect", "fay"))),
        ("72", "Gil Lund", (("amazon_connect", "gil"),)),
    ):
        entry = Entry("people", person, (("ids", ids), ("name", name)))
        journal.run(store, EditRoster(entry, "lead"), "lead")
    yield store
    store.close()


def member(session, source: int, agent: int, queue: int) -> None:  # type: ignore[no-untyped-def]
    session.add(
        AgentInterval(
            source_id=source, agent_id=agent, alias="", kind="member", queue_id=queue,
            started_at=now_us() - 60 * SECOND, source_state="ADDMEMBER", ended_by="", revision=1,
        )
    )  # fmt: skip


def orders(store: Store) -> list[tuple[str, str, str, str, str]]:
    """(source, action, queue, interface, agent) of all that was laid out."""
    with store.read() as session:
        bodies = [
            (row.action, json.loads(row.body))
            for row in session.scalars(select(Outbox).order_by(Outbox.number))
        ]
    return [(b["source"], a, b["queue"], b["interface"], b["agent"]) for a, b in bodies]


def shows(store: Store, interface: str, queue: int, verb: str = "ADDMEMBER") -> int | None:
    """The PBX's log shows them, and who they are there."""
    with store.write() as session:
        revision = next_revision(session)
        agent = session.scalar(select(Agent).where(Agent.name == interface))
        if agent is None:
            agent = Agent(source_id=PBX, name=interface, revision=revision)
            session.add(agent)
            session.flush()
            session.add(AgentAlias(source_id=PBX, alias=interface, agent_id=agent.id, evidence="t"))
        if verb == "ADDMEMBER":
            member(session, PBX, agent.id, queue)
        else:
            for span in session.scalars(
                select(AgentInterval).where(AgentInterval.agent_id == agent.id)
            ):
                span.ended_at = session.get_one(Source, PBX).last_at
        session.flush()
        for row in session.scalars(select(Outbox).where(Outbox.state == "pending")):
            row.state, row.sent_at = SENT, now_us()
        name = session.get_one(Queue, queue).name
        line = f"1|MANAGER|{name}|{interface}|{verb}|"
        proof.take_export(session, events=[Shown(PBX, now_us(), verb, interface, line)])
        return agent.id


def placements(store: Store) -> set[tuple[int, int, bool]]:
    with store.read() as session:
        return {(r.agent_id, r.queue_id, r.wanted) for r in session.scalars(select(Placement))}


def test_whoever_has_a_telephone_by_the_roster_is_sent_to_a_queue_of_the_pbx(store: Store) -> None:
    command = SendAgents(BILLING, (FAY,))
    with store.read() as session:
        preview = command.preview(session)
    assert preview.touches == ("Fay Okoro, now: to billing; leaves web chat",)
    assert preview.costs == ("web chat: 1 of 2 agents goes, 0 waiting there",)
    said = " ".join(preview.warnings)
    assert "pbx has not shown them yet" in said and "Fay Okoro (PJSIP/2017)" in said
    assert "From chat: 0.8" in said
    assert "Nobody tells connect" in said and "Tell them yourself" in said
    journal.run(store, command, "lead")
    assert orders(store) == [
        ("pbx", "queue_add", "billing", "PJSIP/2017", "Fay Okoro"),
        ("connect", "queue_remove", "web chat", "", "fay"),
    ]
    with store.read() as session:
        # Nobody is made an agent by an order.
        assert session.scalars(select(Agent).where(Agent.source_id == PBX)).all()[5:] == []


def test_who_obeyed_once_is_told_without_a_warning(store: Store) -> None:
    done = journal.run(store, SendAgents(BILLING, (FAY,)), "lead")
    journal.undo(store, done.journal_id, "lead")
    with store.write() as session:
        for row in session.scalars(select(Outbox)):
            row.state, row.confirmed_by = CONFIRMED, "answer"
    with store.read() as session:
        said = SendAgents(BILLING, (FAY,)).preview(session).warnings
    assert not any("Nobody tells" in words for words in said)


def test_nobody_is_sent_where_the_roster_knows_no_id_of_theirs(store: Store) -> None:
    with pytest.raises(NotAllowed, match="the roster has no id of theirs for pbx"):
        journal.run(store, SendAgents(BILLING, (GIL,)), "lead")
    assert orders(store) == [] and placements(store) == set()


def test_the_export_of_the_target_confirms_and_they_are_one_person(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (FAY,)), "lead")
    number = shows(store, "PJSIP/2017", BILLING)
    with store.read() as session:
        (added,) = session.scalars(select(Outbox).where(Outbox.action == "queue_add"))
        assert (added.state, added.confirmed_by) == (CONFIRMED, "export")
        row = next(r for r in board(session, now_us(), Settings()).agents if r.person == "71")
    assert dict(row.ids) == {"connect": FAY, "pbx": number} and row.could == ()
    # From there on within the PBX, whichever of the two is named, or both; the old placement is
    # taken over.
    journal.run(store, SendAgents(SALES, (FAY, number or 0)), "lead")
    assert orders(store)[2:] == [
        ("pbx", "queue_add", "sales", "PJSIP/2017", "PJSIP/2017"),
        ("pbx", "queue_remove", "billing", "PJSIP/2017", "PJSIP/2017"),
    ]
    assert placements(store) == {
        (number, SALES, True),
        (number, BILLING, False),
        (FAY, CHAT, False),
    }


def test_undo_takes_them_back_at_both_platforms(store: Store) -> None:
    done = journal.run(store, SendAgents(BILLING, (FAY,)), "lead")
    shows(store, "PJSIP/2017", BILLING)
    journal.undo(store, done.journal_id, "lead")
    assert set(orders(store)[2:]) == {
        ("connect", "queue_add", "web chat", "", "fay"),
        ("pbx", "queue_remove", "billing", "PJSIP/2017", "Fay Okoro"),
    }
    assert placements(store) == set()
    with store.read() as session:
        assert session.scalars(select(Override)).all() == []


@pytest.mark.parametrize("seen", [False, True])
def test_what_stands_otherwise_is_listed_and_brought_back(store: Store, seen: bool) -> None:
    journal.run(store, SendAgents(BILLING, (FAY,)), "lead")
    if seen:
        shows(store, "PJSIP/2017", BILLING)
    with store.read() as session:
        parts = tuple((row.subject, row.aspect) for row in session.scalars(select(Override)))
        titles = {row.title for row in session.scalars(select(Override))}
        preview = RestoreAll(parts).preview(session)
    assert titles == {"Fay Okoro in billing", "Fay Okoro out of web chat"}
    assert not any("not there any more" in words for words in preview.warnings)
    journal.run(store, RestoreAll(parts), "lead")
    back = {order[:3] for order in orders(store)[2:]}
    assert back == {("pbx", "queue_remove", "billing"), ("connect", "queue_add", "web chat")}
    with store.read() as session:
        assert session.scalars(select(Override)).all() == []


def test_who_went_home_from_there_comes_from_elsewhere_again(store: Store) -> None:
    done = journal.run(store, SendAgents(BILLING, (FAY,)), "lead")
    shows(store, "PJSIP/2017", BILLING)
    journal.undo(store, done.journal_id, "lead")
    shows(store, "PJSIP/2017", BILLING, "REMOVEMEMBER")
    journal.run(store, SendAgents(SUPPORT, (FAY,)), "lead")
    assert [order[:3] for order in orders(store)[4:]] == [
        ("pbx", "queue_add", "support"), ("connect", "queue_remove", "web chat"),
    ]  # fmt: skip


def test_who_is_added_to_a_queue_stays_in_the_others(store: Store) -> None:
    journal.run(store, MoveAgents((FAY,), (BILLING,)), "lead")
    assert [order[:3] for order in orders(store)] == [("pbx", "queue_add", "billing")]
    # Out again before the PBX has shown it.
    journal.run(store, MoveAgents((FAY,), (), (BILLING,)), "lead")
    assert [order[:4] for order in orders(store)[1:]] == [
        ("pbx", "queue_remove", "billing", "PJSIP/2017")
    ]


def test_the_board_says_who_could_be_sent_where(store: Store) -> None:
    with store.read() as session:
        rows = {row.person: row for row in board(session, now_us(), Settings()).agents}
    assert rows["71"].could == ("pbx",) and rows["71"].id_towards("pbx") == FAY
    assert rows["72"].could == () and rows["72"].id_towards("pbx") is None


@pytest.mark.parametrize(
    ("ids", "platform", "expected"),
    [
        ((("pbx", "SIP/9"), ("asterisk", "PJSIP/1")), "asterisk", "SIP/9"),
        ((("asterisk", "PJSIP/1"), ("*", "PJSIP/2")), "asterisk", "PJSIP/1"),
        ((("*", "PJSIP/2"),), "asterisk", "PJSIP/2"),
        ((("asterisk", "400"),), "asterisk", "PJSIP/400"),
        ((("*", "400"),), "asterisk", None),
        ((("*", "ann@x.example"),), "asterisk", None),
        ((), "asterisk", None),
    ],
)
def test_the_nearer_statement_says_which_telephone(
    ids: tuple[tuple[str, str], ...], platform: str, expected: str | None
) -> None:
    found = account(Person("7", "Ann", ids=ids), "pbx", platform, ("PJSIP",))
    assert (found.interface if found else None) == expected
    two = account(Person("7", "Ann", ids=(("pbx", "400"),)), "pbx", platform, ("PJSIP", "SIP"))
    assert two is None


def test_what_is_the_same_everywhere_is_no_account() -> None:
    found = account(Person("7", "Ann", ids=(("*", "ann@x"),)), "connect", "amazon_connect")
    assert found is not None and found.name == "ann@x" and not found.sure
