"""What `playbooks` and `operation` answer: what could be fired, and what became of it."""

import argparse
import json
from typing import Any

from console.app import Console
from console.domain.playbooks import OperationItemRow, ReviewItem
from console.domain.times import HOUR, MINUTE, iso, now_us
from console.shell.answer import Answer


def playbooks(console: Console, options: argparse.Namespace) -> Answer:
    """All that there are; with a name what that one would do now. Nothing is done."""
    if options.name:
        return _review(console, options.name)
    found = console.operations.playbooks()
    rows = [
        {
            "playbook": row.name,
            "title": row.title,
            "hours": row.hours,
            "items": row.items,
            "own": row.own,
            "summary": row.summary,
            "path": row.path,
        }
        for row in found.rows
    ]
    return Answer(
        "playbooks",
        rows,
        ("playbook", "title", "hours", "items", "own", "summary"),
        {"problems": [{"words": words} for words in found.problems]},
        (("problems", ("words",)),) if found.problems else (),
        troubled=bool(found.problems),
    )


def _review(console: Console, name: str) -> Answer:
    review = console.operations.review(name, console.board())
    return Answer(
        "items",
        [_item(item) for item in review.items],
        ("section", "kind", "item", "included", "title", "left_out"),
        {
            "playbook": review.playbook,
            "title": review.title,
            "hours": review.planned_us / HOUR,
            "at": iso(review.at),
        },
        note="Nothing was done.",
    )


def _item(item: ReviewItem) -> dict[str, Any]:
    preview = item.preview
    return {
        "item": item.key,
        "section": item.section,
        "kind": item.kind,
        "title": item.title,
        "included": item.included,
        "left_out": item.left_out,
        "refused": item.refused,
        "after_min": item.after_us // MINUTE,
        "owner": item.owner,
        "why": item.why,
        "command": item.command,
        "fields": json.loads(item.fields),
        "touches": list(preview.touches) if preview else [],
        "costs": list(preview.costs) if preview else [],
        "warnings": list(preview.warnings) if preview else [],
    }


def operation(console: Console, options: argparse.Namespace) -> Answer:
    """The operation that runs, or one by its number, with its items."""
    row = console.operations.state(options.id)
    columns = ("number", "section", "state", "title", "owner", "done_at")
    if row is None:
        note = "No operation is running." if options.id is None else "There is no such operation."
        return Answer("items", [], columns, {"operation": None}, note=note)
    until = now_us() if row.closed_at is None else row.closed_at
    clock = f"T+{_clock(until - row.started_at)} of {_clock(row.planned_us)}"
    open_words = [f"still otherwise than usual: {words}" for words in row.overrides]
    open_words += [f"owed: {words}" for words in row.unowned]
    return Answer(
        "items",
        [_done(item) for item in row.items],
        columns,
        {
            "operation": {
                "id": row.id,
                "name": row.name,
                "playbook": row.playbook,
                "started_at": iso(row.started_at),
                "planned_s": row.planned_us // 1_000_000,
                "closed_at": None if row.closed_at is None else iso(row.closed_at),
                "passed_s": (until - row.started_at) // 1_000_000,
                "who": row.who,
            },
            "overrides": list(row.overrides),
            "without_owner": list(row.unowned),
        },
        troubled=any(item.failures for item in row.items),
        note="\n".join([f"{row.name}, {clock}", *open_words]),
    )


def _done(item: OperationItemRow) -> dict[str, Any]:
    return {
        "number": item.number,
        "item": item.key,
        "section": item.section,
        "kind": item.kind,
        "title": item.title,
        "state": item.state,
        "owner": item.owner,
        "due_at": None if item.due_at is None else iso(item.due_at),
        "done_at": None if item.done_at is None else iso(item.done_at),
        "who": item.who,
        "journal": item.journal_id,
        "messages": dict(item.parts),
        "failures": list(item.failures),
        "why": item.why,
    }


def _clock(us: int) -> str:
    minutes = max(0, us) // MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
