"""Tables in text (CSV, TSV) are cut into rows, without ever holding a whole file.

A quote that is never closed costs its line, not the file. Rows of another width than the header are
put aside.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from console.exports.table_look import Look, decode, fits, is_wide, look, reader_of, unique

#: A row is not longer, in bytes and in lines.
MAX: Final = 1 << 20
LINES: Final = 500

# The limit belongs to the module csv as a whole; rows are limited here.
csv.field_size_limit(2 * MAX)

#: A line of its own behind the last: what an open quote takes in shows that it is open.
_END = "\x00end\x00"


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is that of its first line in the file, from 1. `raw` is without the line end."""

    number: int
    cells: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class RowCut:
    """`bad`: line number, reason, bytes. `used`: so many bytes of what was fed are done with."""

    rows: list[Row]
    bad: list[tuple[int, str, bytes]]
    used: int


class RowCutter:
    """Cuts what it is fed into rows.

    `line`: so many lines of the file are done with already. `skip_header`: false for a file that
    goes on where another was split off.
    """

    def __init__(self, look: Look, line: int = 0, skip_header: bool = True) -> None:
        self._look = look
        self._width = len(look.columns)
        self._line = line
        self._to_skip = look.header_line if skip_header else -1
        self._end = "\n".encode("utf-16-be" if look.encoding.endswith("be") else "utf-16-le")
        self._wide = is_wide(look.encoding)
        self._wait = 0
        self._rows: list[Row] = []
        self._bad: list[tuple[int, str, bytes]] = []

    @property
    def line(self) -> int:
        """So many lines are done with at the position that `used` reached."""
        return self._line

    def feed(self, data: bytes, last: bool) -> RowCut:
        """The rows in `data`, which begins where the last feeding left off.

        A last line without a line end is never used: `last_row` reads it.
        """
        if not last and len(data) < self._wait:
            return RowCut([], [], 0)
        self._rows, self._bad = [], []
        used = self._cut(data, last)
        if len(data) - used > MAX and self._line_end(data, used) < 0:
            self._bad.append((self._line + 1, f"a line longer than {MAX >> 20} MiB", data[used:]))
            used = len(data)
        self._wait = 2 * (len(data) - used)
        return RowCut(self._rows, self._bad, used)

    def last_row(self, rest: bytes) -> Row | None:
        """The row in a last line without a line end, if it has all its cells and its quotes."""
        if not rest.strip() or self._line < self._to_skip + 1:
            return None
        text = decode(rest, self._look.encoding).lstrip("\ufeff")
        try:
            rows = list(reader_of(iter([text, _END]), self._look.delimiter, self._look.quoted))
        except csv.Error:
            return None
        if len(rows) != 2 or "\x00" in text or not fits(rows[0], self._width):
            return None
        if unique(rows[0]) == self._look.columns:
            return None
        return Row(self._line + 1, tuple(rows[0][: self._width]), rest)

    def _line_end(self, data: bytes, at: int) -> int:
        """Behind the first line end from `at` on, -1 where there is none."""
        if not self._wide:
            return data.find(b"\n", at) + 1 or -1
        while (found := data.find(self._end, at)) >= 0:
            if found % 2 == 0:
                return found + 2
            at = found + 1
        return -1

    def _lines(self, data: bytes) -> tuple[list[bytes], str]:
        """The whole lines, and their text."""
        if not self._wide:
            block = data[: data.rfind(b"\n") + 1]
            lines = block.split(b"\n")
            del lines[-1]
            return lines, decode(block, self._look.encoding)
        lines: list[bytes] = []
        at = 0
        while (end := self._line_end(data, at)) >= 0:
            lines.append(data[at : end - 2])
            at = end
        return lines, decode(data[:at], self._look.encoding)

    def _cut(self, data: bytes, last: bool) -> int:
        raws, text = self._lines(data)
        unit = 2 if self._wide else 1
        if not raws:
            return 0
        texts = list(io.StringIO(text, newline="\n"))
        if len(texts) != len(raws):
            # Cannot be: each line end is one in the text too.
            texts = [decode(raw, self._look.encoding) + "\n" for raw in raws]
        if self._line == 0:
            texts[0] = texts[0].lstrip("\ufeff")
        first = self._line
        at = max(0, min(self._to_skip - self._line, len(raws)))
        while at < len(raws):
            at_before = at
            at, more = self._run(raws, texts, at, first, last)
            if more or at == at_before:
                break
        self._line = first + at
        return sum(map(len, raws[:at])) + unit * at

    def _run(
        self, raws: list[bytes], texts: list[str], at: int, first: int, last: bool
    ) -> tuple[int, bool]:
        """Rows from line `at` on up to the first that is in trouble: where to go on.

        True: what follows is not whole yet.
        """
        width, columns, wide = self._width, self._look.columns, self._wide
        begin = start = at
        size = 0
        ended = False

        def lines() -> Iterator[str]:
            nonlocal size, ended
            for number in range(begin, len(raws)):
                size = size + len(raws[number]) if number > at else 0
                if number - at >= LINES or size > MAX:
                    break
                yield texts[number]
            ended = True
            yield _END

        reader = reader_of(lines(), self._look.delimiter, self._look.quoted, strict=True)
        rows = self._rows
        while at < len(raws):
            start = at
            try:
                cells = next(reader)
            except csv.Error:
                if ended:
                    return self._open(raws, texts, start, first, last)
                self._slip(raws[start], texts[start], first + start + 1)
                return start + 1, False
            end = begin + reader.line_num
            raw = raws[start] if end == start + 1 else b"\n".join(raws[start:end])
            at = end
            if len(cells) == width and (wide or b"\x00" not in raw):
                if cells[0].strip() == columns[0] and unique(cells) == columns:
                    continue
                if not cells[0].strip() and not any(map(str.strip, cells)):
                    continue
                rows.append(Row(first + start + 1, tuple(cells), raw))
                continue
            at = self._odd(cells, raw, raws, texts, start, end, first)
            if at != end:
                return at, False
        return at, False

    def _slip(self, raw: bytes, text: str, number: int) -> None:
        """A quote that something follows: harmless inside of one line."""
        alone = self._alone(text)
        if alone is None:
            self._bad.append((number, "a quote too many or too few", raw))
        elif any(cell.strip() for cell in alone) and unique(list(alone)) != self._look.columns:
            self._rows.append(Row(number, alone, raw))

    def _odd(
        self,
        cells: list[str],
        raw: bytes,
        raws: list[bytes],
        texts: list[str],
        start: int,
        end: int,
        first: int,
    ) -> int:
        """A row that is not as it should be; where to go on."""
        number = first + start + 1
        if not any(map(str.strip, cells)) and (self._wide or b"\x00" not in raw):
            return end
        if not self._wide and b"\x00" in raw:
            rest = raw.strip(b"\x00\r")
            reason = f"a run of {raw.count(0)} NUL bytes"
            if not rest:
                self._bad.append((number, reason, raw))
                return end
            text = decode(rest, self._look.encoding)
            alone = self._alone(text)
            if alone is not None:
                self._bad.append((number, f"{reason}; the row was kept", raw))
                self._rows.append(Row(number, alone, rest))
                return end
            self._bad.append((number, "NUL bytes inside", raw))
            return end
        if fits(cells, self._width):
            row = tuple(cells[: self._width])
            if unique(list(row)) != self._look.columns:
                self._rows.append(Row(number, row, raw))
            return end
        reason = f"{len(cells)} cells where the header has {self._width}"
        if end > start + 1 and any(
            self._alone(texts[each]) is not None for each in range(start + 1, end)
        ):
            # A quote too many took in the rows behind it.
            self._bad.append((number, f"a quote that is not closed ({reason})", raws[start]))
            return start + 1
        self._bad.append((number, reason, raw))
        return end

    def _open(
        self, raws: list[bytes], texts: list[str], start: int, first: int, last: bool
    ) -> tuple[int, bool]:
        """A quote is open at the end of what can be seen."""
        number = first + start + 1
        following = range(start + 1, min(len(raws), start + LINES))
        if self._look.delimiter == "\t":
            cells = texts[start].rstrip("\r\n").split("\t")
            if len(cells) == self._width:
                self._rows.append(Row(number, tuple(cells), raws[start]))
                return start + 1, False
        size = sum(map(len, raws[start : start + LINES]))
        endless = len(raws) - start >= LINES or size > MAX
        if not endless and last and len(following) > 0 and self._width > 2:
            alone = sum(self._alone(texts[each]) is not None for each in following)
            endless = alone * 2 >= len(following)
        if not endless:
            return start, True
        self._bad.append((number, "a quote that is not closed", raws[start]))
        return start + 1, False

    def _alone(self, text: str) -> tuple[str, ...] | None:
        """The cells of a line that is a whole row by itself."""
        try:
            rows = list(
                reader_of(
                    iter([text.rstrip("\r\n"), _END]), self._look.delimiter, self._look.quoted
                )
            )
        except csv.Error:
            return None
        if len(rows) != 2 or "\x00" in text or not fits(rows[0], self._width):
            return None
        return tuple(rows[0][: self._width])


__all__ = ["Look", "Row", "RowCut", "RowCutter", "look"]
