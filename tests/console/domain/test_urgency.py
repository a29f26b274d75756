"""Which queue is urgent, why, and who goes there."""

import random
from dataclasses import replace

from console.domain.board import AgentRow, Board, ChannelRow, Figures, QueueRow
from console.domain.times import MINUTE, SECOND
from console.domain.urgency import candidates, most_urgent, urgency

AT = 1_700_000_000 * SECOND
EMPTY = Figures(AT - 30 * MINUTE, AT, 20)


def queue(number: int, name: str, **known: object) -> QueueRow:
    row = QueueRow(
        number, name, "voice", "pbx", 0, None, (), (), 0, 0, 0, 0, 0, 0, 0, EMPTY, (),
        None, None, None, "open",
    )  # fmt: skip
    return replace(row, **known)  # type: ignore[arg-type]


def agent(number: int, name: str, state: str, *queues: int, since: int = AT) -> AgentRow:
    names = tuple(f"q{q}" for q in queues)
    return AgentRow(number, name, "pbx", state, "", since, None, None, names, queues)


def channel(name: str, expected_s: int, state: str = "open") -> ChannelRow:
    return ChannelRow(name, state, False, expected_s, "", 1, 0)


def board(*rows: QueueRow, agents: tuple[AgentRow, ...] = ()) -> Board:
    channels = (channel("voice", 60), channel("email", 4 * 3600))
    return Board(AT, 1, rows, agents, (), channels)


def waits(minutes: float, waiting: int = 1) -> dict[str, object]:
    return {"waiting": waiting, "oldest_at": AT - int(minutes * MINUTE)}


def test_reasons_in_words_add_up_to_the_score() -> None:
    figures = replace(EMPTY, offered=20, abandoned=6, abandon_rate=30.0)
    busy = queue(1, "support", **waits(3, 6), available=2, staffed=8, figures=figures)
    (found,) = urgency(board(busy))
    assert [(reason.words, round(reason.points, 1)) for reason in found.reasons] == [
        ("longest wait 3:00; customers of voice expect 1:00", 37.5),
        ("6 waiting, 2 of 8 available", 22.5),
        ("6 of 20 gave up in 30 min (30 %)", 14.3),
    ]
    assert found.score == sum(reason.points for reason in found.reasons)


def test_the_same_wait_is_urgent_where_a_quick_reply_is_expected() -> None:
    voice = queue(1, "support", **waits(10), staffed=1, available=1)
    email = queue(2, "letters", channel="email", **waits(10), staffed=1, available=1)
    assert [found.queue for found in urgency(board(email, voice))] == ["support", "letters"]


def test_nobody_there_is_worse_than_nobody_free() -> None:
    bare = queue(1, "bare", **waits(1))
    none_free = queue(2, "busy", **waits(1), staffed=5)
    one_free = queue(3, "easy", **waits(1), staffed=5, available=1)
    found = urgency(board(one_free, none_free, bare))
    assert [row.queue for row in found] == ["bare", "busy", "easy"]
    assert found[0].reasons[1].words == "1 waiting, nobody is there"


def test_where_nobody_tells_who_is_there_that_makes_nothing_urgent() -> None:
    untold = queue(1, "letters", channel="email", **waits(60, 30), agents_known=False)
    short = queue(2, "support", **waits(0.5, 1), staffed=5)
    found = {each.queue: each for each in urgency(board(untold, short))}
    assert found["support"].score > found["letters"].score
    words = [(reason.words, reason.points) for reason in found["letters"].reasons]
    assert ("30 waiting, who is there is not told", 0.0) in words


def test_a_queue_in_which_nothing_happens_is_not_urgent() -> None:
    found = urgency(board(queue(1, "quiet")))
    assert found[0].score == 0
    assert most_urgent(found) is None
    assert [reason.words for reason in found[0].reasons] == [
        "nobody is waiting",
        "no backlog, 0 available",
        "abandonment unknown: no contacts in the window",
    ]


def test_a_closed_channel_needs_nobody() -> None:
    closed = queue(1, "support", **waits(60, 30), channel_state="closed")
    calm = queue(2, "sales", **waits(0.1), staffed=3, available=3)
    found = urgency(board(closed, calm))
    assert [row.queue for row in found] == ["sales", "support"]
    assert "closed" in found[1].reasons[0].words


def test_worse_is_never_less_urgent() -> None:
    chance = random.Random(7)
    for _ in range(500):
        offered = chance.randint(1, 50)
        abandoned = chance.randint(0, offered - 1)
        row = queue(
            1, "q", **waits(chance.uniform(0, 90), chance.randint(1, 40)),
            staffed=chance.randint(1, 20), available=chance.randint(0, 5),
            figures=replace(
                EMPTY, offered=offered, abandoned=abandoned, abandon_rate=100 * abandoned / offered
            ),
        )  # fmt: skip
        score = urgency(board(row))[0].score
        assert 0 < score < 100
        assert row.oldest_at is not None
        worse = [
            replace(row, oldest_at=row.oldest_at - MINUTE),
            replace(row, waiting=row.waiting + 1),
            replace(row, figures=replace(row.figures, abandoned=abandoned + 1)),
        ]
        if row.available:
            worse.append(replace(row, available=row.available - 1))
        assert all(urgency(board(other))[0].score > score for other in worse)


def names(found: list) -> list[str]:
    return [row.agent for row in found]


def test_free_before_busy_and_never_the_absent_or_those_there_already() -> None:
    states = ["on contact", "available", "offline", "unknown", "break", "paused", "wrap-up"]
    agents = tuple(agent(n, state, state, 2) for n, state in enumerate(states))
    there = agent(90, "there", "available", 1, 2)
    elsewhere = replace(agent(91, "elsewhere", "available", 2), source="other")
    rows = (queue(1, "q1", **waits(5, 9)), queue(2, "q2", staffed=9, available=2))
    found = candidates(board(*rows, agents=(*agents, there, elsewhere)), 1, 9)
    assert names(found) == ["available", "on contact", "wrap-up"]
    assert [row.when for row in found] == ["now", "when the contact ends", "when the contact ends"]
    assert found[0].cost == "q2 keeps 8 of 9, 1 available, 0 waiting there"
    assert found[0].leaves == ("q2",)
    assert candidates(board(*rows, agents=agents), 99, 3) == []


def test_who_went_first_counts_for_the_next() -> None:
    rows = (
        queue(1, "q1", **waits(5, 9)),
        queue(2, "q2", staffed=2, available=2, **waits(1)),
        queue(3, "q3", staffed=3, available=3),
    )
    agents = tuple(agent(n, f"a{n}", "available", 2 if n < 3 else 3) for n in range(1, 6))
    found = candidates(board(*rows, agents=agents), 1, 5)
    assert names(found) == ["a3", "a4", "a5", "a1", "a2"]
    assert found[1].cost == "q3 keeps 1 of 2, 1 available, 0 waiting there"
    # Nobody is left where somebody waits: only after all others.
    assert found[2].cost == "q3 is left without anyone, 0 waiting there"
    assert found[-1].cost == "q2 is left without anyone, 1 waiting there"
    assert [row.score for row in found] == sorted((row.score for row in found), reverse=True)


def test_a_busy_agent_goes_before_the_only_one_where_somebody_waits() -> None:
    rows = (
        queue(1, "q1", **waits(9, 9)),
        queue(2, "q2", staffed=1, available=1, **waits(1)),
        queue(3, "q3", staffed=4),
    )
    agents = (
        agent(1, "alone", "available", 2),
        agent(2, "new call", "on contact", 3, since=AT - MINUTE),
        agent(3, "long call", "on contact", 3, since=AT - 20 * MINUTE),
    )
    found = candidates(board(*rows, agents=agents), 1, 3)
    assert names(found) == ["long call", "new call", "alone"]


def test_who_has_not_shown_there_goes_after_those_who_have_and_it_is_said() -> None:
    rows = (
        queue(1, "support", **waits(5), staffed=1),
        queue(2, "sales", staffed=3, available=2),
        queue(3, "web chat", channel="chat", source="connect", staffed=3, available=2),
    )
    fay = replace(
        agent(4, "Fay", "available", 3), source="connect", person="71", ids=(("connect", 4),)
    )
    could = replace(fay, could=("pbx",))
    agents = (agent(5, "Ann", "available", 2), could, replace(fay, agent_id=6, agent="Gil"))
    found = candidates(board(*rows, agents=agents), 1, 3)
    assert names(found) == ["Ann", "Fay"]
    assert found[1].agent_id == 4 and found[1].score < found[0].score
    assert found[1].cost.startswith("from chat, 0.8 assumed; web chat keeps 2 of 3")
