"""Fields of a scenario file become those of a dataclass, each of the type that stands there."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeVar

from console.twin.centre import Shares

T = TypeVar("T")


class Fault(ValueError):
    """What is wrong with a file, as a sentence."""


def only(table: Mapping[str, Any], names: Iterable[str], where: str) -> None:
    """Refuse what nobody would read: mostly it is a slip of the pen."""
    names = tuple(names)
    for name in table:
        if name not in names:
            near = get_close_matches(name, names, 1)
            hint = f"; is {near[0]!r} meant?" if near else f"; there are {', '.join(names)}."
            raise Fault(f"In {where}, {name!r} means nothing{hint}")


def made(cls: type[T], table: Mapping[str, Any], where: str, **more: Any) -> T:
    """An object of a dataclass from a table; `more` are fields that are made already."""
    known = {field.name: field for field in fields(cls)}  # pyright: ignore[reportArgumentType]
    only(table, (name for name in known if name not in more), where)
    values = dict(more)
    for name, field in known.items():
        if name in more:
            continue
        if name in table:
            values[name] = _value(table[name], field.type, f"In {where}, {name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise Fault(f"In {where}, {name!r} is missing.")
    return cls(**values)


def _value(value: object, wanted: object, at: str) -> Any:
    if wanted is str:
        if not isinstance(value, str):
            raise Fault(f"{at} is not a text in quotes.")
        return value
    if wanted is bool:
        if not isinstance(value, bool):
            raise Fault(f"{at} is neither true nor false.")
        return value
    if wanted is int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Fault(f"{at} is not a whole number.")
        return value
    if wanted is float or wanted == float | None:
        return _number(value, at)
    if wanted == Shares:
        if not isinstance(value, dict):
            raise Fault(f"{at} is not a table such as {{ voice = 0.5 }}.")
        return {name: _number(each, f"{at}.{name}") for name, each in value.items()}
    for kind in (str, int, float):
        if wanted == tuple[kind, ...]:
            if not isinstance(value, list):
                raise Fault(f"{at} is not a list in square brackets.")
            return tuple(_value(each, kind, f"{at}, an entry") for each in value)
    raise AssertionError(wanted)  # a field of a type that no file could have


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Fault(f"{at} is not a number.")
    return float(value)
