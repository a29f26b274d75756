"""Leading a rehearsal: who leads writes lines, its process reads them and says how it stands.

Both are files in the hidden folder: `steering.jsonl` grows by one JSON object a line, and
`rehearsal.json` is written anew, whole, by the process. So a window and a rehearsal that are two
processes need nothing else of each other, and either may die.
"""

import json
import os
from pathlib import Path
from typing import Any

from console.domain.rehearsal import (
    BROKEN_OFF,
    ENDED,
    FASTEST,
    NEWS,
    PAUSED,
    REPORT,
    RUNNING,
    SLOWEST,
    Clock,
    Happened,
    Inject,
    RehearsalState,
)
from console.domain.times import real_us
from console.errors import ConsoleError
from console.twin.places import ABOUT, MARK, STEERING
from console.twin.taken import is_taken

SPEED, PAUSE, GO_ON, INJECT, END = "speed", "pause", "go on", "inject", "end"


class Steering:
    """The leader's side of the rehearsal in `folder`.

    Everything here reads or writes a file: never call it on the interface thread. What is asked
    for is done by the process within a second; `state` shows it then.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = folder / MARK

    def speed(self, times: float) -> None:
        """So many seconds of the centre in each of ours; ValueError if not 1 to 600. A rehearsal
        that is paused stays so, and goes on at this speed."""
        if not SLOWEST <= times <= FASTEST:
            raise ValueError(f"A rehearsal goes {SLOWEST:g} to {FASTEST:g} times as fast.")
        self._ask(SPEED, times=times)

    def pause(self) -> None:
        """Its clock stands, and nothing happens, until `go_on`."""
        self._ask(PAUSE)

    def go_on(self) -> None:
        self._ask(GO_ON)

    def inject(self, name: str) -> None:
        """Let something happen that the scenario has ready. What is in force already is not begun
        again, and a name that there is not is passed over."""
        self._ask(INJECT, name=name)

    def end(self) -> None:
        """It ends now; what had happened until then is written."""
        self._ask(END)

    def state(self) -> RehearsalState | None:
        """How it stands; None while there is no rehearsal in this folder."""
        return state_of(self.folder)

    def _ask(self, do: str, **more: object) -> None:
        line = json.dumps({"do": do, **more}, ensure_ascii=False) + "\n"
        try:
            out = os.open(self._mark / STEERING, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(out, line.encode())
            finally:
                os.close(out)
        except OSError as error:
            raise ConsoleError(
                "The rehearsal could not be told.",
                f"{self._mark / STEERING}: {error.strerror or error}.",
            ) from error


def state_of(folder: Path) -> RehearsalState | None:
    """How the rehearsal in this folder stands; None where there is none, or nothing readable."""
    try:
        said = json.loads((folder / MARK / ABOUT).read_text("utf-8"))
        return _state(folder, said)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def clock_in(said: dict[str, Any]) -> Clock:
    """The clock that a `rehearsal.json` tells of. LookupError, ValueError, TypeError where it does
    not."""
    clock = said["clock"]
    return Clock(
        int(clock["wall"]),
        int(clock["at"]),
        float(clock["speed"]),
        int(clock["until"]),
        float(clock.get("before", clock["speed"])),
        int(clock.get("beat", 0)),
    )


def _state(folder: Path, said: dict[str, Any]) -> RehearsalState:
    clock = clock_in(said)
    state = str(said.get("state", RUNNING if clock.speed else ENDED))
    end = said.get("end") or {}
    how, ended_at = str(end.get("how", "")), end.get("at")
    at = clock.shows(real_us())
    if state != ENDED and clock.beat and not is_taken(folder):
        state, how, ended_at = ENDED, BROKEN_OFF, at
    history = said.get("history")
    return RehearsalState(
        folder=str(folder),
        scenario=str(said["scenario"]),
        title=str(said["title"]),
        story=str(said.get("story", "")).strip(),
        goals=tuple(str(goal) for goal in said.get("goals", ())),
        seed=int(said["seed"]),
        state=state,
        start=int(said.get("start_us", 0)),
        at=at,
        until=clock.until,
        speed=float(said.get("speed", clock.speed)),
        prepared=float(said.get("prepared", 1.0)),
        history=None if history is None else float(history),
        injects=tuple(_inject(each) for each in said.get("injects", ())),
        turns=tuple(
            Happened(int(e["at"]), int(e["until"]), str(e["words"]), str(e.get("inject", "")))
            for e in said.get("turns", ())
        ),
        end=how,
        ended_at=None if ended_at is None else int(ended_at),
    )


def _inject(said: dict[str, Any]) -> Inject:
    last, until = said.get("last_at"), said.get("until")
    return Inject(
        str(said["name"]),
        str(said["title"]),
        str(said["words"]),
        NEWS if said.get("kind") == NEWS else REPORT,
        float(said.get("hours", 0)),
        None if last is None else int(last),
        None if until is None else int(until),
    )


__all__ = [
    "END", "GO_ON", "INJECT", "PAUSE", "PAUSED", "SPEED", "Steering", "clock_in", "state_of",
]  # fmt: skip
