"""Stretches that overlap, cross buckets and mean different things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reads.agent_time import (
    CONTACT,
    LOGIN,
    MEMBER,
    PAUSE,
    RING,
    WRAPUP,
    AgentTime,
    Known,
    Stretch,
    times_of,
)
from console.reads.buckets import Bucket

LOGINS = Known(frozenset((LOGIN, MEMBER)))
MEMBERS = Known(frozenset((MEMBER,)))


def time_of(*stretches: Stretch, known: Known = MEMBERS, to: int = 100) -> AgentTime:
    return times_of(stretches, [Bucket(0, to, ((0, to),))], known).get(0, AgentTime())


def test_busy_once_though_stretches_overlap() -> None:
    time = time_of(
        Stretch(MEMBER, 1, 0, 100),
        Stretch(CONTACT, 1, 10, 40),
        Stretch(CONTACT, 1, 30, 50),
        Stretch(WRAPUP, 1, 45, 60),
        Stretch(RING, 1, 5, 12),
    )
    assert (time.on_contact, time.wrapup, time.busy) == (40, 15, 50)
    assert time.available == 100 - 50 - 5
    assert time.ready == time.staffed == 100


def test_work_during_a_pause_is_ready_time() -> None:
    time = time_of(
        Stretch(MEMBER, 1, 0, 100), Stretch(PAUSE, 1, 20, 60, "lunch"), Stretch(CONTACT, 1, 10, 30)
    )
    assert time.pause == 40
    assert time.ready == 10 + 20 + 40
    assert time.busy == 20
    assert time.pauses == {"lunch": 40}


def test_paused_in_one_of_two_queues_is_not_paused() -> None:
    both = (Stretch(MEMBER, 1, 0, 100), Stretch(MEMBER, 2, 0, 50))
    time = time_of(*both, Stretch(PAUSE, 1, 10, 90))
    assert time.pause == 40  # after leaving the second queue
    assert time.queues[1].pause == 80
    assert time.queues[2].pause == 0


def test_a_pause_of_all_is_a_pause_in_each() -> None:
    both = (Stretch(MEMBER, 1, 0, 100), Stretch(MEMBER, 2, 0, 50))
    time = time_of(*both, Stretch(PAUSE, None, 10, 90), Stretch(PAUSE, 1, 10, 90))
    assert time.pause == 80
    assert (time.queues[1].pause, time.queues[2].pause) == (80, 40)


def test_a_pause_in_every_queue_is_a_pause_of_all() -> None:
    both = (Stretch(MEMBER, 1, 0, 100), Stretch(MEMBER, 2, 0, 100))
    time = time_of(*both, Stretch(PAUSE, 1, 10, 30, "tea"), Stretch(PAUSE, 2, 20, 40, "tea"))
    assert time.pause == 10
    assert time.pauses == {"tea": 10}


def test_without_memberships_any_pause_counts() -> None:
    time = time_of(Stretch(PAUSE, 1, 10, 30), Stretch(CONTACT, 2, 50, 60), known=Known())
    assert time.pause == 20
    assert time.staffed == 0


def test_logins_rule_where_they_are_known() -> None:
    time = time_of(Stretch(LOGIN, None, 20, 60), Stretch(MEMBER, 1, 0, 50), known=LOGINS)
    assert (time.login, time.member, time.staffed) == (40, 50, 40)
    assert (time.queues[1].login, time.queues[1].member) == (30, 50)


def test_a_reason_that_changes_divides_the_pause() -> None:
    time = time_of(
        Stretch(MEMBER, 1, 0, 100), Stretch(PAUSE, 1, 10, 30, "tea"), Stretch(PAUSE, 1, 30, 60, "")
    )
    assert time.pauses == {"tea": 20, "": 30}


def test_crossing_buckets_and_closed_hours() -> None:
    buckets = [Bucket(0, 10, ((2, 4), (6, 8))), Bucket(10, 20, ((10, 20),)), Bucket(20, 30, ())]
    times = times_of([Stretch(MEMBER, 1, 3, 15)], buckets, MEMBERS)
    assert {place: time.member for place, time in times.items()} == {0: 3, 1: 5}


@pytest.mark.parametrize("known", [LOGINS, MEMBERS, Known()])
@given(
    data=st.lists(
        st.tuples(
            st.sampled_from([LOGIN, MEMBER, PAUSE, RING, WRAPUP, CONTACT]),
            st.sampled_from([None, 1, 2]),
            st.integers(0, 60),
            st.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_as_counted_moment_by_moment(known: Known, data) -> None:
    """The sweep gives what a count of every single moment gives."""
    stretches = [
        Stretch(kind, None if kind == LOGIN else queue, min(a, b), max(a, b))
        for kind, queue, a, b in data
        if not (kind == MEMBER and queue is None)
    ]
    buckets = [Bucket(0, 20, ((0, 20),)), Bucket(20, 60, ((25, 40), (45, 60)))]
    found = times_of(stretches, buckets, known)
    for place, bucket in enumerate(buckets):
        time = found.get(place, AgentTime())
        expected = dict.fromkeys(("pause", "staffed", "ready", "available", "busy", "contact"), 0)
        for opens, closes in bucket.windows:
            for at in range(opens, closes):
                now = [s for s in stretches if s.started_at <= at < s.ended_at]
                kinds = {s.kind for s in now}
                members = {s.queue_id for s in now if s.kind == MEMBER}
                pauses = {s.queue_id for s in now if s.kind == PAUSE}
                paused = None in pauses or (bool(pauses) and members <= pauses)
                busy = bool(kinds & {CONTACT, WRAPUP})
                staffed = known.staffing in kinds
                expected["pause"] += paused
                expected["staffed"] += staffed
                expected["contact"] += CONTACT in kinds
                expected["busy"] += staffed and busy
                expected["ready"] += staffed and (busy or not paused)
                expected["available"] += staffed and not (busy or paused or RING in kinds)
        assert expected == {
            "pause": time.pause,
            "staffed": time.staffed,
            "ready": time.ready,
            "available": time.available,
            "busy": time.busy,
            "contact": time.on_contact,
        }
        assert sum(time.pauses.values()) == time.pause
