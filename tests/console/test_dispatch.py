"""Orders go to their own platform in their order, and what is seen there proves them."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select, update

from console import journal, outbox, proof
from console.commands import (
    MoveAgents,
    SetCallback,
    SetChannel,
    SetConnection,
    SwitchConnection,
)
from console.connectors import KINDS
from console.connectors.connector import Connector, Place, Setting, Unreachable
from console.connectors.folder import Folder
from console.dispatch import Dispatch
from console.domain.links import DOWN, UP, Link, Sighting
from console.domain.messages import Answer, Parcel, Shown, agent_subject, queue_subject
from console.domain.times import SECOND, now_us
from console.errors import CannotUndo
from console.lines import Lines
from console.reads.board import board
from console.reads.overrides import overrides
from console.secrets import Secrets
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Outbox
from console.store.tables import Sighting as Kept
from console.worker import Worker
from tests.console.floor import ANN, BILLING, BOB, SUPPORT, make_floor

SETTINGS = Settings()
IN_BILLING = agent_subject("billing", "PJSIP/101")


class Platform(Connector):
    """Answers what it is told to answer, and forgets all when it dies."""

    kind = "platform"
    title = "Test platform"
    settings = (
        Setting("host", "Host", "localhost", "Where it is."),
        Setting("secret", "Secret", "", "What it wants to hear.", secret=True),
    )

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.up = True
        self.sent: list[Parcel] = []
        self.said: list[Answer] = []
        self.seen: list[Sighting] = []
        self.woken: Callable[[], None] = lambda: None
        self.closed = False

    def start(self, wake: Callable[[], None]) -> None:
        self.woken = wake

    @property
    def link(self) -> Link:
        return Link(UP if self.up else DOWN, "as told", 1)

    def send(self, parcel: Parcel) -> None:
        if not self.up:
            raise Unreachable("It is down.")
        self.sent.append(parcel)

    def settle(self) -> None:
        return

    def answers(self) -> Sequence[Answer]:
        return tuple(self.said)

    def sightings(self) -> Sequence[Sighting]:
        return tuple(self.seen)

    def forget(self) -> None:
        self.said.clear()
        self.seen.clear()

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def lines(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    monkeypatch.setitem(KINDS, Platform.kind, Platform)
    made = Lines(store, tmp_path / "outbox", Secrets("test"), lambda: None)
    yield made
    made.close()


def connect(store: Store, lines: Lines) -> Platform:
    journal.run(store, SetConnection("pbx", Platform.kind, '{"host": "here"}'), "lead")
    lines.refresh()
    ((_, connector),) = lines.live
    assert isinstance(connector, Platform)
    return connector


def pump(store: Store, lines: Lines, later_s: float = 0) -> bool:
    return outbox.pump(store, lines.connectors, now_us() + int(later_s * SECOND), SETTINGS)


def states(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.number)))


def see(store: Store, *seen: Sighting) -> int:
    with store.write() as session:
        return proof.take_sightings(session, 1, seen, "event")


def at_billing(aspect: str, value: str, later_s: float = 1, by: str = "") -> Sighting:
    return Sighting(IN_BILLING, aspect, value, now_us() + int(later_s * SECOND), by)


def test_a_connected_source_is_told_by_its_own_line(
    store: Store, lines: Lines, tmp_path: Path
) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    platform = connect(store, lines)
    assert platform.place.settings == {"host": "here"} and platform.place.source == "pbx"
    journal.run(store, SetCallback(offer=True, queue_ids=(SUPPORT,)), "lead")
    pump(store, lines)
    # What was laid out before the connection goes the way that it was laid out.
    (first,) = (tmp_path / "outbox" / "commands.jsonl").read_text().splitlines()
    assert json.loads(first)["fields"]["on"] is False
    assert [parcel.fields["on"] for parcel in platform.sent] == [True]
    act = journal.run(store, SwitchConnection(1, False), "lead")
    lines.refresh()
    assert platform.closed and not lines.live
    assert lines.stand()[0].link.words == "switched off"
    journal.undo(store, act.journal_id, "lead")
    lines.refresh()
    assert len(lines.live) == 1


def test_what_a_connection_needs_is_checked_before(store: Store, lines: Lines) -> None:
    for command, words in (
        (SetConnection("pbx", "pigeon"), "no connection of the kind"),
        (SetConnection("pbx", Folder.kind), "no connection of the kind"),
        (SetConnection(" ", Platform.kind), "needs a name"),
        (SetConnection("pbx", Platform.kind, '{"port": 1}'), "no setting “port”"),
        (SetConnection("pbx", Platform.kind, '{"host": 1}'), "cannot be taken"),
        (SetConnection("pbx", Platform.kind, '{"secret": "x"}'), "belongs into the keyring"),
        (SetConnection("pbx", Platform.kind, "[]"), "cannot be read"),
    ):
        with store.read() as session:
            assert words in command.preview(session).refused


def test_a_platform_can_be_connected_before_its_first_export(store: Store, lines: Lines) -> None:
    act = journal.run(store, SetConnection("chat", Platform.kind), "lead")
    assert [line.source for line in lines.stand()] == ["chat"]
    # The finger that undoes a move must not cut a line: it is taken back by its number only.
    with pytest.raises(CannotUndo):
        journal.undo(store, None, "lead")
    journal.undo(store, act.journal_id, "lead")
    assert lines.stand() == ()


def test_secrets_are_in_no_row(store: Store, lines: Lines, tmp_path: Path) -> None:
    platform = connect(store, lines)
    secrets = Secrets("test")
    lines._secrets = secrets
    assert platform.place.secret("secret") == ""
    secrets.put(1, "secret", "tell-nobody")
    assert platform.place.secret("secret") == "tell-nobody"
    found = [
        file
        for file in tmp_path.rglob("*")
        if file.is_file() and b"tell-nobody" in file.read_bytes()
    ]
    assert found == []
    secrets.drop(1, "secret")
    assert platform.place.secret("secret") == ""


def test_what_is_about_the_same_thing_leaves_in_its_order(store: Store, lines: Lines) -> None:
    """A console died after it had claimed an order: the one that takes it back must not pass it."""
    platform = connect(store, lines)
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    with store.write() as session:
        session.execute(
            update(Outbox).values(
                state="sending", sent_at=now_us(), attempts=1, next_try_at=now_us() + 10 * SECOND
            )
        )
    journal.undo(store, None, "lead")
    journal.run(store, MoveAgents((BOB,), (BILLING,)), "lead")
    pump(store, lines)
    assert [parcel.item for parcel in platform.sent] == ["add Bob to billing"]
    assert states(store) == ["sending", "pending", "sent"]
    pump(store, lines, 11)
    told = [(parcel.item, parcel.again) for parcel in platform.sent[1:]]
    assert told == [("add Ann to billing", True), ("take Ann out of billing", False)]


def test_what_a_forgetful_platform_does_not_answer_is_handed_over_again(
    store: Store, lines: Lines
) -> None:
    platform = connect(store, lines)
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    pump(store, lines)
    assert not pump(store, lines, 14)
    assert pump(store, lines, 16)
    first, second = platform.sent
    assert (first.id, first.again, second.again) == (second.id, False, True)
    # What came later about the same thing has left: the older must not come after it.
    journal.undo(store, None, "lead")
    pump(store, lines, 17)
    pump(store, lines, 50)
    told = [parcel.item for parcel in platform.sent]
    assert told[:3] == ["add Ann to billing"] * 2 + ["take Ann out of billing"]
    assert set(told[3:]) <= {"take Ann out of billing"}


def test_what_waits_leaves_as_soon_as_the_line_is_up(store: Store, lines: Lines) -> None:
    platform = connect(store, lines)
    lines.refresh()
    platform.up = False
    lines.refresh()
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    pump(store, lines)
    assert states(store) == ["pending"]
    platform.up = True
    assert lines.refresh()
    pump(store, lines)
    assert states(store) == ["sent"]


def test_an_event_confirms_and_an_answer_is_proved_by_one(store: Store, lines: Lines) -> None:
    platform = connect(store, lines)
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    pump(store, lines)
    assert see(store, at_billing("member", "in", -30)) == 0  # how it stood before
    assert states(store) == ["sent"]
    platform.said.append(Answer(platform.sent[0].id, "confirmed", "Added interface to queue"))
    pump(store, lines)
    assert see(store, at_billing("member", "in")) == 0
    with store.read() as session:
        row = session.scalars(select(Outbox)).one()
        assert (row.state, row.confirmed_by) == ("confirmed", "answer, event")
        assert row.shown_at is not None
    journal.undo(store, None, "lead")
    pump(store, lines)
    assert see(store, at_billing("member", "out", 2)) == 1
    assert states(store) == ["confirmed", "confirmed"]


def test_how_things_stand_is_kept_with_who_brought_them_there(store: Store, lines: Lines) -> None:
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    see(store, at_billing("member", "in"), at_billing("pause", "serving"))
    see(store, at_billing("member", "out", 5, "the PBX's command line"))
    see(store, at_billing("member", "in", 4))  # told late, and older
    with store.read() as session:
        kept = {row.aspect: (row.value, row.by) for row in session.scalars(select(Kept))}
    assert kept == {"member": ("out", "the PBX's command line"), "pause": ("serving", "")}


def test_the_log_says_who_did_what_an_event_told_first(store: Store, lines: Lines) -> None:
    connect(store, lines)
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    pump(store, lines)
    now = now_us() // SECOND * SECOND + SECOND
    see(store, Sighting(IN_BILLING, "member", "in", now))
    see(store, Sighting(IN_BILLING, "member", "out", now + 9_300_000))
    line = f"{now // SECOND + 9}|CLI|billing|PJSIP/101|REMOVEMEMBER|"
    row = Shown(1, now + 9 * SECOND, "REMOVEMEMBER", "PJSIP/101", line)
    with store.write() as session:
        proof.take_export(session, events=[row])
    with store.read() as session:
        kept = session.scalars(select(Kept).where(Kept.aspect == "member")).one()
        assert (kept.value, kept.by) == ("out", "the PBX's command line")
        (override,) = overrides(session, now + 20 * SECOND)
        assert override.drift is not None and override.drift.by == "the PBX's command line"


def test_only_one_desk_writes_down_what_all_hear(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker()
    lines = Lines(store, tmp_path / "outbox", Secrets("test"), lambda: None)
    first, second = (Dispatch(store, lines, SETTINGS, worker) for _ in range(2))
    assert first._listens(1) and not second._listens(1) and first._listens(1)
    later = now_us() + 11 * SECOND
    monkeypatch.setattr("console.dispatch.now_us", lambda: later)
    assert second._listens(1) and not first._listens(1)
    worker.close()
    lines.close()


def test_who_is_in_the_configuration_of_a_platform_is_paused_not_taken_out(store: Store) -> None:
    subject = agent_subject("support", "PJSIP/101")
    with store.read() as session:
        (leaves,) = MoveAgents((ANN,), (), (SUPPORT,)).messages(session)
    assert leaves.action == "queue_remove"
    see(store, Sighting(subject, "membership", "static", now_us()))
    with store.read() as session:
        (leaves,) = MoveAgents((ANN,), (), (SUPPORT,)).messages(session)
        assert leaves.action == "queue_pause"
        assert MoveAgents((ANN,), (SUPPORT,)).messages(session) == []
    journal.run(store, MoveAgents((ANN,), (), (SUPPORT,)), "lead")
    with store.read() as session:
        (comes,) = MoveAgents((ANN,), (SUPPORT,)).messages(session)
    assert comes.action == "queue_unpause"


def test_a_switch_that_nobody_used_here_is_shown_as_the_platform_has_it(store: Store) -> None:
    def offers() -> dict[str, bool | None]:
        with store.read() as session:
            found = board(session, now_us() + 10 * SECOND, SETTINGS)
        return {row.queue: row.callback_offer for row in found.queues}

    assert set(offers().values()) == {None}
    for queue, value in (("support", "off"), ("sales", "on")):
        see(store, Sighting(queue_subject(queue), "offer", value, now_us()))
    assert offers() == {"support": False, "sales": True, "billing": None, "web": None}
    journal.run(store, SetCallback(offer=True, queue_ids=(SUPPORT,)), "lead")
    assert offers()["support"] is True


def test_a_switch_that_was_changed_at_the_platform_since_is_shown_as_it_is_there(
    store: Store, lines: Lines
) -> None:
    platform = connect(store, lines)
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    journal.run(store, SetChannel("voice", "draining"), "lead")

    def support() -> tuple[bool | None, str]:
        with store.read() as session:
            found = board(session, now_us() + 60 * SECOND, SETTINGS)
        return next(
            (r.callback_offer, r.channel_state) for r in found.queues if r.queue == "support"
        )

    def there(offer: str, state: str, later_s: int) -> None:
        at = now_us() + later_s * SECOND
        subject = queue_subject("support")
        see(store, Sighting(subject, "offer", offer, at), Sighting(subject, "state", state, at))

    there("on", "open", -20)
    assert support() == (False, "draining")  # what was asked has its turn
    pump(store, lines)
    platform.said = [Answer(parcel.id, "confirmed", "") for parcel in platform.sent]
    pump(store, lines)
    assert states(store) == ["confirmed", "confirmed"]
    assert support() == (False, "draining")
    there("off", "draining", 10)
    assert support() == (False, "draining")
    there("on", "closed", 20)
    assert support() == (True, "closed")
    there("on", "half open", 30)
    assert support() == (True, "draining")  # a word that nobody knows says nothing


def test_a_round_runs_by_itself_when_a_platform_speaks(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, Platform.kind, Platform)
    worker = Worker()
    made = Lines(store, tmp_path / "outbox", Secrets("test"), lambda: dispatch.hear())
    dispatch = Dispatch(store, made, SETTINGS, worker)
    told: list[str] = []
    dispatch.told = lambda: told.append("told")
    journal.run(store, SetConnection("pbx", Platform.kind), "lead")
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    dispatch.pump()
    ((_, platform),) = made.live
    assert isinstance(platform, Platform)
    platform.said.append(Answer(platform.sent[0].id, "confirmed", "done"))
    platform.seen.append(at_billing("member", "in"))
    for _ in range(20):
        platform.woken()
    # Nobody waits for an act: it is taken a moment later, once for all.
    while not told:
        time.sleep(0.005)
    dispatch.close()
    worker.close()
    assert states(store) == ["confirmed"] and told
    assert platform.seen == [] and platform.said == []
    platform.woken()  # the worker is gone: nothing happens, nothing breaks
    made.close()
