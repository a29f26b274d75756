"""What is normal for a centre, and what is beyond it."""

import pytest

from console.domain.normals import AHT, MINUTES, NOTELESS, RESOLUTION, Work, normal

USUAL = [Work(100, 100 * aht, resolved, 100, 10, 100) for aht, resolved in
         ((540, 70), (550, 72), (530, 68), (545, 71), (535, 69))]  # fmt: skip


def test_few_contacts_or_few_days_tell_nothing() -> None:
    day = USUAL[0]
    assert normal(AHT, Work(19, 19 * 500.0), USUAL, "") is None
    assert normal(AHT, day, USUAL[:2], "") is None
    assert normal(RESOLUTION, Work(100, 1.0, 3, 19), USUAL, "") is None
    assert normal(MINUTES, Work(100, 54_000.0, 0, 100), USUAL, "") is None, "nothing settled"
    assert normal(NOTELESS, Work(100, 1.0), USUAL, "") is None


def test_chance_is_not_beyond_normal() -> None:
    found = normal(MINUTES, Work(100, 54_000.0, 68, 100), USUAL, "5 days")
    assert found is not None
    assert found.now == pytest.approx(13.2, abs=0.1) and found.mean == pytest.approx(12.9, abs=0.1)
    assert not found.above and not found.below
    assert found.basis == "5 days" and found.periods == 5


def test_what_is_far_off_is() -> None:
    less = normal(RESOLUTION, Work(100, 54_000.0, 45, 100), USUAL, "")
    more = normal(MINUTES, Work(400, 400 * 540.0, 180, 400), USUAL, "")
    notes = normal(NOTELESS, Work(100, 1.0, 0, 0, 40, 100), USUAL, "")
    assert less is not None and less.below and less.fallen and not less.above
    assert more is not None and more.above and more.risen
    assert notes is not None and notes.above and notes.now == 40.0


def test_sums_add_up() -> None:
    assert Work(1, 2.0, 3, 4, 5, 6).plus(Work(1, 1.0, 1, 1, 1, 1)) == Work(2, 3.0, 4, 5, 6, 7)
