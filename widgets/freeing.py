"""What is done from Resources and Owed: blocks put off, people called in, debts given an owner."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject

from console.domain.freeing import CALL, CANCEL, SEND, Resource
from console.domain.obligations import DONE, WAIVED, ObligationRow
from console.domain.times import from_iso
from widgets import orders, texts, zones
from widgets.bridge import Bridge
from widgets.orders import Order
from widgets.views.obligations import Obligations
from widgets.views.resources import Resources

UNREADABLE = -1


class Freeing(QObject):
    """`arm` shows what an order would touch."""

    def __init__(
        self,
        bridge: Bridge,
        resources: Resources,
        owed: Obligations,
        arm: Callable[[Order], None],
    ) -> None:
        super().__init__(resources)
        self.bridge = bridge
        self.resources = resources
        self.owed = owed
        self.arm = arm
        resources.pressed.connect(self.free)
        owed.pressed.connect(self.settle)
        owed.add_pressed.connect(self.add)

    # --- what the actions ask

    def can_free(self) -> bool:
        return self.bridge.console is not None and self.resources.can_press()

    def can_settle(self) -> bool:
        return self.bridge.console is not None and bool(self.owed.chosen_owed())

    def free_chosen(self) -> None:
        self.resources.press_first()

    def settle_chosen(self, act: str) -> None:
        self.owed.press(act)

    # --- what is armed

    def free(self, act: str, rows: Sequence[Resource]) -> None:
        console = self.bridge.console
        if console is None or not rows:
            return
        if act == CANCEL:
            now = self.bridge.now()
            # Names to choose from: the ledger has them, whether or not anybody sees it.
            self.bridge.ask(
                "owners",
                console.obligations,
                lambda ledger: self.arm(put_off(rows, console.who, now, ledger.owners)),
            )
        elif act == CALL:
            found = self.resources.found
            until = self.bridge.now() if found is None else found.until
            self.arm(call_in(rows, console.who, until, console.settings.rest_h))
        elif act == SEND:
            queue_id, queue = _where(rows)
            if queue_id is not None:
                there = [row for row in rows if row.queue_id == queue_id]
                ids = [row.agent_id for row in there if row.agent_id is not None]
                self.arm(orders.send(ids, queue_id, queue))

    def settle(self, act: str, rows: Sequence[ObligationRow]) -> None:
        ids = tuple(row.id for row in rows)
        if act == "owner":
            owners = self.owed.ledger.owners if self.owed.ledger else ()
            self.arm(give_owner(ids, owners, rows[0].owner if len(rows) == 1 else ""))
        elif act == "due":
            self.arm(set_due(ids))
        elif act == "done":
            self.arm(end(ids, DONE))
        elif act == "waive":
            self.arm(end(ids, WAIVED))
        elif act == "law":
            self.arm(by_law(ids, not all(row.legal for row in rows)))

    def add(self) -> None:
        if self.bridge.console is not None:
            self.arm(add(self.bridge.console.who))


def _where(rows: Sequence[Resource]) -> tuple[int | None, str]:
    """The queue that most of them could serve best."""
    counted = Counter((row.queue_id, row.queue) for row in rows if row.queue_id is not None)
    return counted.most_common(1)[0][0] if counted else (None, "")


def put_off(rows: Sequence[Resource], who: str, now: int, owners: Sequence[str]) -> Order:
    """Blocks of the roster; what is typed is who sees to them later."""
    ids = tuple(row.shift for row in rows)

    def make(owner: str) -> Any:
        from console.commands.cancel_blocks import CancelBlocks

        return CancelBlocks(ids, who, now, owner)

    one = f"Cancel {rows[0].name}'s {rows[0].kind}"
    verb = one if len(rows) == 1 else f"Cancel {texts.plural(len(rows), 'block')}"
    return Order(verb, make, asks="who sees to it later (optional)", choices=tuple(owners))


def call_in(rows: Sequence[Resource], who: str, until: int, rest_h: int) -> Order:
    """A message to each; nobody is placed by it."""
    queue_id, queue = _where(rows)
    times = [(r.person, r.name, r.from_at, r.to_at if r.to_at is not None else until) for r in rows]

    def make(note: str) -> Any:
        from console.commands.call_in import Call, CallIn

        calls = tuple(Call(*each) for each in times)
        return CallIn(calls, who, queue_id, note, rest_h)

    names = rows[0].name if len(rows) == 1 else texts.plural(len(rows), "person", "people")
    where = f" for {queue}" if queue else ""
    return Order(f"Call in {names}{where}", make, asks="what they are told (optional)")


def give_owner(ids: tuple[str, ...], owners: Sequence[str], now: str) -> Order:
    def make(words: str) -> Any:
        from console.commands.edit_obligation import EditObligation

        return EditObligation(ids, owner=words)

    return Order("Give it an owner", make, asks="who sees to it", answer=now, choices=tuple(owners))


def set_due(ids: tuple[str, ...]) -> Order:
    def make(words: str) -> Any:
        from console.commands.edit_obligation import EditObligation

        return EditObligation(ids, due_at=due_of(words, ZoneInfo(zones.of_desk())))

    return Order("Set the due date", make, asks="2026-01-09, 2026-01-09 14:00, or never")


def due_of(words: str, zone: ZoneInfo) -> int:
    """A date is due at its end; 0 for never, UNREADABLE where it is no time."""
    if words.casefold() in ("never", "none", "-", "–"):
        return 0
    try:
        if len(words) == 10:
            day = datetime.fromisoformat(words)
            last = day.replace(hour=23, minute=59, tzinfo=zone)
            return round(last.timestamp()) * 1_000_000
        at = from_iso(words, zone)
    except (ValueError, OverflowError):
        return UNREADABLE
    return at if at > 0 else UNREADABLE


def end(ids: tuple[str, ...], state: str) -> Order:
    def make(words: str) -> Any:
        from console.commands.end_obligation import EndObligation

        return EndObligation(ids, state, words)

    if state == DONE:
        return Order("Note it as done", make, asks="how (optional)")
    return Order("Waive it", make, asks="why it need not be done any more")


def by_law(ids: tuple[str, ...], legal: bool) -> Order:
    def make(_: str) -> Any:
        from console.commands.edit_obligation import EditObligation

        return EditObligation(ids, legal=legal)

    return Order("Note that the law requires it" if legal else "Note that no law requires it", make)


def add(who: str) -> Order:
    """Something put off by hand."""
    key = str(uuid4())

    def make(words: str) -> Any:
        from console.commands.add_obligation import AddObligation

        return AddObligation(key, words, who)

    return Order("Put it off", make, asks="what is put off, such as: monthly report")


__all__ = ["Freeing", "add", "by_law", "call_in", "due_of", "end", "give_owner", "put_off"]
