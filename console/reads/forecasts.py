"""Forecasts that were kept, and the instant that the next one starts from."""

from collections.abc import Iterator

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.domain import foretold
from console.domain.times import HOUR
from console.store.tables import Forecast, Source

#: Of a centre from which nothing has come for longer, nobody knows the present.
_SILENT = 12 * HOUR
_DECODER = msgspec.json.Decoder(foretold.Forecast)


def starts_at(session: Session, now: int) -> int | None:
    """The present, or the newest stamp of the data where these are old; None of no data."""
    last = session.scalar(select(func.max(Source.last_at)))
    if last is None:
        return None
    return now if now - last <= _SILENT else min(now, last)


def encoded(forecast: foretold.Forecast) -> str:
    return msgspec.json.encode(forecast).decode()


def newest(session: Session) -> foretold.Forecast | None:
    body = session.scalar(
        select(Forecast.body).order_by(Forecast.made_at.desc(), Forecast.id.desc()).limit(1)
    )
    return None if body is None else _decoded(body)


def kept(session: Session, since: int, until: int) -> Iterator[foretold.Forecast]:
    """Made in [since, until), the oldest first."""
    for body in session.scalars(
        select(Forecast.body)
        .where(Forecast.made_at >= since, Forecast.made_at < until)
        .order_by(Forecast.made_at, Forecast.id)
    ):
        found = _decoded(body)
        if found is not None:
            yield found


def made(session: Session, since: int) -> list[tuple[int, int]]:
    """When those since then were made, and which record of the journal each knew; the oldest
    first."""
    return [
        (at, acts)
        for at, acts in session.execute(
            select(Forecast.made_at, Forecast.acts)
            .where(Forecast.made_at >= since)
            .order_by(Forecast.made_at)
        ).tuples()
    ]


def _decoded(body: str) -> foretold.Forecast | None:
    """None of what an earlier version wrote that this one cannot read."""
    try:
        return _DECODER.decode(body)
    except msgspec.DecodeError:
        return None


__all__ = ["encoded", "kept", "made", "newest", "starts_at"]
