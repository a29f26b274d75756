"""A rehearsal played again in memory is the one that was played; its sums are those of its file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.times import HOUR, MINUTE, SECOND, iso
from console.errors import ConsoleError
from console.twin import recording, replay, score
from console.twin.centre import Group, Inject
from console.twin.rehearsal import Rehearsal
from console.twin.replay import Replay
from console.twin.tally import Tally
from tests.console.twin.small_centres import everything


class Led:
    """A rehearsal of a small centre in a folder, and somebody who orders in its outbox."""

    def __init__(self, folder: Path, step_s: int = 60, **changes: object) -> None:
        self.folder, self.step = folder, step_s * SECOND
        self.play = Rehearsal(everything(**changes), folder)
        self.play.begin()
        self.number = 0

    def order(self, action: str, **fields: object) -> None:
        self.number += 1
        out = self.folder / "outbox"
        out.mkdir(exist_ok=True)
        said = {"id": f"o{self.number}", "action": action, "fields": fields}
        with (out / "commands.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")

    def run(self, minutes: float) -> None:
        w = self.play.world
        to = min(self.play.end, w.now + int(minutes * MINUTE))
        while w.now < to:
            self.play.step(min(to, w.now + self.step))

    def steered(self) -> None:
        """A little of everything that a leader can do."""
        w = self.play.world
        self.run(50)
        self.order("callback_offer", queue="support", on=False)
        expert = next(a for a in w.agents if a.group.name == "experts")
        self.order("queue_add", queue="support", interface=expert.id)
        self.run(30.5)
        self.order("channel_state", channel="chat", state="closed")
        reserve = next(a for a in w.agents if a.group.reserve)
        times = {"from": iso(w.now), "to": iso(w.now + 2 * HOUR)}
        self.order("call_in", person=reserve.person, queue="support", **times)
        block = next(
            (agent, span)
            for agent in w.agents
            for shift in agent.shifts
            for span in shift.blocks
            if span.block.kind == "meeting" and span.start > w.now
        )
        agent, span = block
        self.order(
            "block_cancel", person=agent.person, kind="meeting", start=iso(span.start),
            end=iso(span.end), cancelled=True,
        )  # fmt: skip
        self.order("wave")
        self.run(40)
        self.order("channel_state", channel="chat", state="open")
        self.order("callback_release", queue="support")


def same(one: Tally, other: Tally) -> None:
    assert sorted(one.needs, key=str) == sorted(other.needs, key=str)
    for name in ("queues", "promises", "states", "turns", "carried", "long_without", "talk_us",
                 "repeat_us", "vain_us", "line_us", "line_left", "refused", "to_at"):  # fmt: skip
        assert getattr(one, name) == getattr(other, name), name


@pytest.mark.parametrize("step_s", [60, 7])
def test_the_same_orders_give_the_same_truth(tmp_path: Path, step_s: int) -> None:
    led = Led(tmp_path / "r", step_s)
    led.steered()
    led.run(240)
    led.play.finish()
    found, truth = recording.read(led.folder)
    assert truth.whole and len(found.orders) == 8
    again = replay.again(found)
    same(truth, again)
    assert score.scored(found, truth) == score.scored(found, again)
    states = {order.state for order in again.carried.values()}
    assert states == {"confirmed", "refused"}


def test_without_the_orders_it_is_another(tmp_path: Path) -> None:
    led = Led(tmp_path / "r")
    led.steered()
    led.run(240)
    led.play.finish()
    found, truth = recording.read(led.folder)
    nobody = replay.with_orders(found, ())
    assert nobody.needs != truth.needs and not nobody.carried
    # The same customers come, whatever is done with them.
    assert len(nobody.needs) == len(truth.needs)


def test_what_was_let_happen_happens_again(tmp_path: Path) -> None:
    led = Led(tmp_path / "r", 10)
    led.run(61)
    inject = Inject("rush", "A rush", "They all call.", 1.0, rate=3.0, channels=("voice",))
    w = led.play.world
    led.play.let_happen(inject, inject.turn((w.now - w.start) / HOUR))
    led.order("callback_offer", queue="support", on=False)
    led.run(240)
    led.play.finish()
    found, truth = recording.read(led.folder)
    assert [each.name for each in found.injects] == ["rush"]
    same(truth, replay.again(found))
    without = replay.again(replace(found, injects=()))
    assert len(without.needs) < len(truth.needs)


def test_a_truth_without_an_end_is_played_again(tmp_path: Path) -> None:
    """Its process died: what was open then is told by playing it again."""
    led = Led(tmp_path / "r")
    led.steered()
    found, truth = recording.read(led.folder)
    assert not truth.whole
    told = score.of_folder(led.folder)
    assert not told.finished
    led.play.finish()
    ended, whole = recording.read(led.folder)
    assert whole.whole
    again = replay.again(replace(ended, ended_at=found.ended_at))
    assert told == score.scored(replace(found), again)


def test_a_run_that_is_not_summed_is_the_same(tmp_path: Path) -> None:
    led = Led(tmp_path / "r")
    led.run(240)
    led.play.finish()
    found, truth = recording.read(led.folder)
    run = Replay(found, tallied=False)
    run.advance(found.ended_at)
    assert run.left == len(truth.needs) - truth.count("resolved")


@pytest.mark.parametrize("text", ["", "{}\n", '{"kind": "parameters"}\n', "no\n"])
def test_a_truth_that_nobody_can_read(tmp_path: Path, text: str) -> None:
    (tmp_path / ".rehearsal").mkdir()
    (tmp_path / ".rehearsal" / "truth.jsonl").write_text(text, "utf-8")
    with pytest.raises(ConsoleError):
        recording.read(tmp_path)


def test_who_is_called_in_before_their_shift_has_its_breaks_and_goes_home(tmp_path: Path) -> None:
    phones = everything().centre.groups[0]
    later = (replace(phones, starts=(9.5,), hours=2.0, late_s=0.0), Group("web", 1, ("web",)))
    led = Led(tmp_path / "r", groups=later)
    w = led.play.world
    agent = w.agents[0]
    led.run(1)
    assert not agent.on
    shift = next(s for s in agent.shifts if s.end > w.now)
    times = {"from": iso(w.now), "to": iso(shift.start)}
    led.order("call_in", person=agent.person, queue="support", **times)
    led.run(60)
    assert agent.on and w.now < shift.start
    pauses: set[str] = set()
    while w.now < shift.end - MINUTE:
        led.run(1)
        pauses.add(agent.pause)
    assert "break" in pauses and agent.on
    led.run(30)
    assert not agent.on


def test_who_is_asked_to_stay_on_stays(tmp_path: Path) -> None:
    phones = everything().centre.groups[0]
    early = (replace(phones, starts=(7.0,), hours=2.0, late_s=0.0), Group("web", 1, ("web",)))
    led = Led(tmp_path / "r", groups=early)
    w = led.play.world
    agent = w.agents[0]
    led.run(5)
    shift = next(s for s in agent.shifts if s.start <= w.now < s.end)
    now = {"from": iso(w.now), "to": iso(shift.end)}
    after = {"from": iso(shift.end), "to": iso(shift.end + HOUR)}
    led.order("call_in", person=agent.person, **now)
    led.order("call_in", person=agent.person, **after)
    led.run(90)
    assert agent.on and w.now > shift.end
    led.run(60)
    assert not agent.on
    answers = (led.folder / "outbox" / "answers.jsonl").read_text("utf-8").splitlines()
    assert {a["id"]: a["state"] for a in map(json.loads, answers)} == {
        "o1": "refused", "o2": "confirmed",
    }  # fmt: skip
