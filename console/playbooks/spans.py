"""“2 h” and “30 min”."""

import re

from console.domain.times import HOUR, MINUTE

_SPAN = re.compile(r"(\d+(?:\.\d+)?) ?(h|min)")


def span_us(text: str) -> int:
    """“2 h”, “1.5 h” or “30 min” in microseconds; ValueError where it is none of them."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"“{text}” is no time such as “2 h” or “30 min”")
    return round(float(found[1]) * (HOUR if found[2] == "h" else MINUTE))
