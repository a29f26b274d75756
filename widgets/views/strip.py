"""The strip at the top: time, what waits, how it is served, what is wrong, how old it is."""

import time
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.acts import Progress
from console.domain.board import Board, SourceRow
from console.domain.debt import DebtGauge
from widgets import definitions, marks, texts
from widgets.views.debt_chip import DebtChip
from widgets.views.operation_clock import OperationClock

#: Agents by group: (words, the states that belong to it, figure whose definition is shown).
GROUPS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("free", ("available",), "available"),
    ("on contact", ("on contact", "on_contact", "ringing"), "on_contact"),
    ("wrap-up", ("wrap-up", "wrap_up"), "wrap_up"),
)
#: Between figures, where there is room and where there is not.
WIDE, TIGHT = 16, 9
AWAY = ("offline", "unknown")


def dress(label: QLabel, name: str, value: str) -> None:
    """Set a property that the sheet looks at, only when it changes."""
    if label.property(name) != value:
        label.setProperty(name, value)
        label.style().unpolish(label)
        label.style().polish(label)


class Figure(QWidget):
    """A number with its name below."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = QLabel(texts.UNKNOWN)
        self.title = QLabel(title)
        self.title.setProperty("role", "muted")
        face = self.number.font()
        face.setPointSizeF(face.pointSizeF() * 1.5)
        face.setBold(True)
        self.number.setFont(face)
        small = self.title.font()
        small.setPointSizeF(small.pointSizeF() * 0.88)
        self.title.setFont(small)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addWidget(self.number)
        lines.addWidget(self.title)
        self.name = title

    def show_value(self, value: str, tip: str, tone: str = "", title: str = "") -> None:
        sign = {"bad": "▲ ", "warn": "◆ "}.get(tone, "")
        if self.number.text() != sign + value:
            self.number.setText(sign + value)
            self.setAccessibleName(f"{self.name}: {value}")
        if title and self.title.text() != title:
            self.title.setText(title)
        dress(self.number, "tone", tone)
        self.setToolTip(tip)


class Strip(QFrame):
    cancelled = Signal()
    problems_opened = Signal()
    alarms_opened = Signal()
    urgent_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.setAccessibleName("Top strip")
        self.board: Board | None = None
        self.stale_s = 60
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 10, 3)
        row.setSpacing(WIDE)
        self.row = row
        self.clock = Figure("")
        self.clock.number.setMinimumWidth(
            self.clock.number.fontMetrics().horizontalAdvance("00:00:00")
        )
        self.waiting = Figure("waiting")
        self.oldest = Figure("oldest")
        self.service = Figure("SL")
        self.abandon = Figure("abandoned")
        self.asa = Figure("ASA")
        self.aht = Figure("AHT · res")
        self.agents = {words: Figure(words) for words, _, _ in GROUPS}
        self.agents["paused"] = Figure("paused")
        self.agents["staffed"] = Figure("staffed")
        row.addWidget(self.clock)
        self.operation = OperationClock()
        row.addWidget(self.operation)
        self.debt = DebtChip()
        row.addWidget(self.debt)
        row.addWidget(self._rule())
        for figure in (self.waiting, self.oldest, self.service, self.abandon, self.asa, self.aht):
            row.addWidget(figure)
        row.addWidget(self._rule())
        for figure in self.agents.values():
            row.addWidget(figure)
        row.addStretch(1)
        self.reading = QWidget()
        bar = QHBoxLayout(self.reading)
        bar.setContentsMargins(0, 0, 0, 0)
        self.reading_words = QLabel()
        self.reading_bar = QProgressBar()
        self.reading_bar.setFixedWidth(90)
        self.reading_bar.setAccessibleName("Progress of reading")
        self.cancel = QPushButton("Cancel")
        self.cancel.setAccessibleName("Cancel reading")
        self.cancel.clicked.connect(self.cancelled)
        for each in (self.reading_words, self.reading_bar, self.cancel):
            bar.addWidget(each)
        self.reading.hide()
        row.addWidget(self.reading)
        self.rehearsal = QLabel()
        self.rehearsal.setProperty("role", "rehearsal")
        self.rehearsal.hide()
        row.addWidget(self.rehearsal)
        self._calls = {"alarm": 0, "problem": 0}
        self.problems = QPushButton()
        self.problems.clicked.connect(
            lambda: (self.alarms_opened if self._calls["alarm"] else self.problems_opened).emit()
        )
        self.problems.hide()
        row.addWidget(self.problems)
        self.sources = QVBoxLayout()
        self.sources.setSpacing(0)
        self.source_labels = [QLabel() for _ in range(3)]
        for label in self.source_labels:
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.hide()
            self.sources.addWidget(label)
        row.addLayout(self.sources)

    def _rule(self) -> QFrame:
        rule = QFrame()
        rule.setFrameShape(QFrame.Shape.VLine)
        rule.setFixedHeight(30)
        return rule

    # Room ----------------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Narrow windows show fewer figures; the strip does not hold them open."""
        return QSize(420, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Leave out what matters least until the rest fits; the board has these figures too."""
        spare = (
            self.agents["wrap-up"], self.asa, self.agents["paused"], self.aht,
            self.agents["on contact"], self.abandon, self.agents["staffed"],
        )  # fmt: skip
        left_out = 0
        while True:
            for place, figure in enumerate(spare):
                hidden = place < left_out
                if figure.isHidden() != hidden:
                    figure.setVisible(not hidden)
            needed = self.row.sizeHint().width()
            gaps = self.row.count() * (self.row.spacing() - TIGHT)
            if needed - gaps <= self.width() or left_out == len(spare):
                break
            left_out += 1
        self.row.setSpacing(WIDE if needed - gaps + self.row.count() * (WIDE - TIGHT)
                            <= self.width() else TIGHT)  # fmt: skip

    # The board -----------------------------------------------------------------------------------

    def wants_board(self) -> bool:
        return True

    def compare_board(self, board: Board) -> None:
        return None

    def show_board(self, board: Board, prepared: Any = None) -> None:
        self.board = board
        totals = board.totals
        explain = definitions.explain
        if not board.sources:
            for figure in (self.waiting, self.oldest, *self.agents.values()):
                figure.show_value(texts.UNKNOWN, f"{figure.name}: unknown, no source is read yet")
            return
        self.waiting.show_value(
            texts.count(board.known_waiting),
            explain("waiting", texts.count(board.known_waiting), board),
        )
        if totals is not None:
            for widget, figure, shown in (
                (self.service, "service_level", texts.percent(totals.service_level)),
                (self.abandon, "abandon_rate", texts.percent(totals.abandon_rate)),
                (self.asa, "asa_s", texts.duration(totals.asa_s)),
                (self.aht, "aht_s", texts.handling(totals.aht_s, totals.resolution)),
            ):
                limit = totals.service_level_s
                within = "SL in time" if limit is None else f"SL in {limit} s"
                title = within if figure == "service_level" else ""
                tip = explain(figure, shown, board, "", totals)
                widget.show_value(shown, tip, "", title)
        counts = {word.replace("_", " "): number for word, number in board.states}
        seen = 0
        for words, states, figure in GROUPS:
            number = sum(counts.get(s, 0) for s in states if "_" not in s)
            seen += number
            self.agents[words].show_value(str(number), explain(figure, str(number), board))
        staffed = sum(n for word, n in counts.items() if word not in AWAY)
        away = ", ".join(f"{n} {word}" for word, n in counts.items() if n)
        self.agents["paused"].show_value(
            str(staffed - seen), explain("paused", str(staffed - seen), board, "", None, away)
        )
        self.agents["staffed"].show_value(
            str(staffed), explain("staffed", str(staffed), board, "", None, away)
        )
        self.tick(board.at)  # a replay, or a rehearsal, has its own present

    def tick(self, now: int) -> None:
        """A second has passed: clock, oldest wait and the ages of the sources go on."""
        self.clock.number.setText(time.strftime("%H:%M:%S", time.localtime(now / 1_000_000)))
        self.clock.title.setText(time.strftime("%a %d %b", time.localtime(now / 1_000_000)))
        self.operation.tick()
        board = self.board
        if board is None or not board.sources:
            return
        oldest = texts.since(board.oldest_at, max(now, board.oldest_at or 0))
        tones = [
            marks.wait_tone(row.oldest_at, now, marks.expected_of(row, board))
            for row in board.queues
            if row.oldest_at is not None
        ]
        self.oldest.show_value(
            oldest, definitions.explain("oldest", oldest, board), marks.worst(*tones)
        )
        self._show_sources(board.sources, now)
        self.fit()

    def _show_sources(self, sources: tuple[SourceRow, ...], now: int) -> None:
        # Trouble first, then the oldest news; of many the rest is counted.
        ordered = sorted(
            sources, key=lambda s: (marks.source_state(s, now, self.stale_s)[2], s.last_at or 0)
        )
        for place, label in enumerate(self.source_labels):
            if place >= len(ordered):
                label.hide()
                continue
            source = ordered[place]
            stale = marks.is_stale(source, now, self.stale_s)
            words = f"{source.source} {texts.age(source.last_at, now)}"
            if source.paused:
                words = f"‖ {source.source} paused"
            elif not source.followed:
                words = f"○ {words}" if self.rehearsal.text() else f"○ {words}, not followed"
            elif source.line in ("down", "refused"):
                words = f"▲ {words}, line {source.line}"
            elif source.last_at is None:
                words = f"◪ {source.source} no news yet"
            elif stale:
                words = f"◪ {words} old, stale"
            if place == len(self.source_labels) - 1 and len(ordered) > place + 1:
                words += f", {len(ordered) - place - 1} more"
            if label.text() != words:
                label.setText(words)
            cut = source.line in ("down", "refused")
            dress(label, "role", "warn" if stale or cut else "muted")
            label.setToolTip(
                f"{source.source} ({source.format})\nnewest line of its own data "
                f"{texts.clock(source.last_at)}\nread here {texts.clock(source.read_at)}\n"
                f"{texts.count(source.lines)} lines in {texts.plural(source.files, 'file')}"
                f"\n{marks.stale_rule(source, self.stale_s)}"
                + (f"\nline {source.line}: {source.line_words}" if source.line else "")
            )
            label.show()

    def show_progress(self, progress: Progress | None) -> None:
        if progress is None or (progress.total and progress.done >= progress.total):
            self.reading.hide()
            return
        name = progress.path.replace("\\", "/").rsplit("/", 1)[-1]
        what = "lines" if progress.verb == "reading" else "records"
        self.reading_words.setText(f"{progress.verb} {name}, {texts.count(progress.lines)} {what}")
        self.reading_bar.setRange(0, 100 if progress.total else 0)
        if progress.total:
            self.reading_bar.setValue(int(100 * progress.done / progress.total))
        if self.reading.isHidden():
            self.reading.show()
            self.fit()

    def show_rehearsal(self, words: str) -> None:
        """A past log is played, or a centre rehearsed: nobody may take it for what happens now."""
        self.rehearsal.setText(f"{words}\nnot live")
        self.rehearsal.setToolTip(f"{words}: no caller on this screen is real.")
        self.rehearsal.setAccessibleName(f"{words}, not live")
        self.rehearsal.show()
        self.fit()

    def show_debt(self, gauge: DebtGauge) -> None:
        if self.debt.show_gauge(gauge):
            self.fit()

    def show_payoff(self, words: str, tip: str) -> None:
        """When the debt is paid, by the forecast."""
        self.debt.show_payoff(words, tip)

    def show_problems(self, number: int) -> None:
        """What went wrong in the program or at a platform, and nobody has read."""
        self._calls["problem"] = number
        self._show_calls()

    def show_alarms(self, number: int) -> None:
        """Alarms that nobody sees to."""
        self._calls["alarm"] = number
        self._show_calls()

    def _show_calls(self) -> None:
        """One sign for all that waits for somebody: two of them would only be told apart by who
        knows the program. It leads to the alarms, and to the notices where there is no alarm."""
        told = [texts.plural(number, what) for what, number in self._calls.items() if number]
        words = f"▲ {', '.join(told)}"
        alarms = self._calls["alarm"] > 0
        self.problems.setText(words)
        says = "nobody sees to it yet" if alarms else "not acknowledged"
        self.problems.setAccessibleName(f"{words}, {says}; press to read")
        self.problems.setToolTip(f"{words}: {says}" + (" (F9)" if alarms else ""))
        self.problems.setVisible(bool(told))
        self.fit()
