"""XiVO's data layer: intervals of login, pause and membership, and contacts at hour borders."""

from typing import Any

import pytest

from console.domain.times import SECOND, from_iso
from console.reads.agent_time import LOGIN, PAUSE, Stretch, stretches_by_agent
from console.reads.kpis import AGENT, Question
from console.store.tables import Agent, Queue
from tests.peers.cases import ask, cases, console_of, events_of


def _range(call: dict[str, Any]) -> tuple[int, int]:
    """Their ranges end on the last microsecond; ours end before the next."""
    from_at, to_at = (from_iso(text) for text in call["args"][:2])
    return from_at, to_at + 1


@pytest.mark.parametrize("case", cases("xivo_dao_queue_log_dao.json", "cases", "test"))
def test_queue_log_dao(case: dict[str, Any], tmp_path) -> None:
    fields = {"get_queue_abandoned_call": "abandoned", "get_queue_timeout_call": "timeout"}
    with console_of(tmp_path, events_of(case["queue_log"])) as console:
        for call, expected in zip(case["calls"], case["expected"], strict=True):
            rows = ask(console, Question(*_range(call)))
            wanted = expected["expected"]
            count = len(wanted) if isinstance(wanted, list) else wanted["length"]
            assert sum(row[fields[call["function"]]] for row in rows) == count


@pytest.mark.parametrize("case", cases("xivo_dao_intervals.json", "cases", "test"))
def test_intervals(case: dict[str, Any], tmp_path) -> None:
    (call,) = case["calls"]
    (expected,) = case["expected"]
    value = expected["value"]
    agents = [agent["name"] for agent in case["agents"]]
    # Rows are stored by time there; some cases list them in another order.
    events = sorted(events_of(case["queue_log"]), key=lambda event: event[0])
    with console_of(tmp_path, events, agents=agents) as console:
        asked = CHECKS[call["function"]]
        asked(console, *_range(call), value, expected["assert"])


def _stretches(console, from_at: int, to_at: int, open_to_end: bool) -> dict[str, list[Stretch]]:
    with console.store.read() as session:
        return {
            session.get_one(Agent, agent_id).name: stretches
            for agent_id, stretches in stretches_by_agent(session, from_at, to_at, open_to_end)
        }


def _spans(stretches: list[Stretch], kind: str, queue_id: int | None = None):
    return [
        (s.started_at, s.ended_at)
        for s in sorted(stretches, key=lambda s: s.started_at)
        if s.kind == kind and s.queue_id == queue_id
    ]


def _theirs(spans: list[list[str]], to_at: int) -> list[tuple[int, int]]:
    ends = [(from_iso(start), from_iso(end)) for start, end in spans]
    return [(start, to_at if end == to_at - 1 else end) for start, end in ends]


def check_leave_empty(console, from_at, to_at, value, _words) -> None:
    rows = ask(console, Question(from_at, to_at))
    assert {row["queue"]: row["leave_empty"] for row in rows} == value


def check_completed_logins(console, from_at, to_at, value, _words) -> None:
    found = _stretches(console, from_at, to_at, open_to_end=False)
    for entry in value:
        ours = _spans(found[entry["key"]], LOGIN)
        theirs = _theirs(entry["value"], to_at)
        assert len(ours) == len(theirs)
        for (start, end), (their_start, their_end) in zip(ours, theirs, strict=True):
            assert end == their_end
            # On purpose: they take the logoff less its stated whole seconds for the login; the
            # login's own row stands in the log and is believed. They differ by the cut second.
            assert abs(start - their_start) < SECOND


def check_last_logins(console, from_at, to_at, value, _words) -> None:
    found = _stretches(console, from_at, to_at, open_to_end=False)
    ours_in: dict[str, int] = {}
    ours_out: dict[str, int] = {}
    for agent, stretches in found.items():
        logins = [s for s in stretches if s.kind == LOGIN]
        if logins:
            ours_in[agent] = max(s.began_at for s in logins)
        outs = [s.ended_at for s in logins if s.ended_by]
        if outs:
            ours_out[agent] = max(outs)
    theirs = {entry["key"]: from_iso(entry["value"]) for entry in value}
    # One function returns both; the case's answer is of the one or of the other.
    assert theirs in (ours_in, ours_out)


def check_ongoing_logins(console, from_at, to_at, value, _words) -> None:
    theirs = {entry["key"]: _theirs(entry["value"], to_at) for entry in value}
    for open_to_end in (True, False):
        found = _stretches(console, from_at, to_at, open_to_end)
        ours = {
            agent: [
                (s.started_at, s.ended_at) for s in stretches if s.kind == LOGIN and not s.ended_by
            ]
            for agent, stretches in found.items()
        }
        ours = {agent: spans for agent, spans in ours.items() if spans}
        if open_to_end:
            assert ours == theirs
        else:
            # On purpose: nothing is known after the last row, which is of 10:00.
            last = from_iso("2012-06-01T10:00:00Z")
            assert ours == {a: [(start, last) for start, _ in spans] for a, spans in theirs.items()}


def check_pauses(console, from_at, to_at, value, words) -> None:
    found = _stretches(console, from_at, to_at, open_to_end=False)
    if words.startswith("result['Agent/1', None]"):
        value = [{"key": ["Agent/1", None], "value": value}]
    rows = {row["agent"]: row for row in ask(console, Question(from_at, to_at, by=AGENT))}
    with console.store.read() as session:
        queues = {queue.name: queue.id for queue in session.query(Queue)}
    for entry in value:
        agent, queue = entry["key"]
        theirs = _theirs(entry["value"], to_at)
        seconds = sum(end - start for start, end in theirs) / SECOND
        if queue is None:
            assert _spans(found[agent], PAUSE) == theirs
            assert rows[agent]["pause_s"] == seconds
            continue
        assert _spans(found[agent], PAUSE, queues[queue]) in (theirs, [])
        (share,) = (share for share in rows[agent]["queues"] if share["queue"] == queue)
        assert share["pause_s"] == seconds


def check_logins_in_queues(console, from_at, to_at, value, words) -> None:
    rows = {row["agent"]: row for row in ask(console, Question(from_at, to_at, by=AGENT))}
    shares = {share["queue"]: share for share in rows["Agent/52"]["queues"]}
    if "not in" in words:
        assert not shares[value[1]]["login_s"]
        assert shares[value[1]]["member_s"] == 4 * 3600
        return
    theirs = _theirs(value, to_at)
    assert shares["queue_a"]["login_s"] == sum(end - start for start, end in theirs) / SECOND


CHECKS = {
    "fill_leaveempty_calls": check_leave_empty,
    "_get_completed_logins": check_completed_logins,
    "_get_last_logins_and_logouts": check_last_logins,
    "_get_ongoing_logins": check_ongoing_logins,
    "get_pause_intervals_in_range": check_pauses,
    "get_login_intervals_in_range": check_logins_in_queues,
}
