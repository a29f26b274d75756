"""What queues, people and wrap-up codes of Genesys Cloud are called.

Source: the platform's lists of entities: GET /api/v2/routing/queues, /api/v2/users,
/api/v2/routing/wrapupcodes, /api/v2/teams and /api/v2/presence/definitions, a page each
(``{"entities": […], "pageSize": …}``). Users that were asked for with ``expand=presence,
routingStatus`` also say in which state they are.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from console.domain.statements import Name, Statement
from console.exports import genesys
from console.exports.export import Mask, Rejected
from console.exports.genesys import at
from console.exports.json_pieces import first, members

NAME: Final = "genesys_directory"
TITLE: Final = "Genesys Cloud: queues, users and wrap-up codes"
PLATFORM: Final = genesys.PLATFORM
KIND: Final[Literal["json"]] = "json"
ARRAYS: Final[tuple[str, ...]] = ("entities",)

#: What an entity is stands in its own address.
_ADDRESSES = (
    ("/api/v2/routing/queues", "queue"),
    ("/api/v2/routing/wrapupcodes", "disposition"),
    ("/api/v2/users", "agent"),
    ("/api/v2/teams", "team"),
    ("/api/v2/presence", "presence"),  # also presencedefinitions
)
#: Members that only one kind of entity has, for lists that were written without addresses.
_MEMBERS = (
    ("presence", frozenset(("systemPresence", "languageLabels"))),
    (
        "queue",
        frozenset(
            (
                "mediaSettings",
                "acwSettings",
                "skillEvaluationMethod",
                "joinedMemberCount",
                "callingPartyName",
                "queueFlow",
                "bullseye",
            )
        ),
    ),
    ("agent", frozenset(("username", "acdAutoAnswer", "primaryContactInfo", "chat"))),
)
#: All that a wrap-up code has beside its id and name.
_CODE = frozenset(("id", "name", "description", "division", "dateCreated", "dateModified",
                   "createdBy", "modifiedBy"))  # fmt: skip


class _Presence(msgspec.Struct, rename="camel"):
    presence_definition: "_Definition | None" = None
    modified_date: str | None = None


class _Definition(msgspec.Struct, rename="camel"):
    system_presence: str | None = None


class _Routing(msgspec.Struct, rename="camel"):
    status: str | None = None
    start_time: str | None = None


class _Entity(msgspec.Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    email: str | None = None
    title: str | None = None
    self_uri: str | None = None
    date_modified: str | None = None
    modified_date: str | None = None
    version: int | str | None = None
    presence: _Presence | None = None
    routing_status: _Routing | None = None


_decoder = msgspec.json.Decoder(_Entity)


def fits(head: bytes, /) -> bool:
    """Whether one of the first entities is of a kind that is known here."""
    for piece in first(head, ARRAYS):
        named = members(piece.raw)
        if {"id", "name"} <= named and (
            b'"/api/v2/' in piece.raw or (piece.array and _kind_of(named, "") is not None)
        ):
            return _kind_of(named, _own_address(piece.raw)) is not None
    return False


def origin(raw: bytes, array: str, /) -> str:
    """ "": an entity does not say of which organisation it is."""
    del raw, array
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """A `Name` each, and of users their state where it stands there.

    Version: the time of the last change, the entity's own number where it has only that, else 1.
    Raises Rejected for what has no id, or is of no known kind. Presence definitions tell nothing:
    a state goes by the system's word.
    """
    del array, mask
    said = _decoder.decode(raw)
    if not said.id:
        raise Rejected("an entity without an id")
    address = said.self_uri or ""
    kind = _kind_of(frozenset() if address.startswith("/api/") else members(raw), address)
    if kind is None:
        raise Rejected("neither a queue nor a user, a team or a wrap-up code")
    if kind == "presence" or not said.name:
        return ()
    name = Name(kind, said.id, said.name)
    if kind == "agent":
        name = Name(kind, said.id, said.name, said.email or "", said.title or "")
    told = [Statement("name", f"{kind}:{said.id}", _version(said), name)]
    if kind == "agent":
        told.extend(_state(said.id, said))
    return told


def _state(user: str, said: _Entity) -> Iterator[Statement]:
    presence, routing = said.presence, said.routing_status
    if presence is not None and presence.presence_definition is not None:
        word, since = presence.presence_definition.system_presence, at(presence.modified_date)
        if word and since is not None:
            yield genesys.primary(user, word, since, None)
    if routing is not None and routing.status:
        since = at(routing.start_time)
        if since is not None:
            yield genesys.routing(user, routing.status, since, None)


def _version(said: _Entity) -> int:
    changed = at(said.date_modified) or at(said.modified_date)
    if changed is not None:
        return changed
    number = said.version
    if isinstance(number, str):
        number = int(number) if number.isdecimal() and len(number) < 16 else None
    return max(1, number or 1)


def _kind_of(named: frozenset[str], address: str) -> str | None:
    for prefix, kind in _ADDRESSES:
        if address.startswith(prefix):
            return kind
    if address.startswith("/api/"):
        return None  # of another kind, for sure
    for kind, own in _MEMBERS:
        if not named.isdisjoint(own):
            return kind
    if {"id", "name", "email"} <= named:
        return "agent"
    if {"id", "name", "memberCount"} <= named:
        return "queue"
    if named <= _CODE and not named.isdisjoint(("createdBy", "dateCreated", "dateModified")):
        return "disposition"
    return None


def _own_address(raw: bytes) -> str:
    try:
        return _decoder.decode(raw).self_uri or ""
    except msgspec.DecodeError:
        return ""  # cut off, or no entity


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
