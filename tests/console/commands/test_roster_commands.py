"""What a person does to the roster by hand: said in words, held against older files, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console import journal
from console.commands import EditRoster, RemoveRoster, SendAgents, TiePerson
from console.domain.roster import Entry, Join
from console.domain.times import from_iso
from console.errors import CannotUndo, NotAllowed
from console.reads.person_joins import joins
from console.reads.roster import customers, people, shifts, targets
from console.store.engine import Store, next_revision
from console.store.roster import take
from console.store.tables import Channel
from tests.console.floor import ANN, BILLING, BOB, EVE, make_floor

EIGHT = from_iso("2026-01-05T08:00:00Z")
NINE = from_iso("2026-01-05T09:00:00Z")
PERSON = Entry(
    "people", "7", (("id", "7"), ("name", "Eva"), ("team", "A"), ("home_queue", "sales"))
)
SHIFT = Entry(
    "shifts",
    "7, break, x",
    (("end_at", NINE), ("kind", "break"), ("person", "7"), ("start_at", EIGHT)),
)
CUSTOMER = Entry("customers", "~1~…692", (("at_risk", True), ("preferred", "7"), ("value", 5.0)))
TARGET = Entry(
    "targets", "channel:chat", (("expected_s", 45), ("name", "chat"), ("scope", "channel"))
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    floor = make_floor(tmp_path)
    yield floor
    floor.close()


def edit(store: Store, entry: Entry) -> int:
    return journal.run(store, EditRoster(entry, "lead"), "lead").journal_id


def read(store: Store, entry: Entry, at: int, by: str = "a.csv") -> None:
    """As a file states it that was changed at `at`."""
    with store.write() as session:
        take(session, [entry], at, by, next_revision(session))


def titled(store: Store, command: EditRoster | RemoveRoster | TiePerson) -> str:
    with store.read() as session:
        return command.title(session)


@pytest.mark.parametrize("entry", [PERSON, SHIFT, CUSTOMER, TARGET], ids=lambda e: e.table)
def test_added_changed_removed_and_each_undone(store: Store, entry: Entry) -> None:
    def rows() -> list[object]:
        with store.read() as session:
            return [
                *people(session),
                *shifts(session, 0, 1 << 60),
                *customers(session),
                *targets(session),
            ]

    first = edit(store, entry)
    added = rows()
    assert len(added) == 1
    with pytest.raises(NotAllowed, match="stands so already"):
        edit(store, entry)
    removed = journal.run(store, RemoveRoster(entry.table, (entry.key,), "lead"), "lead")
    assert rows() == []
    with pytest.raises(NotAllowed, match="no such"):
        journal.run(store, RemoveRoster(entry.table, (entry.key,), "lead"), "lead")
    journal.undo(store, removed.journal_id, "lead")
    assert rows() == added
    journal.undo(store, first, "lead")
    assert rows() == []


def test_titles_say_what_changes(store: Store) -> None:
    assert titled(store, EditRoster(PERSON, "lead")) == "add the person Eva"
    edit(store, PERSON)
    other = Entry("people", "7", (("name", "Eva"), ("team", "B"), ("languages", ("de", "en"))))
    assert (
        titled(store, EditRoster(other, "lead"))
        == "edit the person Eva: team: A → B; languages: – → de; en"
    )
    assert titled(store, RemoveRoster("people", ("7",), "lead")) == "remove the person Eva"
    assert (
        titled(store, EditRoster(SHIFT, "lead"))
        == "add the shift of Eva (break) from 2026-01-05 08:00 UTC"
    )
    assert titled(store, EditRoster(CUSTOMER, "lead")) == "add the customer …692"
    assert titled(store, EditRoster(TARGET, "lead")) == "add the target of the channel chat"


def test_previews_warn_of_names_that_point_to_nobody(store: Store) -> None:
    with store.read() as session:
        assert EditRoster(SHIFT, "lead").preview(session).warnings == (
            "Nobody in the roster is called 7.",
        )
        nowhere = Entry("people", "7", (("home_queue", "moon"),))
        assert EditRoster(nowhere, "lead").preview(session).warnings == (
            "No source has a queue called moon.",
        )
        assert EditRoster(PERSON, "lead").preview(session).warnings == ()
        fax = Entry("targets", "channel:fax", (("name", "fax"), ("scope", "channel")))
        assert "no channel “fax”" in EditRoster(fax, "lead").preview(session).refused


def test_an_edit_holds_against_older_files_and_not_against_newer_ones(store: Store) -> None:
    read(store, PERSON, 1 << 60, "from the future.csv")
    edit(store, Entry("people", "7", (("team", "B"),)))
    read(store, PERSON, 1 << 60, "from the future.csv")
    with store.read() as session:
        (eva,) = people(session)
    assert (eva.team, eva.edited_by, eva.home_queue) == ("B", "lead", "sales")
    read(store, PERSON, 1 << 61, "newer.csv")
    with store.read() as session:
        (eva,) = people(session)
    assert (eva.team, eva.edited_by) == ("A", "newer.csv")


def test_what_was_removed_stays_so_until_a_newer_file(store: Store) -> None:
    read(store, PERSON, 1)
    journal.run(store, RemoveRoster("people", ("7",), "lead"), "lead")
    read(store, PERSON, 2)
    with store.read() as session:
        assert people(session) == []
    read(store, PERSON, 1 << 60)
    with store.read() as session:
        assert [person.name for person in people(session)] == ["Eva"]


def test_an_edit_that_a_file_overtook_is_not_undone(store: Store) -> None:
    number = edit(store, PERSON)
    read(store, Entry("people", "7", (("name", "Evi"),)), 1 << 60)
    with pytest.raises(CannotUndo, match="has moved on"):
        journal.undo(store, number, "lead")


def test_a_target_of_a_channel_is_the_channels_own(store: Store) -> None:
    def expected() -> int:
        with store.read() as session:
            return session.get_one(Channel, "chat").expected_s

    before = expected()
    number = edit(store, TARGET)
    assert expected() == 45
    journal.undo(store, number, "lead")
    assert expected() == before
    edit(store, TARGET)
    journal.run(store, RemoveRoster("targets", ("channel:chat",), "lead"), "lead")
    assert expected() == before


def join_of(store: Store, agent_id: int) -> Join:
    with store.read() as session:
        return next(join for join in joins(session) if join.agent_id == agent_id)


def test_agents_are_tied_and_kept_apart_by_hand(store: Store) -> None:
    edit(store, Entry("people", "7", (("ids", (("pbx", "101"),)), ("name", "Eva"))))
    assert join_of(store, ANN).person == "7"
    apart = journal.run(store, TiePerson(ANN, "keep apart", "lead", reason="left"), "lead")
    assert (join_of(store, ANN).person, join_of(store, ANN).reason) == (
        None,
        "kept apart by hand: left",
    )
    tied = journal.run(store, TiePerson(BOB, "tie", "lead", "7", "sits there"), "lead")
    assert join_of(store, BOB).reason == "tied by hand: sits there"
    journal.run(store, TiePerson(BOB, "leave to the rule", "lead"), "lead")
    assert (join_of(store, BOB).person, join_of(store, BOB).by_hand) == (None, False)
    with pytest.raises(CannotUndo):
        journal.undo(store, tied.journal_id, "lead")
    journal.undo(store, apart.journal_id, "lead")
    assert join_of(store, ANN).person == "7"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (TiePerson(EVE, "tie", "lead", "nobody"), "no such person"),
        (TiePerson(99, "tie", "lead", "7"), "no such agent"),
        (TiePerson(EVE, "leave to the rule", "lead"), "The rule holds already"),
        (TiePerson(EVE, "marry", "lead", "7"), "An agent can be"),
    ],
)
def test_ties_that_are_refused(store: Store, command: TiePerson, words: str) -> None:
    edit(store, PERSON)
    with pytest.raises(NotAllowed, match=words):
        journal.run(store, command, "lead")


def test_who_is_sent_is_called_as_the_roster_calls_them(store: Store) -> None:
    edit(store, Entry("people", "7", (("ids", (("pbx", "101"),)), ("name", "Ann Example"))))
    command = SendAgents(BILLING, (ANN, EVE))
    with store.read() as session:
        preview = command.preview(session)
        told = {str(message.fields["agent"]) for message in command.messages(session)}
    assert preview.title == "send Ann Example, Eve to billing"
    assert [line.partition(",")[0] for line in preview.touches] == ["Ann Example", "Eve"]
    assert told == {"Ann", "Eve"}, "platforms are told their own names"
