"""Whole columns of numbers out of the database, a million rows in a moment.

A row that the driver hands over costs a tuple and an object for each number. The database writes a
column down as one text ten times sooner than that, and numpy reads it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from console.store.dialect import SQLITE


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


def _numbers(text: str | None) -> NDArray[np.int64]:
    if not text:
        return np.empty(0, np.int64)
    return np.fromstring(text, dtype=np.int64, sep=",")


__all__ = ["columns", "joined"]
