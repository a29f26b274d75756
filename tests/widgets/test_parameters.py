"""Parameters: what is shown of each, and what a click asks for."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.commands.set_parameter import DropParameter, SetParameter
from console.domain.parameters import Parameter
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_parameters import NOTES, WHY, make_parameters, parameters
from widgets.desktop import Desktop
from widgets.models import parameters as model
from widgets.views.parameters import NOTHING, ParameterPanel
from widgets.window import Window

ROWS = make_parameters()


@pytest.fixture
def desk(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    console.parameter_rows = ROWS
    window = desktops(console).window
    window.run("parameters")
    qtbot.waitUntil(lambda: panel(window).model.rowCount() == len(ROWS))
    return window


def panel(window: Window) -> ParameterPanel:
    return window.assuming.listed


def cells(window: Window, row: Parameter) -> list[str]:
    made = panel(window).model
    return list(made.order[made.place_of((row.channel, row.name))].texts)  # type: ignore[union-attr]


def choose(window: Window, row: Parameter) -> None:
    table = panel(window).table
    index = table.rows.index(table.rows.place_of((row.channel, row.name)), 0)
    flags = QItemSelectionModel.SelectionFlag
    table.selectionModel().select(index, flags.ClearAndSelect | flags.Rows)


def fire(qtbot: QtBot, window: Window, value: str, why: str) -> None:
    preview = window.preview
    qtbot.waitUntil(preview.isVisible)
    if value:
        preview.asked.clear()
        qtbot.keyClicks(preview.asked, value)
    qtbot.keyClicks(preview.why, why)
    qtbot.waitUntil(lambda: preview.command is not None and preview.fire_button.isEnabled())
    preview._ready_at = 0.0
    preview.fire()
    qtbot.waitUntil(lambda: not preview.isVisible())


# In words ----------------------------------------------------------------------------------------


def test_a_value_is_told_with_its_unit_and_no_more_digits_than_are_known() -> None:
    fresh, resolution, redial, handling, unknown, to, _ = ROWS
    assert model.figure(fresh, fresh.value) == "79.6/h"
    assert model.figure(redial, redial.value) == "65 %"
    assert model.figure(handling, 0.0123456) == "0.0123 min"
    assert model.figure(handling, 12_345.6) == "12,300 min"
    assert model.figure(unknown, unknown.value) == "–"
    assert model.interval(redial) == "60.1 – 69.5"
    assert model.interval(resolution) == "–"
    assert model.title(to) == "goes to chat"
    assert model.data(redial) == "512 in 14 d"
    assert model.data(resolution) == "–"


def test_where_a_value_is_from_is_said_by_sign_and_words() -> None:
    _, resolution, redial, handling, unknown, to, patience = ROWS
    assert model.source(to) == "● measured"
    assert model.source(redial) == "● measured: too few here: of all channels together"
    assert model.source(patience) == "◇ assumed: usual"
    assert model.source(unknown) == "◇ cannot tell"
    assert model.source(resolution) == f"✎ set by ann: {WHY}"
    assert model.source(handling).endswith("(measured 6.43 min (6.1 – 6.76))")
    whole = model.whole(handling, None)
    assert whole.startswith("Handling time: 7.5 min\nTalk, hold and wrap-up")
    assert "in the literature: τ" in whole
    assert "measured: 6.43 min (6.1 – 6.76) at 95 %, from 2,863 in 48 h of data" in whole
    assert "cannot tell: fewer than 20 contacts" in model.whole(unknown, None)


def test_the_model_keeps_the_promises_of_qt(qtmodeltester: object) -> None:
    made = model.parameter_model()
    made.show_rows(ROWS, parameters(ROWS, 1, None))
    qtmodeltester.check(made)  # type: ignore[attr-defined]


# On the screen -----------------------------------------------------------------------------------


def test_what_matters_most_comes_first(desk: Window) -> None:
    shown = panel(desk)
    names = [record.row.name for record in shown.model.order]  # type: ignore[union-attr]
    assert names[:3] == ["fresh", "resolution", "redial"] and names[-1] == "patience"
    assert shown.told.text() == "48 h of data · 3 measured, 2 assumed, ✎ 2 set by hand"
    assert shown.notes.text() == NOTES[0]
    assert cells(desk, ROWS[3])[:4] == ["handling time", "voice", "7.5 min", "–"]
    shown.by_hand.click()
    assert shown.model.rowCount() == 2


def test_it_starts_closed_and_opens_by_its_key(
    desktops: Callable[..., Desktop], console: FakeConsole
) -> None:
    window = desktops(console).window
    assert window.docks.all["parameters"].isHidden()
    assert console.asked_parameters == 0
    window.run("parameters")
    assert not window.docks.all["parameters"].isHidden()


def test_a_value_is_set_by_hand_with_its_reason(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    panel(desk).pressed.emit("set", ROWS[2])
    assert desk.preview.asked.placeholderText() == "value in %"
    assert desk.preview.why.placeholderText() == "why"
    assert desk.preview.asked.text() == "65"
    fire(qtbot, desk, "80 %", WHY)
    (command,) = console.done
    assert command == SetParameter(
        "voice", "redial", 80.0, WHY, "lead", "65 % (60.1 – 69.5) measured"
    )
    assert console.why == [WHY]


def test_the_reason_of_other_acts_stays_optional(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    panel(desk).pressed.emit("set", ROWS[2])
    panel(desk).pressed.emit("drop", ROWS[1])
    assert desk.preview.why.placeholderText() == "why (optional)"
    fire(qtbot, desk, "", "")
    assert console.done == [DropParameter("voice", "resolution")]


def test_the_actions_are_of_the_selected_row(desk: Window) -> None:
    assert not desk.assuming.can_set() and not desk.assuming.can_drop()
    choose(desk, ROWS[0])
    assert desk.assuming.can_set() and not desk.assuming.can_drop()
    choose(desk, ROWS[1])
    assert desk.assuming.can_drop()
    desk.run("drop_parameter")
    assert desk.preview.order is not None
    assert desk.preview.order.verb == "Take voice, resolved as the exports say"


def test_rows_are_copied(desk: Window) -> None:
    panel(desk).table.setFocus()
    desk._panel = panel(desk)
    choose(desk, ROWS[3])
    desk.run("copy")
    copied = QApplication.clipboard().text().splitlines()
    assert copied[0].startswith("parameter\tchannel\tvalue\t95 %\twhere from")
    assert copied[1].startswith("handling time\tvoice\t7.5 min\t–\t✎ set by ann")


def test_of_nothing_it_says_so(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    window = desktops(console).window
    window.run("parameters")
    qtbot.waitUntil(lambda: panel(window).found is not None)
    assert panel(window).table.empty_words == NOTHING
    assert panel(window).told.text() == ""
