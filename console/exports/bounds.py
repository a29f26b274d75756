"""What of a statement the store and the views can hold. Whatever lies outside is no true value.

Numbers in a file can be of any size and texts of any length; what reads them need not look, since
every statement passes here before it is kept.
"""

from typing import Final

import msgspec

from console.domain.statements import Count, Said
from console.exports.export import Rejected

#: Ids longer than this are no ids; `console.sync` keeps those of contacts and tickets shorter.
_ID: Final = 240
_CHANNEL: Final = 40
_TEXT: Final = 8000
#: Microseconds until the year 2100: no time is later, no duration longer, no count greater.
_MOST: Final = 4_102_444_800_000_000
#: The most members that one record may list.
_MANY: Final = 10_000

_SHORT: Final = {
    "channel": _CHANNEL, "channels": _CHANNEL, "direction": 10, "status": 12, "outcome": 12,
    "what": 12, "metric": 40, "kind": 20, "lane": 40, "customer": 80, "requester": 80,
    "queue": _ID, "queues": _ID, "agent": _ID, "group": _ID, "by": _ID, "id": _ID,
}  # fmt: skip


def check(said: Said) -> None:
    """Raises Rejected for what cannot be kept or shown, in words for a person."""
    _check(said)
    if isinstance(said, Count) and said.value < 0:
        raise Rejected(f"a count of {said.value}")


def _check(said: msgspec.Struct) -> None:
    for name in said.__struct_fields__:
        value = getattr(said, name)
        if value is None or value == "":
            continue
        if isinstance(value, str):
            if len(value) > _CHANNEL:
                _check_text(name, value)
            elif len(value) > 10 and len(value) > _SHORT.get(name, _CHANNEL):
                raise Rejected(f"its {name} has {len(value)} characters")
        elif isinstance(value, int):
            if not -_MOST <= value <= _MOST:
                raise Rejected(f"its {name.removesuffix('_us')} of {_shown(value)} is too large")
        elif isinstance(value, tuple):
            _check_all(name, value)  # pyright: ignore[reportUnknownArgumentType]


def _check_all(name: str, values: tuple[object, ...]) -> None:
    if len(values) > _MANY:
        raise Rejected(f"{len(values):,} {name}")
    for value in values:
        if isinstance(value, msgspec.Struct):
            _check(value)
        elif isinstance(value, str):
            _check_text(name, value)


def _check_text(name: str, value: str) -> None:
    if len(value) > _SHORT.get(name, _TEXT):
        raise Rejected(f"its {name} has {len(value):,} characters")


def _shown(value: int) -> str:
    text = str(value) if abs(value) < 1 << 200 else "more than can be written"
    return text if len(text) <= 24 else f"{text[:12]}… ({len(text)} digits)"


__all__ = ["check"]
