"""Freshdesk's tickets and conversations."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Name, Statement, Step, Ticket
from console.exports import freshdesk
from console.exports.export import Rejected
from tests.console.exports.ticket_files import at, mask, of, read, winners

TICKETS = "freshdesk/tickets.json"
CONVERSATIONS = "freshdesk/conversations.json"


def test_a_ticket() -> None:
    told = read(freshdesk, TICKETS)
    assert of(told, "ticket:21", "state") == Ticket(
        "email",
        "solved",
        at("2026-03-02T08:00:00Z"),
        at("2026-03-02T10:00:00Z"),
        "Wrong size",
        "high",
        "71",
        "601",
        "#user:9101#",
        at("2026-03-02T10:00:00Z"),
        at("2026-03-02T09:00:00Z"),
        tags=("size",),
        due_at=at("2026-03-05T08:00:00Z"),
    )
    assert of(told, "name", "customer:#user:9101#") == Name(
        "customer", "#user:9101#", "", customer="#lee@example.org#"
    )
    assert told.refused == ["a ticket without an id, a status, or the time at which it was created"]


def test_numbers_are_put_into_words() -> None:
    told = read(freshdesk, TICKETS)
    call = of(told, "ticket:22", "state")
    assert (call.channel, call.status, call.priority, call.agent) == ("voice", "open", "low", None)
    # A status of the account's own is neither solved nor closed.
    assert of(told, "ticket:23", "state").status == "open"
    assert of(told, "ticket:24", "state").status == "deleted"


def test_who_began_a_ticket() -> None:
    told = read(freshdesk, TICKETS)
    assert of(told, "ticket:21", "created").by == ""
    assert of(told, "ticket:23", "created").by == "602"
    assert of(told, "ticket:23", "comment:3003").what == "asked"


def test_conversations() -> None:
    told = read(freshdesk, CONVERSATIONS)
    reply = of(told, "ticket:21", "comment:3001")
    when = at("2026-03-02T09:00:00Z")
    assert reply == Step(when, "reply", "601", text="We send another, call …", chars=35)
    note = of(told, "ticket:21", "comment:3002")
    assert (note.what, note.by, note.text) == ("note", "601", "Check stock")
    asked = of(told, "ticket:21", "comment:3004")
    assert (asked.what, asked.by) == ("asked", "")
    assert told.refused == ["a conversation that does not name its ticket"]


def test_an_edited_note_wins_over_what_it_was() -> None:
    raw = (
        b'{"id":1,"ticket_id":2,"user_id":3,"incoming":false,"private":true,"body_text":"%s",'
        b'"created_at":"2026-03-02T09:00:00Z","updated_at":"2026-03-02T09:%d:00Z"}'
    )
    old = list(freshdesk.take(raw % (b"A long first version", 10), "", mask))
    new = list(freshdesk.take(raw % (b"Short", 11), "", mask))
    for order in ([*old, *new], [*new, *old]):
        assert winners(order)["ticket:2", "comment:1"][1] == new[0].said


def test_a_wrong_time_is_said() -> None:
    with pytest.raises(Rejected, match="is no time"):
        list(freshdesk.take(b'{"id":1,"status":2,"created_at":"yesterday"}', "", mask))


ALL = [*read(freshdesk, TICKETS).statements, *read(freshdesk, CONVERSATIONS).statements]


@given(st.lists(st.sampled_from(ALL)), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_records_give_the_same(again: list[Statement], dice: Random) -> None:
    mixed = [*ALL, *again]
    dice.shuffle(mixed)
    assert winners(mixed) == winners(ALL)
