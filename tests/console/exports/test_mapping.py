"""A mapping as a value and as a file."""

import pytest

from console.errors import ExportError
from console.exports.mapping import Mapping, has_columns, problems, read, write

CALLS = Mapping(
    "Hotline",
    "contacts",
    {
        "started": ("Datum", "Uhrzeit"),
        "queue": ("Warte-\nschlange",),
        "agent": ('Mit"arbeiter\\',),
        "wait": ("Wartezeit",),
        "outcome": ("Ergebnis",),
    },
    header=frozenset({"Datum", "Uhrzeit", "Ergebnis"}),
    platform="telefonanlage",
    encoding="cp1252",
    delimiter=";",
    header_line=2,
    decimal=",",
    dates="dmy",
    zone="Europe/Berlin",
    duration="m:ss",
    durations={"wait": "seconds"},
    channel="voice",
    words={"outcome": {"überlauf \u2028x": "saturated", "beantwortet": "answered"}},
    key=("Datum", "Uhrzeit"),
)


def test_a_file_gives_back_the_mapping() -> None:
    assert read(write(CALLS)) == CALLS


def test_a_small_mapping_is_a_small_file() -> None:
    small = Mapping("x", "counts", {"at": ("Time",), "waiting": ("Waiting",)}, zone="UTC")
    text = write(small)
    assert read(text) == small
    assert 'at = "Time"' in text
    assert "encoding" not in text


@pytest.mark.parametrize(
    "text",
    ["", "name = 1", "not toml", 'name = "x"\nrows = "cows"\n[columns]\n', "columns = 3",
     'name = "x"\nrows = "contacts"\nsecret = 1\n[columns]\n'],
)  # fmt: skip
def test_what_is_no_mapping_is_refused_in_words(text: str) -> None:
    with pytest.raises(ExportError, match="mapping"):
        read(text)


def test_a_header_is_known_in_any_order_case_and_spacing() -> None:
    assert has_columns(CALLS, ("ERGEBNIS", "other", " uhrzeit ", "datum"))
    assert not has_columns(CALLS, ("Ergebnis", "Datum"))


def test_a_whole_mapping_has_no_problems() -> None:
    assert problems(CALLS) == []


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (
            Mapping("x", "contacts", {"agent": ("A",)}, zone="UTC", channel="voice"),
            "no place in time",
        ),
        (
            Mapping("x", "contacts", {"started": ("A",)}, zone="UTC", channel="voice"),
            "how it ended",
        ),
        (Mapping("x", "contacts", {"started": ("A",), "agent": ("B",)}, zone="UTC"), "channel"),
        (Mapping("x", "contacts", {"started": ("A",), "agent": ("B",)}, channel="voice"), "zone"),
        (Mapping("", "counts", {"at": ("A",), "waiting": ("B",)}, zone="UTC"), "no name"),
        (Mapping("x", "tickets", {"created": ("A",)}, zone="UTC", channel="email"), "ticket's id"),
        (Mapping("x", "agent states", {"agent": ("A",)}, zone="UTC"), "the status"),
        (Mapping("x", "counts", {"at": ("A",)}, zone="UTC"), "a number"),
        (Mapping("x", "counts", {"at": ("A",), "waiting": ("B",)}, zone="Mars/Base"), "Mars"),
        (Mapping("x", "counts", {"at": ("A",), "waiting": ("A",)}, zone="UTC"), "twice"),
        (Mapping("x", "counts", {"at": ("A",), "talk": ("B",)}, zone="UTC"), "talk"),
    ],
)
def test_a_problem_says_what_is_missing(mapping: Mapping, words: str) -> None:
    assert any(words in sentence for sentence in problems(mapping))


def test_words_must_mean_something_known() -> None:
    odd = Mapping(
        "x",
        "agent states",
        {"agent": ("A",), "status": ("B",), "since": ("C",)},
        zone="UTC",
        words={"status": {"siesta": "asleep"}},
    )
    assert any("siesta" in sentence for sentence in problems(odd))
