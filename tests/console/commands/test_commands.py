"""Every command that is listed keeps the promises of a command, and each its own."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal
from console.commands import (
    CATALOG,
    AddObligation,
    AnswerReport,
    CallIn,
    CancelBlocks,
    CloseReport,
    Command,
    EditObligation,
    EditRoster,
    EndConnection,
    EndObligation,
    ForgetSource,
    MoveAgents,
    PauseSource,
    RemoveRoster,
    RenameSource,
    ReopenReport,
    ReportTrouble,
    RereadSource,
    RestoreAll,
    SendAgents,
    SetCallback,
    SetCallbackLimit,
    SetChannel,
    SetConnection,
    SetPenalty,
    SetSourceZone,
    SnoozeAlarms,
    SwitchConnection,
    TakeAlarms,
    TiePerson,
)
from console.commands.call_in import Call
from console.commands.join_customers import JoinCustomers
from console.commands.mark_issues import JoinIssues, SplitIssue
from console.commands.operations import (
    AssignItem,
    CloseOperation,
    ExtendOperation,
    PlanItems,
    PlannedItem,
    StartOperation,
    TickItem,
)
from console.commands.set_parameter import DropParameter, SetParameter
from console.domain.roster import Entry
from console.domain.times import HOUR
from console.errors import CannotUndo, NotAllowed
from console.store.engine import Store
from console.store.tables import Agent, Alarm, Channel, Contact, Outbox, Override, Placement, Queue
from console.sync.place import new_file
from tests.console.floor import (
    ANN,
    BILLING,
    BOB,
    CEM,
    DIA,
    EVE,
    SALES,
    SUPPORT,
    WEB,
    make_floor,
    undoable_rows,
)

EXAMPLES: dict[type[Command], Command] = {
    SetCallback: SetCallback(offer=False, dial=True, channel="voice"),
    SetCallbackLimit: SetCallbackLimit(20, channel="voice"),
    SetChannel: SetChannel("chat", "closed", "Please call us."),
    SendAgents: SendAgents(BILLING, (ANN, BOB, CEM)),
    MoveAgents: MoveAgents((ANN, DIA), (SALES, BILLING), (SUPPORT,)),
    SetPenalty: SetPenalty((ANN, BOB), SUPPORT, 2),
    RestoreAll: RestoreAll((("pbx|queue|web", "dial"),)),
    CancelBlocks: CancelBlocks(("b1",), "lead", HOUR, "Ann"),
    CallIn: CallIn((Call("7", "Eve", HOUR, 2 * HOUR),), "lead", SUPPORT),
    AddObligation: AddObligation("o2", "monthly report", "lead", due_at=HOUR),
    EditObligation: EditObligation(("o1",), owner="Ann", due_at=HOUR, legal=True),
    EndObligation: EndObligation(("o1",), "waived", "nobody reads it"),
    TakeAlarms: TakeAlarms((1,), "Ann"),
    SnoozeAlarms: SnoozeAlarms((1,), HOUR, "training ends at ten", "lead", now=0),
    ReportTrouble: ReportTrouble("r2", "lead", "The line is bad.", at=1),
    AnswerReport: AnswerReport("r1", "We are looking into it."),
    CloseReport: CloseReport("r1"),
    ReopenReport: ReopenReport("r0"),
    EditRoster: EditRoster(
        Entry("people", "7", (("name", "Eve E."), ("skills", (("billing", 4),)))), "lead"
    ),
    RemoveRoster: RemoveRoster("people", ("7",), "lead"),
    TiePerson: TiePerson(EVE, "tie", "lead", "7", "sits there"),
    JoinCustomers: JoinCustomers("~a~…123", "~b~…@example.org", "lead", reason="said so"),
    SplitIssue: SplitIssue(1, "1700.1", "lead", "another bill"),
    JoinIssues: JoinIssues(((1, "1700.1"), (1, "1700.2")), "lead", "the same bill"),
    SetParameter: SetParameter("voice", "resolution", 70.0, "the survey of March", "lead"),
    DropParameter: DropParameter("chat", "resolution"),
    PauseSource: PauseSource(1),
    RenameSource: RenameSource(1, "pbx north"),
    SetSourceZone: SetSourceZone(1, "Europe/Berlin"),
    RereadSource: RereadSource(1),
    ForgetSource: ForgetSource(1),
    SetConnection: SetConnection("pbx", "webhook", '{"url": "https://example.org/orders"}'),
    SwitchConnection: SwitchConnection(2, False),
    EndConnection: EndConnection(2),
    StartOperation: StartOperation(
        "Contact debt",
        "contact-debt",
        1,
        48 * HOUR,
        (PlannedItem("a", "Callback", "people", "Ring"),),
    ),
    PlanItems: PlanItems(1, (PlannedItem("b", "Callback", "people", "Ring again"),)),
    TickItem: TickItem(1, 1),
    AssignItem: AssignItem(1, 1, "Ann"),
    ExtendOperation: ExtendOperation(1, 72 * HOUR),
    CloseOperation: CloseOperation(1),
}
#: They are about an operation that runs.
DURING = (PlanItems, TickItem, AssignItem, ExtendOperation, CloseOperation)
#: What they do is done to what the exports say, and cannot be taken back.
LASTING = (RereadSource, ForgetSource)
#: They only ask: what comes of it is for others to say.
ASKING = (CallIn,)
TRAINING = Entry(
    "shifts",
    "b1",
    (("person", "7"), ("start_at", HOUR), ("end_at", 2 * HOUR), ("kind", "training")),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    for number in ("r0", "r1"):
        report = ReportTrouble(number, "Eve", "Login fails again.", at=1, severity="high")
        journal.run(floor, report, "Eve")
    journal.run(floor, CloseReport("r0"), "lead")
    journal.run(floor, EditRoster(Entry("people", "7", (("name", "Eve"),)), "lead"), "lead")
    journal.run(floor, SetConnection("chat", "webhook", '{"url": "https://example.org"}'), "lead")
    journal.run(floor, EditRoster(TRAINING, "lead"), "lead")
    journal.run(floor, AddObligation("o1", "tidy up", "lead"), "lead")
    journal.run(floor, SetParameter("chat", "resolution", 60.0, "a guess", "lead"), "lead")
    with floor.write() as session:
        for number, customer in ((1, "~a~…123"), (2, "~b~…@example.org")):
            session.get_one(Contact, number).customer = customer
        session.add(
            Alarm(
                id=1, key="silent|pbx", kind="silent", title="pbx is silent", number="4:00 old",
                definition="", remedy="", act="source", target="1", raised_at=1, seen_at=1,
            )
        )  # fmt: skip
        session.add(new_file(1, "/queue_log", "asterisk_queue_log", 0, 1))
        session.add(
            Override(
                subject="pbx|queue|web", aspect="dial", source_id=1, normal="on", wanted="off",
                title="callback dialling off, web", since=1, who="lead",
            )
        )  # fmt: skip
    yield floor
    floor.close()


def sent(store: Store) -> list[tuple[str, str, dict[str, object]]]:
    with store.read() as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.number))
        return [(row.action, row.item, json.loads(row.body)) for row in rows]


def test_each_command_has_an_example_here() -> None:
    assert list(EXAMPLES) == list(CATALOG)
    assert len({command.name for command in CATALOG}) == len(CATALOG)


@pytest.mark.parametrize("kind", CATALOG, ids=lambda kind: kind.name)
def test_a_command_says_what_it_would_do_does_it_and_is_undone(
    store: Store, kind: type[Command]
) -> None:
    command = EXAMPLES[kind]
    if kind in DURING:
        journal.run(store, EXAMPLES[StartOperation], "lead")
    assert dataclasses.is_dataclass(command)
    assert hash(command) == hash(dataclasses.replace(command))
    before = undoable_rows(store)
    with store.read() as session:
        preview = command.preview(session)
    assert preview.title and not preview.refused
    assert undoable_rows(store) == before
    receipt = journal.run(store, command, "lead")
    if kind in LASTING:
        with pytest.raises(CannotUndo):
            journal.undo(store, receipt.journal_id, "lead")
        return
    after = undoable_rows(store)
    assert (after != before) is (kind not in ASKING)
    back = journal.undo(store, receipt.journal_id, "lead")
    assert undoable_rows(store) == before
    journal.undo(store, back.journal_id, "lead")
    assert undoable_rows(store) == after
    assert journal.verify(store) == []


@pytest.mark.parametrize("kind", CATALOG, ids=lambda kind: kind.name)
def test_taking_back_twice_is_doing_it_again(store: Store, kind: type[Command]) -> None:
    with store.read() as session:
        for message in EXAMPLES[kind].messages(session):
            back = kind.takes_back(message)
            assert back is not None
            assert back.action != message.action or back.fields != message.fields
            again = kind.takes_back(back)
            assert again is not None
            assert again.action == message.action
            # Only what stood before may differ: where it was unknown, it has become known.
            for name in message.fields.keys() - {"was"}:
                assert again.fields[name] == message.fields[name]


def test_offer_and_dialling_are_apart(store: Store) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    with store.read() as session:
        queue = session.get_one(Queue, SUPPORT)
        assert (queue.callback_offer, queue.callback_dial) == (False, None)
    assert sent(store) == [
        (
            "callback_offer",
            "callback offer off, support",
            {"source": "pbx", "queue": "support", "on": False, "was": None, "queue_id": SUPPORT},
        )
    ]
    journal.run(store, SetCallback(dial=True, all=True), "lead")
    assert [item for action, item, _ in sent(store) if action == "callback_dial"] == [
        f"callback dialling on, {name}" for name in ("billing", "sales", "support", "web")
    ]


def test_a_callback_preview_names_each_queue_and_what_is_not_known(store: Store) -> None:
    with store.read() as session:
        preview = SetCallback(offer=False, channel="chat").preview(session)
    assert preview.title == "callback offer off: every queue of chat"
    assert preview.touches == ("web: offer unknown → off",)
    assert preview.warnings[0] == "Promises outstanding: unknown to this source."


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("open", "Nothing happens to those waiting (3); new contacts come in."),
        ("draining", "No new contacts are let in; the 3 waiting are still served."),
        (
            "closed",
            "No new contacts are let in; the 3 waiting are not served any more and are told "
            "“Back at ten.”.",
        ),
    ],
)
def test_a_channel_preview_says_what_happens_to_those_waiting(
    store: Store, state: str, words: str
) -> None:
    with store.read() as session:
        preview = SetChannel("voice", state, "Back at ten.").preview(session)
    assert words in preview.touches
    assert "1 contact with an agent goes on to the end: it is not cut." in preview.touches
    assert ("voice is a critical channel." in preview.warnings) == (state != "open")


def test_a_channel_tells_each_platform_once(store: Store) -> None:
    journal.run(store, SetChannel("voice", "draining"), "lead")
    journal.run(store, SetChannel("email", "closed", "Gone fishing"), "lead")
    (action, item, fields), (_, item2, fields2) = sent(store)
    assert (action, item) == ("channel_state", "voice draining on pbx")
    assert fields["queues"] == ["billing", "sales", "support"]
    assert (fields["was"], fields["state"]) == ("open", "draining")
    assert (item2, fields2["queues"], fields2["message"]) == ("email closed", [], "Gone fishing")
    with store.read() as session:
        assert session.get_one(Channel, "email").message == "Gone fishing"


def test_agents_are_sent_by_the_way_that_their_platform_allows(store: Store) -> None:
    with store.read() as session:
        preview = SendAgents(BILLING, (ANN, BOB, CEM)).preview(session)
    assert preview.touches == (
        "Ann, now: to billing; leaves support",
        "Bob, when the contact ends: to billing; leaves support, sales",
        "Cem, now: to billing; leaves sales",
    )
    assert preview.costs == (
        "support: 2 of 2 agents go, 2 waiting there; nobody is left",
        "sales: 2 of 2 agents go, 1 waiting there; nobody is left",
    )
    journal.run(store, SendAgents(BILLING, (ANN, BOB, CEM)), "lead")
    assert [(a, i, f["when"], f["contact"]) for a, i, f in sent(store)] == [
        ("queue_add", "add Ann to billing", "now", None),
        ("queue_remove", "take Ann out of support", "now", None),
        ("queue_add", "add Bob to billing", "when the contact ends", "1700.2"),
        ("queue_remove", "take Bob out of support", "when the contact ends", "1700.2"),
        ("queue_remove", "take Bob out of sales", "when the contact ends", "1700.2"),
        ("queue_add", "add Cem to billing", "now", None),
        # In the configuration of the platform: cannot be taken out, so paused.
        ("queue_pause", "pause Cem in sales", "now", None),
    ]
    assert {(f["interface"], f["member"]) for _, _, f in sent(store)} == {
        ("PJSIP/101", "Ann"),
        ("PJSIP/102", "Bob"),
        ("PJSIP/103", "Cem"),
    }
    with store.read() as session:
        rows = session.execute(select(Placement.agent_id, Placement.queue_id, Placement.wanted))
        assert set(rows.tuples()) == {
            (ANN, BILLING, True), (ANN, SUPPORT, False),
            (BOB, BILLING, True), (BOB, SUPPORT, False), (BOB, SALES, False),
            (CEM, BILLING, True), (CEM, SALES, False),
        }  # fmt: skip


def test_who_was_paused_there_by_us_is_unpaused_on_the_way_back(store: Store) -> None:
    journal.run(store, SendAgents(BILLING, (CEM,)), "lead")
    journal.run(store, MoveAgents((CEM,), (SALES,), (BILLING,)), "lead")
    assert [item for _, item, _ in sent(store)][2:] == [
        "end the pause of Cem in sales",
        "take Cem out of billing",
    ]


def test_who_is_there_already_is_not_added_again(store: Store) -> None:
    with store.read() as session:
        preview = MoveAgents((ANN, DIA, EVE), (SUPPORT,)).preview(session)
    assert preview.touches == (
        "Ann, now: is in support already",
        "Dia, now: to support",
        "Eve, now: to support",
    )
    assert preview.warnings == ("Eve: no interface is known, so the platform must know the name.",)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (SetCallback(offer=True), "no such queue"),
        (SetCallback(all=True), "Neither"),
        (SetCallback(offer=True, queue_ids=(SUPPORT, 99)), "no such queue"),
        (SetChannel("fax", "open"), "no such channel"),
        (SetChannel("chat", "ajar"), "not ajar"),
        (SetChannel("chat", "closed", "Bye\r\n\r\nAction: Logoff"), "line break"),
        (SetChannel("chat", "closed", "x" * 501), "longer than 500"),
        (SetChannel("chat", "closed", "Bye.", 1), "has passed"),
        (SetChannel("chat", "closed", "Bye.", 1 << 62), "more than a year"),
        (SetChannel("chat", "open", "", 1 << 62), "no time to reopen"),
        (SetCallback(offer=True, all=True, promised="keep"), "turned off"),
        (SetCallback(offer=False, all=True, promised="lose"), "not lose"),
        (SetCallback(offer=False, all=True, promised="keep"), "turn the dialling off"),
        (SetCallback(offer=False, dial=False, all=True, promised="drain"), "must stay on"),
        (SetCallback(offer=False, all=True, promised="release"), "write the message"),
        (SetCallback(offer=False, all=True, message="Sorry."), "only to those who are released"),
        (SetCallback(offer=False, all=True, promised="release", message="a\nb"), "line break"),
        (SetCallbackLimit(20), "no such queue"),
        (SetCallbackLimit(20, (SUPPORT, 99)), "no such queue"),
        (SetCallbackLimit(0, (SUPPORT,)), "from 1 to"),
        (SendAgents(BILLING, ()), "no such agent"),
        (SendAgents(BILLING, (ANN, 99)), "no such agent"),
        (SendAgents(99, (ANN,)), "no such queue"),
        (MoveAgents((ANN,)), "No queue"),
        (MoveAgents((ANN,), (SALES,), (SALES,)), "both to go to and to leave"),
        (ReportTrouble("r1", "Eve", "Again.", at=1), "on record already"),
        (ReportTrouble("r9", "Eve", "  ", at=1), "Nothing was written"),
        (AnswerReport("r9", "Hm."), "no such report"),
        (AnswerReport("r1", ""), "empty"),
        (CloseReport("r0"), "closed already"),
        (ReopenReport("r1"), "is open"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    store: Store, command: Command, words: str
) -> None:
    before = undoable_rows(store)
    with pytest.raises(NotAllowed, match=words):
        journal.run(store, command, "lead")
    assert undoable_rows(store) == before
    assert sent(store) == []


@pytest.mark.parametrize("name", ["Díaz, Carla", "a|b", "a;b", "a\nb", "a\x85b", "a\u2028b"])
def test_names_that_platforms_choke_on_never_leave(store: Store, name: str) -> None:
    with store.write() as session:
        session.get_one(Agent, EVE).name = name
        session.get_one(Queue, WEB).name = name
    for command in (
        SendAgents(BILLING, (EVE,)),
        SendAgents(WEB, (ANN,)),
        SetCallback(offer=True, queue_ids=(WEB,)),
        SetChannel("chat", "closed"),
    ):
        with pytest.raises(NotAllowed, match="control character|comma"):
            journal.run(store, command, "lead")
    with pytest.raises(NotAllowed, match="The reason"):
        journal.run(store, SetCallback(offer=True, queue_ids=(SALES,)), "lead", why="a\r\nb")


def test_agents_of_another_platform_cannot_come(store: Store) -> None:
    with store.write() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO source (id, name, format, folder, zone, revision) "
            "VALUES (9, 'other', 'f', '/', '', 0)"
        )
        session.add(Agent(id=77, source_id=9, name="Fay"))
    with pytest.raises(NotAllowed, match="different platforms"):
        journal.run(store, SendAgents(BILLING, (77,)), "lead")
