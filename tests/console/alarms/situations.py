"""Boards on which conditions hold or do not, built in a line."""

from dataclasses import replace
from typing import Any

from console.alarms.condition import Condition, Situation
from console.domain.alarms import Finding
from console.domain.board import Board, ChannelRow, QueueRow, SourceRow
from console.domain.times import SECOND
from console.settings import Settings

NOW = 1_800_000_000 * SECOND


def queue(**more: Any) -> QueueRow:
    """A quiet queue of voice: two free agents, nobody waits."""
    from console.domain.board import Figures

    quiet = QueueRow(
        1, "support", "voice", "pbx", 0, None, (), (("available", 2),), 2, 0, 0, 0, 0, 2, 0,
        Figures(0, 0, 20), (), None, None, None, "open",
    )  # fmt: skip
    return replace(quiet, **more)


def source(**more: Any) -> SourceRow:
    return replace(SourceRow(1, "pbx", "queue_log", NOW - SECOND, NOW, 1, 100, 0), **more)


def situation(*queues: QueueRow, at: int = NOW, **more: Any) -> Situation:
    """`more`: fields of the situation, or of its board."""
    board = Board(
        at,
        1,
        queues,
        (),
        more.pop("sources", (source(last_at=at - SECOND),)),
        (
            ChannelRow("voice", "open", True, 60, "", 1, 0),
            ChannelRow("chat", "open", True, 120, "", 1, 0),
        ),
        overrides=more.pop("overrides", ()),
    )
    return Situation(at, board, more.pop("settings", Settings()), **more)


def told(condition: Condition, s: Situation) -> list[Finding]:
    """What it finds; it must be able to tell."""
    found = condition.of(s)
    assert found is not None
    return list(found)
