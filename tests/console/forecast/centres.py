"""Centres to try the forecast on: made up, of the size and shape of real ones."""

from dataclasses import replace
from math import inf

import numpy as np

from console.forecast.centre import Callback, Centre, Channel, Work
from console.forecast.normal import Floats

DAY = np.array(
    [
        0.18, 0.12, 0.1, 0.1, 0.12, 0.25, 0.5, 0.85, 1.25, 1.5, 1.55, 1.45, 1.3, 1.35, 1.4, 1.35,
        1.3, 1.25, 1.15, 1.0, 0.8, 0.6, 0.4, 0.25,
    ]
)  # fmt: skip


def voice(**changes: object) -> Channel:
    channel = Channel(
        "voice", handling_h=0.11, patience_h=0.125, redial=0.65, redial_delay_h=0.66,
        resolution=0.74, reconnect=0.88, reconnect_delay_h=8.0, copy_h=0.03,
        returns_to={"chat": 0.05}, closed_to={"chat": 0.3}, closed_hold=0.5,
    )  # fmt: skip
    return replace(channel, **changes)  # type: ignore[arg-type]


PROMISES = Callback(
    accepted=0.4, offer_above_h=0.05, reached=0.7, failed_dial_h=0.025, calls_in=0.25,
    gives_up=0.3,
)  # fmt: skip


def six(
    agents: float = 48.0, load: float = 1.1, *, callback: bool = False, debt: bool = True,
    hours: float = 48.0,
) -> Centre:  # fmt: skip
    """Voice, chat, messaging, e-mail, social and web forms; `agents` are those of voice."""
    size = agents / 48.0
    channels = (
        voice(callback=PROMISES if callback else None),
        Channel(
            "chat", 0.2, 2.0, patience_h=0.1, redial=0.5, redial_delay_h=0.5, resolution=0.66,
            reconnect=0.8, reconnect_delay_h=6.0, returns_to={"voice": 0.3},
            closed_to={"voice": 0.6}, closed_hold=0.2,
        ),
        Channel(
            "messaging", 0.16, 3.0, patience_h=1.0, redial=0.5, redial_delay_h=1.0,
            resolution=0.66, reconnect=0.8, reconnect_delay_h=6.0, closed_to={"voice": 0.5},
        ),
        Channel(
            "email", 0.14, patience_h=inf, resolution=0.6, reconnect=0.75, reconnect_delay_h=12.0,
            chase=0.04, chase_to="voice", copy_h=0.04, returns_to={"voice": 0.25},
        ),
        Channel(
            "social", 0.12, patience_h=inf, resolution=0.55, reconnect=0.6, reconnect_delay_h=10.0,
            chase=0.03, chase_to="voice", copy_h=0.03,
        ),
        Channel(
            "form", 0.12, patience_h=inf, resolution=0.7, reconnect=0.7, reconnect_delay_h=14.0,
            chase=0.02, chase_to="email", copy_h=0.03,
        ),
    )  # fmt: skip
    staff = np.array([48, 10, 5, 9, 3, 3]) * size
    normal = np.array([48, 20, 15, 9, 3, 3]) * size * 0.62
    work_h = np.array([c.handling_h / (1.0 - c.back) for c in channels])
    quarter = (np.arange(round(hours * 4)) / 4.0 + 8.0) % 24
    shape: Floats = DAY[quarter.astype(int)]
    fresh = load * (normal / work_h)[:, None] * shape[None, :]
    floor = np.maximum(np.round(staff[:, None] * np.minimum(shape, 1.0)[None, :]), 1.0)
    none = (Work(),) * 6
    full = (
        Work(70 * size, 160 * size, 250 * size), Work(25 * size, 30 * size, 40 * size),
        Work(20 * size, 10 * size, 20 * size), Work(180 * size, 0, 60 * size, copies=20 * size),
        Work(30 * size, 0, 10 * size), Work(30 * size, 0, 10 * size),
    )  # fmt: skip
    if callback and debt:
        full = (replace(full[0], list_live=200 * size, list_stale=100 * size), *full[1:])
    return Centre(channels, fresh, floor, full if debt else none)


def one(
    servers: float, per_hour: float, hours: float = 40.0, *, theta: float = 0.5,
    redial: float = 0.6, redial_rate: float = 0.2,
) -> Centre:  # fmt: skip
    """One channel with handling time 1, empty at first, as the papers have it."""
    channel = Channel(
        "voice", 1.0, patience_h=1 / theta, redial=redial, redial_delay_h=1 / redial_rate
    )
    number = round(hours * 4)
    return Centre(
        (channel,), np.full((1, number), float(per_hour)), np.full((1, number), float(servers)),
        (Work(),),
    )  # fmt: skip
