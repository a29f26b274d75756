"""Amazon Connect's real-time figures: answers of GetCurrentMetricData and GetCurrentUserData.

Source: Amazon Connect API reference. An answer (one page of it) is one record: the time of the
figures stands outside of their list. Figures of a period (GetMetricData, GetMetricDataV2) are no
snapshots of an instant and are put aside.
"""

from collections.abc import Iterator
from typing import Final

import msgspec

from console.domain.statements import Count, Presence, Statement
from console.domain.times import SECOND
from console.exports import amazon_connect as connect
from console.exports import json_pieces
from console.exports.amazon_connect import Time
from console.exports.amazon_connect_agent_events import presence_of
from console.exports.export import Mask, Rejected

NAME = "amazon_connect_metrics"
TITLE = "Amazon Connect: real-time metrics"
PLATFORM = connect.PLATFORM
KIND = "json"
ARRAYS: tuple[str, ...] = ()

_OLDEST: Final = "OLDEST_CONTACT_AGE"
_METRICS = {
    "CONTACTS_IN_QUEUE": "waiting",
    _OLDEST: "oldest_wait_us",
    "CONTACTS_SCHEDULED": "callbacks",
    "AGENTS_AVAILABLE": "available",
    "AGENTS_ON_CONTACT": "on contact",
    "AGENTS_ON_CALL": "on contact",
    "AGENTS_AFTER_CONTACT_WORK": "wrap-up",
    "AGENTS_NON_PRODUCTIVE": "paused",
    "AGENTS_STAFFED": "staffed",
    "AGENTS_ONLINE": "online",
    "AGENTS_ERROR": "error",
}
_MILLISECOND = SECOND // 1000


class _Reference(msgspec.Struct):
    Id: str | None = None
    Arn: str | None = None


class _Dimensions(msgspec.Struct):
    Queue: _Reference | None = None
    Channel: str | None = None
    RoutingProfile: _Reference | None = None
    AgentStatus: _Reference | None = None
    RoutingStepExpression: str | None = None
    Subtype: str | None = None
    ValidationTestType: str | None = None

    def narrow(self) -> bool:
        """Whether it is a part of a queue that a count cannot name."""
        return bool(
            self.RoutingProfile
            or self.AgentStatus
            or self.RoutingStepExpression
            or self.Subtype
            or self.ValidationTestType
        )


class _Metric(msgspec.Struct):
    Name: str | None = None


class _Collected(msgspec.Struct):
    Metric: _Metric | None = None
    Value: float | None = None


class _Result(msgspec.Struct):
    Dimensions: _Dimensions | None = None
    Collections: list[_Collected] | None = None


class _Status(msgspec.Struct):
    StatusName: str | None = None
    StatusStartTimestamp: Time = None


class _User(msgspec.Struct):
    User: _Reference | None = None
    Status: _Status | None = None


class _Answer(msgspec.Struct):
    DataSnapshotTime: Time = None
    MetricResults: list[_Result] | None = None
    UserDataList: list[_User] | None = None


_decoder = msgspec.json.Decoder(_Answer)


def fits(head: bytes, /) -> bool:
    """Whether it begins with an answer: a list of figures with their time, or of users' data."""
    for piece in json_pieces.first(head, ARRAYS, 3):
        members = json_pieces.members(piece.raw)
        # The list stands in front of the time and can be longer than what is looked at.
        if "MetricResults" in members and (
            "DataSnapshotTime" in members
            or b'"CONTACTS_IN_QUEUE"' in piece.raw
            or b'"AGENTS_' in piece.raw
        ):
            return True
        if "UserDataList" in members:
            return True
    return False


def origin(raw: bytes, array: str, /) -> str:
    """The instance's id, from the first queue or user with an ARN; "" in an ungrouped answer."""
    del array
    try:
        answer = _decoder.decode(raw)
    except msgspec.DecodeError:
        return ""
    for result in answer.MetricResults or ():
        queue = result.Dimensions and result.Dimensions.Queue
        if queue is not None and (found := connect.instance(queue.Arn)):
            return found
    for user in answer.UserDataList or ():
        if user.User is not None and (found := connect.instance(user.User.Arn)):
            return found
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> list[Statement]:
    """Counts of one instant, or every agent's status since when.

    Raises Rejected where the figures have no time, or are grouped by what is not a queue.
    """
    del array, mask
    return list(_said(raw))


def _said(raw: bytes) -> Iterator[Statement]:
    answer = _decoder.decode(raw)
    if answer.UserDataList is not None:
        for user in answer.UserDataList:
            yield from _status(user)
        return
    if answer.MetricResults is None:
        raise Rejected("neither MetricResults nor UserDataList")
    now = connect.at(answer.DataSnapshotTime)
    if now is None:
        raise Rejected("figures without DataSnapshotTime: of a period, or nobody knows of when")
    narrow = [
        result.Dimensions is not None and result.Dimensions.narrow()
        for result in answer.MetricResults
    ]
    if narrow and all(narrow):
        raise Rejected("figures of routing profiles, statuses or subtypes: a count is of a queue")
    for result, is_narrow in zip(answer.MetricResults, narrow, strict=True):
        if not is_narrow:
            yield from _counts(result, now)


def _counts(result: _Result, now: int) -> Iterator[Statement]:
    grouped = result.Dimensions or _Dimensions()
    queue = None
    if grouped.Queue is not None:
        queue = connect.arn(grouped.Queue.Arn) or grouped.Queue.Id or None
    channel = connect.channel_of(grouped.Channel, "")
    if channel == connect.TASK:
        return
    for each in result.Collections or ():
        name = (each.Metric and each.Metric.Name) or ""
        metric = _METRICS.get(name)
        if metric is None or each.Value is None:
            continue
        value = each.Value
        if name == _OLDEST:
            # Without groupings it comes in milliseconds, whatever unit stands beside it.
            bare = queue is None and not grouped.Channel
            value *= _MILLISECOND if bare else SECOND
        said = Count(now, queue, channel, metric, round(value))
        key = f"{metric}@{now}" + (f":{grouped.Channel}" if grouped.Channel else "")
        # Where an answer has both, the old name says less.
        version = now - 1 if name == "AGENTS_ON_CALL" else now
        yield Statement(f"count:{queue or ''}", key, version, said)


def _status(user: _User) -> Iterator[Statement]:
    agent = "" if user.User is None else connect.arn(user.User.Arn) or user.User.Id or ""
    if not agent or user.Status is None or not user.Status.StatusName:
        return
    since = connect.at(user.Status.StatusStartTimestamp)
    if since is not None:
        name = user.Status.StatusName
        said = Presence(since, presence_of(name, ""), name)
        yield Statement(f"agent:{agent}", f"status:{since}", since, said)
