"""The one place that knows how we plot: thin pens, thinned points, dashes and shapes, no colour
needed. Importing this brings pyqtgraph and numpy, so it is imported when a plot is first shown."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets import theme

DASHES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)
SIGNS = ("o", "s", "t", "d")
#: Signs on more points than this would be a smear.
SIGNED_POINTS = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """Points (seconds since 1970, value) with a name. `steps` holds each value until the next."""

    name: str
    at: Sequence[float]
    values: Sequence[float]
    steps: bool = False


class Chart(QWidget):
    """Curves over the time of day; the same items are fed again, never made anew."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setAccessibleName(title)
        self.plot = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem()})
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.hideButtons()
        self.plot.setDownsampling(auto=True, mode="peak")
        self.plot.setClipToView(True)
        self.legend = self.plot.addLegend(offset=(8, 2), labelTextSize="9pt")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.addWidget(self.plot)
        self._items: list[pg.PlotDataItem] = []
        self._names: list[str] = []
        self.dress()

    def dress(self) -> None:
        """Take the colours of the theme shown now."""
        self.plot.setBackground(theme.color("panel"))
        muted = theme.color("muted")
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(theme.color("line"), width=1))
            axis.setTextPen(pg.mkPen(muted))
        self.plot.getAxis("left").setWidth(38)
        self.plot.setTitle(self.title, color=muted.name(), size="9pt")
        self.legend.setLabelTextColor(theme.color("text"))
        for number, item in enumerate(self._items):
            item.setPen(self._pen(number))

    def _pen(self, number: int) -> object:
        token = ("text", "curve_1", "curve_2", "muted")[number % 4]
        return pg.mkPen(theme.color(token), width=1, style=DASHES[number % 4])

    def show_curves(self, curves: Sequence[Curve]) -> None:
        names = [curve.name for curve in curves]
        if names != self._names:
            for item in self._items:
                self.plot.removeItem(item)
            self.legend.clear()
            self._items = [
                self.plot.plot(pen=self._pen(n), name=name) for n, name in enumerate(names)
            ]
            self._names = names
        top = 1.0
        for number, (item, curve) in enumerate(zip(self._items, curves, strict=True)):
            at = np.asarray(curve.at, dtype=float)
            values = np.asarray(curve.values, dtype=float)
            if len(values):
                top = max(top, float(values.max()))
            signs = len(at) <= SIGNED_POINTS
            ink = theme.color(("text", "curve_1", "curve_2", "muted")[number % 4])
            item.setData(
                at,
                values,
                symbol=SIGNS[number % 4] if signs else None,
                symbolSize=6,
                symbolPen=pg.mkPen(ink, width=1),
                symbolBrush=theme.color("panel"),
            )
        box = self.plot.getViewBox()
        if box is not None:
            box.setRange(yRange=(0, top * 1.1), padding=0)
