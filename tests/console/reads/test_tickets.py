"""Lists of tickets, their counts and figures: what is not known is on no list and never 0."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from console.domain import tickets as lists
from console.domain.statements import Said, Step
from console.domain.statements import Ticket as State
from console.domain.tickets import LISTS, TicketRow, reasons
from console.domain.times import DAY, HOUR, MINUTE
from console.exports.ticket_telling import ticket_of
from console.reads import tickets as reads
from console.reads.timelines import contact_timeline
from console.settings import Settings
from console.store.engine import Store
from console.store.migrate import migrate
from console.store.tables import Agent, Contact, Queue, Source, Ticket, TicketStep

NOW = 1_800_000_000 * 1_000_000
LIMITS = reads.limits_of(Settings())
ANN, BEN = 1, 2
#: All that a ticket needs not say.
NOTHING: dict[str, Any] = dict.fromkeys(
    ("solved_at", "first_reply_at", "due_at", "touches", "agents", "changes", "replies", "notes",
     "note_chars", "reopens", "agent_id", "queue_id", "requester")
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        session.add(
            Source(id=1, name="desk", format="zendesk_tickets", folder="/", last_at=NOW - MINUTE)
        )
        session.flush()
        session.add(Queue(id=1, source_id=1, ref="31", name="Billing", channel="email"))
        session.add(Agent(id=ANN, source_id=1, ref="501", name="Ann"))
        session.add(Agent(id=BEN, source_id=1, ref="502", name="Ben"))
    yield made
    made.close()


def add(store: Store, ref: str, status: str = "open", age: int = DAY, **more: Any) -> None:
    """A ticket of which nothing is known but what is stated."""
    with store.write() as session:
        session.add(
            Ticket(
                source_id=1, ref=ref, channel="email", status=status, subject=f"about {ref}",
                priority="", tags="", satisfaction="", revision=1,
                **{"created_at": NOW - age, "updated_at": NOW - HOUR, **NOTHING, **more},
            )
        )  # fmt: skip


def refs(store: Store, name: str) -> list[str]:
    with store.read() as session:
        return sorted(row.ref for row in reads.tickets(session, NOW, LIMITS, name))


def count(store: Store, name: str) -> tuple[int | None, int, int]:
    with store.read() as session:
        each = next(c for c in reads.counts(session, NOW, LIMITS) if c.name == name)
    return each.count, each.known, each.of


def test_each_list_has_what_belongs_to_it_and_says_why(store: Store) -> None:
    add(store, "fine", agents=1, touches=2, changes=1, replies=1, notes=1, reopens=0)
    add(store, "old", age=12 * DAY)
    add(store, "handed on", agents=3)
    add(store, "again and again", touches=5)
    add(store, "to and fro", changes=4)
    add(store, "touched", touches=1, replies=0, notes=0)
    add(store, "not touched", touches=0, replies=0, notes=0)
    add(store, "replied", touches=1, replies=1, notes=0)
    add(store, "silent end", "solved", solved_at=NOW - DAY, replies=0, notes=0)
    add(store, "silent, no date", "closed", replies=0, notes=0)
    add(store, "long past", "solved", solved_at=NOW - 30 * DAY, replies=0, notes=0)
    add(store, "late", due_at=NOW - HOUR)
    add(store, "in time", due_at=NOW + HOUR)
    add(store, "back", reopens=2)
    add(store, "gone", "deleted", age=12 * DAY, reopens=2, agents=9, due_at=0)
    assert refs(store, lists.AGEING) == ["old"]
    assert refs(store, lists.BOUNCING) == ["again and again", "handed on", "to and fro"]
    assert refs(store, lists.NOTELESS) == ["silent end", "silent, no date", "touched"]
    assert refs(store, lists.OVERDUE) == ["late"]
    assert refs(store, lists.REOPENED) == ["back"]
    assert len(refs(store, lists.OPEN)) == 11
    with store.read() as session:
        why = {r.ref: r.why for r in reads.tickets(session, NOW, LIMITS)}
    assert why["old"] == ("12 days old",)
    assert why["handed on"] == ("3 agents",)
    assert why["again and again"] == ("5 touches",)
    assert why["to and fro"] == ("4 changes of status",)
    assert why["late"] == ("overdue",)
    assert why["back"] == ("reopened twice",)
    assert why["fine"] == why["not touched"] == ()
    assert count(store, lists.OPEN) == (11, 11, 11)
    assert count(store, lists.BOUNCING) == (3, 7, 11)
    assert count(store, lists.NOTELESS) == (3, 6, 13)
    assert count(store, lists.OVERDUE) == (1, 2, 11)


def test_what_no_source_says_is_unknown_and_not_none_at_all(store: Store) -> None:
    for name in LISTS:
        assert count(store, name) == (None, 0, 0), "no ticket is known"
    add(store, "1", "solved", solved_at=NOW - 30 * DAY)
    for name in LISTS:
        assert count(store, name) == (0, 0, 0), "none is open"
    add(store, "2")
    assert count(store, lists.OPEN) == (1, 1, 1)
    assert count(store, lists.AGEING) == (0, 1, 1)
    for name in (lists.BOUNCING, lists.NOTELESS, lists.OVERDUE, lists.REOPENED):
        assert count(store, name) == (None, 0, 1), "it does not say"
    with store.read() as session:
        (row,) = reads.tickets(session, NOW, LIMITS)
    assert (row.touches, row.agents, row.notes, row.queue, row.agent) == (None, None, None, "", "")


def test_limits_can_be_set(store: Store) -> None:
    add(store, "1", age=2 * DAY, agents=2)
    other = reads.limits_of(Settings(ticket_ageing_days=2, ticket_agents=2))
    with store.read() as session:
        (row,) = reads.tickets(session, NOW, other, lists.BOUNCING)
        assert row.why == ("2 agents", "2 days old")
        assert reads.tickets(session, NOW, LIMITS, lists.BOUNCING) == []


def test_rows_are_named_masked_and_the_latest_first(store: Store) -> None:
    add(store, "1", queue_id=1, agent_id=ANN, requester="~aa~…071")
    add(store, "2", requester="~aa~…071", updated_at=NOW - MINUTE)
    with store.write() as session:
        session.add(
            Contact(
                source_id=1, ref="ticket:2", channel="email", customer="~bb~…@example.org",
                first_at=0, last_at=0, evidence="", revision=1,
            )
        )  # fmt: skip
    with store.read() as session:
        second, first = reads.tickets(session, NOW, LIMITS)
        assert [row.ref for row in reads.tickets(session, NOW, LIMITS, newest=1)] == ["2"]
    assert (first.source, first.queue, first.agent) == ("desk", "Billing", "Ann")
    assert (first.requester, second.requester) == ("…071", "…@example.org")


def test_the_age_of_what_is_done_ends_with_it(store: Store) -> None:
    add(store, "1", age=3 * DAY)
    add(store, "2", "solved", age=3 * DAY, solved_at=NOW - DAY, notes=0, replies=0)
    add(store, "3", "closed", notes=0, replies=0)
    with store.read() as session:
        (one,) = reads.tickets(session, NOW, LIMITS)
        done = {row.ref: row for row in reads.tickets(session, NOW, LIMITS, lists.NOTELESS)}
    assert one.age_us(NOW) == 3 * DAY
    assert done["2"].age_us(NOW) == 2 * DAY
    assert done["3"].age_us(NOW) is None


def test_nothing_is_read_again_until_something_moves(store: Store) -> None:
    add(store, "1")
    with store.read() as session:
        found = reads.ticket_list(session, NOW, LIMITS)
        assert found is not None and [row.ref for row in found.rows] == ["1"]
        assert found.news == (("desk", NOW - MINUTE),)
        known = found.version
        assert reads.ticket_list(session, NOW, LIMITS, known=known) is None
        assert reads.ticket_list(session, NOW, LIMITS, lists.AGEING, known) is not None
        assert reads.ticket_list(session, NOW + MINUTE, LIMITS, known=known) is not None
    with store.write() as session:
        session.get_one(Source, 1).revision = 7
    with store.read() as session:
        assert reads.ticket_list(session, NOW, LIMITS, known=known) is not None


NUMBER = st.none() | st.integers(0, 6)
ROWS = st.lists(
    st.builds(
        TicketRow,
        source_id=st.just(1), ref=st.just(""), source=st.just("desk"), channel=st.just("email"),
        status=st.sampled_from(["new", "open", "pending", "hold", "solved", "closed", "deleted"]),
        priority=st.just(""), subject=st.just(""), queue=st.just(""), agent=st.just(""),
        requester=st.just(""),
        created_at=st.sampled_from([NOW, NOW - 6 * DAY, NOW - 7 * DAY, NOW - 90 * DAY]),
        updated_at=st.sampled_from([NOW, NOW - 7 * DAY, NOW - 8 * DAY]),
        solved_at=st.sampled_from([None, NOW - 1, NOW - 7 * DAY, NOW - 8 * DAY]),
        first_reply_at=st.none(),
        due_at=st.sampled_from([None, NOW - 1, NOW, NOW + 1]),
        touches=NUMBER, agents=NUMBER, changes=NUMBER, replies=NUMBER, notes=NUMBER,
        note_chars=NUMBER, reopens=NUMBER,
    ),
    max_size=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(f"sqlite:///{tmp_path_factory.mktemp('lists') / 'coalface.db'}")
    migrate(made)
    with made.write() as session:
        session.add(Source(id=1, name="desk", format="f", folder="/", last_at=NOW))
    yield made
    made.close()


@given(rows=ROWS)
@settings(deadline=None, max_examples=60)
def test_the_database_finds_what_the_rule_says(shared: Store, rows: list[TicketRow]) -> None:
    """What is shown as the reason for a row, and what puts it on the list, are one rule."""
    columns = [c.name for c in Ticket.__table__.columns if c.name in TicketRow.__slots__]
    with shared.write() as session:
        session.execute(delete(Ticket))
        for place, row in enumerate(rows):
            values = {name: getattr(row, name) for name in columns}
            session.add(
                Ticket(**{**values, "ref": str(place)}, tags="", satisfaction="", revision=1)
            )
    with shared.read() as session:
        for name in LISTS:
            expected = sorted(
                str(place)
                for place, row in enumerate(rows)
                if (row.is_open if name == lists.OPEN else name in reasons(row, NOW, LIMITS))
            )
            found = reads.tickets(session, NOW, LIMITS, name)
            assert sorted(row.ref for row in found) == expected, name
            told = next(c for c in reads.counts(session, NOW, LIMITS) if c.name == name)
            assert (told.count or 0) == len(expected) <= told.known <= told.of or not rows


# --- figures


def figures(store: Store, from_at: int, to_at: int) -> dict[str, Any]:
    with store.read() as session:
        found = reads.ticket_figures(session, from_at, to_at, NOW, LIMITS)
    assert all((f.from_at, f.to_at) == (from_at, to_at) and f.definition for f in found)
    return {f.name: f for f in found}


def test_figures_count_what_was_solved_in_the_range(store: Store) -> None:
    when = NOW - DAY
    add(store, "1", "solved", solved_at=when, replies=1, reopens=0, agents=1, notes=1,
        note_chars=60)  # fmt: skip
    add(store, "2", "closed", solved_at=when, replies=3, reopens=1, agents=3, notes=1,
        note_chars=5)  # fmt: skip
    add(store, "3", "solved", solved_at=when)
    add(store, "4", "solved", solved_at=when, replies=0, agents=0, notes=0, note_chars=0)
    add(store, "before", "solved", solved_at=when - DAY, replies=9, reopens=9)
    add(store, "at the end", "solved", solved_at=NOW, replies=9)
    add(store, "open", age=9 * DAY)
    found = figures(store, when, NOW)
    assert {name: (f.value, f.part, f.of) for name, f in found.items()} == {
        "backlog": (1, 1, None),
        "ageing": (1, 1, 1),
        "solved": (4, 4, None),
        "one_touch_rate": (66.67, 2, 3),
        "reopen_rate": (50.0, 1, 2),
        "agents_per_ticket": (2.0, 4, 2),
        "note_completeness": (33.33, 1, 3),
    }


def test_figures_that_cannot_be_known(store: Store) -> None:
    empty = figures(store, NOW - DAY, NOW)
    assert {f.value for f in empty.values()} == {None}
    add(store, "1", "solved")
    assert figures(store, NOW - DAY, NOW)["solved"].value is None, "nobody says when"
    assert figures(store, NOW - DAY, NOW)["backlog"].value == 0
    add(store, "2", "solved", solved_at=NOW - HOUR)
    found = figures(store, NOW - DAY, NOW)
    assert found["solved"].value == 1
    assert {found[n].value for n in found if n not in ("solved", "backlog", "ageing")} == {None}
    past = figures(store, NOW - 9 * DAY, NOW - 8 * DAY)
    assert (past["backlog"].value, past["ageing"].value) == (None, None), "what was open then?"


# --- histories


def test_a_timeline_names_agents_and_groups(store: Store) -> None:
    add(store, "7", requester="~aa~…071")
    steps = (
        ("assigned", ANN, "501", "502", "", 0), ("group", ANN, "", "31", "", 0),
        ("asked", None, "", "", "Where is\n it?", 12), ("reply", BEN, "", "", "Soon", 4),
        ("note", BEN, "", "", "", 40), ("status", BEN, "open", "solved", "", 0),
        ("assigned", BEN, "502", "", "", 0), ("other", None, "", "comment made private", "", 0),
    )  # fmt: skip
    with store.write() as session:
        for number, (what, agent_id, before, after, words, chars) in enumerate(steps, 1):
            session.add(
                TicketStep(
                    ticket_id=1, number=number, at=NOW - DAY + number, what=what,
                    agent_id=agent_id, before=before, after=after, text=words, chars=chars,
                    until=None,
                )
            )  # fmt: skip
        session.add(
            Contact(
                source_id=1, ref="ticket:7", channel="email", customer=None, first_at=0,
                last_at=0, evidence="", revision=1,
            )
        )  # fmt: skip
    with store.read() as session:
        found = reads.ticket_timeline(session, 1, "7")
        assert found.title == "ticket 7 (open): about 7"
        assert [(step.what, step.who) for step in found.steps] == [
            ("created", "…071"),
            ("assigned: Ann → Ben", "Ann"),
            ("group: Billing", "Ann"),
            ("customer wrote: Where is it?", "…071"),
            ("reply: Soon", "Ben"),
            ("note: 40 characters", "Ben"),
            ("status: open → solved", "Ben"),
            ("assigned: no longer Ben", "Ben"),
            ("comment made private", ""),
        ]
        assert contact_timeline(session, "ticket:7").steps == found.steps
        assert reads.ticket_timeline(session, 1, "8").title == "ticket 8: not known"
        assert reads.ticket_steps(session, 2, "7") == []


@pytest.mark.parametrize(
    ("whats", "changes"),
    [(("status", "reply", "status"), 2), (("assigned",), 0), (("reply", "note"), None), ((), None)],
)
def test_changes_of_status_are_told_where_changes_are(
    whats: tuple[str, ...], changes: int | None
) -> None:
    said: list[tuple[str, Said]] = [("state", State("email", "open", 0, 9))]
    said += [(f"event:{n}", Step(n, what, "501")) for n, what in enumerate(whats)]
    told = ticket_of(said)
    assert told is not None and told.changes == changes
