"""The last hours beside the same hours of earlier days, from what is stored."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.domain import facts
from console.domain.normals import AHT, MINUTES, NOTELESS, RESOLUTION
from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.reads.normals import normals
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Contact, Leg, Queue, Source

NOW = 1_800_000_000 * SECOND


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        session.add(Source(id=1, name="desk", format="x", folder="/", last_at=NOW))
        session.flush()
        session.add(Queue(id=1, source_id=1, name="calls", channel="voice"))
    yield made
    made.close()


def work(store: Store, ends: int, talk_s: float, resolved: int, of: int = 40) -> None:
    """So many contacts in the two hours before `ends`, `resolved` of them settled."""
    with store.write() as session:
        for n in range(of):
            at = ends - 2 * HOUR + (n + 1) * MINUTE
            contact = Contact(
                source_id=1, ref=f"{ends}.{n}", channel="voice", first_at=at, last_at=at,
                evidence="", revision=1,
            )  # fmt: skip
            session.add(contact)
            session.flush()
            session.add(
                Leg(
                    contact_id=contact.id, number=1, source_id=1, queue_id=1, agent_id=None,
                    entered_at=at, entry_seen=True, connected_at=at, ended_at=at + 9 * MINUTE,
                    outcome=facts.ANSWERED, ended_by="", wait_us=0, talk_us=int(talk_s * SECOND),
                    wrapup_us=60 * SECOND, rings=0, revision=1, note_chars=n % 4,
                    disposition="Resolved" if n < resolved else "Not resolved",
                )
            )  # fmt: skip


def test_nothing_handled_tells_nothing(store: Store) -> None:
    with store.read() as session:
        assert normals(session, NOW) == ({}, {})


def test_beside_the_same_hours_of_earlier_days(store: Store) -> None:
    for day in range(1, 5):
        work(store, NOW - day * DAY, 480 + 5 * (day % 2), 28)
    work(store, NOW, 300, 12)
    with store.read() as session:
        channels, queues = normals(session, NOW)
    found = channels["voice"]
    assert found.keys() == queues[1].keys() == {AHT, RESOLUTION, MINUTES, NOTELESS}
    assert found[AHT].now == 360.0 and found[AHT].mean == pytest.approx(542.5)
    assert found[AHT].below and found[RESOLUTION].below and found[MINUTES].above
    assert found[RESOLUTION].now == 30.0 and found[RESOLUTION].mean == 70.0
    assert found[NOTELESS].now == found[NOTELESS].mean == 25.0
    assert (found[AHT].periods, found[AHT].basis) == (4, "the same hours of up to 14 days before")


def test_with_few_days_the_day_before_is_what_is_normal(store: Store) -> None:
    for back in range(1, 6):
        work(store, NOW - 2 * back * HOUR, 480, 28)
    work(store, NOW, 480, 28)
    with store.read() as session:
        channels, _ = normals(session, NOW)
    assert channels["voice"][MINUTES].basis == "the 24 hours before, two hours each"
    assert not channels["voice"][MINUTES].above
