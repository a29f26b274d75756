"""One thread that writes, a few that read; both are ordinary executors with ordinary futures."""

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

# The default of 5 ms lets a busy worker hold the interpreter for longer than a frame may take.
SWITCH_INTERVAL_S = 0.0005


class Worker:
    """Jobs for the store. Writes run one after another in the order given."""

    def __init__(self, readers: int = 2) -> None:
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="coalface-writer")
        self._urgent = ThreadPoolExecutor(1, thread_name_prefix="coalface-urgent")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="coalface-reader")

    def write(self, job: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        return self._writer.submit(job, *args, **kwargs)

    def urgent(self, job: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        """A short write that must not queue behind a long read of exports (a click, a report)."""
        return self._urgent.submit(job, *args, **kwargs)

    def read(self, job: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        return self._readers.submit(job, *args, **kwargs)

    def close(self) -> None:
        """Finish what was begun; drop reads that nobody waits for."""
        self._writer.shutdown(wait=True)
        self._urgent.shutdown(wait=True)
        self._readers.shutdown(wait=True, cancel_futures=True)
