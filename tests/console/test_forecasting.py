"""Forecasts are made by themselves: when they are due, once for several acts, kept in bounds."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from console import forecasting, journal
from console.commands import ReportTrouble, SetCallback
from console.domain.times import HOUR, MINUTE, now_us
from console.forecasting import EVERY, Forecasting
from console.reads import forecasts
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Contact, Forecast, Leg, Source
from tests.console.floor import SUPPORT, make_floor
from tests.widgets.fake_forecast import make_forecast


class Clock:
    """Our own time, in seconds."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at

    def perf_counter(self) -> float:
        return self.at


def at_once(job: Callable[..., Any], *arguments: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    try:
        future.set_result(job(*arguments))
    except Exception as error:
        future.set_exception(error)
    return future


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(forecasting, "time", clock)
    return clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The small floor, in which some calls have been answered."""
    store = make_floor(tmp_path)
    now = now_us()
    with store.write() as session:
        for number in range(100, 160):
            at = now - 3 * HOUR + number * MINUTE
            session.add(
                Contact(
                    id=number, source_id=1, ref=str(number), channel="voice", customer=f"c{number}",
                    first_at=at, last_at=at + 3 * MINUTE, evidence="", revision=1,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Leg(
                    contact_id=number, number=1, source_id=1, queue_id=SUPPORT, agent_id=1,
                    entered_at=at, entry_seen=True, connected_at=at, ended_at=at + 3 * MINUTE,
                    outcome="answered", ended_by="", wait_us=0, talk_us=3 * MINUTE, rings=0,
                    revision=1,
                )
            )  # fmt: skip
    yield store
    store.close()


def number(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Forecast)) or 0


def test_one_is_made_each_quarter_of_an_hour(store: Store, clock: Clock) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    now = now_us()
    # Nothing competes with the first board.
    assert not made.look(now) and number(store) == 0
    clock.at += 10
    made.look(now)
    assert number(store) == 1
    clock.at += 30
    # One has come: that is told once.
    assert made.look(now + MINUTE)
    assert not made.look(now + 2 * MINUTE)
    clock.at += 30
    assert not made.look(now + EVERY - MINUTE) and number(store) == 1
    clock.at += 30
    made.look(now + EVERY)
    assert number(store) == 2


def test_a_fast_rehearsal_makes_no_more_than_one_in_twenty_seconds(
    store: Store, clock: Clock
) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    now = now_us()
    clock.at += 10
    for second in range(60):
        clock.at += 1
        # Sixty times as fast: an hour in a minute.
        made.look(now + second * MINUTE)
    assert number(store) == 3


def test_acts_that_follow_each_other_make_one(store: Store, clock: Clock) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    clock.at += 10
    made.look(now_us())
    clock.at += 30
    # What only tells is no act.
    journal.run(store, ReportTrouble("r1", "eve", "the tool is slow", now_us()), "eve", "")
    made.look(now_us())
    assert number(store) == 1
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "eve", "")
    made.look(now_us() + 6 * MINUTE)
    assert number(store) == 1
    clock.at += 1
    receipt = journal.run(store, SetCallback(dial=False, queue_ids=(SUPPORT,)), "eve", "")
    made.look(now_us() + 6 * MINUTE)
    clock.at += 2
    made.look(now_us() + 6 * MINUTE)
    assert number(store) == 2
    with store.read() as session:
        newest = forecasts.newest(session)
    assert newest is not None and newest.acts >= receipt.journal_id
    assert {row.title for row in newest.stood} == {
        "callback offer off, support",
        "callback dialling off, support",
    }


def test_what_was_made_is_read_as_it_was(store: Store, clock: Clock) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    found = made.make(now_us())
    assert found is not None and found.of("voice") is not None
    assert made.keep(found)
    with store.read() as session:
        assert forecasts.newest(session) == found
    # Another desk has kept one of the same present.
    assert not made.keep(found)


def test_what_is_old_is_kept_once_an_hour_and_not_for_ever(store: Store, clock: Clock) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    now = now_us() // HOUR * HOUR
    with store.write() as session:
        for quarter in range(16 * 24 * 4):
            session.add(
                Forecast(made_at=now - quarter * EVERY, hours=48, parameters="", acts=0, body="{}")
            )
        # Of a clock that was put back since.
        session.add(Forecast(made_at=now + 48 * HOUR, hours=48, parameters="", acts=0, body="{}"))
    assert made.keep(make_forecast(now + EVERY))
    with store.read() as session:
        ages = [now + EVERY - at for at in session.scalars(select(Forecast.made_at))]
    assert min(ages) == 0 and max(ages) <= 14 * 24 * HOUR
    assert sum(age <= 50 * HOUR for age in ages) == 201
    assert len(ages) == pytest.approx(201 + (14 * 24 - 50), abs=2)


def test_of_no_data_and_of_old_data(store: Store, clock: Clock, tmp_path: Path) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)
    with store.write() as session:
        last = session.get_one(Source, 1).last_at
    found = made.make(now_us() + 40 * HOUR)
    assert found is not None and found.at == last
    assert found.assumed[0].startswith("The newest data are of ")
    with store.write() as session:
        session.get_one(Source, 1).last_at = None
    assert made.make(now_us()) is None
    clock.at += 10
    assert not made.look(now_us()) and number(store) == 0


def test_a_fault_stops_nothing_else(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    made = Forecasting(store, Settings(), at_once, at_once)

    def fails(now: int) -> None:
        raise ValueError("of the kind that nobody thought of")

    monkeypatch.setattr(made, "make", fails)
    clock.at += 10
    assert not made.look(now_us())
    assert "no forecast could be made" in caplog.text
    monkeypatch.undo()
    monkeypatch.setattr(forecasting, "time", clock)
    clock.at += 30
    made.look(now_us())
    assert number(store) == 1
