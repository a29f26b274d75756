"""Zendesk's agent engagements: from when until when an agent worked on a ticket.

Pages of ``/api/v2/engagements``, or one engagement a line. They appear once they have ended.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain.statements import Statement, Step
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import utc

NAME: Final = "zendesk_engagements"
TITLE: Final = "Zendesk agent engagements"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("agent_engagement_data", "engagements")


class Engagement(msgspec.Struct):
    """One agent on one ticket, once."""

    engagement_id: zendesk.Ident = None
    ticket_id: zendesk.Ident = None
    agent_id: zendesk.Ident = None
    engagement_start_time: str | None = None
    engagement_end_time: str | None = None
    ticket_status_start: str | None = None
    ticket_status_end: str | None = None


_decoder = msgspec.json.Decoder(Engagement, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is an engagement."""
    return zendesk.kind(head) == "engagements"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """A `Step` that says who handled the ticket from when until when. Its times are in UTC."""
    one = _decoder.decode(raw)
    id_, ticket = zendesk.ident(one.engagement_id), zendesk.ident(one.ticket_id)
    agent = zendesk.agent(one.agent_id)
    at = utc(one.engagement_start_time, naive_utc=True)
    until = utc(one.engagement_end_time, naive_utc=True)
    if not id_ or not ticket or agent is None or at is None:
        raise Rejected("an engagement without its id, ticket, agent or beginning")
    step = Step(
        at,
        "handled",
        agent,
        (one.ticket_status_start or "").lower(),
        (one.ticket_status_end or "").lower(),
        until=until,
    )
    return (Statement(f"ticket:{ticket}", f"engagement:{id_}", until or at, step),)


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain, which engagements do not state."""
    return zendesk.origin(raw)
