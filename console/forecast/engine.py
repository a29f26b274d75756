"""The forecast itself: means and variances of every queue, step after step, for many cases at once.

A Gaussian closure of the many-server queue with abandonment (Mandelbaum, Massey, Reiman, Stolyar
and Rider 2002; Massey and Pender 2013; Ko and Gautam 2010) with orbits of those who come back,
callback lists, copies, and moves between channels, solved by exponential Rosenbrock-Euler steps.
Every flow that leaves one place enters another, so issues are conserved to rounding.
"""

import numpy as np

from console.forecast import course as out
from console.forecast.course import Course
from console.forecast.normal import Floats, tails
from console.forecast.stack import Stack

_LEAST = 1e-9
_LEAST_VARIANCE = 1e-6
# See `_skewed`: no crowd is less uncertain or more skewed than this.
_LEAST_ROOT, _MOST_SKEWED = 0.5, 2.0
# A logistic curve of this slope is nearest to the normal one.
_LOGISTIC = 1.702
# Beyond these hours a longer wait does not make handling longer still.
_GROWTH_ENDS_H = 3.0


def run(stack: Stack, keep: int = 1) -> Course:
    """The course of all cases; flows are summed and states kept over every `keep` steps."""
    return _Run(stack).course(keep)


class _Run:
    """The state of all cases: channels × alternatives × members; lists: of those with callbacks."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.dt = stack.step_h
        start = stack.start
        self.inside: Floats = start["inside"].copy()
        # How many are inside is known when the forecast begins.
        self.variance: Floats = np.full(stack.shape, _LEAST_VARIANCE)
        self.orbits: Floats = np.stack((start["redialling"], start["reconnecting"]))
        self.copies = start["copies"].copy()
        self.backs = _places(stack.back_channels)
        self.calling = bool(stack.back_channels)
        self.live = start["list_live"][self.backs]
        self.stale = start["list_stale"][self.backs]
        self.rate = 1.0 / stack.handling
        hasty = stack.giving_up / self.rate
        self.skewness = np.minimum(1.0 / np.sqrt(np.maximum(hasty, _LEAST)), _MOST_SKEWED) / 6.0
        self.whole = np.minimum(hasty, 1.0) / 12.0
        delays = np.stack((stack.redial_delay, stack.reconnect_delay))
        # Whoever leaves in a step does so half of it late, and had come half of it late: with this
        # rate, not the exponential's own, the mean delay is right.
        self.orbit_leaves = 1.0 / np.maximum(delays, self.dt)
        self.returns = np.ascontiguousarray(stack.returns.T)
        self.stay_put = bool(np.array_equal(stack.returns, np.eye(stack.shape[0])))
        self.chased_to = np.ascontiguousarray(stack.chase_to.T)
        self.chase = np.minimum(stack.chase, 0.5 / self.dt)
        self.chases = bool((stack.chase > 0.0).any())
        self.copying = (
            self.chases or bool((stack.duplicate > 0.0).any()) or bool((self.copies > 0.0).any())
        )
        self.grows = bool((stack.growth > 0.0).any())
        self.shut = [bool(step.any()) for step in stack.shut]
        self.asleep = [bool((step < 1.0).any()) for step in stack.awake]
        self.unresolved = (1.0 - stack.resolution) * stack.reconnect
        self.dropped = (1.0 - stack.resolution) * (1.0 - stack.reconnect)
        rules = stack.callback
        self.calls_in = np.minimum(rules["calls_in"], 0.5 / self.dt)
        self.missed = 1.0 - rules["reached"]
        self.dial_h = rules["reached"] * rules["handling"] + self.missed * rules["failed_dial_h"]
        self.dial_loses = self.missed * rules["gives_up"]
        # Places for values of one step: to make room anew would cost more than the sums.
        self.slots = np.zeros(stack.shape)
        self.edges = np.zeros((len(self.inside) + len(self.live), *self.live.shape[1:]))
        self.coming = np.zeros_like(self.orbits)
        # What the parts of one step tell each other, as rates.
        self.held: Floats | None = None
        self.turned_away: Floats | None = None
        self.called_back: Floats | None = None
        self.dial_lost: Floats | None = None
        self.wasted: Floats | None = None
        self.copies_done: Floats | None = None

    def course(self, keep: int) -> Course:
        stack = self.stack
        kept = -(-stack.steps // keep)
        flows = np.zeros((kept, len(out.FLOWS), *stack.shape))
        states = np.zeros((kept, len(out.STATES), *stack.shape))
        for step in range(stack.steps):
            last = step % keep == keep - 1 or step == stack.steps - 1
            self._step(step, flows[step // keep], states[step // keep] if last else None)
        flows *= self.dt
        flows[0, out.GIVEN_UP] += stack.start["given_up"]
        return Course(stack, keep, flows, states)

    def _step(self, step: int, flows: Floats, states: Floats | None) -> None:
        stack, dt, inside = self.stack, self.dt, self.inside
        root = np.sqrt(self.variance)
        slots, rate = stack.slots[step], self.rate
        back = self.orbits * self.orbit_leaves
        if self.asleep[step]:
            back *= stack.awake[step]
        again = back[0] + back[1]
        arriving = stack.fresh[step] * stack.level
        arriving = arriving + (again if self.stay_put else _sent(self.returns, again))
        if self.calling:
            slots, calls = self._dial(step, slots, root)
            arriving[self.backs] += calls
        if self.copying:
            slots = self._work_on_copies(slots)
        offer: Floats | None = None
        slope: Floats | None = None
        if self.calling:
            z, density, above, offer, slope = self._offers(step, slots, root)
        else:
            z = (slots - inside) / root
            density, above = tails(z)
        waiting = root * density
        waiting -= (slots - inside) * above
        waiting += self._skewed(z, density, root)
        np.clip(waiting, 0.0, inside, out=waiting)
        if self.grows:
            wait = np.minimum(waiting / (np.maximum(slots, 0.5) * rate), _GROWTH_ENDS_H)
            rate = rate * np.exp(-stack.growth * wait)
        moved: Floats | None = None
        chased: Floats | None = None
        if self.chases:
            going: Floats = self.chase * waiting
            arriving += _sent(self.chased_to, going)
            chased = moved = going
        if self.shut[step]:
            moved = self._shut(step, arriving, waiting, chased, flows)
        # Flows at the start of the step, and how they answer to a crowd that grows or shrinks.
        busy = inside - waiting
        served = rate * busy
        abandoned = stack.giving_up * waiting
        push = arriving - served
        push -= abandoned
        if moved is not None:
            push -= moved
        more_served = rate * (1.0 - above)
        more_abandoned = stack.giving_up * above
        speed = more_served + more_abandoned
        diverted = None
        if offer is not None and slope is not None:
            into = arriving[self.backs]
            taken: Floats = offer * into
            steeper: Floats = slope * into
            diverted, slope = taken, steeper
            speed[self.backs] += steeper
            push[self.backs] -= diverted
        z = np.maximum(speed * dt, _LEAST)
        decay = np.exp(-z)
        middle = 1.0 - (1.0 - decay) / z
        middle *= push
        middle *= dt / z
        more_served *= middle
        served += more_served
        more_abandoned *= middle
        abandoned += more_abandoned
        np.maximum(served, 0.0, out=served)
        np.maximum(abandoned, 0.0, out=abandoned)
        leaving = served + abandoned
        if diverted is not None and slope is not None:
            diverted += slope * middle[self.backs]
            np.clip(diverted, 0.0, arriving[self.backs], out=diverted)
            leaving[self.backs] += diverted
        most = inside / dt
        most += arriving
        if moved is not None:
            most -= moved
        if (leaving > most).any():
            # No more can leave than there are.
            share = np.minimum(1.0, most / np.maximum(leaving, _LEAST))
            served *= share
            abandoned *= share
            leaving *= share
            if diverted is not None:
                diverted *= share[self.backs]
        if moved is not None:
            leaving += moved
        decay *= decay
        self.variance *= decay
        self.variance += (arriving + leaving) * ((0.5 * dt) * (1.0 - decay) / z)
        np.maximum(self.variance, _LEAST_VARIANCE, out=self.variance)
        self.inside = inside + dt * (arriving - leaving)
        np.maximum(self.inside, 0.0, out=self.inside)
        flows[out.ARRIVED] += arriving
        flows[out.ABANDONED] += abandoned
        flows[out.WAITED] += waiting
        if moved is not None:
            flows[out.MOVED_OUT] += moved
        self._afterwards(flows, served, abandoned, chased, diverted, back)
        if states is not None:
            self._keep(states, slots, waiting)

    def _skewed(self, z: Floats, density: Floats, root: Floats) -> Floats:
        """What a crowd that is counted waits more or less than a normal variable, in calm.

        The first term of a Gram-Charlier series for its skewness, which is a Poisson variable's
        where those who wait leave as fast as those who are served, and more where they are patient;
        and the first of Euler and Maclaurin's for whole customers. Exact there, fitted to Erlang A
        elsewhere. Where more are inside than places the normal form is near enough.
        """
        more = np.maximum(z, 0.0)
        more *= self.skewness
        more -= self.whole / np.maximum(root, _LEAST_ROOT)
        more *= density
        return more

    def _offers(
        self, step: int, slots: Floats, root: Floats
    ) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """How far from full, density and tail of that, P(a callback is offered and accepted), its
        slope."""
        rules, k, number = self.stack.callback, self.backs, len(self.inside)
        z, spread = self.edges, root[k]
        np.divide(slots - self.inside, root, out=z[:number])
        longer = rules["offer_above_h"] * self.stack.slots[step][k] * self.rate[k]
        z[number:] = z[:number][k] + longer / spread
        density, above = tails(z)
        willing = rules["accepted"] * self.stack.offering[step]
        slope = willing * density[number:] / spread
        return z[:number], density[:number], above[:number], willing * above[number:], slope

    def _dial(self, step: int, slots: Floats, root: Floats) -> tuple[Floats, Floats]:
        """Slots left for customers who call, and how many on the list call by themselves."""
        rules, k = self.stack.callback, self.backs
        here, spread = slots[k], root[k]
        reserved = np.floor(rules["reserved"] * here + _LEAST)
        # Whole agents: who is one more than the root dials.
        room = here - reserved - np.floor(np.sqrt(here) + _LEAST) - self.inside[k]
        # The mean of what is above 0 of a normal variable, to 0.01 of its root: enough for a rule.
        spare = np.logaddexp(0.0, room * _LOGISTIC / spread)
        spare *= spread / _LOGISTIC
        used = np.minimum(reserved + spare, here) * self.stack.dialling[step]
        length = self.live + self.stale
        # The head of a list is older than its mean: more of it is stale.
        old = self.stale / np.maximum(length, _LEAST)
        old = np.minimum(old * (2.0 - 0.8 * old), 1.0)
        each_h = old * rules["failed_dial_h"] + (1.0 - old) * self.dial_h
        dials = np.minimum(used / np.maximum(each_h, _LEAST), length / self.dt)
        calls = self.calls_in * self.live
        good = np.minimum((1.0 - old) * dials, self.live / self.dt - calls)
        wrong = np.minimum(old * dials, self.stale / self.dt)
        self.called_back = rules["reached"] * good
        self.dial_lost = self.dial_loses * good
        self.wasted = (wrong + self.missed * good) * rules["failed_dial_h"]
        self.live = np.maximum(
            self.live - self.dt * (calls + self.called_back + self.dial_lost), 0.0
        )
        self.stale = np.maximum(self.stale + self.dt * (calls - wrong), 0.0)
        left = self.slots
        left[:] = slots
        slots = left
        slots[k] -= good * self.dial_h + wrong * rules["failed_dial_h"]
        np.maximum(slots, 0.0, out=slots)
        return slots, calls

    def _work_on_copies(self, slots: Floats) -> Floats:
        """Slots left beside contacts whose customers were served elsewhere (first come first)."""
        length, stack = self.inside + self.copies, self.stack
        old = self.copies / np.maximum(length, _LEAST)
        old = np.minimum(old * (2.0 - 0.8 * old), 1.0)
        each_h = np.maximum((1.0 - old) * stack.handling + old * stack.copy, _LEAST)
        done = np.minimum(np.minimum(slots, length) * old / each_h, self.copies / self.dt)
        self.copies_done = done
        return np.maximum(slots - done * stack.copy, 0.0)

    def _shut(
        self, step: int, arriving: Floats, waiting: Floats, chased: Floats | None, flows: Floats
    ) -> Floats:
        """Sends away who comes to a shut channel, and (returned) who waits where one closes."""
        stack = self.stack
        still = waiting / self.dt if chased is None else waiting / self.dt - chased
        evicted = stack.evicting[step] * np.maximum(still, 0.0)
        shut = stack.shut[step]
        away = arriving * shut
        arriving -= away
        away += evicted
        routed = np.einsum("cda,cae->dae", stack.closed_to[..., 0], away)
        arriving += routed * (1.0 - shut)
        held = stack.hold * away
        # Sent to a channel that is shut too: they try there again later.
        self.held = held + routed * shut
        self.turned_away = away - held - away * stack.closed_to.sum(axis=1)
        flows[out.MOVED_OUT] += away - evicted
        return evicted if chased is None else evicted + chased

    def _afterwards(
        self,
        flows: Floats,
        served: Floats,
        abandoned: Floats,
        chased: Floats | None,
        diverted: Floats | None,
        back: Floats,
    ) -> None:
        """What customers do next; the books of orbits, lists and copies."""
        stack, dt, k = self.stack, self.dt, self.backs
        flows[out.ANSWERED] += served
        if self.called_back is not None and diverted is not None:
            served = served.copy()
            served[k] += self.called_back
            flows[out.CALLED_BACK][k] += self.called_back
            flows[out.LISTED][k] += diverted
            flows[out.WASTED][k] += 0.0 if self.wasted is None else self.wasted
            self.live += dt * diverted
        coming = self.coming
        np.multiply(stack.redial, abandoned, out=coming[0])
        np.multiply(self.unresolved, served, out=coming[1])
        lost = abandoned - coming[0]
        lost += self.dropped * served
        if self.dial_lost is not None:
            lost[k] += self.dial_lost
        if self.held is not None and self.turned_away is not None:
            coming[0] += self.held
            lost += self.turned_away
            self.held = self.turned_away = None
        coming -= back
        coming *= dt
        self.orbits += coming
        if self.copies_done is not None:
            gain = stack.duplicate * abandoned - self.copies_done
            if chased is not None:
                gain += chased
            self.copies = np.maximum(self.copies + dt * gain, 0.0)
        flows[out.RESOLVED] += stack.resolution * served
        flows[out.GIVEN_UP] += lost

    def _keep(self, states: Floats, slots: Floats, waiting: Floats) -> None:
        states[out.INSIDE] = self.inside
        states[out.VARIANCE] = self.variance
        states[out.WAITING] = waiting
        states[out.REDIALLING : out.RECONNECTING + 1] = self.orbits
        states[out.LIST_LIVE][self.backs] = self.live
        states[out.LIST_STALE][self.backs] = self.stale
        states[out.COPIES] = self.copies
        states[out.SLOTS] = slots


def _sent(shares: Floats, flow: Floats) -> Floats:
    """What arrives in each channel of flows out of each."""
    return np.dot(shares, flow.reshape(flow.shape[0], -1)).reshape(flow.shape)


def _places(channels: tuple[int, ...]) -> slice | list[int]:
    """A slice where it can be: it costs no copy."""
    if not channels:
        return slice(0, 0)
    block = slice(channels[0], channels[-1] + 1)
    return block if len(channels) == block.stop - block.start else list(channels)
