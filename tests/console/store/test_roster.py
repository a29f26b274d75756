"""Of a person each skill and each system's ids are fields of their own, in whatever order files
come."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from console.domain.roster import Entry, Standing, merged
from console.exports.roster_tables import entry_of, read, rows_of
from console.store.roster import blank, by_hand, columns_of, said_in, standing, value_of

#: A column, and what may stand in its cell.
CELLS = {
    "ids": ["", "-", "pbx=1", "PBX=-; desk=2", "desk=3; pbx=4"],
    "id: pbx": ["", "-", "5", "6; 7"],
    "id: Desk": ["", "-", "8"],
    "skills": ["", "-", "chat:1", "Chat; mail:2", "mail:-"],
    "skill: chat": ["", "no", "yes", "4"],
}
FILES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.dictionaries(st.sampled_from(list(CELLS)), st.integers(0, 4), min_size=1),
    ),
    min_size=1,
    max_size=6,
)


def entry(row: dict[str, str]) -> Entry:
    text = ";".join(["person", *row]) + "\n" + ";".join(['"1"', *(f'"{c}"' for c in row.values())])
    reading = read(rows_of(text), str, None)
    assert reading is not None and not reading.problems, reading
    return reading.entries["1"]


def cells_of(places: dict[str, int]) -> dict[str, str]:
    return {column: CELLS[column][place % len(CELLS[column])] for column, place in places.items()}


def told(files: Sequence[tuple[int, Entry]]) -> Standing:
    """The row after all of them, written and read again after each."""
    row = blank("people")
    for at, stated in files:
        row = merged(row, said_in(stated, ""), at)
        assert standing("people", columns_of("people", row)) == row
    return row


def shown(row: Standing, column: str) -> set[object]:
    found = value_of(column, columns_of("people", row)[column])
    assert isinstance(found, tuple)
    return set(found)


@given(FILES, st.randoms(use_true_random=False))
def test_any_order_of_files_gives_the_same_person(files, random) -> None:
    said = [(at, entry(cells_of(places))) for at, places in files]
    other = [*said, *random.choices(said, k=2)]
    random.shuffle(other)
    assert told(other) == told(said)


def test_files_that_know_one_system_each_add_up() -> None:
    pbx, desk = entry({"id: pbx": "400"}), entry({"id: desk": "ann@x.example", "skills": "chat:2"})
    for files in ([(1, pbx), (2, desk)], [(2, desk), (1, pbx)], [(2, pbx), (1, desk)]):
        assert shown(told(files), "ids") == {("pbx", "400"), ("desk", "ann@x.example")}
        assert shown(told(files), "skills") == {("chat", 2)}


def test_an_empty_cell_says_nothing_and_a_dash_that_there_is_none() -> None:
    both = (1, entry({"ids": "pbx=400; desk=7", "skills": "chat:2; mail"}))
    assert shown(told([both, (2, entry({"ids": "", "id: pbx": ""}))]), "ids") == {
        ("pbx", "400"),
        ("desk", "7"),
    }
    for gone in ({"id: PBX": "-"}, {"ids": "Pbx=-"}):
        assert shown(told([(2, entry(gone)), both]), "ids") == {("desk", "7")}
    assert shown(told([both, (2, entry({"skill: Mail": "no"}))]), "skills") == {("chat", 2)}
    none = (2, entry({"ids": "–", "id: desk": "8"}))
    assert shown(told([none, both]), "ids") == {("desk", "8")}
    # What is said later of a system that had none holds again.
    assert shown(told([(3, entry({"id: pbx": "9"})), none]), "ids") == {("pbx", "9"), ("desk", "8")}


def test_who_fills_in_a_form_takes_out_what_they_saw_and_no_more() -> None:
    seen = told([(5, entry({"ids": "pbx=400; desk=7"}))])
    form = entry_of("people", {"id": "1", "name": "Ann", "ids": "desk=7"}, str, None)
    edited = by_hand(seen, form, 9, "lead")
    assert shown(edited, "ids") == {("desk", "7")}
    assert set(edited.older) == {"ids:desk", "ids:pbx", "team", "tier", "home_queue", "languages"}
    late = merged(edited, said_in(entry({"id: pbx": "400", "id: cloud": "u1"}), ""), 8)
    assert shown(late, "ids") == {("desk", "7"), ("cloud", "u1")}
