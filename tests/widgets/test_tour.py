"""The tour: five things, each beside what it speaks of, in nobody's way."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.fake import FakeConsole
from widgets.tour import SEEN
from widgets.views.tour_card import TourCard, placed
from widgets.window import Window

RETURN, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


def card(window: Window) -> TourCard:
    found = window.tour.card
    assert found is not None
    return found


def covers(window: Window) -> bool:
    """Whether the card lies on what it speaks of."""
    widget, box = window.tour.stops()[window.tour.place].find()
    target = QRect(widget.mapTo(widget.window(), box.topLeft()), box.size())
    return card(window).geometry().intersects(target)


def test_it_does_not_begin_by_itself_where_nobody_looks(window: Window) -> None:
    assert not window.shows_tour
    window._take_over()
    assert not window.tour.is_on()


def test_five_steps_by_the_keyboard(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    window.activateWindow()
    window.run("tour")
    told: list[str] = []
    for number in range(1, 6):
        assert card(window).number.text() == f"{number} of 5"
        assert not covers(window)
        assert window.rect().contains(card(window).geometry())
        told.append(card(window).words.text())
        assert card(window).next.accessibleName().endswith(told[-1])
        qtbot.keyClick(card(window).next, RETURN)
    assert len(set(told)) == 5
    assert not window.tour.is_on() and window.tour.card is None
    assert not window.preview.isVisible() and not console.done


def test_esc_leaves_it_and_it_is_shown_once(window: Window, qtbot: QtBot) -> None:
    window.tour.begin_once()
    assert window.tour.is_on()
    qtbot.keyClick(card(window), ESCAPE)
    assert not window.tour.is_on()
    window.tour.begin_once()
    assert not window.tour.is_on()
    assert window.tour.kept.value(SEEN, False, bool)


def test_it_is_remembered_with_the_user(window: Window, tmp_path) -> None:  # type: ignore[no-untyped-def]
    mine = QSettings(str(tmp_path / "mine.ini"), QSettings.Format.IniFormat)
    window.tour.kept = mine
    window.tour.begin_once()
    assert mine.value(SEEN, False, bool)
    window.tour.leave()


def test_everything_goes_on_meanwhile(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    window.run("tour")
    table = window.queues.table
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 40))
    assert table.chosen_rows()
    window.run("report")
    qtbot.waitUntil(window.line.line.hasFocus)
    qtbot.keyClicks(window.line.line, "a headset crackles")
    assert window.tour.is_on()
    window.tour.leave()
    assert QApplication.focusWidget() is window.line.line


@pytest.mark.parametrize("size", [(1000, 620), (1366, 768), (2560, 1440)])
def test_it_stays_beside_what_it_speaks_of(window: Window, size: tuple[int, int]) -> None:
    window.tour.begin()
    for place in range(len(window.tour.stops())):
        window.tour.go(place)
        window.resize(*size)
        QApplication.processEvents()
        assert not covers(window)
        assert window.rect().contains(card(window).geometry())
    window.tour.leave()


def test_it_follows_a_dock_that_was_torn_off(window: Window, qtbot: QtBot) -> None:
    dock = window.docks.all["queues"]
    window.docks.tear(dock)
    window.tour.begin()
    window.tour.go(1)
    qtbot.waitUntil(lambda: card(window).window() is dock)
    window.docks.tear(dock)
    window.tour.lie()
    assert card(window).window() is window
    window.tour.leave()


def test_where_a_card_stands() -> None:
    room, size = QRect(0, 0, 1000, 600), QSize(300, 100)
    assert placed(size, QRect(0, 20, 1000, 50), room)[1] == "below"
    assert placed(size, QRect(0, 540, 1000, 50), room)[1] == "above"
    assert placed(size, QRect(0, 0, 400, 600), room)[1] == "right"
    assert placed(size, QRect(600, 0, 400, 600), room)[1] == "left"
    box, side = placed(size, QRect(0, 0, 1000, 600), room)
    assert side == "" and room.contains(box)
