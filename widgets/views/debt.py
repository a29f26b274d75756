"""Contact debt: the gauge in words with what is unsure about it, its channels, and its course."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.debt import DebtGauge
from console.domain.debt_words import lines, span, spoken_trend
from widgets.bridge import Bridge
from widgets.models import debt as model
from widgets.models.rows import RowModel
from widgets.owing import Owing
from widgets.views.elided import Elided
from widgets.views.panel import Bar
from widgets.views.table import Table

ASKED = "being told …"
NOTHING = "no contact is known yet"
_US = 1e6


class Debt(QFrame):
    name = "debt"
    title = "Debt"
    wanted = False  # opened by its key, or by the figure in the strip
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.bridge = bridge
        self.owing = Owing(bridge, self)
        self.seen = False
        self.gauge: DebtGauge | None = None
        self._plots: Any = None
        self._chart: Any = None
        self._bringing = False
        self.bar = Bar(self.title)
        self.of = Elided()
        self.of.setAccessibleName("What the gauge is of")
        self.bar.tools.addWidget(self.of, 1)
        self.as_table = QPushButton("as table")
        self.as_table.setCheckable(True)
        self.as_table.setToolTip("The hours behind the plot")
        self.as_table.toggled.connect(lambda _: self.draw())
        self.copy = QPushButton("copy")
        self.copy.setToolTip("Copy figures, channels and hours as tables (Ctrl+Shift+C)")
        self.copy.setAccessibleName("Copy figures, channels and hours as tables")
        self.copy.clicked.connect(self.copy_table)
        self.bar.tools.addWidget(self.as_table)
        self.bar.tools.addWidget(self.copy)
        self.figures = self._table(model.figure_model(self), "Contact debt in figures")
        self.channels = self._table(model.channel_model(self), "Contact debt by channel")
        self.hours = self._table(model.hour_model(self), "Contact debt hour by hour")
        self.hours.sort_by(0)
        self.channels.sort_by(1)
        self.doubts = QLabel("")
        self.doubts.setTextFormat(Qt.TextFormat.PlainText)
        self.doubts.setWordWrap(True)
        self.doubts.setProperty("role", "muted")
        self.doubts.setAccessibleName("What is unsure about these figures")
        self.doubts.setContentsMargins(8, 2, 8, 4)
        self._place()
        self.setFocusProxy(self.figures)
        self.owing.told.connect(self._take)

    def _table(self, rows: RowModel, name: str) -> Table:
        table = Table(rows, name)
        table.empty_words = ASKED
        return table

    def _place(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.figures, 1)
        left.addWidget(self.doubts)
        self.blank = QLabel(ASKED)
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.blank.setProperty("role", "muted")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.blank)
        self.pages.addWidget(self.hours)
        self.pages.setMinimumHeight(120)
        self.channels.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.pages, 1)
        right.addWidget(self.channels)
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.setSpacing(6)
        line.addLayout(left, 4)
        line.addLayout(right, 6)

    # What is asked --------------------------------------------------------------------------------

    def see(self, seen: bool) -> None:
        """The dock came to the front or went behind another."""
        self.seen = seen
        self.owing.look(seen)
        if seen:
            self._tell()
            self.draw()

    def _take(self, found: DebtGauge) -> None:
        self.gauge = found
        if self.seen:
            self._tell()
            self.draw()
        self.loaded.emit()

    # What is shown --------------------------------------------------------------------------------

    def _tell(self) -> None:
        found = self.gauge
        if found is None:
            return
        if not found.trend:
            self.blank.setText(NOTHING)
            for table in (self.figures, self.channels, self.hours):
                table.empty_words = NOTHING
                table.viewport().update()
            return
        self.of.say(span(found))
        self.figures.rows.show_rows(lines(found))
        self.channels.rows.show_rows(found.channels)
        rows = min(max(len(found.channels), 2), 7)
        tall = self.channels.header().sizeHint().height() + rows * self.channels.row_height() + 6
        if self.channels.height() != tall:
            self.channels.setFixedHeight(tall)
        words = " ".join(f"◆ {words}" for words in found.doubts)
        if self.doubts.text() != words:
            self.doubts.setText(words)
        self.doubts.setVisible(bool(words))

    def draw(self) -> None:
        """The plot, or the table behind it; nothing where nobody sees it."""
        found = self.gauge
        if not self.seen or found is None or not found.trend:
            return
        if self.as_table.isChecked():
            self.hours.rows.show_rows(model.hours_of(found))
            self.pages.setCurrentWidget(self.hours)
        elif self._plots is None:
            self._bring()
        else:
            self._draw_plot(found)

    def _bring(self) -> None:
        """First seen: bring the plotting library on another thread."""
        if self._bringing or self.bridge.console is None:
            return
        self._bringing = True
        self.bridge.bring("widgets.plots.debt", self._take_plots)

    def _take_plots(self, plots: Any) -> None:
        self._plots = plots
        self.draw()

    def _draw_plot(self, found: DebtGauge) -> None:
        if self._chart is None:
            self._chart = self._plots.DebtChart()
            self.pages.addWidget(self._chart)
        self._chart.show_course(
            self._plots.Course(
                [point.at / _US for point in found.trend],
                [point.open for point in found.trend],
                [point.attempts for point in found.trend],
                [point.needs for point in found.trend],
                [(act.at / _US, act.title) for act in found.acts],
                found.usual_open.value,
            )
        )
        self._chart.setAccessibleDescription(spoken_trend(found.trend))
        self.pages.setCurrentWidget(self._chart)

    def dress(self) -> None:
        """The theme changed."""
        self.draw()

    def holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (
            self.isAncestorOf(focused) or self.bar.isAncestorOf(focused)
        )

    def copy_table(self) -> int:
        """Figures, channels and hours one below another; how many rows."""
        found = self.gauge
        if found is None:
            return 0
        blocks: tuple[tuple[Any, Sequence[Any]], ...] = (
            (model.FIGURES, lines(found)),
            (model.CHANNELS, found.channels),
            (model.HOURS, model.hours_of(found)),
        )
        texts: list[str] = []
        for columns, rows in blocks:
            texts.append("\t".join(column.title for column in columns))
            texts += ["\t".join(column.text(row) for column in columns) for row in rows]
            texts.append("")
        QGuiApplication.clipboard().setText("\n".join([*texts, *found.doubts]).strip())
        return sum(len(rows) for _columns, rows in blocks)


__all__ = ["Debt"]
