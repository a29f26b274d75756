"""A window on a console without a database."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QDialog, QDockWidget, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.fake import FakeConsole
from widgets import theme
from widgets.desktop import Desktop
from widgets.views.wallboard import Wallboard
from widgets.window import Window

WINDOWS = (Window, Wallboard, QMenu, QDockWidget, QDialog)


def shut(desktop: Desktop) -> None:
    """Close the window as a person would, and let Qt delete it."""
    desktop.window.close()
    desktop.bridge.close()
    desktop.window.deleteLater()
    desktop.bridge.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


class Windows(QObject):
    """Notes windows that are shown; a part shown before it has a parent is one, and flickers."""

    def __init__(self) -> None:
        super().__init__()
        self.stray: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and not isinstance(watched, WINDOWS)
        ):
            self.stray.append(repr(watched))
        return False


@pytest.fixture
def desktops(qtbot: QtBot, qapp: Any, tmp_path: Path) -> Iterator[Callable[..., Desktop]]:
    """Makes desktops on any console, and takes them down again."""
    made: list[Desktop] = []
    windows = Windows()
    qapp.installEventFilter(windows)

    def make(console: Any, watch: tuple[str, ...] = (str(tmp_path),)) -> Desktop:
        theme.apply(qapp, "dark")
        desktop = Desktop(qapp, tmp_path, lambda: console)
        made.append(desktop)
        desktop.window.resize(1366, 768)
        desktop.window.show()
        with qtbot.waitSignal(desktop.bridge.board_shown, timeout=10_000):
            desktop.start(Namespace(watch=list(watch), replay=None, speed=1.0))
        return desktop

    yield make
    for desktop in made:
        shut(desktop)
    qapp.removeEventFilter(windows)
    assert not windows.stray


@pytest.fixture
def console() -> FakeConsole:
    return FakeConsole()


@pytest.fixture
def window(desktops: Callable[..., Desktop], console: FakeConsole, qtbot: QtBot) -> Window:
    window = desktops(console).window
    qtbot.waitUntil(lambda: window.queues.model.rowCount() == 3)
    return window
