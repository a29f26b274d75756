"""Agent events become presences, queues, names and moments; heartbeats repeat nothing."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Moment, Name, Presence, Serves, Statement, decode
from console.exports import amazon_connect_agent_events as events
from console.exports.export import Rejected
from console.exports.telling import contact_of, intervals_of
from tests.console.exports.amazon_connect_files import (
    ARN,
    DATA,
    INSTANCE,
    agent,
    at,
    mask,
    of,
    queue,
    records,
    s,
    statements,
    winners,
)
from tests.console.exports.samples import sample

DAY = "day-concatenated.json"
OLD = "2018-lines.json"
LENA = f"agent:{agent('a-1')}"


def event(**fields: Any) -> bytes:
    whole: dict[str, Any] = {
        "AgentARN": agent("a-1"),
        "EventType": "STATE_CHANGE",
        "EventTimestamp": "2024-03-11T09:30:00.000Z",
        **fields,
    }
    return json.dumps(whole).encode()


def snapshot(name: str = "Available", kind: str | None = None, **fields: Any) -> dict[str, Any]:
    status = {"Name": name, "Type": kind, "StartTimestamp": "2024-03-11T09:00:00.000Z"}
    return {"AgentStatus": status, "Configuration": None, "Contacts": [], **fields}


def contact(state: str, **fields: Any) -> dict[str, Any]:
    return {
        "ContactId": "c",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "State": state,
        "StateStartTimestamp": "2024-03-11T09:10:00.000Z",
        "Queue": {"ARN": queue("q"), "Name": "Q"},
        "QueueTimestamp": "2024-03-11T09:09:00.000Z",
        **fields,
    }


def moments(*held: dict[str, Any], before: list[dict[str, Any]] | None = None) -> list[Moment]:
    previous = None if before is None else snapshot(Contacts=before)
    raw = event(CurrentAgentSnapshot=snapshot(Contacts=held), PreviousAgentSnapshot=previous)
    return [each.said for each in events.take(raw, "", mask) if isinstance(each.said, Moment)]


def presences(said: list[Statement], subject: str) -> list[Presence]:
    held = [decode(body) for (of, _), (_, body) in winners(said).items() if of == subject]
    return [each for each in held if isinstance(each, Presence)]


def test_a_day_of_an_agent() -> None:
    found = intervals_of("lena", presences(statements(events, DAY), LENA), None)
    assert [(span.kind, span.started_at, span.ended_at, span.source_state) for span in found] == [
        ("login", at("08:59:00.004"), at("16:59:58"), ""),
        ("pause", at("12:00:00.500"), at("16:59:58"), "Lunch"),
    ]


def test_heartbeats_after_the_logout_say_nothing_new() -> None:
    pieces = records(events, (DATA / events.NAME / DAY).read_bytes())
    said = [each for piece in pieces for each in events.take(piece.raw, "", mask)]
    until_logout = [each for piece in pieces[:-2] for each in events.take(piece.raw, "", mask)]
    keys = [(subject, key, body) for (subject, key), (_, body) in sorted(winners(said).items())]
    assert keys == [
        (subject, key, body) for (subject, key), (_, body) in sorted(winners(until_logout).items())
    ]


def test_old_events_without_types_and_snapshots() -> None:
    subject = f"agent:{agent('a-3')}"
    said = statements(events, OLD)
    assert sorted(presences(said, subject), key=lambda each: each.since) == [
        Presence(at("2018-05-16T16:13:10.010Z"), "available", "Available"),
        Presence(at("2018-05-16T18:00:00Z"), "offline", "LOGOUT"),
    ]
    assert Serves((queue("q-service"),), ("voice",)) in of(said, subject)


@pytest.mark.parametrize(
    ("name", "kind", "state"),
    [
        ("Available", None, "available"),
        ("Offline", None, "offline"),
        ("Break", None, "paused"),
        ("Bereit", "ROUTABLE", "available"),
        ("Back office", "CUSTOM", "paused"),
        ("Feierabend", "OFFLINE", "offline"),
    ],
)
def test_the_type_decides_else_the_name(name: str, kind: str | None, state: str) -> None:
    raw = event(CurrentAgentSnapshot=snapshot(name, kind))
    (said,) = of(events.take(raw, "", mask), LENA)
    assert said == Presence(at("09:00:00"), state, name)


def test_who_comes_back_in_the_status_he_left_in_is_there_again() -> None:
    raw = event(EventType="LOGIN", CurrentAgentSnapshot=snapshot())
    assert Presence(at("09:30:00"), "available", "Available") in of(
        events.take(raw, "", mask), LENA
    )


def test_a_change_of_a_setting_is_no_new_presence() -> None:
    one = events.take(event(CurrentAgentSnapshot=snapshot()), "", mask)
    two = events.take(
        event(CurrentAgentSnapshot=snapshot(), EventTimestamp="2024-03-11T09:45:00Z"), "", mask
    )
    assert len(presences([*one, *two], LENA)) == 1


def test_queues_and_names() -> None:
    said = statements(events, DAY)
    held = {key: decode(body) for (_, key), (_, body) in winners(said).items()}
    service, billing = queue("q-service"), queue("q-billing")
    # Not the agent's own queue, and no tasks.
    assert held["serves"] == Serves((billing, service, service), ("voice", "chat", "voice"))
    login = "lena.wolf@example.com"
    assert held[LENA] == Name("agent", agent("a-1"), "Lena Wolf", login)
    assert held[f"queue:{queue('q-out')}"] == Name("queue", queue("q-out"), "Outbound")
    assert f"queue:{queue('agent/a-1')}" not in held


def test_the_queues_of_the_newest_event_hold() -> None:
    def configured(*names: str) -> dict[str, Any]:
        inbound = [{"ARN": queue(name), "Name": name} for name in names]
        return {"Username": "l", "RoutingProfile": {"InboundQueues": inbound}}

    new = event(
        EventTimestamp="2024-03-11T11:00:00Z",
        CurrentAgentSnapshot=snapshot(Configuration=configured("b")),
    )
    old = event(CurrentAgentSnapshot=snapshot(Configuration=configured("a", "b")))
    said = [*events.take(new, "", mask), *events.take(old, "", mask)]
    assert decode(winners(said)[LENA, "serves"][1]) == Serves((queue("b"),), ("voice",))


def test_a_contact_in_hand_is_told_from_its_states() -> None:
    said = winners(statements(events, DAY))
    told = contact_of(
        [
            (key, decode(body))
            for (of, key), (_, body) in said.items()
            if of == "contact:c-answered"
        ],
        "c-answered",
    )
    assert told is not None
    (leg,) = told.legs
    assert (leg.queue, leg.agent) == (queue("q-service"), agent("a-1"))
    assert (leg.entered_at, leg.connected_at) == (at("09:00:25.311"), at("09:01:40.120"))
    assert (leg.ended_at, leg.hold_us) == (at("09:04:10.250"), s(30))
    assert [(span.kind, span.started_at, span.ended_at) for span in told.intervals] == [
        ("ring", at("09:01:36"), at("09:01:40.120")),
        ("wrapup", at("09:04:10.250"), at("09:04:55.300")),
    ]


def test_a_ring_without_answer_leaves_nobody_waiting_for_ever() -> None:
    said = [each for each in statements(events, DAY) if each.subject == "contact:c-missed"]
    assert {each.said.what for each in said if isinstance(each.said, Moment)} == {"declined"}
    told = contact_of([(each.key, each.said) for each in said], "c-missed")
    assert told is not None and told.legs == ()


@pytest.mark.parametrize("state", ["MISSED", "REJECTED", "ERROR", "ENDED"])
def test_ends_of_a_ring(state: str) -> None:
    (said,) = moments(contact(state))
    assert (said.what, said.word, said.agent) == ("declined", state, agent("a-1"))


def test_a_transferred_contact_is_told_of_the_first() -> None:
    raw = event(
        CurrentAgentSnapshot=snapshot(Contacts=[contact("CONNECTING", InitialContactId="i")])
    )
    (said,) = [each for each in events.take(raw, "", mask) if isinstance(each.said, Moment)]
    assert said.subject == "contact:i"


@pytest.mark.parametrize(
    "fields", [{"Channel": "TASK"}, {"InitiationMethod": "MONITOR"}, {"ContactId": None}]
)
def test_tasks_and_supervisors_are_no_contacts(fields: dict[str, Any]) -> None:
    assert moments(contact("CONNECTING", **fields)) == []


def test_an_agent_who_calls_is_not_offered_his_own_call() -> None:
    assert moments(contact("CONNECTING", InitiationMethod="OUTBOUND", QueueTimestamp=None)) == []
    talking = contact(
        "CONNECTED", InitiationMethod="OUTBOUND", ConnectedToAgentTimestamp="2024-03-11T09:10:00Z"
    )
    (said,) = moments(talking)
    assert (said.what, said.direction) == ("connected", "outbound")
    # The queue whose number is shown: no customer waited in it, for however long.
    told = contact_of([("connected", said)], "c")
    assert told is not None
    assert [(leg.queue, leg.wait_us) for leg in told.legs] == [(None, None)]


def test_how_long_it_waited_is_unknown_where_its_entry_is_not_told() -> None:
    begun = "2024-03-11T09:09:30.000Z"
    said = moments(contact("CONNECTED", ConnectedToAgentTimestamp=begun, QueueTimestamp=None))
    told = contact_of([(each.what, each) for each in said], "c")
    assert told is not None
    assert [(leg.queue, leg.wait_us) for leg in told.legs] == [(queue("q"), None)]


def test_a_hold_that_does_not_say_since_when_is_not_told() -> None:
    begun = "2024-03-11T09:10:00.000Z"
    said = moments(contact("CONNECTED_ONHOLD", ConnectedToAgentTimestamp=begun))
    assert [each.what for each in said] == ["queued", "connected"]


def test_only_a_change_ends_after_contact_work() -> None:
    done = contact("ENDED", ConnectedToAgentTimestamp="2024-03-11T09:09:30.000Z")
    assert "wrapped" in [each.what for each in moments(before=[done])]
    raw = event(
        EventType="HEART_BEAT",
        CurrentAgentSnapshot=snapshot(),
        PreviousAgentSnapshot=snapshot(Contacts=[done]),
    )
    assert "wrapped" not in [
        each.said.what for each in events.take(raw, "", mask) if isinstance(each.said, Moment)
    ]


SAMPLES = statements(events, DAY, OLD)
HELD = winners(SAMPLES)


@given(st.permutations(SAMPLES), st.lists(st.sampled_from(SAMPLES), max_size=20))
def test_neither_order_nor_repetition_matters(
    order: list[Statement], again: list[Statement]
) -> None:
    assert winners([*again, *order]) == HELD


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"AgentARN": None}, "without AgentARN"),
        ({"EventTimestamp": None}, "without EventTimestamp"),
        ({"EventTimestamp": "noon"}, "no time"),
    ],
)
def test_what_cannot_be_taken_says_why(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(Rejected, match=words):
        events.take(event(**fields), "", mask)


def test_what_fits_and_whose_it_is() -> None:
    for place in (DATA / events.NAME).iterdir():
        raw = place.read_bytes()
        assert events.fits(raw) and events.fits(raw[:300]), place.name
    assert not events.fits(b'{"AgentARN": "x"}') and not events.fits(b"\n")
    assert events.origin(event(), "") == INSTANCE
    assert events.origin(event(AgentARN="x", InstanceARN=ARN), "") == INSTANCE
    assert events.origin(b"[", "") == ""


def test_the_documented_heartbeat() -> None:
    raw = sample("amazon_connect", "samples", "agent_event_heartbeat.json").read_bytes()
    assert events.fits(raw)
    said = events.take(raw, "", mask)
    held = [decode(body) for _, body in winners(said).values()]
    # Both snapshots begin at the same instant: the one after the event holds.
    assert [each.word for each in held if isinstance(each, Presence)] == ["Available"]
    (serves,) = [each for each in held if isinstance(each, Serves)]
    assert serves.channels == ("chat", "voice")
