"""Orders as lines of a file that anything can read, answers as lines of the file beside it.

docs/outbox.md describes both files for whoever writes the other side.
"""

import json
import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Any

from console.connectors.connector import Connector, Place, Unreachable
from console.domain.messages import CONFIRMED, REFUSED, Answer, Parcel
from console.domain.times import iso

COMMANDS = "commands.jsonl"
ANSWERS = "answers.jsonl"

# Enough of an answers file to notice that it is another one under the same name.
_HEAD = 256
_WORDS = 1000


class Folder(Connector):
    """The connector that needs no platform at all."""

    kind = "folder"
    title = "Outbox folder"
    keeps = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        folder = place.folder
        self._folder = folder
        self._out = -1
        self._tail = _Tail(folder / ANSWERS)
        self._heard: list[Answer] = []

    def send(self, parcel: Parcel) -> None:
        line = json.dumps(order_of(parcel), ensure_ascii=False) + "\n"
        try:
            if self._out < 0:
                self._out = self._open()
            data = line.encode("utf-8", "replace")
            written = os.write(self._out, data)
            if written < len(data):
                # What is there of the line is not JSON, so nobody obeys it; end it.
                os.write(self._out, b"\n")
                raise OSError("the line was cut")
        except OSError as error:
            self._abandon()
            raise self._unreachable(error) from error

    def settle(self) -> None:
        if self._out < 0:
            return
        try:
            os.fsync(self._out)
        except OSError as error:
            raise self._unreachable(error) from error
        finally:
            # Opened anew each time: the other side may have moved the file away.
            self._abandon()

    def answers(self) -> Sequence[Answer]:
        for line in self._tail.lines():
            answer = answer_of(line)
            if answer is not None:
                self._heard.append(answer)
        return tuple(self._heard)

    def forget(self) -> None:
        self._heard.clear()

    def close(self) -> None:
        self._abandon()
        self._tail.close()

    def _open(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / COMMANDS
        new = not path.exists()
        out = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        size = os.fstat(out).st_size
        if size and os.lseek(out, size - 1, os.SEEK_SET) >= 0 and os.read(out, 1) != b"\n":
            # The power went in the middle of a line: it must not spoil ours.
            os.write(out, b"\n")
        if new and os.name != "nt":
            # Without this the name of a new file can be lost although its content is safe.
            place = os.open(self._folder, os.O_RDONLY)
            try:
                os.fsync(place)
            finally:
                os.close(place)
        return out

    def _abandon(self) -> None:
        if self._out >= 0:
            os.close(self._out)
            self._out = -1

    def _unreachable(self, error: OSError) -> Unreachable:
        return Unreachable(
            "Commands cannot leave.",
            f"{self._folder / COMMANDS}: {error.strerror or error}",
            "They stay in the outbox and are tried again.",
        )


def order_of(parcel: Parcel) -> dict[str, Any]:
    """A parcel as the other side reads it; our own row numbers mean nothing there."""
    return {
        "id": parcel.id,
        "at": iso(parcel.at),
        "deadline": None if parcel.deadline is None else iso(parcel.deadline),
        "action": parcel.action,
        "item": parcel.item,
        "takes_back": parcel.takes_back or None,
        "fields": {n: value for n, value in parcel.fields.items() if not n.endswith("_id")},
    }


def answer_of(line: bytes) -> Answer | None:
    """The answer on this line; None where it is none."""
    try:
        said = json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    identity, state, words = said.get("id"), said.get("state"), said.get("words")
    if not isinstance(identity, str) or not isinstance(state, str):
        return None
    state = state.lower()
    if state not in (CONFIRMED, REFUSED):
        return None
    return Answer(_storable(identity), state, _storable("" if words is None else str(words)))


def _storable(text: str) -> str:
    """No half characters and no NUL, which not every database takes, and no novel."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:_WORDS]


class _Tail:
    """The lines that a growing file has gained, whatever happens to the file.

    Where it is not certain that the file only grew, it is read again from its beginning: an answer
    that comes twice does no harm, one that is missed does.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._place = 0
        self._head = b""

    def lines(self) -> list[bytes]:
        found: list[bytes] = []
        try:
            now = os.stat(self._path)
        except OSError:
            now = None
        if self._file is not None:
            mine = os.fstat(self._file.fileno())
            replaced = now is None or not os.path.samestat(mine, now)
            found += self._read(to_the_end=replaced)
            if replaced:
                self.close()
        if self._file is None and now is not None:
            try:
                # Without a buffer: it would go on holding what an emptied file no longer does.
                self._file = open(self._path, "rb", buffering=0)
            except OSError:
                return found
            self._place, self._head = 0, b""
            found += self._read(to_the_end=False)
        return found

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, *, to_the_end: bool) -> list[bytes]:
        """Whole lines from where we are; also a last one without its end if none can follow."""
        assert self._file is not None
        size = os.fstat(self._file.fileno()).st_size
        self._file.seek(0)
        if size < self._place or self._file.read(len(self._head)) != self._head:
            self._place, self._head = 0, b""
        if size == self._place:
            return []
        self._file.seek(self._place)
        text = self._file.read(size - self._place)
        whole = len(text) if to_the_end else text.rfind(b"\n") + 1
        self._place += whole
        if len(self._head) < _HEAD and self._place:
            self._file.seek(0)
            self._head = self._file.read(min(_HEAD, self._place))
        return text[:whole].splitlines()
