"""What a rehearsal writes beside what real platforms wrote: fields, order, stamps, names.

The real samples are not part of the product: where they are absent, these are skipped.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from console.twin.history import History
from console.twin.rehearsal import Rehearsal
from tests.console.twin.small_centres import everything

ROOT = Path(__file__).resolve().parents[3]
REAL = Path(os.environ.get("COALFACE_SHARED") or ROOT.parent / "shared") / "data" / "exports"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ours") / "centre"
    play = Rehearsal(everything(), folder, hours=3)
    play.begin()
    History(play, 1).run()
    play.step(play.end)
    play.finish()
    play.leave()
    return folder


def real(name: str) -> Path:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"the real sample {name} is not here")
    return path


def records(folder: Path, pattern: str) -> list[dict[str, Any]]:
    found = [path.read_text("utf-8") for path in sorted(folder.glob(pattern))]
    return [json.loads(line) for text in found for line in text.splitlines()]


def shape(value: Any) -> Any:
    """The names of all fields, at whatever depth; of a list those of its first element."""
    if isinstance(value, dict):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list) and value:
        return [shape(value[0])]
    return None


def lacking(real: Any, ours: Any, at: str = "") -> list[str]:
    """Fields of the real one that ours has not. Where either says nothing, nothing is lacking."""
    if isinstance(real, dict) and isinstance(ours, dict):
        return [
            gap
            for name, each in real.items()
            for gap in (
                lacking(each, ours[name], f"{at}.{name}") if name in ours else [f"{at}.{name}"]
            )
        ]
    if isinstance(real, list) and isinstance(ours, list) and real and ours:
        return lacking(real[0], ours[0], f"{at}[]")
    return []


def form(stamp: str) -> str:
    return re.sub(r"\d", "9", stamp)


def stamps(value: Any) -> set[str]:
    """The forms of all times in it."""
    if isinstance(value, dict):
        return {each for inner in value.values() for each in stamps(inner)}
    if isinstance(value, list):
        return {each for inner in value for each in stamps(inner)}
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return {form(value)}
    return set()


def test_contact_records(ours: Path) -> None:
    sample = json.loads(real("amazon_connect/samples/ctr_voice_2022.json").read_text("utf-8"))
    answered = next(r for r in records(ours, "connect/contact-records/*.json") if r["Agent"])
    # Chats are not recorded, and have no line of ours.
    for name in ("MediaStreams", "Recording", "Recordings", "SystemEndpoint", "Attributes"):
        sample[name] = None
    assert lacking(sample, answered) == []
    assert list(answered) == sorted(answered)
    assert stamps(answered) == stamps(sample)


def test_agents_events(ours: Path) -> None:
    path = real("amazon_connect/samples/agent_event_heartbeat.json")
    sample = json.loads(path.read_text("utf-8"))
    found = records(ours, "connect/agent-events/*.json")
    beat = next(r for r in found if r["EventType"] == "HEART_BEAT")
    assert lacking(sample, beat) == []
    assert stamps(found) == stamps(sample)
    slots = beat["CurrentAgentSnapshot"]["Configuration"]["RoutingProfile"]["Concurrency"][0]
    assert 0 <= slots["AvailableSlots"] <= slots["MaximumSlots"]


def test_tickets_and_audits(ours: Path) -> None:
    text = real("zendesk/samples/incremental_tickets_time_chain.json").read_text("utf-8")
    sample = next(iter(_tickets(json.loads(text))))
    for record in records(ours, "zendesk/tickets-*.jsonl")[:50]:
        assert lacking(sample, record) == []
        assert stamps(record) == stamps(sample)
    [page] = json.loads(real("zendesk/samples/ticket_audits.json").read_text("utf-8"))[:1]
    events = {event["type"]: event for a in page["body"]["audits"] for event in a["events"]}
    kinds: set[str] = set()
    for record in records(ours, "zendesk/audits-*.jsonl")[:200]:
        assert set(page["body"]["audits"][0]) <= set(record)
        for event in record["events"]:
            kinds.add(event["type"])
            assert lacking(events[event["type"]], event) == []
    assert kinds == {"Create", "Change", "Comment"}


def _tickets(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        if "tickets" in value:
            return value["tickets"]
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            if found := _tickets(each):
                return found
    return []


def test_users_and_groups_have_no_field_that_no_desk_has(ours: Path) -> None:
    for kind in ("users", "groups"):
        schema = json.loads(real(f"zendesk/schemas/{kind}.json").read_text("utf-8"))
        for record in records(ours, f"zendesk/{kind}-*.jsonl")[:40]:
            assert set(record) <= set(schema["properties"])


def test_a_log_and_its_rotated_ones(ours: Path) -> None:
    theirs = sorted(real("queue_log/issabel_rotated_2022").glob("queue_log-*"))
    [older] = (ours / "pbx").glob("queue_log-*")
    assert {form(path.name) for path in theirs} == {form(older.name)}
    line = re.compile(rb"\d{10}\|[^|]+\|[^|]+\|[^|]*\|[A-Z]+\|.*")
    for path in (*theirs, older, ours / "pbx" / "queue_log"):
        lines = [each for each in path.read_bytes().replace(b"\0", b"").splitlines() if each]
        assert all(line.fullmatch(each) for each in lines)
    # Who says that a member came and went, and by what name.
    for path in (theirs[0], older):
        rows = [each.split(b"|") for each in path.read_bytes().splitlines()]
        came = next(row for row in rows if row[4] == b"ADDMEMBER")
        assert came[1] == b"MANAGER" and b"/" in came[3] and came[5:] == [b""]


def test_a_pause_of_all_queues_stands_before_each(ours: Path) -> None:
    """As app_queue writes it, and the log of 2022 has it."""
    theirs = real("queue_log/issabel_rotated_2022/queue_log-20220707")
    for path, verb in ((theirs, "UNPAUSE"), (ours / "pbx" / "queue_log", "PAUSE")):
        rows = [each.split("|") for each in path.read_text("utf-8", "replace").splitlines()]
        place = next(n for n, row in enumerate(rows) if row[4:5] == [f"{verb}ALL"])
        assert rows[place][2] == "NONE" and rows[place + 1][4] == verb
        assert rows[place][3] == rows[place + 1][3]


def test_parameters_are_as_many_as_asterisk_writes(ours: Path) -> None:
    text = real("queue_log/asterisk_event_formats_by_version.json").read_text("utf-8")
    known = set(re.findall(r"[A-Z]{5,}", text))
    counts = {
        "ENTERQUEUE": (3, 4), "CONNECT": (3,), "COMPLETEAGENT": (3,), "COMPLETECALLER": (3,),
        "ABANDON": (3,), "EXITWITHKEY": (4,), "EXITEMPTY": (3,), "RINGNOANSWER": (1,),
        "RINGCANCELED": (1,), "BLINDTRANSFER": (5,), "WITHDRAW": (4,), "PAUSE": (1,),
        "UNPAUSE": (1,), "PAUSEALL": (1,), "UNPAUSEALL": (1,), "ADDMEMBER": (1,),
        "REMOVEMEMBER": (1,), "QUEUESTART": (1,), "CONFIGRELOAD": (1,),
    }  # fmt: skip
    for line in (ours / "pbx" / "queue_log").read_text("utf-8").splitlines():
        fields = line.split("|")
        event = fields[4]
        if event in ("CALLBACKREQUEST", "WRAPUPSTART"):
            continue  # a dial plan's own, and Wazo's
        assert event in known
        assert len(fields) - 5 in counts[event], line
