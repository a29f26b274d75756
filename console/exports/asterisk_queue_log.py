"""Asterisk's queue_log as the PBX writes it to a file: ``epoch|callid|queue|agent|event|p1|p2|…``.

No header, no escaping, no declared encoding; whole seconds UTC; file order is the order to trust.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import polars as pl

from console.domain.times import SECOND
from console.exports.asterisk_events import (
    AGENT_EVENTS,
    CALL_EVENTS,
    LIFE_CYCLE,
    NO_CALL,
    has_meaning,
)

NAME = "asterisk_queue_log"
TITLE = "Asterisk queue log"
PLATFORM = "asterisk"
KIND: Literal["log"] = "log"
CHANNEL = "voice"

#: How a line begins that stands for a row of a database which could not be read; a reason follows.
REFUSED = "#! "
#: Asterisk cuts a message at 8,191 bytes; anything much longer is no line of its.
LONGEST_LINE = 16_384
# There was no Asterisk before. A stamp that lost its first digit to a cut reads as an earlier one.
_EARLIEST = 1_000_000_000 * SECOND
_LATEST = 4_100_000_000 * SECOND

_LINE = re.compile(
    rb"^\x00*\d{10}(\.\d{1,9})?\|[^|\n]*\|[^|\n]*\|[^|\n]*\|[A-Za-z][\w .-]*(\||$|\r)"
)
_VERB = r"^[A-Za-z][A-Za-z0-9_.\- ]{0,39}$"
_STAMP = r"^\d{9,10}(\.\d{1,9})?$"
# What may be somebody's number in an event whose parameters we do not know.
_DIGITS = re.compile(r"(?<![\d.])\+?\d{7,15}(?![\d.])")

Mask = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Bad:
    """A piece that could not be taken: its line number within the batch, why, and the bytes.

    `row_taken`: the rest of the line was a row and is among the rows.
    """

    number: int
    reason: str
    raw: bytes
    row_taken: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines taken, in file order, and those that could not be.

    Columns of `rows`: number (line within the batch), at (µs UTC), ref, queue, alias, verb, rest
    (parameters, still joined), line (as kept: callers masked), of_call (belongs to a contact).
    `lines` are rows, blank lines, and those bad ones of which no row was taken.
    """

    rows: pl.DataFrame
    bad: list[Bad]
    lines: int
    blank: int


def fits(head: bytes) -> bool:
    """Whether the first bytes of a file look like a queue_log, whatever its name says."""
    pieces = [piece for piece in head.split(b"\n")[:60] if piece.strip(b"\x00\r ")]
    if not pieces:
        return False
    hits = sum(1 for piece in pieces if _LINE.match(piece))
    # The first and the last piece may be cut; damage may stand between.
    return hits > 0 and hits * 2 >= len(pieces) - 2


def has_all(line: str) -> bool:
    """Whether a line has all parameters that its event always has; an unknown event has none."""
    parts = line.split("|")
    verb = parts[4].strip().upper()
    least = CALL_EVENTS.get(verb, AGENT_EVENTS.get(verb, 0))
    return len(parts) - 5 >= least


def could_be_whole(line: str) -> bool:
    """Whether a last line without its line end has all that its event always has."""
    parts = line.split("|")
    if len(parts) < 6 or not re.match(_STAMP, parts[0]):
        return False
    verb = parts[4].strip().upper()
    if verb in LIFE_CYCLE:
        return True
    least = CALL_EVENTS.get(verb, AGENT_EVENTS.get(verb))
    if least is None:
        return False
    if verb == "ENTERQUEUE":
        # Versions before 1.8 end with the caller's number, and half a number is somebody else's.
        least = 3
    return len(parts) - 5 >= least and (least == 0 or parts[4 + least] != "")


def read(data: bytes, mask: Mask, *, begins: bool = False) -> Batch:
    """Take whole lines. `data` holds complete lines; `mask` replaces a caller's number.

    `begins`: `data` begins the file, so that its first line may have been cut in front.
    """
    bad: list[Bad] = []
    damaged = b"\x00" in data or b"\r" in data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "\n".join(_decode(piece) for piece in data.split(b"\n"))
    lines = text.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    emptied = 0
    if damaged:
        lines, emptied = _strip_damage(lines, data.split(b"\n"), bad)
    frame = pl.DataFrame({"line": pl.Series(lines, dtype=pl.String)}).with_row_index("number")
    total = frame.height
    frame = frame.filter(pl.col("line").str.strip_chars() != "")
    blank = total - frame.height - emptied
    fields = ["stamp", "ref", "queue", "alias", "verb", "rest"]
    frame = frame.with_columns(
        pl.col("line").str.splitn("|", 6).struct.rename_fields(fields).alias("f")
    ).unnest("f")
    frame = frame.with_columns(
        pl.col("stamp").cast(pl.Int64, strict=False) * SECOND,
        stamped=pl.col("stamp"),
        verb=pl.col("verb").str.strip_chars().str.to_uppercase(),
        rest=pl.col("rest").fill_null(""),
        long=pl.col("line").str.len_bytes() > LONGEST_LINE,
    ).rename({"stamp": "at"})
    if frame["at"].null_count():
        frame = _with_fractions(frame)
    good = (
        pl.col("at").is_not_null()
        & pl.col("at").is_between(_EARLIEST, _LATEST)
        & pl.col("verb").is_not_null()
        & ~pl.col("long")
    )
    # The pattern is checked once for each distinct name, not for each line.
    names = [v for v in frame["verb"].unique().to_list() if v and re.match(_VERB, v)]
    good = (good & pl.col("verb").is_in(names)).fill_null(False)
    if begins and _cut_in_a_number(frame):
        good = good & (pl.col("number") != frame["number"][0])
    rejected = frame.filter(~good)
    if rejected.height:
        pieces: list[bytes] = data.split(b"\n")
        for number, line, at, verb, long in rejected.select(
            "number", "line", "at", "verb", "long"
        ).iter_rows():
            bad.append(Bad(number, _reason(at, verb, long, line), pieces[int(number)]))
        frame = frame.filter(good)
    frame = frame.with_columns(
        of_call=~pl.col("ref").is_in(list(NO_CALL))
        & ~pl.col("verb").is_in([*AGENT_EVENTS, *LIFE_CYCLE])
    )
    frame = _masked(frame, mask)
    return Batch(
        frame.select("number", "at", "ref", "queue", "alias", "verb", "rest", "line", "of_call"),
        bad,
        total,
        blank,
    )


def _decode(piece: bytes) -> str:
    try:
        return piece.decode("utf-8")
    except UnicodeDecodeError:
        return piece.decode("latin-1")


def _strip_damage(lines: list[str], pieces: list[bytes], bad: list[Bad]) -> tuple[list[str], int]:
    """Cut NUL runs off (power loss leaves them glued in front of a valid row) and CRs.

    Returns the lines and how many of them are put aside whole and left empty.
    """
    clean: list[str] = []
    emptied = 0
    for number, line in enumerate(lines):
        if "\x00" in line:
            rest = line.lstrip("\x00")
            count = len(line) - len(rest)
            if "\x00" in rest:
                bad.append(Bad(number, "NUL bytes inside the line", pieces[number]))
                rest = ""
                emptied += 1
            elif rest.strip():
                reason = f"a run of {count} NUL bytes; the row behind it was kept"
                bad.append(Bad(number, reason, b"\x00" * count, row_taken=True))
            else:
                bad.append(Bad(number, f"a run of {count} NUL bytes", pieces[number]))
                emptied += 1
            line = rest
        clean.append(line.rstrip("\r"))
    return clean, emptied


def _cut_in_a_number(frame: pl.DataFrame) -> bool:
    """Whether a file's first line begins with a call's number, its front having been cut off.

    ``1655723960.12|sales|NONE|…`` reads like a stamp with a fraction, which a file has everywhere
    or nowhere.
    """
    stamps = frame["stamped"].head(2).to_list()
    return len(stamps) == 2 and "." in (stamps[0] or "") and "." not in (stamps[1] or "")


def _with_fractions(frame: pl.DataFrame) -> pl.DataFrame:
    """Stamps like 1383900788.948070: the SQL variants have them, the file never does."""
    parts = pl.col("stamped").str.split_exact(".", 1)
    valid = pl.col("stamped").str.contains(_STAMP)
    whole = parts.struct.field("field_0").cast(pl.Int64, strict=False)
    fraction = (
        parts.struct.field("field_1")
        .str.pad_end(6, "0")
        .str.slice(0, 6)
        .cast(pl.Int64, strict=False)
    )
    return frame.with_columns(
        at=pl.when(pl.col("at").is_null() & valid)
        .then(whole * SECOND + fraction)
        .otherwise(pl.col("at"))
    )


def _reason(at: int | None, verb: str | None, long: bool, line: str) -> str:
    if line.startswith(REFUSED):
        return line[len(REFUSED) :].partition("|")[0]  # by what read it from a database
    if long:
        return f"longer than {LONGEST_LINE:,} bytes: no line of a queue_log"
    if at is None:
        return "does not begin with a time stamp: cut in front, or not from a queue_log"
    if not _EARLIEST <= at <= _LATEST:
        return "its time stamp is not of this age (before 2001 or after 2099)"
    if verb is None:
        return f"cut: {line.count('|') + 1} of at least 5 fields"
    return "has no event name where one belongs (fifth field)"


def _masked(frame: pl.DataFrame, mask: Mask) -> pl.DataFrame:
    """Replace callers' numbers and names before anything is kept."""
    enters = frame.filter(pl.col("verb") == "ENTERQUEUE")
    vendor = frame.filter(pl.col("of_call") & ~pl.col("verb").is_in(list(CALL_EVENTS)))
    changed: list[pl.DataFrame] = []
    if enters.height:
        split = enters.select(
            "number", pl.col("rest").str.splitn("|", 4).struct.rename_fields(["u", "c", "p", "n"])
        ).unnest("rest")
        callers = split["c"].drop_nulls().unique().to_list()
        masks = {caller: mask(caller) for caller in callers if caller}
        new = split.with_columns(
            c=pl.col("c").replace(masks), n=pl.when(pl.col("n") != "").then(pl.lit("…"))
        )
        changed.append(
            new.select(
                "number",
                fresh=pl.concat_str(["u", "c", "p", "n"], separator="|", ignore_nulls=True),
            )
        )
    if vendor.height:
        fresh = [_DIGITS.sub(lambda m: mask(m.group()), rest) for rest in vendor["rest"].to_list()]
        changed.append(pl.DataFrame({"number": vendor["number"], "fresh": fresh}))
    if not changed:
        return frame
    frame = frame.join(pl.concat(changed), on="number", how="left", maintain_order="left")
    head = pl.concat_str([pl.col("stamped"), "ref", "queue", "alias", "verb"], separator="|")
    return frame.with_columns(
        line=pl.when(pl.col("fresh").is_not_null())
        .then(head + "|" + pl.col("fresh"))
        .otherwise(pl.col("line")),
        rest=pl.coalesce("fresh", "rest"),
    )


__all__ = [
    "CHANNEL", "KIND", "NAME", "PLATFORM", "TITLE", "Bad", "Batch", "could_be_whole", "fits",
    "has_all", "has_meaning", "read",
]  # fmt: skip
