"""A rehearsal as its truth file keeps it: all that it takes to play it again, and its sums."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from console.errors import ConsoleError
from console.twin.centre import Centre, Goal, Turn
from console.twin.places import MARK, TRUTH
from console.twin.tally import Tally


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order, when it came, and whether its time was over by then."""

    at: int
    order: Mapping[str, Any]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Injected:
    """What somebody let happen beside the scenario, and when."""

    at: int
    name: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Recording:
    """Times are microseconds UTC: `start` of the centre, `taken_at` when the leader took over,
    `ended_at` how far it got, `until` its planned end."""

    scenario: str
    title: str
    seed: int
    start: int
    taken_at: int
    until: int
    hours: float
    centre: Centre
    goals: tuple[Goal, ...]
    orders: tuple[Ordered, ...]
    injects: tuple[Injected, ...]
    ended_at: int


def read(folder: Path) -> tuple[Recording, Tally]:
    """What happened in a rehearsal's folder. ConsoleError where nobody can tell.

    A truth that has no end (its process died, or goes on) is told as far as it is written; its
    tally is not `whole`: what is open then is not in it.
    """
    path = folder / MARK / TRUTH
    tally = Tally()
    head: dict[str, Any] = {}
    orders: list[Ordered] = []
    injects: list[Injected] = []
    last = 0
    try:
        for said in _lines(path):
            kind = said["kind"]
            if kind == "parameters":
                head = said
            elif kind == "ordered":
                orders.append(Ordered(said["at"], said["order"], said["late"]))
            elif kind == "inject":
                turn = msgspec.convert(said["turn"], Turn)
                injects.append(Injected(said["at"], said["name"], turn))
            tally.line(said)
            last = max(last, said.get("at") or said.get("ended") or 0)
        return _recording(head, orders, injects, tally.to_at or last), tally
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    except (LookupError, TypeError, ValueError) as error:
        raise _unreadable(path, "it is of another version, or damaged") from error


def _recording(
    head: Mapping[str, Any], orders: list[Ordered], injects: list[Injected], ended_at: int
) -> Recording:
    return Recording(
        head["scenario"], head["title"], head["seed"], head["start"], head["taken_at"],
        head["until"], head["hours"], msgspec.convert(head["centre"], Centre),
        msgspec.convert(head["goals"], tuple[Goal, ...]), tuple(orders), tuple(injects),
        min(max(ended_at, head["taken_at"]), head["until"]),
    )  # fmt: skip


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    decode = msgspec.json.decode
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                return  # its process is writing it
            try:
                said = decode(line)
            except msgspec.DecodeError:
                said = json.loads(line)  # numbers that only Python has
            if said.get("kind") != "interval":
                yield said


def _unreadable(path: Path, why: str) -> ConsoleError:
    return ConsoleError(
        "What was true in this rehearsal cannot be read.",
        f"{path}: {why}.",
        "A score and a comparison need the truth of a rehearsal that this version has played.",
    )


__all__ = ["Injected", "Ordered", "Recording", "read"]
