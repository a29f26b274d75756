"""What the forecast says of a control arrives under its preview, and never in the way."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from console.domain.foreseen import BETTER, UNSURE, WORSE, Suggestion
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_foreseen import foreseen, unknown
from widgets import orders
from widgets.models import foreseen as words
from widgets.models.foreseen import basis, whole
from widgets.views.foreseen import COMPUTING, FAILED
from widgets.window import Window

Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda seen: qtbot.waitUntil(lambda: bool(seen()), timeout=20_000)


def offer_off(window: Window, wait: Wait) -> None:
    window.arm(orders.callback(offer=False, everywhere=True))
    wait(lambda: window.preview.command is not None)


def test_it_arrives_later_and_moves_nothing(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    console.weighing.clear()
    offer_off(window, wait)
    panel = window.preview.foreseen
    wait(panel.isVisible)
    assert panel.verdict.text() == COMPUTING and not panel.more.isEnabled()
    assert window.preview.fire_button.isEnabled(), "nobody waits for a forecast"
    shape = window.preview.geometry()
    button = window.preview.fire_button.mapTo(window, QPoint(0, 0))
    console.weighing.set()
    wait(lambda: panel.found is not None)
    assert panel.verdict.text().startswith("● Better: about 900 more resolved (630 to 1")
    assert panel.verdict.property("role") == "good"
    assert panel.columns[0][0].text() == "about 640 fewer given up (450 to 830)"
    assert panel.columns[1][0].text() == "→ email: 310 more open, 43 h more debt"
    assert "queue 15 min, attempts 3 h, debt 9 h" in panel.columns[1][1].text()
    cautions = [label.text() for label in panel.columns[2]]
    assert cautions[0].startswith("◆ email: debt grows") and cautions[2].endswith("and 1 more")
    assert "30 h of data" in panel.basis.text() and "200 draws" in panel.basis.text()
    assert window.preview.geometry() == shape
    assert window.preview.fire_button.mapTo(window, QPoint(0, 0)) == button


def test_enter_does_not_wait_for_it(window: Window, console: FakeConsole, wait: Wait) -> None:
    console.weighing.clear()
    window.arm(orders.callback(offer=True, channel="voice"))
    preview = window.preview
    wait(lambda: preview.fire_button.isEnabled() and time.monotonic() > preview._ready_at)
    preview.fire()
    wait(lambda: console.done)
    wait(lambda: not preview.isVisible())
    console.weighing.set()
    # What comes home afterwards is of nobody's interest.
    wait(lambda: len(console.seen) == 1)
    assert preview.foreseen.found is None and preview.foreseen.isHidden()


def test_an_older_answer_never_shows(
    window: Window, console: FakeConsole, wait: Wait, qtbot: QtBot
) -> None:
    console.weighing.clear()
    console.answer = lambda command: foreseen("x", WORSE if command.offer is False else BETTER)
    window.arm(orders.callback(offer=False, channel="voice"))
    wait(lambda: len(console.seen) == 1)
    window.preview.leave()
    window.arm(orders.callback(offer=True, channel="voice"))
    wait(lambda: window.preview.foreseen.isVisible())
    console.weighing.set()
    wait(lambda: window.preview.foreseen.found is not None)
    assert window.preview.foreseen.verdict.text().startswith("● Better")


def test_a_letter_of_the_message_is_no_new_question(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    window.arm(orders.channel_state("voice", "closed"))
    wait(lambda: window.preview.foreseen.found is not None)
    QTest.keyClicks(window.preview.asked, "later")
    wait(lambda: window.preview.command is not None and window.preview.command.message == "later")
    assert window.preview.foreseen.found is not None and len(console.seen) == 1
    # When it reopens is one.
    QTest.keyClicks(window.preview.also_line, "2 h")
    wait(lambda: len(console.seen) == 2)
    wait(lambda: window.preview.foreseen.found is not None)


def test_cannot_tell_and_not_known_are_said(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    panel = window.preview.foreseen
    console.answer = lambda command: foreseen("x", UNSURE)
    offer_off(window, wait)
    wait(lambda: panel.found is not None)
    assert panel.verdict.text().startswith("≈ Cannot tell: better in 50 of 100")
    assert (
        panel.columns[0][0].text().startswith("≈ ") and "cannot tell" in panel.columns[0][0].text()
    )
    window.preview.leave()
    console.answer = lambda command: unknown()
    offer_off(window, wait)
    wait(lambda: panel.found is not None)
    assert panel.verdict.text() == "– The forecast does not know this control."
    assert not any(label.text() for labels in panel.columns for label in labels)


def test_a_forecast_that_fails_hinders_nothing(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    def fails(command: Any) -> Any:
        raise RuntimeError("no luck")

    console.answer = fails
    offer_off(window, wait)
    wait(lambda: window.preview.foreseen.verdict.text() == FAILED)
    assert window.preview.isVisible() and window.preview.fire_button.isEnabled()
    assert not window.notices.problems()


def test_what_steers_nothing_is_not_asked_about(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    window.arm(orders.answer_report("1"))
    wait(lambda: window.preview.command is not None)
    assert window.preview.foreseen.isHidden() and not console.seen


def test_all_of_it_can_be_read(window: Window, console: FakeConsole, wait: Wait) -> None:
    offer_off(window, wait)
    wait(lambda: window.preview.foreseen.found is not None)
    window.preview.foreseen.more.setFocus()
    QTest.keyClick(window.preview.foreseen.more, Qt.Key.Key_Space)
    wait(lambda: window.findChildren(QDialog))
    (dialog,) = window.findChildren(QDialog)
    text = dialog.findChildren(QPlainTextEdit)[0].toPlainText()
    for part in ("resolved: +900", "its effect still grows", "46 people on shift", "email: 310",
                 "counted as if they stay", "Not in the model"):  # fmt: skip
        assert part in text
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait(lambda: not window.findChildren(QDialog))
    assert window.preview.isVisible()


def test_how_many_are_enough(window: Window, console: FakeConsole, wait: Wait) -> None:
    console.enough = Suggestion(2, "about 230 issues more resolved by 2")
    window.arm_sending(None)
    preview = window.preview
    wait(lambda: preview.enough.text() == "forecast: 2")
    assert "about 230 issues" in preview.enough.toolTip()
    wait(lambda: preview.foreseen.found is not None)
    asked = len(console.seen)
    preview.number.setValue(1)
    wait(lambda: len(console.seen) > asked)
    preview.enough.click()
    assert preview.number.value() == 2
    wait(lambda: preview.foreseen.found is not None)
    preview.leave()
    console.enough = Suggestion(None, "it cannot tell whether sending anybody helps")
    window.arm_sending(None)
    wait(lambda: preview.enough.text() == "forecast: cannot tell")
    assert not preview.enough.isEnabled() and "cannot tell" in preview.enough.toolTip()


def test_each_item_of_a_posture_says_what_it_adds(
    window: Window, console: FakeConsole, wait: Wait
) -> None:
    window.run("operation")
    view = window.posture.view
    wait(lambda: view._adds)
    lines = {line.key: line for line in view.model.rows()}
    assert lines["off"].adds == "● about 900 more resolved" and not lines["calm"].adds
    wait(lambda: view.foretold.text().startswith("● Better"))
    before = len(console.seen)
    view.turn(lines["off"])
    assert view.foretold.text() == COMPUTING
    wait(lambda: len(console.seen) > before and view.foretold.text() != COMPUTING)


def test_what_it_rests_on() -> None:
    found = foreseen()
    assert found.basis is not None
    now = found.basis.at + 20 * 60_000_000
    assert "20 min ago" in basis(found.basis, now)
    assert "just now" in basis(found.basis, found.basis.at)
    assert whole(unknown(), now).endswith("The forecast does not know this control.")
    assert words.paid(found.payoff) == "paid in 30 h" and words.paid(None) == "–"
