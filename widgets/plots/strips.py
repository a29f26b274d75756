"""An effect as a strip of bars over time, from half an hour before the act to an hour after it.

Hollow is before, full is after, the line with ▼ is the act, hatched is the time until the expected
reaction; so no colour is needed. Plain painting: there may be one in each row of a table.
"""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPen, QPolygonF

from console.domain.effects import AHEAD, TOLD, Effect, Span
from widgets import theme
from widgets.models.effects import MINUTE, EffectRow, cell

FROM_MIN, TO_MIN = -30, 60
_CENTRE = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)


def draw_strip(painter: QPainter, box: QRect, row: EffectRow, *, words: bool = False) -> None:
    """Into `box`. `words`: with values over the bars, whiskers of the intervals, and minutes."""
    effect = row.effect
    line = QFontMetrics(painter.font()).height() if words else 0
    ground = QRectF(box.adjusted(0, line if words else 2, -1, -line if words else -1))
    ahead = [span for span in effect.after if span.state == TOLD]
    top = max((_reach(effect, span, words) for span in (effect.before, *ahead)), default=0.0)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _draw_reaction(painter, ground, effect)
    for number, span in enumerate((effect.before, *effect.after)):
        left, right = _x(ground, effect, span.from_at), _x(ground, effect, span.to_at)
        bar = QRectF(left + 1, ground.top(), right - left - 2, ground.height())
        if span.state == TOLD and span.value is not None:
            tall = 0.0 if top <= 0 else ground.height() * span.value / top
            bar.setTop(ground.bottom() - max(1.0, tall))
            if number == 0:
                painter.setPen(QPen(theme.color("text"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(bar)
            else:
                painter.fillRect(bar, theme.color("spark"))
            if words:
                _draw_whisker(painter, ground, bar, effect, span, top)
        else:
            _draw_gap(painter, bar, span)
        if words:
            painter.setPen(theme.color("text" if span.state == TOLD else "muted"))
            room = QRectF(left - 20, box.top(), right - left + 40, line)
            painter.drawText(room, _CENTRE, cell(row, span))
    painter.setPen(QPen(theme.color("muted"), 1))
    painter.drawLine(ground.bottomLeft(), ground.bottomRight())
    _draw_act(painter, ground, effect)
    if words:
        _draw_minutes(painter, box, ground, effect, line)
    painter.restore()


def _reach(effect: Effect, span: Span, words: bool) -> float:
    """How high a bar goes, with its whisker, which may not make the bars unreadable."""
    value = span.value or 0.0
    if not words or span.high is None or effect.before.value is None:
        return value
    return max(value, min(effect.before.value + span.high, 1.5 * max(value, effect.before.value)))


def _x(ground: QRectF, effect: Effect, at: int) -> float:
    minutes = (at - effect.at) / MINUTE
    return ground.left() + ground.width() * (minutes - FROM_MIN) / (TO_MIN - FROM_MIN)


def _draw_reaction(painter: QPainter, ground: QRectF, effect: Effect) -> None:
    start = _x(ground, effect, effect.at)
    if effect.expected_at is None:
        return
    end = min(_x(ground, effect, effect.expected_at), ground.right())
    if end > start:
        hatched = QBrush(theme.color("muted"), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(QRectF(start, ground.top(), end - start, ground.height()), hatched)


def _draw_gap(painter: QPainter, bar: QRectF, span: Span) -> None:
    """Nothing is known: a dotted line for what is still to come, a dash for what is not told."""
    middle = bar.bottom() - 3
    if span.state == AHEAD:
        painter.setPen(QPen(theme.color("muted"), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(bar.left(), middle), QPointF(bar.right(), middle))
        return
    painter.setPen(QPen(theme.color("muted"), 1))
    centre = bar.center().x()
    painter.drawLine(QPointF(centre - 3, middle), QPointF(centre + 3, middle))


def _draw_whisker(
    painter: QPainter, ground: QRectF, bar: QRectF, effect: Effect, span: Span, top: float
) -> None:
    """The interval of the difference, set upon the value before."""
    if span.low is None or span.high is None or effect.before.value is None or top <= 0:
        return

    def y(value: float) -> float:
        return ground.bottom() - ground.height() * min(max(value, 0.0), top) / top

    low, high = y(effect.before.value + span.low), y(effect.before.value + span.high)
    centre = bar.center().x()
    painter.setPen(QPen(theme.color("text"), 1))
    painter.drawLine(QPointF(centre, low), QPointF(centre, high))
    for end in (low, high):
        painter.drawLine(QPointF(centre - 3, end), QPointF(centre + 3, end))


def _draw_act(painter: QPainter, ground: QRectF, effect: Effect) -> None:
    x = _x(ground, effect, effect.at)
    ink = theme.color("text")
    painter.setPen(QPen(ink, 1))
    painter.drawLine(QPointF(x, ground.top()), QPointF(x, ground.bottom()))
    painter.setBrush(ink)
    top = ground.top()
    painter.drawPolygon(QPolygonF([QPointF(x - 3, top), QPointF(x + 3, top), QPointF(x, top + 4)]))
    if effect.ended_at is not None:
        end = _x(ground, effect, effect.ended_at)
        if end <= ground.right():
            painter.setPen(QPen(ink, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(end, ground.top()), QPointF(end, ground.bottom()))


def _draw_minutes(painter: QPainter, box: QRect, ground: QRectF, effect: Effect, line: int) -> None:
    painter.setPen(theme.color("muted"))
    for minutes, words in ((-30, "−30"), (0, "act"), (15, "15"), (30, "30"), (60, "60 min")):
        x = _x(ground, effect, effect.at + minutes * MINUTE)
        room = QRectF(x - 30, box.bottom() - line + 1, 60, line)
        where = Qt.AlignmentFlag.AlignHCenter
        if minutes == FROM_MIN:
            room, where = room.translated(30, 0), Qt.AlignmentFlag.AlignLeft
        elif minutes == TO_MIN:
            room, where = room.translated(-30, 0), Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(where | Qt.AlignmentFlag.AlignTop), words)


__all__ = ["draw_strip"]
