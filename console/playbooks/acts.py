"""What an item of a playbook can do: which words it takes, and which commands come of them.

A command is told by its name and its fields; it is made where playbooks and commands meet.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.times import HOUR, MINUTE
from console.playbooks import selectors
from console.playbooks.selectors import Nothing
from console.playbooks.situation import Situation
from console.playbooks.spans import span_us


@dataclass(frozen=True, slots=True)
class Wanted:
    """One command. `part` tells several of one item apart."""

    command: str
    fields: Mapping[str, Any]
    part: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What may stand for one word of an item: `says` is for the message where it does not."""

    fits: Callable[[Any], bool]
    says: str
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """`resolve` gives the commands as of now, or raises Nothing."""

    words: Mapping[str, Word]
    resolve: Callable[[Situation, Mapping[str, Any]], Sequence[Wanted]]
    one_of: tuple[str, ...] = field(default=())

    def check(self, stated: Mapping[str, Any]) -> None:
        """ValueError, in words, where it would not be understood."""
        for name, value in stated.items():
            if name not in self.words:
                known = ", ".join(f"“{word}”" for word in self.words)
                raise ValueError(f"nobody reads “{name}” here, only {known}")
            if not self.words[name].fits(value):
                raise ValueError(f"“{name}” is {self.words[name].says}")
        for name, word in self.words.items():
            if word.needed and name not in stated:
                raise ValueError(f"“{name}” is missing: {word.says}")
        if self.one_of and not any(name in stated for name in self.one_of):
            raise ValueError(f"one of {', '.join(f'“{name}”' for name in self.one_of)} is needed")


def _switch(now: Situation, words: Mapping[str, Any]) -> list[Wanted]:
    rows = selectors.queues(now, words["queues"])
    fields: dict[str, Any] = {name: words[name] for name in ("offer", "dial") if name in words}
    if words["queues"] == "all":
        return [Wanted("set_callback", {**fields, "all": True})]
    ids = [row.queue_id for row in rows]
    return [Wanted("set_callback", {**fields, "queue_ids": ids})]


def _shut(now: Situation, words: Mapping[str, Any]) -> list[Wanted]:
    state = words["state"]
    rows = [row for row in selectors.channels(now, words["channels"]) if row.state != state]
    if not rows:
        raise Nothing(f"they are {state} already")
    reopens = words.get("reopens")
    return [
        Wanted(
            "set_channel",
            {
                "channel": row.channel,
                "state": state,
                "message": words.get("message", ""),
                # Whole minutes: a time that nobody would announce to the second.
                **(
                    {"reopens_at": (now.board.at + span_us(reopens)) // MINUTE * MINUTE}
                    if reopens
                    else {}
                ),
            },
            row.channel,
        )
        for row in rows
    ]


def _send(now: Situation, words: Mapping[str, Any]) -> list[Wanted]:
    to = selectors.target(now, words["to"])
    ids = selectors.agents(now, words, to)
    if words.get("stay"):
        return [Wanted("move_agents", {"agent_ids": ids, "to_queue_ids": [to.queue_id]})]
    return [Wanted("send_agents", {"queue_id": to.queue_id, "agent_ids": ids})]


def _put_off(now: Situation, words: Mapping[str, Any]) -> list[Wanted]:
    rows = selectors.blocks(now, words["blocks"], span_us(words["within"]))
    at = now.board.at
    due = words.get("due")
    fields = {
        "shift_ids": [row.shift for row in rows],
        "who": now.who,
        "at": at,
        "owner": words.get("owed_by", ""),
        "due_at": at + span_us(due) if due else None,
    }
    return [Wanted("cancel_blocks", fields)]


def _call_in(now: Situation, words: Mapping[str, Any]) -> list[Wanted]:
    within = span_us(words["within"])
    rows = selectors.people(now, words["whom"], within, words.get("at_most", _MOST_CALLS))
    until = now.board.at + within
    calls = [
        {
            "person": row.person,
            "name": row.name,
            "from_at": max(row.from_at, now.board.at),
            # Where no shift says when they go they are asked for the whole time.
            "to_at": until if row.to_at is None else row.to_at,
        }
        for row in rows
    ]
    fields = {
        "calls": calls,
        "who": now.who,
        "queue_id": now.urgent.queue_id if now.urgent is not None else None,
        "note": words.get("note", ""),
        "rest_h": now.rest_h,
    }
    return [Wanted("call_in", fields)]


def _span(value: Any) -> bool:
    try:
        return isinstance(value, str) and MINUTE <= span_us(value) <= _MOST_DAYS * 24 * HOUR
    except ValueError:
        return False


def _names(value: Any, words: Sequence[str]) -> bool:
    if isinstance(value, str):
        return value in words
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def _or(words: Sequence[str], names: str = "") -> str:
    listed = ", ".join(f"“{word}”" for word in words)
    return f"one of {listed}" + (f", or a list of {names}" if names else "")


def _number(value: Any, most: int, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _of(value: Any, words: Sequence[str]) -> bool:
    return isinstance(value, list) and bool(value) and all(v in words for v in value)


_MOST_CALLS = 200
_MOST_DAYS = 90
_FLAG = Word(lambda value: isinstance(value, bool), "true or false")
_STATES = ("open", "draining", "closed")

#: By the word after “do”.
CATALOG: Mapping[str, Act] = {
    "set_callback": Act(
        {
            "queues": Word(
                lambda value: _names(value, selectors.QUEUES),
                _or(selectors.QUEUES, "queues"),
                needed=True,
            ),
            "offer": _FLAG,
            "dial": _FLAG,
        },
        _switch,
        ("offer", "dial"),
    ),
    "set_channel": Act(
        {
            "channels": Word(
                lambda value: _names(value, selectors.CHANNELS),
                _or(selectors.CHANNELS, "channels"),
                needed=True,
            ),
            "state": Word(lambda value: value in _STATES, _or(_STATES), needed=True),
            "message": Word(lambda value: isinstance(value, str), "what customers are told"),
            "reopens": Word(_span, "a time after the start, such as “8 h”"),
        },
        _shut,
    ),
    "send_agents": Act(
        {
            "agents": Word(
                lambda value: value in selectors.AGENTS, _or(selectors.AGENTS), needed=True
            ),
            "to": Word(
                lambda value: isinstance(value, str) and bool(value),
                "“urgent” or the name of a queue",
                needed=True,
            ),
            "share": Word(lambda value: _number(value, 100), "a percentage from 1 to 100"),
            "at_most": Word(lambda value: _number(value, 10_000), "a number of agents"),
            "keep": Word(
                lambda value: _number(value, 1000, 0), "how many stay where customers wait"
            ),
            "stay": _FLAG,
        },
        _send,
    ),
    "put_off": Act(
        {
            "blocks": Word(
                lambda value: _of(value, selectors.BLOCKS),
                f"a list of {_or(selectors.BLOCKS).removeprefix('one of ')}",
                needed=True,
            ),
            "within": Word(_span, "a time from the start, such as “8 h”", needed=True),
            "owed_by": Word(lambda value: isinstance(value, str), "who sees to what is owed"),
            "due": Word(_span, "a time after the start, such as “96 h”"),
        },
        _put_off,
    ),
    "call_in": Act(
        {
            "whom": Word(
                lambda value: _of(value, selectors.PEOPLE),
                f"a list of {_or(selectors.PEOPLE).removeprefix('one of ')}",
                needed=True,
            ),
            "within": Word(_span, "a time from the start, such as “8 h”", needed=True),
            "at_most": Word(lambda value: _number(value, _MOST_CALLS), "a number of people"),
            "note": Word(lambda value: isinstance(value, str), "what they are told"),
        },
        _call_in,
    ),
}
