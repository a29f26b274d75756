"""A log's pieces, the next one read and put in columns while the one before is being written.

What a piece says by itself hangs on nothing that is stored, so it can be worked out beforehand, on
a thread of its own; merging cannot. Both leave the interpreter to others most of the time.
"""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl

from console.exports import asterisk_queue_log as format
from console.sync.bulk import Plain, plain_calls
from console.sync.content import Content
from console.sync.transcode import Transcoded

#: A piece longer than this without a line end is put aside instead of filling the memory.
ENDLESS = 1 << 20
#: A click must get through within a second: so long a piece may be written, about.
_LONG_S = 0.6
#: Pieces grow to so many times the size that is begun with.
_GROWTH = 2


@dataclass(slots=True)
class Pace:
    """How many bytes are taken at a time: more where they are written fast."""

    least: int
    size: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.least

    def told(self, seconds: float) -> None:
        """How long the writing of a piece took."""
        if seconds < _LONG_S / 2 and self.size < self.least * _GROWTH:
            self.size *= 2
        elif seconds > _LONG_S and self.size > self.least:
            self.size //= 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines and, where the file ends, what stands behind them; `done` is for showing."""

    data: bytes
    carry: bytes
    last: bool
    done: int
    batch: format.Batch
    plain: Plain | None


def pieces(
    content: Content | Transcoded, mask: format.Mask, pace: Pace, *, begins: bool
) -> Generator[Piece, None, None]:
    """The pieces of a log from where `content` stands to its end.

    `begins`: it stands where a file begins, so that the first line may have been cut in front.
    To be closed before the content is. Raises what reading raises, after the pieces before it.
    """
    carry = b""

    def read() -> Piece:
        nonlocal begins, carry
        wanted = pace.size
        data = content.read(wanted)
        last = len(data) < wanted
        data = carry + data
        cut = data.rfind(b"\n") + 1
        carry = data[cut:]
        if len(carry) > ENDLESS:
            cut, carry = len(data), b""
        data = data[:cut]
        batch = format.read(data, mask, begins=begins)
        begins = begins and not cut
        plain = plain_calls(batch.rows.filter(pl.col("of_call")))
        return Piece(data, carry, last, content.done(), batch, plain)

    piece = read()
    if not piece.last:
        with ThreadPoolExecutor(1, "coalface-ahead") as thread:
            while not piece.last:
                coming = thread.submit(read)
                yield piece
                piece = coming.result()
    yield piece


__all__ = ["Pace", "Piece", "pieces"]
