"""Contact records become courses that merge in any order."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import facts
from console.domain.statements import (
    Course,
    Name,
    Presence,
    Promise,
    Statement,
    Stay,
    Step,
    Ticket,
    decode,
)
from console.exports import amazon_connect_agent_events, amazon_connect_contact_events
from console.exports import amazon_connect_contact_records as ctr
from console.exports.export import Rejected
from console.exports.telling import contact_of
from tests.console.exports.amazon_connect_files import (
    ARN,
    DATA,
    INSTANCE,
    agent,
    at,
    mask,
    of,
    queue,
    s,
    statements,
    winners,
)
from tests.console.exports.samples import sample

HOUR = "firehose-2024-03-11-09-concatenated.json"
LATER = "firehose-2024-03-12-08-lines.json"


def record(**fields: Any) -> bytes:
    whole: dict[str, Any] = {
        "ContactId": "c",
        "InstanceARN": ARN,
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": "2024-03-11T09:00:00Z",
        "Channel": "VOICE",
        **fields,
    }
    return json.dumps(whole).encode()


def course(**fields: Any) -> Course:
    (only,) = [each for each in take(**fields) if isinstance(each.said, Course)]
    assert isinstance(only.said, Course)
    return only.said


def take(**fields: Any) -> list[Statement]:
    return ctr.take(record(**fields), "", mask)


def waited(**fields: Any) -> dict[str, Any]:
    return {"ARN": queue("q"), "Name": "Q", "EnqueueTimestamp": "2024-03-11T09:00:10Z", **fields}


def served(**fields: Any) -> dict[str, Any]:
    return {
        "ARN": agent("a"),
        "Username": "a",
        "ConnectedToAgentTimestamp": "2024-03-11T09:01:00Z",
        **fields,
    }


def test_an_answered_call_states_its_wait_talk_hold_and_wrap_up() -> None:
    (said,) = of(statements(ctr, HOUR), "contact:c-answered")
    assert said == Course(
        "voice",
        at("09:00:00"),
        at("09:04:10"),
        "#0001",
        stays=(
            Stay(
                queue("q-service"),
                at("09:00:25"),
                at("09:01:40"),
                at("09:04:10"),
                agent("a-1"),
                facts.ANSWERED,
                "CUSTOMER_DISCONNECT",
                wait_us=s(75),
                talk_us=s(150),  # 120 s of interaction and, beside them, 30 s on hold
                hold_us=s(30),
                wrapup_from=at("09:04:10"),
                wrapup_to=at("09:04:55"),
            ),
        ),
    )


def test_who_gives_up_in_the_queue_has_abandoned() -> None:
    (said,) = of(statements(ctr, HOUR), "contact:c-gone")
    assert isinstance(said, Course)
    assert said.stays == (
        Stay(
            queue("q-service"), at("09:10:20"), None, at("09:12:20"), None, facts.ABANDONED,
            "CUSTOMER_DISCONNECT", s(120),
        ),
    )  # fmt: skip


def test_a_transfer_joins_the_contact_that_it_came_from() -> None:
    said = [
        (each.key, each.said)
        for each in statements(ctr, HOUR)
        if each.subject == "contact:c-handed"
    ]
    assert [key for key, _ in said] == ["ctr:c-handed", "ctr:c-handed-2"]
    told = contact_of(said, "c-handed")
    assert told is not None
    assert [(leg.queue, leg.agent, leg.outcome) for leg in told.legs] == [
        (queue("q-service"), agent("a-1"), facts.ANSWERED),
        (queue("q-billing"), agent("a-2"), facts.ANSWERED),
    ]


def test_a_callback_is_a_promise_of_the_first_contact_and_no_abandonment() -> None:
    first, second = of(statements(ctr, HOUR), "contact:c-asked")
    assert isinstance(first, Course) and isinstance(second, Course)
    assert first.stays[0].outcome == facts.WITHDRAWN
    assert (second.channel, second.direction) == ("callback", "outbound")
    assert second.promises == (
        Promise(
            queue("q-callback"), at("09:37:00"), None, at("09:52:00"), at("09:58:00"), "reached"
        ),
    )
    told = contact_of([("ctr:1", first), ("ctr:2", second)], "c-asked")
    assert told is not None and (told.channel, told.direction) == ("voice", "inbound")


@pytest.mark.parametrize(
    ("fields", "outcome", "dialled"),
    [
        ({}, "promised", None),
        ({"DisconnectTimestamp": "2024-03-11T09:30:00Z"}, "cancelled", None),
        (
            {
                "DisconnectTimestamp": "2024-03-11T09:30:00Z",
                "Agent": served(ConnectedToAgentTimestamp=None),
                "Queue": waited(DequeueTimestamp="2024-03-11T09:29:00Z"),
            },
            "missed",
            "09:29:00",
        ),
    ],
)
def test_a_callback_that_reached_nobody(
    fields: dict[str, Any], outcome: str, dialled: str | None
) -> None:
    said = course(
        **{"InitiationMethod": "CALLBACK", "ConnectedToSystemTimestamp": None, "Queue": waited()}
        | fields
    )
    assert said.stays == ()  # nobody waited on a line
    assert said.promises[0].outcome == outcome
    assert said.promises[0].dialled_at == (at(dialled) if dialled else None)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("CUSTOMER_DISCONNECT", facts.ABANDONED),
        (None, facts.ABANDONED),
        ("TELECOM_PROBLEM", facts.ABANDONED),
        ("CONTACT_FLOW_DISCONNECT", facts.WITHDRAWN),
        ("EXPIRED", facts.TIMEOUT),
    ],
)
def test_who_ended_the_wait_decides_whether_it_was_given_up(
    reason: str | None, outcome: str
) -> None:
    said = course(
        Queue=waited(), DisconnectTimestamp="2024-03-11T09:05:00Z", DisconnectReason=reason
    )
    assert (said.stays[0].outcome, said.stays[0].ended_at) == (outcome, at("09:05:00"))


def test_a_contact_that_has_not_ended_waits_or_talks() -> None:
    waiting = course(Queue=waited())
    assert (waiting.ended_at, waiting.stays[0].outcome) == (None, facts.WAITING)
    assert waiting.stays[0].wait_us is None
    talking = course(
        Queue=waited(DequeueTimestamp="2024-03-11T09:01:00Z"), Agent=served(), NextContactId=None
    )
    stay = talking.stays[0]
    assert (stay.outcome, stay.wait_us, stay.ended_at) == (facts.ANSWERED, s(50), None)
    assert (stay.talk_us, stay.hold_us, stay.wrapup_from) == (None, None, None)


def test_the_agent_can_be_gone_before_the_caller() -> None:
    # Handed on to a number outside: the agent's part ends there, the contact goes on.
    said = course(
        Queue=waited(DequeueTimestamp="2024-03-11T09:01:00Z"),
        Agent=served(AgentInteractionDuration=239, CustomerHoldDuration=221),
        TransferCompletedTimestamp="2024-03-11T09:08:40Z",
        DisconnectTimestamp="2024-03-11T09:27:00Z",
    )
    assert said.ended_at == at("09:27:00")
    assert (said.stays[0].ended_at, said.stays[0].talk_us) == (at("09:08:40"), s(460))


def test_an_agents_own_queue_is_none() -> None:
    own = queue("agent/a")
    said = take(
        Queue={"ARN": own, "Name": None, "EnqueueTimestamp": "2024-03-11T09:00:10Z"},
        Agent=served(),
    )
    assert [each.key for each in said] == [f"agent:{agent('a')}", "ctr:c"]
    (whole,) = [each.said for each in said if isinstance(each.said, Course)]
    assert (whole.stays[0].queue, whole.stays[0].wait_us) == (None, None)


def test_a_call_that_no_flow_queued_has_no_stay() -> None:
    assert course(DisconnectTimestamp="2024-03-11T09:00:30Z").stays == ()


def test_an_outbound_call_is_one_even_if_nobody_answers() -> None:
    (said,) = of(statements(ctr, HOUR), "contact:c-out")
    assert isinstance(said, Course)
    assert (said.direction, said.stays[0].queue, said.stays[0].talk_us) == (
        "outbound",
        None,
        s(180),
    )
    missed = course(InitiationMethod="OUTBOUND", ConnectedToSystemTimestamp=None, Agent=served())
    assert (missed.direction, missed.stays) == ("outbound", ())
    # A record without the member cannot say that nobody answered.
    assert len(course(InitiationMethod="OUTBOUND", Agent=served()).stays) == 1


@pytest.mark.parametrize(
    ("fields", "channel", "direction"),
    [
        ({"Channel": None}, "voice", "inbound"),
        ({"Channel": "CHAT", "InitiationMethod": "API"}, "chat", "inbound"),
        ({"Channel": "VOICE", "InitiationMethod": "API"}, "voice", "outbound"),
        ({"Channel": "VOICE", "InitiationMethod": "WEBRTC_API"}, "voice", "inbound"),
        ({"Channel": "EMAIL", "InitiationMethod": "AGENT_REPLY"}, "email", "outbound"),
        (
            {
                "Channel": "CHAT",
                "InitiationMethod": "API",
                "SegmentAttributes": {
                    "connect:Subtype": {"ValueString": "connect:WhatsApp"},
                    "connect:Direction": {"ValueString": "OUTBOUND"},
                },
            },
            "messaging",
            "outbound",
        ),
        (
            {
                "InitiationMethod": "TRANSFER",
                "SegmentAttributes": {"connect:Direction": {"ValueString": "OUTBOUND"}},
            },
            "voice",
            "outbound",
        ),
        ({"Channel": "HOLOGRAM"}, "hologram", "inbound"),
    ],
)
def test_channel_and_direction(fields: dict[str, Any], channel: str, direction: str) -> None:
    said = course(**fields)
    assert (said.channel, said.direction) == (channel, direction)


def test_todays_layout() -> None:
    said = statements(ctr, "2026-array.json")
    (text,) = of(said, "contact:c-sms")
    assert isinstance(text, Course)
    assert (text.channel, text.stays[0].wait_us) == ("messaging", s(295))
    (mail,) = of(said, "contact:c-mail")
    assert isinstance(mail, Course)
    assert (mail.channel, mail.customer) == ("email", "#.net")
    assert mail.topic == "Invoice 4711, call me at …"
    step, ticket = of(said, "ticket:c-task")
    begun, done = at("2026-02-03T08:40:00Z"), at("2026-02-03T09:10:00Z")
    assert step == Step(begun, "handled", agent("a-2"), until=done)
    assert ticket == Ticket(
        "task", "solved", at("2026-02-03T07:10:00Z"), at("2026-02-03T09:12:00Z"),
        "Send the contract", group=queue("q-tasks"), agent=agent("a-2"), solved_at=done,
    )  # fmt: skip


def test_a_task_that_was_handed_on_leaves_its_state_to_the_next_record() -> None:
    said = take(
        Channel="TASK",
        NextContactId="d",
        Agent=served(),
        DisconnectTimestamp="2024-03-11T10:00:00Z",
    )
    assert [each.key for each in said if each.subject == "ticket:c"] == ["handled:c"]


def test_the_first_layout() -> None:
    (said,) = of(statements(ctr, "2017.json"), "contact:c-2017")
    assert isinstance(said, Course)
    assert (said.channel, said.customer, said.stays[0].outcome) == ("voice", None, facts.ABANDONED)


@pytest.mark.parametrize("method", ["MONITOR", "EXTERNAL_OUTBOUND"])
def test_supervisors_and_third_parties_are_no_contact(method: str) -> None:
    said = take(InitiationMethod=method, InitialContactId="x", Agent=served())
    assert [type(each.said) for each in said] == [Name]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-11T09:00:00Z",
        "2024-03-11T10:00:00.000+01:00",
        "2024-03-11T09:00:00.000000+00:00",
        "2024-03-11 09:00:00+00:00",
    ],
)
def test_forms_of_time(text: str) -> None:
    assert course(InitiationTimestamp=text).started_at == at("09:00:00")


def test_a_time_as_a_number() -> None:
    assert course(InitiationTimestamp=1710147600.25).started_at == at("09:00:00") + s(0.25)


def test_null_written_as_a_word_is_nothing() -> None:
    said = take(InitialContactId="null", DisconnectTimestamp="null")
    assert said[0].subject == "contact:c"
    assert said[0].said == Course("voice", at("09:00:00"), None)


def test_names() -> None:
    held = winners(statements(ctr, HOUR))
    _, body = held["name", f"agent:{agent('a-1')}"]
    login = "lena.wolf@example.com"
    assert decode(body) == Name("agent", agent("a-1"), login, login)
    assert decode(held["name", f"queue:{queue('q-billing')}"][1]) == Name(
        "queue", queue("q-billing"), "Billing"
    )


def test_a_late_copy_does_not_bring_back_an_old_name() -> None:
    old = take(Queue=waited(Name="Old"), LastUpdateTimestamp="2025-01-01T00:00:00Z")
    new = take(Queue=waited(Name="New"), InitiationTimestamp="2024-06-01T00:00:00Z")
    _, body = winners([*new, *old])["name", f"queue:{queue('q')}"]
    assert decode(body) == Name("queue", queue("q"), "New")


def test_a_full_name_from_agent_events_wins_over_the_login() -> None:
    events = statements(amazon_connect_agent_events, "day-concatenated.json")
    late = take(
        Agent={"ARN": agent("a-1"), "Username": "lena.wolf@example.com"},
        DisconnectTimestamp="2026-03-11T09:00:00Z",
    )
    _, body = winners([*events, *late])["name", f"agent:{agent('a-1')}"]
    assert decode(body) == Name("agent", agent("a-1"), "Lena Wolf", "lena.wolf@example.com")


def test_the_copy_that_was_updated_last_holds() -> None:
    early, late = statements(ctr, HOUR), statements(ctr, LATER)
    version, _ = winners([*late, *early])["contact:c-answered", "ctr:c-answered"]
    assert version == at("2024-03-12T08:00:00Z")


def test_without_a_time_of_update_the_greatest_of_its_times_is_the_version() -> None:
    said = take(
        Queue=waited(),
        Agent=served(AfterContactWorkEndTimestamp="2024-03-11T09:30:00Z"),
        DisconnectTimestamp="2024-03-11T09:20:00Z",
    )
    assert said[-1].version == at("09:30:00")


SAMPLES = statements(ctr, HOUR, LATER, "2017.json", "2026-array.json")
HELD = winners(SAMPLES)


@given(st.permutations(SAMPLES), st.lists(st.sampled_from(SAMPLES), max_size=20))
def test_neither_order_nor_repetition_matters(
    order: list[Statement], again: list[Statement]
) -> None:
    assert winners([*again, *order, *again]) == HELD


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"InitiationTimestamp": "2024-03-11T09:00:00Z"}', "without ContactId"),
        (b'{"ContactId": "c"}', "without InitiationTimestamp"),
        (b'{"ContactId": "c", "InitiationTimestamp": "soon"}', "no time"),
    ],
)
def test_what_cannot_be_taken_says_why(raw: bytes, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        ctr.take(raw, "", mask)


def test_a_member_of_a_wrong_type() -> None:
    with pytest.raises(msgspec.DecodeError):
        ctr.take(record(Queue=[1, 2]), "", mask)
    # Free members may hold anything, and text stands for numbers where a table was in between.
    said = course(Attributes=[1], Queue=waited(Duration="12"), SegmentAttributes=7)
    assert said.stays[0].wait_us == s(12)


def test_a_shared_stream_has_agent_events_between_the_records() -> None:
    events = (DATA / amazon_connect_agent_events.NAME / "2018-lines.json").read_bytes()
    mixed = events + record()
    assert ctr.fits(mixed)
    said = ctr.take(events.splitlines()[1], "", mask)
    assert any(isinstance(each.said, Presence) for each in said)
    assert ctr.origin(events.splitlines()[0], "") == INSTANCE


def test_what_fits() -> None:
    for place in (DATA / ctr.NAME).iterdir():
        assert ctr.fits(place.read_bytes()), place.name
    for other in (amazon_connect_agent_events, amazon_connect_contact_events):
        for place in (DATA / other.NAME).iterdir():
            assert not ctr.fits(place.read_bytes()), place.name
    assert ctr.fits(record()[:-9])  # cut off
    assert not ctr.fits(b'{"ContactId": "x", "Name": "of something else"}')
    assert not ctr.fits(b"\n") and not ctr.fits(b"1710147600|x|q|NONE|ABANDON|1|1|5")


def test_origin_is_the_instance() -> None:
    assert ctr.origin(record(), "") == INSTANCE
    assert ctr.origin(record(InstanceARN=None, Agent=served()), "") == INSTANCE
    assert ctr.origin(b'{"ContactId": "c"}', "") == "" == ctr.origin(b"{", "")


def test_a_record_of_a_real_centre() -> None:
    raw = sample("amazon_connect", "samples", "ctr_voice_2022.json").read_bytes()
    assert ctr.fits(raw)
    said = ctr.take(raw, "", mask)
    (whole,) = [each.said for each in said if isinstance(each.said, Course)]
    (stay,) = whole.stays
    assert (stay.wait_us, stay.talk_us, stay.hold_us) == (s(7), s(33), 0)
    assert stay.wrapup_from is not None and stay.wrapup_to == stay.wrapup_from + s(32)
    assert sorted(each.said.name for each in said if isinstance(each.said, Name)) == [
        "BasicQueue",
        "admin1",
    ]
