"""What Zendesk's exports share: ids, channels, versions, and which of them a file is.

Shapes are those of the Support, Talk and Engagements APIs (developer.zendesk.com); see
docs/formats/zendesk.md for what was seen and what was only read about.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from console.domain.times import SECOND
from console.exports import json_pieces
from console.exports.export import Mask

PLATFORM: Final = "zendesk"

#: An id: mostly a number, as text from tools that keep big numbers so, as 1.0 from data frames.
Ident = int | float | str | None

#: The record's own address: links in what customers write may lead to other accounts.
_SUBDOMAIN = re.compile(rb'"url"\s*:\s*"https?:\\?/\\?/([\w-]+)\.zendesk\.com\\?/api', re.ASCII)
_WORD = re.compile(r"[^a-z0-9]+")

#: Words of ``via.channel`` (and their numbers) that are no form, portal, API or e-mail.
_CHANNELS: Final = {
    "voice": "voice", "phone": "voice", "voicemail": "voice", "talk": "voice",
    "api_voicemail": "voice", "33": "voice", "34": "voice", "35": "voice", "44": "voice",
    "45": "voice", "46": "voice",
    "chat": "chat", "live_chat": "chat", "29": "chat",
    "twitter": "social", "twitter_dm": "social", "twitter_favorite": "social",
    "twitter_like": "social", "x": "social", "x_dm": "social", "facebook": "social",
    "facebook_post": "social", "facebook_message": "social", "forum": "social", "topic": "social",
    "23": "social", "24": "social", "26": "social", "30": "social", "38": "social", "41": "social",
    "messaging": "messaging", "native_messaging": "messaging", "whatsapp": "messaging",
    "line": "messaging", "wechat": "messaging", "viber": "messaging", "telegram": "messaging",
    "instagram_dm": "messaging", "kakaotalk": "messaging", "apple_business_chat": "messaging",
    "google_business_messages": "messaging", "google_rcs": "messaging",
    "slack_connect": "messaging", "sms": "messaging", "text_message": "messaging",
    "text": "messaging", "any_channel": "messaging", "any": "messaging", "37": "messaging",
}  # fmt: skip
_BY_BEGINNING: Final = (
    ("phone_call", "voice"),
    ("api_phone_call", "voice"),
    ("sunshine_conversations", "messaging"),
    ("whatsapp", "messaging"),
    ("messagebird", "messaging"),
)
#: What nobody wrote or did: triggers, automations, and what follows from another change.
_RULES: Final = frozenset(
    ("rule", "8", "system", "linked_problem", "9", "group_deletion", "10", "user_change", "11",
     "user_deletion", "12", "group_change", "13", "trigger", "automation", "admin_setting",
     "automatic_solution_suggestions", "22", "ticket_tagging", "answer_bot", "answer_bot_api",
     "flow_director", "omnichannel")
)  # fmt: skip


class Source(msgspec.Struct):
    """Where from and how; `rel` says more, e.g. trigger, merge, follow_up, inbound."""

    rel: str | None = None


class Via(msgspec.Struct):
    """How a ticket, audit or event came about."""

    channel: str | int | None = None
    source: Source | None = None


def ident(value: Ident) -> str:
    """An id as text, "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def user(value: Ident, mask: Mask) -> str | None:
    """An end user's id in the masked form that tickets, calls and the directory share."""
    id_ = ident(value)
    return mask(f"user:{id_}") if id_ not in ("", "-1", "0") else None


def agent(value: Ident) -> str | None:
    """An agent's id; None for nobody and for the system."""
    id_ = ident(value)
    return id_ if id_ not in ("", "-1", "0") else None


def us(value: float | None, unit: int = SECOND) -> int | None:
    """A number of seconds (or other units) in microseconds; None for none or less than none."""
    return None if value is None or value < 0 else round(value * unit)


def word(via: Via | str | None) -> str:
    """The channel's word in small letters (``Web form`` as web_form), "" where none is stated."""
    channel = via.channel if isinstance(via, Via) else via
    return "" if channel is None else _word(str(channel))


@lru_cache(maxsize=256)
def _word(channel: str) -> str:
    return _WORD.sub("_", channel.lower()).strip("_")


def rel(via: Via | str | None) -> str:
    """What the source says about itself: trigger, merge, voicemail; "" if nothing."""
    return (via.source.rel or "") if isinstance(via, Via) and via.source is not None else ""


def is_rule(via: Via | str | None) -> bool:
    """Whether no person did it."""
    return word(via) in _RULES or rel(via) in ("trigger", "automation")


def channel_of(via: Via | str | None) -> str:
    """One of `console.channels`. Forms, portal, API, e-mail and what is unknown: e-mail.

    A ticket from a form or an API is waited for and answered like an e-mail: nobody holds the line.
    """
    name = word(via)
    found = _CHANNELS.get(name)
    if found is None:
        for beginning, channel in _BY_BEGINNING:
            if name.startswith(beginning):
                return channel
    return found or "email"


def version(updated_at: int, generated: float | None) -> int:
    """A version under which the newer copy of a record wins, with or without an export's clock.

    Every change moves the clock of incremental exports (``generated_timestamp``, seconds); changes
    by the system itself leave ``updated_at`` alone, and search results have no such clock. Neither
    ever goes back. So the later ``updated_at`` (µs here) is newer, and of two that agree in it the
    one whose clock is later; one without a clock counts as taken at its ``updated_at``.
    """
    seconds = updated_at // SECOND
    late = 0 if generated is None else max(0, int(generated) - seconds)
    return seconds << 31 | min(late, (1 << 31) - 1)


def origin(raw: bytes) -> str:
    """The account's subdomain, from a ``url`` of its API; "" if none."""
    found = _SUBDOMAIN.search(raw)
    return found[1].decode() if found is not None else ""


# --- which export a file is

_ARRAYS: Final = (
    "audits", "ticket_events", "tickets", "results", "deleted_tickets", "metric_sets", "comments",
    "ticket_metrics", "ticket_metric_events", "calls", "legs", "agents_activity",
    "agent_engagement_data", "users", "groups",
)  # fmt: skip
#: Only Zendesk's tickets have these; other help desks share the rest.
_TICKET: Final = frozenset(
    ("submitter_id", "raw_subject", "via", "generated_timestamp", "custom_status_id", "brand_id",
     "ticket_form_id", "has_incidents", "email_cc_ids", "sharing_agreement_ids")
)  # fmt: skip
_USER: Final = frozenset(
    ("locale_id", "iana_time_zone", "ticket_restriction", "restricted_agent", "default_group_id",
     "two_factor_auth_enabled", "shared_agent", "role_type", "custom_role_id", "moderator",
     "only_private_comments", "verified", "suspended", "user_fields", "organization_id")
)  # fmt: skip
_GROUP: Final = frozenset(("is_public", "default", "deleted"))
#: A group says little that other systems' groups do not: then the address must say whose it is.
_ADDRESS: Final = b".zendesk.com/"


@lru_cache(maxsize=4)
def kind(head: bytes) -> str:
    """Which of the exports begins so: tickets, audits, comments, metrics, talk, engagements or
    directory; "" if none."""
    outermost = json_pieces.first(head, (), 1) if head else []
    if not outermost:
        return ""
    found = _kind(outermost[0].raw, "")
    if found:
        return found
    for array in _ARRAYS:
        if b'"' + array.encode() + b'"' in head:
            pieces = json_pieces.first(head, (array,), 1)
            if pieces and pieces[0].array == array:
                found = _kind(pieces[0].raw, array)
                if found:
                    return found
    return ""


def _kind(raw: bytes, array: str) -> str:
    names = json_pieces.members(raw)
    if "ticket_id" in names and ("child_events" in names or {"events", "author_id"} <= names):
        return "audits"
    if {"engagement_id", "ticket_id", "agent_id"} <= names:
        return "engagements"
    if "ticket_id" in names and (
        {"metric", "instance_id"} <= names
        or "reply_time_in_minutes" in names
        or {"assignee_stations", "reopens"} <= names
    ):
        return "tickets" if array == "metric_sets" else "metrics"
    if {"author_id", "public"} <= names and names & {"audit_id", "html_body", "plain_body"}:
        return "comments"
    if "completion_status" in names and names & {"call_id", "call_group_id", "time_to_answer"}:
        return "talk"
    if names & {"current_queue_activity"} or {"calls_waiting", "current_timestamp"} <= names:
        return "talk"
    if {"agent_id", "agent_state", "calls_missed"} <= names:
        return "talk"
    if array == "results":
        return "tickets" if "result_type" in names else ""
    if array == "deleted_tickets" and {"deleted_at", "previous_state"} <= names:
        return "tickets"
    if "id" in names and "responder_id" not in names:
        if "status" in names and len(names & _TICKET) >= 2:
            return "tickets"
        if {"generated_timestamp", "status"} <= names:
            return "tickets"
        if {"name", "role"} <= names and len(names & _USER) >= 3:
            return "directory"
        if "name" in names and names & _GROUP and "url" in names and _ADDRESS in raw[:4096]:
            return "directory"
    if not array and names & {"ticket"} and len(names) <= 3 and b'"submitter_id"' in raw:
        return "tickets"
    return ""
