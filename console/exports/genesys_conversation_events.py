"""Single events of Genesys Cloud: what EventBridge hands on, and what a notification channel sends.

Source: topics ``v2.detail.events.conversation.{id}.…`` (acd.start, acd.end, user.start, user.end,
customer.start, customer.end, acw, in older years wrapup), and ``v2.users.{id}.…`` (activity,
presence, routingStatus), which most streams carry as well. EventBridge wraps in ``detail`` what a
channel sends as it is. Events can come twice and in any order.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from console.domain.statements import Moment, Statement
from console.domain.times import MINUTE
from console.exports import genesys
from console.exports.export import Mask, Rejected
from console.exports.genesys import CHANNELS, at
from console.exports.json_pieces import first, members
from console.exports.moments import epoch

NAME: Final = "genesys_conversation_events"
TITLE: Final = "Genesys Cloud: events"
PLATFORM: Final = genesys.PLATFORM
KIND: Final[Literal["json"]] = "json"
ARRAYS: Final[tuple[str, ...]] = ()

_DETAIL = "v2.detail.events.conversation."
_USERS = "v2.users."
_MS = 1000
#: Why a wait ended, as far as the reason alone says it.
_GAVE_UP = frozenset(("CLIENT", "PEER", "ENDPOINT", "SYSTEM", "ERROR", "TRANSPORT_FAILURE"))


class _Definition(msgspec.Struct, rename="camel"):
    system_presence: str | None = None


class _Presence(msgspec.Struct, rename="camel"):
    presence_definition: _Definition | None = None
    modified_date: str | None = None


class _Routing(msgspec.Struct, rename="camel"):
    status: str | None = None
    start_time: str | None = None


class _Body(msgspec.Struct, rename="camel"):
    """Of all topics together: which members there are depends on the topic."""

    event_time: int | float | str | None = None
    conversation_id: str | None = None
    participant_id: str | None = None
    session_id: str | None = None
    media_type: str | None = None
    direction: str | None = None
    ani: str | None = None
    dnis: str | None = None
    address_from: str | None = None
    address_to: str | None = None
    callback_numbers: list[str] | None = None
    callback_scheduled_time: int | float | str | None = None
    queue_id: str | None = None
    user_id: str | None = None
    answered_user_id: str | None = None
    acd_outcome: str | None = None
    disconnect_type: str | None = None
    wrapup_code: str | None = None
    interacting_duration_ms: int | float | None = None
    held_duration_ms: int | float | None = None
    alerting_duration_ms: int | float | None = None
    callback_duration_ms: int | float | None = None
    # of users
    presence_definition: _Definition | None = None
    modified_date: str | None = None
    presence: _Presence | None = None
    routing_status: _Routing | None = None


class _Notice(msgspec.Struct, rename="camel"):
    topic_name: str | None = None
    event_body: msgspec.Raw = msgspec.Raw()


class _Envelope(msgspec.Struct):
    source: str | None = None
    detail: _Notice | None = None
    topicName: str | None = None
    eventBody: msgspec.Raw = msgspec.Raw()


_decoder = msgspec.json.Decoder(_Envelope)
_body = msgspec.json.Decoder(_Body)


def fits(head: bytes, /) -> bool:
    """Whether one of the first records is an event of conversations or users."""
    for piece in first(head, ARRAYS):
        named = members(piece.raw)
        if ("eventBody" in named and "topicName" in named) or (
            "detail" in named and ("detail-type" in named or "source" in named)
        ):
            if b'"v2.detail.events.' in piece.raw or b'"v2.users.' in piece.raw:
                return True
    return False


def origin(raw: bytes, array: str, /) -> str:
    """The organisation's id: in EventBridge it is a part of the event source's name."""
    del array
    try:
        source = _decoder.decode(raw).source or ""
    except msgspec.DecodeError:
        return ""
    parts = source.split("/")  # aws.partner/genesys.com/cloud/<organisation>/<suffix>
    return parts[3] if len(parts) > 3 and "genesys" in parts[1] and parts[2] == "cloud" else ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """`Moment`s of a conversation, or the `Presence` of a user; nothing of other topics.

    Key of a moment: what, session and time. Raises Rejected for an event without topic or time.
    """
    del array
    envelope = _decoder.decode(raw)
    notice = envelope.detail
    topic, body = envelope.topicName, envelope.eventBody
    if notice is not None:
        topic, body = notice.topic_name, notice.event_body
    if not topic or not bytes(body):
        raise Rejected("an event without topicName and eventBody")
    if topic.startswith(_DETAIL):
        parts = topic[len(_DETAIL) :].split(".", 1)
        tell = _TELL.get(parts[1] if len(parts) > 1 else "")
        if tell is None:
            return ()
        said = _body.decode(body)
        if not said.conversation_id:
            said.conversation_id = parts[0]
            if "{" in parts[0]:
                raise Rejected("an event without conversationId")
        if said.event_time is None:
            raise Rejected("an event without eventTime")
        return list(tell(_Event(said, mask)))
    if topic.startswith(_USERS):
        parts = topic[len(_USERS) :].split(".", 1)
        if len(parts) > 1 and parts[1] in ("activity", "presence", "routingStatus"):
            return list(_user(parts[0], parts[1], body))
    return ()


class _Event:
    """An event of a conversation, its words in small letters where the API has them so."""

    def __init__(self, said: _Body, mask: Mask) -> None:
        assert said.event_time is not None
        self.said = said
        self.at = _time(said.event_time)
        self.media = (said.media_type or "voice").lower()
        self.direction = "outbound" if (said.direction or "").lower() == "outbound" else "inbound"
        self._mask = mask

    @property
    def counts(self) -> bool:
        """Screens that are shared, and what colleagues write each other, are no contacts."""
        return self.media in CHANNELS or self.media == "unknown"

    def moment(
        self,
        what: str,
        *,
        when: int | None = None,
        agent: str | None = None,
        word: str = "",
        due_at: int | None = None,
    ) -> Iterator[Statement]:
        if not self.counts:
            return
        said = self.said
        moment_at = self.at if when is None else when
        yield Statement(
            f"contact:{said.conversation_id}",
            f"{what}:{said.session_id or said.participant_id or ''}@{moment_at}",
            self.at,
            Moment(
                moment_at,
                what,
                CHANNELS.get(self.media, "voice"),
                said.queue_id or None,
                agent,
                self._customer(),
                word,
                self.direction,
                due_at,
            ),
        )

    def _customer(self) -> str | None:
        said = self.said
        if self.media == "callback" and said.callback_numbers:
            texts: tuple[str | None, ...] = tuple(said.callback_numbers)
        elif self.direction == "outbound":
            texts = (said.address_to, said.dnis)
        else:
            texts = (said.address_from, said.ani)
        found = next((bare for text in texts if (bare := genesys.address(text))), None)
        return self._mask(found) if found else None


def _waits(event: _Event) -> Iterator[Statement]:
    if event.media != "callback":
        return event.moment("queued")
    stated = event.said.callback_scheduled_time
    due = None if stated is None else _time(stated)
    # Where nothing was agreed, the time of asking stands there.
    return event.moment(
        "promised", due_at=due if due is not None and due > event.at + MINUTE else None
    )


def _waited(event: _Event) -> Iterator[Statement]:
    said = event.said
    outcome, word = (said.acd_outcome or "").upper(), (said.disconnect_type or "").upper()
    if outcome == "ANSWERED" or (not outcome and said.answered_user_id):
        return event.moment("connected", agent=said.answered_user_id or None)
    if event.media == "callback":
        return iter(())  # it stays promised
    if outcome == "ABANDON" or (not outcome and word in _GAVE_UP):
        return event.moment("abandoned", word=word)
    if word == "TIMEOUT":
        return event.moment("expired", word=word)
    if outcome == "FLOW_OUT":
        return event.moment("transferred", word=word or outcome)
    return iter(())  # without an outcome a transfer is to an agent or away: others say which


def _alerted(event: _Event) -> Iterator[Statement]:
    """A person's session begins; an outbound one with dialling, not with ringing."""
    if event.direction == "outbound" and event.media != "callback":
        return iter(())
    return event.moment("offered", agent=event.said.user_id or None)


def _left(event: _Event) -> Iterator[Statement]:
    said = event.said
    agent, word = said.user_id or None, (said.disconnect_type or "").upper()
    durations = (said.interacting_duration_ms, said.held_duration_ms, said.callback_duration_ms)
    took = sum(int(each) for each in durations if each is not None and each > 0)
    if took:
        # Those who came by name, or called out, are connected by no other event.
        yield from event.moment("connected", when=event.at - took * _MS, agent=agent)
        yield from event.moment("released", agent=agent, word=word)
    elif said.alerting_duration_ms:
        yield from event.moment("declined", agent=agent, word=word)
    else:
        yield from event.moment("released", agent=agent, word=word)


def _wrapped(event: _Event) -> Iterator[Statement]:
    said = event.said
    return event.moment("wrapped", agent=said.user_id or None, word=said.wrapup_code or "")


def _ended(event: _Event) -> Iterator[Statement]:
    return event.moment("ended", word=(event.said.disconnect_type or "").upper())


_TELL = {
    "acd.start": _waits,
    "acd.end": _waited,
    "user.start": _alerted,
    "user.end": _left,
    "acw": _wrapped,
    "wrapup": _wrapped,
    "customer.end": _ended,
}


def _user(user: str, topic: str, raw: msgspec.Raw) -> Iterator[Statement]:
    if topic == "routingStatus":
        body = msgspec.json.decode(raw, type=_RoutingBody)
        routing, presence = body.routing_status or body, None
    else:
        said = _body.decode(raw)
        routing, presence = said.routing_status, said.presence
        if topic == "presence":
            presence = _Presence(said.presence_definition, said.modified_date)
    if presence is not None and presence.presence_definition is not None:
        word, since = presence.presence_definition.system_presence, at(presence.modified_date)
        if word and since is not None:
            yield genesys.primary(user, word, since, None)
    if routing is not None and routing.status:
        since = at(routing.start_time)
        if since is not None:
            yield genesys.routing(user, routing.status, since, None)


class _RoutingBody(_Routing, rename="camel"):
    routing_status: _Routing | None = None


def _time(stated: float | str) -> int:
    """Milliseconds since 1970 in the events themselves; ISO 8601 is read as well."""
    if isinstance(stated, str) and not stated.isdecimal():
        found = at(stated)
        if found is None:
            raise Rejected("an event with an empty time")
        return found
    return epoch(stated)


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
