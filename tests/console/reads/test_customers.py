"""One customer's contacts, in whatever system and form; joins that are said by hand."""

from pathlib import Path

import pytest

from console.app import Console
from console.commands.join_customers import JoinCustomers
from console.domain.customers import shown

LOG = "\n".join(
    [
        "1772438400|1.1|sales|NONE|ENTERQUEUE||00441632960123|1",
        "1772438460|1.1|sales|NONE|ABANDON|1|1|60",
        "1772438500|1.2|sales|NONE|ENTERQUEUE||01632960999|1",
        "1772438510|1.2|sales|NONE|ABANDON|1|1|10",
        "",
    ]
)
RECORD = """{"AWSAccountId": "111122223333", "AWSContactTraceRecordFormatVersion": "2017-03-10",
 "ContactId": "c-1", "Channel": "VOICE", "InitiationMethod": "INBOUND", "Agent": null,
 "CustomerEndpoint": {"Address": "+441632960123", "Type": "TELEPHONE_NUMBER"},
 "InitiationTimestamp": "2026-03-02T08:02:00Z", "DisconnectTimestamp": "2026-03-02T08:03:00Z",
 "LastUpdateTimestamp": "2026-03-02T08:04:00Z",
 "Queue": {"ARN": "arn:aws:connect:eu-west-1:111122223333:instance/i/queue/q", "Name": "Sales",
 "EnqueueTimestamp": "2026-03-02T08:02:00Z", "DequeueTimestamp": "2026-03-02T08:03:00Z",
 "Duration": 60}}"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    (tmp_path / "settings.toml").write_text('country = "GB"')
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "queue_log").write_text(LOG)
    (exports / "records.json").write_text(RECORD)
    made = Console(tmp_path)
    made.sync([exports])
    return made


def refs(console: Console, text: str) -> set[str]:
    return {each.contact for each in console.contacts_of(console.customer_key(text))}


def test_one_number_in_two_systems_is_one_customer(console: Console) -> None:
    assert refs(console, "01632 960123") == {"1.1", "c-1"}
    timeline = console.timeline_of_contact("c-1")
    assert timeline.title == "contact c-1 of …123, one of 2 contacts"
    other = timeline.steps[-1]
    assert (other.contact, other.what) == ("1.1", "same customer: voice, gave up")
    assert other.source_line == "the same number or address"
    console.close()


def test_a_join_by_hand_is_seen_and_taken_back(console: Console) -> None:
    customer = console.customer_key("1.1")
    join = JoinCustomers(customer, console.customer_key("1.2"), console.who, reason="she said so")
    receipt = console.do(join)
    assert refs(console, "1.2") == refs(console, "1.1") == {"1.1", "1.2", "c-1"}
    why = {each.contact: each.why for each in console.contacts_of(customer)}
    assert why["1.2"] == f"joined by {console.who}: she said so"
    assert console.preview(join).refused == "It stands so already."
    console.undo(receipt.journal_id)
    assert refs(console, "1.2") == {"1.2"}
    console.close()


def test_a_number_that_many_share_joins_nobody(console: Console) -> None:
    customer = console.customer_key("1.1")
    console.do(JoinCustomers(customer, console.customer_key("1.2"), console.who))
    console.do(JoinCustomers(customer, "", console.who))
    assert refs(console, "1.1") == set()
    assert refs(console, "1.2") == {"1.2"}
    assert console.timeline_of_contact("c-1").title == f"contact c-1 of {shown(customer)}"
    console.close()


def test_what_cannot_be_joined_is_refused_in_words(console: Console) -> None:
    customer = console.customer_key("1.1")
    for other, words in (
        (customer, "They are one customer already"),
        (console.customer_key("+441632960000"), "No contact has that number"),
    ):
        preview = console.preview(JoinCustomers(customer, other, console.who))
        assert words in preview.refused
    assert "Nobody is known" in console.preview(JoinCustomers("", customer, console.who)).refused
    console.close()
