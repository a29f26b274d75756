"""Every action, declared once: menus, palette, keys and buttons are derived from these lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from console.domain.board import AgentRow, LogRow, QueueRow, SourceRow
from widgets import marks, orders
from widgets.alarming import Alarming
from widgets.assuming import Assuming
from widgets.freeing import Freeing
from widgets.orders import Order
from widgets.overriding import Overriding
from widgets.rehearsing import Rehearsing


class Desk(Protocol):
    """What actions may ask of the window."""

    @property
    def freeing(self) -> Freeing: ...
    @property
    def overriding(self) -> Overriding: ...
    @property
    def alarming(self) -> Alarming: ...
    @property
    def assuming(self) -> Assuming: ...
    @property
    def rehearsing(self) -> Rehearsing: ...
    def chosen_queues(self) -> Sequence[QueueRow]: ...
    def chosen_agents(self) -> Sequence[AgentRow]: ...
    def chosen_entry(self) -> LogRow | None: ...
    def chosen_source(self) -> SourceRow | None: ...
    def shown_customer(self) -> str: ...
    def is_open(self) -> bool: ...
    def can_retry(self) -> bool: ...
    def can_drop(self) -> bool: ...
    def undo_words(self) -> str: ...
    def redo_words(self) -> str: ...
    def arm(self, order: Order) -> None: ...
    def arm_sending(self, queue_id: int | None) -> None: ...
    def undo(self, key: str = "") -> None: ...
    def redo(self) -> None: ...
    def can_revert_all(self) -> bool: ...
    def act(self, name: str) -> None: ...
    def show_tickets(self, name: str = "") -> None: ...


@dataclass(frozen=True, slots=True)
class Action:
    """`enabled` and `run` take the window; `words` gives the title of the moment."""

    id: str
    title: str
    menu: str
    run: Callable[[Desk], Any]
    keys: str = ""
    enabled: Callable[[Desk], bool] = lambda desk: True
    words: Callable[[Desk], str] | None = None
    tip: str = ""


def _queue(desk: Desk) -> bool:
    return desk.is_open() and bool(desk.chosen_queues())


def _agents(desk: Desk) -> bool:
    return desk.is_open() and bool(desk.chosen_agents())


def _open(desk: Desk) -> bool:
    return desk.is_open()


def _report(*states: str) -> Callable[[Desk], bool]:
    def enabled(desk: Desk) -> bool:
        entry = desk.chosen_entry()
        return entry is not None and entry.kind == "report" and entry.state in states

    return enabled


def _toggled(rows: Sequence[QueueRow], switch: str) -> bool:
    """Off where anything is on or unknown; on only when all are off."""
    return all(marks.stands(row, switch) is False for row in rows)


def _toggle_offer(desk: Desk) -> None:
    rows = desk.chosen_queues()
    desk.arm(orders.callback(rows, offer=_toggled(rows, "callback_offer")))


def _toggle_dial(desk: Desk) -> None:
    rows = desk.chosen_queues()
    desk.arm(orders.callback(rows, dial=_toggled(rows, "callback_dial")))


def _set_channel(state: str) -> Callable[[Desk], None]:
    return lambda desk: desk.arm(orders.channel_state(desk.chosen_queues()[0].channel, state))


def _channel_switch(offer: bool | None, dial: bool | None) -> Callable[[Desk], None]:
    return lambda desk: desk.arm(
        orders.callback(offer=offer, dial=dial, channel=desk.chosen_queues()[0].channel)
    )


def _all_switch(offer: bool | None, dial: bool | None) -> Callable[[Desk], None]:
    return lambda desk: desk.arm(orders.callback(offer=offer, dial=dial, everywhere=True))


def _switch_words(what: str, switch: str) -> Callable[[Desk], str]:
    def words(desk: Desk) -> str:
        rows = desk.chosen_queues()
        if not rows:
            return f"Callback {what} of the selected queue"
        on = "on" if _toggled(rows, switch) else "off"
        where = rows[0].queue if len(rows) == 1 else f"{len(rows)} queues"
        return f"Turn callback {what} {on}: {where}"

    return words


def _channel_words(verb: str) -> Callable[[Desk], str]:
    def words(desk: Desk) -> str:
        rows = desk.chosen_queues()
        return f"{verb} channel {rows[0].channel}" if rows else f"{verb} the selected channel"

    return words


def _source(desk: Desk) -> bool:
    return desk.is_open() and desk.chosen_source() is not None


def _with_source(make: Callable[[SourceRow], Order]) -> Callable[[Desk], None]:
    def run(desk: Desk) -> None:
        row = desk.chosen_source()
        if row is not None:
            desk.arm(make(row))

    return run


def _source_words(verb: str, paused: str = "") -> Callable[[Desk], str]:
    def words(desk: Desk) -> str:
        row = desk.chosen_source()
        if row is None:
            return f"{verb}{f' or {paused.lower()}' if paused else ''} the selected source"
        return f"{paused if paused and row.paused else verb} {row.source}"

    return words


def _reported(make: Callable[[str], Order]) -> Callable[[Desk], None]:
    def run(desk: Desk) -> None:
        entry = desk.chosen_entry()
        if entry is not None:
            desk.arm(make(entry.key))

    return run


#: Lists of tickets, as the palette calls them.
TICKETS = (
    ("open", "all that are open"),
    ("ageing", "those that age"),
    ("bouncing", "those that bounce between agents"),
    ("noteless", "those without a note"),
    ("overdue", "those past their time"),
    ("reopened", "those that came back"),
)


def _owed(act: str) -> Callable[[Desk], None]:
    return lambda desk: desk.freeing.settle_chosen(act)


def _settles(desk: Desk) -> bool:
    return desk.freeing.can_settle()


def _led(desk: Desk) -> bool:
    return desk.rehearsing.is_led()


def _does(name: str) -> Callable[[Desk], None]:
    return lambda desk: desk.act(name)


ACTIONS: tuple[Action, ...] = (
    Action("import", "Import…", "File", _does("import"), "Ctrl+I", _open),
    Action("watch", "Watch a folder…", "File", _does("watch"), "Ctrl+Shift+O", _open),
    Action("read", "Read files once…", "File", _does("read"), "", _open),
    Action("sample", "Open the sample hour", "File", _does("sample"), "", _open),
    Action(
        "rehearse",
        "Rehearse…",
        "File",
        _does("rehearse"),
        "F4",
        _open,
        tip="Lead a centre that does not exist, in a window of its own",
    ),
    Action("quit", "Quit", "File", _does("quit"), "Ctrl+Q"),
    Action(
        "undo",
        "Undo",
        "Edit",
        lambda desk: desk.undo(),
        "Ctrl+Z",
        lambda desk: bool(desk.undo_words()),
        lambda desk: f"Undo {desk.undo_words()}".rstrip(),
    ),
    Action(
        "redo",
        "Redo",
        "Edit",
        lambda desk: desk.redo(),
        "Ctrl+Shift+Z",
        lambda desk: bool(desk.redo_words()),
        lambda desk: f"Redo {desk.redo_words()}".rstrip(),
    ),
    Action("filter", "Filter this table", "Edit", _does("filter"), "Ctrl+F"),
    Action("copy", "Copy the selected rows", "Edit", _does("copy"), "Ctrl+Shift+C"),
    Action("sort", "Sort again now", "Edit", _does("sort"), "F5"),
    Action(
        "operation",
        "Operation: playbooks, review and list",
        "Controls",
        _does("operation"),
        "Ctrl+P",
        _open,
        tip="Review a playbook, fire it in one act, and see what becomes of it",
    ),
    Action(
        "plan",
        "Plan: what could be done now, side by side",
        "Controls",
        _does("plan"),
        "F8",
        _open,
        tip="What each would bring in two days against doing nothing, and which callback setting "
        "is right now",
    ),
    Action(
        "revert_all",
        "Revert the whole operation…",
        "Controls",
        _does("revert_all"),
        "Ctrl+Shift+F10",
        lambda desk: desk.is_open() and desk.can_revert_all(),
        tip="Take back all that the operation did; it is armed first",
    ),
    Action(
        "urgent",
        "Send agents to the most urgent queue",
        "Controls",
        lambda desk: desk.arm_sending(None),
        "Ctrl+Return",
        _open,
    ),
    Action(
        "send",
        "Send agents to the selected queue",
        "Controls",
        lambda desk: desk.arm_sending(desk.chosen_queues()[0].queue_id),
        "Ctrl+Shift+Return",
        _queue,
    ),
    Action("move", "Move the selected agents…", "Controls", _does("move"), "Ctrl+M", _agents),
    Action(
        "offer",
        "Callback offer of the selected queue",
        "Controls",
        _toggle_offer,
        "Ctrl+O",
        _queue,
        _switch_words("offer", "callback_offer"),
    ),
    Action(
        "dial",
        "Callback dialling of the selected queue",
        "Controls",
        _toggle_dial,
        "Ctrl+D",
        _queue,
        _switch_words("dialling", "callback_dial"),
    ),
    Action(
        "open",
        "Open the selected channel",
        "Controls",
        _set_channel("open"),
        "Ctrl+1",
        _queue,
        _channel_words("Open"),
    ),
    Action(
        "drain",
        "Drain the selected channel",
        "Controls",
        _set_channel("draining"),
        "Ctrl+2",
        _queue,
        _channel_words("Drain"),
    ),
    Action(
        "close",
        "Close the selected channel",
        "Controls",
        _set_channel("closed"),
        "Ctrl+3",
        _queue,
        _channel_words("Close"),
    ),
    Action(
        "callback_limit",
        "Limit of promises of the selected queue…",
        "Controls",
        lambda desk: desk.arm(orders.callback_limit(desk.chosen_queues()[0])),
        "",
        _queue,
        tip="From so many open promises on, its callback offer goes off by itself",
    ),
    Action(
        "overrides",
        "Overrides: what stands otherwise than usual",
        "Controls",
        _does("overrides"),
        "Ctrl+Shift+V",
        _open,
    ),
    Action(
        "restore",
        "Revert what is selected in Overrides",
        "Controls",
        lambda desk: desk.overriding.revert_chosen(),
        "",
        lambda desk: desk.overriding.can_revert(),
    ),
    Action(
        "restore_all",
        "Revert all that stands otherwise than usual",
        "Controls",
        lambda desk: desk.overriding.revert_all(),
        "Ctrl+B",
        lambda desk: desk.overriding.can_revert_all(),
        tip="One act; its preview comes first, and undo takes it back",
    ),
    Action(
        "channel_offer_off",
        "Callback offer off, whole channel",
        "Controls/Whole channel",
        _channel_switch(False, None),
        "",
        _queue,
    ),
    Action(
        "channel_offer_on",
        "Callback offer on, whole channel",
        "Controls/Whole channel",
        _channel_switch(True, None),
        "",
        _queue,
    ),
    Action(
        "channel_dial_off",
        "Callback dialling off, whole channel",
        "Controls/Whole channel",
        _channel_switch(None, False),
        "",
        _queue,
    ),
    Action(
        "channel_dial_on",
        "Callback dialling on, whole channel",
        "Controls/Whole channel",
        _channel_switch(None, True),
        "",
        _queue,
    ),
    Action(
        "all_offer_off",
        "Callback offer off everywhere",
        "Controls/Everywhere",
        _all_switch(False, None),
        "Ctrl+Shift+F8",
        _open,
    ),
    Action(
        "all_offer_on",
        "Callback offer on everywhere",
        "Controls/Everywhere",
        _all_switch(True, None),
        "Ctrl+Shift+F9",
        _open,
    ),
    Action(
        "all_dial_off",
        "Callback dialling off everywhere",
        "Controls/Everywhere",
        _all_switch(None, False),
        "",
        _open,
    ),
    Action(
        "all_dial_on",
        "Callback dialling on everywhere",
        "Controls/Everywhere",
        _all_switch(None, True),
        "",
        _open,
    ),
    Action(
        "alarms",
        "Alarms: what somebody has to see to",
        "Controls",
        _does("alarms"),
        "F9",
        _open,
    ),
    Action(
        "take_alarm",
        "Take over what is selected in Alarms",
        "Controls/Alarms",
        lambda desk: desk.alarming.take_chosen(),
        "Ctrl+Shift+Y",
        lambda desk: desk.alarming.can_take(),
        tip="You see to it; it ends by itself when the condition has ended",
    ),
    Action(
        "give_alarm",
        "Give what is selected in Alarms to somebody…",
        "Controls/Alarms",
        lambda desk: desk.alarming.give_chosen(),
        "",
        lambda desk: desk.alarming.can_take(),
    ),
    Action(
        "snooze_alarm",
        "Put off what is selected in Alarms…",
        "Controls/Alarms",
        lambda desk: desk.alarming.snooze_chosen(),
        "",
        lambda desk: desk.alarming.can_take(),
        tip="For some minutes, with the reason; it calls again when it still stands then",
    ),
    Action("report", "Report what went wrong", "Report", _does("report"), "Ctrl+L"),
    Action(
        "answer_report",
        "Answer the selected report",
        "Report",
        _reported(orders.answer_report),
        "Ctrl+Shift+A",
        _report("open", "answered", "closed"),
    ),
    Action(
        "close_report",
        "Close the selected report",
        "Report",
        _reported(orders.close_report),
        "",
        _report("open", "answered"),
    ),
    Action(
        "reopen_report",
        "Reopen the selected report",
        "Report",
        _reported(orders.reopen_report),
        "",
        _report("closed"),
    ),
    Action(
        "join_customer",
        "Join this contact's customer with another…",
        "People",
        _does("join_customer"),
        "",
        lambda desk: desk.is_open() and bool(desk.shown_customer()),
        tip="The same customer under another number or address",
    ),
    Action(
        "part_customer",
        "Part the selected contact's customer from this one",
        "People",
        _does("part_customer"),
        "",
        lambda desk: desk.is_open() and bool(desk.shown_customer()),
        tip="What was joined by hand",
    ),
    Action(
        "share_number",
        "This number is shared by many customers",
        "People",
        _does("share_number"),
        "",
        lambda desk: desk.is_open() and bool(desk.shown_customer()),
        tip="A switchboard's number joins nobody",
    ),
    Action(
        "own_number",
        "This number is one customer's after all",
        "People",
        _does("own_number"),
        "",
        lambda desk: desk.is_open() and bool(desk.shown_customer()),
    ),
    Action(
        "undo_row",
        "Take back the selected line of the log",
        "Report",
        _does("undo_row"),
        "",
        lambda desk: (e := desk.chosen_entry()) is not None and e.can_undo and not e.undone,
    ),
    Action(
        "retry",
        "Send the selected message again",
        "Controls",
        _does("retry"),
        "Ctrl+Shift+R",
        lambda desk: desk.can_retry(),
    ),
    Action(
        "drop",
        "Drop the selected message",
        "Controls",
        _does("drop"),
        "Ctrl+Shift+Backspace",
        lambda desk: desk.can_drop(),
    ),
    Action(
        "resources",
        "Resources: what could be freed now",
        "People",
        _does("resources"),
        "Ctrl+R",
        _open,
    ),
    Action(
        "free",
        "Free what is selected in Resources",
        "People",
        lambda desk: desk.freeing.free_chosen(),
        "Ctrl+Shift+G",
        lambda desk: desk.freeing.can_free(),
        tip="Put blocks off, call people in, send agents: the first of these that can be done",
    ),
    Action("owed", "Owed: what was put off", "People", _does("owed"), "Ctrl+Shift+B", _open),
    Action(
        "owe",
        "Put something off by hand…",
        "People/Owed",
        lambda desk: desk.freeing.add(),
        "Ctrl+Shift+H",
        _open,
        tip="A monthly report, a visit: what no block of the roster stands for",
    ),
    Action(
        "owed_done",
        "What is selected in Owed is done",
        "People/Owed",
        _owed("done"),
        "Ctrl+Shift+D",
        _settles,
    ),
    Action(
        "owed_owner",
        "Give what is selected in Owed an owner…",
        "People/Owed",
        _owed("owner"),
        "Ctrl+Shift+W",
        _settles,
    ),
    Action(
        "owed_due",
        "Due date of what is selected in Owed…",
        "People/Owed",
        _owed("due"),
        "Ctrl+Shift+U",
        _settles,
    ),
    Action(
        "owed_law",
        "The law requires what is selected in Owed, or not",
        "People/Owed",
        _owed("law"),
        "",
        _settles,
    ),
    Action(
        "owed_waive",
        "Waive what is selected in Owed…",
        "People/Owed",
        _owed("waive"),
        "",
        _settles,
    ),
    Action("roster", "People and shifts", "People", _does("roster"), "Ctrl+Shift+P", _open),
    Action(
        "roster_import",
        "Read a roster: people, shifts, customers, targets…",
        "People",
        _does("roster_import"),
        "Ctrl+Shift+I",
        _open,
    ),
    Action(
        "roster_templates",
        "Write templates for a roster…",
        "People",
        _does("roster_templates"),
        "Ctrl+Shift+T",
        _open,
    ),
    Action(
        "roster_export",
        "Export the roster…",
        "People",
        _does("roster_export"),
        "Ctrl+Shift+E",
        _open,
    ),
    Action(
        "connect",
        "Connect a platform…",
        "Sources",
        _does("connect"),
        "Ctrl+Shift+K",
        _open,
        lambda desk: (
            f"Connect {row.source}…" if (row := desk.chosen_source()) else "Connect a platform…"
        ),
        "Orders go straight to the platform instead of to the outbox folder",
    ),
    Action(
        "pause_source",
        "Pause or resume the selected source",
        "Sources",
        _with_source(orders.pause_source),
        "Ctrl+Shift+S",
        _source,
        _source_words("Pause", "Resume"),
    ),
    Action(
        "reread_source",
        "Read the selected source again",
        "Sources",
        _with_source(orders.reread_source),
        "Ctrl+Shift+F5",
        _source,
        _source_words("Read again"),
    ),
    Action(
        "source_zone",
        "Zone of the selected source…",
        "Sources",
        _does("source_zone"),
        "",
        _source,
        _source_words("State the zone of"),
    ),
    Action(
        "rename_source",
        "Rename the selected source…",
        "Sources",
        _with_source(orders.rename_source),
        "",
        _source,
        _source_words("Rename"),
    ),
    Action(
        "source_files",
        "Files of the selected source",
        "Sources",
        _does("source_files"),
        "",
        _source,
    ),
    Action(
        "source_quarantine",
        "Quarantine of the selected source",
        "Sources",
        _does("source_quarantine"),
        "",
        _source,
    ),
    Action(
        "forget_source",
        "Forget the selected source",
        "Sources",
        _with_source(orders.forget_source),
        "",
        _source,
        _source_words("Forget"),
    ),
    Action("tickets", "Tickets; again: the next list", "View", _does("tickets"), "Ctrl+T", _open),
    *(
        Action(
            f"tickets_{name}",
            f"Tickets: {words}",
            "View/Tickets",
            lambda desk, name=name: desk.show_tickets(name),
            "",
            _open,
        )
        for name, words in TICKETS
    ),
    Action(
        "parameters",
        "Parameters: what a forecast takes for granted",
        "View",
        _does("parameters"),
        "Ctrl+Shift+M",
        _open,
    ),
    Action(
        "set_parameter",
        "Set the selected parameter by hand…",
        "View/Parameters",
        lambda desk: desk.assuming.listed.press("set"),
        "",
        lambda desk: desk.assuming.can_set(),
        tip="It stands beside every use of the value, with its reason",
    ),
    Action(
        "drop_parameter",
        "Take the selected parameter as the exports say",
        "View/Parameters",
        lambda desk: desk.assuming.listed.press("drop"),
        "",
        lambda desk: desk.assuming.can_drop(),
    ),
    Action("palette", "Command palette", "View", _does("palette"), "Ctrl+K"),
    Action(
        "forecast",
        "Forecast, 48 hours ahead",
        "View",
        _does("forecast"),
        "F7",
        _open,
        tip="What becomes of the open issues if nothing more is done, and when they are paid",
    ),
    Action(
        "debt",
        "Debt: needs that are not met, and where they come from",
        "View",
        _does("debt"),
        "F6",
        _open,
        tip="The gauge of contact debt, its channels, and its course over two days",
    ),
    Action(
        "issues",
        "Issues: who has tried most often, and what is one need",
        "View",
        _does("issues"),
        "Ctrl+Shift+J",
        _open,
    ),
    Action("wallboard", "Wallboard", "View", _does("wallboard"), "F11"),
    Action("detail", "Detail of the selected row", "View", _does("detail"), "Ctrl+E"),
    Action("notices", "Notices", "View", _does("notices"), "Ctrl+Shift+N"),
    Action("theme", "Light or dark", "View", _does("theme"), "Ctrl+Shift+L"),
    Action("larger", "Larger text", "View", _does("larger"), "Ctrl++"),
    Action("smaller", "Smaller text", "View", _does("smaller"), "Ctrl+-"),
    Action("layout", "Docks as at first", "View", _does("layout")),
    Action(
        "rehearsal_pause",
        "Pause the rehearsal",
        "Rehearsal",
        lambda desk: desk.rehearsing.turn(),
        "Ctrl+Shift+Space",
        _led,
        lambda desk: (
            "Let the rehearsal go on" if desk.rehearsing.is_paused() else "Pause the rehearsal"
        ),
    ),
    Action(
        "rehearsal_faster",
        "Faster",
        "Rehearsal",
        lambda desk: desk.rehearsing.step_speed(1),
        "Ctrl+Shift+Right",
        _led,
    ),
    Action(
        "rehearsal_slower",
        "Slower",
        "Rehearsal",
        lambda desk: desk.rehearsing.step_speed(-1),
        "Ctrl+Shift+Left",
        _led,
    ),
    Action(
        "rehearsal_inject",
        "Let something happen…",
        "Rehearsal",
        lambda desk: desk.rehearsing.bar.choose_inject(),
        "",
        _led,
    ),
    Action(
        "rehearsal_score",
        "Score of the rehearsal",
        "Rehearsal",
        _does("score"),
        "",
        lambda desk: desk.rehearsing.state is not None,
    ),
    Action(
        "rehearsal_end",
        "End the rehearsal and see the score",
        "Rehearsal",
        lambda desk: desk.rehearsing.bar.end.arm(),
        "",
        _led,
    ),
    Action(
        "rehearsal_restart",
        "Begin the same rehearsal again",
        "Rehearsal",
        lambda desk: desk.rehearsing.bar.restart.arm(),
        "",
        lambda desk: desk.rehearsing.is_on(),
    ),
    Action("keys", "Keys", "Help", _does("keys"), "F1"),
    Action("tour", "Tour: five things to know", "Help", _does("tour")),
)


def by_id(name: str) -> Action:
    return next(action for action in ACTIONS if action.id == name)
