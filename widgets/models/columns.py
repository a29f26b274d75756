"""What a column is: its text, its native value, its tone and its hover words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: Tone of a cell: "" is normal; "bad" and "warn" are drawn with ▲ and ◆ beside the text.
Tone = str


@dataclass(frozen=True, slots=True)
class Column:
    """`text` is computed once when a row changes. `started` marks an elapsed time, which is
    computed from its start when it is drawn. `tone` takes the row; `tip` the row and the board."""

    id: str
    title: str
    text: Callable[[Any], str]
    value: Callable[[Any], Any]
    width: int
    right: bool = False
    tone: Callable[[Any], Tone] | None = None
    tip: Callable[[Any, Any], str] | None = None
    started: Callable[[Any], int | None] | None = None
    live_tone: Callable[[Any, int, Any], Tone] | None = None  # (row, now, board), when drawn
    about: str = ""  # hover words of the heading
    kind: str = "text"  # text, spark, strip, controls
    descending: bool = False  # the first click sorts the greatest to the top
    hidden: bool = False
    spare: bool = False  # shown only where there is room
    gives_way: bool = False  # left out of a narrow window, after the trend
    stretch: int = 0  # its share of the room that is left over


def shape(tone: Tone) -> str:
    """The sign that goes with a tone, so that colour never stands alone."""
    return {"bad": "▲", "warn": "◆"}.get(tone, "")
