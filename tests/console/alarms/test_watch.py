"""An alarm is raised once, held, renewed, owned and ended, whichever desk looks."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from console.alarms import CATALOG
from console.alarms.condition import Condition, Facts, Situation
from console.alarms.watch import ENDED, UNTOLD, Alarms
from console.domain.alarms import RAISED, SNOOZED, AlarmRow, Finding
from console.domain.board import Board
from console.domain.times import HOUR, MINUTE, SECOND
from console.reads.alarms import past, standing
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Alarm
from tests.console.alarms.situations import NOW, queue, situation, source


class Switch:
    """A condition that is as a test says."""

    def __init__(self, holds_s: int = 0) -> None:
        self.stands: bool | None = False
        self.number = "1"
        self.told = True
        self.gone = False
        self.catalog = (Condition("test", "Test", self.of, lambda _: holds_s),)

    def of(self, _: Situation) -> Sequence[Finding] | None:
        if not self.told:
            return None
        if self.gone:
            return ()
        return (Finding("test", "it", self.stands, "title", self.number, "what", "do", "", ""),)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    yield made
    made.close()


BOARD = situation().board


def desk(store: Store, switch: Switch) -> Alarms:
    return Alarms(store, Settings(), catalog=switch.catalog, settles=0)


def shown(store: Store) -> list[AlarmRow]:
    with store.read() as session:
        return list(past(session))


def now_standing(store: Store) -> list[AlarmRow]:
    with store.read() as session:
        return list(standing(session))


def test_the_catalog_has_each_kind_once_and_words_for_it() -> None:
    assert len({c.kind for c in CATALOG}) == len(CATALOG)
    assert all(c.title and c.kind.islower() for c in CATALOG)


def test_nothing_known_raises_nothing(store: Store) -> None:
    switch = Switch()
    alarms = desk(store, switch)
    for stands, told in ((None, True), (False, True), (True, False)):
        switch.stands, switch.told = stands, told
        assert not alarms.look(BOARD, NOW + HOUR)
    assert shown(store) == []


def test_raised_renewed_and_ended_by_itself(store: Store) -> None:
    switch = Switch()
    alarms = desk(store, switch)
    switch.stands = True
    assert alarms.look(BOARD, NOW)
    (row,) = now_standing(store)
    assert (row.title, row.number, row.raised_at, row.owner) == ("title", "1", NOW, "")
    assert row.state(NOW) == RAISED
    switch.number = "2"
    assert not alarms.look(BOARD, NOW + 30 * SECOND), "not every look is written down"
    assert alarms.as_found(row).number == "2", "but this desk shows the number of the moment"
    assert alarms.look(BOARD, NOW + MINUTE)
    (row,) = now_standing(store)
    assert (row.number, row.seen_at, row.raised_at) == ("2", NOW + MINUTE, NOW)
    switch.stands = False
    assert not alarms.look(BOARD, NOW + 2 * MINUTE)
    assert alarms.as_found(row).number == "2"
    assert alarms.look(BOARD, NOW + 3 * MINUTE)
    assert now_standing(store) == []
    (row,) = shown(store)
    assert (row.cleared_at, row.ending) == (NOW + 3 * MINUTE, ENDED)


def test_what_comes_and_goes_is_one_alarm(store: Store) -> None:
    switch = Switch()
    alarms = desk(store, switch)
    for step in range(40):
        switch.stands = step % 2 == 0
        alarms.look(BOARD, NOW + step * 30 * SECOND)
    assert len(shown(store)) == 1


def test_it_has_to_hold_first(store: Store) -> None:
    switch = Switch(holds_s=60)
    alarms = desk(store, switch)
    for at, stands in ((0, True), (50, True), (55, False), (58, True), (110, True)):
        switch.stands = stands
        assert not alarms.look(BOARD, NOW + at * SECOND)
    assert alarms.look(BOARD, NOW + 118 * SECOND)
    assert len(now_standing(store)) == 1


def test_a_subject_that_is_gone_ends_and_what_cannot_be_told_does_not(store: Store) -> None:
    switch = Switch()
    alarms = desk(store, switch)
    switch.stands = True
    alarms.look(BOARD, NOW)
    switch.told = False
    assert not alarms.look(BOARD, NOW + 50 * MINUTE)
    assert alarms.look(BOARD, NOW + HOUR)
    assert shown(store)[0].ending == UNTOLD
    switch.told = True
    alarms.look(BOARD, NOW + 2 * HOUR)
    switch.gone = True
    assert alarms.look(BOARD, NOW + 2 * HOUR + 2 * MINUTE)
    assert [row.ending for row in shown(store)] == [ENDED, UNTOLD]


def test_two_desks_on_one_database_see_one_alarm(store: Store) -> None:
    one, other = Switch(), Switch()
    theirs = Store(store.url)
    first, second = desk(store, one), desk(theirs, other)
    one.stands = other.stands = True
    assert first.look(BOARD, NOW)
    second.look(BOARD, NOW + SECOND)
    (row,) = shown(store)
    assert shown(theirs) == [row]
    # The second cannot tell any more; the first keeps it standing.
    other.stands = None
    for step in range(1, 70):
        at = NOW + step * MINUTE
        first.look(BOARD, at)
        second.look(BOARD, at + SECOND)
    assert [r.id for r in now_standing(store)] == [row.id]
    # Nor does one that finds nothing end what the other finds.
    other.stands = False
    for step in range(70, 80):
        at = NOW + step * MINUTE
        first.look(BOARD, at)
        second.look(BOARD, at + 59 * SECOND)
    assert [r.id for r in now_standing(store)] == [row.id]
    one.stands = False
    assert any(first.look(BOARD, NOW + (80 + n) * MINUTE) for n in range(3))
    assert now_standing(theirs) == [] and len(shown(store)) == 1
    theirs.close()


def test_both_desks_at_the_same_instant(store: Store) -> None:
    """The second has looked before the first has written: the row is looked for again."""
    one, other = Switch(), Switch()
    first, second = desk(store, one), desk(store, other)
    one.stands = other.stands = True
    finding = other.of(situation())
    assert finding is not None
    first.look(BOARD, NOW)
    with store.write() as session:
        second._write(session, finding, (), {}, NOW)
    assert len(shown(store)) == 1


def test_nothing_is_raised_while_the_start_settles(store: Store) -> None:
    switch = Switch()
    switch.stands = True
    alarms = Alarms(store, Settings(), catalog=switch.catalog)
    assert not alarms.look(BOARD, NOW)
    assert not alarms.look(BOARD, NOW + 14 * SECOND)
    assert alarms.look(BOARD, NOW + 16 * SECOND)


def test_snoozed_it_does_not_call_until_then(store: Store) -> None:
    switch = Switch()
    switch.stands = True
    desk(store, switch).look(BOARD, NOW)
    with store.write() as session:
        session.get_one(Alarm, 1).snoozed_until = NOW + 10 * MINUTE
    (row,) = now_standing(store)
    assert row.state(NOW) == SNOOZED and not row.calls(NOW)
    assert row.calls(NOW + 10 * MINUTE)


def test_lines_put_aside_are_counted_over_half_an_hour(store: Store) -> None:
    alarms = Alarms(store, Settings(), settles=0)

    def board(number: int, at: int) -> Board:
        return situation(at=at, sources=(source(quarantined=number, last_at=at),)).board

    def look(number: int, minute: int) -> bool | None:
        at = NOW + minute * MINUTE
        alarms.look(board(number, at), at)
        return alarms.found["quarantine|pbx"].stands

    assert look(500, 0) is None, "who has just begun to look cannot tell"
    assert look(510, 5) is False, "what was there at the start has not grown"
    assert look(520, 10) is True
    assert look(526, 35) is True
    assert look(526, 41) is True, "six more in half an hour: above a quarter of the limit"
    assert look(526, 66) is False


def test_the_whole_catalog_on_a_board(store: Store) -> None:
    """Who waits too long is raised after its time, with what to press, and ends when they are
    served."""
    alarms = Alarms(store, Settings(), Facts, settles=0)
    waits = queue(waiting=4, oldest_at=NOW - 5 * MINUTE, available=0, on_contact=2)
    for second in range(0, 181, 4):
        at = NOW + second * SECOND
        alarms.look(situation(waits, at=at).board, at)
    alarms.look(situation(waits, at=NOW + 184 * SECOND).board, NOW + 184 * SECOND)
    assert [row.kind for row in now_standing(store)] == ["wait", "nobody"]
    for second in range(190, 400, 10):
        at = NOW + second * SECOND
        alarms.look(situation(queue(), at=at).board, at)
    assert now_standing(store) == []
    assert {row.ending for row in shown(store)} == {ENDED}
