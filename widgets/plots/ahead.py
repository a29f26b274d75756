"""Plots of what was and what is foretold. Bands are hatched and edged with dots, the past is a full
line, what is foretold a dashed one, acts are ▼: no colour is needed. Importing this brings
pyqtgraph and numpy, so it is imported when a plot is first shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme
from widgets.plots.axes import ClockAxis, dress

Numbers = Sequence[float | None]
_DAY_S = 86_400.0
_HATCHES = (
    Qt.BrushStyle.BDiagPattern,
    Qt.BrushStyle.FDiagPattern,
    Qt.BrushStyle.Dense6Pattern,
    Qt.BrushStyle.CrossPattern,
)
_INKS = ("curve_1", "curve_2", "muted", "text")


@dataclass(frozen=True, slots=True)
class Mark:
    """A line at an instant with a sign at the top; `dotted` for what is only expected."""

    at: float
    sign: str
    words: str
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Instants are seconds since 1970. `past` is measured, `yesterday` the same a day later,
    `nights` are stretches in which nobody serves."""

    title: str
    past_at: Sequence[float] = ()
    past: Numbers = ()
    ahead_at: Sequence[float] = ()
    low: Numbers = ()
    middle: Numbers = ()
    high: Numbers = ()
    now: float = 0.0
    yesterday: bool = False
    marks: tuple[Mark, ...] = ()
    nights: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Layers:
    """Areas on top of each other, the first at the bottom."""

    title: str
    at: Sequence[float]
    names: tuple[str, ...]
    values: tuple[Numbers, ...] = field(default=())
    now: float = 0.0
    nights: tuple[tuple[float, float], ...] = ()


def _line(values: Numbers) -> "np.ndarray":
    return np.array([np.nan if v is None else v for v in values], np.float64)


def _hatched(token: str, place: int, alpha: int = 150) -> QBrush:
    ink = QColor(theme.color(token))
    ink.setAlpha(alpha)
    return QBrush(ink, _HATCHES[place % len(_HATCHES)])


def _plot(parent: QWidget | None = None) -> pg.PlotWidget:
    plot = pg.PlotWidget(parent, axisItems={"bottom": ClockAxis("bottom")})
    plot.setMenuEnabled(False)
    plot.setMouseEnabled(x=True, y=False)
    plot.hideButtons()
    return plot


class _Painter:
    """Puts a picture on a plot. Its items are fed again, never made anew: to make one takes longer
    than to draw it."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.plot = plot
        self.top = 1.0
        self._items: dict[tuple[str, int], Any] = {}
        self._used: dict[str, int] = {}
        self._dressed: tuple[str, str] = ("", "")

    def begin(self, title: str) -> None:
        if self._dressed != (theme.current(), title):
            self._dressed = (theme.current(), title)
            dress(self.plot, title)
        self.top = 1.0
        self._used = {}

    def _item(self, kind: str, make: Callable[[], Any], *, bounds: bool = False) -> Any:
        """The next of its kind; made where there are too few yet."""
        number = self._used.get(kind, 0)
        self._used[kind] = number + 1
        item = self._items.get((kind, number))
        if item is None:
            item = self._items[kind, number] = make()
            self.plot.addItem(item, ignoreBounds=not bounds)
        item.setVisible(True)
        return item

    def line(self, at: Sequence[float], values: Numbers, token: str, **pen: object) -> None:
        found = _line(values)
        if not len(found) or np.isnan(found).all():
            return
        self.top = max(self.top, float(np.nanmax(found)))
        item = self._item("line", lambda: pg.PlotDataItem(connect="finite"))
        item.setData(np.asarray(at, np.float64), found, pen=pg.mkPen(theme.color(token), **pen))

    def band(self, at: Sequence[float], low: Numbers, high: Numbers) -> None:
        under, over = _line(low), _line(high)
        known = ~(np.isnan(under) | np.isnan(over))
        if known.sum() < 2:
            return
        where = np.asarray(at, np.float64)[known]
        self.area(where, under[known], over[known], "curve_1", 0, 110, Qt.PenStyle.DotLine)
        self.top = max(self.top, float(over[known].max()))

    def area(
        self,
        at: "np.ndarray",
        under: "np.ndarray",
        over: "np.ndarray",
        token: str,
        hatch: int,
        alpha: int = 150,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> None:
        pen = pg.mkPen(theme.color(token), width=1, style=style)
        edges = [self._item("edge", pg.PlotDataItem) for _ in range(2)]
        for edge, side in zip(edges, (under, over), strict=True):
            edge.setData(at, side, pen=pen)
        fill = self._item("fill", lambda: pg.FillBetweenItem(*edges))
        fill.setBrush(_hatched(token, hatch, alpha))

    def nights(self, stretches: Sequence[tuple[float, float]], *, words: bool) -> None:
        shade = QColor(theme.color("line"))
        shade.setAlpha(70)
        for begins, ends in stretches:
            region = self._item("night", _region)
            region.setRegion((begins, ends))
            region.setBrush(QBrush(shade))
            if words and ends - begins > 3 * 3600:
                self.write("nobody serves", (begins + ends) / 2.0, 0.0, (0.5, 1.0), "muted")

    def marks(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            style = Qt.PenStyle.DotLine if mark.dotted else Qt.PenStyle.SolidLine
            self._upright(mark.at, "muted" if mark.dotted else "text", style, mark.words)
            item = self.write(mark.sign, mark.at, self.top * 1.12, (0.5, 0.0))
            item.setToolTip(mark.words)

    def now(self, at: float) -> None:
        self._upright(at, "text", Qt.PenStyle.SolidLine, "now")
        self.write("now", at, self.top * 1.12, (-0.1, 0.0))

    def _upright(self, at: float, token: str, style: Qt.PenStyle, words: str) -> None:
        line = self._item("upright", pg.InfiniteLine)
        line.setPen(pg.mkPen(theme.color(token), width=1, style=style))
        line.setPos(at)
        line.setToolTip(words)

    def write(
        self, words: str, at: float, value: float, anchor: tuple[float, float], token: str = "text"
    ) -> pg.TextItem:
        item = self._item("text", pg.TextItem)
        item.setColor(theme.color(token))
        item.setText(words)
        item.setAnchor(pg.Point(anchor))
        item.setPos(at, value)
        item.setZValue(20)
        return item

    def end(self, first: float, last: float) -> None:
        for (kind, number), item in self._items.items():
            if number >= self._used.get(kind, 0):
                item.setVisible(False)
        box = self.plot.getViewBox()
        box.setLimits(xMin=first - _DAY_S, xMax=last + _DAY_S / 4)
        box.setRange(xRange=(first, last), yRange=(0, self.top * 1.14), padding=0)


def _region() -> pg.LinearRegionItem:
    region = pg.LinearRegionItem((0, 1), movable=False)
    for edge in region.lines:
        edge.setPen(pg.mkPen(None))
    region.setZValue(-20)
    return region


def paint(painter: _Painter, picture: Picture, *, words: bool = True) -> None:
    """One picture: what was, what is foretold with its band, and what was done."""
    painter.begin(picture.title)
    first = picture.past_at[0] if picture.past_at else picture.now
    last = picture.ahead_at[-1] if picture.ahead_at else picture.now + _DAY_S
    painter.nights(picture.nights, words=words)
    painter.band(picture.ahead_at, picture.low, picture.high)
    if picture.yesterday:
        shifted = [at + _DAY_S for at in picture.past_at]
        painter.line(shifted, picture.past, "muted", width=1, style=Qt.PenStyle.DashDotDotLine)
    painter.line(picture.ahead_at, picture.middle, "curve_1", width=2, style=Qt.PenStyle.DashLine)
    painter.line(picture.past_at, picture.past, "text", width=2)
    painter.now(picture.now)
    painter.marks(picture.marks)
    painter.end(first, last)


class AheadChart(QWidget):
    """One picture in full width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.widget = _plot()
        item = self.widget.getPlotItem()
        assert item is not None  # a plot widget has one
        self._painter = _Painter(item)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.widget)

    def show_picture(self, picture: Picture) -> None:
        self.widget.setBackground(theme.color("panel"))
        paint(self._painter, picture)
        self.setAccessibleName(picture.title)

    def show_layers(self, layers: Layers) -> None:
        """Stacked: each area is hatched its own way and named at its end."""
        self.widget.setBackground(theme.color("panel"))
        self.setAccessibleName(layers.title)
        painter = self._painter
        painter.begin(layers.title)
        at = np.asarray(layers.at, np.float64)
        base = np.zeros(len(at))
        painter.nights(layers.nights, words=True)
        names: list[tuple[str, float]] = []
        for place, (name, values) in enumerate(zip(layers.names, layers.values, strict=True)):
            top = base + np.nan_to_num(_line(values))
            painter.area(at, base, top, _INKS[place % len(_INKS)], place)
            if len(at):
                names.append((name, float(base[-1] + top[-1]) / 2.0))
            base = top
        painter.top = max(1.0, float(base.max()) if len(base) else 1.0)
        gap = painter.top * 0.09
        least = -gap
        for name, middle in names:
            # Thin areas would have their names upon each other.
            least = max(middle, least + gap)
            painter.write(name, float(at[-1]), least, (1.02, 0.5))
        painter.now(layers.now)
        painter.end(layers.now, float(at[-1]) if len(at) else layers.now + _DAY_S)


class SmallCharts(QWidget):
    """A picture for each channel, three in a row."""

    IN_A_ROW = 3

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = pg.GraphicsView()
        self.grid = pg.GraphicsLayout()
        self.view.setCentralItem(self.grid)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.view)
        self._painters: list[_Painter] = []
        self._number = -1
        self._waiting: list[tuple[int, Picture]] = []

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        """One in each turn of the event loop, so that none of them is a stall."""
        self.view.setBackground(theme.color("panel"))
        self.setAccessibleName(", ".join(picture.title for picture in pictures))
        if len(pictures) != self._number:
            self.grid.clear()
            self._painters = []
            self._number = len(pictures)
        self._waiting = list(enumerate(pictures))
        self._next()

    def _next(self) -> None:
        if not self._waiting:
            return
        place, picture = self._waiting.pop(0)
        if place == len(self._painters):
            plot = self.grid.addPlot(
                row=place // self.IN_A_ROW,
                col=place % self.IN_A_ROW,
                axisItems={"bottom": ClockAxis("bottom")},
            )
            plot.setMenuEnabled(False)
            plot.getViewBox().setMouseEnabled(x=True, y=False)
            plot.hideButtons()
            self._painters.append(_Painter(plot))
        paint(self._painters[place], picture, words=False)
        if self._waiting:
            QTimer.singleShot(0, self, self._next)
