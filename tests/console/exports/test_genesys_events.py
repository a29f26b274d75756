"""Events of Genesys Cloud, one by one."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import facts
from console.domain.customers import Mask
from console.domain.statements import Moment, Presence, Statement, encode, newer
from console.domain.times import SECOND
from console.exports import genesys_conversation_events, telling
from console.exports.export import Rejected
from console.exports.json_pieces import first

DATA = Path(__file__).parents[2] / "data" / "exports" / "genesys_conversation_events"
MASK = Mask(b"key", readable=True)
BILLING = "00000001-aaaa-4000-8000-000000000000"
ANN = "00000001-bbbb-4000-8000-000000000000"
BEN = "00000002-bbbb-4000-8000-000000000000"
START = 1_714_982_400 * SECOND


def statements(name: str) -> list[Statement]:
    raw = (DATA / name).read_bytes()
    return [told for piece in first(raw, ()) for told in take(piece.raw)]


def take(raw: bytes) -> list[Statement]:
    return list(genesys_conversation_events.take(raw, "", MASK))


def event(topic: str, **body: Any) -> bytes:
    said = {"eventTime": 1_714_982_400_000, "conversationId": "e", "sessionId": "s", **body}
    name = f"v2.detail.events.conversation.e.{topic}"
    return json.dumps({"topicName": name, "eventBody": said}).encode()


def moments(raw: bytes) -> list[Moment]:
    return [each.said for each in take(raw) if isinstance(each.said, Moment)]


def test_events_are_recognised_in_and_out_of_their_envelope() -> None:
    for name in ("eventbridge.jsonl", "channel.jsonl"):
        assert genesys_conversation_events.fits((DATA / name).read_bytes())
    assert not genesys_conversation_events.fits(b'{"detail-type":"x","source":"y","detail":{}}')
    assert not genesys_conversation_events.fits(b'{"conversationId":"c","participants":[]}')


def test_the_organisation_stands_in_the_event_source() -> None:
    line = (DATA / "eventbridge.jsonl").read_bytes().splitlines()[0]
    assert genesys_conversation_events.origin(line, "") == "0000000f-cccc-4000-8000-000000000000"
    channel = (DATA / "channel.jsonl").read_bytes().splitlines()[0]
    assert genesys_conversation_events.origin(channel, "") == ""
    assert genesys_conversation_events.origin(b"[", "") == ""


def test_a_call_is_told_by_its_events() -> None:
    said = {each.key: each.said for each in statements("eventbridge.jsonl")}
    contact = telling.contact_of(said.items(), "e-1")
    assert contact is not None
    (leg,) = contact.legs
    assert (leg.queue, leg.agent, leg.outcome) == (BILLING, BEN, facts.ANSWERED)
    assert leg.wait_us == 16 * SECOND
    assert leg.talk_us == 60 * SECOND
    assert leg.rings == 1
    assert contact.customer == "+4930555018"
    assert [(span.agent, span.kind) for span in contact.intervals] == [
        (ANN, "ring"),
        (BEN, "ring"),
        (BEN, "wrapup"),
    ]


def test_an_event_that_comes_twice_is_one() -> None:
    told = statements("eventbridge.jsonl")
    assert told.count(told[0]) == 2
    assert len({(each.subject, each.key) for each in told}) == len(told) - 1


def test_a_channel_sends_heartbeats_and_users_as_well() -> None:
    told = statements("channel.jsonl")
    assert [each.said.what for each in told if isinstance(each.said, Moment)] == [
        "queued",
        "abandoned",
    ]
    states = [each.said for each in told if isinstance(each.said, Presence)]
    assert [(each.lane, each.state) for each in states] == [
        ("presence", "available"),
        ("routing", "available"),
    ]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ({"acdOutcome": "ANSWERED", "answeredUserId": "u"}, ["connected"]),
        ({"acdOutcome": "ABANDON"}, ["abandoned"]),
        ({"acdOutcome": "FLOW_OUT", "disconnectType": "TRANSFER"}, ["transferred"]),
        ({"acdOutcome": "FLOW_OUT", "disconnectType": "TIMEOUT"}, ["expired"]),
        ({"disconnectType": "CLIENT"}, ["abandoned"]),
        ({"disconnectType": "TRANSFER"}, []),
        ({"acdOutcome": "ABANDON", "mediaType": "CALLBACK"}, []),
        ({"acdOutcome": "ANSWERED", "mediaType": "SCREENSHARE"}, []),
    ],
)
def test_a_wait_ends_as_its_outcome_says(body: dict[str, Any], what: list[str]) -> None:
    assert [each.what for each in moments(event("acd.end", **body))] == what


def test_who_comes_by_name_is_connected_when_the_talk_began() -> None:
    told = moments(event("user.end", userId="u", interactingDurationMs=60_000, heldDurationMs=5000))
    assert [(each.what, each.at) for each in told] == [
        ("connected", START - 65 * SECOND),
        ("released", START),
    ]


def test_a_callback_is_promised_for_its_time() -> None:
    (told,) = moments(
        event(
            "acd.start",
            mediaType="CALLBACK",
            queueId="q",
            callbackNumbers=["+4930555019"],
            callbackScheduledTime=1_714_986_000_000,
        )
    )
    assert (told.what, told.channel, told.queue) == ("promised", "callback", "q")
    assert told.due_at == START + 3600 * SECOND
    assert told.customer == "+4930555019"
    (at_once,) = moments(
        event("acd.start", mediaType="CALLBACK", callbackScheduledTime=1_714_982_400_500)
    )
    assert at_once.due_at is None


def test_dialling_is_no_ringing() -> None:
    assert moments(event("user.start", direction="OUTBOUND", userId="u")) == []


@pytest.mark.parametrize(
    "raw",
    [
        b'{"topicName":"v2.detail.events.conversation.e.acd.start"}',
        b'{"topicName":"v2.detail.events.conversation.e.acd.start","eventBody":{}}',
        event("acd.start", eventTime=None),
        event("acd.start", eventTime=5),
        b'{"detail":{}}',
    ],
)
def test_an_event_without_topic_or_time_is_refused(raw: bytes) -> None:
    with pytest.raises(Rejected):
        take(raw)


def test_other_topics_tell_nothing() -> None:
    assert take(event("flow.start")) == []
    assert take(b'{"topicName":"v2.users.u.conversations","eventBody":{"id":"c"}}') == []


@given(st.randoms(), st.integers(1, 3))
def test_order_and_repetition_change_nothing(shuffle: Any, times: int) -> None:
    told = statements("eventbridge.jsonl")
    mixed = told * times
    shuffle.shuffle(mixed)
    assert _kept(mixed) == _kept(told)


def _kept(told: list[Statement]) -> dict[tuple[str, str], Statement]:
    kept: dict[tuple[str, str], Statement] = {}
    for each in told:
        name = (each.subject, each.key)
        old = kept.get(name)
        if old is None or newer(each.version, encode(each.said), old.version, encode(old.said)):
            kept[name] = each
    return kept
