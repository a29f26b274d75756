"""What customers and agents do beside what can be computed."""

from dataclasses import replace
from typing import Any

from console.domain.times import HOUR, MINUTE, SECOND
from console.twin.centre import (
    CHAT,
    VOICE,
    Behaviour,
    Block,
    Centre,
    Group,
    Medium,
    Queue,
    Topic,
    Turn,
)
from console.twin.simulation import Simulation
from tests.console.twin.small_centres import everything, plain


def stays(simulation: Simulation) -> list[tuple[Any, ...]]:
    return [fact for fact in simulation.world.truth if fact[1] == "stay"]


def run(centre: Centre, hours: float, seed: int = 1) -> Simulation:
    simulation = Simulation(centre, seed, hours)
    simulation.advance(simulation.now + int(hours * HOUR))
    return simulation


def test_needs_are_neither_lost_nor_made() -> None:
    simulation = Simulation(everything().centre, 4, 4)
    w = simulation.world
    for _ in range(16):
        simulation.advance(w.now + 15 * MINUTE)
        is_open = sum(issue.state == "open" for issue in w.open_issues.values())
        assert w.issues == w.resolved + w.given_up + is_open
        for issue in w.open_issues.values():
            assert issue.pending > 0
        for agent in w.agents:
            assert agent.load == len(agent.contacts) >= agent.talking >= 0


def test_nobody_waits_while_somebody_who_could_help_is_idle() -> None:
    simulation = Simulation(everything().centre, 4, 4)
    w = simulation.world
    for _ in range(240):
        simulation.advance(w.now + MINUTE)
        for agent in w.agents:
            if agent.state == "available" and agent.idle_since < w.now - 20 * SECOND:
                assert not any(line.count for line in agent.lines), (agent.id, w.now)


def test_several_chats_at_once_but_one_call() -> None:
    simulation = Simulation(everything().centre, 4, 4)
    w = simulation.world
    most = {"web": 0, "phones": 0}
    for _ in range(240):
        simulation.advance(w.now + MINUTE)
        for agent in w.agents:
            if agent.group.name in most:
                most[agent.group.name] = max(most[agent.group.name], agent.load)
    assert most == {"web": 3, "phones": 1}


def test_breaks_have_their_length_and_cut_no_contact() -> None:
    simulation = run(everything().centre, 3.4)
    w = simulation.world
    begun: dict[str, int] = {}
    lengths: list[int] = []
    for t, what, *rest in w.truth:
        if what != "agent":
            continue
        agent, state = rest
        if state == "break":
            begun[agent.id] = t
        elif agent.id in begun:
            lengths.append(t - begun.pop(agent.id))
    assert len(lengths) >= 8
    assert all(length == 15 * MINUTE for length in lengths)


def test_a_break_is_put_off_by_a_meeting_but_not_lost() -> None:
    blocks = (Block("meeting", 1.0, 60), Block("break", 1.5, 15))
    centre = plain(servers=3, per_hour=30, handle_s=120)
    group = Group("all", 3, ("line",), (0.0,), 6.0, blocks=blocks)
    simulation = run(replace(centre, groups=(group,)), 5)
    for agent in simulation.world.agents:
        states = [(t, state) for t, what, *rest in simulation.world.truth
                  if what == "agent" and rest[0] is agent for state in rest[1:]]  # fmt: skip
        begins = [t for t, state in states if state == "break"]
        ends = [t for t, _ in states if begins and t > begins[0]]
        assert len(begins) == 1 and ends[0] - begins[0] == 15 * MINUTE
        assert [state for _, state in states].count("meeting") == 1


def test_shifts_end() -> None:
    simulation = run(everything().centre, 4)
    phones = [agent for agent in simulation.world.agents if agent.group.name == "phones"]
    assert [agent for agent in phones if agent.on and not agent.load] == []


def test_hurry_costs_resolutions() -> None:
    calm = plain(servers=10, per_hour=400, handle_s=120, patience_s=600, resolution=0.8)
    hurried = replace(
        calm, behaviour=Behaviour(notes=1.0, rush_at_s=30, rush_gain=0.2, rush_loss=0.4)
    )
    shares: list[float] = []
    lengths: list[float] = []
    for centre in (calm, hurried):
        w = run(centre, 6).world
        line = w.lines["line"]
        shares.append(w.resolved / line.answered)
        lengths.append(line.talk_us / line.answered / SECOND)
    assert abs(shares[0] - 0.8) < 0.03
    assert shares[1] < 0.62
    assert lengths[1] < 0.9 * lengths[0]


def test_tired_agents_take_longer() -> None:
    fresh = plain(servers=10, per_hour=200, handle_s=120, resolution=0.9)
    tired = replace(fresh, behaviour=Behaviour(notes=1.0, fatigue=0.05))
    a, b = (run(centre, 10).world for centre in (fresh, tired))
    assert b.lines["line"].talk_us > 1.05 * a.lines["line"].talk_us
    assert b.resolved < a.resolved


def test_what_is_not_written_down_costs_the_next_contact() -> None:
    base = plain(
        servers=14, per_hour=100, handle_s=120, resolution=0.5, reconnect=1.0,
        reconnect_after_s=600,
    )  # fmt: skip
    silent = replace(
        base, behaviour=Behaviour(notes=0.0, no_note_handle=1.5, no_note_resolution=0.8)
    )
    talk: list[float] = []
    tries: list[float] = []
    for centre in (base, silent):
        w = run(centre, 12).world
        line = w.lines["line"]
        talk.append(line.talk_us / line.answered)
        tries.append(w.attempts / w.resolved)
    assert talk[1] > 1.1 * talk[0]
    assert tries[1] > 1.1 * tries[0]


def test_a_closed_platform_sends_customers_elsewhere() -> None:
    chat = Medium(CHAT, per_hour=60, handle_s=100, slots=2, closed={VOICE: 0.9})
    voice = Medium(VOICE, handle_s=100)
    centre = Centre(
        "two", "UTC", "2026-03-02T00:00", (voice, chat), (Topic("any"),),
        (Queue("line", VOICE), Queue("web", CHAT)),
        (Group("a", 5, ("line",)), Group("b", 5, ("web",))),
        turns=(Turn(1, 2, "down", down=(CHAT,)),),
    )  # fmt: skip
    simulation = Simulation(centre, 1, 3)
    w = simulation.world
    simulation.advance(w.start + HOUR)
    assert w.lines["line"].received == 0 and w.lines["web"].received > 40
    before = w.lines["web"].received
    simulation.advance(w.start + 2 * HOUR)
    assert w.lines["web"].received == before
    assert w.lines["line"].received > 40
    assert {fact[2].cause for fact in stays(simulation)} == {"fresh", "displaced"}


def test_a_closed_site_is_left_and_comes_back() -> None:
    centre = replace(everything().centre, turns=(Turn(1, 2, "fire", site="north"),))
    simulation = Simulation(centre, 1, 4)
    w = simulation.world
    north = [agent for agent in w.agents if agent.group.site == "north"]
    simulation.advance(w.start + 55 * MINUTE)
    assert all(agent.on for agent in north)
    simulation.advance(w.start + 95 * MINUTE)
    assert not any(agent.on for agent in north)
    assert [agent for agent in w.agents if agent.on]
    simulation.advance(w.start + 125 * MINUTE)
    assert all(agent.on for agent in north)


def test_more_of_one_topic() -> None:
    centre = replace(
        everything().centre, turns=(Turn(0, 4, "wrong bills", topics=("billing",), rate=4.0),)
    )
    w = run(centre, 3).world
    billing, support = w.lines["billing"], w.lines["support"]
    assert billing.received > 1.5 * support.received


def test_the_same_seed_meets_the_same_customers_whatever_is_done() -> None:
    """Streams are apart: closing a channel does not change who comes."""
    plain_ = Simulation(everything().centre, 9, 2)
    other = Simulation(everything().centre, 9, 2)
    other.world.media["voice"].state = "closed"
    for simulation in (plain_, other):
        simulation.advance(simulation.now + 2 * HOUR)
    assert plain_.world.issues == other.world.issues
    assert plain_.world.attempts != other.world.attempts


def test_a_live_day_goes_as_the_scenarios_does() -> None:
    """Begun at three in the morning, it is eight o'clock in the centre."""
    centre = everything().centre
    there = Simulation(centre, 2, 4)
    here = Simulation(centre, 2, 4, start=1_800_000_000 * SECOND)
    assert here.world.local(here.now) == there.world.local(there.now)
    for simulation in (there, here):
        simulation.advance(simulation.now + 4 * HOUR)
    assert here.world.issues == there.world.issues
    for name, line in here.world.lines.items():
        assert line.received == there.world.lines[name].received
