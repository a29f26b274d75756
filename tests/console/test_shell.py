"""The console without a screen, as a script uses it."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.errors import StoreError
from console.kpis import CATALOG
from console.shell.arguments import VERSION, parser
from console.shell.door import run

ROOT = Path(__file__).resolve().parents[2]
DAY = 1704096000  # 2024-01-01T08:00:00Z
LOG = f"""\
{DAY}|NONE|NONE|NONE|QUEUESTART|
{DAY + 1}|MANAGER|help|SIP/1|ADDMEMBER|
{DAY + 10}|1.1|help|NONE|ENTERQUEUE||491711234567|1
{DAY + 15}|1.1|help|SIP/1|CONNECT|5|1.2|3
{DAY + 75}|1.1|help|SIP/1|COMPLETECALLER|5|60|1
{DAY + 80}|1.3|help|NONE|ENTERQUEUE||491711234568|1
{DAY + 110}|1.3|help|NONE|ABANDON|1|1|30
{DAY + 120}|1.4|help|NONE|ENTERQUEUE||491711234569|1
"""


def no_window(_options: object) -> int:
    raise AssertionError("a subcommand opened the window")


class Shell:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        self.log = folder / "pbx" / "queue_log"
        self.log.parent.mkdir()
        self.log.write_text(LOG, "utf-8")
        self._capsys = capsys

    def __call__(self, *words: object) -> tuple[int, str, str]:
        code = run([*map(str, words), "--data", str(self.data)], no_window)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def json(self, *words: object) -> Any:
        code, out, err = self(*words, "--json")
        assert (code, err) == (0, "")
        return json.loads(out)


@pytest.fixture
def shell(tmp_path, capsys) -> Shell:
    return Shell(tmp_path, capsys)


@pytest.fixture
def synced(shell: Shell) -> Shell:
    shell("sync", shell.log)
    return shell


def test_sync(shell: Shell) -> None:
    (file,) = shell.json("sync", shell.log)["files"]
    assert file.pop("seconds") >= 0
    assert file == {
        "path": str(shell.log),
        "format": "asterisk_queue_log",
        "lines": 8,
        "accepted": 8,
        "known": 0,
        "quarantined": 0,
        "problem": "",
        "paused": False,
    }
    (again,) = shell.json("sync", shell.log.parent, "--tz", "Europe/Berlin")["files"]
    assert again["accepted"] == 0


def test_sync_of_what_is_not_there(shell: Shell) -> None:
    code, out, _err = shell("sync", shell.log.parent / "missing", "--json")
    assert code == 1
    (file,) = json.loads(out)["files"]
    assert file["problem"]


def test_nobody_knows_who_waits_behind_the_last_record(shell: Shell) -> None:
    record = {
        "ContactId": "c", "Channel": "VOICE", "InitiationMethod": "INBOUND",
        "InstanceARN": "arn:aws:connect:eu-central-1:1:instance/i",
        "InitiationTimestamp": "2024-01-01T08:00:00Z",
        "DisconnectTimestamp": "2024-01-01T08:01:00Z",
        "LastUpdateTimestamp": "2024-01-01T08:01:00Z",
        "Queue": {
            "ARN": "arn:aws:connect:eu-central-1:1:instance/i/queue/q", "Name": "q",
            "EnqueueTimestamp": "2024-01-01T08:00:10Z", "DequeueTimestamp": "2024-01-01T08:01:00Z",
        },
    }  # fmt: skip
    path = shell.log.parent / "records.json"
    path.write_text(json.dumps(record))
    shell("sync", path)
    for at, waiting in (("2024-01-01T08:00:30", 1), ("2024-01-01T09:00:00", None)):
        board = shell.json("board", "--at", at)
        assert (board["waiting"], board["queues"][0]["waiting"]) == (waiting, waiting)
        (voice,) = [row for row in board["channels"] if row["channel"] == "voice"]
        assert voice["waiting"] == waiting


def test_board_of_a_past_instant(synced: Shell) -> None:
    board = synced.json("board", "--at", "2024-01-01T08:02:30")
    assert board["at"] == "2024-01-01T08:02:30Z"
    (queue,) = board["queues"]
    assert (queue["queue"], queue["channel"], queue["waiting"]) == ("help", "voice", 1)
    assert queue["longest_wait_s"] == 30
    assert queue["callers"] == [{"contact": "1.4", "entered_at": "2024-01-01T08:02:00Z"}]
    assert queue["agents"] == {"available": 1}
    (agent,) = board["agents"]
    assert (agent["agent"], agent["state"], agent["queues"]) == ("SIP/1", "available", ["help"])
    (source,) = board["sources"]
    assert source["age_s"] is not None
    assert (
        synced.json("board", "--at", "2024-01-01T09:02:30", "--tz", "Europe/Berlin")["at"]
        == board["at"]
    )


def test_kpis(synced: Shell) -> None:
    answer = synced.json(
        "kpis", "--from", "2024-01-01T08:00", "--to", "2024-01-01T10:00", "--interval", "hour"
    )
    assert (answer["interval"], answer["by"], answer["tz"]) == ("hour", "queue", "UTC")
    first, second = answer["rows"]
    assert (first["queue"], first["from"], first["to"]) == (
        "help",
        "2024-01-01T08:00:00Z",
        "2024-01-01T09:00:00Z",
    )
    assert (first["offered"], first["answered"], first["abandoned"]) == (2, 1, 1)
    assert (first["service_level"], first["asa_s"], first["aht_s"]) == (50, 5, 60)
    assert (second["offered"], second["service_level"]) == (0, None)
    assert {kpi.name for kpi in CATALOG} <= first.keys()


def test_kpis_of_agents_with_all_options(synced: Shell) -> None:
    words = "--from 2024-01-01 --to 2024-01-02 --tz Europe/Berlin --by agent --sl 4 --qos 5,10"
    more = "--interval day --day-start 09:00 --day-end 17:30 --week-days 1 --short-abandon 40"
    answer = synced.json("kpis", *words.split(), *more.split(), "--open-to-end")
    (row,) = answer["rows"]
    assert (row["agent"], row["from"]) == ("SIP/1", "2023-12-31T23:00:00Z")
    assert (row["answered"], row["member_s"]) == (1, 8.5 * 3600 - 1)
    assert row["qos"][1] == {"min": 5, "max": 10, "answered": 1, "abandoned": 0}
    assert answer["service_level_s"] == 4


def test_the_default_range_is_today(synced: Shell) -> None:
    answer = synced.json("kpis")
    assert answer["from"].endswith("T00:00:00Z")
    (row,) = answer["rows"]
    assert row["offered"] == 0


def test_quarantine(shell: Shell) -> None:
    shell.log.write_text(LOG + f"{DAY + 130}|1.5|he\n{DAY + 131}|NONE|NONE|NONE|CONFIGRELOAD|\n")
    shell("sync", shell.log)
    (row,) = shell.json("quarantine")["rows"]
    assert (row["line"], row["raw"], row["state"]) == (9, f"{DAY + 130}|1.5|he", "kept")
    assert row["reason"] and row["path"] == str(shell.log)
    assert shell.json("quarantine", "--retry")["taken"] == 0


def test_journal_and_outbox(shell: Shell) -> None:
    assert shell.json("journal") == {"entries": []}
    assert shell.json("journal", "--verify") == {"intact": True, "breaks": [], "entries": []}
    assert shell.json("outbox") == {"messages": []}


def test_a_broken_journal_is_told(shell: Shell) -> None:
    from console.commands.report_trouble import ReportTrouble
    from console.journal import run as do
    from console.store.engine import Store
    from console.store.migrate import migrate
    from console.store.tables import Journal

    shell.data.mkdir()
    store = Store(f"sqlite:///{shell.data / 'coalface.db'}")
    migrate(store)
    do(store, ReportTrouble(id="1", what="login fails", who="ann", at=0), "ann")
    (entry,) = shell.json("journal", "--verify")["entries"]
    assert (entry["id"], entry["who"]) == (1, "ann")
    assert entry["at"].endswith("Z")
    with store.write() as session:
        session.get_one(Journal, 1).who = "bob"
    store.close()
    code, out, _err = shell("journal", "--verify", "--json")
    assert code == 1
    answer = json.loads(out)
    assert answer["intact"] is False
    assert [found["entry"] for found in answer["breaks"]] == [1]
    code, out, _err = shell("journal", "--verify")
    assert code == 1 and "broken" in out


@pytest.mark.parametrize("command", ["board", "kpis", "quarantine", "journal --verify", "outbox"])
def test_plain_tables(synced: Shell, command: str) -> None:
    code, out, err = synced(*command.split())
    assert (code, err) == (0, "")
    assert out.endswith("\n") and "{" not in out


def test_a_table_is_for_reading(synced: Shell) -> None:
    _code, out, _err = synced("kpis", "--from", "2024-01-01", "--to", "2024-01-02")
    head, row = out.splitlines()
    assert head.split()[:4] == ["queue", "from", "to", "offered"]
    assert row.split()[0] == "help"


def test_names_cannot_steer_the_terminal(shell: Shell) -> None:
    shell.log.write_text(f"{DAY}|1.1|q\x1b[2J\x07|NONE|ENTERQUEUE||1|1\n", "utf-8")
    shell("sync", shell.log)
    _code, out, _err = shell("board")
    assert "\x1b" not in out and "\x07" not in out


def test_data_before_and_after_the_subcommand(tmp_path) -> None:
    before = parser().parse_args(["--data", "a", "--database", "u", "board"])
    after = parser().parse_args(["board", "--data", "a", "--database", "u"])
    assert (before.data, before.database) == (after.data, after.database) == (Path("a"), "u")
    assert parser().parse_args(["board"]).data == parser().parse_args([]).data


def test_options_of_the_window() -> None:
    words = "--watch x y --replay f --speed 8 --screenshot p.png --after 3 --size 1366x768"
    options = parser().parse_args([*words.split(), "--theme", "dark", "--scale", "1.5"])
    assert options.command is None
    assert options.watch == [Path("x"), Path("y")]
    assert (options.replay, options.speed, options.after) == (Path("f"), 8, 3)
    assert (options.size, options.theme, options.scale) == ((1366, 768), "dark", 1.5)
    opened: list[object] = []

    def window(options: object) -> int:
        opened.append(options)
        return 7

    assert run([], window) == 7
    assert len(opened) == 1


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "--size 0x9",
        "--size big",
        "--speed 0",
        "--theme pink",
        "sync",
        "kpis --tz Mars/Olympus",
        "kpis --tz ../etc/passwd",
        "kpis --interval week",
        "kpis --qos 10,5",
        "kpis --week-days 0",
        "kpis --day-start 25:00",
        "kpis --sl -1",
        "board --database nonsense",
        "--database oracle9://x",
    ],
)
def test_wrong_words(words: str, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        run(words.split(), no_window)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        "kpis --from yesterday",
        "kpis --to 2024-13-01",
        "kpis --from 2024-01-02 --to 2024-01-01",
        "board --at noon",
        "board --at 9999-12-31",
        "kpis --from 0001-01-01",
        "kpis --from 1970-01-01 --interval hour",
    ],
)
def test_wrong_times(shell: Shell, words: str) -> None:
    code, out, err = shell(*words.split())
    assert (code, out) == (2, "")
    assert err.startswith("main.py ") and err.count("\n") == 1


def test_the_world_fails_in_words(tmp_path, capsys) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    code = run(["board", "--data", str(tmp_path / "data")], no_window)
    said = capsys.readouterr()
    assert (code, said.out) == (3, "")
    assert "Traceback" not in said.err and "--data" in said.err

    def full(_options: object) -> int:
        raise StoreError("The disk is full.", "x cannot grow.", "Free some space.")

    assert run([], full) == 3
    assert capsys.readouterr().err == "The disk is full. x cannot grow. Free some space.\n"


def _python(code: str, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_nowhere_to_write_to(synced: Shell, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert run(["board", "--data", str(synced.data)], no_window) == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_nowhere_to_write_more(synced: Shell) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, ROOT / "main.py", "board", "--data", synced.data],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (3, "No space left on device\n")


def test_a_reader_that_goes_away(synced: Shell) -> None:
    command = [sys.executable, ROOT / "main.py", "kpis", "--data", synced.data, "--json"]
    words = ["--from", "2004-01-01", "--to", "2024-01-02", "--interval", "day"]
    with subprocess.Popen(
        [*map(str, command), *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    "command",
    [
        "board",
        "kpis",
        "journal",
        "outbox",
        "quarantine",
        "resources",
        "obligations",
        "customer 5551000",
    ],
)
def test_no_screen_is_touched(synced: Shell, command: str) -> None:
    code = (
        "import sys; sys.modules['PySide6'] = None; sys.modules['polars'] = None\n"
        "from console.shell.door import run; sys.exit(run(sys.argv[1:], None))"
    )
    done = _python(code, *command.split(), "--data", synced.data, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    json.loads(done.stdout)


def test_help_and_version_need_nothing(tmp_path) -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from console.shell.door import run; run(sys.argv[1:], None)"
    )
    assert _python(code, "--version").stdout == f"Coalface {VERSION}\n"
    assert "Exit codes" in _python(code, "--help").stdout


def test_the_version_is_the_projects() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_every_field_is_documented(synced: Shell) -> None:
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    answers: dict[str, Callable[[], Any]] = {
        "sync": lambda: synced.json("sync", synced.log),
        "board": lambda: synced.json("board"),
        "kpis": lambda: synced.json("kpis", "--by", "agent", "--qos", "5"),
        "journal": lambda: synced.json("journal", "--verify"),
        "outbox": lambda: synced.json("outbox"),
        "quarantine": lambda: synced.json("quarantine", "--retry"),
        "effects": lambda: _with_an_act(synced),
        "customer": lambda: synced.json("customer", "+441632960123"),
    }
    known = {kpi.name for kpi in CATALOG}
    for command, answer in answers.items():
        for name in sorted(_names(answer()) - known):
            assert f"`{name}`" in page, (command, name)


def _with_an_act(synced: Shell) -> Any:
    from console import journal
    from console.app import Console
    from console.commands import SetCallback

    console = Console(synced.data)
    journal.run(console.store, SetCallback(offer=False, queue_ids=(1,)), "lead")
    console.close()
    answer = synced.json("effects")
    assert [(e["figure"], e["verdict"]) for e in answer["effects"]] == [
        ("promised", "too early"), ("waiting", "too early"), ("abandon_rate", "too early"),
    ]  # fmt: skip
    assert "callback offer off" in synced("effects")[1]
    return answer


def _names(answer: Any) -> set[str]:
    """Every field name in an answer, at any depth; maps by data are not descended into."""
    if isinstance(answer, list):
        return {name for item in answer for name in _names(item)}
    if not isinstance(answer, dict):
        return set()
    names = set(answer)
    for name, value in answer.items():
        if name not in ("pauses",) and not (name == "agents" and isinstance(value, dict)):
            names |= _names(value)
    return names


def test_a_replay_without_a_folder_has_a_fresh_one(tmp_path: Path) -> None:
    from console.shell.door import run

    seen: list[Path] = []

    def window(options: argparse.Namespace) -> int:
        seen.append(options.data)
        return 0

    for _time in range(2):
        assert run(["--replay", "log"], window) == 0
    assert run(["--replay", "log", "--data", str(tmp_path)], window) == 0
    assert seen[0] != seen[1]
    assert not list(seen[0].iterdir())
    assert seen[2] == tmp_path
    for folder in seen[:2]:
        folder.rmdir()


DESK = ROOT / "tests" / "data" / "exports"


@pytest.fixture
def desk(shell: Shell) -> Shell:
    """A help desk's exports: one ticket is open, one solved, one has its history."""
    shell("sync", *(DESK / f"zendesk_{name}" for name in ("tickets", "audits", "directory")))
    return shell


def test_tickets(desk: Shell) -> None:
    answer = desk.json("tickets")
    assert (answer["list"], answer["limits"]["ageing_days"]) == ("open", 7)
    assert [c["list"] for c in answer["lists"]] == [
        "open", "ageing", "bouncing", "noteless", "overdue", "reopened",
    ]  # fmt: skip
    tickets = {row["ref"]: row for row in answer["tickets"]}
    assert len(tickets) == answer["lists"][0]["tickets"] > 0
    row = tickets["4101"]
    assert (row["channel"], row["priority"], row["created_at"]) == (
        "email", "high", "2026-03-02T08:10:00Z",
    )  # fmt: skip
    assert "Parcel late" in row["subject"] and "+44" not in row["subject"]
    assert row["age_s"] > 0 and any(words.endswith("days old") for words in row["why"])
    assert "source_id" not in row and row["solved_at"] is None
    old = desk.json("tickets", "--list", "ageing")
    assert old["list"] == "ageing" and old["tickets"]
    assert all(row["why"] for row in old["tickets"])
    overdue = next(c for c in answer["lists"] if c["list"] == "overdue")
    assert overdue["tickets"] is None or overdue["known"] > 0


def test_figures_of_tickets(desk: Shell) -> None:
    answer = desk.json("tickets", "--figures", "--from", "2026-01-01", "--tz", "Europe/Berlin")
    assert (answer["from"], answer["tz"]) == ("2025-12-31T23:00:00Z", "Europe/Berlin")
    rows = {row["figure"]: row for row in answer["rows"]}
    assert rows["backlog"]["value"] > 0 and rows["backlog"]["unit"] == "count"
    for row in rows.values():
        assert row["definition"] and row["to"] == answer["to"]
        assert row["value"] is not None or not row["of"]
    past = desk.json("tickets", "--figures", "--from", "2020-01-01", "--to", "2020-02-01")
    assert {row["value"] for row in past["rows"] if row["figure"] != "solved"} == {None}


def test_tickets_where_there_are_none(synced: Shell) -> None:
    answer = synced.json("tickets", "--list", "noteless")
    assert answer["tickets"] == [] and {c["tickets"] for c in answer["lists"]} == {None}
    figures = synced.json("tickets", "--figures")["rows"]
    assert {row["value"] for row in figures} == {None}
    _code, out, _err = synced("tickets")
    assert "No ticket is known" in out


@pytest.mark.parametrize("words", ["", "--list bouncing", "--figures"])
def test_plain_tables_of_tickets(desk: Shell, words: str) -> None:
    code, out, err = desk("tickets", *words.split())
    assert (code, err) == (0, "")
    assert out.endswith("\n") and "{" not in out


@pytest.mark.parametrize(
    "words", ["--from 2024-01-01", "--to 2024-01-01", "--figures --list open",
              "--figures --from 2024-01-02 --to 2024-01-01"],
)  # fmt: skip
def test_wrong_questions_about_tickets(shell: Shell, words: str) -> None:
    code, out, err = shell("tickets", *words.split())
    assert (code, out) == (2, "") and err.startswith("main.py tickets: ")
