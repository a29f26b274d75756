"""Zendesk Talk: calls, their legs, and how many wait.

Pages of ``/api/v2/channels/voice/stats/incremental/calls`` and ``…/legs``, of
``current_queue_activity`` and ``agents_activity``, or one record a line. Durations are seconds.
"""

from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from console.domain import facts
from console.domain.statements import (
    Count,
    Course,
    Moment,
    Name,
    Promise,
    Statement,
    Stay,
)
from console.domain.times import SECOND
from console.exports import zendesk
from console.exports.export import Mask, Rejected
from console.exports.moments import epoch, utc

NAME: Final = "zendesk_talk"
TITLE: Final = "Zendesk Talk"
PLATFORM: Final = zendesk.PLATFORM
KIND: Literal["json"] = "json"
ARRAYS: tuple[str, ...] = ("calls", "legs", "agents_activity")

_UNANSWERED: Final = ("not_answered", "failed", "pending_voicemail")


class Call(msgspec.Struct):
    """A call, summed over all agents who had it."""

    id: zendesk.Ident = None
    agent_id: zendesk.Ident = None
    customer_id: zendesk.Ident = None
    call_group_id: zendesk.Ident = None
    direction: str | None = None
    completion_status: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    duration: float | None = None
    talk_time: float | None = None
    hold_time: float | None = None
    wait_time: float | None = None
    time_to_answer: float | None = None
    wrap_up_time: float | None = None
    ivr_time_spent: float | None = None
    voicemail: bool | None = None
    callback: bool | None = None
    customer_requested_voicemail: bool | None = None
    exceeded_queue_wait_time: bool | None = None
    exceeded_queue_time: bool | None = None
    outside_business_hours: bool | None = None
    overflowed: bool | None = None


class Leg(msgspec.Struct):
    """One connection of a call: to an agent, the customer, or outside."""

    id: zendesk.Ident = None
    call_id: zendesk.Ident = None
    agent_id: zendesk.Ident = None
    type: str | None = None
    completion_status: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    duration: float | None = None
    talk_time: float | None = None
    hold_time: float | None = None
    wrap_up_time: float | None = None


class Activity(msgspec.Struct):
    """How the lines stand at one instant (`current_timestamp`, seconds)."""

    current_timestamp: float | None = None
    agents_online: int | None = None
    calls_waiting: int | None = None
    longest_wait_time: float | None = None
    callbacks_waiting: int | None = None
    embeddable_callbacks_waiting: int | None = None


class Page(msgspec.Struct):
    """A page with the activity inside, or the activity itself."""

    current_queue_activity: Activity | None = None


class Agent(msgspec.Struct):
    """An agent's sums of the day, of which only who it is can be told: it states no time."""

    agent_id: zendesk.Ident = None
    name: str | None = None


_calls = msgspec.json.Decoder(Call, strict=False)
_legs = msgspec.json.Decoder(Leg, strict=False)
_pages = msgspec.json.Decoder(Page, strict=False)
_activities = msgspec.json.Decoder(Activity, strict=False)
_agents = msgspec.json.Decoder(Agent, strict=False)


def fits(head: bytes) -> bool:
    """Whether the first record is a call, a leg or an activity of Talk's."""
    return zendesk.kind(head) == "talk"


def take(raw: bytes, array: str, mask: Mask) -> Iterable[Statement]:
    """A `Course` of a call, `Moment`s of an agent's leg, `Count`s of what waits."""
    what = array or _what(raw)
    if what == "calls":
        return _call(_calls.decode(raw), mask)
    if what == "legs":
        return _leg(_legs.decode(raw))
    if what == "agents_activity":
        agent = _agents.decode(raw)
        id_ = zendesk.agent(agent.agent_id)
        if id_ is None or not agent.name:
            return ()
        return (Statement("name", f"agent:{id_}", 0, Name("agent", id_, agent.name)),)
    activity = _pages.decode(raw).current_queue_activity or _activities.decode(raw)
    return _counts(activity)


def _what(raw: bytes) -> str:
    """What a record outside of any array is."""
    if b'"call_id"' in raw:
        return "legs"
    if b'"completion_status"' in raw:
        return "calls"
    return "agents_activity" if b'"agent_state"' in raw else ""


# --- calls


def _call(call: Call, mask: Mask) -> Iterable[Statement]:
    id_, created = zendesk.ident(call.id), utc(call.created_at)
    if not id_ or created is None:
        raise Rejected("a call without an id or the time at which it began")
    outbound = call.direction == "outbound"
    agent, group = zendesk.agent(call.agent_id), zendesk.agent(call.call_group_id)
    status = call.completion_status or ""
    lasted = zendesk.us(call.duration)
    over = bool(status) or bool(lasted)
    ended = created + lasted if over and lasted is not None else None
    answered = agent is not None and not call.voicemail and _reached(status)
    stays: tuple[Stay, ...] = ()
    if answered:
        stays = (_answered(call, created, ended, agent, None if outbound else group),)
    elif not outbound and status != "abandoned_in_ivr":
        stays = _unanswered(call, created, ended, group, over)
    promises: tuple[Promise, ...] = ()
    if call.callback:
        outcome = "reached" if answered else "missed" if over else "promised"
        promises = (Promise(group, created, None, None, ended, outcome),)
    said = Course(
        "voice",
        created,
        ended,
        zendesk.user(call.customer_id, mask),
        "outbound" if outbound else "inbound",
        stays,
        promises,
    )
    return (Statement(f"contact:{id_}", "call", utc(call.updated_at) or created, said),)


def _reached(status: str) -> bool:
    """Whether an agent who is named also talked: not where the caller gave up before."""
    if status.startswith("abandoned"):
        return status == "abandoned_on_hold"
    return status not in _UNANSWERED


def _answered(
    call: Call, created: int, ended: int | None, agent: str | None, queue: str | None
) -> Stay:
    wait, until_answer = zendesk.us(call.wait_time), zendesk.us(call.time_to_answer)
    talk, hold = zendesk.us(call.talk_time), zendesk.us(call.hold_time)
    wrap = zendesk.us(call.wrap_up_time)
    if until_answer is None:
        until_answer = (zendesk.us(call.ivr_time_spent) or 0) + (wait or 0)
    connected = created + until_answer
    if ended is not None:
        connected = min(connected, ended)
    entered = created if queue is None or wait is None else max(created, connected - wait)
    if talk is not None and hold and (ended is None or talk + hold <= ended - connected):
        # Talk's own talk time leaves hold out; where both do not fit, it has it in.
        talk += hold
    return Stay(
        queue,
        entered,
        connected,
        ended,
        agent,
        facts.ANSWERED,
        call.completion_status or "",
        None if queue is None else wait,
        talk,
        hold,
        ended if wrap is not None else None,
        ended + wrap if wrap is not None and ended is not None else None,
    )


def _unanswered(
    call: Call, created: int, ended: int | None, queue: str | None, over: bool
) -> tuple[Stay, ...]:
    status, wait = call.completion_status or "", zendesk.us(call.wait_time)
    entered = created + (zendesk.us(call.ivr_time_spent) or 0)
    left = ended
    if not over:
        outcome = facts.WAITING
    elif call.outside_business_hours:
        outcome, entered = facts.CLOSED, created
    elif call.callback:
        outcome = facts.WITHDRAWN
    elif call.customer_requested_voicemail:
        outcome = facts.EXIT_KEY
    elif (
        call.exceeded_queue_wait_time
        or call.exceeded_queue_time
        or call.overflowed
        or call.voicemail
        or status.endswith("voicemail")
    ):
        outcome = facts.TIMEOUT
    elif status == "failed":
        outcome = facts.LOST
    elif status.startswith("abandoned") or status == "not_answered":
        outcome = facts.ABANDONED
    elif queue is None:
        return ()  # the menu did it all
    else:
        outcome = facts.WITHDRAWN
    if wait is not None and ended is not None:
        if outcome in (facts.ABANDONED, facts.LOST):
            entered = max(created, ended - wait)
        else:
            # What follows the queue (a message, the other line) is in the duration, not the wait.
            left = min(ended, entered + wait)
    if left is not None:
        entered = min(entered, left)
    return (Stay(queue, entered, None, left, None, outcome, status, wait if over else None),)


# --- legs


def _leg(leg: Leg) -> Iterable[Statement]:
    """What an agent's leg tells. Where the call itself is known, it says more and holds."""
    id_, call = zendesk.ident(leg.id), zendesk.ident(leg.call_id)
    created = utc(leg.created_at)
    if not id_ or not call or created is None:
        raise Rejected("a leg without its id, its call, or the time at which it began")
    agent = zendesk.agent(leg.agent_id)
    if agent is None or leg.type not in (None, "agent"):
        return ()
    status = leg.completion_status or ""
    lasted = zendesk.us(leg.duration)
    talk, hold = zendesk.us(leg.talk_time) or 0, zendesk.us(leg.hold_time) or 0
    ended = None if lasted is None else created + lasted
    moments = [Moment(created, "offered", agent=agent)]
    if "missed" in status or "declined" in status:
        moments.append(Moment(ended or created, "declined", agent=agent, word=status))
    elif talk or status in ("completed", "accepted_call", "accepted"):
        connected = created if ended is None else max(created, ended - talk - hold)
        moments.append(Moment(connected, "connected", agent=agent, word=status))
        if ended is not None:
            moments.append(Moment(ended, "released", agent=agent, word=status))
            wrap = zendesk.us(leg.wrap_up_time)
            if wrap:
                moments.append(Moment(ended + wrap, "wrapped", agent=agent, word=status))
    version = utc(leg.updated_at) or created
    return [
        Statement(f"contact:{call}", f"leg:{id_}.{moment.what}", version, moment)
        for moment in moments
    ]


# --- what waits


def _counts(activity: Activity) -> Iterable[Statement]:
    if activity.current_timestamp is None:
        raise Rejected("queue activity that does not say of when it is")
    at = epoch(activity.current_timestamp)
    callbacks = [
        each
        for each in (activity.callbacks_waiting, activity.embeddable_callbacks_waiting)
        if each is not None
    ]
    longest = activity.longest_wait_time
    values = {
        "waiting": activity.calls_waiting,
        "oldest_wait_us": None if longest is None else round(longest * SECOND),
        "callbacks": sum(callbacks) if callbacks else None,
        "online": activity.agents_online,
    }
    return [
        Statement("count:", f"{metric}@{at}", at, Count(at, None, "voice", metric, value))
        for metric, value in values.items()
        if value is not None
    ]


def origin(raw: bytes, array: str) -> str:
    """The account's subdomain, which calls do not state."""
    return zendesk.origin(raw)
