"""A rehearsal's window: marked everywhere, led by its bar, honest about its end."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from console.commands.set_callback import SetCallback
from console.domain.times import HOUR, now_us
from tests.widgets.fake import FakeConsole
from widgets.desktop import Desktop
from widgets.rehearsing import Choice
from widgets.views.frame import Frame
from widgets.window import Window

LEFT, ESCAPE = Qt.MouseButton.LeftButton, Qt.Key.Key_Escape


class Centre:
    """The folder of a rehearsal, as its process would write it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mark = folder / ".rehearsal"
        self.mark.mkdir(parents=True)
        start = now_us() - 8 * HOUR
        self.about: dict[str, Any] = {
            "scenario": "outage", "title": "Outage", "story": "The portal stops.", "seed": 7,
            "hours": 24.0, "start_us": start, "state": "running", "speed": 30.0,
            "goals": ["At most one in five gives up."],
            "clock": {"wall": now_us(), "at": start + 8 * HOUR, "speed": 0.0,
                      "until": start + 24 * HOUR, "beat": 0},
            "injects": [
                {"name": "flu", "title": "Colleagues go home ill", "words": "Three went home.",
                 "kind": "report", "hours": 5.0},
                {"name": "strike", "title": "A strike", "words": "Nothing comes.", "kind": "news",
                 "hours": 6.0, "last_at": start, "until": start + 9 * HOUR},
            ],
            "turns": [
                {"at": start + HOUR, "until": start + 2 * HOUR, "words": "The portal is down."},
            ],
        }  # fmt: skip
        self.say()

    def say(self, **news: Any) -> None:
        self.about |= news
        (self.mark / "rehearsal.json").write_text(json.dumps(self.about))

    def asked(self) -> list[dict[str, Any]]:
        path = self.mark / "steering.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path / "centre")


@pytest.fixture
def led(window: Window, centre: Centre, qtbot: QtBot) -> Window:
    """A window on that rehearsal."""
    window.reading.watch([centre.folder])
    qtbot.waitUntil(lambda: window.rehearsing.state is not None)
    return window


def stands(qtbot: QtBot, window: Window, state: str) -> None:
    def there() -> bool:
        return window.rehearsing.state is not None and window.rehearsing.state.state == state

    qtbot.waitUntil(there)


def framed(widget: QWidget) -> bool:
    return any(
        frame.isVisible() and frame.word == "REHEARSAL" for frame in widget.findChildren(Frame)
    )


def test_the_bar_says_what_is_played_and_how_far_it_is(led: Window) -> None:
    bar = led.rehearsing.bar
    assert bar.isVisible() and led.strip.rehearsal.isHidden()
    assert bar.title.text() == "Outage"
    assert bar.clock.text() == "T+08:00 of 24:00"
    assert bar.words.text() == "News: The portal is down."
    assert bar.speed.currentText() == "30 ×"
    assert "not live" in led.windowTitle()
    assert next(a for a in led.menuBar().actions() if a.text() == "Rehearsal").isVisible()


def test_real_operation_has_none_of_it(window: Window) -> None:
    assert window.rehearsing.bar.isHidden() and not window.findChildren(Frame)
    assert not next(a for a in window.menuBar().actions() if a.text() == "Rehearsal").isVisible()
    assert not window.qt_actions["rehearsal_pause"].isEnabled()


def test_a_narrow_window_keeps_what_leads_it(led: Window, qtbot: QtBot) -> None:
    bar = led.rehearsing.bar
    assert bar.another.isVisible() and bar.title.isVisible()
    bar.setMaximumWidth(620)
    qtbot.waitUntil(lambda: bar.width() == 620)
    assert bar.another.isHidden() and bar.pause.isVisible() and bar.end.isVisible()
    assert bar.end.geometry().right() <= bar.width()
    bar.setMaximumWidth(2000)
    qtbot.waitUntil(bar.another.isVisible)


def test_every_window_of_it_is_marked(led: Window, qtbot: QtBot) -> None:
    assert framed(led)
    dock = led.docks.all["agents"]
    led.docks.tear(dock)
    dialog = QDialog(led)
    dialog.setWindowTitle("People and shifts")
    dialog.show()
    led.run("wallboard")
    wallboard = led.wallboard
    assert wallboard is not None
    qtbot.waitUntil(lambda: framed(dock) and framed(dialog) and framed(wallboard))
    for each in (dialog, wallboard):
        assert each.windowTitle().startswith("REHEARSAL, not live")
    assert led.agents.bar.title.text() == "◆ REHEARSAL · Agents"
    led.docks.tear(dock)
    led.marking.look()
    assert not framed(dock) and led.agents.bar.title.text() == "Agents"
    dialog.close()


def test_a_picture_of_it_shows_the_stripes(led: Window) -> None:
    image = led.grab().toImage()
    edge = {image.pixelColor(1, y).rgb() for y in range(100, 160)}
    assert len(edge) == 2, "stripes"


def test_it_is_led_by_keys(led: Window, centre: Centre, qtbot: QtBot) -> None:
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    led.refresh_actions()
    qtbot.keyClick(led.queues.table, Qt.Key.Key_Space, shift)
    qtbot.waitUntil(lambda: [each["do"] for each in centre.asked()] == ["pause"])
    centre.say(state="paused")
    stands(qtbot, led, "paused")
    assert led.rehearsing.bar.pause.text() == "▶ Go on"
    assert led.rehearsing.bar.words.text() == "‖ paused: nothing happens"
    qtbot.keyClick(led.queues.table, Qt.Key.Key_Space, shift)
    qtbot.waitUntil(lambda: centre.asked()[-1]["do"] == "go on")
    led.run("rehearsal_faster")
    qtbot.waitUntil(lambda: centre.asked()[-1] == {"do": "speed", "times": 60})


def test_a_clock_that_stands_is_no_quiet_hour(
    led: Window, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    # The clock of this folder does not go: nobody plays there.
    monkeypatch.setattr("widgets.rehearsing.STANDS_S", 0.0)
    bar = led.rehearsing.bar
    qtbot.waitUntil(lambda: bar.words.text().startswith("▲ The centre does not answer"))


def test_something_is_let_happen_once(led: Window, centre: Centre, qtbot: QtBot) -> None:
    menu = led.rehearsing.bar.menu_of_injects()
    flu, strike = menu.actions()
    assert flu.text() == "Colleagues go home ill  ·  5 h" and flu.isEnabled()
    assert "in force" in strike.text() and not strike.isEnabled()
    flu.trigger()
    qtbot.waitUntil(lambda: centre.asked() == [{"do": "inject", "name": "flu"}])
    menu.close()


def test_the_end_is_pressed_twice(led: Window, centre: Centre, qtbot: QtBot) -> None:
    end = led.rehearsing.bar.end
    end.click()
    assert end.is_armed() and end.text() == "End it now?" and not centre.asked()
    qtbot.keyClick(end, ESCAPE)
    assert not end.is_armed()
    end.click()
    end.click()
    qtbot.waitUntil(lambda: centre.asked() == [{"do": "end"}])


def test_when_it_is_over_nobody_obeys_and_that_is_said(
    led: Window, console: FakeConsole, centre: Centre, qtbot: QtBot
) -> None:
    at = centre.about["clock"]["at"]
    centre.say(state="ended", end={"how": "ended by the leader", "at": at})
    stands(qtbot, led, "ended")
    bar = led.rehearsing.bar
    assert "Nothing is obeyed any more" in bar.words.text()
    assert bar.end.isHidden() and bar.pause.isHidden() and bar.restart.isVisible()
    assert led.pages.currentWidget() is led.learning.page
    led.show_board_page()
    led.arm_sending(None)
    assert not led.preview.isVisible()
    assert led.notices.past[0].title == "The rehearsal is over"
    assert not any(isinstance(each, SetCallback) for each in console.done)


def test_a_rehearsal_begins_apart_from_real_queues(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    opened: list[list[str]] = []
    window.rehearsing.open_apart = lambda words: not opened.append(list(words))
    window.rehearsing.home = Path("/home/of/ann")
    window.run("rehearse")
    lobby = window.learning.lobby
    assert lobby is not None
    qtbot.waitUntil(lambda: lobby.list.count() >= 5)
    names = [lobby.list.item(n).text().splitlines()[0] for n in range(lobby.list.count())]
    lobby.list.setCurrentRow(names.index("Outage"))
    assert "portal stops" in lobby.story.text() and "Your mission" in lobby.goals.text()
    lobby.seed.setText("x")
    assert not lobby.go.isEnabled()
    lobby.seed.setText("11")
    lobby.dirt.setChecked(True)
    lobby.go.click()
    qtbot.waitUntil(lambda: bool(opened))
    (words,) = opened
    assert words[:2] == ["--data", "/home/of/ann"]
    assert words[2:] == ["--rehearse", "outage", "--speed", "30", "--seed", "11", "--dirt"]
    assert window.isVisible() and not console.done
    qtbot.waitUntil(lambda: bool(window.notices.past))
    assert "window of its own" in window.notices.past[0].title


def test_a_rehearsal_gives_way_to_the_next(led: Window, qtbot: QtBot) -> None:
    opened: list[list[str]] = []
    led.rehearsing.open_apart = lambda words: not opened.append(list(words))
    led.rehearsing.restart()
    qtbot.waitUntil(lambda: not led.isVisible())
    assert opened == [["--rehearse", "outage", "--speed", "30", "--seed", "7"]]


def test_what_cannot_be_played_closes_no_window(led: Window, qtbot: QtBot) -> None:
    opened: list[list[str]] = []
    led.rehearsing.open_apart = lambda words: not opened.append(list(words))
    led.rehearsing.start(Choice("gone.toml", 30))
    qtbot.waitUntil(lambda: led.notices.problems() > 0)
    assert led.isVisible() and not opened


def test_one_that_cannot_be_played_says_why(
    desktops: Callable[..., Desktop], console: FakeConsole, tmp_path: Path, qtbot: QtBot
) -> None:
    window = desktops(console).window
    about = ("Nothing", "", ())
    window.begin_rehearsal(tmp_path / "new", about, Choice("there-is-no-such", 60))
    assert window.pages.currentWidget() is window.rehearsing.ready
    qtbot.waitUntil(lambda: window.notices.problems() > 0)
    notice = next(each for each in window.notices.past if each.problem)
    assert "its process is gone" in notice.title and "There is no scenario" in notice.detail
    assert window.rehearsing.bar.words.text().startswith("▲ The centre has stopped")
    assert window.rehearsing.ready.step.text().startswith("▲ ")
