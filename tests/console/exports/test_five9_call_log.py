"""A call log's rows are legs, whatever columns were chosen and however times are written."""

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Course, Name, Statement, encode, newer
from console.exports import five9_call_log
from console.exports.export import Rejected
from console.exports.telling import contact_of
from tests.console.exports.samples import sample

OURS = Path(__file__).parents[2] / "data" / "exports" / "five9_call_log" / "call-log.csv"
PACIFIC = ZoneInfo("America/Los_Angeles")
#: 15:04:05 of 2 April 2024 in California.
START = 1_712_095_445_000_000
SECOND = 1_000_000


def mask(number: str) -> str:
    return f"<{number[-4:]}>"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def take(row: dict[str, str], zone: ZoneInfo = PACIFIC) -> list[Statement]:
    return list(five9_call_log.take_row(row, mask, zone))


def own() -> list[Statement]:
    return [each for row in rows(OURS.read_text())[:-1] for each in take(row)]


def taken(**cells: str) -> Course:
    row = {"CALL ID": "1", "TIMESTAMP": "2024-04-02 15:04:05", "CAMPAIGN": "Main"}
    said = take(row | {name.replace("_", " "): text for name, text in cells.items()})[0].said
    assert isinstance(said, Course)
    return said


def courses(found: list[Statement], call: str) -> list[Course]:
    return [
        each.said
        for each in found
        if each.subject == f"contact:{call}" and isinstance(each.said, Course)
    ]


def winners(found: list[Statement]) -> dict[tuple[str, str], tuple[int, str]]:
    kept: dict[tuple[str, str], tuple[int, str]] = {}
    for subject, key, version, said in found:
        new = (version, encode(said))
        old = kept.get((subject, key))
        if old is None or newer(*new, *old):
            kept[subject, key] = new
    return kept


def test_the_report_is_known_by_its_columns() -> None:
    data = OURS.read_bytes()
    assert five9_call_log.fits(data)
    assert five9_call_log.fits(data[:900])
    assert five9_call_log.fits(OURS.read_text().encode("utf-16"))
    assert five9_call_log.fits(
        b"Call ID,Date,Time,Campaign,Skill,Agent,Disposition\r\n1,4/2/2024,3:04 PM,a,b,c,d\r\n"
    )
    for foreign in (
        b"",
        b"CALL ID,NAME\n1,2\n",
        b"id,time,callid,queuename,agent,event\n1,2,3,4,5,6\n",
        b"Interaction ID,Call Type,Start Time\n1,2,3\n",
        b'{"CALL ID": 1, "CAMPAIGN": 2, "DISPOSITION": 3}\n',
    ):
        assert not five9_call_log.fits(foreign)


def test_an_answered_call() -> None:
    (found,) = courses(own(), "300000000000101")
    stay = found.stays[0]
    assert (found.started_at, found.channel, found.direction) == (START, "voice", "inbound")
    assert found.customer == "<0100>"
    assert stay.entered_at == START + 20 * SECOND
    assert stay.connected_at == START + 65 * SECOND + 500_000
    assert (stay.queue, stay.agent, stay.outcome) == ("Billing", "mroth", "answered")
    assert (stay.wait_us, stay.talk_us) == (40_500_000, 239 * SECOND)
    assert (stay.hold_us, stay.disposition) == (40 * SECOND, "Resolved")
    assert stay.ended_at == stay.wrapup_from == START + 304 * SECOND + 500_000
    assert stay.wrapup_to == START + 349 * SECOND + 500_000


def test_who_gave_up_in_the_queue_and_who_in_the_menu() -> None:
    (lost,) = courses(own(), "300000000000102")
    assert (lost.stays[0].outcome, lost.stays[0].wait_us) == ("abandoned", 90 * SECOND)
    assert lost.stays[0].ended_by == "Abandon"
    (menu,) = courses(own(), "300000000000103")
    assert menu.stays == ()


def test_legs_that_share_a_call_id_are_one_contact() -> None:
    found = [(each.key, each.said) for each in own() if each.subject == "contact:300000000000104"]
    assert len({key for key, _ in found}) == 2
    contact = contact_of(found, "x")
    assert contact is not None
    assert (contact.customer, contact.direction, contact.legs) == ("<0103>", "inbound", ())


def test_calls_that_go_out() -> None:
    (sold,) = courses(own(), "300000000000105")
    assert (sold.direction, sold.customer) == ("outbound", "<0104>")
    assert (sold.stays[0].queue, sold.stays[0].agent) == (None, "oberg")
    assert sold.stays[0].talk_us == 43 * SECOND
    (nobody,) = courses(own(), "300000000000106")
    assert nobody.stays == ()
    (back,) = courses(own(), "300000000000107")
    assert (back.channel, back.stays[0].queue) == ("callback", "Billing")
    assert [promise.outcome for promise in back.promises] == ["reached"]
    (inside,) = courses(own(), "300000000000108")
    assert (inside.direction, inside.customer) == ("internal", None)


def test_names_and_no_names() -> None:
    names = {each.key: each.said for each in own() if each.subject == "name"}
    assert names == {
        "agent:mroth": Name("agent", "mroth", "Mia Roth"),
        "agent:oberg": Name("agent", "oberg", "Ole Berg"),
    }


def test_the_row_of_totals_is_refused() -> None:
    with pytest.raises(Rejected, match="without a CALL ID"):
        take(rows(OURS.read_text())[-1])
    with pytest.raises(Rejected, match="without a CALL ID"):
        take({"CALL ID": "", "CALL TIME": "10:00:00"})
    with pytest.raises(Rejected, match="does not say when"):
        take({"CALL ID": "1"})
    with pytest.raises(Rejected, match="no date with the month first"):
        take({"CALL ID": "1", "TIMESTAMP": "27/10/2024 10:00"})


@pytest.mark.parametrize(
    "text",
    [
        "Tue, 02 Apr 2024 15:04:05",
        "02 Apr 2024 15:04:05",
        "4/2/2024 3:04:05 PM",
        "04/02/2024 15:04:05",
        "2024-04-02 15:04:05",
        "2024-04-02T15:04:05.000-07:00",
        "2024-04-02T22:04:05Z",
    ],
)
def test_times_of_many_forms(text: str) -> None:
    assert taken(TIMESTAMP=text).started_at == START


def test_a_date_and_a_time_apart() -> None:
    assert taken(TIMESTAMP="", DATE="4/2/2024", TIME="3:04:05 PM").started_at == START
    assert taken(TIMESTAMP="15:04:05", DATE="2024/04/02").started_at == START


def test_the_columns_of_the_shortest_report() -> None:
    text = (
        "CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,DISPOSITION,ANI,DNIS,SESSION ID\n"
        "1,2024-04-02 15:04,Main,Inbound,a@x.test,Resolved,5555550100,5555550199,abc\n"
        "2,2024-04-02 15:06,Main,Internal,b@x.test,Consult Set,1,2,abc\n"
        "3,2024-04-02 15:05,Main,Inbound,,Caller Disconnected,5555550101,5555550199,def\n"
    )
    found = [each for row in rows(text) for each in take(row)]
    assert [each.subject for each in found] == ["contact:abc", "contact:abc", "contact:def"]
    first, consult = courses(found, "abc")
    assert (first.stays[0].outcome, first.stays[0].queue) == ("answered", "Main")
    # No duration is stated, so none is known.
    assert (first.stays[0].wait_us, first.stays[0].talk_us) == (None, None)
    assert consult.direction == "internal"
    (lost,) = courses(found, "def")
    assert (lost.stays[0].outcome, lost.stays[0].agent) == ("abandoned", None)


def test_a_copy_without_seconds_is_the_same_leg() -> None:
    base = {"CALL ID": "1", "CAMPAIGN": "Main", "CALL TYPE": "Inbound", "AGENT": "a"}
    whole = take(base | {"TIMESTAMP": "Tue, 02 Apr 2024 15:04:05"})
    short = take(base | {"TIMESTAMP": "4/2/2024 15:04"})
    assert winners(short + whole) == winners(whole + short) == winners(whole)


def test_odd_cells_harm_nothing_else() -> None:
    found = taken(
        CALL_TYPE="Hologram", AGENT="a", TALK_TIME="soon", QUEUE_WAIT_TIME="90", ABANDONED="?",
        ANI="4.41633E+11",
    )  # fmt: skip
    stay = found.stays[0]
    assert (found.customer, found.direction) == (None, "inbound")
    assert (stay.outcome, stay.wait_us, stay.talk_us) == ("answered", 90 * SECOND, None)
    failed = taken(QUEUE_WAIT_TIME="00:00:10", DISPOSITION="System Shutdown")
    assert failed.stays[0].outcome == "dumped"
    sent = taken(QUEUE_WAIT_TIME="00:00:10", DISPOSITION="Sent To Voicemail")
    assert (sent.stays[0].outcome, sent.stays[0].ended_by) == ("withdrawn", "Sent To Voicemail")
    assert taken(CALL_TYPE="Inbound Voicemail", AGENT="a").stays == ()


@given(st.data())
def test_order_and_repetition_make_no_difference(data: st.DataObject) -> None:
    found = own()
    shuffled = data.draw(st.permutations(found + found[:5]))
    assert winners(shuffled) == winners(found)


def test_the_header_of_a_public_client_is_known() -> None:
    data = sample("five9", "call_log_header_and_rows.csv").read_bytes()
    assert five9_call_log.fits(data)
    found = [each for row in rows(data.decode()) for each in take(row)]
    assert {each.subject for each in found} == {"contact:abc", "contact:def", "contact:ghi"}
    assert courses(found, "def")[0].stays[0].outcome == "abandoned"
    assert courses(found, "ghi")[0].stays == ()
