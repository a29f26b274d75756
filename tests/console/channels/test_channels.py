"""Every channel says what it must, and starts in every new database."""

from pathlib import Path

import pytest
from sqlalchemy import select

from console.channels import CATALOG, Channel
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Channel as Row


@pytest.mark.parametrize("channel", CATALOG, ids=lambda channel: channel.name)
def test_a_channel_says_what_its_words_mean(channel: Channel) -> None:
    assert channel.name == channel.name.lower() and len(channel.name) <= 40
    assert len(set(channel.states)) == len(channel.states) >= 3
    assert channel.answered.endswith(".") and channel.lost.endswith(".")
    assert channel.expected_s > 0


def test_they_start_open_in_a_new_database(tmp_path: Path) -> None:
    assert len({channel.name for channel in CATALOG}) == len(CATALOG)
    store = Store(f"sqlite:///{tmp_path / 'new.db'}")
    migrate(store)
    with store.read() as session:
        rows = session.execute(select(Row.name, Row.expected_s, Row.critical, Row.state))
        assert set(rows.tuples()) == {
            (channel.name, channel.expected_s, channel.critical, "open") for channel in CATALOG
        }
    store.close()
