"""Whole columns of numbers out of the database, a million rows in a moment.

A row that the driver hands over costs a tuple and an object for each number. The database writes a
column down as one text ten times sooner than that, and numpy reads it.
"""

import contextlib
import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from console.store.dialect import SQLITE

#: Characters that are read at a time: about a millisecond.
_PIECE = 1 << 17
#: Of mallopt(3).
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8
#: Bytes: columns of a million are larger, what is read each second is not.
_LARGE = 2 << 20


def _return_large() -> None:
    """Ask the C library to take large blocks from the system, and return each when it is freed: it
    would keep ever larger ones in pieces that nothing fits in."""
    with contextlib.suppress(OSError, AttributeError):  # not every C library has it
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, 2 * _LARGE)
        # Else each thread has heaps of its own, and what one has freed no other uses.
        library.mallopt(_ARENAS, 1)


def columns(session: Session, statement: Select[Any]) -> tuple[NDArray[np.int64], ...]:
    """The columns of a statement, all of them whole numbers that are never null."""
    rows = statement.subquery()
    if session.connection().dialect.name == SQLITE:
        found = session.execute(select(*(func.group_concat(each) for each in rows.c))).one()
    else:
        texts = (func.string_agg(cast(each, String), ",") for each in rows.c)
        found = session.execute(select(*texts)).one()
    return tuple(_numbers(text) for text in found)


def joined(session: Session, statement: Select[Any]) -> tuple[NDArray[np.int64], str]:
    """Of a statement with a number and a text: the numbers, and all texts as one."""
    rows = statement.subquery()
    number, text = rows.c
    if session.connection().dialect.name == SQLITE:
        wanted = select(func.group_concat(number), func.group_concat(text, ""))
    else:
        wanted = select(func.string_agg(cast(number, String), ","), func.string_agg(text, ""))
    numbers, texts = session.execute(wanted).one()
    return _numbers(numbers), texts or ""


def let_go(session: Session) -> None:
    """Give back what reading much has taken: the database's pages, and freed memory that the C
    library would keep."""
    if session.connection().dialect.name == SQLITE:
        session.connection().exec_driver_sql("PRAGMA shrink_memory")
    with contextlib.suppress(OSError, AttributeError):  # not every C library has it
        ctypes.CDLL(None).malloc_trim(0)


def _numbers(text: str | None) -> NDArray[np.int64]:
    """Piece by piece: reading one holds the interpreter, which the screen may be waiting for."""
    if not text:
        return np.empty(0, np.int64)
    pieces: list[NDArray[np.int64]] = []
    begin = 0
    while begin < len(text):
        end = text.find(",", begin + _PIECE)
        end = len(text) if end < 0 else end
        pieces.append(np.fromstring(text[begin:end], dtype=np.int64, sep=","))
        begin = end + 1
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


_return_large()

__all__ = ["columns", "joined", "let_go"]
