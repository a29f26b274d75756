"""A rehearsal led from its window: the board fills, an order is obeyed, the score comes last."""

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from pytestqt.qtbot import QtBot

from console.app import Console
from console.shell.door import DONE, run
from console.twin.scenario import FOLDER
from widgets import theme
from widgets.desktop import Desktop
from widgets.window import Window

LEFT, RETURN = Qt.MouseButton.LeftButton, Qt.Key.Key_Return
#: Half an hour is left when the leader takes over, on a day of which nothing came before.
SHORT = """
based_on = "monday"
title = "Half an hour"
story = "Short."
hours = 9.0
lead_h = 8.5
history_days = 0
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    shutil.copy(FOLDER / "monday.toml", tmp_path / "monday.toml")
    file = tmp_path / "short.toml"
    file.write_text(SHORT)
    return file


@pytest.fixture
def lead(qapp: Any, tmp_path: Path, scenario: Path) -> Iterator[Callable[..., Desktop]]:
    made: list[Desktop] = []

    def start(*words: str) -> Desktop:
        def open_window(options: Namespace) -> int:
            theme.apply(qapp, "dark")
            desktop = Desktop(qapp, options.data, lambda: Console(options.data))
            desktop.window.rehearsing.home = options.home
            made.append(desktop)
            desktop.window.resize(1600, 900)
            desktop.window.show()
            options.data.mkdir(parents=True, exist_ok=True)
            desktop.start(options)
            return DONE

        home = tmp_path / "home"
        assert run(["--data", str(home), "--rehearse", str(scenario), *words], open_window) == DONE
        return made[-1]

    yield start
    for desktop in made:
        desktop.window.close()
        desktop.bridge.close()
        desktop.window.rehearsing.finish()
        desktop.window.deleteLater()
        desktop.bridge.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        QCoreApplication.processEvents()


def press(qtbot: QtBot, window: Window, queue: str, action: str) -> None:
    table = window.queues.table
    row = next(r for r in window.queues.model.rows() if r.queue == queue)
    rects = table.knob_rects(table.rows.place_of(row.queue_id))
    rect = next(rect for knob, rect in rects if knob.action == action)
    qtbot.mouseClick(table.viewport(), LEFT, pos=rect.center())


def test_a_rehearsal_is_led_to_its_end(
    lead: Callable[..., Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    desktop = lead("--speed", "30")
    window, rehearsing = desktop.window, desktop.window.rehearsing
    # The window is there before anything has been played, and says what is to come.
    assert window.pages.currentWidget() is rehearsing.ready
    assert "REHEARSAL: Half an hour, not live" in window.windowTitle()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.docks)
    qtbot.waitUntil(
        lambda: {"support", "billing"} <= {row.queue for row in window.queues.model.rows()}
    )
    qtbot.waitUntil(lambda: window.agents.model.rowCount() > 10)
    (folder,) = [each for each in (tmp_path / "home" / "rehearsals").iterdir() if each.is_dir()]
    assert desktop.data == folder / ".console"

    press(qtbot, window, "support", "offer")
    qtbot.waitUntil(window.preview.fire_button.isEnabled)
    window.preview._ready_at = 0.0
    qtbot.keyClick(window.preview.fire_button, RETURN)

    def obeyed() -> bool:
        rows = window.log.model.rows()
        return any("callback offer off" in r.text and r.state == "confirmed" for r in rows)

    qtbot.waitUntil(obeyed)

    rehearsing.set_speed(600)
    qtbot.waitUntil(rehearsing.is_over)
    page = window.learning.page
    assert window.pages.currentWidget() is page
    qtbot.waitUntil(lambda: page.score is not None and page.score.finished)
    score = page.score
    assert score is not None
    acts = score.figure("first_act")
    assert acts is not None and acts.value is not None, "the order is among the leader's acts"
    # Others play in a process of their own; here it is enough that they began.
    window.learning.cancel()
    qtbot.waitUntil(lambda: not page.compare.isHidden())
    assert not window.notices.problems()
