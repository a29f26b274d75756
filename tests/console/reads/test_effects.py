"""What an act aimed at is kept, and measured over windows whose figures are known by hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from console import journal
from console.commands import Command, MoveAgents, ReportTrouble, SetCallback, SetChannel
from console.domain.effects import (
    AHEAD,
    BEFORE_ALL,
    BETTER,
    CANNOT_TELL,
    EMPTY,
    NOT_DONE,
    SILENT,
    TOLD,
    TOO_EARLY,
    UNKNOWN,
    WORSE,
    Effect,
)
from console.domain.times import DAY, HOUR, MINUTE, SECOND, from_iso
from console.reads.effect_evidence import Level
from console.reads.effects import Effects
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import (
    Agent,
    Contact,
    Journal,
    Leg,
    Outbox,
    Promise,
    Queue,
    Rollup,
    Source,
    SourceFile,
)

BILLING, SALES, WEB = 1, 2, 3
ANN, BOB = 1, 2
#: The clocks of Europe went from three back to two an hour before: nobody's clock is asked.
AT = from_iso("2026-10-25T02:00:00Z")
LATER = AT + 2 * HOUR


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    with store.write() as session:
        session.add(
            Source(
                id=1,
                name="pbx",
                format="asterisk_queue_log",
                folder="/",
                platform="asterisk",
                last_at=LATER,
            )
        )
        session.flush()
        session.add(
            SourceFile(
                source_id=1,
                path="/queue_log",
                format="asterisk_queue_log",
                first_at=AT - 9 * DAY,
                last_at=LATER,
                read_at=LATER,
            )
        )
        for number, (name, channel) in enumerate(
            [("billing", "voice"), ("sales", "voice"), ("web", "chat")], 1
        ):
            session.add(Queue(id=number, source_id=1, name=name, channel=channel))
        for number, name in enumerate(["Ann", "Bob"], 1):
            session.add(Agent(id=number, source_id=1, name=name))
    yield store
    store.close()  # fmt: skip


_numbers = iter(range(1, 10**6))


def leg(
    session: Session, queue_id: int, entered_at: int, wait: int, *, answered: bool = True,
    open_now: bool = False, talk: int | None = None, agent: int | None = None, customer: str = "",
) -> None:  # fmt: skip
    left = None if open_now else entered_at + wait
    on = left if answered and left is not None else None
    ended = None if on is not None and talk is None else left if on is None else on + (talk or 0)
    number = next(_numbers)
    session.connection().execute(
        insert(Contact).values(
            id=number, source_id=1, ref=f"1.{number}", channel="voice", first_at=entered_at,
            last_at=entered_at, evidence="", revision=1, customer=customer or None,
        )
    )  # fmt: skip
    session.connection().execute(
        insert(Leg).values(
            contact_id=number, number=1, source_id=1, queue_id=queue_id, entered_at=entered_at,
            entry_seen=True, connected_at=on, ended_at=ended, ended_by="", rings=0, revision=1,
            outcome="waiting" if open_now else "answered" if answered else "abandoned",
            wait_us=None if open_now else wait, talk_us=talk, agent_id=agent,
        )
    )  # fmt: skip
    quarter = entered_at - entered_at % (15 * MINUTE)
    row = session.get(Rollup, (queue_id, quarter))
    if row is None:
        row = Rollup(queue_id=queue_id, from_at=quarter, received=0, answered=0, abandoned=0,
                     flow_out=0, refused=0, wait_us=0, talk_us=0, revision=0)  # fmt: skip
        session.add(row)
    row.received += 1
    row.revision += 1


def every(
    session: Session, queue_id: int, from_at: int, minutes: int, each: int, wait: int,
    late_in: int = 0,
) -> None:  # fmt: skip
    """A contact each `each`, so that `wait` / `each` wait on the average; of each `late_in` one
    hangs up."""
    for n, at in enumerate(range(from_at - wait, from_at + minutes * MINUTE - wait, each)):
        leg(session, queue_id, at, wait, answered=not late_in or n % late_in > 0)


def calm(session: Session, wait: int = 2 * MINUTE, hours: int = 12) -> None:
    """The day before, steady: figures move little by themselves."""
    every(session, BILLING, AT - hours * HOUR, hours * 60 - 30, 2 * MINUTE, wait, 4)


def act(store: Store, command: Command, at: int = AT, state: str = "confirmed") -> int:
    """Do it, as if it had been done then."""
    receipt = journal.run(store, command, "lead")
    with store.write() as session:
        session.execute(update(Journal).where(Journal.id == receipt.journal_id).values(at=at))
        session.execute(
            update(Outbox).where(Outbox.journal_id == receipt.journal_id).values(state=state)
        )
    return receipt.journal_id


def told(store: Store, now: int = LATER) -> list[Effect]:
    with store.read() as session:
        found = Effects(Settings()).all(session, now)
    assert found is not None
    return list(found.rows)


def of(rows: list[Effect], kpi: str, cost: bool = False) -> Effect:
    return next(row for row in rows if row.aim.kpi == kpi and row.aim.cost is cost)


OFF = SetCallback(offer=False, queue_ids=(BILLING,))
ON = SetCallback(offer=True, queue_ids=(BILLING,))
CLOSE = SetChannel("voice", "closed", "try later")


# --- aims


def test_aims_are_kept_with_the_record_and_cannot_be_changed_unnoticed(store: Store) -> None:
    receipt = journal.run(store, OFF, "lead")
    with store.read() as session:
        entry = session.get_one(Journal, receipt.journal_id)
        aims = json.loads(entry.detail)["aims"]
    assert [(aim["kpi"], aim["direction"], aim["cost"]) for aim in aims] == [
        ("promised", "down", False), ("waiting", "down", True), ("abandon_rate", "down", True),
    ]  # fmt: skip
    assert all(aim["scope"] == "billing" and aim["queue_ids"] == [BILLING] for aim in aims)
    assert journal.verify(store) == []
    with store.write() as session:
        entry = session.get_one(Journal, receipt.journal_id)
        entry.detail = entry.detail.replace('"direction": "down"', '"direction": "up"', 1)
    assert [broken.entry for broken in journal.verify(store)] == [receipt.journal_id]


def test_what_steers_nothing_aims_at_nothing(store: Store) -> None:
    receipt = journal.run(store, ReportTrouble("r1", "lead", "headset", AT), "lead")
    with store.read() as session:
        assert "aims" not in json.loads(session.get_one(Journal, receipt.journal_id).detail)
    assert told(store) == []


def test_moved_agents_work_when_they_are_free_and_have_served_those_in_front(
    store: Store,
) -> None:
    with store.write() as session:
        for n in range(4):
            # AHT of sales four minutes, of billing five.
            leg(session, SALES, LATER - (80 + n) * MINUTE, SECOND, talk=4 * MINUTE, agent=BOB)
            leg(session, BILLING, LATER - (80 + n) * MINUTE, SECOND, talk=5 * MINUTE)
        leg(session, SALES, LATER - 2 * MINUTE, SECOND, agent=ANN)
        leg(session, SALES, LATER - 3 * MINUTE, SECOND, agent=BOB)
        for n in range(6):
            leg(session, BILLING, LATER - n * SECOND - SECOND, 0, open_now=True)
    journal.run(store, MoveAgents((ANN, BOB), (BILLING,), (SALES,)), "lead")
    rows = told(store, LATER)
    gain, cost = of(rows, "waiting").aim, of(rows, "waiting", cost=True).aim
    assert gain.scope == "billing" and cost.scope == "sales"
    assert gain.first_s == 240 and gain.full_s == 240 + 6 * 300 // 2
    assert "about 4:00, the AHT there" in gain.reason
    assert "6 waiting × 5:00 AHT ÷ 2 agents = 15:00" in gain.reason
    assert of(rows, "service_level").aim.direction == "up"
    assert cost.full_s is None and cost.reason.startswith("2 agents fewer there")


def test_a_reaction_that_nobody_can_know_is_unknown(store: Store) -> None:
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    aim = of(told(store, LATER), "waiting").aim
    assert aim.first_s == 0, "she is on no contact"
    assert aim.full_s is None and "unknown, for too few contacts ended" in aim.reason


def test_a_closed_channel_sends_its_customers_elsewhere_in_their_own_time(store: Store) -> None:
    with store.write() as session:
        for n in range(5):
            gone = LATER - 90 * MINUTE
            leg(session, BILLING, gone - MINUTE, MINUTE, answered=False, customer=f"c{n}")
            leg(session, SALES, gone + (n + 1) * MINUTE, SECOND, customer=f"c{n}")
    journal.run(store, CLOSE, "lead")
    rows = told(store, LATER)
    assert {(r.aim.kpi, r.aim.scope, r.aim.cost) for r in rows} == {
        ("received", "voice", False), ("waiting", "voice", False), ("received", "chat", True),
    }  # fmt: skip
    displaced = of(rows, "received", cost=True).aim
    assert displaced.queue_ids == (WEB,) and displaced.full_s == 180
    assert "about 3:00, the median of the last two hours" in displaced.reason


# --- windows


def test_levels_are_means_of_their_windows() -> None:
    level = Level([(0, 10), (5, 15), (20, 30), (7, 7)])
    assert level.mean(0, 20) == 1.0
    assert level.mean(5, 10) == 2.0
    assert level.mean(15, 20) == 0.0
    assert level.mean(12, 22) == 0.5
    assert Level([]).mean(0, 10) == 0.0


def test_figures_before_and_after_are_those_of_the_windows(store: Store) -> None:
    with store.write() as session:
        calm(session)
        # Twelve wait, then six, then three; one in four hangs up, afterwards one in twelve.
        every(session, BILLING, AT - 30 * MINUTE, 30, 30 * SECOND, 6 * MINUTE, 4)
        every(session, BILLING, AT, 15, 30 * SECOND, 3 * MINUTE, 4)
        every(session, BILLING, AT + 15 * MINUTE, 15, 30 * SECOND, 90 * SECOND, 12)
        every(session, BILLING, AT + 30 * MINUTE, 30, 30 * SECOND, 90 * SECOND, 12)
    act(store, ON)
    rows = told(store)
    rate = of(rows, "abandon_rate")
    assert [span.state for span in (rate.before, *rate.after)] == [TOLD] * 4
    assert rate.before.value == 25.0 and rate.before.of == "15 of 60 offered"
    assert [round(span.value or 0, 2) for span in rate.after] == [26.67, 10.0, 8.33]
    assert [span.of for span in rate.after] == [
        "8 of 30 offered", "3 of 30 offered", "5 of 60 offered"]  # fmt: skip
    # Newcombe: 5 of 60 less 15 of 60, in points of a hundred.
    assert rate.after[2].high is not None and rate.after[2].low is not None
    assert (round(rate.after[2].low, 1), round(rate.after[2].high, 1)) == (-29.8, -3.3)
    assert rate.verdict == BETTER
    waits = of(rows, "waiting")
    assert waits.before.value is not None and 10 < waits.before.value <= 12
    assert [round(span.value or 0) for span in waits.after][2] == 3
    assert waits.verdict == BETTER
    assert [(span.from_at - AT) // MINUTE for span in (waits.before, *waits.after)] == [
        -30, 0, 15, 30]  # fmt: skip


def test_the_same_hour_a_week_ago_stands_beside_it(store: Store) -> None:
    week = 7 * DAY
    with store.write() as session:
        every(session, BILLING, AT - 30 * MINUTE, 90, 30 * SECOND, MINUTE, 4)
        every(session, BILLING, AT - week - 30 * MINUTE, 30, 30 * SECOND, MINUTE, 2)
        every(session, BILLING, AT - week, 60, 30 * SECOND, MINUTE, 10)
    act(store, ON)
    rate = of(told(store), "abandon_rate")
    assert rate.before.week_ago == 50.0
    assert [span.week_ago for span in rate.after] == [10.0, 10.0, 10.0]
    with store.write() as session:
        session.execute(update(SourceFile).values(first_at=AT - DAY))
    rate = of(told(store), "abandon_rate")
    assert rate.before.value == 25.0 and rate.before.week_ago is None


def test_a_window_is_ahead_silent_or_before_everything_but_never_guessed(store: Store) -> None:
    with store.write() as session:
        every(session, BILLING, AT - 30 * MINUTE, 90, 30 * SECOND, MINUTE, 4)
    act(store, ON)
    rate = of(told(store, AT + 20 * MINUTE), "abandon_rate")
    assert [span.state for span in rate.after] == [TOLD, AHEAD, AHEAD]
    with store.write() as session:
        session.execute(update(Source).values(last_at=AT + 16 * MINUTE))
    rate = of(told(store), "abandon_rate")
    assert [span.state for span in rate.after] == [TOLD, SILENT, SILENT]
    assert "its source has told nothing of some windows yet" in rate.notes
    with store.write() as session:
        session.execute(update(Source).values(last_at=AT - MINUTE))
    rate = of(told(store), "abandon_rate")
    assert [rate.before.state, rate.verdict] == [SILENT, UNKNOWN]
    assert all(span.value is None for span in (rate.before, *rate.after))
    with store.write() as session:
        session.execute(update(Source).values(last_at=LATER))
        session.execute(update(SourceFile).values(first_at=AT - MINUTE))
    rate = of(told(store), "abandon_rate")
    assert [rate.before.state, rate.verdict] == [BEFORE_ALL, UNKNOWN]
    assert "nothing is known of the time before it" in rate.notes


def test_nothing_to_divide_by_is_no_nought(store: Store) -> None:
    act(store, ON)
    rows = told(store)
    rate = of(rows, "abandon_rate")
    assert {span.state for span in (rate.before, *rate.after)} == {EMPTY}
    assert rate.verdict == CANNOT_TELL
    assert of(rows, "waiting").before.value == 0.0
    promised = of(rows, "promised", cost=True)
    assert promised.before.state == EMPTY
    assert "nothing to compare with: its source says nothing of callbacks" in promised.notes


def test_promises_are_counted_by_the_hour(store: Store) -> None:
    with store.write() as session:
        for n in range(20):
            leg(session, BILLING, AT - 20 * MINUTE, MINUTE, answered=False)
            session.flush()
            newest = session.scalar(select(Contact.id).order_by(Contact.id.desc()))
            session.add(Promise(contact_id=newest, source_id=1, queue_id=BILLING, revision=1,
                                requested_at=AT - 19 * MINUTE + n, outcome="promised"))  # fmt: skip
    act(store, OFF)
    promised = of(told(store), "promised")
    assert promised.before.value == 40.0 and promised.before.of == "20 in 30 min"
    assert [span.value for span in promised.after] == [0.0, 0.0, 0.0]
    assert promised.verdict == BETTER


# --- verdicts and notes


def busy(store: Store, before_wait: int = 6, after_wait: int = 1) -> None:
    with store.write() as session:
        calm(session, before_wait * 4 * MINUTE)
        every(session, BILLING, AT - 30 * MINUTE, 30, 30 * SECOND, before_wait * MINUTE)
        every(session, BILLING, AT, 60, 30 * SECOND, after_wait * MINUTE)


def test_a_cost_is_worse_and_says_that_it_was_expected(store: Store) -> None:
    busy(store, 1, 6)
    act(store, OFF)
    waits = of(told(store), "waiting", cost=True)
    assert waits.verdict == WORSE and waits.aim.cost


def test_other_acts_on_the_same_queues_are_named(store: Store) -> None:
    busy(store)
    first = act(store, ON)
    act(store, MoveAgents((ANN,), (BILLING,)), AT + 10 * MINUTE)
    act(store, MoveAgents((BOB,), (SALES,)), AT + 10 * MINUTE)
    act(store, SetCallback(offer=True, queue_ids=(BILLING,)), AT + 11 * MINUTE, "refused")
    waits = next(row for row in told(store) if row.journal_id == first and row.aim.kpi == "waiting")
    assert [note for note in waits.notes if note.startswith("also")] == [
        "also 1 other act meanwhile: move Ann into billing"
    ]


def test_an_act_that_was_refused_had_no_effect(store: Store) -> None:
    busy(store)
    act(store, ON, state="refused")
    assert {row.verdict for row in told(store)} == {NOT_DONE}


def test_an_act_that_nobody_confirmed_says_so(store: Store) -> None:
    busy(store)
    act(store, ON, state="unconfirmed")
    waits = of(told(store), "waiting")
    assert waits.verdict == BETTER
    assert "no platform has confirmed it: unconfirmed" in waits.notes


def test_an_undo_is_the_end_of_the_effect(store: Store) -> None:
    busy(store)
    number = act(store, ON)
    undone = journal.undo(store, number, "lead")
    with store.write() as session:
        session.execute(
            update(Journal).where(Journal.id == undone.journal_id).values(at=AT + 20 * MINUTE)
        )
    waits = of(told(store), "waiting")
    assert waits.ended_at == AT + 20 * MINUTE
    assert "taken back after 20 min: what comes later is not its effect" in waits.notes


def test_a_queue_at_its_worst_gets_better_by_itself(store: Store) -> None:
    with store.write() as session:
        calm(session)
        every(session, BILLING, AT - 30 * MINUTE, 30, 30 * SECOND, 6 * MINUTE)
        every(session, BILLING, AT, 60, 30 * SECOND, MINUTE)
    act(store, ON)
    words = "was an outlier before: part of this would have come by itself"
    assert words in of(told(store), "waiting").notes


def test_a_figure_that_moves_as_far_by_itself_says_nothing(store: Store) -> None:
    with store.write() as session:
        # Every other hour twelve wait, else one, without anybody's doing.
        for n in range(2, 24):
            every(
                session, BILLING, AT - n * 30 * MINUTE, 30, MINUTE, (1 + n // 2 % 2 * 11) * MINUTE
            )
        every(session, BILLING, AT - 30 * MINUTE, 30, MINUTE, 12 * MINUTE)
        every(session, BILLING, AT, 60, MINUTE, MINUTE)
    act(store, ON)
    waits = of(told(store), "waiting")
    assert waits.before.value is not None and waits.after[2].value is not None
    assert waits.before.value > 8 > 3 > waits.after[2].value
    assert waits.verdict == CANNOT_TELL


def test_without_a_day_before_nobody_can_say_how_far_it_moves_by_itself(store: Store) -> None:
    with store.write() as session:
        calm(session, hours=3)
        every(session, BILLING, AT - 30 * MINUTE, 30, 30 * SECOND, 6 * MINUTE)
        every(session, BILLING, AT, 60, 30 * SECOND, MINUTE)
        session.execute(update(SourceFile).values(first_at=AT - 3 * HOUR))
    act(store, ON)
    waits = of(told(store), "waiting")
    assert waits.verdict == CANNOT_TELL and waits.after[2].low is None
    assert any(note.startswith("too little is known of the day before") for note in waits.notes)


def test_too_early_until_the_expected_reaction_is_over(store: Store) -> None:
    busy(store)
    act(store, ON)
    assert of(told(store, AT + 5 * MINUTE), "waiting").verdict == TOO_EARLY


# --- asked again and again


def test_nothing_is_told_again_that_has_not_changed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(store)
    number = act(store, ON)
    effects = Effects(Settings())
    read: list[object] = []
    import console.reads.effect_windows as module

    whole = module.Evidence

    def noted(*args: object) -> object:
        read.append(args[1:4])
        return whole(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "Evidence", noted)
    with store.read() as session:
        first = effects.all(session, LATER)
        assert first is not None and read
        assert effects.all(session, LATER, known=first.version) is None
        read.clear()
        again = effects.all(session, LATER + MINUTE)
        assert again is not None and again.version != first.version
        assert [r for r in again.rows if r.aim.kpi == "waiting"] == [
            r for r in first.rows if r.aim.kpi == "waiting"]  # fmt: skip
        # Only promises are asked anew: they are in no sum.
        asked_of_waiting = len(read)
        assert effects.of(session, LATER + MINUTE, number) == again.rows
        assert len(read) == asked_of_waiting
    with store.write() as session:
        leg(session, BILLING, AT + 40 * MINUTE, 20 * MINUTE)
    with store.read() as session:
        later = effects.of(session, LATER + MINUTE, number)
    assert ((BILLING,), AT, AT + HOUR) in read
    assert later != again.rows


def test_acts_of_long_ago_are_told_when_asked_for(store: Store) -> None:
    busy(store)
    number = act(store, ON)
    now = AT + 3 * DAY
    assert told(store, now) == []
    with store.read() as session:
        assert len(Effects(Settings()).of(session, now, number)) == 3
        assert Effects(Settings()).of(session, now, 999) == ()
