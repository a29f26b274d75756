"""What all tests share: no screen is needed, and nothing may be left running."""

import gc
import os
import sys
import threading
import time
from collections.abc import Iterator

import pytest

# Before anything imports Qt; --onscreen is there to watch a test.
if "--onscreen" not in sys.argv:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"

PATIENCE_S = 5.0
#: How long a test waits for what comes from a worker thread, milliseconds. A busy machine can stand
#: still for several seconds, and a test that waits on condition is no slower for waiting longer.
PATIENCE_MS = 30_000


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--onscreen", action="store_true", help="show the windows of the tests")


def pytest_configure(config: pytest.Config) -> None:
    # The offscreen platform says so of least sizes, raised windows and menus; it means nothing.
    config.addinivalue_line("qt_log_ignore", "^This plugin does not support ")


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """`waitUntil` gives up after PATIENCE_MS unless told otherwise."""
    if "qtbot" in request.fixturenames:
        from pytestqt.qtbot import QtBot

        wait = QtBot.waitUntil
        monkeypatch.setattr(
            QtBot,
            "waitUntil",
            lambda self, callback, *, timeout=PATIENCE_MS: wait(self, callback, timeout=timeout),
        )


def _ours() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("coalface") and t.is_alive()]


@pytest.fixture(autouse=True)
def nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that leaves a thread or a running timer behind fails."""
    before = set(_ours())
    yield
    limit = time.monotonic() + PATIENCE_S
    while (left := set(_ours()) - before) and time.monotonic() < limit:
        time.sleep(0.01)
    assert not left, f"threads left alive: {sorted(left)}"
    if "qtbot" in request.fixturenames:
        from PySide6.QtCore import QTimer
        from shiboken6 import isValid

        timers = [
            each
            for each in gc.get_objects()
            if type(each) is QTimer and isValid(each) and each.isActive()
        ]
        assert not timers, f"timers left running: {[(t.parent(), t.interval()) for t in timers]}"
