"""Alarms of those who wait: too long, with nobody free, or for a call that was promised."""

from collections.abc import Sequence

from console.alarms.condition import Condition, Situation, counted, lasting
from console.domain.alarms import QUEUE, SEND, Finding
from console.domain.board import QueueRow
from console.domain.times import HOUR, SECOND
from console.settings import Settings

#: An alarm of a wait ends below this share of its limit.
_EASED = 0.8


def _oldest_wait(s: Situation) -> Sequence[Finding]:
    """One for each channel: in a meltdown one for each queue would be a flood."""
    found: list[Finding] = []
    for channel, queues in s.channels().items():
        easing = _EASED if s.stands("wait", channel) else 1.0
        known = [(q, limit) for q in queues if q.waits_known and (limit := s.expected_s(q))]
        beyond = [
            (s.now - q.oldest_at, q, limit)
            for q, limit in known
            if q.oldest_at is not None and s.now - q.oldest_at > easing * limit * SECOND
        ]
        if not beyond:
            found.append(Finding("wait", channel, False if known else None))
            continue
        # The one that is the furthest beyond what its own customers expect.
        waited, worst, limit = max(beyond, key=lambda each: each[0] / each[2])
        others = f"; {len(beyond) - 1} more beyond theirs" if len(beyond) > 1 else ""
        found.append(
            Finding(
                "wait",
                channel,
                True,
                f"{channel}: customers wait longer than they expect",
                f"oldest {lasting(waited)} in {worst.queue}, expected {lasting(limit * SECOND)}"
                + others,
                "Longest wait: now − entry of the contact that waits longest, live, against the "
                "time in which its customers expect an answer (target of the queue, else of its "
                "channel).",
                f"Send agents to {worst.queue}, or take load off it.",
                SEND,
                str(worst.queue_id),
            )
        )
    return found


def _nobody_free(s: Situation) -> Sequence[Finding]:
    found: list[Finding] = []
    for channel, queues in s.channels().items():
        known = [q for q in queues if q.waits_known and q.agents_known]
        bare = [q for q in known if q.waiting and not q.available]
        if not bare:
            found.append(Finding("nobody", channel, False if known else None))
            continue
        worst = max(bare, key=lambda q: (q.waiting, q.queue))
        waiting = sum(q.waiting for q in bare)
        others = f" and {counted(len(bare) - 1, 'other queue')}" if len(bare) > 1 else ""
        found.append(
            Finding(
                "nobody",
                channel,
                True,
                f"{channel}: {'nobody is there' if not _staffed(bare) else 'nobody is free'} "
                "for those who wait",
                f"{waiting} wait in {worst.queue}{others}; {_busy(worst)} there",
                "Contacts in queue and the members of that queue by state, live; free are those "
                "signed in, not paused and on no contact.",
                f"Send agents to {worst.queue}; Resources lists who could be freed.",
                SEND,
                str(worst.queue_id),
            )
        )
    return found


def _staffed(queues: Sequence[QueueRow]) -> bool:
    return any(queue.staffed for queue in queues)


def _busy(queue: QueueRow) -> str:
    if not queue.staffed:
        return "nobody"
    parts = (
        (queue.on_contact + queue.ringing, "on contact"),
        (queue.wrap_up, "in wrap-up"),
        (queue.paused, "paused"),
    )
    return ", ".join(f"{number} {words}" for number, words in parts if number) or "nobody free"


def _promises(s: Situation) -> Sequence[Finding]:
    limit_h = s.settings.alarm_promise_h
    found: list[Finding] = []
    for channel, queues in s.channels().items():
        known = [q for q in queues if q.promises is not None]
        eased = _EASED if s.stands("promises", channel) else 1.0
        late = [
            q
            for q in known
            if q.overdue
            or (
                q.promises
                and q.oldest_promise_at is not None
                and s.now - q.oldest_promise_at > eased * limit_h * HOUR
            )
        ]
        if not late:
            found.append(Finding("promises", channel, False if known else None))
            continue
        worst = min(late, key=lambda q: q.oldest_promise_at or s.now)
        overdue = sum(q.overdue or 0 for q in late)
        words = [f"{overdue} overdue of {sum(q.promises or 0 for q in late)} promised"]
        if worst.oldest_promise_at is not None:
            words.append(f"oldest {lasting(s.now - worst.oldest_promise_at)} in {worst.queue}")
        found.append(
            Finding(
                "promises",
                channel,
                True,
                f"{channel}: callbacks are promised and not kept",
                ", ".join(words),
                "Callbacks promised and open, live: overdue where their time has passed; stale "
                f"where none was stated and they are older than {limit_h} h.",
                f"Dial the list of {worst.queue} or release it; stop offering while it grows.",
                QUEUE,
                str(worst.queue_id),
            )
        )
    return found


def _wait_s(settings: Settings) -> int:
    return settings.alarm_wait_s


WAIT = Condition("wait", "Customers wait longer than they expect", _oldest_wait, _wait_s)
NOBODY = Condition("nobody", "Nobody is free while customers wait", _nobody_free, _wait_s)
PROMISES = Condition("promises", "Callbacks are overdue or stale", _promises, lambda _: 60)
