"""Say something of a person, a shift, a customer or a target; what is new is added."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.channels import CATALOG as CHANNELS
from console.commands.command import Command
from console.commands.roster_words import NOUNS, called, changes
from console.domain.acts import Preview
from console.domain.roster import CHANNEL, CUSTOMERS, PEOPLE, SHIFTS, TARGETS, Entry
from console.domain.times import now_us
from console.reads.roster import directory, people
from console.store.roster import aim_channels, standing_of, state
from console.store.tables import Queue


@dataclass(frozen=True, slots=True)
class EditRoster(Command):
    """`who` sits at the screen. Only what differs from what stands is stated, as of now."""

    name: ClassVar[str] = "edit_roster"
    entry: Entry
    who: str

    def title(self, session: Session) -> str:
        now = standing_of(session, self.entry)
        verb = "add" if now.edited_at == 0 or now.cells["gone"] else "edit"
        words = "; ".join(changes(self.entry, now)) if verb == "edit" else ""
        name = f"{verb} the {NOUNS[self.entry.table]} {called(session, self.entry)}"
        return f"{name}: {words}" if words else name

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        now = standing_of(session, self.entry)
        told = changes(self.entry, now)
        if not told and now.edited_at and not now.cells["gone"]:
            return Preview(title, refused="It stands so already.")
        if refused := self._refused():
            return Preview(title, refused=refused)
        return Preview(title, tuple(told), (), tuple(self._warnings(session)))

    def apply(self, session: Session) -> None:
        state(session, self.entry, now_us(), self.who)
        if self.entry.table == TARGETS:
            aim_channels(session)

    def _refused(self) -> str:
        values = dict(self.entry.values)
        known = [channel.name for channel in CHANNELS]
        if values.get("scope") == CHANNEL and values["name"] not in known:
            return f"There is no channel “{values['name']}”, only {', '.join(known)}."
        return ""

    def _warnings(self, session: Session) -> list[str]:
        """Names that point to nobody: no fault, since files may come in any order."""
        values = dict(self.entry.values)
        field = {SHIFTS: "person", CUSTOMERS: "preferred"}.get(self.entry.table, "")
        if (name := str(values.get(field) or "")) and (
            name.casefold() not in directory(people(session))
        ):
            return [f"Nobody in the roster is called {name}."]
        queue = values.get("home_queue") if self.entry.table == PEOPLE else None
        if self.entry.table == TARGETS and values.get("scope") != CHANNEL:
            queue = values["name"]
        if queue and session.scalar(select(Queue.id).where(Queue.name == queue).limit(1)) is None:
            return [f"No source has a queue called {queue}."]
        return []
