"""Attempts in columns: what exports say of them, and that changes give what reading anew gives."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from console.app import Console
from console.commands import ForgetSource
from console.commands.join_customers import JoinCustomers
from console.debt.attempts import (
    ABANDONED,
    ANSWERED,
    IN_CONVERSATION,
    LOST,
    OUTCOMES,
    PROMISED,
    WAITING,
    Attempts,
)
from console.domain.times import MINUTE, SECOND
from console.reads.attempt_rows import CALLBACK_LINE, resolved_by
from console.reads.attempts import History, attempts, promises, topic_of
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything

AT = 1_772_438_400
LOG = f"""\
{AT}|1.1|sales|NONE|ENTERQUEUE||01632960123|1
{AT + 20}|1.1|sales|SIP/7|CONNECT|20|1.11|5
{AT + 80}|1.1|sales|SIP/7|COMPLETECALLER|20|60|1
{AT + 80}|1.1|sales|SIP/7|WRAPUPSTART|30
{AT + 100}|1.2|sales|NONE|ENTERQUEUE||01632960123|1
{AT + 160}|1.2|sales|NONE|ABANDON|1|1|60
{AT + 170}|1.3|sales|NONE|ENTERQUEUE||01632960777|1
{AT + 200}|1.3|sales|NONE|EXITWITHKEY|1|1|1|30
{AT + 210}|1.4|sales|NONE|ENTERQUEUE||anonymous|1
{AT + 220}|1.4|sales|NONE|EXITEMPTY|1|1|10
{AT + 300}|1.5|callbacks|NONE|ENTERQUEUE||01632960777|1
{AT + 305}|1.5|callbacks|SIP/7|CONNECT|5|1.51|5
{AT + 365}|1.5|callbacks|SIP/7|COMPLETEAGENT|5|60|1
{AT + 400}|1.6|sales|NONE|ENTERQUEUE||01632960888|1
{AT + 410}|1.7|sales|NONE|ENTERQUEUE||01632960999|1
{AT + 430}|1.7|sales|SIP/8|CONNECT|20|1.71|5
"""


@pytest.fixture
def console(tmp_path: Path):
    made = Console(tmp_path / "data")
    yield made
    made.close()


def read(console: Console, tmp_path: Path, text: str) -> Attempts:
    log = tmp_path / "exports" / "queue_log"
    log.parent.mkdir(exist_ok=True)
    log.write_text(text)
    console.sync([log])
    with console.store.read() as session:
        return attempts(session, 0)


def test_a_log_tells_attempts_promises_and_no_dials(console: Console, tmp_path: Path) -> None:
    found = read(console, tmp_path, LOG)
    order = np.argsort(found.entered_us)
    outcome = found.outcome[order].tolist()
    assert outcome == [ANSWERED, ABANDONED, PROMISED, LOST, WAITING, IN_CONVERSATION]
    first, second, promised, nobody, waits, speaks = order
    assert (found.entered_us[first], found.answered_us[first], found.ended_us[first]) == (
        AT * SECOND, (AT + 20) * SECOND, (AT + 80) * SECOND,
    )  # fmt: skip
    assert (found.talk_s[first], found.wrapup_s[first]) == (60.0, 30.0)
    assert np.isnan(found.talk_s[second]) and np.isnan(found.wrapup_s[second])
    assert found.customer[first] == found.customer[second] != -1
    assert found.customer[nobody] == -1
    # The callback was dialled in a queue of its own, and kept.
    assert found.answered_us[promised] == (AT + 305) * SECOND
    assert (found.ended_us[waits], found.answered_us[waits]) == (-1, -1)
    assert found.answered_us[speaks] == (AT + 430) * SECOND and found.ended_us[speaks] == -1
    assert found.agent[first] >= 0 and found.agent[second] == -1
    assert set(found.resolved.tolist()) == {-1} and set(found.topic.tolist()) == {-1}
    assert found.channels == ("voice",) and found.until_us == (AT + 430) * SECOND
    with console.store.read() as session:
        told = promises(session, 0)
        none = promises(session, (AT + 250) * SECOND)
        some = attempts(session, (AT + 90) * SECOND, (AT + 205) * SECOND)
    assert (told.made_us[0], told.dialled_us[0]) == ((AT + 200) * SECOND, (AT + 300) * SECOND)
    assert (told.reached.tolist(), told.called_in_us.tolist()) == ([1], [-1])
    assert len(none) == 0
    assert sorted(some.outcome.tolist()) == [ABANDONED, PROMISED]


def test_without_a_queue_for_callbacks_a_key_is_a_loss(console: Console, tmp_path: Path) -> None:
    found = read(console, tmp_path, LOG.replace("callbacks", "service"))
    assert PROMISED not in found.outcome
    assert len(found) == 7


def test_who_has_waited_for_more_than_a_day_is_gone(console: Console, tmp_path: Path) -> None:
    later = f"{AT + 90_000}|1.8|sales|NONE|ENTERQUEUE||01632960123|1\n"
    found = read(console, tmp_path, LOG + later)
    counts = Counter(OUTCOMES[each] for each in found.outcome)
    assert (counts["waiting"], counts["in conversation"]) == (1, 0)
    assert (counts["lost otherwise"], counts["answered"]) == (2, 2)


def test_customers_that_are_one_by_hand_have_one_code(console: Console, tmp_path: Path) -> None:
    read(console, tmp_path, LOG)
    one, other = console.customer_key("1.1"), console.customer_key("1.6")
    history = History(0)

    def codes() -> list[int]:
        with console.store.read() as session:
            found = history.refresh(session).all()
        return found.customer[np.argsort(found.entered_us)].tolist()

    before = codes()
    assert before[0] != before[4]
    receipt = console.do(JoinCustomers(one, other, console.who))
    joined = codes()
    assert joined[0] == joined[1] == joined[4] != -1
    console.undo(receipt.journal_id)
    assert codes()[0] != codes()[4]
    console.do(JoinCustomers(one, "", console.who))
    assert codes()[:2] == [-1, -1] and codes()[4] != -1


def picture(found: Attempts) -> list[tuple[object, ...]]:
    """What can be compared: codes are those of one reading, and only equal or not."""
    first: dict[int, int] = {}
    for contact, customer in sorted(
        zip(found.contact.tolist(), found.customer.tolist(), strict=True)
    ):
        if customer >= 0:
            first.setdefault(customer, contact)
    return sorted(
        (
            int(found.contact[n]),
            first.get(int(found.customer[n]), -1),
            found.topics[found.topic[n]] if found.topic[n] >= 0 else "",
            found.channels[found.channel[n]],
            *(int(getattr(found, name)[n]) for name in
              ("source", "queue", "entered_us", "answered_us", "ended_us", "outcome", "agent",
               "resolved")),
            *(str(getattr(found, name)[n]) for name in ("talk_s", "wrapup_s")),
        )
        for n in range(len(found))
    )  # fmt: skip


def test_what_changes_gives_what_reading_anew_gives(console: Console, tmp_path: Path) -> None:
    """A centre of every medium, its exports read half an hour at a time."""
    folder = tmp_path / "centre"
    play = Rehearsal(everything(), folder)
    play.begin(about={"title": "By hand"})
    history, pictures = History(0), 0
    for _piece in range(5):
        play.step(play.world.now + 30 * MINUTE)
        console.sync([folder])
        with console.store.read() as session:
            history.refresh(session).retie(session)
            followed = picture(history.all())
            anew = picture(attempts(session, 0))
        assert followed == anew
        pictures += len(anew)
    assert pictures > 300
    with console.store.read() as session:
        assert history.refresh(session).changed is None


def test_what_is_forgotten_is_gone(console: Console, tmp_path: Path) -> None:
    read(console, tmp_path, LOG)
    history = History(0)
    with console.store.read() as session:
        assert len(history.refresh(session).all()) == 6
        source_id = int(history.live.source[0])
    console.do(ForgetSource(source_id))
    console.upkeep.finish()
    with console.store.read() as session:
        assert len(history.refresh(session).all()) == 0


@pytest.mark.parametrize(
    ("words", "resolved"),
    [("Resolved", 1), ("not resolved", 0), ("Unresolved - call back", 0), ("Escalated", 0),
     ("problem solved", 1), ("sale", -1), ("", -1)],
)  # fmt: skip
def test_only_words_that_say_so_resolve(words: str, resolved: int) -> None:
    assert resolved_by(words) == resolved


def test_subjects_of_one_topic_are_one() -> None:
    assert topic_of("Re: AW: Delivery (10003)") == topic_of("delivery #10527") == "delivery"
    assert topic_of("4711") == ""


@pytest.mark.parametrize("name", ["callbacks", "Call-Back sales", "Rückrufe", "call_back"])
def test_queues_for_callbacks_are_known_by_their_names(name: str) -> None:
    assert CALLBACK_LINE.search(name)


def user(number: int, mail: str, phone: str) -> str:
    return (
        f'{{"url": "https://x.zendesk.com/api/v2/users/{number}.json", "id": {number}, '
        f'"name": "C {number}", "email": "{mail}", "phone": "{phone}", "role": "end-user", '
        '"created_at": "2026-03-01T00:00:00Z", "updated_at": "2026-03-01T00:00:00Z", '
        '"locale_id": 1, "organization_id": null, "verified": true, "suspended": false}\n'
    )


USERS = (
    user(1, "ann@example.org", "01632960123")
    + user(2, "ben@example.org", "01632960888")
    + user(3, "cem@example.org", "01632960888")
)


def test_a_number_and_an_address_of_one_customer_are_one(console: Console, tmp_path: Path) -> None:
    """As the desk's directory says; a number of two customers joins nobody."""
    read(console, tmp_path, LOG)
    history = History(0)
    with console.store.read() as session:
        history.refresh(session)
    users = tmp_path / "exports" / "users.jsonl"
    users.write_text(USERS)
    console.sync([users])
    ann, mail = console.customer_key("1.1"), console.customer_key("ann@example.org")
    office, ben = console.customer_key("1.6"), console.customer_key("ben@example.org")
    with console.store.read() as session:
        history.refresh(session)
        assert len(set(history.customer_codes([ann, mail]).tolist())) == 2
        history.retie(session)
    codes = history.customer_codes([ann, mail, office, ben]).tolist()
    assert codes[0] == codes[1]
    assert codes[2] != codes[3]
