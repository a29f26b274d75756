"""Exports are read in a process of its own: the interpreter of the window is left to the window.

Reading a busy log in a thread kept the screen waiting for the interpreter, a fifth of a second at
worst. The process does one thing: it gets paths and says what became of them. Everything else that
reading brings about (alarms, orders confirmed, the board) is done by who asked. What it has
committed stays if it dies, and the file in hand is read again, as after any other kill.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from console.domain.acts import FileResult, Progress
from console.domain.customers import Mask
from console.domain.times import live_in, lives_elsewhere, now_us, pace
from console.errors import ConsoleError, ExportError
from console.exports.mapping import Mapping
from console.store.engine import Store

#: How often somebody who gave up is noticed while the other side has nothing to say.
LOOK_S = 0.05
#: Below the window, which must never wait for a core.
NICE = 5
_CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the other process reads into; `key` and `readable` are those of the `Mask`."""

    url: str
    key: bytes
    readable: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What to read, and how: the arguments of `console.sync.files.sync`."""

    paths: tuple[Path, ...]
    source: str | None
    zone: str | None
    mappings: tuple[Mapping, ...]
    quiet_unknown: bool
    join: bool
    tells: bool  # somebody wants to know how far it is
    present: tuple[int, float] | None = None  # in a rehearsal: what its clock shows, and its pace


class Apart:
    """The other process, begun when there is something to read. For one thread at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._process: Any = None
        self._line: Connection | None = None
        self._lock = threading.Lock()

    def sync(
        self,
        wish: Wish,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool],
    ) -> list[FileResult]:
        """Read, and wait until it is done. ExportError where the process is gone: what it had
        committed stands, and the same files can be read again at once."""
        if lives_elsewhere():
            wish = replace(wish, present=(now_us(), pace()))
        with self._lock:
            line = self._open()
            try:
                line.send(wish)
                return self._hear(line, progress, cancelled)
            except (EOFError, OSError) as error:
                code = self._end()
                raise ExportError(
                    "Reading the exports was broken off.",
                    f"The process that reads them ended (code {code}).",
                    "What was read is kept. It is begun again by itself; if this is said again and "
                    "again, look at the memory and the disk of this machine.",
                ) from error

    def close(self) -> None:
        """Let it finish what it has in hand."""
        with self._lock:
            if self._line is not None:
                self._line.close()
                self._line = None
            if self._process is not None:
                self._process.join()
                self._process.close()
                self._process = None

    def _open(self) -> Connection:
        if self._line is None:
            # A fork would take over locks that threads of ours hold.
            context = multiprocessing.get_context("spawn")
            self._line, far = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(far, self._place), name="coalface-exports", daemon=True
            )
            self._process.start()
            far.close()
        return self._line

    def _hear(
        self,
        line: Connection,
        progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool],
    ) -> list[FileResult]:
        told = False
        while True:
            if not line.poll(LOOK_S):
                if not told and cancelled():
                    line.send(_CANCEL)
                    told = True
                continue
            kind, what = line.recv()
            if kind == "progress":
                if progress is not None:
                    progress(what)
                if not told and cancelled():
                    line.send(_CANCEL)
                    told = True
            elif kind == "done":
                return what
            else:
                raise what

    def _end(self) -> int | None:
        assert self._line is not None
        self._line.close()
        self._line = None
        self._process.join(5)
        code = self._process.exitcode
        self._process = None
        return code


class _Request:
    """The near end's wish to stop, looked for where reading asks whether to go on."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.cancelled = False

    def __call__(self) -> bool:
        if not self.cancelled and self._line.poll():
            with contextlib.suppress(EOFError, OSError):
                self._line.recv()
            self.cancelled = True  # also where nobody is left to read for
        return self.cancelled


def _serve(line: Connection, place: Place) -> None:
    """The other process: until the near end is closed, which the system does when it is killed."""
    # Ctrl+C in a terminal goes to all: who asked decides what becomes of the reading.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(NICE)
    store = Store(place.url)
    mask = Mask(place.key, readable=place.readable)

    def tell(step: Progress) -> None:
        with contextlib.suppress(OSError):
            line.send(("progress", step))

    while True:
        try:
            wish = line.recv()
        except (EOFError, OSError):
            break
        if not isinstance(wish, Wish):
            continue  # a wish to stop that came too late
        if wish.present is not None:
            at, fast = wish.present
            live_in(lambda at=at: at, lambda fast=fast: fast)
        try:
            answer: tuple[str, object] = (
                "done",
                read(store, mask, wish, tell if wish.tells else None, _Request(line)),
            )
        except ConsoleError as error:
            answer = "failed", error
        except BaseException as error:  # a fault of the program: raised again where it was asked
            answer = "failed", _portable(error)
        with contextlib.suppress(OSError):
            line.send(answer)
    store.close()


def read(
    store: Store,
    mask: Mask,
    wish: Wish,
    progress: Callable[[Progress], None] | None,
    cancelled: Callable[[], bool],
) -> list[FileResult]:
    """Read what is wished, in this process."""
    from console.exports.mapped_table import MappedTable
    from console.sync.files import sync  # brings polars, which not every start needs

    return sync(
        store,
        mask,
        wish.paths,
        source=wish.source,
        zone=wish.zone,
        mappings=[MappedTable(mapping) for mapping in wish.mappings],
        progress=progress,
        cancelled=cancelled,
        quiet_unknown=wish.quiet_unknown,
        join=wish.join,
    )


def _portable(error: BaseException) -> Exception:
    """Some exceptions cannot be taken apart and put together again elsewhere."""
    import traceback

    return RuntimeError("".join(traceback.format_exception(error)))


__all__ = ["Apart", "Place", "Wish", "read"]
