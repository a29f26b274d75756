"""Real-time figures become counts of one instant, users' data presences."""

import json
from typing import Any

import pytest

from console.domain.statements import Count, Presence
from console.exports import amazon_connect_agent_events
from console.exports import amazon_connect_metrics as metrics
from console.exports.export import Rejected
from tests.console.exports.amazon_connect_files import (
    DATA,
    INSTANCE,
    agent,
    at,
    mask,
    queue,
    s,
    statements,
)

NOW = "2024-03-11T09:30:00.000Z"


def answer(*results: dict[str, Any], **fields: Any) -> bytes:
    whole = {"MetricResults": list(results), "DataSnapshotTime": NOW} | fields
    return json.dumps(whole).encode()


def figures(dimensions: dict[str, Any] | None, **values: float) -> dict[str, Any]:
    collected = [{"Metric": {"Name": name}, "Value": value} for name, value in values.items()]
    return {"Dimensions": dimensions, "Collections": collected}


def test_figures_of_a_queue_on_each_of_its_channels() -> None:
    said = statements(metrics, "current-by-queue.json")
    now, service = at("09:30:00.123"), queue("q-service")
    assert {each.subject for each in said} == {f"count:{service}"}
    assert len({each.key for each in said}) == len(said)
    assert [each.said for each in said] == [
        Count(now, service, "voice", "waiting", 4),
        Count(now, service, "voice", "oldest_wait_us", s(93)),
        Count(now, service, "voice", "available", 0),
        Count(now, service, "voice", "on contact", 7),
        Count(now, service, "chat", "waiting", 1),
    ]


def test_without_groupings_the_oldest_wait_comes_in_milliseconds() -> None:
    oldest, waiting = statements(metrics, "current-ungrouped.json")
    now = at("09:30:00.500")
    assert oldest.said == Count(now, None, "voice", "oldest_wait_us", s(24.113))
    assert (waiting.subject, waiting.key) == ("count:", f"waiting@{now}")


def test_what_a_queue_cannot_name_is_left_out() -> None:
    profile = {"RoutingProfile": {"Id": "r", "Arn": "x"}}
    tasks = {"Channel": "TASK"}
    said = metrics.take(
        answer(
            figures(profile, CONTACTS_IN_QUEUE=1),
            figures(tasks, CONTACTS_IN_QUEUE=2),
            figures({"Queue": {"Id": "q"}}, CONTACTS_IN_QUEUE=3, SLOTS_ACTIVE=4),
        ),
        "",
        mask,
    )
    assert [each.said for each in said] == [Count(at("09:30:00"), "q", "voice", "waiting", 3)]


def test_the_old_name_of_a_metric_does_not_win_over_the_new() -> None:
    both = metrics.take(answer(figures(None, AGENTS_ON_CALL=3, AGENTS_ON_CONTACT=5)), "", mask)
    old, new = both
    assert old.key == new.key and new.version > old.version


def test_users_have_a_status_since() -> None:
    said = statements(metrics, "users.json")
    assert [each.said for each in said] == [
        Presence(at("08:59:00.004"), "available", "Available"),
        Presence(at("09:00:00"), "paused", "Training"),
    ]
    theirs = statements(amazon_connect_agent_events, "day-concatenated.json")
    assert (said[0].subject, said[0].key) in {(each.subject, each.key) for each in theirs}
    assert said[0].subject == f"agent:{agent('a-1')}"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (answer(figures(None, CONTACTS_IN_QUEUE=1), DataSnapshotTime=None), "DataSnapshotTime"),
        (answer(figures({"Subtype": "connect:SMS"}, CONTACTS_IN_QUEUE=1)), "of a queue"),
        (b"{}", "neither"),
    ],
)
def test_what_cannot_be_taken_says_why(raw: bytes, words: str) -> None:
    with pytest.raises(Rejected, match=words):
        metrics.take(raw, "", mask)


def test_what_fits_and_whose_it_is() -> None:
    for place in (DATA / metrics.NAME).iterdir():
        raw = place.read_bytes()
        assert metrics.fits(raw), place.name
        known = "" if "ungrouped" in place.name else INSTANCE
        assert metrics.origin(raw, "") == known
    assert not metrics.fits(b"\n") and metrics.origin(b"{", "") == ""
    period = {"MetricResults": [{"Dimensions": {"QUEUE": "q"}, "MetricInterval": {}}]}
    assert not metrics.fits(json.dumps(period).encode())
