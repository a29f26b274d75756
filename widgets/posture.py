"""What clicks on the operation ask of the console, and what comes home of it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from console.domain.acts import Receipt
from console.domain.playbooks import OperationItemRow, OperationRow, Reverted
from widgets import texts
from widgets.afterwards import Afterwards
from widgets.bridge import Bridge
from widgets.orders import Order, Unclear
from widgets.views.operation import Operation
from widgets.views.operation_clock import OperationClock

HOUR = 3_600_000_000
NAMED = 3


class Posture(QObject):
    """Keeps the list and the strip at how the operation stands."""

    def __init__(
        self,
        bridge: Bridge,
        view: Operation,
        clock: OperationClock,
        afterwards: Afterwards,
        arm: Callable[[Order], None],
    ) -> None:
        super().__init__(view)
        self.bridge, self.view, self.clock = bridge, view, clock
        self.afterwards, self.arm = afterwards, arm
        self.row: OperationRow | None = None
        self._version: object = ()
        bridge.slow_changed.connect(self.ask)
        bridge.opened.connect(self.ask)
        view.arm_pressed.connect(self.arm_fire)
        view.revert_pressed.connect(self.arm_revert)
        view.close_pressed.connect(self.arm_close)
        view.extend_pressed.connect(self.arm_extend)
        view.add_pressed.connect(self.arm_add)
        view.pressed.connect(self.press)

    def ask(self) -> None:
        """Which operation runs, and how it stands; asked whether its list is seen or not."""
        console = self.bridge.console
        if console is not None:
            known = self._version
            self.bridge.ask("operation", lambda: console.operations.look(known), self.show)

    def show(self, found: tuple[object, OperationRow | None] | None) -> None:
        if found is None:
            return
        self._version, row = found
        self.row = row
        self.clock.show_operation(row)
        self.view.take_operation(row)

    def runs(self) -> bool:
        return self.row is not None

    def can_revert(self) -> bool:
        return self.row is not None and bool(self.row.in_effect)

    # Arming --------------------------------------------------------------------------------------

    def arm_fire(self) -> None:
        """What is ticked, held against the board of this moment, then fired in one act."""
        console, review, board = self.bridge.console, self.view.review, self.bridge.board
        if console is None or review is None or board is None:
            return
        operations = console.operations
        number = texts.plural(len(review.chosen), "control")
        verb = f"▲ Fire {number}" if review.chosen else "Start the operation"

        def make(_: str) -> Any:
            return operations.arm(review, self.bridge.board or board)

        self.arm(
            Order(
                verb,
                make,
                looks=operations.effect,
                does=operations.fire,
                foresees=lambda armed, overtaken: console.foresight.foresee_review(
                    armed, overtaken, whole=True
                ),
            )
        )

    def arm_revert(self) -> None:
        """All that is in effect, the newest first."""
        console, row = self.bridge.console, self.row
        if console is None or row is None:
            return
        operations = console.operations
        number = texts.plural(len(row.in_effect), "control")
        self.arm(
            Order(
                f"Revert {number}",
                lambda _: "all of it",
                dangerous=True,
                looks=lambda _: operations.reverting(),
                does=lambda _, __: receipt_of(operations.revert()),
                foresees=lambda _, overtaken: console.foresight.foresee_revert(row.id, overtaken),
            )
        )

    def arm_close(self) -> None:
        row = self.row
        if row is None:
            return

        def make(_: str) -> Any:
            from console.commands.operations import CloseOperation

            return CloseOperation(row.id)

        self.arm(Order(f"Close {row.name}", make))

    def arm_extend(self) -> None:
        row = self.row
        if row is None:
            return

        def make(words: str) -> Any:
            from console.commands.operations import ExtendOperation

            return ExtendOperation(row.id, hours_of(words))

        usual = f"{row.planned_us / HOUR:g}"
        self.arm(Order(f"Plan {row.name}", make, asks="hours in all, from the start", answer=usual))

    def arm_add(self) -> None:
        row = self.row
        if row is None:
            return

        def make(words: str) -> Any:
            from console.commands.operations import PlanItems, PlannedItem

            return PlanItems(row.id, (PlannedItem("", "Added", "people", words),))

        self.arm(Order("Add to the list", make, asks="what has to be done"))

    def press(self, act: str, item: OperationItemRow) -> None:
        """A control of one item."""
        if act == "revert":
            self._revert_one(item)
        elif act == "retry_op":
            self.afterwards.send_again(item.again)
        elif act in ("tick", "untick"):
            self._tick(item, act == "tick")
        elif act == "owner":
            self._own(item)

    def _revert_one(self, item: OperationItemRow) -> None:
        console = self.bridge.console
        self.bridge.act(
            lambda: receipt_of(console.operations.revert({item.number})), self._reverted
        )

    def _reverted(self, receipt: Receipt) -> None:
        self.afterwards.tell_done(receipt)
        self.bridge.note_change()
        self.ask()

    def _tick(self, item: OperationItemRow, done: bool) -> None:
        console, row = self.bridge.console, self.row
        if row is None:
            return

        def job() -> Any:
            from console.commands.operations import TickItem

            return console.do(TickItem(row.id, item.number, done))

        self.bridge.act(job, self._reverted)

    def _own(self, item: OperationItemRow) -> None:
        row = self.row
        if row is None:
            return

        def make(words: str) -> Any:
            from console.commands.operations import AssignItem

            return AssignItem(row.id, item.number, words)

        order = Order("Say who sees to it", make, asks="who sees to it", answer=item.owner)
        self.arm(order)


def hours_of(words: str) -> int:
    """Microseconds of “72” or “36.5”; Unclear where it is neither."""
    try:
        hours = float(words.replace(",", ".").removesuffix("h").strip())
    except ValueError:
        raise Unclear("Write a number of hours, such as 72.") from None
    if not 0 < hours <= 24 * 366:
        raise Unclear("Write a number of hours above 0, a year at most.")
    return round(hours * HOUR)


def receipt_of(reverted: Reverted) -> Receipt:
    """What was taken back, in words; what stays is named first of all."""
    done, kept = reverted.done, reverted.kept
    if not done and not kept:
        return Receipt(0, "nothing was left to revert", reverted.messages, can_undo=False)
    words = f"{texts.plural(len(done), 'control')} reverted"
    if kept:
        named = "; ".join(f"“{title}”: {reason}" for title, reason in kept[:NAMED])
        more = f"; and {len(kept) - NAMED} more" if len(kept) > NAMED else ""
        words = f"{words}, {len(kept)} could not be: {named}{more}"
    return Receipt(0, words, reverted.messages, can_undo=False)
