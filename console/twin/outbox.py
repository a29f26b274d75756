"""The other side of the outbox folder: reads ``commands.jsonl``, answers in ``answers.jsonl``."""

import json
import os
from pathlib import Path
from typing import Any

COMMANDS, ANSWERS = "commands.jsonl", "answers.jsonl"


class Outbox:
    """Each order once: what has an answer already is not obeyed again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = 0
        self._file: tuple[int, int] | None = None
        self._seen: set[str] = set()
        answers = folder / ANSWERS
        if answers.exists():
            for line in answers.read_text("utf-8", errors="replace").splitlines():
                said = _read(line)
                if said is not None:
                    self._seen.add(str(said.get("id")))

    def orders(self) -> list[dict[str, Any]]:
        """Those that have come since."""
        path = self._folder / COMMANDS
        try:
            with path.open("rb") as file:
                stat = os.fstat(file.fileno())
                number = stat.st_dev, stat.st_ino
                if number != self._file or stat.st_size < self._place:
                    self._file, self._place = number, 0
                if stat.st_size == self._place:
                    return []
                file.seek(self._place)
                text = file.read()
        except OSError:
            return []  # nobody has ordered anything yet, or the file has just been moved away
        whole = text[: text.rfind(b"\n") + 1]
        self._place += len(whole)
        found: list[dict[str, Any]] = []
        for line in whole.decode("utf-8", "replace").splitlines():
            order = _read(line)
            if order is None or str(order.get("id")) in self._seen:
                continue
            self._seen.add(str(order.get("id")))
            found.append(order)
        return found

    def answer(self, id_: str, state: str, words: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"id": id_, "state": state, "words": words}, ensure_ascii=False)
        with (self._folder / ANSWERS).open("a", encoding="utf-8") as out:
            out.write(line + "\n")


def _read(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) and "id" in said else None
