"""How long the gauge of contact debt takes: a million contacts once, then what has changed.

    python -m benchmarks.gauge [--contacts 1000000] [--rounds 3] [--updates 20]

Four weeks of contacts lie in a database; a third of them is followed by another of the same
customer. Once: from nothing to the whole gauge (read, joined into issues, the past weeks compared).
An update: a thousand contacts have come or ended since, and the gauge is told anew. Limits: 1 s and
20 ms. Times are the processor's, so that what else the machine does is not in them; the clock's
stand in brackets. Reading uses two threads: on an idle machine the clock's time is the lesser.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from sqlalchemy import update

from benchmarks.pairs import begin, say, shares, title, told
from console.app import Console
from console.domain.times import HOUR, SECOND
from console.reads.debt import Debt
from console.settings import Settings
from console.store import dialect
from console.store.engine import next_revision
from console.store.tables import Contact, Leg, Queue, Source

SMALL = ("--contacts", "3000", "--rounds", "1", "--updates", "2")
ONCE_S, UPDATE_MS = 1.0, 20.0
DAYS, QUEUES, AGENTS, CHANGED = 28, 20, 400, 1000
END = 1_767_600_000 * SECOND
_CONTACT = ("id", "source_id", "ref", "channel", "customer", "first_at", "last_at", "evidence",
            "revision")  # fmt: skip
_LEG = ("contact_id", "number", "source_id", "queue_id", "agent_id", "entered_at", "entry_seen",
        "connected_at", "ended_at", "outcome", "ended_by", "wait_us", "talk_us", "rings",
        "revision", "wrapup_us")  # fmt: skip
_EVIDENCE = "1767600000|1767600000.1|queue|NONE|ENTERQUEUE||~0123456789abcdef~…123|1\n" * 4


def fill(console: Console, contacts: int) -> None:
    """Contacts in the order of their time, as a log has them."""
    draw = np.random.default_rng(1)
    begun = np.sort(draw.uniform(0.0, DAYS * 24.0, int(contacts * 0.68)))
    customers = max(contacts // 6, 10)
    who, at, rows = draw.integers(0, customers, len(begun)), begun, []
    while len(at):
        rows.append((who, at))
        back = draw.random(len(at)) < 1 / 3
        at, who = (at + draw.exponential(6.0, len(at)) + 0.2)[back], who[back]
    who, at = (np.concatenate(each) for each in zip(*rows, strict=True))
    keep = at < DAYS * 24.0
    order = np.argsort(at[keep])[:contacts]
    who, at = who[keep][order], at[keep][order]
    entered = END - DAYS * 24 * HOUR + (at * HOUR).astype(np.int64)
    answered = draw.random(len(at)) < 0.85
    waits = (draw.exponential(60.0, len(at)) * SECOND).astype(np.int64)
    talks = (draw.exponential(300.0, len(at)) * SECOND).astype(np.int64)
    with console.store.write(durable=False) as session:
        revision = next_revision(session)
        session.add(Source(id=1, name="pbx", format="asterisk_queue_log", folder="",
                           platform="asterisk", last_at=END))  # fmt: skip
        session.flush()
        session.add_all(Queue(id=n, source_id=1, ref=f"q{n}", name=f"q{n}", channel="voice")
                        for n in range(1, QUEUES + 1))  # fmt: skip
        session.flush()
        agents = [(n, 1, f"a{n}", f"a{n}", "", 1) for n in range(1, AGENTS + 1)]
        names = ("id", "source_id", "ref", "name", "e_mail", "revision")
        dialect.bulk_insert(session, "agent", names, agents)
        for some in np.array_split(np.arange(len(at)), max(len(at) // 50_000, 1)):
            new, legs = [], []
            for i in some.tolist():
                e, w, t = int(entered[i]), int(waits[i]), int(talks[i])
                ended = e + w + (t if answered[i] else 0)
                customer = f"~{int(who[i]) * 0x9E3779B97F4A7C15 % 2**64:016x}~…{i % 1000:03d}"
                new.append((i + 1, 1, f"{e}.{i}", "voice", customer, e, ended, _EVIDENCE, revision))
                legs.append((
                    i + 1, 1, 1, i % QUEUES + 1, i % AGENTS + 1 if answered[i] else None, e, True,
                    e + w if answered[i] else None, ended,
                    "answered" if answered[i] else "abandoned", "", w,
                    t if answered[i] else None, 0, revision, 20 * SECOND if answered[i] else None,
                ))  # fmt: skip
            dialect.bulk_insert(session, "contact", _CONTACT, new)
            dialect.bulk_insert(session, "leg", _LEG, legs)


def come(console: Console, number: int, at: int) -> None:
    """Half of them are new and wait, half are those that came before and have been answered."""
    with console.store.write(durable=False) as session:
        revision = next_revision(session)
        top = session.query(Contact.id).order_by(Contact.id.desc()).limit(1).scalar() or 0
        half = min(CHANGED // 2, top)
        old = list(range(top - half + 1, top + 1))
        session.execute(
            update(Leg)
            .where(Leg.contact_id.in_(dialect.many(session, old)))
            .values(connected_at=Leg.entered_at + 30 * SECOND, ended_at=at, outcome="answered")
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Contact)
            .where(Contact.id.in_(dialect.many(session, old)))
            .values(revision=revision)
            .execution_options(synchronize_session=False)
        )
        new = range(top + 1, top + half + 1)
        customers = [f"~{(number * 7919 + n) * 2654435761 % 2**64:016x}~…000" for n in new]
        dialect.bulk_insert(session, "contact", _CONTACT, [
            (n, 1, f"{at}.{n}", "voice", customer, at, at, _EVIDENCE, revision)
            for n, customer in zip(new, customers, strict=True)
        ])  # fmt: skip
        dialect.bulk_insert(session, "leg", _LEG, [
            (n, 1, 1, n % QUEUES + 1, None, at, True, None, None, "waiting", "", None, None, 0,
             revision, None)
            for n in new
        ])  # fmt: skip
        session.get_one(Source, 1).last_at = at


def timed(job: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, and of the clock."""
    clock, processor = time.perf_counter(), time.process_time()
    job()
    return time.process_time() - processor, time.perf_counter() - clock


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=20)
    wanted = parser.parse_args(arguments)

    begin(__doc__)
    with tempfile.TemporaryDirectory(prefix="coalface-gauge-") as folder:
        console = Console(Path(folder))
        try:
            fill(console, wanted.contacts)
            measure(console, wanted)
        finally:
            console.close()


def measure(console: Console, wanted: argparse.Namespace) -> None:
    once: list[tuple[float, float]] = []
    debt = Debt(Settings())
    for _round in range(wanted.rounds):
        debt = Debt(Settings())
        with console.store.read() as session:
            once.append(timed(partial(debt.gauge, session, END)))
    updates: list[tuple[float, float]] = []
    for number in range(wanted.updates + 1):
        at = END + (number + 1) * 10 * SECOND
        come(console, number, at)
        with console.store.read() as session:
            found = timed(partial(debt.gauge, session, at))
        if number:  # the first compiles its questions
            updates.append(found)
    said = f"{wanted.contacts:,} contacts, once"
    clock = told([b for _a, b in once])
    say(said, told([a for a, _b in once]), f"limit: {ONCE_S:.0f} s; clock {clock}")
    clock = told([1000 * b for _a, b in updates], "ms", 0)
    say(
        f"an update, {CHANGED:,} contacts",
        shares([1000 * a for a, _b in updates]),
        f"limit: {UPDATE_MS:.0f} ms; clock {clock}",
    )


if __name__ == "__main__":
    main()
