"""Debt over time: open needs as a full line, yesterday's dash-dotted, acts as ▼; below, the
attempts of each hour as open bars and new needs as filled ones: no colour is needed.
Importing this brings pyqtgraph and numpy, so it is imported when the plot is first shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme
from widgets.plots.axes import ClockAxis, dress

_DAY_S = 86_400.0
_HOUR_S = 3_600.0
#: Pixels of height from which on the plots stand one above the other.
STACKED_FROM = 260
Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Course:
    """Instants are seconds since 1970; attempts and needs are of the hour before each."""

    at: Sequence[float]
    open: Numbers
    attempts: Sequence[int]
    needs: Sequence[int]
    acts: Sequence[tuple[float, str]] = ()
    usual: float | None = None


class DebtChart(QWidget):
    """Two plots on one line of time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = pg.GraphicsView()
        self._grid: Any = pg.GraphicsLayout()
        self.view.setCentralItem(self._grid)
        self._grid.setContentsMargins(2, 0, 6, 0)
        self._grid.setSpacing(0)
        self.above: Any = pg.PlotItem(axisItems={"bottom": ClockAxis("bottom")})
        self.below: Any = pg.PlotItem(axisItems={"bottom": ClockAxis("bottom")})
        self.below.setXLink(self.above)
        self._stacked: bool | None = None
        self._arrange()
        for plot in (self.above, self.below):
            plot.setMenuEnabled(False)
            plot.setMouseEnabled(x=True, y=False)
            plot.hideButtons()
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.view)
        self.setAccessibleName("Debt over the last 48 hours")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """One above the other where there is height for it, else side by side."""
        stacked = self.height() >= STACKED_FROM
        if stacked == self._stacked:
            return
        if self._stacked is not None:
            self._grid.removeItem(self.above)
            self._grid.removeItem(self.below)
        self._stacked = stacked
        self._grid.addItem(self.above, row=0, col=0)
        self._grid.addItem(self.below, row=1 if stacked else 0, col=0 if stacked else 1)
        # Stacked, they share their time, whose words stand below both.
        self.above.getAxis("bottom").setStyle(showValues=not stacked)

    def show_course(self, course: Course) -> None:
        """All is made anew: a hundred points, at most every few seconds."""
        self.view.setBackground(theme.color("panel"))
        at = np.asarray(course.at, np.float64)
        self._show_open(at, course)
        self._show_attempts(at, course)
        if len(at):
            box = self.above.getViewBox()
            box.setRange(xRange=(at[0], at[-1] + _HOUR_S / 2), padding=0.0)
            box.setLimits(xMin=at[0] - _HOUR_S, xMax=at[-1] + _DAY_S / 4)

    def _show_open(self, at: np.ndarray, course: Course) -> None:
        plot = self.above
        plot.clear()
        open_ = np.array([np.nan if v is None else v for v in course.open], np.float64)
        known = ~np.isnan(open_)
        title = "open needs: full; a day before: dash-dot; ▼ done"
        if not known.any():
            title = "open needs: not known yet"
        dress(plot, title)
        top = max(1.0, float(open_[known].max()) if known.any() else 1.0)
        if known.any():
            line = pg.mkPen(theme.color("text"), width=2)
            dash = pg.mkPen(theme.color("muted"), width=1, style=Qt.PenStyle.DashDotDotLine)
            later = at + _DAY_S
            before = known & (later <= at[-1] + 1.0)
            plot.plot(later[before], open_[before], pen=dash)
            plot.plot(at, open_, pen=line, connect="finite")
        if course.usual is not None:
            top = max(top, course.usual)
            plot.addItem(
                pg.InfiniteLine(
                    course.usual,
                    angle=0,
                    pen=pg.mkPen(theme.color("muted"), width=1, style=Qt.PenStyle.DotLine),
                    label="usual at this hour",
                    labelOpts={"position": 0.2, "color": theme.color("muted"), "anchors": [
                        (0.5, 0.0), (0.5, 0.0)]},
                )
            )  # fmt: skip
        last = -np.inf
        for number, (when, words) in enumerate(course.acts, 1):
            ink = theme.color("text")
            rule = pg.InfiniteLine(when, pen=pg.mkPen(ink, width=1, style=Qt.PenStyle.DotLine))
            rule.setToolTip(words)
            plot.addItem(rule)
            # Signs that would lie upon each other are one.
            if when - last > _HOUR_S:
                sign = pg.TextItem(f"{number} ▼", color=ink, anchor=(0.5, 0.0))
                sign.setToolTip(words)
                plot.addItem(sign, ignoreBounds=True)
                sign.setPos(when, top * 1.14)
                last = when
        plot.getViewBox().setRange(yRange=(0, top * 1.15), padding=0)

    def _show_attempts(self, at: np.ndarray, course: Course) -> None:
        plot = self.below
        plot.clear()
        dress(plot, "each hour: attempts, open bars; new needs, filled")
        attempts, needs = np.asarray(course.attempts, float), np.asarray(course.needs, float)
        middle = at - _HOUR_S / 2
        ink = theme.color("curve_1")
        for values, brush in ((attempts, QBrush(Qt.BrushStyle.NoBrush)), (needs, QBrush(ink))):
            bars = pg.BarGraphItem(
                x=middle, height=values, width=_HOUR_S * 0.8, pen=pg.mkPen(ink, width=1),
                brush=brush,
            )  # fmt: skip
            plot.addItem(bars)
        top = max(1.0, float(attempts.max()) if len(attempts) else 1.0)
        plot.getViewBox().setRange(yRange=(0, top * 1.1), padding=0)


__all__ = ["Course", "DebtChart"]
