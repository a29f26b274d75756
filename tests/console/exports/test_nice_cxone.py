"""A contact says the same in every version of the API, and its newest copy holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Course, Name, Statement, encode, newer
from console.exports import json_pieces, nice_cxone
from console.exports.export import Rejected
from console.exports.telling import contact_of
from tests.console.exports.samples import sample

OURS = Path(__file__).parents[2] / "data" / "exports" / "nice_cxone"
START = 1_714_982_400_500_000
SECOND = 1_000_000


def mask(number: str) -> str:
    return f"<{number[-4:]}>"


def statements(data: bytes) -> list[Statement]:
    return [
        statement
        for piece in json_pieces.first(data, nice_cxone.ARRAYS, 100)
        for statement in nice_cxone.take(piece.raw, piece.array, mask)
    ]


def own(name: str) -> list[Statement]:
    return statements((OURS / name).read_bytes())


def winners(found: list[Statement]) -> dict[tuple[str, str], tuple[int, str]]:
    kept: dict[tuple[str, str], tuple[int, str]] = {}
    for subject, key, version, said in found:
        new = (version, encode(said))
        old = kept.get((subject, key))
        if old is None or newer(*new, *old):
            kept[subject, key] = new
    return kept


def course(found: list[Statement], contact: str) -> Course:
    return next(
        each.said for each in found if each.key == contact and isinstance(each.said, Course)
    )


def take(array: str = "completedContacts", **fields: Any) -> list[Statement]:
    record = {"contactId": "1", "masterContactId": "1", "contactStart": "2024-05-06T08:00:00.500Z"}
    return list(nice_cxone.take(json.dumps(record | fields).encode(), array, mask))


def taken(array: str = "completedContacts", **fields: Any) -> Course:
    return course(take(array, **fields), "1")


@pytest.mark.parametrize("name", [path.name for path in sorted(OURS.iterdir())])
def test_every_layout_is_known(name: str) -> None:
    data = (OURS / name).read_bytes()
    assert nice_cxone.fits(data)
    pieces = json_pieces.first(data, nice_cxone.ARRAYS)
    assert pieces and all(piece.array in nice_cxone.ARRAYS for piece in pieces)


def test_texts_and_numbers_say_the_same() -> None:
    assert winners(own("completed-numbers.json")) == winners(own("completed.json"))


def test_times_are_counted_from_the_start() -> None:
    found = course(own("completed.json"), "101")
    stay = found.stays[0]
    assert (found.channel, found.direction, found.customer) == ("voice", "inbound", "<0100>")
    assert stay.entered_at == START + 12 * SECOND
    assert stay.connected_at == START + 32 * SECOND
    assert stay.ended_at == found.ended_at == START + 212 * SECOND
    assert (stay.queue, stay.agent, stay.outcome) == ("501", "31", "answered")
    assert (stay.wait_us, stay.talk_us, stay.hold_us) == (20 * SECOND, 180 * SECOND, 30 * SECOND)
    assert (stay.disposition, stay.note_chars, stay.ended_by) == ("93", 15, "Cold")
    # Its after-contact work is not stored yet, which is not the same as none.
    assert stay.wrapup_from is None


def test_the_copy_with_the_after_contact_work_holds() -> None:
    early, late = own("completed.json"), own("completed-later.json")
    for order in (early + late, late + early, late + early + late):
        kept = winners(order)["contact:101", "101"]
        assert kept == winners(late)["contact:101", "101"]
    stay = course(late, "101").stays[0]
    assert stay.wrapup_from == START + 212 * SECOND
    assert stay.wrapup_to == START + 262 * SECOND


def test_a_journey_has_the_parts_of_its_master_contact() -> None:
    parts = [
        (each.key, each.said) for each in own("completed.json") if each.subject == "contact:101"
    ]
    contact = contact_of(parts, "x")
    assert contact is not None
    assert [(leg.queue, leg.agent) for leg in contact.legs] == [("501", "31"), ("502", "32")]
    assert contact.customer == "<0100>"


def test_who_gave_up_and_where() -> None:
    found = own("completed.json")
    in_queue = course(found, "103")
    assert in_queue.customer is None
    assert in_queue.stays[0].outcome == "abandoned"
    assert in_queue.stays[0].wait_us == 30 * SECOND
    # He hung up in the menu: no queue has lost him.
    assert course(found, "104").stays == ()
    refused = course(found, "106")
    stay = refused.stays[0]
    assert (stay.outcome, stay.ended_by, stay.agent) == ("abandoned", "short abandon", None)
    assert [(ring.agent, ring.answered) for ring in stay.rings] == [("31", False)]


def test_a_call_that_goes_out_is_in_no_queue() -> None:
    found = course(own("completed.json"), "105")
    assert (found.direction, found.customer) == ("outbound", "<0199>")
    assert (found.stays[0].queue, found.stays[0].agent) == (None, "31")


def test_names() -> None:
    names = {each.key: each.said for each in own("completed.json") if each.subject == "name"}
    assert names["queue:502"] == Name("queue", "502", "Returns")
    assert names["agent:31"] == Name("agent", "31", "Mia Roth")


def test_contacts_that_are_not_over() -> None:
    found = own("active.json")
    waiting, talking = course(found, "201"), course(found, "202")
    assert waiting.ended_at is None and waiting.stays[0].outcome == "waiting"
    assert (talking.channel, talking.stays[0].outcome) == ("messaging", "answered")
    stay = talking.stays[0]
    assert stay.connected_at is not None and stay.connected_at - stay.entered_at == 40 * SECOND
    # When it is over its record is newer.
    over = take(contactId=201, masterContactId=201, lastUpdateTime="2024-05-06T08:20:31Z")
    key = ("contact:201", "201")
    assert winners(found + over)[key] == winners(over + found)[key] == winners(over)[key]


def test_a_callback_is_a_promise() -> None:
    fields: dict[str, Any] = {
        "callbackTime": 300,
        "inQueueSeconds": 320,
        "skillId": 5,
        "preQueueSeconds": 0,
    }
    kept = taken(**fields, agentId=3, agentSeconds=10)
    assert [(p.queue, p.outcome) for p in kept.promises] == [("5", "reached")]
    assert taken(**fields).promises[0].outcome == "missed"
    assert taken(**fields | {"callbackTime": "0"}).promises == ()


@pytest.mark.parametrize(
    ("fields", "channel"),
    [
        ({"mediaTypeName": "E-Mail"}, "email"),
        ({"mediaTypeName": "Chat"}, "chat"),
        ({"mediaTypeName": "Voice Mail"}, "voice"),
        ({"mediaTypeName": "Digital", "mediaSubTypeName": "Facebook Messenger"}, "social"),
        ({"mediaTypeName": "Digital", "mediaSubTypeName": "SMS"}, "messaging"),
        ({"mediaTypeName": "Work Item"}, "task"),
        ({"mediaTypeName": "Hologram"}, "hologram"),
        ({"mediaType": "3"}, "chat"),
        ({"mediaTypeId": 1}, "email"),
        ({"mediaTypeId": 42}, "media type 42"),
        ({}, "voice"),
    ],
)
def test_media(fields: dict[str, Any], channel: str) -> None:
    assert taken(**fields).channel == channel


def test_what_is_missing_or_odd_harms_nothing_else() -> None:
    bare = taken()
    assert (bare.ended_at, bare.stays, bare.customer) == (START, (), None)
    odd = taken(
        agentId=7, agentSeconds="12.5", inQueueSeconds="n/a", preQueueSeconds=None,
        refuseTime="never", lastUpdateTime="?", ACWSeconds=-1, skillId=[], unknown={"a": 1},
    )  # fmt: skip
    stay = odd.stays[0]
    assert (stay.queue, stay.agent, stay.wait_us) == (None, "7", None)
    assert (stay.talk_us, stay.note_chars, stay.wrapup_from) == (12_500_000, None, None)
    gone = taken(inQueueSeconds=20, skillId="5", endReason="Transferred to voicemail")
    assert (gone.stays[0].outcome, gone.stays[0].ended_by) == (
        "withdrawn",
        "Transferred to voicemail",
    )


def test_one_contact_by_its_id() -> None:
    inner = {"contactId": "1", "masterContactId": "9", "contactStart": "2024-05-06T08:00:00Z"}
    raw = json.dumps({"resultSet": inner | {"businessUnitId": "4711"}}).encode()
    assert nice_cxone.fits(raw)
    assert nice_cxone.origin(raw, "") == "4711"
    assert list(nice_cxone.take(raw, "", mask))[0].subject == "contact:9"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"contactId": ""}, "without a contactId"),
        ({"contactStart": None}, "when it began"),
        ({"contactStart": "soon"}, "is no time"),
    ],
)
def test_what_cannot_be_taken_says_why(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        take(**fields)


@given(st.data())
def test_order_and_repetition_make_no_difference(data: st.DataObject) -> None:
    found = [each for path in sorted(OURS.iterdir()) for each in own(path.name)]
    assert winners(data.draw(st.permutations(found))) == winners(found)


def test_other_files_are_none() -> None:
    for foreign in (
        b"[]",
        b'{"resultSet": {"agents": []}}',
        b'{"ContactId": "1", "Channel": "VOICE", "InstanceARN": "x"}',
        b'{"completedContacts": []}',
        b"contactId,masterContactId\n1,2\n",
    ):
        assert not nice_cxone.fits(foreign)


def test_a_recorded_answer_is_taken() -> None:
    data = sample("nice_cxone", "contacts_completed.json").read_bytes()
    assert nice_cxone.fits(data)
    stay = course(statements(data), "2789879875").stays[0]
    assert (stay.wait_us, stay.talk_us) == (13 * SECOND, 277 * SECOND)
    assert stay.wrapup_from is not None and stay.wrapup_to == stay.wrapup_from + 187 * SECOND
