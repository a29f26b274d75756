"""Figures of a score against small cases that are counted by hand."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.domain.rehearsals import Figure, GoalMet, Score
from console.domain.scoring import complete
from console.domain.times import HOUR, MINUTE, iso
from console.twin import kept, past, score
from console.twin.centre import Block, Callback, Centre, Goal, Group, Medium, Queue, Topic
from console.twin.conduct import asked
from console.twin.recording import Recording
from console.twin.tally import Tally

START = 1_772_409_600_000_000  # 2026-03-02T00:00Z
CENTRE = Centre(
    "hand", "UTC", "2026-03-02T00:00", (Medium("voice"), Medium("email")), (Topic("any"),),
    (Queue("line", "voice"), Queue("mail", "email"), Queue("callbacks", "voice")),
    (Group("day", 2, ("line",), (8.0,), 8.0, blocks=(Block("break", 3.0, 30),)),
     Group("reserve", 1, ("line",), reserve=True)),
    callback=Callback("callbacks"),
)  # fmt: skip
GOALS = (
    Goal("Few are open.", "open issues", most=1), Goal("Few give up.", "given up", most=0),
    Goal("Few wait long.", "mean wait seconds", most=60),
    Goal("Few hang up.", "abandoned share", least=0.2, most=0.4),
)  # fmt: skip


def recording(**changes: Any) -> Recording:
    plain = Recording(
        "hand", "By hand", 1, START, START + HOUR, START + 24 * HOUR, 24.0, CENTRE, GOALS, (), (),
        START + 24 * HOUR,
    )  # fmt: skip
    return replace(plain, **changes)


def at(minutes: float) -> int:
    return START + int(minutes * MINUTE)


def stay(
    queue: str, entered: float, connected: float | None, ended: float | None, outcome: str,
    cause: str = "fresh", channel: str = "voice",
) -> dict[str, Any]:  # fmt: skip
    return {
        "kind": "stay", "queue": queue, "channel": channel, "cause": cause, "entered": at(entered),
        "connected": None if connected is None else at(connected),
        "ended": None if ended is None else at(ended), "outcome": outcome,
    }  # fmt: skip


def issue(opened: float, closed: float | None, state: str, attempts: int) -> dict[str, Any]:
    return {
        "kind": "issue", "opened": at(opened), "closed": None if closed is None else at(closed),
        "state": state, "attempts": attempts,
    }  # fmt: skip


def agent(minutes: float, state: str, who: str = "PJSIP/2001") -> dict[str, Any]:
    return {"kind": "agent", "at": at(minutes), "agent": who, "state": state}


#: Four needs: one resolved at once, one at its third attempt, one given up, one open.
LINES = (
    stay("line", 70, 70.5, 76.5, "answered"),
    stay("line", 80, None, 84, "abandoned"),
    stay("line", 90, 91.5, 101.5, "answered", "redial"),
    stay("line", 120, 121, 131, "answered", "reconnect"),
    stay("mail", 60, 100, 110, "answered", channel="email"),
    stay("callbacks", 200, 200, 203, "answered", "callback stale"),
    issue(70, 76.5, "resolved", 1), issue(80, 131, "resolved", 3),
    issue(60, 240, "given up", 2), issue(150, None, "open", 1),
    {"kind": "promise", "how": "made"}, {"kind": "promise", "how": "callback stale"},
    {"kind": "refused", "at": at(140)},
    agent(60, "available"), agent(70.5, "on contact"), agent(76.5, "wrap-up"),
    agent(78.5, "available"), agent(91.5, "on contact"), agent(101.5, "available"),
    {"kind": "totals", "at": START + 24 * HOUR},
)  # fmt: skip


def told(*lines: dict[str, Any]) -> Tally:
    tally = Tally()
    for line in lines:
        tally.line(line)
    return tally


def test_each_figure_is_what_is_counted_by_hand() -> None:
    found = score.scored(recording(), told(*LINES))
    values = {figure.key: figure.value for figure in found.figures}
    assert values == {
        "left_behind": 2,  # one gave up, one is open
        "needs": 4, "resolved": 2, "given_up": 1, "open": 1,
        "debt_peak": 2,  # from 80 to 131 min two at a time; those of 60 and 80, then of 60 and 150
        "debt_paid": 50.0,
        "extra_attempts": 3,
        "repeat_hours": pytest.approx(23 / 60),  # 10 and 10 min of repeats, 3 in vain
        "turned_away": 1,
        "promises_kept": 0.0, "dials_in_vain": 1,
        "minutes_per_resolution": 9.0,  # 16 min on contact, 2 of wrap-up, for two
        "line_hours": pytest.approx((0.5 + 4 + 1.5 + 1) / 60),
        "rest_broken": 0, "breaks_off": 0, "long_without": 1, "called_in": 0, "put_off": 0,
        "orders_refused": 0,
    }  # fmt: skip
    assert found.goals == (
        GoalMet("Few are open.", "open issues", "at most 1", 1, True),
        GoalMet("Few give up.", "given up", "at most 0", 1, False),
        GoalMet("Few wait long.", "mean wait seconds", "at most 60", 60.0, True),
        GoalMet("Few hang up.", "abandoned share", "at most 0.40 and at least 0.20", 0.25, True),
    )
    assert found.verdict.startswith(
        "Reached in part: 3 of 4 goals. Of 4 customers 2 were helped; 1 gave up, and the needs of "
        "1 are open."
    )


def test_the_peak_counts_from_when_the_leader_took_over() -> None:
    lines = (issue(0, 30, "resolved", 1), issue(1, 31, "resolved", 1), issue(2, 90, "resolved", 1),
             issue(70, None, "open", 1), {"kind": "totals", "at": START + 24 * HOUR})  # fmt: skip
    tally = told(*lines)
    assert tally.peak(START) == (3, at(2))
    assert tally.peak(START + HOUR) == (2, at(70))
    assert tally.of_peak(at(70)) == {"resolved": 1, "given up": 0, "open": 1}
    growing = score.scored(recording(), told(issue(70, None, "open", 1)))
    paid = growing.figure("debt_paid")
    assert paid is not None and paid.value is None and paid.text == "–"


def order(
    number: int, action: str, state: str = "confirmed", **fields: Any
) -> list[dict[str, Any]]:
    id_ = f"o{number}"
    said = {"id": id_, "action": action, "fields": fields}
    return [
        {"kind": "ordered", "at": at(60 + number), "late": False, "order": said},
        {"kind": "order", "at": at(61 + number), "id": id_, "action": action, "state": state,
         "words": ""},
    ]  # fmt: skip


def hours(start: float, end: float) -> dict[str, str]:
    return {"from": iso(at(60 * start)), "to": iso(at(60 * end))}


def test_rest_and_breaks_that_were_asked_of_people() -> None:
    block = {"kind": "break", "start": iso(at(660)), "end": iso(at(690))}
    meeting = {"kind": "meeting", "start": iso(at(700)), "end": iso(at(760))}
    lines = [
        # From 8 to 16 on Monday and Tuesday: 17 to 23 is too soon after, and too near to the next.
        *order(1, "call_in", person="2001", **hours(17, 23)),
        *order(2, "call_in", person="2002", **hours(16, 18)),  # stays on: 14 h are left
        *order(3, "call_in", person="2003", **hours(10, 14)),  # of the reserve
        *order(4, "call_in", "refused", person="2003", **hours(15, 16)),
        *order(5, "block_cancel", person="2001", cancelled=True, **block),
        *order(6, "block_cancel", person="2002", cancelled=True, **block),
        *order(7, "block_cancel", person="2002", cancelled=False, **block),  # takes place after all
        *order(8, "block_cancel", person="2001", cancelled=True, **meeting),
        *order(9, "call_in", person="2002", cancelled=True, **hours(16, 18)),
        *order(10, "call_in", person="nobody", **hours(16, 18)),
    ]
    found = asked(recording(), told(*lines))
    assert len(found.faults) == 1 and "least" in found.faults[0]
    assert (found.came, found.hours) == (2, 10.0)
    assert (found.breaks_off, found.blocks_off, found.off_hours) == (1, 1, 1.0)
    assert (found.orders, found.refused) == (10, 1)
    whole = score.scored(recording(), told(*LINES, *lines))
    assert whole.left_behind.value == 4  # a call-in and a break beside the two customers
    assert "call-ins against the rest rules" in whole.verdict


def figure(key: str, value: float) -> Figure:
    return Figure(key, key.capitalize(), value, "duties", "")


def test_the_leaders_part_is_added_once() -> None:
    plain = score.scored(recording(), told(*LINES))
    own = (figure("duties_overdue", 2), figure("duties_unowned", 1), figure("reports_waiting", 3))
    whole = complete(plain, own)
    assert (whole.left_behind.value, whole.conduct) == (5, own)
    assert "2 duties overdue, 1 duties that nobody owns" in whole.verdict
    assert any("Reports_waiting: 3" in reason for reason in whole.reasons)
    assert complete(whole, own) == whole
    assert complete(whole).left_behind.value == 2


def test_who_works_for_more_than_six_hours_without_a_break() -> None:
    ends = {"kind": "totals", "at": at(1000)}
    day = [agent(0, "available"), agent(300, "break"), agent(330, "on contact")]
    assert not told(*day, agent(640, "offline"), ends).long_without
    short = [agent(0, "available"), agent(300, "break"), agent(305, "on contact")]
    assert told(*short, agent(400, "offline"), ends).long_without == {"PJSIP/2001"}
    assert told(agent(0, "meeting"), ends).long_without == {"PJSIP/2001"}
    assert not told(agent(0, "offline"), ends).long_without


def written(folder: Path, seed: int = 7, **about: Any) -> Path:
    """A folder as a rehearsal leaves it, with a score."""
    (folder / ".rehearsal").mkdir(parents=True)
    said = {
        "scenario": "hand", "title": "By hand", "seed": seed, "hours": 24, "clock": {"speed": 0},
        **about,
    }  # fmt: skip
    (folder / ".rehearsal" / "rehearsal.json").write_text(json.dumps(said), "utf-8")
    kept.keep(folder, kept.SCORE, result(seed))
    return folder


def result(seed: int) -> Score:
    return score.scored(recording(seed=seed), told(*LINES))


def test_a_kept_score_is_the_score(tmp_path: Path) -> None:
    written(tmp_path / "a")
    assert kept.kept_score(tmp_path / "a") == result(7)
    (tmp_path / "a" / ".rehearsal" / "score.json").write_text("{", "utf-8")
    assert kept.kept_score(tmp_path / "a") is None


def test_past_ones_stand_side_by_side(tmp_path: Path) -> None:
    written(tmp_path / "a", 7)
    written(tmp_path / "b", 8, speed=60.0)
    written(tmp_path / "c", 9, scenario="other", title="Another")
    broken = tmp_path / "d" / ".rehearsal"
    broken.mkdir(parents=True)
    (broken / "rehearsal.json").write_text("[]", "utf-8")
    (tmp_path / "no rehearsal").mkdir()
    found = past.past(tmp_path)
    by = {Path(each.path).name: each for each in found.rehearsals}
    assert set(by) == {"a", "b", "c", "d"}
    assert (by["a"].state, by["b"].speed, by["c"].scenario) == ("ended", 60.0, "other")
    assert by["d"].state == "cannot be read" and by["d"].problem
    group = next(each for each in found.groups if each.scenario == "hand")
    assert len(group.rehearsals) == 2 and "luck" in group.note
    rows = {title: values for title, _, _, values in group.rows}
    assert rows["Left behind"] == (2, 2) and rows["Goals reached"] == (3.0, 3.0)


def test_a_folder_that_is_a_rehearsal_itself_is_one(tmp_path: Path) -> None:
    written(tmp_path / "a")
    assert [each.path for each in past.past(tmp_path / "a").rehearsals] == [str(tmp_path / "a")]
