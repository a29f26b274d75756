"""Rows of any table become statements by a mapping."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain import facts
from console.domain.statements import (
    Count,
    Course,
    Name,
    Presence,
    Statement,
    Stay,
    Ticket,
    encode,
    newer,
)
from console.domain.times import MINUTE, SECOND
from console.exports.export import Rejected, TableExport
from console.exports.mapped_table import MappedTable
from console.exports.mapping import Mapping
from tests.console.exports.tables import SAMPLES, sample

UTC_ZONE = ZoneInfo("UTC")


def mask(number: str) -> str:
    return f"~{number[-3:]}"


def taken(table: MappedTable, row: dict[str, str]) -> list[Statement]:
    return list(table.take_row(row, mask, UTC_ZONE))


def course(table: MappedTable, row: dict[str, str]) -> Course:
    said = taken(table, row)[0].said
    assert isinstance(said, Course)
    return said


def stay(table: MappedTable, row: dict[str, str]) -> Stay:
    return course(table, row).stays[0]


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


CALLS = Mapping(
    "calls",
    "contacts",
    {
        "started": ("Start",),
        "answered": ("Answer",),
        "ended": ("End",),
        "agent": ("Agent",),
        "customer": ("Phone",),
        "wait": ("Wait",),
        "talk": ("Talk",),
        "hold": ("Hold",),
        "wrapup": ("Wrap",),
        "outcome": ("Result",),
        "note": ("Note",),
    },
    zone="UTC",
    duration="seconds",
    channel="voice",
)
START = {"Start": "2026-03-05 09:00:00"}


def test_a_mapped_table_is_a_format() -> None:
    table: TableExport = MappedTable(CALLS)
    assert (table.KIND, table.NEEDS_ZONE, table.PLATFORM) == ("table", False, "calls")
    assert MappedTable(replace(CALLS, platform="acme")).PLATFORM == "acme"


def test_a_mapping_with_problems_makes_no_format() -> None:
    with pytest.raises(ValueError, match="channel"):
        MappedTable(replace(CALLS, channel=""))


def test_a_german_list_of_calls() -> None:
    told, rows = sample("anrufe.csv")
    table = MappedTable(told.mapping)
    assert table.fits((SAMPLES / "anrufe.csv").read_bytes())
    first = taken(table, rows[0])[0]
    assert (first.subject, first.key, first.version) == ("contact:1001", "1001", 0)
    one = stay(table, rows[0])
    # 9:00:12 in Berlin, before the clock is changed.
    assert one.entered_at == at("2026-03-05T08:00:12")
    assert one.connected_at == at("2026-03-05T08:00:33")
    assert one.ended_at == at("2026-03-05T08:03:43")
    assert (one.outcome, one.agent, one.queue) == (facts.ANSWERED, "Anna Kern", "Service")
    assert one.wrapup_from == one.ended_at
    assert one.wrapup_to == at("2026-03-05T08:04:23")
    lost = stay(table, rows[1])
    assert (lost.outcome, lost.talk_us, lost.connected_at) == (facts.ABANDONED, None, None)
    assert lost.ended_at == at("2026-03-05T08:02:42")
    assert stay(table, rows[2]).talk_us == 65 * MINUTE + 11 * SECOND
    assert course(table, rows[3]).customer is None
    assert stay(table, rows[4]).outcome == facts.SATURATED
    with pytest.raises(Rejected, match="adds up"):
        taken(table, rows[5])


def test_an_american_list_of_calls() -> None:
    told, rows = sample("calls_us.csv", zone="America/Chicago")
    assert told.mapping.dates == "mdy"
    table = MappedTable(told.mapping)
    assert stay(table, rows[0]).connected_at == at("2026-03-01T15:00:20")
    assert stay(table, rows[0]).talk_us == 205 * SECOND
    lost = course(table, rows[1])
    assert (lost.customer, lost.stays[0].outcome) == (None, facts.ABANDONED)
    assert course(table, rows[0]).customer == "~123"


def test_a_french_list_from_a_spreadsheet_in_utf_16() -> None:
    told, rows = sample("appels.tsv", zone="Europe/Paris")
    table = MappedTable(told.mapping)
    assert table.fits((SAMPLES / "appels.tsv").read_bytes())
    assert [stay(table, row).outcome for row in rows] == [facts.ANSWERED, facts.ABANDONED]


def test_tickets() -> None:
    told, rows = sample("tickets.csv")
    table = MappedTable(told.mapping)
    first = taken(table, rows[0])[0]
    assert (first.subject, first.key) == ("ticket:T-1", "state")
    assert first.version == at("2026-03-02T10:00:00")
    said = first.said
    assert isinstance(said, Ticket)
    assert (said.status, said.group, said.agent, said.reopens) == ("open", "Support", "Anna", 0)
    assert "55500101" not in said.subject
    assert said.requester == "~est"
    with pytest.raises(Rejected, match="Eskalation"):
        taken(table, rows[2])
    known = replace(told.mapping, words={"status": {"eskalation": "hold"}})
    said = taken(MappedTable(known), rows[2])[0].said
    assert isinstance(said, Ticket)
    assert (said.status, said.agent, said.requester) == ("hold", None, None)


def test_agent_states() -> None:
    told, rows = sample("agent_states.csv", zone="Europe/Madrid")
    table = MappedTable(told.mapping)
    said = [taken(table, row)[0].said for row in rows]
    assert [each.state for each in said if isinstance(each, Presence)] == [
        "available", "paused", "", "offline",
    ]  # fmt: skip
    second = said[1]
    assert isinstance(second, Presence)
    assert second.until == second.since + 30 * MINUTE
    assert taken(table, rows[0])[0].subject == "agent:Ana"


def test_counts() -> None:
    told, rows = sample("waiting.csv", zone="UTC")
    table = MappedTable(told.mapping)
    first = taken(table, rows[0])
    assert [(s.subject, s.key) for s in first] == [
        ("count:Sales", f"waiting@{at('2026-03-05T09:00:00')}"),
        ("count:Sales", f"oldest_wait_us@{at('2026-03-05T09:00:00')}"),
        ("count:Sales", f"available@{at('2026-03-05T09:00:00')}"),
    ]
    longest = first[1].said
    assert isinstance(longest, Count)
    assert longest.value == 65 * SECOND
    # The line of all queues is no queue, and what is not known is not counted.
    assert taken(table, rows[1])[0].subject == "count:"
    assert len(taken(table, rows[2])) == 2


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        ({"Agent": "Ann"}, facts.ANSWERED),
        ({"Talk": "3"}, facts.ANSWERED),
        ({"Answer": "2026-03-05 09:00:10"}, facts.ANSWERED),
        ({"Agent": "Ann", "Talk": "0", "End": "2026-03-05 09:00:30"}, facts.ABANDONED),
        ({"End": "2026-03-05 09:00:30"}, facts.ABANDONED),
        ({"Wait": "30"}, facts.WAITING),
        ({"Agent": "Ann", "Result": "lost"}, facts.ABANDONED),
        ({"Result": "missed", "Wait": "30"}, facts.ABANDONED),
        ({"Result": "timeout"}, facts.TIMEOUT),
        ({"Result": "strange", "Talk": "5"}, facts.ANSWERED),
    ],
)
def test_the_rule_of_outcomes(cells: dict[str, str], outcome: str) -> None:
    assert stay(MappedTable(CALLS), START | cells).outcome == outcome


def test_a_list_of_what_is_over_knows_no_waiting() -> None:
    over = MappedTable(replace(CALLS, without_end="abandoned"))
    gone = stay(over, START | {"Wait": "30"})
    assert (gone.outcome, gone.ended_at) == (facts.ABANDONED, at("2026-03-05T09:00:30"))


def test_the_word_of_the_source_is_kept() -> None:
    assert (
        stay(MappedTable(CALLS), START | {"Result": "strange", "Talk": "5"}).ended_by == "strange"
    )


def test_what_is_not_stated_is_not_known() -> None:
    said = stay(MappedTable(CALLS), START | {"Agent": "Ann"})
    assert (said.wait_us, said.talk_us, said.hold_us, said.connected_at, said.ended_at) == (
        (None,) * 5
    )
    assert said.note_chars == 0
    assert stay(MappedTable(CALLS), START | {"Agent": "Ann", "Note": "Hello"}).note_chars == 5


def test_an_end_after_the_wrap_up_is_not_the_end_of_the_talk() -> None:
    cells = {
        "Answer": "2026-03-05 09:00:10",
        "End": "2026-03-05 09:01:40",
        "Talk": "60",
        "Wrap": "30",
    }
    said = stay(MappedTable(CALLS), START | cells)
    assert said.ended_at == said.wrapup_from == at("2026-03-05T09:01:10")
    assert said.wrapup_to == at("2026-03-05T09:01:40")


def test_a_wait_is_counted_from_the_queue_on() -> None:
    cells = {"Answer": "2026-03-05 09:01:00", "Wait": "20"}
    assert stay(MappedTable(CALLS), START | cells).entered_at == at("2026-03-05T09:00:40")


def test_a_talk_of_more_than_a_day_is_damage() -> None:
    said = stay(MappedTable(replace(CALLS, duration="h:mm:ss")), START | {"Talk": "61:40:00"})
    assert said.talk_us is None
    mails = MappedTable(replace(CALLS, duration="h:mm:ss", channel="email"))
    assert stay(mails, START | {"Wait": "61:40:00", "Agent": "Ann"}).wait_us == 61 * 60 * MINUTE + (
        40 * MINUTE
    )


def test_times_of_day_belong_to_the_day_of_the_start() -> None:
    cells = {"Start": "2026-03-05 23:59:00", "Answer": "23:59:30", "End": "00:03:00"}
    said = stay(MappedTable(CALLS), cells)
    assert said.connected_at == at("2026-03-05T23:59:30")
    assert said.ended_at == at("2026-03-06T00:03:00")


def test_one_date_for_the_whole_row_and_midnight_between() -> None:
    mapping = replace(
        CALLS,
        columns={"started": ("Date", "From"), "ended": ("Date", "To"), "agent": ("Agent",)},
    )
    said = course(
        MappedTable(mapping),
        {"Date": "05.03.2026", "From": "23:59:00", "To": "00:03:00", "Agent": "Ann"},
    )
    assert said.ended_at is not None and said.ended_at - said.started_at == 4 * MINUTE


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Start": ""}, "Started"),
        ({"Start": "soon"}, "Started: 'soon'"),
        ({"End": "2026-03-05 08:00:00"}, "before the start"),
        ({"Talk": "x"}, "Talk: 'x'"),
        ({"Wait": "-3"}, "less than nothing"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(cells: dict[str, str], words: str) -> None:
    with pytest.raises(Rejected, match=words):
        taken(MappedTable(CALLS), START | {"Agent": "Ann"} | cells)


def test_empty_rows_and_repeated_headers_are_nothing() -> None:
    table = MappedTable(CALLS)
    names = ["Start", "Answer", "End", "Agent", "Phone"]
    assert taken(table, dict.fromkeys(names, "")) == []
    assert taken(table, {name: name for name in names}) == []


def test_columns_are_found_in_any_case_and_order() -> None:
    told, rows = sample("anrufe.csv")
    turned = {f" {name.upper()} ": cell for name, cell in reversed(rows[0].items())}
    assert taken(MappedTable(told.mapping), turned) == taken(MappedTable(told.mapping), rows[0])


def test_a_row_without_an_id_is_known_by_all_its_cells() -> None:
    table = MappedTable(CALLS)
    row = START | {"Agent": "Ann", "Phone": "+49305550001", "Row": "x"}
    same = table.identity(dict(reversed(row.items())), mask)
    assert table.identity(row, mask) == same
    assert table.identity(row | {"Agent": "y"}, mask) != same
    # What is not taken may be another in the next export: a number of the row, a new column.
    assert table.identity(row | {"Row": "y", "New": "x"}, mask) == same
    first, second = (next(iter(table.take_row(row, mask, UTC_ZONE, ordinal=n))) for n in (0, 1))
    assert first.key == same and second.key == f"{same}#1"
    assert first.subject != second.subject


def test_a_customer_is_nowhere_but_masked() -> None:
    table = MappedTable(replace(CALLS, key=("Phone", "Start")))
    said = taken(table, START | {"Phone": "+49305550001", "Agent": "Ann"})
    assert "305550001" not in repr(said)


def test_legs_of_one_journey_are_one_contact() -> None:
    mapping = replace(
        CALLS, columns=CALLS.columns | {"id": ("Leg",), "journey": ("Call",)}, key=("Leg",)
    )
    table = MappedTable(mapping)
    said = taken(table, START | {"Leg": "7", "Call": "1", "Agent": "Ann"})[0]
    assert (said.subject, said.key) == ("contact:1", "7")


def test_a_name_beside_an_id_is_said_of_it() -> None:
    mapping = replace(CALLS, columns=CALLS.columns | {"agent_name": ("Full name",)})
    said = taken(MappedTable(mapping), START | {"Agent": "17", "Full name": "Ann Lee"})
    assert said[1][:2] == ("name", "agent:17")
    assert said[1].said == Name("agent", "17", "Ann Lee")


def test_dates_that_were_changed_about_are_refused_or_turned() -> None:
    own = {"Start": "2026-03-01 09:00:00", "Agent": "Ann"}
    with pytest.raises(Rejected, match="changed about"):
        taken(MappedTable(replace(CALLS, turned_dates="refuse")), own)
    turned = course(MappedTable(replace(CALLS, turned_dates="turn")), own)
    assert turned.started_at == at("2026-01-03T09:00:00")


def test_a_stated_offset_needs_no_zone() -> None:
    table = MappedTable(replace(CALLS, zone="value"))
    said = course(table, {"Start": "2026-03-05T09:00:00+02:00", "Agent": "Ann"})
    assert said.started_at == at("2026-03-05T07:00:00")
    with pytest.raises(Rejected, match="which zone"):
        taken(table, START | {"Agent": "Ann"})


def test_the_repeated_hour_goes_by_the_order_of_the_file() -> None:
    table = MappedTable(replace(CALLS, zone="Europe/Berlin"))
    times = ["01:10:00", "01:40:00", "02:10:00", "02:50:00", "02:05:00", "03:01:00"]
    rows = [{"Start": f"2026-10-25 {time}", "Agent": "Ann"} for time in times]
    starts = [course(table, row).started_at for row in rows]
    assert starts == sorted(starts)
    # Alone it is the first of the two; for another file the order is counted anew.
    alone = course(table.fresh(), rows[4]).started_at
    assert starts[4] - alone == 60 * MINUTE


def test_a_table_without_a_header_fits_its_own_kind_only() -> None:
    names = ("column 1", "column 2", "column 3")
    mapping = Mapping(
        "bare",
        "agent states",
        {"agent": ("column 1",), "since": ("column 2",), "status": ("column 3",)},
        header=frozenset(names),
        header_line=-1,
        zone="UTC",
    )
    table = MappedTable(mapping)
    assert table.fits(b"17;2026-03-05 09:00;1\n18;2026-03-05 09:10;2\n19;2026-03-05 09:20;1\n")
    assert not table.fits(b"Agent;Since;State\n17;2026-03-05 09:00;1\n18;2026-03-05 09:10;2\n")


@given(st.randoms(use_true_random=False))
def test_any_order_and_repetition_gives_the_same(order: random.Random) -> None:
    rows = [
        {"Start": f"2026-03-05 09:0{minute}:00", "Agent": agent, "Talk": talk, "Id": str(minute)}
        for minute in range(3)
        for agent, talk in (("Ann", ""), ("Ann", "20"), ("Ann", "30"))
    ]
    mapping = replace(CALLS, columns=CALLS.columns | {"id": ("Id",)}, key=("Id",))

    def winners(some: list[dict[str, str]]) -> dict[tuple[str, str], str]:
        table = MappedTable(mapping)
        kept: dict[tuple[str, str], tuple[int, str]] = {}
        for row in some:
            for each in table.take_row(row, mask, UTC_ZONE):
                body = encode(each.said)
                old = kept.get(each[:2])
                if old is None or newer(each.version, body, *old):
                    kept[each[:2]] = each.version, body
        return {key: body for key, (_version, body) in kept.items()}

    mixed = rows * 2
    order.shuffle(mixed)
    assert winners(mixed) == winners(rows)


def test_the_customer_of_a_call_that_went_out_is_whom_it_went_to() -> None:
    columns = {**CALLS.columns, "called": ("To",), "direction": ("Direction",)}
    table = MappedTable(replace(CALLS, columns=columns))
    row = {**START, "Phone": "033187654321", "To": "033612345679", "Agent": "Ann"}
    assert course(table, {**row, "Direction": "outbound"}).customer == "~679"
    assert course(table, {**row, "Direction": "inbound"}).customer == "~321"
    assert course(table, {**row, "Direction": "outbound", "To": ""}).customer == "~321"
    assert {"to", "phone"} <= table.hidden
