"""From the plan to what does it: each idea leads to its ordinary preview, none fires by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from console.domain.plans import (
    CLOSE,
    DRAIN,
    OFFER_OFF,
    OFFER_ON,
    OPENS,
    PLAYBOOK,
    QUIET,
    RELEASE,
    SEVERAL,
    Idea,
)
from widgets import orders
from widgets.bridge import Bridge
from widgets.orders import Order, Unclear
from widgets.views.operation import Operation
from widgets.views.plan import PlanPanel

_STATES = {CLOSE: "closed", DRAIN: "draining", OPENS: "open"}
_FATES = {OFFER_OFF: "drain", QUIET: "keep", RELEASE: "release"}
NOBODY = "Nobody can do this now: look again at the plan."


class Planning(QObject):
    """Arms what is chosen in the plan."""

    def __init__(
        self,
        bridge: Bridge,
        view: PlanPanel,
        operation: Operation,
        arm: Callable[[Order], None],
        show_operation: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self.bridge, self.view, self.operation = bridge, view, operation
        self.arm, self.show_operation = arm, show_operation
        view.arm_pressed.connect(self.arm_idea)

    def arm_idea(self, idea: Idea) -> None:
        """Its ordinary preview, or the review of an operation."""
        if self.bridge.console is None or self.bridge.board is None or idea.said:
            return
        if idea.kind == PLAYBOOK:
            self._review(idea)
        else:
            self.arm(self.order_of(idea))

    def order_of(self, idea: Idea) -> Order:
        """What asks and previews as the same control does elsewhere."""
        if idea.kind in _STATES:
            return _timed(orders.channel_state(idea.channel, _STATES[idea.kind]), idea)
        if idea.kind == OFFER_ON:
            return orders.callback(offer=True, dial=True, channel=idea.channel)
        if idea.kind in _FATES:
            order = orders.callback(offer=False, channel=idea.channel)
            assert order.also is not None  # what becomes of promises is asked
            return replace(order, also=replace(order.also, answer=_FATES[idea.kind]))
        return self._several(idea) if idea.kind == SEVERAL else self._single(idea)

    def _single(self, idea: Idea) -> Order:
        console, board = self.bridge.console, self.bridge.board

        def make(_: str) -> Any:
            found = console.commands_of(idea, self.bridge.board or board)
            if not found:
                raise Unclear(NOBODY)
            return found[0]

        return Order(idea.title[:1].upper() + idea.title[1:], make)

    def _several(self, idea: Idea) -> Order:
        """Reviewed, armed and fired as one operation; one that runs is added to."""
        console, board = self.bridge.console, self.bridge.board
        operations = console.operations

        def make(_: str) -> Any:
            return console.review_of(idea, self.bridge.board or board)

        name = idea.name
        return Order(
            f"▲ Fire: {name[:1].lower()}{name[1:]}",
            make,
            dangerous=True,
            looks=operations.effect,
            does=operations.fire,
            foresees=lambda made, overtaken: console.foresight.foresee_review(
                made, overtaken, whole=True
            ),
        )

    def _review(self, idea: Idea) -> None:
        """A whole playbook is looked at item by item first."""
        self.show_operation()
        self.operation.choose_playbook(idea.playbook)


def _timed(order: Order, idea: Idea) -> Order:
    if order.also is None or idea.until_h is None:
        return order
    return replace(order, also=replace(order.also, answer=f"{idea.until_h:.0f} h"))
