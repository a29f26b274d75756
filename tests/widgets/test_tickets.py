"""The dock of the tickets: what it shows, when it asks, and that words stay words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from console.domain.tickets import LISTS
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_tickets import make_tickets, ticket_list
from widgets.desktop import Desktop
from widgets.models.tickets import TITLES, ticket_model
from widgets.views.tickets import EMPTY, NONE, UNTOLD
from widgets.window import Window

RETURN = Qt.Key.Key_Return


@pytest.fixture
def desk(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    """A window on a centre with tickets, their dock in front."""
    console.ticket_rows = make_tickets(300, console.now())
    window = desktops(console).window
    window.show_tickets("open")
    qtbot.waitUntil(lambda: window.tickets.model.rowCount() > 0)
    return window


def shown(window: Window) -> list[str]:
    return [row.ref for row in window.tickets.model.rows()]


# --- the model


def test_it_is_a_proper_model_while_lists_turn(qtmodeltester: object) -> None:
    model = ticket_model()
    rows = make_tickets(120, 10**15)
    for turn, name in enumerate((*LISTS, "open")):
        listed = ticket_list(rows[turn * 5 :], 10**15, name, None)
        assert listed is not None
        model.turn(model.compare(listed.rows, listed))
        assert {row.ref for row in model.rows()} == {row.ref for row in listed.rows}
        assert model.row_of((listed.rows[0].source_id, listed.rows[0].ref)) == listed.rows[0]
        model.sort(turn % len(model.columns), Qt.SortOrder.DescendingOrder)
        qtmodeltester.check(model)  # type: ignore[attr-defined]
        assert model.rowCount() == len(listed.rows)


def test_every_number_says_what_it_is_and_how_old(qtbot: object) -> None:
    model = ticket_model()
    listed = ticket_list(make_tickets(60, 10**15), 10**15, "open", None)
    assert listed is not None
    model.show_rows(listed.rows, listed)
    silent = 0
    for place, column in enumerate(model.columns):
        assert column.about, column.id
        for row in range(model.rowCount()):
            tip = model.index(row, place).data(Qt.ItemDataRole.ToolTipRole)
            source = model.row_at(row).source
            assert f"from {source}, its newest record is 4 min old" in tip
            assert "<" not in tip.split("\n")[0], "words of others are no markup"
            if column.right and model.index(row, place).data() == "–":
                silent += 1
                assert "unknown: " in tip
    assert silent


def test_every_column_can_be_sorted(qtbot: object) -> None:
    model = ticket_model()
    listed = ticket_list(make_tickets(80, 10**15), 10**15, "noteless", None)
    assert listed is not None
    rows = [*listed.rows, replace(listed.rows[0], ref="ABC-7", priority="P1")]
    model.show_rows(rows, listed)
    for place in range(len(model.columns)):
        for order in (Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder):
            model.sort(place, order)
            assert model.rowCount() == len(rows)


# --- the dock


def test_lists_have_their_counts_and_their_reasons(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.tickets
    expected: list[str] = []
    for place, name in enumerate(LISTS):
        desk.run(f"tickets_{name}")
        listed = ticket_list(console.ticket_rows, console.now(), name, None)
        assert listed is not None and listed.rows
        expected = sorted(row.ref for row in listed.rows)
        qtbot.waitUntil(lambda refs=expected: sorted(shown(desk)) == refs)
        assert view.lists.currentIndex() == place
        assert view.lists.tabText(place) == f"{TITLES[name]} {len(expected)}"
        tip = view.lists.tabToolTip(place)
        assert "as of" in tip and "4 min old" in tip and len(tip.split("\n")) >= 4
    why = next(n for n, c in enumerate(view.model.columns) if c.id == "why")
    assert all("reopened" in view.model.index(n, why).data() for n in range(len(expected)))


def test_the_key_brings_the_dock_and_then_the_next_list(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    console.ticket_rows = make_tickets(40, console.now())
    window = desktops(console).window
    window.run("tickets")
    assert window.tickets.is_seen() and window.tickets.list_name() == "open"
    qtbot.waitUntil(lambda: window._panel is window.tickets)
    window.run("tickets")
    assert window.tickets.list_name() == "ageing"
    for _ in range(5):
        window.run("tickets")
    assert window.tickets.list_name() == "open"


def test_enter_shows_what_happened_to_a_ticket(desk: Window, qtbot: QtBot) -> None:
    table = desk.tickets.table
    table.choose(desk.tickets.model.order[3].key)
    row = table.current_row()
    qtbot.keyClick(table, RETURN)
    qtbot.waitUntil(lambda: desk.detail.model.rowCount() == 2)
    assert desk.detail.subject is not None
    assert (desk.detail.subject.kind, desk.detail.subject.id) == ("ticket", row.source_id)
    heading = desk.detail.heading
    assert heading.text() == f"ticket {row.ref} (open): <b>late</b> · 2 lines"
    assert heading.textFormat() == Qt.TextFormat.PlainText
    assert desk.docks.all["detail"].widget() is desk.detail and desk.detail.is_seen()


def test_a_ticket_is_reported_by_its_number(desk: Window, qtbot: QtBot) -> None:
    table = desk.tickets.table
    table.setFocus()
    qtbot.waitUntil(lambda: desk._panel is desk.tickets)
    table.choose(desk.tickets.model.order[0].key)
    row = table.current_row()
    desk.run("report")
    assert f"ticket {row.ref}" in desk.line.contact.text()


def test_place_selection_and_filter_survive_news(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view, table = desk.tickets, desk.tickets.table
    qtbot.keyClicks(table, "helpdesk")
    qtbot.waitUntil(lambda: view.model.filter_words == ("helpdesk",))
    key = view.model.order[40].key
    table.choose(key)
    table.verticalScrollBar().setValue(38)
    changed = [
        replace(row, subject="changed") if (row.source_id, row.ref) == key else row
        for row in console.ticket_rows
    ]
    console.ticket_rows = changed[5:]
    view.load()
    subject = next(n for n, c in enumerate(view.model.columns) if c.id == "subject")
    qtbot.waitUntil(lambda: view.model.index(view.model.place_of(key), subject).data() == "changed")
    assert [(r.source_id, r.ref) for r in table.chosen_rows()] == [key]
    assert table.verticalScrollBar().value() == table.rows.place_of(key) - 2
    assert view.filter.text() == "helpdesk"


def test_nothing_is_asked_while_nobody_looks_and_nothing_shown_twice(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    asked: list[object] = []
    whole = console.tickets

    def tickets(name: str = "open", known: object = None) -> object:
        found = whole(name, known)
        asked.append(found)
        return found

    console.tickets = tickets  # type: ignore[method-assign]
    desk.tickets.load()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [None], "it knows that already"
    desk.docks.bring("log")
    qtbot.waitUntil(lambda: not desk.tickets.is_seen())
    asked.clear()
    desk.bridge.slow_changed.emit()
    qtbot.wait(100)
    assert asked == []
    desk.docks.bring("tickets")
    qtbot.waitUntil(lambda: bool(asked))


def test_a_centre_without_tickets_is_not_cluttered(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    window = desktops(console).window
    dock = window.docks.all["tickets"]
    window.docks.arrange()
    assert not dock.isVisible()
    asked: list[bool] = []
    console.has_tickets = lambda: bool(asked.append(True))  # type: ignore[method-assign]
    for _ in range(4):
        window.tickets.load()
        qtbot.wait(20)
    assert len(asked) <= 1, "the same sources"
    window.show_tickets()
    assert dock.isVisible()
    qtbot.waitUntil(lambda: window.tickets.is_seen())
    assert window.tickets.table.empty_words == NONE
    assert window.tickets.lists.tabText(1) == "Ageing", "no number where none is known"


def test_the_dock_comes_with_the_first_tickets_and_stays_closed_when_closed(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    console.ticket_rows = make_tickets(20, console.now())
    window = desktops(console).window
    dock = window.docks.all["tickets"]
    qtbot.waitUntil(dock.isVisible)
    assert window.log.is_seen() and not window.tickets.is_seen(), "as a tab behind the log"
    dock.close()
    window.close()
    again = FakeConsole()
    again.ticket_rows = console.ticket_rows
    second = desktops(again, watch=()).window
    qtbot.waitUntil(lambda: second.tickets.wanted)
    assert not second.docks.all["tickets"].isVisible()
    second.docks.arrange()
    assert second.docks.all["tickets"].isVisible()


def test_empty_lists_say_why(desk: Window, console: FakeConsole, qtbot: QtBot) -> None:
    quiet = [
        replace(row, due_at=None, reopens=0, created_at=console.now(), touches=1, agents=1)
        for row in console.ticket_rows
        if row.touches is not None
    ]
    console.ticket_rows = quiet
    desk.show_tickets("overdue")
    qtbot.waitUntil(lambda: desk.tickets.table.empty_words == EMPTY["overdue"])
    assert desk.tickets.model.rowCount() == 0
    console.ticket_rows = [replace(row, touches=None) for row in quiet]
    desk.tickets.load()
    qtbot.waitUntil(lambda: desk.tickets.table.empty_words == UNTOLD)
    assert desk.tickets.lists.tabText(LISTS.index("overdue")) == "Overdue –"


def test_words_of_others_are_no_markup_when_hovered(
    desk: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hovered: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _widget: hovered.append(words))
    table = desk.detail.table
    desk.open_detail(desk.tickets.model.rows()[0])
    qtbot.waitUntil(lambda: desk.detail.model.rowCount() == 2)
    step = replace(desk.detail.model.row_at(0), source_line="<b>bold</b> <img src='x'>")
    desk.detail.model.show_rows([step])
    place = next(n for n, c in enumerate(desk.detail.model.columns) if c.id == "what")
    spot = table.visualRect(table.rows.index(0, place)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, table.viewport().mapToGlobal(QPoint(spot)))
    QApplication.sendEvent(table.viewport(), event)
    (words,) = hovered
    assert words.count("&lt;") == 3 and "<img" not in words


@pytest.mark.parametrize("size", [(1366, 768), (2560, 1440)])
def test_no_figure_is_cut_off(desk: Window, qtbot: QtBot, size: tuple[int, int]) -> None:
    desk.resize(*size)
    desk.docks.share()
    table = desk.tickets.table
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() == 0)
    wide = table.fontMetrics().horizontalAdvance
    for place, column in enumerate(table.rows.columns):
        if column.right and not table.isColumnHidden(place):
            for row in range(20):
                words = table.rows.index(row, place).data()
                sign = "▲ " if column.live_tone else ""
                assert wide(sign + words) + 6 <= table.columnWidth(place), (column.id, words)
