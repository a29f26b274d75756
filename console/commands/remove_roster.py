"""Take a person, a shift, a customer or a target out of the roster."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.roster_words import NOUNS, called
from console.domain.acts import Preview
from console.domain.roster import PEOPLE, TARGETS, Entry
from console.domain.times import now_us
from console.store.roster import aim_channels, standing_of, state


@dataclass(frozen=True, slots=True)
class RemoveRoster(Command):
    """The row stays as a mark, so that an older file does not bring it back."""

    name: ClassVar[str] = "remove_roster"
    table: str
    keys: tuple[str, ...]
    who: str

    def title(self, session: Session) -> str:
        names = [called(session, entry) for entry in self._entries()]
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return f"remove the {NOUNS[self.table]} {names[0]}{more}" if names else "remove nothing"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        for entry in self._entries():
            now = standing_of(session, entry)
            if now.edited_at == 0 or now.cells["gone"]:
                return Preview(title, refused=f"There is no such {NOUNS[self.table]}.")
        if not self.keys:
            return Preview(title, refused="Nothing was chosen.")
        touches = [
            f"{called(session, entry)} leaves the roster; a newer file that has the row brings it "
            "back."
            for entry in self._entries()
        ]
        if self.table == PEOPLE:
            touches.append("Shifts stay; agents joined to them are shown by their own names again.")
        if self.table == TARGETS:
            touches.append("A channel expects again what it did at first.")
        return Preview(title, tuple(touches))

    def apply(self, session: Session) -> None:
        for entry in self._entries():
            state(session, entry, now_us(), self.who)
        if self.table == TARGETS:
            aim_channels(session)

    def _entries(self) -> list[Entry]:
        return [Entry(self.table, key, (), gone=True) for key in self.keys]
