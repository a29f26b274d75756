"""Players see what a console shows, obey what a scenario says, and are told apart from luck."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.domain.rehearsals import (
    BETTER,
    CANNOT_TELL,
    LEFT_BEHIND,
    LESS,
    NOTHING,
    SAME,
    WORSE,
    Figure,
    PlanStep,
    Spread,
)
from console.domain.times import HOUR, MINUTE
from console.playbooks.files import read_all
from console.players import comparing, plans, playbook, sight
from console.players.comparing import Chosen, compare
from console.players.plans import AGAIN, DRAINING, NEVER, OFF, OFF_WHILE_LONG, ONCE, Plan
from console.players.search import Cancelled, search
from console.twin import recording, replay, score
from console.twin.centre import Scenario, Turn
from console.twin.recording import Recording
from console.twin.rehearsal import Rehearsal
from console.twin.replay import Replay
from console.twin.world import RINGING
from tests.console.twin.small_centres import everything, plain


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four hours of a small centre with nobody leading."""
    folder = tmp_path_factory.mktemp("played") / "r"
    Rehearsal(everything(), folder).run()
    return folder


@pytest.fixture(scope="module")
def found(played: Path) -> Recording:
    """The same, taken over after an hour."""
    plain, _ = recording.read(played)
    return replace(plain, taken_at=plain.start + HOUR)


BOOK = next(book for book in read_all(None)[0] if book.name == "contact-debt")


def at_hour(found: Recording, hours: float) -> Replay:
    run = Replay(found)
    run.advance(found.start + int(hours * HOUR))
    return run


def test_what_is_seen_is_what_is(found: Recording) -> None:
    w = at_hour(found, 1.5).world
    board = sight.seen(w, {}).board
    queues = {row.queue: row for row in board.queues}
    for line in w.lines.values():
        ringing = sum(c.state == RINGING and c.queue is line for a in line.members
                      for c in a.contacts.values())  # fmt: skip
        if line.medium.name != "chat":
            assert queues[line.name].waiting == line.count + ringing
    # Records of chats are there when they are over.
    assert not queues["web"].waits_known and queues["web"].waiting == 0
    # The desk does not tell what its agents do; nor does anybody see who is not there.
    assert not queues["mail"].agents_known and queues["mail"].staffed == 0
    assert queues["support"].staffed == sum(agent.on for agent in w.lines["support"].members)
    shown = {agent.agent for agent in board.agents}
    assert shown == {
        a.name for a in w.agents if a.on and a.group.name in ("phones", "experts", "web")
    }
    web = next(agent for agent in board.agents if agent.source == sight.CONNECT)
    assert web.id_in(sight.PBX) is None


def test_a_playbook_is_laid_out_on_what_is_seen(found: Recording) -> None:
    at = found.start + int(1.5 * HOUR)
    tally, steps = playbook.play(found, found.seed, BOOK, at)
    told = [step.words for step in steps]
    assert any(words.startswith("Callback offer off: ") for words in told)
    assert any("draining" in word for word in told)
    actions = {order.action for order in tally.carried.values()}
    assert {"callback_offer", "channel_state", "block_cancel"} <= actions
    assert {order.at for order in tally.carried.values()} <= {at, at + HOUR, at + 2 * HOUR}
    # What the law requires and breaks are left alone, and nobody's rest is cut.
    whole = score.scored(found, tally)
    for key in ("rest_broken", "breaks_off"):
        figure = whole.figure(key)
        assert figure is not None and figure.value == 0
    blocks = [o.fields["kind"] for o in tally.carried.values() if o.action == "block_cancel"]
    assert set(blocks) == {"meeting"}


def test_a_plan_of_nothing_is_nobody_leading(found: Recording) -> None:
    nobody = replay.with_orders(found, ())
    run = plans.play(found, found.seed, Plan())
    assert run.finish().needs == nobody.needs
    assert Plan().differences == () and plans.words(Plan()) == ()


def test_a_plan_keeps_rest_and_breaks_and_says_what_it_does(found: Recording) -> None:
    plan = Plan(offer=OFF, blocks=AGAIN, call=AGAIN, helpers=4, chat=DRAINING, people=5)
    run = plans.play(found, found.seed, plan)
    w = run.world
    assert not w.lines["support"].offer and w.media["chat"].state == "draining"
    tally = run.finish()
    whole = score.scored(found, tally)
    values = {f.key: f.value for f in whole.figures}
    assert values["rest_broken"] == values["breaks_off"] == values["long_without"] == 0
    assert [name for name, _ in plans.words(plan)] == list(plan.differences)
    text = " ".join(step.words for _, step in plans.words(plan))
    for words in ("Callback offer off", "Drain chat", "up to 5 people", "up to 4 agents"):
        assert words in text


def test_what_hangs_on_the_waits_is_thrown_back(found: Recording) -> None:
    """A rule knows the longest wait of the moment, and nothing of what comes."""
    plan = Plan(offer=OFF_WHILE_LONG, long_min=2)
    voice, *others = found.centre.media
    quiet = (replace(voice, per_hour=30), *others)
    rush = (Turn(0.5, 1.5, rate=12.0, channels=("voice",)),)
    rushed = replace(found, centre=replace(found.centre, media=quiet, turns=rush))
    tally = plans.play(rushed, found.seed, plan).finish()
    switched = [o for o in tally.carried.values() if o.action == "callback_offer"]
    assert {order.fields["on"] for order in switched} == {True, False}
    assert all((order.at - found.taken_at) % (15 * MINUTE) == 0 for order in switched)


def test_who_chats_takes_calls_while_waits_are_long_and_goes_back(found: Recording) -> None:
    plan = Plan(callers=4, long_min=2)
    voice, *others = found.centre.media
    quiet = (replace(voice, per_hour=30), *others)
    rush = (Turn(0.5, 1.5, rate=12.0, channels=("voice",)),)
    groups = tuple(
        replace(g, telephones=1.0) if g.name == "web" else g for g in found.centre.groups
    )
    rushed = replace(found, centre=replace(found.centre, media=quiet, turns=rush, groups=groups))
    run = plans.play(rushed, found.seed, plan)
    w = run.world
    assert all(
        w.lines["web"] in a.member and len(a.member) == 1
        for a in w.agents
        if a.group.name == "web" and a.on
    )
    carried = [o for o in run.finish().carried.values() if o.action.startswith("queue_")]
    ways = {(o.action, w.lines[o.fields["queue"]].medium.name) for o in carried}
    assert ways == {
        ("queue_add", "voice"), ("queue_remove", "chat"),
        ("queue_remove", "voice"), ("queue_add", "chat"),
    }  # fmt: skip
    (step,) = (step for _, step in plans.words(plan))
    assert "have a telephone" in step.words


def test_the_best_plan_is_no_worse_than_nothing_on_the_days_it_is_judged_by(
    found: Recording,
) -> None:
    best = search(found, (21, 22), runs=40, seconds=30)
    assert best.left <= best.nothing and best.runs <= 40
    judged = range(31, 36)
    mine = [plans.play(found, seed, best.plan, tallied=False).left for seed in judged]
    nobody = [plans.play(found, seed, Plan(), tallied=False).left for seed in judged]
    assert sum(mine) <= sum(nobody)


def test_the_same_search_finds_the_same(found: Recording) -> None:
    one, other = (search(found, (21,), runs=12, seconds=30) for _ in range(2))
    assert one == other


def test_a_search_can_be_cancelled(found: Recording) -> None:
    done: list[int] = []
    with pytest.raises(Cancelled):
        search(found, (21,), tell=lambda n, _: done.append(n), cancelled=lambda: len(done) >= 3)
    assert done == [1, 2, 3]


def test_a_comparison(played: Path) -> None:
    heard: list[str] = []
    told = compare(
        played, Chosen(BOOK, recording.read(played)[0].taken_at, "at the start"),
        tell=lambda words, done, total: heard.append(words), days=3, runs=12, seconds=20,
    )  # fmt: skip
    assert told.exact and told.seeds[0] == 1 and len(set(told.seeds)) == 3
    assert [row.player for row in told.rows] == ["you", "nothing", "playbook", "best"]
    nobody = told.difference(NOTHING)
    assert nobody is not None and nobody.verdict == SAME  # you gave no orders
    you = told.rows[0].spread(LEFT_BEHIND)
    own = next(each for each in told.definitions if each.key == LEFT_BEHIND)
    assert you is not None and you.values[0] == own.value
    assert told.verdict.startswith(f"You left {own.text} behind. Nobody leading: ")
    assert {"your orders again", "nobody leading", "looking for a better plan"} <= set(heard)
    assert told.row("best") is not None and told.runs > 12


def test_nobody_comes_and_nobody_is_left(tmp_path: Path) -> None:
    centre = plain(servers=2, per_hour=0.0001, handle_s=300)
    Rehearsal(Scenario("none", "None", "s", 1.0, (1,), (), centre), tmp_path / "r").run()
    told = compare(tmp_path / "r", None, days=3, runs=6, seconds=20)
    assert [row.player for row in told.rows] == ["you", "nothing", "best"]
    assert told.verdict == (
        "You left 0 behind. Nobody leading: 0, the same. Best plan found: 0, the same."
    )


def spreads(*differences: float) -> tuple[Spread, Spread]:
    mine = (100.0, 90.0, 110.0, 105.0)
    theirs = tuple(a + b for a, b in zip(mine, differences, strict=True))
    return Spread("k", mine), Spread("k", theirs)


@pytest.mark.parametrize(
    ("differences", "better", "verdict"),
    [
        ((-20, -22, -18, -21), LESS, BETTER),
        ((20, 22, 18, 21), LESS, WORSE),
        ((-20, -22, -18, -21), "more", WORSE),
        ((-20, 25, 3, -9), LESS, CANNOT_TELL),
        ((0, 0, 0, 0), LESS, SAME),
        ((5, 5, 5, 5), "", ""),
    ],
)
def test_small_differences_are_not_told_apart(
    differences: tuple[float, ...], better: str, verdict: str
) -> None:
    figure = Figure("k", "K", 100, "needs", "", better)
    found = comparing._difference("best", figure, *spreads(*differences))  # pyright: ignore[reportPrivateUsage]
    assert found.verdict == verdict
    if verdict == BETTER:
        # Mean -20.25, sd 1.708, t 3.182: half width 2.72.
        assert (found.mean, round(found.low or 0, 2), round(found.high or 0, 2)) == (
            -20.25, -22.97, -17.53,
        )  # fmt: skip
        assert found.words == "about 20 fewer (18 to 23)"


def test_too_few_days_tell_nothing() -> None:
    mine, theirs = Spread("k", (None, 1.0, 2.0)), Spread("k", (5.0, None, 9.0))
    figure = Figure("k", "K", None, "%", "", LESS)
    found = comparing._difference("best", figure, mine, theirs)  # pyright: ignore[reportPrivateUsage]
    assert found.verdict == CANNOT_TELL and found.mean is None


def test_plans_are_told_with_when() -> None:
    told = dict(plans.words(Plan(blocks=ONCE, email=DRAINING, dial=OFF_WHILE_LONG)))
    assert told["blocks"].at_us == 0 and told["email"] == PlanStep("Drain email, until the end.", 0)
    assert told["dial"].at_us is None and "10 min" in told["dial"].when
    assert "call" not in told and Plan(people=20).differences == () and NEVER
