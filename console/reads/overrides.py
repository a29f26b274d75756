"""What stands otherwise than usual, how its messages stand, and whether it was changed back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.domain.messages import (
    CANCELLED,
    CONFIRMED,
    IN,
    MEMBER,
    OUT,
    PAUSE,
    PAUSED,
    PENALTY,
    PENDING,
    REFUSED,
    SENDING,
    SENT,
    SERVING,
    STATE,
    UNCONFIRMED,
)
from console.domain.overrides import (
    AGENT,
    CALLBACK,
    CHANNEL,
    ORDER,
    Drift,
    OverrideRow,
    scoped,
)
from console.store.tables import Outbox, Override, Sighting, Source

#: Of several messages the one that most needs somebody is shown.
_WORST = (REFUSED, UNCONFIRMED, CANCELLED, PENDING, SENDING, SENT, CONFIRMED)
#: How a platform is asked for an agent to be in a queue or out of it.
_MEANS = {
    IN: frozenset({(MEMBER, IN), (PAUSE, SERVING)}),
    OUT: frozenset({(MEMBER, OUT), (PAUSE, PAUSED)}),
}
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class _Sent:
    """The newest message about one override at one source."""

    source_id: int | None
    source: str
    subject: str  # within its source
    aspect: str
    wanted: str
    state: str
    words: str
    ended_at: int


def overrides(session: Session, at: int) -> tuple[OverrideRow, ...]:
    """All that stands otherwise than usual since before `at`, what was changed first at the top."""
    rows = session.scalars(
        select(Override).where(Override.since <= at).order_by(Override.since, Override.title)
    ).all()
    if not rows:
        return ()
    names = {number: name for number, name in session.execute(select(Source.id, Source.name))}
    messages = _messages(session, rows, names)
    sightings = _sightings(session, messages)
    found: dict[str, list[OverrideRow]] = {}
    for row, sent in zip(rows, messages, strict=True):
        source = names.get(row.source_id or 0, "")
        made = _row(row, source, sent, sightings)
        found.setdefault(made.key, []).append(made)
    return as_of(tuple(map(_together, found.values())), at)


def as_of(rows: tuple[OverrideRow, ...], at: int) -> tuple[OverrideRow, ...]:
    """The same, with what is overdue at that instant."""
    return tuple(
        row
        if row.overdue is (late := row.until is not None and row.until <= at)
        else replace(row, overdue=late)
        for row in rows
    )


def _messages(
    session: Session, rows: Sequence[Override], names: dict[int, str]
) -> list[list[_Sent]]:
    """For each override its newest message at each source."""
    ids = {name: number for number, name in names.items()}
    subjects = [_subjects(row, names) for row in rows]
    since = min(row.since for row in rows)
    by_subject: dict[str, list[Outbox]] = {}
    for chunk in _chunks(sorted({subject for each in subjects for subject in each})):
        for message in session.scalars(
            select(Outbox)
            .where(Outbox.subject.in_(chunk), Outbox.created_at >= since)
            .order_by(Outbox.number)
        ):
            by_subject.setdefault(message.subject, []).append(message)
    found: list[list[_Sent]] = []
    for row, own in zip(rows, subjects, strict=True):
        means = _MEANS.get(row.wanted, frozenset()) if row.aspect == MEMBER else frozenset()
        newest: list[_Sent] = []
        for subject, (source, within) in own.items():
            fitting = [
                message
                for message in by_subject.get(subject, ())
                if message.created_at >= row.since
                and (message.aspect, message.wanted) in (means or {(row.aspect, row.wanted)})
            ]
            if fitting:
                last = fitting[-1]
                newest.append(
                    _Sent(
                        ids.get(source), source, within, last.aspect, last.wanted, last.state,
                        last.answer, last.ended_at or last.created_at,
                    )
                )  # fmt: skip
        found.append(newest)
    return found


def _subjects(row: Override, names: dict[int, str]) -> dict[str, tuple[str, str]]:
    """What messages about it are about: each with its source and the subject within that."""
    source = names.get(row.source_id or 0, "")
    within = row.subject.removeprefix(scoped(source, ""))
    places = [source] if row.source_id is not None else ["", *names.values()]
    return {scoped(place, within): (place, within) for place in places}


def _sightings(
    session: Session, messages: Sequence[Sequence[_Sent]]
) -> dict[tuple[int, str, str], Sighting]:
    subjects = sorted({sent.subject for each in messages for sent in each})
    found: dict[tuple[int, str, str], Sighting] = {}
    for chunk in _chunks(subjects):
        for row in session.scalars(select(Sighting).where(Sighting.subject.in_(chunk))):
            found[row.source_id, row.subject, row.aspect] = row
    return found


def _row(
    row: Override,
    source: str,
    messages: Sequence[_Sent],
    sightings: dict[tuple[int, str, str], Sighting],
) -> OverrideRow:
    worst = min(messages, key=lambda sent: _WORST.index(sent.state), default=None)
    drifts = [
        Drift(sent.source, seen.value, seen.at, seen.by)
        for sent in messages
        if sent.state == CONFIRMED
        and sent.source_id is not None
        and (seen := sightings.get((sent.source_id, sent.subject, sent.aspect))) is not None
        and seen.value != sent.wanted
        and seen.at > sent.ended_at
    ]
    within = row.subject.removeprefix(scoped(source, "")).split("|")
    key, kind, name = f"{row.subject}|{row.aspect}", CALLBACK, within[-1]
    if row.aspect == STATE:
        kind = CHANNEL
    elif row.aspect == MEMBER:
        # Several queues of one agent are one line.
        key, kind = scoped(source, f"{within[0]}|{within[-1]}"), AGENT
        way = f" in {within[1]}" if row.wanted == IN else f" out of {within[1]}"
        name = row.title.removesuffix(way)
    elif row.aspect == PENALTY:
        kind, name = ORDER, row.title.rpartition(f" {PENALTY} {row.wanted} ")[0]
        name = name.removesuffix(" with")
    return OverrideRow(
        key,
        kind,
        row.title,
        name,
        source,
        row.normal,
        row.wanted,
        row.since,
        row.who,
        ((row.subject, row.aspect),),
        row.until,
        False,
        "" if worst is None else PENDING if worst.state == SENDING else worst.state,
        "" if worst is None else worst.words,
        max(drifts, key=lambda drift: drift.at, default=None),
        row.operation_id,
    )


def _together(rows: Sequence[OverrideRow]) -> OverrideRow:
    """One line of all that was done with one agent."""
    first = rows[0]
    if len(rows) == 1:
        return first
    ways = [row.title.removeprefix(row.name).strip() for row in rows]
    # Where they are before where they are not.
    ways.sort(key=lambda way: not way.startswith("in "))
    worst = min(rows, key=lambda row: _WORST.index(row.state) if row.state else len(_WORST))
    drifts = [row.drift for row in rows if row.drift is not None]
    return replace(
        first,
        title=f"{first.name} {', '.join(ways)}",
        who=", ".join(dict.fromkeys(row.who for row in rows)),
        parts=tuple(part for row in rows for part in row.parts),
        state=worst.state,
        words=worst.words,
        drift=max(drifts, key=lambda drift: drift.at, default=None),
    )


def _chunks(items: Sequence[str]) -> Iterator[Collection[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


__all__ = ["as_of", "overrides"]
