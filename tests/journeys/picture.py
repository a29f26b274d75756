"""The pictures of the README: a rehearsal in its trouble, what becomes of it, and what an act would
bring.

python -m tests.journeys.picture docs/screenshot.png docs/preview.png
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SIZE = "1600x900"
SCENARIO, SPEED = "billing-meltdown", "30"
#: The days before are written and read, and a forecast made with them.
PATIENCE_S = 300.0


def take(board: Path, preview: Path, colours: str = "dark") -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from console.shell import door
    from widgets import desktop, orders

    begun = time.monotonic()

    def wait(until: Callable[[], bool], most: float = PATIENCE_S) -> None:
        end = time.monotonic() + most
        while not until() and time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.01)

    def play(shown: Any) -> None:
        window, bridge = shown.window, shown.bridge
        wait(lambda: bridge.board is not None and len(bridge.board.agents) > 20)

        def has_past() -> bool:
            found = bridge.console.debt()
            return found is not None and found.at - found.data_from > 13 * 86_400_000_000

        while not has_past() and time.monotonic() - begun < PATIENCE_S:
            wait(lambda: False, 5.0)
        window.run("forecast")
        # The forecast that knows the past is made with the next quarter of an hour.
        wait(lambda: False, 50.0)
        window.notices.acknowledge_all()
        wait(lambda: False, 12.0)
        window.grab().save(str(board), "PNG", 0)
        rows = [row for row in bridge.board.queues if row.channel == "voice"]
        window.arm(orders.callback(rows, offer=False))
        wait(lambda: False, 10.0)
        window.grab().save(str(preview), "PNG", 0)
        window.close()

    class Played(desktop.Desktop):
        def start(self, options: Any) -> None:
            super().start(options)
            self.window.shows_tour = False
            QTimer.singleShot(0, self.window, lambda: play(self))

    desktop.Desktop = Played  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        door.run(
            [
                "--data", folder, "--rehearse", SCENARIO, "--speed", SPEED, "--size", SIZE,
                "--theme", colours,
            ],
            desktop.open_window,
        )  # fmt: skip


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:4])
