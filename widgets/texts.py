"""Numbers, times and ages as short texts. What is not known is a dash, never a nought."""

import time

from console.domain.resolution import ASSUMED, BOUND, Resolution

UNKNOWN = "–"
SECOND = 1_000_000


def count(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}".replace(",", "\u202f")


def percent(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:.0f}\u202f%"


def duration(seconds: float | None) -> str:
    """``4:12``, ``3 h 10``, ``2 d 4 h``, ``12 d``."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d}"
    if whole < 864000:
        return f"{whole // 86400} d {whole % 86400 // 3600} h"
    return f"{whole // 86400} d"


def settled(share: Resolution) -> str:
    """Resolution: ``71 %``; ``≤ 78 %`` where it is a bound, ``70 %*`` where it is assumed."""
    sign = "≤\u202f" if share.kind == BOUND else ""
    return sign + percent(share.value) + ("*" if share.kind == ASSUMED else "")


def handling(seconds: float | None, share: Resolution) -> str:
    """Handling time, never without the resolution: ``9:10 · 71 %``."""
    if seconds is None and share.value is None:
        return UNKNOWN
    return f"{duration(seconds)} · {settled(share)}"


def minutes(value: float | None, share: Resolution) -> str:
    """Minutes per resolution: ``12.9 min``, ``≥ 11.7 min`` of a bound, ``13.1 min*``."""
    if value is None:
        return UNKNOWN
    sign = "≥\u202f" if share.kind == BOUND else ""
    return f"{sign}{value:.1f} min" + ("*" if share.kind == ASSUMED else "")


def since(at: int | None, now: int) -> str:
    """Time passed from `at` to `now`, both in microseconds."""
    return UNKNOWN if at is None else duration((now - at) / SECOND)


def age(at: int | None, now: int) -> str:
    """How old news is: ``0.4 s``, ``12 s``, ``4 min``, ``3 h``, ``2 d``."""
    if at is None:
        return UNKNOWN
    seconds = max(0.0, (now - at) / SECOND)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 129600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} d"


def clock(at: int | None, seconds: bool = True) -> str:
    """The wall clock of this desk; with the date where it is not today."""
    if at is None:
        return UNKNOWN
    moment = time.localtime(at / SECOND)
    text = time.strftime("%H:%M:%S" if seconds else "%H:%M", moment)
    today = time.localtime()
    if (moment.tm_year, moment.tm_yday) != (today.tm_year, today.tm_yday):
        text = time.strftime("%d %b ", moment) + text
    return text


def size(count: float | None) -> str:
    """Bytes: ``812 B``, ``4.2 MB``, ``310 MB``."""
    if count is None:
        return UNKNOWN
    for unit in ("B", "KB", "MB", "GB"):
        if count < 999.5 or unit == "GB":
            break
        count /= 1000
    return f"{count:.1f} {unit}" if unit != "B" and count < 9.95 else f"{count:.0f} {unit}"


def plural(number: int, one: str, many: str = "") -> str:
    """``1 agent``, ``3 agents``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def names(items: list[str] | tuple[str, ...], shown: int = 4) -> str:
    """``Ann, Ben and 3 more``."""
    head = ", ".join(items[:shown])
    rest = len(items) - shown
    return f"{head} and {rest} more" if rest > 0 else head
