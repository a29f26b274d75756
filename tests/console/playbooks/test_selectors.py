"""What the words of a playbook mean on a board."""

from dataclasses import replace
from typing import Any

import pytest

from console.domain.board import AgentRow, Board, Caller, ChannelRow, Figures, QueueRow
from console.domain.roster import Person, Shift
from console.domain.times import HOUR, MINUTE
from console.playbooks import selectors
from console.playbooks.acts import CATALOG
from console.playbooks.selectors import Nothing
from console.playbooks.situation import Situation

AT = 1000 * HOUR


def queue(
    number: int, name: str, channel: str = "voice", waiting: int = 0, **more: Any
) -> QueueRow:
    callers = tuple(Caller(f"c{n}", AT - 9 * MINUTE) for n in range(waiting))
    staffed = more.pop("staffed", 2)
    plain = QueueRow(
        number, name, channel, "pbx", waiting, callers[0].entered_at if callers else None, callers,
        (), staffed, 0, 0, 0, 0, staffed, 0, Figures(AT - HOUR, AT, 20), (), None, None, None,
        "open",
    )  # fmt: skip
    return replace(plain, **more)


def agent(number: int, name: str, state: str, queues: tuple[int, ...], **more: Any) -> AgentRow:
    plain = AgentRow(
        number, name, "pbx", state, "", AT, None, None, tuple(map(str, queues)), queues
    )
    return replace(plain, **more)


def channel(name: str, critical: bool, queues: int = 1, state: str = "open") -> ChannelRow:
    return ChannelRow(name, state, critical, 60, "", queues, 0)


BOARD = Board(
    AT,
    1,
    (
        queue(1, "support", waiting=9, callback_offer=True),
        queue(2, "sales", waiting=1, callback_offer=False, callback_dial=False),
        queue(3, "web", "chat", staffed=1),
        queue(4, "post", "email", staffed=3),
    ),
    (
        agent(1, "Ann", "available", (1,)),
        agent(2, "Bob", "available", (2,)),
        agent(3, "Cem", "available", (2,)),
        agent(4, "Dia", "on contact", (4,)),
        agent(5, "Eve", "available", (4,), person="5"),
        agent(6, "Fay", "break", (4,)),
        agent(7, "Gus", "available", (4,), moving="to sales: sent"),
        agent(8, "Hal", "available", (3,), source="chat"),
    ),
    (),
    (
        channel("voice", True, 2),
        channel("chat", False),
        channel("email", False, state="draining"),
        channel("social", False, 0),
    ),
)
QUIET = replace(BOARD, queues=tuple(replace(q, waiting=0, oldest_at=None, callers=())
                                    for q in BOARD.queues))  # fmt: skip


def names(rows: Any) -> list[str]:
    return [getattr(row, "queue", None) or row.channel for row in rows]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("all", ["support", "sales", "web", "post"]),
        ("that take calls", ["support", "sales"]),
        ("that offer callbacks", ["support"]),
        ("that do not dial", ["sales"]),
        ("urgent", ["support"]),
        (["Sales", "nowhere"], ["sales"]),
    ],
)
def test_queues(wanted: Any, found: list[str]) -> None:
    assert names(selectors.queues(Situation(BOARD), wanted)) == found


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("not critical", ["chat", "email"]),
        ("critical", ["voice"]),
        ("closed or draining", ["email"]),
        ("all", ["voice", "chat", "email"]),
        (["email"], ["email"]),
    ],
)
def test_channels(wanted: Any, found: list[str]) -> None:
    assert names(selectors.channels(Situation(BOARD), wanted)) == found


def test_the_channel_where_it_burns_is_never_one_that_is_not_critical() -> None:
    burning = replace(BOARD, queues=(queue(3, "web", "chat", waiting=9), *BOARD.queues[3:]))
    assert names(selectors.channels(Situation(burning), "not critical")) == ["email"]


def chosen(now: Situation, **words: Any) -> list[int]:
    to = selectors.target(now, words.pop("to", "urgent"))
    return selectors.agents(now, {"agents": "available", **words}, to)


def test_who_is_free_goes_and_a_queue_where_customers_wait_keeps_one() -> None:
    # Not Ann, who is there; not both of sales; nobody who is on the way, or in another system.
    assert chosen(Situation(BOARD)) == [5, 2]
    assert chosen(Situation(BOARD), keep=0) == [5, 2, 3]


def test_a_share_or_a_number_of_them() -> None:
    assert chosen(Situation(BOARD), keep=0, share=50) == [5, 2]
    assert chosen(Situation(BOARD), keep=0, at_most=1) == [5]


def test_what_an_earlier_item_took_a_later_one_does_not() -> None:
    now = Situation(BOARD)
    assert chosen(now, at_most=1) == [5]
    assert chosen(now) == [2]
    assert chosen(now, agents="busy") == [4]
    with pytest.raises(Nothing, match="nobody else is busy"):
        chosen(now, agents="busy")


def test_experts_are_told_by_the_roster() -> None:
    now = Situation(BOARD, people=(Person("5", "Eve", tier="expert"),))
    assert chosen(now, agents="experts") == [5]
    with pytest.raises(Nothing, match="back office at work"):
        chosen(now, agents="back office")


def test_where_nothing_waits_no_queue_is_urgent() -> None:
    with pytest.raises(Nothing, match="nothing waits anywhere"):
        chosen(Situation(QUIET))
    assert chosen(Situation(QUIET), to="support") == [2, 5]
    with pytest.raises(Nothing, match="no queue is called nowhere"):
        chosen(Situation(QUIET), to="nowhere")


def block(number: str, person: str, kind: str, after_h: float, **more: Any) -> Shift:
    start = AT + round(after_h * HOUR)
    return replace(Shift(number, person, start, start + HOUR, kind), **more)


ROSTER = (
    block("s5", "5", "shift", -1, end_at=AT + 7 * HOUR),
    block("s6", "6", "shift", -1, end_at=AT + 7 * HOUR),
    block("m5", "5", "meeting", 2),
    block("t6", "6", "training", 1),
    block("far", "5", "training", 5),
    block("law", "6", "meeting", 3, legal=True),
    block("fix", "6", "meeting", 4, movable=False),
)
PEOPLE = (Person("5", "Eve"), Person("6", "Fay"))


def test_blocks_that_can_be_moved_and_begin_in_time() -> None:
    now = Situation(BOARD, people=PEOPLE, shifts=ROSTER)
    found = selectors.blocks(now, ["meeting", "training"], 4 * HOUR)
    assert [row.shift for row in found] == ["t6", "m5"]
    with pytest.raises(Nothing, match="no meeting that can be moved"):
        selectors.blocks(now, ["meeting"], 4 * HOUR)
    with pytest.raises(Nothing, match="no roster"):
        selectors.blocks(Situation(BOARD), ["meeting"], HOUR)


def test_people_who_could_come() -> None:
    """Eve is on the board, and is called in by nobody; Gil slept since his shift."""
    people = (*PEOPLE, Person("7", "Gil"))
    night = (
        block("s5", "5", "shift", -30, end_at=AT - 22 * HOUR),
        block("s7", "7", "shift", -30, end_at=AT - 22 * HOUR),
    )
    now = Situation(BOARD, people=people, shifts=night)
    (row,) = selectors.people(now, ["not on shift"], 4 * HOUR, 20)
    assert row.name == "Gil"
    with pytest.raises(Nothing, match="could come"):
        selectors.people(now, ["not on shift"], 4 * HOUR, 20)


def test_channels_that_stand_so_already_are_not_told_again() -> None:
    act = CATALOG["set_channel"]
    words = {"channels": "not critical", "state": "draining", "message": "later", "reopens": "2 h"}
    (one,) = act.resolve(Situation(BOARD), words)
    assert one.part == "chat"
    assert one.fields == {
        "channel": "chat",
        "state": "draining",
        "message": "later",
        "reopens_at": AT + 2 * HOUR,
    }
    with pytest.raises(Nothing, match="draining already"):
        act.resolve(Situation(BOARD), {"channels": ["email"], "state": "draining"})


def test_agents_may_stay_where_they_are_as_well() -> None:
    act = CATALOG["send_agents"]
    words = {"agents": "available", "to": "urgent", "stay": True}
    (one,) = act.resolve(Situation(BOARD), words)
    assert one.command == "move_agents"
    assert one.fields == {"agent_ids": [5, 2], "to_queue_ids": [1]}
