"""One log in two forms: the file has whole seconds, the table of a database fractions of them.

A PBX can write both at once (``queue_log_to_file=yes``). A line that is stored already in the other
form is taken as it is stored, so that the second form adds nothing.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import polars as pl
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.times import SECOND
from console.exports.asterisk_calls import stamp_us
from console.store import dialect
from console.store.tables import Contact, Event, SourceFile
from console.sync.transcode import FROM

#: The table's row is written first, the file's line a moment later; stamps are cut, not rounded.
_EARLIER, _LATER = SECOND, 2 * SECOND


def twins(
    stored: Sequence[str], shown: Sequence[str], file_is: Literal["table", "log", ""] = ""
) -> dict[int, str]:
    """Places in `shown` whose lines are in `stored` in the other form, and how they stand there.

    A line is one twin's only: of equal lines as many are twins as there are on the other side.
    `file_is` says which of the two is shown where the other is stored: then lines of whole seconds
    are twins too where the log has the next second.
    """
    exactly = Counter(shown)
    by_rest: dict[str, list[tuple[bool, int, str]]] = {}
    for line in stored:
        if exactly[line]:
            exactly[line] -= 1
            continue
        stamp, _, rest = line.partition("|")
        by_rest.setdefault(rest, []).append(("." in stamp, stamp_us(stamp), line))
    found: dict[int, str] = {}
    if not by_rest:
        return found
    there = Counter(stored)
    for place, line in enumerate(shown):
        if there[line]:
            there[line] -= 1
            continue
        stamp, _, rest = line.partition("|")
        this = ("." in stamp, stamp_us(stamp), line)
        others = by_rest.get(rest, ())
        for twin in others:
            if _are_one(this, twin, file_is):
                found[place] = twin[2]
                by_rest[rest] = [other for other in others if other is not twin]
                break
    return found


def _are_one(shown: tuple[bool, int, str], stored: tuple[bool, int, str], file_is: str) -> bool:
    if shown[0] != stored[0]:
        fine, whole = (shown, stored) if shown[0] else (stored, shown)
        return -_EARLIER < whole[1] - fine[1] < _LATER
    later = stored[1] - shown[1] if file_is == "table" else shown[1] - stored[1]
    return bool(file_is) and not shown[0] and later == SECOND


def as_stored(
    session: Session, source_id: int, rows: pl.DataFrame, *, from_table: bool
) -> pl.DataFrame:
    """Rows of a log (the columns of `Batch.rows`), each in the form in which it is stored.

    `from_table`: they are out of a database.
    """
    if not rows.height:
        return rows
    are_tables = {
        inode.startswith(FROM)
        for inode in session.scalars(
            select(SourceFile.inode).where(SourceFile.source_id == source_id)
        )
    }
    if not are_tables - {from_table}:
        return rows
    file_is = "table" if from_table else "log"
    found: dict[int, str] = {}
    rows = rows.with_row_index("n")
    of_calls = rows.filter(pl.col("of_call"))
    refs = of_calls["ref"].unique().to_list()
    evidence = {
        ref: lines.split("\n") if lines else []
        for ref, lines in session.execute(
            select(Contact.ref, Contact.evidence).where(
                Contact.source_id == source_id, Contact.ref.in_(dialect.many(session, refs))
            )
        )
    }
    for ref, places, lines in of_calls.group_by("ref", maintain_order=True).agg("n", "line").rows():
        if ref in evidence:
            same = twins(evidence[ref], lines, file_is)
            found.update((places[place], line) for place, line in same.items())
    others = rows.filter(~pl.col("of_call"))
    if others.height:
        first, last = int(others["at"].min()), int(others["at"].max())  # type: ignore[arg-type]
        events = session.scalars(
            select(Event.line)
            .where(
                Event.source_id == source_id,
                Event.at > first - _LATER,
                Event.at < last + _LATER,
                ~Event.heard,
            )
            .order_by(Event.at, Event.place)
        ).all()
        places = others["n"].to_list()
        same = twins(events, others["line"].to_list(), file_is)
        found.update((places[place], line) for place, line in same.items())
    if not found:
        return rows.drop("n")
    told = pl.DataFrame(
        [(place, line, stamp_us(line.partition("|")[0])) for place, line in found.items()],
        schema={"n": rows.schema["n"], "stored_line": pl.String, "stored_at": rows.schema["at"]},
        orient="row",
    )
    return (
        rows.join(told, on="n", how="left", maintain_order="left")
        .with_columns(line=pl.coalesce("stored_line", "line"), at=pl.coalesce("stored_at", "at"))
        .drop("n", "stored_line", "stored_at")
    )


__all__ = ["as_stored", "twins"]
