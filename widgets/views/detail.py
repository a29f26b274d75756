"""What happened to one agent, contact or queue, step by step."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from console.domain.board import AgentRow, Board, LogRow, QueueRow, Step, Timeline
from console.domain.debt import IssueContact, IssueRow
from console.domain.effects import Effect
from console.domain.tickets import TicketRow
from widgets import marks, texts
from widgets.bridge import Bridge
from widgets.models.effects import EffectRow
from widgets.models.log import AGAIN, OPEN
from widgets.models.sources import ItemStep, step_model
from widgets.views.effect_strips import EffectStrips
from widgets.views.ink import Knob
from widgets.views.log import LIMIT
from widgets.views.panel import Panel

#: The kind of line of the log that is an act.
INTERVENTION = "intervention"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose timeline is shown: kind is agent, queue, contact, ticket or log; `key` is that of a
    line of the log. A ticket has its own id for a name, and the `id` of its source."""

    kind: str
    name: str
    id: int = 0
    key: tuple[str, str] = ("", "")


def steps_of(row: LogRow) -> tuple[Step, ...]:
    """A line of the log and all its messages, each with what became of it."""
    first = Step(row.at, row.at, f"{row.text}: {row.state}", "", row.who)
    more = (Step(row.at, row.at, row.detail),) if row.detail else ()
    items = tuple(
        ItemStep(
            row.at,
            row.at,
            f"{marks.order(item.state)}: {item.item}",
            who=item.words,
            message_id="" if row.undone else item.id,
            state=item.state,
        )
        for item in row.items
    )
    return (first, *more, *items)


def subject_of(row: Any) -> Subject | None:
    """What a double click on that row opens."""
    if isinstance(row, AgentRow):
        return Subject("agent", row.agent, row.agent_id)
    if isinstance(row, QueueRow):
        return Subject("queue", row.queue, row.queue_id)
    if isinstance(row, LogRow):
        return Subject("log", row.text, 0, (row.kind, row.key))
    if isinstance(row, EffectRow):
        return Subject("log", row.effect.act, 0, (INTERVENTION, str(row.effect.journal_id)))
    if isinstance(row, TicketRow):
        return Subject("ticket", row.ref, row.source_id)
    if isinstance(row, IssueContact):
        return Subject("contact", row.contact)
    if isinstance(row, IssueRow):
        return Subject("contact", row.contacts[-1].contact)
    return None


class Detail(Panel):
    name = "detail"
    title = "Detail"
    loaded = Signal()

    def __init__(self, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(bridge, step_model(), parent)
        self.subject: Subject | None = None
        self.customer = ""  # of the contact that is shown
        self._past: list[Subject] = []
        self.table.empty_words = "double click a queue, an agent, a ticket or a line of the log"
        self.heading = QLabel()
        self.heading.setProperty("role", "title")
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.back = QPushButton("← back")
        self.back.setAccessibleName("Back to what was shown before")
        self.back.clicked.connect(self.go_back)
        self.back.setEnabled(False)
        self.strips = EffectStrips()
        middle, lines = QHBoxLayout(), self.layout()
        lines.removeWidget(self.table)  # type: ignore[union-attr]
        middle.addWidget(self.table, 1)
        middle.addWidget(self.strips)
        lines.insertLayout(0, middle, 1)  # type: ignore[union-attr]
        self._places = {c.id: n for n, c in enumerate(self.model.columns)}
        self.table.knobs = self.knobs_of
        self.tools.insertWidget(0, self.back)
        self.tools.insertWidget(1, self.heading, 1)
        bridge.slow_changed.connect(self.load)
        self.opened.connect(self._follow)

    def wants_board(self) -> bool:
        return False

    def compare_board(self, board: Board) -> None:
        return None

    def shown(self) -> None:
        self.load()

    def show_subject(self, subject: Subject) -> None:
        if self.subject is not None and self.subject != subject:
            self._past.append(self.subject)
        self._take(subject)

    def go_back(self) -> None:
        if self._past:
            self._take(self._past.pop())

    def _take(self, subject: Subject) -> None:
        self.subject, self.customer = subject, ""
        self.back.setEnabled(bool(self._past))
        self.heading.setText(f"{subject.kind}: {subject.name}")
        self.heading.setToolTip(subject.name)
        self.model.show_rows([])
        self.strips.show_effects((), 0)
        of_log, of_ticket = subject.kind == "log", subject.kind == "ticket"
        for column, hidden in (
            ("controls", not of_log), ("queue", of_log or of_ticket), ("line", of_log)
        ):  # fmt: skip
            self.table.setColumnHidden(self._places[column], hidden)
        # Tickets last for days.
        self.table.widths.pop(self._places["at"], None)
        if of_ticket:
            wide = QFontMetrics(self.table.font()).horizontalAdvance("28 Nov 08:08:08") + 14
            self.table.widths[self._places["at"]] = wide
        self.table.fit()
        self.load()

    def load(self) -> None:
        subject, console = self.subject, self.bridge.console
        if subject is None or console is None or not self.is_seen():
            return

        def job() -> tuple[Timeline, tuple[Effect, ...]]:
            kind, key = subject.key
            return timeline(), console.effects_of(int(key)) if kind == INTERVENTION else ()

        def timeline() -> Timeline:
            if subject.kind == "log":
                # Asked anew each time: what became of it goes on while it is looked at.
                for search in ("", subject.name):
                    for row in console.log(limit=LIMIT, search=search):
                        if (row.kind, row.key) == subject.key:
                            return Timeline(row.text, steps_of(row))
                return Timeline(subject.name)
            if subject.kind == "agent":
                return console.timeline_of_agent(subject.id)
            if subject.kind == "queue":
                return console.timeline_of_queue(subject.id)
            if subject.kind == "ticket":
                return console.timeline_of_ticket(subject.id, subject.name)
            return console.timeline_of_contact(subject.name, subject.id or None)

        self.bridge.ask("detail", job, self._show)

    def _show(self, landed: tuple[Timeline, tuple[Effect, ...]]) -> None:
        timeline, effects = landed
        self.model.now = self.bridge.now()
        self.strips.show_effects(effects, self.model.now)
        self.model.show_rows(timeline.steps)
        self.customer = timeline.customer
        kind = self.subject.kind if self.subject else ""
        waiting = sum(1 for step in timeline.steps if step.what == "waiting" and not step.ended_at)
        more = f", {waiting} waiting" if kind == "queue" else ""
        lines = texts.plural(len(timeline.steps), "line")
        title = timeline.title if timeline.title.startswith(kind) else f"{kind}: {timeline.title}"
        self.heading.setText(f"{title}{more} · {lines}")
        self.loaded.emit()

    def knobs_of(self, row: Step) -> tuple[Knob, ...]:
        """What can be done about one message of an act."""
        if not isinstance(row, ItemStep) or not row.message_id:
            return ()
        found = []
        wide = QFontMetrics(self.table.font()).horizontalAdvance
        if row.state in AGAIN:
            tip = "Send this message again, under a record of its own"
            found.append(Knob("retry_item", "Retry", wide("Retry") + 12, tip=tip))
        if row.state in OPEN:
            tip = "Let this message be: it is not sent any more, nor waited for"
            found.append(Knob("drop_item", "Drop", wide("Drop") + 12, tip=tip))
        return tuple(found)

    def _follow(self, step: Step) -> None:
        """From a caller, an agent's contact, or a customer's other contact, to the contact."""
        if step.contact:
            self.show_subject(Subject("contact", step.contact))
            return
        if self.subject is None or self.subject.kind not in ("queue", "agent"):
            return
        contact = step.who.split(" · ")[0]
        if contact:
            self.show_subject(Subject("contact", contact))
