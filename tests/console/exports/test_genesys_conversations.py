"""Whole conversations of Genesys Cloud."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import facts
from console.domain.customers import Mask
from console.domain.statements import Course, Name, Promise, Statement, Stay, encode, newer
from console.domain.times import DAY, MINUTE, SECOND
from console.exports import genesys_conversations
from console.exports.export import Rejected
from console.exports.json_pieces import first
from console.exports.moments import utc
from tests.console.exports.samples import sample

DATA = Path(__file__).parents[2] / "data" / "exports" / "genesys_conversations"
MASK = Mask(b"key", readable=True)
BILLING = "00000001-aaaa-4000-8000-000000000000"
CHAT = "00000002-aaaa-4000-8000-000000000000"
EXPERTS = "00000003-aaaa-4000-8000-000000000000"
ANN = "00000001-bbbb-4000-8000-000000000000"
BEN = "00000002-bbbb-4000-8000-000000000000"
CEM = "00000003-bbbb-4000-8000-000000000000"


def at(text: str, day: str = "2024-05-06") -> int:
    found = utc(f"{day}T{text}Z")
    assert found is not None
    return found


def statements(name: str) -> list[Statement]:
    raw = (DATA / name).read_bytes()
    return [
        told
        for piece in first(raw, genesys_conversations.ARRAYS)
        for told in genesys_conversations.take(piece.raw, piece.array, MASK)
    ]


def course(conversation: str, name: str = "page.json") -> Course:
    found = next(s for s in statements(name) if s.subject == f"contact:{conversation}")
    assert isinstance(found.said, Course)
    return found.said


def take(conversation: dict[str, Any]) -> Statement:
    raw = json.dumps(conversation).encode()
    return next(iter(genesys_conversations.take(raw, "conversations", MASK)))


def taken(conversation: dict[str, Any]) -> Course:
    said = take(conversation).said
    assert isinstance(said, Course)
    return said


def of(purpose: str, media: str, *segments: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A participant with one session."""
    owner = {name: more.pop(name) for name in ("userId", "participantName") if name in more}
    session = {"mediaType": media, "segments": list(segments), **more}
    return {"purpose": purpose, "sessions": [session], **owner}


def seg(kind: str, start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    told = {"segmentType": kind, "segmentStart": f"2024-05-06T{start}Z", **more}
    if end is not None:
        told["segmentEnd"] = f"2024-05-06T{end}Z"
    return told


def conversation(*participants: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "conversationId": "c",
        "conversationStart": "2024-05-06T08:00:00.000Z",
        "originatingDirection": "inbound",
        "participants": list(participants),
        **more,
    }


def test_pages_are_recognised_by_what_stands_in_them() -> None:
    for name in ("page.json", "page_of_2016.json"):
        assert genesys_conversations.fits((DATA / name).read_bytes()[: 64 << 10])
    line = json.dumps(conversation()).encode()
    assert genesys_conversations.fits(line + b"\n" + line)
    assert genesys_conversations.fits(line[:200])
    assert not genesys_conversations.fits(b'{"conversations":[{"id":"1","type":"conversation"}]}')
    assert not genesys_conversations.fits(b"1460000000|x|q|NONE|ENTERQUEUE||\n")
    assert not genesys_conversations.fits(b'{"entities":[{"id":"1","name":"x"}]}')


def test_an_answered_call_has_its_wait_talk_hold_wrap_up_and_rings() -> None:
    told = course("c-answered")
    assert (told.channel, told.direction, told.customer) == ("voice", "inbound", "+4930555010")
    assert told.ended_at == at("08:05:20.000")
    (stay,) = told.stays
    assert (stay.queue, stay.agent, stay.outcome) == (BILLING, BEN, facts.ANSWERED)
    assert stay.entered_at == at("08:00:20.000")
    assert stay.connected_at == at("08:00:50.000")
    assert stay.ended_at == at("08:05:00.000")
    assert stay.ended_by == "client"
    assert stay.wait_us == 30 * SECOND
    assert stay.talk_us == 250 * SECOND  # 220 s and 30 s on hold
    assert stay.hold_us == 30 * SECOND
    assert (stay.wrapup_from, stay.wrapup_to) == (at("08:05:00.000"), at("08:05:20.000"))
    assert (stay.disposition, stay.note_chars) == ("w-1", 21)
    assert [(ring.agent, ring.answered) for ring in stay.rings] == [(ANN, False), (BEN, True)]


def test_who_hangs_up_while_waiting_has_abandoned() -> None:
    (stay,) = course("c-abandoned").stays
    assert (stay.outcome, stay.ended_by, stay.agent) == (facts.ABANDONED, "peer", None)
    assert stay.wait_us == 60 * SECOND
    assert [ring.agent for ring in stay.rings] == [ANN]


def test_an_open_conversation_waits_or_talks_now() -> None:
    waiting = course("c-waiting")
    assert waiting.ended_at is None
    assert waiting.channel == "chat"
    assert [(s.outcome, s.ended_at, s.queue) for s in waiting.stays] == [
        (facts.WAITING, None, CHAT)
    ]
    talking = course("c-talking")
    (stay,) = talking.stays
    assert (stay.outcome, stay.agent, stay.ended_at) == (facts.ANSWERED, BEN, None)
    assert stay.wait_us == 8 * SECOND
    assert stay.talk_us is None
    assert talking.customer == "+4930555012"  # out of sip:…@…;user=phone


def test_a_transfer_is_a_second_stay() -> None:
    told = course("c-transferred")
    assert [(s.queue, s.agent, s.outcome) for s in told.stays] == [
        (BILLING, BEN, facts.ANSWERED),
        (EXPERTS, CEM, facts.ANSWERED),
    ]
    assert [s.wait_us for s in told.stays] == [15 * SECOND, 30 * SECOND]
    assert [s.ended_by for s in told.stays] == ["transfer", "peer"]


def test_who_is_sent_on_by_the_flow_has_not_abandoned() -> None:
    told = course("c-flowed-out")
    (stay,) = told.stays
    assert (stay.outcome, stay.wait_us) == (facts.WITHDRAWN, 600 * SECOND)
    assert told.channel == "email"
    assert told.customer == "kim@example.org"
    assert told.topic.startswith("Order 4711")
    assert "555" not in told.topic


def test_a_call_out_was_in_no_queue() -> None:
    told = course("c-outbound")
    assert (told.direction, told.customer) == ("outbound", "+4930555014")
    (stay,) = told.stays
    assert (stay.queue, stay.agent, stay.talk_us) == (None, ANN, 110 * SECOND)
    assert stay.connected_at == at("13:00:10.000")


def test_a_callback_belongs_to_the_call_that_asked_for_it() -> None:
    told = course("c-callback")
    assert told.channel == "voice"
    assert told.promises == (
        Promise(
            BILLING,
            at("14:02:00.000"),
            at("15:00:00.000"),
            at("15:00:30.000"),
            at("15:05:00.000"),
            "reached",
        ),
    )
    assert [(s.queue, s.agent, s.outcome) for s in told.stays] == [
        (BILLING, None, facts.WITHDRAWN),
        (None, BEN, facts.ANSWERED),  # the queue of calls has not seen the callback wait
    ]
    assert told.stays[1].talk_us == 240 * SECOND
    assert told.stays[1].disposition == "w-3"


def test_public_messages_are_social() -> None:
    told = course("c-post")
    assert (told.channel, told.customer) == ("social", "user-77")
    assert [s.outcome for s in told.stays] == [facts.TIMEOUT]


def test_the_shape_of_2016_is_told_from_segments_alone() -> None:
    told = course("o-answered", "page_of_2016.json")
    (stay,) = told.stays
    assert told.ended_at == at("08:01:24.500", "2016-03-01")
    assert (stay.outcome, stay.agent, stay.queue) == (facts.ANSWERED, ANN, BILLING)
    assert stay.connected_at == at("08:00:20.000", "2016-03-01")
    assert stay.talk_us == 60 * SECOND
    # On paper the wrap-up begins before the talk has ended.
    assert stay.wrapup_from == stay.ended_at == at("08:01:20.000", "2016-03-01")
    assert stay.wrapup_to == at("08:01:24.500", "2016-03-01")
    assert stay.disposition == "ININ-WRAP-UP-TIMEOUT"
    assert stay.note_chars is None


def test_the_time_of_the_query_is_no_appointment() -> None:
    told = course("o-waiting", "page_of_2016.json")
    assert told.ended_at is None
    assert told.channel == "callback"
    assert [(p.due_at, p.outcome) for p in told.promises] == [(None, "promised")]


def test_a_callback_that_nobody_reached_is_missed() -> None:
    told = taken(
        conversation(
            of("customer", "callback", seg("interact", "08:00:00", "09:00:00")),
            of("acd", "callback", seg("interact", "08:00:00", "08:30:00", queueId=BILLING,
                                      disconnectType="transfer")),
            of("customer", "voice", seg("dialing", "08:30:00", "08:31:00"), direction="outbound"),
            conversationEnd="2024-05-06T09:00:00.000Z",
        )
    )  # fmt: skip
    (promise,) = told.promises
    assert (promise.outcome, promise.dialled_at) == ("missed", at("08:30:00"))
    assert promise.due_at is None


def test_the_customer_is_dialled_first_at_times() -> None:
    told = taken(
        conversation(
            of("acd", "callback", seg("interact", "08:00:00", "08:30:00", queueId=BILLING,
                                      disconnectType="transfer"), direction="outbound"),
            of("customer", "voice", seg("dialing", "08:30:00", "08:30:30"),
               seg("interact", "08:30:30", "08:40:00"), direction="outbound"),
            of("agent", "voice", seg("interact", "08:31:00", "08:40:00"), userId=ANN),
            conversationEnd="2024-05-06T08:40:00.000Z",
        )
    )  # fmt: skip
    assert told.channel == "callback"
    assert [p.outcome for p in told.promises] == ["reached"]
    assert [(s.queue, s.agent, s.wait_us) for s in told.stays] == [(BILLING, ANN, 30 * MINUTE)]


def test_a_campaigns_preview_is_no_promise() -> None:
    told = taken(
        conversation(
            of("customer", "callback", seg("interact", "08:00:00", "08:01:00"),
               outboundCampaignId="k", callbackNumbers=["+4930555020"]),
            of("acd", "callback", seg("interact", "08:00:00", "08:00:10", queueId=BILLING),
               outboundCampaignId="k"),
            of("agent", "callback", seg("interact", "08:00:10", "08:01:00", queueId=BILLING),
               outboundCampaignId="k", userId=ANN),
            originatingDirection=None,
        )
    )  # fmt: skip
    assert told.promises == ()
    assert (told.direction, told.customer) == ("outbound", "+4930555020")
    assert [(s.queue, s.agent, s.outcome) for s in told.stays] == [(BILLING, ANN, facts.ANSWERED)]


def test_asking_a_colleague_is_no_contact_of_its_own() -> None:
    agent = of("agent", "voice", seg("interact", "08:00:20", "08:05:00", queueId=BILLING,
                                     disconnectType="peer"), userId=ANN)  # fmt: skip
    agent["sessions"].append(
        {
            "mediaType": "voice",
            "direction": "outbound",
            "segments": [seg("dialing", "08:02:00", "08:02:05"),
                         seg("interact", "08:02:05", "08:03:00")],
        }
    )  # fmt: skip
    told = taken(
        conversation(
            agent,
            of("acd", "voice", seg("interact", "08:00:00", "08:00:20", queueId=BILLING)),
            conversationEnd="2024-05-06T08:05:00.000Z",
        )
    )
    assert [(s.agent, s.talk_us) for s in told.stays] == [(ANN, 280 * SECOND)]


def test_an_agent_who_is_called_by_name_was_in_no_queue() -> None:
    told = taken(
        conversation(
            of("customer", "voice", seg("interact", "08:00:00", "08:02:00"), ani="tel:+4930555021"),
            of("acd", "voice", seg("interact", "08:00:00", "08:00:20", queueId=BILLING)),
            of("agent", "voice", seg("interact", "08:00:20", "08:01:00", queueId=BILLING,
                                     disconnectType="transfer"), userId=ANN),
            of("user", "voice", seg("alert", "08:01:00", "08:01:10"),
               seg("interact", "08:01:10", "08:02:00"), userId=CEM),
            conversationEnd="2024-05-06T08:02:00.000Z",
        )
    )  # fmt: skip
    assert [(s.queue, s.agent) for s in told.stays] == [(BILLING, ANN), (None, CEM)]


def test_whom_an_agent_calls_meanwhile_is_not_the_customer() -> None:
    told = taken(
        conversation(
            of("external", "voice", seg("interact", "08:00:30", "08:00:40"), direction="outbound",
               dnis="tel:+4930555777"),
            of("acd", "voice", seg("interact", "08:00:00", "08:00:20", queueId=BILLING)),
            of("agent", "voice", seg("interact", "08:00:20", "08:01:00", queueId=BILLING),
               userId=ANN),
            of("customer", "voice", seg("interact", "08:00:00", "08:01:00"), direction="inbound",
               ani="tel:+4930555021"),
            originatingDirection=None,
            conversationEnd="2024-05-06T08:01:00.000Z",
        )
    )  # fmt: skip
    assert (told.customer, told.direction) == ("+4930555021", "inbound")


def test_a_dialled_customer_waits_for_an_agent_as_well() -> None:
    told = taken(
        conversation(
            of("customer", "voice", seg("dialing", "08:00:00", "08:00:05"),
               seg("interact", "08:00:05", "08:01:00"), direction="outbound",
               dnis="tel:+4930555021", outboundCampaignId="k"),
            of("acd", "voice", seg("interact", "08:00:05", "08:00:09", queueId=BILLING),
               outboundCampaignId="k"),
            of("agent", "voice", seg("interact", "08:00:09", "08:01:00", queueId=BILLING),
               direction="outbound", outboundCampaignId="k", userId=ANN),
            originatingDirection=None,
            conversationEnd="2024-05-06T08:01:00.000Z",
        )
    )  # fmt: skip
    assert (told.direction, told.customer) == ("outbound", "+4930555021")
    assert [(s.queue, s.agent) for s in told.stays] == [(BILLING, ANN)]


def test_monitoring_and_shared_screens_are_no_contacts() -> None:
    told = taken(
        conversation(
            of("customer", "chat", seg("interact", "08:00:00", "08:02:00")),
            of("agent", "chat", seg("interact", "08:00:20", "08:02:00"), userId=ANN),
            of("agent", "screenshare", seg("sharing", "08:01:00", "08:02:00"), userId=ANN),
            of("user", "chat", seg("monitoring", "08:01:00", "08:02:00"), userId=CEM),
            conversationEnd="2024-05-06T08:02:00.000Z",
        )
    )
    assert [s.agent for s in told.stays] == [ANN]
    raw = json.dumps(
        conversation(of("user", "internalmessage", seg("interact", "08:00:00"), userId=ANN))
    ).encode()
    assert list(genesys_conversations.take(raw, "conversations", MASK)) == []


def test_without_a_participant_of_the_queue_the_agents_part_names_it() -> None:
    told = taken(
        conversation(
            of("agent", "voice", seg("alert", "08:00:00", "08:00:05", queueId=BILLING),
               seg("interact", "08:00:05", "08:01:00", queueId=BILLING), userId=ANN,
               direction="inbound"),
            conversationEnd="2024-05-06T08:01:00.000Z",
        )
    )  # fmt: skip
    assert [(s.queue, s.agent) for s in told.stays] == [(BILLING, ANN)]


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("client", facts.ABANDONED),
        ("peer", facts.ABANDONED),
        ("system", facts.ABANDONED),
        ("transportFailure", facts.ABANDONED),
        ("timeout", facts.TIMEOUT),
        ("sessionExpired", facts.TIMEOUT),
        ("transfer", facts.WITHDRAWN),
        ("noAnswerTransfer", facts.WITHDRAWN),
        ("transfer.forward", facts.WITHDRAWN),
        ("spam", facts.DUMPED),
        ("other", facts.LOST),
    ],
)
def test_the_reason_says_how_a_wait_ended(word: str, outcome: str) -> None:
    told = taken(
        conversation(
            of("acd", "voice", seg("interact", "08:00:00", "08:01:00", queueId=BILLING,
                                   disconnectType=word)),
            conversationEnd="2024-05-06T08:01:00.000Z",
        )
    )  # fmt: skip
    assert [(s.outcome, s.ended_by) for s in told.stays] == [(outcome, word)]


def test_without_a_reason_who_leaves_with_the_wait_has_hung_up() -> None:
    told = taken(
        conversation(
            of("customer", "voice", seg("interact", "08:00:00", "08:01:00")),
            of("acd", "voice", seg("interact", "08:00:00", "08:01:00", queueId=BILLING)),
            conversationEnd="2024-05-06T08:01:00.000Z",
        )
    )
    assert [s.outcome for s in told.stays] == [facts.ABANDONED]


def test_a_queues_name_comes_with_the_conversation_but_yields_to_newer_ones() -> None:
    names = [s for s in statements("page.json") if isinstance(s.said, Name)]
    assert {s.key for s in names} == {f"queue:{each}" for each in (BILLING, CHAT, EXPERTS)}
    assert all(s.version % DAY == 0 for s in names)


@pytest.mark.parametrize(
    "broken",
    [
        {"participants": []},
        {"conversationId": "c", "participants": []},
        {"conversationId": "c", "conversationStart": "2024-05-06T08:00:00Z", "participants": []},
        {"conversationId": "c", "conversationStart": "yesterday"},
        {"conversationId": 5},
        {"conversationId": "c", "participants": "none"},
    ],
)
def test_what_cannot_be_taken_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises((Rejected, msgspec.DecodeError)):
        list(genesys_conversations.take(json.dumps(broken).encode(), "conversations", MASK))


def test_nulls_and_unknown_members_do_no_harm() -> None:
    whole = conversation(
        of("acd", "voice", seg("interact", "08:00:00", "08:00:20", queueId=BILLING), metrics=None),
        {"purpose": None, "sessions": None, "attributes": {"a": "b"}, "new": [1, {"x": None}]},
        of("agent", "voice", seg("interact", "08:00:20", "08:01:00"), {"segmentType": "interact"},
           userId=ANN, metrics=[{"name": "tTalk", "value": None}, {"name": "tAcw", "value": "x"}]),
        conversationEnd="2024-05-06T08:01:00Z", evaluations=None, resolutions=[{"a": 1}],
    )  # fmt: skip
    (stay,) = taken(whole).stays
    assert (stay.agent, stay.talk_us) == (ANN, 40 * SECOND)
    assert stay.wrapup_from is None


def test_the_recording_of_2016_is_told_whole() -> None:
    raw = sample("genesys_cloud", "conversation_details_query.json").read_bytes()
    assert genesys_conversations.fits(raw[: 64 << 10])
    found: list[Course] = []
    for record in json.loads(raw)["conversations"]:
        said = take(record).said
        assert isinstance(said, Course)
        found.append(said)
    assert all(each.ended_at is not None for each in found)
    assert all(stay.outcome == facts.ANSWERED for each in found for stay in each.stays)
    assert all(len(each.stays) == 1 for each in found)
    assert {each.channel for each in found} == {"voice", "chat", "callback"}
    assert {each.direction for each in found} == {"inbound", "outbound", "internal"}
    # Two alerts came to nothing; a campaign's previews were promised to nobody.
    assert sum(not ring.answered for each in found for s in each.stays for ring in s.rings) == 2
    assert not any(each.promises for each in found)


# --- copies of a conversation that goes on


def _snapshot(whole: dict[str, Any], now: int) -> dict[str, Any] | None:
    """What a query at `now` gives of a conversation; None before it has begun."""
    if _second(whole["conversationStart"]) > now:
        return None
    seen = copy.deepcopy(whole)
    if _second(seen["conversationEnd"]) > now:
        del seen["conversationEnd"]
    for participant in seen["participants"]:
        for session in participant["sessions"]:
            begun = [s for s in session["segments"] if _second(s["segmentStart"]) <= now]
            for segment in begun:
                if _second(segment["segmentEnd"]) > now:
                    for name in ("segmentEnd", "disconnectType", "wrapUpCode"):
                        segment.pop(name, None)
            session["segments"] = begun
            session["metrics"] = [m for m in session["metrics"] if _second(m["emitDate"]) <= now]
        participant["sessions"] = [s for s in participant["sessions"] if s["segments"]]
    seen["participants"] = [p for p in seen["participants"] if p["sessions"]]
    return seen if seen["participants"] else None


def _second(text: str) -> int:
    return int(text[17:19]) + 60 * int(text[14:16])


def _text(second: int) -> str:
    return f"2024-05-06T08:{second // 60:02}:{second % 60:02}.000Z"


@st.composite
def _wholes(draw: st.DrawFn) -> dict[str, Any]:
    """A conversation that has ended: sessions of segments one after another, short ones too."""
    participants: list[dict[str, Any]] = []
    latest = 0
    for purpose in draw(
        st.lists(st.sampled_from(["customer", "acd", "agent", "ivr"]), min_size=1, max_size=5)
    ):
        now = draw(st.integers(0, 40))
        segments: list[dict[str, Any]] = []
        metrics: list[dict[str, Any]] = []
        for kind in draw(
            st.lists(
                st.sampled_from(["alert", "interact", "hold", "wrapup"]), min_size=1, max_size=4
            )
        ):
            end = now + draw(st.integers(0, 10))
            segments.append(
                {
                    "segmentType": kind,
                    "segmentStart": _text(now),
                    "segmentEnd": _text(end),
                    "queueId": draw(st.sampled_from([BILLING, CHAT])),
                    "disconnectType": draw(st.sampled_from(["client", "transfer"])),
                }
            )
            if kind == "wrapup":
                segments[-1]["wrapUpCode"] = "w"
            metrics.append({"name": "tTalk", "value": 1, "emitDate": _text(end)})
            now = end
        latest = max(latest, now)
        participants.append(
            {
                "purpose": purpose,
                "userId": draw(st.sampled_from([ANN, BEN])),
                "sessions": [{"mediaType": "voice", "segments": segments, "metrics": metrics}],
            }
        )
    return {
        "conversationId": "c",
        "conversationStart": _text(0),
        "conversationEnd": _text(latest + draw(st.integers(0, 3))),
        "originatingDirection": "inbound",
        "participants": participants,
    }


def _wins(one: Statement, other: Statement) -> bool:
    return newer(one.version, encode(one.said), other.version, encode(other.said))


@given(_wholes(), st.lists(st.integers(0, 100), min_size=2, max_size=6), st.randoms())
def test_a_later_copy_of_a_growing_conversation_always_wins(
    whole: dict[str, Any], moments: list[int], shuffle: Any
) -> None:
    copies = [seen for now in sorted(moments) if (seen := _snapshot(whole, now)) is not None]
    told = [take(seen) for seen in copies]
    for (earlier, one), (later, two) in _pairs(list(zip(copies, told, strict=True))):
        if earlier == later:
            assert one == two
        else:
            assert _wins(two, one)
            assert two.version > one.version
    if told:
        mixed = [*told, *told]
        shuffle.shuffle(mixed)
        kept = mixed[0]
        for each in mixed[1:]:
            if _wins(each, kept):
                kept = each
        assert kept == told[-1]


def _pairs(each: list[Any]) -> Iterator[tuple[Any, Any]]:
    for place, one in enumerate(each):
        for other in each[place + 1 :]:
            yield one, other


@given(_wholes(), st.randoms())
def test_the_order_of_participants_says_nothing(whole: dict[str, Any], shuffle: Any) -> None:
    mixed = copy.deepcopy(whole)
    for place, participant in enumerate(mixed["participants"]):
        participant["userId"] = f"user-{place}"
    before = taken(mixed)
    shuffle.shuffle(mixed["participants"])
    after = taken(mixed)
    assert before.started_at == after.started_at
    assert _counted(before.stays) == _counted(after.stays)


def _counted(stays: tuple[Stay, ...]) -> list[tuple[Any, ...]]:
    return sorted(
        (
            stay.entered_at,
            stay.outcome,
            stay.queue or "",
            stay.ended_at or 0,
            stay.connected_at or 0,
        )
        for stay in stays
    )
