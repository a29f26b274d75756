"""What a rehearsal teaches a console: the score of both parts, the review, the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.app import Console
from console.commands import ReportTrouble, SetCallback, SetChannel
from console.documents.differently import differently
from console.documents.forms import as_markdown
from console.domain.effects import Effect, KpiAim
from console.domain.effects import Span as Window
from console.domain.playbooks import ReviewItem
from console.domain.rehearsals import Figure
from console.domain.times import MINUTE, SECOND, now_us
from console.errors import ConsoleError
from console.lessons import Lessons, review_of
from console.playbooks.files import read_all
from console.playbooks.review import resolve
from console.players import sight
from console.shell.door import run
from console.store.tables import Queue
from console.twin import kept
from console.twin.places import data_of
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything


class Led:
    """A small centre that a console led: it ran for forty minutes before, and an hour with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        start = (now_us() - 40 * MINUTE) // SECOND * SECOND
        self.play = Rehearsal(everything(), folder, start=start, hours=2.0)
        about = {"scenario": "everything", "title": "Everything", "seed": 1, "hours": 2.0,
                 "story": "It <b>rains</b>.", "speed": 1.0}  # fmt: skip
        self.play.begin(1.0, start + 40 * MINUTE, about=about)  # without a clock: stepped in ours
        self.console = Console(data_of(folder))
        self.run(10)
        self.before = sight.counted(self.play.world)
        self.run(30)
        self.laid_out = list(self.lay_out())
        self.lead()
        self.run(30)
        self.play.finish()
        self.play.leave()
        self.lessons = Lessons(folder, self.console.store, self.console.data)

    def run(self, minutes: float) -> None:
        w = self.play.world
        to = w.now + int(minutes * MINUTE)
        while w.now < to:
            self.play.step(min(to, w.now + 10 * SECOND))
        self.console.pump()
        self.console.sync([self.folder])

    def lay_out(self) -> Iterator[tuple[list[Any], list[Any]]]:
        """Each playbook on the console's board, and on what players see at the same moment."""
        board = self.console.board(self.play.world.now)
        for book in read_all(None)[0]:
            now = sight.seen(self.play.world, self.before)
            own = self.console.operations.review(book.name, board).items
            yield list(map(_laid, own)), list(map(_laid, resolve(book, now)))

    def lead(self) -> None:
        with self.console.store.read() as session:
            queue = session.query(Queue.id).filter(Queue.name == "support").scalar()
        self.console.do(SetCallback(offer=False, queue_ids=(queue,)), "no <i>promises</i>")
        self.console.do(SetChannel("email", "draining", "Please call."))
        self.console.pump()
        self.run(1)


def _laid(item: ReviewItem) -> tuple[str, str, int, str]:
    """An item with how many it touches: ids are not the same."""
    fields = json.loads(item.fields)
    ids = ("shift_ids", "calls", "agent_ids", "queue_ids")
    whom = next((fields[name] for name in ids if name in fields), ())
    return item.key, item.command, len(whom), "" if item.command else item.left_out


@pytest.fixture(scope="module")
def led(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Led]:
    found = Led(tmp_path_factory.mktemp("led") / "r")
    yield found
    found.console.close()


def value(figures: Any, key: str) -> float | None:
    return next(figure.value for figure in figures if figure.key == key)


def test_players_lay_a_playbook_out_as_the_console_does(led: Led) -> None:
    assert len(led.laid_out) >= 3
    for mine, theirs in led.laid_out:
        assert theirs == mine


def test_the_score_has_both_parts(led: Led) -> None:
    score = led.lessons.score()
    assert score.from_at == led.play.world.start + 40 * MINUTE and not score.finished
    assert value(score.conduct, "acts") == 2
    assert value(score.conduct, "left_alone") == 0
    first = value(score.conduct, "first_act")
    assert first is not None and 0 <= first < 2
    assert value(score.conduct, "overrides") == 2
    assert value(score.centre, "needs") == led.play.world.issues
    assert value(score.centre, "resolved") == led.play.world.resolved
    assert score.by == led.console.who and "before its time" in score.verdict
    assert kept.kept_score(led.folder) == score  # for whoever looks at past ones
    assert led.lessons.score() == score


def test_the_review_says_what_was_done_and_what_was_true(led: Led) -> None:
    paper = review_of(led.console.store, led.console.settings, now_us(), lessons=led.lessons)
    titles = [section.title for section in paper.sections]
    assert titles[:4] == ["How it went", "What to do differently", "The story", "Timeline"]
    assert {"Score", "What acts did", "Reports and answers", "What is owed"} <= set(titles)
    by = {section.title: section for section in paper.sections}
    [timeline] = by["Timeline"].tables
    told = [row[2] for row in timeline.rows]
    assert any(words.startswith("callback offer off") for words in told)
    [queues] = by["What the screen said, and what was true"].tables
    row = next(row for row in queues.rows if row[0] == "support")
    assert row[1] == row[2] == f"{led.play.world.lines['support'].received:,}"
    text = as_markdown(paper)
    assert "<b>" not in text.replace("\\<b\\>", "") and "no \\<i\\>promises\\</i\\>" in text


def test_a_review_of_what_is_no_rehearsal_has_no_truth(tmp_path: Path) -> None:
    console = Console(tmp_path)
    try:
        report = console.do(ReportTrouble("r1", "ann", "ring +49 170 1234567 <b>", console.now()))
        assert report.journal_id
        paper = review_of(console.store, console.settings, console.now(), hours=2)
        titles = [section.title for section in paper.sections]
        assert "Score" not in titles and "How it was led" in titles
        text = as_markdown(paper)
        assert "ring [number]".replace("[", "\\[").replace("]", "\\]") in text
        assert "1234567" not in text
        with pytest.raises(ConsoleError):
            review_of(console.store, console.settings, console.now(), operation_id=7)
    finally:
        console.close()


def test_a_comparison_is_kept_and_says_how_far_it_is(led: Led) -> None:
    assert led.lessons.comparing().state == ""
    seen: list[str] = []
    found = led.lessons.compare(tell=lambda words, done, total: seen.append(words), runs=8)
    assert found.exact and seen
    assert led.lessons.comparison() == found
    told = led.lessons.comparing()
    assert told.state == "done" and told.comparison == found
    paper = review_of(led.console.store, led.console.settings, now_us(), lessons=led.lessons)
    assert "What others would have made of it" in [section.title for section in paper.sections]


def test_a_comparison_in_a_process_of_its_own_can_be_cancelled(led: Led) -> None:
    lessons = Lessons(led.folder, None)
    lessons.begin_comparing()
    assert lessons.comparing().state == "running"
    lessons.cancel_comparing()
    assert lessons.comparing().state == "cancelled"


def test_the_command_line(led: Led, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def asked(*words: str) -> dict[str, Any]:
        code = run([*words, "--json"], lambda options: 9)
        text = capsys.readouterr().out
        assert code == 0, text
        return json.loads(text)

    score = asked("rehearse", "--score", str(led.folder))
    assert score["verdict"] and {row["part"] for row in score["figures"]} == {
        "", "centre", "leader",
    }  # fmt: skip
    listed = asked("rehearse", "--past", str(led.folder.parent))
    assert [row["scenario"] for row in listed["rehearsals"]] == ["everything"]
    assert listed["scenarios"][0]["figures"][0]["title"] == "Left behind"
    data = ["--data", str(data_of(led.folder))]
    for name in ("a.md", "a.html", "a.json"):
        told = asked("review", *data, "--into", str(tmp_path / name))
        assert told["into"] == str(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 2000
    assert run(["review", *data, "--into", str(tmp_path / "a.pdf")], lambda options: 9) == 2


def test_acts_that_did_the_opposite_are_named() -> None:
    def effect(number: int, verdict: str, *, cost: bool = False) -> Effect:
        aim = KpiAim("waiting", "billing", (1,), "down", cost=cost)
        return Effect(number, 0, 0, "ann", f"act {number}", "confirmed", aim,
                      Window(0, 1, "told", 3.0), (), verdict)  # fmt: skip

    effects = [effect(1, "worse"), effect(2, "worse", cost=True), effect(3, "better"),
               effect(4, "cannot tell")]  # fmt: skip
    assert differently({}, None, effects) == (
        "Look again at what was meant to help and was followed by worse: “act 1” (waiting, "
        "billing).",
        "What was followed by better, and can be done again: “act 3” (waiting, billing).",
    )


def test_what_to_do_differently_is_computed() -> None:
    def figure(key: str, number: float | None, detail: str = "") -> Figure:
        return Figure(key, key, number, "minutes", "", detail=detail)

    assert differently({}) == ()
    late = {"first_act": figure("first_act", 45.0), "acts": figure("acts", 3)}
    assert differently(late) == (
        "Begin sooner: the first act that was carried out came after 45 minutes.",
    )
    deaf = {"first_act": figure("first_act", None), "acts": figure("acts", 3)}
    assert "none of 3 acts" in differently(deaf)[0]
    kept_ = {
        "promises_kept": figure("promises_kept", 20.0),
        "dials_in_vain": figure("dials_in_vain", 40, "30 stale, 10 not reached"),
    }
    assert differently(kept_)[0].startswith("Promise fewer calls")
