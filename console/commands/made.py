"""A command out of its name and its fields, as they are kept."""

import dataclasses
import json

import msgspec

from console.commands import CATALOG
from console.commands.command import Command

_BY_NAME: dict[str, type[Command]] = {command.name: command for command in CATALOG}


def command_of(name: str, fields: str) -> Command:
    """`fields` is JSON. ValueError where there is no such command, or it has other fields."""
    kind = _BY_NAME.get(name)
    if kind is None:
        raise ValueError(f"there is no command “{name}”")
    stated = json.loads(fields)
    known = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    if strange := set(stated) - known:
        raise ValueError(f"“{name}” has no {', '.join(sorted(strange))}")
    try:
        return msgspec.convert(stated, kind)
    except msgspec.ValidationError as error:
        raise ValueError(f"“{name}”: {error}") from error


def fields_of(command: Command) -> str:
    """What `command_of` makes the same command of."""
    assert dataclasses.is_dataclass(command)
    return json.dumps(dataclasses.asdict(command), ensure_ascii=False)
