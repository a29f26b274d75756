"""Sources are paused, read again, emptied, named and given a zone, while files are being read."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from console import journal
from console.commands import (
    ForgetSource,
    PauseSource,
    RenameSource,
    RereadSource,
    SetSourceZone,
)
from console.domain.acts import Progress
from console.errors import NotAllowed
from console.store import chores
from console.store import tables as t
from console.store.engine import Store
from console.sync import sources
from tests.console.sync.logs import Desk, desk, kept, logs, normal_form, text
from tests.console.sync.test_merge_laws import assert_same, byte_pieces, law

LINES = [
    "1700000000|1.1|sales|NONE|ENTERQUEUE||0177123456|1",
    "1700000004|1.1|sales|Ada|CONNECT|4|1.2|1",
    "1700000064|1.1|sales|Ada|COMPLETECALLER|4|60|1",
    "1700000070|NONE|NONE|Ada|PAUSEALL|Lunch",
    "1700000071|rubbish",
    "1700000080|1.3|support|NONE|ENTERQUEUE||0177123457|1",
]
OF_SOURCE = (
    t.Contact, t.Leg, t.Promise, t.Ticket, t.Said, t.Snapshot, t.AgentInterval, t.Event,
    t.EventTally, t.Quarantine, t.Queue, t.Agent, t.AgentAlias,
)  # fmt: skip


@pytest.fixture
def one() -> Iterator[Desk]:
    with desk() as made:
        yield made


def source(store: Store) -> t.Source:
    with store.read() as session:
        found = session.scalars(select(t.Source)).one()
        session.expunge(found)
        return found


def rows(store: Store) -> dict[str, int]:
    with store.read() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (*OF_SOURCE, t.Rollup, t.Placement, t.Override)
        }


def exact(store: Store) -> dict[str, list[Any]]:
    """Rows as they stand, with their numbers, but for when they were written."""
    tables = (t.Contact, t.Leg, t.AgentInterval, t.Event, t.EventTally, t.Rollup, t.Queue, t.Agent,
              t.AgentAlias, t.Said, t.Ticket, t.TicketStep, t.Snapshot, t.Promise)  # fmt: skip
    with store.read() as session:
        return {
            table.__tablename__: sorted(
                (
                    tuple(
                        (column.name, getattr(row, column.name))
                        for column in table.__table__.columns
                        if column.name not in ("id", "revision")
                    )
                    for row in session.scalars(select(table))
                ),
                key=repr,
            )
            for table in tables
        }


def test_a_paused_source_is_not_read_and_read_on_when_resumed(one: Desk) -> None:
    path = one.write("queue_log", text(LINES[:2]))
    one.sync()
    before = rows(one.store)
    journal.run(one.store, PauseSource(1), "lead")
    path.write_bytes(text(LINES))
    (result,) = one.sync()
    assert result.paused and result.source == "asterisk" and not result.problem
    one.write("queue_log.1", b"1699990000|0.1|sales|NONE|ENTERQUEUE||0300|1\n")
    assert [r.paused for r in one.sync()] == [True, True]
    assert rows(one.store) == before
    with pytest.raises(NotAllowed, match="paused already"):
        journal.run(one.store, PauseSource(1), "lead")
    journal.run(one.store, PauseSource(1, paused=False), "lead")
    assert sum(r.accepted for r in one.sync()) == 4
    journal.undo(one.store, None, "lead")
    assert source(one.store).paused


@law(40)
@given(data=st.data(), lines=logs())
def test_read_again_nothing_changes(data: st.DataObject, lines: list[str]) -> None:
    """However the log lies there in pieces, cut anywhere, and some of them gone meanwhile."""
    parts = data.draw(byte_pieces(text(lines)))
    gone = data.draw(st.sets(st.integers(0, len(parts) - 1), max_size=1))
    with desk() as one:
        paths = [one.write(f"queue_log.{len(parts) - n}", part) for n, part in enumerate(parts)]
        one.sync()
        before, aside = normal_form(one.store), kept(one.store)
        for number in gone:
            paths[number].unlink()
        journal.run(one.store, RereadSource(1), "lead")
        assert sources.carry_out(one.store) == [1]
        with one.store.read() as session:
            unread = session.scalars(select(t.SourceFile.position)).all().count(0)
        assert unread == len(parts) - len(gone)
        one.sync()
        assert_same(before, normal_form(one.store))
        if not gone:
            assert kept(one.store) == aside


@law(10)
@given(lines=logs())
def test_emptied_and_read_again_all_is_as_before(lines: list[str]) -> None:
    with desk() as one:
        one.write("queue_log.1", text(lines[: len(lines) // 2]))
        one.write("queue_log", text(lines[len(lines) // 2 :]))
        one.sync()
        before = normal_form(one.store)
        journal.run(one.store, ForgetSource(1), "lead")
        sources.carry_out(one.store)
        assert set(rows(one.store).values()) == {0}
        journal.run(one.store, PauseSource(1, paused=False), "lead")
        one.sync()
        assert_same(before, normal_form(one.store))


def test_what_is_forgotten_stays_forgotten_while_its_folder_is_watched(one: Desk) -> None:
    one.write("queue_log", text(LINES))
    one.write("queue_log.1", b"1699990000|0.1|sales|NONE|ENTERQUEUE||0300|1\n")
    one.sync()
    with one.store.write() as session:
        session.add(t.Placement(agent_id=1, queue_id=1, wanted=True))
        session.add(
            t.Override(
                subject="pbx|queue|sales", aspect="offer", source_id=1, title="callback offer off",
                normal="on", wanted="off", since=1, who="lead",
            )
        )  # fmt: skip
    assert kept(one.store)
    journal.run(one.store, ForgetSource(1), "lead")
    told: list[Progress] = []
    assert sources.carry_out(one.store, told.append) == []
    assert set(rows(one.store).values()) == {0}
    assert [p.verb for p in told[:1]] == ["emptying"] and told[-1].done == told[-1].total
    of = source(one.store)
    assert (of.paused, of.last_at, of.read_at, of.read_bytes) == (True, None, None, 0)
    # The files are still known, so that neither they nor a new one beside them bring it back.
    one.write("queue_log.2", b"1699980000|0.0|sales|NONE|ENTERQUEUE||0300|1\n")
    assert {r.paused for r in one.sync()} == {True}
    assert set(rows(one.store).values()) == {0}
    with one.store.read() as session:
        entry = session.scalars(select(t.Journal)).one()
        assert "3 contacts" in entry.title and json.loads(entry.detail) == {"source_id": 1}


def test_other_sources_keep_their_rows(tmp_path: Path, one: Desk) -> None:
    one.write("queue_log", text(LINES))
    other = one.place / "other"
    other.mkdir()
    (other / "queue_log").write_bytes(text(LINES).replace(b"|1.", b"|9.").replace(b"Ada", b"Zoe"))
    one.sync()
    one.sync(other)
    with one.store.read() as session:
        names = session.scalars(select(t.Source.name).order_by(t.Source.id)).all()
    assert names == ["asterisk", "other"]
    journal.run(one.store, ForgetSource(1), "lead")
    sources.carry_out(one.store)
    with one.store.read() as session:
        for table in OF_SOURCE:
            owners = set(session.scalars(select(table.source_id)))  # type: ignore[attr-defined]
            assert owners <= {2}, table
    with desk() as alone:
        alone.write("queue_log", (other / "queue_log").read_bytes())
        alone.sync()
        assert_same(normal_form(alone.store), normal_form(one.store))


def test_nothing_is_read_while_rows_are_being_taken_away(
    one: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PIECE", 1)
    one.write("queue_log", text(LINES))
    one.sync()
    with one.store.write() as session:
        chores.note(session, chores.EMPTY, 1, 1)

    class Killed(Exception):
        pass

    def stop(_: Progress) -> None:
        raise Killed

    with pytest.raises(Killed):
        sources.carry_out(one.store, stop)
    left = rows(one.store)
    assert left["contact"] == 1
    assert [r.paused for r in one.sync()] == [True]
    assert rows(one.store) == left
    assert sources.carry_out(one.store) == [1]
    assert set(rows(one.store).values()) == {0}
    assert sources.carry_out(one.store) == []
    one.sync()
    with desk() as again:
        again.write("queue_log", text(LINES))
        again.sync()
        assert_same(normal_form(again.store), normal_form(one.store))


def test_reading_and_forgetting_at_once_leave_nothing_half(one: Desk) -> None:
    lines = [f"{1700000000 + n}|{n}.1|sales|NONE|ENTERQUEUE||0177{n:06}|1" for n in range(3000)]
    for number in range(6):
        one.write(f"queue_log.{6 - number}", text(lines[number * 500 : number * 500 + 500]))
    one.sync(one.inbox / "queue_log.6")
    reading = threading.Thread(target=one.sync)
    reading.start()
    journal.run(one.store, ForgetSource(1), "lead")
    sources.carry_out(one.store)
    reading.join()
    assert set(rows(one.store).values()) == {0}
    journal.run(one.store, PauseSource(1, paused=False), "lead")
    one.sync()
    assert rows(one.store)["contact"] == 3000


def test_reading_goes_on_while_a_source_is_read_again(one: Desk) -> None:
    lines = [f"{1700000000 + n}|{n}.1|sales|NONE|ENTERQUEUE||0177{n:06}|1" for n in range(2000)]
    one.write("queue_log", text(lines))
    one.sync()
    before = exact(one.store)
    reading = threading.Thread(target=one.sync)
    with one.store.write() as session:
        chores.note(session, chores.REREAD, 1, 1)
    reading.start()
    sources.carry_out(one.store)
    reading.join()
    one.sync()
    assert exact(one.store) == before


def test_a_better_reading_empties_the_quarantine(one: Desk) -> None:
    path = one.write("queue_log", text(LINES))
    one.sync()
    assert len(kept(one.store)) == 1
    # As if the line had been one that this program has learned to read.
    with one.store.write() as session:
        session.scalars(select(t.Quarantine)).one().reason = "an older program's reason"
    journal.run(one.store, RereadSource(1), "lead")
    sources.carry_out(one.store)
    assert kept(one.store) == []
    one.sync()
    assert [reason for _, _, reason, _ in kept(one.store)] != ["an older program's reason"]
    assert len(kept(one.store)) == 1
    assert path.exists()


def test_names_are_refused_that_another_has(one: Desk) -> None:
    one.write("queue_log", text(LINES))
    one.sync()
    with one.store.write() as session:
        session.add(t.Source(name="zendesk", format="x", folder="/", platform="zendesk"))
    for name, why in (
        ("zendesk", "Another source"), ("  ", "needs a name"), ("asterisk", "has that name"),
        ("a\nb", "control character"),
    ):  # fmt: skip
        with pytest.raises(NotAllowed, match=why):
            journal.run(one.store, RenameSource(1, name), "lead")
    journal.run(one.store, RenameSource(1, " PBX north "), "lead")
    with one.store.read() as session:
        assert session.get_one(t.Source, 1).name == "PBX north"
    one.write("queue_log", text(LINES) + b"1700000100|1.9|sales|NONE|ENTERQUEUE||0300|1\n")
    assert [r.accepted for r in one.sync()] == [1]
    with one.store.read() as session:
        assert session.scalars(select(t.Source.name).order_by(t.Source.id)).all() == [
            "PBX north", "zendesk",
        ]  # fmt: skip


REALTIME = (
    "id,time,callid,queuename,agent,event,data1,data2,data3,data4,data5\n"
    "1,2026-01-05 08:00:00,1.1,sales,NONE,ENTERQUEUE,,0177123456,1,,\n"
    "2,2026-01-05 08:00:09,1.1,sales,NONE,ABANDON,1,1,9,,\n"
)


def test_a_new_zone_takes_away_what_was_read_by_the_old_one(one: Desk) -> None:
    one.write("queue_log.csv", REALTIME.encode())
    (result,) = one.sync()
    assert result.needs_zone
    one.sync(zone="UTC")
    with one.store.read() as session:
        at = session.scalars(select(t.Contact.first_at)).one()
        preview = SetSourceZone(1, "Europe/Berlin").preview(session)
    assert "taken away: 1 contact" in preview.touches[0] and "read again" in preview.touches[1]
    receipt = journal.run(one.store, SetSourceZone(1, "Europe/Berlin"), "lead")
    assert sources.carry_out(one.store) == [1]
    one.sync()
    with one.store.read() as session:
        assert session.scalars(select(t.Contact.first_at)).one() == at - 3_600_000_000
    assert receipt.title == "times of source asterisk are those of Europe/Berlin"
    for zone, why in (("Mars/Olympus", "is no zone"), ("../UTC", "is no zone"),
                      ("Europe/Berlin", "That is its zone")):  # fmt: skip
        with pytest.raises(NotAllowed, match=why):
            journal.run(one.store, SetSourceZone(1, zone), "lead")


def test_a_zone_is_only_kept_where_times_say_theirs(one: Desk) -> None:
    one.write("queue_log", text(LINES))
    one.sync()
    before = exact(one.store)
    journal.run(one.store, SetSourceZone(1, "Europe/Berlin"), "lead")
    assert sources.carry_out(one.store) == []
    assert exact(one.store) == before and source(one.store).zone == "Europe/Berlin"


def test_a_source_of_records_is_emptied_and_read_again(one: Desk) -> None:
    shown = Path(__file__).parents[2] / "data" / "exports"
    for folder in ("zendesk_tickets", "zendesk_audits", "amazon_connect_metrics",
                   "amazon_connect_agent_events", "amazon_connect_contact_records"):  # fmt: skip
        for file in sorted((shown / folder).iterdir()):
            one.write(f"{folder}/{file.name}", file.read_bytes())
    one.sync(zone="UTC")
    before = exact(one.store)
    held = rows(one.store)
    assert held["ticket"] and held["said"] and held["snapshot"] and held["agent_interval"]
    with one.store.read() as session:
        ids = session.scalars(select(t.Source.id)).all()
    for id in ids:
        journal.run(one.store, RereadSource(id), "lead")
    assert sources.carry_out(one.store) == ids
    one.sync(zone="UTC")
    assert exact_without_numbers(one.store) == exact_without_numbers_of(before)
    for id in ids:
        journal.run(one.store, ForgetSource(id), "lead")
    sources.carry_out(one.store)
    assert set(rows(one.store).values()) == {0}


NUMBERS = {"queue_id", "agent_id", "contact_id", "ticket_id"}


def exact_without_numbers_of(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {
        name: sorted((tuple(cell for cell in row if cell[0] not in NUMBERS) for row in found[name]),
                     key=repr)
        for name in found
    }  # fmt: skip


def exact_without_numbers(store: Store) -> dict[str, list[Any]]:
    return exact_without_numbers_of(exact(store))
