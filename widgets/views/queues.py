"""Channels and queues: what waits where, how it is served, and the controls in each row."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from console.domain.board import Board, QueueRow
from widgets import marks, texts
from widgets.bridge import Bridge
from widgets.models.queues import limit_words, promise_words, queue_model, switch, waiting_words
from widgets.views.ink import Knob
from widgets.views.panel import Panel
from widgets.views.table import REFERENCE

#: Left free before words are spelled out.
SPARE = 40
#: What the state of a queue's last command adds to its button, until it is confirmed.
UNDER_WAY = ("pending", "sending", "sent", "refused", "unconfirmed")


class Queues(Panel):
    name = "queues"
    title = "Channels and queues"
    urgent_pressed = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, queue_model(), parent)
        self.table.empty_words = "no queue known yet: read an export (Ctrl+Shift+O)"
        self.table.knobs = self.knobs_of
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.group = QPushButton("by channel")
        self.group.setCheckable(True)
        self.group.setAccessibleName("Group the queues by channel")
        self.group.toggled.connect(self.model.set_grouped)
        self.tools.addWidget(self.summary, 1)
        self.tools.addWidget(self.group)
        self.spelled = False  # room for whole words on the switches
        self._widths: dict[str, int] = {}
        self.measure()
        self.table.sort_by(next(n for n, c in enumerate(self.model.columns) if c.id == "waiting"))

    def measure(self) -> None:
        """Room for the longest words of each button, in the face in use."""
        wide = QFontMetrics(self.table.font()).horizontalAdvance
        columns = list(enumerate(self.model.columns))
        place = next(n for n, c in columns if c.kind == "controls")
        others = [c.width for n, c in columns if n != place and not self.table.isColumnHidden(n)]
        room = self.width() - sum(others) * wide("0123456789") / REFERENCE
        for self.spelled in (True, False):
            longest = "unknown" if self.spelled else "off"
            self._widths = {
                "offer": wide(f"{self._name('offer')}{longest} ◌") + 6,
                "dial": wide(f"{self._name('dial')}{longest} ◌") + 6,
                "state": wide("draining ▾") + 6,
                "send": wide("send →") + 10,
            }
            self.table.widths[place] = sum(self._widths.values()) + 22
            if self.table.widths[place] + SPARE < room:
                break

    def _name(self, knob: str) -> str:
        """What a switch is called, with as many words as there is room for."""
        if self.spelled:
            return {"offer": "callback offer: ", "dial": "dialling: "}[knob]
        return f"{knob} "

    def resizeEvent(self, event: QResizeEvent) -> None:
        before = self.spelled
        self.measure()
        super().resizeEvent(event)
        if before != self.spelled:
            self.table.fit()
            self.table.viewport().update()

    def rows_of(self, board: Board) -> Sequence[QueueRow]:
        return board.queues

    def show_board(self, board: Board, prepared: Any) -> None:
        super().show_board(board, prepared)
        wrong = sum(1 for channel in board.channels if channel.state != "open")
        words = f"{texts.plural(len(board.queues), 'queue')}"
        if used := sum(1 for channel in board.channels if channel.queues):
            words += f" on {texts.plural(used, 'channel')}"
        if wrong:
            words += f", ◆ {wrong} not open"
        if self.summary.text() != words:
            self.summary.setText(words)

    def knobs_of(self, row: QueueRow) -> tuple[Knob, ...]:
        """The controls of one queue; the words say how it stands, the hover what a press does."""
        states = dict(row.controls)
        offer, dial = states.get("callback_offer", ""), states.get("callback_dial", "")
        channel = states.get("channel_state", "")
        waits = f"{waiting_words(row)} wait there now"
        promised = (
            "promises outstanding: unknown, this source does not say"
            if row.promises is None
            else f"{texts.plural(row.promises, 'promise')} outstanding"
        )
        if aged := promise_words(row, self.bridge.board):
            promised += f", {aged}"
        if limit := limit_words(row):
            promised += f"\n{limit}"
        return (
            Knob(
                "offer",
                self._name("offer")
                + self._stands(marks.stands(row, "callback_offer"))
                + self._sign(offer),
                self._widths["offer"],
                on=marks.stands(row, "callback_offer") is not False,
                tip=self._tip("Callback offer", row, "callback_offer", promised, "Ctrl+O"),
            ),
            Knob(
                "dial",
                self._name("dial")
                + self._stands(marks.stands(row, "callback_dial"))
                + self._sign(dial),
                self._widths["dial"],
                on=marks.stands(row, "callback_dial") is not False,
                tip=self._tip("Callback dialling", row, "callback_dial", promised, "Ctrl+D"),
            ),
            Knob(
                "state",
                f"{row.channel_state}{self._sign(channel) or ' ▾'}",
                self._widths["state"],
                on=row.channel_state == "open",
                tip=f"Channel {row.channel}: {row.channel_state}"
                + (f" ({marks.order(channel)})" if channel else "")
                + f"\n{waits}\nopen Ctrl+1, drain Ctrl+2, close Ctrl+3",
            ),
            Knob(
                "send",
                "send →",
                self._widths["send"],
                tip=f"Send the best agents to {row.queue}\n{waits}, {row.available} free\n"
                "shows first who goes and what it costs (Ctrl+Shift+Return)",
            ),
        )

    def _stands(self, on: bool | None) -> str:
        return "unknown" if on is None and self.spelled else switch(on)

    def _sign(self, state: str) -> str:
        return f" {marks.ORDERS[state][0]}" if state in UNDER_WAY and state in marks.ORDERS else ""

    def _tip(self, what: str, row: QueueRow, control: str, promised: str, key: str) -> str:
        on, state = marks.stands(row, control), dict(row.controls).get(control, "")
        lines = [f"{what}: {switch(on)}"]
        if on is None and state == "refused":
            asked = switch(getattr(row, control))
            lines = [f"{what}: unknown", f"the platform refused to turn it {asked}"]
        elif on is None:
            lines = [f"{what}: unknown", "no export says so, and nothing switched here stands"]
        if state:
            lines.append(f"last command: {marks.order(state)}")
        lines.append(promised)
        lines.append(f"press to turn it {'on' if on is False else 'off'} ({key})")
        return "\n".join(lines)
