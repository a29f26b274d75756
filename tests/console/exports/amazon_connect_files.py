"""What the tests of Amazon Connect's formats share: sample files, and what of them holds."""

from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

from console.domain.statements import Said, Statement, encode, newer
from console.domain.times import SECOND
from console.exports import json_pieces
from console.exports.moments import utc

DATA = Path(__file__).parents[2] / "data" / "exports"
INSTANCE = "5b0c7a52-0f4e-4f0d-9a58-2f3f6c1d7e10"
ARN = f"arn:aws:connect:eu-central-1:111122223333:instance/{INSTANCE}"


def queue(name: str) -> str:
    return f"{ARN}/queue/{name}"


def agent(name: str) -> str:
    return f"{ARN}/agent/{name}"


def mask(text: str) -> str:
    return f"#{text[-4:]}"


def at(text: str) -> int:
    """A time of the day of the samples, or a whole one."""
    moment = utc(text if "T" in text else f"2024-03-11T{text}Z")
    assert moment is not None
    return moment


def s(seconds: float) -> int:
    return round(seconds * SECOND)


def records(format: ModuleType, raw: bytes) -> list[json_pieces.Piece]:
    return json_pieces.first(raw, format.ARRAYS, 1000)


def statements(format: ModuleType, *names: str) -> list[Statement]:
    """Of all records of the sample files so named."""
    found: list[Statement] = []
    for name in names:
        for piece in records(format, (DATA / format.NAME / name).read_bytes()):
            found.extend(format.take(piece.raw, piece.array, mask))
    return found


def winners(said: Iterable[Statement]) -> dict[tuple[str, str], tuple[int, str]]:
    """What holds: version and body by subject and key."""
    held: dict[tuple[str, str], tuple[int, str]] = {}
    for each in said:
        body = encode(each.said)
        known = held.get((each.subject, each.key))
        if known is None or newer(each.version, body, *known):
            held[each.subject, each.key] = (each.version, body)
    return held


def of(said: Iterable[Statement], subject: str) -> list[Said]:
    return [each.said for each in said if each.subject == subject]
