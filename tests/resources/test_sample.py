"""The bundled sample agrees with itself, and its generator still writes it byte for byte."""

import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
EXITS = ("ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "WITHDRAW")
ENDS = ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
QUEUES = ("support", "sales", "billing")


@dataclass
class Leg:
    queue: str
    number: str
    entered_at: int
    first_position: int
    connected_at: int | None = None
    agent: str = ""


@dataclass
class Hour:
    """What a reader of the rows knows after each row. Reading it asserts every rule."""

    lines: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in QUEUES})
    legs: dict[str, Leg] = field(default_factory=dict)
    member_of: dict[str, set[str]] = field(default_factory=dict)
    interfaces: dict[str, str] = field(default_factory=dict)
    paused: dict[str, dict[str, str]] = field(default_factory=dict)
    on_contact: dict[str, str] = field(default_factory=dict)
    wrapup_until: dict[str, int] = field(default_factory=dict)
    gave_up: dict[str, int] = field(default_factory=dict)
    redials: int = 0

    def read(
        self, at: int, callid: str, queue: str, agent: str, event: str, rest: list[str]
    ) -> None:
        if event == "ENTERQUEUE":
            self.enter(at, callid, queue, rest)
        elif event in EXITS:
            leg = self.legs.pop(callid)
            assert agent == "NONE" and leg.connected_at is None and leg.queue == queue
            numbers = rest[1:] if event == "EXITWITHKEY" else rest
            position = self.lines[queue].index(callid) + 1
            assert [int(n) for n in numbers[:3]] == [
                position,
                leg.first_position,
                at - leg.entered_at,
            ]
            self.lines[queue].remove(callid)
            if event == "ABANDON":
                self.gave_up[leg.number] = at
        elif event == "CONNECT":
            self.connect(at, callid, queue, agent, rest)
        elif event in ENDS:
            leg = self.legs.pop(callid)
            assert (leg.queue, leg.agent) == (queue, agent) and leg.connected_at is not None
            held, talked = leg.connected_at - leg.entered_at, at - leg.connected_at
            assert [int(n) for n in rest[-3:]] == [held, talked, leg.first_position]
            assert self.on_contact.pop(agent) == callid
        elif event == "WRAPUPSTART":
            assert callid not in self.legs
            self.wrapup_until[agent] = at + int(rest[0])
        elif event in ("RINGNOANSWER", "RINGCANCELED"):
            assert self.legs[callid].queue == queue and self.legs[callid].connected_at is None
            assert agent not in self.on_contact
            self.was_free(at - int(rest[0]) // 1000, queue, agent)
        else:
            self.about_agent(callid, queue, agent, event, rest)

    def enter(self, at: int, callid: str, queue: str, rest: list[str]) -> None:
        assert callid not in self.legs, "a call is in one queue at a time"
        url, number, position = rest
        assert url == ""
        self.lines[queue].append(callid)
        assert int(position) == len(self.lines[queue])
        self.legs[callid] = Leg(queue, number, at, int(position))
        if number.startswith("+") and self.gave_up.pop(number, None):
            self.redials += 1

    def connect(self, at: int, callid: str, queue: str, agent: str, rest: list[str]) -> None:
        leg = self.legs[callid]
        held, _channel, rang = rest
        assert int(held) == at - leg.entered_at and int(rang) <= int(held)
        assert agent not in self.on_contact, "an agent has one call at a time"
        self.was_free(at - int(rang), queue, agent)
        self.lines[queue].remove(callid)
        leg.connected_at, leg.agent = at, agent
        self.on_contact[agent] = callid

    def was_free(self, since: int, queue: str, agent: str) -> None:
        assert queue in self.member_of[agent]
        assert queue not in self.paused.get(agent, {}), "a paused agent is not rung"
        assert self.wrapup_until.get(agent, 0) <= since, "nor one in wrap-up"

    def about_agent(self, callid: str, queue: str, agent: str, event: str, rest: list[str]) -> None:
        if event == "ADDMEMBER":
            self.interfaces.setdefault(agent, "")
            self.member_of.setdefault(agent, set()).add(queue)
        elif event == "REMOVEMEMBER":
            name = self.interfaces[agent]
            self.member_of[name].remove(queue)
            self.paused.pop(name, None)
            assert name not in self.on_contact
        elif event == "UNPAUSEALL" and agent not in self.member_of:
            # The first row that has the name: it belongs to the interface that has none yet.
            interface = next(i for i, name in self.interfaces.items() if not name)
            self.interfaces[interface] = agent
            self.member_of[agent] = self.member_of.pop(interface)
        elif event == "UNPAUSEALL" and self.interfaces.get(agent) == "":
            self.interfaces[agent] = agent
        elif event == "PAUSE":
            assert callid == "NONE" and queue in self.member_of[agent] and rest[0]
            self.paused.setdefault(agent, {})[queue] = rest[0]
        elif event == "UNPAUSE":
            assert queue in self.member_of[agent]
            self.paused.get(agent, {}).pop(queue, None)
        elif event == "PENALTY":
            assert agent in self.interfaces and rest[0].isdigit()


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    text = (SAMPLES / "queue_log").read_bytes().decode()
    assert text.endswith("\n") and "\r" not in text
    return [line.split("|") for line in text.splitlines()]


@pytest.fixture(scope="module")
def hour(rows: list[list[str]]) -> Hour:
    hour = Hour()
    for at, callid, queue, agent, event, *rest in rows:
        hour.read(int(at), callid, queue, agent, event, rest)
    return hour


def test_generator_writes_the_same_bytes(tmp_path: Path) -> None:
    again = tmp_path / "queue_log"
    subprocess.run([sys.executable, str(SAMPLES / "make_sample.py"), str(again)], check=True)
    assert again.read_bytes() == (SAMPLES / "queue_log").read_bytes()


def test_time_never_goes_back(rows: list[list[str]]) -> None:
    stamps = [int(row[0]) for row in rows]
    assert stamps == sorted(stamps)
    assert 3590 <= stamps[-1] - stamps[0] <= 3600


def test_every_kind_of_row_is_there(rows: list[list[str]]) -> None:
    kinds = Counter(row[4] for row in rows)
    assert set(kinds) == {
        *("QUEUESTART", "CONFIGRELOAD", "ADDMEMBER", "REMOVEMEMBER", "PENALTY"),
        *("PAUSE", "PAUSEALL", "UNPAUSE", "UNPAUSEALL"),
        *("DID", "ENTERQUEUE", "RINGNOANSWER", "RINGCANCELED", "CONNECT", "WRAPUPSTART"),
        *EXITS,
        *ENDS,
    }
    assert 2000 <= len(rows) <= 3500


def test_the_hour_agrees_with_itself(hour: Hour) -> None:
    assert len(hour.interfaces) == 12
    assert sum(name == interface for interface, name in hour.interfaces.items()) == 2
    assert hour.redials > 100


def test_pauses_of_all_queues_come_as_one_row_and_one_for_each_queue(rows: list[list[str]]) -> None:
    for place, (at, _callid, _queue, agent, event, *rest) in enumerate(rows):
        if event in ("PAUSEALL", "UNPAUSEALL"):
            following = rows[place + 1]
            assert [following[0], following[3], following[5:]] == [at, agent, rest]
            assert following[4] == event.removesuffix("ALL")


def test_at_the_end_there_is_something_to_do(rows: list[list[str]], hour: Hour) -> None:
    waiting = {queue: len(line) for queue, line in hour.lines.items()}
    assert waiting["billing"] >= 20 and waiting["support"] >= 5
    members = {agent for agent, queues in hour.member_of.items() if queues}
    paused = {agent for agent, queues in hour.paused.items() if queues}
    end = int(rows[0][0]) + 3600
    wrapping_up = {agent for agent, until in hour.wrapup_until.items() if until > end}
    available = members - paused - wrapping_up - set(hour.on_contact)
    assert hour.on_contact and wrapping_up
    assert len({reason for queues in hour.paused.values() for reason in queues.values()}) >= 3
    assert [agent for agent in available if "sales" in hour.member_of[agent]]
