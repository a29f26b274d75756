"""Who waits, kept from look to look, is who waits when asked anew."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import delete

from console.app import Console
from console.domain.times import HOUR, MINUTE, SECOND
from console.reads.waiting import LiveWaiting, Waiting, waiting
from console.settings import Settings
from console.store.engine import revision
from console.store.tables import Contact, Leg

START = 1_790_000_000


def _calls(random: Random, number: int) -> list[tuple[int, str]]:
    lines: list[tuple[int, str]] = []
    for n in range(number):
        at, ref = START + random.randrange(3600), f"{START}.{n}"
        queue = random.choice(("sales", "support", "billing"))
        lines.append((at, f"{at}|{ref}|{queue}|NONE|ENTERQUEUE||0301{n}|1"))
        over = at + random.randrange(1, 400)
        what = random.choice(("connect", "abandon", "", ""))
        if what == "connect":
            lines.append((over, f"{over}|{ref}|{queue}|SIP/{n % 7}|CONNECT|{over - at}|x.{n}|3"))
            if random.random() < 0.6:
                over += random.randrange(200)
                lines.append((over, f"{over}|{ref}|{queue}|SIP/{n % 7}|COMPLETECALLER|1|2|1"))
        elif what:
            lines.append((over, f"{over}|{ref}|{queue}|NONE|ABANDON|1|1|{over - at}"))
    return sorted(lines)


@pytest.mark.parametrize("seed", range(4))
def test_as_asked_anew_at_every_step(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    console = Console(tmp_path / "data", settings=Settings(lost_end_s=1800))
    log, kept = tmp_path / "queue_log", LiveWaiting()
    lines = _calls(random, 120)
    now, given, anew = START * SECOND, 0, Waiting({}, Counter())
    while given < len(lines):
        step = random.randrange(1, 25)
        with log.open("a") as out:
            out.writelines(line + "\n" for _, line in lines[given : given + step])
        given += step
        console.sync([log])
        # Ahead of what was written, beside it, and behind: clocks differ.
        for ahead in (-90 * SECOND, 0, 5 * MINUTE):
            now = lines[min(given, len(lines)) - 1][0] * SECOND + ahead
            with console.store.read() as session:
                anew = waiting(session, now, console.settings, live=True)
                found = kept.refresh(session, now, console.settings, revision(session))
            assert found.callers == anew.callers
            assert +found.doubtful == +anew.doubtful
    assert sum(map(len, anew.callers.values())) > 3 or sum(anew.doubtful.values()) > 3
    with console.store.read() as session:
        later = kept.refresh(session, now + 2 * HOUR, console.settings, revision(session))
    assert not later.callers and sum(later.doubtful.values()) > 3
    console.close()


def test_contacts_that_are_taken_away_wait_no_more(tmp_path: Path) -> None:
    console = Console(tmp_path / "data", settings=Settings())
    log, kept = tmp_path / "queue_log", LiveWaiting()
    log.write_text(
        "".join(f"{START + n}|{START}.{n}|sales|NONE|ENTERQUEUE||0301{n}|1\n" for n in range(3))
    )
    console.sync([log])
    now = (START + 60) * SECOND
    with console.store.read() as session:
        found = kept.refresh(session, now, console.settings, revision(session))
    assert [len(callers) for callers in found.callers.values()] == [3]
    with console.store.write() as session:
        gone = session.query(Contact).first()
        assert gone is not None
        session.execute(delete(Leg).where(Leg.contact_id == gone.id))
        session.delete(gone)
    with console.store.read() as session:
        found = kept.refresh(session, now, console.settings, revision(session) + 1)
    assert [len(callers) for callers in found.callers.values()] == [2]
    console.close()
