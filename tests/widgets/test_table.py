"""A table keeps selection, current row and place through every update."""

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from tests.widgets.fake import FakeConsole
from widgets.models.agents import agent_model
from widgets.views.table import Table
from widgets.window import Window


def many() -> tuple[FakeConsole, Table]:
    console = FakeConsole(20, 400)
    model = agent_model()
    table = Table(model, "agents")
    model.setParent(table)
    table.resize(500, 400)
    board = console.refresh()
    model.show_rows(board.agents, board)
    return console, table


def test_selection_current_and_scroll_survive_updates(qtbot: QtBot) -> None:
    console, table = many()
    qtbot.addWidget(table)
    table.show()
    qtbot.waitExposed(table)
    try:
        table.choose(200)
        table.verticalScrollBar().setValue(180)
        for _ in range(20):
            console.shake(60, 3)
            board = console.refresh()
            table.rows.show_rows(board.agents, board)
        assert [row.agent_id for row in table.chosen_rows()] == [200]
        assert table.current_row().agent_id == 200
        assert table.verticalScrollBar().value() == 180
        gone = [row for row in console.refresh().agents if row.agent_id not in (5, 6, 90, 399)]
        table.rows.show_rows(gone)
        assert [row.agent_id for row in table.chosen_rows()] == [200]
        assert table.rows.rowCount() == 396
    finally:
        console.close()


def test_rows_do_not_jump_while_one_is_chosen(qtbot: QtBot) -> None:
    console, table = many()
    qtbot.addWidget(table)
    table.show()
    qtbot.waitExposed(table)
    try:
        table.sort_by(1)
        table.choose(200)
        order = [entry.key for entry in table.rows.order]
        console.shake(100, 3)
        table.rows.show_rows(console.refresh().agents)
        table.rearrange_when_idle()
        assert [entry.key for entry in table.rows.order] == order
        table.clearSelection()
        table.rearrange_when_idle()
        assert [entry.key for entry in table.rows.order] != order
    finally:
        console.close()


def test_typing_goes_to_the_filter_and_return_opens(qtbot: QtBot) -> None:
    console, table = many()
    qtbot.addWidget(table)
    try:
        table.choose(200)
        with qtbot.waitSignal(table.typed) as typed:
            qtbot.keyClick(table, Qt.Key.Key_K)
        assert typed.args == ["k"]
        with qtbot.waitSignal(table.opened) as opened:
            qtbot.keyClick(table, Qt.Key.Key_Return)
        assert opened.args is not None and opened.args[0].agent_id == 200
    finally:
        console.close()


def test_ticking_touches_only_rows_in_sight(qtbot: QtBot) -> None:
    console, table = many()
    qtbot.addWidget(table)
    table.show()
    qtbot.waitExposed(table)
    try:
        touched: list[tuple[int, int]] = []
        table.rows.dataChanged.connect(
            lambda first, last, *_: touched.append((first.row(), last.row()))
        )
        table.tick(console.now())
        assert touched and all(last - first < 30 for first, last in touched)
        assert table.indexAt(QPoint(2, 2)).row() == touched[0][0]
    finally:
        console.close()


def test_controls_come_back_below_the_figures_in_a_narrow_window(
    window: Window, qtbot: QtBot
) -> None:
    table = window.queues.table
    window.resize(1000, 700)
    qtbot.waitUntil(lambda: table.two_lines)
    kept = table.columns_chosen()
    table.two_lines = False  # as a new window begins
    table.header().restoreState(kept)
    table.fit()
    assert table.two_lines and table.knob_rects(0)
