"""Which texts may leave for a platform, and lists of names as people write them."""

import time
import unicodedata
from collections.abc import Sequence

from console.domain.times import SECOND

#: These end a field or a member in Asterisk's own files: one of them in a name has been seen to
#: delete every member stored behind it at the next restart.
SEPARATORS = ",;|"
# A message on the wire must stay under 1,024 bytes with all its other fields.
MESSAGE_BYTES = 500
NAME_BYTES = 79


def fault_of_name(what: str, text: str) -> str:
    """Why this name or reason may not be sent to a platform; empty when it may."""
    if fault := fault_of_text(what, text, NAME_BYTES):
        return fault
    if any(c in SEPARATORS for c in text):
        return (
            f"{what} “{text}” contains a comma, semicolon or bar: platforms take these for the "
            "end of the name and lose what follows."
        )
    return ""


def fault_of_text(what: str, text: str, most: int = MESSAGE_BYTES) -> str:
    """Why this text may not be sent; empty when it may."""
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") for c in text):
        shown = "".join(c if c.isprintable() else "·" for c in text)
        return f"{what} “{shown}” contains a line break or another control character."
    if len(text.encode()) > most:
        return f"{what} is longer than {most} bytes."
    return ""


def listed(names: Sequence[str], most: int = 3) -> str:
    """“Ann, Bob and 4 more”."""
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def counted(number: int, one: str, many: str = "") -> str:
    """“1 agent”, “3 agents”."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def clock(at: int) -> str:
    """The wall clock of this desk, “15:00”; with the date where that is not today."""
    moment, today = time.localtime(at / SECOND), time.localtime()
    same = moment[:3] == today[:3]
    return time.strftime("%H:%M" if same else "%d %b %H:%M", moment)


def lasting(microseconds: int) -> str:
    """“40 s”, “12 min”, “3 h 10 min”, “2 d 4 h”."""
    seconds = max(0, microseconds // SECOND)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if not minutes:
        return f"{seconds} s"
    if not hours:
        return f"{minutes} min"
    return f"{days} d {hours % 24} h" if days else f"{hours} h {minutes % 60:02d} min"
