"""From the finder to the message and the ledger, and back, on the sample."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

from console.app import Console
from console.commands import CancelBlocks
from console.domain.freeing import CANCEL, ResourceList
from console.domain.roster import TABLES
from console.domain.times import from_iso

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
AT = from_iso("2026-01-05T08:26:00Z")


def look(console: Console, known: object = None) -> ResourceList | None:
    return console.resources(console.board(AT), known)


def test_an_hour_is_freed_and_owed(tmp_path: Path) -> None:
    console = Console(tmp_path)
    try:
        console.sync([SAMPLES / "queue_log"])
        for table in TABLES:
            console.import_roster(SAMPLES / "roster" / f"{table}.csv", ZoneInfo("UTC"))
        before = look(console)
        assert before is not None and look(console, before.version) is None
        kinds = {total.kind for total in before.totals}
        assert {"meeting", "training", "administration", "back office", "leave"} <= kinds
        reasons = dict(before.kept)
        assert reasons["breaks"] and reasons["required by law"] and reasons["not movable"]
        row = next(row for row in before.rows if row.act == CANCEL and row.queue)
        receipt = console.do(CancelBlocks((row.shift,), console.who, AT, "Siobhán Ó Briain"))
        after = look(console, before.version)
        assert after is not None
        assert row.key not in {other.key for other in after.rows}
        assert before.minutes - after.minutes == row.minutes
        ledger = console.obligations()
        assert ledger is not None and console.obligations(ledger.version) is None
        (owed,) = ledger.rows
        assert (owed.owner, owed.name, owed.kind) == ("Siobhán Ó Briain", row.name, row.kind)
        console.pump()
        line = (tmp_path / "outbox" / "commands.jsonl").read_text("utf-8").splitlines()[-1]
        order = json.loads(line)
        assert (order["action"], order["fields"]["person"]) == ("block_cancel", row.person)
        console.undo(receipt.journal_id)
        console.pump()
        again = look(console, after.version)
        assert again is not None and again.rows == before.rows
        found = console.obligations(ledger.version)
        assert found is not None and found.rows == ()
        lines = (tmp_path / "outbox" / "commands.jsonl").read_text("utf-8").splitlines()
        assert json.loads(lines[-1])["fields"]["cancelled"] is False
        assert json.loads(lines[-1])["takes_back"] == order["id"]
    finally:
        console.close()
