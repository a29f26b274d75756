"""Tables in text (CSV, TSV) are looked at, and cut into rows without holding a whole file.

A quote that is never closed costs its line, not the file. Rows of another width than the header are
put aside.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from charset_normalizer import from_bytes

#: A row is not longer, in bytes and in lines.
MAX: Final = 1 << 20
LINES: Final = 500
_HEAD: Final = 64 << 10
_SAMPLE: Final = 200

# The limit belongs to the module csv as a whole; rows are limited here.
csv.field_size_limit(2 * MAX)

_DELIMITERS = ",;\t|"
#: A line of its own behind the last: what an open quote takes in shows that it is open.
_END = "\x00end\x00"
_SEP = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
#: What is a value, not the name of a column.
_VALUE = re.compile(
    r"[-+]?[\d.,: /%]*\d[\d.,: /%]*(?:[AaPp]\.?[Mm]\.?)?"
    r"|\d{4}-\d\d-\d\d.*|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\S+@\S+\.\S+"
    r"|[Tt]rue|TRUE|[Ff]alse|FALSE|null|NULL|N/A|#N/A"
)
#: Encodings that such files are met in; a guess among all there are is wrong more often.
_GUESSES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "shift_jis", "gb18030", "big5", "euc_kr",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """How a table is written.

    `header_line` counts from 0; -1: the table has no header. `quoted`: a ``"`` around a cell is not
    part of it. `columns` are unique: ``Variant``, ``Variant 2``; nameless ones are ``column 3``.
    """

    encoding: str
    delimiter: str
    quoted: bool
    header_line: int
    columns: tuple[str, ...]


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


# --- how a table is written


def look(
    head: bytes,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_line: int | None = None,
) -> Look | None:
    """How the table is written that begins so (64 KB); None for what is no table.

    What the caller states holds, and the rest is found out.
    """
    whole = len(head) < _HEAD
    head = head[:_HEAD]
    encoding = encoding or _encoding(head.lstrip(b"\x00") if head[:4] == bytes(4) else head)
    if encoding is None:
        return None
    try:
        text = _decode(head[: len(head) // 2 * 2] if _wide(encoding) else head, encoding)
    except LookupError:
        return None
    text = text.lstrip("\x00\ufeff")
    if re.match(r"\s*(?:\{|\[\s*[\[{\]]|<[?!a-zA-Z])", text):
        return None
    lines = text.split("\n")
    if not whole or not lines[-1].strip():
        lines.pop()
    stated = _SEP.fullmatch(lines[0]) if lines else None
    if stated is not None:
        delimiter = delimiter or stated[1]
    begin = 1 if stated is not None else 0
    best: tuple[tuple[bool, int], Look] | None = None
    for each in delimiter or _DELIMITERS:
        found = _try(lines, begin, encoding, each, header_line, delimiter is not None)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best is not None else None


def _wide(encoding: str) -> bool:
    return encoding.lower().replace("_", "-").startswith("utf-16")


def _encoding(head: bytes) -> str | None:
    """The encoding, None for what is no text."""
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be"
    sample = head[:4096]
    if b"\x00" in sample:
        even, odd = sample[0::2], sample[1::2]
        if odd.count(0) > len(odd) * 0.6 and even.count(0) < len(even) * 0.1:
            return "utf-16-le"
        if even.count(0) > len(even) * 0.6 and odd.count(0) < len(odd) * 0.1:
            return "utf-16-be"
    odd_ones = sum(byte < 32 and byte not in b"\t\r\n\x00\x1a\x0b\x0c" for byte in sample)
    if not head or odd_ones > len(sample) // 100:
        return None
    try:
        head.decode()
        return "utf-8"
    except UnicodeDecodeError as error:
        if error.start > len(head) - 4 and len(head) >= _HEAD - 4:
            return "utf-8"
    best = from_bytes(head, cp_isolation=_GUESSES).best()
    return best.encoding if best is not None else "cp1252"


def _decode(raw: bytes, encoding: str) -> str:
    """Bytes that are none of the encoding cost no row: they are read as Windows would."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        if _wide(encoding):
            return raw.decode(encoding, "replace")
    lines: list[str] = []
    for line in raw.split(b"\n"):
        try:
            lines.append(line.decode(encoding))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
    return "\n".join(lines)


def _try(
    lines: list[str],
    begin: int,
    encoding: str,
    delimiter: str,
    header_line: int | None,
    stated: bool,
) -> tuple[tuple[bool, int], Look] | None:
    """A look with this delimiter, and how good it is."""
    rows: list[tuple[int, list[str]]] = []
    if header_line is not None:
        begin = max(header_line, 0)
    quoted = _pairs(lines, delimiter)
    sample = [line + "\n" for line in lines[begin : begin + 2 * _SAMPLE]]
    reader = _reader(iter(sample), delimiter, quoted)
    at = begin
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((at, [cell.strip().strip("\ufeff") for cell in cells]))
            at = begin + reader.line_num
    except csv.Error:
        pass
    if not rows:
        return None
    if header_line is not None and header_line >= 0:
        number, header = rows[0]
        width = len(header)
        data = rows[1:]
    else:
        widths = Counter(len(cells) for _at, cells in rows if len(cells) > 1)
        if not widths:
            return None
        width = max(widths, key=lambda each: (widths[each] * (each - 1), each))
        place = -1 if header_line == -1 else _header_place(rows, width)
        number = rows[place][0] if place >= 0 else -1
        header = rows[place][1] if place >= 0 else [""] * width
        data = rows[place + 1 :]
    if len(header) < 2 and not stated:
        return None
    while len(header) > 1 and not header[-1] and number >= 0:
        # Named by nobody and filled by nobody.
        if any(cells[len(header) - 1 :][:1] not in ([], [""]) for _at, cells in data):
            break
        header.pop()
    columns = unique(header)
    agree = sum(_fits(cells, len(columns)) for _at, cells in data)
    others = len(data) - agree
    if number < 0 and agree < 2:
        return None
    score = (number >= 0 and agree >= others, agree * (len(columns) - 1) - others)
    return score, Look(encoding, delimiter, quoted, number, columns)


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) == width or (len(cells) > width and not any(cells[width:]))


def _header_place(rows: list[tuple[int, list[str]]], width: int) -> int:
    """Which of the rows is the header, -1 for none."""
    for place, (_at, cells) in enumerate(rows):
        full = sum(1 for cell in cells if cell)
        named = full >= 2 and full * 2 >= len(cells) and not any(map(_VALUE.fullmatch, cells))
        if len(cells) == width:
            if named:
                return place
            if full >= 2 and full * 2 >= width:
                return -1
        elif named and len(cells) < width and place + 1 < len(rows):
            # A separator at the end of every row but the header's.
            after = [each for _at, each in rows[place + 1 :] if len(each) == width]
            if after and not any(any(each[len(cells) :]) for each in after):
                return place
    return -1


def _pairs(lines: list[str], delimiter: str) -> bool:
    """Whether quotes stand in pairs at the borders of cells."""
    border = re.escape(delimiter)
    good = re.compile(rf'(?:^|(?<={border}))"(?:[^"]|"")*+"(?=\r?$|{border})', re.MULTILINE)
    text = "\n".join(lines[: 2 * _SAMPLE])
    rest, pairs = good.subn("", text)
    open_ones = len(re.findall(rf'(?:^|{border})"', rest, re.MULTILINE))
    if pairs:
        return open_ones <= pairs
    # With tabs a single one shows it (RT quotes nothing); with commas it is a slip.
    return open_ones == 0 if delimiter == "\t" else open_ones < 2


def unique(header: list[str]) -> tuple[str, ...]:
    """Names of columns, stripped, each one once."""
    names: list[str] = []
    taken = {name.strip() for name in header}
    for number, cell in enumerate(header, start=1):
        name = cell.strip().strip("\ufeff").strip() or f"column {number}"
        count, plain = 1, name
        while name in names or (count > 1 and name in taken):
            count += 1
            name = f"{plain} {count}"
        names.append(name)
    return tuple(names)


# --- rows


class _Reader(Protocol):
    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> "_Reader": ...

    def __next__(self) -> list[str]: ...


def _reader(lines: Iterator[str], delimiter: str, quoted: bool) -> _Reader:
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=delimiter, quoting=quoting)


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
        self._wide = _wide(look.encoding)
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
        text = _decode(rest, self._look.encoding).lstrip("\ufeff")
        try:
            rows = list(_reader(iter([text, _END]), self._look.delimiter, self._look.quoted))
        except csv.Error:
            return None
        if len(rows) != 2 or "\x00" in text or not _fits(rows[0], self._width):
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
            return lines, _decode(block, self._look.encoding)
        lines: list[bytes] = []
        at = 0
        while (end := self._line_end(data, at)) >= 0:
            lines.append(data[at : end - 2])
            at = end
        return lines, _decode(data[:at], self._look.encoding)

    def _cut(self, data: bytes, last: bool) -> int:
        raws, text = self._lines(data)
        unit = 2 if self._wide else 1
        if not raws:
            return 0
        texts = list(io.StringIO(text, newline="\n"))
        if len(texts) != len(raws):
            # Cannot be: each line end is one in the text too.
            texts = [_decode(raw, self._look.encoding) + "\n" for raw in raws]
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
        width, columns = self._width, self._look.columns
        begin = start = at
        size = 0

        def lines() -> Iterator[str]:
            nonlocal size
            for number in range(begin, len(raws)):
                size = size + len(raws[number]) if number > at else 0
                if number - at >= LINES or size > MAX:
                    break
                yield texts[number]
            yield _END

        reader = _reader(lines(), self._look.delimiter, self._look.quoted)
        rows = self._rows
        while at < len(raws):
            start = at
            try:
                cells = next(reader)
            except csv.Error as error:
                self._bad.append((first + start + 1, str(error), raws[start]))
                return start + 1, False
            end = begin + reader.line_num
            raw = raws[start] if end == start + 1 else b"\n".join(raws[start:end])
            if cells and cells[-1].endswith(_END):
                return self._open(raws, texts, start, first, last)
            at = end
            if len(cells) == width and b"\x00" not in raw:
                if cells[0].strip() == columns[0] and unique(cells) == columns:
                    continue
                rows.append(Row(first + start + 1, tuple(cells), raw))
                continue
            at = self._odd(cells, raw, raws, texts, start, end, first)
            if at != end:
                return at, False
        return at, False

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
        if not any(cell.strip() for cell in cells) and b"\x00" not in raw:
            return end
        if not self._wide and b"\x00" in raw:
            rest = raw.strip(b"\x00\r")
            reason = f"a run of {raw.count(0)} NUL bytes"
            if not rest:
                self._bad.append((number, reason, raw))
                return end
            text = _decode(rest, self._look.encoding)
            alone = self._alone(text)
            if alone is not None:
                self._bad.append((number, f"{reason}; the row was kept", raw))
                self._rows.append(Row(number, alone, rest))
                return end
            self._bad.append((number, "NUL bytes inside", raw))
            return end
        if _fits(cells, self._width):
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
                _reader(iter([text.rstrip("\r\n"), _END]), self._look.delimiter, self._look.quoted)
            )
        except csv.Error:
            return None
        if len(rows) != 2 or "\x00" in text or not _fits(rows[0], self._width):
            return None
        return tuple(rows[0][: self._width])
