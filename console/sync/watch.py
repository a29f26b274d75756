"""Folders as they change: native notifications, with polling behind them.

A network share often sends no notifications, so each folder is looked at every few seconds anyway.
"""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

#: Notifications within this long are answered by one reading.
GATHER_S = 0.02
#: How often a folder is looked at without being told.
POLL_S = 2.0

Stamp = tuple[int, int, int]


class Watcher:
    """Calls `changed(paths)` from its own thread whenever files of the folders have changed."""

    def __init__(
        self, folders: Sequence[Path], changed: Callable[[list[Path]], None], poll_s: float = POLL_S
    ) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._changed = changed
        self._poll_s = poll_s
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._seen: dict[str, Stamp] = {}
        self._observer = Observer()
        self._native = False
        self._thread = threading.Thread(target=self._run, name="coalface-watch", daemon=True)

    def start(self) -> None:
        handler = _Wake(self._woken)
        for folder in self._folders:
            try:
                self._observer.schedule(handler, str(folder), recursive=True)
                self._native = True
            except OSError:
                # No notifications to be had here (inotify's limit, a share, a folder not there
                # yet): polling sees it all the same.
                continue
        if self._native:
            self._observer.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        if self._native:
            self._observer.stop()
            self._observer.join()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            changed = self._look()
            if changed:
                self._changed(changed)
            if self._woken.wait(self._poll_s) and not self._stopped.is_set():
                self._stopped.wait(GATHER_S)

    def _look(self) -> list[Path]:
        """Files that are new or differ from what was seen before, in all folders."""
        changed: list[Path] = []
        for folder in self._folders:
            for path, stamp in _files(folder):
                if self._seen.get(path) != stamp:
                    self._seen[path] = stamp
                    changed.append(Path(path))
        return changed


class _Wake(FileSystemEventHandler):
    def __init__(self, woken: threading.Event) -> None:
        self._woken = woken

    def on_any_event(self, event: FileSystemEvent) -> None:
        # Our own reading opens and closes files: that is no news.
        if event.event_type in ("created", "modified", "moved"):
            self._woken.set()


def _files(folder: Path) -> list[tuple[str, Stamp]]:
    found: list[tuple[str, Stamp]] = []
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file():
                        stat = entry.stat()
                        stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
                        found.append((entry.path, stamp))
        except OSError:
            continue
    return found
