"""Plots of what was and what is foretold. Bands are hatched and edged with dots, the past is a full
line, what is foretold a dashed one, acts are ▼: no colour is needed. Importing this brings
pyqtgraph and numpy, so it is imported when a plot is first shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme

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


class ClockAxis(pg.AxisItem):
    """Hours of the desk's clock; midnight by the name of its day."""

    STEPS_H = (1, 3, 6, 12, 24)
    ROOM = 56  # pixels for a label

    def tickValues(  # Qt's word for it
        self, minVal: float, maxVal: float, size: float
    ) -> list[tuple[float, list[float]]]:
        room = max(size / self.ROOM, 1.0)
        span_h = (maxVal - minVal) / 3600.0
        step_h = next((step for step in self.STEPS_H if span_h / step <= room), self.STEPS_H[-1])
        moment = datetime.fromtimestamp(minVal).replace(hour=0, minute=0, second=0, microsecond=0)
        found: list[float] = []
        while (at := moment.timestamp()) <= maxVal:
            if at >= minVal:
                found.append(at)
            moment += timedelta(hours=step_h)
        return [(step_h * 3600.0, found)]

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        moments = map(datetime.fromtimestamp, values)
        return [m.strftime("%a %d" if m.hour == 0 else "%H:%M") for m in moments]


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


def _dress(plot: pg.PlotItem, title: str) -> None:
    muted = theme.color("muted")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(theme.color("line"), width=1))
        axis.setTextPen(pg.mkPen(muted))
    plot.getAxis("left").setWidth(44)
    plot.setTitle(title, color=muted.name(), size="9pt")


def _text(words: str, anchor: tuple[float, float], token: str = "muted") -> pg.TextItem:
    item = pg.TextItem(words, color=theme.color(token), anchor=anchor)
    item.setZValue(20)
    return item


class _Painter:
    """Puts a picture on a plot; all is made anew, since it changes once in a quarter of an hour."""

    def __init__(self, plot: pg.PlotItem) -> None:
        self.plot = plot
        self._top = 1.0

    def begin(self, title: str) -> None:
        self.plot.clear()
        _dress(self.plot, title)
        self._top = 1.0

    def line(self, at: Sequence[float], values: Numbers, token: str, **pen: object) -> None:
        found = _line(values)
        if len(found) and not np.isnan(found).all():
            self._top = max(self._top, float(np.nanmax(found)))
            self.plot.plot(
                np.asarray(at, np.float64), found, connect="finite",
                pen=pg.mkPen(theme.color(token), **pen),
            )  # fmt: skip

    def band(self, at: Sequence[float], low: Numbers, high: Numbers) -> None:
        under, over = _line(low), _line(high)
        known = ~(np.isnan(under) | np.isnan(over))
        if known.sum() < 2:
            return
        where = np.asarray(at, np.float64)[known]
        pen = pg.mkPen(theme.color("curve_1"), width=1, style=Qt.PenStyle.DotLine)
        edges = [pg.PlotDataItem(where, side[known], pen=pen) for side in (under, over)]
        fill = pg.FillBetweenItem(*edges, brush=_hatched("curve_1", 0, 110))
        for item in (fill, *edges):
            self.plot.addItem(item)
        self._top = max(self._top, float(over[known].max()))

    def nights(self, stretches: Sequence[tuple[float, float]], *, words: bool) -> None:
        for begins, ends in stretches:
            shade = QColor(theme.color("line"))
            shade.setAlpha(70)
            region = pg.LinearRegionItem((begins, ends), movable=False, brush=QBrush(shade))
            for edge in region.lines:
                edge.setPen(pg.mkPen(None))
            region.setZValue(-20)
            self.plot.addItem(region)
            if words and ends - begins > 3 * 3600:
                self._write("nobody serves", (begins + ends) / 2.0, 0.0, (0.5, 1.0))

    def marks(self, marks: Sequence[Mark]) -> None:
        for mark in marks:
            style = Qt.PenStyle.DotLine if mark.dotted else Qt.PenStyle.SolidLine
            ink = theme.color("muted" if mark.dotted else "text")
            line = pg.InfiniteLine(mark.at, pen=pg.mkPen(ink, width=1, style=style))
            line.setToolTip(mark.words)
            self.plot.addItem(line)
            item = self._write(mark.sign, mark.at, self._top * 1.12, (0.5, 0.0), "text")
            item.setToolTip(mark.words)

    def now(self, at: float) -> None:
        self.plot.addItem(pg.InfiniteLine(at, pen=pg.mkPen(theme.color("text"), width=1)))
        self._write("now", at, self._top * 1.12, (-0.1, 0.0), "text")

    def write(self, words: str, at: float, value: float, anchor: tuple[float, float]) -> None:
        self._write(words, at, value, anchor, "text")

    def _write(
        self,
        words: str,
        at: float,
        value: float,
        anchor: tuple[float, float],
        token: str = "muted",
    ) -> pg.TextItem:
        item = _text(words, anchor, token)
        self.plot.addItem(item, ignoreBounds=True)
        item.setPos(at, value)
        return item

    def end(self, first: float, last: float) -> None:
        box = self.plot.getViewBox()
        box.setRange(xRange=(first, last), yRange=(0, self._top * 1.14), padding=0)
        box.setLimits(xMin=first - _DAY_S, xMax=last + _DAY_S / 4)


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
            token = _INKS[place % len(_INKS)]
            pen = pg.mkPen(theme.color(token), width=1)
            edges = [pg.PlotDataItem(at, side, pen=pen) for side in (base, top)]
            fill = pg.FillBetweenItem(*edges, brush=_hatched(token, place))
            for item in (fill, *edges):
                painter.plot.addItem(item)
            if len(at):
                names.append((name, float(base[-1] + top[-1]) / 2.0))
            base = top
        painter._top = max(1.0, float(base.max()) if len(base) else 1.0)
        gap = painter._top * 0.09
        least = -gap
        for name, middle in names:
            # Thin areas would have their names upon each other.
            least = max(middle, least + gap)
            painter.write(name, at[-1], least, (1.02, 0.5))
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

    def show_pictures(self, pictures: Sequence[Picture]) -> None:
        self.view.setBackground(theme.color("panel"))
        if len(pictures) != self._number:
            self.grid.clear()
            self._painters = []
            self._number = len(pictures)
            for place in range(len(pictures)):
                plot = self.grid.addPlot(
                    row=place // self.IN_A_ROW,
                    col=place % self.IN_A_ROW,
                    axisItems={"bottom": ClockAxis("bottom")},
                )
                plot.setMenuEnabled(False)
                plot.getViewBox().setMouseEnabled(x=True, y=False)
                plot.hideButtons()
                self._painters.append(_Painter(plot))
        for painter, picture in zip(self._painters, pictures, strict=True):
            paint(painter, picture, words=False)
        self.setAccessibleName(", ".join(picture.title for picture in pictures))
