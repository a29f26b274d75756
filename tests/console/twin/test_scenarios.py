"""Scenario files: those that come along can be played; bad ones are refused in clear sentences."""

from pathlib import Path

import pytest

from console.domain.times import HOUR
from console.twin.goals import measured
from console.twin.scenario import FOLDER, ScenarioError, known, load
from console.twin.simulation import Simulation

ROOT = Path(__file__).resolve().parents[3]
STORIES = ["billing-meltdown", "closed-site", "monday", "outage", "slow-burn"]
GOOD = """
title = "Tiny"
story = "Two agents."
hours = 2
seeds = [1]

[centre]
zone = "Europe/Berlin"
start = "2026-03-02T08:00"

[media.voice]
per_hour = 30
handle_s = 200
patience_s = 300
redial = 0.5

[[topics]]
name = "any"

[[queues]]
name = "support"
channel = "voice"

[[groups]]
name = "phones"
count = 2
queues = ["support"]
starts = [8]
hours = 8

[[groups.blocks]]
kind = "break"
at_h = 1
minutes = 15

[[goals]]
words = "Few give up."
figure = "given up"
most = 50
"""


def write(folder: Path, text: str, name: str = "mine.toml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def test_those_that_come_along() -> None:
    assert known() == ["big", *STORIES]
    page = (ROOT / "docs/scenarios.md").read_text("utf-8")
    assert "`big`" in page
    for name in STORIES:
        scenario = load(name)
        assert scenario.story and scenario.goals and len(scenario.seeds) >= 3
        assert 45 <= sum(group.count for group in scenario.centre.groups) <= 55
        assert f"`{name}`" in page
        simulation = Simulation(scenario.centre, scenario.seeds[0], 13)
        simulation.advance(simulation.now + 13 * HOUR)
        w = simulation.world
        assert w.issues > 500 and w.resolved > 200
        for line in w.lines.values():
            assert line.received == line.answered + line.abandoned + line.left + _open(line)
        for goal in scenario.goals:
            assert measured(w, goal)["value"] is not None


def _open(line: object) -> int:
    from console.twin.world import RINGING, TALKING, Line

    assert isinstance(line, Line)
    ringing = sum(
        c.queue is line and (c.state == RINGING or (c.state == TALKING and line.medium.written))
        for agent in line.members
        for c in agent.contacts.values()
    )
    return line.count + ringing


def test_the_meltdown_is_a_debt_and_the_monday_is_none() -> None:
    ratio: dict[str, float] = {}
    for name in ("monday", "billing-meltdown"):
        scenario = load(name)
        simulation = Simulation(scenario.centre, scenario.seeds[0], 20)
        simulation.advance(simulation.now + 20 * HOUR)
        ratio[name] = simulation.world.attempts / simulation.world.issues
    assert ratio["monday"] < 1.5
    assert ratio["billing-meltdown"] > 1.3 * ratio["monday"]


def test_who_does_nothing_reaches_the_goals_of_an_ordinary_monday_only() -> None:
    reached: dict[str, bool] = {}
    for name in STORIES:
        scenario = load(name)
        simulation = Simulation(scenario.centre, scenario.seeds[0], scenario.hours)
        for hour in range(1, int(scenario.hours) + 1):
            simulation.advance(simulation.world.start + hour * HOUR)
            simulation.take()
        w = simulation.world
        reached[name] = all(measured(w, goal)["reached"] for goal in scenario.goals)
    assert reached == {name: name == "monday" for name in STORIES}


def test_the_large_one_is_as_large_as_it_says() -> None:
    centre = load("big").centre
    assert sum(group.count for group in centre.groups) == 2000
    assert len(centre.queues) == 300
    groups = {group.name: group for group in centre.groups}
    assert groups["team 179"].queues == ("line 179", "line 180", "line 1")
    assert {group.site for group in centre.groups} == {f"Site {n}" for n in range(1, 5)}
    assert abs(sum(topic.share for topic in centre.topics) - 1) < 1e-4


def test_copies_are_counted_and_named(tmp_path: Path) -> None:
    text = GOOD.replace('name = "support"', 'name = "line {n}"\ncopies = 3')
    text = text.replace('queues = ["support"]', 'queues = ["line {n}", "line {n+1%3}"]\ncopies = 3')
    text = text.replace('name = "phones"', 'name = "team {n}"')
    centre = load(write(tmp_path, text)).centre
    assert [queue.name for queue in centre.queues] == ["line 1", "line 2", "line 3"]
    assert centre.groups[2].queues == ("line 3", "line 1")
    wrong = write(tmp_path, GOOD.replace('name = "support"', 'name = "support"\ncopies = 0'))
    with pytest.raises(ScenarioError, match="copies is not a whole number"):
        load(wrong)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('kind = "rumour"', "kind is 'rumour'"),
        ('queue = "nowhere"', "there is no 'nowhere'"),
        ('site = "Atlantis"', "there is no 'Atlantis'"),
        ("rate = -1", "rate is less than 0"),
        ("hours = 0", "or hours is 0"),
        ('colour = "red"', "'colour' means nothing"),
    ],
)
def test_injects_are_checked_like_turns(tmp_path: Path, change: str, words: str) -> None:
    inject = '\n[[injects]]\nname = "a"\ntitle = "A"\nwords = "It is so."\nhours = 1\n'
    assert load(write(tmp_path, GOOD + inject)).injects[0].turn(2.0).until_h == 3.0
    if change.startswith("hours"):
        inject = inject.replace("hours = 1", change)
    else:
        inject += change + "\n"
    with pytest.raises(ScenarioError, match=words):
        load(write(tmp_path, GOOD + inject))


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, GOOD))
    assert (scenario.name, scenario.hours, scenario.seeds) == ("mine", 2.0, (1,))
    [medium] = scenario.centre.media
    assert (medium.name, medium.patience_s, medium.resolution) == ("voice", 300, 1.0)
    [group] = scenario.centre.groups
    assert (group.starts, group.blocks[0].minutes) == ((8.0,), 15)


def test_one_based_on_another(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    text = """
based_on = "mine"
title = "More"
[media.voice]
per_hour = 60
[[groups]]
name = "phones"
count = 5
[[groups]]
name = "more"
count = 1
queues = ["support"]
[[turns]]
at_h = 1
until_h = 2
rate = 3
"""
    scenario = load(write(tmp_path, text, "more.toml"))
    centre = scenario.centre
    assert (scenario.title, scenario.story) == ("More", "Two agents.")
    assert (centre.media[0].per_hour, centre.media[0].redial) == (60, 0.5)
    assert [(group.name, group.count) for group in centre.groups] == [("phones", 5), ("more", 1)]
    assert centre.groups[0].blocks and centre.turns[0].rate == 3


@pytest.mark.parametrize(
    ("instead", "of", "words"),
    [
        ("per_huor = 30", "per_hour = 30", "'per_huor' means nothing; is 'per_hour' meant?"),
        ('per_hour = "many"', "per_hour = 30", "In media.voice, per_hour is not a number."),
        ("per_hour = -1", "per_hour = 30", "In media.voice, per_hour is less than 0."),
        ("redial = 1.5", "redial = 0.5", "In media.voice, redial is a share and more than 1."),
        ("[media.fax]", "[media.voice]", "[media.fax] is no channel"),
        ('channel = "chat"', 'channel = "voice"', "there is no 'chat'; there are voice."),
        ('queues = ["sales"]', 'queues = ["support"]', "phones, queues, there is no 'sales'"),
        ('zone = "Berlin"', 'zone = "Europe/Berlin"', "There is no zone 'Berlin'"),
        ('start = "Monday"', 'start = "2026-03-02T08:00"', "not a local time such as"),
        ("hours = 0", "hours = 2\nseeds", "hours is not between 0"),
        ("seeds = []", "seeds = [1]", "name at least one number"),
        ('kind = "nap"', 'kind = "break"', "there is no 'nap'"),
        ('figure = "fun"', 'figure = "given up"', "A goal's figure is 'fun'"),
        ("", "most = 50", "says neither most nor least"),
        ("count = 2.5", "count = 2", "In groups phones, count is not a whole number."),
        ("count = 999999", "count = 2", "more than 5000 agents"),
        ('name = "a|b"', 'name = "support"', "a sign that a platform cannot take"),
        ("title = 3", 'title = "Tiny"', "In the file, title is not a text in quotes."),
        ("", 'title = "Tiny"', "In the file, 'title' is missing."),
        ("starts = 8", "starts = [8]", "starts is not a list in square brackets."),
        ("[centre", "[centre]", "It is not TOML"),
        ('based_on = "nix"\ntitle = "Tiny"', 'title = "Tiny"', "there is no such file beside it"),
        ('based_on = "mine"\ntitle = "Tiny"', 'title = "Tiny"', "or on itself"),
        ("", '[[topics]]\nname = "any"', "needs must be about something"),
    ],
)  # fmt: skip
def test_a_bad_file(tmp_path: Path, instead: str, of: str, words: str) -> None:
    if of == "hours = 2\nseeds":
        instead += "\nseeds"
    assert of in GOOD
    path = write(tmp_path, GOOD.replace(of, instead, 1))
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert words in str(caught.value)
    assert "mine.toml cannot be played." in str(caught.value)


def test_one_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="There is no scenario 'nix'"):
        load("nix")
    assert FOLDER.is_dir()
