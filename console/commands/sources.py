"""Pause a source, name it, state its zone, read it again, forget it.

To read again and to forget take more than one transaction: the command only notes the chore
(`console.store.chores`), which `console.sync.sources` carries out.
"""

from dataclasses import dataclass
from typing import ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.overrides import rename_source
from console.commands.texts import counted, fault_of_text
from console.domain.acts import Preview
from console.reads.sources import Holdings, has_local_times, holdings
from console.store import chores
from console.store.engine import revision
from console.store.tables import Source

NAME_BYTES = 180
_UNKNOWN = "There is no such source."
_FROM_FILES = (
    "Only what its files still say can be read again; what was read from files that are gone, or "
    "that were written anew since, is not there any more."
)


@dataclass(frozen=True, slots=True)
class PauseSource(Command):
    """`paused`: its files are not read; false: they are read on from where they were left."""

    name: ClassVar[str] = "pause_source"
    source_id: int
    paused: bool = True

    def title(self, session: Session) -> str:
        return f"{'pause' if self.paused else 'resume'} source {_name(session, self.source_id)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        source = session.get(Source, self.source_id)
        if source is None:
            return Preview(title, refused=_UNKNOWN)
        if source.paused is self.paused:
            stands = "paused already" if self.paused else "not paused"
            return Preview(title, refused=f"{source.name} is {stands}.")
        if self.paused:
            return Preview(
                title,
                (
                    "Its files are not read until it is resumed; what was read stays.",
                    "Its queues and agents stay on the board and grow old.",
                ),
            )
        return Preview(title, ("Its files are read on from where they were left.",))

    def apply(self, session: Session) -> None:
        session.get_one(Source, self.source_id).paused = self.paused


@dataclass(frozen=True, slots=True)
class RenameSource(Command):
    name: ClassVar[str] = "rename_source"
    source_id: int
    to: str

    def title(self, session: Session) -> str:
        return f"rename source {_name(session, self.source_id)} to {self.to.strip()}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        source, to = session.get(Source, self.source_id), self.to.strip()
        if source is None:
            return Preview(title, refused=_UNKNOWN)
        if not to:
            return Preview(title, refused="A source needs a name.")
        if fault := fault_of_text("The name", to, NAME_BYTES):
            return Preview(title, refused=fault)
        if to == source.name:
            return Preview(title, refused="It has that name.")
        if session.scalar(select(Source.id).where(Source.name == to)) is not None:
            return Preview(title, refused=f"Another source is called {to}.")
        return Preview(
            title,
            ("Its files, queues and agents stay with it.",),
            (),
            (f"Scripts that name it ({source.name}) must name it anew.",),
        )

    def apply(self, session: Session) -> None:
        source, to = session.get_one(Source, self.source_id), self.to.strip()
        rename_source(session, source.id, source.name, to)
        source.name = to


@dataclass(frozen=True, slots=True)
class SetSourceZone(Command):
    """State of which zone a source's local times are: an IANA name."""

    name: ClassVar[str] = "set_source_zone"
    source_id: int
    zone: str

    def title(self, session: Session) -> str:
        zone = self.zone.strip() or "a zone"
        return f"times of source {_name(session, self.source_id)} are those of {zone}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        source, zone = session.get(Source, self.source_id), self.zone.strip()
        if source is None:
            return Preview(title, refused=_UNKNOWN)
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            words = f"{zone} is no zone; one is" if zone else "State a zone,"
            return Preview(title, refused=f"{words} for example Europe/Berlin.")
        if zone == source.zone:
            return Preview(title, refused=f"That is its zone: {zone}.")
        if not has_local_times(session, source):
            return Preview(title, ("Its times say their zone themselves; this is only kept.",))
        held = holdings(session, source.id)
        if not any((held.contacts, held.tickets, held.agents, held.snapshots)):
            return Preview(title, ("Nothing was read of it yet.",))
        return Preview(
            title,
            (f"What was read by {source.zone or 'UTC'} is taken away: {_listed(held)}.",)
            + (
                ("Then its files are read again.",)
                if not source.paused
                else ("It is paused: its files are read again when it is resumed.",)
            ),
            (),
            (_FROM_FILES,),
        )

    def apply(self, session: Session) -> None:
        source = session.get_one(Source, self.source_id)
        if has_local_times(session, source):
            chores.note(session, chores.EMPTY, source.id, revision(session))
        source.zone = self.zone.strip()


@dataclass(frozen=True, slots=True)
class RereadSource(Command):
    """Read its files again from their beginning: what a newer program understands better."""

    name: ClassVar[str] = "reread_source"
    source_id: int

    def title(self, session: Session) -> str:
        return f"read source {_name(session, self.source_id)} again"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        source = session.get(Source, self.source_id)
        if source is None:
            return Preview(title, refused=_UNKNOWN)
        if source.paused:
            return Preview(title, refused=f"{source.name} is paused: resume it first.")
        held = holdings(session, source.id)
        if not held.files:
            return Preview(title, refused="It has no files.")
        touches = [f"{counted(held.files, 'file')} read from the beginning; nothing counts twice."]
        if held.quarantined:
            touches.append(f"{_lines(held.quarantined)} tried again.")
        return Preview(title, tuple(touches))

    def apply(self, session: Session) -> None:
        chores.note(session, chores.REREAD, self.source_id, revision(session))


@dataclass(frozen=True, slots=True)
class ForgetSource(Command):
    """Take away all that was read of it. It stays on the list, empty and paused.

    No undo brings the rows back, so none is offered: `PauseSource` with false reads what its files
    still say.
    """

    name: ClassVar[str] = "forget_source"
    source_id: int

    def title(self, session: Session) -> str:
        name = _name(session, self.source_id)
        return f"forget source {name}: {_listed(holdings(session, self.source_id))}"

    def preview(self, session: Session) -> Preview:
        source = session.get(Source, self.source_id)
        if source is None:
            return Preview(f"forget source {_name(session, self.source_id)}", refused=_UNKNOWN)
        held = holdings(session, source.id)
        gone = [
            words
            for number, words in (
                (held.contacts, counted(held.contacts, "contact")),
                (held.tickets, counted(held.tickets, "ticket")),
                (held.snapshots, counted(held.snapshots, "snapshot")),
                (held.quarantined, _lines(held.quarantined)),
            )
            if number
        ]
        if held.queues or held.agents:
            gone.append(
                f"{counted(held.queues, 'queue')} and {counted(held.agents, 'agent')}, with who "
                "was sent where by hand"
            )
        return Preview(
            f"forget source {source.name}",
            (*(gone or ["nothing: it is empty"]), "It stays on the list, empty and paused."),
            ("Figures and trends of the past lose its part.",) if held.contacts else (),
            (_FROM_FILES, "The journal and reports stay."),
        )

    def apply(self, session: Session) -> None:
        # Past the recording: to take back the pause alone would look like taking all of it back.
        here = Source.id == self.source_id
        session.connection().execute(update(Source).where(here).values(paused=True))
        session.expire(session.get_one(Source, self.source_id))
        chores.note(session, chores.EMPTY, self.source_id, revision(session))


def _name(session: Session, source_id: int) -> str:
    source = session.get(Source, source_id)
    return source.name if source is not None else str(source_id)


def _listed(held: Holdings) -> str:
    words = [
        words
        for number, words in (
            (held.contacts, counted(held.contacts, "contact")),
            (held.tickets, counted(held.tickets, "ticket")),
            (held.queues, counted(held.queues, "queue")),
            (held.agents, counted(held.agents, "agent")),
            (held.snapshots, counted(held.snapshots, "snapshot")),
            (held.quarantined, _lines(held.quarantined)),
        )
        if number
    ]
    return ", ".join(words) or "nothing"


def _lines(number: int) -> str:
    return f"{counted(number, 'line')} in quarantine"


__all__ = ["ForgetSource", "PauseSource", "RenameSource", "RereadSource", "SetSourceZone"]
