"""Agents: who is where, in which state, for how long, on what; sent and moved from here."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QWidget

from console.domain.acts import Urgency
from console.domain.board import AgentRow, Board, QueueRow
from widgets import texts
from widgets.bridge import Bridge
from widgets.models.agents import agent_model
from widgets.views.panel import Panel

#: A menu longer than this is not a menu; the palette finds the others by name.
MENU = 24

#: What can be done with agents and a queue, and its words in the menu.
WAYS = (
    ("move", "move to"),
    ("join", "add to"),
    ("leave", "take out of"),
    ("penalty", "called first or last in"),
)


class Agents(Panel):
    name = "agents"
    title = "Agents"
    urgent_pressed = Signal()
    moved = Signal(str, object)  # one of WAYS; the queue

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, agent_model(), parent)
        self.table.empty_words = "no agent known yet"
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.group = QPushButton("by state")
        self.group.setCheckable(True)
        self.group.setAccessibleName("Group the agents by state")
        self.group.toggled.connect(self.model.set_grouped)
        self.tools.addWidget(self.summary, 1)
        self.tools.addWidget(self.group)
        self.urgent = QPushButton("send to urgent →")
        self.urgent.setToolTip("Send agents to the most urgent queue (Ctrl+Return)")
        self.urgent.setAccessibleName("Send agents to the most urgent queue")
        self.urgent.clicked.connect(self.urgent_pressed)
        self.move_to = QPushButton("move to ▾")
        self.move_to.setToolTip("Move the selected agents to a queue by hand (Ctrl+M)")
        self.move_to.setAccessibleName("Move the selected agents to a queue")
        self.move_to.clicked.connect(self.choose_queue)
        self.picked = QLabel()
        self.picked.setProperty("role", "muted")
        self.foot.setContentsMargins(6, 4, 6, 4)
        self.foot.addWidget(self.picked, 1)
        self.foot.addWidget(self.move_to)
        self.foot.addWidget(self.urgent)
        self.chosen.connect(self._count)
        self.table.sort_by(1)
        self._count()

    def rows_of(self, board: Board) -> Sequence[AgentRow]:
        return board.agents

    def show_board(self, board: Board, prepared: Any) -> None:
        super().show_board(board, prepared)
        words = texts.plural(len(board.agents), "agent")
        if self.summary.text() != words:
            self.summary.setText(words)

    def show_urgent(self, first: Sequence[Urgency]) -> None:
        """Name the queue that the button sends to, with the reasons on hover."""
        if not first:
            return
        urgency = first[0]
        name = urgency.queue if len(urgency.queue) <= 14 else f"{urgency.queue[:13]}…"
        words = f"send to {name} →"
        if self.urgent.text() != words:
            self.urgent.setText(words)
        reasons = "\n".join(f"+{r.points:.0f}  {r.words}" for r in urgency.reasons)
        self.urgent.setToolTip(
            f"{urgency.queue} is the most urgent queue, {urgency.score:.0f} points\n{reasons}\n"
            "Ctrl+Return shows who could go and what it costs"
        )

    def _count(self) -> None:
        number = len(self.table.selectionModel().selectedRows())
        self.picked.setText(f"{number} selected" if number else "select to move by hand")
        self.move_to.setEnabled(number > 0)

    def choose_queue(self) -> None:
        """A menu of all queues for the selected agents."""
        board = self.bridge.board
        if board is None or not self.table.selectionModel().hasSelection():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        queues = sorted(board.queues, key=lambda q: (-q.waiting, q.queue.casefold()))
        for kind, words in WAYS:
            part = menu if kind == "move" else menu.addMenu(f"{words} …")
            if kind == "move":
                # Not a section: some styles draw no words there.
                part.addAction("move to, and out of the others").setEnabled(False)
            self._fill(part, kind, queues)
        menu.popup(self.move_to.mapToGlobal(self.move_to.rect().topLeft()))

    def _fill(self, menu: QMenu, kind: str, queues: Sequence[QueueRow]) -> None:
        for queue in queues[:MENU]:
            waits = f"{queue.waiting} waiting, {queue.available} free"
            entry = menu.addAction(f"{queue.queue}   ({waits})")
            entry.triggered.connect(lambda _=False, queue=queue: self.moved.emit(kind, queue))
        if len(queues) > MENU:
            rest = menu.addAction(f"{len(queues) - MENU} more: Ctrl+K finds them by name")
            rest.setEnabled(False)
