"""Put off blocks of the roster: meetings, training, paperwork, back office, leave by consent."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy.orm import Session

from console.commands.blocks import (
    fault_of_block,
    hours,
    minutes_between,
    names_of,
    older_twins,
    open_operation,
    until,
    when,
    whose,
)
from console.commands.command import Command
from console.commands.texts import counted, fault_of_text, listed
from console.domain.acts import Preview
from console.domain.messages import BLOCK_CANCEL, Message, Value
from console.domain.obligations import OWED
from console.domain.roster import SHIFTS, Entry
from console.domain.times import iso, now_us
from console.store.roster import state
from console.store.roster_tables import RosterShift
from console.store.tables import Obligation


@dataclass(frozen=True, slots=True)
class CancelBlocks(Command):
    """`at` (microseconds UTC) is when it was decided: what is left of a block then is owed.

    Of each block an obligation is made, for `owner` where one is named, of the operation that is
    under way unless another is named.
    """

    name: ClassVar[str] = "cancel_blocks"
    shift_ids: tuple[str, ...]
    who: str
    at: int
    owner: str = ""
    due_at: int | None = None
    note: str = ""
    operation_id: int | None = None

    def title(self, session: Session) -> str:
        blocks = self._blocks(session)
        if len(blocks) == 1:
            _, name = whose(names_of(session), blocks[0].person)
            return f"put off {self._called(blocks[0])} of {name} from {when(blocks[0].start_at)}"
        kinds = sorted({block.kind for block in blocks})
        return f"put off {counted(len(blocks), 'block')}: {listed(kinds, 5)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        blocks = self._blocks(session)
        if not self.shift_ids:
            return Preview(title, refused="Nothing was chosen.")
        if len(blocks) < len(set(self.shift_ids)):
            return Preview(title, refused="There is no such block any more.")
        for what, text in (("The owner", self.owner), ("The note", self.note)):
            if fault := fault_of_text(what, text):
                return Preview(title, refused=fault)
        names = names_of(session)
        touches: list[str] = []
        for block in blocks:
            _, name = whose(names, block.person)
            if fault := fault_of_block(block):
                return Preview(title, refused=f"{self._called(block)} of {name}: {fault}.")
            if fault := fault_of_text("The name", name) or fault_of_text("The note", block.note):
                return Preview(title, refused=fault)
            touches.append(f"{name}: {self._called(block)}, {hours(self._minutes(block))} are owed")
        owed = sum(map(self._minutes, blocks))
        owner = f"{self.owner} sees to it" if self.owner else "nobody sees to it yet"
        warnings = ["A newer roster file that has a block brings it back; what is owed stays."]
        return Preview(title, tuple(touches), (f"{hours(owed)} owed: {owner}",), tuple(warnings))

    def apply(self, session: Session) -> None:
        blocks = self._blocks(session)
        names = names_of(session)
        operation_id = self.operation_id or open_operation(session)
        now = now_us()
        for block in blocks:
            person, _ = whose(names, block.person)
            session.add(
                Obligation(
                    id=str(uuid5(NAMESPACE_OID, f"{block.id}\n{self.at}")),
                    what=self._called(block),
                    kind=block.kind,
                    person=person,
                    shift=block.id,
                    minutes=self._minutes(block),
                    owner=self.owner,
                    due_at=self.due_at,
                    legal=bool(block.legal),
                    state=OWED,
                    note=self.note,
                    made_at=now,
                    made_by=self.who,
                    operation_id=operation_id,
                )
            )
            for row in (block, *older_twins(session, block)):
                state(session, Entry(SHIFTS, row.id, (), gone=True), now, self.who)

    def messages(self, session: Session) -> list[Message]:
        names = names_of(session)
        found: list[Message] = []
        for block in self._blocks(session):
            person, name = whose(names, block.person)
            fields: dict[str, Value] = {
                "source": "", "person": person, "name": name, "kind": block.kind,
                "start": iso(block.start_at), "end": iso(block.end_at), "note": block.note,
                "cancelled": True,
            }  # fmt: skip
            found.append(_message(fields, until(self.at, block.end_at)))
        return found

    @staticmethod
    def takes_back(message: Message) -> Message | None:
        """It takes place after all."""
        cancelled = not message.fields["cancelled"]
        return _message({**message.fields, "cancelled": cancelled}, message.valid_s)

    def _blocks(self, session: Session) -> list[RosterShift]:
        rows = [session.get(RosterShift, key) for key in dict.fromkeys(self.shift_ids)]
        found = [row for row in rows if row is not None and not row.gone]
        return sorted(found, key=lambda row: (row.start_at, row.person, row.id))

    def _minutes(self, block: RosterShift) -> int:
        return minutes_between(max(block.start_at, self.at), block.end_at)

    @staticmethod
    def _called(block: RosterShift) -> str:
        return f"{block.kind} “{block.note}”" if block.note else block.kind


def _message(fields: dict[str, Value], valid_s: int) -> Message:
    verb = "is off" if fields["cancelled"] else "takes place after all"
    return Message(BLOCK_CANCEL, f"{fields['name']}: {fields['kind']} {verb}", fields, valid_s)
