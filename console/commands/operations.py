"""Begin an operation, plan and tick off what belongs to it, extend it, close it.

What its items do to the centre are commands of their own, each with its own record.
"""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.blocks import hours
from console.commands.command import Command
from console.commands.texts import counted, fault_of_text, listed
from console.domain.acts import Preview
from console.domain.playbooks import COMMAND, DONE, LEFT_OUT, PEOPLE, PLANNED
from console.domain.times import HOUR, MINUTE, now_us
from console.reads.operations import in_effect, overrides_of, running_id, unowned
from console.store.recording import WHO
from console.store.tables import Operation, OperationItem

#: Longer than this is no operation any more, it is how the site works.
LONGEST = 366 * 24 * HOUR


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """An item as it is planned; `fields` are its command's, as JSON."""

    key: str
    section: str
    kind: str
    title: str
    command: str = ""
    fields: str = "{}"
    why: str = ""
    owner: str = ""
    due_at: int | None = None
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class StartOperation(Command):
    """It and its items come onto the record; `started_at` is microseconds UTC."""

    name: ClassVar[str] = "start_operation"
    #: It is ended by closing it; the finger that takes back a move must not lose it.
    steps_back: ClassVar[bool] = False
    operation: str
    playbook: str
    started_at: int
    planned_us: int
    items: tuple[PlannedItem, ...] = ()

    def title(self, session: Session) -> str:
        return f"operation {self.operation}: start, planned for {_length(self.planned_us)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if not self.operation.strip():
            return Preview(title, refused="The operation has no name.")
        if fault := fault_of_text("The name", self.operation):
            return Preview(title, refused=fault)
        if not 0 < self.planned_us <= LONGEST:
            return Preview(title, refused="It is planned for no time, or for more than a year.")
        running = running_id(session)
        if running is not None:
            name = session.get_one(Operation, running).name
            return Preview(title, refused=f"“{name}” is running: close it first.")
        kinds = Counter(item.kind for item in self.items if not item.left_out)
        touches = [f"{counted(kinds[COMMAND], 'control')} planned for the console"]
        if kinds[PEOPLE]:
            touches.append(f"{counted(kinds[PEOPLE], 'thing')} for people to do")
        return Preview(title, tuple(touches))

    def apply(self, session: Session) -> None:
        row = Operation(
            name=self.operation.strip(),
            playbook=self.playbook,
            started_at=self.started_at,
            planned_us=self.planned_us,
            who=str(session.info.get(WHO, "")),
        )
        session.add(row)
        session.flush()
        _add(session, row.id, 0, self.items)


@dataclass(frozen=True, slots=True)
class PlanItems(Command):
    """More items for an operation that runs."""

    name: ClassVar[str] = "plan_items"
    operation_id: int
    items: tuple[PlannedItem, ...]

    def title(self, session: Session) -> str:
        words = listed([item.title for item in self.items])
        return f"operation {_name(session, self.operation_id)}: plan {words}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if refused := _closed(session, self.operation_id):
            return Preview(title, refused=refused)
        if not self.items or any(not item.title.strip() for item in self.items):
            return Preview(title, refused="Nothing was written.")
        for item in self.items:
            if fault := fault_of_text("It", item.title) or fault_of_text("The owner", item.owner):
                return Preview(title, refused=fault)
        return Preview(title, tuple(item.title for item in self.items))

    def apply(self, session: Session) -> None:
        numbers = session.scalars(
            select(OperationItem.number).where(OperationItem.operation_id == self.operation_id)
        )
        _add(session, self.operation_id, max(numbers, default=0), self.items)


@dataclass(frozen=True, slots=True)
class TickItem(Command):
    """Somebody has done it; or has not, after all."""

    name: ClassVar[str] = "tick_item"
    operation_id: int
    number: int
    done: bool = True

    def title(self, session: Session) -> str:
        row = session.get(OperationItem, (self.operation_id, self.number))
        what = row.title if row is not None else f"item {self.number}"
        return f"{what}: {'done' if self.done else 'not done yet'}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        row = session.get(OperationItem, (self.operation_id, self.number))
        if row is None:
            return Preview(title, refused="There is no such item.")
        if row.kind == COMMAND:
            return Preview(title, refused="The console does this one: what became of it is told.")
        if row.state == (DONE if self.done else PLANNED):
            return Preview(title, refused="It stands so already.")
        return Preview(title, (f"for {row.owner}" if row.owner else "for nobody in particular",))

    def apply(self, session: Session) -> None:
        row = session.get_one(OperationItem, (self.operation_id, self.number))
        row.state = DONE if self.done else PLANNED
        row.done_at = now_us() if self.done else None
        row.who = str(session.info.get(WHO, "")) if self.done else ""


@dataclass(frozen=True, slots=True)
class AssignItem(Command):
    """Who sees to it; an empty owner is nobody."""

    name: ClassVar[str] = "assign_item"
    operation_id: int
    number: int
    owner: str

    def title(self, session: Session) -> str:
        row = session.get(OperationItem, (self.operation_id, self.number))
        what = row.title if row is not None else f"item {self.number}"
        return f"{what}: {self.owner or 'nobody'} sees to it"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        row = session.get(OperationItem, (self.operation_id, self.number))
        if row is None:
            return Preview(title, refused="There is no such item.")
        if fault := fault_of_text("The owner", self.owner):
            return Preview(title, refused=fault)
        if row.owner == self.owner.strip():
            return Preview(title, refused="It stands so already.")
        return Preview(title, (f"{row.owner or 'nobody'} did until now",))

    def apply(self, session: Session) -> None:
        row = session.get_one(OperationItem, (self.operation_id, self.number))
        row.owner = self.owner.strip()


@dataclass(frozen=True, slots=True)
class ExtendOperation(Command):
    """`planned_us` is its whole length, from the start."""

    name: ClassVar[str] = "extend_operation"
    operation_id: int
    planned_us: int

    def title(self, session: Session) -> str:
        name = _name(session, self.operation_id)
        return f"operation {name}: planned for {_length(self.planned_us)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if refused := _closed(session, self.operation_id):
            return Preview(title, refused=refused)
        row = session.get_one(Operation, self.operation_id)
        if not 0 < self.planned_us <= LONGEST:
            return Preview(title, refused="Name a number of hours, a year at most.")
        if row.planned_us == self.planned_us:
            return Preview(title, refused="It stands so already.")
        return Preview(title, (f"it was planned for {_length(row.planned_us)}",))

    def apply(self, session: Session) -> None:
        session.get_one(Operation, self.operation_id).planned_us = self.planned_us


@dataclass(frozen=True, slots=True)
class CloseOperation(Command):
    """It is over. Refused while it put off something that nobody owns."""

    name: ClassVar[str] = "close_operation"
    operation_id: int

    def title(self, session: Session) -> str:
        return f"operation {_name(session, self.operation_id)}: close"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if refused := _closed(session, self.operation_id):
            return Preview(title, refused=refused)
        row = session.get_one(Operation, self.operation_id)
        if owed := unowned(session, self.operation_id):
            return Preview(
                title,
                refused=f"It put off {counted(len(owed), 'thing')} that nobody answers for yet: "
                f"{listed(owed)}.",
            )
        lasted = now_us() - row.started_at
        touches = [f"it has lasted {_length(lasted)} of {_length(row.planned_us)}"]
        open_items = session.scalars(
            select(OperationItem.title).where(
                OperationItem.operation_id == self.operation_id,
                OperationItem.kind == PEOPLE,
                OperationItem.state == PLANNED,
            )
        ).all()
        warnings: list[str] = []
        if standing := overrides_of(session, self.operation_id):
            warnings.append(
                f"still otherwise than usual: {listed(standing)}. Revert all first, or it stays so."
            )
        elif acts := in_effect(session, self.operation_id):
            warnings.append(f"still in effect: {listed(acts)}. Revert all first, or it stays so.")
        if open_items:
            warnings.append(f"not ticked off: {listed(open_items)}")
        return Preview(title, tuple(touches), (), tuple(warnings))

    def apply(self, session: Session) -> None:
        session.get_one(Operation, self.operation_id).closed_at = now_us()


def _add(session: Session, operation_id: int, last: int, items: tuple[PlannedItem, ...]) -> None:
    for number, item in enumerate(items, last + 1):
        session.add(
            OperationItem(
                operation_id=operation_id,
                number=number,
                item=item.key,
                section=item.section,
                kind=item.kind,
                title=item.title,
                command=item.command,
                fields=item.fields,
                why=item.why,
                owner=item.owner,
                due_at=item.due_at,
                state=LEFT_OUT if item.left_out else PLANNED,
            )
        )


def _name(session: Session, operation_id: int) -> str:
    row = session.get(Operation, operation_id)
    return row.name if row is not None else str(operation_id)


def _closed(session: Session, operation_id: int) -> str:
    """Why nothing can be done to it any more; empty while it runs."""
    row = session.get(Operation, operation_id)
    if row is None:
        return "There is no such operation."
    return "" if row.closed_at is None else "It is closed."


def _length(us: int) -> str:
    """“48 h”, “1 h 30”."""
    return hours(us // MINUTE)
