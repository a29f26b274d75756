"""What a disposition says of the need, and what a resolved need costs."""

import pytest

from console.domain.resolution import (
    ASSUMED,
    BOUND,
    NOBODY_KNOWS,
    TOLD,
    UNKNOWN,
    Resolution,
    minutes_per_resolution,
    says_resolved,
    together,
    told,
)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Resolved", True),
        ("Issue solved (FCR)", True),
        ("First Contact Resolution", True),
        ("Gelöst", True),
        ("Résolu", True),
        ("not resolved", False),
        ("Unresolved", False),
        ("nicht gelöst", False),
        ("Pas résolu", False),
        ("Resolved? follow-up needed", False),
        ("Callback scheduled", False),
        ("Escalated to level 2", False),
        ("Billing", None),
        ("Closed", None),
        ("No answer", None),
        ("First call", None),
        ("", None),
    ],
)
def test_only_what_says_so_says_so(words: str, says: bool | None) -> None:
    assert says_resolved(words) is says


def test_nothing_stated_is_unknown_and_never_none_of_them() -> None:
    assert told(0, 0, 40) is NOBODY_KNOWS
    assert NOBODY_KNOWS.kind == UNKNOWN and NOBODY_KNOWS.value is None
    found = told(3, 4, 9)
    assert (found.kind, found.value, found.resolved, found.known) == (TOLD, 75.0, 3, 4)
    assert found.words == "3 settled of 4 whose outcome is stated (9 answered)"


def test_minutes_per_resolution() -> None:
    assert minutes_per_resolution(540.0, told(3, 4, 4)) == pytest.approx(12.0)
    assert minutes_per_resolution(540.0, Resolution(BOUND, 90.0)) == pytest.approx(10.0)
    assert minutes_per_resolution(None, told(3, 4, 4)) is None
    assert minutes_per_resolution(540.0, NOBODY_KNOWS) is None
    assert minutes_per_resolution(540.0, told(0, 4, 4)) is None, "nothing was settled"


def test_queues_together_are_what_is_stated_of_them() -> None:
    whole = together([(told(3, 4, 9), 9), (told(1, 6, 6), 6), (NOBODY_KNOWS, 5), (NOBODY_KNOWS, 0)])
    assert (whole.value, whole.known) == (40.0, 10)
    assert whole.words.endswith("1 of the queues that answered do not state it")
    assert together([(Resolution(ASSUMED, 70.0), 5)]).kind == UNKNOWN
