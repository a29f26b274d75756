"""The application: the window first, the console behind it, faults shown, pictures taken."""

import gc
import logging
import os
import sys
import threading
import time
import traceback
from argparse import Namespace
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
)

from console.errors import ConsoleError, StoreError
from console.twin.places import DATA, REHEARSALS
from widgets import theme
from widgets.bridge import Bridge
from widgets.rehearsing import Choice
from widgets.window import Window

log = logging.getLogger(__name__)

ICON = Path(__file__).resolve().parents[1] / "resources" / "icons" / "coalface.svg"

#: What of the arrangement of one's own window rehearsals begin with.
LOOKS = ("geometry", "docks", "theme", "points")
#: The same fault again within this long only counts up.
AGAIN_S = 60.0


def points_for(wide: int) -> float:
    """Size of the text for a screen so many points wide, until somebody chooses one."""
    return 10.0 if wide < 1700 else 11.0 if wide < 2300 else 12.5


def calm_collector() -> None:
    """Look for garbage rarely, and not among what was there from the start.

    A full collection with 2,000 agents on the board holds everything up for more than a frame;
    rows have no cycles and go without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


class Desktop:
    """One application with one window on one console."""

    def __init__(
        self,
        app: QApplication,
        data: Path,
        make: Callable[[], Any],
        size: QSize | None = None,
        settings: QSettings | None = None,
    ) -> None:
        self.app = app
        self.data = data
        self.make = make
        self.bridge = Bridge()
        self.settings = settings or _kept_in(data)
        wide = size.width() if size else app.primaryScreen().availableGeometry().width()
        self.points = float(str(self.settings.value("points", points_for(wide))))
        app.setFont(theme.font(self.points))
        self.window = Window(self.bridge, self.settings)
        self.window.retheme.connect(self.dress)
        self.window.resize_text.connect(self.resize_text)
        self._faults: dict[str, float] = {}
        self._dialog: QDialog | None = None

    def dress(self, name: str) -> None:
        """Change the theme and remember it."""
        theme.apply(self.app, name)
        self.settings.setValue("theme", name)
        self.window.dress()

    def resize_text(self, by: float) -> None:
        self.points = max(7.0, min(16.0, self.points + by))
        self.settings.setValue("points", self.points)
        self.app.setFont(theme.font(self.points))
        # Tables keep their old size until the sheet is put on again.
        theme.apply(self.app, theme.current())
        self.window.share()
        self.window.notices.tell(f"Text size {self.points:.0f}", "Columns keep their widths.")

    def start(self, options: Namespace) -> None:
        """What to follow, as the command line says, else as it was left."""
        window, bridge = self.window, self.bridge
        reading = window.reading

        rehearses = bool(getattr(options, "rehearse", None))
        if rehearses:
            choice = Choice(options.rehearse, options.speed, options.course, options.spoil)
            about = (options.title, options.story, options.goals)
            window.begin_rehearsal(options.folder, about, choice)

        def begin() -> None:
            if rehearses:
                return
            if options.replay:
                reading.replay(Path(options.replay), options.speed or 1.0)
                return
            resumed = reading.resume()
            if options.watch:
                reading.watch([Path(folder) for folder in options.watch])
            elif not resumed:
                window.ready.connect(greet)

        def greet() -> None:
            board = bridge.board
            if board is not None and not (board.queues or board.agents or board.sources):
                window.show_first_page()

        # Reading a drawing takes a while: after the first picture.
        self.app.setWindowIcon(QIcon(str(ICON)))
        bridge.opened.connect(begin)
        bridge.open(self.make)

    # Faults --------------------------------------------------------------------------------------

    def fault(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        """A fault of the program: logged in full, shown once, the same again only counted."""
        if isinstance(error, ConsoleError):
            self.window.notices.fail(error)
            return
        words = "".join(traceback.format_exception(kind, error, trace))
        log.error("%s", words)
        where = f"{kind.__name__}: {traceback.extract_tb(trace)[-1:] if trace else ''}"
        last = self._faults.get(where, -AGAIN_S)
        self._faults[where] = time.monotonic()
        self.window.notices.fail(error)
        if time.monotonic() - last >= AGAIN_S and self._dialog is None:
            self._show_fault(words)

    def _show_fault(self, words: str) -> None:
        dialog = QDialog(self.window)
        dialog.setWindowTitle("Coalface: something in the program went wrong")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.resize(700, 380)
        lines = QVBoxLayout(dialog)
        lines.addWidget(
            QLabel("The console goes on. What you see may be out of date until the next news.")
        )
        text = QPlainTextEdit(words)
        text.setReadOnly(True)
        lines.addWidget(text)
        copy = QPushButton("Copy report")
        copy.clicked.connect(lambda: QApplication.clipboard().setText(words))
        lines.addWidget(copy)
        dialog.finished.connect(self._forget_dialog)
        self._dialog = dialog
        dialog.open()

    def _forget_dialog(self, _: int = 0) -> None:
        self._dialog = None

    def install_hooks(self) -> None:
        """Faults of slots, timers and paint events arrive at the first hook, those of threads at
        the second, which hands them over to Qt's thread."""
        sys.excepthook = self.fault

        def of_thread(args: threading.ExceptHookArgs) -> None:
            log.error("in thread %s", args.thread, exc_info=args.exc_value)
            if args.exc_value is not None:
                self.bridge.fail_later(args.exc_value)

        threading.excepthook = of_thread


def _logical(size: tuple[int, int], scale: float) -> QSize:
    """Points of the screen that fill so many pixels."""
    return QSize(round(size[0] / scale), round(size[1] / scale))


def _kept_in(folder: Path) -> QSettings:
    """How the window is arranged, as a file in that folder."""
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


def _of_rehearsals(home: Path) -> QSettings:
    """All rehearsals of a user look alike, at first as the window of their own centre does."""
    kept, own = _kept_in(home / REHEARSALS), _kept_in(home)
    return _like(kept, own)


def _of_past(data: Path, home: Path) -> QSettings:
    """A past one looks like those, but what it follows is its own."""
    return _like(_kept_in(data), _kept_in(home / REHEARSALS))


def _like(kept: QSettings, other: QSettings) -> QSettings:
    """Nothing is arranged yet: as it is in the other."""
    if not kept.allKeys():
        for key in other.allKeys():
            if key in LOOKS or key.startswith("columns/"):
                kept.setValue(key, other.value(key))
    return kept


def _maker(data: Path, database: str | None) -> Callable[[], Any]:
    def make() -> Any:
        from console.app import Console  # brings SQLAlchemy: off the interface thread

        return Console(data, database, apart=True)

    return make


def write_log(data: Path) -> None:
    """What goes wrong is kept beside the data, for whoever is asked to help."""
    handler = RotatingFileHandler(
        data / "coalface.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)


def open_window(options: Namespace) -> int:
    """Show the console until it is closed, or take a picture of it; the process's exit code."""
    if options.screenshot:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if options.scale:
        os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    data = Path(options.data)
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            "The data folder cannot be made.",
            f"{data}: {error.strerror or error}.",
            "Choose another with --data.",
        ) from error
    write_log(data)
    QApplication.setApplicationName("Coalface")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    size = _logical(options.size, app.devicePixelRatio()) if options.size else None
    settings = _of_rehearsals(options.home) if options.rehearse else None
    if settings is None and data.name == DATA:
        settings = _of_past(data, options.home)
    desktop = Desktop(app, data, _maker(data, options.database), size, settings)
    desktop.window.rehearsing.home = options.home
    desktop.window.tour.kept = _kept_in(options.home)
    desktop.window.shows_tour = not options.screenshot
    chosen = options.theme or "auto"
    if chosen == "auto":
        chosen = str(desktop.settings.value("theme", "auto"))
    theme.apply(app, chosen)
    desktop.install_hooks()
    desktop.window.ready.connect(calm_collector)
    window = desktop.window
    if size is not None:
        window.resize(size)
    elif not options.screenshot and desktop.settings.value("geometry") is None:
        # Nobody has chosen a size yet: all of the screen, whether or not a title bar takes some.
        window.resize(app.primaryScreen().availableGeometry().size())
        window.setWindowState(Qt.WindowState.WindowMaximized)
    window.show()
    # The first picture is on the screen before the console is even imported.
    QTimer.singleShot(0, window, lambda: desktop.start(options))
    result = 0
    if options.screenshot:
        target = Path(options.screenshot)

        def take() -> None:
            nonlocal result
            if size is not None:
                window.resize(size)
            result = 0 if window.grab().save(str(target)) else 1
            window.close()

        QTimer.singleShot(round(1000 * (options.after or 3.0)), window, take)
    app.exec()
    desktop.bridge.close()
    desktop.window.rehearsing.finish()
    return result
