"""One long history for all who need one: who keeps it up to date lends it to the others."""

from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary, ref

from sqlalchemy.orm import Session

from console.debt.attempts import Attempts, Promises

#: Attempts in parts that share their codes, the last with all channels; promises where wanted.
Lent = tuple[tuple[Attempts, ...], Promises | None]


class Lender(Protocol):
    """Has a history of a database; may be asked from any thread."""

    def lend(self, session: Session, now_us: int, since_us: int, *, promises: bool) -> Lent | None:
        """All since then or before it, as known now; None where that is not what it has."""
        ...


_LOCK = Lock()
_LENDERS: WeakKeyDictionary[Any, ref[Lender]] = WeakKeyDictionary()


def lends(session: Session, lender: Lender) -> None:
    """From now on this one is asked for attempts of the session's database."""
    with _LOCK:
        _LENDERS[session.get_bind()] = ref(lender)


def lent(session: Session, now_us: int, since_us: int, *, promises: bool) -> Lent | None:
    """What somebody else has read already, to be read only; None: nobody has."""
    with _LOCK:
        found = _LENDERS.get(session.get_bind())
    lender = None if found is None else found()
    return None if lender is None else lender.lend(session, now_us, since_us, promises=promises)


__all__ = ["Lender", "Lent", "lends", "lent"]
