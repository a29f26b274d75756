"""Orders as actions of the manager interface, and its responses as answers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from console.connectors.asterisk_members import Members, Row
from console.connectors.asterisk_wire import LONGEST_REASON, Packet, Unfit, check, check_name
from console.connectors.remote import plain
from console.domain.messages import (
    CALLBACK_DIAL,
    CALLBACK_OFFER,
    CALLBACK_RELEASE,
    CHANNEL_STATE,
    OFF,
    ON,
    QUEUE_ADD,
    QUEUE_PAUSE,
    QUEUE_PENALTY,
    QUEUE_REMOVE,
    QUEUE_UNPAUSE,
    Parcel,
)

OPEN, DRAINING, CLOSED = "open", "draining", "closed"

#: What the PBX says where a thing stands already as it is wanted.
_DONE = ("Already there", "Not there")
_REMEDIES = {
    "Member not dynamic": "the agent is part of the PBX's configuration (queues.conf): pause them"
    " in this queue instead.",
    "Interface not found": "the agent is no member of this queue under that interface.",
    "Permission denied": "the user of this console may not: in manager.conf it needs write ="
    " agent,system.",
    "Invalid/unknown command": "this Asterisk cannot, or its queues are not loaded.",
    "No such queue": "the PBX has no queue of that name.",
}


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Put:
    """A value that the dialplan reads."""

    family: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What carries an order out: an action about a member, or values to put; callers of queues
    that are to be let go after it."""

    action: Action | None = None
    puts: tuple[Put, ...] = ()
    release: tuple[str, ...] = ()
    words: str = ""
    queue: str = ""
    interface: str = ""
    wanted: dict[str, str] = field(default_factory=lambda: {})


def plan_of(parcel: Parcel, members: Members, root: str) -> Plan:
    """Raises Unfit where it cannot be done or may not be sent, in words for a person."""
    fields = {name: "" if value is None else value for name, value in parcel.fields.items()}
    text = {name: value for name, value in fields.items() if isinstance(value, str)}
    action = parcel.action
    if action in (QUEUE_ADD, QUEUE_REMOVE, QUEUE_PAUSE, QUEUE_UNPAUSE, QUEUE_PENALTY):
        return _about_member(action, text, fields.get("penalty", ""), members)
    if action in (CALLBACK_OFFER, CALLBACK_DIAL):
        if not isinstance(fields.get("on"), bool):
            raise Unfit("The order does not say whether it is to be on or off.")
        key = "offer" if action == CALLBACK_OFFER else "dial"
        family = _family(root, "callback", text.get("queue", ""))
        return Plan(puts=(Put(family, key, ON if fields["on"] else OFF),))
    if action == CALLBACK_RELEASE:
        family = _family(root, "callback", text.get("queue", ""))
        return Plan(puts=(Put(family, "release", _message(text)),))
    if action == CHANNEL_STATE:
        return _of_channel(text, fields.get("queues"), root)
    raise Unfit(f"Asterisk cannot do this: {action.replace('_', ' ')}.")


def _about_member(action: str, text: dict[str, str], penalty: object, members: Members) -> Plan:
    queue, agent = text.get("queue", ""), text.get("agent", "")
    name = text.get("member", "") or agent
    if not queue:
        raise Unfit("The order does not say which queue.")
    check_name("The queue's name", queue)
    check_name("The name", name)
    given = text.get("interface", "")
    check_name("The interface", given)
    interface = members.interface_of(queue, given, (text.get("member", ""), agent))
    if not interface and "/" in agent:
        interface = agent
    if not interface:
        raise Unfit(
            f"No interface is known of {name}, and not just one member of the PBX is called so."
        )
    if action == QUEUE_PENALTY:
        level = _level(penalty)
        fields = {"Interface": interface, "Queue": queue, "Penalty": level}
        return _plan("QueuePenalty", fields, {"penalty": level})
    if action in (QUEUE_PAUSE, QUEUE_UNPAUSE):
        paused = "true" if action == QUEUE_PAUSE else "false"
        fields = {"Queue": queue, "Interface": interface, "Paused": paused}
        if reason := text.get("reason", "") if action == QUEUE_PAUSE else "":
            check_name("The reason", reason)
            fields["Reason"] = cut(reason, LONGEST_REASON)
        return _plan("QueuePause", fields, {"paused": paused})
    fields = {"Queue": queue, "Interface": interface}
    if action == QUEUE_REMOVE:
        return _plan("QueueRemove", fields, {"member": "no"})
    if "/" not in interface:
        raise Unfit(f"“{interface}” is no interface of Asterisk, such as PJSIP/101.")
    if name and name != interface:
        fields["MemberName"] = name
    if watched := members.state_interface_of(interface):
        fields["StateInterface"] = watched
    fields |= {"Penalty": _level(penalty) if penalty != "" else "0", "Paused": "false"}
    return _plan("QueueAdd", fields, {"member": "yes"})


def _plan(name: str, fields: dict[str, str], wanted: dict[str, str]) -> Plan:
    return Plan(
        Action(name, fields), queue=fields["Queue"], interface=fields["Interface"], wanted=wanted
    )


def _of_channel(text: dict[str, str], queues: object, root: str) -> Plan:
    state, channel = text.get("state", ""), text.get("channel", "")
    if state not in (OPEN, DRAINING, CLOSED):
        raise Unfit(f"A channel is {OPEN}, {DRAINING} or {CLOSED}; not “{state}”.")
    if not isinstance(queues, list) or not queues:
        raise Unfit("The channel has no queue on this PBX.")
    message = _message(text)
    check("The channel's name", channel)
    puts: list[Put] = []
    names = [str(queue) for queue in queues]
    for queue in names:
        family = _family(root, "queue", queue)
        # The message first: who is turned away is told the right thing from the first call on.
        puts += [Put(family, "message", message), Put(family, "channel", channel.strip())]
        puts.append(Put(family, "state", state))
    return Plan(puts=tuple(puts), release=tuple(names) if state == CLOSED else (), words=message)


def _family(root: str, what: str, queue: str) -> str:
    if not queue:
        raise Unfit("The order does not say which queue.")
    check_name("The queue's name", queue)
    family = f"{root}/{what}/{queue}"
    if len(family.encode()) > 200:
        raise Unfit("The queue's name is too long for the PBX's database.")
    return family


def _message(text: dict[str, str]) -> str:
    check("The message", text.get("message", ""))
    return text.get("message", "").strip()


def _level(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise Unfit("The penalty is a whole number from 0 on.")
    level = str(value).strip()
    if not (level.isascii() and level.isdigit() and len(level) <= 9):
        raise Unfit("The penalty is a whole number from 0 on.")
    return str(int(level))


def cut(text: str, limit: int) -> str:
    """The first letters that fit into so many bytes, none of them cut in two."""
    return text.encode("utf-8", "replace")[:limit].decode("utf-8", "ignore")


def verdict(response: Packet) -> tuple[bool, str]:
    """Whether it is done, and the PBX's words with the remedy where there is one."""
    words = plain(response.text("message") or response.text("response"))
    if response.text("response") == "Success" or any(words.endswith(each) for each in _DONE):
        return True, words
    for said, remedy in _REMEDIES.items():
        if said in words:
            return False, f"{words}: {remedy}"
    return False, words


def stands(plan: Plan, row: Row | None, knows_queue: bool) -> bool:
    """Whether a member stands as wanted already."""
    if not knows_queue:
        return False
    wanted = plan.wanted
    if "member" in wanted:
        return (row is not None) == (wanted["member"] == "yes")
    if row is None:
        return False
    if "paused" in wanted:
        reason = plan.action.fields.get("Reason", "") if plan.action else ""
        paused = wanted["paused"] == "true"
        return row.member.paused == paused and (not reason or row.member.reason == reason)
    return str(row.member.penalty) == wanted["penalty"]


def is_value(read: str, wanted: str) -> bool:
    """Whether this was read back of that. Old versions give no more than 255 bytes of a value."""
    begun = read.encode("utf-8", "replace")
    return read == wanted or (
        len(begun) >= 250 and wanted.encode().startswith(read.rstrip("�").encode())
    )


def all_read(puts: Iterable[Put], values: dict[tuple[str, str], str]) -> str:
    """The first key that does not read as it was put; "" where all do."""
    for put in puts:
        if not is_value(values.get((put.family, put.key), ""), put.value):
            return f"{put.family}/{put.key}"
    return ""


__all__ = [
    "CLOSED",
    "DRAINING",
    "OPEN",
    "Action",
    "Plan",
    "Put",
    "all_read",
    "cut",
    "is_value",
    "plan_of",
    "stands",
    "verdict",
]
