"""Wazo's statistics service: buckets, zones, a clock change, opening hours, wait classes.

Its cases are stored aggregates, of which only the sums are known. Contacts and stretches with the
same sums are written into a queue_log, at the start of their hour.
"""

from collections import Counter
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.domain.times import DAY, HOUR, SECOND, from_iso
from console.reads.buckets import OpeningHours
from console.reads.kpis import AGENT, Question
from tests.peers.cases import (
    Event,
    ask,
    cases,
    console_of,
    hour_of,
    instant,
    length,
    load,
    of_range,
)

#: Their column to the row that a PBX with their dial plan writes.
REFUSALS = {
    "closed": "CLOSED",
    "joinempty": "JOINEMPTY",
    "full": "FULL",
    "divert_ca_ratio": "DIVERT_CA_RATIO",
    "divert_waittime": "DIVERT_HOLDTIME",
}


class Log:
    """Rows of a queue_log in the making."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._ids = count(1)

    def write(self, at: int, queue: str, agent: str, verb: str, *params: object) -> None:
        self.events.append((at, "NONE", queue, agent, verb, [str(p) for p in params]))

    def contact(self, at: int, queue: str, *rows: tuple[Any, ...]) -> None:
        """`rows` are (seconds after the first, agent, event, parameters …)."""
        ref = f"1.{next(self._ids)}"
        for after, agent, verb, *params in rows:
            place = at + after * SECOND
            self.events.append((place, ref, queue, agent, verb, [str(p) for p in params]))

    def answered(self, at: int, queue: str, agent: str, wait: int = 0, talk: int = 0) -> None:
        self.contact(
            at,
            queue,
            (0, "NONE", "ENTERQUEUE", "", "100", 1),
            (wait, agent, "CONNECT", wait, "1.0", 0),
            (wait + talk, agent, "COMPLETECALLER", wait, talk, 1),
        )

    def left(self, at: int, queue: str, verb: str, wait: int = 0) -> None:
        rows: list[tuple[Any, ...]] = [(0, "NONE", "ENTERQUEUE", "", "100", 1)]
        if verb == "LEAVEEMPTY":
            rows.append((wait, "NONE", "EXITEMPTY", 1, 1, wait))
            rows.append((wait, "NONE", "LEAVEEMPTY", ""))
        else:
            rows.append((wait, "NONE", verb, 1, 1, wait))
        self.contact(at, queue, *rows)

    @property
    def sorted(self) -> list[Event]:
        return sorted(self.events, key=lambda event: event[0])


def question_of(params: dict[str, Any], expected: Any) -> Question:
    """Their request. Without a range it begins where they begin and ends long after."""
    zone = ZoneInfo(params.get("timezone", "UTC"))
    from_at, to_at = 0, 0
    if "from_" in params:
        from_at, to_at = instant(params["from_"]), instant(params["until"])
    else:
        begins = [from_iso(item["from"]) for item in _items(expected) if item["from"] is not None]
        from_at = min(begins, default=from_iso("2020-10-01"))
        to_at = from_at + 400 * DAY
    thresholds = params.get("qos_thresholds")
    return Question(
        from_at,
        to_at,
        params.get("interval", "none"),
        zone=zone,
        hours=OpeningHours(
            _minutes(params.get("day_start_time", "00:00")),
            _minutes(params.get("day_end_time", "24:00")),
            [int(d) for d in params.get("week_days", "1,2,3,4,5,6,7").split(",")],
        ),
        service_level_s=params.get("qos_threshold", 20),
        qos=tuple(int(s) for s in thresholds.split(",")) if thresholds else (),
    )


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _items(expected: Any) -> list[dict[str, Any]]:
    """Every item that a case expects, wherever in its assertions it stands."""
    if isinstance(expected, dict):
        if "from" in expected:
            return [expected]
        return [item for value in expected.values() for item in _items(value)]
    if isinstance(expected, list):
        return [item for value in expected for item in _items(value)]
    return []


def _totals(expected: Any) -> list[int]:
    if isinstance(expected, dict):
        own = [expected["total"]] if isinstance(expected.get("total"), int) else []
        return own + [n for value in expected.values() for n in _totals(value)]
    if isinstance(expected, list):
        return [n for value in expected for n in _totals(value)]
    return []


def _between(item: dict[str, Any], question: Question) -> tuple[int, int]:
    if item["from"] is None or item["until"].startswith("<"):
        return question.from_at, question.to_at
    return from_iso(item["from"]), from_iso(item["until"])


def compare_rows(console, case: dict[str, Any], question: Question, label: str, check) -> None:
    """Each expected item beside our row of the same range; they add a row for the whole range."""
    parts = ask(console, question)
    whole = ask(console, question, interval="none")
    for total in _totals(case["expected"]):
        rows_of_one = Counter(row[label] for row in parts)
        of_one = max(rows_of_one.values())
        if question.interval == "none":
            assert total == len(rows_of_one)
        else:
            assert total == of_one + 1
    for item in _items(case["expected"]):
        from_at, to_at = _between(item, question)
        rows = whole if (from_at, to_at) == (question.from_at, question.to_at) else parts
        check(item, rows, from_at, to_at)


# --- queues ---------------------------------------------------------------------------------------


def queue_log_of(case: dict[str, Any], trust_calls: bool) -> tuple[Log, list[str]]:
    """Their hourly sums and their calls are of the same contacts; `trust_calls`: of calls only."""
    log = Log()
    queues: set[str] = set()
    calls: Counter[tuple[str, int, str]] = Counter()
    for stored in case["stored_rows"]:
        row = stored["row"]
        queue = f"queue {row['queue_id']}"
        queues.add(queue)
        if stored["kind"] == "stat_call_on_queue":
            at = instant(row["time"])
            status = row.get("status", "answered")
            calls[queue, hour_of(at), status] += 1
            if status == "answered":
                log.answered(at, queue, "Agent/1", row["waittime"])
            else:
                log.left(at, queue, "ABANDON", row["waittime"])
    for stored in case["stored_rows"]:
        row = stored["row"]
        if stored["kind"] != "stat_queue_periodic" or trust_calls:
            continue
        queue, at = f"queue {row['queue_id']}", instant(row["time"])
        for _ in range(row.get("answered", 0) - calls[queue, at, "answered"]):
            log.answered(at, queue, "Agent/1")
        for _ in range(row.get("abandoned", 0) - calls[queue, at, "abandoned"]):
            log.left(at, queue, "ABANDON")
        for _ in range(row.get("timeout", 0)):
            log.left(at, queue, "EXITWITHTIMEOUT")
        for _ in range(row.get("leaveempty", 0)):
            log.left(at, queue, "LEAVEEMPTY")
        for column, verb in REFUSALS.items():
            for _ in range(row.get(column, 0)):
                log.contact(at, queue, (0, "NONE", verb, ""))
    return log, sorted(queues)


#: On purpose: their stored sums do not add up (a total of 36 over parts of 37), and they take the
#: diverted out of the answered rate's base; ours is the statistics centre's own formula.
INCONSISTENT: dict[str, tuple[str, ...]] = {
    "TestStatistics.test_get_queue_interval_by_hour": ("received", "answered_rate")
}


@pytest.mark.parametrize("case", cases("wazo_call_logd_queue_stats.json", "cases", "test"))
def test_queue_stats(case: dict[str, Any], tmp_path) -> None:
    (request,) = case["requests"]
    question = question_of(request["params"], case["expected"])
    log, queues = queue_log_of(case, trust_calls=False)
    skipped = INCONSISTENT.get(case["test"], ())

    def check(item, rows, from_at, to_at) -> None:
        queue = f"queue {item['queue_id']}"
        row = of_range(rows, from_at, to_at, queue=queue)
        wait = row["average_wait_s"]
        ours = {
            "received": row["received"],
            "answered": row["answered"],
            "abandoned": row["abandoned"],
            "closed": row["closed"],
            "not_answered": row["timeout"],
            "saturated": row["saturated"],
            "blocked": row["blocked"] + row["leave_empty"],
            "answered_rate": row["answered_rate"],
            "average_waiting_time": None if wait is None else int(wait),
            "quality_of_service": (
                row["service_level_answered"] if "qos_threshold" in request["params"] else None
            ),
        }
        for name in ours.keys() & item.keys() - {*skipped}:
            assert ours[name] == item[name], (name, item["from"])
        if skipped and item["received"]:
            assert item["received"] <= ours["received"] <= item["received"] + 1

    with console_of(tmp_path, log.sorted, queues=queues) as console:
        compare_rows(console, case, question, "queue", check)


@pytest.mark.parametrize("case", cases("wazo_call_logd_queue_stats_qos.json", "cases", "test"))
def test_queue_qos(case: dict[str, Any], tmp_path) -> None:
    (request,) = case["requests"]
    question = question_of(request["params"], case["expected"])
    log, queues = queue_log_of(case, trust_calls=True)

    def check(item, rows, from_at, to_at) -> None:
        row = of_range(rows, from_at, to_at, queue=f"queue {item['queue_id']}")
        assert row["qos"] == item["quality_of_service"]["contains_items"]

    with console_of(tmp_path, log.sorted, queues=queues) as console:
        compare_rows(console, case, question, "queue", check)


# --- agents ---------------------------------------------------------------------------------------


def agent_log_of(case: dict[str, Any]) -> tuple[Log, dict[int, str], dict[int, str]]:
    """Each stored hour: logged in from its start, pauses from then on, wrap-up last."""
    log = Log()
    agents = {
        s["row"]["id"]: s["row"]["name"] for s in case["stored_rows"] if s["kind"] == "stat_agent"
    }
    numbers = {
        s["row"]["agent_id"]: s["row"]["name"]
        for s in case["stored_rows"]
        if s["kind"] == "stat_agent"
    }
    for stored in case["stored_rows"]:
        row = stored["row"]
        if stored["kind"] == "stat_call_on_queue":
            queue = f"queue {row.get('queue_id', 0)}"
            log.answered(instant(row["time"]), queue, agents[row["agent_id"]], 0, row["talktime"])
        elif stored["kind"] == "stat_agent_periodic":
            _stretches(log, row, agents[row["agent_id"]])
    return log, agents, numbers


def _stretches(log: Log, row: dict[str, Any], agent: str) -> None:
    at = instant(row["time"])
    login, pause, wrapup = (
        length(row.get(name, "00:00:00")) for name in ("login_time", "pause_time", "wrapup_time")
    )
    if "stat_queue_id" in row:
        queue = f"queue {row['stat_queue_id']}"
        if login:
            log.write(at, queue, agent, "ADDMEMBER", "")
            log.write(at + login, queue, agent, "REMOVEMEMBER", "")
        # Their pause in a queue is the agent's pause while a member, which needs no row of its own.
        return
    if login:
        log.write(at, "NONE", agent, "AGENTCALLBACKLOGIN", "1001@default")
        log.write(
            at + login, "NONE", agent, "AGENTCALLBACKLOGOFF", "1001@default", login // SECOND, ""
        )
    if pause:
        log.write(at, "NONE", agent, "PAUSEALL", "")
        log.write(at + pause, "NONE", agent, "UNPAUSEALL", "")
    if wrapup:
        log.contact(at + HOUR - wrapup, "queue 0", (0, agent, "WRAPUPSTART", wrapup // SECOND))


#: On purpose. An hour that is stored twice is one hour; a pause of all queues is one of each queue
#: (their stored rows of that case give one of two queues no pause, which their own rule cannot).
DIFFERENT: dict[str, dict[str, float]] = {
    "TestStatistics.test_get_agent_over_24_hours": {"login_time": 24 * 3600.0},
    "TestAgentStatisticsQueues.test_get_agent_statistics_per_queue_pause": {"queue 11": 600.0},
}
NAMES = {
    "answered": "answered",
    "conversation_time": "conversation_s",
    "login_time": "login_s",
    "pause_time": "pause_s",
    "wrapup_time": "wrapup_s",
}


def _same(ours: float | None, theirs: float | None) -> bool:
    # On purpose: what the log never speaks of is unknown to us, and 0 to them.
    return ours == theirs or (ours is None and theirs == 0)


@pytest.mark.parametrize("case", cases("wazo_call_logd_agent_stats.json", "cases", "test"))
def test_agent_stats(case: dict[str, Any], tmp_path) -> None:
    (request,) = case["requests"]
    log, agents, numbers = agent_log_of(case)
    # Cases about queues assert parts of the answer, without the range.
    expected = _with_range(case["expected"], request["params"], numbers)
    question = question_of(request["params"], expected)
    different = DIFFERENT.get(case["test"], {})

    def check(item, rows, from_at, to_at) -> None:
        agent = numbers[item.get("agent_id", next(iter(numbers)))]
        row = of_range(rows, from_at, to_at, agent=agent)
        for theirs, ours in NAMES.items():
            if theirs in item:
                wanted = different.get(theirs, item[theirs])
                assert _same(row[ours], wanted), (theirs, item["from"], row[ours])
        if "queues" in item:
            _check_queues(item["queues"], row["queues"], different)

    with console_of(tmp_path, log.sorted, agents=agents.values()) as console:
        compare_rows(
            console,
            {**case, "expected": expected},
            Question(**{**_fields(question), "by": AGENT}),
            "agent",
            check,
        )


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in question.__dataclass_fields__}


def _check_queues(theirs: Any, ours: list[dict[str, Any]], different: dict[str, float]) -> None:
    shares = {share["queue"]: share for share in ours if share["queue"] != "queue 0"}
    if isinstance(theirs, dict) and "length" in theirs:
        assert len(shares) == theirs["length"]
        return
    listed = theirs
    if isinstance(theirs, dict):
        listed = theirs.get("contains_items") or theirs["in_any_order"]
    else:
        assert len(shares) == len(theirs)
    for wanted in listed:
        name = f"queue {wanted['queue_id']}"
        for field, ours_field in NAMES.items():
            if field in wanted:
                value = different.get(name, wanted[field])
                assert _same(shares[name][ours_field], value), (name, field)


def _with_range(
    expected: list[dict[str, Any]], params: dict[str, Any], numbers: dict[int, str]
) -> list[dict[str, Any]]:
    """Assertions on one item get its range from the request, those on a list their names."""
    found: list[dict[str, Any]] = []
    for part in expected:
        wanted = part["expected"]
        if part["of"] == "0":
            continue
        if part["of"].endswith("['items'][0]"):
            wanted = {**wanted, "from": params["from_"], "until": params["until"]}
            wanted = {"contains_items": [wanted]}
        elif part["of"].endswith("['queues']"):
            queues = wanted
            wanted = {"from": params["from_"], "until": params["until"], "queues": queues}
            wanted = {"contains_items": [wanted]}
        else:
            wanted = _fill(wanted, params)
        found.append({"expected": wanted})
    return found


def _fill(wanted: Any, params: dict[str, Any]) -> Any:
    """A list's items that do not say their range are of the whole."""
    if isinstance(wanted, dict) and "agent_id" in wanted and "from" not in wanted:
        return {**wanted, "from": params["from_"], "until": params["until"]}
    if isinstance(wanted, dict):
        return {
            name: value if name == "queues" else _fill(value, params)
            for name, value in wanted.items()
        }
    if isinstance(wanted, list):
        return [_fill(value, params) for value in wanted]
    return wanted


def test_nothing_is_left_out() -> None:
    """Every case of the three files is asked; a new one of another kind is noticed."""
    for name in ("queue_stats", "agent_stats", "queue_stats_qos"):
        for case in load(f"wazo_call_logd_{name}.json").get("cases", []):
            assert len(case["requests"]) == 1
            assert {row["kind"] for row in case["stored_rows"]} <= {
                "stat_queue",
                "stat_queue_periodic",
                "stat_agent",
                "stat_agent_periodic",
                "stat_call_on_queue",
            }
