"""Who is called first in a queue: asked of the platform, kept as an override, brought back."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal, proof
from console.commands import RestoreAll, SetPenalty
from console.domain.links import Sighting
from console.domain.messages import agent_subject
from console.domain.times import SECOND, now_us
from console.reads.overrides import overrides
from console.store.engine import Store
from console.store.tables import Outbox
from tests.console.floor import ANN, BOB, SUPPORT, make_floor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def see(store: Store, interface: str, penalty: int, later_s: int = 0) -> None:
    at = now_us() + later_s * SECOND
    seen = Sighting(agent_subject("support", interface), "penalty", str(penalty), at)
    with store.write() as session:
        proof.take_sightings(session, 1, [seen], "event")


def bodies(store: Store) -> list[tuple[object, object, object]]:
    with store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.number))
        found = [json.loads(row.body) for row in rows]
    return [(body["agent"], body["was"], body["penalty"]) for body in found]


def test_it_is_asked_kept_and_brought_back(store: Store) -> None:
    see(store, "PJSIP/101", 1)
    command = SetPenalty((ANN, BOB), SUPPORT, 3)
    with store.read() as session:
        assert command.preview(session).touches == ("Ann: 1 → 3", "Bob: unknown → 3")
    journal.run(store, command, "lead")
    assert bodies(store) == [("Ann", 1, 3), ("Bob", None, 3)]
    with store.read() as session:
        rows = overrides(session, now_us())
    assert [(row.name, row.normal, row.wanted, row.who) for row in rows] == [
        ("Ann", "1", "3", "lead"),
        ("Bob", "0", "3", "lead"),
    ]
    parts = tuple(part for row in rows for part in row.parts)
    act = journal.run(store, RestoreAll(parts), "lead")
    with store.read() as session:
        assert overrides(session, now_us()) == ()
    assert sorted(bodies(store)[2:], key=str) == [("Ann", 1, 1), ("Bob", None, 0)]
    journal.undo(store, act.journal_id, "lead")
    with store.read() as session:
        assert len(overrides(session, now_us())) == 2


def test_undo_asks_for_what_stood_before(store: Store) -> None:
    see(store, "PJSIP/101", 1)
    journal.run(store, SetPenalty((ANN,), SUPPORT, 3), "lead")
    with store.write() as session:
        row = session.scalars(select(Outbox)).one()
        row.state, row.sent_at = "sent", now_us()
    see(store, "PJSIP/101", 3, 1)
    with store.read() as session:
        assert session.scalars(select(Outbox)).one().state == "confirmed"
    journal.undo(store, None, "lead")
    assert bodies(store)[1:] == [("Ann", 3, 1)]
    with store.read() as session:
        assert overrides(session, now_us()) == ()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SetPenalty((ANN,), 99, 1), "no such queue"),
        (SetPenalty((), SUPPORT, 1), "no such agent"),
        (SetPenalty((ANN, 99), SUPPORT, 1), "no such agent"),
        (SetPenalty((ANN,), SUPPORT, -1), "whole number"),
        (SetPenalty((ANN,), SUPPORT, 1000), "whole number"),
    ],
)
def test_what_cannot_be_is_refused(store: Store, command: SetPenalty, words: str) -> None:
    with store.read() as session:
        assert words in command.preview(session).refused
