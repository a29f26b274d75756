"""Promises of callbacks in columns, with what became of each."""

from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from console.debt.attempts import PROMISED, UNKNOWN, Attempts, Codes, Promises
from console.reads import attempt_rows
from console.reads.attempts import History, joined

#: Contact, source, customer, queue, made, due, dialled, ended, reached, called in.
_Row = tuple[int, int, int, int, int, int, int, int, int, int]


def promises_of(history: History, session: Session) -> Promises:
    """Told by sources; or by an exit with a key, and the next dial to the same customer in a queue
    for callbacks. Which of these it was dialled for is not written: the first that is open."""
    rows: list[list[int]] = []
    told_of = attempt_rows.promised(session)
    every = _concerned(history, [row[0] for row in told_of])
    place_of = _places(every.contact, [row[0] for row in told_of])
    for contact, source, queue, made, due, dialled, ended, how in told_of:
        place = place_of.get(contact)
        customer = UNKNOWN if place is None else int(every.customer[place])
        reached = {"reached": 1, "missed": 0}.get(how, UNKNOWN)
        stamps = (-1 if at is None else at for at in (due, dialled, ended))
        rows.append([contact, source, customer, queue or UNKNOWN, made, *stamps, reached, -1])
    told = {row[0] for row in rows}
    rows += [row for row in _dialled(history, every) if row[0] not in told]
    _call_ins(rows, every)
    table = np.array(rows, np.int64).reshape(len(rows), 10)
    small: Any = np.int32
    return Promises(
        table[:, 0].astype(small), table[:, 1].astype(small), table[:, 2].astype(small),
        table[:, 3].astype(small), table[:, 4], table[:, 5], table[:, 6], table[:, 7],
        table[:, 8].astype(np.int8), table[:, 9], every.revision,
    )  # fmt: skip


def _concerned(history: History, contacts: list[int]) -> Attempts:
    """Attempts in which a callback was promised, and all others of these customers."""
    wanted = np.array(contacts, np.int32)
    mine = [(a.outcome == PROMISED) | np.isin(a.contact, wanted) for a in history.parts]
    customers = [a.customer[at] for a, at in zip(history.parts, mine, strict=True)]
    known = np.unique(np.concatenate(customers))
    known = known[known != UNKNOWN]
    some = [
        a.taken(np.flatnonzero(at | np.isin(a.customer, known)))
        for a, at in zip(history.parts, mine, strict=True)
    ]
    return joined(*some) if len(some) > 1 else some[0]


def _places(contact: Codes, wanted: list[int]) -> dict[int, int]:
    """The last place of each of these contacts."""
    places = np.flatnonzero(np.isin(contact, np.array(wanted, np.int32))) if wanted else ()
    return {int(contact[place]): int(place) for place in places}


def _dialled(history: History, every: Any) -> list[list[int]]:
    dials: dict[int, list[int]] = {}
    for place in np.argsort(history.dials.entered_us):
        dials.setdefault(int(history.dials.customer[place]), []).append(int(place))
    rows: list[list[int]] = []
    asked = np.flatnonzero(every.outcome == PROMISED)
    for place in asked[np.argsort(every.entered_us[asked])]:
        customer, made = int(every.customer[place]), int(every.ended_us[place])
        row = [
            int(every.contact[place]), int(every.source[place]), customer, int(every.queue[place]),
            made, -1, -1, -1, UNKNOWN, -1,
        ]  # fmt: skip
        waiting = dials.get(customer, []) if customer != UNKNOWN else []
        while waiting and history.dials.entered_us[waiting[0]] < made:
            waiting.pop(0)
        if waiting:
            dial = waiting.pop(0)
            answered = int(history.dials.answered_us[dial])
            row[6], row[7] = int(history.dials.entered_us[dial]), int(history.dials.ended_us[dial])
            row[8] = int(answered >= 0)
        rows.append(row)
    return rows


def _call_ins(rows: list[list[int]], every: Any) -> None:
    """The customer's next attempt while the promise was open."""
    wanted = {row[2] for row in rows} - {UNKNOWN}
    if not wanted:
        return
    came: dict[int, list[int]] = {}
    mine = np.flatnonzero(np.isin(every.customer, sorted(wanted)))
    for place in mine[np.argsort(every.entered_us[mine])]:
        came.setdefault(int(every.customer[place]), []).append(int(every.entered_us[place]))
    for row in rows:
        until = next((at for at in (row[6], row[7]) if at >= 0), np.iinfo(np.int64).max)
        row[9] = next((at for at in came.get(row[2], ()) if row[4] < at < until), -1)


__all__ = ["promises_of"]
