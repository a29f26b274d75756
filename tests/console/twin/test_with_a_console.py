"""A console works with a rehearsal as with real platforms: what it asks is done, answered, seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console.app import Console
from console.commands import CallIn, CancelBlocks, MoveAgents, SetCallback, SetChannel
from console.commands.call_in import Call
from console.domain.times import HOUR, MINUTE, SECOND, now_us
from console.store.roster_tables import RosterShift
from console.store.tables import Outbox, Queue
from console.twin.places import data_of
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything


class Both:
    """A centre that has run for forty minutes until now, and the console that reads it."""

    def __init__(self, into: Path) -> None:
        self.into = into
        start = (now_us() - 40 * MINUTE) // SECOND * SECOND
        self.play = Rehearsal(everything(), into, start=start)
        self.play.begin(about={"title": "By hand"})  # without a clock: it is stepped in our time
        self.console = Console(data_of(into))
        self.run(40)

    def run(self, minutes: float) -> None:
        to = self.play.world.now + int(minutes * MINUTE)
        while self.play.world.now < to:
            self.play.step(min(to, self.play.world.now + 10 * SECOND))
        self.console.sync([self.into])

    def settle(self, minutes: float = 1) -> dict[str, tuple[str, str]]:
        """Let the messages out and the answers in; how each stands, and by what."""
        self.console.pump()
        self.run(minutes)
        self.console.pump()
        with self.console.store.read() as session:
            rows = session.scalars(select(Outbox))
            return {row.action: (row.state, row.answer) for row in rows}

    def queue(self, name: str) -> int:
        with self.console.store.read() as session:
            return session.scalars(select(Queue.id).where(Queue.name == name)).one()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    both = Both(tmp_path / "centre")
    yield both
    both.console.close()


def test_the_board_is_the_centre(both: Both) -> None:
    board = both.console.board(both.play.world.now)
    waiting = {row.queue: row.waiting for row in board.queues if row.waits_known}
    for name in ("support", "billing", "experts"):
        line = both.play.world.lines[name]
        ringing = sum(
            contact.queue is line and contact.connected is None
            for agent in line.members
            for contact in agent.contacts.values()
        )
        assert waiting[name] == line.count + ringing


def test_switches_are_thrown(both: Both) -> None:
    both.console.do(SetCallback(offer=False, dial=False, queue_ids=(both.queue("support"),)))
    both.console.do(SetChannel("chat", "draining", "Please call us."))
    answers = both.settle()
    assert answers == {
        "callback_offer": ("confirmed", "Updated database successfully"),
        "callback_dial": ("confirmed", "Updated database successfully"),
        "channel_state": ("confirmed", "Updated database successfully"),
    }
    world = both.play.world
    assert not world.lines["support"].offer and world.lines["billing"].offer
    assert world.media["chat"].state == "draining"


def test_an_agent_is_moved_and_the_export_shows_it(both: Both) -> None:
    expert = next(a for a in both.play.world.agents if a.group.name == "experts")
    rows = both.console.board().agents
    row = next(r for r in rows if r.agent in (expert.id, expert.name))
    agent = row.id_in("pbx")
    assert agent is not None
    both.console.do(MoveAgents((agent,), (both.queue("support"),), ()))
    answers = both.settle()
    assert answers["queue_add"][0] == "confirmed"
    board = both.console.board(both.play.world.now)
    shown = next(r for r in board.agents if r.agent == row.agent)
    assert "support" in shown.queues


def test_a_meeting_is_put_off_and_somebody_called_in(both: Both) -> None:
    world = both.play.world
    with both.console.store.read() as session:
        blocks = session.scalars(select(RosterShift).where(RosterShift.kind == "meeting")).all()
        block = next(b for b in blocks if b.start_at > world.now and b.movable is not False)
        shift, person = block.id, block.person
    both.console.do(CancelBlocks((shift,), "lead", now_us()))
    reserve = next(a for a in world.agents if a.group.reserve)
    call = Call(reserve.person, reserve.name, now_us(), now_us() + 2 * HOUR)
    both.console.do(CallIn((call,), "lead", both.queue("support")))
    answers = both.settle(45)
    assert answers["block_cancel"] == ("confirmed", "Noted")
    assert answers["call_in"] == ("confirmed", "Will come")
    agent = next(a for a in world.agents if a.person == person)
    assert any(span.off for s in agent.shifts for span in s.blocks)
    assert reserve.on and world.lines["support"] in reserve.member
    shown = {row.agent: row.state for row in both.console.board(world.now).agents}
    assert shown.get(reserve.id, shown.get(reserve.name)) not in (None, "unknown", "offline")


def test_its_post_is_no_export(both: Both) -> None:
    """Orders and answers lie in the folder that is read, and are not said to be unknown."""
    out = both.into / "outbox"
    out.mkdir()
    (out / "commands.jsonl").write_text('{"id": "1", "action": "wave"}\n', "utf-8")
    both.run(1)
    assert (out / "answers.jsonl").exists()
    results = both.console.sync([both.into])
    assert [result.path for result in results if result.problem] == []
