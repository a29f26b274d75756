"""Cells: nothing, numbers, durations, yes and no, telephone numbers."""

import pytest

from console.domain.times import DAY, HOUR, MINUTE, SECOND
from console.exports.cells import bare, count, duration, number, phone, yes
from console.exports.export import Rejected


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "–", "?", "N/A", "null", "k.A.", "#N/A", "#NV", "#WERT!", "######", "\u00a0"],
)
def test_marks_for_nothing_are_nothing(text: str) -> None:
    assert bare(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [(" Ann ", "Ann"), ('="00123"', "00123"), ("'0171", "0171"), ("\ufeffid", "id"), ("0", "0")],
)
def test_what_surrounds_a_cell_is_taken_off(text: str, told: str) -> None:
    assert bare(text) == told


@pytest.mark.parametrize(
    ("text", "decimal", "told"),
    [
        ("1,234", ".", 1234),
        ("1,234", ",", 1.234),
        ("1.234", ",", 1234),
        ("1.234,5", ",", 1234.5),
        ("1 234,5", ",", 1234.5),
        ("1’234.5", ".", 1234.5),
        ("12 %", ".", 12),
        ("-3", ".", -3),
    ],
)
def test_numbers(text: str, decimal: str, told: float) -> None:
    assert number(text, decimal) == told


@pytest.mark.parametrize(
    ("text", "decimal"), [("1,23", "."), ("1.2.3", ","), ("abc", "."), ("1.5", ",")]
)
def test_a_mark_that_cannot_be_is_refused(text: str, decimal: str) -> None:
    with pytest.raises(Rejected, match="no number"):
        number(text, decimal)


def test_counts_are_whole_and_not_negative() -> None:
    assert count("1,234") == 1234
    for text in ("1.5", "-1"):
        with pytest.raises(Rejected):
            count(text)


@pytest.mark.parametrize(
    ("text", "form", "told"),
    [
        ("90", "seconds", 90 * SECOND),
        ("90.5", "seconds", 90_500_000),
        ("1500", "milliseconds", 1_500_000),
        ("1.5", "minutes", 90 * SECOND),
        ("0.5", "days", 12 * HOUR),
        ("3:10", "m:ss", 190 * SECOND),
        ("65:11", "m:ss", 65 * MINUTE + 11 * SECOND),
        ("3:10", "h:mm", 3 * HOUR + 10 * MINUTE),
        ("1:02:03", "m:ss", HOUR + 123 * SECOND),
        ("00:61:40", "h:mm:ss", 61 * MINUTE + 40 * SECOND),
        ("1.02:00:00", "h:mm:ss", DAY + 2 * HOUR),
        ("0:12.5", "m:ss", 12_500_000),
        ("0", "h:mm:ss", 0),
        ("3m 20s", "h:mm:ss", 200 * SECOND),
        ("1 Std. 5 Min.", "seconds", 65 * MINUTE),
        ("PT3M20S", "seconds", 200 * SECOND),
    ],
)
def test_durations(text: str, form: str, told: int) -> None:
    assert duration(text, form) == told


@pytest.mark.parametrize(
    ("text", "form"), [("3:10", "h:mm:ss"), ("-3", "seconds"), ("12", "m:ss"), ("soon", "seconds")]
)
def test_durations_that_are_none(text: str, form: str) -> None:
    with pytest.raises(Rejected):
        duration(text, form)


def test_a_decimal_comma_in_a_duration() -> None:
    assert duration("1,5", "minutes", ",") == 90 * SECOND


def test_yes_and_no_in_several_languages() -> None:
    assert [yes(word) for word in ("Y", "Ja", "oui", "Sí", "tak", "TRUE", "1")] == [True] * 7
    assert [yes(word) for word in ("N", "Nein", "non", "nie", "0")] == [False] * 5
    assert yes("maybe") is None


def test_a_number_in_powers_of_ten_is_kept_only_with_all_its_digits() -> None:
    assert phone("4.41633E+11") is None
    assert phone("4.41633123456E+11") == "441633123456"
    assert phone("441633123456.0") == "441633123456"
    assert phone("+44 1633 123456") == "+44 1633 123456"
    assert phone("anonymous") == "anonymous"
