"""What is found out while one act is looked at and recorded, found out once."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.orm import Session

_T = TypeVar("_T")
_MEMORY = "memory"


@contextmanager
def remembering(session: Session) -> Iterator[None]:
    """While this lasts, `once` remembers. Nothing that is remembered may change meanwhile."""
    outer: dict[Hashable, Any] | None = session.info.get(_MEMORY)
    session.info[_MEMORY] = {}
    try:
        yield
    finally:
        if outer is None:
            del session.info[_MEMORY]
        else:
            session.info[_MEMORY] = outer


def once(session: Session, key: Hashable, find: Callable[[], _T]) -> _T:
    """What `find` gives, or gave for the same key."""
    memory: dict[Hashable, Any] | None = session.info.get(_MEMORY)
    if memory is None:
        return find()
    if key not in memory:
        memory[key] = find()
    return memory[key]
