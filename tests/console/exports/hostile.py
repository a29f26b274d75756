"""Damage and malice: values that no platform should write, and bytes that no disk should keep."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import msgspec

#: Put in the place of every value that a record has.
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, -7200, 1.5, -0.0, 1e308, -1e308, 2**31, 2**63, 2**64, -(2**63) - 1,
    10**30, 253402300800, 253402300800000, 4102444800001, "", " ", "x" * 300, "x" * 70_000,
    "\x00", "a\x00b", "\ud800", "half a sign \ud83d", "\U0001f642" * 90, "a\tb\nc\r", "\u202eabc",
    "0000-00-00T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-02-30T10:00:00Z",
    "1969-12-31T23:59:59Z", "2026-01-05T08:00:00+99:99", "24:00", "-1", "1e400", "NaN", "Infinity",
    "99999999999999999999", "null", "'; DROP TABLE contact;--", "{x.__class__}", "%s%n", "${HOME}",
    "<b>x</b><img src=x>", "../../etc/passwd", "=cmd|'/c calc'!A1", "https://example.org/",
    [], {}, [[]], [None], [{}], ["x"], [1], [[[[[[]]]]]], {"a": 1}, {"": ""}, [{"id": None}],
)  # fmt: skip


def places(said: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside, also to those that hold others."""
    keys: Any = ()
    if isinstance(said, dict):
        keys = list(said)
    elif isinstance(said, list):
        keys = range(len(said))
    for key in keys:
        yield (*path, key)
        yield from places(said[key], (*path, key))


def with_value(said: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = copy.deepcopy(said)
    holder = whole
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return whole


def hostile(raw: bytes, chance: Random) -> bytes:
    """A record with one value that is not what it should be, written as one line."""
    said = json.loads(raw)
    path = chance.choice(list(places(said)))
    return json.dumps(with_value(said, path, chance.choice(VALUES))).encode()


def damaged(data: bytes, chance: Random) -> bytes:
    """The bytes after what disks, cables and editors do to them; never the same again."""
    broken = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(broken))
        act = chance.randrange(9)
        if act == 0:
            broken[place] ^= 1 << chance.randrange(8)
        elif act == 1:
            del broken[place : place + chance.randrange(1, 40)]
        elif act == 2:
            broken[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(30)))
        elif act == 3:
            broken[place:place] = broken[place : place + chance.randrange(200)]
        elif act == 4:
            broken[place : place + 20] = bytes(20)
        elif act == 5:
            broken[place:place] = b"\xe9\xff"
        else:
            broken[place:place] = chance.choice(
                (b'"', b"{", b"}", b"[", b"]", b"\\", b",", b":", b"\n", b"\r\n", b"\xef\xbb\xbf",
                 b'{"', b'"}', b"\x1e", b";", b"\t", b"null", b"/*", b"\n\n\n", b"}{", b"][")
            )  # fmt: skip
    return bytes(broken)


#: How long a text may be in the database of a server.
_LENGTHS = {
    "channel": 40, "direction": 10, "status": 12, "outcome": 12, "metric": 40, "what": 12,
    "queue": 256, "queues": 256, "agent": 256, "group": 256, "by": 256, "id": 256, "kind": 20,
    "customer": 80, "requester": 80,
}  # fmt: skip


def unfit(said: Any, name: str = "") -> str:
    """What of a statement no store could hold or no view could show; "" for nothing."""
    if isinstance(said, msgspec.Struct):
        parts = [unfit(getattr(said, field), field) for field in said.__struct_fields__]
        return next((part for part in parts if part), "")
    if isinstance(said, tuple):
        return next((part for each in said if (part := unfit(each, name))), "")
    if isinstance(said, bool) or said is None:
        return ""
    if isinstance(said, int):
        # Until 2100: what lies later cannot be turned into a date everywhere.
        return "" if abs(said) <= 4_102_444_800_000_000 else f"{name} of {said}"
    if not isinstance(said, str):
        return f"{name} is a {type(said).__name__}"
    if "\x00" in said:
        return f"NUL in {name}"
    try:
        said.encode()
    except UnicodeEncodeError:
        return f"half a sign in {name}"
    return "" if len(said) <= _LENGTHS.get(name, 8000) else f"{name} of {len(said)} characters"
