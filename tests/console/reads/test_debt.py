"""The gauge and the list of issues out of a database: what is joined, by hand too, and kept."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.commands.mark_issues import JoinIssues, SplitIssue
from console.domain.debt import DebtGauge, IssueList, IssueRow
from console.domain.times import HOUR, MINUTE, SECOND
from console.errors import NotAllowed
from console.reads.debt import Debt
from console.shell.door import run
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything

AT = 1_772_438_400


def call(number: int, hour: float, customer: str, answered: bool, queue: str = "sales") -> str:
    at = AT + round(hour * 3600)
    lines = [f"{at}|1.{number}|{queue}|NONE|ENTERQUEUE||{customer}|1"]
    if answered:
        lines += [
            f"{at + 20}|1.{number}|{queue}|SIP/7|CONNECT|20|1.9|5",
            f"{at + 320}|1.{number}|{queue}|SIP/7|COMPLETECALLER|20|300|1",
        ]
    else:
        lines.append(f"{at + 60}|1.{number}|{queue}|NONE|ABANDON|1|1|60")
    return "\n".join(lines) + "\n"


ANN, BEN = "01632960123", "01632960777"
#: Ann tries three times within hours, and again three days later; Ben once.
LOG = (
    call(1, 0, ANN, False)
    + call(2, 1, ANN, True)
    + call(3, 5, ANN, True)
    + call(4, 6, BEN, False)
    + call(5, 80, ANN, False)
)


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    log = tmp_path / "exports" / "queue_log"
    log.parent.mkdir()
    log.write_text(LOG)
    made = Console(tmp_path / "data")
    made.sync([log])
    yield made
    made.close()


def gauge(console: Console) -> DebtGauge:
    found = console.debt()
    assert found is not None
    return found


def listed(console: Console) -> IssueList:
    found = console.issues()
    assert found is not None
    return found


def row_of(console: Console, contact: str) -> IssueRow:
    return next(r for r in listed(console).rows if contact in [c.contact for c in r.contacts])


def at_hour(console: Console, hour: float) -> None:
    """As if it were that hour: the log has not gone on."""
    console._clock = lambda: (AT + round(hour * 3600)) * SECOND


def test_attempts_are_joined_and_each_says_why(console: Console) -> None:
    at_hour(console, 7)
    found = listed(console)
    assert (found.window_h, found.issues) == (48.0, 2)
    row = row_of(console, "1.1")
    assert (row.customer, row.attempts, row.state) == ("…123", 3, "answered")
    assert [each.kind for each in row.contacts] == ["fresh", "redial", "reconnect"]
    assert [each.why for each in row.contacts] == ["", "same customer", "same customer"]
    assert row.contacts[1].since_h == pytest.approx(1.0)
    told = gauge(console)
    assert (told.attempts, told.needs, told.keyless) == (4, 2, 0.0)
    assert told.gross == pytest.approx(1.0)
    assert told.excess.value is None and "more days of history" in told.excess.note


def test_after_the_window_it_is_another_need(console: Console) -> None:
    at_hour(console, 81)
    assert row_of(console, "1.5").attempts == 1
    assert [r.contacts[0].contact for r in listed(console).rows] == ["1.5"]


def test_what_is_said_by_hand_goes_before_the_rule_and_is_taken_back(console: Console) -> None:
    at_hour(console, 7)
    split = SplitIssue(1, "1.3", console.who, "another bill")
    assert console.preview(split).touches == ("One contact; the gauge counts one need more.",)
    done = console.do(split)
    assert [c.contact for c in row_of(console, "1.1").contacts] == ["1.1", "1.2"]
    row = row_of(console, "1.3")
    assert row.attempts == 1 and row.by_hand
    assert row.contacts[0].why == "begins by hand"
    assert gauge(console).needs == 3
    with pytest.raises(NotAllowed, match="An issue begins with it already"):
        console.do(split)
    join = JoinIssues(((1, "1.4"), (1, "1.3")), console.who, "her husband called")
    preview = console.preview(join)
    assert preview.warnings == ("They are of 2 customers: …123, …777.",)
    joined = console.do(join)
    row = row_of(console, "1.4")
    assert [c.contact for c in row.contacts] == ["1.3", "1.4"] or row.attempts == 4
    assert row.contacts[-1].why == "joined by hand"
    console.undo(joined.journal_id)
    assert row_of(console, "1.4").attempts == 1
    console.undo(done.journal_id)
    assert row_of(console, "1.1").attempts == 3
    assert gauge(console).needs == 2


def test_joining_brings_along_who_is_joined_already(console: Console) -> None:
    at_hour(console, 81)
    console.do(JoinIssues(((1, "1.1"), (1, "1.4")), console.who))
    console.do(JoinIssues(((1, "1.5"), (1, "1.4")), console.who))
    assert row_of(console, "1.5").attempts == 5
    with pytest.raises(NotAllowed, match="joined already"):
        console.do(JoinIssues(((1, "1.5"), (1, "1.1")), console.who))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SplitIssue(1, "none", "lead"), "no such contact"),
        (JoinIssues(((1, "1.1"),), "lead"), "two contacts"),
        (JoinIssues(((1, "1.1"), (1, "none")), "lead"), "not known any more"),
        (JoinIssues(((1, "1.1"), (1, "1.2")), "lead", "a\nb"), "control character"),
        (SplitIssue(1, "1.2", "lead", "a\nb"), "control character"),
    ],
)
def test_what_cannot_be(console: Console, command: Any, words: str) -> None:
    assert words in console.preview(command).refused


def test_marks_outlive_reading_the_exports_again(console: Console, tmp_path: Path) -> None:
    from console.commands import RereadSource

    at_hour(console, 7)
    console.do(SplitIssue(1, "1.3", console.who))
    console.do(RereadSource(1))
    console.upkeep.finish()
    assert row_of(console, "1.3").attempts == 1
    assert row_of(console, "1.1").attempts == 2


def test_it_is_told_anew_only_where_something_has_come(console: Console, tmp_path: Path) -> None:
    at_hour(console, 81)
    first = gauge(console)
    assert console.debt(first.version) is None
    kept = listed(console)
    assert console.issues(kept.version) is None
    log = tmp_path / "exports" / "queue_log"
    log.write_text(LOG + call(6, 82, BEN, False))
    console.sync([log])
    at_hour(console, 83)
    again = console.debt(first.version)
    assert again is not None and again.attempts == first.attempts + 1
    assert console.issues(kept.version) is not None


def test_acts_stand_beside_the_course(console: Console) -> None:
    from console.commands import SetCallback
    from console.domain.times import now_us

    console.do(SetCallback(offer=False, all=True))
    console._clock = lambda: now_us()
    with console.store.write() as session:
        from console.store.tables import Source

        session.get_one(Source, 1).last_at = now_us() + HOUR
    assert [act.title for act in gauge(console).acts] == ["callback offer off: all queues"]


# --- without a screen


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    def typed(*words: str) -> dict[str, Any]:
        code = run([*words, "--json", "--data", str(tmp_path / "data")], lambda options: 9)
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return json.loads(said.out)

    return typed


def test_a_script_gets_the_figures_with_what_is_not_known(console: Console, shell: Any) -> None:
    console.close()
    told = shell("debt")
    assert told["window_h"] == 48.0
    assert told["excess"]["value"] is None and told["excess"]["note"]
    assert told["open"]["inside"] == 0
    assert {row["channel"] for row in told["channels"]} == {"voice"}
    assert told["figures"][0]["figure"] == "open needs"
    issues = shell("issues", "--most", "1")
    assert (issues["number"], len(issues["issues"])) == (1, 1)
    assert issues["issues"][0]["contacts"][0]["contact"] == "1.5"


def test_of_nothing_it_says_so(tmp_path: Path, shell: Any) -> None:
    assert shell("debt")["figures"] == []
    assert shell("issues")["issues"] == []


def test_what_is_kept_gives_what_telling_anew_gives(tmp_path: Path) -> None:
    """A centre of every medium: after each half hour the gauge that was followed is the same as one
    that begins now and takes the same for usual."""
    folder = tmp_path / "centre"
    play = Rehearsal(everything(), folder)
    play.begin(about={"title": "By hand"})
    console = Console(tmp_path / "data")
    followed, attempts = Debt(console.settings), 0
    try:
        for _piece in range(4):
            play.step(play.world.now + 25 * MINUTE)
            console.sync([folder])
            with console.store.read() as session:
                kept = followed.gauge(session, play.world.now)
                anew = Debt(console.settings)
                anew._past, anew._past_marks = followed._past, followed._past_marks
                told = anew.gauge(session, play.world.now)
            assert kept is not None and told is not None
            assert replace(kept, version=None) == replace(told, version=None)
            attempts = kept.attempts
        assert attempts > 150
    finally:
        console.close()
