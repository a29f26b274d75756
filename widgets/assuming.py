"""What is done from Parameters: a value set by hand with its reason, or given back."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from console.domain.parameters import SET, Parameter, definition_of
from widgets.bridge import Bridge
from widgets.models.parameters import figure, number, title, told
from widgets.orders import Order
from widgets.views.parameters import ParameterPanel


class Assuming(QObject):
    """`arm` shows what an order would touch."""

    def __init__(
        self, bridge: Bridge, listed: ParameterPanel, arm: Callable[[Order], None]
    ) -> None:
        super().__init__(listed)
        self.bridge = bridge
        self.listed = listed
        self.arm = arm
        listed.pressed.connect(self.change)

    def can_set(self) -> bool:
        return self.bridge.console is not None and self.listed.chosen_parameter() is not None

    def can_drop(self) -> bool:
        row = self.listed.chosen_parameter()
        return self.bridge.console is not None and row is not None and row.origin == SET

    def change(self, act: str, row: Parameter) -> None:
        if self.bridge.console is not None:
            who = self.bridge.console.who
            self.arm(set_by_hand(row, who) if act == "set" else dropped(row))


def set_by_hand(row: Parameter, who: str) -> Order:
    """Its two questions are the value and why."""
    definition = definition_of(row.name)
    unit = f" in {definition.unit}" if definition and definition.unit else ""
    instead = told(row, row.measured) + " measured" if row.measured else ""
    if not instead and row.value is not None and row.origin != SET:
        instead = f"{figure(row, row.value)} assumed"

    def make(words: str, why: str) -> Any:
        from console.commands.set_parameter import SetParameter, value_of

        return SetParameter(row.channel, row.name, value_of(words), why, who, instead)

    now = "" if row.value is None else number(row.value)
    verb = f"Set {row.channel or 'all'}, {title(row)}"
    return Order(verb, make, asks=f"value{unit}", answer=now, needs_why=True)


def dropped(row: Parameter) -> Order:
    def make(_: str) -> Any:
        from console.commands.set_parameter import DropParameter

        return DropParameter(row.channel, row.name)

    return Order(f"Take {row.channel or 'all'}, {title(row)} as the exports say", make)


__all__ = ["Assuming", "dropped", "set_by_hand"]
