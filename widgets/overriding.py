"""What is done from the banner and the list of what stands otherwise than usual."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject

from console.domain.overrides import OverrideRow
from widgets import orders, texts
from widgets.bridge import Bridge
from widgets.orders import Order
from widgets.views.banner import Banner
from widgets.views.overrides import Overrides


class Overriding(QObject):
    """`arm` shows what an order would touch; `bring` shows the list."""

    def __init__(
        self,
        bridge: Bridge,
        banner: Banner,
        listed: Overrides,
        arm: Callable[[Order], None],
        bring: Callable[[], None],
    ) -> None:
        super().__init__(listed)
        self.bridge = bridge
        self.listed = listed
        self.arm = arm
        listed.revert_pressed.connect(self.revert)
        banner.revert_pressed.connect(self.revert)
        banner.show_pressed.connect(bring)
        banner.open_pressed.connect(lambda name: self.arm(orders.channel_state(name, "open")))

    def standing(self) -> tuple[OverrideRow, ...]:
        board = self.bridge.board
        return board.overrides if board is not None else ()

    def can_revert(self) -> bool:
        return self.bridge.console is not None and bool(self.listed.chosen_overrides())

    def can_revert_all(self) -> bool:
        return self.bridge.console is not None and bool(self.standing())

    def revert(self, rows: Sequence[OverrideRow]) -> None:
        if rows:
            self.arm(restore(rows, everything=len(rows) > 1))

    def revert_chosen(self) -> None:
        self.revert(self.listed.chosen_overrides())

    def revert_all(self) -> None:
        self.revert(self.standing())


def restore(rows: Sequence[OverrideRow], everything: bool = False) -> Order:
    """As they were before anybody changed them, in one act; of several, armed first."""
    subjects = tuple(part for row in rows for part in row.parts)

    def make(_: str) -> Any:
        from console.commands.restore import RestoreAll

        return RestoreAll(subjects)

    what = rows[0].title if len(rows) == 1 else texts.plural(len(rows), "thing")
    return Order(f"Revert {what}", make, dangerous=everything)
