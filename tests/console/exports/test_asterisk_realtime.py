"""A queue_log from a database leaves as the file would have it, whatever wrote the dump."""

import random
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.exports import asterisk_queue_log, asterisk_realtime
from console.exports.asterisk_realtime import Transcoder, clocks, fits, needs_zone
from tests.console.exports.samples import sample

OURS = Path(__file__).parents[2] / "data" / "exports" / "asterisk_queue_log_realtime"
BERLIN = ZoneInfo("Europe/Berlin")
FILES = ("mysql.sql", "shuffled.csv", "postgresql.sql", "queuemetrics.sql")
LINES = """\
1729958398.000120|NONE|NONE|NONE|QUEUESTART|
1729958400.250000|1729958399.1|sales|NONE|ENTERQUEUE||5550100|1
1729958406.100000|1729958399.1|sales|Sinéad O'Dea|RINGNOANSWER|5000
1729958412|1729958399.1|sales|PJSIP/401|RINGING|
1729958415.400000|1729958399.1|sales|PJSIP/401|CONNECT|15|1729958412.3|3
1729958655.400000|1729958399.1|sales|PJSIP/401|ATTENDEDTRANSFER|LINK|PJSIP/401-00000a|PJSIP/402-00000b|15|240|1
1729958700.000000|NONE|sales|PJSIP/401|PAUSE|lunch _ late
1729990799.500000|1729990799.7|sales|NONE|ENTERQUEUE||5550101|1
1729990804.500000|1729990799.7|sales|NONE|ABANDON|1|1|5
1729995000.000000|NONE|NONE|NONE|CONFIGRELOAD|
1743298200.000000|NONE|NONE|NONE|CONFIGRELOAD|
"""


def lines(data: bytes, zone: ZoneInfo = BERLIN, size: int = 1 << 20) -> str:
    coder = Transcoder(data[: 1 << 16], zone)
    pieces = [coder.feed(data[at : at + size], False) for at in range(0, len(data), size)]
    return b"".join([*pieces, coder.feed(b"", True)]).decode("utf-8", "surrogateescape")


def own(name: str) -> bytes:
    return (OURS / name).read_bytes()


def row(at: str, number: int = 1, call: str = "NONE", event: str = "CONFIGRELOAD") -> str:
    return f"({number},'{at}','{call}','NONE','NONE','{event}','','','','','')"


def dump(*rows: str) -> bytes:
    return ("INSERT INTO `queue_log` VALUES " + ",".join(rows) + ";\n").encode()


def stamps(data: bytes, zone: ZoneInfo = BERLIN) -> list[str]:
    return [line.split("|")[0] for line in lines(data, zone).rstrip("\n").split("\n")]


@pytest.mark.parametrize("name", FILES[:3])
def test_every_dump_of_the_same_table_gives_the_same_lines(name: str) -> None:
    assert fits(own(name))
    assert lines(own(name)) == LINES


@pytest.mark.parametrize("name", FILES)
def test_the_reader_of_the_file_takes_all_lines(name: str) -> None:
    text = lines(own(name))
    batch = asterisk_queue_log.read(text.encode(), lambda number: "…")
    assert batch.bad == []
    assert batch.rows.height == len(text.rstrip("\n").split("\n")) > 2


@pytest.mark.parametrize("name", FILES)
def test_the_size_of_the_pieces_makes_no_difference(name: str) -> None:
    data = own(name)
    whole = lines(data)
    for size in (1, 2, 3, 7, 64, 500):
        assert lines(data, size=size) == whole


def test_a_zone_is_asked_for_only_where_times_are_local() -> None:
    assert needs_zone(own("mysql.sql"))
    assert needs_zone(own("shuffled.csv"))
    assert not needs_zone(own("postgresql.sql"))
    assert not needs_zone(own("queuemetrics.sql"))
    # The rows of a table can begin behind the first 64 KB.
    head = own("postgresql.sql").split(b"COPY")[0]
    assert fits(head)
    assert not needs_zone(head)
    assert needs_zone(head.replace(b"with time zone", b"without time zone"))


def test_other_tables_and_formats_are_none() -> None:
    for foreign in (
        b"",
        b"id,name\n1,Ann\n",
        b"CALL ID,TIMESTAMP,CAMPAIGN,CALL TYPE,AGENT,DISPOSITION\n1,2,3,4,5,6\n",
        b"CREATE TABLE `queue_log` (`id` int, `ticket` int, `created_at` int);\n",
        b"INSERT INTO `queue_log` (`id`, `patient`) VALUES (1, 'x');\n",
        b"INSERT INTO queue_log VALUES (1,1172387014,'_ENTER',NULL);\n",
        LINES.encode(),
        b'{"time": 1, "callid": 2, "queuename": 3, "agent": 4, "event": 5}\n',
    ):
        assert not fits(foreign)
        assert lines(foreign) == ""
    assert not asterisk_queue_log.fits(own("mysql.sql"))


def test_literals_of_every_writer() -> None:
    data = (
        rb"INSERT INTO queue_log (time,callid,queuename,agent,event,data1,data2) VALUES"
        rb"('2024-05-01 10:00:00',_binary 'a',NULL,0x5349502F31,'PAUSE','a\'b\\c\nd','it''s'),"
        b"\n\t( '2024-05-01T10:00:01' , N'b' , \"q\" , 'x' , 'UNPAUSE' , NULL , '' ) ;\n"
    )
    assert lines(data).rstrip("\n").split("\n") == [
        r"1714550400|a|NONE|SIP/1|PAUSE|a'b\c_d|it's",
        "1714550401|b|q|x|UNPAUSE|",
    ]
    data = (
        b"SET standard_conforming_strings = on;\n"
        rb"INSERT INTO public.queue_log VALUES (7, '2024-05-01 10:00:00.5+02', 'a', 'q\', E'o\'d',"
        b" 'CONNECT', '1', '2'::text, NULL, NULL, NULL);\n"
    )
    assert lines(data) == "1714550400.500000|a|q\\|o'd|CONNECT|1|2\n"


def test_old_schemas_with_one_column_or_with_both() -> None:
    names = b"INSERT INTO t (time,callid,queuename,agent,event,data"
    data = names + b") VALUES ('1714550400','a','q','NONE','ABANDON','1|1|20');\n"
    assert lines(data) == "1714550400|a|q|NONE|ABANDON|1|1|20\n"
    data = names + b",data1,data2) VALUES ('1714550400','a','q','NONE','CONNECT','','8','x|y');\n"
    assert lines(data) == "1714550400|a|q|NONE|CONNECT|8|x|y\n"


def test_rows_leave_in_the_order_of_their_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(f"2024-05-01 10:{n // 60:02}:{n % 60:02}", n + 1) for n in range(900)]
    straight = lines(dump(*rows))
    assert len(straight.rstrip("\n").split("\n")) == 900
    assert lines(dump(*reversed(rows))) == straight
    random.Random(4).shuffle(rows)
    assert lines(dump(*rows)) == straight
    # The same dump twice in one file says nothing new.
    assert lines(dump(*rows) + dump(*rows)) == straight
    # Further apart than the window nothing is lost.
    monkeypatch.setattr(asterisk_realtime, "WINDOW", 100)
    assert sorted(lines(dump(*rows)).rstrip("\n").split("\n")) == straight.rstrip("\n").split("\n")


def test_a_table_without_ids_can_come_with_the_newest_first() -> None:
    text = "time,callid,queuename,agent,event,data1\n"
    rows = [f"2024-05-01 10:00:{n:02},c,q,NONE,PAUSE,{n}\n" for n in range(20)]
    straight = lines((text + "".join(rows)).encode())
    assert lines((text + "".join(reversed(rows))).encode()) == straight
    assert [line[-2:].strip("|") for line in straight.rstrip("\n").split("\n")] == [
        str(n) for n in range(20)
    ]


def test_the_hour_that_comes_twice() -> None:
    # 02:00-03:00 of 27 October 2024 comes twice: at 1729987200 and at 1729990800.
    twice = [
        row("2024-10-27 02:10:00", 1),
        row("2024-10-27 02:10:05", 2),
        row("2024-10-27 02:10:04", 3),  # written at once: no clock change
        row("2024-10-27 02:05:00", 4),
        row("2024-10-27 02:55:00", 5),
        row("2024-10-27 03:00:00", 6),
    ]
    assert stamps(dump(*twice)) == [
        "1729987800", "1729987805", "1729987804", "1729991100", "1729994100", "1729994400",
    ]  # fmt: skip
    # A call's number says when it began: here in the second pass, without a step back.
    told = [row("2024-10-27 02:20:00", 1), row("2024-10-27 02:30:00", 2, "1729992599.4")]
    assert stamps(dump(*told)) == ["1729988400", "1729992600"]
    # Next year's is another change.
    later = [*twice[:5], row("2025-10-26 02:30:00", 7)]
    assert stamps(dump(*later))[-1] == "1761438600"


def test_the_hour_that_is_missing_and_days_that_do_not_exist() -> None:
    assert stamps(dump(row("2024-03-31 02:30:00"))) == ["1711848600"]
    assert lines(dump(row("0000-00-00 00:00:00"))).startswith("#! its time is none|1,0000-")
    assert lines(dump(row("2024-02-30 00:00:00"))).startswith("#! its time is none|")
    assert lines(dump(row("0024-05-01 10:00:00"))).startswith("#! its time is not of this age|")
    assert "#! has no time|" in lines(dump(row("2024-05-01 10:00:00"), row("")))
    assert lines(dump(row("2024-05-01 10:00:00", event=""))).startswith("#! names no event|")


def test_what_is_no_row_is_told_and_the_others_are_kept() -> None:
    good = row("2024-05-01 10:00:00", 1), row("2024-05-01 10:00:09", 9)
    for bad, reason in (
        ("(2,'2024-05-01 10:00:01','a')", "3 values where its table has 11"),
        ("(2,'2024-05-01 10:00:01,'a','','','','','','','','')", "cannot be read as a row"),
        ("2,'2024-05-01 10:00:01','a','','','','','','','','')", "cannot be read as a row"),
        ("(2,'" + "x" * 300_000 + "','a','','','','','','','','')", "longer than any row"),
    ):
        found = lines(dump(good[0], bad, good[1])).rstrip("\n").split("\n")
        assert found[0].startswith("1714550400|") and found[2].startswith("1714550409|")
        assert found[1].startswith(f"#! {reason}") and len(found[1]) < 600
    cut = dump(*good)[:-30]
    assert (
        lines(cut).rstrip("\n").split("\n")[1].startswith("#! cut at the end of the file|(9,'2024")
    )


def test_a_statement_whose_beginning_is_damaged_keeps_its_rows() -> None:
    content = own("mysql.sql")
    for begun in (b"INSERT INTO `queuelog` VALUES (6", b"INSERT INTO `queuelog` VALUES (1,"):
        for old, new in ((b"INSERT", b"INS\x00RT"), (b"INTO", b"ITO"), (b"VALUES", b"VAL ES")):
            found = lines(content.replace(begun, begun.replace(old, new)))
            assert found.count("#! a statement whose beginning cannot be read|") == 1
            assert re.sub("#! .*\n", "", found) == LINES
    named = own("queuemetrics.sql").replace(b"VALUES", b"VA UES")
    assert lines(named).startswith("#! a statement whose beginning cannot be read|")


def test_a_table_with_an_open_quote_loses_one_row() -> None:
    head = "id,time,callid,queuename,agent,event,data1\r\n"
    one = '1,2024-05-01 10:00:00,"c","q","NONE","PAUSE",""\r\n'
    two = '2,2024-05-01 10:00:01,"c","q","NONE,"PAUSE",""\r\n'
    three = '3,2024-05-01 10:00:02,"c","q ""x""","NONE","PAUSE","a\nb|c"\r\n'
    found = lines((head + one + two + three + head + one.replace("1,", "4,")).encode())
    assert [line.split("|")[0] for line in found.rstrip("\n").split("\n")] == [
        "1714550400", "#! a quote in it is never closed", "1714550402", "1714550400",
    ]  # fmt: skip
    assert '|c|q "x"|NONE|PAUSE|a_b|c\n' in found


def test_a_table_of_two_byte_characters() -> None:
    text = own("shuffled.csv").decode("utf-8-sig").replace(";", "\t")
    data = text.encode("utf-16")
    assert fits(data) and needs_zone(data)
    assert lines(data) == lines(data, size=3) == LINES


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_damage_harms_its_own_row_alone(name: str, data: st.DataObject) -> None:
    content = bytearray(own(name))
    body = content.index(
        {"mysql.sql": b"(1,'2024-10-26", "shuffled.csv": b"QUEUESTART"}.get(name, b"1729958399.1")
    )
    # What begins a statement is all its rows' and has a test of its own.
    begun = range(content.rfind(b"INSERT") - 2, content.rfind(b"VALUES") + 7)
    places = st.integers(body, len(content) - 40)
    at = data.draw(places.filter(lambda place: place not in begun))
    new = data.draw(st.binary(min_size=0, max_size=3) | st.sampled_from([b"'", b'"', b"(", b"),("]))
    content[at : at + 1] = new
    damaged = bytes(content)
    before, after = (
        lines(own(name)).rstrip("\n").split("\n"),
        lines(damaged).rstrip("\n").split("\n"),
    )
    size = data.draw(st.integers(1, 300))
    assert lines(damaged, size=size).rstrip("\n").split("\n") == after
    # A line end in a table makes one row into two pieces; two rows can be joined by damage between.
    assert len([line for line in before if line not in after]) <= 2
    assert all(re.match(r"#! |\d{9,10}(\.\d{6})?\|", line) for line in after)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FILES), st.data())
def test_a_file_that_ends_early_keeps_what_is_whole(name: str, data: st.DataObject) -> None:
    content = own(name)
    found = lines(content[: data.draw(st.integers(0, len(content)))]).rstrip("\n").split("\n")
    whole = lines(content).rstrip("\n").split("\n")
    kept = [line for line in found if not line.startswith("#! ")]
    # A table's last row can have lost the end of its last value.
    assert all(line in whole for line in kept[:-1])
    assert len(found) - len(kept) <= 1


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(1, 50))
def test_anything_at_all_is_survived(content: bytes, size: int) -> None:
    for start in (b"", dump(row("2024-05-01 10:00:00"))[:-2], own("shuffled.csv")[:90]):
        assert lines(start + content, size=size) == lines(start + content)


def test_a_recorded_dump_has_all_its_rows() -> None:
    content = sample("queue_log", "malariapbx_queue_log_realtime_mysql.sql").read_bytes()
    assert fits(content[: 1 << 16]) and needs_zone(content[: 1 << 16])
    text = lines(content, ZoneInfo("UTC"))
    assert len(text.rstrip("\n").split("\n")) == 85 and "#!" not in text
    assert "1675555761|1675555752.0|Support|PJSIP/400|CONNECT|8|1675555753.1|7\n" in text
    assert asterisk_queue_log.fits(text.encode())


CALL = "('{time}','{call}','support','NONE','ENTERQUEUE','','200','1','','')"
DUMP = (
    "/*!40103 SET TIME_ZONE='+00:00' */;\n"
    "CREATE TABLE `queuelog` (`time` {type} NULL, `callid` varchar(80), `queuename` varchar(256),"
    " `agent` varchar(80), `event` varchar(32), `data1` varchar(100), `data2` varchar(100),"
    " `data3` varchar(100), `data4` varchar(100), `data5` varchar(100));\n"
    "INSERT INTO `queuelog` {columns}VALUES {rows};\n"
)
NAMES = "(time, callid, queuename, agent, event, data1, data2, data3, data4, data5) "


@pytest.mark.parametrize("columns", ["", NAMES])
def test_what_a_server_has_as_timestamps_is_dumped_in_utc(columns: str) -> None:
    row = CALL.format(time="2026-07-01 10:00:00", call="1782900000.1")
    stamp = DUMP.format(type="timestamp", columns=columns, rows=row).encode()
    assert not needs_zone(stamp)
    assert stamps(stamp) == ["1782900000"]
    plain = DUMP.format(type="datetime", columns=columns, rows=row).encode()
    assert needs_zone(plain)
    assert stamps(plain) == ["1782892800"]
    # Without the line that asks the server for UTC they are the server's local times.
    assert needs_zone(stamp.replace(b"+00:00", b"SYSTEM"))


def test_calls_tell_how_far_the_clock_was_ahead() -> None:
    rows = ",".join(
        CALL.format(time=f"2026-07-01 10:{n:02}:05", call=f"{1782892800 + 60 * n}.{n}")
        for n in range(6)
    )
    dump = DUMP.format(type="datetime", columns="", rows=rows).encode()
    assert clocks(dump, BERLIN) == (7200, True)
    assert clocks(dump, ZoneInfo("UTC")) == (7200, False)
    assert clocks(dump, None) == (7200, False)
    assert clocks(dump.replace(b"17828", b"16828"), BERLIN) is None
    assert clocks(own("mysql.sql")[:600], BERLIN) is None


def test_a_table_without_names_is_known_by_its_rows() -> None:
    named = own("shuffled.csv")
    usual = lines(own("mysql.sql"))
    rows = ["1", "2026-03-02 08:00:05", "1772434805.1", "support", "NONE", "ENTERQUEUE"]
    cells = [*rows, "", "200", "1", "", ""]
    for delimiter in ",;\t":
        data = (delimiter.join(f'"{cell}"' for cell in cells) + "\r\n").encode() * 3
        assert fits(data) and needs_zone(data)
        assert lines(data) == "1772434805|1772434805.1|support|NONE|ENTERQUEUE||200|1\n"
    assert not fits(",".join(cells).replace("ENTERQUEUE", "LOGIN").encode())
    assert lines(named) == usual


def test_dates_with_dots_are_read_and_dates_with_strokes_refused() -> None:
    head = "time,callid,queuename,agent,event,data1\n"
    row = "{},1.1,support,NONE,ENTERQUEUE,\n"
    dotted = (head + row.format("02.03.2026 8:00:05") + row.format("02.03.2026 08:01")).encode()
    assert stamps(dotted) == ["1772434805", "1772434860"]
    stroke = (head + row.format("02/03/2026 08:00:05")).encode()
    assert lines(stroke).startswith("#! its time is not written as year-month-day|")
