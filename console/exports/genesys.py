"""What the formats of Genesys Cloud share: times, media, addresses, and agents' states."""

from functools import lru_cache
from urllib.parse import unquote

from console.domain.statements import Presence, Statement
from console.exports.moments import utc

PLATFORM = "genesys_cloud"

#: `mediaType` of a session, in small letters, and the channel it is here. Other media (cobrowse,
#: screenshare, screenmonitoring, video, internalmessage) accompany a contact, or are between
#: colleagues: they are no contacts of customers.
CHANNELS = {
    "voice": "voice",
    "call": "voice",
    "chat": "chat",
    "email": "email",
    "message": "messaging",
    "callback": "callback",
}

#: System presences (analytics: upper case; presence definitions: ``On Queue``).
_AVAILABLE = "ON_QUEUE"
_OFFLINE = "OFFLINE"
#: Routing statuses. OFF_QUEUE says nothing of its own: the presence beside it says why, and whether
#: the agent is there at all.
_ROUTING = {
    "IDLE": "available",
    "INTERACTING": "available",
    "COMMUNICATING": "available",
    "NOT_RESPONDING": "paused",
}

_NOBODY = frozenset(
    ("", "anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "null")
)


@lru_cache(maxsize=8192)
def at(text: str | None) -> int | None:
    """Microseconds since 1970 of the platform's times: ISO 8601 in UTC, most often with ``Z``.

    One instant stands in many places of a conversation, so results are kept.
    """
    return utc(text, naive_utc=True)


def address(text: str | None) -> str | None:
    """The bare number or address in ``tel:…``, ``sip:…@host`` or ``mailto:…``; None for nobody."""
    if not text:
        return None
    scheme, colon, rest = text.strip().partition(":")
    if not colon:
        rest = scheme
    elif scheme.lower() in ("sip", "sips"):
        rest = unquote(rest.split(";", 1)[0].rsplit("@", 1)[0])
    elif scheme.lower() in ("tel", "mailto"):
        rest = rest.split(";", 1)[0].split("?", 1)[0]
    else:
        rest = text
    rest = rest.strip()
    return None if rest.lower() in _NOBODY else rest


def reachable(text: str | None) -> str | None:
    """An address as above, only where it can be one: `remote` is also a name at times."""
    bare = address(text)
    if bare is None or "@" in bare:
        return bare
    return bare if sum(sign.isdigit() for sign in bare) >= 5 else None


def primary(user: str, word: str, since: int, until: int | None) -> Statement:
    """A stretch of the lane `presence`: what the agent chose. ON_QUEUE is available."""
    plain = word.strip().upper().replace(" ", "_")
    state = {_AVAILABLE: "available", _OFFLINE: "offline"}.get(plain, "paused")
    return _stretch(user, "presence", state, plain, since, until)


def routing(user: str, word: str, since: int, until: int | None) -> Statement:
    """A stretch of the lane `routing`: what the platform does with an agent who is on queue."""
    plain = word.strip().upper().replace(" ", "_")
    return _stretch(user, "routing", _ROUTING.get(plain, ""), plain, since, until)


def _stretch(
    user: str, lane: str, state: str, word: str, since: int, until: int | None
) -> Statement:
    # The later the end that a record knows, the newer it is; the present stretch has no end and is
    # known to have lasted to its beginning only. So a stretch that has ended replaces the same one
    # while it was the present one, and of two that a query cut off, the longer one holds.
    version = since if until is None else until
    said = Presence(since, state, word, until, lane)
    return Statement(f"agent:{user}", f"{lane}@{since}", version, said)


__all__ = ["CHANNELS", "PLATFORM", "address", "at", "primary", "reachable", "routing"]
