"""Say by hand what a forecast takes for a parameter, and why; or leave it to the exports."""

from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import fault_of_text
from console.domain.acts import Preview
from console.domain.parameters import ALL, Definition, definition_of
from console.domain.times import now_us
from console.store.tables import Channel, ParameterByHand

#: What was typed is no number.
UNREADABLE = float("nan")


@dataclass(frozen=True, slots=True)
class SetParameter(Command):
    """`value` is in the unit of the parameter's definition. `instead` says in words what would be
    taken without it; it is kept in the record."""

    name: ClassVar[str] = "set_parameter"
    channel: str
    parameter: str
    value: float
    reason: str
    who: str
    instead: str = ""

    def title(self, session: Session) -> str:
        del session
        return f"{named(self.channel, self.parameter)}: {spelled(self.parameter, self.value)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        definition = definition_of(self.parameter)
        if definition is None or not _is_known(session, definition, self.channel, self.parameter):
            return Preview(title, refused="There is no such parameter.")
        if not isfinite(self.value):
            return Preview(title, refused=f"Write a number, in {definition.unit or 'pieces'}.")
        if not definition.least <= self.value <= definition.most:
            least, most = (spelled(self.parameter, x) for x in (definition.least, definition.most))
            return Preview(title, refused=f"It is between {least} and {most}.")
        if not self.reason.strip():
            return Preview(title, refused="Write why: it stands beside every use of this value.")
        if fault := fault_of_text("The reason", self.reason):
            return Preview(title, refused=fault)
        row = session.get(ParameterByHand, (self.channel, self.parameter))
        if row is not None and (row.value, row.reason) == (self.value, self.reason.strip()):
            return Preview(title, refused="It stands so already.")
        before = self.instead
        if row is not None:
            before = f"{spelled(self.parameter, row.value)}, set by {row.set_by}: {row.reason}"
        touches = [f"{definition.title}: {before or 'nothing known'} → {self._after()}"]
        warnings = ["The exports do not change it any more until it is dropped."]
        if definition.name == "patience" or definition.name == "patience_shape":
            warnings.append("It hardly moves a forecast of two days.")
        return Preview(title, tuple(touches), (), tuple(warnings))

    def _after(self) -> str:
        return f"{spelled(self.parameter, self.value)}, set by hand"

    def apply(self, session: Session) -> None:
        row = session.get(ParameterByHand, (self.channel, self.parameter))
        if row is None:
            row = ParameterByHand(channel=self.channel, name=self.parameter)
            session.add(row)
        row.value, row.reason = self.value, self.reason.strip()
        row.set_at, row.set_by = now_us(), self.who


@dataclass(frozen=True, slots=True)
class DropParameter(Command):
    """Take what the exports say again, or what is assumed where they say nothing."""

    name: ClassVar[str] = "drop_parameter"
    channel: str
    parameter: str

    def title(self, session: Session) -> str:
        del session
        return f"{named(self.channel, self.parameter)}: as the exports say"

    def preview(self, session: Session) -> Preview:
        row = session.get(ParameterByHand, (self.channel, self.parameter))
        if row is None:
            return Preview(self.title(session), refused="Nobody has set it by hand.")
        was = f"{spelled(self.parameter, row.value)}, set by {row.set_by}: {row.reason}"
        return Preview(self.title(session), (f"{was} → as the exports say",))

    def apply(self, session: Session) -> None:
        row = session.get(ParameterByHand, (self.channel, self.parameter))
        if row is not None:
            session.delete(row)


def _is_known(session: Session, definition: Definition, channel: str, parameter: str) -> bool:
    to = parameter.partition(".")[2]
    if bool(to) != definition.to or (to and session.get(Channel, to) is None):
        return False
    return channel == ALL or session.get(Channel, channel) is not None


def named(channel: str, parameter: str) -> str:
    """“voice, handling time”; “voice, goes to chat”."""
    definition = definition_of(parameter)
    title = parameter if definition is None else definition.title
    to = parameter.partition(".")[2]
    return f"{channel or 'all channels'}, {title}{' ' + to if to else ''}"


def spelled(parameter: str, value: float) -> str:
    """“6.4 min”, “65 %”, “3”."""
    definition = definition_of(parameter)
    unit = "" if definition is None else definition.unit
    return f"{value:,.4g}{' ' if unit not in ('', '/h') else ''}{unit}"


def value_of(words: str) -> float:
    """The number that was typed, whatever unit stands behind it; UNREADABLE where it is none."""
    text = words.strip().replace(",", ".").rstrip("%/hmin ").strip()
    try:
        return float(text)
    except ValueError:
        return UNREADABLE


__all__ = ["UNREADABLE", "DropParameter", "SetParameter", "named", "spelled", "value_of"]
