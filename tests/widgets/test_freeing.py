"""Resources and Owed: what could be freed, what was put off, and what a click asks for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from pytestqt.qtbot import QtBot

from console.commands.add_obligation import AddObligation
from console.commands.call_in import CallIn
from console.commands.cancel_blocks import CancelBlocks
from console.commands.edit_obligation import EditObligation
from console.commands.end_obligation import EndObligation
from console.commands.send_agents import SendAgents
from console.domain.freeing import KINDS
from console.domain.obligations import debt_of
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_resources import make_owed, make_resources, resource_list
from widgets.desktop import Desktop
from widgets.freeing import UNREADABLE, due_of
from widgets.models import obligations as owed_model
from widgets.models import resources as free_model
from widgets.models.rows import Heading
from widgets.views.resources import NO_ROSTER
from widgets.views.table import Table
from widgets.window import Window

NOW = 1_700_000_000_000_000


@pytest.fixture
def desk(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    console.free_rows = make_resources(console.now())
    console.owed_rows = make_owed(console.now())
    window = desktops(console).window
    window.run("resources")
    qtbot.waitUntil(lambda: window.freeing.resources.model.rowCount() == len(console.free_rows))
    return window


@pytest.fixture
def owed(desk: Window, qtbot: QtBot) -> Window:
    desk.run("owed")
    qtbot.waitUntil(lambda: desk.freeing.owed.model.rowCount() == 3)
    return desk


def fire(qtbot: QtBot, window: Window, words: str = "") -> None:
    """Type what is asked for and press Enter, as a person would."""
    preview = window.preview
    qtbot.waitUntil(preview.isVisible)
    if words:
        preview.asked.setFocus()
        if preview.order is not None and preview.order.choices:
            preview.asked.setText(words)  # as if it were chosen
        else:
            qtbot.keyClicks(preview.asked, words)
    qtbot.waitUntil(lambda: preview.command is not None and preview.fire_button.isEnabled())
    preview._ready_at = 0.0
    preview.fire()
    qtbot.waitUntil(lambda: not preview.isVisible())


def choose(table: Table, *keys: str) -> None:
    table.clearSelection()
    flags = QItemSelectionModel.SelectionFlag
    for key in keys:
        index = table.rows.index(table.rows.place_of(key), 0)
        table.selectionModel().select(index, flags.Select | flags.Rows)


def press_knob(qtbot: QtBot, table: Table, key: str, act: str) -> None:
    place = table.rows.place_of(key)
    table.scrollTo(table.rows.index(place, 0))
    rect = next(rect for knob, rect in table.knob_rects(place) if knob.action == act)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.center()))


# --- the models


def test_words_name_the_totals_and_what_is_not_offered(qtbot: object) -> None:
    found = resource_list(make_resources(NOW), NOW, 1, None)
    assert found is not None
    assert free_model.head(found) == (
        "13 h 47 could be freed in the next 4 h: meetings 7 h, other channels 4 h, "
        "not on shift now 1 h 50, training 57 min; and 1 of nobody knows how long"
    )
    assert free_model.kept(found) == "not offered: 6 breaks, the rest of 1 person"
    none = replace(found, totals=(), kept=())
    assert free_model.head(none) == "nothing could be freed in the next 4 h"
    assert free_model.kept(none) == ""
    assert set(free_model.TITLES) == set(KINDS)


def test_the_most_minutes_stand_above_and_what_must_be_asked_below(qtbot: object) -> None:
    model = free_model.resource_model()
    rows = make_resources(NOW)
    model.show_rows(rows, resource_list(rows, NOW, 1, None))
    place = next(n for n, c in enumerate(model.columns) if c.id == "minutes")
    for order in (Qt.SortOrder.DescendingOrder, Qt.SortOrder.AscendingOrder):
        model.sort(place, order)
        last = [model.row_at(n).name for n in (7, 8)]
        assert sorted(last) == ["Khan", "Sato"], "whichever way it is turned"
    model.sort(place, Qt.SortOrder.DescendingOrder)
    assert [model.row_at(n).name for n in range(4)] == ["Weber", "Olsen", "Kaya", "Novak"]
    unknown = model.place_of("agent:6")
    assert model.index(unknown, place).data() == "–"
    assert "unknown: " in model.index(unknown, place).data(Qt.ItemDataRole.ToolTipRole)
    cost = next(n for n, c in enumerate(model.columns) if c.id == "cost")
    assert model.index(model.place_of("shift:l"), cost).data().startswith("ask first: ")


def test_words_of_others_are_no_markup(qtbot: object) -> None:
    pairs = (
        (free_model.resource_model(), make_resources(NOW)),
        (owed_model.obligation_model(), make_owed(NOW)),
    )
    for model, rows in pairs:
        model.show_rows(rows)
        for place, column in enumerate(model.columns):
            assert column.kind == "controls" or column.about, column.id
            for row in range(model.rowCount()):
                tip = model.index(row, place).data(Qt.ItemDataRole.ToolTipRole) or ""
                assert "<" not in tip.split("\n")[0]


def test_what_is_owed_in_words(qtbot: object) -> None:
    assert owed_model.head(debt_of(make_owed(NOW), NOW)) == (
        "1 h 54 owed: 3 things, 1 without an owner, ▲ 1 overdue, 1 by law, 1 of unknown length"
    )
    assert owed_model.head(debt_of((), NOW)) == "nothing is owed"


def test_due_dates_as_they_are_typed() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    def at(*parts: int) -> int:
        return round(datetime(*parts, tzinfo=berlin).timestamp()) * 1_000_000  # type: ignore[arg-type]

    assert due_of("2026-01-09 14:00", berlin) == at(2026, 1, 9, 14)
    assert due_of("2026-01-09", berlin) == at(2026, 1, 9, 23, 59), "at the end of the day"
    assert due_of("2026-03-29", berlin) == at(2026, 3, 29, 23, 59), "on a day of 23 hours as well"
    assert due_of("Never", berlin) == 0
    for words in ("", "friday", "2026-13-01", "9999999999"):
        assert due_of(words, berlin) == UNREADABLE


# --- Resources


def test_one_click_puts_a_block_off_for_somebody(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    press_knob(qtbot, desk.freeing.resources.table, "shift:m3", "cancel")
    words = "Cancel Olsen's meeting"
    qtbot.waitUntil(lambda: desk.preview.fire_button.text().startswith(words))
    assert console.done == [], "nothing before Enter"
    fire(qtbot, desk, "Berger")
    (command,) = console.done
    assert isinstance(command, CancelBlocks)
    assert (command.shift_ids, command.who, command.owner) == (("m3",), "lead", "Berger")


def test_many_are_put_off_called_in_and_sent_by_their_buttons(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.freeing.resources
    assert not any(button.isEnabled() for button in view.buttons.values())
    choose(view.table, "shift:m0", "shift:m1", "agent:6", "person:p8:early", "agent:7", "shift:l")
    assert [b.text() for b in view.buttons.values()] == ["cancel 2", "call in 2", "send 1"]
    view.buttons["cancel"].click()
    fire(qtbot, desk)
    view.buttons["call"].click()
    fire(qtbot, desk)
    view.buttons["send"].click()
    fire(qtbot, desk)
    cancel, call, send = console.done
    assert isinstance(cancel, CancelBlocks) and set(cancel.shift_ids) == {"m0", "m1"}
    assert isinstance(call, CallIn) and call.queue_id == 1 and call.rest_h == 11
    assert {(c.person, c.name) for c in call.calls} == {("", "Sato"), ("p8", "Novak")}
    assert view.found is not None
    (sato,) = [c for c in call.calls if c.name == "Sato"]
    assert sato.to_at == view.found.until, "nobody knows how long: up to the horizon"
    assert send == SendAgents(queue_id=1, agent_ids=(7,))


def test_leave_without_consent_has_no_click(desk: Window, qtbot: QtBot) -> None:
    view = desk.freeing.resources
    row = view.model.row_of("shift:l")
    assert view.knobs_of(row) == ()
    choose(view.table, "shift:l")
    assert not any(button.isEnabled() for button in view.buttons.values())
    assert not desk.freeing.can_free()
    view.table.opened.emit(row)
    desk.freeing.free_chosen()
    qtbot.wait(50)
    assert not desk.preview.isVisible()


def test_the_key_does_the_first_that_can_be_done(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.freeing.resources
    choose(view.table, "agent:7")
    desk.refresh_actions()
    assert desk.qt_actions["free"].isEnabled()
    desk.run("free")
    fire(qtbot, desk)
    assert isinstance(console.done[0], SendAgents)


def test_what_could_be_freed_is_asked_for_only_while_it_is_seen(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    asked: list[object] = []
    whole = console.resources

    def resources(of: object, known: object = None) -> object:
        found = whole(of, known)  # type: ignore[arg-type]
        asked.append(found)
        return found

    console.resources = resources  # type: ignore[method-assign,assignment]
    desk.freeing.resources.load()
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [None], "it knows that already"
    desk.docks.bring("log")
    qtbot.waitUntil(lambda: not desk.freeing.resources.is_seen())
    asked.clear()
    desk.bridge.slow_changed.emit()
    qtbot.wait(100)
    assert asked == []


def test_selection_survives_news_and_groups_have_their_order(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.freeing.resources
    choose(view.table, "shift:m2")
    console.free_rows = tuple(
        replace(row, minutes=1) if row.key == "shift:m2" else row for row in console.free_rows[1:]
    )
    view.load()
    qtbot.waitUntil(lambda: view.model.row_of("shift:m2").minutes == 1)
    assert [row.key for row in view.table.chosen_rows()] == ["shift:m2"]
    assert view.model.row_of("shift:m0") is None
    view.group.click()
    titles = [entry.title for entry in view.model.order if isinstance(entry, Heading)]
    assert titles == [
        "meetings", "training", "administration", "other channels", "not on shift now",
        "leave, by consent",
    ]  # fmt: skip


def test_without_a_roster_the_dock_says_what_to_do(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.freeing.resources
    console.free_rows = ()
    view.load()
    qtbot.waitUntil(lambda: view.model.rowCount() == 0)
    assert view.table.empty_words == NO_ROSTER
    assert view.told.text() == "nothing could be freed in the next 4 h"


# --- Owed


def test_what_is_owed_gets_an_owner_a_date_and_an_end(
    owed: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    table = owed.freeing.owed.table
    press_knob(qtbot, table, "o1", "owner")
    fire(qtbot, owed, "Kaya")
    press_knob(qtbot, table, "o1", "due")
    fire(qtbot, owed, "never")
    press_knob(qtbot, table, "o1", "done")
    fire(qtbot, owed, "held on Friday")
    assert console.done == [
        EditObligation(("o1",), owner="Kaya"),
        EditObligation(("o1",), due_at=0),
        EndObligation(("o1",), "done", "held on Friday"),
    ]


def test_many_are_settled_together(owed: Window, console: FakeConsole, qtbot: QtBot) -> None:
    view = owed.freeing.owed
    choose(view.table, "o1", "o3")
    assert view.picked.text() == "2 selected, 1 h 54"
    owed.run("owed_law")
    fire(qtbot, owed)
    view.buttons["waive"].click()
    fire(qtbot, owed, "no need")
    law, waive = console.done
    assert isinstance(law, EditObligation) and (set(law.ids), law.legal) == ({"o1", "o3"}, True)
    assert isinstance(waive, EndObligation)
    assert (set(waive.ids), waive.state, waive.note) == ({"o1", "o3"}, "waived", "no need")


def test_something_is_put_off_by_hand(owed: Window, console: FakeConsole, qtbot: QtBot) -> None:
    owed.freeing.owed.add.click()
    fire(qtbot, owed, "monthly report")
    (command,) = console.done
    assert isinstance(command, AddObligation)
    assert (command.what, command.who, command.owner) == ("monthly report", "lead", "")


def test_what_is_done_is_shown_when_asked_for(owed: Window, qtbot: QtBot) -> None:
    view = owed.freeing.owed
    assert view.model.row_of("o4") is None
    view.ended.click()
    assert view.model.row_of("o4") is not None and view.knobs_of(view.model.row_of("o4")) == ()
    choose(view.table, "o4")
    assert not view.buttons["done"].isEnabled() and not owed.freeing.can_settle()
    view.group.click()
    titles = [entry.title for entry in view.model.order if isinstance(entry, Heading)]
    assert titles == ["Storm", "outside of an operation"]


def test_what_is_late_or_nobodys_says_so_beside_the_colour(owed: Window) -> None:
    view = owed.freeing.owed
    columns = [column.id for column in view.model.columns]
    order = {entry.key: entry for entry in view.model.order}
    view.model.now = owed.bridge.now()
    assert view.model.tone(order["o2"], columns.index("due")) == "bad_words"  # type: ignore[arg-type]
    assert view.model.tone(order["o1"], columns.index("owner")) == "warn_words"  # type: ignore[arg-type]
    assert view.model.tone(order["o3"], columns.index("due")) == "warn_words"  # type: ignore[arg-type]
    assert (
        view.model.index(view.model.place_of("o1"), columns.index("owner")).data() == "nobody yet"
    )


@pytest.mark.parametrize("size", [(1366, 768), (2560, 1440)])
def test_no_control_and_no_figure_is_cut_off(
    desk: Window, qtbot: QtBot, size: tuple[int, int]
) -> None:
    desk.resize(*size)
    desk.docks.share()
    for name, view in (("resources", desk.freeing.resources), ("owed", desk.freeing.owed)):
        desk.run(name)
        qtbot.waitUntil(lambda view=view: view.is_seen() and view.model.rowCount() >= 3)
        table = view.table
        qtbot.waitUntil(lambda table=table: table.horizontalScrollBar().maximum() == 0)
        wide = table.fontMetrics().horizontalAdvance
        for place, column in enumerate(table.rows.columns):
            if column.right and not table.isColumnHidden(place):
                for row in range(table.rows.rowCount()):
                    words = table.rows.index(row, place).data()
                    sign = "▲ " if column.live_tone else ""
                    assert wide(sign + words) + 6 <= table.columnWidth(place), (column.id, words)
        for row in range(table.rows.rowCount()):
            for knob, rect in table.knob_rects(row):
                assert wide(knob.words) + 6 <= rect.width(), knob.words


def test_an_hour_of_tomorrow_is_an_hour(qtbot: object) -> None:
    (row, *_) = make_resources(NOW)
    tomorrow = replace(row, from_at=NOW + 20 * 3600 * 1_000_000)
    assert len(free_model.hour(tomorrow.from_at)) == 5
    assert free_model.when(tomorrow).startswith("at ") and len(free_model.when(tomorrow)) == 8
    assert free_model.hour(None) == "–"
