"""F11: the queues on a wall, readable at five metres; the worst first, no mouse needed."""

import math
import time
from typing import Any

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from console.domain.board import Board, QueueRow
from widgets import marks, texts, theme
from widgets.bridge import Bridge
from widgets.models.columns import shape
from widgets.models.queues import row_tone, waiting_words

#: More tiles than this cannot be read from afar; the rest is counted.
TILES = 12
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)


def worst_first(board: Board, now: int) -> list[QueueRow]:
    """Abnormal queues, then by how long their oldest contact waits."""
    order = {"bad": 0, "warn": 1, "": 2}
    return sorted(
        board.queues,
        key=lambda q: (order[row_tone(q, now, board)], q.oldest_at or now, -q.waiting, q.queue),
    )


class Wallboard(QWidget):
    left = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle("Coalface, wallboard")
        self.rehearsal = ""  # what is played or rehearsed, in words
        self.setAccessibleName("Wallboard")
        self.bridge = bridge
        self.board: Board | None = None
        self.shown_queues: list[QueueRow] = []
        self._arranged_at = 0.0
        bridge.add_watcher(self)  # type: ignore[arg-type]
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.update)

    def wants_board(self) -> bool:
        return self.isVisible()

    def compare_board(self, board: Board) -> None:
        return None

    def show_board(self, board: Board, prepared: Any = None) -> None:
        self.board = board
        now = self.bridge.now()
        listed = {q.queue_id: q for q in board.queues}
        # Tiles change places slowly, or nobody could read them.
        fresh = time.monotonic() - self._arranged_at > 10 or len(listed) != len(self.shown_queues)
        if fresh:
            self.shown_queues = worst_first(board, now)
            self._arranged_at = time.monotonic()
        else:
            self.shown_queues = [
                listed[q.queue_id] for q in self.shown_queues if q.queue_id in listed
            ]
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show:
            self._second.start()
            self._arranged_at = 0.0
            if self.bridge.board is not None:
                self.show_board(self.bridge.board)
            self.bridge.renew()
        elif event.type() == QEvent.Type.Hide:
            self._second.stop()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.hide()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # Drawing -------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("ground"))
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        board, now = self.board, self.bridge.now()
        head = max(56, self.height() // 11)
        self._draw_head(painter, QRect(0, 0, self.width(), head), board, now)
        if board is None or not self.shown_queues:
            painter.setPen(theme.color("muted"))
            painter.drawText(self.rect(), _CENTRE, "waiting for the first board …")
            return
        tiles = self.shown_queues[:TILES]
        columns = round(math.sqrt(len(tiles) * self.width() / (1.7 * self.height())))
        columns = max(1, min(columns, 4, len(tiles)))
        lines = math.ceil(len(tiles) / columns)
        gap = 10
        rest = len(self.shown_queues) - len(tiles)
        foot = head // 2 if rest else gap
        wide = (self.width() - gap * (columns + 1)) // columns
        tall = (self.height() - head - foot - gap * (lines - 1)) // lines
        for n, queue in enumerate(tiles):
            box = QRect(
                gap + (n % columns) * (wide + gap), head + (n // columns) * (tall + gap), wide, tall
            )
            self._draw_tile(painter, box, queue, board, now)
        if rest:
            painter.setFont(self._font(foot * 0.5))
            painter.setPen(theme.color("muted"))
            waiting = sum(q.waiting for q in self.shown_queues[TILES:])
            words = f"{rest} more queues, {waiting} waiting there"
            painter.drawText(QRect(gap, self.height() - foot, self.width(), foot), _LEFT, words)

    def _font(self, pixels: float, bold: bool = False) -> QFont:
        face = QFont(self.font())
        face.setPixelSize(max(8, int(pixels)))
        face.setBold(bold)
        return face

    def _draw_head(self, painter: QPainter, box: QRect, board: Board | None, now: int) -> None:
        inner = box.adjusted(16, 0, -16, 0)
        clock = QRect(inner.x(), inner.y(), inner.width() // 8, inner.height())
        news = QRect(inner.right() - inner.width() // 5, box.y(), inner.width() // 5, box.height())
        middle = QRect(clock.right(), box.y(), news.x() - clock.right(), box.height())
        words = time.strftime("%H:%M", time.localtime(now / 1_000_000))
        painter.setFont(self._fitting(words, clock.width() - 8, box.height() * 0.5))
        painter.setPen(theme.color("text"))
        painter.drawText(clock, _LEFT, words)
        if board is None:
            return
        counts = dict(board.states)
        sl = texts.percent(board.totals.service_level if board.totals else None)
        words = (
            f"{texts.count(board.known_waiting)} waiting"
            f"    oldest {texts.since(board.oldest_at, now)}    SL {sl}"
            f"    {counts.get('available', 0)} free"
        )
        if calling := len(board.calling()):
            words += f"    ▲ {texts.plural(calling, 'alarm')}"
        painter.setFont(self._fitting(words, middle.width() - 24, box.height() * 0.5))
        painter.drawText(middle, _CENTRE, words)
        newest = [s for s in board.sources if s.last_at is not None]
        # What was read once, or is paused, is old without anything being wrong.
        newest = [s for s in newest if s.followed and not s.paused] or newest
        oldest_news = min(newest, key=lambda s: s.last_at or 0, default=None)
        if oldest_news is not None:
            stale = marks.is_stale(oldest_news, now, self.bridge.stale_s())
            painter.setPen(theme.color("warn_words" if stale else "muted"))
            sign = "◪ stale: " if stale else ""
            words = f"{sign}{oldest_news.source} {texts.age(oldest_news.last_at, now)}"
            if self.rehearsal:
                painter.setPen(theme.color("warn_words"))
                words = f"◆ {self.rehearsal}, not live"
            face = self._fitting(words, news.width() - 16, box.height() * 0.3)
            if self.rehearsal and QFontMetrics(face).horizontalAdvance(words) > news.width():
                words = f"◆ {self.rehearsal.partition(':')[0]}"
                face = self._fitting(words, news.width() - 16, box.height() * 0.3)
            painter.setFont(face)
            painter.drawText(news, _RIGHT, words)

    def _draw_tile(
        self, painter: QPainter, box: QRect, queue: QueueRow, board: Board, now: int
    ) -> None:
        tone = row_tone(queue, now, board)
        painter.fillRect(box, theme.color("panel"))
        if tone:
            edge = max(8, box.width() // 40)
            painter.fillRect(QRect(box.x(), box.y(), edge, box.height()), theme.color(tone))
        pad = max(14, box.width() // 22)
        inner = box.adjusted(pad + 4, pad // 3, -pad, -pad // 3)
        name = QRect(inner.x(), inner.y(), inner.width(), int(inner.height() * 0.24))
        painter.setPen(theme.color(f"{tone}_words" if tone else "header"))
        face = self._font(name.height() * 0.72, True)
        painter.setFont(face)
        words = f"{shape(tone)} {queue.queue}".strip()
        if queue.channel_state != "open":
            words += f" · {queue.channel_state}"
        painter.drawText(
            name,
            _LEFT,
            QFontMetrics(face).elidedText(words, Qt.TextElideMode.ElideRight, name.width()),
        )
        big = QRect(inner.x(), name.bottom(), int(inner.width() * 0.42), int(inner.height() * 0.56))
        painter.setPen(theme.color("text"))
        painter.setFont(self._fitting(waiting_words(queue), big.width(), big.height() * 0.95))
        painter.drawText(big, _LEFT, waiting_words(queue))
        lines = (
            ("oldest", texts.since(queue.oldest_at, now), self._wait_tone(queue, board, now)),
            ("SL", texts.percent(queue.figures.service_level), marks.service_tone(queue)),
            ("free", f"{queue.available} of {queue.staffed}", marks.free_tone(queue)),
        )
        side = QRect(
            big.right(), name.bottom(), inner.right() - big.right(), inner.bottom() - name.bottom()
        )
        step = side.height() // 3
        for n, (title, value, value_tone) in enumerate(lines):
            line = QRect(side.x(), side.y() + n * step, side.width(), step)
            painter.setFont(self._fitting("oldest", line.width() * 0.28, step * 0.34, False))
            painter.setPen(theme.color("muted"))
            painter.drawText(line.adjusted(8, 0, 0, 0), _LEFT, title)
            sign = shape(value_tone)
            text = f"{sign} {value}".strip()
            painter.setFont(self._fitting(text, line.width() * 0.66, step * 0.62))
            painter.setPen(theme.color(f"{value_tone}_words" if value_tone else "text"))
            painter.drawText(line, _RIGHT, text)
        painter.setFont(self._font(inner.height() * 0.11))
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QRect(inner.x(), big.bottom(), big.width(), inner.bottom() - big.bottom()),
            _LEFT,
            "waiting",
        )

    def _wait_tone(self, queue: QueueRow, board: Board, now: int) -> str:
        return marks.wait_tone(queue.oldest_at, now, marks.expected_of(queue, board))

    def _fitting(self, words: str, width: float, pixels: float, bold: bool = True) -> QFont:
        """The largest face of at most `pixels` in which the words fit."""
        face = self._font(pixels, bold)
        needed = QFontMetrics(face).horizontalAdvance(words)
        return self._font(pixels * width / needed, bold) if needed > width else face
