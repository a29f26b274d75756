"""How many wait and how many agents are there: queue observations of Genesys Cloud.

Source: POST /api/v2/analytics/queues/observations/query. The answer is of the moment of asking and
does not say when that was: whoever keeps it has to write the time beside ``results``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from console.domain.statements import Count, Statement
from console.exports import genesys
from console.exports.export import Mask, Rejected
from console.exports.genesys import CHANNELS, at
from console.exports.json_pieces import first, members
from console.exports.moments import epoch

NAME: Final = "genesys_observations"
TITLE: Final = "Genesys Cloud: queue observations"
PLATFORM: Final = genesys.PLATFORM
KIND: Final[Literal["json"]] = "json"
#: A whole answer is one record: the time and the presences' meaning stand beside the results.
ARRAYS: Final[tuple[str, ...]] = ()

_METRICS = (
    b'"oWaiting"',
    b'"oInteracting"',
    b'"oOnQueueUsers"',
    b'"oOffQueueUsers"',
    b'"oUserPresences"',
    b'"oUserRoutingStatuses"',
    b'"oMemberUsers"',
    b'"oActiveUsers"',
)

_Time = int | float | str | None


class _Seen(msgspec.Struct, rename="camel"):
    observation_date: str | None = None


class _Stats(msgspec.Struct, rename="camel"):
    count: int | float | None = None
    calculated_metric_value: int | float | None = None


class _Metric(msgspec.Struct):
    metric: str | None = None
    qualifier: str | None = None
    stats: _Stats | None = None
    truncated: bool | None = None
    observations: list[_Seen] | None = None

    @property
    def count(self) -> int | None:
        if self.stats is None or self.stats.count is None:
            return None
        return int(self.stats.count)


class _Result(msgspec.Struct):
    group: dict[str, str | None] | None = None
    data: list[_Metric] | None = None


class _Answer(msgspec.Struct, rename="camel"):
    results: list[_Result] | None = None
    system_to_organization_mappings: dict[str, list[str]] | None = None
    timestamp: _Time = None
    time: _Time = None
    date: _Time = None
    observed_at: _Time = None
    retrieved_at: _Time = None
    query_time: _Time = None
    snapshot_time: _Time = None
    data_snapshot_time: _Time = None


_decoder = msgspec.json.Decoder(_Answer)


def fits(head: bytes, /) -> bool:
    """Whether it begins with an answer that has observations of queues."""
    for piece in first(head, ARRAYS, 3):
        if "results" in members(piece.raw) and any(name in piece.raw for name in _METRICS):
            return b'"metrics"' not in piece.raw  # aggregates have these a level deeper
    return False


def origin(raw: bytes, array: str, /) -> str:
    """ "": an answer does not say of which organisation it is."""
    del raw, array
    return ""


def take(raw: bytes, array: str, mask: Mask, /) -> Iterable[Statement]:
    """`Count`s of one instant. Key: ``<metric>@<at>``, of contacts with ``/<channel>``.

    Raises Rejected where nothing says of when the answer is.
    """
    return take_written(raw, array, mask, None)


def take_written(
    raw: bytes, array: str, mask: Mask, written_at: int | None, /
) -> Iterable[Statement]:
    """The same, of a file that was written at that time: the API's own answer names none."""
    del array, mask
    answer = _decoder.decode(raw)
    if answer.results is None:
        raise Rejected("an answer without results")
    now = _asked_at(answer)
    if now is None:
        now = written_at
    if now is None:
        raise Rejected("counts without the time of asking: write it beside them as `timestamp`")
    words = {
        presence: system.upper().replace(" ", "_")
        for system, presences in (answer.system_to_organization_mappings or {}).items()
        for presence in presences
    }
    told: list[Statement] = []
    for result in answer.results:
        group = result.group or {}
        if group.keys() - {"queueId", "mediaType"}:
            continue  # of a part of the queue: a count is of the whole
        queue, media = group.get("queueId") or None, (group.get("mediaType") or "").lower()
        if media and media not in CHANNELS:
            continue
        told.extend(_contacts(result.data or (), queue, media, now))
        told.extend(_agents(result.data or (), queue, words, now))
    return told


def _asked_at(answer: _Answer) -> int | None:
    for stated in (
        answer.timestamp,
        answer.observed_at,
        answer.retrieved_at,
        answer.query_time,
        answer.snapshot_time,
        answer.data_snapshot_time,
        answer.time,
        answer.date,
    ):
        if isinstance(stated, str):
            return epoch(stated) if stated.isdecimal() else at(stated)
        if stated is not None:
            return epoch(stated)
    return None


def _contacts(
    data: Sequence[_Metric], queue: str | None, media: str, now: int
) -> Iterator[Statement]:
    channel = CHANNELS.get(media, "")
    for each in data:
        count = each.count
        if each.metric != "oWaiting" or count is None:
            continue
        metric = "callbacks" if media == "callback" else "waiting"
        yield _count(metric, now, queue, channel, count)
        since = [seen for one in each.observations or () if (seen := at(one.observation_date))]
        if since and media != "callback" and not each.truncated and len(since) == count:
            yield _count("oldest_wait_us", now, queue, channel, max(0, now - min(since)))


def _agents(
    data: Sequence[_Metric], queue: str | None, words: Mapping[str, str], now: int
) -> Iterator[Statement]:
    """Of those who are on queue: by routing status. Of all: by presence."""
    on_queue: dict[str, int] = {}
    present: dict[str, int] = {}
    known = False
    for each in data:
        count = each.count
        if count is None:
            continue
        qualifier = (each.qualifier or "").strip()
        if each.metric == "oOnQueueUsers":
            known = True
            on_queue[qualifier.upper()] = on_queue.get(qualifier.upper(), 0) + count
        elif each.metric == "oUserPresences":
            word = words.get(qualifier, qualifier.upper().replace(" ", "_"))
            present[word] = present.get(word, 0) + count
    if known:
        parted = {status: count for status, count in on_queue.items() if status}
        yield _count("staffed", now, queue, "", sum(parted.values()) or on_queue.get("", 0))
        if parted:
            yield _count("available", now, queue, "", parted.get("IDLE", 0))
            yield _count("on contact", now, queue, "", parted.get("INTERACTING", 0))
            if "NOT_RESPONDING" in parted:
                yield _count("error", now, queue, "", parted["NOT_RESPONDING"])
    if present and all(word in _PRESENCES for word in present):
        here = sum(count for word, count in present.items() if word != "OFFLINE")
        yield _count("online", now, queue, "", here)
        yield _count("paused", now, queue, "", here - present.get("ON_QUEUE", 0))


#: Other qualifiers are an organisation's own presences, which the answer may explain.
_PRESENCES = frozenset(
    (
        "AVAILABLE",
        "AWAY",
        "BUSY",
        "OFFLINE",
        "IDLE",
        "ON_QUEUE",
        "MEAL",
        "TRAINING",
        "MEETING",
        "BREAK",
    )
)


def _count(metric: str, now: int, queue: str | None, channel: str, value: int) -> Statement:
    key = f"{metric}/{channel}@{now}" if channel else f"{metric}@{now}"
    return Statement(f"count:{queue or ''}", key, now, Count(now, queue, channel, metric, value))


__all__ = ["ARRAYS", "KIND", "NAME", "PLATFORM", "TITLE", "fits", "origin", "take"]
