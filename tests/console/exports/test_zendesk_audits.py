"""The history of tickets, from audits, ticket events and comments alike."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.statements import Statement, Step
from console.exports import zendesk_audits, zendesk_comments, zendesk_tickets
from tests.console.exports.ticket_files import SHARED, at, mask, of, read, winners

RECORDED = "zendesk_audits/recorded.json"
EVENTS = "zendesk_audits/ticket_events.json"
COMMENTS = "zendesk_comments/lines.ndjson"


def test_a_ticket_is_created_by_its_customer_who_asks() -> None:
    told = read(zendesk_audits, RECORDED)
    when = at("2026-03-02T08:10:00Z")
    assert of(told, "ticket:4101", "event:8101.created") == Step(when, "created", after="new")
    asked = of(told, "ticket:4101", "comment:81011")
    assert asked == Step(when, "asked", text="My parcel is late.", chars=18)
    # The first group is told, the first state only by the creation; empty fields not at all.
    assert of(told, "ticket:4101", "event:8101.81015") == Step(when, "group", after="30")
    keys = {key for _subject, key in winners(told.statements)}
    assert not keys & {"event:8101.81013", "event:8101.81014", "event:8101.81016"}


def test_an_agent_assigns_notes_and_replies() -> None:
    told = read(zendesk_audits, RECORDED)
    assert of(told, "ticket:4101", "event:8102.81021").what == "assigned"
    group = of(told, "ticket:4101", "event:8102.81022")
    assert (group.before, group.after, group.by) == ("30", "31", "501")
    assert of(told, "ticket:4101", "comment:81023").what == "note"
    reply = of(told, "ticket:4101", "comment:81031")
    assert (reply.what, reply.by, reply.text) == ("reply", "501", "We are on it. Call ….")
    assert reply.chars == len("We are on it. Call 020 7946 0018.")


def test_what_a_trigger_did_in_the_same_save_is_nobodys_work() -> None:
    tags = of(read(zendesk_audits, RECORDED), "ticket:4101", "event:8103.81034")
    assert (tags.what, tags.by, tags.before, tags.after) == ("tags", "", "parcel", "parcel late")


def test_a_custom_status_does_not_count_as_another_change_of_status() -> None:
    told = read(zendesk_audits, RECORDED)
    custom = of(told, "ticket:4101", "event:8103.81033")
    assert (custom.what, custom.after) == ("other", "custom status 72")


def test_a_customer_who_writes_again_reopens_the_ticket_and_no_agent() -> None:
    told = read(zendesk_audits, RECORDED)
    assert of(told, "ticket:4101", "comment:81041").what == "asked"
    reopened = of(told, "ticket:4101", "event:8104.81042")
    assert (reopened.before, reopened.after, reopened.by) == ("pending", "open", "")


def test_an_automatic_comment_is_no_reply() -> None:
    told = read(zendesk_audits, RECORDED)
    assert of(told, "ticket:4104", "comment:81051").what == "other"
    assert of(told, "ticket:4104", "event:8105.81052").by == ""


def test_a_call_in_a_ticket_is_an_agents_work() -> None:
    call = of(read(zendesk_audits, RECORDED), "ticket:4104", "comment:81061")
    assert (call.what, call.by) == ("handled", "502")
    assert (call.at, call.until) == (at("2026-03-02T11:01:00Z"), at("2026-03-02T11:02:30Z"))
    assert "555" not in call.text


def test_ticket_events_tell_what_audits_tell() -> None:
    audits = winners(read(zendesk_audits, RECORDED).statements)
    events = read(zendesk_audits, EVENTS)
    assert not events.refused
    for place, (version, said) in winners(events.statements).items():
        if place[1] != "comment:81041":
            assert audits[place] == (version, said)


def test_a_comment_without_its_words_loses_against_one_with_them() -> None:
    audits = read(zendesk_audits, RECORDED).statements
    events = read(zendesk_audits, EVENTS).statements
    for order in ([*audits, *events], [*events, *audits]):
        said = winners(order)["ticket:4101", "comment:81041"][1]
        assert isinstance(said, Step)
        assert said.text == "Still nothing!"


def test_the_same_comment_from_two_exports_is_one_statement() -> None:
    audits = winners(read(zendesk_audits, RECORDED).statements)
    comments = read(zendesk_comments, COMMENTS)
    held = winners(comments.statements)
    assert {key for _subject, key in held} == {"comment:81031", "comment:81041"}
    for place, (_version, said) in held.items():
        assert audits[place][1] == said
    assert comments.refused == [
        "a comment that does not name its ticket: export audits or ticket events instead"
    ]


@pytest.mark.parametrize("later", ['"public":false', '"public":true,"redacted":1'])
def test_a_comment_made_private_or_redacted_stays_so(later: str) -> None:
    raw = (
        '{"id":1,"ticket_id":2,"author_id":501,"body":"%s",%s,"created_at":"2026-03-02T09:40:12Z"}'
    )
    words = "My card is ▇▇▇▇" if "redacted" in later else "My card is 4111"
    old = list(
        zendesk_comments.take((raw % ("My card is 4111", '"public":true')).encode(), "", mask)
    )
    new = list(zendesk_comments.take((raw % (words, later)).encode(), "", mask))
    for order in ([*old, *new], [*new, *old]):
        assert winners(order)["ticket:2", "comment:1"][1] == new[0].said


def test_a_known_role_wins_over_a_guess() -> None:
    # An agent who answers by e-mail looks like a customer, but not where the audit shows more.
    comment = (
        '{"id":5,"type":"Comment","author_id":501,"body":"Done","public":true,'
        '"via":{"channel":"email"},"created_at":"2026-03-02T09:00:00Z","ticket_id":3}'
    )
    guessed = list(zendesk_comments.take(comment.encode(), "", mask))
    audit = (
        '{"id":4,"ticket_id":3,"author_id":501,"created_at":"2026-03-02T09:00:00Z",'
        f'"via":{{"channel":"email"}},"events":[{comment},'
        '{"id":6,"type":"Change","field_name":"assignee_id","value":"501"}]}'
    )
    known = list(zendesk_audits.take(audit.encode(), "audits", mask))
    for order in ([*guessed, *known], [*known, *guessed]):
        said = winners(order)["ticket:3", "comment:5"][1]
        assert isinstance(said, Step)
        assert (said.what, said.by) == ("reply", "501")


def test_messages_of_a_conversation_are_told_one_by_one() -> None:
    raw = (
        b'{"id":4,"ticket_id":3,"author_id":-1,"created_at":"2026-03-02T09:00:00Z","via":'
        b'{"channel":"native_messaging"},"events":[{"id":5,"type":"ChatStartedEvent","value":'
        b'{"chat_id":"c1","history":[{"type":"ChatMessage","actor_type":"end-user","actor_id":"9",'
        b'"timestamp":1772442000123,"message":"Hi"},{"type":"ChatMessage","actor_type":"agent",'
        b'"actor_id":"501","timestamp":1772442010000,"message":"Hello"},{"type":"ChatJoin",'
        b'"actor_type":"agent","timestamp":"?"},7]}}]}'
    )
    asked, reply = (each.said for each in zendesk_audits.take(raw, "audits", mask))
    assert isinstance(asked, Step) and isinstance(reply, Step)
    assert (asked.what, asked.by, asked.at) == ("asked", "", 1772442000123000)
    assert (reply.what, reply.by) == ("reply", "501")


def test_a_merged_ticket() -> None:
    raw = (
        b'{"id":4,"ticket_id":3,"author_id":501,"created_at":"2026-03-02T09:00:00Z","via":{"channel"'
        b':"web","source":{"rel":"merge"}},"events":[{"id":5,"type":"Comment","body":"Merged",'
        b'"public":true},{"id":6,"type":"Change","field_name":"status","value":"closed",'
        b'"previous_value":"open"}]}'
    )
    told = winners(list(zendesk_audits.take(raw, "audits", mask)))
    said = told["ticket:3", "comment:5"][1]
    assert isinstance(said, Step)
    assert said.what == "merged"


ALL = [
    *read(zendesk_audits, RECORDED).statements,
    *read(zendesk_audits, EVENTS).statements,
    *read(zendesk_comments, COMMENTS).statements,
    *read(zendesk_tickets, "zendesk_tickets/lines.ndjson").statements,
]


@given(st.lists(st.sampled_from(ALL)), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_records_give_the_same(again: list[Statement], dice: Random) -> None:
    mixed = [*ALL, *again]
    dice.shuffle(mixed)
    assert winners(mixed) == winners(ALL)


def test_a_recording_of_an_account() -> None:
    path = SHARED / "zendesk" / "samples" / "ticket_audits.json"
    if not path.exists():
        pytest.skip("recordings of real systems are not part of the project")
    told = read(zendesk_audits, path)
    assert not told.refused
    kinds = [said.what for _v, said in winners(told.statements).values() if isinstance(said, Step)]
    # 199 of 201 audits begin a ticket; one audit stands in two of the pages.
    assert kinds.count("created") == kinds.count("asked") + kinds.count("reply")
    assert kinds.count("created") >= 98
