"""Agents who chat or write take calls when they are sent there: those who have a telephone."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from console.app import Console
from console.commands import SendAgents
from console.domain.playbooks import ReviewItem
from console.domain.times import HOUR, MINUTE, SECOND, iso, now_us
from console.playbooks.situation import Situation
from console.players.carrying import orders_of
from console.players.sight import PBX, counted, seen
from console.store.tables import Outbox, Queue
from console.twin import lines, orders
from console.twin.centre import Scenario
from console.twin.places import data_of
from console.twin.rehearsal import Rehearsal
from console.twin.simulation import Simulation
from console.twin.world import Agent, Contact, Issue
from tests.console.twin.small_centres import everything
from tests.console.twin.test_orders import Desk


def crossing(**of_web: object) -> Scenario:
    """Two of the three who chat have a telephone, and one of the two who write."""
    scenario = everything()
    more: dict[str, dict[str, object]] = {
        "web": {"telephones": 0.7, **of_web}, "mail": {"telephones": 0.5}
    }  # fmt: skip
    groups = tuple(replace(g, **more.get(g.name, {})) for g in scenario.centre.groups)  # type: ignore[arg-type]
    return replace(scenario, centre=replace(scenario.centre, groups=groups))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk.__new__(Desk)
    desk.folder, desk.number = tmp_path, 0
    desk.play = Rehearsal(crossing(), tmp_path)
    desk.play.begin()
    desk.w = desk.play.world
    return desk


def writers(desk: Desk, group: str, telephone: bool) -> list[Agent]:
    return [a for a in desk.w.agents if a.group.name == group and a.telephone is telephone]


def test_the_roster_has_a_telephone_of_those_who_have_one(desk: Desk) -> None:
    with (desk.folder / "roster" / "people.csv").open(encoding="utf-8") as file:
        ids = {row["person"]: row["ids"] for row in csv.DictReader(file)}
    assert [len(writers(desk, group, True)) for group in ("web", "mail")] == [2, 1]
    for agent in desk.w.agents:
        assert (f"asterisk={agent.id}" in ids[agent.person]) is agent.telephone
    assert all(a.telephone for a in desk.w.agents if "support" in a.group.queues)


def test_who_is_sent_takes_calls_when_the_hands_are_free_and_goes_back(desk: Desk) -> None:
    desk.run(30)
    agent = next(a for a in writers(desk, "web", True) if a.contacts)
    chats = [c.id for c in agent.contacts.values()]
    out = desk.order("queue_remove", queue="web", interface="", agent=agent.name)
    came = desk.order("queue_add", queue="support", interface=agent.id, agent=agent.name)
    desk.run(1)
    assert desk.answers() == {
        out: ("confirmed", "Removed interface from queue"),
        came: ("confirmed", "Added interface to queue"),
    }
    assert [row[3] for row in desk.rows("ADDMEMBER") if row[2] == "support"].count(agent.id) == 1
    # What was in hand is finished first.
    assert chats
    while agent.contacts.keys() & set(chats):
        assert not [row for row in desk.rows("CONNECT") if row[3] == agent.id]
        desk.run(0.5)
    desk.run(60)
    calls = [row for row in desk.rows("CONNECT") if row[3] == agent.id]
    assert calls and {row[2] for row in calls} == {"support"}
    assert agent not in desk.w.lines["web"].members
    desk.order("queue_remove", queue="support", interface=agent.id)
    desk.order("queue_add", queue="web", interface="", agent=agent.name)
    desk.run(20)
    gone = [row for row in desk.rows("REMOVEMEMBER") if row[3] == agent.id]
    assert [row[2] for row in gone] == ["support"]
    assert desk.w.lines["web"] in agent.member
    desk.run(30)
    since = int(gone[0][0]) + 20 * 60
    assert not [r for r in desk.rows("CONNECT") if r[3] == agent.id and int(r[0]) > since]


def test_whoever_has_no_telephone_is_not_found_there(desk: Desk) -> None:
    desk.run(30)
    agent = next(a for a in writers(desk, "web", False) if a.on)
    order = desk.order("queue_add", queue="support", interface=agent.id, agent=agent.name)
    desk.run(1)
    assert desk.answers()[order] == ("refused", "Unable to add interface: not found")


def test_who_is_called_in_for_the_telephone_takes_calls_if_they_can() -> None:
    desk_of = {}
    for share in (1.0, 0.0):
        scenario = crossing(reserve=True, telephones=share)
        run = Simulation(scenario.centre, 1, 4)
        w = run.world
        run.advance(w.start + HOUR)
        agent = next(a for a in w.agents if a.group.name == "web")
        fields = {
            "person": agent.person, "from": iso(w.now), "to": iso(w.now + HOUR),
            "queue": "support", "cancelled": False,
        }  # fmt: skip
        orders.obey(w, {"id": "1", "action": "call_in", "fields": fields})
        run.advance(w.now + 50 * MINUTE)
        desk_of[share] = (agent.on, w.lines["support"] in agent.member)
    assert desk_of == {1.0: (True, True), 0.0: (True, False)}


def test_calls_take_them_longer_and_less_is_resolved() -> None:
    run = Simulation(crossing(telephone_skill=0.5).centre, 1, 4)
    w = run.world
    voice, web = w.lines["support"], w.lines["web"]
    writer = next(a for a in w.agents if a.group.name == "web")
    phone = next(a for a in w.agents if a.group.name == "phones")
    assert (writer.able(voice), writer.able(web), phone.able(voice)) == (0.5, 1.0, 1.0)
    issue = Issue(1, w.topics[1], 1, 1.0, w.start)
    contact = Contact(1, "", issue, voice, w.start, "fresh")

    def mean_s(agent: Agent) -> float:
        took = [lines.handling(w, w.start, contact, agent) for _ in range(2000)]
        return sum(took) / len(took) / SECOND

    assert mean_s(writer) / mean_s(phone) == pytest.approx(2.0, rel=0.15)


def test_a_player_sends_them_and_they_leave_the_chat() -> None:
    run = Simulation(crossing().centre, 1, 4)
    w = run.world
    run.advance(w.start + HOUR)
    now: Situation = seen(w, counted(w))
    row = next(r for r in now.board.agents if r.could == (PBX,))
    queue = next(q for q in now.board.queues if q.queue == "support")
    assert row.id_towards(PBX) == row.agent_id
    fields = json.dumps({"queue_id": queue.queue_id, "agent_ids": [row.agent_id]})
    item = ReviewItem("k", "s", "command", "send", command="send_agents", fields=fields)
    agent = w.agents[row.agent_id]
    assert list(orders_of(w, now, item)) == [
        ("queue_add", {"queue": "support", "interface": agent.id}),
        ("queue_remove", {"queue": "web", "interface": agent.id}),
    ]


class Both:
    """A centre that has run until now, and the console that reads it."""

    def __init__(self, into: Path) -> None:
        self.into = into
        start = (now_us() - 40 * MINUTE) // SECOND * SECOND
        self.play = Rehearsal(crossing(), into, start=start)
        self.play.begin(about={"title": "By hand"})
        self.console = Console(data_of(into))
        self.run(40)

    def run(self, minutes: float) -> None:
        to = self.play.world.now + int(minutes * MINUTE)
        while self.play.world.now < to:
            self.play.step(min(to, self.play.world.now + 10 * SECOND))
        self.console.sync([self.into])

    def settle(self, minutes: float = 1) -> dict[str, tuple[str, str, str]]:
        self.console.pump()
        self.run(minutes)
        self.console.pump()
        with self.console.store.read() as session:
            rows = session.scalars(select(Outbox).order_by(Outbox.number))
            return {row.action: (row.state, row.confirmed_by, row.item) for row in rows}


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    both = Both(tmp_path / "centre")
    yield both
    both.console.close()


def test_a_console_sends_who_chats_to_the_telephone_and_back(both: Both) -> None:
    console, w = both.console, both.play.world
    with console.store.read() as session:
        support = session.scalars(select(Queue.id).where(Queue.name == "support")).one()
    board = console.board(w.now)
    able = {r.agent: r for r in board.agents if "pbx" in r.could}
    with_telephone = {a.name for a in w.agents if a.group.name == "web" and a.telephone and a.on}
    assert with_telephone <= able.keys()
    best = console.candidates(board, support, 50)
    (one, *_) = [c for c in best if c.agent in with_telephone]
    assert "from chat" in one.cost and "0.8 assumed" in one.cost
    receipt = console.do(SendAgents(support, (one.agent_id,)))
    answers = both.settle()
    # The log shows it before the answer is read.
    assert answers["queue_add"][0] == "confirmed" and "export" in answers["queue_add"][1]
    assert answers["queue_remove"][0] == "confirmed"
    agent = next(a for a in w.agents if a.name == one.agent)
    assert {line.name for line in agent.member} & {"support", "web"} == {"support"}
    row = next(r for r in console.board(w.now).agents if r.agent == one.agent)
    assert "support" in row.queues and row.could == () and len(row.ids) >= 2
    console.undo(receipt.journal_id)
    both.settle()
    assert {line.name for line in agent.member} & {"support", "web"} == {"web"}
    while any(c.queue.name == "support" for c in agent.contacts.values()):
        both.run(1)
    both.run(1)
    row = next(r for r in console.board(w.now).agents if r.agent == one.agent)
    assert "web" in row.queues and "support" not in row.queues
