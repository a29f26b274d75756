"""A queue is measured by its own target, else by its channel's, else by the settings."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.board import Aim, Board, QueueRow
from console.domain.roster import Entry, Value
from console.domain.times import MINUTE, SECOND, now_us
from console.domain.urgency import urgency
from console.reads.aims import aims
from console.reads.board import FIGURES_EVERY, board
from console.reads.live import LiveBoard
from console.settings import Settings
from console.store.engine import Store, next_revision
from console.store.roster import take
from console.store.tables import Leg
from tests.console.floor import ANN, SALES, SUPPORT, WEB, add_contact, make_floor
from widgets import definitions, marks

USUAL = Settings()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    with floor.write() as session:
        # Five answered in each queue, the last of them after 40 seconds.
        for number in range(10):
            queue, wait_s = (SUPPORT, SALES)[number % 2], (5, 10, 15, 18, 40)[number // 2]
            add_contact(session, 20 + number, queue, now_us() - 5 * MINUTE, ANN, MINUTE)
            session.flush()
            leg = session.query(Leg).filter_by(contact_id=20 + number).one()
            leg.wait_us = wait_s * SECOND
    yield floor
    floor.close()


def aim(store: Store, scope: str, name: str, at: int = 1, **values: Value) -> None:
    entry = Entry("targets", f"{scope}:{name}", (*values.items(), ("name", name), ("scope", scope)))
    with store.write() as session:
        take(session, [entry], at, "aims.csv", next_revision(session))


def look(store: Store) -> tuple[Board, dict[int, QueueRow]]:
    with store.read() as session:
        shown = board(session, now_us(), USUAL)
    return shown, {row.queue_id: row for row in shown.queues}


def test_without_a_target_the_settings_hold(store: Store) -> None:
    shown, rows = look(store)
    row = rows[SALES]
    assert row.aim == Aim(20, "the settings")
    assert (row.figures.service_level_s, row.figures.answered_in_sl) == (20, 4)
    assert shown.totals is not None and shown.totals.service_level_s == 20
    assert definitions.aimed(row) == (
        "target: within 20 s, from the settings; no percentage is stated, below 80 % is called low"
    )


def test_a_queue_has_its_own_threshold_and_its_channel_the_others(store: Store) -> None:
    aim(store, "channel", "voice", service_level=70.0, within_s=12)
    aim(store, "queue", "Sales", service_level=95.0, within_s=45, expected_s=30)
    shown, rows = look(store)
    sales, support, web = rows[SALES], rows[SUPPORT], rows[WEB]
    assert (sales.figures.service_level_s, sales.figures.answered_in_sl) == (45, 5)
    assert (support.figures.service_level_s, support.figures.answered_in_sl) == (12, 3)
    assert web.figures.service_level_s == 20, "a channel without a target"
    assert shown.totals is not None
    assert (shown.totals.service_level_s, shown.totals.answered_in_sl) == (None, 8)
    assert definitions.aimed(sales) == (
        "target: 95 % within 45 s, its own target in the roster (aims.csv)"
    )
    assert definitions.aimed(support) == (
        "target: 70 % within 12 s, the target of voice in the roster (aims.csv)"
    )
    assert "their queue's target" in definitions.counts(shown.totals, "service_level")
    assert "its queue's target" in definitions.formula("service_level", None)


def test_what_its_own_target_leaves_open_the_channels_says(store: Store) -> None:
    aim(store, "channel", "voice", service_level=70.0, within_s=12, expected_s=50)
    aim(store, "queue", "sales", service_level=95.0)
    rows = look(store)[1]
    assert rows[SALES].figures.service_level_s == 12
    assert definitions.aimed(rows[SALES]) == (
        "target: 95 %, its own target in the roster (aims.csv); "
        "within 12 s, from the target of voice in the roster (aims.csv)"
    )
    assert marks.expected_of(rows[SALES], None) == 50
    aim(store, "queue", "sales", 2, expected_s=200)
    row = look(store)[1][SALES]
    assert definitions.expects(row, 60) == (
        "sales customers expect an answer within 3:20, its own target in the roster (aims.csv)"
    )


def test_the_sign_is_by_the_queues_own_percentage(store: Store) -> None:
    row = look(store)[1][SALES]
    row = replace(row, figures=replace(row.figures, service_level=75.0))
    assert marks.service_tone(row) == "warn"
    for percent, tone in ((70.0, ""), (76.0, "warn"), (100.0, "warn"), (None, "warn")):
        assert marks.service_tone(replace(row, aim=Aim(20, "", percent))) == tone
    low = replace(row, figures=replace(row.figures, service_level=55.0))
    assert marks.service_tone(replace(low, aim=Aim(20, "", 90.0))) == "bad"
    assert marks.service_tone(replace(low, aim=Aim(20, "", 85.0))) == "warn"


def test_urgency_is_by_what_the_queues_customers_expect(store: Store) -> None:
    def words(name: str) -> str:
        shown = look(store)[0]
        return next(u for u in urgency(shown) if u.queue == name).reasons[0].words

    assert words("sales").endswith("customers of voice expect 1:00")
    aim(store, "queue", "sales", expected_s=10)
    assert words("sales").endswith("customers of sales expect 0:10")


def test_the_live_board_takes_a_new_target_with_the_next_figures(store: Store) -> None:
    live, now = LiveBoard(USUAL), now_us()

    def shown(at: int) -> int | None:
        with store.read() as session:
            rows = live.refresh(session, at).queues
        return next(row.figures.service_level_s for row in rows if row.queue_id == SALES)

    assert shown(now) == 20
    aim(store, "queue", "sales", within_s=33)
    assert shown(now + FIGURES_EVERY) == 33


def test_a_target_that_was_removed_holds_no_longer(store: Store) -> None:
    aim(store, "queue", "sales", within_s=33)
    with store.write() as session:
        take(session, [Entry("targets", "queue:sales", (), gone=True)], 2, "", 9)
    with store.read() as session:
        assert aims(session, USUAL) == {}
