"""Say how a source's platform is told what to do: connect it, switch that off and on, end it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.commands.command import Command
from console.commands.texts import counted, fault_of_text
from console.connectors import KINDS
from console.connectors.connector import Connector, Option
from console.domain.acts import Preview
from console.domain.messages import UNSETTLED
from console.store.engine import revision
from console.store.tables import Connection, Outbox, Source

NAME_BYTES = 180
_NONE = "It has no connection of its own."

# None of these steps back: the finger that undoes a move must not cut the line it went by.


@dataclass(frozen=True, slots=True)
class SetConnection(Command):
    """`settings` is JSON without secrets: those are in the keyring, and in no record. A source that
    is not there is made: a platform can be connected before its first export is read."""

    name: ClassVar[str] = "set_connection"
    steps_back: ClassVar[bool] = False
    source: str
    kind: str
    settings: str = "{}"
    enabled: bool = True

    def title(self, session: Session) -> str:
        kind = KINDS.get(self.kind)
        return f"connect {self.source} by {kind.title if kind else self.kind}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        kind = KINDS.get(self.kind)
        if kind is None or not kind.settings:
            return Preview(title, refused=f"There is no connection of the kind “{self.kind}”.")
        if not self.source.strip():
            return Preview(title, refused="A source needs a name.")
        if fault := fault_of_text("The name", self.source, NAME_BYTES):
            return Preview(title, refused=fault)
        if fault := _fault(kind, self.settings):
            return Preview(title, refused=fault)
        source = _source(session, self.source)
        row = session.get(Connection, source.id) if source else None
        touches = [f"What is asked of {self.source} goes to it by {kind.title} from now on."]
        if source is None:
            touches.append(f"There is no source {self.source} yet: it is made.")
        if row is None:
            touches.append("Until now it went to the outbox folder.")
        elif (row.kind, row.settings, row.enabled) == (self.kind, self.settings, self.enabled):
            touches = [f"{self.source} is connected so already; the line begins anew."]
        return Preview(title, tuple(touches), (), _underway(session, source))

    def apply(self, session: Session) -> None:
        source = _source(session, self.source)
        if source is None:
            source = Source(
                name=self.source.strip(),
                format="",
                folder="",
                platform=self.kind,
                revision=revision(session),
            )
            session.add(source)
            session.flush()
        row = session.get(Connection, source.id)
        if row is None:
            row = Connection(source_id=source.id)
            session.add(row)
        row.kind, row.settings, row.enabled = self.kind, self.settings, self.enabled


@dataclass(frozen=True, slots=True)
class SwitchConnection(Command):
    """While it is off, what is asked goes to the outbox folder."""

    name: ClassVar[str] = "switch_connection"
    steps_back: ClassVar[bool] = False
    source_id: int
    on: bool

    def title(self, session: Session) -> str:
        name = _name(session, self.source_id)
        return f"switch the connection of {name} {'on' if self.on else 'off'}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        row = session.get(Connection, self.source_id)
        if row is None:
            return Preview(title, refused=_NONE)
        if row.enabled is self.on:
            return Preview(title, refused=f"It is {'on' if self.on else 'off'} already.")
        name = _name(session, self.source_id)
        goes = KINDS[row.kind].title if self.on and row.kind in KINDS else "the outbox folder"
        source = session.get(Source, self.source_id)
        return Preview(
            title,
            (f"What is asked of {name} goes to {goes} from now on.",),
            (),
            _underway(session, source),
        )

    def apply(self, session: Session) -> None:
        session.get_one(Connection, self.source_id).enabled = self.on


@dataclass(frozen=True, slots=True)
class EndConnection(Command):
    name: ClassVar[str] = "end_connection"
    steps_back: ClassVar[bool] = False
    source_id: int

    def title(self, session: Session) -> str:
        return f"end the connection of {_name(session, self.source_id)}"

    def preview(self, session: Session) -> Preview:
        title = self.title(session)
        if session.get(Connection, self.source_id) is None:
            return Preview(title, refused=_NONE)
        name = _name(session, self.source_id)
        source = session.get(Source, self.source_id)
        return Preview(
            title,
            (
                f"What is asked of {name} goes to the outbox folder from now on.",
                "Its secret is taken out of this desk's keyring.",
            ),
            (),
            _underway(session, source),
        )

    def apply(self, session: Session) -> None:
        session.delete(session.get_one(Connection, self.source_id))


def _fault(kind: type[Connector], settings: str) -> str:
    try:
        options = json.loads(settings)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        return "The settings cannot be read."
    known = {s.name: s for s in kind.settings}
    stated: Mapping[str, Option] = options
    for name, value in stated.items():
        if name not in known:
            return f"{kind.title} has no setting “{name}”."
        if known[name].secret:
            return f"{known[name].label} is secret: it belongs into the keyring."
        if type(value) is not type(known[name].default):
            return f"{known[name].label}: {value!r} cannot be taken."
        if isinstance(value, str) and (fault := fault_of_text(known[name].label, value)):
            return fault
    return kind.fault({s.name: s.default for s in kind.settings if not s.secret} | dict(stated))


def _source(session: Session, name: str) -> Source | None:
    return session.scalar(select(Source).where(Source.name == name.strip()))


def _name(session: Session, source_id: int) -> str:
    source = session.get(Source, source_id)
    return source.name if source is not None else f"source {source_id}"


def _underway(session: Session, source: Source | None) -> tuple[str, ...]:
    if source is None:
        return ()
    number = session.scalar(
        select(func.count())
        .select_from(Outbox)
        .where(
            Outbox.subject.startswith(f"{source.name}|", autoescape=True),
            Outbox.state.in_(UNSETTLED),
        )
    )
    if not number:
        return ()
    return (f"{counted(number, 'message')} under way: these go the way that they were laid out.",)
