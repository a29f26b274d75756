"""A row out of statements is the same in whatever order they come, and however often."""

from hypothesis import given
from hypothesis import strategies as st

from console.domain.roster import Cell, Standing, merged

BLANK = Standing({"name": "", "team": "", "value": None, "gone": False, "edited_by": ""}, 0, {})
CELLS = {
    "name": st.sampled_from(["Ann", "Anna"]),
    "team": st.sampled_from(["A", "B"]),
    "value": st.sampled_from([None, 1.0, 2.0]),
}


def statements() -> st.SearchStrategy[list[tuple[int, dict[str, Cell]]]]:
    said = st.fixed_dictionaries(
        {"gone": st.booleans(), "edited_by": st.sampled_from(["a.csv", "lead"])}, optional=CELLS
    )
    return st.lists(st.tuples(st.integers(1, 4), said), min_size=1, max_size=6)


def told(all_said: list[tuple[int, dict[str, Cell]]]) -> Standing:
    row = BLANK
    for at, said in all_said:
        row = merged(row, said, at)
    return row


@given(statements(), st.randoms(use_true_random=False))
def test_any_order_and_any_repetition(said: list[tuple[int, dict[str, Cell]]], random) -> None:
    other = [*said, *random.choices(said, k=3)]
    random.shuffle(other)
    assert told(other) == told(said)


def test_the_newer_holds_field_by_field() -> None:
    old = (1, {"name": "Ann", "team": "A", "gone": False, "edited_by": "old.csv"})
    new = (2, {"team": "B", "gone": False, "edited_by": "new.csv"})
    row = told([new, old])
    assert dict(row.cells) == {
        "name": "Ann", "team": "B", "value": None, "gone": False, "edited_by": "new.csv"
    }  # fmt: skip
    assert (row.edited_at, row.older) == (2, {"name": 1, "value": 0})


def test_an_older_file_does_not_bring_back_what_was_removed() -> None:
    removed = (5, {"gone": True, "edited_by": "lead"})
    older = (4, {"name": "Ann", "gone": False, "edited_by": "a.csv"})
    newer = (6, {"name": "Ann", "gone": False, "edited_by": "a.csv"})
    assert told([removed, older]).cells["gone"] is True
    assert told([newer, removed, older]).cells["gone"] is False
