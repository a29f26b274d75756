"""What is drawn inside a row: words with their tone, bars of a trend, controls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from widgets import theme
from widgets.models.columns import shape

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


@dataclass(frozen=True, slots=True)
class Knob:
    """A control drawn in a row: the action that it starts, its words, whether it is switched on."""

    action: str
    words: str
    width: int
    on: bool = True
    enabled: bool = True
    tip: str = ""


def draw_words(
    painter: QPainter,
    metrics: QFontMetrics,
    box: QRect,
    words: str,
    tone: str,
    token: str,
    right: bool,
) -> None:
    """A cell. A tone of bad or warn fills it, one that ends in ``_words`` colours its words; both
    come with their sign."""
    sign = shape(tone.removesuffix("_words"))
    if tone in ("bad", "warn"):
        painter.fillRect(box.adjusted(1, 2, -1, -2), theme.color(tone))
        token = f"{tone}_text"
    elif tone:
        token = tone
    if sign and not words.startswith(sign):
        words = f"{sign} {words}"
    painter.setPen(theme.color(token))
    inner = box.adjusted(5, 0, -5, 0)
    if metrics.horizontalAdvance(words) > inner.width():
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width() + 4)
    # Words that are a hair too long use the margin rather than lose a letter.
    room = box.adjusted(1, 0, -5, 0) if right else box.adjusted(5, 0, -1, 0)
    painter.drawText(room, _RIGHT if right else _LEFT, words)


def draw_bars(painter: QPainter, box: QRect, values: Sequence[int]) -> None:
    """Bars on a baseline: how many came in each step of a trend."""
    if not values:
        return
    top = max(max(values), 1)
    step = box.width() / len(values)
    color = theme.color("spark")
    for n, value in enumerate(values):
        tall = max(1, round(box.height() * value / top))
        left = round(n * step)
        wide = max(1, round((n + 1) * step) - left - 1)
        painter.fillRect(box.x() + left, box.bottom() + 1 - tall, wide, tall, color)


def draw_knob(painter: QPainter, rect: QRect, knob: Knob, hot: bool) -> None:
    """A control; `hot` is the one under the mouse."""
    ground = "selected" if hot else "control" if knob.on else "control_off"
    text = "selected_text" if hot else "control_text" if knob.on else "control_off_text"
    painter.fillRect(rect, theme.color(ground))
    painter.setPen(QPen(theme.color("muted"), 1))
    painter.drawRect(rect.adjusted(0, 0, -1, -1))
    painter.setPen(theme.color(text))
    painter.drawText(rect, _CENTRE, knob.words)
