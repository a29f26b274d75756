"""Centres that reduce to what can be computed, and small ones that have everything."""

from dataclasses import replace
from math import sqrt
from statistics import fmean, stdev

from console.domain.times import SECOND
from console.twin.centre import (
    CHAT,
    EMAIL,
    SOCIAL,
    VOICE,
    Behaviour,
    Block,
    Callback,
    Centre,
    Group,
    Medium,
    Orders,
    Queue,
    Scenario,
    Topic,
)
from console.twin.simulation import Simulation

#: Student's t at 99.9 %, by the number of replications.
T_999 = {8: 5.408, 10: 4.781, 12: 4.437, 16: 4.073}


def plain(
    *, servers: int, per_hour: float, handle_s: float, patience_s: float = 0.0,
    redial: float = 0.0, redial_after_s: float = 1.0, resolution: float = 1.0,
    reconnect: float = 0.0, reconnect_after_s: float = 1.0,
) -> Centre:  # fmt: skip
    """One line, agents who are always there, exponential everything: M/M/n+M with its orbits."""
    medium = Medium(
        VOICE, per_hour=per_hour, handle_s=handle_s, patience_s=patience_s, redial=redial,
        redial_after_s=redial_after_s, resolution=resolution, reconnect=reconnect,
        reconnect_after_s=reconnect_after_s,
    )  # fmt: skip
    return Centre(
        "plain", "UTC", "2026-03-02T00:00", (medium,), (Topic("any"),), (Queue("line", VOICE),),
        (Group("all", servers, ("line",)),), behaviour=Behaviour(notes=1.0),
    )  # fmt: skip


class Run:
    """What one replication gives after `warm_s`: waits of all attempts, and shares."""

    def __init__(self, centre: Centre, seed: int, warm_s: float, long_s: float) -> None:
        hours = (warm_s + long_s) / 3600
        simulation = Simulation(centre, seed, hours)
        w = simulation.world
        simulation.advance(w.start + int(warm_s * SECOND))
        fresh, attempts = w.issues, w.attempts
        simulation.take()
        simulation.advance(w.start + int((warm_s + long_s) * SECOND))
        stays = [fact for fact in w.truth if fact[1] == "stay"]
        waits = [((fact[5] or fact[0]) - fact[4]) / SECOND for fact in stays]
        self.answered = [wait for wait, fact in zip(waits, stays, strict=True) if fact[5]]
        self.ended = len(stays)
        self.fresh = w.issues - fresh
        self.abandoned = 1 - len(self.answered) / len(stays)
        self.wait_s = fmean(waits)
        self.wait_of_client_s = sum(waits) / self.fresh
        self.delayed = sum(wait > 0 for wait in waits) / len(waits)
        self.attempts_per_fresh = (w.attempts - attempts) / self.fresh
        busy = sum(fact[0] - fact[5] for fact in stays if fact[5]) / SECOND
        self.occupancy = busy / len(w.agents) / long_s
        self.waiting = sum(waits) / long_s  # Little's law

    def within(self, seconds: float) -> float:
        return sum(wait <= seconds for wait in self.answered) / self.ended


def interval(values: list[float]) -> tuple[float, float]:
    """Mean and half width of its 99.9 % confidence interval."""
    return fmean(values), T_999[len(values)] * stdev(values) / sqrt(len(values))


def everything(**changes: object) -> Scenario:
    """Four hours of a small centre that has every channel and every kind of trouble."""
    phones = Medium(
        VOICE, per_hour=110, handle_s=240, wrap_s=30, ring_s=4, miss=0.05, patience_s=150,
        redial=0.6, redial_after_s=900, resolution=0.7, reconnect=0.8, reconnect_after_s=3000,
        returns={VOICE: 0.8, CHAT: 0.1, EMAIL: 0.1}, closed={"hold": 0.4, EMAIL: 0.3},
    )  # fmt: skip
    chat = Medium(
        CHAT, per_hour=40, handle_s=500, wrap_s=20, ring_s=3, miss=0.03, patience_s=200, redial=0.5,
        redial_after_s=900, resolution=0.6, reconnect=0.8, reconnect_after_s=3000, slots=3,
        closed={VOICE: 0.6},
    )  # fmt: skip
    email = Medium(
        EMAIL, per_hour=20, handle_s=300, resolution=0.6, reconnect=0.8, reconnect_after_s=3000,
        chase=0.4, nag=0.5,
    )  # fmt: skip
    social = Medium(SOCIAL, per_hour=6, handle_s=200, resolution=0.5, reconnect=0.7, nag=0.5,
                    reconnect_after_s=3000)  # fmt: skip
    blocks = (
        Block("break", 1.0, 15), Block("meeting", 1.75, 30, share=0.5, note="team"),
        Block("training", 2.5, 20, share=0.3, movable=False, legal=True),
    )  # fmt: skip
    centre = Centre(
        "everything", "Europe/Berlin", "2026-03-02T08:00", (phones, chat, email, social),
        (Topic("billing", 0.4, handle=1.2, value=900), Topic("rest", 0.6, value=300)),
        (Queue("support", VOICE), Queue("billing", VOICE, ("billing",)),
         Queue("experts", VOICE, escalation=True), Queue("callbacks", VOICE), Queue("web", CHAT),
         Queue("mail", EMAIL), Queue("social", SOCIAL)),
        (Group("phones", 8, ("support", "billing"), (8.0, 8.25, 8.5), 3.5, blocks=blocks,
               late_s=120, site="north"),
         Group("experts", 1, ("experts", "billing"), tier="expert", skill=1.2),
         Group("web", 3, ("web",), (8.0,), 4.5, blocks=blocks[:1]),
         Group("mail", 2, ("mail", "social")),
         Group("reserve", 2, ("support", "billing"), tier="back office", reserve=True)),
        callback=Callback("callbacks", offered=True, over_wait_s=40, accept=0.6),
        behaviour=Behaviour(notes=0.7, escalate=0.08, report=0.1, rush_gain=0.1, rush_loss=0.1,
                            fatigue=0.02),
        orders=Orders(refuse=0.0, block_refuse=0.0, call_in_refuse=0.0, travel_s=300),
        customers=3000,
    )  # fmt: skip
    return Scenario("everything", "Everything", "A test.", 4.0, (1,), (),
                    replace(centre, **changes))  # fmt: skip  # pyright: ignore[reportArgumentType]
