"""A forecast of a centre that does not exist."""

from dataclasses import replace

from console.domain.foretold import (
    Band,
    ChannelAhead,
    Deed,
    Forecast,
    Judged,
    Outlook,
    Payback,
    Stood,
    Warned,
    Was,
)
from console.domain.foretold_words import payback_words

HOUR = 3_600_000_000
HOURS = 48


def band(middle: float, width: float = 0.25) -> Band:
    values = [middle + hour for hour in range(HOURS)]
    return Band(
        tuple(value * (1 - width) for value in values),
        tuple(values),
        tuple(value * (1 + width) for value in values),
    )


def make_forecast(at: int, channels: tuple[str, ...] = ("voice", "email")) -> Forecast:
    """Grows by an issue an hour; nobody serves in six of the hours ahead."""
    night = tuple(0.0 if 10 <= hour < 16 else 12.0 for hour in range(HOURS))
    row = ChannelAhead(
        channel="voice",
        waiting=band(20.0),
        attempts=band(100.0, 0.1),
        answered=band(80.0, 0.1),
        abandonment=Band((0.1,) * HOURS, (0.2,) * HOURS, (0.3,) * HOURS),
        wait_h=(0.05,) * HOURS,
        service_level=(None, *(0.41,) * (HOURS - 1)),
        open=(100.0,) * HOURS,
        debt_h=(12.0,) * HOURS,
        agents=night,
        target_s=20.0,
        inside=31.0,
    )
    never = Payback(None, None, None, 1.0, 6, "voice", 96.0, (("voice", 6),))
    return Forecast(
        at=at,
        ends_h=tuple(float(hour + 1) for hour in range(HOURS)),
        begun_open=412.0,
        begun_debt_h=96.0,
        open=band(412.0),
        debt_h=band(96.0),
        paid=tuple(40.0 * (hour + 1) for hour in range(HOURS)),
        given_up=tuple(9.0 * (hour + 1) for hour in range(HOURS)),
        moved=tuple(2.0 * (hour + 1) for hour in range(HOURS)),
        channels=tuple(replace(row, channel=name) for name in channels),
        payback=never,
        pooled=never,
        warned=(Warned("small", "email: 2.1 agents; its queue is known to 10 % only", "email"),),
        assumed=("No roster of the coming hours: agents as on the last 3 days.",),
        stood=(Stood("callback offer off, billing", at - HOUR),),
        parameters="1",
        acts=1,
        quantiles={},
        redial_h=0.7,
        reconnect_h=8.0,
    )


def make_outlook(at: int, version: object = 1) -> Outlook:
    was = tuple(
        Was(at - back * HOUR // 4, 400.0 - back, 90.0, {"voice": 12.0, "email": 40.0})
        for back in range(192, -1, -1)
    )
    deed = Deed(at - HOUR, "callback offer off, billing", ((at + 7 * HOUR, "in reconnects"),))
    words = (
        "The forecast of Thu 09:15 said 20 to 35 waiting in voice at Thu 10:15; 61 were. "
        "Too low in 6 of 8 hours.",
    )
    judged = Judged(at, 72.0, 40, (), (), (), words, "Forecasts before this one were 12 % too low.")
    return Outlook(version, at, make_forecast(at), was, (deed,), judged)


class FakeForecast:
    """What the console answers of forecasts; None: nothing was foretold yet."""

    foretold: Outlook | None = None
    asked_outlooks = 0
    asked_payoffs = 0

    def outlook(self, known: object = None) -> Outlook | None:
        self.asked_outlooks += 1
        found = self.foretold or Outlook("none", 0, None, why="No forecast yet.")
        return None if found.version == known else found

    def payoff(self, known: object = None) -> tuple[object, str, str] | None:
        self.asked_payoffs += 1
        found = self.foretold
        if found is None or found.forecast is None or found.version == known:
            return None
        return (found.version, *payback_words(found.forecast))
