"""What the plots over days share: hours of the desk's clock below, quiet lines and titles."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pyqtgraph as pg

from widgets import theme


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


def dress(plot: pg.PlotItem, title: str) -> None:
    muted = theme.color("muted")
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(theme.color("line"), width=1))
        axis.setTextPen(pg.mkPen(muted))
    plot.getAxis("left").setWidth(44)
    plot.setTitle(title, color=muted.name(), size="9pt")
