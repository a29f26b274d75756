"""Scenario files: a centre with a story, goals and seeds, as TOML.

docs/scenarios.md describes the form. A file that cannot be taken is refused with a sentence that
says where and what; nothing is guessed.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from console.errors import ConsoleError
from console.twin import scenario_checks
from console.twin.centre import (
    Behaviour,
    Block,
    Callback,
    Centre,
    Goal,
    Group,
    Inject,
    Medium,
    Orders,
    Queue,
    Scenario,
    Topic,
    Turn,
)
from console.twin.scenario_fields import Fault, made, only

FOLDER = Path(__file__).parents[2] / "resources" / "scenarios"
_SECTIONS = (
    "title", "story", "hours", "lead_h", "history_days", "seeds", "based_on", "centre", "media",
    "topics", "queues", "groups", "callback", "behaviour", "orders", "turns", "injects", "goals",
)  # fmt: skip
_DEEPEST = 4
#: In the texts of a thing that is there several times: its number, so much more, counted in a ring.
_NUMBER = re.compile(r"\{n(?:\+(\d+))?(?:%(\d+))?\}")
_MOST_COPIES = 1000


class ScenarioError(ConsoleError):
    """A scenario file that cannot be taken."""


def known(folder: Path = FOLDER) -> list[str]:
    """The names of the scenarios that come along."""
    return sorted(path.stem for path in folder.glob("*.toml"))


def load(said: str, folder: Path = FOLDER) -> Scenario:
    """A scenario by its name, or by the path of its file. ScenarioError where there is none, or it
    cannot be taken."""
    path = Path(said) if said.endswith(".toml") else folder / f"{said}.toml"
    if not path.is_file():
        raise ScenarioError(
            f"There is no scenario {said!r}.",
            "",
            f"There are {', '.join(known(folder)) or 'none'}; or name a file that ends in .toml.",
        )
    try:
        return _scenario(path.stem, _read(path, 0))
    except Fault as fault:
        raise ScenarioError(
            f"{path.name} cannot be played.", str(fault), "docs/scenarios.md says what it may hold."
        ) from fault


def _read(path: Path, depth: int) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"It is not TOML: {error}.") from error
    except OSError as error:
        raise Fault(f"It cannot be read: {error.strerror or error}.") from error
    base = table.pop("based_on", None)
    if base is None:
        return table
    if not isinstance(base, str) or not (path.parent / f"{base}.toml").is_file():
        raise Fault(f"It is based on {base!r}, and there is no such file beside it.")
    if depth >= _DEEPEST:
        raise Fault(f"It is based on more than {_DEEPEST} others, or on itself.")
    return _over(_read(path.parent / f"{base}.toml", depth + 1), table)


def _over(base: dict[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """A table laid over another: what it has holds. Lists of named things are laid over by name."""
    result = dict(base)
    for name, value in table.items():
        before = base.get(name)
        if isinstance(value, dict) and isinstance(before, dict):
            result[name] = _over(before, value)
        elif isinstance(before, list) and _named(value) and _named(before):
            things = {each["name"]: each for each in before}
            for each in value:
                things[each["name"]] = _over(things.get(each["name"], {}), each)
            result[name] = list(things.values())
        else:
            result[name] = value
    return result


def _named(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(x, dict) and "name" in x for x in value)


def _scenario(name: str, table: Mapping[str, Any]) -> Scenario:
    only(table, _SECTIONS, "the file")
    media = tuple(
        made(Medium, {**_table(fields, f"media.{each}"), "name": each}, f"media.{each}")
        for each, fields in _table(table.get("media"), "media").items()
    )
    centre = made(
        Centre,
        {**_table(table.get("centre"), "centre"), "name": name},
        "centre",
        media=media,
        topics=tuple(made(Topic, each, at) for each, at in _list(table, "topics")),
        queues=tuple(made(Queue, each, at) for each, at in _list(table, "queues")),
        groups=tuple(_group(each, at) for each, at in _list(table, "groups")),
        turns=tuple(made(Turn, each, at) for each, at in _list(table, "turns")),
        callback=made(Callback, _table(table.get("callback", {}), "callback"), "callback"),
        behaviour=made(Behaviour, _table(table.get("behaviour", {}), "behaviour"), "behaviour"),
        orders=made(Orders, _table(table.get("orders", {}), "orders"), "orders"),
    )
    head = {
        each: table[each]
        for each in ("title", "story", "hours", "lead_h", "history_days", "seeds")
        if each in table
    }
    goals = tuple(made(Goal, each, at) for each, at in _list(table, "goals"))
    injects = tuple(made(Inject, each, at) for each, at in _list(table, "injects"))
    scenario = made(
        Scenario, {**head, "name": name}, "the file", goals=goals, injects=injects, centre=centre
    )
    scenario_checks.check(scenario)
    return scenario


def _group(table: Mapping[str, Any], at: str) -> Group:
    fields = {each: value for each, value in table.items() if each != "blocks"}
    blocks = tuple(made(Block, each, f"{at}, {where}") for each, where in _list(table, "blocks"))
    return made(Group, fields, at, blocks=blocks)


def _table(value: object, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        missing = value is None
        raise Fault(f"[{where}] is missing." if missing else f"{where} is not a table [{where}].")
    return value


def _list(table: Mapping[str, Any], name: str) -> Iterable[tuple[dict[str, Any], str]]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise Fault(f"{name} is not a list of tables [[{name}]].")
    for number, each in enumerate(_copied(value, name), 1):
        called = each.get("name") or each.get("kind") or number
        yield each, f"{name} {called}"


def _copied(things: list[dict[str, Any]], name: str) -> Iterable[dict[str, Any]]:
    """Each thing, or as many as its `copies` say, each with its number in its texts."""
    for each in things:
        if "copies" not in each:
            yield each
            continue
        copies = each["copies"]
        if not isinstance(copies, int) or not 1 <= copies <= _MOST_COPIES:
            raise Fault(f"In {name}, copies is not a whole number from 1 to {_MOST_COPIES}.")
        rest = {field: value for field, value in each.items() if field != "copies"}
        for number in range(1, copies + 1):
            yield {field: _numbered(value, number) for field, value in rest.items()}


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return _NUMBER.sub(lambda found: _ring(number, *found.groups()), value)
    if isinstance(value, list):
        return [_numbered(each, number) for each in value]
    return value


def _ring(number: int, more: str | None, of: str | None) -> str:
    number += int(more or 0)
    return str((number - 1) % max(1, int(of)) + 1 if of else number)


__all__ = ["FOLDER", "ScenarioError", "known", "load"]
