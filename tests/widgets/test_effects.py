"""The dock of the effects and the strips in the detail: what they show, and when they ask."""

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from console.domain.board import LogItem, LogRow
from console.domain.effects import Effect, EffectList
from console.errors import StoreError
from tests.widgets.fake import FakeConsole
from tests.widgets.fake_effects import make_effects
from widgets import theme
from widgets.desktop import Desktop
from widgets.models.effects import MINUTE, EffectRow, effect_model, verdict_words
from widgets.plots.strips import draw_strip
from widgets.views.detail import Subject
from widgets.views.effects import ASKED, EMPTY
from widgets.window import Window

NOW = 10**15


@pytest.fixture
def desk(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    """A window on a busy hour, the effects in front."""
    console.effect_rows = make_effects(console.now())
    console.entries = [
        LogRow("intervention", "5", console.now() - 64 * MINUTE, "lead",
               "send Berger, Díaz, Kaya to support", "confirmed",
               items=(LogItem("add Kaya to support", "confirmed"),)),
        LogRow("report", "5", console.now(), "lead", "headset crackles", "open"),
    ]  # fmt: skip
    window = desktops(console).window
    window.docks.bring("effects")
    qtbot.waitUntil(lambda: window.effects.model.rowCount() == len(console.effect_rows))
    return window


def texts_of(window: Window, column: str) -> list[str]:
    model = window.effects.model
    place = next(n for n, c in enumerate(model.columns) if c.id == column)
    return [model.index(row, place).data() for row in range(model.rowCount())]


# --- the model


def test_it_is_a_proper_model(qtmodeltester: object) -> None:
    model = effect_model()
    model.show_rows([EffectRow(effect, NOW) for effect in make_effects(NOW)])
    for column in range(len(model.columns)):
        model.sort(column, Qt.SortOrder.DescendingOrder)
    qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_every_number_says_what_it_is_over_which_window(qtbot: object) -> None:
    model = effect_model()
    model.show_rows([EffectRow(effect, NOW) for effect in make_effects(NOW)])
    for place, column in enumerate(model.columns):
        assert column.about, column.id
        if not column.right:
            continue
        for row in range(model.rowCount()):
            tip = model.index(row, place).data(Qt.ItemDataRole.ToolTipRole)
            assert " min): " in tip and "Interval: " in tip
            if model.index(row, place).data() == "–":
                assert "unknown: " in tip


def test_a_window_that_is_not_over_says_when_it_will_be(desk: Window) -> None:
    assert texts_of(desk, "after_15")[0] == "in 7 min"
    assert texts_of(desk, "after_60")[0] == "in 52 min"
    assert texts_of(desk, "before")[0] == "9.0"


def test_verdicts_are_words_with_a_sign_each(desk: Window) -> None:
    found = texts_of(desk, "verdict")
    assert found == [
        "◌ too early (!)", "● better (!)", "◆ worse, as expected", "● better (!)", "● better",
        "≈ cannot tell", "≈ cannot tell ↶ (!)", "unknown (!)", "○ not carried out",
    ]  # fmt: skip
    bad = replace(desk.effects.model.row_at(2).effect, notes=())
    assert verdict_words(replace(bad, aim=replace(bad.aim, cost=False))) == "▲ worse"


def test_the_aims_of_an_act_stay_in_their_order(desk: Window) -> None:
    rows = [desk.effects.model.row_at(n).effect for n in range(9)]
    assert [(row.journal_id, row.number) for row in rows] == [
        (7, 0), (6, 0), (6, 1), (5, 0), (5, 1), (5, 2), (4, 0), (3, 0), (2, 0)]  # fmt: skip


# --- the dock


def test_it_asks_only_while_it_is_seen_and_tells_only_what_changed(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    view = desk.effects
    with qtbot.waitSignal(view.loaded):
        console.effect_rows = [replace(row, notes=("one more",)) for row in console.effect_rows]
        view.load()
    told: list[None] = []
    view.loaded.connect(lambda: told.append(None))
    asked = console.asked_effects
    view.load()
    qtbot.waitUntil(lambda: console.asked_effects == asked + 1)
    desk.docks.bring("log")
    qtbot.waitUntil(lambda: not view.is_seen())
    asked = console.asked_effects
    view.load()
    assert console.asked_effects == asked
    # Nothing new within the minute, so nothing was taken over; a turn of the minute is news.
    assert len(told) <= 1


def test_a_look_that_takes_long_is_not_overtaken(
    desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot
) -> None:
    gate, looks = threading.Event(), 0
    whole = console.effects

    def slow(hours: float = 24, known: object = None) -> EffectList | None:
        nonlocal looks
        looks += 1
        gate.wait(10)
        return whole(hours, known)

    console.effects = slow  # type: ignore[method-assign]
    window = desktops(console).window
    view = window.effects
    window.docks.bring("effects")
    qtbot.waitUntil(lambda: looks == 1)
    assert view.table.empty_words == ASKED
    for _ in range(3):
        view.load()
    assert looks == 1
    gate.set()
    qtbot.waitUntil(lambda: view.table.empty_words == EMPTY)
    qtbot.waitUntil(lambda: looks >= 2)


def test_a_look_that_fails_is_told_and_tried_again(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    whole = console.effects

    def broken(hours: float = 24, known: object = None) -> EffectList | None:
        raise StoreError("The database is busy.")

    console.effects = broken  # type: ignore[method-assign]
    with qtbot.waitSignal(desk.bridge.failed):
        desk.effects.load()
    console.effects = whole  # type: ignore[method-assign]
    asked = console.asked_effects
    desk.effects.load()
    qtbot.waitUntil(lambda: console.asked_effects > asked)


def test_rows_can_be_copied_as_a_table(desk: Window, qtbot: QtBot) -> None:
    desk.effects.table.setFocus()
    desk.effects.table.selectAll()
    qtbot.waitUntil(lambda: desk._panel is desk.effects)
    desk.do_copy()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert len(lines) == 10
    assert lines[0].split("\t")[2:7] == ["aim", "before", "15 min", "30 min", "60 min"]
    assert "↓ contacts in queue, support\t14\t12\t7.3\t3.4" in lines[4]


def test_what_others_wrote_is_no_markup(desk: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _of: shown.append(words))
    table = desk.effects.table
    spot = table.visualRect(desk.effects.model.index(0, 1)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, table.viewport().mapToGlobal(spot))
    QApplication.sendEvent(table.viewport(), event)
    assert len(shown) == 1 and "&lt;b&gt;into&lt;/b&gt;" in shown[0]


# --- the strips


def painted(effect: Effect, *, words: bool = False) -> QImage:
    image = QImage(240, 90 if words else 20, QImage.Format.Format_RGB32)
    image.fill(theme.color("panel"))
    painter = QPainter(image)
    box = QRect(0, 0, image.width(), image.height())
    draw_strip(painter, box, EffectRow(effect, NOW), words=words)
    painter.end()
    return image


@pytest.mark.parametrize("words", [False, True])
def test_every_effect_can_be_drawn(qapp: object, words: bool) -> None:
    images = [painted(effect, words=words) for effect in make_effects(NOW)]
    assert all(
        any(
            image.pixelColor(x, y) != theme.color("panel")
            for x in range(240)
            for y in range(image.height())
        )
        for image in images
    )


def test_before_is_hollow_and_after_is_full(qapp: object) -> None:
    effect = next(e for e in make_effects(NOW) if e.verdict == "better" and e.journal_id == 5)
    image = painted(effect)
    panel, full = theme.color("panel"), theme.color("spark")
    # A third of the strip is before the act, the last third its minutes 30 to 60.
    assert image.pixelColor(40, 12) == panel
    assert image.pixelColor(40, 18) != full
    assert image.pixelColor(200, 17) == full


def test_the_detail_of_an_act_shows_its_strips(
    desk: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _of: shown.append(words))
    detail = desk.detail
    desk.open_detail(desk.effects.model.row_of((5, 0)))
    qtbot.waitUntil(lambda: len(detail.strips.strips()) == 3)
    assert detail.strips.isVisible()
    assert [step.what for step in detail.model.rows()][1:] == ["● confirmed: add Kaya to support"]
    assert detail.strips.strips()[0].accessibleName().startswith("↓ contacts in queue, support: ●")
    strip = detail.strips.strips()[0]
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), strip.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(strip, event)
    assert "Interval: the wider of Welch" in shown[0]
    # A report has the same key, and no effects.
    detail.show_subject(Subject("log", "headset crackles", 0, ("report", "5")))
    qtbot.waitUntil(lambda: not detail.strips.isVisible() and detail.model.rowCount() == 1)
