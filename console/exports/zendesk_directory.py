"""Zendesk's users and groups: what agents and queues are called, and who customers are (masked).

Pages of ``/api/v2/users.json``, ``/api/v2/incremental/users.json``, ``/api/v2/groups.json``, or one
user or group a line.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain.statements import Name, Statement
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import utc

NAME: Final = "zendesk_directory"
TITLE: Final = "Zendesk users and groups"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("users", "groups")


class Entry(msgspec.Struct):
    """A user, or a group, which has no role."""

    id: zendesk.Ident = None
    name: str | None = None
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


_decoder = msgspec.json.Decoder(Entry, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is one of Zendesk's users or groups."""
    return zendesk.kind(head) == "directory"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """A `Name`: of an agent with e-mail and role, of a customer masked, of a group as a queue."""
    entry = _decoder.decode(raw)
    id_ = zendesk.ident(entry.id)
    if not id_:
        raise Rejected("a user or group without an id")
    version = utc(entry.updated_at) or utc(entry.created_at) or 0
    if entry.role is None and array != "users":
        name = Name("queue", id_, entry.name or "")
    elif entry.role is None or entry.role == "end-user":
        known = entry.email or entry.phone
        masked = zendesk.user(id_, mask)
        if not known or masked is None:
            return ()  # nothing that could join this customer to another system
        also = mask(entry.phone) if entry.email and entry.phone else None
        name = Name("customer", masked, "", customer=mask(known), also=also)
    else:
        name = Name("agent", id_, entry.name or "", entry.email or "", entry.role)
    return (Statement("name", f"{name.kind}:{name.id}", version, name),)


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain."""
    return zendesk.origin(raw)
