"""What each subcommand answers. The fields are described in docs/cli.md and kept stable."""

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from console.app import Console
from console.domain.acts import Progress
from console.domain.board import AgentRow, Aim, Board, Figures, QueueRow
from console.domain.tickets import OPEN, TicketRow
from console.domain.times import HOUR, SECOND, iso
from console.shell.alarm_answers import alarms
from console.shell.answer import Answer, WrongUsage, seconds
from console.shell.arguments import midnight, moment
from console.shell.debt_answers import debt, issues
from console.shell.effect_answers import effects
from console.shell.forecast_answers import forecast
from console.shell.line_answers import connections
from console.shell.operation_answers import operation, playbooks
from console.shell.parameter_answers import parameters
from console.shell.plan_answers import foresee, plan
from console.shell.resource_answers import obligations, resources
from console.shell.review_answers import review
from console.shell.source_answers import FILE_COLUMNS, file_fields, source_fields, sources

#: Fifty years. The buckets of a range are held at once.
_MOST_HOURS = 50 * 366 * 24


def sync(console: Console, options: argparse.Namespace) -> Answer:
    zone: ZoneInfo | None = options.tz
    watched = sys.stderr is not None and sys.stderr.isatty()
    from console.sync.mappings import read_mapping

    console.upkeep.finish()
    results = console.sync(
        options.paths,
        zone.key if zone else None,
        options.source,
        _show if watched else None,
        mappings=[read_mapping(options.mapping)] if options.mapping else (),
    )
    return Answer(
        "files",
        [file_fields(result) for result in results],
        FILE_COLUMNS,
        troubled=any(result.problem for result in results),
    )


def _show(step: Progress) -> None:
    """How far a long read has come, on one line that each step overwrites."""
    if step.total:
        done = 100 * step.done // step.total
        print(f"\r{done:3} %  {step.path}\x1b[K", end="", file=sys.stderr, flush=True)
        if step.done >= step.total:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def board(console: Console, options: argparse.Namespace) -> Answer:
    at = None if options.at is None else _moment(options.at, options.tz)
    shown = console.board(at)
    return Answer(
        "queues",
        [_queue(row, shown.at) for row in shown.queues],
        ("queue", "channel", "waiting", "longest_wait_s", "available", "on_contact", "staffed"),
        {
            "at": iso(shown.at),
            "waiting": shown.known_waiting,
            "totals": None if shown.totals is None else _figures(shown.totals),
            "agents": [_agent(row) for row in shown.agents],
            "channels": _channels(shown),
            "sources": [source_fields(row, shown.at) for row in shown.sources],
        },
        (
            ("agents", ("agent", "state", "source_state", "since", "contact", "queues")),
            ("sources", ("source", "age_s", "problem")),
        ),
    )


def kpis(console: Console, options: argparse.Namespace) -> Answer:
    from console.reads.buckets import OpeningHours
    from console.reads.kpis import Question, rows

    zone: ZoneInfo = options.tz
    now = console.now()
    from_at, to_at = _range(options, zone, now)
    if options.interval == "hour" and to_at - from_at > _MOST_HOURS * HOUR:
        raise WrongUsage("the range has too many hours; ask by day or month")
    settings = console.settings
    question = Question(
        from_at,
        to_at,
        options.interval,
        options.by,
        zone,
        settings.service_level_s if options.sl is None else options.sl,
        settings.short_abandon_s if options.short_abandon is None else options.short_abandon,
        OpeningHours(options.day_start, options.day_end, options.week_days),
        options.qos,
        options.open_to_end,
    )

    def told() -> Iterator[dict[str, Any]]:
        with console.store.read() as session:
            yield from rows(session, question)

    return Answer(
        "rows",
        told(),
        (question.by, "from", "to", *_TOLD[question.by]),
        {
            "from": iso(from_at),
            "to": iso(to_at),
            "interval": question.interval,
            "by": question.by,
            "tz": zone.key,
            "service_level_s": question.service_level_s,
            "short_abandon_s": question.short_abandon_s,
            "sources": _ages(console, now),
        },
    )


def _range(options: argparse.Namespace, zone: ZoneInfo, now: int) -> tuple[int, int]:
    to_at = now if options.to is None else _moment(options.to, zone)
    from_at = midnight(min(now, to_at - 1), zone)
    if options.from_ is not None:
        from_at = _moment(options.from_, zone)
    if from_at >= to_at:
        raise WrongUsage(f"the range is empty: from {iso(from_at)} to {iso(to_at)}")
    return from_at, to_at


#: The columns of the plain table; --json has every figure.
_OF_QUEUES = (
    "offered", "answered", "abandoned", "service_level", "asa_s", "aht_s", "resolution",
)  # fmt: skip
_TOLD = {
    "queue": _OF_QUEUES,
    "channel": _OF_QUEUES,
    "agent": ("answered", "aht_s", "resolution", "staffed_s", "on_contact_s", "occupancy"),
}


def tickets(console: Console, options: argparse.Namespace) -> Answer:
    if options.figures:
        return _ticket_figures(console, options)
    if options.from_ is not None or options.to is not None:
        raise WrongUsage("--from and --to are for --figures; a list is as of now")
    found = console.tickets(options.list or OPEN)
    assert found is not None  # what was known before is not stated
    now = found.at
    return Answer(
        "tickets",
        [_ticket(row, now) for row in found.rows],
        ("ref", "status", "age_s", "why", "queue", "agent", "subject"),
        {
            "at": iso(now),
            "list": found.name,
            "limits": dataclasses.asdict(found.limits),
            "lists": [
                {"list": c.name, "tickets": c.count, "known": c.known, "of": c.of}
                for c in found.counts
            ],
            "sources": _ages(console, now),
        },
        (("lists", ("list", "tickets", "known", "of")),),
        note="" if found.news else "No ticket is known: no ticket system's exports were read.",
    )


def _ticket(row: TicketRow, now: int) -> dict[str, Any]:
    told = _timed(dataclasses.asdict(row))
    del told["source_id"]
    age = row.age_us(now)
    return {**told, "age_s": None if age is None else age // SECOND}


def _ticket_figures(console: Console, options: argparse.Namespace) -> Answer:
    from console.reads.tickets import limits_of, ticket_figures

    if options.list is not None:
        raise WrongUsage("--list and --figures are two questions")
    zone: ZoneInfo = options.tz
    now = console.now()
    from_at, to_at = _range(options, zone, now)
    with console.store.read() as session:
        found = ticket_figures(session, from_at, to_at, now, limits_of(console.settings))
    return Answer(
        "rows",
        [
            {
                "figure": f.name,
                "name": f.title,
                "value": f.value,
                "unit": f.unit,
                "part": f.part,
                "of": f.of,
                "from": iso(f.from_at),
                "to": iso(f.to_at),
                "definition": f.definition,
            }
            for f in found
        ],
        ("figure", "value", "unit", "part", "of", "from", "to"),
        {
            "from": iso(from_at),
            "to": iso(to_at),
            "tz": zone.key,
            "sources": _ages(console, now),
        },
    )


def quarantine(console: Console, options: argparse.Namespace) -> Answer:
    fields: dict[str, Any] = {}
    if options.retry:
        fields["taken"] = console.retry_quarantine()
    rows = [
        {
            "id": row.id,
            "path": row.path,
            "line": row.line_number,
            "reason": row.reason,
            "raw": row.raw,
            "found_at": iso(row.found_at),
            "state": row.state,
        }
        for row in console.quarantine()
    ]
    note = f"{fields['taken']} taken" if options.retry else ""
    return Answer("rows", rows, ("id", "path", "line", "reason", "raw", "state"), fields, note=note)


def journal(console: Console, options: argparse.Namespace) -> Answer:
    from console.journal import verify
    from console.reads.records import journal_rows

    with console.store.read() as session:
        rows = [_timed(dataclasses.asdict(row)) for row in journal_rows(session)]
    fields: dict[str, Any] = {}
    note = ""
    if options.verify:
        breaks = verify(console.store)
        fields = {"intact": not breaks, "breaks": [dataclasses.asdict(b) for b in breaks]}
        note = "The journal is as it was written." if not breaks else "The journal is broken."
    return Answer(
        "entries",
        rows,
        ("id", "at", "who", "title", "why"),
        fields,
        (("breaks", ("entry", "words")),) if options.verify else (),
        troubled=bool(fields.get("breaks")),
        note=note,
    )


def outbox(console: Console, options: argparse.Namespace) -> Answer:
    from console.reads.records import outbox_rows

    del options
    with console.store.read() as session:
        rows = [_timed(dataclasses.asdict(row)) for row in outbox_rows(session)]
    return Answer("messages", rows, ("created_at", "state", "connector", "item", "answer"))


def roster(console: Console, options: argparse.Namespace) -> Answer:
    if not (options.files or options.templates or options.export):
        raise WrongUsage("name files to read, or --templates DIR, or --export DIR")
    zone: ZoneInfo | None = options.tz
    results = [console.import_roster(path, zone) for path in options.files]
    written = [
        *(console.write_templates(options.templates) if options.templates else ()),
        *(console.export_roster(options.export, zone) if options.export else ()),
    ]
    problems = [
        {"path": result.path, **dataclasses.asdict(problem)}
        for result in results
        for problem in result.problems
    ]
    rows = [
        {"path": result.path, **dataclasses.asdict(count)}
        for result in results
        for count in result.counts
    ]
    columns = ("path", "table", "rows", "changed", "known", "examples", "left", "unused")
    return Answer(
        "tables",
        rows,
        columns,
        {
            "problems": problems,
            "missing": [
                {"path": result.path, "shift": shift}
                for result in results
                for shift in result.missing
            ],
            "written": [{"path": str(path)} for path in written],
        },
        (
            ("missing", ("path", "shift")),
            ("problems", ("path", "table", "line", "column", "words")),
            ("written", ("path",)),
        ),
        troubled=bool(problems),
    )


def customer(console: Console, options: argparse.Namespace) -> Answer:
    """A customer's contacts in all systems, by a number, an address or a contact's id."""
    from console.domain.customers import shown

    key = console.customer_key(options.who)
    rows = [
        {
            "contact": each.contact,
            "source": each.source,
            "channel": each.channel,
            "direction": each.direction,
            "first_at": iso(each.first_at),
            "last_at": iso(each.last_at),
            "why": each.why,
        }
        for each in console.contacts_of(key)
    ]
    columns = ("first_at", "channel", "direction", "source", "contact", "why")
    return Answer("contacts", rows, columns, {"customer": shown(key)})


COMMANDS = {
    "sync": sync,
    "sources": sources,
    "connections": connections,
    "board": board,
    "kpis": kpis,
    "tickets": tickets,
    "alarms": alarms,
    "resources": resources,
    "obligations": obligations,
    "playbooks": playbooks,
    "operation": operation,
    "review": review,
    "customer": customer,
    "quarantine": quarantine,
    "journal": journal,
    "effects": effects,
    "debt": debt,
    "issues": issues,
    "forecast": forecast,
    "plan": plan,
    "foresee": foresee,
    "parameters": parameters,
    "outbox": outbox,
    "roster": roster,
}


def _moment(text: str, zone: ZoneInfo | None) -> int:
    try:
        return moment(text, zone)
    except ValueError as error:
        raise WrongUsage(str(error)) from error


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """Fields ending in `at` as ISO 8601."""
    return {
        name: iso(value) if (name == "at" or name.endswith("_at")) and value is not None else value
        for name, value in row.items()
    }


def _queue(row: QueueRow, at: int) -> dict[str, Any]:
    return {
        "queue": row.queue,
        "channel": row.channel,
        "source": row.source,
        "waiting": row.waiting if row.waits_known else None,
        "longest_wait_s": seconds(row.oldest_at, at),
        "callers": [
            {"contact": caller.contact, "entered_at": iso(caller.entered_at)}
            for caller in row.callers
        ],
        "agents": dict(row.agents),
        "available": row.available if row.agents_known else None,
        "on_contact": row.on_contact if row.agents_known else None,
        "ringing": row.ringing if row.agents_known else None,
        "wrap_up": row.wrap_up if row.agents_known else None,
        "paused": row.paused if row.agents_known else None,
        "staffed": row.staffed if row.agents_known else None,
        "doubtful": row.doubtful,
        "counts": dict(row.counts),
        "counted_at": None if row.counted_at is None else iso(row.counted_at),
        "oldest_promise_s": seconds(row.oldest_promise_at, at),
        "overdue": row.overdue,
        "callback_offer": row.callback_offer,
        "callback_dial": row.callback_dial,
        "promises": row.promises,
        "channel_state": row.channel_state,
        "figures": _figures(row.figures),
        "target": _target(row.aim),
    }


def _target(aim: Aim | None) -> dict[str, Any] | None:
    if aim is None:
        return None
    return {
        "service_level": aim.percent,
        "within_s": aim.within_s,
        "expected_s": aim.expected_s,
    }


def _figures(figures: Figures) -> dict[str, Any]:
    told = dataclasses.asdict(figures)
    settled = figures.resolution
    told |= {
        "resolution": settled.value,
        "resolution_kind": settled.kind,
        "resolution_words": settled.words,
        "minutes_per_resolution": figures.minutes_per_resolution,
    }
    return {"from": iso(told.pop("from_at")), "to": iso(told.pop("to_at")), **told}


def _agent(row: AgentRow) -> dict[str, Any]:
    return {
        "agent": row.agent,
        "source": row.source,
        "state": row.state,
        "source_state": row.source_state,
        "since": None if row.since is None else iso(row.since),
        "contact": row.contact,
        "contact_queue": row.contact_queue,
        "queues": list(row.queues),
        "paused_queues": list(row.paused_queues),
        "contacts": row.contacts,
        "person": row.person or None,
    }


def _channels(shown: Board) -> list[dict[str, Any]]:
    rows = [_timed(dataclasses.asdict(row)) for row in shown.channels]
    for row in rows:
        known = [queue.waits_known for queue in shown.queues if queue.channel == row["channel"]]
        if known and not any(known):
            row["waiting"] = None
    return rows


def _ages(console: Console, now: int) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from console.store.tables import Source

    with console.store.read() as session:
        found = session.execute(select(Source.name, Source.last_at).order_by(Source.name)).tuples()
        return [
            {
                "source": name,
                "age_s": seconds(last_at, now),
                "last_at": None if last_at is None else iso(last_at),
            }
            for name, last_at in found
        ]
