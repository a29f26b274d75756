"""What is learnt from a rehearsal: the score beside others, and past ones."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.domain.rehearsals import Comparing
from tests.widgets import fake_lessons
from tests.widgets.fake import FakeConsole
from widgets.models.score import goal_value, lines_of
from widgets.views.past import Past
from widgets.views.score import ScorePage
from widgets.window import Window


@pytest.fixture
def page(qtbot: QtBot) -> ScorePage:
    page = ScorePage()
    qtbot.addWidget(page)
    return page


def cells(page: ScorePage, key: str) -> dict[str, str]:
    model = page.model
    place = model.place_of(key)
    return {c.id: model.index(place, n).data() for n, c in enumerate(model.columns)}


def test_the_score_says_what_was_reached(page: ScorePage) -> None:
    page.show_score(fake_lessons.score())
    goals = [page.goals.itemAt(n).widget().text() for n in range(page.goals.count())]  # type: ignore[attr-defined]
    assert goals == [
        "●  At most one in five gives up.  It was 17.0\u202f%: reached.",
        "▲  Answer soon.  It was 143 s: not reached.",
    ]
    assert page.verdict.text() == "Reached in part: 1 of 2 goals."
    assert cells(page, "resolved")["you"] == "1,500"
    assert cells(page, "first_act")["you"] == "–"
    tip = page.model.columns[0].tip
    assert tip is not None
    assert "Needs that were met.\nmore is better" in tip(page.model.row_of("resolved"), None)


def test_before_its_end_no_goal_is_praised(page: ScorePage) -> None:
    page.show_score(fake_lessons.score(to_at=12 * fake_lessons.HOUR))
    assert page.title.text() == "Outage: how it went, as far as it got"
    assert all(
        page.goals.itemAt(n).widget().text().startswith("◌")  # type: ignore[attr-defined]
        for n in range(page.goals.count())
    )


def test_others_are_marked_where_they_did_better(page: ScorePage) -> None:
    page.show_score(fake_lessons.score())
    assert cells(page, "left_behind")["best"] == ""
    page.show_comparing(Comparing("running", "the best plan", 12, 40))
    assert page.bar.value() == 12 and not page.bar.isHidden() and not page.cancel.isHidden()
    page.show_comparing(Comparing("done", "done", 40, 40, 61.0, fake_lessons.comparison()))
    assert page.bar.isHidden() and page.cancel.isHidden()
    left = cells(page, "left_behind")
    assert (left["you"], left["nothing"], left["playbook"], left["best"]) == (
        "900", "1,200", "900", "● 700",
    )  # fmt: skip
    assert cells(page, "resolved")["best"] == "● 1,650"
    assert page.than.text() == "You left 900 behind, the best plan 700."
    assert "at once:  Offer off" in page.others.toPlainText()
    assert "2 such days" in page.step.text()


def test_a_comparison_that_failed_can_be_made_again(page: ScorePage) -> None:
    page.show_comparing(Comparing("failed", "its process is gone", 3, 40))
    assert page.step.text() == "▲ its process is gone"
    assert not page.compare.isHidden()


def test_what_is_not_compared_stays_empty() -> None:
    lines = lines_of(fake_lessons.score(), fake_lessons.comparison())
    assert [line.figure.key for line in lines] == ["left_behind", "resolved", "first_act"]
    assert not lines[2].compared("best")
    assert goal_value(fake_lessons.score().goals[0]) == "17.0\u202f%"


def test_others_play_when_it_is_over(window: Window, console: FakeConsole, qtbot: QtBot) -> None:
    learning, taught = window.learning, console.taught
    taught.steps = [
        Comparing("running", "nobody", 1, 40),
        Comparing("done", "done", 40, 40, 61.0, fake_lessons.comparison()),
    ]
    learning.compare()
    qtbot.waitUntil(lambda: learning.page.comparison is not None)
    assert taught.begun == 1
    assert not learning._beat.isActive()
    learning.cancel()
    qtbot.waitUntil(lambda: not learning.page.compare.isHidden())
    assert taught.cancelled == 1


def test_past_ones_side_by_side(qtbot: QtBot) -> None:
    past = Past(lambda: None)
    qtbot.addWidget(past)
    past.resize(900, 400)
    past.show_list(fake_lessons.past("/rehearsals"), {"/rehearsals/1": 150 << 20})
    assert past.model.rowCount() == 2
    assert past.told.text().endswith("on the disk.")
    assert not past.side.isEnabled() and not past.delete.isEnabled()
    past.table.selectAll()
    assert past.side.isEnabled() and not past.look.isEnabled()
    past.side.click()
    table = past._along
    assert table is not None
    model = table.rows
    assert [model.index(0, n).data() for n in range(4)] == [
        "Left behind",
        "900",
        "● 700",
        "customers",
    ]
    assert not past.back.isHidden()
    past.back.click()
    assert past.pages.currentWidget() is past.table


def test_one_is_looked_at_or_deleted_with_care(qtbot: QtBot) -> None:
    past = Past(lambda: None)
    qtbot.addWidget(past)
    past.here = "/rehearsals/2"
    looked: list[str] = []
    deleted: list[str] = []
    past.look_pressed.connect(lambda row: looked.append(row.path))
    past.delete_pressed.connect(lambda rows: deleted.extend(row.path for row in rows))
    past.show_list(fake_lessons.past("/rehearsals"))
    past.table.choose("/rehearsals/2")
    assert not past.delete.isEnabled() and "cannot be deleted" in past.told.text()
    past.look.click()
    assert looked == ["/rehearsals/2"]
    past.table.clearSelection()
    past.table.choose("/rehearsals/1")
    past.delete.click()
    assert not deleted and past.delete.text() == "Delete for good?"
    past.delete.click()
    assert deleted == ["/rehearsals/1"]


def test_only_what_lies_among_rehearsals_is_deleted(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.rehearsing.home = tmp_path
    mine, other = tmp_path / "rehearsals" / "1", tmp_path / "papers"
    for folder in (mine, other):
        folder.mkdir(parents=True)
    rows = fake_lessons.past(str(tmp_path / "rehearsals")).rehearsals[1:]
    window.learning.delete(rows)
    qtbot.waitUntil(lambda: not mine.exists())
    window.learning.delete(fake_lessons.past(str(tmp_path)).rehearsals)
    told = window.notices.past
    qtbot.waitUntil(lambda: any(each.title == "0 rehearsals deleted" for each in told))
    assert other.exists()
