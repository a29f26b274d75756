"""How a table in text (CSV, TSV) is written: its encoding, separator, quotes and header."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from charset_normalizer import CharsetMatch, from_bytes

_HEAD: Final = 64 << 10
_SAMPLE: Final = 200

_DELIMITERS = ",;\t|"
_SEP = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)
#: What is a value, not the name of a column.
_VALUE = re.compile(
    r"[-+]?[\d.,: /%]*\d[\d.,: /%]*(?:[AaPp]\.?[Mm]\.?)?"
    r"|\d{4}-\d\d-\d\d.*|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\S+@\S+\.\S+"
    r"|[Tt]rue|TRUE|[Ff]alse|FALSE|null|NULL|N/A|#N/A"
)
#: What stands in the middle of no word: Eastern European letters read as Western ones.
_STRANGE = re.compile(r"[a-zA-Z][\u00a1-\u00bf\ufffd][a-zA-Z]")
#: How a program's own log begins its lines: ``[Nov 25 16:46:33] NOTICE[1] …`` of Asterisk's `full`.
_LOGGED = re.compile(r"\[[^\]\n]{0,30}\d\d:\d\d:\d\d[^\]\n]{0,20}\] ")
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
        text = decode(head[: len(head) // 2 * 2] if is_wide(encoding) else head, encoding)
    except LookupError:
        return None
    text = text.lstrip("\x00\ufeff")
    if re.match(r"\s*(?:\{|\[\s*[\[{\]]|<[?!a-zA-Z])", text):
        return None
    lines = text.split("\n")
    if not whole or not lines[-1].strip():
        lines.pop()
    sample = lines[:_SAMPLE]
    if sum(bool(_LOGGED.match(line)) for line in sample) * 2 > len(sample):
        return None
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


def is_wide(encoding: str) -> bool:
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
    read = head.decode("utf-8", "replace")
    if sum(letter > "\x7f" and letter != "\ufffd" for letter in read) > read.count("\ufffd"):
        # Some lines of another program among them; no other encoding looks so.
        return "utf-8"
    found = list(from_bytes(head, cp_isolation=_GUESSES))
    western = _STRANGE.search(head.decode("cp1252", "replace")) is None
    if not western:
        found = [each for each in found if "cp1252" not in each.could_be_from_charset]
    likely = [name for each in found for name in each.could_be_from_charset]
    if not likely or (western and "cp1252" in likely and found[0].chaos >= _chaos(found)):
        return "cp1252"
    return likely[0]


def _chaos(found: list[CharsetMatch]) -> float:
    """How strange the text looks when it is read as Western European."""
    return min(each.chaos for each in found if "cp1252" in each.could_be_from_charset)


def decode(raw: bytes, encoding: str) -> str:
    """Bytes that are none of the encoding cost no row: they are read as Windows would."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        if is_wide(encoding):
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
    reader = reader_of(iter(sample), delimiter, quoted)
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
    agree = sum(fits(cells, len(columns)) for _at, cells in data)
    others = len(data) - agree
    if number < 0 and agree < 2:
        return None
    score = (number >= 0 and agree >= others, agree * (len(columns) - 1) - others)
    return score, Look(encoding, delimiter, quoted, number, columns)


def fits(cells: list[str], width: int) -> bool:
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


class Reader(Protocol):
    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> "Reader": ...

    def __next__(self) -> list[str]: ...


def reader_of(lines: Iterator[str], delimiter: str, quoted: bool, strict: bool = False) -> Reader:
    """`strict`: csv.Error where a quote that closes is followed by more of the cell."""
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=strict)
