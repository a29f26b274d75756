"""How many agents will serve each channel in the coming hours: by the roster, else as on past days.

Brings numpy: import it where it is used.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import CALL_IN, CANCELLED, REFUSED
from console.domain.roster import SHIFT, Shift
from console.domain.times import DAY, HOUR, from_iso
from console.forecast.normal import Floats
from console.reads.presence import SAMPLE
from console.reads.resources import planned
from console.reads.staffing_past import LATELY, Past
from console.reads.staffing_people import Unit, channels_by_name, units_of
from console.reads.staffing_worked import worked
from console.settings import Settings
from console.store.tables import Leg, Outbox, Queue

#: How many planned hours tell what part of them is really worked.
_ENOUGH_H = 8.0
#: What is otherwise now than planned fades over so long.
_FADES_H = 3.0
#: Where nobody knows who is there, this part of their time goes into contacts.
_OCCUPANCY = 0.85


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """`agents` are channels by intervals; `said` how they were found, in sentences."""

    agents: Floats
    said: tuple[str, ...]
    by_roster_until: int | None = None


def staffing(
    session: Session,
    now: int,
    channels: tuple[str, ...],
    hours_of: Mapping[str, float],
    hours: float,
    interval_h: float,
    usual: Floats | None = None,
    settings: Settings | None = None,
) -> Staffing:
    """From `now` (microseconds UTC) on. `hours_of`: agent's hours for a contact of each channel.

    `usual` arrivals, in the same form, tell closed hours where nobody was ever seen at work.
    """
    said: list[str] = []
    if not channels:
        return Staffing(np.zeros((0, round(hours / interval_h))), ())
    units, lost = units_of(session, now, channels, hours_of)
    mids = now + ((np.arange(round(hours / interval_h)) + 0.5) * interval_h * HOUR).astype(np.int64)
    past = Past(session, now, channels, units)
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
    factors, words = worked(
        session, now, channels, hours_of, lambda at: _were(past, ahead, at), settings or Settings()
    )
    found = found * factors[:, None]
    said += words
    found += _called(session, now, channels, mids, said)
    said += _divided(units, lost)
    return Staffing(np.maximum(found, 0.0), tuple(said), until)


def _expected(
    past: Past, ahead: "_Planned", until: int | None, instants: NDArray[np.int64]
) -> Floats:
    """By the roster up to its end, beyond as on the days before; NaN where there is neither."""
    found = past.at(instants)
    if until is None:
        return found
    strangers = np.nan_to_num(past.at(instants, ahead.strangers))
    planned_then = ahead.at(instants) * ahead.kept(past)[:, None] + strangers
    return np.where(instants[None] < until, planned_then, found)


def _were(past: Past, ahead: "_Planned", instants: NDArray[np.int64]) -> Floats:
    """Who was there: as it was seen, and by the roster those of whom nobody ever tells."""
    unseen = np.logical_not(past.there.any(axis=1))
    return past.were(instants) + ahead.at(instants, np.asarray(unseen, np.bool_))


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


def _divided(units: Sequence[Unit], lost: int) -> list[str]:
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


# --- as it is planned


class _Planned:
    """Who is planned to serve, by the roster's shifts less their blocks."""

    def __init__(
        self, session: Session, now: int, channels: tuple[str, ...], units: Sequence[Unit]
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

    def kept(self, past: Past) -> Floats:
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

    def words(self, past: Past) -> list[str]:
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
    named = channels_by_name(session)
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
