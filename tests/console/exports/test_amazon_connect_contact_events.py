"""Contact events become moments, whatever they are wrapped in and however they are spelt."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import facts
from console.domain.statements import Moment, Statement, decode
from console.exports import amazon_connect_agent_events
from console.exports import amazon_connect_contact_events as events
from console.exports.export import Rejected
from console.exports.telling import contact_of
from tests.console.exports.amazon_connect_files import (
    ARN,
    DATA,
    INSTANCE,
    agent,
    at,
    mask,
    queue,
    records,
    s,
    statements,
    winners,
)
from tests.console.exports.samples import sample

LINES = "eventbridge-lines.json"
WAITED = {
    "queueArn": queue("q"),
    "queueType": "STANDARD",
    "enqueueTimestamp": "2024-03-11T09:00:10.000Z",
}


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "contactId": "c",
        "channel": "VOICE",
        "instanceArn": ARN,
        "initiationMethod": "INBOUND",
        "initiationTimestamp": "2024-03-11T09:00:00.000Z",
        **fields,
    }


def envelope(inner: Any, **fields: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "time": "2024-03-11T09:05:00Z",
        "detail": inner,
        **fields,
    }


def take(whole: Any) -> list[Statement]:
    return events.take(json.dumps(whole).encode(), "", mask)


def moments(kind: str, **fields: Any) -> list[Moment]:
    return [each.said for each in take(detail(kind, **fields)) if isinstance(each.said, Moment)]


def told(said: list[Statement], ref: str) -> Any:
    held = winners(said)
    return contact_of(
        [(key, decode(body)) for (of, key), (_, body) in held.items() if of == f"contact:{ref}"],
        ref,
    )


def test_the_life_of_a_call() -> None:
    call = told(statements(events, LINES), "e-1")
    (leg,) = call.legs
    assert (leg.queue, leg.agent, leg.outcome) == (
        queue("q-service"), agent("a-1"), facts.ANSWERED,
    )  # fmt: skip
    assert (leg.wait_us, leg.talk_us, leg.ended_by) == (s(75), s(150), "CUSTOMER_DISCONNECT")
    (wrapup,) = call.intervals
    assert (wrapup.started_at, wrapup.ended_at) == (at("09:04:10"), at("09:04:55"))


def test_an_event_that_came_tells_those_that_did_not() -> None:
    pieces = records(events, (DATA / events.NAME / LINES).read_bytes())
    last = events.take(pieces[4].raw, pieces[4].array, mask)
    assert told(last, "e-1") == told(statements(events, LINES), "e-1")


def test_other_spellings_and_a_wait_that_was_given_up() -> None:
    call = told(statements(events, "details-2021.json"), "e-2")
    (leg,) = call.legs
    assert (leg.queue, leg.outcome, leg.wait_us) == (queue("q-service"), facts.ABANDONED, s(60))


def test_messages_of_a_queue() -> None:
    three = statements(events, "queue-messages.json")
    assert {each.key for each in three} < {each.key for each in statements(events, LINES)}


QUEUED = detail("QUEUED", queueInfo=WAITED)
SENT = json.dumps(envelope(QUEUED))


@pytest.mark.parametrize(
    "whole",
    [
        QUEUED,
        envelope(QUEUED),
        {"Type": "Notification", "Message": SENT},
        {"Sns": {"Message": SENT}},
        {"body": json.dumps({"Message": SENT})},
        {"message": f"2024-03-11T09:00:11Z {SENT}"},
        {
            "Source": "aws.connect",
            "DetailType": "Amazon Connect Contact Event",
            "Detail": json.dumps(QUEUED),
        },
    ],
)
def test_wrappings(whole: dict[str, Any]) -> None:
    (said,) = take(whole)
    assert said == Statement(
        "contact:c", f"queued:c::{at('09:00:10') // s(1)}", 1,
        Moment(at("09:00:10"), "queued", "voice", queue("q"), word="QUEUED"),
    )  # fmt: skip
    assert events.origin(json.dumps(whole).encode(), "") == INSTANCE


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("CUSTOMER_DISCONNECT", "abandoned"),
        (None, "abandoned"),
        ("CONTACT_FLOW_DISCONNECT", "expired"),
        ("EXPIRED", "expired"),
    ],
)
def test_who_ended_the_wait(reason: str | None, what: str) -> None:
    said = moments(
        "DISCONNECTED",
        queueInfo=WAITED,
        disconnectTimestamp="2024-03-11T09:02:00Z",
        disconnectReason=reason,
    )
    assert [(each.what, each.at) for each in said] == [
        ("queued", at("09:00:10")),
        (what, at("09:02:00")),
    ]


def test_a_callback_is_a_promise_of_the_first_contact() -> None:
    queued = take(
        detail(
            "QUEUED",
            contactId="d",
            initialContactId="c",
            initiationMethod="CALLBACK",
            queueInfo=WAITED,
        )
    )
    begun = take(
        detail("INITIATED", contactId="d", initialContactId="c", initiationMethod="CALLBACK")
    )
    ((key, (_, body)),) = winners([*queued, *begun]).items()
    assert key == ("contact:c", f"promised:d::{at('09:00:00') // s(1)}")
    assert decode(body) == Moment(
        at("09:00:00"), "promised", "callback", queue("q"), word="CALLBACK", direction="outbound"
    )


def test_a_contact_that_a_flow_puts_into_another_queue_has_left_the_first() -> None:
    said = moments("INITIATED", initialContactId="b", initiationMethod="QUEUE_TRANSFER")
    assert [each.what for each in said] == ["transferred"]


def test_all_of_a_transfer_between_queues_can_bear_one_time() -> None:
    onward = {"queueArn": queue("r"), "enqueueTimestamp": "2024-03-11T09:01:00Z"}
    after = {
        "contactId": "d",
        "initialContactId": "c",
        "initiationMethod": "QUEUE_TRANSFER",
        "initiationTimestamp": "2024-03-11T09:01:00Z",
        "queueInfo": onward,
    }
    reason = "CONTACT_FLOW_DISCONNECT"
    said = [
        *take(
            detail(
                "DISCONNECTED",
                queueInfo=WAITED,
                disconnectTimestamp="2024-03-11T09:01:00Z",
                disconnectReason=reason,
            )
        ),
        *take(detail("QUEUED", **after)),
    ]
    contact = contact_of([(each.key, each.said) for each in said], "c")
    assert contact is not None
    assert [(leg.queue, leg.outcome, leg.ended_at) for leg in contact.legs] == [
        (queue("q"), facts.TIMEOUT, at("09:01:00")),
        (queue("r"), facts.WAITING, None),
    ]


def test_the_time_of_the_envelope_serves_where_the_event_has_none() -> None:
    (said,) = take(envelope(detail("QUEUED", queueInfo={"queueArn": queue("q")})))
    assert isinstance(said.said, Moment) and said.said.at == at("09:05:00")


def test_an_agents_own_queue_is_none() -> None:
    own = {**WAITED, "queueType": "AGENT"}
    by = {"agentArn": agent("a"), "connectedToAgentTimestamp": "2024-03-11T09:01:00Z"}
    said = moments("CONNECTED_TO_AGENT", queueInfo=own, agentInfo=by)
    assert [(each.what, each.queue) for each in said] == [("connected", None)]


def test_customers_are_masked() -> None:
    (said,) = moments(
        "QUEUED", queueInfo=WAITED, customerEndpoint={"address": "+498912340001", "type": "x"}
    )
    assert said.customer == "#0001"


@pytest.mark.parametrize(
    "fields",
    [
        {"channel": "TASK"},
        {"initiationMethod": "MONITOR"},
        {"eventType": "CONTACT_DATA_UPDATED"},
        {"eventType": "SOMETHING_NEW"},
    ],
)
def test_what_moves_no_customer_says_nothing(fields: dict[str, Any]) -> None:
    assert take(detail("INITIATED") | fields) == []


def test_agent_events_of_the_same_contact_have_the_same_keys() -> None:
    theirs = {
        each.key
        for each in statements(amazon_connect_agent_events, "day-concatenated.json")
        if isinstance(each.said, Moment)
    }
    ours = {each.key.replace("e-1", "c-answered") for each in statements(events, LINES)}
    assert ours <= theirs


SAMPLES = statements(events, LINES, "details-2021.json", "queue-messages.json")
HELD = winners(SAMPLES)


@given(st.permutations(SAMPLES), st.lists(st.sampled_from(SAMPLES), max_size=20))
def test_neither_order_nor_repetition_matters(
    order: list[Statement], again: list[Statement]
) -> None:
    assert winners([*again, *order]) == HELD


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (detail("QUEUED", contactId=None), "without contactId"),
        (detail("DISCONNECTED"), "does not say when"),
        (detail("QUEUED", initiationTimestamp="noon"), "no time"),
        (envelope({}, **{"detail-type": "Contact Lens Post Call Rules Matched"}), "another kind"),
        ({"Message": '{"hello": 1}'}, "no contact event"),
        (envelope([1]), "no contact event"),
    ],
)
def test_what_cannot_be_taken_says_why(whole: dict[str, Any], words: str) -> None:
    with pytest.raises(Rejected, match=words):
        take(whole)


def test_a_message_that_is_no_json() -> None:
    with pytest.raises(msgspec.DecodeError):
        take({"body": "hello"})


def test_what_fits() -> None:
    for place in (DATA / events.NAME).iterdir():
        raw = place.read_bytes()
        assert events.fits(raw), place.name
        assert events.origin(records(events, raw)[0].raw, "") == INSTANCE
    assert not events.fits(b'{"Records": [{"body": "of another queue"}]}')
    assert not events.fits(b'{"eventType": "x"}') and not events.fits(b"\n")
    assert events.origin(b"{}", "") == ""


def test_the_documented_events() -> None:
    raw = sample("amazon_connect", "samples", "contact_events_eventbridge.json").read_bytes()
    assert events.fits(raw)
    said = [each for piece in records(events, raw) for each in events.take(piece.raw, "", mask)]
    assert [each.said.what for each in said if isinstance(each.said, Moment)] == [
        "queued", "connected", "connected", "released",
    ]  # fmt: skip
