"""Numbers as short texts."""

import pytest

from widgets import texts


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(None, "–"), (0, "0:00"), (59.9, "0:59"), (860, "14:20"), (11_400, "3 h 10"),
     (187_200, "2 d 4 h"), (-3, "0:00")],
)  # fmt: skip
def test_durations(seconds: float | None, shown: str) -> None:
    assert texts.duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0.4 s"), (12, "12 s"), (240, "4 min"), (7200, "2 h")]
)
def test_ages(seconds: float, shown: str) -> None:
    assert texts.age(0, round(seconds * 1e6)) == shown


def test_unknown_is_a_dash_and_never_nought() -> None:
    assert {texts.percent(None), texts.count(None), texts.duration(None)} == {"–"}
    assert texts.age(None, 5) == texts.since(None, 5) == texts.clock(None) == "–"


def test_lists_of_names_end_with_a_count() -> None:
    assert texts.names(["a", "b", "c", "d", "e", "f"], 4) == "a, b, c, d and 2 more"
