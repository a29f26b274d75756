"""The next 48 hours if nothing more is done: when the debt is paid, plots, tables and sentences."""

from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.foretold import Forecast as Foretold
from console.domain.foretold import Outlook
from console.domain.foretold_words import payback_words
from widgets import texts
from widgets.bridge import Bridge
from widgets.models import forecast as model
from widgets.models.rows import RowModel
from widgets.views.panel import Bar
from widgets.views.table import Table

ASKED = "being made …"
#: The sentences stand beside the plot from this width on; below it they are a view of their own.
ROOMY, SIDE = 1000, 330
_US = 1e6


class Forecast(QFrame):
    name = "forecast"
    title = "Forecast"
    wanted = False  # opened by its key: it is not for every minute
    payoff_changed = Signal(str, str)  # big words, and a sentence behind them
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dock")
        self.bridge = bridge
        self.seen = False
        self.outlook: Outlook | None = None
        self.view = model.OPEN
        self._known: object = None
        self._asking = self._again = self._bringing = False
        self._plots: Any = None
        self._chart: Any = None
        self._small: Any = None
        self._tables: dict[str, Table] = {}
        self._payoff: object = None
        self._build()
        bridge.slow_changed.connect(self.load)
        bridge.opened.connect(self.load)

    def _build(self) -> None:
        self.bar = Bar(self.title)
        tools = self.bar.tools
        self.choices = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for name, words, tip in model.VIEWS:
            button = QPushButton(words)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.clicked.connect(lambda _=False, name=name: self.choose(name))
            self.choices.addButton(button)
            self.buttons[name] = button
            tools.addWidget(button)
        self.buttons[self.view].setChecked(True)
        self.made = QLabel("")
        self.made.setProperty("role", "muted")
        tools.addWidget(self.made, 1)
        self.as_table = QPushButton("as table")
        self.as_table.setCheckable(True)
        self.as_table.toggled.connect(lambda _: self.draw())
        self.copy = QPushButton("copy")
        self.copy.setToolTip("Copy the figures as a table (Ctrl+Shift+C)")
        self.copy.setAccessibleName("Copy the figures as a table")
        self.copy.clicked.connect(self.copy_table)
        tools.addWidget(self.as_table)
        tools.addWidget(self.copy)
        self.big = QLabel(ASKED)
        self.big.setTextFormat(Qt.TextFormat.PlainText)
        self.big.setWordWrap(True)
        face = self.big.font()
        face.setPointSizeF(face.pointSizeF() * 1.5)
        face.setBold(True)
        self.big.setFont(face)
        self.behind = QLabel("")
        self.behind.setTextFormat(Qt.TextFormat.PlainText)
        self.behind.setWordWrap(True)
        self.behind.setProperty("role", "muted")
        self.bias = QLabel("")
        self.bias.setTextFormat(Qt.TextFormat.PlainText)
        self.bias.setWordWrap(True)
        self.bias.setProperty("role", "warn")
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setFrameShape(QFrame.Shape.NoFrame)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName("What the forecast assumes, and how good it was")
        head = QVBoxLayout()
        head.setContentsMargins(8, 4, 8, 2)
        head.setSpacing(2)
        for label in (self.big, self.behind, self.bias):
            head.addWidget(label)
        self.side = QWidget()
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(2)
        side.addLayout(head)
        side.addWidget(self.words, 1)
        self.pages = QStackedWidget()
        self.blank = QLabel("")
        self.blank.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.blank.setProperty("role", "muted")
        self.pages.addWidget(self.blank)
        self.narrow = QWidget()
        QVBoxLayout(self.narrow).setContentsMargins(0, 0, 0, 0)
        self.pages.addWidget(self.narrow)
        line = QHBoxLayout(self)
        line.setContentsMargins(1, 1, 1, 1)
        line.setSpacing(0)
        # Where the sentences are a view of their own, the big words stay above the plot.
        self.short = QLabel("")
        self.short.setTextFormat(Qt.TextFormat.PlainText)
        self.short.setContentsMargins(8, 4, 8, 0)
        self.short.setFont(face)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.short)
        left.addWidget(self.pages, 1)
        line.addLayout(left, 1)
        line.addWidget(self.side)
        self._place()

    # What is asked --------------------------------------------------------------------------------

    def see(self, seen: bool) -> None:
        """The dock came to the front or went behind another."""
        self.seen = seen
        if seen:
            self.load()
            self.draw()

    def load(self) -> None:
        """Ask for the whole where somebody sees it, else only for when the debt is paid."""
        console = self.bridge.console
        if console is None:
            return
        if not self.seen:
            self._ask_payoff(console)
            return
        if self._asking:
            self._again = True
            return
        self._asking, self._again = True, False
        known = self._known
        self.bridge.ask("outlook", lambda: console.outlook(known), self._take, self._fail)

    def _ask_payoff(self, console: Any) -> None:
        known = self._payoff
        self.bridge.ask("payoff", lambda: console.payoff(known), self._take_payoff)

    def _take_payoff(self, found: tuple[object, str, str] | None) -> None:
        if found is not None:
            self._payoff = found[0]
            self.payoff_changed.emit(*found[1:])

    def _fail(self, error: Exception) -> None:
        self._asking = False
        self.bridge.failed.emit(error)

    def _take(self, found: Outlook | None) -> None:
        self._asking = False
        if found is not None:
            self._known, self.outlook = found.version, found
            self._tell()
            self.draw()
        self.loaded.emit()
        if self._again:
            self.load()

    # What is shown --------------------------------------------------------------------------------

    def choose(self, name: str) -> None:
        self.view = name
        self.buttons[name].setChecked(True)
        self.draw()

    def _tell(self) -> None:
        outlook = self.outlook
        if outlook is None:
            return
        found = outlook.forecast
        if found is None:
            self.big.setText("No forecast yet")
            self.short.setText("")
            self.behind.setText(outlook.why)
            self.bias.hide()
            self.made.setText("")
            self.words.setPlainText("")
            return
        words, why = payback_words(found)
        self.big.setText(words)
        self.short.setText(words)
        self.short.setToolTip(why)
        self.behind.setText(why)
        self.payoff_changed.emit(words, why)
        bias = outlook.judged.bias_words if outlook.judged is not None else ""
        self.bias.setText(f"◆ {bias}" if bias else "")
        self.bias.setVisible(bool(bias))
        self.made.setText(f"made {texts.clock(found.at, seconds=False)}, for 48 h")
        self.made.setToolTip(
            "Made anew every quarter of an hour and after each act; band: four of five courses"
        )
        lines: list[str] = []
        for heading, some in model.sentences(outlook):
            lines += ["", heading.upper(), *(f"• {sentence}" for sentence in some)]
        text = "\n".join(lines).strip()
        if text != self.words.toPlainText():
            self.words.setPlainText(text)

    def draw(self) -> None:
        """The view that is chosen; nothing where nobody sees it."""
        outlook = self.outlook
        if not self.seen or outlook is None:
            return
        found = outlook.forecast
        for button in (self.as_table, self.copy):
            button.setEnabled(found is not None and self.view != model.WORDS)
        if self.view == model.WORDS:
            self._place()
            self.pages.setCurrentWidget(self.narrow)
            return
        self._place()
        if found is None:
            self.blank.setText(outlook.why)
            self.pages.setCurrentWidget(self.blank)
        elif self.as_table.isChecked():
            table = self._table(self.view)
            table.rows.show_rows(model.rows_of(self.view, outlook))
            self.pages.setCurrentWidget(table)
        elif self._plots is None:
            self._bring()
        else:
            self._draw_plot(outlook, found)

    def _table(self, view: str) -> Table:
        if view not in self._tables:
            columns = model.COLUMNS[view]
            by_channel = view == model.WAITING
            rows = RowModel(
                columns, key=lambda r: (r.at, r.channel if by_channel else ""), parent=self
            )
            title = dict((name, words) for name, words, _ in model.VIEWS)[view]
            table = Table(rows, f"Forecast as a table: {title}")
            table.sort_by(0)
            self._tables[view] = table
            self.pages.addWidget(table)
        return self._tables[view]

    def _bring(self) -> None:
        """First seen: bring the plotting library on another thread."""
        if self._bringing or self.bridge.console is None:
            return
        self._bringing = True
        self.bridge.bring("widgets.plots.ahead", self._take_plots)

    def _take_plots(self, plots: Any) -> None:
        self._plots = plots
        self.draw()

    def _draw_plot(self, outlook: Outlook, found: Foretold) -> None:
        plots = self._plots
        if self.view == model.WAITING:
            if self._small is None:
                self._small = plots.SmallCharts()
                self.pages.addWidget(self._small)
            self._small.show_pictures(self._waiting(outlook, found))
            self.pages.setCurrentWidget(self._small)
            return
        if self._chart is None:
            self._chart = plots.AheadChart()
            self.pages.addWidget(self._chart)
        if self.view == model.ENDS:
            self._chart.show_layers(self._ends(found))
        else:
            self._chart.show_picture(self._whole(outlook, found))
        self._chart.setAccessibleDescription(model.spoken(self.view, outlook))
        self.pages.setCurrentWidget(self._chart)

    def _whole(self, outlook: Outlook, found: Foretold) -> Any:
        issues = self.view == model.OPEN
        band, begun = model.whole_band(found, self.view)
        past = [
            (was.at / _US, was.open if issues else was.debt_h)
            for was in outlook.was
            if (was.open if issues else was.debt_h) is not None
        ]
        what = "open issues" if issues else "agents' hours for what is open"
        return self._plots.Picture(
            f"{what}: full measured, dashed foretold with its band, dash-dot the day before",
            [at for at, _ in past] or [found.at / _US],
            [value for _, value in past] or [begun],
            *_series(found, band, begun),
            now=found.at / _US,
            yesterday=True,
            marks=self._marks(outlook),
            nights=model.nights(found),
        )

    def _marks(self, outlook: Outlook) -> tuple[Any, ...]:
        """Acts by their number in the sentences; ◇ where their effects are expected to show."""
        mark = self._plots.Mark
        found: list[Any] = []
        now = outlook.forecast.at if outlook.forecast is not None else outlook.at
        for number, deed in enumerate(outlook.deeds, 1):
            words = f"{texts.clock(deed.at, seconds=False)} {deed.title}"
            found.append(mark(deed.at / _US, f"{number} ▼", words))
            for at, where in deed.shows[-1:]:
                if at > now:
                    said = f"{deed.title}: expected to show {where}"
                    found.append(mark(at / _US, f"{number} ◇", said, dotted=True))
        return tuple(found)

    def _ends(self, found: Foretold) -> Any:
        at = [found.at / _US, *(each / _US for each in model.instants(found))]
        values = tuple((0.0, *series) for series in (found.paid, found.given_up, found.moved))
        return self._plots.Layers(
            "issues from now on: paid, given up for good, moved to writing or callback lists",
            at,
            ("paid", "given up", "moved"),
            values,
            found.at / _US,
            model.nights(found),
        )

    def _waiting(self, outlook: Outlook, found: Foretold) -> list[Any]:
        pictures: list[Any] = []
        day = [was for was in outlook.was if was.at >= found.at - 24 * model.HOUR_US]
        for row in found.channels:
            past = [(w.at / _US, w.waiting[row.channel]) for w in day if row.channel in w.waiting]
            begun = past[-1][1] if past else None
            next_h = model.band_words(row.waiting.at(0))
            pictures.append(
                self._plots.Picture(
                    f"{row.channel}: {next_h} waiting in an hour",
                    [at for at, _ in past],
                    [value for _, value in past],
                    *_series(found, row.waiting, begun),
                    now=found.at / _US,
                    nights=model.nights(found),
                )
            )
        return pictures

    # Form -----------------------------------------------------------------------------------------

    def _place(self) -> None:
        """The sentences beside the plot, or instead of it."""
        beside = self.width() >= ROOMY and self.view != model.WORDS
        home = self.layout() if beside else self.narrow.layout()
        assert home is not None
        if self.side.parentWidget() is not (self if beside else self.narrow):
            home.addWidget(self.side)
        self.side.setMaximumWidth(SIDE if beside else 16_777_215)
        self.side.setMinimumWidth(SIDE if beside else 0)
        self.short.setVisible(not beside and self.view != model.WORDS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "short"):
            face = self.font()
            face.setPointSizeF(face.pointSizeF() * 1.5)
            face.setBold(True)
            self.big.setFont(face)
            self.short.setFont(face)

    def dress(self) -> None:
        """The theme changed."""
        self.draw()

    def holds_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and (
            self.isAncestorOf(focused) or self.bar.isAncestorOf(focused)
        )

    def copy_table(self) -> int:
        """The figures of this view as tab-separated lines, for a spreadsheet; how many lines."""
        if self.outlook is None or self.view == model.WORDS:
            return 0
        columns = model.COLUMNS[self.view]
        rows = model.rows_of(self.view, self.outlook)
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(column.text(row) for column in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
        return len(rows)


def _series(found: Foretold, band: Any, begun: float | None) -> tuple[Any, ...]:
    """Instants, low, middle and high, from now on: where they begin is known."""
    at = [found.at / _US, *(each / _US for each in model.instants(found))]
    sides = ((begun, *side) for side in (band.low, band.middle, band.high))
    return at, *sides


__all__ = ["Forecast"]
