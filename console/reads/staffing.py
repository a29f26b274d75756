"""How many agents will serve each channel in the coming hours: by the roster, else as on past days.

Brings numpy: import it where it is used.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain.messages import CALL_IN, CANCELLED, MEMBER, REFUSED
from console.domain.roster import SHIFT, Person, Shift
from console.domain.times import DAY, HOUR, SECOND, from_iso
from console.forecast.normal import Floats
from console.reads.agent_time import MEMBER as MEMBERSHIP
from console.reads.person_joins import person_of
from console.reads.presence import SAMPLE, hours_of_work, presence, scaled
from console.reads.resources import planned
from console.reads.roster import people
from console.store.tables import Agent, AgentInterval, Leg, Outbox, Override, Placement, Queue

#: So many days of the past are looked at; of the same kind of day the newest few count.
_PAST_DAYS = 14
_ALIKE = 5
_WORKED = (2 * DAY, _PAST_DAYS * DAY)
#: How many planned hours tell what part of them is really worked.
_ENOUGH_H = 8.0
#: Who is there now: the mean of so long.
LATELY = HOUR // 2
#: What is otherwise now than planned fades over so long.
_FADES_H = 3.0
#: Where nobody knows who is there, this part of their time goes into contacts.
_OCCUPANCY = 0.85

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """`agents` are channels by intervals; `said` how they were found, in sentences."""

    agents: Floats
    said: tuple[str, ...]
    by_roster_until: int | None = None


@dataclass(slots=True)
class _Unit:
    """A person, or an agent whom no roster knows, and what part of them is for each channel."""

    person: str
    agents: list[int]
    shares: Weights


def staffing(
    session: Session,
    now: int,
    channels: tuple[str, ...],
    hours_of: Mapping[str, float],
    hours: float,
    interval_h: float,
    usual: Floats | None = None,
) -> Staffing:
    """From `now` (microseconds UTC) on. `hours_of`: agent's hours for a contact of each channel.

    `usual` arrivals, in the same form, tell closed hours where nobody was ever seen at work.
    """
    said: list[str] = []
    if not channels:
        return Staffing(np.zeros((0, round(hours / interval_h))), ())
    units, lost = _units(session, now, channels, hours_of)
    mids = now + ((np.arange(round(hours / interval_h)) + 0.5) * interval_h * HOUR).astype(np.int64)
    past = _Past(session, now, channels, units)
    ahead = _Planned(session, now, channels, units)
    until = ahead.until if ahead.until is not None and ahead.until > now else None
    found = _expected(past, ahead, until, mids)
    unknown = np.isnan(found[0])
    if until is not None:
        said += ahead.words(past)
    if not unknown.all() and (until is None or until < mids[-1]):
        said.append(past.words(until))
    present = past.lately()
    if unknown.any():
        found = np.where(unknown[None], present[:, None], found)
        if usual is not None:
            open_then = usual.sum(axis=0) > 0.02 * max(float(usual.sum(axis=0).max()), 1e-9)
            found[:, unknown & ~open_then] = 0.0
        said.append(_as_now(until))
    lately = now - np.arange(LATELY, 0, -SAMPLE, dtype=np.int64) + SAMPLE // 2
    were = np.nan_to_num(_expected(past, ahead, until, lately)).mean(axis=1)
    found = _from_now(found, present, were, (mids - now) / HOUR)
    found = _by_contacts(session, now, channels, hours_of, mids, found, said)
    found += _called(session, now, channels, mids, said)
    said += _divided(units, lost)
    return Staffing(np.maximum(found, 0.0), tuple(said), until)


def _expected(
    past: "_Past", ahead: "_Planned", until: int | None, instants: NDArray[np.int64]
) -> Floats:
    """By the roster up to its end, beyond as on the days before; NaN where there is neither."""
    found = past.at(instants)
    if until is None:
        return found
    strangers = np.nan_to_num(past.at(instants, ahead.strangers))
    planned_then = ahead.at(instants) * ahead.kept(past)[:, None] + strangers
    return np.where(instants[None] < until, planned_then, found)


def _as_now(until: int | None) -> str:
    if until is not None:
        return "Beyond the roster, agents stay as they are now: no earlier day is known."
    return "No roster and no earlier day is known: agents stay as they are now, in opening hours."


def _from_now(found: Floats, present: Floats, were: Floats, ahead_h: Floats) -> Floats:
    """More or fewer than expected were there in the last half hour: for a while it stays so."""
    weight = np.clip(1.0 - ahead_h / _FADES_H, 0.0, 1.0)
    ratio = np.where(were >= 1.0, np.clip(present / np.maximum(were, 1.0), 0.3, 2.0), 1.0)
    ratio = np.where(present > 0.0, ratio, 1.0)
    return found * (1.0 + weight[None] * (ratio[:, None] - 1.0))


def _divided(units: Sequence[_Unit], lost: int) -> list[str]:
    several = sum(len(unit.shares) > 1 for unit in units)
    found: list[str] = []
    if several:
        found.append(
            f"{_count(several, 'person serves', 'people serve')} several channels: divided among "
            "them as they worked lately."
        )
    if lost:
        found.append(
            f"{_count(lost, 'agent', 'agents')} of whom no queue is known "
            f"{'is' if lost == 1 else 'are'} left out."
        )
    return found


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


# --- who they are


def _units(
    session: Session, now: int, channels: tuple[str, ...], hours_of: Mapping[str, float]
) -> tuple[list[_Unit], int]:
    """Everybody, and how many were left out since nobody knows what they serve."""
    ids = list(session.scalars(select(Agent.id)))
    work: dict[int, dict[str, float]] = {}
    for span in reversed(_WORKED):
        work |= hours_of_work(session, ids, now - span, now, hours_of)
    channel_of = {id: channel for id, channel in session.execute(select(Queue.id, Queue.channel))}
    member = _memberships(session, now, channel_of)
    joined = {agent: join.person for (_s, agent), join in person_of(session).items()}
    staff = {person.id: person for person in people(session)}
    groups: dict[str, list[int]] = {person: [] for person in staff}
    alone: list[list[int]] = []
    for agent in ids:
        person = joined.get(agent)
        if person in groups:
            groups[person].append(agent)
        else:
            alone.append([agent])
    named = _channels_by_name(session)
    moves = _moves(session, channel_of)
    units: list[_Unit] = []
    lost = 0
    for person, agents in [*groups.items(), *(("", agents) for agents in alone)]:
        shares = _shares(agents, work, member) or _stated(staff.get(person), named)
        for agent in agents:
            shares = _moved(shares, moves.get(agent, ()))
        shares = {name: share for name, share in shares.items() if name in channels}
        if shares:
            units.append(_Unit(person, agents, scaled(shares)))
        elif not person and any(agent in work or agent in member for agent in agents):
            lost += 1
    return units, lost


def _shares(
    agents: Sequence[int], work: Mapping[int, Weights], member: Mapping[int, set[str]]
) -> dict[str, float]:
    """By what they did; where that is nothing, evenly over what they are members of."""
    found: Counter[str] = Counter()
    for agent in agents:
        found.update(work.get(agent, {}))
    if not found:
        found.update(name for agent in agents for name in member.get(agent, ()))
    return scaled(dict(found))


def _stated(person: Person | None, named: Mapping[str, str]) -> dict[str, float]:
    """By what the roster says of them: their home queue, else their skills."""
    if person is None:
        return {}
    if home := named.get(person.home_queue.casefold()):
        return {home: 1.0}
    known = {
        named[n.casefold()] for n, level in person.skills if level != 0 and n.casefold() in named
    }
    return scaled(dict.fromkeys(known, 1.0))


def _channels_by_name(session: Session) -> dict[str, str]:
    """Channels by the names of their queues and their own, in small letters."""
    found: dict[str, str] = {}
    for name, channel in session.execute(select(Queue.name, Queue.channel)):
        found[name.casefold()] = found[channel.casefold()] = channel
    return found


def _memberships(session: Session, now: int, channel_of: Mapping[int, str]) -> dict[int, set[str]]:
    span = AgentInterval
    found: dict[int, set[str]] = defaultdict(set)
    for agent, queue in session.execute(
        select(span.agent_id, span.queue_id)
        .where(
            span.contact_id.is_(None),
            span.kind == MEMBERSHIP,
            span.queue_id.is_not(None),
            span.started_at <= now,
        )
        .distinct()
    ).tuples():
        if queue is not None and queue in channel_of:
            found[agent].add(channel_of[queue])
    return found


def _moves(session: Session, channel_of: Mapping[int, str]) -> dict[int, list[tuple[str, bool]]]:
    """Where agents were sent by hand and still are: channel, in or out of it."""
    standing = session.scalar(
        select(func.count()).select_from(Override).where(Override.aspect == MEMBER)
    )
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    if standing:
        for row in session.scalars(select(Placement)):
            if row.queue_id in channel_of:
                found[row.agent_id].append((channel_of[row.queue_id], row.wanted))
    return found


def _moved(shares: Weights, moves: Iterable[tuple[str, bool]]) -> dict[str, float]:
    """Out of a channel only where they are in none of its queues; in a new one as in the others."""
    into = {channel for channel, wanted in moves if wanted}
    out = {channel for channel, wanted in moves if not wanted} - into
    kept = {name: share for name, share in shares.items() if name not in out}
    for channel in into - kept.keys():
        kept[channel] = sum(kept.values()) / len(kept) if kept else 1.0
    return scaled(kept)


# --- as it was


class _Past:
    """Who was there on the last days, by unit and sample."""

    def __init__(
        self, session: Session, now: int, channels: tuple[str, ...], units: Sequence[_Unit]
    ) -> None:
        self._now = now
        self.from_at = now - _PAST_DAYS * DAY
        agents = [agent for unit in units for agent in unit.agents]
        found = presence(session, agents, self.from_at, now)
        row = {agent: place for place, agent in enumerate(found.agents)}
        self.there = np.zeros((len(units), found.there.shape[1]), np.bool_)
        for place, unit in enumerate(units):
            for agent in unit.agents:
                self.there[place] |= found.there[row[agent]]
        self.shares = np.array(
            [[unit.shares.get(name, 0.0) for name in channels] for unit in units]
        ).reshape(len(units), len(channels))
        self._size = self.there.shape[1]
        anybody = self.there.any(axis=0)
        # Nothing is known before somebody was seen for the first time.
        self._first = int(anybody.argmax()) if anybody.any() else self._size
        self._sums: dict[bytes, Floats] = {}
        self.days: set[int] = set()

    def _sum(self, among: NDArray[np.bool_] | None) -> Floats:
        key = b"" if among is None else among.tobytes()
        if key not in self._sums:
            there = self.there if among is None else self.there & among[:, None]
            self._sums[key] = np.asarray(self.shares.T @ there.astype(np.float32), np.float64)
        return self._sums[key]

    def between(self, from_at: int, to_at: int, among: NDArray[np.bool_] | None = None) -> Floats:
        """Channels by samples."""
        first, last = (int((at - self.from_at) // SAMPLE) for at in (from_at, to_at))
        return self._sum(among)[:, max(first, 0) : last]

    def lately(self) -> Floats:
        """The mean of the last half hour, by channel."""
        some = self.between(self._now - LATELY, self._now)
        return some.mean(axis=1) if some.shape[1] else np.zeros(self.shares.shape[1])

    def at(self, instants: NDArray[np.int64], among: NDArray[np.bool_] | None = None) -> Floats:
        """As on the days before at the same hour on the clock, channels by instants; NaN where
        none is known. Working days go by working days, weekends by the same day of the week."""
        sums = self._sum(among)
        found = np.full((sums.shape[0], len(instants)), np.nan)
        offsets = _Offsets()
        for column, at in enumerate(instants.tolist()):
            day = _weekday(at)
            places: list[int] = []
            for back in range(1, _PAST_DAYS + 1):
                then = at - back * DAY + offsets(at) - offsets(at - back * DAY)
                place = (then - self.from_at) // SAMPLE
                if not self._first <= place < self._size or not _alike(day, _weekday(then)):
                    continue
                places.append(place)
                self.days.add(back)
                if len(places) == _ALIKE:
                    break
            if places:
                # A quarter of an hour around, so that one agent's break is not everybody's.
                near = [p for each in places for p in (each - 1, each, each + 1)]
                found[:, column] = sums[:, np.clip(near, 0, self._size - 1)].mean(axis=1)
        return found

    def words(self, until: int | None) -> str:
        number = min(len(self.days), _ALIKE)
        what = "day" if number == 1 else f"{number} days of the same kind"
        which = "Beyond it" if until is not None else "No roster of the coming hours"
        return f"{which}: agents as on the last {what} at the same hour."


def _weekday(at: int) -> int:
    return datetime.fromtimestamp(at // SECOND).weekday()


def _alike(day: int, other: int) -> bool:
    return day == other if day >= 5 else other < 5


class _Offsets:
    """Of the desk's clock from UTC, microseconds; asked once for each hour."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def __call__(self, at: int) -> int:
        hour = at // HOUR
        if hour not in self._known:
            offset = datetime.fromtimestamp(hour * 3600).astimezone().utcoffset()
            self._known[hour] = round(offset.total_seconds() * SECOND) if offset else 0
        return self._known[hour]


# --- as it is planned


class _Planned:
    """Who is planned to serve, by the roster's shifts less their blocks."""

    def __init__(
        self, session: Session, now: int, channels: tuple[str, ...], units: Sequence[_Unit]
    ) -> None:
        self._now = now
        rows = planned(session, now - 2 * DAY, now + 4 * DAY)
        self._rows: dict[str, list[Shift]] = defaultdict(list)
        for row in rows:
            self._rows[row.person].append(row)
        self._units = units
        self._shares = np.array(
            [[unit.shares.get(name, 0.0) for name in channels] for unit in units]
        ).reshape(len(units), len(channels))
        shifts = [row for row in rows if row.kind == SHIFT]
        ahead = [row for row in shifts if row.end_at > now]
        #: The roster is taken to be whole up to the end of the last shift that it has.
        self.until = max((row.end_at for row in ahead), default=None)
        known = {row.person for row in shifts}
        self.strangers = np.array([unit.person not in known for unit in units], np.bool_)
        served = {unit.person for unit in units}
        self._unplaced = len({row.person for row in ahead} - served)
        self._people = len({row.person for row in ahead} & served)
        self._factors: Floats | None = None

    def at(self, instants: NDArray[np.int64], among: NDArray[np.bool_] | None = None) -> Floats:
        on = np.zeros((len(self._units), len(instants)), np.bool_)
        for place, unit in enumerate(self._units):
            if among is not None and not among[place]:
                continue
            mine = self._rows.get(unit.person, ()) if unit.person else ()
            for row in mine:
                if row.kind == SHIFT:
                    on[place, _during(row, instants)] = True
            for row in mine:
                if row.kind != SHIFT:
                    on[place, _during(row, instants)] = False
        return np.asarray(self._shares.T @ on.astype(np.float32), np.float64)

    def kept(self, past: _Past) -> Floats:
        """What part of the planned hours of the last two days was worked, by channel."""
        if self._factors is None:
            # Of those whose presence is written down at all.
            seen = past.there.any(axis=1) & ~self.strangers
            from_at = max(self._now - 2 * DAY, past.from_at)
            instants = np.arange(from_at, self._now - SAMPLE, SAMPLE)
            were = past.between(from_at, self._now, seen)
            known = np.flatnonzero(were.any(axis=0))
            if len(known):
                instants, were = instants[known[0] :], were[:, known[0] : len(instants)]
            meant = self.at(instants, seen).sum(axis=1) * SAMPLE / HOUR
            worked = were.sum(axis=1) * SAMPLE / HOUR
            ratio = np.clip(worked / np.maximum(meant, 1e-9), 0.4, 1.1)
            self._factors = np.where(meant >= _ENOUGH_H, ratio, 1.0)
        return self._factors

    def words(self, past: _Past) -> list[str]:
        found = [f"Agents by the roster: {_count(self._people, 'person', 'people')} on shift."]
        factors = self.kept(past)
        if np.any(np.abs(factors - 1.0) > 0.02):
            low, high = 100 * float(factors.min()), 100 * float(factors.max())
            share = f"{low:.0f} %" if high - low < 1.0 else f"{low:.0f} to {high:.0f} %"
            found.append(
                f"Of the hours planned on the last two days {share} were worked, by channel; as "
                "many are expected of the coming ones."
            )
        if self._unplaced:
            who = _count(self._unplaced, "person", "people")
            found.append(f"{who} on shift of whom no queue is known: left out.")
        return found


def _during(row: Shift, instants: NDArray[np.int64]) -> slice:
    first, last = np.searchsorted(instants, (row.start_at, row.end_at))
    return slice(int(first), int(last))


# --- where nobody writes down who is there, and who was asked to come


def _by_contacts(
    session: Session,
    now: int,
    channels: tuple[str, ...],
    hours_of: Mapping[str, float],
    mids: NDArray[np.int64],
    found: Floats,
    said: list[str],
) -> Floats:
    """Of channels without any agents: as many as the answers of the past days took."""
    told: list[str] = []
    for place, channel in enumerate(channels):
        if found[place].max(initial=0.0) > 0.0 or channel not in hours_of:
            continue
        queues = list(session.scalars(select(Queue.id).where(Queue.channel == channel)))
        begun = np.array(
            [
                at
                for at in session.scalars(
                    select(Leg.connected_at).where(
                        Leg.queue_id.in_(queues),
                        Leg.entered_at > now - 10 * DAY,
                        Leg.connected_at > now - 7 * DAY,
                        Leg.connected_at <= now,
                    )
                )
            ],
            np.float64,
        )
        if not len(begun):
            continue
        days = max((now - float(begun.min())) / DAY, 0.25)
        hour = ((begun / HOUR) % 24).astype(np.int64)
        rates = np.bincount(hour, minlength=24) / np.maximum(days, 1.0)
        found = found.copy()
        found[place] = rates[((mids / HOUR) % 24).astype(np.int64)] * hours_of[channel] / _OCCUPANCY
        told.append(channel)
    if told:
        said.append(
            f"Of {' and '.join(told)} nobody tells who is there: as many agents as the answers of "
            "the past days took, at the same hour."
        )
    return found


def _called(
    session: Session,
    now: int,
    channels: tuple[str, ...],
    mids: NDArray[np.int64],
    said: list[str],
) -> Floats:
    """Those who were asked to come in, where a queue was named."""
    found = np.zeros((len(channels), len(mids)))
    named = _channels_by_name(session)
    newest: dict[tuple[str, str], tuple[bool, Mapping[str, object]]] = {}
    for row in session.scalars(
        select(Outbox)
        .where(Outbox.action == CALL_IN, Outbox.created_at > now - 4 * DAY)
        .order_by(Outbox.number)
    ):
        fields = json.loads(row.body)
        fields = fields.get("fields", fields)
        stands = row.state not in (REFUSED, CANCELLED) and not fields.get("cancelled")
        newest[str(fields.get("name")), str(fields.get("from"))] = (stands, fields)
    coming = 0
    for stands, fields in newest.values():
        channel = named.get(str(fields.get("queue", "")).casefold())
        to_at = from_iso(str(fields["to"]))
        if not stands or channel not in channels or to_at <= now:
            continue
        during = (mids >= max(from_iso(str(fields["from"])), now)) & (mids < to_at)
        found[channels.index(channel)] += during
        coming += 1
    if coming:
        said.append(f"{_count(coming, 'person', 'people')} called in: counted as there.")
    return found


__all__ = ["Staffing", "staffing"]
