"""New needs: Poisson streams whose rate changes with the hour, the day and what happens."""

from datetime import timedelta

import numpy as np

from console.domain.times import HOUR
from console.twin import customers
from console.twin.world import Medium, Topic, World, worth

#: How much more often some customers come than others: 1 would be no difference.
_SKEW = 1.5


class Stream:
    """The needs that begin on one channel. They are drawn up to the next change of the rate."""

    def __init__(self, w: World, medium: Medium) -> None:
        self.medium = medium
        self._draw = w.draws.generator(f"arrivals {medium.name}")
        self._days = w.draws.generator(f"days {medium.name}")
        self._level: dict[object, float] = {}
        self._bounds = sorted(
            {w.start + int(h * HOUR) for turn in w.centre.turns for h in (turn.at_h, turn.until_h)}
        )
        self._coming: list[tuple[int, int, int]] = []
        self._draws = 0
        self._customers = w.centre.customers

    def begin(self, w: World) -> None:
        w.at(w.start, _draw, (self, self._draws))

    def anew(self, w: World, t: int, until: int) -> None:
        """The rate is another from `t` on, until then: what was drawn beyond does not come."""
        self._bounds = sorted({*self._bounds, until})
        self._coming.clear()
        self.draw(w, t)

    def draw(self, w: World, t: int) -> None:
        """The needs from `t` until the rate changes; then it is called again."""
        self._draws += 1
        local = w.local(t)
        hour = local.replace(minute=0, second=0, microsecond=0)
        # Exactly: an end that is rounded to where it begins would be drawn again for ever.
        end = t + max(1, (hour + timedelta(hours=1) - local) // timedelta(microseconds=1))
        end = min([end, *(bound for bound in self._bounds if t < bound < end)])
        rates = self._rates(w, local.hour, local.weekday()) * self._level_of(w, local.date())
        hours = (end - t) / HOUR
        number = int(self._draw.poisson(rates.sum() * hours))
        if number:
            times = np.sort(self._draw.random(number)) * (end - t)
            of = np.searchsorted(np.cumsum(rates) / rates.sum(), self._draw.random(number), "right")
            who = (self._draw.random(number) ** _SKEW * self._customers).astype(np.int64)
            columns = (times.astype(np.int64) + t, np.minimum(of, len(rates) - 1), who)
            self._coming = list(zip(*(column.tolist() for column in columns), strict=True))
            self._coming.reverse()
            w.at(self._coming[-1][0], _arrive, (self, self._draws))
        w.at(end, _draw, (self, self._draws))

    def arrive(self, w: World, t: int) -> None:
        at, of, who = self._coming.pop()
        if self._coming:
            w.at(self._coming[-1][0], _arrive, (self, self._draws))
        topic = w.topics[of]
        customers.need(w, at, topic, who, worth(who) * topic.given.value, self.medium.name)

    def _rates(self, w: World, hour: int, day: int) -> np.ndarray:
        given = self.medium.given
        rate = given.per_hour * given.profile[hour] * given.week[day]
        return np.array([rate * topic.given.share * self._factor(w, topic) for topic in w.topics])

    def _factor(self, w: World, topic: Topic) -> float:
        factor = 1.0
        for turn in w.turns:
            if (not turn.channels or self.medium.name in turn.channels) and (
                not turn.topics or topic.name in turn.topics
            ):
                factor *= turn.rate
        return factor

    def _level_of(self, w: World, day: object) -> float:
        if not w.centre.day_sd:
            return 1.0
        if day not in self._level:
            spread = w.centre.day_sd
            self._level[day] = float(
                np.exp(spread * self._days.standard_normal() - spread * spread / 2)
            )
        return self._level[day]

    def holds(self, draws: int) -> bool:
        """Whether nothing was drawn since: what is due of an older draw is void."""
        return draws == self._draws


def _draw(w: World, t: int, of: tuple[Stream, int]) -> None:
    stream, draws = of
    if stream.holds(draws):
        stream.draw(w, t)


def _arrive(w: World, t: int, of: tuple[Stream, int]) -> None:
    stream, draws = of
    if stream.holds(draws):
        stream.arrive(w, t)
