"""A limit turns the callback offer off, once; only a person turns it on again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import SetCallback, SetCallbackLimit
from console.domain.times import HOUR, MINUTE, now_us
from console.store.engine import Store
from console.store.tables import Journal, Outbox, Override, Promise, Queue
from console.thresholds import Thresholds
from tests.console.floor import SUPPORT, make_floor


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def promise(store: Store, *numbers: int, at: int | None = None) -> None:
    with store.write() as session:
        for number in numbers:
            session.add(
                Promise(
                    id=number, contact_id=1, source_id=1, queue_id=SUPPORT, outcome="promised",
                    requested_at=at or now_us() - MINUTE, revision=1,
                )
            )  # fmt: skip


def keep(store: Store, *numbers: int, at: int | None = None) -> None:
    with store.write() as session:
        for number in numbers:
            session.get_one(Promise, number).ended_at = at or now_us()


def offer(store: Store) -> bool | None:
    with store.read() as session:
        return session.get_one(Queue, SUPPORT).callback_offer


def turn_on(store: Store) -> None:
    journal.run(store, SetCallback(offer=True, queue_ids=(SUPPORT,)), "bob")


def limit(store: Store, number: int | None = 3) -> None:
    journal.run(store, SetCallbackLimit(number, (SUPPORT,)), "ann")


def test_the_offer_goes_off_when_the_limit_is_reached_and_the_record_says_why(
    store: Store,
) -> None:
    limits = Thresholds(store)
    promise(store, 1, 2)
    assert not limits.look(now_us())
    limit(store)
    assert not limits.look(now_us())
    promise(store, 3)
    assert limits.look(now_us())
    assert offer(store) is False
    with store.read() as session:
        entry = session.scalars(select(Journal).order_by(Journal.id.desc()).limit(1)).one()
        assert entry.who == "Coalface, by the limit of 3 promises set by ann"
        assert entry.why == "3 promises were open"
        assert entry.title == "callback offer off, those promised are called: support"
        assert [row.action for row in session.scalars(select(Outbox))] == ["callback_offer"]
        assert session.scalars(select(Override.who)).all() == [entry.who]


def test_it_acts_once_and_never_turns_on(store: Store) -> None:
    limits = Thresholds(store)
    limit(store)
    promise(store, 1, 2, 3)
    assert limits.look(now_us())
    assert not limits.look(now_us())
    keep(store, 1, 2, 3)
    assert not limits.look(now_us())
    assert offer(store) is False


@pytest.mark.parametrize("restarted", [False, True])
def test_who_turns_it_on_all_the_same_is_taken_at_their_word(store: Store, restarted: bool) -> None:
    limits = Thresholds(store)
    limit(store)
    promise(store, 1, 2, 3)
    limits.look(now_us())
    turn_on(store)
    limits = Thresholds(store) if restarted else limits
    assert not limits.look(now_us())
    promise(store, 4)
    assert not limits.look(now_us())
    assert offer(store) is True
    # When they have been fewer, the limit counts again.
    keep(store, 1, 2)
    assert not limits.look(now_us())
    promise(store, 5)
    assert limits.look(now_us())
    assert offer(store) is False


def test_that_they_were_fewer_is_known_after_a_restart_too(store: Store) -> None:
    limit(store)
    promise(store, 1, 2, 3)
    Thresholds(store).look(now_us())
    turn_on(store)
    on_at = now_us()
    keep(store, 1, at=on_at + MINUTE)
    promise(store, 4, at=on_at + 2 * MINUTE)
    assert Thresholds(store).look(on_at + HOUR)


def test_a_limit_set_with_the_offer_on_acts_at_once(store: Store) -> None:
    turn_on(store)
    promise(store, 1, 2, 3)
    limit(store)
    assert Thresholds(store).look(now_us())


def test_undoing_it_is_a_persons_word_and_no_limit_never_acts(store: Store) -> None:
    limits = Thresholds(store)
    limit(store)
    promise(store, 1, 2, 3)
    limits.look(now_us())
    journal.undo(store, None, "bob")
    assert offer(store) is None
    assert not limits.look(now_us())
    turn_on(store)
    limit(store, None)
    assert not limits.look(now_us())


def test_a_queue_that_no_platform_would_take_stops_nothing(store: Store) -> None:
    limits = Thresholds(store)
    limit(store)
    promise(store, 1, 2, 3)
    with store.write() as session:
        session.get_one(Queue, SUPPORT).name = "a|b"
    assert not limits.look(now_us())
    assert not limits.look(now_us())
    with store.read() as session:
        assert session.scalars(select(Outbox.id)).all() == []
