"""Notices in a corner: told, not asked. Errors stay until read; all of them can be listed again."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.times import now_us
from console.errors import ConsoleError
from widgets import texts

#: Long enough to look up from a call, read it, and reach for Undo.
STAYS_MS = 10_000
AT_ONCE = 3
#: A problem that was acknowledged and goes on comes back after this long.
AGAIN_US = 60_000_000
KEPT = 200


@dataclass(slots=True)
class Notice:
    title: str
    detail: str = ""
    remedy: str = ""
    problem: bool = False
    button: str = ""
    press: Callable[[], None] | None = None
    at: int = field(default_factory=now_us)
    times: int = 1
    seen: bool = False
    counted: bool = True  # false: an alarm counts it

    def lines(self) -> list[str]:
        return [words for words in (self.detail, self.remedy) if words]


class Toast(QFrame):
    """One notice on the screen."""

    gone = Signal(object)

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setFixedWidth(400)
        self.notice = notice
        row = self.row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 8, 8)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title = QLabel()
        self.title.setProperty("role", "bad" if notice.problem else "title")
        self.title.setWordWrap(True)
        words.addWidget(self.title)
        for line in notice.lines():
            label = QLabel(line)
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        row.addLayout(words, 1)
        self.button = QPushButton(notice.button)
        self.button.setAccessibleName(f"{notice.button}: {notice.title}")
        self.button.clicked.connect(self._press)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        # Only now: shown before it has a parent it would be a window of its own for a moment.
        self.button.setVisible(bool(notice.button))
        shut = QPushButton("×")
        shut.setObjectName("link")
        shut.setAccessibleName("Dismiss this notice")
        shut.clicked.connect(self.leave)
        row.addWidget(shut, 0, Qt.AlignmentFlag.AlignTop)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(STAYS_MS)
        self._timer.timeout.connect(self.leave)
        self.renew()

    def renew(self) -> None:
        notice = self.notice
        sign = "▲ " if notice.problem else ""
        often = f"  (×{notice.times})" if notice.times > 1 else ""
        self.title.setText(f"{sign}{notice.title}{often}")
        if not notice.problem:
            self._timer.start()

    def _press(self) -> None:
        if self.notice.press:
            self.notice.press()
        self.leave()

    def leave(self) -> None:
        self._timer.stop()
        self.notice.seen = True
        self.gone.emit(self)

    def needs(self) -> int:
        """Its height; `adjustSize` guesses too much for words that wrap."""
        return self.row.totalHeightForWidth(self.width())

    def enterEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self._timer.stop()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: QEvent) -> None:
        if not self.notice.problem:
            self._timer.start()
        super().leaveEvent(event)


class Notices(QObject):
    """Shows notices in the lower right corner of a window and keeps the past ones."""

    changed = Signal()

    def __init__(self, window: QWidget, floor: Callable[[], int]) -> None:
        super().__init__(window)
        self.floor = floor  # nothing below this height is covered
        self.window = window
        self.past: deque[Notice] = deque(maxlen=KEPT)
        self.toasts: list[Toast] = []
        window.installEventFilter(self)

    def tell(
        self,
        title: str,
        detail: str = "",
        button: str = "",
        press: Callable[[], None] | None = None,
    ) -> None:
        self._add(Notice(title, detail, button=button, press=press))

    def warn(
        self,
        title: str,
        detail: str,
        button: str,
        press: Callable[[], None],
        *,
        counted: bool = True,
    ) -> None:
        """Something that somebody has to see: it stays until it was read. Not `counted`: it is an
        alarm too, and counts as that."""
        notice = Notice(title, detail, problem=True, button=button, press=press, counted=counted)
        self._add(notice)

    def withdraw(self, press: Callable[[], None]) -> None:
        """What would lead to where somebody is already covers it no longer."""
        for toast in list(self.toasts):
            if toast.notice.press == press:
                toast.leave()

    def fail(self, error: BaseException) -> None:
        """Show an error as it was written; the same one again only counts up."""
        if isinstance(error, ConsoleError):
            notice = Notice(error.title, error.detail, error.remedy, problem=True)
        else:
            kind = type(error).__name__
            notice = Notice(
                "Something in the program went wrong",
                f"{kind}: {error}",
                "What you see may be out of date. coalface.log in the data folder has the details.",
                problem=True,
            )
        for old in self.past:
            if not old.problem or old.title != notice.title:
                continue
            if old.seen and notice.at - old.at < AGAIN_US:
                # Acknowledged, and it goes on: not every second.
                old.times += 1
                return
            if not old.seen:
                old.times += 1
                old.at = notice.at
                for toast in self.toasts:
                    if toast.notice is old:
                        toast.renew()
                self.changed.emit()
                return
        self._add(notice)

    def problems(self) -> int:
        """Problems that nobody has acknowledged."""
        return sum(1 for n in self.past if n.problem and n.counted and not n.seen)

    def acknowledge_all(self) -> None:
        for notice in self.past:
            notice.seen = True
        for toast in list(self.toasts):
            self._drop(toast)
        self.changed.emit()

    def _add(self, notice: Notice) -> None:
        self.past.appendleft(notice)
        toast = Toast(notice, self.window)
        toast.gone.connect(self._drop)
        self.toasts.append(toast)
        # Of many at once the oldest calm one makes room; a problem stays counted in the strip.
        while len(self.toasts) > AT_ONCE:
            calm = [t for t in self.toasts[:-1] if not t.notice.problem]
            self._drop((calm or self.toasts)[0])
        toast.show()
        toast.raise_()
        self.place()
        self.changed.emit()

    def _drop(self, toast: Toast) -> None:
        if toast in self.toasts:
            self.toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self.place()
            self.changed.emit()

    def place(self) -> None:
        area = self.window.rect()
        bottom = self.floor() - 6
        for toast in reversed(self.toasts):
            toast.resize(toast.width(), toast.needs())
            bottom -= toast.height()
            toast.move(area.right() - toast.width() - 14, bottom)
            bottom -= 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window:
            self.place()
        return False


def listed(notice: Notice) -> str:
    """A past notice in one line."""
    sign = "▲" if notice.problem else "·"
    often = f" ×{notice.times}" if notice.times > 1 else ""
    rest = " ".join(notice.lines())
    return f"{texts.clock(notice.at)}  {sign} {notice.title}{often}  {rest}".rstrip()
