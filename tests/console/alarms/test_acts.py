"""What was ordered, put off, owed and reported."""

from dataclasses import replace
from typing import Any

from console.alarms.acts import ORDERS, OVERRIDES, OWED, REPORTED
from console.alarms.condition import Facts, Similar
from console.alarms.facts import similar
from console.domain.alarms import ACT, Finding
from console.domain.board import LogItem, Trouble
from console.domain.overrides import CHANNEL, Drift, OverrideRow
from console.domain.records import ReportRow
from console.domain.times import MINUTE
from console.settings import Settings
from tests.console.alarms.situations import NOW, situation, told


def test_without_facts_nobody_can_tell() -> None:
    for condition in (ORDERS, OWED, REPORTED):
        assert condition.of(situation()) is None


def test_orders_that_were_refused_or_not_answered() -> None:
    assert told(ORDERS, situation(facts=Facts())) == []
    items = (
        LogItem("add Ann to billing", "refused", "Interface not found"),
        LogItem("add Bo to billing", "unconfirmed"),
    )
    facts = Facts((Trouble(7, "send 2 agents to billing", 12, items),))
    (found,) = told(ORDERS, situation(facts=facts))
    assert found.stands and (found.key, found.act, found.target) == ("order|7", ACT, "7")
    assert found.title == "not carried out: send 2 agents to billing"
    assert found.number == (
        "1 refused and 1 not answered of 12 messages: add Ann to billing, “Interface not found”"
    )


def test_an_override_beyond_its_time_or_changed_there() -> None:
    row = OverrideRow(
        "k", CHANNEL, "channel chat closed", "chat", "", "open", "closed", NOW - 60 * MINUTE,
        "ann", (("chat", "state"),), NOW - 10 * MINUTE, False,
    )  # fmt: skip
    assert told(OVERRIDES, situation(overrides=(row,))) == []
    (late,) = told(OVERRIDES, situation(overrides=(replace(row, overdue=True),)))
    assert late.stands and late.title == "beyond its time: channel chat closed"
    assert late.number == "10:00 beyond its time, since it was set by ann"
    drift = replace(row, drift=Drift("pbx", "open", NOW, "bob"))
    (changed,) = told(OVERRIDES, situation(overrides=(drift,)))
    assert changed.number == "wanted closed, open at pbx by bob"


def test_what_is_owed_and_overdue() -> None:
    (calm,) = told(OWED, situation(facts=Facts()))
    assert calm.stands is False
    (found,) = told(OWED, situation(facts=Facts(overdue=2, overdue_what="monthly report")))
    assert found.stands
    assert found.number == "2 obligations past the date, the oldest: monthly report"


def report(number: int, what: str, category: str = "") -> ReportRow:
    return ReportRow(
        str(number), NOW - number, "ann", what, "", "", category, "", "open", "", None, None, 1
    )


def test_reports_are_of_one_kind_by_category_or_by_their_words() -> None:
    found = similar(
        [
            report(1, "login page fails again for customers"),
            report(2, "anything", "billing"),
            report(3, "headset crackles"),
            report(4, "customers: the login page is down"),
            report(5, "else", "billing"),
            report(6, "login page gives error 500"),
        ]
    )
    assert [(each.kind, each.number) for each in found] == [
        ("login page gives error 500", 3),
        ("billing", 2),
        ("headset crackles", 1),
    ]
    assert found[0].newest == "login page fails again for customers"


def test_three_reports_of_a_kind() -> None:
    def at(number: int, **more: Any) -> list[Finding]:
        facts = Facts(similar=(Similar("billing", number, "card refused"),))
        return told(REPORTED, situation(facts=facts, **more))

    assert at(2) == []
    (found,) = at(3)
    assert found.stands and found.number == "3 in 20 minutes, the newest: card refused"
    assert len(at(2, standing=frozenset(["reports|billing"]))) == 1
    assert at(1, standing=frozenset(["reports|billing"])) == []
    assert at(9, settings=Settings(alarm_reports=0)) == []
