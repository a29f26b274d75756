"""What the commands that steer aim at, and how soon that can show, from the figures of the moment.

All of it is told before the command changes anything.
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.commands.texts import listed
from console.domain.effects import DOWN, UP, KpiAim
from console.reads import reaction
from console.reads.members import serving
from console.store.tables import Queue

AT_ONCE = "at once, from when the platform has it"


def of_placing(
    session: Session,
    gains: Mapping[int, Collection[int]],
    losses: Mapping[int, Collection[int]],
    names: Mapping[int, str],
) -> tuple[KpiAim, ...]:
    """`gains` and `losses`: which agents come to, and leave, each queue."""
    agents = {agent for ids in (*gains.values(), *losses.values()) for agent in ids}
    busy = reaction.queues_on_contact(session, agents)
    found: list[KpiAim] = []
    for queue_id, coming in gains.items():
        first_s, first = _free_after(session, coming, busy)
        full_s, words = _served_after(session, queue_id, len(coming), first_s)
        for kpi, way in (("waiting", DOWN), ("service_level", UP)):
            found.append(
                KpiAim(kpi, names[queue_id], (queue_id,), way, first_s, full_s, f"{first}; {words}")
            )
    for queue_id, going in losses.items():
        first_s, first = _free_after(session, going, busy)
        number = len(set(going))
        reason = f"{_agents(number)} fewer there; {first}"
        found.append(
            KpiAim("waiting", names[queue_id], (queue_id,), DOWN, first_s, None, reason, cost=True)
        )
    return tuple(found)


def of_callback(
    session: Session, queues: Sequence[Queue], offer: bool | None, dial: bool | None
) -> tuple[KpiAim, ...]:
    ids = tuple(queue.id for queue in queues)
    if not ids:
        return ()
    scope = listed([queue.name for queue in queues])
    found: list[KpiAim] = []

    def aim(
        kpi: str, way: str, full_s: int | None, reason: str, *, cost: bool = False, first: int = 0
    ) -> None:
        found.append(KpiAim(kpi, scope, ids, way, first, full_s, reason, cost))

    if offer is False:
        aim("promised", DOWN, 0, f"no new promise is made {AT_ONCE}")
        stay = "those who would have taken the offer stay in the queue or hang up"
        aim("waiting", DOWN, 0, stay, cost=True)
        aim("abandon_rate", DOWN, *_patience(session, ids, stay), cost=True)
    elif offer:
        takes = "who takes the offer leaves the queue"
        aim("waiting", DOWN, *_patience(session, ids, takes))
        aim("abandon_rate", DOWN, *_patience(session, ids, takes))
        aim("promised", DOWN, 0, f"promises are made again {AT_ONCE}", cost=True)
    if dial is False:
        aht = reaction.aht_s(session, ids)
        freed = "agents take waiting contacts again when the calls that they are on have ended"
        aim("waiting", DOWN, _whole(aht), _told(freed, aht, "the AHT of these queues"))
        aim("promises", DOWN, 0, "nobody is called back meanwhile", cost=True)
    elif dial:
        full_s, reason = _called_after(session, ids)
        aim("promises", DOWN, full_s, reason)
        aim("waiting", DOWN, 0, "agents who call back take nothing else meanwhile", cost=True)
    return tuple(found)


def of_channel(
    session: Session, channel: str, queues: Sequence[Queue], state: str
) -> tuple[KpiAim, ...]:
    ids = tuple(queue.id for queue in queues)
    if not ids:
        return ()
    if state == "open":
        learns = "unknown: customers come back when they learn of it"
        return (KpiAim("received", channel, ids, UP, 0, None, learns),)
    redial = reaction.redial_s(session, ids)
    elsewhere = _told(
        "those who are turned away try another channel as soon as those who hang up try again",
        redial,
        "the median of the last two hours",
    )
    found = [KpiAim("received", channel, ids, DOWN, 0, 0, f"nobody is let in {AT_ONCE}")]
    if state == "draining":
        full_s, words = _drained_after(session, ids)
        found.append(KpiAim("waiting", channel, ids, DOWN, 0, full_s, words))
    else:
        words = f"those in front are sent away {AT_ONCE}"
        found.append(KpiAim("waiting", channel, ids, DOWN, 0, 0, words))
    others = session.execute(
        select(Queue.channel, Queue.id).where(Queue.channel != channel).order_by(Queue.channel)
    ).tuples()
    if other_ids := [(name, queue_id) for name, queue_id in others]:
        scope = listed(list(dict.fromkeys(name for name, _ in other_ids)))
        places = tuple(queue_id for _, queue_id in other_ids)
        found.append(
            KpiAim("received", scope, places, DOWN, 0, _whole(redial), elsewhere, cost=True)
        )
    return tuple(found)


def _free_after(
    session: Session, agent_ids: Collection[int], busy: Mapping[int, int]
) -> tuple[int | None, str]:
    """When the first of them can take a contact."""
    on = {busy[agent] for agent in agent_ids if agent in busy}
    if any(agent not in busy for agent in agent_ids):
        return 0, f"the first effect {AT_ONCE}"
    aht = reaction.aht_s(session, on)
    words = "the first effect when the contacts that they are on have ended"
    return _whole(aht), _told(words, aht, "the AHT there")


def _served_after(
    session: Session, queue_id: int, agents: int, first_s: int | None
) -> tuple[int | None, str]:
    """When those who wait have been served by the agents who come."""
    waiting, aht = reaction.waiting(session, (queue_id,)), reaction.aht_s(session, (queue_id,))
    words = "the whole when they have served those in front"
    if waiting is None:
        return None, f"{words}: unknown, for its source does not say who waits"
    if aht is None:
        return None, f"{words}: unknown, for too few contacts ended of late to know the AHT"
    seconds = round(waiting * aht / agents)
    told = f"{words}: {waiting} waiting × {_clock(aht)} AHT ÷ {_agents(agents)} = {_clock(seconds)}"
    return None if first_s is None else first_s + seconds, told


def _drained_after(session: Session, ids: Collection[int]) -> tuple[int | None, str]:
    words = "when those in front have been served"
    waiting, aht = reaction.waiting(session, ids), reaction.aht_s(session, ids)
    staff = len(set().union(*serving(session, ids).values()))
    if waiting is None or aht is None or not staff:
        return None, f"{words}: unknown, for the queue, the AHT or the staff is not known"
    seconds = round(waiting * aht / staff)
    told = f"{words}: {waiting} waiting × {_clock(aht)} AHT ÷ {_agents(staff)} = {_clock(seconds)}"
    return seconds, told


def _called_after(session: Session, ids: Collection[int]) -> tuple[int | None, str]:
    words = "when all who were promised have been called"
    pending, aht = reaction.promises(session, ids), reaction.aht_s(session, ids)
    staff = len(set().union(*serving(session, ids).values()))
    if pending is None or aht is None or not staff:
        return None, f"{words}: unknown, for the promises, the AHT or the staff is not known"
    seconds = round(pending * aht / staff)
    return seconds, (
        f"{words}, at the soonest: {pending} promised × {_clock(aht)} AHT ÷ {_agents(staff)} "
        f"= {_clock(seconds)}"
    )


def _patience(session: Session, ids: Collection[int], words: str) -> tuple[int | None, str]:
    """What hangs on how those who come now leave shows when they have waited as long as others."""
    oldest = reaction.oldest_wait_s(session, ids)
    return _whole(oldest), _told(
        f"{words}; it shows when those who come now leave the queue", oldest, "the longest wait now"
    )


def _told(words: str, seconds: float | None, what: str) -> str:
    if seconds is None:
        return f"{words}: unknown, {what} is not known"
    return f"{words}: about {_clock(seconds)}, {what}"


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _clock(seconds: float) -> str:
    """``4:10``, ``1 h 05``."""
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d}"
    return f"{whole // 3600} h {whole % 3600 // 60:02d}"


def _agents(number: int) -> str:
    return f"{number} agent" if number == 1 else f"{number} agents"


__all__ = ["of_callback", "of_channel", "of_placing"]
