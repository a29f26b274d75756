"""Zendesk's exports are told apart, and share ids, channels and versions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.exports import (
    freshdesk,
    intercom,
    intercom_csv,
    zendesk,
    zendesk_audits,
    zendesk_comments,
    zendesk_csv,
    zendesk_directory,
    zendesk_engagements,
    zendesk_metrics,
    zendesk_talk,
    zendesk_tickets,
)
from console.exports.export import Export
from tests.console.exports.ticket_files import SAMPLES

FORMATS: tuple[Export, ...] = (
    zendesk_tickets,
    zendesk_audits,
    zendesk_comments,
    zendesk_metrics,
    zendesk_talk,
    zendesk_engagements,
    zendesk_directory,
    zendesk_csv,
    freshdesk,
    intercom,
    intercom_csv,
)
FILES = sorted(path for export in FORMATS for path in (SAMPLES / export.NAME).iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_file_is_of_its_own_format_alone(path) -> None:
    begin = path.read_bytes()[: 1 << 16]
    assert [export.NAME for export in FORMATS if export.fits(begin)] == [path.parent.name]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_cut_off_in_its_second_record_is_known_all_the_same(path) -> None:
    begin = path.read_bytes()
    begin = begin[: max(600, len(begin) * 2 // 3)]
    assert [export.NAME for export in FORMATS if export.fits(begin)] == [path.parent.name]


@pytest.mark.parametrize(
    "foreign",
    [
        b"",
        b"\x00" * 4096,
        b"id;name\n1;Ann\n",
        b'{"ContactId": "1", "Channel": "VOICE"}',
        b'{"users": [{"id": "u1", "name": "Ann", "email": "a@b.c"}], "total": 1}',
        b'{"groups": [{"id": 1, "name": "Queue", "deleted": false}]}',
        b'{"comments": [{"id": 1, "body": "x"}]}',
        b'{"results": [{"id": 1, "name": "x"}]}',
        b'[{"id": 1, "status": "open", "created_at": "2026-01-01T00:00:00Z"}]',
        b"PK\x03\x04binary",
    ],
)
def test_foreign_files_are_of_none(foreign: bytes) -> None:
    assert not any(export.fits(foreign) for export in FORMATS)


@pytest.mark.parametrize(
    ("via", "channel"),
    [
        (None, "email"),
        ("Web form", "email"),
        ("Phone call (incoming)", "voice"),
        (zendesk.Via("voice"), "voice"),
        (zendesk.Via(29), "chat"),
        (zendesk.Via("native_messaging"), "messaging"),
        (zendesk.Via("sunshine_conversations_api"), "messaging"),
        (zendesk.Via("whatsapp"), "messaging"),
        (zendesk.Via("twitter"), "social"),
        (zendesk.Via("facebook"), "social"),
        (zendesk.Via("api"), "email"),
        (zendesk.Via("something new"), "email"),
    ],
)
def test_channels(via: zendesk.Via | str | None, channel: str) -> None:
    assert zendesk.channel_of(via) == channel


def test_ids_are_the_same_as_number_text_and_fraction() -> None:
    assert {zendesk.ident(each) for each in (6130907993114, "6130907993114", 6130907993114.0)} == {
        "6130907993114"
    }
    assert zendesk.ident(None) == "" == zendesk.ident("")
    assert zendesk.agent(-1) is zendesk.agent("0") is zendesk.agent(None) is None


def test_the_subdomain_is_read_from_the_records_own_address() -> None:
    raw = (
        b'{"description": "see https://other.zendesk.com/hc", '
        rb'"url": "https:\/\/north-wind.zendesk.com\/api\/v2\/tickets\/1.json"}'
    )
    assert zendesk.origin(raw) == "north-wind"
    assert zendesk.origin(b'{"id": 1}') == ""


SECONDS = st.integers(1_500_000_000, 2_500_000_000)


@given(SECONDS, SECONDS, st.integers(0, 10**8), st.integers(0, 10**8))
def test_the_newer_of_two_copies_has_the_greater_version(
    one: int, other: int, lag: int, other_lag: int
) -> None:
    def version(updated: int, late: int | None) -> int:
        return zendesk.version(updated * 1_000_000, None if late is None else updated + late)

    assert version(one, None) < 2**63
    if one != other:
        # A later change is newer, whatever clock the copies carry.
        for first in (lag, None):
            for second in (other_lag, None):
                assert (one > other) == (version(one, first) > version(other, second))
    assert (lag > other_lag) == (version(one, lag) > version(one, other_lag))
    assert version(one, None) <= version(one, lag)
