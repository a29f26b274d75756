"""A centre ready to be watched: its log has grown, its database knows it, its window is open.

The format gives every queue to one channel, so for the screens with many channels the queues are
shared out here, in the database.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child import Child
from console.app import Console

CHANNELS = ("voice", "chat", "messaging", "social", "email", "callback", "video", "post")
#: After a flood: what was written is read and shown.
SETTLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Centre:
    feed: Child
    window: Child
    lead: int
    queues: int
    agents: int
    channels: int

    def words(self) -> str:
        return (
            f"{self.queues} queues, {self.agents} agents, {self.channels} channels on the screen "
            f"after a lead of {self.lead:,} lines"
        )


@contextmanager
def centre(queues: int, agents: int, rate: float, channels: int = 1) -> Iterator[Centre]:
    """A feed and a window that watches it, both still."""
    with tempfile.TemporaryDirectory(prefix="coalface-centre-") as folder:
        logs, data = Path(folder, "pbx"), Path(folder, "data")
        logs.mkdir()
        with Child(
            "benchmarks.feed", "--out", logs / "queue_log",
            "--queues", queues, "--agents", agents, "--rate", rate,
        ) as feed:  # fmt: skip
            lead = feed.hear("lead")
            take_lead(data, logs, channels)
            with Child("benchmarks.screen", "--data", data, "--watch", logs) as window:
                window.hear("painted")
                window.hear("opened")
                window.ask("top")
                time.sleep(SETTLE_S)
                yield Centre(feed, window, lead, *window.ask("rows"))
                window.tell("end")


def take_lead(data: Path, logs: Path, channels: int) -> None:
    """Read what there is, and share the queues out to so many channels."""
    from sqlalchemy import select

    from console.store.tables import Channel, Queue

    console = Console(data)
    try:
        console.sync([logs])
        with console.store.write() as session:
            names = CHANNELS[:channels]
            for name in names:
                if session.get(Channel, name) is None:
                    session.add(Channel(name=name, expected_s=20, critical=False))
            session.flush()
            for number, queue in enumerate(session.scalars(select(Queue).order_by(Queue.name))):
                queue.channel = names[number % len(names)]
    finally:
        console.close()
