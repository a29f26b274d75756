"""Another process of a benchmark: told words, heard as lines of JSON, ended for certain."""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
#: A start, a sync of a large log: nothing here takes longer.
PATIENCE_S = 900.0


class ChildError(RuntimeError):
    """The other process ended, or said nothing, when it should have answered."""


class Child:
    """`python -m module arguments…`, without a display. `begun_ns` is just before its start."""

    def __init__(self, module: str, *arguments: object) -> None:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
        self._errors = tempfile.TemporaryFile()
        self._rest = b""
        self.module = module
        self.begun_ns = time.monotonic_ns()
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=ROOT,
            env=environment,
        )

    def tell(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        self.process.stdin.flush()

    def hear(self, key: str, timeout_s: float = PATIENCE_S) -> Any:
        """The value under `key` of the next line that has it; others are passed over."""
        until = time.monotonic() + timeout_s
        while True:
            line = self._line(until)
            found = json.loads(line)
            if key in found:
                return found[key]

    def ask(self, *words: object, timeout_s: float = PATIENCE_S) -> Any:
        """Tell it, and hear the answer under the first word."""
        self.tell(*words)
        return self.hear(str(words[0]), timeout_s)

    def _line(self, until: float) -> bytes:
        assert self.process.stdout is not None
        number = self.process.stdout.fileno()
        while b"\n" not in self._rest:
            ready, _, _ = select.select([number], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(number, 1 << 16) if ready else b""
            if not piece:
                raise ChildError(f"{self.module} gave no answer\n{self.errors()}")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def errors(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")[-4000:]

    def kill(self) -> None:
        """`kill -9`: nothing of it runs on, no handler, no flush."""
        self.process.kill()
        self.process.wait()

    def wait(self, timeout_s: float = PATIENCE_S) -> int:
        """Let it end by itself; its exit code."""
        return self.process.wait(timeout_s)

    def close(self) -> None:
        if self.process.stdin is not None:
            try:
                self.process.stdin.close()
            except BrokenPipeError:
                pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self._errors.close()

    def __enter__(self) -> "Child":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def timed(arguments: list[str], *, quiet: bool = True) -> float:
    """Seconds from before the start of a program to its end; ChildError where it fails."""
    begun = time.perf_counter()
    done = subprocess.run(
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else subprocess.PIPE,
        cwd=ROOT,
        timeout=PATIENCE_S * 2,
        check=False,
    )
    seconds = time.perf_counter() - begun
    if done.returncode:
        words = (done.stderr or b"").decode(errors="replace")[-2000:]
        raise ChildError(f"{arguments[0]} ended with {done.returncode}\n{words}")
    return seconds


def answer(**fields: object) -> None:
    """What a child says: one line of JSON."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()
