"""An overloaded queue in which nobody does anything: what is called an effect there is none."""

import heapq
import random
from collections import Counter
from pathlib import Path

from sqlalchemy import insert

from console.domain.effects import DOWN, UP, KpiAim
from console.domain.times import DAY, HOUR, SECOND
from console.kpis.measures import BY_NAME
from console.reads.effect_evidence import Evidence, changed
from console.reads.effect_windows import AFTER, BEFORE, Windows
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Contact, Leg, Queue, Rollup, Source, SourceFile

START = 1_790_000_000 * SECOND
END = START + 4 * DAY
AIMS = (
    KpiAim("asa_s", "busy", (1,), DOWN),
    KpiAim("waiting", "busy", (1,), DOWN),
    KpiAim("service_level", "busy", (1,), UP),
    KpiAim("received", "busy", (1,), DOWN),
)


def simulate(seed: int) -> list[tuple[int, int | None, int, int]]:
    """(entry, connect, end, wait): twenty agents, contacts of five minutes, 5 % more than they can
    take, eight minutes of patience; all of it exponential (Palm's model)."""
    rng = random.Random(seed)
    free = [0.0] * 20
    found = []
    at = 0.0
    while at < 4 * 86_400:
        at += rng.expovariate(4.2 / 60)
        wait, patience = max(0.0, free[0] - at), rng.expovariate(1 / 480)
        entered = START + round(at * SECOND)
        if patience < wait:
            found.append((entered, None, entered + round(patience * SECOND),
                          round(patience * SECOND)))  # fmt: skip
            continue
        talk = rng.expovariate(1 / 300)
        heapq.heapreplace(free, at + wait + talk)
        connected = entered + round(wait * SECOND)
        found.append((entered, connected, connected + round(talk * SECOND), round(wait * SECOND)))
    return found


def test_what_comes_by_itself_is_seldom_called_an_effect(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(store)
    legs = simulate(7)
    with store.write() as session:
        session.add(Source(id=1, name="pbx", format="asterisk_queue_log", folder="/", last_at=END))
        session.flush()
        session.add(SourceFile(source_id=1, path="/queue_log", format="asterisk_queue_log",
                               first_at=START, last_at=END, read_at=END))  # fmt: skip
        session.add(Queue(id=1, source_id=1, name="busy", channel="voice"))
        session.add(Rollup(queue_id=1, from_at=START, received=1, answered=0, abandoned=0,
                           flow_out=0, refused=0, wait_us=0, talk_us=0, revision=1))  # fmt: skip
        session.flush()
        session.connection().execute(
            insert(Contact),
            [
                {"id": n, "source_id": 1, "ref": f"1.{n}", "channel": "voice", "first_at": a,
                 "last_at": a, "evidence": "", "revision": 1}
                for n, (a, _c, _e, _w) in enumerate(legs, 1)
            ],
        )  # fmt: skip
        session.connection().execute(
            insert(Leg),
            [
                {"contact_id": n, "number": 1, "source_id": 1, "queue_id": 1, "entered_at": a,
                 "entry_seen": True, "connected_at": c, "ended_at": e, "ended_by": "", "rings": 0,
                 "outcome": "abandoned" if c is None else "answered", "wait_us": w, "talk_us": None,
                 "revision": 1}
                for n, (a, c, e, w) in enumerate(legs, 1)
            ],
        )  # fmt: skip
    looks, told, by_formula = 0, Counter[str](), Counter[str]()
    with store.read() as session:
        whole = Evidence(session, (1,), START, END, {1: 20 * SECOND}, DAY)
        for at in range(START + DAY + HOUR, END - HOUR, HOUR):
            windows = Windows(session, END, Settings(), {})
            looks += len(AFTER)
            for aim in AIMS:
                _before, after = windows.spans(aim, at)
                for span in after:
                    assert span.low is not None and span.high is not None
                    told[aim.kpi] += not span.low <= 0 <= span.high
                base = whole.figure(aim.kpi, at - BEFORE, at)
                for a, b in AFTER:
                    alone = changed(BY_NAME[aim.kpi], base, whole.figure(aim.kpi, at + a, at + b))
                    assert alone is not None
                    by_formula[aim.kpi] += not alone.low <= 0 <= alone.high
    store.close()
    assert looks > 200
    for aim in AIMS:
        assert told[aim.kpi] / looks < 0.1, (aim.kpi, told[aim.kpi], looks)
    # Formulas that take waits for independent would find one in more than half of these windows.
    assert by_formula["asa_s"] / looks > 0.5
    assert by_formula["received"] / looks < 0.1
