"""What could be freed now: what is offered, what never is, and that no minute counts twice."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from console.domain.board import AgentRow, Board, ChannelRow, Figures, QueueRow
from console.domain.freeing import Resource, ResourceList
from console.domain.resources import find
from console.domain.roster import Person, Shift
from console.domain.times import HOUR, MINUTE, SECOND, from_iso

NOW = 1_700_000_000 * SECOND
EMPTY = Figures(NOW - 30 * MINUTE, NOW, 20)
EVE = Person("7", "Eve", "Red", "front line", "support", skills=(("support", 4),))
LEE = Person("8", "Lee", "Red", "leader", "sales")


def queue(number: int, name: str, channel: str = "voice", waits: float = 0) -> QueueRow:
    row = QueueRow(
        number, name, channel, "pbx", 0, None, (), (), 0, 0, 0, 0, 0, 0, 0, EMPTY, (),
        None, None, None, "open",
    )  # fmt: skip
    oldest = NOW - round(waits * MINUTE) if waits else None
    return replace(row, waiting=5 if waits else 0, oldest_at=oldest)


def agent(number: int, name: str, state: str, *queues: int, person: str = "") -> AgentRow:
    names = tuple(f"q{q}" for q in queues)
    return AgentRow(
        number, name, "pbx", state, state, NOW, None, None, names, queues, person=person
    )


def board(*agents: AgentRow, at: int = NOW) -> Board:
    queues = (
        queue(1, "support", waits=20), queue(2, "sales", waits=3), queue(3, "web", "chat"),
        queue(4, "post", "email", 1),
    )  # fmt: skip
    channels = (
        ChannelRow("voice", "open", True, 60, "", 2, 10),
        ChannelRow("chat", "open", False, 90, "", 1, 0),
        ChannelRow("email", "open", False, 4 * 3600, "", 1, 5),
    )
    return Board(at, 1, queues, agents, (), channels)


def block(kind: str, start: float, end: float, person: str = "7", **said: Any) -> Shift:
    """Hours from now."""
    key = f"{kind} {start} {person}"
    span = NOW + round(start * HOUR), NOW + round(end * HOUR)
    return Shift(key, person, *span, kind, **said)  # type: ignore[arg-type]


AT_WORK = block("shift", -2, 6)


def look(*shifts: Shift, agents: tuple[AgentRow, ...] = (), people: object = None) -> ResourceList:
    staff = [who for who in (EVE, LEE) if any(s.person == who.id for s in shifts)]
    staff = staff if people is None else people  # type: ignore[assignment]
    return find(board(*agents), staff, shifts, 4, 11)  # type: ignore[arg-type]


def told(found: ResourceList) -> list[tuple[str, str, int | None, str, str]]:
    return [(r.name, r.kind, r.minutes, r.when, r.act) for r in found.rows]


def of(found: ResourceList, kind: str) -> Resource:
    (row,) = [row for row in found.rows if row.kind == kind]
    return row


# --- blocks


def test_the_most_minutes_come_first() -> None:
    found = look(
        AT_WORK,
        block("meeting", 1, 1.5),
        block("training", -0.5, 1),
        block("back office", 2, 5),
        block("administration", 4.5, 5),
    )
    assert told(found) == [
        ("Eve", "back office", 120, "at", "cancel"),
        ("Eve", "training", 60, "now", "cancel"),
        ("Eve", "meeting", 30, "at", "cancel"),
        ("Eve", "administration", 0, "at", "cancel"),
    ]
    assert [row.minutes_shift for row in found.rows] == [150, 60, 30, 30], "the rest of the shift"
    assert found.minutes == 210
    assert {(t.kind, t.rows, t.minutes) for t in found.totals} == {
        ("back office", 1, 120), ("training", 1, 60), ("meeting", 1, 30), ("administration", 1, 0),
    }  # fmt: skip
    assert all(
        (row.queue, row.queue_why) == ("support", "skill support 4 of 5") for row in found.rows
    )


def test_leave_is_given_up_by_consent_only() -> None:
    def leave(**said: Any) -> ResourceList:
        return look(AT_WORK, block("leave", 1, 6, **said))

    row = of(leave(consent=True), "leave")
    assert (row.act, row.minutes, row.minutes_shift, row.why_not) == ("cancel", 180, 300, "")
    for consent, words in ((None, "nobody has asked"), (False, "have not agreed")):
        found = leave(consent=consent)
        row = of(found, "leave")
        assert row.act == "ask" and words in row.why_not
        assert found.minutes == 0 and found.totals == (), "not counted as if it could be had"
    assert leave(consent=True, movable=False).rows == ()
    assert leave(consent=True, legal=True).rows == ()


def test_leave_by_consent_is_not_given_up_within_the_rest() -> None:
    found = look(block("shift", -9, -1), block("leave", 0, 8, consent=True))
    assert found.rows == () and ("rest", 1) in found.kept


def test_breaks_what_the_law_requires_and_what_cannot_be_moved_are_never_offered() -> None:
    found = look(
        AT_WORK,
        block("break", 0.5, 1),
        block("administration", 1, 2, legal=True),
        block("meeting", 2, 3, movable=False),
    )
    assert found.rows == ()
    assert found.kept == (("breaks", 1), ("required by law", 1), ("not movable", 1))
    inside = look(AT_WORK, block("break", 1, 1.5), block("back office", 0, 4))
    assert of(inside, "back office").minutes == 210, "the break in it stays a break"
    required = look(AT_WORK, block("training", 1, 2, legal=True), block("back office", 0, 4))
    assert of(required, "back office").minutes == 180


def test_blocks_that_overlap_are_not_counted_twice() -> None:
    found = look(AT_WORK, block("back office", 0, 4), block("meeting", 1, 2))
    assert [(row.kind, row.minutes) for row in found.rows] == [
        ("back office", 180),
        ("meeting", 60),
    ]
    assert all(any("put off both" in cost for cost in row.costs) for row in found.rows)
    twice = look(AT_WORK, block("meeting", 1, 2), replace(block("meeting", 1, 2), id="copy"))
    assert sorted(row.minutes or 0 for row in twice.rows) == [0, 60]
    away = look(AT_WORK, block("leave", 0, 3, consent=True), block("meeting", 1, 2))
    assert told(away) == [("Eve", "leave", 180, "now", "cancel")], "nobody on leave is in a meeting"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["meeting", "training", "back office", "leave", "break"]),
            st.integers(-4, 12),
            st.integers(1, 8),
            st.sampled_from([None, True]),
        ),
        max_size=6,
    )
)
def test_nobody_is_freed_for_more_than_the_time_there_is(
    blocks: list[tuple[str, int, int, bool | None]],
) -> None:
    shifts = [
        replace(block(kind, at / 2, (at + long) / 2, consent=said), id=str(n))
        for n, (kind, at, long, said) in enumerate(blocks)
    ]
    found = look(AT_WORK, *shifts)
    pauses = {
        quarter
        for kind, at, long, _ in blocks
        if kind == "break"
        for quarter in range(max(at, 0), min(at + long, 8))
    }
    assert sum(row.minutes or 0 for row in found.rows) <= 240 - 30 * len(pauses)
    assert all(row.kind != "break" for row in found.rows)


def test_a_meeting_says_how_many_are_in_it() -> None:
    shifts = [
        replace(block("meeting", 1, 2, "789"[n], note="the week"), id=str(n)) for n in range(3)
    ]
    found = look(AT_WORK, *shifts)
    assert of(look(*shifts[:1]), "meeting").costs == ("the meeting is owed",)
    assert "2 more are in it" in found.rows[0].costs


def test_minutes_of_a_day_on_which_the_clock_changes() -> None:
    """From 0:00 to 4:00 there are three hours in the night on which the clock goes forward."""
    london = ZoneInfo("Europe/London")
    start, end = from_iso("2026-03-29T00:00", london), from_iso("2026-03-29T04:00", london)
    shifts = (
        Shift("s", "7", start, end),
        Shift("b", "7", start, end, "back office"),
    )
    found = find(board(at=start), (EVE,), shifts, 4, 11)
    assert of(found, "back office").minutes == of(found, "back office").minutes_shift == 180


# --- people as they are now


def test_states_without_a_block_are_found_and_those_with_one_are_not_doubled() -> None:
    eve = agent(1, "Eve", "training", 1, person="7")
    row = of(look(AT_WORK, agents=(eve,)), "training")
    assert (row.act, row.minutes, row.minutes_shift, row.agent_id) == ("call", 240, 360, 1)
    assert "no block says how long it is to last" in row.costs
    found = look(AT_WORK, block("training", -1, 1), agents=(eve,))
    assert told(found) == [("Eve", "training", 60, "now", "cancel")]
    found = look(AT_WORK, block("training", 1, 2), agents=(eve,))
    assert [(row.act, row.minutes) for row in found.rows] == [("call", 180), ("cancel", 60)]
    on_break = look(AT_WORK, agents=(replace(eve, state="break"),))
    assert on_break.rows == () and on_break.kept == (("breaks", 1),)


def test_without_a_roster_states_are_known_but_not_for_how_long() -> None:
    found = look(agents=(agent(9, "Ann", "meeting", 1), agent(8, "Bob", "break", 1)), people=())
    assert told(found) == [("Ann", "meeting", None, "now", "call")]
    assert (found.rows[0].queue, found.roster) == ("support", False)
    assert (found.totals[0].minutes, found.totals[0].unknown) == (0, 1)


def test_experts_back_office_and_leaders_who_serve_no_queue() -> None:
    lee = block("shift", -1, 3, "8")
    row = of(look(lee), "leader")
    assert (row.act, row.minutes, row.costs) == ("call", 180, ("nobody leads Red meanwhile",))
    assert (row.queue, row.queue_why) == ("sales", "their home queue")
    assert of(look(lee, agents=(agent(2, "Lee", "offline", 2, person="8"),)), "leader")
    busy = look(lee, agents=(agent(2, "Lee", "available", 2, person="8"),))
    assert all(row.kind != "leader" for row in busy.rows), "they serve already"
    pausing = look(lee, agents=(agent(2, "Lee", "paused", 2, person="8"),))
    assert all(row.kind != "leader" for row in pausing.rows), "it may be a rest"
    desk = replace(LEE, tier="back office")
    assert of(look(lee, people=(desk,)), "back office people").minutes == 180
    with_block = look(lee, block("back office", 0, 2, "8"), people=(desk,))
    assert {row.kind for row in with_block.rows} == {"back office", "not on shift"}


def test_people_of_other_channels_go_where_it_is_urgent() -> None:
    people = (EVE, replace(EVE, id="6", name="Kim"))
    shifts = (AT_WORK, replace(AT_WORK, id="k", person="6"))
    eve = agent(1, "Eve", "available", 3, person="7")
    kim = agent(6, "Kim", "on contact", 3, person="6")
    found = look(*shifts, agents=(eve, kim), people=people)
    assert told(found) == [
        ("Eve", "other channel", 240, "now", "send"),
        ("Kim", "other channel", 240, "when the contact ends", "send"),
    ]
    assert "web keeps" in found.rows[0].costs[0] or "web is left" in found.rows[0].costs[0]
    assert found.rows[0].queue == "support"
    critical = look(AT_WORK, agents=(replace(eve, queue_ids=(2,)),))
    assert critical.rows == (), "voice is critical itself"
    no_skill = replace(EVE, skills=(("web", 3),), home_queue="")
    assert look(AT_WORK, agents=(eve,), people=(no_skill,)).rows == (), "they cannot serve it"


def test_nobody_is_taken_from_a_queue_that_is_urgent_itself() -> None:
    eve = agent(1, "Eve", "available", 3, person="7")
    calm = board(eve)
    hot = replace(calm, queues=(*calm.queues[:2], queue(3, "web", "chat", 20), calm.queues[3]))
    assert find(calm, (EVE,), (AT_WORK,), 4, 11).rows
    assert find(hot, (EVE,), (AT_WORK,), 4, 11).rows == ()


def test_where_nothing_waits_nobody_is_moved_and_no_queue_is_named() -> None:
    eve = agent(1, "Eve", "available", 3, person="7")
    quiet = replace(board(eve), queues=(queue(1, "support"), queue(3, "web", "chat")))
    assert find(quiet, (EVE,), (AT_WORK,), 4, 11).rows == ()
    (row,) = find(quiet, (EVE,), (AT_WORK, block("meeting", 1, 2)), 4, 11).rows
    assert (row.queue_id, row.queue, row.queue_why) == (None, "", "")


# --- people whose shift is not now


def test_who_is_rested_may_be_called_in() -> None:
    early = of(look(block("shift", 2, 9)), "not on shift")
    assert (early.minutes, early.when, early.act) == (120, "when they arrive", "call")
    assert early.what == "before their shift" and early.costs == ("they come 2 h 00 early",)
    late = of(look(block("shift", -6, 3)), "not on shift")
    assert (late.minutes, late.when, late.what) == (60, "at", "on after their shift")
    off = of(look(block("shift", -30, -22)), "not on shift")
    assert (off.minutes, off.to_at) == (240, NOW + 4 * HOUR)
    assert "weekly rest is not checked" in off.costs[0]


def test_who_rests_is_counted_and_never_offered() -> None:
    found = look(block("shift", -9, -1))
    assert found.rows == () and found.kept == (("rest", 1),)
    nobody_knows = look(people=(EVE,))
    assert nobody_knows.rows == () and nobody_knows.kept == (("unknown", 1),)
    half = find(board(), (EVE,), (block("shift", -9, -1),), 4, 3)
    assert of(half, "not on shift").minutes == 120, "with less rest in the settings"
    asleep = find(board(), (EVE,), (block("shift", -17, -9),), 4, 11)
    row = of(asleep, "not on shift")
    assert (row.from_at, row.minutes, row.when) == (NOW + 2 * HOUR, 120, "at")


def test_who_is_on_leave_is_not_called_in_beside_it() -> None:
    found = look(block("shift", -30, -22), block("leave", -1, 8))
    assert [(row.kind, row.act) for row in found.rows] == [("leave", "ask")]
    later = look(block("shift", -30, -22), block("leave", 1, 8))
    assert of(later, "not on shift").minutes == 60


def test_who_serves_although_a_block_says_otherwise_is_told() -> None:
    eve = agent(1, "Eve", "on contact", 1, person="7")
    row = of(look(AT_WORK, block("meeting", -1, 1), agents=(eve,)), "meeting")
    assert row.when == "when the contact ends" and "already" in row.costs[0]


def test_who_is_here_outside_of_their_shift_is_not_called_in_from_home() -> None:
    eve = agent(1, "Eve", "training", 1, person="7")
    rested = look(block("shift", -30, -22), agents=(eve,))
    assert told(rested) == [("Eve", "training", None, "now", "call")]
    tired = look(block("shift", -9, -1), agents=(eve,))
    assert tired.rows == () and tired.kept == (("rest", 1),)
    serving = look(block("shift", 2, 9), agents=(replace(eve, state="available"),))
    assert serving.rows == (), "they came early"
    away = look(block("shift", 2, 9), agents=(replace(eve, state="offline"),))
    assert [row.kind for row in away.rows] == ["not on shift"]
