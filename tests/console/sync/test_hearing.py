"""What a line tells and what the log says are one evidence: never twice, in any order."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from console.connectors.asterisk_told import Teller
from console.connectors.asterisk_wire import Packet
from console.domain.links import Heard, Member, Picture, Waiting
from console.domain.times import SECOND
from console.reads.board import board
from console.store import tables as t
from console.sync import hearing
from console.sync.sources import empty, reread
from tests.console.sync.hears import Steady, listed_after, told_of, whole_logs
from tests.console.sync.logs import MASK, START, Desk, desk, normal_form, text
from tests.console.sync.test_merge_laws import assert_same, law, pieces, whole


def source_of(one: Desk) -> int:
    """The source of the folder, made if nothing was read of it."""
    with one.store.write() as session:
        found = session.scalar(select(t.Source.id))
        if found is not None:
            return found
        source = t.Source(
            name="asterisk", format="asterisk_queue_log", platform="asterisk", folder=str(one.inbox)
        )
        session.add(source)
        session.flush()
        return source.id


def hear(one: Desk, *heard: Heard, pictures: tuple[Picture, ...] = ()) -> bool:
    return hearing.take(one.store, source_of(one), heard, pictures, MASK)


def line(at: float, ref: str, queue: str, agent: str, verb: str, *params: object) -> Heard:
    second = START + int(at)
    shown = "|".join(str(p) for p in params)
    return Heard(int((START + at) * SECOND), f"{second}|{ref}|{queue}|{agent}|{verb}|{shown}")


def rows(*heard: Heard) -> bytes:
    return text([each.line for each in heard])


def without_heard(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if key not in ("boards",)}


def legs(one: Desk) -> list[tuple[Any, ...]]:
    with one.store.read() as session:
        return sorted(
            session.execute(
                select(
                    t.Contact.ref, t.Leg.number, t.Queue.name, t.Leg.entered_at,
                    t.Leg.connected_at, t.Leg.ended_at, t.Leg.outcome, t.Leg.wait_us, t.Leg.talk_us,
                )
                .join(t.Contact, t.Contact.id == t.Leg.contact_id)
                .join(t.Queue, t.Queue.id == t.Leg.queue_id)
            ).tuples(),
            key=repr,
        )  # fmt: skip


def now(one: Desk, at: float) -> Any:
    with one.store.read() as session:
        return board(session, int((START + at) * SECOND), one.settings)


def agent_of(one: Desk, name: str, at: float) -> Any:
    return next((row for row in now(one, at).agents if row.agent == name), None)


@law(12)
@given(st.data(), whole_logs())
def test_a_whole_log_is_told_as_if_nothing_had_been_heard(
    data: st.DataObject, lines: list[str]
) -> None:
    chance = data.draw(st.randoms(use_true_random=False))
    heard = [each for each in told_of(lines, chance) if chance.random() < 0.8]
    cut = data.draw(pieces(lines))
    acts: list[tuple[str, int]] = [("log", n) for n in range(len(cut))]
    parts = [heard[n::1][:7] for n in range(0, len(heard), 7)]
    acts += [("line", n) for n in range(len(parts))]
    acts = data.draw(st.permutations(acts))
    with desk() as one:
        source_of(one)
        for kind, number in acts:
            if kind == "log":
                one.write(f"queue_log.{number}", text(cut[number]))
                one.sync()
            else:
                hear(one, *parts[number])
        assert_same(without_heard(whole(lines)), without_heard(normal_form(one.store)))


@law(12)
@given(st.data(), whole_logs())
def test_calls_are_told_alike_in_whatever_order_the_line_and_part_of_the_log_came(
    data: st.DataObject, lines: list[str]
) -> None:
    chance = data.draw(st.randoms(use_true_random=False))
    heard = [each for each in told_of(lines, chance) if chance.random() < 0.8]
    shown = lines[: data.draw(st.integers(2, len(lines)))]
    forms: list[dict[str, Any]] = []
    for _ in range(2):
        parts = [heard[n : n + 5] for n in range(0, len(heard), 5)]
        acts = data.draw(st.permutations([None, *range(len(parts))]))
        with desk() as one:
            source_of(one)
            for act in acts:
                if act is None:
                    one.write("queue_log", text(shown))
                    one.sync()
                else:
                    hear(one, *parts[act])
            form = normal_form(one.store)
            forms.append({key: form[key] for key in ("contacts", "legs", "rollups", "tallies")})
    assert_same(*forms)


@law(12)
@given(st.data(), whole_logs(Steady))
def test_what_was_listed_tells_nothing_of_calls_that_a_whole_log_tells_otherwise(
    data: st.DataObject, lines: list[str]
) -> None:
    chance = data.draw(st.randoms(use_true_random=False))
    heard = [each for each in told_of(lines, chance) if chance.random() < 0.5]
    numbers = data.draw(st.sets(st.integers(1, len(lines)), min_size=1, max_size=3))
    shown = [listed_after(lines, number) for number in sorted(numbers)]
    cut = data.draw(pieces(lines))
    acts = data.draw(st.permutations(["heard", *shown, *cut]))
    with desk() as one:
        source_of(one)
        for number, act in enumerate(acts):
            if isinstance(act, Picture):
                hear(one, pictures=(act,))
            elif act == "heard":
                hear(one, *heard)
            else:
                one.write(f"queue_log.{number}", text(list(act)))
                one.sync()
        told, wanted = normal_form(one.store), whole(lines)
        for what in ("contacts", "legs", "rollups", "tallies"):
            assert_same({what: wanted[what]}, {what: told[what]})


@law(10)
@given(st.data(), whole_logs())
def test_without_a_log_the_line_alone_tells_the_same_but_for_how_a_caller_left(
    data: st.DataObject, lines: list[str]
) -> None:
    chance = data.draw(st.randoms(use_true_random=False))

    def known(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        gone = ("abandoned", "timeout", "exit_empty", "exit_key", "lost")
        return [(*leg[:6], "left" if leg[6] in gone else leg[6], *leg[7:]) for leg in found]

    with desk() as one, desk() as other:
        hear(one, *told_of(lines, chance, off=0))
        other.write("queue_log", text(lines))
        other.sync()
        assert known(legs(one)) == known(legs(other))


def test_the_same_again_changes_nothing_and_the_log_takes_its_place() -> None:
    call = [
        line(0.2, "1.1", "sales", "NONE", "ENTERQUEUE", "", "01775550123", 1),
        line(4.5, "1.1", "sales", "Ada", "CONNECT", 4, "1.9", 2),
        line(9.1, "1.1", "sales", "Ada", "COMPLETECALLER", 4, 5, 1),
    ]
    with desk() as one:
        assert hear(one, *call[:1])
        assert now(one, 2).queues[0].waiting == 1
        assert hear(one, *call[1:])
        assert not hear(one, *call)
        before = legs(one)
        one.write("queue_log", rows(*call))
        result = one.sync()
        assert (result[0].accepted, result[0].known) == (3, 0)
        assert legs(one) == before
        with one.store.read() as session:
            tallies = select(t.EventTally.verb, t.EventTally.lines).order_by(t.EventTally.verb)
            assert list(session.execute(tallies).tuples()) == [
                ("COMPLETECALLER", 1),
                ("CONNECT", 1),
                ("ENTERQUEUE", 1),
            ]
            assert "01775550123" not in session.scalars(select(t.Contact.heard)).one()
        assert not hear(one, *call)


def test_a_number_is_not_kept_without_a_mask() -> None:
    with desk() as one:
        entry = line(0, "1.1", "sales", "NONE", "ENTERQUEUE", "", "01775550123", 1)
        hearing.take(one.store, source_of(one), [entry], [])
        with one.store.read() as session:
            assert "0123" not in session.scalars(select(t.Contact.heard)).one()


def test_it_rings_until_somebody_answers_or_does_not() -> None:
    with desk() as one:
        hear(
            one,
            line(0.1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1),
            line(1.1, "1.1", "sales", "Ada", "AGENTCALLED"),
            line(1.1, "1.1", "sales", "Bo", "AGENTCALLED"),
        )
        assert agent_of(one, "Ada", 2).state == "ringing"
        assert agent_of(one, "Ada", 2).contact == "1.1"
        hear(one, line(6.1, "1.1", "sales", "Ada", "RINGNOANSWER", 5000))
        assert agent_of(one, "Ada", 7).state != "ringing"
        assert agent_of(one, "Bo", 7).state == "ringing"
        hear(one, line(8.1, "1.1", "sales", "Bo", "CONNECT", 8, "1.9", 7))
        assert agent_of(one, "Bo", 9).state == "on contact"
        # The log is late: it says no more than that the caller came in.
        one.write("queue_log", rows(line(0, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1)))
        one.sync()
        assert agent_of(one, "Bo", 9).state == "on contact"


def test_who_left_without_a_word_does_not_wait() -> None:
    with desk() as one:
        entry = line(0.1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1)
        hear(one, entry, line(7.5, "1.1", "sales", "NONE", "CALLERLEFT"))
        assert now(one, 9).waiting == 0
        out = line(7, "1.1", "sales", "NONE", "EXITWITHKEY", "1", 1, 1, 7)
        one.write("queue_log", rows(entry, out))
        one.sync()
        assert [leg[6] for leg in legs(one)] == ["exit_key"]


# --- members


def member(
    queue: str, interface: str, name: str, *, paused: str | None = None, device: str = "free"
) -> Member:
    return Member(queue, interface, name, False, paused is not None, paused or "", 0, device)


def picture(at: float, *members: Member, waiting: tuple[Waiting, ...] = ()) -> Picture:
    return Picture(int((START + at) * SECOND), members, waiting, ("sales", "support"))


def test_members_that_no_log_shows_are_there_with_their_names_and_pauses() -> None:
    with desk() as one:
        seen = picture(
            10.5,
            member("sales", "PJSIP/1", "Ada"),
            member("sales", "PJSIP/2", "Bo", paused="Lunch"),
        )
        assert hear(one, pictures=(seen,))
        assert not hear(one, pictures=(seen,))
        ada, bo = agent_of(one, "Ada", 11), agent_of(one, "Bo", 11)
        assert (ada.state, ada.queues) == ("available", ("sales",))
        assert (bo.state, bo.source_state, bo.queues) == ("break", "Lunch", ("sales",))
        assert len(now(one, 11).agents) == 2
        # After a restart of the PBX nobody is paused any more, and Ada's queue is another.
        hear(one, line(60.0, "NONE", "NONE", "NONE", "QUEUESTART"), pictures=(
            picture(70, member("support", "PJSIP/1", "Ada"), member("sales", "PJSIP/2", "Bo")),
        ))  # fmt: skip
        assert agent_of(one, "Bo", 71).state == "available"
        assert agent_of(one, "Ada", 71).queues == ("support",)


def test_an_interface_that_the_log_knew_before_is_its_members() -> None:
    added = line(5, "MANAGER", "sales", "PJSIP/1", "ADDMEMBER", "")
    gone = line(8, "MANAGER", "sales", "PJSIP/1", "REMOVEMEMBER", "")
    later = line(20, "MANAGER", "sales", "PJSIP/1", "ADDMEMBER", "")
    seen = picture(30, member("sales", "PJSIP/1", "Ada"))
    forms: list[dict[str, Any]] = []
    for first in (True, False):
        with desk() as one:
            source_of(one)
            for step in (first, not first):
                if step:
                    one.write("queue_log", rows(added, gone, later))
                    one.sync()
                else:
                    hear(one, pictures=(seen,))
            forms.append(normal_form(one.store))
            assert forms[-1]["agents"] == ["Ada"]
    assert_same(*forms)


def test_a_name_that_was_heard_stays_when_the_log_names_nobody() -> None:
    with desk() as one:
        hear(one, line(5.4, "MANAGER", "sales", "PJSIP/1,0,Ada", "ADDMEMBER", ""))
        assert agent_of(one, "Ada", 6).state == "available"
        one.write("queue_log", rows(line(5, "MANAGER", "sales", "PJSIP/1", "ADDMEMBER", "")))
        one.sync()
        assert [row.agent for row in now(one, 6).agents] == ["Ada"]
        with one.store.read() as session:
            verbs = [(e.verb, e.heard) for e in session.scalars(select(t.Event))]
        assert sorted(verbs) == [(":NAMED", True), ("ADDMEMBER", False)]


def test_who_is_added_beside_the_end_of_anothers_pause_is_who_was_listed() -> None:
    """Many are moved at once: it all stands in one second of the log."""
    added = line(5, "MANAGER", "sales", "PJSIP/1", "ADDMEMBER", "")
    beside = line(5, "NONE", "sales", "Bo", "UNPAUSE", "")
    listed = (member("sales", "PJSIP/1", "Ada"), member("sales", "PJSIP/2", "Bo"))
    forms: list[dict[str, Any]] = []
    for steps in ("log line", "line log", "log picture", "picture log"):
        with desk() as one:
            source_of(one)
            for step in steps.split():
                if step == "log":
                    one.write("queue_log", rows(added, beside))
                    one.sync()
                elif step == "line":
                    hear(one, line(5.3, "MANAGER", "sales", "PJSIP/1,0,Ada", "ADDMEMBER", ""))
                    hear(one, pictures=(picture(30, *listed),))
                else:
                    hear(one, pictures=(picture(30, *listed),))
            assert {row.agent for row in now(one, 40).agents} == {"Ada", "Bo"}
            assert agent_of(one, "Ada", 40).state == "available"
            forms.append(normal_form(one.store))
    assert_same(*forms[:2])
    assert_same(*forms[2:])


def test_who_is_not_listed_is_no_member_any_more() -> None:
    with desk() as one:
        one.write("queue_log", rows(line(5, "MANAGER", "sales", "PJSIP/1", "ADDMEMBER", "")))
        one.sync()
        hear(one, pictures=(picture(30),))
        assert agent_of(one, "PJSIP/1", 31).state == "offline"


def test_pauses_are_told_once() -> None:
    pause = line(5.9, "NONE", "sales", "Ada", "PAUSE", "Lunch")
    end = line(65.2, "NONE", "sales", "Ada", "UNPAUSE", "")
    with desk() as one:
        hear(one, pause)
        one.write("queue_log", rows(line(6, "NONE", "sales", "Ada", "PAUSE", "Lunch")))
        one.sync()
        hear(one, pause, end)
        one.write("queue_log", rows(
            line(6, "NONE", "sales", "Ada", "PAUSE", "Lunch"),
            line(65, "NONE", "sales", "Ada", "UNPAUSE", ""),
        ))  # fmt: skip
        one.sync()
        hear(one, pause, end)
        with one.store.read() as session:
            assert [e.verb for e in session.scalars(select(t.Event))] == ["PAUSE", "UNPAUSE"]
            spans = session.scalars(select(t.AgentInterval)).all()
            assert [(s.started_at, s.ended_at) for s in spans] == [
                ((START + 6) * SECOND, (START + 65) * SECOND)
            ]


# --- waiting, as it is listed


def test_who_waited_already_is_there_and_who_is_not_listed_has_left() -> None:
    waits = Waiting("sales", "1.2", (START + 3) * SECOND)
    with desk() as one:
        hear(one, line(1.2, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1))
        hear(one, pictures=(picture(20, waiting=(waits,)),))
        assert [(leg[0], leg[3], leg[6]) for leg in legs(one)] == [
            ("1.1", (START + 1) * SECOND, "lost"),
            ("1.2", (START + 3) * SECOND, "waiting"),
        ]
        assert now(one, 21).waiting == 1
        # The log is late, and tells what had become of the first, and when the second came.
        entry = line(1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1)
        taken = line(9, "1.1", "sales", "Ada", "CONNECT", 8, "1.9", 0)
        other = line(2, "1.2", "sales", "NONE", "ENTERQUEUE", "", "", 2)
        one.write("queue_log", rows(entry, other, taken))
        one.sync()
        assert [(leg[0], leg[3], leg[6], leg[5]) for leg in legs(one)] == [
            ("1.1", (START + 1) * SECOND, "answered", None),
            ("1.2", (START + 2) * SECOND, "waiting", None),
        ]


def test_a_log_that_comes_late_and_is_not_whole_tells_nobody_as_waiting_who_is_not() -> None:
    entry = line(1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1)
    forms: list[dict[str, Any]] = []
    for first in (True, False):
        with desk() as one:
            source_of(one)
            for step in (first, not first):
                if step:
                    one.write("queue_log", rows(entry))
                    one.sync()
                else:
                    hear(one, pictures=(picture(20),))
            assert now(one, 21).waiting == 0
            forms.append(normal_form(one.store))
    assert_same(*forms)


def test_who_is_free_speaks_with_nobody() -> None:
    with desk() as one:
        hear(
            one,
            line(1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1),
            line(2, "1.1", "sales", "Ada", "CONNECT", 1, "1.9", 0),
            line(1, "1.2", "sales", "NONE", "ENTERQUEUE", "", "", 1),
            line(2, "1.2", "sales", "Bo", "CONNECT", 1, "1.9", 0),
        )
        free = member("sales", "PJSIP/1", "Ada")
        busy = member("sales", "PJSIP/2", "Bo", device="in use")
        hear(one, pictures=(picture(20, free, busy),))
        assert agent_of(one, "Ada", 21).state == "available"
        assert agent_of(one, "Bo", 21).state == "on contact"
        assert [(leg[6], leg[8]) for leg in legs(one)] == [("answered", None), ("answered", None)]


def test_who_speaks_with_somebody_else_is_through_with_whom_they_had_before_the_line_was_gone() -> (
    None
):
    first = [
        line(1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1),
        line(2, "1.1", "sales", "Ada", "CONNECT", 1, "1.9", 0),
    ]
    other = [
        line(30, "1.2", "sales", "NONE", "ENTERQUEUE", "", "", 1),
        line(31, "1.2", "sales", "Ada", "CONNECT", 1, "1.9", 0),
    ]
    busy = member("sales", "PJSIP/1", "Ada", device="in use")
    with desk() as one:
        hear(one, *first, pictures=(picture(20, busy),))
        assert agent_of(one, "Ada", 21).contact == "1.1"
        hear(one, *other)
        assert (agent_of(one, "Ada", 32).contact, agent_of(one, "Ada", 32).contacts) == ("1.2", 1)
        end = line(15, "1.1", "sales", "Ada", "COMPLETECALLER", 1, 13, 1)
        one.write("queue_log", rows(*first, end, *other))
        one.sync()
        assert [leg[5] for leg in legs(one)] == [(START + 15) * SECOND, None]


# --- the source


def test_a_source_is_read_again_with_what_was_heard_and_forgotten_with_it() -> None:
    call = [
        line(0, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1),
        line(4, "1.1", "sales", "Ada", "CONNECT", 4, "1.9", 2),
    ]
    with desk() as one:
        one.write("queue_log", rows(call[0]))
        one.sync()
        hear(one, call[1], pictures=(picture(1, member("sales", "PJSIP/1", "Ada")),))
        before = normal_form(one.store)
        source_id = source_of(one)
        reread(one.store, source_id)
        one.sync()
        assert_same(before, normal_form(one.store))
        empty(one.store, source_id)
        with one.store.read() as session:
            for table in (t.Contact, t.Event, t.Leg, t.Agent, t.AgentInterval):
                assert not session.scalars(select(table)).all()


def test_nothing_is_taken_of_a_source_that_is_paused() -> None:
    with desk() as one:
        source_id = source_of(one)
        with one.store.write() as session:
            session.get_one(t.Source, source_id).paused = True
        assert not hear(one, line(0, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1))
        assert legs(one) == []


def test_a_log_from_elsewhere_belongs_to_the_line_that_told_of_its_calls() -> None:
    call = [
        line(0, "1.1", "sales", "NONE", "ENTERQUEUE", "", "", 1),
        line(4, "1.1", "sales", "NONE", "ABANDON", 1, 1, 4),
    ]
    with desk() as one:
        hear(one, *call)
        path = one.place / "elsewhere" / "queue_log"
        path.parent.mkdir()
        path.write_bytes(rows(*call))
        assert one.sync(path)[0].accepted == 2
        with one.store.read() as session:
            assert session.scalars(select(t.Source.name)).all() == ["asterisk"]


def test_what_is_no_line_is_left() -> None:
    with desk() as one:
        assert not hear(
            one,
            Heard(0, ""),
            Heard(0, "no line"),
            Heard(0, "1|x|y"),
            Heard(0, f"{START}|1.1|sales|NONE|ENTERQUEUE||1|1\n{START}|1.2|s|NONE|ABANDON|1|1|1"),
        )


# --- through the words of the manager interface


def test_a_call_as_the_manager_interface_tells_it() -> None:
    teller = Teller()

    def event(at: float, kind: str, **more: str) -> list[Heard]:
        moment = START + at
        fields = {
            "event": kind, "timestamp": f"{moment:.6f}", "queue": "sales", "uniqueid": "1.1",
            **more,
        }  # fmt: skip
        return teller.tell(Packet(fields), int(moment * SECOND))

    agent = {"membername": "Ada", "interface": "PJSIP/1", "destuniqueid": "1.9"}
    with desk() as one:
        hear(one, pictures=(picture(0.1, member("sales", "PJSIP/1", "Ada")),))
        hear(one, *event(1.2, "QueueCallerJoin", calleridnum="01775550123", position="1"))
        assert now(one, 2).waiting == 1
        hear(one, *event(1.3, "AgentCalled", **agent))
        assert agent_of(one, "Ada", 2).state == "ringing"
        hear(one, *event(4.1, "QueueCallerLeave"))
        hear(one, *event(4.1, "AgentConnect", holdtime="3", ringtime="2", **agent))
        assert now(one, 5).waiting == 0
        assert agent_of(one, "Ada", 5).state == "on contact"
        hear(one, *event(9.8, "AgentComplete", holdtime="3", talktime="5", reason="agent", **agent))
        assert agent_of(one, "Ada", 10).state == "available"
        told = legs(one)
        logged = rows(
            line(1, "1.1", "sales", "NONE", "ENTERQUEUE", "", "01775550123", 1),
            line(4, "1.1", "sales", "Ada", "CONNECT", 3, "1.9", 2),
            line(9, "1.1", "sales", "Ada", "COMPLETEAGENT", 3, 5, 1),
        )
        one.write("queue_log", logged)
        one.sync()
        assert legs(one) == told
        assert agent_of(one, "Ada", 10).state == "available"
        assert [row.agent for row in now(one, 10).agents] == ["Ada"]
