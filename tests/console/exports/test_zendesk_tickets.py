"""Tickets as they stand, whatever file they come in."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Measure, Name, Statement, Step, Ticket
from console.exports import zendesk_tickets
from console.exports.export import Rejected
from tests.console.exports.ticket_files import SHARED, at, mask, of, read, winners

INCREMENTAL = "zendesk_tickets/incremental.json"


def test_a_ticket() -> None:
    assert of(read(zendesk_tickets, INCREMENTAL), "ticket:4101", "state") == Ticket(
        "email",
        "open",
        at("2026-03-02T08:10:00Z"),
        at("2026-03-02T09:40:12Z"),
        "Parcel late, call me on …",
        "high",
        "31",
        "501",
        "#user:90001#",
        tags=("parcel", "late"),
    )


def test_ids_as_text_nulls_and_what_came_by_messaging() -> None:
    ticket = of(read(zendesk_tickets, INCREMENTAL), "ticket:4100", "state")
    assert (ticket.channel, ticket.subject, ticket.priority) == ("messaging", "", "")
    assert ticket.satisfaction == "good"
    deleted = of(read(zendesk_tickets, INCREMENTAL), "ticket:4102", "state")
    assert (deleted.status, deleted.channel, deleted.requester) == ("deleted", "email", None)


def test_a_deleted_ticket_that_says_no_more_is_a_deletion() -> None:
    told = read(zendesk_tickets, INCREMENTAL)
    when = at("2026-03-02T08:31:40Z")
    assert of(told, "ticket:4099", f"deleted:{when}") == Step(when, "status", after="deleted")
    assert not told.refused


def test_what_was_loaded_beside_tickets_is_taken_too() -> None:
    told = read(zendesk_tickets, INCREMENTAL)
    assert of(told, "name", "agent:501").e_mail == "ada@northwind.example"
    assert of(told, "name", "queue:31") == Name("queue", "31", "Parcels")
    assert of(told, "name", "customer:#user:90001#").customer == "#maria@example.org#"
    measure = of(told, "ticket:4101", "measure")
    assert measure == Measure(
        first_reply_us=42 * 60_000_000, reopens=0, replies=1, agents=1, groups=1
    )


def test_a_later_search_result_wins_over_an_export_and_an_earlier_does_not() -> None:
    told = read(zendesk_tickets, INCREMENTAL).statements
    found = read(zendesk_tickets, "zendesk_tickets/search.json").statements
    assert [each.subject for each in found] == ["ticket:4101"]
    for order in ([*told, *found], [*found, *told]):
        _version, ticket = winners(order)["ticket:4101", "state"]
        assert isinstance(ticket, Ticket)
        assert ticket.status == "pending"


def test_a_change_by_the_system_wins_although_updated_at_stands_still() -> None:
    raw = (
        b'{"id":1,"status":"%s","created_at":"2026-03-01T00:00:00Z",'
        b'"updated_at":"2026-03-01T00:00:00Z","generated_timestamp":%d}'
    )
    old = list(zendesk_tickets.take(raw % (b"open", 1772323200), "tickets", mask))
    new = list(zendesk_tickets.take(raw % (b"hold", 1772999999), "tickets", mask))
    for order in ([*old, *new], [*new, *old]):
        _version, ticket = winners(order)["ticket:1", "state"]
        assert isinstance(ticket, Ticket)
        assert ticket.status == "hold"


def test_a_ticket_a_line_with_its_comments_and_metrics() -> None:
    told = read(zendesk_tickets, "zendesk_tickets/lines.ndjson")
    assert of(told, "ticket:4103", "comment:7001").what == "asked"
    reply = of(told, "ticket:4103", "comment:7002")
    assert (reply.what, reply.by, reply.text) == ("reply", "501", "Here it is.")
    assert of(told, "ticket:4103", "measure").first_reply_us == 20 * 60_000_000


def test_a_single_ticket_in_its_wrapping() -> None:
    raw = b'{"ticket":{"id":9,"submitter_id":1,"status":"new","created_at":"2026-03-01T00:00:00Z"}}'
    assert zendesk_tickets.fits(raw)
    (state,) = zendesk_tickets.take(raw, "", mask)
    assert state.subject == "ticket:9"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"status":"open"}', "without an id"),
        (b'{"id":1,"status":"open"}', "when it was created"),
        (b'{"id":1,"status":"odd","created_at":"2026-03-01T00:00:00Z"}', "not known: 'odd'"),
        (b'{"id":1,"status":"deleted"}', "created or deleted"),
        (b'{"id":1,"status":"new","created_at":"2026-03-01"}', "zone"),
    ],
)
def test_what_cannot_be_taken_says_why(raw: bytes, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        list(zendesk_tickets.take(raw, "tickets", mask))


def test_the_list_of_deleted_tickets() -> None:
    raw = (
        b'{"deleted_tickets":[{"id":7,"subject":"x","description":"y","actor":{"id":501,"name":"A"},'
        b'"deleted_at":"2026-03-02T08:00:00Z","previous_state":"open"}],"count":1}'
    )
    assert zendesk_tickets.fits(raw)
    record = raw[raw.index(b"[") + 1 : raw.rindex(b"]")]
    (deletion,) = zendesk_tickets.take(record, "deleted_tickets", mask)
    assert deletion.said == Step(at("2026-03-02T08:00:00Z"), "status", "501", after="deleted")


ALL = [
    *read(zendesk_tickets, INCREMENTAL).statements,
    *read(zendesk_tickets, "zendesk_tickets/search.json").statements,
]


@given(st.lists(st.sampled_from(ALL)), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_records_give_the_same(again: list[Statement], dice: Random) -> None:
    mixed = [*ALL, *again]
    dice.shuffle(mixed)
    assert winners(mixed) == winners(ALL)


def test_a_recording_of_an_account() -> None:
    path = SHARED / "zendesk" / "samples" / "incremental_tickets_time_chain.json"
    if not path.exists():
        pytest.skip("recordings of real systems are not part of the project")
    told = read(zendesk_tickets, path)
    assert len(told.statements) == 1013 and not told.refused
    held = winners(told.statements)
    # Pages by time repeat the rows of their last second.
    assert len(held) == 1000
    assert sum(said.status == "deleted" for _v, said in held.values()) >= 500  # type: ignore[union-attr]
    assert zendesk_tickets.origin(path.read_bytes()[:4000], "tickets") != ""
