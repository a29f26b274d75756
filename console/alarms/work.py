"""Alarms of the work itself: haste, missing notes, a backlog that feeds itself, debt, forecasts."""

from collections.abc import Sequence

from console.alarms.condition import Condition, Index, Rising, Situation
from console.domain.alarms import DOCK, TICKETS, Finding
from console.domain.normals import AHT, MINUTES, NOTELESS, RESOLUTION, Normal

#: From this probability of being above 1 on an index is an alarm; below the other it ends. Between
#: them nobody can tell.
_LIKELY, _UNLIKELY = 0.8, 0.5


def _minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _normal(n: Normal, unit: str) -> str:
    return f"{n.now:.1f} {unit}, normal {n.mean:.1f} ({n.low:.1f} to {n.high:.1f})"


def _haste(s: Situation) -> Sequence[Finding] | None:
    """Contacts get shorter and settle less; or each settled need takes more."""
    if s.work is None:
        return None
    found: list[Finding] = []
    for channel, normals in s.work.normals.items():
        aht, share = normals.get(AHT), normals.get(RESOLUTION)
        minutes = normals.get(MINUTES)
        if minutes is None and (aht is None or share is None):
            found.append(Finding("haste", channel, None))
            continue
        stood = s.stands("haste", channel)
        hasty = aht is not None and share is not None and aht.below and share.below
        dearer = minutes is not None and (minutes.risen if stood else minutes.above)
        if stood and aht is not None and share is not None:
            hasty = hasty or (aht.fallen and share.fallen)
        parts: list[str] = []
        if minutes is not None:
            parts.append(f"{_normal(minutes, 'min per resolution')}")
        if aht is not None and share is not None:
            parts.append(
                f"AHT {_minutes(aht.now)} ({_minutes(aht.mean)}), "
                f"resolution {share.now:.0f} % ({share.mean:.0f} %)"
            )
        basis = next(n.basis for n in (minutes, share, aht) if n is not None)
        found.append(
            Finding(
                "haste",
                channel,
                hasty or dearer,
                f"{channel}: contacts are shorter and settle less"
                if hasty
                else f"{channel}: each resolution takes more",
                "; ".join(parts),
                "Minutes per resolution: AHT ÷ resolution, of contacts that came in the last 2 "
                f"hours, beside {basis}; beyond normal is more than twice what it moves by itself.",
                "Say that no contact is to be cut short; listen in; see what comes back unsettled.",
                DOCK,
                "queues",
            )
        )
    return found


def _notes(s: Situation) -> Sequence[Finding] | None:
    if s.work is None:
        return None
    found: list[Finding] = []
    for channel, normals in s.work.normals.items():
        notes = normals.get(NOTELESS)
        if notes is None:
            found.append(Finding("notes", channel, None))
            continue
        stands = notes.risen if s.stands("notes", channel) else notes.above
        found.append(
            Finding(
                "notes",
                channel,
                stands,
                f"{channel}: more and more work leaves no note",
                f"{notes.now:.0f} % without a note, normal {notes.mean:.0f} % "
                f"({notes.low:.0f} to {notes.high:.0f})",
                "Answered contacts without a note ÷ those whose notes are known, of contacts that "
                f"came in the last 2 hours, beside {notes.basis}.",
                "Put administration off, never notes: the next agent asks everything again.",
                TICKETS,
                "noteless",
            )
        )
    return found


_SPIRALS = {
    "wait": (
        "handling grows with the wait",
        "Spiral index: growth of handling time with the wait × patience × (1 − reconnects) ÷ "
        "(1 − redials); above 1 a backlog keeps itself alive.",
        "Bring the wait down at once, whatever it costs elsewhere: by itself it will not heal.",
    ),
    "duplicate": (
        "failed attempts take agents' time",
        "Duplicate index: agents' time of a failed attempt ÷ handling time × (1 − reconnects) ÷ "
        "(1 − redials); above 1 a backlog keeps itself alive.",
        "Stop what makes duplicates: dials that reach nobody, copies of one need, stale promises.",
    ),
}


def _spirals(s: Situation) -> Sequence[Finding] | None:
    return _of_kind(s, "wait", "spiral")


def _duplicates(s: Situation) -> Sequence[Finding] | None:
    return _of_kind(s, "duplicate", "duplicates")


def _of_kind(s: Situation, index: str, kind: str) -> Sequence[Finding] | None:
    if s.work is None:
        return None
    return [_spiral(s, each, kind) for each in s.work.indices if each.kind == index]


def _spiral(s: Situation, index: Index, kind: str) -> Finding:
    if index.value is None:
        return Finding(kind, index.channel, None)
    why, definition, remedy = _SPIRALS[index.kind]
    limit = _UNLIKELY if s.stands(kind, index.channel) else _LIKELY
    return Finding(
        kind,
        index.channel,
        index.value > 1.0 and index.likely >= limit,
        f"{index.channel}: the backlog feeds itself, since {why}",
        f"index {index.value:.1f} ({index.low:.1f} to {index.high:.1f}), runaway above 1",
        f"{definition} 80 % interval, from the parameters of the forecast.",
        remedy,
        DOCK,
        "queues",
    )


def _rising(
    s: Situation, kind: str, found: Sequence[Rising] | None, remedy: str, dock: str
) -> Sequence[Finding] | None:
    if found is None:
        return None
    return [
        Finding(
            kind,
            each.subject,
            each.lasts if s.stands(kind, each.subject) else each.stands,
            each.title,
            each.number,
            each.definition,
            remedy,
            DOCK,
            dock,
        )
        for each in found
    ]


def _debt(s: Situation) -> Sequence[Finding] | None:
    return _rising(
        s,
        "debt",
        None if s.work is None else s.work.debt,
        "Pay it with hours: Resources lists what can be freed, the forecast what would help.",
        "debt",
    )


def _forecasts(s: Situation) -> Sequence[Finding] | None:
    return _rising(
        s,
        "forecast",
        None if s.work is None else s.work.forecasts,
        "Look at the parameters before you trust the next one.",
        "forecast",
    )


HASTE = Condition("haste", "Contacts are shorter and settle less", _haste)
NOTES = Condition("notes", "Work leaves no note", _notes)
SPIRALS = Condition("spiral", "A backlog feeds itself: waits", _spirals)
DUPLICATES = Condition("duplicates", "A backlog feeds itself: duplicates", _duplicates)
DEBT = Condition("debt", "Contact debt rises", _debt)
FORECASTS = Condition("forecast", "The forecast was wrong", _forecasts)

__all__ = ["DEBT", "DUPLICATES", "FORECASTS", "HASTE", "NOTES", "SPIRALS"]
