"""Metrics, calls, engagements and people of Zendesk's, and its warehouse table."""

from console.domain import facts
from console.domain.statements import Count, Course, Measure, Moment, Name, Stay, Step, Ticket
from console.exports import (
    zendesk_csv,
    zendesk_directory,
    zendesk_engagements,
    zendesk_metrics,
    zendesk_talk,
    zendesk_tickets,
)
from console.exports.telling import contact_of
from tests.console.exports.ticket_files import at, of, read, read_table, winners

SECOND = 1_000_000
CALLS = "zendesk_talk/calls.json"
LEGS = "zendesk_talk/legs.json"


def test_metrics_are_minutes_of_the_calendar_and_seconds_where_stated() -> None:
    told = read(zendesk_metrics, "zendesk_metrics/metrics.json")
    assert of(told, "ticket:4101", "measure") == Measure(
        first_reply_us=5412 * SECOND,
        first_resolution_us=270 * 60 * SECOND,
        full_resolution_us=270 * 60 * SECOND,
        requester_wait_us=220 * 60 * SECOND,
        agent_wait_us=50 * 60 * SECOND,
        reopens=1,
        replies=2,
        agents=1,
        groups=2,
        solved_at=at("2026-03-02T12:40:12Z"),
    )


def test_metrics_beside_tickets_and_of_their_own_are_one_statement_and_the_newer_wins() -> None:
    own = read(zendesk_metrics, "zendesk_metrics/metrics.json").statements
    beside = read(zendesk_tickets, "zendesk_tickets/incremental.json").statements
    for order in ([*own, *beside], [*beside, *own]):
        measure = winners(order)["ticket:4101", "measure"][1]
        assert isinstance(measure, Measure)
        assert measure.replies == 2


def test_missed_targets_and_the_first_reply_are_read_from_metric_events() -> None:
    told = read(zendesk_metrics, "zendesk_metrics/events.json")
    assert not told.refused
    assert {key for _subject, key in winners(told.statements)} == {
        "metric:4",
        "metric:6",
        "measure:reply_time",
    }
    when = at("2026-03-02T09:10:00Z")
    assert of(told, "ticket:4101", "metric:4") == Step(when, "other", after="breach reply_time")
    assert of(told, "ticket:4105", "metric:6").after == "no breach pausable_update_time"
    assert of(told, "ticket:4101", "measure:reply_time").first_reply_us == 90 * 60 * SECOND


def test_an_answered_call() -> None:
    begun = at("2026-03-02T11:00:00Z")
    assert of(read(zendesk_talk, CALLS), "contact:55", "call") == Course(
        "voice",
        begun,
        begun + 150 * SECOND,
        "#user:90004#",
        "inbound",
        (
            Stay(
                "32",
                begun + 15 * SECOND,
                begun + 40 * SECOND,
                begun + 150 * SECOND,
                "502",
                facts.ANSWERED,
                "completed",
                25 * SECOND,
                110 * SECOND,
                20 * SECOND,
                begun + 150 * SECOND,
                begun + 183 * SECOND,
            ),
        ),
    )


def stay(call: int) -> Stay:
    (found,) = of(read(zendesk_talk, CALLS), f"contact:{call}", "call").stays
    return found


def test_calls_that_nobody_answered() -> None:
    given_up = stay(56)
    begun = at("2026-03-02T11:10:00Z")
    assert (given_up.outcome, given_up.agent) == (facts.ABANDONED, None)
    assert (given_up.entered_at, given_up.ended_at) == (begun + 15 * SECOND, begun + 60 * SECOND)
    message = stay(57)
    assert message.outcome == facts.TIMEOUT
    # What was spoken onto the machine is no waiting.
    assert message.ended_at == at("2026-03-02T11:22:00Z")
    assert stay(61).outcome == facts.WAITING and stay(61).ended_at is None
    assert of(read(zendesk_talk, CALLS), "contact:58", "call").stays == ()


def test_outbound_calls_stand_in_no_queue() -> None:
    told = read(zendesk_talk, CALLS)
    assert stay(59).queue is None and stay(59).wait_us is None
    unreached = of(told, "contact:60", "call")
    assert (unreached.direction, unreached.stays) == ("outbound", ())
    assert unreached.promises[0].outcome == "missed"


def test_a_line_of_calls_that_are_in_no_page_is_known_too() -> None:
    raw = (
        b'{"id":1,"call_group_id":2,"completion_status":"failed",'
        b'"created_at":"2026-03-02T11:00:00Z","time_to_answer":null}'
    )
    assert zendesk_talk.fits(raw)
    (call,) = zendesk_talk.take(raw, "", str)
    assert call.subject == "contact:1"


def test_legs_tell_a_call_by_themselves_and_are_not_counted_beside_it() -> None:
    legs, calls = read(zendesk_talk, LEGS), read(zendesk_talk, CALLS)
    moments = [said for _v, said in winners(legs.statements).values()]
    assert all(isinstance(moment, Moment) for moment in moments)
    said = [(each.key, each.said) for each in legs.statements]
    alone = contact_of(said, "55")
    assert alone is not None
    (leg,) = alone.legs
    assert (leg.agent, leg.talk_us) == ("502", 110 * SECOND)
    assert any(span.kind == "ring" and span.agent == "501" for span in alone.intervals)
    both = contact_of(
        [*said, *((e.key, e.said) for e in calls.statements if e.subject == "contact:55")], "55"
    )
    assert both is not None
    assert len(both.legs) == 1


def test_how_many_wait_now() -> None:
    told = read(zendesk_talk, "zendesk_talk/activity.json")
    when = 1772452740 * SECOND
    assert [each.said for each in told.statements] == [
        Count(when, None, "voice", "waiting", 3),
        Count(when, None, "voice", "oldest_wait_us", 95 * SECOND),
        Count(when, None, "voice", "callbacks", 2),
        Count(when, None, "voice", "online", 5),
    ]
    agents = read(zendesk_talk, "zendesk_talk/agents.json")
    assert of(agents, "name", "agent:502") == Name("agent", "502", "Ben Cole")


def test_engagements_are_work_on_a_ticket_in_utc() -> None:
    told = read(zendesk_engagements, "zendesk_engagements/page.json")
    assert of(told, "ticket:4100", "engagement:0A1B") == Step(
        at("2026-03-01T10:00:05Z"),
        "handled",
        "502",
        "new",
        "solved",
        until=at("2026-03-01T10:09:00Z"),
    )
    assert told.refused == ["an engagement without its id, ticket, agent or beginning"]


def test_people_and_groups() -> None:
    told = read(zendesk_directory, "zendesk_directory/users.json")
    assert of(told, "name", "agent:502") == Name(
        "agent", "502", "Ben Cole", "ben@northwind.example", "admin"
    )
    customer = of(told, "name", "customer:#user:90004#")
    # The caller's name is often the number.
    assert customer == Name("customer", "#user:90004#", "", customer="#+14155550100#")
    assert len(told.statements) == 2
    groups = read(zendesk_directory, "zendesk_directory/groups.json")
    assert of(groups, "name", "queue:32").name == "Phones"


def test_rows_of_a_warehouse_are_states_like_those_of_the_api() -> None:
    told = read_table(zendesk_csv, "zendesk_csv/tickets.csv")
    ticket = of(told, "ticket:4101", "state")
    assert isinstance(ticket, Ticket)
    assert (ticket.channel, ticket.status, ticket.agent) == ("email", "pending", "501")
    assert ticket.requester == "#user:90001#"
    assert of(told, "ticket:4106", "state").channel == "messaging"
    assert of(told, "ticket:4107", "state").status == "deleted"
    older = read(zendesk_tickets, "zendesk_tickets/incremental.json").statements
    for order in ([*older, *told.statements], [*told.statements, *older]):
        held = winners(order)["ticket:4101", "state"][1]
        assert isinstance(held, Ticket)
        assert held.status == "pending"
