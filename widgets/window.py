"""The window: strip, docks, preview and report line, and what the actions ask of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.board import AgentRow, Board, LogRow, QueueRow, SourceRow
from widgets import marks, menus, orders, texts, theme, zones
from widgets.actions import ACTIONS, Action
from widgets.afterwards import Afterwards
from widgets.alarming import Alarming
from widgets.assuming import Assuming
from widgets.bridge import Bridge
from widgets.docks import Docks
from widgets.freeing import Freeing
from widgets.freshness import Freshness
from widgets.learning import Learning
from widgets.marking import Marking
from widgets.models.log import AGAIN, OPEN, retryable
from widgets.models.sources import ItemStep
from widgets.notices import Notices
from widgets.orders import Order
from widgets.outcomes import Outcomes
from widgets.overriding import Overriding
from widgets.planning import Planning
from widgets.posture import Posture
from widgets.reading import Reading
from widgets.rehearsing import About, Choice, Rehearsing
from widgets.rostering import Rostering
from widgets.tour import Tour
from widgets.views import CATALOG
from widgets.views.agents import Agents
from widgets.views.banner import Banner
from widgets.views.connect import ConnectDialog
from widgets.views.debt import Debt
from widgets.views.detail import Detail, subject_of
from widgets.views.effects import Effects
from widgets.views.first_start import FirstStart
from widgets.views.forecast import Forecast
from widgets.views.import_wizard import paths_of
from widgets.views.issues import Issues
from widgets.views.log import Log
from widgets.views.notice_list import NoticeList
from widgets.views.palette import Entry, Palette
from widgets.views.panel import Panel
from widgets.views.preview import PreviewPanel
from widgets.views.queues import Queues
from widgets.views.report_line import ReportLine
from widgets.views.sources import Quarantine, Sources
from widgets.views.strip import Strip
from widgets.views.tickets import Tickets
from widgets.views.trends import Trends
from widgets.views.wallboard import Wallboard

#: Tables whose columns are kept as the person has sized them.
SIZED = (
    "queues", "agents", "log", "overrides", "effects", "tickets", "resources", "obligations",
    "operation", "plan", "alarms", "parameters",
)  # fmt: skip
#: How many agents are offered at first, at most; fewer where fewer wait.
OFFERED = 3


class Window(QMainWindow):
    ready = Signal()  # the first board is on the screen
    retheme = Signal(str)
    resize_text = Signal(float)

    def __init__(self, bridge: Bridge, settings: QSettings) -> None:
        super().__init__()
        self.bridge = bridge
        self.settings = settings
        self.setWindowTitle("Coalface")
        self.setAcceptDrops(True)
        self.notices = Notices(self, self._floor_of_notices)
        self.strip = Strip()
        self.banner = Banner()
        self.rehearsing = Rehearsing(bridge, self.notices, self)
        self.learning = Learning(bridge, self.notices, self.rehearsing, self)
        self.marking = Marking(self)
        self.docks = Docks()
        self.line = ReportLine(bridge)
        self.first = FirstStart()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.docks)
        self.pages.addWidget(self.first)
        self.pages.addWidget(self.rehearsing.ready)
        ground = QWidget()
        ground.setObjectName("ground")
        lines = QVBoxLayout(ground)
        lines.setContentsMargins(6, 2, 6, 6)
        lines.setSpacing(5)
        lines.addWidget(self.strip)
        lines.addWidget(self.rehearsing.bar)
        lines.addWidget(self.banner)
        lines.addWidget(self.pages, 1)
        lines.addWidget(self.line)
        self.setCentralWidget(ground)
        self.preview = PreviewPanel(bridge, lambda: self.line.y() - 3, ground)
        self.preview.moved.connect(self.notices.place)
        self.views: dict[str, QWidget] = {}
        for make in CATALOG:
            view = make(bridge)
            self.views[view.name] = view
            self.docks.add(view.name, view.title, view)
            if isinstance(view, Panel):
                bridge.add_watcher(view)  # type: ignore[arg-type]
        self.notice_list = NoticeList(self.notices)
        self.docks.add("notices", "Notices", self.notice_list)
        bridge.add_watcher(self.strip)  # type: ignore[arg-type]
        bridge.add_watcher(self.banner)  # type: ignore[arg-type]
        self.queues: Queues = self.views["queues"]  # type: ignore[assignment]
        self.agents: Agents = self.views["agents"]  # type: ignore[assignment]
        self.log: Log = self.views["log"]  # type: ignore[assignment]
        self.detail: Detail = self.views["detail"]  # type: ignore[assignment]
        self.trends: Trends = self.views["trends"]  # type: ignore[assignment]
        self.forecast: Forecast = self.views["forecast"]  # type: ignore[assignment]
        self.debt: Debt = self.views["debt"]  # type: ignore[assignment]
        self.issues: Issues = self.views["issues"]  # type: ignore[assignment]
        self.sources: Sources = self.views["sources"]  # type: ignore[assignment]
        self.quarantine: Quarantine = self.views["quarantine"]  # type: ignore[assignment]
        self.effects: Effects = self.views["effects"]  # type: ignore[assignment]
        self.tickets: Tickets = self.views["tickets"]  # type: ignore[assignment]
        self.afterwards = Afterwards(bridge, self.notices, self.log, self.detail)
        self.afterwards.changed.connect(self.refresh_actions)
        self.freeing = Freeing(
            bridge,
            self.views["resources"],  # type: ignore[arg-type]
            self.views["obligations"],  # type: ignore[arg-type]
            self.arm,
        )
        self.posture = Posture(
            bridge,
            self.views["operation"],  # type: ignore[arg-type]
            self.strip.operation,
            self.afterwards,
            self.arm,
        )
        self.planning = Planning(
            bridge,
            self.views["plan"],  # type: ignore[arg-type]
            self.posture.view,
            self.arm,
            self.do_operation,
        )
        self.overriding = Overriding(
            bridge,
            self.banner,
            self.views["overrides"],  # type: ignore[arg-type]
            self.arm,
            lambda: self.act("overrides"),
        )
        self.assuming = Assuming(bridge, self.views["parameters"], self.arm)  # type: ignore[arg-type]
        self.alarming = Alarming(
            bridge,
            self.notices,
            self.views["alarms"],  # type: ignore[arg-type]
            self,
            self.afterwards.tell_done,
            self.do_alarms,
        )
        self.alarming.view.has_dock = lambda name: name in self.docks.all
        self.alarming.counted.connect(self.strip.show_alarms)
        self.banner.gone.connect(self.queues.table.setFocus)
        self.rostering = Rostering(bridge, self.afterwards, self)
        self.reading = Reading(bridge, settings, self.notices, self.sources, self)
        self.freshness = Freshness(bridge, self.notices, self.find_source)
        self.outcomes = Outcomes(bridge, self.notices, self.show_act)
        self.freshness.counted.connect(lambda number: self._count(self.sources, number))
        self.reading.begun.connect(self.show_board_page)
        self.reading.replayed.connect(self.show_rehearsal)
        self.rehearsing.began.connect(self._show_rehearsal_menu)
        self.rehearsing.board_ready.connect(self._take_over)
        self.rehearsing.changed.connect(self.refresh_actions)
        self.rehearsing.changed.connect(self._leave_to_bar)
        self.rehearsing.over.connect(self._end_rehearsal)
        self.rehearsing.bar.another_pressed.connect(self.do_rehearse)
        self.rehearsing.bar.score_pressed.connect(self.do_score)
        self.learning.made.connect(self._add_score)
        self.palette_box = Palette(self)
        self.tour = Tour(self)
        self.wallboard: Wallboard | None = None
        self._rehearsal = ""
        self._shared = False
        self._panel: Panel = self.queues
        self.qt_actions = menus.fill_menu_bar(
            self, self.docks.all.values(), self._run, self.go_to, self.refresh_actions
        )
        self._rehearsal_menu().setVisible(False)
        self.refresh_actions()
        self._connect()
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.tick)
        self._second.start()
        self.restore_layout()
        self.queues.table.setFocus()

    def _floor_of_notices(self) -> int:
        above = self.preview if self.preview.isVisible() else self.line
        return above.mapTo(self, QPoint(0, 0)).y()

    def _connect(self) -> None:
        bridge = self.bridge
        bridge.opened.connect(self._opened)
        bridge.board_shown.connect(self._first_board)
        bridge.board_shown.connect(self._first_rows)
        bridge.board_shown.connect(self._count_quarantine)
        bridge.failed.connect(self.notices.fail)
        bridge.slow_changed.connect(self.afterwards.ask_undo)
        bridge.slow_changed.connect(self.ask_urgent)
        bridge.progressed.connect(self.strip.show_progress)
        self.strip.cancelled.connect(bridge.cancel_read)
        self.strip.operation.pressed.connect(self.do_operation)
        self.strip.debt.pressed.connect(self.do_debt)
        self.debt.owing.told.connect(self.strip.show_debt)
        self.forecast.payoff_changed.connect(self.strip.show_payoff)
        self.issues.armed.connect(self.arm)
        self.strip.problems_opened.connect(lambda: self.act("notices"))
        self.strip.alarms_opened.connect(lambda: self.act("alarms"))
        self.notices.changed.connect(lambda: self.strip.show_problems(self.notices.problems()))
        for panel in (
            self.queues, self.agents, self.log, self.effects, self.sources, self.tickets,
            self.issues,
        ):  # fmt: skip
            panel.opened.connect(self.open_detail)
            panel.chosen.connect(self.refresh_actions)
            panel.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            panel.table.customContextMenuRequested.connect(
                lambda spot, panel=panel: self._open_row_menu(panel, spot)
            )
        for panel in (
            self.freeing.resources, self.freeing.owed, self.overriding.listed,
            self.alarming.view, self.assuming.listed,
        ):  # fmt: skip
            panel.chosen.connect(self.refresh_actions)
            panel.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            panel.table.customContextMenuRequested.connect(
                lambda spot, panel=panel: self._open_row_menu(panel, spot)
            )
        self.tickets.found.connect(self._find_tickets)
        self.queues.chosen.connect(lambda: self.trends.choose(self.queues.table.chosen_rows()))
        self.queues.knob_pressed.connect(self.press_knob)
        self.log.knob_pressed.connect(self.press_knob)
        self.detail.knob_pressed.connect(self.press_knob)
        self.agents.urgent_pressed.connect(lambda: self.run("urgent"))
        self.agents.moved.connect(self.move_agents)
        self.sources.knob_pressed.connect(self.press_knob)
        self.sources.import_pressed.connect(lambda: self.run("import"))
        self.sources.watch_pressed.connect(lambda: self.run("watch"))
        self.sources.quarantine_pressed.connect(self.show_quarantine)
        self.quarantine.retried.connect(
            lambda taken: self.notices.tell(
                f"{texts.plural(taken, 'line')} taken out of quarantine"
                if taken
                else "None of these lines could be taken",
                "" if taken else "They stay as they came; the reason stands beside each.",
            )
        )
        self.preview.fired.connect(self.afterwards.tell_done)
        self.preview.refused.connect(self.notices.fail)
        self.line.refused.connect(self.notices.fail)
        self.line.left.connect(lambda: self._panel.table.setFocus())
        self.line.saved.connect(lambda _: self.docks.bring("log"))
        self.first.watch_pressed.connect(lambda: self.run("watch"))
        self.first.import_pressed.connect(lambda: self.run("import"))
        self.reading.show_quarantine = lambda: self.show_quarantine("")
        self.first.sample_pressed.connect(lambda: self.run("sample"))
        self.first.rehearse_pressed.connect(lambda: self.run("rehearse"))
        self.first.skipped.connect(self.show_board_page)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    # Actions --------------------------------------------------------------------------------------

    def refresh_actions(self) -> None:
        """Titles and availability of the moment."""
        for action in ACTIONS:
            made = self.qt_actions[action.id]
            enabled = action.enabled(self)
            if made.isEnabled() != enabled:
                made.setEnabled(enabled)
            words = action.words(self) if action.words else action.title
            if made.text() != words:
                made.setText(words)

    def run(self, name: str) -> None:
        self._run(next(action for action in ACTIONS if action.id == name))

    def _run(self, action: Action) -> None:
        if action.enabled(self):
            action.run(self)

    def _open_row_menu(self, panel: Panel, spot: QPoint) -> None:
        self.refresh_actions()
        at = panel.table.viewport().mapToGlobal(spot)
        menus.open_row_menu(self, panel.name, self.qt_actions, at)

    def _choose_state(self, row: QueueRow) -> None:
        table = self.queues.table
        rects = table.knob_rects(self.queues.model.place_of(row.queue_id))
        spot = next(r.bottomLeft() for knob, r in rects if knob.action == "state")
        at = table.viewport().mapToGlobal(spot)
        menus.open_state_menu(
            self, row, at, lambda state: self.arm(orders.channel_state(row.channel, state))
        )

    def _open_source_menu(self, row: SourceRow) -> None:
        table = self.sources.table
        rects = table.knob_rects(self.sources.model.place_of(row.source_id))
        spot = next(r.bottomLeft() for knob, r in rects if knob.action == "source_menu")
        self._open_row_menu(self.sources, spot)

    def go_to(self, dock: QDockWidget) -> None:
        dock.show()
        dock.raise_()
        view = dock.widget()
        (view.table if isinstance(view, Panel) else view).setFocus()

    # What actions ask ----------------------------------------------------------------------------

    def is_open(self) -> bool:
        return self.bridge.console is not None

    def chosen_queues(self) -> Sequence[QueueRow]:
        return self.queues.table.chosen_rows()

    def chosen_agents(self) -> Sequence[AgentRow]:
        return self.agents.table.chosen_rows()

    def chosen_entry(self) -> LogRow | None:
        rows = self.log.table.chosen_rows()
        return rows[0] if len(rows) == 1 else None

    def chosen_source(self) -> SourceRow | None:
        return self.sources.chosen_source()

    def chosen_item(self) -> ItemStep | None:
        """The message that is selected in the detail of an act."""
        row = self.detail.table.current_row() if self._panel is self.detail else None
        return row if isinstance(row, ItemStep) and row.message_id else None

    def can_retry(self) -> bool:
        item, entry = self.chosen_item(), self.chosen_entry()
        if item is not None:
            return item.state in AGAIN
        return entry is not None and bool(retryable(entry))

    def can_drop(self) -> bool:
        item = self.chosen_item()
        return item is not None and item.state in OPEN

    def undo_words(self) -> str:
        return self.afterwards.undo_words

    def redo_words(self) -> str:
        return self.afterwards.redo_words

    def arm(self, order: Order) -> None:
        if self._obeyed():
            self.preview.arm(order)

    def _obeyed(self) -> bool:
        """Whether anybody is left to obey; else it is said."""
        if self.rehearsing.is_over():
            self.notices.tell(
                "The rehearsal is over",
                "Nobody is there to obey. It can be looked at, or begun again.",
                "Begin again",
                self.rehearsing.restart,
            )
            return False
        return True

    def arm_sending(self, queue_id: int | None) -> None:
        board = self.bridge.board
        if board is None or not self._obeyed():
            return
        waiting = next((q.waiting for q in board.queues if q.queue_id == queue_id), board.waiting)
        self.preview.arm_sending(queue_id, max(1, min(OFFERED, waiting)))

    def move_agents(self, way: str, queue: QueueRow) -> None:
        make = {
            "move": orders.move,
            "join": orders.join,
            "leave": orders.leave,
            "penalty": orders.penalty,
        }[way]
        agents = self.chosen_agents()
        if agents:
            self.arm(make(agents, queue))

    def press_knob(self, name: str, row: Any) -> None:
        """A control in a row: it is about that row, whatever else is selected."""
        if isinstance(row, QueueRow):
            if name == "offer":
                self.arm(orders.callback([row], offer=marks.stands(row, "callback_offer") is False))
            elif name == "dial":
                self.arm(orders.callback([row], dial=marks.stands(row, "callback_dial") is False))
            elif name == "send":
                self.arm_sending(row.queue_id)
            elif name == "state":
                self._choose_state(row)
        elif isinstance(row, LogRow):
            if name == "undo_row":
                self.undo(row.key)
            elif name == "retry_row":
                self.afterwards.send_again([item.id for item in retryable(row)])
            elif name == "answer_report":
                self.arm(orders.answer_report(row.key))
            elif name == "close_report":
                self.arm(orders.close_report(row.key))
            elif name == "reopen_report":
                self.arm(orders.reopen_report(row.key))
        elif isinstance(row, ItemStep):
            if name == "retry_item":
                self.afterwards.send_again([row.message_id])
            elif name == "drop_item":
                self.afterwards.drop_item(row.message_id)
        elif isinstance(row, SourceRow):
            self.sources.table.choose(row.source_id)
            if name == "source_menu":
                self._open_source_menu(row)
            else:
                self.run(name)

    def undo(self, key: str = "") -> None:
        self.afterwards.undo(key)

    def redo(self) -> None:
        self.afterwards.redo()

    def ask_urgent(self) -> None:
        """Which queue is the most urgent now, for the button that sends there."""
        console, board = self.bridge.console, self.bridge.board
        if console is not None and board is not None and self.agents.is_seen():
            self.bridge.ask("urgent", lambda: console.urgency(board)[:1], self.agents.show_urgent)

    def act(self, name: str) -> None:
        """Actions of the window itself."""
        getattr(self, f"do_{name}")()

    def do_source_zone(self) -> None:
        row = self.chosen_source()
        if row is not None:
            # The names are a folder on the disk.
            self.bridge.ask(
                "zones", zones.names, lambda names: self.arm(orders.source_zone(row, names))
            )

    def do_source_files(self) -> None:
        row = self.chosen_source()
        if row is not None:
            self.docks.bring("sources")
            self.sources.show_files(row)

    def do_source_quarantine(self) -> None:
        self.show_quarantine("")

    def show_quarantine(self, file: str) -> None:
        """The lines put aside; of one file only, where it is named."""
        self.docks.bring("quarantine")
        self.quarantine.filter.setText(file)
        self.quarantine.table.setFocus()

    def find_source(self, source_id: int) -> None:
        self.docks.bring("sources")
        self.sources.filter.clear()
        self.sources.model.set_filter("")
        self.sources.table.choose(source_id)
        self.sources.table.setFocus()

    def do_import(self) -> None:
        self.reading.begin_import()

    def do_watch(self) -> None:
        self.reading.choose_folder()

    def do_read(self) -> None:
        self.reading.choose_files()

    def do_rehearse(self) -> None:
        self.learning.show_lobby()

    def do_score(self) -> None:
        self.learning.show_score()
        self.pages.setCurrentWidget(self.learning.page)

    def do_sample(self) -> None:
        self.reading.play_sample()

    def do_quit(self) -> None:
        self.close()

    def do_roster(self) -> None:
        self.rostering.show()

    def do_connect(self) -> None:
        row, board = self.chosen_source(), self.bridge.board
        dialog = ConnectDialog(self.bridge, self)
        dialog.recorded.connect(self.afterwards.tell_done)
        dialog.recorded.connect(lambda _: self.bridge.note_change())
        names = [source.source for source in board.sources] if board is not None else []
        only = names[0] if len(names) == 1 else ""
        dialog.begin(names, row.source if row is not None else only)

    def do_roster_import(self) -> None:
        self.rostering.choose_files()

    def do_roster_templates(self) -> None:
        self.rostering.choose_folder("write_templates")

    def do_roster_export(self) -> None:
        self.rostering.choose_folder("export_roster")

    def do_filter(self) -> None:
        if self.rostering.in_use():
            self.rostering.show().focus_filter()
            return
        self._panel.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._panel.filter.selectAll()

    def do_copy(self) -> None:
        if self.forecast.holds_focus():
            self.notices.tell(f"{texts.plural(self.forecast.copy_table(), 'row')} copied")
            return
        if self.debt.holds_focus():
            self.notices.tell(f"{texts.plural(self.debt.copy_table(), 'row')} copied")
            return
        panel = self._panel
        model, table = panel.model, panel.table
        shown = [
            n
            for n, c in enumerate(model.columns)
            if not table.isColumnHidden(n) and c.kind == "text"
        ]
        lines = ["\t".join(model.columns[n].title for n in shown)]
        for index in table.selectionModel().selectedRows():
            lines.append("\t".join(str(model.index(index.row(), n).data() or "") for n in shown))
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.notices.tell(f"{texts.plural(len(lines) - 1, 'row')} copied")

    def do_sort(self) -> None:
        self._panel.table.rearrange()

    def do_tickets(self) -> None:
        self.show_tickets()

    def show_tickets(self, name: str = "") -> None:
        """Bring a list of tickets; without a name the one shown last, or the next."""
        if name:
            self.tickets.choose(name)
        elif self.tickets.is_seen() and self._panel is self.tickets:
            self.tickets.next_list()
        self.go_to(self.docks.all["tickets"])

    def _find_tickets(self) -> None:
        """There are tickets: their dock is shown once; who closes it then has closed it."""
        if self._fresh or not self.settings.value("tickets_found", False, bool):
            self.docks.join("tickets")
        self.settings.setValue("tickets_found", True)

    def do_operation(self) -> None:
        self.go_to(self.docks.all["operation"])
        self.docks.give_room("operation")

    def do_plan(self) -> None:
        self.go_to(self.docks.all["plan"])
        self.docks.give_room("plan")

    def do_revert_all(self) -> None:
        self.do_operation()
        self.posture.arm_revert()

    def can_revert_all(self) -> bool:
        return self.posture.can_revert()

    def do_overrides(self) -> None:
        self.go_to(self.docks.all["overrides"])

    def do_alarms(self) -> None:
        self.show_dock("alarms")

    def show_dock(self, name: str) -> None:
        if name in self.docks.all:
            self.go_to(self.docks.all[name])

    def show_queue(self, queue_id: int) -> None:
        board = self.bridge.board
        row = next((q for q in board.queues if q.queue_id == queue_id), None) if board else None
        if row is not None:
            self.find_queue(row)

    def show_log(self, search: str) -> None:
        self.docks.bring("log")
        self.log.filter.setText(search)
        self.log.table.setFocus()

    def do_forecast(self) -> None:
        self.go_to(self.docks.all["forecast"])
        self.docks.give_room("forecast")

    def do_parameters(self) -> None:
        self.go_to(self.docks.all["parameters"])
        self.docks.give_room("parameters")

    def do_debt(self) -> None:
        self.go_to(self.docks.all["debt"])
        self.docks.give_room("debt")

    def do_issues(self) -> None:
        self.go_to(self.docks.all["issues"])
        self.docks.give_room("issues")

    def do_resources(self) -> None:
        self.go_to(self.docks.all["resources"])

    def do_owed(self) -> None:
        self.go_to(self.docks.all["obligations"])

    def do_move(self) -> None:
        self.agents.choose_queue()

    def do_report(self) -> None:
        agents = self.chosen_agents()
        contact = agents[0].contact or "" if len(agents) == 1 else ""
        subject = self.detail.subject
        if not contact and subject and self._panel is self.detail:
            contact = subject.name if subject.kind in ("contact", "ticket") else ""
        agent = agents[0].agent if len(agents) == 1 else ""
        rows = self.tickets.table.chosen_rows() if self._panel is self.tickets else ()
        if len(rows) == 1:
            agent, contact = rows[0].agent, f"ticket {rows[0].ref}"
        self.line.begin(agent, contact)

    def do_undo_row(self) -> None:
        entry = self.chosen_entry()
        if entry is not None:
            self.undo(entry.key)

    def do_retry(self) -> None:
        item, entry = self.chosen_item(), self.chosen_entry()
        if item is not None:
            self.afterwards.send_again([item.message_id])
        elif entry is not None:
            self.afterwards.send_again([each.id for each in retryable(entry)])

    def do_drop(self) -> None:
        item = self.chosen_item()
        if item is not None:
            self.afterwards.drop_item(item.message_id)

    def do_palette(self) -> None:
        entries = self._named_entries()
        board = self.bridge.board
        if board is not None:
            entries += menus.board_entries(
                board,
                len(self.chosen_agents()),
                self.arm_sending,
                lambda queue: self.move_agents("move", queue),
                self.find_queue,
                self.find_agent,
            )
        self.palette_box.open(entries)

    def _named_entries(self) -> list[Entry]:
        """Commands and docks, with their keys."""
        docks = [
            Entry(
                f"Go to {dock.windowTitle()}",
                self.qt_actions[f"go-{dock.objectName()}"].shortcut().toString(),
                lambda dock=dock: self.go_to(dock),
            )
            for dock in self.docks.all.values()
        ]
        return [*menus.action_entries(self, self._run), *docks]

    def do_wallboard(self) -> None:
        if self.wallboard is None:
            self.wallboard = Wallboard(self.bridge)
            self.wallboard.rehearsal = self._rehearsal
        if self.wallboard.isVisible():
            self.wallboard.hide()
        else:
            self.wallboard.showFullScreen()

    def shown_customer(self) -> str:
        """Whose contact the detail shows; empty where it is nobody's that is known."""
        return self.detail.customer

    def do_join_customer(self) -> None:
        self.arm(orders.join_customers(self.bridge.console, self.detail.customer))

    def do_part_customer(self) -> None:
        row = self.detail.table.current_row()
        if row is not None and row.contact:
            self.arm(orders.part_customers(self.bridge.console, self.detail.customer, row.contact))

    def do_share_number(self) -> None:
        self.arm(orders.share_number(self.bridge.console, self.detail.customer, True))

    def do_own_number(self) -> None:
        self.arm(orders.share_number(self.bridge.console, self.detail.customer, False))

    def do_detail(self) -> None:
        row = self._panel.table.current_row()
        if row is not None:
            self.open_detail(row)

    def do_notices(self) -> None:
        self.docks.bring("notices")

    def do_theme(self) -> None:
        self.retheme.emit("light" if theme.current() == "dark" else "dark")

    def do_larger(self) -> None:
        self.resize_text.emit(1.0)

    def do_smaller(self) -> None:
        self.resize_text.emit(-1.0)

    def do_layout(self) -> None:
        self.docks.arrange()

    def do_tour(self) -> None:
        self.show_board_page()
        self.tour.begin()

    def do_keys(self) -> None:
        self.palette_box.open([entry for entry in self._named_entries() if entry.keys])

    def find_queue(self, queue: QueueRow) -> None:
        self.docks.bring("queues")
        self.queues.filter.clear()
        self.queues.model.set_filter("")
        self.queues.table.choose(queue.queue_id)
        self.queues.table.setFocus()

    def find_agent(self, agent: AgentRow) -> None:
        self.docks.bring("agents")
        self.agents.filter.clear()
        self.agents.model.set_filter("")
        self.agents.table.choose(agent.agent_id)
        self.agents.table.setFocus()

    def open_detail(self, row: Any) -> None:
        if isinstance(row, SourceRow):
            self.do_source_files()
            return
        if isinstance(row, LogRow) and row.kind == "alarm":
            self.do_alarms()
            self.alarming.view.table.choose(int(row.key))
            return
        subject = subject_of(row)
        if subject is not None:
            self.docks.bring("detail")
            self.detail.show_subject(subject)

    def show_act(self, journal_id: int) -> None:
        """An act of the log with what became of each of its messages."""
        wanted = ("intervention", str(journal_id))
        row = next((r for r in self.log.model.rows() if (r.kind, r.key) == wanted), None)
        self.docks.bring("log")
        if row is not None:
            self.open_detail(row)

    def show_board_page(self) -> None:
        self.pages.setCurrentWidget(self.docks)
        if not self._shared:
            self._shared = True
            QTimer.singleShot(0, self, self.docks.share)

    def show_rehearsal(self, words: str) -> None:
        self._rehearsal = words
        self.strip.show_rehearsal(words)
        self._leave_to_bar()
        self.setWindowTitle(f"{words}, not live · Coalface")
        self.marking.begin(words.partition(" ")[0].rstrip(":"))
        if self.wallboard is not None:
            self.wallboard.rehearsal = words
        if words.startswith("REHEARSAL"):
            self.rehearsing.attach(self.reading.followed)

    def begin_rehearsal(self, folder: Path, about: About, choice: Choice) -> None:
        """Lead this one; its process begins, and the board comes when there is something on it."""
        self.pages.setCurrentWidget(self.rehearsing.ready)
        self.rehearsing.follow = self.reading.rehearse
        self.rehearsing.begin(folder, about, choice)
        self.show_rehearsal(f"REHEARSAL: {about[0]}")

    def _show_rehearsal_menu(self) -> None:
        self._rehearsal_menu().setVisible(True)
        self._leave_to_bar()
        self.refresh_actions()

    def _leave_to_bar(self) -> None:
        """The bar of a rehearsal says what the strip says otherwise, and has more room."""
        if not self.rehearsing.bar.isHidden():
            self.strip.rehearsal.hide()
            self.strip.fit()

    def _rehearsal_menu(self) -> QAction:
        return next(each for each in self.menuBar().actions() if each.text() == "Rehearsal")

    def _take_over(self) -> None:
        """The board is there: the mission once more, and at the first time what is where."""
        self.show_board_page()
        state = self.rehearsing.state
        if state is not None and state.goals:
            self.notices.tell(f"Your mission: {state.title}", " ".join(state.goals))
        if self.shows_tour:
            self.tour.begin_once()

    def _add_score(self, page: Any) -> None:
        self.pages.addWidget(page)
        page.left.connect(self.show_board_page)

    def _end_rehearsal(self) -> None:
        """What was about to be ordered is not: nobody is there to obey."""
        if self.preview.isVisible():
            self.preview.leave()
        self.tour.leave()
        self.do_score()

    shows_tour = False  # a person looks at this window; pictures and tests do not

    def show_first_page(self) -> None:
        self.pages.setCurrentWidget(self.first)

    # Time, focus, layout -------------------------------------------------------------------------

    def _opened(self) -> None:
        self.strip.stale_s = self.bridge.stale_s()
        self.refresh_actions()
        self.afterwards.ask_undo()

    def _first_board(self, board: Board) -> None:
        self.bridge.board_shown.disconnect(self._first_board)
        self.ready.emit()

    def _first_rows(self, board: Board) -> None:
        if board.queues:
            self.bridge.board_shown.disconnect(self._first_rows)
            QTimer.singleShot(0, self, self.share)

    def _count_quarantine(self, board: Board) -> None:
        """The tab says how many lines were put aside, also while it is behind another."""
        self._count(self.quarantine, sum(source.quarantined for source in board.sources))

    def _count(self, panel: Panel, number: int) -> None:
        words = f"{panel.title} ({texts.count(number)})" if number else panel.title
        dock = self.docks.all[panel.name]
        if dock.windowTitle() != words:
            dock.setWindowTitle(words)

    def share(self) -> None:
        """Sizes that suit what there is, unless somebody has arranged the docks."""
        board = self.bridge.board
        if self._fresh and board is not None:
            self.docks.share(max(len(board.queues), len(board.agents)))

    def tick(self) -> None:
        now = self.bridge.now()
        self.strip.tick(now)
        self.marking.look()
        self.tour.lie()
        if self.bridge.board is not None:
            self.freshness.look(self.bridge.board.sources, now)
        for view in self.views.values():
            if isinstance(view, Panel):
                view.tick(now)

    def dress(self) -> None:
        """The theme changed: redraw what draws itself."""
        self.trends.dress()
        self.forecast.dress()
        self.debt.dress()
        for view in self.views.values():
            view.update()

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        for view in self.views.values():
            if isinstance(view, Panel) and new is not None:
                if view.isAncestorOf(new) or view.bar.isAncestorOf(new):
                    self._panel = view

    def restore_layout(self) -> None:
        geometry = self.settings.value("geometry")
        if geometry is not None:
            self.restoreGeometry(geometry)
        else:
            self.resize(1366, 768)
        self.docks.arrange()
        self._shared = self.docks.restore(self.settings)
        self._fresh = not self._shared  # nobody has arranged the docks yet
        for name in SIZED:
            head = self.settings.value(f"columns/{name}")
            if head is not None:
                self.views[name].table.header().restoreState(head)  # type: ignore[attr-defined]

    def save_layout(self) -> None:
        self.settings.setValue("geometry", self.saveGeometry())
        self.docks.save(self.settings)
        for name in SIZED:
            table = self.views[name].table  # type: ignore[attr-defined]
            self.settings.setValue(f"columns/{name}", table.columns_chosen())
        self.settings.sync()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.is_open() and paths_of(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Files that are dropped anywhere on the window are looked at before they are read."""
        self.reading.begin_import(paths_of(event.mimeData().urls()))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._second.stop()
        self.tour.leave()
        self.rehearsing.let_go()
        self.learning.let_go()
        self.save_layout()
        if self.wallboard is not None:
            self.bridge.remove_watcher(self.wallboard)  # type: ignore[arg-type]
            self.wallboard.close()
        super().closeEvent(event)
