"""Who waits too long, with nobody free, or for a call that was promised."""

from console.alarms.condition import Condition, Situation
from console.alarms.waiting import NOBODY, PROMISES, WAIT
from console.domain.alarms import QUEUE, SEND, Finding
from console.domain.board import Aim
from console.domain.times import HOUR, MINUTE, SECOND
from console.settings import Settings
from tests.console.alarms.situations import NOW, queue, situation, source, told


def one(condition: Condition, s: Situation) -> Finding:
    (found,) = told(condition, s)
    return found


def test_a_wait_beyond_what_the_channel_expects() -> None:
    within = situation(queue(waiting=1, oldest_at=NOW - 60 * SECOND, available=0))
    assert one(WAIT, within).stands is False
    beyond = situation(queue(waiting=1, oldest_at=NOW - 61 * SECOND))
    found = one(WAIT, beyond)
    assert found.stands and (found.act, found.target) == (SEND, "1")
    assert found.title == "voice: customers wait longer than they expect"
    assert found.number == "oldest 1:01 in support, expected 1:00"
    assert WAIT.holds_s(Settings()) == 180


def test_the_queues_own_target_counts_before_its_channel() -> None:
    aim = Aim(20, "settings", None, "", 600, "target")
    assert not one(WAIT, situation(queue(waiting=1, oldest_at=NOW - 5 * MINUTE, aim=aim))).stands


def test_queues_of_a_channel_are_one_alarm_named_by_the_worst() -> None:
    found = one(
        WAIT,
        situation(
            queue(waiting=1, oldest_at=NOW - 2 * MINUTE),
            queue(queue_id=2, queue="sales", waiting=3, oldest_at=NOW - 22 * MINUTE),
        ),
    )
    assert found.target == "2"
    assert found.number == "oldest 22:00 in sales, expected 1:00; 1 more beyond theirs"


def test_a_wait_ends_below_its_limit_only() -> None:
    eased = queue(waiting=1, oldest_at=NOW - 55 * SECOND)
    assert not one(WAIT, situation(eased)).stands
    assert one(WAIT, situation(eased, standing=frozenset(["wait|voice"]))).stands
    short = queue(waiting=1, oldest_at=NOW - 40 * SECOND)
    assert not one(WAIT, situation(short, standing=frozenset(["wait|voice"]))).stands


def test_what_nobody_knows_is_no_alarm() -> None:
    waits = queue(waiting=9, oldest_at=NOW - HOUR, available=0)
    for unknown in (
        situation(queue(waits_known=False)),
        situation(waits, sources=(source(last_at=NOW - HOUR),)),  # long silent
        situation(waits, sources=(source(followed=False, last_at=NOW - HOUR),)),  # read once
        situation(waits, sources=(source(paused=True),)),
        situation(waits, sources=(source(last_at=None, steady=False),)),
    ):
        assert one(WAIT, unknown).stands is None
        assert one(NOBODY, unknown).stands is None


def test_who_waits_alone_at_night_makes_no_line() -> None:
    alone = queue(waiting=1, oldest_at=NOW - 10 * MINUTE)
    assert one(WAIT, situation(alone, sources=(source(last_at=NOW - 10 * MINUTE),))).stands


def test_nobody_is_free_while_customers_wait() -> None:
    assert one(NOBODY, situation(queue(waiting=3))).stands is False
    busy = queue(waiting=31, available=0, on_contact=18, paused=4, staffed=22)
    found = one(NOBODY, situation(busy))
    assert found.stands and found.title == "voice: nobody is free for those who wait"
    assert found.number == "31 wait in support; 18 on contact, 4 paused there"
    empty = one(NOBODY, situation(queue(waiting=2, available=0, staffed=0)))
    assert empty.title == "voice: nobody is there for those who wait"
    assert one(NOBODY, situation(queue(waiting=2, available=0, agents_known=False))).stands is None


def test_promises_overdue_or_stale() -> None:
    assert one(PROMISES, situation(queue())).stands is None, "the source does not say"
    kept = queue(promises=5, overdue=0, oldest_promise_at=NOW - HOUR)
    assert one(PROMISES, situation(kept)).stands is False
    late = one(PROMISES, situation(queue(promises=57, overdue=12, oldest_promise_at=NOW - HOUR)))
    assert late.stands and (late.act, late.target) == (QUEUE, "1")
    assert late.number == "12 overdue of 57 promised, oldest 1 h 00 in support"
    stale = queue(promises=2, overdue=0, oldest_promise_at=NOW - 5 * HOUR)
    assert one(PROMISES, situation(stale)).stands
    patient = Settings(alarm_promise_h=6)
    assert not one(PROMISES, situation(stale, settings=patient)).stands
    assert one(
        PROMISES, situation(stale, settings=patient, standing=frozenset(["promises|voice"]))
    ).stands
