"""What could be freed, and what is owed, without a database."""

from dataclasses import replace

from console.domain.freeing import (
    AT,
    CALL,
    CANCEL,
    NOT_NOW,
    NOW,
    OTHER_CHANNEL,
    SEND,
    Resource,
    ResourceList,
    ResourceTotal,
)
from console.domain.obligations import Ledger, ObligationRow, debt_of
from console.domain.times import DAY, HOUR, MINUTE

#: Half an hour apart, so that the order of the screen is known.
_NAMES = ("Berger", "Díaz", "Kaya", "Olsen", "Rossi", "Sato")


def make_resources(now: int) -> tuple[Resource, ...]:
    """Four meetings, a training, a state, a chat agent, somebody at home, leave without consent."""
    rows = [
        Resource(
            f"shift:m{n}", "meeting", f"p{n}", n + 1, name, "Red", "<b>the week</b>",
            now + HOUR, now + HOUR + (n + 2) * 30 * MINUTE, (n + 2) * 30, (n + 2) * 30, AT, CANCEL,
            ("the meeting is owed", "3 more are in it"), f"m{n}", 1, "support", "skill support",
        )
        for n, name in enumerate(_NAMES[:4])
    ]  # fmt: skip
    training = replace(
        rows[0], key="shift:t", kind="training", name="Rossi", person="p4", agent_id=5, minutes=57,
        minutes_shift=57, from_at=now, to_at=now + 57 * MINUTE, when=NOW, shift="t", what="tariff",
    )  # fmt: skip
    state = replace(
        training, key="agent:6", kind="administration", name="Sato", person="", agent_id=6,
        minutes=None, minutes_shift=None, to_at=None, act=CALL, shift="", what="says “Admin”",
    )  # fmt: skip
    chat = replace(
        training, key="agent:7", kind=OTHER_CHANNEL, name="Weber", person="p7", agent_id=7,
        minutes=240, minutes_shift=400, to_at=now + 400 * MINUTE, act=SEND, shift="",
        what="serves web", costs=("web keeps 2 of 3, 1 available, 0 waiting there",),
    )  # fmt: skip
    home = replace(
        chat, key="person:p8:early", kind=NOT_NOW, name="Novak", person="p8", agent_id=None,
        minutes=110, minutes_shift=110, to_at=now + 110 * MINUTE, act=CALL, when="when they arrive",
        what="before their shift", costs=("they come 1 h 50 early",),
    )  # fmt: skip
    leave = replace(
        training, key="shift:l", kind="leave", name="Khan", person="p9", minutes=200,
        minutes_shift=200, act="ask", shift="l", what="",
        why_not="leave is given up by consent only: nobody has asked them yet",
    )  # fmt: skip
    return (*rows, training, state, chat, home, leave)


def resource_list(
    rows: tuple[Resource, ...], now: int, version: object, known: object
) -> ResourceList | None:
    if version == known:
        return None
    totals: dict[str, list[int | None]] = {}
    for row in rows:
        if row.act != "ask":
            totals.setdefault(row.kind, []).append(row.minutes)
    return ResourceList(
        now, now + 4 * HOUR, rows,
        tuple(
            ResourceTotal(kind, len(some), sum(m or 0 for m in some), some.count(None))
            for kind, some in totals.items()
        ),
        (("breaks", 6), ("rest", 1)), 11, bool(rows), version,
    )  # fmt: skip


def make_owed(now: int) -> tuple[ObligationRow, ...]:
    row = ObligationRow(
        "o1", "training “the new tariff”", "training", "p4", "Rossi", 57, "", None, False, "owed",
        "", now - HOUR, "lead", None, 1, "Storm",
    )  # fmt: skip
    return (
        replace(
            row, id="o2", what="<i>monthly</i> report", kind="other", person="", name="",
            minutes=None, owner="Berger", due_at=now - DAY, operation_id=None, operation="",
        ),
        row,
        replace(row, id="o3", what="tax file", legal=True, owner="Díaz"),
        replace(row, id="o4", what="meeting", state="done", ended_at=now, note="held"),
    )  # fmt: skip


def ledger(
    rows: tuple[ObligationRow, ...], now: int, version: object, known: object
) -> Ledger | None:
    if version == known:
        return None
    return Ledger(now, rows, debt_of(rows, now), (), ("Berger", "Díaz"), version)
