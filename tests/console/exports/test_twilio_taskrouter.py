"""One event says the same in every spelling, and a task's events tell its contact."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Moment, Name, Presence, Said, Statement, encode, newer
from console.exports import json_pieces, twilio_taskrouter
from console.exports.export import Rejected
from console.exports.telling import contact_of, intervals_of
from tests.console.exports.samples import sample

OURS = Path(__file__).parents[2] / "data" / "exports" / "twilio_taskrouter"
FILES = ("events-page.json", "event-streams.jsonl", "callbacks.jsonl")
START = 1_714_550_400_000_000
SALES, SUPPORT = f"WQ{1:032x}", f"WQ{2:032x}"
ADA, BO = f"WK{1:032x}", f"WK{2:032x}"
SECOND = 1_000_000


def mask(number: str) -> str:
    return f"<{len(number)}>"


def pieces(name: str) -> list[json_pieces.Piece]:
    return json_pieces.first((OURS / name).read_bytes(), twilio_taskrouter.ARRAYS, 100)


def statements(name: str) -> list[Statement]:
    return [
        statement
        for piece in pieces(name)
        for statement in twilio_taskrouter.take(piece.raw, piece.array, mask)
    ]


def winners(found: list[Statement]) -> dict[tuple[str, str], tuple[int, str]]:
    kept: dict[tuple[str, str], tuple[int, str]] = {}
    for subject, key, version, said in found:
        new = (version, encode(said))
        old = kept.get((subject, key))
        if old is None or newer(*new, *old):
            kept[subject, key] = new
    return kept


def take(record: dict[str, Any], array: str = "events") -> list[Statement]:
    return list(twilio_taskrouter.take(json.dumps(record).encode(), array, mask))


def event(kind: str, **data: Any) -> dict[str, Any]:
    base = {"task_sid": "WT1", "task_queue_sid": "WQ1", "worker_sid": "WK1"}
    return {"event_type": kind, "event_date": "2024-05-01T08:00:00Z", "event_data": base | data}


def moment(record: dict[str, Any]) -> Moment:
    return next(each.said for each in take(record) if isinstance(each.said, Moment))


@pytest.mark.parametrize("name", FILES)
def test_every_spelling_says_the_same(name: str) -> None:
    head = (OURS / name).read_bytes()
    assert twilio_taskrouter.fits(head)
    assert len(pieces(name)) == 18
    assert winners(statements(name)) == winners(statements(FILES[0]))
    piece = pieces(name)[0]
    assert twilio_taskrouter.origin(piece.raw, piece.array) == "WS0a0000000000000000000000000000aa"


def test_a_task_tells_its_contact() -> None:
    said: dict[str, list[tuple[str, Said]]] = {}
    for statement in statements(FILES[0]):
        said.setdefault(statement.subject, []).append((statement.key, statement.said))
    contact = contact_of(said[f"contact:WT{1:032x}"], "x")
    assert contact is not None
    assert (contact.channel, contact.customer, contact.direction) == ("voice", "<12>", "inbound")
    first, second = contact.legs
    assert (first.queue, first.outcome, first.rings) == (SALES, "timeout", 1)
    assert (second.queue, second.agent, second.outcome) == (SUPPORT, BO, "answered")
    assert second.entered_at == START + 30_002_000
    assert (second.wait_us, second.talk_us) == (4_498_000, 120 * SECOND)
    kinds = [(each.kind, each.agent, each.started_at - START) for each in contact.intervals]
    assert ("ring", ADA, 8 * SECOND) in kinds and ("wrapup", BO, 154_500_000) in kinds
    lost = contact_of(said[f"contact:WT{2:032x}"], "x")
    assert lost is not None
    assert (lost.channel, lost.customer) == ("messaging", "<12>")
    assert (lost.legs[0].outcome, lost.legs[0].ended_by) == ("abandoned", "hangup")
    assert lost.legs[0].wait_us == 35_250_000


def test_activities_tell_logins_and_pauses() -> None:
    found = [each.said for each in statements(FILES[0]) if isinstance(each.said, Presence)]
    spans = [
        (span.kind, span.started_at - START, span.ended_at, span.source_state)
        for span in intervals_of(ADA, found, None)
    ]
    assert spans == [
        ("login", -3600 * SECOND, None, ""),
        ("pause", 23_001_000, None, "Break"),
    ]


def test_names_of_queues_and_agents() -> None:
    names = {each.key: each.said for each in statements(FILES[0]) if each.subject == "name"}
    assert names[f"queue:{SALES}"] == Name("queue", SALES, "Sales")
    assert names[f"agent:{ADA}"] == Name("agent", ADA, "Ada Lind", "ada@floor.example.test")


@given(st.data())
def test_order_and_repetition_make_no_difference(data: st.DataObject) -> None:
    found = [each for name in FILES for each in statements(name)]
    assert winners(data.draw(st.permutations(found))) == winners(found)


@pytest.mark.parametrize(
    ("activity", "state"),
    [
        ("Available", "available"), ("available", "available"), ("Idle", "available"),
        ("Ready", "available"), ("Busy", "available"), ("WrapUp", "available"),
        ("Unavailable", "paused"), ("Not Ready", "paused"), ("Not available", "paused"),
        ("Lunch", "paused"), ("Offline", "offline"), ("Logged Out", "offline"),
        ("Available - Outbound", "available"),
    ],
)  # fmt: skip
def test_what_an_activity_means(activity: str, state: str) -> None:
    assert twilio_taskrouter.state_of(activity) == state


@pytest.mark.parametrize(
    ("unique", "attributes", "channel"),
    [
        ("voice", "{}", "voice"),
        ("default", '{"call_sid": "CA1"}', "voice"),
        ("default", '{"ticket": 1}', "task"),
        ("chat", '{"channelType": "web"}', "chat"),
        ("chat", '{"channelType": "sms"}', "messaging"),
        ("chat", '{"channelType": "facebook"}', "social"),
        ("chat", "no JSON {", "chat"),
        ("sms", "[]", "messaging"),
        ("email", "", "email"),
        ("voice", '{"taskType": "callback"}', "callback"),
        ("fax", "{}", "fax"),
    ],
)
def test_the_medium_of_a_task(unique: str, attributes: str, channel: str) -> None:
    data = {"task_channel_unique_name": unique, "task_attributes": attributes}
    assert moment(event("task-queue.entered", **data)).channel == channel


def test_the_customer_of_a_call_that_goes_out() -> None:
    said = {"direction": "outbound", "from": "+1555", "outbound_to": "+155555"}
    found = moment(event("reservation.accepted", task_attributes=said))
    assert (found.direction, found.customer) == ("outbound", "<7>")
    inner = {"from": "client:ada", "customers": {"email": "a@b.test"}}
    assert moment(event("reservation.accepted", task_attributes=inner)).customer == "<8>"


def test_a_call_that_goes_out_waits_in_no_queue() -> None:
    task = {"task_attributes": json.dumps({"direction": "outbound", "outbound_to": "+155555"})}
    assert not [
        each.said
        for each in take(event("task-queue.entered", **task))
        if isinstance(each.said, Moment)
    ]
    accepted = take(event("reservation.accepted", **task))
    told = contact_of([(each.key, each.said) for each in accepted], "WT1")
    assert told is not None
    assert [(leg.queue, leg.outcome, leg.wait_us) for leg in told.legs] == [
        (None, "answered", None)
    ]


def test_ends_by_time_out_and_deletion() -> None:
    late = moment(event("task.canceled", task_canceled_reason="Workflow timeout"))
    assert (late.what, late.word) == ("expired", "Workflow timeout")
    assert moment(event("task.deleted", task_assignment_status="pending")).what == "ended"
    assert not [
        each
        for each in take(event("task.system-deleted", task_assignment_status="completed"))
        if each.subject.startswith("contact:")
    ]
    assert take(event("workflow.target-matched")) == []


def test_a_finer_time_holds_whatever_comes_first() -> None:
    whole = event("reservation.created") | {"sid": "EV1"}
    finer = whole | {"event_date_ms": 1714550400250}
    found = take(whole) + take(finer)
    assert winners(found) == winners(take(finer))
    # The two times of one record can disagree wildly; then the readable one is believed.
    odd = whole | {"event_date_ms": 987654321111}
    assert moment(odd).at == START


def test_seconds_where_there_are_no_milliseconds() -> None:
    data = {"worker_activity_name": "Available", "worker_previous_activity_name": "Break"}
    data["worker_time_in_previous_activity"] = "26"
    before = [each.said for each in take(event("worker.activity.update", **data))][-1]
    assert before == Presence(START - 26 * SECOND, "paused", "Break", START)
    streamed = {
        "type": "com.twilio.taskrouter.worker.activity.update",
        "data": {"payload": data | {"worker_sid": "WK1", "timestamp": "2021-05-01T00:00:00Z"}},
    }
    # Until 21 May 2021 the field held milliseconds there.
    assert len([each for each in take(streamed) if isinstance(each.said, Presence)]) == 1


def test_a_form_whose_fields_are_lists_and_pages_of_workers() -> None:
    form = {
        "EventType": ["reservation.created"], "Timestamp": ["1714550400"], "TaskSid": ["WT1"],
        "WorkerSid": ["WK1"], "WorkerName": ["Ada"],
    }  # fmt: skip
    assert moment(form).agent == "WK1"
    worker = {
        "sid": "WK1", "friendly_name": "ada", "activity_name": "Projects", "available": True,
        "activity_sid": "WA1", "workspace_sid": "WS1", "attributes": "{}",
        "date_status_changed": "2024-05-01T08:00:00Z", "date_updated": "2024-05-01T09:00:00Z",
    }  # fmt: skip
    page = json.dumps({"workers": [worker], "meta": {"key": "workers"}}).encode()
    assert twilio_taskrouter.fits(page)
    name, present = take(worker, "workers")
    assert name.said == Name("agent", "WK1", "ada")
    assert present.said == Presence(START, "available", "Projects")
    queue = {
        "sid": "WQ1",
        "friendly_name": "Sales",
        "workspace_sid": "WS1",
        "target_workers": "1==1",
    }
    assert take(queue, "task_queues")[0].said == Name("queue", "WQ1", "Sales")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"event_date": "2024-05-01T08:00:00Z"}, "of which kind"),
        ({"event_type": "task.created"}, "when it was"),
        (event("task.completed", task_sid=None), "names no task"),
        (event("worker.activity.update", worker_sid=""), "names no worker"),
        (event("task.completed") | {"event_date": "yesterday"}, "is no time"),
    ],
)
def test_what_cannot_be_taken_says_why(record: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        take(record)


def test_other_files_are_none() -> None:
    for foreign in (
        b"",
        b"[]",
        b'{"events": [{"id": 1, "type": "x"}]}',
        b'{"eventType": "INITIATED", "contactId": "1", "channel": "VOICE"}',
        b'{"specversion": "1.0", "type": "com.example.thing", "data": {}}',
        b'{"workers": [{"name": "x"}]}',
        b"a,b\n1,2\n",
    ):
        assert not twilio_taskrouter.fits(foreign)


def test_the_examples_of_the_definition_are_taken() -> None:
    text = sample("twilio", "taskrouter_v1_openapi_extract.json").read_text()
    examples = json.loads(text)["examples"]
    page = examples["GET /v1/Workspaces/{WorkspaceSid}/Events"]["readFull"]["value"]
    assert twilio_taskrouter.fits(json.dumps(page).encode())
    found = take(page["events"][0])
    presence = next(each.said for each in found if isinstance(each.said, Presence))
    assert (presence.state, presence.word) == ("offline", "Offline")
