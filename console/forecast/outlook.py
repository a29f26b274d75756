"""What becomes of each channel, hour by hour: the middle of all members."""

from dataclasses import dataclass

import numpy as np

from console.forecast import course as c
from console.forecast.centre import Centre
from console.forecast.course import Course
from console.forecast.normal import Floats

Series = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ChannelOutlook:
    """Series have a value for each kept interval; NaN where nobody came, or nobody serves.

    `waiting` customers, `wait_h` their mean, `service_level` within the channel's own target.
    Over the whole time: `paid` issues were resolved, `given_up` were lost; `moved` contacts went to
    another channel by chasing or closing, `listed` to the callback list.
    """

    channel: str
    waiting: Series
    wait_h: Series
    service_level: Series
    abandonment: Series
    open: Series
    debt_h: Series
    paid: float
    given_up: float
    moved: float
    listed: float


def channel_outlooks(
    centre: Centre, course: Course, alternative: int = 0
) -> tuple[ChannelOutlook, ...]:
    within = np.array([channel.target_s / 3600.0 for channel in centre.channels])

    def series(values: Floats) -> Floats:
        return _middle(values[:, :, alternative])

    waiting = series(course.state(c.WAITING))
    wait, level = series(course.wait_h), series(course.service_level(within))
    lost, issues, debt = series(course.abandonment), series(course.open), series(course.debt_h)

    def total(which: int) -> Floats:
        return _middle(course.flow(which)[:, :, alternative].sum(axis=0))

    paid, given_up = total(c.RESOLVED), total(c.GIVEN_UP)
    moved, listed = total(c.MOVED_OUT), total(c.LISTED)
    return tuple(
        ChannelOutlook(
            channel=name,
            waiting=tuple(waiting[:, place].tolist()),
            wait_h=tuple(wait[:, place].tolist()),
            service_level=tuple(level[:, place].tolist()),
            abandonment=tuple(lost[:, place].tolist()),
            open=tuple(issues[:, place].tolist()),
            debt_h=tuple(debt[:, place].tolist()),
            paid=float(paid[place]),
            given_up=float(given_up[place]),
            moved=float(moved[place]),
            listed=float(listed[place]),
        )
        for place, name in enumerate(course.stack.names)
    )


def _middle(values: Floats) -> Floats:
    """Unknown in most members is unknown."""
    return np.asarray(np.median(values, axis=-1), np.float64)
