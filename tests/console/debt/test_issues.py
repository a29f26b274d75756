"""Attempts joined into issues: what holds for any of them, and each rule by an example."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from console.debt.attempts import ABANDONED, ANSWERED, LOST, PROMISED, WAITING, Attempts
from console.debt.issues import (
    CALLED_IN,
    CHASE,
    FRESH,
    RECONNECT,
    REDIAL,
    Issues,
    Marks,
    join,
)
from console.debt.past import by_customer
from tests.console.debt.centre import HOUR, START, columns

W = 48 * HOUR

rows = st.lists(
    st.tuples(
        st.integers(-1, 3),  # customer
        st.integers(0, 300),  # hours
        st.sampled_from([ANSWERED, ABANDONED, LOST, WAITING, PROMISED]),
        st.integers(0, 30),  # hours until it ended
        st.integers(-1, 1),  # topic
    ),
    max_size=30,
)


def made(found: list[tuple[int, int, int, int, int]]) -> Attempts:
    table = np.array(found, np.int64).reshape(len(found), 5)
    entered = START + table[:, 1] * HOUR
    ended = np.where(table[:, 2] == WAITING, -1, entered + table[:, 3] * HOUR)
    return by_customer(
        columns(table[:, 0], entered, outcome=table[:, 2], ended=ended, topic=table[:, 4],
                topics=("a", "b"))
    )  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(rows)
def test_issues_are_chains_of_one_customer(found: list[tuple[int, int, int, int, int]]) -> None:
    a = made(found)
    issues = join(a, W)
    assert len(issues.issue) == len(a)
    for place in range(len(a)):
        before, after = int(issues.before[place]), int(issues.after[place])
        assert (before < 0) == (issues.kind[place] == FRESH)
        assert (before < 0) == (issues.issue[place] == place)
        if before < 0:
            continue
        assert a.customer[place] == a.customer[before] != -1
        assert issues.issue[place] == issues.issue[before]
        assert issues.after[before] == place
        assert a.entered_us[before] <= a.entered_us[place]
        if a.ended_us[before] >= 0:
            assert a.entered_us[place] - max(a.ended_us[before], a.entered_us[before]) <= W
        if after >= 0:
            assert issues.before[after] == place


@settings(max_examples=60, deadline=None)
@given(rows, st.data())
def test_what_is_said_by_hand_holds(found: list[tuple[int, int, int, int, int]], data) -> None:
    a = made(found)
    if len(a) < 2:
        return
    some = data.draw(st.lists(st.integers(0, len(a) - 1), min_size=2, max_size=4, unique=True))
    one = join(a, W, Marks(begins=(some[0],)))
    assert one.before[np.flatnonzero(a.contact == some[0])[0]] == -1
    together = join(a, W, Marks(same=(tuple(some),)))
    assert len({int(i) for i in together.issue[np.isin(a.contact, some)]}) == 1
    for place in np.flatnonzero(together.before >= 0):
        assert a.entered_us[together.before[place]] <= a.entered_us[place]
    # Issues that nobody spoke of are as they were.
    plain = join(a, W)
    untouched = ~np.isin(plain.issue, plain.issue[np.isin(a.contact, some)])
    assert (together.issue[untouched] == plain.issue[untouched]).all()


def one_after_another(*steps: tuple[float, int, float | None], **more: object) -> Issues:
    """Of one customer: hours, outcome, hours of the end."""
    at = np.array([START + round(h * HOUR) for h, _, _ in steps], np.int64)
    ended = np.array([-1 if e is None else START + round(e * HOUR) for _, _, e in steps], np.int64)
    outcome = np.array([o for _, o, _ in steps])
    made = columns(np.full(len(steps), 3), at, outcome=outcome, ended=ended, **more)  # type: ignore[arg-type]
    return join(made, W, None)


def test_what_an_attempt_is_hangs_on_how_the_one_before_ended() -> None:
    issues = one_after_another(
        (0, ABANDONED, 0.1), (1, LOST, 1.1), (2, ANSWERED, 2.1), (3, PROMISED, 3.1),
        (4, WAITING, None), (5, ANSWERED, 5.1),
    )  # fmt: skip
    assert issues.kind.tolist() == [FRESH, REDIAL, REDIAL, RECONNECT, CALLED_IN, CHASE]


def test_a_promise_that_was_kept_is_an_answer() -> None:
    issues = one_after_another((0, PROMISED, 0.1), (5, ANSWERED, 5.1))
    assert issues.kind.tolist() == [FRESH, CALLED_IN]
    issues.attempts.answered_us[0] = START + HOUR
    assert join(issues.attempts, W).kind.tolist() == [FRESH, RECONNECT]


def test_the_window_counts_from_the_end_of_the_last_attempt() -> None:
    assert len(set(one_after_another((0, ANSWERED, 10), (57, ANSWERED, 58)).issue)) == 1
    assert len(set(one_after_another((0, ANSWERED, 10), (59, ANSWERED, 60)).issue)) == 2
    # While it waits for us there is no window.
    assert len(set(one_after_another((0, WAITING, None), (200, ANSWERED, 201)).issue)) == 1


def test_topics_part_needs_and_unknown_ones_follow() -> None:
    """Ten of each, so that they are topics; one customer with two needs in turn."""
    others = np.arange(100, 118)
    customer = np.append(others, [5, 5, 5, 5])
    topic = np.append(np.arange(18) % 2, [0, 1, 0, -1])
    entered = START + np.append(np.zeros(18), [1, 2, 3, 4]).astype(np.int64) * HOUR
    a = by_customer(columns(customer, entered, topic=topic, topics=("bill", "line")))
    issues = join(a, W)
    mine = np.flatnonzero(a.customer == 5)
    first, second, third, last = mine
    assert issues.before[mine].tolist() == [-1, -1, first, third]
    assert issues.issue[last] == first and issues.issue[second] == second


def test_a_word_that_hardly_anybody_uses_is_no_topic() -> None:
    a = columns(
        np.array([5, 5]), START + np.array([0, 1]) * HOUR, topic=np.array([0, 1]),
        topics=("an invoice", "another"),
    )  # fmt: skip
    assert join(a, W).kind.tolist() == [FRESH, RECONNECT]
