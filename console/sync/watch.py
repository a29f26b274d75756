"""Folders as they change: native notifications, with polling behind them.

A network share often sends no notifications, so each folder is looked at every few seconds anyway.
"""

import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

#: Notifications within this long are answered by one reading.
GATHER_S = 0.02
#: How often a folder is looked at without being told.
POLL_S = 2.0

#: So many bytes are read before it is looked whether something else has changed.
PORTION = 1 << 20

Stamp = tuple[int, int, int]


class Watcher:
    """Calls `changed(paths)` from its own thread whenever files of the folders have changed.

    Where `changed` says False, or fails, the same files are given to it again at the next look.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        changed: Callable[[list[Path]], bool | None],
        poll_s: float = POLL_S,
    ) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self._changed = changed
        self._poll_s = poll_s
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._seen: dict[str, Stamp] = {}
        self._observer = Observer()
        self._watches: dict[Path, tuple[tuple[int, int], ObservedWatch]] = {}
        self._wake = _Wake(self._woken)
        self._thread = threading.Thread(target=self._run, name="coalface-watch", daemon=True)

    def start(self) -> None:
        self._observer.start()
        self._attend()
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._woken.set()
        self._observer.stop()
        self._observer.join()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.clear()
            self._attend()
            before = self._seen
            changed = self._look()
            taken = self._portion(changed, before)
            left = changed[len(taken) :]
            failed = bool(taken) and not self._tell(taken)
            for path in changed if failed else left:
                # As it was before, so that the next look finds it changed, and by how much.
                stamp = before.get(str(path))
                if stamp is None:
                    self._seen.pop(str(path), None)
                else:
                    self._seen[str(path)] = stamp
            if left and not failed:
                continue
            if self._woken.wait(self._poll_s) and not self._stopped.is_set():
                self._stopped.wait(GATHER_S)

    def _portion(self, changed: list[Path], before: dict[str, Stamp]) -> list[Path]:
        """What is read next: what has grown least comes first, and after so many bytes it is
        looked again, so that a log that grows does not wait for a month of old ones. Sorts
        `changed` so that the rest stands behind."""

        def grown(path: Path) -> int:
            now, then = self._seen[str(path)][1], before.get(str(path), (0, 0, 0))[1]
            return now - then if now >= then else now

        changed.sort(key=grown)
        total = 0
        for number, path in enumerate(changed):
            total += grown(path)
            if total > PORTION and number:
                return changed[:number]
        return list(changed)

    def _tell(self, changed: list[Path]) -> bool:
        try:
            return self._changed(changed) is not False
        except Exception:
            # A fault is reported, but what is written after it is still to be read.
            threading.excepthook(
                threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread()))
            )
            return False

    def _attend(self) -> None:
        """Ask for notifications of each folder that is there, and anew where it was replaced."""
        for folder in self._folders:
            try:
                stat = folder.stat()
                number = (stat.st_dev, stat.st_ino)
                watched = self._watches.get(folder)
                if watched is not None and watched[0] == number:
                    continue
                if watched is not None:
                    del self._watches[folder]
                    self._observer.unschedule(watched[1])
                watch = self._observer.schedule(self._wake, str(folder), recursive=True)
                self._watches[folder] = (number, watch)
            except (OSError, KeyError):
                # No notifications to be had here (inotify's limit, a share, a folder not there
                # yet): polling sees it all the same.
                continue

    def _look(self) -> list[Path]:
        """Files that are new or differ from what was seen before, in all folders."""
        found = dict(item for folder in self._folders for item in _files(folder))
        changed = [Path(path) for path, stamp in found.items() if self._seen.get(path) != stamp]
        self._seen = found
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
