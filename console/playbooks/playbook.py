"""What a playbook is: sections of items in their order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.domain.playbooks import USUAL_HOURS
from console.domain.times import HOUR


@dataclass(frozen=True, slots=True)
class Item:
    """`act` and `words` are those of a command; `after_us` how long after the start it is due."""

    key: str
    section: str
    kind: str
    title: str = ""
    why: str = ""
    owner: str = ""
    act: str = ""
    words: Mapping[str, Any] = field(default_factory=lambda: {})
    include: bool = True
    after_us: int = 0


@dataclass(frozen=True, slots=True)
class Playbook:
    """`name` is that of its file, `own` whether it is the site's."""

    name: str
    title: str
    summary: str
    items: tuple[Item, ...]
    planned_us: int = USUAL_HOURS * HOUR
    own: bool = False
    path: str = ""
