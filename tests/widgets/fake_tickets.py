"""Tickets for a console without a database, on every list, some of which say little."""

import random
from collections.abc import Sequence
from dataclasses import replace

from console.domain import tickets as lists
from console.domain.tickets import LISTS, TicketCount, TicketLimits, TicketList, TicketRow, reasons
from console.domain.times import DAY, HOUR, MINUTE

LIMITS = TicketLimits(7, 3, 5, 4, 7, 20)
SUBJECTS = (
    "Cannot log in after the update", "Parcel says delivered, nothing there",
    "Refund still missing", "Invoice shows the wrong address", "<b>Where</b> is my order?",
    "The app closes by itself when I pay", "Third time the same fault, please call me back at …",
)  # fmt: skip
AGENTS = ("Berger", "Díaz", "Kaya", "Olsen", "Rossi", "")


def make_tickets(number: int, now: int, seed: int = 1) -> list[TicketRow]:
    """Some of a help desk that tells all, some of one that only knows how a ticket stands."""
    rng = random.Random(seed)
    found = []
    for n in range(number):
        silent = rng.random() < 0.2

        def known(*values: int, silent: bool = silent) -> int | None:
            return None if silent else rng.choice(values)

        created = now - rng.randint(HOUR, 20 * DAY)
        status = rng.choice(("new", "open", "open", "pending", "hold", "solved"))
        replies, notes = known(0, 0, 1, 2), known(0, 0, 1, 3)
        found.append(
            TicketRow(
                2 if silent else 1, str(40_000 + n), "mailbox" if silent else "helpdesk",
                rng.choice(("email", "chat", "social")), status,
                rng.choice(("", "low", "normal", "high", "urgent")), rng.choice(SUBJECTS),
                rng.choice(("Billing", "Deliveries", "Returns", "")), rng.choice(AGENTS),
                rng.choice(("…071", "…@example.org", "")), created,
                now - rng.randint(MINUTE, max(2 * MINUTE, now - created)),
                now - DAY if status == "solved" else None, created + HOUR if replies else None,
                rng.choice((None, None, now - 5 * HOUR, now + DAY)), known(0, 1, 2, 3, 6),
                known(0, 1, 1, 2, 4), known(0, 1, 2, 5), replies, notes,
                None if notes is None else 60 * notes, known(0, 0, 0, 1, 2),
            )
        )  # fmt: skip
    return found


def ticket_list(
    tickets: Sequence[TicketRow], now: int, name: str, known: object
) -> TicketList | None:
    version = (name, tuple(tickets), now // MINUTE)
    if version == known:
        return None
    rows = []
    for row in tickets:
        why = reasons(row, now, LIMITS)
        rows.append(replace(row, lists=tuple(why), why=tuple(why.values())))
    on = {
        each: [r for r in rows if (r.is_open if each == lists.OPEN else each in r.lists)]
        for each in LISTS
    }
    total = len(on[lists.OPEN])
    says = sum(1 for row in on[lists.OPEN] if row.touches is not None)
    counts = tuple(
        TicketCount(each, len(on[each]) if rows and (total == 0 or says) else None, says, total)
        for each in LISTS
    )
    news = tuple((s, now - 4 * MINUTE) for s in sorted({row.source for row in rows}))
    newest = sorted(on[name], key=lambda row: -row.updated_at)[:2000]
    return TicketList(version, now, name, tuple(newest), counts, LIMITS, news)
