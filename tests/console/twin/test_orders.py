"""Orders of the outbox take effect in the centre, are answered, and show in the exports."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.domain.times import HOUR, MINUTE, SECOND, iso
from console.twin.places import DATA
from console.twin.rehearsal import Rehearsal
from console.twin.world import Agent
from tests.console.twin.small_centres import everything


class Desk:
    """A rehearsal, and somebody who writes orders into its outbox."""

    def __init__(self, folder: Path, **changes: object) -> None:
        self.folder = folder
        self.play = Rehearsal(everything(**changes), folder)
        self.play.begin()
        self.w = self.play.world
        self.number = 0

    def run(self, minutes: float) -> None:
        to = self.w.now + int(minutes * MINUTE)
        while self.w.now < to:
            self.play.step(min(to, self.w.now + 10 * SECOND))

    def order(self, action: str, where: str = "outbox", **fields: Any) -> str:
        self.number += 1
        said = {
            "id": f"o{self.number}", "at": iso(self.w.now), "deadline": None, "action": action,
            "item": "in words", "takes_back": None, "fields": {"source": "pbx", **fields},
        }  # fmt: skip
        self.write(json.dumps(said), where)
        return said["id"]

    def write(self, line: str, where: str = "outbox") -> None:
        folder = self.folder / where
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "commands.jsonl").open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    def answers(self, where: str = "outbox") -> dict[str, tuple[str, str]]:
        path = self.folder / where / "answers.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        said = [json.loads(line) for line in lines]
        assert len({each["id"] for each in said}) == len(said)
        return {each["id"]: (each["state"], each["words"]) for each in said}

    def rows(self, *verbs: str) -> list[list[str]]:
        lines = (self.folder / "pbx" / "queue_log").read_text("utf-8").splitlines()
        rows = [line.split("|") for line in lines]
        return [row for row in rows if row[4] in verbs]

    def on_duty(self, group: str) -> Agent:
        return next(a for a in self.w.agents if a.group.name == group and a.on)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "centre")
    desk.run(40)
    return desk


def test_an_agent_is_added_and_taken_out(desk: Desk) -> None:
    agent = desk.on_duty("experts")
    fields = {"queue": "support", "agent": agent.name, "interface": agent.id.upper(), "member": ""}
    first = desk.order("queue_add", **fields)
    assert desk.answers() == {}
    desk.run(1)
    assert desk.answers()[first] == ("confirmed", "Added interface to queue")
    assert [row[2:4] for row in desk.rows("ADDMEMBER")][-1] == ["support", agent.id]
    again = desk.order("queue_add", **fields)
    out = desk.order("queue_remove", **fields)
    desk.run(1)
    assert desk.answers()[again] == ("confirmed", "Unable to add interface: Already there")
    assert desk.answers()[out][0] == "confirmed"
    assert [row[2:4] for row in desk.rows("REMOVEMEMBER")][-1] == ["support", agent.id]


def test_one_who_is_paused_in_a_queue_gets_no_call_of_it(desk: Desk) -> None:
    agent = desk.on_duty("phones")
    fields = {"queue": "support", "agent": agent.name, "interface": agent.id}
    first = desk.order("queue_pause", **fields)
    desk.run(1)
    assert desk.answers()[first][0] == "confirmed"
    [row] = [r for r in desk.rows("PAUSE") if r[3] == agent.id and r[5] == "Coalface"]
    since = int(row[0]) + 10  # what rings already goes on
    desk.run(60)
    taken = {r[2] for r in desk.rows("CONNECT") if r[3] == agent.id and int(r[0]) > since}
    assert taken == {"billing"}
    desk.order("queue_unpause", **fields)
    desk.run(30)
    assert any(row[3] == agent.id and row[2] == "support" for row in desk.rows("UNPAUSE"))
    assert agent.paused_in == set()


def test_one_who_is_paused_in_a_chat_gets_no_more_of_it(desk: Desk) -> None:
    chat = next(line for line in desk.w.lines.values() if line.medium.name == "chat")
    agent = next(a for a in desk.w.agents if a.on and chat in a.member)
    fields = {"source": "Amazon Connect", "queue": chat.name, "agent": agent.name}
    first = desk.order("queue_pause", **fields)
    desk.run(2)
    assert desk.answers()[first][0] == "confirmed"
    assert agent.paused_in == {chat.name}
    again = desk.order("queue_unpause", **fields)
    desk.run(2)
    assert desk.answers()[again][0] == "confirmed" and agent.paused_in == set()


def test_a_channel_that_is_closed_lets_nobody_in_and_sends_away_who_waits(desk: Desk) -> None:
    before = desk.w.media["voice"].refused
    support = desk.w.lines["support"]
    while support.count < 3:
        desk.run(0.5)
    desk.order("channel_state", channel="voice", queues=[], state="closed", message="")
    desk.run(1)
    assert len(desk.rows("WITHDRAW")) > 0
    at = max(int(row[0]) for row in desk.rows("WITHDRAW"))
    desk.run(20)
    assert not [r for r in desk.rows("ENTERQUEUE") if int(r[0]) > at and r[2] == "support"]
    assert desk.w.media["voice"].refused > before + 10
    desk.order("channel_state", channel="voice", queues=[], state="open", message="")
    desk.run(10)
    assert [r for r in desk.rows("ENTERQUEUE") if int(r[0]) > at and r[2] == "support"]


def test_a_channel_that_drains_serves_who_waits(desk: Desk) -> None:
    desk.order("channel_state", channel="chat", queues=[], state="draining", message="")
    desk.run(60)
    web = desk.w.lines["web"]
    assert (web.count, web.left) == (0, 0)


def test_the_callback_offer_goes_off_and_the_list_is_dialled(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "centre")
    desk.run(50)
    support = desk.w.lines["support"]
    assert support.promised and support.offer
    for queue in ("support", "billing"):
        desk.order("callback_offer", queue=queue, on=False, was=True)
    desk.run(1)
    keys = len(desk.rows("EXITWITHKEY"))
    desk.run(60)
    assert len(desk.rows("EXITWITHKEY")) == keys
    dialled = desk.rows("ENTERQUEUE")
    assert any(row[2] == "callbacks" for row in dialled)


def test_dialling_stops_and_promises_are_released(desk: Desk) -> None:
    support = desk.w.lines["support"]
    for queue in ("support", "billing"):
        desk.order("callback_offer", queue=queue, on=False)
        desk.order("callback_dial", queue=queue, on=False)
    desk.run(2)
    dialled = len([row for row in desk.rows("ENTERQUEUE") if row[2] == "callbacks"])
    promised = len(support.promised)
    assert promised
    desk.run(30)
    assert len([row for row in desk.rows("ENTERQUEUE") if row[2] == "callbacks"]) == dialled
    told = desk.order("callback_release", queue="support", message="We do not call.", promised=3)
    desk.run(1)
    assert desk.answers()[told] == ("confirmed", f"{promised} told")
    assert not support.promised


def test_a_meeting_is_cancelled(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "centre")
    spans = [(a, s) for a in desk.w.agents for shift in a.shifts for s in shift.blocks]
    agent, span = next(
        (a, s) for a, s in spans if s.block.kind == "meeting" and s.start > desk.w.now
    )
    fields = {
        "person": agent.person, "name": agent.name, "kind": "meeting", "note": "",
        "start": iso(span.start), "end": iso(span.end), "cancelled": True,
    }  # fmt: skip
    first = desk.order("block_cancel", **fields)
    desk.run(10)
    assert desk.answers()[first] == ("confirmed", "Noted")
    desk.run((span.end - desk.w.now) / MINUTE + 5)
    assert not [r for r in desk.rows("PAUSE") if r[3] == agent.id and r[5] == "Meeting"]
    others = [row for row in desk.rows("PAUSE") if row[5] == "Meeting"]
    assert others


def test_what_the_law_requires_stays(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "centre")
    agent, span = next(
        (a, s) for a in desk.w.agents for shift in a.shifts for s in shift.blocks if s.block.legal
    )
    first = desk.order(
        "block_cancel", person=agent.person, name=agent.name, kind="training", note="",
        start=iso(span.start), end=iso(span.end), cancelled=True,
    )  # fmt: skip
    desk.run(20)
    assert desk.answers()[first] == ("refused", "It cannot be moved")


def test_who_is_called_in_comes_after_a_while_and_goes(desk: Desk) -> None:
    agent = next(a for a in desk.w.agents if a.group.reserve)
    until = desk.w.now + HOUR
    first = desk.order(
        "call_in", person=agent.person, name=agent.name, queue="support", note="",
        to=iso(until), cancelled=False, **{"from": iso(desk.w.now)},
    )  # fmt: skip
    desk.run(50)
    assert desk.answers()[first] == ("confirmed", "Will come")
    assert [row[3] for row in desk.rows("ADDMEMBER")].count(agent.id) == 3
    assert any(row[3] == agent.id for row in desk.rows("CONNECT"))
    desk.run(40)
    assert not agent.on
    assert [row[3] for row in desk.rows("REMOVEMEMBER")].count(agent.id) == 3


def test_some_are_refused_and_the_same_ones_each_time(tmp_path: Path) -> None:
    from console.twin.centre import Orders

    said: list[dict[str, tuple[str, str]]] = []
    for name in ("one", "two"):
        desk = Desk(tmp_path / name, orders=Orders(refuse=0.5))
        desk.run(5)
        for number in range(20):
            desk.order("callback_dial", queue="support", on=bool(number % 2))
        desk.run(2)
        said.append(desk.answers())
    assert said[0] == said[1]
    states = [state for state, _ in said[0].values()]
    assert 3 < states.count("refused") < 17 and len(states) == 20


def test_what_cannot_be_understood_is_refused_or_skipped(desk: Desk) -> None:
    desk.write('{"id": "half')
    unknown = desk.order("make_coffee")
    nobody = desk.order("queue_add", queue="support", agent="Nobody", interface="PJSIP/9")
    no_queue = desk.order("callback_dial", queue="nowhere", on=True)
    bad = desk.order("block_cancel", person="2001", kind="meeting", start="soon", end="later",
                     cancelled=True)  # fmt: skip
    late = json.dumps({"id": "late", "deadline": "2020-01-01T00:00:00Z", "action": "queue_add"})
    desk.write(late)
    desk.write(late)
    desk.run(10)
    answers = desk.answers()
    assert set(answers) == {unknown, nobody, no_queue, bad, "late"}
    assert {state for state, _ in answers.values()} == {"refused"}
    assert answers["late"] == ("refused", "too late")


def test_a_console_of_its_own_is_answered_where_it_listens(desk: Desk) -> None:
    where = f"{DATA}/outbox"
    first = desk.order("callback_offer", where, queue="support", on=False)
    desk.run(1)
    assert desk.answers(where)[first][0] == "confirmed"
    assert desk.answers() == {}


def test_an_outbox_that_is_moved_away_is_begun_anew(desk: Desk) -> None:
    desk.order("callback_offer", queue="support", on=False)
    desk.run(1)
    path = desk.folder / "outbox" / "commands.jsonl"
    path.rename(path.with_suffix(".old"))
    second = desk.order("callback_offer", queue="support", on=True)
    desk.run(1)
    assert desk.answers()[second][0] == "confirmed"


def test_who_is_put_on_the_mail_answers_it_and_who_is_taken_off_does_not(desk: Desk) -> None:
    """No export of the desk says who is in a group; its tickets show who answers."""
    mail = desk.w.lines["mail"]
    before = list(mail.members)
    new = next(a for a in desk.w.agents if a.on and mail not in a.member)
    added = desk.order("queue_add", queue="mail", agent=new.name)
    taken = [desk.order("queue_remove", queue="mail", agent=a.name) for a in before]
    desk.run(1)
    states = {id_: state for id_, (state, _) in desk.answers().items()}
    assert states[added] == "confirmed"
    gone = {a for a, id_ in zip(before, taken, strict=True) if states[id_] == "confirmed"}
    assert gone and new in mail.members and not gone & set(mail.members)
    since = iso(desk.w.now + 30 * MINUTE)  # what they had in hand is done by then
    desk.run(150)
    wrote = {
        record["author_id"]
        for path in (desk.folder / "zendesk").glob("audits-*")
        for record in map(json.loads, path.read_text("utf-8").splitlines())
        if record["created_at"] > since
        and any(event.get("field_name") == "assignee_id" for event in record["events"])
    }
    assert 5000 + new.serial in wrote
    assert not wrote & {5000 + agent.serial for agent in gone if agent.member == []}


def test_contacts_are_handed_on_in_every_channel(tmp_path: Path) -> None:
    """A chat becomes another contact, as at Amazon Connect; a ticket goes to another group."""
    from dataclasses import replace

    from console.twin.centre import CHAT, EMAIL, Queue

    whole = everything()
    centre = whole.centre
    more = (Queue("chat experts", CHAT, (), True), Queue("mail experts", EMAIL, (), True))
    groups = tuple(
        replace(group, queues=(*group.queues, "chat experts", "mail experts"))
        if {"web", "mail"} & set(group.queues)
        else group
        for group in centre.groups
    )
    centre = replace(
        centre, queues=(*centre.queues, *more), groups=groups,
        behaviour=replace(centre.behaviour, escalate=0.5),
    )  # fmt: skip
    play = Rehearsal(replace(whole, centre=centre), tmp_path / "centre", hours=4)
    play.run()
    w = play.world
    assert w.lines["chat experts"].received > 3 and w.lines["mail experts"].received > 3
    found = [
        json.loads(line)
        for path in (play.into / "connect" / "contact-records").glob("*.json")
        for line in path.read_text("utf-8").splitlines()
    ]
    by = {record["ContactId"]: record for record in found}
    assert len(by) == len(found)
    later = [record for record in found if record["InitiationMethod"] == "TRANSFER"]
    assert later
    for record in later:
        assert record["Queue"]["Name"] == "chat experts"
        before = by.get(record["PreviousContactId"])
        if before is not None:  # its agent may have had something to write yet
            assert before["NextContactId"] == record["ContactId"]
            assert before["TransferCompletedTimestamp"] == record["Queue"]["EnqueueTimestamp"]
    moved = [
        event
        for path in (play.into / "zendesk").glob("audits-*")
        for line in path.read_text("utf-8").splitlines()
        for event in json.loads(line)["events"]
        if event["type"] == "Change" and event["field_name"] == "group_id"
    ]
    assert moved
