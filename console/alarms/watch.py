"""Looks at the conditions again and again; raises, renews and ends alarms in the database.

Several desks may look at one database. An alarm stands once whoever found it, and it ends when no
desk has found it standing for a while. What one desk cannot tell, another may.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.alarms import CATALOG
from console.alarms.condition import Condition, Facts, Situation, Work
from console.domain.alarms import AlarmRow, Finding
from console.domain.board import Board, SourceRow
from console.domain.times import HOUR, MINUTE, SECOND
from console.reads.alarms import standing as standing_now
from console.settings import Settings
from console.store.engine import Store, next_revision
from console.store.tables import Alarm

#: An alarm ends when it was not found for so long, so that what comes and goes is one alarm.
ENDS = 2 * MINUTE
#: A desk that finds an alarm standing says so this often; well within the time after which it ends.
RENEWS = MINUTE
#: What no desk can tell any more ends after this.
FORGOTTEN = HOUR
#: At the start what was written meanwhile is read first: nothing is raised before.
SETTLES = 15 * SECOND
GROWTH, KNOWS = 30 * MINUTE, 5 * MINUTE
#: How often the conditions are looked at, and the database is asked for what they need.
LOOKS, ASKS = 2 * SECOND, 10 * SECOND

ENDED, UNTOLD = "the condition has ended", "nobody can tell any more"


class Alarms:
    """One desk's look. Not for several threads at once."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        facts: Callable[[], Facts] | None = None,
        catalog: Sequence[Condition] = CATALOG,
        settles: int = SETTLES,
    ) -> None:
        """`facts` asks the database for what is not on the board."""
        self._store = store
        self.settings = settings
        self._ask = facts
        self._catalog = catalog
        self._settles = settles
        self._begun: int | None = None
        self._looked_at = self._asked_at = -(1 << 62)
        self._facts: Facts | None = None
        #: Since when each condition that is no alarm yet has held.
        self._held: dict[str, int] = {}
        self._put_aside: dict[int, deque[tuple[int, int]]] = {}
        #: What was found last, by key: the numbers of the moment.
        self.found: Mapping[str, Finding] = {}
        #: What is found out every few minutes, by somebody else.
        self.work: Work | None = None

    def look(self, board: Board, now: int) -> bool:
        """Raise, renew and end what is due by `now`; True where anything was."""
        if self._begun is None:
            self._begun = now
        growth = self._note_growth(board.sources, now)
        if now - self._looked_at < LOOKS:
            return False
        self._looked_at = now
        if self._ask is not None and now - self._asked_at >= ASKS:
            self._facts, self._asked_at = self._ask(), now
        with self._store.read() as session:
            standing = {row.key: row for row in standing_now(session)}
        situation = Situation(
            now, board, self.settings, self._facts, self.work, growth, frozenset(standing)
        )
        found, blind = self._find(situation)
        self.found = found
        raises = [f for f in found.values() if f.stands and self._is_due(f, standing, now)]
        renews = [
            f
            for key, f in found.items()
            if f.stands and key in standing and now - standing[key].seen_at >= RENEWS
        ]
        ends = {
            key: why
            for key, row in standing.items()
            if (why := self._ending(row, found.get(key), blind, now))
        }
        if now - self._begun < self._settles or not (raises or renews or ends):
            return False
        # What is lost in a power cut is found again by the next look.
        with self._store.write(durable=False) as session:
            return self._write(session, raises, renews, ends, now)

    def _find(self, situation: Situation) -> tuple[dict[str, Finding], frozenset[str]]:
        """What is found, by key; and the kinds of which nothing can be told yet."""
        found: dict[str, Finding] = {}
        blind: set[str] = set()
        for condition in self._catalog:
            findings = condition.of(situation)
            if findings is None:
                blind.add(condition.kind)
                continue
            for finding in findings:
                found[finding.key] = finding
        for key in [key for key in self._held if not (key in found and found[key].stands)]:
            # What flickers for a moment begins anew.
            del self._held[key]
        return found, frozenset(blind)

    def _is_due(self, finding: Finding, standing: Mapping[str, AlarmRow], now: int) -> bool:
        if finding.key in standing:
            return False
        since = self._held.setdefault(finding.key, now)
        holds = next(c.holds_s for c in self._catalog if c.kind == finding.kind)
        return now - since >= holds(self.settings) * SECOND

    def _ending(
        self, row: AlarmRow, finding: Finding | None, blind: frozenset[str], now: int
    ) -> str:
        """Why an alarm that stands ends now; empty where it goes on."""
        unseen = now - row.seen_at
        unknown = row.kind in blind if finding is None else finding.stands is None
        if unknown:
            return UNTOLD if unseen >= FORGOTTEN else ""
        if finding is not None and finding.stands:
            return ""
        return ENDED if unseen >= ENDS else ""

    def _note_growth(self, sources: Sequence[SourceRow], now: int) -> Mapping[int, int]:
        """How many lines of each source were put aside within half an hour, as seen from here."""
        growth: dict[int, int] = {}
        for source in sources:
            seen = self._put_aside.setdefault(source.source_id, deque())
            if not seen or seen[-1][1] != source.quarantined:
                seen.append((now, source.quarantined))
            while len(seen) > 1 and now - seen[1][0] > GROWTH:
                seen.popleft()
            # Lines that could be taken after all make less of them.
            number = max(0, source.quarantined - min(n for _, n in seen))
            # Who has just begun to look knows of growth, but not that there is none.
            if number >= self.settings.alarm_quarantine or now - (self._begun or now) >= KNOWS:
                growth[source.source_id] = number
        return growth

    def _write(
        self,
        session: Session,
        raises: Sequence[Finding],
        renews: Sequence[Finding],
        ends: Mapping[str, str],
        now: int,
    ) -> bool:
        revision = next_revision(session)  # the lock: another desk may have been quicker
        rows = session.scalars(select(Alarm).where(Alarm.cleared_at.is_(None)))
        standing = {row.key: row for row in rows}
        for finding in raises:
            if finding.key not in standing:
                session.add(_alarm(finding, now, revision))
        for finding in renews:
            if (row := standing.get(finding.key)) is not None:
                row.number, row.target, row.title = finding.number, finding.target, finding.title
                row.seen_at, row.revision = now, revision
        for key, why in ends.items():
            row = standing.get(key)
            if row is not None and now - row.seen_at >= ENDS:
                row.cleared_at, row.ending, row.revision = now, why, revision
        return True

    def as_found(self, row: AlarmRow) -> AlarmRow:
        """The same alarm with the numbers of this moment, where this desk knows them."""
        finding = self.found.get(row.key)
        if finding is None or not finding.stands:
            return row
        return replace(
            row, title=finding.title, number=finding.number, act=finding.act, target=finding.target
        )


def _alarm(finding: Finding, now: int, revision: int) -> Alarm:
    return Alarm(
        key=finding.key,
        kind=finding.kind,
        title=finding.title,
        number=finding.number,
        definition=finding.definition,
        remedy=finding.remedy,
        act=finding.act,
        target=finding.target,
        raised_at=now,
        seen_at=now,
        revision=revision,
    )


__all__ = ["ENDED", "ENDS", "FORGOTTEN", "LOOKS", "SETTLES", "UNTOLD", "Alarms"]
