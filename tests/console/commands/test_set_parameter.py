"""A parameter set by hand is kept with its reason, bounded, and given back to the exports."""

from collections.abc import Iterator
from math import nan
from pathlib import Path

import pytest

from console import journal
from console.commands.set_parameter import DropParameter, SetParameter, spelled, value_of
from console.domain.parameters import BY_NAME, DEFINITIONS
from console.errors import NotAllowed
from console.store.engine import Store
from console.store.tables import ParameterByHand
from tests.console.floor import make_floor, undoable_rows

WHY = "half of the team is new"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def setting(value: float, parameter: str = "handling", why: str = WHY) -> SetParameter:
    return SetParameter("voice", parameter, value, why, "ann", "6.4 min measured (6.1 to 6.7)")


def kept(store: Store) -> list[tuple[str, str, float, str, str]]:
    with store.read() as session:
        rows = session.query(ParameterByHand).all()
        return [(r.channel, r.name, r.value, r.reason, r.set_by) for r in rows]


def test_it_is_set_with_its_reason_and_undone(store: Store) -> None:
    before = undoable_rows(store)
    receipt = journal.run(store, setting(7.5), "ann")
    assert receipt.title == "voice, handling time: 7.5 min"
    assert kept(store) == [("voice", "handling", 7.5, WHY, "ann")]
    journal.undo(store, receipt.journal_id, "ann")
    assert undoable_rows(store) == before


def test_what_was_measured_stands_beside_it(store: Store) -> None:
    with store.read() as session:
        (line,) = setting(7.5).preview(session).touches
    assert line == "handling time: 6.4 min measured (6.1 to 6.7) → 7.5 min, set by hand"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (setting(7.5, why=" "), "Write why"),
        (setting(nan), "Write a number, in min."),
        (setting(0.0), "It is between 0.05 min and 600 min."),
        (setting(101.0, "resolution"), "It is between 1 % and 100 %."),
        (setting(5.0, "goes_to"), "There is no such parameter."),
        (setting(5.0, "goes_to.pigeon"), "There is no such parameter."),
        (setting(5.0, "handling.chat"), "There is no such parameter."),
        (setting(5.0, "mood"), "There is no such parameter."),
        (SetParameter("pigeon", "handling", 5.0, WHY, "ann"), "There is no such parameter."),
        (setting(7.5, why="a\nb"), "line break"),
        (DropParameter("voice", "handling"), "Nobody has set it by hand."),
    ],
)
def test_what_cannot_be_is_refused(
    store: Store, command: SetParameter | DropParameter, words: str
) -> None:
    with pytest.raises(NotAllowed, match=words.replace(".", r"\.")):
        journal.run(store, command, "ann")
    assert kept(store) == []


def test_it_is_set_anew_and_dropped(store: Store) -> None:
    journal.run(store, setting(7.5), "ann")
    with pytest.raises(NotAllowed, match="It stands so already"):
        journal.run(store, setting(7.5), "ann")
    with store.read() as session:
        (line,) = setting(8.0).preview(session).touches
    assert line == f"handling time: 7.5 min, set by ann: {WHY} → 8 min, set by hand"
    journal.run(store, setting(8.0, "goes_to.chat"), "ann")
    journal.run(store, DropParameter("voice", "handling"), "bob")
    assert kept(store) == [("voice", "goes_to.chat", 8.0, WHY, "ann")]


def test_words_become_values() -> None:
    assert [value_of(w) for w in ("7.5", "7,5 min", "65 %", " 0.25/h ")] == [7.5, 7.5, 65.0, 0.25]
    assert value_of("soon") != value_of("soon")
    assert spelled("calls_in", 0.25) == "0.25/h"
    assert spelled("concurrency", 2.0) == "2"


def test_what_is_assumed_could_be_set() -> None:
    assert len(BY_NAME) == len(DEFINITIONS)
    for each in DEFINITIONS:
        assert each.assumed is None or each.least <= each.assumed <= each.most, each.name
        assert bool(each.why) == (each.assumed is not None), each.name
