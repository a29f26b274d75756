"""Five9's Call Log report, a row for each leg of a call.

Source: exports of the report and of its API, Five9's documentation of call segments. A CALL ID is
not a row's own: a leg to a third party repeats it. Which columns there are is chosen in the report;
its times are of the zone that is set for the report or its user.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from console.domain import facts
from console.domain.statements import Course, Name, Promise, Statement, Stay
from console.domain.times import MINUTE
from console.exports import cells
from console.exports.cell_times import Wall, wall
from console.exports.cell_words import is_total
from console.exports.export import Mask, Rejected
from console.exports.table_pieces import look
from console.exports.wall_clock import WallClock

NAME = "five9_call_log"
TITLE = "Five9: call log"
PLATFORM = "five9"
KIND: Literal["table"] = "table"
NEEDS_ZONE = True

_MUST = frozenset(("CALL ID", "CAMPAIGN", "DISPOSITION"))
_WHEN = frozenset(("TIMESTAMP", "DATE"))
_ALSO = frozenset(
    ("CALL TYPE", "AGENT", "AGENT NAME", "ANI", "DNIS", "SESSION ID", "SKILL", "QUEUE WAIT TIME")
)
_SECONDS = re.compile(r"\d:\d\d:\d\d")
#: In square brackets Five9 writes that there is none: [None], [Deleted].
_NONE = re.compile(r"^\[.*\]$")
_INTERNAL = ("internal", "internal voicemail")
_OUTWARD = (
    "outbound", "manual", "preview", "autodial", "agent", "predictive", "progressive", "power",
    "test", "queue callback", "outbound preview", "outbound voicemail",
)  # fmt: skip
#: Nobody answered an outbound call, whatever agent set it going.
_NO_ANSWER = re.compile(
    r"no answer|busy|dial error|intercept|not in service|unsupported|hardware|no disposition"
    r"|resource|system (?:error|shutdown)|fax|answering machine|duplicate|cancel",
    re.I,
)
_GAVE_UP = re.compile(r"abandon|caller disconnected|hang ?up|hung up", re.I)
_FAILED = re.compile(r"hardware|system|error|forced", re.I)


def fits(head: bytes) -> bool:
    """Whether the header has a call log's columns, whichever were chosen beside them."""
    if b"CALL ID" not in head[:16_384].replace(b"\x00", b"").upper():
        return False
    found = look(head)
    if found is None:
        return False
    names = {name.strip().upper() for name in found.columns}
    return names >= _MUST and bool(names & _WHEN) and len(names & _ALSO) >= 2


def take_row(row: Mapping[str, str], mask: Mask, zone: ZoneInfo) -> Iterable[Statement]:
    """The course of one leg, and the names of its agent.

    Raises Rejected for a row of totals, and for one that has no CALL ID or no time.
    """
    cell = {name.strip().upper(): found for name, text in row.items() if (found := _cell(text))}
    call = cell.get("CALL ID", "")
    if not call or is_total(call):
        raise Rejected("a row without a CALL ID, as the one with the totals is")
    began_on, text = _when(cell)
    began = _clock(zone).instant(began_on)
    kind = cell.get("CALL TYPE", "").lower()
    agent = cell.get("AGENT") or cell.get("AGENT NAME")
    course = _course(cell, kind, agent, began, mask)
    subject = f"contact:{cell.get('SESSION ID') or call}"
    # By the minute: a spreadsheet that saves a log again can drop the seconds of all times.
    minute = f"{began_on.day}:{(began_on.time or 0) // MINUTE}"
    key = f"{call}@{minute}:{kind}:{agent or ''}"
    # A row does not say when it was changed; one with seconds says more than one without.
    version = 2 if _SECONDS.search(text) else 1
    said = [Statement(subject, key, version, course)]
    name = cell.get("AGENT NAME") or " ".join(
        filter(None, (cell.get("AGENT FIRST NAME"), cell.get("AGENT LAST NAME")))
    )
    if agent and name:
        mail = cell.get("AGENT EMAIL") or (agent if "@" in agent else "")
        said.append(Statement("name", f"agent:{agent}", began, Name("agent", agent, name, mail)))
    return said


def _course(
    cell: Mapping[str, str], kind: str, agent: str | None, began: int, mask: Mask
) -> Course:
    direction = _direction(kind)
    channel = "callback" if kind == "queue callback" else "voice"
    total = _duration(cell, "CALL TIME")
    stay = _stay(cell, kind, direction, agent, began, total)
    ended = began if total is None else began + total
    if stay is not None and stay.ended_at is not None:
        ended = max(ended, stay.ended_at)
    promises: tuple[Promise, ...] = ()
    if kind == "queue callback":
        reached = stay is not None and stay.outcome == facts.ANSWERED
        outcome = "reached" if reached else "missed"
        promises = (Promise(_queue(cell), began, None, began, ended, outcome),)
    # A call that goes out shows the centre's own number as ANI, the customer's as DNIS.
    number = cells.phone(cell.get("DNIS" if direction == "outbound" else "ANI", ""))
    customer = mask(number) if number and direction != "internal" else None
    stays = () if stay is None else (stay,)
    return Course(channel, began, ended, customer, direction, stays, promises)


def _stay(
    cell: Mapping[str, str],
    kind: str,
    direction: str,
    agent: str | None,
    began: int,
    total: int | None,
) -> Stay | None:
    """The agent's or the queue's part of a leg; None for one that had neither."""
    if kind.startswith("3rd party") or "voicemail" in kind:
        return None
    queue = _queue(cell) if direction == "inbound" or kind == "queue callback" else None
    wait, talk = _duration(cell, "QUEUE WAIT TIME"), _duration(cell, "TALK TIME")
    disposition = cell.get("DISPOSITION", "")
    entered = began + (_duration(cell, "IVR TIME") or 0)
    left = entered + (wait or 0)
    answered = agent is not None if talk is None else talk > 0
    if direction == "outbound" and talk is None and _NO_ANSWER.search(disposition):
        answered = False
    abandoned = cells.yes(cell["ABANDONED"]) if "ABANDONED" in cell else None
    if answered and not (abandoned and not talk):
        connected = left + (_duration(cell, "RING TIME") or 0)
        over = connected + talk if talk is not None else max(connected, began + (total or 0))
        after = _duration(cell, "AFTER CALL WORK TIME")
        hold, park = _duration(cell, "HOLD TIME"), _duration(cell, "PARK TIME")
        return Stay(
            queue,
            entered,
            connected,
            over,
            agent,
            facts.ANSWERED,
            "",
            wait,
            talk,
            None if hold is None and park is None else (hold or 0) + (park or 0),
            over if after else None,
            over + after if after else None,
            (),
            disposition,
            len(cell["NOTES"]) if "NOTES" in cell else None,
        )
    if direction != "inbound":
        return None
    if abandoned is None and (wait is None or wait > 0):
        abandoned = bool(_GAVE_UP.search(disposition))
    if not abandoned and not wait:
        return None  # it ended in the menu, or was passed on from there
    outcome = facts.ABANDONED if abandoned else facts.WITHDRAWN
    if not abandoned and _FAILED.search(disposition):
        outcome = facts.DUMPED
    over = left if wait is not None else max(left, began + (total or 0))
    return Stay(queue, entered, None, over, None, outcome, disposition, wait)


def _queue(cell: Mapping[str, str]) -> str | None:
    """The skill group; a report that was made without it has only the campaign."""
    return cell.get("SKILL") or cell.get("CAMPAIGN")


def _direction(kind: str) -> str:
    if kind in _INTERNAL:
        return "internal"
    return "outbound" if kind in _OUTWARD or kind.startswith("outbound") else "inbound"


# --- cells


def _cell(text: str | None) -> str | None:
    found = cells.bare(text)
    return None if found is None or _NONE.match(found) else found


def _duration(cell: Mapping[str, str], name: str) -> int | None:
    """Microseconds of a column with ``HH:MM:SS[.fff]``; None where it has none that can be read.

    A plain number is one of seconds.
    """
    text = cell.get(name)
    if text is None:
        return None
    try:
        return cells.duration(text, "seconds" if text.isdecimal() else "h:mm:ss")
    except Rejected:
        return None


def _when(cell: Mapping[str, str]) -> tuple[Wall, str]:
    """When a leg began, and as the row writes it: TIMESTAMP, or DATE with a time beside it."""
    stamp, day = cell.get("TIMESTAMP", ""), cell.get("DATE", "")
    hour = cell.get("TIME", "") or cell.get("TIME OF DAY", "")
    for text in (stamp, f"{day} {stamp}" if day and stamp else "", f"{day} {hour}".strip()):
        if not text:
            continue
        try:
            found = wall(text, "mdy")
        except Rejected:
            if not day:
                raise
            continue
        if found.time is not None:
            return found, text
    raise Rejected(f"does not say when it began: {(stamp or day)[:40]!r}")


@lru_cache(maxsize=16)
def _clock(zone: ZoneInfo) -> WallClock:
    return WallClock(zone)


__all__ = ["KIND", "NAME", "NEEDS_ZONE", "PLATFORM", "TITLE", "fits", "take_row"]
