"""The lines to platforms: one connector for each connection, and the outbox folder."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from console.connectors import KINDS
from console.connectors.connector import Connector, Option, Place
from console.connectors.folder import Folder
from console.domain.links import DOWN, OFF, UP, Link
from console.domain.messages import PENDING
from console.secrets import Secrets
from console.store import dialect
from console.store.engine import Store, next_revision
from console.store.post import connector_name
from console.store.tables import Connection, Outbox, Source


@dataclass(frozen=True, slots=True)
class Line:
    """How a source's platform is told, and how that line stands."""

    source_id: int
    source: str
    kind: str
    title: str
    enabled: bool
    settings: Mapping[str, Option]
    link: Link


class Lines:
    """Kept as the connections in the database want them; `refresh` looks. One thread at a time,
    but for `stand`."""

    def __init__(
        self, store: Store, folder: Path, secrets: Secrets, wake: Callable[[], None]
    ) -> None:
        self._store = store
        self._folder = folder
        self._secrets = secrets
        self._wake = wake
        place = Place(Folder.kind, "", {}, lambda _: "", folder)
        self._outbox = Folder(place)
        self._made: dict[int, tuple[tuple[str, str, str], Connector]] = {}
        self._faults: dict[int, Link] = {}
        self._seen: object = None
        self._up: set[str] = set()

    @property
    def connectors(self) -> list[Connector]:
        return [self._outbox, *(connector for _, connector in self._made.values())]

    @property
    def live(self) -> list[tuple[int, Connector]]:
        """Those with a connection of their own, by source."""
        return [(source_id, connector) for source_id, (_, connector) in self._made.items()]

    def refresh(self) -> bool:
        """Begin and end lines as the connections say; True where a line has come up again."""
        with self._store.read() as session:
            seen = session.execute(
                select(
                    func.count(),
                    func.max(Connection.revision),
                    func.sum(dialect.as_number(Connection.enabled)),
                )
            ).one()
            wanted = None if seen == self._seen else _rows(session)
        if wanted is not None:
            self._seen = seen
            self._make(wanted)
        return self._come_up()

    def forget_secret(self, source_id: int) -> None:
        """A secret was changed: the line begins anew at the next look."""
        self._end(source_id)
        self._seen = None

    def link_of(self, source_id: int) -> Link | None:
        """How a source's line stands; None where it has none. From any thread."""
        made = self._made.get(source_id)
        return made[1].link if made is not None else self._faults.get(source_id)

    def stand(self) -> tuple[Line, ...]:
        """How each line stands now. Reads the database."""
        with self._store.read() as session:
            rows = _rows(session)
        lines: list[Line] = []
        for source_id, (name, kind, settings, enabled) in rows.items():
            link = self.link_of(source_id) or Link(OFF, "switched off", 0)
            title = KINDS[kind].title if kind in KINDS else kind
            lines.append(Line(source_id, name, kind, title, enabled, json.loads(settings), link))
        return tuple(lines)

    def close(self) -> None:
        for source_id in list(self._made):
            self._end(source_id)
        self._outbox.close()

    def _make(self, wanted: dict[int, tuple[str, str, str, bool]]) -> None:
        for source_id, (key, _connector) in list(self._made.items()):
            row = wanted.get(source_id)
            if row is None or not row[3] or row[:3] != key:
                self._end(source_id)
        self._faults = {number: link for number, link in self._faults.items() if number in wanted}
        for source_id, row in wanted.items():
            if row[3] and source_id not in self._made:
                self._begin(source_id, row[:3])

    def _begin(self, source_id: int, key: tuple[str, str, str]) -> None:
        name, kind, settings = key
        make = KINDS.get(kind)
        if make is None:
            words = f"this program knows no connection “{kind}”"
            self._faults[source_id] = Link(DOWN, words, 0)
            return
        options: dict[str, Option] = {s.name: s.default for s in make.settings if not s.secret}
        options |= json.loads(settings)
        if fault := make.fault(options):
            self._faults[source_id] = Link(DOWN, fault, 0)
            return
        self._faults.pop(source_id, None)
        place = Place(
            connector_name(kind, source_id),
            name,
            options,
            lambda setting: self._secrets.get(source_id, setting),
            self._folder / f"{kind}-{source_id}",
        )
        connector = make(place)
        self._made[source_id] = (key, connector)
        connector.start(self._wake)

    def _end(self, source_id: int) -> None:
        made = self._made.pop(source_id, None)
        if made is not None:
            self._up.discard(made[1].name)
            made[1].close()

    def _come_up(self) -> bool:
        """What waits for a line that has come up leaves at once, not when its turn comes again."""
        up = {connector.name for _, connector in self.live if connector.link.state == UP}
        fresh, self._up = up - self._up, up
        if not fresh:
            return False
        with self._store.write() as session:
            session.execute(
                update(Outbox)
                .where(Outbox.connector.in_(fresh), Outbox.state == PENDING)
                .values(next_try_at=0, revision=next_revision(session))
            )
        return True


def _rows(session: Session) -> dict[int, tuple[str, str, str, bool]]:
    """By source: its name, the kind of its connection, the settings as JSON, whether it is on."""
    return {
        number: (name, kind, settings, enabled)
        for number, name, kind, settings, enabled in session.execute(
            select(
                Connection.source_id,
                Source.name,
                Connection.kind,
                Connection.settings,
                Connection.enabled,
            )
            .join(Source, Source.id == Connection.source_id)
            .order_by(Source.name)
        )
    }
