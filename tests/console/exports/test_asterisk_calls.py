"""What each version of Asterisk writes about a call, and what is made of it."""

import json
import re
from collections.abc import Iterator

import pytest

from console.domain import facts
from console.domain.facts import Leg
from console.domain.times import SECOND
from console.exports import asterisk_queue_log
from console.exports.asterisk_calls import contact_of, split
from console.exports.asterisk_events import AGENT_EVENTS, CALL_EVENTS, ENDS, EXITS, LIFE_CYCLE
from tests.console.exports.samples import sample

AT = 1_700_000_000
# Stated figures differ by one from what the stamps say: the stated ones hold.
HOLD, TALK, WAIT = 37, 245, 61


def legs(*lines: str) -> tuple[Leg, ...]:
    return contact_of([split(line)[1] for line in lines]).legs


def line(after: int, agent: str, verb: str, params: str) -> str:
    return f"{AT + after}|1.1|q|{agent}|{verb}|{params}"


ENTER = line(0, "NONE", "ENTERQUEUE", "|0177|1")
CONNECT = line(HOLD + 1, "Ada", "CONNECT", f"{HOLD}|2.1|3")


def check(verb: str, params: str, hold: bool, talk: bool, wait: bool) -> None:
    """The row ends a call (alone and with what came before), or lets it leave the queue."""
    if verb in ENDS:
        row = line(HOLD + 1 + TALK + 1, "Ada", verb, params)
        [leg] = legs(ENTER, CONNECT, row)
        assert (leg.outcome, leg.ended_by, leg.agent) == (facts.ANSWERED, verb, "Ada")
        assert leg.wait_us == HOLD * SECOND
        assert leg.talk_us == (TALK if talk else TALK + 1) * SECOND
        [alone] = legs(row)
        assert not alone.entry_seen and alone.ended_at == leg.ended_at
        assert alone.outcome == facts.ANSWERED
        if talk:
            assert alone.talk_us == TALK * SECOND
            assert alone.connected_at == (AT + HOLD + 2) * SECOND
        if hold:
            assert alone.wait_us == HOLD * SECOND
    elif verb in EXITS:
        [leg] = legs(ENTER, line(WAIT + 1, "NONE", verb, params))
        assert (leg.outcome, leg.ended_by, leg.agent) == (EXITS[verb], verb, None)
        assert leg.connected_at is None and leg.talk_us is None
        assert leg.wait_us == (WAIT if wait else WAIT + 1) * SECOND
        # The one code path that writes the member's name means the same.
        [named] = legs(ENTER, line(WAIT + 1, "Ada", verb, params))
        assert named == leg
    elif verb == "CONNECT":
        [leg] = legs(ENTER, line(HOLD + 1, "Ada", verb, params))
        assert (leg.outcome, leg.agent, leg.ended_at) == (facts.ANSWERED, "Ada", None)
        assert leg.wait_us == HOLD * SECOND
        [alone] = legs(line(HOLD + 1, "Ada", verb, params))
        assert alone.entered_at == (AT + 1) * SECOND and not alone.entry_seen
    elif verb == "ENTERQUEUE":
        [leg] = legs(line(0, "NONE", verb, params))
        assert (leg.outcome, leg.entered_at, leg.ended_at) == (facts.WAITING, AT * SECOND, None)


SHAPES = [
    ("COMPLETEAGENT", f"{HOLD}|{TALK}"),
    ("COMPLETECALLER", f"{HOLD}|{TALK}|1"),
    ("TRANSFER", "200|default"),
    ("TRANSFER", f"200|default|{HOLD}|{TALK}"),
    ("TRANSFER", f"200|default|{HOLD}|{TALK}|1"),
    ("BLINDTRANSFER", f"200|default|{HOLD}|{TALK}|1"),
    ("ATTENDEDTRANSFER", f"BRIDGE|0a1b|{HOLD}|{TALK}|1"),
    ("ATTENDEDTRANSFER", f"APP|Queue|{HOLD}|{TALK}|1"),
    ("ATTENDEDTRANSFER", f"LINK|SIP/1-1|SIP/2-1|{HOLD}|{TALK}|1"),
    ("ATTENDEDTRANSFER", f"LINK|SIP/1-1|SIP/2-1|{HOLD}|{TALK}|10"),
    ("ABANDON", f"1|1|{WAIT}"),
    ("EXITEMPTY", f"1|1|{WAIT}"),
    ("EXITWITHTIMEOUT", "1"),
    ("EXITWITHTIMEOUT", f"1|2|{WAIT}"),
    ("EXITWITHKEY", "5|1"),
    ("EXITWITHKEY", f"5|1|2|{WAIT}"),
    ("WITHDRAW", f"1|1|{WAIT}|called back"),
    ("WITHDRAW", f"1|1|{WAIT}|"),
    ("AGENTDUMP", ""),
    ("SYSCOMPAT", ""),
    ("CONNECT", f"{HOLD}"),
    ("CONNECT", f"{HOLD}|2.1"),
    ("CONNECT", f"{HOLD}|2.1|3"),
    ("ENTERQUEUE", "|"),
    ("ENTERQUEUE", "|0177"),
    ("ENTERQUEUE", "|0177|1"),
    ("ENTERQUEUE", "http://x|0177|1|Jo Doe"),
]


@pytest.mark.parametrize(("verb", "params"), SHAPES)
def test_every_shape_of_an_event(verb: str, params: str) -> None:
    fields = params.split("|")
    check(verb, params, str(HOLD) in fields, str(TALK) in fields, str(WAIT) in fields)


def rendered(verb: str, pattern: str) -> Iterator[tuple[str, bool, bool, bool]]:
    """Parameters as this C format writes them, and whether hold, talk and wait are among them."""
    form, _, arguments = pattern.partition("  <- ")
    values: list[str] = []
    stated = {"hold": False, "talk": False, "wait": False}
    for argument in split_arguments(arguments):
        if "time(NULL) - callstart" in argument or re.search(
            r"time\(NULL\) - queue_data->starttime", argument
        ):
            values.append(str(TALK))
            stated["talk"] = True
        elif "callstart - qe->start" in argument or "holdstart" in argument:
            values.append(str(HOLD))
            stated["hold"] = True
        elif re.search(r"time\(NULL\) - qe(\.|->)start", argument):
            values.append(str(HOLD if verb == "CONNECT" else WAIT))
            stated["hold" if verb == "CONNECT" else "wait"] = True
        elif "transfer_str" in argument:
            values.append("{transfer}")
        elif "uniqueid" in argument:
            values.append("2.1")
        elif argument in ('""', ""):
            values.append("")
        else:
            values.append("1")
    filled = re.sub(r"%[.\d]*l?[a-z]", "{}", form).format(*values)
    for transfer in ("BRIDGE|b", "APP|a", "LINK|c|d") if "{transfer}" in filled else ("",):
        yield (
            filled.replace("{transfer}", transfer),
            stated["hold"],
            stated["talk"],
            stated["wait"],
        )


def split_arguments(text: str) -> list[str]:
    found, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [argument.strip() for argument in found]


def test_what_every_version_of_asterisk_writes() -> None:
    formats = json.loads(sample("queue_log", "asterisk_event_formats_by_version.json").read_text())
    seen: set[str] = set()
    for version, events in formats.items():
        rows: list[str] = []
        for verb, writers in events.items():
            if not verb.isupper():
                continue  # whatever the dial plan likes to write
            for pattern, _callid, _agent in writers:
                for params, hold, talk, wait in rendered(verb, pattern):
                    check(verb, params, hold, talk, wait)
                    rows.append(f"{AT}|1.1|q|Ada|{verb}|{params}")
                    least = CALL_EVENTS.get(verb, AGENT_EVENTS.get(verb, 0))
                    # 1.0 counts no caller's position, and nothing is shorter than what 1.0 writes.
                    assert len(params.split("|")) >= least, (version, verb, params)
                    seen.add(verb)
        batch = asterisk_queue_log.read("".join(f"{row}\n" for row in rows).encode(), str)
        assert not batch.bad, version
        assert batch.rows.height == len(rows)
    known = {*CALL_EVENTS, *AGENT_EVENTS, *LIFE_CYCLE}
    assert seen - known == {"OUTCALL"}


def test_a_call_sent_back_into_its_queue_within_a_second_is_two_stays() -> None:
    found = legs(
        ENTER,
        CONNECT,
        line(100, "Ada", "COMPLETECALLER", "37|62|1"),
        line(100, "NONE", "ENTERQUEUE", "|0177|1"),
        line(100, "Bo", "CONNECT", "0|3.1|0"),
        line(160, "Bo", "COMPLETEAGENT", "0|60|1"),
    )
    assert [(leg.agent, leg.wait_us, leg.talk_us) for leg in found] == [
        ("Ada", HOLD * SECOND, 62 * SECOND),
        ("Bo", 0, 60 * SECOND),
    ]


def test_an_end_in_a_queue_that_was_left_changes_nothing() -> None:
    found = legs(
        ENTER, line(5, "NONE", "EXITWITHTIMEOUT", "1|1|5"), line(5, "NONE", "EXITEMPTY", "1|1|5")
    )
    assert [(leg.outcome, leg.ended_by) for leg in found] == [(facts.TIMEOUT, "EXITWITHTIMEOUT")]


def test_leaving_without_an_entry_counts_nowhere() -> None:
    [leg] = legs(line(61, "NONE", "ABANDON", "1|1|61"))
    assert (leg.outcome, leg.entry_seen, leg.entered_at) == (facts.ORPHAN, False, AT * SECOND)


def test_rings_end_at_their_row_and_are_milliseconds() -> None:
    contact = contact_of(
        [
            split(r)[1]
            for r in (
                ENTER,
                line(10, "Ada", "RINGNOANSWER", "4000"),
                line(12, "Bo", "RINGNOANSWER", "0"),
            )
        ]
    )
    assert [(i.agent, i.started_at, i.ended_at) for i in contact.intervals] == [
        ("Ada", (AT + 6) * SECOND, (AT + 10) * SECOND)
    ]
    assert contact.legs[0].rings == 2
