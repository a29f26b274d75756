"""Whether agents are kept for callbacks, told from dials that were made while customers waited."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.times import MINUTE, SECOND
from console.forecast.centre import Callback, Channel
from console.reads.dialling import kept_share, with_dialling
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Agent, Contact, Leg, Queue, Source

NOW = 1_704_120_000 * SECOND
LINE, BACK = 1, 2


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        session.add(Source(id=1, name="pbx", format="x", folder="/", zone="", last_at=NOW))
        session.flush()
        session.add(Queue(id=LINE, source_id=1, name="support", channel="voice"))
        session.add(Queue(id=BACK, source_id=1, name="callbacks", channel="voice"))
        session.add(Agent(id=1, source_id=1, name="Ann"))
    yield made
    made.close()


def add(store: Store, queue: int, minutes: range, wait: int, talk: int) -> None:
    """One contact each of these minutes ago; it waits and talks for so many minutes."""
    with store.write() as session:
        first = 1 + session.query(Contact).count()
        for number, ago in enumerate(minutes, first):
            entered = NOW - ago * MINUTE
            session.add(
                Contact(
                    id=number, source_id=1, ref=str(number), channel="voice", first_at=entered,
                    last_at=entered, evidence="", revision=1,
                )
            )  # fmt: skip
            session.flush()
            session.add(
                Leg(
                    contact_id=number, number=1, source_id=1, queue_id=queue, agent_id=1,
                    entered_at=entered, entry_seen=True, connected_at=entered + wait * MINUTE,
                    ended_at=entered + (wait + talk) * MINUTE, ended_by="agent",
                    outcome="answered", wait_us=wait * MINUTE, talk_us=talk * MINUTE, rings=0,
                    revision=1,
                )
            )  # fmt: skip


def share(store: Store) -> float | None:
    with store.read() as session:
        return kept_share(session, NOW, "voice")


def test_dials_while_customers_wait_are_of_agents_who_are_kept(store: Store) -> None:
    add(store, LINE, range(60, 180), wait=3, talk=4)
    assert share(store) is None
    add(store, BACK, range(60, 180), wait=0, talk=4)
    # Three wait at any time, four talk, and four dial.
    assert share(store) == pytest.approx(1 / 2, abs=0.02)
    channel = Channel("voice", 0.1, callback=Callback())
    with store.read() as session:
        (found, other), said = with_dialling(
            session, NOW, [channel, replace(channel, name="chat", callback=None)]
        )
    assert found.callback is not None and found.callback.reserved == share(store)
    assert other.callback is None
    assert said[0].startswith("Of the agents of voice who spoke while customers waited, 5")


def test_dials_in_the_slack_say_nothing_of_it(store: Store) -> None:
    add(store, LINE, range(60, 180), wait=3, talk=4)
    add(store, BACK, range(200, 320), wait=0, talk=4)
    assert share(store) == 0.0
    channel = Channel("voice", 0.1, callback=Callback())
    with store.read() as session:
        (found,), said = with_dialling(session, NOW, [channel])
    assert found.callback == Callback() and not said


def test_of_few_dials_no_rule_is_made(store: Store) -> None:
    add(store, LINE, range(60, 180), wait=3, talk=4)
    add(store, BACK, range(60, 70), wait=0, talk=1)
    assert share(store) is None
    channel = Channel("voice", 0.1, callback=Callback())
    with store.read() as session:
        (found,), said = with_dialling(session, NOW, [channel])
    assert found.callback == Callback(reserved_known=False) and "cannot be seen yet" in said[0]
