"""Haste, missing notes, a backlog that feeds itself, debt and forecasts."""

from dataclasses import replace

import pytest

from console.alarms.condition import Condition, Index, Rising, Work
from console.alarms.work import DEBT, DUPLICATES, FORECASTS, HASTE, NOTES, SPIRALS
from console.domain.alarms import Finding
from console.domain.normals import AHT, MINUTES, NOTELESS, RESOLUTION, Normal
from tests.console.alarms.situations import situation, told

BASIS = "the same hours of up to 14 days before"
LONG = Normal(AHT, 540.0, 540.0, 20.0, 80, 9, BASIS)
SHORT = replace(LONG, now=420.0)
SETTLED = Normal(RESOLUTION, 71.0, 70.0, 3.0, 80, 9, BASIS)
LESS = replace(SETTLED, now=52.0)
MINS = Normal(MINUTES, 12.9, 12.8, 0.5, 80, 9, BASIS)
MORE = replace(MINS, now=16.2)


def haste(*normals: Normal, stood: bool = False) -> bool | None:
    work = Work({"voice": {each.figure: each for each in normals}})
    standing = frozenset(["haste|voice"] if stood else [])
    (found,) = told(HASTE, situation(work=work, standing=standing))
    return found.stands


def test_before_anything_is_found_out_nobody_can_tell() -> None:
    for condition in (HASTE, NOTES, SPIRALS, DUPLICATES, DEBT, FORECASTS):
        assert condition.of(situation()) is None


def test_shorter_contacts_that_settle_less() -> None:
    assert haste(LONG, SETTLED, MINS) is False
    assert haste(SHORT, SETTLED, replace(MINS, now=10.0)) is False, "shorter alone is good"
    assert haste(SHORT, LESS) is True
    assert haste(SHORT, LESS, MINS) is True, "even where the sum is even"
    assert haste(LONG, LESS, MORE) is True, "each settled need takes more"


def test_haste_without_resolution_is_unknown() -> None:
    assert haste(SHORT) is None
    assert haste(SETTLED) is None


def test_haste_ends_when_it_is_nearly_normal() -> None:
    between = replace(MINS, now=13.5)
    assert haste(between) is False
    assert haste(between, stood=True) is True
    assert haste(replace(MINS, now=13.2), stood=True) is False
    slightly = replace(SHORT, now=515.0), replace(LESS, now=66.0)
    assert haste(*slightly) is False
    assert haste(*slightly, stood=True) is True


def test_the_numbers_stand_beside_normal_and_its_basis() -> None:
    work = Work({"voice": {AHT: SHORT, RESOLUTION: LESS, MINUTES: MORE}})
    (found,) = told(HASTE, situation(work=work))
    assert found.title == "voice: contacts are shorter and settle less"
    assert found.number == (
        "16.2 min per resolution, normal 12.8 (11.8 to 13.8); "
        "AHT 7:00 (9:00), resolution 52 % (70 %)"
    )
    assert BASIS in found.definition and "2 hours" in found.definition


def test_work_without_notes() -> None:
    few = Normal(NOTELESS, 12.0, 10.0, 2.0, 60, 8, BASIS)
    for normal, stands in ((few, False), (replace(few, now=30.0), True)):
        (found,) = told(NOTES, situation(work=Work({"voice": {NOTELESS: normal}})))
        assert found.stands is stands
    (standing,) = told(
        NOTES,
        situation(
            work=Work({"voice": {NOTELESS: replace(few, now=13.0)}}),
            standing=frozenset(["notes|voice"]),
        ),
    )
    assert standing.stands
    (unknown,) = told(NOTES, situation(work=Work({"voice": {}})))
    assert unknown.stands is None


@pytest.mark.parametrize(
    ("kind", "condition", "key"),
    [("wait", SPIRALS, "spiral|voice"), ("duplicate", DUPLICATES, "duplicates|voice")],
)
def test_a_backlog_that_feeds_itself(kind: str, condition: Condition, key: str) -> None:
    def found(index: Index, *standing: str) -> Finding:
        (one,) = told(
            condition, situation(work=Work(indices=(index,)), standing=frozenset(standing))
        )
        return one

    sure = Index("voice", kind, 1.6, 1.2, 2.1, 0.97)
    assert found(sure).stands and found(sure).key == key
    assert found(sure).number == "index 1.6 (1.2 to 2.1), runaway above 1"
    unsure = replace(sure, value=1.1, low=0.7, high=1.6, likely=0.6)
    assert not found(unsure).stands, "nobody can tell"
    assert found(unsure, key).stands, "but it goes on while it is as likely as not"
    assert not found(replace(sure, value=0.4, low=0.2, high=0.6, likely=0.0), key).stands
    assert found(replace(sure, value=None)).stands is None
    other = Index("voice", "other", 9.0, 9.0, 9.0, 1.0)
    assert told(condition, situation(work=Work(indices=(other,)))) == []


def test_debt_and_forecasts_are_told_by_their_own_questions() -> None:
    debt = Rising("", True, True, "contact debt rises", "excess 42 %, rising", "excess")
    wrong = Rising("voice", None)
    work = Work(debt=(debt,), forecasts=(wrong,))
    (found,) = told(DEBT, situation(work=work))
    assert found.stands and found.number == "excess 42 %, rising"
    (unknown,) = told(FORECASTS, situation(work=work))
    assert unknown.stands is None
    level = Work(debt=(replace(debt, stands=False),))
    assert told(DEBT, situation(work=level))[0].stands is False
    assert told(DEBT, situation(work=level, standing=frozenset(["debt|"])))[0].stands
    assert DEBT.of(situation(work=Work())) is None
