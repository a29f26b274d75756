"""The forecast on the screen: what it says, what it draws, and what it leaves alone."""

import sys
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from tests.widgets.fake import FakeConsole
from tests.widgets.fake_forecast import HOUR, make_forecast, make_outlook
from widgets.models import forecast as model
from widgets.views.forecast import Forecast
from widgets.window import Window

AT = 1_772_700_000_000_000


@pytest.fixture
def dock(window: Window, console: FakeConsole, qtbot: QtBot) -> Forecast:
    console.foretold = make_outlook(AT)
    window.run("forecast")
    view = window.forecast
    qtbot.waitUntil(lambda: view.outlook is not None and view.outlook.forecast is not None)
    return view


def test_it_is_opened_by_its_key_and_says_when_the_debt_is_paid(
    window: Window, dock: Forecast, qtbot: QtBot
) -> None:
    assert window.docks.all["forecast"].isVisible()
    assert dock.big.text() == "never: 6 more agents in voice"
    assert "96 h of debt" in dock.behind.text()
    assert "12 % too low" in dock.bias.text()
    assert dock.made.text().startswith("made ")
    words = dock.words.toPlainText()
    for said in ("said 20 to 35 waiting", "as on the last 3 days", "callback offer off", "BEWARE"):
        assert said in words, words


def test_hidden_it_asks_for_nothing_but_when_the_debt_is_paid(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = window.forecast
    assert not window.docks.all["forecast"].isVisible()
    console.foretold = make_outlook(AT)
    with qtbot.waitSignal(view.payoff_changed) as told:
        window.bridge.slow_changed.emit()
    assert told.args is not None and told.args[0] == "never: 6 more agents in voice"
    assert console.asked_outlooks == 0
    assert view._plots is None


def test_plots_are_brought_when_they_are_seen_and_drawn_from_what_came(
    dock: Forecast, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dock._chart is not None)
    plots = sys.modules["widgets.plots.ahead"]
    assert isinstance(dock.pages.currentWidget(), plots.AheadChart)
    assert dock._chart is not None
    assert "412 open issues now" in dock._chart.accessibleDescription()
    for name in (model.HOURS, model.ENDS, model.OPEN):
        dock.buttons[name].click()
        assert dock.pages.currentWidget() is dock._chart
        assert dock.buttons[name].isChecked()
    dock.buttons[model.WAITING].click()
    assert isinstance(dock.pages.currentWidget(), plots.SmallCharts)
    qtbot.waitUntil(lambda: len(dock._small._painters) == 2)


def test_each_plot_has_its_table_to_read_and_to_copy(
    window: Window, dock: Forecast, qtbot: QtBot
) -> None:
    dock.as_table.setChecked(True)
    table = dock.pages.currentWidget()
    assert isinstance(table, QAbstractItemView)
    assert table.model().rowCount() == 193 + 48
    dock.buttons[model.WAITING].click()
    table = dock.pages.currentWidget()
    assert isinstance(table, QAbstractItemView)
    assert table.model().rowCount() == 48 * 2
    table.setFocus()
    qtbot.waitUntil(dock.holds_focus)
    window.run("copy")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + 48 * 2
    assert lines[0].split("\t")[:3] == ["time", "channel", "waiting"]
    first = lines[1].split("\t")
    # Nobody knows the first hour's service level: that is not 0.
    assert first[2] == "20 (15 to 25)" and first[4] == "–"


def test_the_sentences_stand_beside_the_plot_where_there_is_room(
    window: Window, dock: Forecast, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: dock.width() >= 1000)
    assert dock.side.parentWidget() is dock and not dock.short.isVisible()
    window.resize(940, 768)
    qtbot.waitUntil(lambda: dock.side.parentWidget() is dock.narrow)
    # The big words are there all the same.
    assert dock.short.isVisible() and dock.short.text() == "never: 6 more agents in voice"
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: dock.side.parentWidget() is dock)
    dock.buttons[model.WORDS].click()
    assert dock.pages.currentWidget() is dock.narrow
    assert dock.side.parentWidget() is dock.narrow and not dock.short.isVisible()
    assert not dock.copy.isEnabled()


def test_all_of_it_is_reached_by_the_keyboard(dock: Forecast) -> None:
    for button in (*dock.buttons.values(), dock.as_table, dock.copy):
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert dock.words.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_before_the_first_it_says_why(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    window.run("forecast")
    view = window.forecast
    qtbot.waitUntil(lambda: view.outlook is not None)
    assert view.big.text() == "No forecast yet"
    assert view.blank.text() == "No forecast yet."
    assert view.copy_table() == 0


def test_what_has_not_changed_is_not_drawn_again(
    dock: Forecast, console: FakeConsole, qtbot: QtBot
) -> None:
    shown = dock.outlook
    with qtbot.waitSignal(dock.loaded):
        dock.load()
    assert dock.outlook is shown
    console.foretold = replace(make_outlook(AT + HOUR), version=2)
    with qtbot.waitSignal(dock.loaded):
        dock.load()
    assert dock.outlook is not None and dock.outlook.at == AT + HOUR


def test_nights_are_the_hours_in_which_nobody_serves() -> None:
    found = make_forecast(AT)
    assert model.nights(found) == (((AT + 10 * HOUR) / 1e6, (AT + 16 * HOUR) / 1e6),)


def test_a_day_before_stands_beside_each_hour() -> None:
    rows = model.rows_of(model.OPEN, make_outlook(AT))
    ahead = next(row for row in rows if row.at == AT + 2 * HOUR)
    assert ahead.yesterday == 400.0 - 22 * 4
    assert ahead.was is None and ahead.band == pytest.approx((413 * 0.75, 413, 413 * 1.25))
