"""What could be freed now, and what was put off, as answers."""

import argparse
import dataclasses
from typing import Any

from console.app import Console
from console.domain.obligations import OWED, Debt
from console.domain.times import iso
from console.shell.answer import Answer


def resources(console: Console, options: argparse.Namespace) -> Answer:
    del options
    found = console.resources(console.board())
    assert found is not None  # what was known before is not stated
    rows = [
        {
            "kind": row.kind,
            "person": row.person or None,
            "name": row.name,
            "team": row.team or None,
            "what": row.what,
            "minutes": row.minutes,
            "minutes_shift": row.minutes_shift,
            "when": row.when,
            "from": iso(row.from_at),
            "to": None if row.to_at is None else iso(row.to_at),
            "act": row.act,
            "queue": row.queue or None,
            "queue_why": row.queue_why or None,
            "costs": list(row.costs),
            "why_not": row.why_not or None,
            "shift": row.shift or None,
        }
        for row in found.rows
    ]
    columns = ("name", "kind", "minutes", "minutes_shift", "when", "act", "queue", "costs")
    return Answer(
        "resources",
        rows,
        columns,
        {
            "at": iso(found.at),
            "until": iso(found.until),
            "minutes": found.minutes,
            "rest_h": found.rest_h,
            "totals": [dataclasses.asdict(total) for total in found.totals],
            "not_offered": [{"why": why, "number": number} for why, number in found.kept],
        },
        (
            ("totals", ("kind", "rows", "minutes", "unknown")),
            ("not_offered", ("why", "number")),
        ),
        note="" if found.roster else "No roster was read: only what agents say is known.",
    )


def obligations(console: Console, options: argparse.Namespace) -> Answer:
    """`troubled` where something is overdue."""
    found = console.obligations()
    assert found is not None
    rows = [
        _timed(dataclasses.asdict(row))
        | {"overdue": row.is_overdue(found.at), "lacks": row.lacks or None}
        for row in found.rows
        if options.all or row.state == OWED
    ]
    columns = ("what", "name", "minutes", "owner", "due_at", "overdue", "legal", "state", "lacks")
    return Answer(
        "obligations",
        rows,
        columns,
        {
            "at": iso(found.at),
            "total": _debt(found.total),
            "operations": [_debt(debt) for debt in found.debts if debt.operation_id is not None],
        },
        (("operations", ("operation", "owed", "minutes", "overdue", "without_owner")),),
        troubled=found.total.overdue > 0,
    )


def _debt(debt: Debt) -> dict[str, Any]:
    told = dataclasses.asdict(debt)
    if debt.operation_id is None:
        del told["operation_id"], told["operation"]
    return told


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: iso(value) if name.endswith("_at") and value is not None else value
        for name, value in fields.items()
    }
