"""Alarms of what news comes from: a source that is silent, a line that is down, lines put aside."""

from collections.abc import Sequence

from console.alarms.condition import Condition, Situation, counted, lasting
from console.domain.alarms import QUARANTINE, SOURCE, Finding
from console.domain.freshness import is_stale, stale_after
from console.domain.links import DOWN, REFUSED
from console.domain.times import SECOND


def _silent(s: Situation) -> Sequence[Finding]:
    found: list[Finding] = []
    for source in s.board.sources:
        limit = stale_after(source, s.settings.stale_s)
        if limit is None:
            # Another desk may follow it.
            found.append(Finding("silent", source.source, None))
        elif not is_stale(source, s.now, s.settings.stale_s):
            found.append(Finding("silent", source.source, False))
        else:
            old = "nothing of it was read yet"
            if source.last_at is not None:
                old = f"newest record {lasting(s.now - source.last_at)} old"
            found.append(
                Finding(
                    "silent",
                    source.source,
                    True,
                    f"{source.source} is silent",
                    f"{old}, stale after {lasting(limit * SECOND)}",
                    "Now − newest stamp in the source's own data, live, against its habit; one "
                    "that writes on and on is stale after the setting stale_s.",
                    "See whether its files still grow. What is shown of it is old until then.",
                    SOURCE,
                    str(source.source_id),
                )
            )
    return found


def _line(s: Situation) -> Sequence[Finding]:
    found: list[Finding] = []
    for source in s.board.sources:
        if not source.line:
            found.append(Finding("line", source.source, None))
        elif source.line not in (DOWN, REFUSED):
            found.append(Finding("line", source.source, False))
        else:
            found.append(
                Finding(
                    "line",
                    source.source,
                    True,
                    f"the line to {source.source} is {source.line}",
                    source.line_words.rstrip(".") or source.line,
                    "How the connection to the platform stands at this desk, live.",
                    "What you order waits until it is up again, or too late.",
                    SOURCE,
                    str(source.source_id),
                )
            )
    return found


def _quarantine(s: Situation) -> Sequence[Finding] | None:
    limit = s.settings.alarm_quarantine
    if s.put_aside is None or not limit:
        return None if limit else ()
    found: list[Finding] = []
    for source in s.board.sources:
        number = s.put_aside.get(source.source_id)
        if number is None:
            found.append(Finding("quarantine", source.source, None))
            continue
        # It ends when next to nothing is added any more.
        least = max(1, limit // 4) if s.stands("quarantine", source.source) else limit
        found.append(
            Finding(
                "quarantine",
                source.source,
                number >= least,
                f"{source.source}: what cannot be read grows",
                f"{counted(number, 'line')} put aside in 30 minutes, {source.quarantined} in all",
                "Lines of the source's files that were put aside within the last 30 minutes, as "
                "this desk has seen them come.",
                "Read the reasons in Quarantine; figures lack what these lines say.",
                QUARANTINE,
                source.source,
            )
        )
    return found


SILENT = Condition("silent", "A source is silent", _silent, lambda _: 15)
LINE = Condition("line", "The line to a platform is down", _line, lambda _: 2)
QUARANTINED = Condition("quarantine", "What cannot be read grows", _quarantine)
