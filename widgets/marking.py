"""Every window of a rehearsal, or of a past log that is played, is marked: frame, title, word."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from shiboken6 import isValid

from widgets.views.frame import Frame

_KINDS = (Qt.WindowType.Window, Qt.WindowType.Dialog, Qt.WindowType.Tool)


class Marking(QObject):
    """Nothing is marked until `begin`; then every window, also those that come later."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.word = ""
        self.frames: list[Frame] = []

    def begin(self, word: str) -> None:
        """`word` is what it is instead of the real thing: REHEARSAL, REPLAY."""
        if self.word:
            return
        self.word = word
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusWindowChanged.connect(self.look)
        self.look()

    def look(self, *_: object) -> None:
        """Mark what has been opened since. Cheap: there are never many windows."""
        if not self.word:
            return
        self.frames = [frame for frame in self.frames if isValid(frame)]
        framed = {id(frame.over) for frame in self.frames}
        for window in QApplication.topLevelWidgets():
            if window.windowType() in _KINDS and window.isVisible() and id(window) not in framed:
                self.frames.append(Frame(window, self.word))
            if window.windowType() in _KINDS and not isinstance(window, QDockWidget):
                _title(window, self.word)
        for frame in self.frames:
            # A dock that was torn off and put back is no window any more.
            apart = frame.over.isWindow()
            frame.setVisible(apart)
            if isinstance(frame.over, QDockWidget):
                _heading(frame.over, self.word if apart else "")


def _heading(dock: QDockWidget, word: str) -> None:
    """A dock that is torn off has no title of the desktop's, but a bar of its own."""
    view = dock.widget()
    bar = getattr(view, "bar", None)
    if bar is not None:
        title = str(getattr(view, "title", ""))
        bar.title.setText(f"◆ {word} · {title}" if word else title)


def _title(window: QWidget, word: str) -> None:
    title = window.windowTitle()
    if title and word not in title:
        window.setWindowTitle(f"{word}, not live · {title}")
