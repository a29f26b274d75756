"""Agents' states, queues' counts and names of Genesys Cloud."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.customers import Mask
from console.domain.statements import Count, Name, Presence, Statement, encode, newer
from console.domain.times import SECOND
from console.exports import (
    genesys,
    genesys_directory,
    genesys_observations,
    genesys_user_details,
    telling,
)
from console.exports.export import Rejected
from console.exports.json_pieces import first
from console.exports.moments import utc

DATA = Path(__file__).parents[2] / "data" / "exports"
MASK = Mask(b"key", readable=True)
ALL: tuple[ModuleType, ...] = (genesys_user_details, genesys_observations, genesys_directory)
BILLING = "00000001-aaaa-4000-8000-000000000000"
ANN = "00000001-bbbb-4000-8000-000000000000"


def at(text: str) -> int:
    found = utc(f"2024-05-06T{text}Z")
    assert found is not None
    return found


def statements(module: ModuleType, name: str) -> list[Statement]:
    raw = (DATA / module.NAME / name).read_bytes()
    assert [each for each in ALL if each.fits(raw)] == [module]
    return [
        told
        for piece in first(raw, module.ARRAYS)
        for told in module.take(piece.raw, piece.array, MASK)
    ]


def refused(module: ModuleType, record: Any) -> None:
    with pytest.raises(Rejected):
        list(module.take(json.dumps(record).encode(), "", MASK))


# --- states


def test_two_lanes_lie_side_by_side() -> None:
    told = [each.said for each in statements(genesys_user_details, "page.json")]
    states = [
        (each.lane, each.state, each.word, each.since)
        for each in told
        if isinstance(each, Presence)
    ]
    assert states == [
        ("presence", "paused", "AVAILABLE", at("07:55:00.100")),
        ("presence", "available", "ON_QUEUE", at("08:00:00")),
        ("presence", "paused", "MEAL", at("12:00:00.002")),
        ("presence", "available", "ON_QUEUE", at("12:30:00")),
        ("routing", "", "OFF_QUEUE", at("07:55:00.100")),
        ("routing", "available", "IDLE", at("08:00:00")),
        ("routing", "paused", "NOT_RESPONDING", at("08:00:22")),
        ("routing", "available", "INTERACTING", at("08:01:00")),
    ]


def test_together_they_tell_log_in_and_pauses() -> None:
    told = [each.said for each in statements(genesys_user_details, "page.json")]
    spans = telling.intervals_of(ANN, [each for each in told if isinstance(each, Presence)], None)
    assert [(span.kind, span.source_state, span.started_at, span.ended_at) for span in spans] == [
        ("login", "", at("07:55:00.100"), None),
        ("pause", "AVAILABLE", at("07:55:00.100"), at("08:00:00")),
        ("pause", "NOT_RESPONDING", at("08:00:22"), at("08:01:00")),
        ("pause", "MEAL", at("12:00:00.002"), at("12:30:00")),
    ]


def test_who_is_offline_is_not_logged_in() -> None:
    lanes = [
        genesys.primary(ANN, "Offline", at("08:00:00"), None).said,
        genesys.routing(ANN, "OFF_QUEUE", at("08:00:00"), None).said,
    ]
    assert telling.intervals_of(ANN, [p for p in lanes if isinstance(p, Presence)], None) == []


def _query(stretches: list[tuple[int, int, str]], begin: int, end: int) -> list[Statement]:
    """What a query of an interval gives, where it cuts stretches off at both of its ends."""
    told = [
        {
            "startTime": _iso(max(since, begin)),
            "endTime": _iso(min(until, end)),
            "systemPresence": word,
        }
        for since, until, word in stretches
        if since < end and until > begin
    ]
    raw = json.dumps({"userId": ANN, "primaryPresence": told, "routingStatus": []}).encode()
    return list(genesys_user_details.take(raw, "userDetails", MASK))


def _iso(minute: int) -> str:
    return f"2024-05-06T{minute // 60:02}:{minute % 60:02}:00.000Z"


def _kept(told: list[Statement]) -> dict[tuple[str, str], Statement]:
    kept: dict[tuple[str, str], Statement] = {}
    for each in told:
        name = (each.subject, each.key)
        old = kept.get(name)
        if old is None or newer(each.version, encode(each.said), old.version, encode(old.said)):
            kept[name] = each
    return kept


@given(st.lists(st.integers(1, 60), min_size=2, max_size=12), st.integers(30, 200), st.randoms())
def test_queries_that_overlap_tell_what_one_query_tells(
    lengths: list[int], window: int, shuffle: Any
) -> None:
    stretches: list[tuple[int, int, str]] = []
    now = 0
    for place, length in enumerate(lengths):
        word = ("ON_QUEUE", "BREAK", "OFFLINE")[place % 3]
        stretches.append((now, now + length, word))
        now += length
    whole = _kept(_query(stretches, 0, now))
    # Sliding windows, each of which reaches into the one before.
    parts = [
        told
        for begin in range(0, now, max(1, window // 2))
        for told in _query(stretches, begin, min(now, begin + window))
    ]
    shuffle.shuffle(parts)
    merged = _kept([*parts, *parts])
    assert _spans(merged) == _spans(whole)


def _spans(kept: dict[tuple[str, str], Statement]) -> list[Any]:
    said = [each.said for each in kept.values()]
    return telling.intervals_of(ANN, [p for p in said if isinstance(p, Presence)], None)


def test_a_stretch_that_has_ended_replaces_itself_while_it_lasted() -> None:
    lasting = genesys.primary(ANN, "ON_QUEUE", at("08:00:00"), None)
    ended = genesys.primary(ANN, "ON_QUEUE", at("08:00:00"), at("09:00:00"))
    assert lasting.key == ended.key
    assert ended.version > lasting.version


def test_states_of_nobody_are_refused() -> None:
    refused(genesys_user_details, {"primaryPresence": []})
    refused(
        genesys_user_details,
        {"userId": "u", "primaryPresence": [{"startTime": "soon", "systemPresence": "AWAY"}]},
    )


# --- counts


def test_an_answer_with_its_time_is_counted() -> None:
    told = statements(genesys_observations, "answer.json")
    counts = {
        (each.said.metric, each.said.channel): each.said.value
        for each in told
        if isinstance(each.said, Count)
    }
    assert counts == {
        ("waiting", "voice"): 2,
        ("oldest_wait_us", "voice"): 90 * SECOND,
        ("callbacks", "callback"): 3,
        ("staffed", ""): 4,
        ("available", ""): 1,
        ("on contact", ""): 2,
        ("error", ""): 1,
        ("online", ""): 5,
        ("paused", ""): 1,
    }
    assert {each.subject for each in told} == {f"count:{BILLING}"}
    assert len({each.key for each in told}) == len(told)


def test_an_answer_without_a_time_is_refused() -> None:
    with pytest.raises(Rejected, match="timestamp"):
        list(genesys_observations.take(b'{"results":[]}', "", MASK))


def test_the_longest_wait_is_told_only_where_all_who_wait_are_seen() -> None:
    record = {
        "time": 1_714_982_400,
        "results": [
            {
                "group": {"queueId": "q", "mediaType": "voice"},
                "data": [
                    {
                        "metric": "oWaiting",
                        "stats": {"count": 5},
                        "truncated": True,
                        "observations": [{"observationDate": "2024-05-06T07:59:00Z"}],
                    }
                ],
            },
            {"group": {"queueId": "q", "userId": "u"}, "data": [{"metric": "oWaiting"}]},
        ],
    }
    told = list(genesys_observations.take(json.dumps(record).encode(), "", MASK))
    assert [each.key for each in told] == ["waiting/voice@1714982400000000"]


# --- names


def test_lists_of_entities_are_names() -> None:
    told = [
        each
        for name in ("queues.json", "users.json", "wrapupcodes.json", "presences.json")
        for each in statements(genesys_directory, name)
    ]
    names = [each for each in told if isinstance(each.said, Name)]
    assert [(each.key, each.said.name) for each in names if isinstance(each.said, Name)] == [
        (f"queue:{BILLING}", "Billing"),
        ("queue:00000002-aaaa-4000-8000-000000000000", "Chat"),
        (f"agent:{ANN}", "Ada Example"),
        ("disposition:w-1", "Resolved"),
        ("disposition:w-2", "Passed on"),
    ]
    ada = names[2].said
    assert isinstance(ada, Name)
    assert (ada.e_mail, ada.role) == ("ada@example.com", "Senior")
    states = [each.said.lane for each in told if isinstance(each.said, Presence)]
    assert states == ["presence", "routing"]


def test_a_newer_name_holds() -> None:
    def named(name: str, changed: str) -> Statement:
        record = {"id": "q", "name": name, "dateModified": changed, "memberCount": 1}
        return next(iter(genesys_directory.take(json.dumps(record).encode(), "entities", MASK)))

    old, new = named("A longer old name", "2023-01-01T00:00:00Z"), named("New", "2024-01-01T00:00Z")
    assert new.version > old.version


def test_other_entities_are_refused() -> None:
    refused(genesys_directory, {"name": "without an id"})
    refused(genesys_directory, {"id": "s", "name": "Skill", "selfUri": "/api/v2/routing/skills/s"})
    refused(genesys_directory, {"id": "x", "name": "Nobody knows what"})
    lists = {"entities": [{"id": "s", "name": "S", "selfUri": "/api/v2/routing/skills/s"}]}
    assert not genesys_directory.fits(json.dumps(lists).encode())
    assert not genesys_directory.fits(b'{"users":[{"id":1,"name":"x","email":"y"}]}')


# --- addresses


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("tel:+4930555010", "+4930555010"),
        ("sip:+4930555010@10.0.0.1;user=phone", "+4930555010"),
        ("sip:ada%40example.com@localhost", "ada@example.com"),
        ("sip:anonymous@anonymous.invalid", None),
        ("mailto:kim@example.org?subject=x", "kim@example.org"),
        ("kim@example.org", "kim@example.org"),
        ("anonymous", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_are_bare(text: str | None, bare: str | None) -> None:
    assert genesys.address(text) == bare


def test_a_name_is_no_address() -> None:
    assert genesys.reachable("Berlin, Germany") is None
    assert genesys.reachable("030555010") == "030555010"


def test_an_answer_without_a_time_is_of_when_its_file_was_written() -> None:
    raw = b"""{"results": [{"group": {"queueId": "q1", "mediaType": "voice"},
        "data": [{"metric": "oWaiting", "stats": {"count": 3}}]}]}"""
    with pytest.raises(Rejected, match="time of asking"):
        list(genesys_observations.take(raw, "", MASK))
    at = 1_772_000_000_000_000
    [told] = genesys_observations.take_written(raw, "", MASK, at)
    assert isinstance(told.said, Count)
    assert (told.said.at, told.said.value) == (at, 3)
