"""What agents report is a pattern, said once; of what the leader lets happen only he tells."""

import json
from dataclasses import replace
from typing import Any

from console.domain.rehearsal import NEWS, REPORT
from console.domain.times import HOUR, MINUTE, iso
from console.twin.centre import Inject, Turn
from console.twin.simulation import Simulation
from console.twin.telling import ENOUGH, QUIET, Telling
from console.twin.world import Contact, Issue, World
from tests.console.twin.small_centres import everything


def world(**changes: Any) -> World:
    return Simulation(replace(everything().centre, **changes), 1, 4).world


def failed(w: World, t: int, topic: int = 0) -> tuple[object, ...]:
    """An agent could not help with something of that topic."""
    issue = Issue(1, w.topics[topic], 1, 1.0, t)
    return t, "report", Contact(1, "", issue, w.lines["support"], t, "fresh"), w.agents[0]


def lines(telling: Telling, reports: list[Any], truth: list[Any] | None = None) -> list[Any]:
    return [json.loads(line) for _, line in telling.written(reports, truth or [])]


def test_one_who_could_not_help_is_no_news_several_are() -> None:
    w = world()
    telling = Telling(w)
    found = [failed(w, w.start + n * 10 * MINUTE) for n in range(ENOUGH)]
    last = w.start + (ENOUGH - 1) * 10 * MINUTE
    assert lines(telling, found[:-1]) == []
    [told] = lines(telling, found[-1:])
    topic = w.topics[0].name.capitalize()
    assert told["what"].startswith(f"{topic}: ") and told["who"] == w.agents[0].name
    assert (told["kind"], told["queue"], told["at"]) == ("report", "support", iso(last))
    # Then it is quiet about that, and not about other things.
    later = [failed(w, w.start + HOUR + n * MINUTE) for n in range(9)]
    assert lines(telling, later) == []
    other = [failed(w, w.start + HOUR + n * MINUTE, 1) for n in range(9)]
    assert len(lines(telling, other)) == 1
    again = [failed(w, w.start + QUIET + HOUR + n * MINUTE) for n in range(9)]
    assert len(lines(telling, again)) == 1


def test_far_apart_they_are_no_pattern() -> None:
    w = world()
    found = [failed(w, w.start + n * HOUR) for n in range(9)]
    assert lines(Telling(w), found) == []


def test_what_everybody_has_heard_of_is_said_sooner_and_in_its_words() -> None:
    w = world()
    w.turns.append(Turn(0, 4, "It rains.", told="They ask for boots."))
    found = [failed(w, w.start + n * MINUTE) for n in range(ENOUGH - 1)]
    [told] = lines(Telling(w), found)
    assert told["what"].endswith(": They ask for boots.") and told["category"] == "system"


def test_a_silent_platform_and_an_empty_site_are_noticed() -> None:
    down, shut = Turn(0, 1, "down", down=("chat",)), Turn(0, 1, "shut", site="")
    w = world(turns=(down,))
    told = lines(Telling(w), [], [(w.start, "turn", down, True), (w.start, "turn", down, False)])
    assert [each["severity"] for each in told] == ["stops us"]
    # Of an inject the player has heard already.
    assert lines(Telling(w), [], [(w.start, "turn", shut, True)]) == []


def test_an_inject_is_told_by_whom_it_says_or_by_one_who_would_know() -> None:
    w = world()
    telling = Telling(w)
    plain = Inject("a", "A", "It is so. ", 1.0, queue="support")
    told = json.loads(telling.inject(w.start, plain)[1])
    assert told["kind"] == REPORT and told["what"] == "It is so."
    assert told["who"] in {agent.name for agent in w.agents}
    news = json.loads(telling.inject(w.start, replace(plain, kind=NEWS))[1])
    assert (news["kind"], news["who"]) == (NEWS, "News")
    signed = json.loads(telling.inject(w.start, replace(plain, who="Accounting"))[1])
    assert signed["who"] == "Accounting"
    assert len({told["id"], news["id"], signed["id"]}) == 3
