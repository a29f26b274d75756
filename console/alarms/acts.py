"""Alarms of what was done, owed and reported."""

from collections.abc import Sequence

from console.alarms.condition import Condition, Situation, counted, lasting
from console.domain.alarms import ACT, DOCK, REPORTS, Finding
from console.domain.messages import REFUSED, UNCONFIRMED


def _orders(s: Situation) -> Sequence[Finding] | None:
    if s.facts is None:
        return None
    found: list[Finding] = []
    for trouble in s.facts.troubles:
        states = [item.state for item in trouble.items]
        parts = [
            f"{states.count(state)} {words}"
            for state, words in ((REFUSED, "refused"), (UNCONFIRMED, "not answered"))
            if state in states
        ]
        first = trouble.items[0]
        said = f": {first.item}, “{first.words}”" if first.words else f": {first.item}"
        found.append(
            Finding(
                "order",
                str(trouble.journal_id),
                True,
                f"not carried out: {trouble.title}",
                f"{' and '.join(parts)} of {counted(trouble.of, 'message')}{said}",
                "Messages of the act whose newest answer is a refusal, or that nobody answered in "
                "time, within 12 hours; a newer message about the same thing ends it.",
                "Send it again, drop it, or do it at the platform by hand.",
                ACT,
                str(trouble.journal_id),
            )
        )
    return found


def _overrides(s: Situation) -> Sequence[Finding]:
    found: list[Finding] = []
    for row in s.board.overrides:
        if row.drift is not None:
            by = f" by {row.drift.by}" if row.drift.by else ""
            number = f"wanted {row.wanted}, {row.drift.value} at {row.drift.source}{by}"
            title = f"changed at the platform: {row.title}"
        elif row.overdue and row.until is not None:
            number = f"{lasting(s.now - row.until)} beyond its time, since it was set by "
            number += row.who or "nobody known"
            title = f"beyond its time: {row.title}"
        else:
            continue
        found.append(
            Finding(
                "override",
                row.key,
                True,
                title,
                number,
                "What stands otherwise than usual, beside the time that was stated for its end "
                "and what the platform shows, live.",
                "Bring it back, or say until when it is meant to stand.",
                DOCK,
                "overrides",
            )
        )
    return found


def _owed(s: Situation) -> Sequence[Finding] | None:
    if s.facts is None:
        return None
    number = s.facts.overdue
    return (
        Finding(
            "owed",
            "",
            number > 0,
            "what was put off is overdue",
            f"{counted(number, 'obligation')} past the date, the oldest: {s.facts.overdue_what}",
            "Obligations that are owed and whose due date has passed, live.",
            "Have it done, give it another date, or waive it.",
            DOCK,
            "obligations",
        ),
    )


def _reports(s: Situation) -> Sequence[Finding] | None:
    limit = s.settings.alarm_reports
    if s.facts is None or not limit:
        return None if limit else ()
    found: list[Finding] = []
    for each in s.facts.similar:
        # One less keeps it standing.
        least = max(2, limit - 1) if s.stands("reports", each.kind) else limit
        if each.number < least:
            continue
        found.append(
            Finding(
                "reports",
                each.kind,
                True,
                f"reported again and again: {each.kind}",
                f"{each.number} in 20 minutes, the newest: {each.newest}",
                "Reports of the same category within the last 20 minutes; those without one count "
                "together where most of their words are the same.",
                "Find the cause and tell the floor what to say; answer the reports.",
                REPORTS,
                each.kind,
            )
        )
    return found


ORDERS = Condition("order", "A platform refused an order, or did not answer", _orders)
OVERRIDES = Condition("override", "An override is beyond its time, or was changed", _overrides)
OWED = Condition("owed", "What was put off is overdue", _owed)
REPORTED = Condition("reports", "The same is reported again and again", _reports)
