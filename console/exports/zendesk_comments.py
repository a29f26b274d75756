"""Zendesk's comments: what was written in a ticket, by whom, in public or not.

Pages of comments, or one a line, that name their ticket. The same comment in audits, in ticket
events or inside a ticket becomes the same statement (`told`).
"""

import re
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain.statements import Statement, Step
from console.domain.times import SECOND
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import epoch, utc
from console.exports.text import hide

NAME: Final = "zendesk_comments"
TITLE: Final = "Zendesk comments"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("comments",)

#: Who acts: somebody of ours, a customer, or no person.
AGENT: Final = "agent"
CUSTOMER: Final = "customer"
SYSTEM: Final = "system"

#: Redacted words are overwritten with this sign.
_REDACTED: Final = "▇"
_TAGS = re.compile(r"<[^<>]{0,2000}>")


class Call(msgspec.Struct):
    """What a voice comment says of its call."""

    call_duration: float | str | None = None
    started_at: str | None = None
    answered_by_id: zendesk.Ident = None


class Comment(msgspec.Struct):
    """A comment. `timestamp` (seconds) is what some tools write instead of `created_at`."""

    id: zendesk.Ident = None
    ticket_id: zendesk.Ident = None
    type: str | None = None
    event_type: str | None = None
    author_id: zendesk.Ident = None
    body: str | None = None
    plain_body: str | None = None
    html_body: str | None = None
    public: bool | None = None
    via: zendesk.Via | str | None = None
    created_at: str | None = None
    timestamp: float | None = None
    data: Call | None = None
    comment_present: bool | None = None
    comment_public: bool | None = None


_decoder = msgspec.json.Decoder(Comment, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is a comment of Zendesk's that does not stand in a ticket."""
    return zendesk.kind(head) == "comments"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """The comment as a `Step`."""
    comment = _decoder.decode(raw)
    ticket = zendesk.ident(comment.ticket_id)
    if not ticket:
        raise Rejected(
            "a comment that does not name its ticket: export audits or ticket events instead"
        )
    at = utc(comment.created_at)
    if at is None and comment.timestamp is not None:
        at = epoch(comment.timestamp)
    if at is None:
        raise Rejected("a comment without the time at which it was written")
    return (told(comment, ticket, at),)


def guess(author: str, via: zendesk.Via | str | None) -> str:
    """Who acts, from the channel alone: the role of users is not in these files.

    Customers write e-mails, chats, messages and posts; agents work in the web interface. An agent
    who answers by e-mail, and a customer in the help centre, are taken for the other.
    """
    if author in ("", "-1", "0") or zendesk.is_rule(via):
        return SYSTEM
    name = zendesk.word(via)
    by_customer = name in ("email", "mail", "4") or zendesk.channel_of(via) != "email"
    return CUSTOMER if by_customer and zendesk.channel_of(via) != "voice" else AGENT


def told(
    comment: Comment,
    ticket: str,
    at: int,
    *,
    who: str = "",
    author: str = "",
    via: zendesk.Via | str | None = None,
) -> Statement:
    """The statement that every export makes of this comment. Raises Rejected without an id.

    `who` where the role of the author is known from more than the channel; `author` and `via` where
    the comment states none. Comments are never edited, but can be made private and redacted: then
    the newer copy is the private one, the redacted one. Of copies that are alike otherwise the one
    with the text wins, then the one whose author's role is known.
    """
    id_ = zendesk.ident(comment.id)
    if not id_:
        raise Rejected("a comment without an id")
    author = zendesk.ident(comment.author_id) or author
    via = comment.via or via
    public = comment.public if comment.public is not None else comment.comment_public
    body = comment.body or comment.plain_body or _plain(comment.html_body)
    sure = bool(who) or public is False
    who = who or guess(author, via)
    step = _step(comment, at, author, who, public is not False, zendesk.rel(via))
    step = msgspec.structs.replace(step, text=hide(body), chars=len(body))
    version = at + 8 * (public is False) + 4 * (_REDACTED in body) + 2 * bool(body) + sure
    return Statement(f"ticket:{ticket}", f"comment:{id_}", version, step)


def _step(comment: Comment, at: int, author: str, who: str, public: bool, rel: str) -> Step:
    by = author if who == AGENT or not public else ""
    if "VoiceComment" in (comment.type, comment.event_type):
        return _voice(comment, at, rel)
    if rel == "merge":
        return Step(at, "merged", by if who != SYSTEM else "")
    if not public:
        # Only agents write private comments, or something that runs in their place.
        return Step(at, "note", by) if who != SYSTEM else Step(at, "other", after="note by rule")
    if who == SYSTEM:
        # An automatic receipt is no answer.
        return Step(at, "other", after="comment by rule")
    return Step(at, "asked") if who == CUSTOMER else Step(at, "reply", by)


def _voice(comment: Comment, at: int, rel: str) -> Step:
    """A call that was put into the ticket: an agent worked on it, or somebody left a message."""
    call = comment.data or Call()
    by = zendesk.agent(call.answered_by_id)
    if by is None:
        return Step(at, "asked" if rel in ("voicemail", "inbound") else "other", after="call")
    since = utc(call.started_at) or at
    try:
        lasted = float(call.call_duration or 0)
    except ValueError:
        lasted = 0.0
    until = since + round(lasted * SECOND) if lasted > 0 else None
    return Step(since, "handled", by, after="call", until=until)


def _plain(html: str | None) -> str:
    return _TAGS.sub("", html).strip() if html else ""


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain."""
    return zendesk.origin(raw)
