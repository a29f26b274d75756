"""Intercom's conversations, from its API and from a warehouse."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Measure, Name, Statement, Step, Ticket
from console.exports import intercom, intercom_csv
from console.exports.ticket_telling import ticket_of
from tests.console.exports.ticket_files import of, read, read_table, winners

CONVERSATION = "intercom/conversation.json"
LIST = "intercom/list.json"
HISTORY = "intercom_csv/conversation_history.csv"
PARTS = "intercom_csv/conversation_part_history.csv"
SECOND = 1_000_000


def test_a_conversation() -> None:
    told = read(intercom, CONVERSATION)
    assert of(told, "ticket:801", "state") == Ticket(
        "messaging",
        "closed",
        1772440200 * SECOND,
        1772450000 * SECOND,
        "Login",
        "priority",
        "81",
        "701",
        "#user:65f0a1#",
        1772450000 * SECOND,
        1772440800 * SECOND,
        reopens=1,
        tags=("login",),
        satisfaction="4",
    )
    # Durations are those of the calendar: Intercom's own leave hours out.
    assert of(told, "ticket:801", "measure") == Measure(
        first_reply_us=600 * SECOND,
        first_resolution_us=1200 * SECOND,
        full_resolution_us=9800 * SECOND,
        reopens=1,
        solved_at=1772450000 * SECOND,
    )


def test_its_history() -> None:
    told = read(intercom, CONVERSATION)
    steps = [
        (key, said.what, said.by, said.before, said.after)
        for (_subject, key), (_v, said) in winners(told.statements).items()
        if isinstance(said, Step)
    ]
    assert sorted(steps) == [
        ("part:1", "other", "", "", "bot reply"),
        ("part:2.to", "assigned", "701", "", "701"),
        ("part:3", "reply", "701", "", ""),
        ("part:4.state", "status", "701", "", "closed"),
        ("part:5", "asked", "", "", ""),
        ("part:5.state", "status", "", "closed", "open"),
        ("part:6", "note", "702", "", ""),
        ("part:7.state", "status", "702", "open", "hold"),
        ("part:9", "reply", "701", "", ""),
        ("part:9.state", "status", "701", "hold", "closed"),
        ("source:70001", "asked", "", "", ""),
    ]
    assert of(told, "ticket:801", "source:70001").text == "I cannot log in, …@…"


def test_people_are_named_but_neither_customers_nor_bots() -> None:
    names = [said for _v, said in winners(read(intercom, CONVERSATION).statements).values()]
    assert sorted(name.id for name in names if isinstance(name, Name) and name.kind == "agent") == [
        "701",
        "702",
    ]
    customer = of(read(intercom, CONVERSATION), "name", "customer:#user:65f0a1#")
    assert (customer.name, customer.customer) == ("", "#lee@example.org#")


def test_a_list_has_no_history_and_its_older_state_loses() -> None:
    listed = read(intercom, LIST)
    assert not any(isinstance(each.said, Step) for each in listed.statements)
    whole = read(intercom, CONVERSATION)
    for order in (
        [*listed.statements, *whole.statements],
        [*whole.statements, *listed.statements],
    ):
        held = winners(order)["ticket:801", "state"][1]
        assert isinstance(held, Ticket)
        assert held.status == "closed"
    other = of(listed, "ticket:802", "state")
    assert (other.channel, other.requester, other.agent) == ("messaging", "#user:65f0a2#", None)


def test_a_conversation_is_told_with_its_waits() -> None:
    said = [(e.key, e.said) for e in read(intercom, CONVERSATION).statements if e.subject[0] == "t"]
    ticket = ticket_of(said)
    assert ticket is not None and ticket.contact is not None
    assert [(leg.wait_us, leg.agent) for leg in ticket.contact.legs] == [
        (600 * SECOND, "701"),
        (8000 * SECOND, "701"),
    ]


def test_a_ticket_of_intercoms() -> None:
    told = read(intercom, "intercom/ticket.json")
    ticket = of(told, "ticket:631", "state")
    assert (ticket.status, ticket.subject, ticket.agent, ticket.group) == (
        "open",
        "Refund",
        None,
        None,
    )
    step = of(told, "ticket:631", "part:185.state")
    assert (step.before, step.after, step.by) == ("new", "open", "701")


def test_rows_of_a_warehouse_of_which_only_the_active_hold() -> None:
    told = read_table(intercom_csv, HISTORY)
    (state,) = told.statements
    assert isinstance(state.said, Ticket)
    assert (state.said.status, state.said.group, state.said.agent) == ("closed", "81", None)
    assert state.said.created_at == 1772440200 * SECOND


def test_parts_from_a_warehouse_are_those_of_the_api() -> None:
    rows = winners(read_table(intercom_csv, PARTS).statements)
    whole = winners(read(intercom, CONVERSATION).statements)
    assert len(rows) == 3
    for place, (version, said) in rows.items():
        assert whole[place] == (version, said)


ALL = [
    *read(intercom, CONVERSATION).statements,
    *read(intercom, LIST).statements,
    *read_table(intercom_csv, HISTORY).statements,
    *read_table(intercom_csv, PARTS).statements,
]


@given(st.lists(st.sampled_from(ALL)), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_records_give_the_same(again: list[Statement], dice: Random) -> None:
    mixed = [*ALL, *again]
    dice.shuffle(mixed)
    assert winners(mixed) == winners(ALL)
