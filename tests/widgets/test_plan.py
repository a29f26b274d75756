"""The plan on the screen: compared, changed, sorted by what matters, and armed, never fired."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot

from console.commands import SendAgents
from console.domain.acts import Preview
from console.domain.plans import BEST, CLOSE, HANDLING, MOVE, OFFER_OFF, PLAYBOOK, SEVERAL, Idea
from console.domain.playbooks import COMMAND, Review, ReviewItem
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_foreseen import AT, IDEAS
from widgets.models.plan import NOTHING, PlanLine, indexes, rights
from widgets.views.plan import PlanPanel
from widgets.window import Window

Wait = Callable[[Callable[[], Any]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda seen: qtbot.waitUntil(lambda: bool(seen()), timeout=20_000)


def view_of(window: Window) -> PlanPanel:
    return window.views["plan"]  # type: ignore[return-value]


@pytest.fixture
def view(window: Window, wait: Wait) -> PlanPanel:
    """Planned, with the best that was found."""
    found = view_of(window)
    window.run("plan")
    wait(lambda: found.plan is not None and any(r.idea.key == BEST for r in found.plan.rows))
    return found


def lines(view: PlanPanel) -> list[PlanLine]:
    return sorted(view.all_lines(), key=lambda line: line.place)


def chosen(view: PlanPanel, kind: str) -> Idea:
    line = next(line for line in lines(view) if line.idea is not None and line.idea.kind == kind)
    assert view.table.choose(line.key)
    assert line.idea is not None
    return line.idea


def cell(view: PlanPanel, key: str, column: str) -> str:
    place = next(n for n, c in enumerate(view.model.columns) if c.id == column)
    index = view.model.index(view.model.place_of(key), place)
    return str(index.data() or "")


def test_nothing_is_asked_until_somebody_sees_it(window: Window, console: FakeConsole) -> None:
    window.bridge.renew()
    assert not view_of(window).isVisible() and not console.planned


def test_doing_nothing_stands_first_and_then_what_matters_most(
    view: PlanPanel, console: FakeConsole
) -> None:
    assert console.planned == [None]
    found = lines(view)
    assert found[0].title == NOTHING and found[1].key == BEST
    assert [line.place for line in found] == list(range(len(IDEAS) + 2))
    assert cell(view, "", "open") == "2\u202f100" and cell(view, "", "payoff") == "no, 4 short"
    assert cell(view, BEST, "verdict") == "● better" and cell(view, BEST, "sure") == "100 of 100"
    assert cell(view, BEST, "resolved") == "+900" and cell(view, BEST, "given_up") == "−640"
    assert cell(view, BEST, "debt_h") == "3\u202f000 h (−42 h)"
    assert cell(view, BEST, "moved") == "email +310"
    assert cell(view, BEST, "reaction") == "15 min · 3 h · 9 h"
    assert cell(view, BEST, "caution").endswith("and 3 more")
    shut = next(line for line in found if line.idea and line.idea.kind == CLOSE)
    assert cell(view, shut.key, "verdict") == "▲ worse"
    haste = next(line for line in found if line.idea and line.idea.kind == HANDLING)
    assert cell(view, haste.key, "verdict") == "≈ cannot tell"
    assert cell(view, haste.key, "resolved").startswith("≈ ")
    assert "fewest issues open" in view.told.text() and "from how it stood" in view.told.text()


def test_which_callback_setting_is_right_is_said(view: PlanPanel) -> None:
    assert view.right.text().startswith(
        "◆ callbacks of voice: off is right (it is on now); 0 agent"
    )
    assert view.right.property("role") == "warn"
    assert view.index.text().startswith("resolved in an agent's hour of work: chat 9.1, 60")
    plan = view.plan
    assert plan is not None and rights(plan)[1]
    assert indexes(plan).count(";") == 1


def test_numbers_are_changed_and_computed_anew(
    view: PlanPanel, console: FakeConsole, wait: Wait
) -> None:
    idea = chosen(view, MOVE)
    assert view.number.isEnabled() and view.number.value() == 4 and view.until.isEnabled()
    view.number.setValue(5)
    view.number.setValue(6)
    wait(lambda: len(console.planned) == 2)
    (changed,) = console.planned[1]
    assert changed.number == 6 and changed.key == idea.key
    wait(lambda: any(line.title == "6 agents from email to voice" for line in lines(view)))
    # In the table + and − do it too; it stays selected.
    QTest.keyClick(view.table, Qt.Key.Key_Minus)
    wait(lambda: len(console.planned) == 3)
    assert console.planned[2][0].number == 5
    wait(lambda: view.chosen_idea() is not None and view.chosen_idea().number == 5)  # type: ignore[union-attr]
    view.until.setCurrentIndex(view.until.findData(8.0))
    view.until.activated.emit(view.until.currentIndex())
    wait(lambda: len(console.planned) == 4 and console.planned[3][0].until_h == 8.0)
    chosen(view, CLOSE)
    assert not view.number.isEnabled() and not view.until.isEnabled()


def test_ideas_are_left_out_and_added(view: PlanPanel, console: FakeConsole, wait: Wait) -> None:
    idea = chosen(view, CLOSE)
    QTest.keyClick(view.table, Qt.Key.Key_Delete)
    assert idea.key not in {line.key for line in lines(view)}
    assert view.plan is not None and idea in view.plan.others
    view.others.aboutToShow.emit()
    titles = [action.text() for action in view.others.actions()]
    assert idea.title in titles and "drain chat" in titles
    view.others.actions()[titles.index("drain chat")].trigger()
    wait(lambda: "drain:chat" in {line.key for line in lines(view)})
    # What the person chose is what is compared when they look again.
    view.again.click()
    wait(lambda: len(console.planned) == 3)
    keys = {one.key for one in console.planned[2]}
    assert "drain:chat" in keys and idea.key not in keys and BEST not in keys


def test_each_idea_leads_to_its_ordinary_preview(
    window: Window, view: PlanPanel, console: FakeConsole, wait: Wait
) -> None:
    chosen(view, OFFER_OFF)
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    preview = window.preview
    wait(lambda: preview.command is not None)
    assert preview.command.name == "set_callback" and preview.command.promised == "drain"
    preview.leave()
    chosen(view, CLOSE)
    view.arm.click()
    wait(lambda: preview.command is not None)
    assert preview.command.state == "closed" and preview.fire_button.text().startswith("Arm: ")
    preview.leave()
    # A press of the button fired nothing.
    assert not console.done


def test_who_would_be_sent_is_found_when_it_is_armed(
    window: Window, view: PlanPanel, console: FakeConsole, wait: Wait
) -> None:
    sent: list[Any] = [SendAgents(1, (7,))]
    console.commands_of = lambda idea, board: sent  # type: ignore[attr-defined]
    chosen(view, MOVE)
    view.press_arm()
    wait(lambda: window.preview.command == SendAgents(1, (7,)))
    window.preview.leave()
    sent.clear()
    view.press_arm()
    wait(lambda: "look again" in window.preview.columns[2].text())
    assert not window.preview.fire_button.isEnabled()
    window.preview.leave()


def test_several_are_reviewed_as_an_operation(
    window: Window, view: PlanPanel, console: FakeConsole, wait: Wait
) -> None:
    review = Review("", "Best plan found", 1, AT, (ReviewItem("a", "Plan", COMMAND, "a"),))
    console.review_of = lambda idea, board: review  # type: ignore[attr-defined]
    console.operations.effect = lambda made: Preview("fire 1 control", ("a",))  # type: ignore[attr-defined]
    fired: list[Any] = []
    console.operations.fire = lambda made, why: fired.append(made)  # type: ignore[attr-defined]
    assert chosen(view, SEVERAL).key == BEST
    view.press_arm()
    preview = window.preview
    wait(lambda: preview.command is review)
    assert preview.fire_button.text().startswith("Arm: ▲ Fire: best plan found")
    wait(lambda: preview.foreseen.found is not None)
    wait(lambda: time.monotonic() > preview._ready_at)
    preview.fire()
    assert not fired, "it is armed by the first press"
    preview.leave()


def test_a_whole_playbook_is_looked_at_item_by_item(
    window: Window, view: PlanPanel, wait: Wait
) -> None:
    chosen(view, PLAYBOOK)
    view.press_arm()
    wait(lambda: window.posture.view.review is not None)
    assert window.docks.all["operation"].isVisible()
    assert window.posture.view.choice.currentData() == "storm"


def test_what_has_to_be_said_cannot_be_armed(window: Window, view: PlanPanel) -> None:
    chosen(view, HANDLING)
    assert not view.arm.isEnabled() and "said to people" in view.arm.toolTip()
    view.press_arm()
    assert not window.preview.isVisible()


def test_all_about_a_line_can_be_read_and_copied(
    window: Window, view: PlanPanel, wait: Wait
) -> None:
    chosen(view, SEVERAL)
    QTest.keyClick(view.table, Qt.Key.Key_Space)
    wait(lambda: window.findChildren(QDialog))
    text = window.findChildren(QDialog)[0].findChildren(QPlainTextEdit)[0].toPlainText()
    assert text.startswith("All of:\n  callback offer off") and "Against doing nothing" in text
    window.findChildren(QDialog)[0].close()
    view.table.setFocus()
    window.run("copy")
    assert "best found" in QGuiApplication.clipboard().text()
    view.table.choose("")
    view.open_whole()
    wait(lambda: window.findChildren(QDialog))
    text = window.findChildren(QDialog)[-1].findChildren(QPlainTextEdit)[0].toPlainText()
    assert text.startswith(NOTHING) and "not paid, 4 agents short" in text


def test_a_plan_that_fails_says_so(window: Window, console: FakeConsole, wait: Wait) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError("no luck")

    console.plan = fails  # type: ignore[method-assign]
    view = view_of(window)
    window.run("plan")
    wait(lambda: view.told.text().startswith("▲ the plan could not be made"))
    assert not window.notices.problems()


def test_an_old_plan_says_that_it_is_old(view: PlanPanel, console: FakeConsole) -> None:
    console.now = lambda: AT + 20 * 60_000_000  # type: ignore[method-assign]
    view.load()
    assert view.told.text().startswith("◆ from how it stood") and "20 min ago" in view.told.text()
    assert console.planned == [None], "rows do not move under the eyes of who reads them"
