"""A real export in, a real click, and what is then in the journal and the outbox."""

import json
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from console.app import Console
from widgets import theme
from widgets.desktop import Desktop
from widgets.window import Window

RETURN, LEFT = Qt.Key.Key_Return, Qt.MouseButton.LeftButton


class Pbx:
    """Writes a queue_log the way a PBX does: line by line, at the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.path = folder / "queue_log"

    def say(self, *lines: str, ago_s: int = 0) -> None:
        at = int(time.time()) - ago_s
        with self.path.open("a", encoding="utf-8") as log:
            log.writelines(f"{at}|{line}\n" for line in lines)


@pytest.fixture
def pbx(tmp_path: Path) -> Pbx:
    pbx = Pbx(tmp_path / "asterisk")
    pbx.say(
        "NONE|NONE|NONE|QUEUESTART|",
        "REALTIME|support|Ann|ADDMEMBER|",
        "REALTIME|support|Ben|ADDMEMBER|",
        "REALTIME|sales|Cem|ADDMEMBER|",
        ago_s=900,
    )
    for n in range(6):
        pbx.say(f"17.{n}|support|NONE|ENTERQUEUE||030{n}|{n + 1}", ago_s=600 - n)
    pbx.say("17.0|support|Ann|CONNECT|120|17.9|3", ago_s=480)
    pbx.say("17.77|sales|NONE|ENTERQUEUE||0399|1", ago_s=400)
    pbx.say("17.77|sales|Cem|CONNECT|5|17.78|3", ago_s=395)
    pbx.say("17.77|sales|Cem|COMPLETECALLER|5|60|1", ago_s=335)
    return pbx


@pytest.fixture
def open_desktop(
    qtbot: QtBot, qapp: Any, tmp_path: Path, pbx: Pbx
) -> Iterator[Callable[[], Desktop]]:
    made: list[Desktop] = []

    def start() -> Desktop:
        theme.apply(qapp, "dark")
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        desktop = Desktop(qapp, data, lambda: Console(data))
        made.append(desktop)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        desktop.start(Namespace(watch=[pbx.path.parent], replay=None, speed=1.0))
        qtbot.waitUntil(lambda: desktop.window.queues.model.rowCount() == 2, timeout=20_000)
        return desktop

    yield start
    for desktop in made:
        stop(desktop)


def stop(desktop: Desktop) -> None:
    if not desktop.bridge._closed:
        desktop.window.close()
        desktop.bridge.close()
        desktop.window.deleteLater()
        desktop.bridge.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def cell(window: Window, panel: str, name: str, column: str) -> str:
    """The text in the row of that name."""
    model = window.views[panel].model  # type: ignore[attr-defined]
    ids = [c.id for c in model.columns]
    for row in range(model.rowCount()):
        if model.index(row, 0).data() == name or name in model.index(row, 2).data():
            return model.index(row, ids.index(column)).data()
    return ""


def press(qtbot: QtBot, window: Window, queue: str, action: str) -> None:
    table = window.queues.table
    row = next(r for r in window.queues.model.rows() if r.queue == queue)
    rects = table.knob_rects(table.rows.place_of(row.queue_id))
    rect = next(rect for knob, rect in rects if knob.action == action)
    qtbot.mouseClick(table.viewport(), LEFT, pos=rect.center())


def fire(qtbot: QtBot, window: Window) -> None:
    button, line = window.preview.fire_button, window.preview.asked
    qtbot.waitUntil(lambda: button.isEnabled() and (button.hasFocus() or line.hasFocus()))
    window.preview._ready_at = 0.0
    qtbot.keyClick(line if line.hasFocus() else button, RETURN)
    qtbot.waitUntil(lambda: not window.preview.isVisible() or window.preview._armed)


def outbox(desktop: Desktop) -> list[dict[str, Any]]:
    files = sorted((desktop.data / "outbox").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def test_a_line_of_the_pbx_reaches_the_cell(
    open_desktop: Callable[[], Desktop], pbx: Pbx, qtbot: QtBot
) -> None:
    window = open_desktop().window
    qtbot.waitUntil(lambda: cell(window, "queues", "support", "waiting") == "5")
    assert cell(window, "queues", "sales", "oldest") == "–"
    qtbot.waitUntil(lambda: window.agents.model.rowCount() == 3)
    assert cell(window, "agents", "Ann", "state") == "▶ on contact"
    pbx.say("18.1|sales|NONE|ENTERQUEUE||0301|1", "17.3|support|NONE|ABANDON|4|4|300")
    qtbot.waitUntil(lambda: cell(window, "queues", "support", "waiting") == "4")
    qtbot.waitUntil(lambda: cell(window, "queues", "sales", "waiting") == "1")
    pbx.say("NONE|support|Ben|PAUSE|Lunch")
    qtbot.waitUntil(lambda: cell(window, "agents", "Ben", "state") == "‖ break: Lunch")
    assert not window.notices.problems()


def test_offer_off_leaves_as_a_message_and_is_taken_back(
    open_desktop: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = open_desktop()
    window = desktop.window
    press(qtbot, window, "support", "offer")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    assert window.preview.title.text() == "Callback offer off: support"
    assert "support: offer unknown → off" in window.preview.columns[0].text()
    fire(qtbot, window)
    qtbot.waitUntil(lambda: len(outbox(desktop)) == 1, timeout=10_000)
    sent = outbox(desktop)[0]
    assert (sent["action"], sent["fields"]["queue"], sent["fields"]["on"]) == (
        "callback_offer", "support", False,
    )  # fmt: skip
    qtbot.waitUntil(lambda: cell(window, "log", "callback offer off", "state") == "◐ sent")
    qtbot.waitUntil(lambda: window.qt_actions["undo"].isEnabled())
    window.queues.table.setFocus()
    qtbot.keyClick(window.queues.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(outbox(desktop)) == 2, timeout=10_000)
    assert outbox(desktop)[1]["takes_back"] == sent["id"]
    qtbot.waitUntil(lambda: window.qt_actions["redo"].isEnabled(), timeout=10_000)
    window.run("redo")
    qtbot.waitUntil(lambda: len(outbox(desktop)) == 3, timeout=10_000)
    again = window.notices.toasts[-1]
    assert again.button.text() == "Undo"
    qtbot.mouseClick(again.button, LEFT)
    qtbot.waitUntil(lambda: len(outbox(desktop)) == 4, timeout=10_000)
    assert not window.notices.problems()


def test_agents_are_sent_and_the_next_export_confirms(
    open_desktop: Callable[[], Desktop], pbx: Pbx, qtbot: QtBot
) -> None:
    desktop = open_desktop()
    window = desktop.window
    qtbot.keyClick(window, RETURN, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    assert "most urgent" in window.preview.reasons.text()
    assert window.preview.target.currentText().startswith("support")
    assert "Cem: available, goes now" in window.preview.columns[0].text()
    fire(qtbot, window)
    qtbot.waitUntil(lambda: bool(outbox(desktop)), timeout=10_000)
    assert {m["fields"]["queue"] for m in outbox(desktop)} == {"support", "sales"}
    pbx.say("REALTIME|support|Cem|ADDMEMBER|", "REALTIME|sales|Cem|REMOVEMEMBER|")
    qtbot.waitUntil(
        lambda: cell(window, "log", "send Cem", "state") == "● confirmed", timeout=10_000
    )
    qtbot.waitUntil(lambda: cell(window, "agents", "Cem", "queues") == "support", timeout=10_000)


def test_closing_a_channel_says_what_happens_to_those_waiting(
    open_desktop: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = open_desktop()
    window = desktop.window
    window.queues.table.choose(next(r.queue_id for r in window.queues.model.rows()))
    window.run("close")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    assert "the 5 waiting are not served any more" in window.preview.columns[0].text()
    assert "critical channel" in window.preview.columns[2].text()
    fire(qtbot, window)
    assert window.preview.isVisible() and not outbox(desktop)
    fire(qtbot, window)
    qtbot.waitUntil(lambda: len(outbox(desktop)) == 1, timeout=10_000)
    assert outbox(desktop)[0]["fields"]["state"] == "closed"
    rows = window.queues.model.rows
    qtbot.waitUntil(lambda: {r.channel_state for r in rows()} == {"closed"}, timeout=10_000)


def test_a_report_outlives_the_window(open_desktop: Callable[[], Desktop], qtbot: QtBot) -> None:
    first = open_desktop()
    qtbot.keyClick(first.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(first.window.line.line.hasFocus)
    qtbot.keyClicks(first.window.line.line, "billing login fails again")
    qtbot.keyClick(first.window.line.line, RETURN)
    qtbot.waitUntil(lambda: first.window.line.line.text() == "")
    stop(first)
    window = open_desktop().window
    qtbot.waitUntil(
        lambda: cell(window, "log", "billing login fails again", "state") == "◆ open",
        timeout=10_000,
    )
    window.log.filter.setText("login")
    qtbot.waitUntil(lambda: window.log.model.rowCount() == 1)


def test_a_double_click_shows_the_contact_in_the_words_of_the_source(
    open_desktop: Callable[[], Desktop], qtbot: QtBot
) -> None:
    window = open_desktop().window
    row = next(r for r in window.queues.model.rows() if r.queue == "support")
    window.open_detail(row)
    qtbot.waitUntil(lambda: window.detail.model.rowCount() >= 5)
    assert "5 waiting" in window.detail.heading.text()
    window.detail.opened.emit(window.detail.model.row_at(0))
    qtbot.waitUntil(lambda: any("ENTERQUEUE" in r.source_line for r in window.detail.model.rows()))
