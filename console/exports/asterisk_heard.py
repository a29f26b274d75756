"""What Asterisk tells over its line, woven in with the log of a call where the log lacks it.

Both tell of the same things, each perhaps not all: the line only while there is one, the log late,
or never. The k-th fact of a kind that was heard is the k-th that the log has, whatever their times.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from console.domain.times import SECOND
from console.exports.asterisk_calls import Row, split
from console.exports.asterisk_events import AS_LISTED, CALLED, ENDS, LEFT

#: What the line says of a call that no log does.
OWN = (CALLED, LEFT, AS_LISTED)
#: The line has one word for these ways out.
_EXITS = ("ABANDON", "EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY", "WITHDRAW")
#: An entry that was heard, and one that is listed, of one and the same stay lie this close.
_TOGETHER = 5 * SECOND

_Key = tuple[str, str, str]


class Fact(NamedTuple):
    """`at` is in microseconds; the line's own stamp is a second that may differ by one."""

    at: int
    line: str


class Told(NamedTuple):
    """Rows of a call; `listed`: (when, queue) of each time that it was listed as waiting;
    `is_logged`: the log has all that was heard."""

    rows: list[Row]
    listed: frozenset[tuple[int, str]]
    is_logged: bool


def kept(facts: Iterable[Fact]) -> str:
    """Facts as they are kept with their contact, whatever order and how often they came in."""
    found: dict[Fact, str] = {}
    for at, line in facts:
        key = Fact(at, _bare(line))
        # Of what the log has, no more than that is kept: see `reduced`.
        found[key] = min(found.get(key, line), line, key=len)
    return "\n".join(f"{key.at}|{found[key]}" for key in sorted(found))


def facts_of(heard: str) -> list[Fact]:
    found: list[Fact] = []
    for each in heard.split("\n") if heard else ():
        at, _, line = each.partition("|")
        found.append(Fact(int(at), line))
    return found


def reduced(heard: str) -> str:
    """The same where the log has them all: just which, so that none is taken for another later."""
    facts = (Fact(at, _bare(line)) for at, line in facts_of(heard))
    return kept(fact for fact in facts if fact.line.split("|")[4] != CALLED)


def _bare(line: str) -> str:
    """A line without its parameters."""
    return "|".join(line.split("|", 5)[:5])


def has_any(heard: str, log: Iterable[str]) -> bool:
    """Whether a log's lines of a call tell of the same as what was heard of it."""
    told = {_key(split(line)[1]) for line in log}
    return any(_key(split(line)[1]) in told for _at, line in facts_of(heard))


def woven(log: Sequence[str], heard: str) -> Told:
    """The rows of a call in their order: all of the log's, and what only was heard."""
    rows = [split(line)[1] for line in log]
    if not heard:
        return Told(rows, frozenset(), True)
    places: dict[_Key, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(_key(row), []).append(place)
    times: dict[int, int] = {}
    alone: list[tuple[int, Row]] = []
    listed: list[tuple[int, Row]] = []
    seen: Counter[_Key] = Counter()
    for at, line in facts_of(heard):
        row = split(line)[1]
        key = _key(row)
        if row[3] == AS_LISTED:
            listed.append((at, row))
        elif row[3] in OWN:
            alone.append((at, row))
        else:
            has = places.get(key, ())
            if seen[key] < len(has):
                times[has[seen[key]]] = at
            else:
                alone.append((at, row))
            seen[key] += 1
    entries = _entries(listed, places, alone)
    is_logged = not entries and all(row[3] in OWN for _at, row in alone)
    for row in entries:
        insort(alone, (row[0], row), key=itemgetter(0))
    before: dict[int, list[Row]] = {}
    for at, row in alone:
        place = len(rows)
        while place and not _precedes(rows[place - 1], times.get(place - 1), at, row):
            place -= 1
        before.setdefault(place, []).append(row)
    found: list[Row] = []
    for place in range(len(rows) + 1):
        found += before.get(place, ())
        found += rows[place : place + 1]
    waiting = frozenset((at, row[1]) for at, row in listed)
    return Told(found, waiting, is_logged)


def _key(row: Row) -> _Key:
    _at, queue, alias, verb, _params = row
    if verb in _EXITS:
        return "exit", queue, ""
    return "end" if verb in ENDS else verb, queue, alias


def _entries(
    listed: Sequence[tuple[int, Row]],
    places: dict[_Key, list[int]],
    alone: Sequence[tuple[int, Row]],
) -> list[Row]:
    """Entries that are known from nothing but that the contact was listed as waiting."""
    found: dict[str, Row] = {}
    for _at, (entered_at, queue, alias, _verb, params) in listed:
        if any(key[:2] == ("ENTERQUEUE", queue) for key in places):
            continue  # the log has them
        if any(
            row[1] == queue and row[3] == "ENTERQUEUE" and at < entered_at + _TOGETHER
            for at, row in alone
        ):
            continue
        found.setdefault(queue, (entered_at, queue, alias, "ENTERQUEUE", params))
    return list(found.values())


def _precedes(logged: Row, at: int | None, heard_at: int, heard: Row) -> bool:
    """Whether a row of the log (heard `at`, if it was) came before one that only was heard."""
    if at is not None:
        return at <= heard_at
    difference = logged[0] // SECOND - heard_at // SECOND
    if difference or logged[1] != heard[1]:
        return difference <= 0
    # Within a second of one stay: it begins with the entry, and what it rang for ends the ring.
    return heard[3] != "ENTERQUEUE" and (heard[3] != CALLED or logged[3] == "ENTERQUEUE")


__all__ = ["OWN", "Fact", "Told", "facts_of", "has_any", "kept", "reduced", "woven"]
