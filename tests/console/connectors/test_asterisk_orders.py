"""Orders are carried out once, and nothing is called done before the PBX says so."""

from collections.abc import Sequence
from typing import Any

import pytest

from console.connectors.asterisk import Asterisk
from console.connectors.connector import Unreachable
from console.domain.links import REFUSED, UP, Heard, Picture, Sighting
from console.domain.messages import Answer
from console.domain.times import now_us
from tests.console.connectors.at_asterisk import ANN, BOB, Desk, Hasty, Open, wait
from tests.console.connectors.pbx import Action, Pbx, Session, a_list, packet, unknown


def test_agents_in_and_out_of_a_queue(pbx: Pbx, desk: Desk) -> None:
    assert desk.order("queue_add", **BOB) == ("confirmed", "Added interface to queue")
    (added,) = pbx.asked("QueueAdd")
    assert added == {
        "Action": "QueueAdd",
        "ActionID": added["ActionID"],
        "Queue": "support",
        "Interface": "PJSIP/102",
        "MemberName": "Bob",
        "Penalty": "0",
        "Paused": "false",
    }
    assert desk.order("queue_add", **BOB) == (
        "confirmed",
        "Unable to add interface: Already there",
    )
    assert desk.order("queue_remove", **BOB) == ("confirmed", "Removed interface from queue")
    assert desk.order("queue_remove", **BOB) == (
        "confirmed",
        "Unable to remove interface: Not there",
    )
    wait(lambda: ("agent|support|pjsip/102", "member", "out") in desk.seen())
    assert ("agent|support|pjsip/102", "member", "in") in desk.seen()


def test_pause_unpause_penalty(pbx: Pbx, desk: Desk) -> None:
    state, words = desk.order("queue_pause", **ANN, reason="Schulung")
    assert (state, words) == ("confirmed", "Interface paused successfully")
    assert desk.order("queue_unpause", **ANN)[0] == "confirmed"
    assert desk.order("queue_penalty", **ANN, penalty=3)[0] == "confirmed"
    paused, unpaused = pbx.asked("QueuePause")
    assert (paused["Paused"], paused["Reason"]) == ("true", "Schulung")
    assert unpaused["Paused"] == "false" and "Reason" not in unpaused
    wait(lambda: ("agent|support|pjsip/101", "penalty", "3") in desk.seen())
    pauses = [value for _subject, aspect, value in desk.seen() if aspect == "pause"]
    assert pauses == ["serving", "paused", "serving"]


def test_what_the_pbx_will_not_do_comes_with_the_remedy(desk: Desk) -> None:
    state, words = desk.order("queue_remove", **ANN)
    assert state == "refused"
    assert words.startswith("Member not dynamic: ") and "pause them" in words
    state, words = desk.order("queue_pause", **BOB)
    assert state == "refused" and words.startswith("Interface not found: ")
    state, words = desk.order("queue_add", **{**BOB, "queue": "nosuch"})
    assert state == "refused" and words.startswith("Unable to add interface to queue: No such")


@pytest.mark.parametrize("action", ["block_cancel", "call_in"])
def test_what_asterisk_cannot_do(desk: Desk, pbx: Pbx, action: str) -> None:
    before = len(pbx.actions)
    state, words = desk.order(action, agent="Ann")
    assert state == "refused" and words.startswith("Asterisk cannot do this")
    assert len(pbx.actions) == before


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("queue_pause", {**ANN, "reason": "off\r\n\r\nAction: QueueReset"}, "control character"),
        ("queue_pause", {**ANN, "interface": "PJSIP/101\r\nPaused: false"}, "control character"),
        ("queue_add", {**BOB, "member": "Bob\n"}, "control character"),
        ("queue_pause", {**ANN, "reason": "Raum 2, Haus 3"}, "The reason contains “,”"),
        ("queue_pause", {**ANN, "reason": "a|b"}, "The reason contains “|”"),
        ("queue_add", {**BOB, "member": "Díaz; Carla"}, "The name contains “;”"),
        ("queue_add", {**BOB, "interface": "PJSIP/1,2"}, "The interface contains “,”"),
        ("queue_add", {**BOB, "queue": ""}, "which queue"),
        ("queue_add", {**BOB, "interface": "bob"}, "no interface of Asterisk"),
        ("queue_penalty", {**ANN, "penalty": "abc"}, "whole number"),
        ("queue_penalty", {**ANN, "penalty": -1}, "whole number"),
        ("queue_penalty", {**ANN, "penalty": True}, "whole number"),
        ("queue_penalty", {**ANN, "penalty": None}, "whole number"),
        ("queue_pause", {**ANN, "agent": "Zed", "interface": "", "member": ""}, "No interface"),
        ("callback_offer", {"queue": "support", "on": "yes"}, "on or off"),
        ("callback_release", {"queue": "support", "message": "a\nb"}, "control character"),
        ("callback_release", {"queue": "support", "message": "x" * 1000}, "too long"),
        (
            "channel_state",
            {"channel": "voice", "queues": ["support"], "state": "shut", "message": ""},
            "not “shut”",
        ),
        (
            "channel_state",
            {"channel": "voice", "queues": [], "state": "open", "message": ""},
            "no queue on this PBX",
        ),
    ],
)
def test_nothing_unfit_is_sent(
    pbx: Pbx, desk: Desk, action: str, fields: dict[str, Any], words: str
) -> None:
    before = len(pbx.actions)
    state, said = desk.order(action, **fields)
    assert state == "refused" and words in said
    assert len(pbx.actions) == before


def test_a_long_reason_is_cut_at_a_letter(pbx: Pbx, desk: Desk) -> None:
    assert desk.order("queue_pause", **ANN, reason="x" * 78 + "ü")[0] == "confirmed"
    assert pbx.asked("QueuePause")[0]["Reason"] == "x" * 78


def test_interfaces_as_the_pbx_writes_them(pbx: Pbx, opened: Open) -> None:
    pbx.member("support", "Local/1003@Agents/n", "Carla Díaz").state_interface = "Custom:1003"
    pbx.member("sales", "PJSIP/7", "Eve")
    pbx.member("support", "PJSIP/8", "Twin")
    pbx.member("support", "PJSIP/9", "Twin")
    desk = opened(pbx)
    desk.await_link(UP)
    for given in ("local/1003@agents/N", "Local/1003@agents", ""):
        fields: dict[str, Any] = {
            "queue": "support",
            "agent": "Carla",
            "interface": given,
            "member": "Carla Díaz",
        }
        assert desk.order("queue_pause", **fields)[0] == "confirmed"
        assert pbx.asked("QueuePause")[-1]["Interface"] == "Local/1003@Agents/n"
    fields: dict[str, Any] = {"queue": "support", "agent": "Eve", "interface": "", "member": ""}
    assert desk.order("queue_add", **fields)[0] == "confirmed"
    assert pbx.asked("QueueAdd")[-1]["Interface"] == "PJSIP/7"
    twin: dict[str, Any] = {"queue": "support", "agent": "Twin", "interface": "", "member": ""}
    state, words = desk.order("queue_pause", **twin)
    assert state == "refused" and "not just one" in words
    carla: dict[str, Any] = {"queue": "sales", "agent": "Carla Díaz", "interface": "", "member": ""}
    assert desk.order("queue_add", **carla)[0] == "confirmed"
    assert pbx.asked("QueueAdd")[-1]["StateInterface"] == "Custom:1003"


def test_switches_are_put_and_read_back(pbx: Pbx, desk: Desk) -> None:
    assert desk.order("callback_offer", queue="support", on=False, was=None) == (
        "confirmed",
        "Updated database successfully",
    )
    assert desk.order("callback_dial", queue="support", on=True)[0] == "confirmed"
    assert desk.order("callback_release", queue="support", message="We call.")[0] == "confirmed"
    assert pbx.values == {
        "coalface/callback/support/offer": "off",
        "coalface/callback/support/dial": "on",
        "coalface/callback/support/release": "We call.",
    }
    assert ("queue|support", "offer", "off") in desk.seen()
    assert ("queue|support", "dial", "on") in desk.seen()


def test_a_channel_is_all_its_queues(pbx: Pbx, desk: Desk) -> None:
    fields: dict[str, Any] = {
        "channel": "voice",
        "queues": ["support", "sales"],
        "state": "draining",
        "message": "Later; please, we are full",
    }
    assert desk.order("channel_state", **fields)[0] == "confirmed"
    for queue in ("support", "sales"):
        assert pbx.values[f"coalface/queue/{queue}/state"] == "draining"
        assert pbx.values[f"coalface/queue/{queue}/message"] == "Later; please, we are full"
    assert ("channel|voice", "state", "draining") in desk.seen()
    assert not pbx.asked("QueueWithdrawCaller")
    assert desk.order("channel_state", **{**fields, "state": "open", "message": ""})[0] == (
        "confirmed"
    )
    assert desk.seen()[-1] == ("channel|voice", "state", "open")


def test_who_waits_in_a_closed_channel_is_let_go(pbx: Pbx, desk: Desk) -> None:
    pbx.waiting = {"support": [("PJSIP/t-1", "1.1", 5), ("PJSIP/t-2", "1.2", 3)]}
    fields: dict[str, Any] = {
        "channel": "voice",
        "queues": ["support", "sales"],
        "state": "closed",
        "message": "Closed.",
    }
    assert desk.order("channel_state", **fields)[0] == "confirmed"
    assert pbx.waiting == {"support": []}
    pbx.waiting = {"support": [("PJSIP/t-3", "1.3", 5)]}
    pbx.instead["QueueWithdrawCaller"] = unknown
    state, words = desk.order("channel_state", **fields)
    assert state == "refused" and words.startswith("New contacts are turned away, but 1 who wait")


def test_what_does_not_read_back_is_not_done(pbx: Pbx, desk: Desk) -> None:
    def lost(_session: Session, action: Action) -> bytes:
        return packet(
            "Response: Success", f"ActionID: {action['ActionID']}", "Message: Updated database"
        )

    pbx.instead["DBPut"] = lost
    state, words = desk.order("callback_offer", queue="support", on=True)
    assert state == "refused" and "coalface/callback/support/offer does not read" in words


def test_an_old_pbx_gives_the_beginning_of_a_long_value(pbx: Pbx, desk: Desk) -> None:
    def begun(_session: Session, action: Action) -> bytes:
        value = pbx.values[f"{action['Family']}/{action['Key']}"].encode()[:255]
        family, key = f"Family: {action['Family']}", f"Key: {action['Key']}"
        text = value.decode(errors="ignore")
        return a_list(action, ["Event: DBGetResponse", family, key, f"Val: {text}"])

    pbx.instead["DBGet"] = begun
    assert desk.order("callback_release", queue="sales", message="ü" * 300)[0] == "confirmed"


def test_too_late(pbx: Pbx, desk: Desk) -> None:
    state, words = desk.order("queue_pause", **ANN, deadline=now_us() - 1)
    assert state == "refused" and words.startswith("Too late")
    assert not pbx.asked("QueuePause")


def test_many_at_once_are_carried_out_in_their_order(pbx: Pbx, desk: Desk) -> None:
    ids = [
        desk.send("queue_pause" if number % 2 else "queue_unpause", **ANN)
        for number in range(1, 102)
    ]
    for identity in ids:
        assert desk.answer(identity).state == "confirmed"
    assert pbx.queues["support"]["pjsip/101"].paused
    assert [answer.id for answer in desk.connector.answers()] == ids
    desk.connector.settle()


def test_the_answer_is_told_before_the_event_behind_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    connector = desk.connector

    def answer(answer: Answer) -> None:
        told.append("answer")
        Asterisk.answer(connector, answer)

    def tell(
        sightings: Sequence[Sighting] = (),
        heard: Sequence[Heard] = (),
        picture: Picture | None = None,
    ) -> None:
        told.extend(["event"] * bool(heard))
        Asterisk.tell(connector, sightings, heard, picture)

    monkeypatch.setattr(connector, "answer", answer)
    monkeypatch.setattr(connector, "tell", tell)
    ids = [desk.send("queue_pause", **ANN), desk.send("queue_unpause", **ANN)]
    for identity in ids:
        desk.answer(identity)
    wait(lambda: told.count("event") >= 2)
    assert told[:4] == ["answer", "event"] * 2


# --- once, whatever breaks


def test_handed_over_again_it_looks_first(pbx: Pbx, desk: Desk) -> None:
    assert desk.order("queue_pause", **ANN, again=True)[1] == "Interface paused successfully"
    assert desk.order("queue_pause", **ANN, again=True) == ("confirmed", "It stands so already.")
    assert len(pbx.asked("QueuePause")) == 1
    assert desk.order("queue_add", **ANN, again=True)[1] == "It stands so already."
    assert desk.order("queue_remove", **BOB, again=True)[1] == "It stands so already."
    assert desk.order("queue_penalty", **ANN, penalty=0, again=True)[1] == "It stands so already."
    assert not pbx.asked("QueueAdd") and not pbx.asked("QueueRemove")
    assert desk.order("callback_offer", queue="support", on=True, again=True)[1] != (
        "It stands so already."
    )
    assert desk.order("callback_offer", queue="support", on=True, again=True)[1] == (
        "It stands so already."
    )
    nowhere: dict[str, Any] = {**BOB, "queue": "nosuch"}
    assert desk.order("queue_remove", **nowhere, again=True)[1] != "It stands so already."
    late = now_us() - 1
    assert desk.order("queue_pause", **ANN, again=True, deadline=late)[0] == "confirmed"
    assert desk.order("queue_unpause", **ANN, again=True, deadline=late)[0] == "refused"


def test_the_same_id_in_hand_is_one_order(pbx: Pbx, desk: Desk) -> None:
    held: list[Action] = []

    def hold(_session: Session, action: Action) -> bytes:
        held.append(action)
        return b""

    pbx.instead["QueuePause"] = hold
    parcel = desk.parcel("queue_pause", **ANN)
    desk.connector.send(parcel)
    desk.connector.send(parcel)
    wait(lambda: held)
    desk.connector.send(parcel)
    pbx.instead.clear()
    for session in pbx.sessions:
        pbx.write(session.link, pbx.usual(session, held[0]) or b"")
    assert desk.answer(parcel.id).state == "confirmed"
    assert len(pbx.asked("QueuePause")) == 1


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_line_that_breaks_before_the_answer(pbx: Pbx, desk: Desk, carried_out: bool) -> None:
    def breaks(session: Session, action: Action) -> None:
        pbx.instead.clear()
        if carried_out:
            session.pbx.queues["support"]["pjsip/101"].paused = True

    pbx.instead["QueuePause"] = breaks
    identity = desk.send("queue_pause", **ANN)
    answer = desk.answer(identity)
    assert answer.state == "confirmed"
    assert len(pbx.asked("QueuePause")) == (1 if carried_out else 2)
    assert (answer.words == "It stands so already.") == carried_out
    assert pbx.queues["support"]["pjsip/101"].paused


def test_an_order_that_is_never_answered_does_not_break_the_line_for_ever(
    pbx: Pbx, opened: Open
) -> None:
    desk = opened(pbx, Hasty)
    desk.await_link(UP)
    pbx.instead["QueuePenalty"] = lambda _session, _action: None
    lost = desk.send("queue_penalty", **ANN, penalty=5)
    wait(lambda: len(pbx.asked("QueuePenalty")) == 3)
    desk.await_link(UP)
    assert desk.order("queue_pause", **ANN)[0] == "confirmed"
    assert lost not in {answer.id for answer in desk.connector.answers()}


def test_what_is_in_doubt_is_not_settled(pbx: Pbx, desk: Desk) -> None:
    pbx.instead["QueuePause"] = lambda _session, _action: None
    pbx.secret = "another"
    desk.send("queue_pause", **ANN)
    desk.await_link(REFUSED)
    with pytest.raises(Unreachable):
        desk.connector.settle()
