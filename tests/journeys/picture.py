"""The picture of the README: the sample hour in its trouble, with acts and what became of them.

python -m tests.journeys.picture docs/screenshot.png
"""

import json
import os
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

SIZE = (1600, 900)
#: The queue where the platform refuses, and its words.
REFUSES, WORDS = "sales", "no callback plan here"


def answer(outbox: Path) -> None:
    """The platform's side: all is done, but for one queue."""
    lines = []
    for line in (outbox / "commands.jsonl").read_text("utf-8").splitlines():
        order = json.loads(line)
        words = WORDS if order["fields"].get("queue") == REFUSES else ""
        state = "refused" if words else "confirmed"
        lines.append(json.dumps({"id": order["id"], "state": state, "words": words}) + "\n")
    (outbox / "answers.jsonl").write_text("".join(lines), "utf-8")


def take(target: Path, colours: str = "dark") -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QApplication

    from console.app import Console
    from widgets import orders, theme
    from widgets.desktop import Desktop
    from widgets.reading import SAMPLE

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)

    def wait(until: Callable[[], bool], most: float = 20.0) -> None:
        end = time.monotonic() + most
        while not until() and time.monotonic() < end:
            app.processEvents()
            time.sleep(0.01)

    def rest(seconds: float) -> None:
        wait(lambda: False, seconds)

    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        desktop = Desktop(app, data, lambda: Console(data), QSize(*SIZE))
        theme.apply(app, colours)
        window, bridge = desktop.window, desktop.bridge
        window.resize(*SIZE)
        window.show()
        desktop.start(Namespace(replay=str(SAMPLE), watch=[], speed=1.0))
        wait(lambda: bridge.board is not None and len(bridge.board.agents) == 12)
        rest(2.0)
        board, console = bridge.board, bridge.console
        assert board is not None
        console.who = "shift lead"
        report = console.report(
            "cash desk login fails again, third caller in ten minutes", severity="minor"
        )
        rest(1.2)
        console.do(orders.answer_report(report).make("IT restarts it at 14:00"))
        console.report("headsets of the new desks crackle", category="equipment")
        rest(1.2)
        console.do(orders.callback(board.queues, offer=False).make(""), "until the backlog is gone")
        wait(lambda: (data / "outbox" / "commands.jsonl").exists())
        rest(1.5)
        answer(data / "outbox")
        bridge.note_change()
        rest(2.5)
        window.run("urgent")
        rest(1.5)
        window.grab().save(str(target), "PNG", 0)
        window.close()
        bridge.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), *sys.argv[2:3])
