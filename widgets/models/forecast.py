"""Forecasts as rows of a table, as pictures and as sentences: what each view of them shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.foretold import Band, Forecast, Outlook, Series
from widgets import texts
from widgets.models.columns import Column

HOUR_US = 3_600_000_000
#: Names of the views, with what their button says and its hover words.
OPEN, HOURS, ENDS, WAITING, WORDS = "open", "hours", "ends", "waiting", "words"
VIEWS: tuple[tuple[str, str, str], ...] = (
    (OPEN, "open issues", "Needs that are not met yet: measured, and 48 hours ahead"),
    (HOURS, "debt hours", "Agents' hours that the open issues will take"),
    (ENDS, "paid, given up, moved", "What becomes of issues from now on: only paid is a debt paid"),
    (WAITING, "waiting", "Customers waiting in each channel"),
    (WORDS, "in words", "What was assumed, what to beware of, and how good forecasts were"),
)


@dataclass(frozen=True, slots=True)
class Hour:
    """An instant of the table behind the plots of all channels."""

    at: int
    was: float | None = None
    yesterday: float | None = None
    band: tuple[float, float, float] | None = None
    paid: float | None = None
    given_up: float | None = None
    moved: float | None = None
    agents: float | None = None


@dataclass(frozen=True, slots=True)
class ChannelHour:
    """An hour of one channel; shares are 0 to 1, the wait is seconds."""

    at: int
    channel: str
    waiting: tuple[float, float, float] | None
    wait_s: float | None
    service_level: float | None
    abandonment: tuple[float, float, float] | None
    attempts: tuple[float, float, float] | None
    answered: tuple[float, float, float] | None
    agents: float | None
    target_s: float


def number(value: float | None, digits: int = 0) -> str:
    return texts.UNKNOWN if value is None else f"{value:,.{digits}f}".replace(",", "\u202f")


def band_words(band: tuple[float, float, float] | None, scale: float = 1.0, sign: str = "") -> str:
    """``120 (90 to 160)``."""
    if band is None:
        return texts.UNKNOWN
    low, middle, high = (scale * value for value in band)
    return f"{number(middle)}{sign} ({number(low)} to {number(high)})"


def _column(
    id: str, title: str, text: Callable[[Any], str], value: Callable[[Any], Any], width: int,
    about: str = "",
) -> Column:  # fmt: skip
    return Column(id, title, text, value, width, right=True, about=about)


_AT = Column("at", "time", lambda r: when(r.at), lambda r: r.at, 92)


def _of(about: str) -> tuple[Column, ...]:
    return (
        _AT,
        _column("was", "measured", lambda r: number(r.was), lambda r: r.was, 84,
                f"{about}, as it was counted then"),
        _column("band", "foretold", lambda r: band_words(r.band), lambda r: r.band and r.band[1],
                150, f"{about}: the middle, and the band in which four of five courses lie"),
        _column("yesterday", "a day before", lambda r: number(r.yesterday), lambda r: r.yesterday,
                96, "Measured at the same hour of the day before: nights look alike"),
    )  # fmt: skip


ISSUES = _of("Open issues")
DEBT = _of("Agents' hours for all that is open")
ENDED = (
    _AT,
    _column("paid", "paid", lambda r: number(r.paid), lambda r: r.paid, 80,
            "Issues resolved since the forecast was made"),
    _column("given_up", "given up", lambda r: number(r.given_up), lambda r: r.given_up, 80,
            "Customers who have given up for good: no debt was paid"),
    _column("moved", "moved", lambda r: number(r.moved), lambda r: r.moved, 80,
            "Issues more than at the beginning that wait in writing or for a callback"),
)  # fmt: skip
CHANNEL_HOURS = (
    _AT,
    Column("channel", "channel", lambda r: r.channel, lambda r: r.channel, 84),
    _column("waiting", "waiting", lambda r: band_words(r.waiting),
            lambda r: r.waiting and r.waiting[1], 130,
            "At that time: the middle, and the band in which four of five courses lie"),
    _column("wait", "wait", lambda r: texts.duration(r.wait_s), lambda r: r.wait_s, 66,
            "Mean wait of all who came in the hour and took no callback"),
    _column("service_level", "in time", lambda r: texts.percent(_percent(r.service_level)),
            lambda r: r.service_level, 62,
            "Share of those who came that is answered within the channel's own time"),
    _column("abandonment", "abandoned", lambda r: band_words(r.abandonment, 100.0, "\u202f%"),
            lambda r: r.abandonment and r.abandonment[1], 118, "Share of those who came"),
    _column("attempts", "attempts", lambda r: band_words(r.attempts),
            lambda r: r.attempts and r.attempts[1], 118, "Contacts that came in the hour"),
    _column("answered", "answered", lambda r: band_words(r.answered),
            lambda r: r.answered and r.answered[1], 118, "Contacts that were served in the hour"),
    _column("agents", "agents", lambda r: number(r.agents, 1), lambda r: r.agents, 62,
            "Who serve, the mean of the hour; shared ones in part"),
)  # fmt: skip
COLUMNS = {OPEN: ISSUES, HOURS: DEBT, ENDS: ENDED, WAITING: CHANNEL_HOURS}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def when(at: int) -> str:
    from console.domain.foretold_words import clock

    return clock(at)


def rows_of(view: str, outlook: Outlook) -> Sequence[Any]:
    """The rows of the table behind a view."""
    found = outlook.forecast
    if found is None:
        return ()
    if view == WAITING:
        return channel_hours(found)
    if view == ENDS:
        return [
            Hour(at, paid=_at(found.paid, n), given_up=_at(found.given_up, n),
                 moved=_at(found.moved, n))
            for n, at in enumerate(instants(found))
        ]  # fmt: skip
    past = [(was.at, was.open if view == OPEN else was.debt_h) for was in outlook.was]
    known = dict(past)
    band = found.open if view == OPEN else found.debt_h
    rows = [
        Hour(at, was=value, yesterday=_before(known, at)) for at, value in past if value is not None
    ]
    rows += [
        Hour(at, yesterday=_before(known, at), band=band.at(n))
        for n, at in enumerate(instants(found))
    ]
    return rows


def channel_hours(found: Forecast) -> list[ChannelHour]:
    rows: list[ChannelHour] = []
    for n, at in enumerate(instants(found)):
        for row in found.channels:
            wait = _at(row.wait_h, n)
            rows.append(
                ChannelHour(
                    at, row.channel, row.waiting.at(n), None if wait is None else wait * 3600.0,
                    _at(row.service_level, n), row.abandonment.at(n), row.attempts.at(n),
                    row.answered.at(n), _at(row.agents, n), row.target_s,
                )
            )  # fmt: skip
    return rows


def instants(found: Forecast) -> list[int]:
    return [found.at + round(hours * HOUR_US) for hours in found.ends_h]


def nights(found: Forecast) -> tuple[tuple[float, float], ...]:
    """Stretches ahead in which hardly anybody serves, seconds since 1970."""
    sums = [
        sum(_at(row.agents, n) or 0.0 for row in found.channels) for n in range(len(found.ends_h))
    ]
    top = max(sums, default=0.0)
    stretches: list[tuple[float, float]] = []
    ends = [at / 1e6 for at in instants(found)]
    for agents, end in zip(sums, ends, strict=True):
        if agents > 0.05 * top:
            continue
        begins = end - 3600.0
        if stretches and abs(stretches[-1][1] - begins) < 1.0:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((begins, end))
    return tuple(stretches)


def whole_band(found: Forecast, view: str) -> tuple[Band, float]:
    """The band of all channels, and where it begins."""
    if view == OPEN:
        return found.open, found.begun_open
    return found.debt_h, found.begun_debt_h


def _before(known: dict[int, float | None], at: int) -> float | None:
    return known.get(at - 24 * HOUR_US)


def _at(series: Series, place: int) -> float | None:
    return series[place] if place < len(series) else None


def sentences(outlook: Outlook) -> list[tuple[str, tuple[str, ...]]]:
    """Headings with their sentences, for people who would rather read."""
    found = outlook.forecast
    if found is None:
        return [("", (outlook.why,))]
    judged = outlook.judged
    groups: list[tuple[str, tuple[str, ...]]] = []
    if found.warned:
        groups.append(("Beware", tuple(row.words for row in found.warned)))
    if judged is not None:
        groups.append(("How good forecasts were", judged.words))
    if found.stood:
        stood = tuple(
            f"{row.title}, since {when(row.since)}"
            + (f", until {when(row.until)}" if row.until else "")
            for row in found.stood
        )
        groups.append(("In force, and taken to stay so", stood))
    if outlook.deeds:
        done = tuple(
            f"{n} ▼ {when(deed.at)} {deed.title}"
            + (f"; expected to show {_shows(deed.shows)}" if deed.shows else "")
            for n, deed in enumerate(outlook.deeds, 1)
        )
        groups.append(("Done", done))
    if found.unknown:
        groups.append(
            ("Not foretold", tuple(f"{channel}: {why}" for channel, why in found.unknown))
        )
    groups.append(("Assumed", found.assumed))
    return groups


def _shows(shows: Sequence[tuple[int, str]]) -> str:
    return ", ".join(f"{where} by {when(at)}" for at, where in shows)


def spoken(view: str, outlook: Outlook) -> str:
    """What a plot shows, for those who do not see it."""
    found = outlook.forecast
    if found is None:
        return outlook.why
    if view in (OPEN, HOURS):
        band, begun = whole_band(found, view)
        what = "open issues" if view == OPEN else "debt hours"
        day, end = band.at(23), band.at(len(band.middle) - 1)
        return (
            f"{number(begun)} {what} now; in a day {band_words(day)}, at the end {band_words(end)}"
        )
    if view == ENDS:
        last = len(found.ends_h) - 1
        return (
            f"In {found.ends_h[-1]:.0f} hours {number(_at(found.paid, last))} paid, "
            f"{number(_at(found.given_up, last))} given up, {number(_at(found.moved, last))} moved"
        )
    parts = [f"{row.channel} {band_words(row.waiting.at(0))}" for row in found.channels]
    return f"Waiting in an hour: {', '.join(parts)}"


__all__ = [
    "CHANNEL_HOURS", "COLUMNS", "ENDS", "HOURS", "OPEN", "VIEWS", "WAITING", "WORDS", "ChannelHour",
    "Hour", "band_words", "channel_hours", "instants", "nights", "number", "rows_of", "sentences",
    "spoken", "whole_band",
]  # fmt: skip
