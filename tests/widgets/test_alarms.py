"""Alarms on the screen: one sign, one notice, and buttons that do what they say."""

from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from console.commands import SnoozeAlarms, TakeAlarms
from console.domain.alarms import (
    ACT,
    DOCK,
    QUARANTINE,
    QUEUE,
    REPORTS,
    SEND,
    SOURCE,
    TICKETS,
    AlarmRow,
)
from console.domain.board import LogRow
from console.domain.normals import MINUTES, Normal
from console.domain.resolution import ASSUMED, BOUND, Resolution, told
from tests.widgets.fake import SECOND, FakeConsole
from widgets import definitions, texts
from widgets.alarming import Alarming, put_off
from widgets.models.alarms import state_words
from widgets.models.queues import COLUMNS
from widgets.orders import Unclear
from widgets.views.alarms import feeding
from widgets.window import Window


def alarm(console: FakeConsole, number: int = 1, **more: Any) -> AlarmRow:
    now = console.now()
    row = AlarmRow(
        number, f"wait|{number}", "wait", f"queue {number} waits", "oldest 22:10, expected 1:00",
        "Longest wait, live.", "Send agents there.", SEND, "1", now - 60 * SECOND, now,
    )  # fmt: skip
    return replace(row, **more)


def stand(console: FakeConsole, *rows: AlarmRow) -> None:
    console.alarm_rows = list(rows)
    console.set_rows(alarms=rows, at=console.now())


def test_words_of_a_state() -> None:
    console = FakeConsole()
    row, now = alarm(console), console.now()
    assert state_words(row, now) == "▲ nobody"
    assert state_words(replace(row, owner="Ann"), now) == "◐ Ann"
    snoozed = replace(row, snoozed_until=now + 60 * SECOND)
    assert state_words(snoozed, now).startswith("‖ until ")
    assert state_words(snoozed, now + 61 * SECOND) == "▲ nobody"
    assert state_words(replace(row, cleared_at=now), now) == "● over"
    console.close()


@pytest.mark.parametrize(
    ("words", "minutes", "why"),
    [
        ("15 the vendor is on it", 15, "the vendor is on it"),
        ("15 min, lunch", 15, "lunch"),
        ("2 h: training", 120, "training"),
        ("10 minutes is enough", 10, "minutes is enough"),
        ("5 have gone home", 5, "have gone home"),
        ("30", 30, ""),
    ],
)
def test_minutes_and_a_reason_that_are_typed(words: str, minutes: int, why: str) -> None:
    assert put_off(words) == (minutes, why)
    with pytest.raises(Unclear):
        put_off("soon")


def test_indices_in_one_line() -> None:
    assert feeding(()) == ""
    found = (("voice, by its waits", "0.4 (0.2 to 0.7)"), ("chat", "cannot tell (x)"))
    told = "voice, by its waits 0.4 (0.2 to 0.7), 1 cannot be told"
    assert feeding(found) == f"does a backlog feed itself (above 1)? {told}"


def test_one_sign_for_alarms_and_problems(window: Window, qtbot: QtBot) -> None:
    sign = window.strip.problems
    opened: list[str] = []
    window.strip.alarms_opened.connect(lambda: opened.append("alarms"))
    window.strip.problems_opened.connect(lambda: opened.append("notices"))
    assert sign.isHidden()
    window.notices.fail(RuntimeError("x"))
    assert sign.text() == "▲ 1 problem"
    sign.click()
    window.strip.show_alarms(2)
    assert sign.text() == "▲ 2 alarms, 1 problem"
    assert "nobody sees to it" in sign.accessibleName()
    sign.click()
    window.notices.acknowledge_all()
    assert sign.text() == "▲ 2 alarms"
    window.strip.show_alarms(0)
    assert sign.isHidden()
    assert opened == ["notices", "alarms"]


def test_new_alarms_are_told_once_and_together(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    def told() -> list[str]:
        return [n.title for n in window.notices.past if n.title.startswith("▲")]

    stand(console, alarm(console, 1))
    qtbot.waitUntil(lambda: told() == ["▲ queue 1 waits"])
    assert window.strip.problems.text() == "▲ 1 alarm"
    # Two more come soon after: they wait, and are told together.
    stand(console, alarm(console, 1), alarm(console, 2))
    qtbot.waitUntil(lambda: window.strip.problems.text() == "▲ 2 alarms")
    stand(console, *(alarm(console, n) for n in (1, 2, 3)))
    qtbot.waitUntil(lambda: window.strip.problems.text() == "▲ 3 alarms")
    assert told() == ["▲ queue 1 waits"]
    window.alarming._told_at = -1e9
    console.set_rows(at=console.now())
    qtbot.waitUntil(lambda: len(told()) == 2)
    assert told()[0] == "▲ 2 new alarms"
    # Who has an owner, or is put off, calls no more; put off, it calls again afterwards.
    now = console.now()
    stand(
        console,
        alarm(console, 1, owner="Ann"),
        alarm(console, 2, snoozed_until=now + 3600 * SECOND),
        alarm(console, 3, kind="silent"),
    )
    qtbot.waitUntil(lambda: window.strip.problems.text() == "▲ 1 alarm")
    window.alarming._told_at = -1e9
    stand(console, alarm(console, 2, snoozed_until=now - SECOND))
    qtbot.waitUntil(lambda: len(told()) == 3)
    assert told()[0] == "▲ queue 2 waits"


def test_a_notice_goes_when_its_alarm_is_looked_at(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    stand(console, alarm(console, 1))
    qtbot.waitUntil(lambda: any(t.notice.title.startswith("▲") for t in window.notices.toasts))
    window.run("alarms")
    qtbot.waitUntil(lambda: not any(t.notice.title[0] == "▲" for t in window.notices.toasts))


def test_what_others_tell_is_counted_and_not_told_again(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    stand(console, *(alarm(console, n, kind=k) for n, k in enumerate(("silent", "order"), 1)))
    qtbot.waitUntil(lambda: window.strip.problems.text() == "▲ 2 alarms")
    assert not any(n.title.startswith("▲ queue") for n in window.notices.past)


def test_the_dock_opens_by_its_key_and_shows_what_stands(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    assert window.docks.all["alarms"].isHidden(), "it is not for every minute"
    ended = alarm(console, 9, cleared_at=console.now(), ending="the condition has ended")
    stand(console, alarm(console, 1), alarm(console, 2, owner="Ann"))
    console.alarm_rows.append(ended)
    window.run("alarms")
    view = window.alarming.view
    qtbot.waitUntil(lambda: view.model.rowCount() == 2)
    assert view.told.text() == "2 alarms, ▲ 1 without anybody"
    assert [k.words for k in view.knobs_of(alarm(console))] == ["Send…", "Take over", "Put off…"]
    assert [k.words for k in view.knobs_of(alarm(console, owner="Ann"))] == ["Send…", "Put off…"]
    assert view.knobs_of(ended) == ()
    nowhere = alarm(console, act=DOCK, target="no such dock")
    assert [k.words for k in view.knobs_of(nowhere)] == ["Take over", "Put off…"]
    qtbot.waitUntil(lambda: "voice, wait 0.4 (0.2 to 0.7)" in view.spirals.text())
    view.ended.click()
    qtbot.waitUntil(lambda: view.model.rowCount() == 3)


def test_taking_over_is_one_press(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    stand(console, alarm(console, 7))
    window.run("alarms")
    view = window.alarming.view
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert not view.buttons["take"].isEnabled()
    view.table.choose(7)
    assert view.buttons["take"].isEnabled()
    window.run("take_alarm")
    qtbot.waitUntil(lambda: console.done != [])
    assert console.done == [TakeAlarms((7,), "lead")]


def test_putting_off_asks_why_and_for_how_long(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    row = alarm(console, 7)
    window.alarming.view.snoozed.emit([row])
    qtbot.waitUntil(lambda: window.preview.isVisible())
    order = window.alarming._snooze([row])
    command = order.make("2 h the vendor is on it")
    assert isinstance(command, SnoozeAlarms)
    assert command.until - (command.now or 0) == 7200 * SECOND
    assert (command.ids, command.why, command.who) == ((7,), "the vendor is on it", "lead")


class Ways:
    """Notes what the buttons ask of the window."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda what: self.asked.append((name, what))


@pytest.mark.parametrize(
    ("act", "target", "asked"),
    [
        (SEND, "3", ("arm_sending", 3)),
        (QUEUE, "3", ("show_queue", 3)),
        (SOURCE, "2", ("find_source", 2)),
        (ACT, "41", ("show_act", 41)),
        (QUARANTINE, "pbx", ("show_quarantine", "")),
        (TICKETS, "noteless", ("show_tickets", "noteless")),
        (REPORTS, "billing", ("show_log", "billing")),
        (DOCK, "overrides", ("show_dock", "overrides")),
    ],
)
def test_what_the_button_of_an_alarm_does(
    window: Window, console: FakeConsole, act: str, target: str, asked: tuple[str, Any]
) -> None:
    ways: Any = Ways()
    window.alarming._ways = ways
    window.alarming.act(alarm(console, act=act, target=target))
    assert ways.asked == [asked]
    assert isinstance(window.alarming, Alarming)


def test_the_windows_own_ways(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    window.show_queue(2)
    assert [row.queue_id for row in window.queues.table.chosen_rows()] == [2]
    window.show_log("billing")
    assert window.log.filter.text() == "billing"
    window.show_dock("overrides")
    qtbot.waitUntil(lambda: window.overriding.listed.is_seen())
    window.show_dock("there is none")


def test_the_alarms_line_in_the_log_leads_to_it_and_is_not_taken_for_an_act(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    stand(console, alarm(console, 1))
    now = console.now()
    act = LogRow("intervention", "1", now, "lead", "send Berger to support", "recorded")
    line = LogRow("alarm", "1", now + SECOND, "", "queue 1 waits", "raised", "oldest 22:10")
    console.entries = [line, act]
    window.docks.bring("log")
    console.on_change()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 2)
    window.show_act(1)
    assert window.detail.subject is not None
    assert window.detail.subject.name == "send Berger to support"
    window.open_detail(line)
    view = window.alarming.view
    qtbot.waitUntil(lambda: view.model.rowCount() == 1)
    assert view.is_seen()


# Handling time and what was settled --------------------------------------------------------------


def test_handling_time_never_without_resolution() -> None:
    share = told(71, 100, 120)
    assert texts.handling(550, share) == "9:10 · 71\u202f%"
    assert texts.handling(550, Resolution()) == "9:10 · –"
    assert texts.handling(550, Resolution(BOUND, 78.0)) == "9:10 · ≤\u202f78\u202f%"
    assert texts.handling(550, Resolution(ASSUMED, 70.0)) == "9:10 · 70\u202f%*"
    assert texts.handling(None, Resolution()) == "–"
    assert texts.minutes(11.7, Resolution(BOUND, 78.0)) == "≥\u202f11.7 min"


def test_the_board_and_the_strip_say_both(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    board = console._board
    row = board.queues[0]
    known = replace(row.figures, aht_s=550.0, resolution=told(71, 100, 120))
    usual = Normal(MINUTES, 16.0, 12.0, 1.0, 80, 9, "the same hours of 9 days")
    console.set_rows(
        queues=(replace(row, figures=known), *board.queues[1:]),
        totals=known,
        normals={row.queue_id: (usual,)},
    )
    qtbot.waitUntil(lambda: window.strip.aht.number.text() == "9:10 · 71\u202f%")
    column = next(c for c in COLUMNS if c.id == "aht")
    shown = window.bridge.board
    assert shown is not None and column.tip is not None and column.live_tone is not None
    queue = shown.queues[0]
    assert column.text(queue) == "9:10 · 71\u202f%"
    assert column.live_tone(queue, shown.at, shown) == "warn"
    tip = column.tip(queue, shown)
    assert "71 settled of 100 whose outcome is stated" in tip
    assert "minutes per resolution: 12.9 min" in tip
    assert "▲ above normal 12.0 (10.0 to 14.0" in tip
    assert "unknown, no export states it" in definitions.settled(board.queues[1].figures)
