"""The row model tells what changed and nothing else, and is a proper Qt model while it does."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tests.widgets.fake import FakeConsole, lively_log
from widgets.models.agents import agent_model
from widgets.models.columns import Column
from widgets.models.log import log_model
from widgets.models.queues import queue_model
from widgets.models.rows import SORT_ROLE, Heading, RowModel
from widgets.models.sources import quarantine_model, source_model, step_model


@dataclass(frozen=True)
class Thing:
    key: int
    words: str
    number: int | None = 0
    kind: str = "a"


def thing_model() -> RowModel:
    return RowModel(
        (
            Column("words", "words", lambda r: r.words, lambda r: r.words, 50),
            Column("number", "number", lambda r: str(r.number), lambda r: r.number, 50),
        ),
        key=lambda r: r.key,
        group=lambda r: r.kind,
    )


def things(number: int) -> list[Thing]:
    return [Thing(n, f"thing {n}", n) for n in range(number)]


def told(model: RowModel) -> list[tuple[int, int]]:
    """Collects the rows of each dataChanged."""
    runs: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last, *_: runs.append((first.row(), last.row())))
    return runs


def shown(model: RowModel) -> list[str]:
    return [model.index(n, 0).data() for n in range(model.rowCount())]


def test_one_signal_for_each_run_of_changed_rows(qtbot: object) -> None:
    model = thing_model()
    rows = things(100)
    model.show_rows(rows)
    runs = told(model)
    for place in (3, 4, 5, 40, 90, 91):
        rows[place] = replace(rows[place], words="other")
    model.show_rows(rows)
    assert runs == [(3, 5), (40, 40), (90, 91)]


def test_rows_that_look_the_same_are_not_told(qtbot: object) -> None:
    model = thing_model()
    rows = things(10)
    model.show_rows(rows)
    runs = told(model)
    model.show_rows(list(rows))
    model.show_rows([replace(row, kind="b") for row in rows])
    assert runs == []
    assert model.row_at(0).kind == "b"


def test_a_difference_made_from_an_older_state_is_made_again(qtbot: object) -> None:
    model = thing_model()
    model.show_rows(things(3))
    late = model.compare([*things(3), Thing(9, "late")])
    model.show_rows(things(2))
    model.show(late)
    assert shown(model) == ["thing 0", "thing 1", "thing 2", "late"]


def test_sorting_waits_for_a_request_and_puts_unknown_last(qtbot: object) -> None:
    model = thing_model()
    model.show_rows([Thing(1, "a", 5), Thing(2, "b", None), Thing(3, "c", 9)])
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["c", "a", "b"]
    model.show_rows([Thing(1, "a", 50), Thing(2, "b", None), Thing(3, "c", 9)])
    assert shown(model) == ["c", "a", "b"]
    model.arrange()
    assert shown(model) == ["a", "c", "b"]
    model.sort(1)
    assert shown(model) == ["c", "a", "b"]
    assert model.index(0, 1).data(SORT_ROLE) == 9


def test_filter_takes_all_words_in_any_order(qtbot: object) -> None:
    model = thing_model()
    model.show_rows(things(30))
    model.set_filter("9 THING")
    assert shown(model) == ["thing 9", "thing 19", "thing 29"]
    model.show_rows([*things(30), Thing(99, "thing 99"), Thing(77, "thing 77")])
    assert shown(model) == ["thing 9", "thing 19", "thing 29", "thing 99"]
    model.set_filter("")
    assert model.rowCount() == 32


def test_groups_count_live_and_fold(qtbot: object) -> None:
    model = thing_model()
    rows = [Thing(1, "x", 1, "a"), Thing(2, "y", 2, "b"), Thing(3, "z", 3, "b")]
    model.show_rows(rows)
    model.set_grouped(True)
    assert shown(model) == ["a (1)", "x", "b (2)", "y", "z"]
    model.show_rows([replace(rows[0], kind="b", words="xx"), *rows[1:]])
    assert shown(model) == ["a (0)", "xx", "b (3)", "y", "z"]
    model.arrange()
    assert shown(model) == ["b (3)", "xx", "y", "z"]
    model.fold(0)
    assert shown(model) == ["b (3)"]
    assert isinstance(model.order[0], Heading)
    assert model.row_at(0) is None


def test_persistent_indexes_follow_their_rows(qtbot: object) -> None:
    model = thing_model()
    model.show_rows(things(20))
    kept = QPersistentModelIndex(model.index(7, 0))
    gone = QPersistentModelIndex(model.index(3, 0))
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert kept.data() == "thing 7"
    model.show_rows([row for row in things(20) if row.key != 3])
    assert kept.data() == "thing 7"
    assert not gone.isValid()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(["", "1", "2 4"]))
def test_any_history_ends_in_what_a_fresh_model_shows(seed: int, grouped: bool, words: str) -> None:
    rng = random.Random(seed)
    model = thing_model()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_grouped(grouped)
    model.set_filter(words)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    rows: list[Thing] = []
    for _ in range(12):
        rows = [
            Thing(
                n, f"{rng.randint(0, 60)}", rng.choice([None, rng.randint(0, 9)]), rng.choice("ab")
            )
            for n in range(15)
            if rng.random() < 0.8
        ]
        model.show_rows(rows)
    model.arrange()
    fresh = thing_model()
    fresh.set_grouped(grouped)
    fresh.set_filter(words)
    fresh.sort(1, Qt.SortOrder.DescendingOrder)
    fresh.show_rows(rows)
    assert sorted(shown(model)) == sorted(shown(fresh))
    numbers = [model.data(model.index(n, 1), SORT_ROLE) for n in range(model.rowCount())]
    other = [fresh.data(fresh.index(n, 1), SORT_ROLE) for n in range(fresh.rowCount())]
    assert numbers == other


MODELS: list[tuple[Callable[[], RowModel], str]] = [
    (queue_model, "queues"), (agent_model, "agents"), (log_model, "log"),
    (source_model, "sources"), (quarantine_model, "quarantine"), (step_model, "steps"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "rows_of"), MODELS, ids=[name for _, name in MODELS])
def test_each_model_is_a_proper_model(
    make: Callable[[], RowModel], rows_of: str, qtmodeltester: object
) -> None:
    console = FakeConsole(12, 60)
    lively_log(console)
    model = make()
    try:
        for _ in range(6):
            board = console.refresh()
            rows = {
                "queues": board.queues, "agents": board.agents, "log": console.log(),
                "sources": board.sources, "quarantine": console.quarantine(),
                "steps": console.timeline_of_agent(1).steps,
            }[rows_of]  # fmt: skip
            model.show_rows(rows, board)
            qtmodeltester.check(model)  # type: ignore[attr-defined]
            model.set_grouped(not model.grouped)
            model.sort(1)
            console.shake(20, 4)
        words = {model.index(n, c).data() for n in range(model.rowCount()) for c in range(3)}
        assert None not in words - {None} and words
    finally:
        console.close()


@pytest.mark.parametrize("make", [queue_model, agent_model])
def test_every_number_explains_itself(make: Callable[[], RowModel], qtbot: object) -> None:
    console = FakeConsole()
    board = console.refresh()
    model = make()
    model.show_rows(board.queues if make is queue_model else board.agents, board)
    console.close()
    for place, column in enumerate(model.columns):
        if not column.right:
            continue
        for row in range(model.rowCount()):
            tip = model.index(row, place).data(Qt.ItemDataRole.ToolTipRole)
            lines = tip.split("\n")
            assert len(lines) >= 3, (column.id, tip)
            assert "pbx" in tip and "old" in tip, (column.id, tip)
            if model.index(row, place).data() == "–":
                assert "unknown: " in tip


def test_elapsed_times_go_on_without_new_rows(qtbot: object) -> None:
    console = FakeConsole()
    board = console.refresh()
    model = queue_model()
    model.show_rows(board.queues, board)
    console.close()
    place = next(n for n, c in enumerate(model.columns) if c.id == "oldest")
    oldest = board.queues[0].oldest_at
    assert oldest is not None
    runs = told(model)
    model.tick(oldest + 61_000_000, 0, 1)
    assert model.index(0, place).data() == "1:01"
    assert runs == [(0, 1)]
    model.tick(oldest + 62_000_000, 0, 1)
    assert model.index(0, place).data() == "1:02"
    assert model.columnCount(QModelIndex()) == len(model.columns)
