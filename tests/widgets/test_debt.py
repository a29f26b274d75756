"""Contact debt on the screen: the figure in the strip, the dock, and the list of issues."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from console.domain.debt import Measure
from console.domain.debt_words import chip, lines, spoken
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_debt import HOUR, make_gauge, make_issues
from widgets.desktop import Desktop
from widgets.models.debt import channel_model, contact_model, figure_model, hour_model, hours_of
from widgets.models.debt import issue_model as issues_of
from widgets.views.debt import ASKED
from widgets.views.debt_chip import DebtChip
from widgets.views.strip import Strip
from widgets.window import Window

AT = 1_700_000_000_000_000


@pytest.fixture
def desk(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    """A window on a busy hour, with the debt in front."""
    console.gauge = make_gauge(console.now())
    console.issue_list = make_issues(console.now())
    window = desktops(console).window
    qtbot.waitUntil(lambda: window.bridge.board is not None)
    window.run("debt")
    qtbot.waitUntil(lambda: window.debt.gauge is not None)
    return window


@pytest.mark.parametrize(
    ("make", "rows"),
    [
        (figure_model, lines(make_gauge(AT))),
        (channel_model, make_gauge(AT).channels),
        (hour_model, hours_of(make_gauge(AT))),
        (issues_of, make_issues(AT).rows),
        (contact_model, make_issues(AT).rows[0].contacts),
    ],
)
def test_they_are_proper_models(qtmodeltester: object, make: Callable, rows: list) -> None:
    model = make()
    model.show_rows(list(rows))
    assert model.rowCount() == len(rows)
    for column in range(len(model.columns)):
        model.sort(column, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(model)  # type: ignore[attr-defined]


# --- the strip


def test_the_figure_says_needs_hours_and_which_way(qtbot: QtBot) -> None:
    gauge = make_gauge(AT)
    assert chip(gauge) == "412 needs · 96+ h ↗"
    assert spoken(gauge) == "Contact debt: 412 needs, 96 agent hours, rising since yesterday"
    figure = DebtChip()
    qtbot.addWidget(figure)
    assert figure.isHidden()
    figure.show_gauge(gauge)
    assert not figure.isHidden()
    # Sure of more than a tenth above the normal week: marked, and not by colour alone.
    assert figure.number.text() == "◆ 412 needs · 96+ h ↗"
    assert "◆" in figure.toolTip() or "excess attempts: +38" in figure.toolTip()
    calm = replace(gauge, excess=Measure(0.05, -0.02, 0.12))
    figure.show_gauge(calm)
    assert figure.number.text() == "412 needs · 96+ h ↗"


def test_what_is_not_known_is_no_number(qtbot: QtBot) -> None:
    gauge = make_gauge(AT, None)
    assert chip(gauge) == "≥ 60 needs"
    told = {row.name: row for row in lines(gauge)}
    assert told["open needs"].value == "at least 60"
    assert told["debt hours"].value == "–"


def test_payoff_stands_below_the_figure(qtbot: QtBot) -> None:
    strip = Strip()
    qtbot.addWidget(strip)
    strip.show_debt(make_gauge(AT))
    assert strip.debt.payoff.text() == "contact debt"
    strip.show_payoff("never, 6 agents short", "The forecast of 14:00.")
    assert strip.debt.payoff.text() == "never, 6 agents short"
    assert strip.debt.toolTip().startswith("The forecast of 14:00.")


def test_nothing_is_shown_of_nothing(qtbot: QtBot) -> None:
    strip = Strip()
    qtbot.addWidget(strip)
    gauge = make_gauge(AT)
    none = replace(gauge, attempts=0, open=replace(gauge.open, inside=0))
    strip.show_debt(none)
    assert strip.debt.isHidden()


def test_a_press_on_the_figure_opens_the_dock(desk: Window, qtbot: QtBot) -> None:
    desk.docks.all["debt"].close()
    qtbot.mouseClick(desk.strip.debt, Qt.MouseButton.LeftButton)
    assert not desk.docks.all["debt"].isHidden()


# --- the dock


def test_the_dock_is_closed_at_first_and_asks_nothing_then(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    window = desktops(console).window
    qtbot.waitUntil(lambda: window.bridge.board is not None)
    assert window.docks.all["debt"].isHidden()
    assert window.docks.all["issues"].isHidden()
    assert console.asked_debt == 0
    assert window.debt.figures.empty_words == ASKED


def test_it_shows_figures_channels_doubts_and_the_course(desk: Window, qtbot: QtBot) -> None:
    dock = desk.debt
    qtbot.waitUntil(lambda: dock._chart is not None)
    assert dock.figures.rows.rowCount() == len(lines(desk.debt.gauge))  # type: ignore[arg-type]
    assert dock.channels.rows.rowCount() == 2
    assert dock.doubts.text() == "◆ 12\u202f% of the attempts name no customer."
    assert dock._chart.accessibleDescription().startswith("Open needs 220 at")
    assert dock.pages.currentWidget() is dock._chart
    name = dock.figures.rows.index(0, 0)
    assert "own past" in name.data(Qt.ItemDataRole.ToolTipRole)


def test_behind_the_plot_is_a_table(desk: Window, qtbot: QtBot) -> None:
    dock = desk.debt
    dock.as_table.setChecked(True)
    assert dock.pages.currentWidget() is dock.hours
    assert dock.hours.rows.rowCount() == 49
    first = dock.hours.rows.row_at(0)
    assert (first.open, first.yesterday) == (412.0, 412.0 - 96.0)
    acts = [row.act for row in hours_of(make_gauge(AT)) if row.act]
    assert acts == ["callback offer off, billing"]


def test_all_of_it_is_copied(desk: Window, qtbot: QtBot) -> None:
    desk.debt.figures.setFocus()
    qtbot.waitUntil(desk.debt.holds_focus)
    desk.run("copy")
    copied = QGuiApplication.clipboard().text()
    assert "open needs\t412 (382 to 442)" in copied
    assert "voice\t3\u202f000" in copied
    assert "callback offer off, billing" in copied
    assert copied.endswith("name no customer.")


# --- issues


def test_an_issue_shows_its_contacts_and_how_they_were_joined(desk: Window, qtbot: QtBot) -> None:
    desk.run("issues")
    dock = desk.issues
    qtbot.waitUntil(lambda: dock.found is not None)
    assert dock.told.text().startswith("2 of 250 issues")
    assert not dock.split.isEnabled() and not dock.join.isEnabled()
    assert dock.table.choose("1 1700.1")
    assert [row.contact for row in dock.contacts.rows.rows()] == ["1700.1", "1700.2", "1700.3"]
    why = [c.id for c in dock.contacts.rows.columns].index("why")
    assert dock.contacts.rows.index(1, why).data() == "same customer"


def test_what_can_be_split_and_joined(desk: Window, qtbot: QtBot) -> None:
    desk.run("issues")
    dock = desk.issues
    qtbot.waitUntil(lambda: dock.found is not None)
    dock.table.choose("1 1700.1")
    assert dock.contacts.choose((1, "1700.1", dock.contacts.rows.row_at(0).entered_at))
    assert not dock.split.isEnabled()
    second = dock.contacts.rows.row_at(1)
    dock.contacts.choose((1, "1700.2", second.entered_at))
    assert dock.split.isEnabled()
    with qtbot.waitSignal(dock.armed) as armed:
        dock.split.click()
    assert armed.args is not None
    command = armed.args[0].make("two bills")
    assert (command.source_id, command.contact, command.reason) == (1, "1700.2", "two bills")
    dock.table.selectAll()
    assert dock.join.isEnabled()
    with qtbot.waitSignal(dock.armed) as armed:
        dock.join.click()
    assert armed.args is not None
    assert set(armed.args[0].make("").contacts) == {(1, "1700.1"), (1, "1700.9")}


def test_a_double_click_opens_the_contact(desk: Window, qtbot: QtBot) -> None:
    desk.run("issues")
    qtbot.waitUntil(lambda: desk.issues.found is not None)
    desk.issues.table.choose("1 1700.1")
    desk.issues.contacts.opened.emit(desk.issues.contacts.rows.row_at(1))
    assert desk.detail.subject is not None
    assert (desk.detail.subject.kind, desk.detail.subject.name) == ("contact", "1700.2")


def test_the_same_hour_of_yesterday_says_the_way() -> None:
    gauge = make_gauge(AT)
    assert (gauge.yesterday, gauge.way) == (316.0, "rising")
    assert make_gauge(AT, None).way == ""
    short = replace(gauge, trend=gauge.trend[-10:])
    assert short.yesterday is None and short.way == ""
    assert gauge.trend[-1].at - gauge.trend[-2].at == HOUR
