"""What a person does at the window, and what arrives at the console."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.commands.send_agents import SendAgents
from console.commands.set_callback import SetCallback
from console.commands.set_channel import SetChannel
from console.errors import ConsoleError, NotTogether
from tests.widgets.fake import FakeConsole, lively_log
from widgets import theme
from widgets.actions import ACTIONS
from widgets.desktop import Desktop
from widgets.views.table import Table
from widgets.views.trends import History
from widgets.window import Window

RETURN, ESCAPE, LEFT = Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.MouseButton.LeftButton


def press_knob(qtbot: QtBot, table: Table, key: object, action: str) -> None:
    """Click a control where it is drawn."""
    rects = table.knob_rects(table.rows.place_of(key))  # type: ignore[arg-type]
    rect = next(rect for knob, rect in rects if knob.action == action)
    qtbot.mouseClick(table.viewport(), LEFT, pos=rect.center())


def pick(qtbot: QtBot, owner: QWidget, words: str) -> None:
    """Click a line of the menu that opens."""
    qtbot.waitUntil(lambda: any(m.isVisible() for m in owner.findChildren(QMenu)))
    menu = next(m for m in owner.findChildren(QMenu) if m.isVisible())
    action = next(a for a in menu.actions() if a.text().startswith(words))
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    owner.activateWindow()  # without a window manager nobody does that after a menu


def fire(qtbot: QtBot, window: Window) -> None:
    """Wait until the preview can be fired, and press Enter where the focus is."""
    preview = window.preview
    button, line = preview.fire_button, preview.asked
    qtbot.waitUntil(lambda: button.isEnabled() and (button.hasFocus() or line.hasFocus()))
    preview._ready_at = 0.0  # the guard against double clicks has a test of its own
    qtbot.keyClick(line if line.hasFocus() else button, RETURN)


def test_offer_off_by_mouse_previewed_then_fired_by_enter(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    press_knob(qtbot, window.queues.table, 2, "offer")
    qtbot.waitUntil(lambda: window.preview.title.text() == "SetCallback in words")
    assert console.done == []
    assert "support: offer on → off" in window.preview.columns[0].text()
    assert "1 agent of 4 goes" in window.preview.columns[1].text()
    assert window.preview.columns[2].text().startswith("◆ ")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SetCallback(offer=False, queue_ids=(2,))])
    qtbot.waitUntil(lambda: not window.preview.isVisible())
    toast = window.notices.toasts[-1]
    assert toast.button.text() == "Undo"
    qtbot.mouseClick(toast.button, LEFT)
    qtbot.waitUntil(lambda: console.undone == [1])


def test_escape_leaves_without_doing(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    press_knob(qtbot, window.queues.table, 2, "dial")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    qtbot.keyClick(window.preview.fire_button, ESCAPE)
    assert not window.preview.isVisible()
    assert console.done == []


def test_the_click_that_opened_it_cannot_fire_it(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    press_knob(qtbot, window.queues.table, 2, "offer")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    window.preview.fire()
    assert window.preview.isVisible() and window.preview.fire_button.text() != "…"


def test_typing_at_a_preview_is_why_and_never_fires_it(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    press_knob(qtbot, window.queues.table, 2, "offer")
    preview = window.preview
    qtbot.waitUntil(lambda: preview.fire_button.isEnabled() and preview.fire_button.hasFocus())
    preview._ready_at = 0.0
    qtbot.keyClicks(preview.fire_button, " d")
    assert preview.isVisible() and preview.why.hasFocus()
    qtbot.keyClicks(preview.why, "ebt is due")
    qtbot.keyClick(preview.why, RETURN)
    qtbot.waitUntil(lambda: console.why == ["debt is due"])


def test_an_answer_is_typed_at_once_and_a_hasty_enter_counts(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    lively_log(console)
    window.log.load()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 8)
    press_knob(qtbot, window.log.table, ("report", "r1"), "answer_report")
    preview = window.preview
    assert preview.asked.hasFocus()
    preview._ready_at = 0.0
    qtbot.keyClicks(preview.asked, "IT is on it")
    qtbot.keyClick(preview.asked, RETURN)  # before the preview of the last letter has come
    qtbot.waitUntil(lambda: len(console.done) == 1)
    assert console.done[0].answer == "IT is on it"


def test_one_message_of_an_act_is_sent_again_or_dropped(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    lively_log(console)
    window.log.load()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 8)
    window.log.table.setFocus()
    window.log.table.choose(("intervention", "20"))
    window.run("detail")
    table = window.detail.table
    qtbot.waitUntil(lambda: window.detail.model.rowCount() == 4)
    steps = {step.message_id: step for step in window.detail.model.rows() if hasattr(step, "state")}
    assert window.detail.knobs_of(steps["m1"]) == ()  # confirmed: nothing is left to do
    key = window.detail.model.key
    press_knob(qtbot, table, key(steps["m2"]), "retry_item")
    qtbot.waitUntil(lambda: console.sent_again == ["m2"])
    press_knob(qtbot, table, key(steps["m3"]), "drop_item")
    qtbot.waitUntil(lambda: console.dropped == ["m3"])
    table.choose(key(steps["m2"]))
    window.run("retry")
    qtbot.waitUntil(lambda: console.sent_again == ["m2", "m2"])
    window.docks.bring("log")
    press_knob(qtbot, window.log.table, ("intervention", "20"), "retry_row")
    qtbot.waitUntil(lambda: console.sent_again == ["m2", "m2", "m2"])


def test_what_became_of_an_act_goes_on_while_it_is_looked_at(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    lively_log(console)
    window.log.load()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 8)
    window.log.table.setFocus()
    window.log.table.choose(("intervention", "20"))
    window.run("detail")
    qtbot.waitUntil(lambda: window.detail.model.rowCount() == 4)
    place = next(n for n, row in enumerate(console.entries) if row.key == "20")
    row = console.entries[place]
    items = tuple(replace(item, state="confirmed") for item in row.items)
    console.entries[place] = replace(row, state="confirmed", items=items)
    window.bridge.note_change()
    qtbot.waitUntil(
        lambda: all("confirmed" in step.what for step in window.detail.model.rows()), timeout=5000
    )


def test_a_replay_is_not_mistaken_for_the_present(window: Window) -> None:
    assert window.strip.rehearsal.isHidden()
    window.reading.replay(Path("/recordings/queue_log"))
    assert "REPLAY of queue_log" in window.windowTitle()
    assert window.strip.rehearsal.isVisible()
    assert "not live" in window.strip.rehearsal.text()


def test_a_rehearsal_is_not_mistaken_for_the_present(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    mark = tmp_path / "centre" / ".rehearsal"
    mark.mkdir(parents=True)
    (mark / "rehearsal.json").write_text('{"title": "Outage"}')
    window.reading.watch([tmp_path / "centre"])
    qtbot.waitUntil(lambda: window.strip.rehearsal.isVisible())
    assert window.strip.rehearsal.text() == "REHEARSAL: Outage\nnot live"
    assert window.windowTitle() == "REHEARSAL: Outage, not live · Coalface"


def test_a_rehearsal_that_may_not_be_followed_is_not_remembered(
    window: Window,
    console: FakeConsole,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise NotTogether("It is a rehearsal.", "This window shows a real centre.")

    mark = tmp_path / "centre" / ".rehearsal"
    mark.mkdir(parents=True)
    (mark / "rehearsal.json").write_text('{"title": "Outage"}')
    before = window.reading.watched()
    monkeypatch.setattr(console, "watch", refuse)
    window.reading.watch([tmp_path / "centre"])
    qtbot.waitUntil(lambda: any("rehearsal" in each.title for each in window.notices.past))
    assert window.reading.watched() == before
    assert tmp_path / "centre" not in window.reading.followed
    assert window.strip.rehearsal.isHidden()


def test_the_sample_never_stands_beside_real_queues(window: Window, console: FakeConsole) -> None:
    opened = []
    window.reading.open_sample = lambda: not opened.append(True)
    window.run("sample")
    assert opened and window.strip.rehearsal.isHidden()
    assert "window of its own" in window.notices.past[0].title


def test_a_folder_that_is_not_there_is_named(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    window = desktops(console, watch=("/no/such/folder",)).window
    qtbot.waitUntil(lambda: window.notices.problems() == 1)
    assert "/no/such/folder" in window.notices.past[0].title


def test_a_cancelled_reading_can_be_taken_up_again(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.reading.read_files(["/var/log/asterisk/queue_log"])
    qtbot.waitUntil(window.strip.reading.isVisible)
    qtbot.mouseClick(window.strip.cancel, LEFT)
    qtbot.waitUntil(lambda: [n.title for n in window.notices.past] == ["Reading was cancelled"])
    assert not window.sources.read_on.isHidden()
    toast = window.notices.toasts[-1]
    assert toast.button.text() == "Read on"
    qtbot.mouseClick(toast.button, LEFT)
    qtbot.waitUntil(lambda: window.notices.past[0].title == "1 file read")
    assert window.sources.read_on.isHidden()


def test_a_torn_off_dock_comes_back_to_its_place(window: Window, qtbot: QtBot) -> None:
    dock = window.docks.all["queues"]
    qtbot.wait(200)  # the docks have their shares
    before = dock.geometry()
    window.docks.tear(dock)
    assert dock.isFloating()
    window.docks.tear(dock)
    qtbot.waitUntil(lambda: not dock.isFloating() and dock.geometry() == before)


def test_switches_are_spelled_where_there_is_room(window: Window, qtbot: QtBot) -> None:
    row = window.bridge.board.queues[0]  # type: ignore[union-attr]
    assert window.queues.knobs_of(row)[0].words == "offer ?"
    assert "no export says so" in window.queues.knobs_of(row)[0].tip
    window.resize(1920, 1080)
    qtbot.waitUntil(lambda: window.queues.knobs_of(row)[0].words == "callback offer: unknown")
    for knob, rect in window.queues.table.knob_rects(window.queues.model.place_of(row.queue_id)):
        wide = QFontMetrics(window.queues.table.font()).horizontalAdvance(knob.words)
        assert wide <= rect.width() - 2, knob.words


def test_a_narrow_window_drops_the_trend_before_the_figures(window: Window, qtbot: QtBot) -> None:
    table = window.queues.table
    trend = next(n for n, c in enumerate(window.queues.model.columns) if c.kind == "spark")
    window.resize(1024, 600)
    qtbot.waitUntil(lambda: table.isColumnHidden(trend))
    assert table.header().length() <= table.viewport().width()
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: not table.isColumnHidden(trend))


def test_a_refused_switch_is_not_shown_as_done(window: Window, console: FakeConsole) -> None:
    row = next(q for q in window.bridge.board.queues if q.callback_dial)  # type: ignore[union-attr]
    row = replace(row, callback_offer=False, controls=(("callback_offer", "refused"),))
    offer = window.queues.knobs_of(row)[0]
    assert offer.words == "offer ? ▲" and offer.on
    assert "refused to turn it off" in offer.tip and "press to turn it off" in offer.tip


def test_a_channel_is_closed_only_after_arming(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.queues.table.choose(1)
    window.run("close")
    preview = window.preview
    qtbot.waitUntil(preview.fire_button.isEnabled)
    assert preview.fire_button.text().startswith("Arm: Close voice")
    preview.asked.setFocus()
    qtbot.keyClicks(preview.asked, "We call you back")
    qtbot.waitUntil(preview.fire_button.isEnabled)
    preview.fire_button.setFocus()
    fire(qtbot, window)
    assert preview.fire_button.text().startswith("▲ Close voice now")
    assert console.done == []
    fire(qtbot, window)
    qtbot.waitUntil(
        lambda: console.done == [SetChannel("voice", "closed", message="We call you back")]
    )


def test_everywhere_is_armed_too(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    window.run("all_offer_off")
    fire(qtbot, window)
    assert console.done == []
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SetCallback(offer=False, all=True)])


def test_the_state_menu_drains_a_channel(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    press_knob(qtbot, window.queues.table, 1, "state")
    pick(qtbot, window, "Drain")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SetChannel("voice", "draining")])


def test_agents_go_to_the_most_urgent_queue(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    board = console.refresh()
    best = console.urgency(board)[0]
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    preview = window.preview
    qtbot.waitUntil(preview.fire_button.isEnabled)
    assert f"most urgent, {best.score:.0f} points" in preview.reasons.text()
    preview.number.setValue(2)
    expected = tuple(c.agent_id for c in console.candidates(board, best.queue_id, 2))
    qtbot.waitUntil(lambda: preview.fire_button.text().startswith("Send 2 agents to"))
    first = console.candidates(board, best.queue_id, 1)[0]
    assert f"{first.agent}: {first.state}, goes {first.when}" in preview.columns[0].text()
    assert f"{first.agent}: {first.cost}" in preview.columns[1].text()
    preview.fire_button.setFocus()
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SendAgents(best.queue_id, expected)])


def test_agents_go_where_it_was_shown_though_another_queue_is_more_urgent_since(
    window: Window, console: FakeConsole, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = console.urgency(console.refresh())
    window.preview.arm_sending(None, 1)
    preview = window.preview
    qtbot.waitUntil(preview.fire_button.isEnabled)
    tall, more = preview.height(), preview.number.y()
    monkeypatch.setattr(console, "urgency", lambda board: [*others, first])
    preview.number.setValue(2)
    qtbot.waitUntil(lambda: preview.fire_button.text().startswith("Send 2 agents to"))
    assert f"Send 2 agents to {first.queue}" in preview.fire_button.text()
    assert preview.target.currentData() == first.queue_id
    # + and − stay where they are.
    assert (preview.height(), preview.number.y()) == (tall, more)


def test_selected_agents_are_moved_by_hand(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.agents.table.choose(3)
    assert window.agents.move_to.isEnabled()
    window.run("move")
    pick(qtbot, window.agents, "billing")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SendAgents(3, (3,))])


def test_a_refused_preview_cannot_be_fired(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    from dataclasses import replace

    from widgets import orders

    row = replace(window.queues.model.row_of(1), queue_id=-1)
    window.arm(orders.callback([row], offer=False))
    qtbot.waitUntil(lambda: "▲ There is no such queue." in window.preview.columns[2].text())
    assert not window.preview.fire_button.isEnabled()
    qtbot.keyClick(window.preview.leave_button, ESCAPE)
    assert not window.preview.isVisible()


def test_an_error_is_shown_as_written_and_counted(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.fails["do"] = ConsoleError("The disk is full.", "0 bytes left.", "Free some space.")
    press_knob(qtbot, window.queues.table, 2, "offer")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: bool(window.notices.toasts))
    notice = window.notices.toasts[-1].notice
    assert (notice.title, notice.detail, notice.remedy) == (
        "The disk is full.", "0 bytes left.", "Free some space.",
    )  # fmt: skip
    assert window.strip.problems.isVisible()
    assert window.strip.problems.text() == "▲ 1 problem"
    window.notices.fail(console.fails["do"])
    assert notice.times == 2 and len(window.notices.toasts) == 1
    window.run("notices")
    qtbot.waitUntil(lambda: "The disk is full. ×2" in window.notice_list.text.toPlainText())
    qtbot.mouseClick(window.notice_list.button, LEFT)
    assert not window.strip.problems.isVisible()
    window.notices.fail(console.fails["do"])
    assert notice.times == 3 and not window.notices.toasts


def test_undo_and_redo_say_what(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    assert not window.qt_actions["undo"].isEnabled()
    press_knob(qtbot, window.queues.table, 2, "offer")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: window.qt_actions["undo"].text() == "Undo SetCallback in words")
    control = Qt.KeyboardModifier.ControlModifier
    window.queues.table.setFocus()
    qtbot.keyClick(window.queues.table, Qt.Key.Key_Z, control)
    qtbot.waitUntil(lambda: console.undone == [None])
    qtbot.waitUntil(window.qt_actions["redo"].isEnabled)
    qtbot.keyClick(window.queues.table, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: console.redone == 1)


def test_a_report_stays_until_it_is_safe(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.gate = threading.Event()
    window.agents.table.choose(2)
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    line = window.line
    qtbot.waitUntil(line.line.hasFocus)
    qtbot.keyClicks(line.line, "billing login fails again")
    line.severity.setCurrentIndex(2)
    qtbot.keyClick(line.line, RETURN)
    assert line.line.text() == "billing login fails again"
    assert line.told.text() == "saving …"
    console.gate.set()
    qtbot.waitUntil(lambda: line.line.text() == "")
    assert line.told.text() == "● saved"
    agent = window.agents.model.row_of(2)
    assert console.reports == [
        {"what": "billing login fails again", "agent": agent.agent,
         "contact": agent.contact or "", "category": "", "severity": "slows us down"}
    ]  # fmt: skip
    window.docks.bring("log")
    qtbot.waitUntil(
        lambda: any(row.kind == "report" for row in window.log.model.rows()), timeout=5000
    )


def test_a_report_that_could_not_be_saved_is_not_lost(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.fails["report"] = ConsoleError("The database is locked.", "", "Try again.")
    window.run("report")
    qtbot.keyClicks(window.line.line, "printer")
    qtbot.keyClick(window.line.line, RETURN)
    qtbot.waitUntil(lambda: window.line.told.text().startswith("▲ not saved"))
    assert window.line.line.text() == "printer"
    console.fails.clear()
    qtbot.keyClick(window.line.line, RETURN)
    qtbot.waitUntil(lambda: len(console.reports) == 1)
    qtbot.waitUntil(lambda: window.line.line.text() == "")


def test_the_log_shows_what_became_of_each(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    lively_log(console)
    window.log.load()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 8)
    state = next(n for n, c in enumerate(window.log.model.columns) if c.id == "state")
    words = {window.log.model.index(n, state).data() for n in range(8)}
    assert {"◌ pending", "◐ sent", "● confirmed", "◆ unconfirmed", "■ recorded", "◆ open",
            "● closed", "▲ 1 of 3 refused"} == words  # fmt: skip
    details = window.log.model.cell(window.log.model._records[("intervention", "20")], state + 2)
    assert details == "▲ refused: add Díaz to support (Interface not found)"
    press_knob(qtbot, window.log.table, ("intervention", "2"), "undo_row")
    console.done = [object()] * 3
    qtbot.waitUntil(lambda: console.undone == [2] or bool(window.notices.toasts))


def test_reports_are_answered_closed_and_reopened(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    lively_log(console)
    window.log.load()
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 8)
    press_knob(qtbot, window.log.table, ("report", "r1"), "answer_report")
    qtbot.waitUntil(window.preview.isVisible)
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    qtbot.keyClicks(window.preview.asked, "IT is on it")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    window.preview.fire_button.setFocus()
    fire(qtbot, window)
    qtbot.waitUntil(lambda: len(console.done) == 1)
    assert console.done[0].answer == "IT is on it"
    qtbot.waitUntil(lambda: not window.preview.isVisible())
    press_knob(qtbot, window.log.table, ("report", "r1"), "close_report")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: len(console.done) == 2)
    qtbot.waitUntil(lambda: not window.preview.isVisible())
    press_knob(qtbot, window.log.table, ("report", "r2"), "reopen_report")
    fire(qtbot, window)
    qtbot.waitUntil(lambda: len(console.done) == 3)
    assert [type(c).__name__ for c in console.done] == ["AnswerReport", "CloseReport",
                                                        "ReopenReport"]  # fmt: skip


def test_typing_in_a_table_filters_it(window: Window, qtbot: QtBot) -> None:
    table = window.agents.table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_K)
    qtbot.keyClicks(window.agents.filter, "aya")
    qtbot.waitUntil(lambda: window.agents.model.rowCount() == 1)
    assert window.agents.model.row_at(0).agent == "Kaya"
    qtbot.keyClick(window.agents.filter, ESCAPE)
    qtbot.waitUntil(lambda: window.agents.model.rowCount() == 12)
    assert table.hasFocus()


def test_a_filter_that_was_left_is_cleared_from_the_table(window: Window, qtbot: QtBot) -> None:
    table = window.agents.table
    table.setFocus()
    qtbot.keyClicks(window.agents.filter, "nobody")
    qtbot.waitUntil(lambda: not window.agents.model.order)
    qtbot.keyClick(window.agents.filter, RETURN)
    assert table.hasFocus()
    qtbot.keyClick(table, ESCAPE)
    assert window.agents.filter.text() == ""
    qtbot.waitUntil(lambda: bool(window.agents.model.order))


def test_the_filter_key_goes_to_the_table_in_use(window: Window, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    window.queues.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F, control)
    assert window.queues.filter.hasFocus()
    window.agents.table.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F, control)
    assert window.agents.filter.hasFocus()


def test_the_palette_finds_and_runs(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = window.palette_box
    qtbot.waitUntil(box.line.hasFocus)
    qtbot.keyClicks(box.line, "offer off every")
    assert box.list.currentItem().text() == "Callback offer off everywhere"
    qtbot.keyClick(box.line, RETURN)
    qtbot.waitUntil(window.preview.isVisible)
    assert not box.isVisible()
    window.preview.leave()
    window.run("palette")
    qtbot.keyClicks(box.line, "agent kaya")
    qtbot.keyClick(box.line, RETURN)
    assert [row.agent for row in window.chosen_agents()] == ["Kaya"]
    window.run("palette")
    qtbot.keyClicks(box.line, "move sales")
    qtbot.keyClick(box.line, RETURN)
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SendAgents(2, (3,))])


def test_double_click_opens_the_timeline(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    table = window.queues.table
    place = table.rows.place_of(1)
    spot = table.visualRect(table.rows.index(place, 0)).center()
    qtbot.mouseClick(table.viewport(), LEFT, pos=spot)
    qtbot.mouseDClick(table.viewport(), LEFT, pos=spot)
    waiting = window.queues.model.row_of(1).waiting
    qtbot.waitUntil(lambda: window.detail.model.rowCount() == waiting)
    assert f"{waiting} waiting" in window.detail.heading.text()
    window.detail.opened.emit(window.detail.model.row_at(0))
    qtbot.waitUntil(lambda: window.detail.heading.text().startswith("contact 17000"))
    qtbot.mouseClick(window.detail.back, LEFT)
    qtbot.waitUntil(lambda: window.detail.heading.text().startswith("queue: support"))


def test_news_reaches_the_cells_and_hidden_docks_do_no_work(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    state = next(n for n, c in enumerate(window.agents.model.columns) if c.id == "state")
    before = [window.agents.model.index(n, state).data() for n in range(12)]
    window.docks.all["agents"].hide()
    qtbot.waitUntil(lambda: not window.agents.is_seen())
    version = window.agents.model.version
    for _ in range(5):
        with qtbot.waitSignal(window.bridge.board_shown):
            console.shake(12, 2)
    assert window.agents.model.version == version
    window.docks.bring("agents")
    qtbot.waitUntil(lambda: window.agents.model.version > version)
    assert before != [window.agents.model.index(n, state).data() for n in range(12)]


def test_many_changes_become_few_questions(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    asked = []
    window.bridge.board_shown.connect(lambda board: asked.append(board.at))
    threads = [threading.Thread(target=lambda: [console.on_change() for _ in range(500)])
               for _ in range(4)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    qtbot.waitUntil(lambda: bool(asked))
    assert len(asked) <= 3


def test_a_stale_source_looks_stale(window: Window) -> None:
    words = [label.text() for label in window.strip.source_labels if label.isVisible()]
    assert words[0] == "◪ branch 4 min old, stale"
    assert window.strip.source_labels[0].property("role") == "warn"
    assert words[1].startswith("pbx ") and "stale" not in words[1]


def test_reading_shows_progress_and_can_be_cancelled(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.bridge.read_files([Path("/exports/queue_log")])
    qtbot.waitUntil(window.strip.reading.isVisible)
    assert window.strip.reading_words.text().startswith("reading queue_log")
    with qtbot.waitSignal(window.bridge.read):
        qtbot.mouseClick(window.strip.cancel, LEFT)
    assert not window.strip.reading.isVisible()
    assert window.notices.past[0].title == "Reading was cancelled"


def test_quarantine_is_shown_and_retried(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.docks.bring("quarantine")
    qtbot.waitUntil(lambda: window.quarantine.model.rowCount() == 2)
    columns = [c.id for c in window.quarantine.model.columns]
    raw = window.quarantine.model.index(1, columns.index("raw")).data()
    assert raw.startswith("\\0\\0\\0|1700.1")
    assert window.quarantine.model.index(0, columns.index("line")).data() == "812"
    qtbot.mouseClick(window.quarantine.retry, LEFT)
    qtbot.waitUntil(lambda: sorted(console.retried) == [1, 2])


def test_the_tab_counts_lines_in_quarantine(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    dock = window.docks.all["quarantine"]
    qtbot.waitUntil(lambda: dock.windowTitle() == "Quarantine (2)")
    sources = tuple(replace(s, quarantined=0) for s in console.refresh().sources)
    console.set_rows(sources=sources)
    qtbot.waitUntil(lambda: dock.windowTitle() == "Quarantine")


def test_a_first_start_says_what_to_do(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    console.set_rows(queues=(), agents=(), sources=())
    window = desktops(console, watch=()).window
    qtbot.waitUntil(window.first.isVisible)
    assert window.first.watch.hasFocus()
    window.reading.watch([Path("/var/log/asterisk")])
    assert not window.first.isVisible()
    qtbot.waitUntil(lambda: console.watched == [Path("/var/log/asterisk")])
    assert window.reading.watched() == ["/var/log/asterisk"]


def test_the_wallboard_shows_the_worst_first(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.run("wallboard")
    board = window.wallboard
    assert board is not None
    qtbot.waitUntil(lambda: bool(board.shown_queues))
    assert board.shown_queues[0].queue == "support"
    assert not board.grab().isNull()
    qtbot.keyClick(board, ESCAPE)
    assert not board.isVisible()


def test_the_past_mends_samples_taken_while_logs_were_read(console: FakeConsole) -> None:
    board = console.board()
    early = replace(board, queues=tuple(replace(q, waiting=0) for q in board.queues))
    history = History()
    history.add(early)
    after = replace(board, at=board.at + 20_000_000)
    history.add(after)
    history.add_past([(board.at - 60_000_000, {1: 7}), (board.at, {1: 9, 4: 2})])
    assert history.of(1)[1] == [7, 9, board.queues[0].waiting]
    assert history.of(4)[1] == [0, 2, 0]  # nobody waited there before


def test_trends_can_be_read_as_a_table_and_copied(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    from PySide6.QtGui import QGuiApplication

    window.docks.bring("trends")
    qtbot.waitUntil(lambda: len(window.trends._charts) == 2, timeout=15_000)
    qtbot.waitUntil(lambda: len(window.trends.history.samples) > 20)
    window.trends.as_table.setChecked(True)
    qtbot.waitUntil(lambda: window.trends.model.rowCount() > 20)
    qtbot.mouseClick(window.trends.copy, LEFT)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "time\tqueue\twaiting\treceived in 15 min" and len(lines) > 20


def test_layout_and_folders_are_remembered(
    desktops: Callable[..., Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    first = desktops(FakeConsole()).window
    first.docks.all["agents"].hide()
    first.resize(1500, 900)
    first.close()
    second = desktops(FakeConsole(), watch=()).window
    assert not second.docks.all["agents"].isVisible()
    assert second.reading.watched() == [str(tmp_path)]
    assert (tmp_path / "window.ini").exists()


def grandparent(widget: QWidget) -> object:
    parent = widget.parent()
    return parent.parent() if parent else None


def test_every_control_has_a_name_for_the_blind(window: Window) -> None:
    window.arm_sending(None)
    nameless = [
        each
        for kind in (QAbstractButton, QLineEdit, QComboBox, QSpinBox, QAbstractItemView)
        for each in window.findChildren(kind)
        if each.isVisible()
        and not each.objectName().startswith("qt_")
        and not each.accessibleName()
        and not (isinstance(each, QAbstractButton) and each.text())
        and not isinstance(each.parent(), (QComboBox, QSpinBox, QLineEdit))
        and not isinstance(grandparent(each), QComboBox)
    ]
    assert not nameless, [(type(e).__name__, e.objectName(), e.parent()) for e in nameless]
    window.preview.leave()


def test_actions_are_declared_once_and_no_key_twice(window: Window) -> None:
    ids = [action.id for action in ACTIONS]
    assert len(ids) == len(set(ids))
    keys = [a.shortcut().toString() for a in window.qt_actions.values() if a.shortcut()]
    keys = [key for key in keys if key]
    assert len(keys) == len(set(keys)), sorted(keys)
    assert QKeySequence("Ctrl+L").toString() in keys
    assert all(window.qt_actions[name].text() for name in ids)


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (2560, 1440)])
def test_nothing_is_cut_off(window: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    window.docks.share()
    qtbot.waitUntil(lambda: window.width() == size[0])
    table = window.queues.table
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    rects = table.knob_rects(0)
    assert len(rects) == 4
    assert rects[-1][1].right() <= table.viewport().width()
    for knob, rect in rects:
        assert table.fontMetrics().horizontalAdvance(knob.words) <= rect.width(), knob
    assert table.viewport().rect().contains(QPoint(2, 2))


def test_a_fault_of_the_program_is_told_once_and_counted(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    desktop = desktops(console)
    for _ in range(3):
        try:
            raise ZeroDivisionError("deep inside")
        except ZeroDivisionError as error:
            desktop.fault(type(error), error, error.__traceback__)
    dialogs = [d for d in desktop.window.findChildren(QDialog) if d.isVisible()]
    assert len(dialogs) == 1
    assert desktop.window.notices.past[0].times == 3
    assert "deep inside" in dialogs[0].findChildren(QPlainTextEdit)[0].toPlainText()
    dialogs[0].close()


def test_text_and_theme_can_be_changed(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    desktop = desktops(console)
    window, table = desktop.window, desktop.window.queues.table
    before = table.row_height()
    for _ in range(3):
        window.run("larger")
    assert table.row_height() > before
    qtbot.waitUntil(lambda: table.two_lines)
    rects = table.knob_rects(0)
    assert len(rects) == 4 and rects[-1][1].right() < table.viewport().width()
    for _ in range(3):
        window.run("smaller")
    qtbot.waitUntil(lambda: not table.two_lines)
    window.run("theme")
    assert theme.current() == "light" and desktop.settings.value("theme") == "light"
    window.run("theme")
