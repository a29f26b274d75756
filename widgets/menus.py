"""Menus and palette, derived from the actions and from what is on the board."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QWidget

from console.domain.board import AgentRow, Board, QueueRow
from widgets import texts
from widgets.actions import ACTIONS, Action, Desk
from widgets.views.palette import Entry

#: What a right click offers on the rows of each table.
ROW_MENUS = {
    "queues": (
        "offer", "dial", "callback_limit", "open", "drain", "close", "send", "detail", "copy",
    ),
    "overrides": ("restore", "restore_all", "copy"),
    "alarms": ("take_alarm", "give_alarm", "snooze_alarm", "copy"),
    "agents": ("urgent", "move", "detail", "report", "copy"),
    "sources": (
        "connect", "pause_source", "reread_source", "source_zone", "rename_source", "source_files",
        "source_quarantine", "forget_source", "copy",
    ),
    "log": (
        "undo_row", "retry", "answer_report", "close_report", "reopen_report", "detail", "copy",
    ),
    "effects": ("detail", "copy"),
    "tickets": ("detail", "report", "copy"),
    "resources": ("free", "copy"),
    "parameters": ("set_parameter", "drop_parameter", "copy"),
    "obligations": (
        "owed_done", "owed_owner", "owed_due", "owed_law", "owed_waive", "owe", "copy",
    ),
}  # fmt: skip
STATES = (
    ("open", "Open"),
    ("draining", "Drain: no new contacts, serve those waiting"),
    ("closed", "Close: no new contacts"),
)


def fill_menu_bar(
    window: QMainWindow,
    docks: Iterable[QDockWidget],
    run: Callable[[Action], None],
    go_to: Callable[[QDockWidget], None],
    refresh: Callable[[], None],
) -> dict[str, QAction]:
    """The menus of the window; Qt's actions by id, docks as ``go-`` and their name."""
    made: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}

    def add(name: str, title: str, keys: str, press: Callable[[], None]) -> QAction:
        action = QAction(title, window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        # Docks that were torn off are windows of their own and obey the same keys.
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda _=False: press())
        window.addAction(action)
        made[name] = action
        return action

    for action in ACTIONS:
        top, _, sub = action.menu.partition("/")
        if top not in menus:
            menus[top] = window.menuBar().addMenu(top)
            menus[top].aboutToShow.connect(refresh)
        if sub and action.menu not in menus:
            menus[action.menu] = menus[top].addMenu(sub)
        menus[action.menu].addAction(
            add(action.id, action.title, action.keys, partial(run, action))
        )
    menus["View"].addSeparator()
    for number, dock in enumerate(docks, 1):
        menus["View"].addAction(dock.toggleViewAction())
        words = f"Go to {dock.windowTitle()}"
        keys = f"Alt+{number}" if number < 10 else ""
        add(f"go-{dock.objectName()}", words, keys, partial(go_to, dock))
    return made


def popup(owner: QWidget) -> QMenu:
    """A menu that is gone when it was used."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def open_row_menu(owner: QWidget, panel: str, made: dict[str, QAction], at: QPoint) -> None:
    """What can be done with the rows selected."""
    menu = popup(owner)
    for name in ROW_MENUS[panel]:
        menu.addAction(made[name])
    menu.popup(at)


def open_state_menu(
    owner: QWidget, row: QueueRow, at: QPoint, choose: Callable[[str], None]
) -> None:
    """Open, draining or closed, for the channel of that row."""
    menu = popup(owner)
    for state, words in STATES:
        entry = menu.addAction(f"{words} ({row.channel})")
        entry.setCheckable(True)
        entry.setChecked(state == row.channel_state)
        entry.triggered.connect(lambda _=False, state=state: choose(state))
    menu.popup(at)


def action_entries(desk: Desk, run: Callable[[Action], None]) -> list[Entry]:
    """Every command with its words of the moment and its key."""
    return [
        Entry(
            action.words(desk) if action.words else action.title,
            action.keys,
            partial(run, action),
            action.enabled(desk),
        )
        for action in ACTIONS
        if action.id != "palette"
    ]


def board_entries(
    board: Board,
    picked: int,
    send: Callable[[int], None],
    move: Callable[[QueueRow], None],
    find_queue: Callable[[QueueRow], None],
    find_agent: Callable[[AgentRow], None],
) -> list[Entry]:
    """Every queue and agent by name; `picked` is how many agents are selected."""
    found = []
    for queue in board.queues:
        found.append(Entry(f"Send agents to {queue.queue}", "", partial(send, queue.queue_id)))
        if picked:
            words = f"Move {texts.plural(picked, 'selected agent')} to {queue.queue}"
            found.append(Entry(words, "", partial(move, queue)))
    found += [Entry(f"Queue {q.queue}", "", partial(find_queue, q)) for q in board.queues]
    found += [Entry(f"Agent {a.agent}", "", partial(find_agent, a)) for a in board.agents]
    return found
