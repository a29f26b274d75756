"""What stands otherwise than usual is kept while it does, and is brought back in one act."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import MoveAgents, RenameSource, SendAgents, SetCallback, SetChannel
from console.commands.restore import RestoreAll
from console.domain.times import HOUR, now_us
from console.errors import CannotUndo, NotAllowed
from console.store.engine import Store
from console.store.tables import Agent, AgentAlias, Channel, Outbox, Override, Queue
from tests.console.floor import (
    ANN,
    BILLING,
    BOB,
    CEM,
    SALES,
    SUPPORT,
    make_floor,
    undoable_rows,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def standing(store: Store) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(subject, aspect) to normal, wanted and who."""
    with store.read() as session:
        return {
            (row.subject, row.aspect): (row.normal, row.wanted, row.who)
            for row in session.scalars(select(Override))
        }


def items(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Outbox.item).order_by(Outbox.number)))


OFFER = ("pbx|queue|billing", "offer")
CHAT = ("|channel|chat", "state")


def test_a_switch_is_listed_until_anybody_turns_it_back(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "ann")
    assert standing(store) == {OFFER: ("on", "off", "ann")}
    journal.run(store, SetCallback(offer=False, dial=False, all=True), "bob")
    # Bob said the same of billing again: it is still Ann's.
    assert standing(store)[OFFER] == ("on", "off", "ann")
    assert standing(store)["pbx|queue|sales", "offer"] == ("on", "off", "bob")
    assert standing(store)["pbx|queue|billing", "dial"] == ("on", "off", "bob")
    journal.run(store, SetCallback(offer=True, dial=True, all=True), "cem")
    assert standing(store) == {}


def test_what_was_off_before_is_usual(store: Store) -> None:
    with store.write() as session:
        session.get_one(Queue, BILLING).callback_offer = False
    journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "ann")
    assert standing(store) == {}
    journal.run(store, SetCallback(offer=True, queue_ids=(BILLING,)), "ann")
    assert standing(store) == {OFFER: ("off", "on", "ann")}


def test_a_channel_is_listed_with_the_time_it_is_meant_to_reopen(store: Store) -> None:
    until = now_us() + HOUR
    journal.run(store, SetChannel("chat", "draining", "Bye."), "ann")
    journal.run(store, SetChannel("chat", "closed", "Bye.", until), "bob")
    assert standing(store) == {CHAT: ("open", "closed", "bob")}
    with store.read() as session:
        assert session.get_one(Override, CHAT).until == until
        assert session.get_one(Channel, "chat").reopens_at == until
    journal.run(store, SetChannel("chat", "closed", "Bye.", until + HOUR), "cem")
    with store.read() as session:
        row = session.get_one(Override, CHAT)
        assert (row.until, row.who) == (until + HOUR, "bob")
    journal.run(store, SetChannel("chat", "open"), "cem")
    assert standing(store) == {}
    with store.read() as session:
        assert session.get_one(Channel, "chat").reopens_at is None


def test_each_is_undone_in_its_order_and_the_list_goes_with_it(store: Store) -> None:
    first = journal.run(store, SetChannel("chat", "draining", "Bye."), "ann")
    second = journal.run(store, SetChannel("chat", "closed", "Bye."), "bob")
    with pytest.raises(CannotUndo):
        journal.undo(store, first.journal_id, "ann")
    journal.undo(store, second.journal_id, "bob")
    assert standing(store) == {CHAT: ("open", "draining", "ann")}
    journal.undo(store, first.journal_id, "ann")
    assert standing(store) == {}


def test_who_says_the_same_again_keeps_nobody_from_undoing(store: Store) -> None:
    first = journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "ann")
    journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "bob")
    journal.undo(store, first.journal_id, "ann")
    assert standing(store) == {}


def test_agents_are_listed_while_they_are_away(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, CEM)), "lead")
    assert standing(store) == {
        ("pbx|agent|billing|pjsip/101", "member"): ("out", "in", "lead"),
        ("pbx|agent|support|pjsip/101", "member"): ("in", "out", "lead"),
        ("pbx|agent|billing|pjsip/103", "member"): ("out", "in", "lead"),
        ("pbx|agent|sales|pjsip/103", "member"): ("in", "out", "lead"),
    }
    journal.run(store, MoveAgents((ANN,), (SUPPORT,), (BILLING,)), "lead")
    assert {subject for subject, _ in standing(store)} == {
        "pbx|agent|billing|pjsip/103",
        "pbx|agent|sales|pjsip/103",
    }


def test_an_agent_who_sits_elsewhere_since_is_the_same_agent(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    with store.write() as session:
        for alias in session.scalars(select(AgentAlias).where(AgentAlias.agent_id == ANN)):
            if alias.alias == "PJSIP/101":
                session.add(AgentAlias(source_id=1, alias="PJSIP/099", agent_id=ANN, evidence="t"))
    journal.run(store, MoveAgents((ANN,), (SUPPORT,), (BILLING,)), "lead")
    assert standing(store) == {}


def everything(store: Store) -> RestoreAll:
    return RestoreAll(tuple(standing(store)))


def test_all_of_it_is_brought_back_as_one_act_and_that_is_undone(store: Store) -> None:
    usual = undoable_rows(store)["override"]
    journal.run(store, SetCallback(offer=False, dial=False, queue_ids=(BILLING, SALES)), "ann")
    journal.run(store, SetChannel("chat", "closed", "Bye."), "bob")
    journal.run(store, SendAgents(BILLING, (ANN, BOB, CEM)), "bob")
    before = undoable_rows(store)
    left = len(items(store))
    command = everything(store)
    with store.read() as session:
        preview = command.preview(session)
    assert preview.title == (
        "back to usual: callback offer on (billing, sales), callback dialling on (billing, sales), "
        "chat open and 3 more"
    )
    assert "billing: offer off → on" in preview.touches
    assert "Ann, now: to support; leaves billing" in preview.touches
    receipt = journal.run(store, command, "lead")
    assert undoable_rows(store)["override"] == usual == []
    back = items(store)[left:]
    assert set(back) >= {
        "callback offer on, billing",
        "callback dialling on, sales",
        "chat open on pbx",
        "take Ann out of billing",
        "add Ann to support",
        "end the pause of Cem in sales",
    }
    with store.read() as session:
        assert session.get_one(Queue, BILLING).callback_offer is True
        assert session.get_one(Channel, "chat").message == ""
    journal.undo(store, receipt.journal_id, "lead")
    assert undoable_rows(store) == before


def test_a_channel_that_is_opened_with_it_is_no_reason_to_stay_away(store: Store) -> None:
    journal.run(store, SetChannel("voice", "closed", "Bye."), "bob")
    journal.run(store, SendAgents(BILLING, (ANN,)), "bob")
    with store.read() as session:
        alone = RestoreAll(tuple(part for part in standing(store) if part[1] == "member")).preview(
            session
        )
        assert "voice is closed: little comes in there." in alone.warnings
        together = everything(store).preview(session)
        assert not any("little comes in" in words for words in together.warnings)


def test_one_thing_alone_is_brought_back(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, dial=False, queue_ids=(BILLING,)), "ann")
    journal.run(store, RestoreAll((OFFER,)), "ann")
    assert list(standing(store)) == [("pbx|queue|billing", "dial")]
    with pytest.raises(NotAllowed, match="as usual already"):
        journal.run(store, RestoreAll((OFFER,)), "ann")


def test_one_agent_who_cannot_come_back_holds_up_nobody(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, BOB)), "lead")
    with store.write() as session:
        session.get_one(Agent, ANN).name = "Ann; the best"
        for alias in session.scalars(select(AgentAlias).where(AgentAlias.agent_id == ANN)):
            if alias.alias == "Ann":
                session.delete(alias)
    command = everything(store)
    with store.read() as session:
        warnings = command.preview(session).warnings
    assert any(words.startswith("Left out: move Ann; the best") for words in warnings)
    journal.run(store, command, "lead")
    assert {subject.rpartition("|")[2] for subject, _ in standing(store)} == {"pjsip/101"}


def test_what_is_not_there_any_more_leaves_the_list(store: Store) -> None:
    with store.write() as session:
        session.add(
            Override(
                subject="pbx|queue|old", aspect="offer", source_id=1, title="offer off, old",
                normal="on", wanted="off", since=1, who="ann",
            )
        )  # fmt: skip
    command = everything(store)
    with store.read() as session:
        assert "not there any more" in command.preview(session).warnings[0]
    journal.run(store, command, "lead")
    assert standing(store) == {}


def test_a_source_takes_its_list_along_when_it_is_renamed(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(BILLING,)), "ann")
    renamed = journal.run(store, RenameSource(1, "pbx north"), "ann")
    assert list(standing(store)) == [("pbx north|queue|billing", "offer")]
    journal.undo(store, renamed.journal_id, "ann")
    assert list(standing(store)) == [OFFER]
    journal.run(store, everything(store), "ann")
    assert standing(store) == {}
