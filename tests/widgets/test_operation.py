"""The operation on the screen: reviewed, ticked, armed, fired, watched, reverted and closed."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.app import Console
from console.domain.playbooks import COMMAND, PLANNED, OperationItemRow, OperationRow
from console.playbooks.files import OWN
from console.settings import Settings
from console.store.tables import Queue
from tests.console.floor import SALES, SUPPORT, make_floor
from tests.console.test_operations import PLAYBOOK
from widgets.desktop import Desktop
from widgets.models.operation import OperationLine, lines_of_operation
from widgets.orders import Unclear
from widgets.posture import hours_of, receipt_of
from widgets.views.operation import Operation, told
from widgets.views.operation_clock import OperationClock, passed
from widgets.window import Window

HOUR = 3_600_000_000
Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def real(tmp_path: Path) -> Console:
    make_floor(tmp_path).close()
    (tmp_path / OWN).mkdir()
    (tmp_path / OWN / "contact-debt.toml").write_text(PLAYBOOK, "utf-8")
    return Console(tmp_path, settings=Settings())


@pytest.fixture
def window(desktops: Callable[..., Desktop], real: Console) -> Iterator[Window]:
    made = desktops(real).window
    made.show_board_page()
    yield made


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda seen: qtbot.waitUntil(seen, timeout=20_000)


def view_of(window: Window) -> Operation:
    return window.views["operation"]  # type: ignore[return-value]


def lines(view: Operation) -> dict[str, OperationLine]:
    return {line.key: line for line in view.model.rows() if not line.part}


def titled(view: Operation, words: str) -> OperationLine:
    return next(line for line in view.model.rows() if words in line.what and not line.part)


def reviewed(window: Window, wait: Wait) -> Operation:
    view = view_of(window)
    window.run("operation")
    wait(lambda: view.review is not None)
    return view


def fire(window: Window, wait: Wait) -> None:
    view = view_of(window)
    view.fire.click()
    wait(lambda: window.preview.fire_button.isEnabled())
    # The click that opened it must not fire it.
    wait(lambda: time.monotonic() >= window.preview._ready_at)
    window.preview.fire()


def fired(window: Window, wait: Wait) -> Operation:
    view = reviewed(window, wait)
    fire(window, wait)
    wait(lambda: view.running is not None)
    return view


def test_a_key_brings_the_review_and_nothing_is_done(
    window: Window, real: Console, wait: Wait
) -> None:
    view = reviewed(window, wait)
    assert window.docks.all["operation"].isVisible()
    found = lines(view)
    assert list(found) == ["off", "dial", "drain/chat", "back", "send", "ring", "calm"]
    assert (found["off"].box, found["dial"].box, found["ring"].box) == ("☑", "✕", "")
    assert found["dial"].effect.startswith("nothing to do: ")
    assert found["off"].effect == "touches 3 · ◆ 2"
    assert view.fire.text() == "Arm 3 controls…"
    assert real.operations.state() is None
    assert not window.can_revert_all()


def test_ticks_are_turned_by_space_and_by_a_click(window: Window, wait: Wait, qtbot: QtBot) -> None:
    view = reviewed(window, wait)
    view.table.choose(("off", 0))
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Space)
    assert lines(view)["off"].box == "☐"
    assert view.fire.text() == "Arm 2 controls…"
    place = view.model.place_of(("off", 0))
    box = view.table.visualRect(view.model.index(place, 0)).center()
    QTest.mouseClick(view.table.viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert lines(view)["off"].box == "☑"
    view.turn(lines(view)["dial"])
    assert lines(view)["dial"].box == "✕"


def test_enter_shows_what_an_item_touches_below_it(window: Window, wait: Wait) -> None:
    view = reviewed(window, wait)
    view.table.choose(("off", 0))
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    below = [line.what.strip() for line in view.model.rows() if line.key == "off" and line.part]
    assert "sales: offer unknown → off" in below
    assert lines(view)["off"].what.startswith("▾")
    view.fold(lines(view)["off"])
    assert not any(line.part for line in view.model.rows())


def test_escape_disarms_and_enter_fires(window: Window, real: Console, wait: Wait) -> None:
    view = reviewed(window, wait)
    view.turn(lines(view)["send"])
    view.fire.click()
    wait(lambda: window.preview.fire_button.isEnabled())
    assert "Fire 2 controls" in window.preview.fire_button.text()
    assert "channel chat: draining" in window.preview.columns[0].text()
    QTest.keyClick(window.preview.fire_button, Qt.Key.Key_Escape)
    assert not window.preview.isVisible()
    assert real.operations.state() is None
    fire(window, wait)
    wait(lambda: view.running is not None)
    found = {line.item.key: line for line in lines(view).values()}  # type: ignore[union-attr]
    assert found["send"].state == "· left out"
    assert found["back"].state == "· planned"
    assert found["off"].knobs == ("revert",)
    assert found["ring"].knobs == ("tick", "owner")
    assert window.can_revert_all()


def test_the_strip_shows_the_clock_while_it_runs(window: Window, wait: Wait) -> None:
    assert window.strip.operation.isHidden()
    fired(window, wait)
    clock = window.strip.operation
    assert not clock.isHidden()
    assert clock.number.text() == "T+00:00 of 48:00"
    assert clock.title.text() == "Storm"


def test_one_is_reverted_by_its_control_and_people_tick_theirs(window: Window, wait: Wait) -> None:
    view = fired(window, wait)
    view.table.pressed_knob.emit("revert", titled(view, "channel chat"))
    wait(lambda: titled(view, "channel chat").state == "↶ reverted")
    assert titled(view, "callback offer").knobs == ("revert",)
    view.table.pressed_knob.emit("tick", titled(view, "Ring the oldest"))
    wait(lambda: titled(view, "Ring the oldest").state == "✓ done")
    view.table.pressed_knob.emit("owner", titled(view, "Ring the oldest"))
    window.preview.asked.setText("Bob")
    window.preview._ask_again("")
    wait(lambda: window.preview.fire_button.isEnabled())
    wait(lambda: time.monotonic() >= window.preview._ready_at)
    window.preview.fire()
    wait(lambda: titled(view, "Ring the oldest").owner == "Bob")


def test_one_key_arms_the_revert_of_all_and_what_moved_on_is_told(
    window: Window, real: Console, wait: Wait
) -> None:
    view = fired(window, wait)
    with real.store.write() as session:
        session.get_one(Queue, SALES).callback_offer = True
    window.run("revert_all")
    preview = window.preview
    wait(lambda: preview.fire_button.isEnabled())
    assert preview.fire_button.text() == "Arm: Revert 3 controls · Enter"
    for _ in range(2):
        wait(lambda: time.monotonic() >= preview._ready_at)
        preview.fire()
    wait(lambda: len([i for i in view.running.items if i.state == "reverted"]) == 2)  # type: ignore[union-attr]
    with real.store.read() as session:
        assert session.get_one(Queue, SALES).callback_offer is True
        assert session.get_one(Queue, SUPPORT).callback_offer is False


def test_later_steps_are_ticked_and_fired_in_the_same_list(window: Window, wait: Wait) -> None:
    view = fired(window, wait)
    view.steps.setChecked(True)
    wait(lambda: view.review is not None and "back/chat" in lines(view))
    assert view.choice.isHidden() and not view.fire.isEnabled()
    view.turn(lines(view)["back/chat"])
    fire(window, wait)
    wait(lambda: any("channel chat: open" in i.title for i in view.running.items))  # type: ignore[union-attr]


def test_it_is_extended_and_closed(window: Window, real: Console, wait: Wait) -> None:
    view = fired(window, wait)
    for button, answer in ((view.extend, "72"), (view.shut, "")):
        button.setFocus()
        button.click()
        if answer:
            window.preview.asked.setText(answer)
            window.preview._ask_again("")
        wait(lambda: window.preview.fire_button.isEnabled())
        wait(lambda: time.monotonic() >= window.preview._ready_at)
        if not answer:
            words = window.preview.columns[2].text()
            assert "still otherwise than usual" in words and "Ring the oldest" in words
            assert view.running is not None and view.running.planned_us == 72 * HOUR
        window.preview.fire()
        wait(lambda: window.preview.isHidden())
        wait(lambda: view.running is None or view.running.planned_us == 72 * HOUR)
    wait(lambda: view.running is None and view.review is not None)
    assert window.strip.operation.isHidden()
    assert view.fire.isVisible() and not view.shut.isVisible()
    # One Enter too many arms nothing.
    assert view.table.hasFocus()


def test_a_playbook_that_cannot_be_read_is_said_beside_the_others(
    window: Window, tmp_path: Path, wait: Wait
) -> None:
    (tmp_path / OWN / "wrong.toml").write_text("title = ", "utf-8")
    view = reviewed(window, wait)
    assert view.told.text() == "◆ 1 playbook cannot be read"
    assert "wrong.toml" in view.told.toolTip()
    assert view.choice.findData("outage") >= 0


def test_the_clock_counts_hours_and_marks_what_is_past_its_end(qtbot: QtBot) -> None:
    clock = OperationClock()
    qtbot.addWidget(clock)
    row = OperationRow(1, "Storm", "storm", 0, 48 * HOUR, None, "lead")
    clock.row = row
    clock.tick(7 * HOUR + HOUR // 5)
    assert clock.number.text() == "T+07:12 of 48:00"
    assert round(clock.gauge.share, 2) == 0.15
    assert clock.accessibleName() == "Operation Storm, T+07:12 of 48:00"
    clock.tick(49 * HOUR)
    assert clock.number.text() == "◆ T+49:00 of 48:00"
    assert "planned to be over 01:00 ago" in clock.toolTip()
    assert passed(-5) == "00:00"
    assert passed(120 * HOUR) == "120:00"


def test_what_is_due_is_said_in_the_strip_and_in_the_list(qtbot: QtBot) -> None:
    later = OperationItemRow(
        1, "busy", "People", COMMAND, "The second step", "", "", PLANNED, due_at=HOUR
    )
    row = OperationRow(1, "Storm", "storm", 0, 48 * HOUR, None, "lead", (later,))
    clock = OperationClock()
    qtbot.addWidget(clock)
    clock.row = row
    clock.tick(HOUR - 1)
    assert clock.title.text() == "Storm"
    (line,) = lines_of_operation(row, (), HOUR - 1)
    assert (line.state, line.tone) == ("· planned", "")
    clock.tick(HOUR)
    assert clock.title.text() == "◆ 1 due · Storm"
    assert "due: The second step" in clock.toolTip()
    (line,) = lines_of_operation(row, (), HOUR)
    assert (line.state, line.tone) == ("due", "warn")


def test_what_failed_is_named_below_its_item() -> None:
    failed = OperationItemRow(
        3, "off", "Callback", COMMAND, "callback offer off: 3 queues", "", "", "refused",
        done_at=7, journal_id=9, parts=(("confirmed", 2), ("refused", 1)),
        failures=("callback offer off, billing: refused (no such queue)",), again=("m1",),
    )  # fmt: skip
    row = OperationRow(1, "Storm", "storm", 0, 48 * HOUR, None, "lead", (failed,))
    item, below = lines_of_operation(row, {"3"}, HOUR)
    assert (item.state, item.tone) == ("▲ refused", "bad")
    assert item.effect == "2 confirmed, 1 refused"
    assert item.knobs == ("revert", "retry_op")
    assert below.what.strip() == "▲ callback offer off, billing: refused (no such queue)"
    assert told(row) == "Storm: 1 refused"


def test_words_that_are_typed_and_told() -> None:
    from console.domain.playbooks import Reverted

    assert hours_of(" 36,5 h") == 36.5 * HOUR
    for words in ("", "soon", "0", "-3", "99999", "nan"):
        with pytest.raises(Unclear):
            hours_of(words)
    told = receipt_of(Reverted(("a", "b"), (("c", "it moved"),), 3))
    assert told.title == "2 controls reverted, 1 could not be: “c”: it moved"
    assert (told.messages, told.can_undo) == (3, False)
    # Somebody else was quicker.
    assert receipt_of(Reverted(())).title == "nothing was left to revert"
