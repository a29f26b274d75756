"""Reading playbooks: a file that cannot be read costs its own playbook, never another's."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from console.domain.playbooks import ADVICE, COMMAND, PEOPLE, USUAL_HOURS
from console.domain.times import HOUR
from console.playbooks.acts import CATALOG
from console.playbooks.playbook import Item, Playbook
from console.playbooks.spans import span_us

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "playbooks"
#: The folder in the data folder where a site keeps its own.
OWN = "playbooks"

_HEAD = {"title": str, "summary": str, "hours": (int, float), "section": list}
_SECTION = {"title": str, "item": list}
_ITEM = {
    "id": str,
    "title": str,
    "why": str,
    "owner": str,
    "include": bool,
    "after": str,
    "do": str,
    "people": str,
    "advice": str,
}
_KINDS = {bool: "true or false", str: "a text", list: "a list of tables"}
_MOST_HOURS = 24 * 366
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class BadPlaybook(ValueError):
    """Says in a sentence what is wrong with a file."""


def read_all(
    data: Path | None, shipped: Path = SHIPPED
) -> tuple[tuple[Playbook, ...], tuple[str, ...]]:
    """All playbooks by title, and a sentence for each file that is not among them.

    A file of the site's own replaces the shipped one of the same name; one that is faulty does not.
    """
    found: dict[str, Playbook] = {}
    problems: list[str] = []
    folders = [(shipped, False)] + ([(data / OWN, True)] if data is not None else [])
    for folder, own in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                found[path.stem] = read(path, own)
            except BadPlaybook as error:
                kept = own and path.stem in found
                more = " The one that came with Coalface is used instead." if kept else ""
                problems.append(f"{path}: {error}{more}")
    listed = sorted(found.values(), key=lambda playbook: (playbook.title.casefold(), playbook.name))
    return tuple(listed), tuple(problems)


def read(path: Path, own: bool = False) -> Playbook:
    """One playbook. BadPlaybook where it says something that nobody would understand."""
    if not _NAME.fullmatch(path.stem):
        raise BadPlaybook("A playbook's file is named with small letters, digits and dashes.")
    try:
        stated = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadPlaybook(f"It cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise BadPlaybook(f"It is not TOML: {error}.") from error
    _check(stated, _HEAD, "The playbook")
    title = stated.get("title", "").strip()
    if not title:
        raise BadPlaybook("The playbook has no title.")
    hours = stated.get("hours", USUAL_HOURS)
    if isinstance(hours, bool) or not 0 < hours <= _MOST_HOURS:
        raise BadPlaybook(f"“hours” is a number from above 0 to {_MOST_HOURS}.")
    items = _items(stated.get("section", []))
    if not items:
        raise BadPlaybook("The playbook has no items.")
    return Playbook(
        path.stem,
        title,
        stated.get("summary", "").strip(),
        items,
        round(hours * HOUR),
        own,
        str(path),
    )


def _items(sections: Sequence[Any]) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for place, section in enumerate(sections, 1):
        where = f"Section {place}"
        _check(section, _SECTION, where)
        title = section.get("title", "").strip()
        if not title:
            raise BadPlaybook(f"{where} has no title.")
        if len(title) > 60:
            raise BadPlaybook(f"The title of section “{title}” is longer than 60 characters.")
        for number, stated in enumerate(section.get("item", []), 1):
            item = _item(stated, title, f"Item {number} of “{title}”")
            if item.key in found:
                raise BadPlaybook(f"Two items have the id “{item.key}”.")
            found[item.key] = item
    return tuple(found.values())


def _item(stated: Any, section: str, where: str) -> Item:
    if not isinstance(stated, dict):
        raise BadPlaybook(f"{where} is no table.")
    fields: dict[str, Any] = stated
    key = fields.get("id", "")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadPlaybook(f"{where} needs an “id” of small letters, digits and dashes.")
    where = f"Item “{key}”"
    kinds = [kind for kind in ("do", PEOPLE, ADVICE) if kind in fields]
    if len(kinds) != 1:
        raise BadPlaybook(f"{where} has one of “do”, “people” and “advice”, and only one.")
    rest = {name: value for name, value in fields.items() if name not in _ITEM}
    _check({n: v for n, v in fields.items() if n in _ITEM}, _ITEM, where)
    after = fields.get("after", "")
    try:
        after_us = span_us(after) if after else 0
    except ValueError as error:
        raise BadPlaybook(f"{where}: {error}.") from error
    shared = (fields.get("why", ""), fields.get("owner", ""))
    if kinds[0] != "do":
        if rest:
            raise BadPlaybook(f"{where}: nobody reads “{'”, “'.join(rest)}”.")
        words = fields[kinds[0]].strip()
        if not words:
            raise BadPlaybook(f"{where} says nothing.")
        include = fields.get("include", True)
        return Item(key, section, kinds[0], words, *shared, include=include, after_us=after_us)
    act = CATALOG.get(fields["do"])
    if act is None:
        raise BadPlaybook(f"{where}: nothing is called “{fields['do']}”, only {_or(CATALOG)}.")
    try:
        act.check(rest)
    except ValueError as error:
        raise BadPlaybook(f"{where}: {error}.") from error
    title = fields.get("title", "").strip()
    if not title:
        raise BadPlaybook(f"{where} needs a title for the hour in which there is nothing to do.")
    return Item(
        key,
        section,
        COMMAND,
        title,
        *shared,
        act=fields["do"],
        words=rest,
        include=fields.get("include", True),
        after_us=after_us,
    )


def _check(stated: Any, known: Mapping[str, Any], where: str) -> None:
    """A word that nobody reads is worse than an error."""
    if not isinstance(stated, dict):
        raise BadPlaybook(f"{where} is no table.")
    for name, value in stated.items():
        if name not in known:
            raise BadPlaybook(f"{where}: nobody reads “{name}”, only {_or(known)}.")
        if not isinstance(value, known[name]):
            form = _KINDS.get(known[name], "a number")
            raise BadPlaybook(f"{where}: “{name}” is {form}.")


def _or(names: Mapping[str, Any]) -> str:
    return ", ".join(f"“{name}”" for name in names)
