"""The log and the controls as the screen reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal, outbox
from console.commands import SendAgents, SetCallback, SetChannel
from console.connectors.folder import Folder
from console.domain.board import LogRow
from console.domain.times import now_us
from console.reads.controls import controls, moving
from console.reads.log import log
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Outbox
from tests.console.floor import ANN, BILLING, BOB, SALES, SUPPORT, WEB, make_floor, place


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def rows(store: Store, search: str = "", limit: int = 200) -> list[LogRow]:
    with store.read() as session:
        return log(session, limit, search)


def end(store: Store, **states: str) -> None:
    with store.write() as session:
        for row in session.scalars(select(Outbox)):
            row.state = states.get(row.item.split()[0], row.state)
            row.sent_at = 1
            row.answer = "Not there" if row.state == "refused" else ""


def test_an_act_shows_its_items_and_the_state_that_matters_most(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, BOB)), "lead", why="debt")
    (row,) = rows(store)
    assert (row.kind, row.key, row.who, row.state) == ("intervention", "1", "lead", "pending")
    assert (row.text, row.detail, row.can_undo) == ("send Ann, Bob to billing", "debt", True)
    first = row.items[0]
    assert (first.item, first.state, first.words) == ("add Ann to billing", "pending", "")
    end(store, add="confirmed", take="refused")
    (row,) = rows(store)
    assert row.state == "refused"
    refused = row.items[1]
    assert (refused.item, refused.state) == ("take Ann out of support", "refused")
    assert refused.words == "Not there"
    again = [item.id for item in row.items if item.state == "refused"]
    assert len(again) == 3
    for message_id in again:
        outbox.retry(store, message_id, "lead")
    (row,) = rows(store)
    assert row.state == "pending"
    assert len(row.items) == 5
    end(store, add="confirmed", take="confirmed")
    assert rows(store)[0].state == "confirmed"


def test_what_was_undone_says_so(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(WEB,)), "lead")
    journal.run(store, SetChannel("chat", "draining"), "lead")
    journal.undo(store, None, "lead")
    found = rows(store)
    assert [(row.text, row.state, row.can_undo, row.undone) for row in found] == [
        ("undo: channel chat: draining", "recorded", False, False),
        ("channel chat: draining", "cancelled", False, True),
        ("callback offer off: web", "pending", True, False),
    ]
    journal.redo(store, "lead")
    assert [(row.can_undo, row.undone) for row in rows(store, "draining")] == [
        (False, False), (False, False), (True, False),
    ]  # fmt: skip
    assert [row.key for row in rows(store, limit=2)] == ["4", "3"]


def test_a_long_log_is_searched_to_its_end(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(WEB,)), "Zoë", why="first")
    for number in range(230):
        journal.run(store, SetCallback(offer=bool(number % 2), queue_ids=(SALES,)), "lead")
    assert len(rows(store)) == 200
    assert [row.key for row in rows(store, "ZOË first")] == ["1"]


def test_controls_and_moves_show_how_they_stand(store: Store, tmp_path: Path) -> None:
    with store.read() as session:
        assert controls(session) == {} and moving(session) == {}
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT, WEB)), "lead")
    end(store, callback="refused")
    journal.run(store, SetCallback(offer=True, dial=True, queue_ids=(SUPPORT,)), "lead")
    journal.run(store, SetChannel("voice", "draining"), "lead")
    journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    with store.read() as session:
        assert controls(session) == {
            SUPPORT: (
                ("callback_offer", "pending"),
                ("callback_dial", "pending"),
                ("channel_state", "pending"),
            ),
            SALES: (("channel_state", "pending"),),
            BILLING: (("channel_state", "pending"),),
            WEB: (("callback_offer", "refused"),),
        }
        assert moving(session) == {ANN: "to billing, out of support: pending"}
    folder = Folder(place(tmp_path))
    outbox.pump(store, [folder], now_us(), Settings())
    folder.close()
    end(store, add="confirmed")
    with store.read() as session:
        assert moving(session) == {ANN: "out of support: sent"}
