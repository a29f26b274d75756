"""Nothing leaves twice unseen, nothing is lost, and nothing is called done before it is."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from console import journal, outbox, proof
from console.commands import MoveAgents, SendAgents, SetCallback
from console.connectors import CATALOG as CONNECTORS
from console.connectors.connector import Connector, Place, Unreachable
from console.connectors.folder import Folder
from console.domain.messages import Parcel, Shown
from console.domain.times import SECOND, now_us
from console.errors import NotAllowed
from console.settings import Settings
from console.store.engine import Store
from console.store.tables import Event, Journal, Leg, Outbox
from tests.console.floor import ANN, BILLING, BOB, CEM, SALES, SUPPORT, make_floor, place

SETTINGS = Settings()
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    connector = Folder(place(tmp_path))
    yield connector
    connector.close()


def pump(store: Store, folder: Folder, later_s: float = 0) -> bool:
    return outbox.pump(store, [folder], now_us() + int(later_s * SECOND), SETTINGS)


def lines(tmp_path: Path) -> list[dict[str, object]]:
    file = tmp_path / "outbox" / "commands.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def answer(tmp_path: Path, *texts: str, name: str = "answers.jsonl") -> None:
    (tmp_path / "outbox").mkdir(exist_ok=True)
    with open(tmp_path / "outbox" / name, "a") as out:
        out.writelines(texts)


def yes(identity: object, state: str = "confirmed", words: str = "ok") -> str:
    return json.dumps({"id": identity, "state": state, "words": words}) + "\n"


def states(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.number)))


def ids(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Outbox.id).order_by(Outbox.number)))


def words(store: Store) -> list[tuple[str, str]]:
    with store.read() as session:
        found = session.execute(select(Outbox.confirmed_by, Outbox.answer).order_by(Outbox.number))
        return list(found.tuples())


def results(store: Store) -> list[str]:
    with store.read() as session:
        found = select(Journal.title).where(Journal.command == "result").order_by(Journal.id)
        return list(session.scalars(found))


def test_from_pending_to_sent_to_confirmed(store: Store, folder: Folder, tmp_path: Path) -> None:
    assert not pump(store, folder)
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT, SALES)), "lead")
    assert states(store) == ["pending", "pending"]
    assert pump(store, folder)
    assert states(store) == ["sent", "sent"]
    assert not pump(store, folder)
    first, second = lines(tmp_path)
    assert list(first) == ["id", "at", "deadline", "action", "item", "takes_back", "fields"]
    assert first["fields"] == {"source": "pbx", "queue": "sales", "on": False, "was": None}
    answer(tmp_path, yes(first["id"], words="Updated database successfully"))
    assert pump(store, folder)
    assert states(store) == ["confirmed", "sent"]
    assert results(store) == []
    answer(tmp_path, yes(second["id"], "refused", "Permission denied"))
    assert pump(store, folder)
    assert states(store) == ["confirmed", "refused"]
    assert words(store) == [("answer", "Updated database successfully"), ("", "Permission denied")]
    assert results(store) == ["callback offer off: sales, support: confirmed, refused"]
    assert not pump(store, folder)
    assert journal.verify(store) == []


def test_the_fields_of_an_order_are_those_in_the_documents(
    store: Store, folder: Folder, tmp_path: Path
) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, BOB, CEM)), "lead")
    pump(store, folder)
    document = (DOCS / "outbox.md").read_text()
    for line in lines(tmp_path):
        fields = line["fields"]
        assert isinstance(fields, dict)
        assert f"`{line['action']}`" in document
        assert all(f"`{name}`" in document for name in (*line, *fields))
    assert (tmp_path / "outbox" / "commands.jsonl").stat().st_mode & 0o077 == 0


def test_what_is_unanswered_is_unconfirmed_and_may_still_be_confirmed(
    store: Store, folder: Folder, tmp_path: Path
) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    assert not pump(store, folder, SETTINGS.unconfirmed_s - 5)
    assert pump(store, folder, SETTINGS.unconfirmed_s + 5)
    assert states(store) == ["unconfirmed"]
    answer(tmp_path, yes(lines(tmp_path)[0]["id"]))
    pump(store, folder)
    assert states(store) == ["confirmed"]


def test_who_moves_after_a_contact_is_not_late_while_it_lasts(store: Store, folder: Folder) -> None:
    journal.run(store, MoveAgents((ANN, BOB), (BILLING,)), "lead")
    pump(store, folder)
    pump(store, folder, 100)
    assert states(store) == ["unconfirmed", "sent"]
    with store.write() as session:
        leg = session.scalars(select(Leg).where(Leg.agent_id == BOB)).one()
        leg.ended_at = now_us()
    pump(store, folder, 100)
    assert states(store) == ["unconfirmed", "unconfirmed"]


def test_what_cannot_leave_in_time_is_cancelled(store: Store, folder: Folder) -> None:
    journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    pump(store, folder, 601)
    assert states(store) == ["cancelled", "cancelled"]
    assert words(store)[0][1].startswith("too late")
    assert results(store) == ["send Ann to billing: cancelled"]


def test_answers_of_all_kinds_of_strangeness(store: Store, folder: Folder, tmp_path: Path) -> None:
    journal.run(store, SetCallback(offer=False, dial=False, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    one, two = ids(store)
    answer(
        tmp_path,
        "not json\n", "\n", "[]\n", "{}\n", "[" * 100_000 + "\n", '{"id": 7, "state": "x"}\n',
        yes("unknown"), yes(one, "maybe"), "\x00\x00\n", '{"id": "' + one + '"}\n',
        yes(one, "Refused", "half \ud800 and \x00"), yes(one), yes(one)[:20],
    )  # fmt: skip
    pump(store, folder)
    assert states(store) == ["refused", "sent"]
    assert words(store)[0] == ("", "half ? and ")
    # The line that was cut is finished later; it repeats an answer and changes nothing.
    answer(tmp_path, yes(one)[20:], yes(two)[:-5])
    pump(store, folder)
    assert states(store) == ["refused", "sent"]
    answer(tmp_path, yes(two)[-5:])
    pump(store, folder)
    assert states(store) == ["refused", "confirmed"]


def test_an_answers_file_is_rotated_emptied_or_gone(
    store: Store, folder: Folder, tmp_path: Path
) -> None:
    journal.run(store, SetCallback(offer=False, dial=False, all=True), "lead")
    pump(store, folder)
    waiting = ids(store)
    path = tmp_path / "outbox" / "answers.jsonl"
    answer(tmp_path, yes(waiting[0]))
    pump(store, folder)
    # Rotated with a line that nobody had read yet, and a new file that is longer already.
    answer(tmp_path, yes(waiting[1]).strip())
    path.rename(path.with_suffix(".1"))
    answer(tmp_path, yes("x") * 5, yes(waiting[2]))
    pump(store, folder)
    assert states(store)[:4] == ["confirmed"] * 3 + ["sent"]
    path.write_text("")
    pump(store, folder)
    answer(tmp_path, yes(waiting[3]))
    pump(store, folder)
    assert states(store)[3] == "confirmed"
    # Emptied and grown beyond where we were, between two looks.
    path.write_text(yes("y") * 20 + yes(waiting[4]))
    pump(store, folder)
    assert states(store)[4] == "confirmed"
    path.unlink()
    pump(store, folder)
    answer(tmp_path, yes(waiting[5]))
    pump(store, folder)
    assert states(store)[5] == "confirmed"
    # A console that starts anew reads all again, and nothing changes.
    again = Folder(place(tmp_path))
    assert not pump(store, again)
    again.close()


class Failing(Folder):
    """Breaks at a chosen point."""

    fail_after = 10**9
    unsafe = False
    die = False

    def send(self, parcel: Parcel) -> None:
        if self.fail_after <= 0:
            raise self._unreachable(OSError(errno.ENOSPC, "No space left on device"))
        self.fail_after -= 1
        super().send(parcel)

    def settle(self) -> None:
        super().settle()
        if self.die:
            raise KeyboardInterrupt
        if self.unsafe:
            raise Unreachable("no")


def test_a_full_disk_sends_the_rest_later(store: Store, tmp_path: Path) -> None:
    journal.run(store, SetCallback(offer=False, all=True), "lead")
    failing = Failing(place(tmp_path))
    failing.fail_after = 1
    pump(store, failing)
    assert states(store) == ["sent", "pending", "pending", "pending"]
    assert "No space left" in words(store)[1][1]
    failing.fail_after = 9
    assert not pump(store, failing, 1)
    pump(store, failing, 3)
    assert states(store) == ["sent"] * 4
    assert [line["id"] for line in lines(tmp_path)] == ids(store)
    failing.close()


@pytest.mark.parametrize("dies", [True, False])
def test_what_may_have_left_leaves_again_under_the_same_id(
    store: Store, tmp_path: Path, dies: bool
) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    failing = Failing(place(tmp_path))
    failing.die, failing.unsafe = dies, not dies
    if dies:
        with pytest.raises(KeyboardInterrupt):
            pump(store, failing)
        assert states(store) == ["sending"]
    else:
        pump(store, failing)
        assert states(store) == ["pending"]
    # Whatever became of it: taking it back must tell the platform.
    failing.die = failing.unsafe = False
    assert not pump(store, failing, 1)
    pump(store, failing, 11)
    assert states(store) == ["sent"]
    first, second = lines(tmp_path)
    assert first == second
    failing.close()


def test_a_torn_line_does_not_spoil_the_next(store: Store, folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "commands.jsonl").write_text('{"id": "torn')
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    torn, whole = (tmp_path / "outbox" / "commands.jsonl").read_text().splitlines()
    assert torn == '{"id": "torn'
    assert json.loads(whole)["id"] == ids(store)[0]


def test_the_commands_file_may_be_moved_away(store: Store, folder: Folder, tmp_path: Path) -> None:
    journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    file = tmp_path / "outbox" / "commands.jsonl"
    file.rename(file.with_suffix(".old"))
    journal.run(store, SetCallback(offer=True, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    assert [line["id"] for line in lines(tmp_path)] == ids(store)[1:]


def test_trying_again_and_letting_be(store: Store, folder: Folder, tmp_path: Path) -> None:
    act = journal.run(store, SetCallback(offer=False, dial=False, all=True), "lead")
    first, second, third, fourth = ids(store)[:4]
    outbox.drop(store, first, "lead")
    with pytest.raises(NotAllowed, match="is pending"):
        outbox.retry(store, second, "lead")
    pump(store, folder)
    answer(tmp_path, yes(second, "refused", "no such queue"), yes(third))
    pump(store, folder)
    pump(store, folder, 100)
    assert states(store)[:4] == ["cancelled", "refused", "confirmed", "unconfirmed"]
    with pytest.raises(NotAllowed, match="is confirmed"):
        outbox.retry(store, third, "lead")
    with pytest.raises(NotAllowed, match="is refused"):
        outbox.drop(store, second, "lead")
    with pytest.raises(NotAllowed, match="no such message"):
        outbox.drop(store, "x", "lead")
    # Refused: asked anew under a new id. Unconfirmed: the same id, perhaps it was carried out.
    outbox.retry(store, second, "lead")
    outbox.retry(store, fourth, "lead")
    with pytest.raises(NotAllowed, match="taken back since"):
        outbox.retry(store, second, "lead")
    pump(store, folder)
    sent = [line["id"] for line in lines(tmp_path)]
    assert sent.count(fourth) == 2
    assert sent.count(second) == 1
    assert ids(store)[-1] in sent
    assert states(store)[-1] == "sent"
    journal.undo(store, act.journal_id, "lead")
    with pytest.raises(NotAllowed, match="taken back since"):
        outbox.retry(store, first, "lead")
    assert journal.verify(store) == []


def test_a_retry_that_has_not_left_is_still_taken_back(store: Store, folder: Folder) -> None:
    act = journal.run(store, SetCallback(offer=False, queue_ids=(SUPPORT,)), "lead")
    pump(store, folder)
    pump(store, folder, 100)
    outbox.retry(store, ids(store)[0], "lead")
    assert journal.undo(store, act.journal_id, "lead").messages == 1
    assert states(store) == ["cancelled", "pending"]


def shown(verb: str, queue: str, alias: str, at: int) -> Shown:
    at = at // SECOND * SECOND
    return Shown(1, at, verb, alias, f"{at // SECOND}|NONE|{queue}|{alias}|{verb}|")


def test_a_later_export_confirms_what_it_shows(store: Store, folder: Folder) -> None:
    journal.run(store, SendAgents(BILLING, (ANN, CEM)), "lead")
    now = now_us()
    early = [shown("ADDMEMBER", "billing", "PJSIP/101", now)]
    with store.write() as session:
        assert proof.take_export(session, events=early) == 0  # it has not left yet
    pump(store, folder)
    rows = [
        shown("ADDMEMBER", "billing", "PJSIP/101", now - 10 * SECOND),  # before it was sent
        shown("ADDMEMBER", "sales", "PJSIP/101", now),  # another queue
        shown("ADDMEMBER", "billing", "PJSIP/102", now),  # somebody else
        shown("PAUSE", "billing", "Ann", now),  # something else
        Shown(2, now, "ADDMEMBER", "PJSIP/101", "1|NONE|billing|PJSIP/101|ADDMEMBER|"),
        Shown(1, now, "ADDMEMBER", "PJSIP/101", "cut"),
    ]
    with store.write() as session:
        assert proof.take_export(session, events=rows) == 0
        assert proof.take_export(session, events=early) == 1
        # As members go by name in some logs, and as the pause of Cem's configuration is written.
        more = [
            shown("REMOVEMEMBER", "support", "Ann", now + 60 * SECOND),
            shown("PAUSE", "sales", "Cem", now + SECOND),
        ]
        assert proof.take_export(session, events=[*early, *more]) == 2
        assert proof.take_export(session, events=[*early, *more]) == 0
    assert states(store) == ["confirmed", "confirmed", "sent", "confirmed"]
    assert words(store)[0] == ("export", "")
    pump(store, folder, 100)
    with store.write() as session:
        for row in [shown("ADDMEMBER", "billing", "PJSIP/103", now + 200 * SECOND)]:
            session.add(
                Event(
                    source_id=1, at=row.at, place=0, verb=row.verb, alias=row.alias, line=row.line
                )
            )
        session.flush()
        # All that is stored, not only what is new.
        assert proof.take_export(session) == 1
    assert states(store) == ["confirmed"] * 4
    assert results(store)[-1] == "send Ann, Cem to billing: confirmed"


def test_what_was_taken_back_is_not_confirmed_by_what_came_after(
    store: Store, folder: Folder
) -> None:
    journal.run(store, MoveAgents((ANN,), (BILLING,)), "lead")
    pump(store, folder)
    journal.undo(store, None, "lead")
    pump(store, folder, 5)
    late = now_us() + 30 * SECOND
    with store.write() as session:
        assert (
            proof.take_export(session, events=[shown("ADDMEMBER", "billing", "PJSIP/101", late)])
            == 0
        )
        assert (
            proof.take_export(session, events=[shown("REMOVEMEMBER", "billing", "PJSIP/101", late)])
            == 1
        )
    assert states(store) == ["sent", "confirmed"]


def test_the_reader_in_the_documents_obeys_and_answers(
    store: Store, folder: Folder, tmp_path: Path
) -> None:
    text = (DOCS / "outbox.md").read_text()
    code = text.split("```python\n")[1].split("```")[0]
    code = code.replace('return "done"', 'if fields["queue"] == "web":\n'
                        '        raise ValueError("unknown queue")\n    return "done"')  # fmt: skip
    (tmp_path / "reader.py").write_text(code)
    journal.run(store, SetCallback(offer=False, all=True), "lead")
    pump(store, folder)
    file = tmp_path / "outbox" / "commands.jsonl"
    repeated = file.read_text().splitlines(keepends=True)[0]
    with file.open("a") as out:
        out.write(repeated + '{"cut": \n')
    command = [sys.executable, str(tmp_path / "reader.py"), str(tmp_path / "outbox")]
    for _ in range(2):
        reader = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            patience = time.monotonic() + 20
            while "sent" in states(store) and time.monotonic() < patience:
                pump(store, folder)
                time.sleep(0.02)
        finally:
            reader.kill()
            reader.communicate()
        assert states(store) == ["confirmed"] * 3 + ["refused"]
    assert words(store)[3] == ("", "unknown queue")
    answers = (tmp_path / "outbox" / "answers.jsonl").read_text().splitlines()
    assert len(answers) == 4


def test_a_deadline_is_for_the_reader_too(store: Store, folder: Folder, tmp_path: Path) -> None:
    journal.run(store, SendAgents(BILLING, (ANN,)), "lead")
    pump(store, folder)
    for line in lines(tmp_path):
        assert str(line["deadline"]) > str(line["at"])
        assert os.fspath(str(line["at"])).endswith("Z")


@pytest.mark.parametrize("make", CONNECTORS, ids=lambda make: make.kind)
def test_each_connector_survives_having_nothing_to_do(
    make: type[Connector], tmp_path: Path
) -> None:
    defaults = {setting.name: setting.default for setting in make.settings if not setting.secret}
    connector = make(Place("it", "pbx", defaults, lambda _: "", tmp_path / "nowhere"))
    assert connector.name == "it"
    assert connector.answers() == ()
    connector.settle()
    connector.forget()
    connector.close()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("make", CONNECTORS, ids=lambda make: make.kind)
def test_each_connector_says_what_it_asks_for(make: type[Connector]) -> None:
    assert make.title and make.kind.isidentifier()
    for setting in make.settings:
        assert setting.name.isidentifier() and setting.label and setting.sentence.endswith(".")
        assert not (setting.secret and setting.default)
