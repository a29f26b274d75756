"""A PBX that keeps its log in a file and in a database at once: nothing counts twice."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from console.domain.customers import Mask, new_key
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Contact, Event, Leg, Source
from console.sync.files import sync
from console.sync.twins import twins

MASK = Mask(new_key(b"k" * 32, ""))
LOG = """\
1772438400|REALTIME|support|SIP/501|ADDMEMBER|
1772438405|1772438400.1|support|NONE|ENTERQUEUE||+49301234567|1
1772438411|1772438400.1|support|SIP/501|CONNECT|6|1772438409.2|2
1772438425|1772438420.3|support|NONE|ENTERQUEUE||+49301234568|1
1772438430|1772438420.3|support|SIP/501|RINGNOANSWER|0
1772438430|1772438420.3|support|SIP/501|RINGNOANSWER|0
1772438441|1772438400.1|support|SIP/501|COMPLETECALLER|6|30|1
1772438461|1772438420.3|support|NONE|ABANDON|1|1|36
"""
# The file's line of the third row was written a moment later, in the next second.
FRACTIONS = ["00.1", "05.2", "10.999", "25.3", "30.001", "30.002", "41.5", "61.9"]
HEADER = "id,time,callid,queuename,agent,event,data1,data2,data3\n"


def table(*, whole: bool = False) -> str:
    rows = [HEADER]
    for number, (line, stamp) in enumerate(zip(LOG.splitlines(), FRACTIONS, strict=True)):
        second, _, fraction = stamp.partition(".")
        told = f"2026-03-02 08:0{int(second) // 60}:{int(second) % 60:02}"
        cells = line.split("|")[1:] + ["", "", ""]
        rows.append(f"{number},{told}{'' if whole else f'.{fraction:0<6}'},{','.join(cells[:7])}\n")
    return "".join(rows)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    return made


def counted(store: Store) -> tuple[int, int, int, int]:
    with store.read() as session:
        return tuple(  # type: ignore[return-value]
            session.scalar(select(func.count()).select_from(kept)) or 0
            for kept in (Source, Contact, Leg, Event)
        )


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("log_first", [False, True])
@pytest.mark.parametrize("folder", ["pbx", "backup"])
def test_the_log_and_its_table_are_one(
    store: Store, tmp_path: Path, whole: bool, log_first: bool, folder: str
) -> None:
    log, dump = tmp_path / "pbx" / "queue_log", tmp_path / folder / "queuelog.csv"
    for path, text in ((log, LOG), (dump, table(whole=whole))):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    first, second = (log, dump) if log_first else (dump, log)
    [told] = sync(store, MASK, [first], zone="UTC")
    assert (told.problem, told.accepted) == ("", 8)
    [told] = sync(store, MASK, [second], zone="UTC")
    assert (told.problem, told.accepted, told.known) == ("", 0, 8)
    assert counted(store) == (1, 2, 2, 1)
    with store.read() as session:
        assert sorted(session.scalars(select(Leg.outcome))) == ["abandoned", "answered"]
        assert session.scalar(select(func.sum(Leg.rings))) == 2


def test_a_log_that_has_gone_on_adds_only_what_the_table_has_not(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("".join(table().splitlines(keepends=True)[:4]))
    sync(store, MASK, [tmp_path / "t.csv"], zone="UTC")
    (tmp_path / "queue_log").write_text(LOG)
    [told] = sync(store, MASK, [tmp_path / "queue_log"])
    assert (told.accepted, told.known) == (5, 3)
    [again] = sync(store, MASK, [tmp_path / "t.csv"], zone="UTC")
    assert (again.accepted, again.problem) == (0, "")
    assert counted(store) == (1, 2, 2, 1)


def test_equal_lines_have_one_twin_each() -> None:
    ring = "c.1|q|SIP/1|RINGNOANSWER|0"
    assert twins([f"10|{ring}"], [f"10.2|{ring}", f"10.3|{ring}"]) == {0: f"10|{ring}"}
    # Two files of whole seconds are two windows on one log: the next second is another fact.
    assert twins([f"10|{ring}"], [f"11|{ring}"]) == {}
    assert twins([f"10|{ring}"], [f"11|{ring}"], "log") == {0: f"10|{ring}"}
    assert twins([f"10|{ring}"], [f"9|{ring}"], "log") == {}
    assert twins([f"10|{ring}", f"11|{ring}"], [f"11|{ring}"], "log") == {}


def test_a_zone_that_the_calls_speak_against_is_said(store: Store, tmp_path: Path) -> None:
    rows = [
        f"2026-07-01 10:{n:02}:05,{1782892800 + 60 * n}.{n},support,NONE,ENTERQUEUE,,,1\n"
        for n in range(6)
    ]
    (tmp_path / "t.csv").write_text(HEADER.removeprefix("id,") + "".join(rows))
    [asked] = sync(store, MASK, [tmp_path / "t.csv"])
    assert asked.needs_zone
    assert asked.problem.endswith("the clock of the server is at UTC+02:00.")
    [wrong] = sync(store, MASK, [tmp_path / "t.csv"], zone="UTC")
    assert "not of that zone" in wrong.problem
    assert "UTC+02:00" in wrong.problem
    (tmp_path / "copy.csv").write_bytes((tmp_path / "t.csv").read_bytes())
    [right] = sync(store, MASK, [tmp_path / "copy.csv"], zone="Europe/Berlin", source="other")
    assert right.problem == ""
