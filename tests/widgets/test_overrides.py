"""The banner and the list of what stands otherwise than usual, and what a click there asks for."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from console.commands.restore import RestoreAll
from console.commands.set_callback import SetCallback
from console.commands.set_callback_limit import SetCallbackLimit
from console.commands.set_channel import SetChannel
from console.domain.overrides import Displaced, Drift, OverrideRow
from tests.widgets.fake import FakeConsole
from widgets import orders, texts
from widgets.models.overrides import Line, headline, override_model, went_to, wrong
from widgets.window import Window

MINUTE = 60_000_000
NOW = time.time_ns() // 1000
OFFER = OverrideRow(
    "pbx|queue|billing|offer", "callback", "callback offer off, billing", "billing", "pbx",
    "on", "off", NOW - 70 * MINUTE, "ann", (("pbx|queue|billing", "offer"),), state="confirmed",
)  # fmt: skip
CHAT = OverrideRow(
    "|channel|chat|state", "channel", "chat closed", "chat", "", "open", "closed",
    NOW - 60 * MINUTE, "bob", (("|channel|chat", "state"),), until=NOW + 60 * MINUTE, state="sent",
)  # fmt: skip
AGENTS = tuple(
    OverrideRow(
        f"pbx|agent|{name}", "agent", f"{name} in billing, out of support", name, "pbx", "in",
        "out", NOW - 5 * MINUTE, "ann",
        ((f"pbx|agent|billing|{name}", "member"), (f"pbx|agent|support|{name}", "member")),
        state="confirmed",
    )
    for name in ("Berger", "Kaya")
)  # fmt: skip
USUAL = (OFFER, CHAT, *AGENTS)


def clock(at: int | None) -> str:
    return texts.clock(at, seconds=False)


@pytest.fixture
def desk(window: Window, console: FakeConsole, qtbot: QtBot) -> Window:
    console.override(*USUAL)
    qtbot.waitUntil(window.banner.isVisible)
    return window


def fire(qtbot: QtBot, window: Window) -> None:
    preview = window.preview
    qtbot.waitUntil(lambda: preview.command is not None and preview.fire_button.isEnabled())
    for _ in range(2 if preview.order is not None and preview.order.dangerous else 1):
        preview._ready_at = 0.0
        preview.fire()
    qtbot.waitUntil(lambda: not preview.isVisible())


# In words ----------------------------------------------------------------------------------------


def test_the_banner_is_one_line_with_those_alike_in_one_piece() -> None:
    assert headline(USUAL) == (
        "◆ 4 things stand otherwise than usual: "
        f"chat closed since {clock(CHAT.since)} by bob, reopens {clock(CHAT.until)} · "
        f"callback offer off in billing since {clock(OFFER.since)} by ann · "
        f"2 agents moved since {clock(AGENTS[0].since)} by ann"
    )
    assert headline((CHAT,)).startswith("◆ 1 thing stands otherwise than usual: chat closed")
    many = [replace(OFFER, key=str(n), name=f"q{n}", who=f"w{n}") for n in range(7)]
    assert headline(many).endswith(" · and 3 more")


def test_what_needs_somebody_comes_first_with_another_sign() -> None:
    late = replace(CHAT, overdue=True)
    assert wrong(late) == f"chat should have reopened at {clock(CHAT.until)}"
    assert headline((OFFER, late)) == (
        f"▲ 1 of 2 that stand otherwise than usual needs you: ▲ {wrong(late)} · "
        f"callback offer off in billing since {clock(OFFER.since)} by ann"
    )
    drifted = replace(OFFER, drift=Drift("pbx", "on", NOW, "bob"))
    assert wrong(drifted) == (
        f"callback offer off, billing: changed at pbx at {clock(NOW)} by bob, on there"
    )
    refused = replace(OFFER, state="refused", words="no such queue")
    assert wrong(refused) == (
        "callback offer off, billing: refused by the platform (“no such queue”)"
    )
    assert wrong(replace(OFFER, state="unconfirmed")).endswith("no answer from the platform")
    assert not wrong(OFFER)


def test_where_customers_went_is_said_as_far_as_it_is_known() -> None:
    found = Displaced("chat", NOW, NOW, 240, (("voice", 31, 5), ("email", 4, 6)), 12)
    assert went_to(found) == (
        "since then, of its 240 customers came: 31 by voice (before: 5), 4 by email (before: 6); "
        "12 of its contacts without a known customer"
    )
    assert "unknown" in went_to(replace(found, customers=None))
    assert went_to(replace(found, came=(), keyless=0)) == (
        "since then, of its 240 customers nobody came elsewhere"
    )
    assert went_to(None) == ""


def test_each_row_says_since_when_by_whom_until_when_and_how_it_stands() -> None:
    model = override_model()
    model.show_rows([Line(OFFER), Line(replace(CHAT, overdue=True))])
    cells = {
        column.id: [model.index(row, n).data() for row in range(2)]
        for n, column in enumerate(model.columns)
    }
    assert cells["what"] == ["callback offer off, billing", "chat closed"]
    assert cells["who"] == ["ann", "bob"]
    assert cells["until"] == ["reverted", f"due since {clock(CHAT.until)}"]
    assert cells["state"] == ["● confirmed", "◐ sent"]
    assert cells["more"][1] == f"should have reopened at {clock(CHAT.until)}"
    tip = model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "usually on" in tip and "by ann" in tip


# On the screen -----------------------------------------------------------------------------------


def test_the_banner_is_there_only_while_something_stands_otherwise(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    assert not window.banner.isVisible()
    console.override(*USUAL)
    qtbot.waitUntil(window.banner.isVisible)
    assert window.banner.words.text() == headline(USUAL)
    assert window.banner.words.textFormat() == Qt.TextFormat.PlainText
    assert not window.banner.open.isVisible()
    assert window.banner.property("tone") == "warn"
    console.override(replace(CHAT, overdue=True))
    qtbot.waitUntil(window.banner.open.isVisible)
    assert window.banner.property("tone") == "bad"
    window.banner.revert.setFocus()
    console.override()
    qtbot.waitUntil(lambda: not window.banner.isVisible())
    # Not to the line of reports, which is next: letters and Ctrl+Z would go there.
    assert window.queues.table.hasFocus()


def test_a_channel_that_should_have_reopened_is_opened_from_the_banner(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.override(replace(CHAT, overdue=True))
    qtbot.waitUntil(window.banner.open.isVisible)
    assert window.banner.open.text() == "Open chat"
    qtbot.mouseClick(window.banner.open, Qt.MouseButton.LeftButton)
    fire(qtbot, window)
    qtbot.waitUntil(lambda: console.done == [SetChannel("chat", "open")])


def test_all_of_it_is_armed_then_reverted_in_one_act(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    desk.refresh_actions()
    assert desk.qt_actions["restore_all"].isEnabled()
    desk.run("restore_all")
    preview = desk.preview
    qtbot.waitUntil(lambda: preview.fire_button.text() == "Arm: Revert 4 things · Enter")
    fire(qtbot, desk)
    subjects = tuple(part for row in USUAL for part in row.parts)
    qtbot.waitUntil(lambda: console.done == [RestoreAll(subjects)])


def test_one_row_is_reverted_by_its_own_knob(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    qtbot.mouseClick(desk.banner.all, Qt.MouseButton.LeftButton)
    listed = desk.overriding.listed
    qtbot.waitUntil(lambda: listed.model.rowCount() == 4)
    table = listed.table
    place = table.rows.place_of(AGENTS[0].key)
    table.scrollTo(table.rows.index(place, 0))
    ((_, rect),) = table.knob_rects(place)
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.center()))
    fire(qtbot, desk)
    qtbot.waitUntil(lambda: console.done == [RestoreAll(AGENTS[0].parts)])


def test_selected_rows_are_reverted_together(
    desk: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    desk.run("overrides")
    listed = desk.overriding.listed
    qtbot.waitUntil(lambda: listed.model.rowCount() == 4)
    listed.table.choose(CHAT.key)
    desk.run("restore")
    fire(qtbot, desk)
    qtbot.waitUntil(lambda: console.done == [RestoreAll(CHAT.parts)])


def test_where_customers_went_comes_to_the_row_when_it_is_known(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.went["chat"] = Displaced("chat", NOW, NOW, 240, (("voice", 31, 5),), 0)
    console.override(CHAT, OFFER)
    window.run("overrides")
    model = window.overriding.listed.model
    more = next(n for n, column in enumerate(model.columns) if column.id == "more")

    def cell() -> str:
        place = model.place_of(CHAT.key)
        return "" if place is None or place < 0 else str(model.index(place, more).data())

    qtbot.waitUntil(lambda: "31 by voice" in cell())


# What is asked before something is turned off ----------------------------------------------------


def test_those_promised_a_call_are_asked_about_when_the_offer_goes_off(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    row = replace(window.queues.model.row_of(1), promises=57, callback_dial=True)
    window.arm(orders.callback([row], offer=False))
    preview = window.preview
    qtbot.waitUntil(lambda: preview.command is not None)
    assert preview.also_choice.isVisible() and not preview.asked.isVisible()
    assert preview.command == SetCallback(offer=False, queue_ids=(1,), promised="drain")
    choice = preview.also_choice
    choice.setCurrentIndex(choice.findData("keep"))
    choice.activated.emit(choice.currentIndex())
    kept = SetCallback(offer=False, dial=False, queue_ids=(1,), promised="keep")
    qtbot.waitUntil(lambda: preview.command == kept)
    choice.setCurrentIndex(choice.findData("release"))
    choice.activated.emit(choice.currentIndex())
    qtbot.waitUntil(preview.asked.isVisible)
    qtbot.keyClicks(preview.asked, "Sorry.")
    released = SetCallback(offer=False, queue_ids=(1,), promised="release", message="Sorry.")
    qtbot.waitUntil(lambda: preview.command == released)
    fire(qtbot, window)
    assert console.done == [released]


def test_nothing_is_asked_where_nobody_was_promised_a_call(window: Window) -> None:
    row = replace(window.queues.model.row_of(1), promises=0)
    assert orders.callback([row], offer=False).also is None
    assert orders.callback([row], offer=True).also is None
    unknown = orders.callback([replace(row, promises=None)], offer=False).also
    assert unknown is not None and unknown.answer == ""


def test_a_channel_is_closed_with_what_is_told_and_when_it_reopens(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    window.arm(orders.channel_state("chat", "closed"))
    preview = window.preview
    qtbot.waitUntil(preview.also_line.isVisible)
    qtbot.keyClicks(preview.asked, "Back at three.")
    tall = preview.height()
    qtbot.keyClick(preview.asked, Qt.Key.Key_Tab)
    assert preview.also_line.hasFocus()
    qtbot.keyClicks(preview.also_line, "15")
    qtbot.waitUntil(lambda: "is no time" in preview.columns[2].text())
    assert not preview.fire_button.isEnabled()
    qtbot.keyClicks(preview.also_line, ":00")
    qtbot.waitUntil(lambda: preview.command is not None)
    assert preview.height() >= tall
    fire(qtbot, window)
    (command,) = console.done
    assert (command.channel, command.state, command.message) == ("chat", "closed", "Back at three.")
    assert time.localtime(command.reopens_at / 1_000_000)[3:5] == (15, 0)
    # The next order asks nothing of the kind.
    window.arm(orders.channel_state("chat", "open"))
    assert not preview.also.isVisible() and not preview.asked.isVisible()


@pytest.mark.parametrize(
    ("words", "after"),
    [("90 min", 5400), ("+90", 5400), ("2 h", 7200), ("1 h 30", 5400), ("2h", 7200)],
)
def test_a_time_to_reopen_is_so_long_from_now(words: str, after: int) -> None:
    assert orders.reopening(words, 1_700_000_000.0) == (1_700_000_000 + after) * 1_000_000


def test_a_time_to_reopen_is_the_next_time_the_clock_shows_it() -> None:
    noon = time.mktime((2026, 1, 5, 12, 0, 0, 0, 0, -1))
    assert orders.reopening("15:00", noon) == round(noon + 3 * 3600) * 1_000_000
    assert orders.reopening("9.30", noon) == round(noon + 21.5 * 3600) * 1_000_000
    day = orders.reopening("2026-01-07 08:00", noon)
    assert day == round(time.mktime((2026, 1, 7, 8, 0, 0, 0, 0, -1))) * 1_000_000
    assert orders.reopening("", noon) is None


@pytest.mark.parametrize("words", ["15", "25:00", "soon", "2026-02-30 08:00", "h"])
def test_what_is_no_time_is_said_to_be_none(words: str) -> None:
    with pytest.raises(orders.Unclear, match="no time"):
        orders.reopening(words, 1_700_000_000.0)


def test_a_limit_is_a_number_or_none(window: Window) -> None:
    order = orders.callback_limit(replace(window.queues.model.row_of(2), callback_off_from=40))
    assert order.answer == "40"
    assert order.make("20") == SetCallbackLimit(20, (2,))
    assert order.make("") == SetCallbackLimit(None, (2,))
    with pytest.raises(orders.Unclear):
        order.make("many")
