"""The strips of one act beside its messages: each aim as bars, with its verdict above."""

from collections.abc import Sequence

from PySide6 import QtGui
from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QSizePolicy, QToolTip, QWidget

from console.domain.effects import Effect
from widgets import theme
from widgets.models.effects import EffectRow, aim_words, told, verdict_words
from widgets.plots.strips import draw_strip

#: How wide a strip is, in lines of text.
_WIDE = 20
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class Strip(QWidget):
    """One aim: what, how it came out, bars."""

    def __init__(self, row: EffectRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{aim_words(row.effect)}: {verdict_words(row.effect)}")
        self.setAccessibleDescription(told(row))

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(_WIDE * line, 2 * line + self._plot_height())

    def _plot_height(self) -> int:
        return round(4.6 * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics, line = self.fontMetrics(), self.fontMetrics().height()
        wide = self.width() - 12
        for number, (words, token) in enumerate(
            (
                (aim_words(self.row.effect), "text"),
                (
                    "; ".join((verdict_words(self.row.effect), *self.row.effect.notes)),
                    "muted",
                ),
            )
        ):
            painter.setPen(theme.color(token))
            short = metrics.elidedText(words, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QRect(6, number * line, wide, line), _LEFT, short)
        box = QRect(6, 2 * line + 2, wide, self._plot_height() - 8)
        draw_strip(painter, box, self.row, words=True)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            words = told(self.row)
            if QtGui.Qt.mightBeRichText(words):
                # What others wrote is shown as it stands.
                words = QtGui.Qt.convertFromPlainText(words)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


class EffectStrips(QScrollArea):
    """All aims of one act; not there where it aimed at nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[EffectRow, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Effects of this act")
        self.setVisible(False)

    def show_effects(self, effects: Sequence[Effect], now: int) -> None:
        rows = tuple(EffectRow(effect, now) for effect in effects)
        if rows == self.rows:
            return
        self.rows = rows
        ground = QWidget()
        lines = QGridLayout(ground)
        lines.setContentsMargins(6, 4, 0, 4)
        lines.setSpacing(8)
        beside = self._beside(len(rows))
        for number, row in enumerate(rows):
            lines.addWidget(Strip(row, ground), number // beside, number % beside)
        lines.setRowStretch(-(-len(rows) // beside), 1)
        self.setWidget(ground)
        # The panel shines through.
        ground.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setFixedWidth((_WIDE * beside + 1) * self.fontMetrics().height())
        self.setVisible(bool(rows))

    def _beside(self, number: int) -> int:
        """How many go beside one another: the dock is wide and low, unless it was torn off."""
        ground = self.parentWidget()
        room = ground.width() if ground is not None else 0
        return 2 if number > 1 and room > 4 * _WIDE * self.fontMetrics().height() else 1

    def strips(self) -> list[Strip]:
        ground = self.widget()
        return [] if ground is None else ground.findChildren(Strip)


__all__ = ["EffectStrips", "Strip"]
