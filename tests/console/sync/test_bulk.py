"""Plain calls told in columns are told exactly as one by one."""

from pathlib import Path

import pytest
from sqlalchemy import text

from benchmarks import generate
from console.app import Console
from console.sync import bulk
from console.sync.fold import Fold

QUERIES = (
    "SELECT ref, customer, first_at, last_at, evidence FROM contact ORDER BY ref",
    "SELECT c.ref, l.number, q.name, a.name, l.entered_at, l.entry_seen, l.connected_at, "
    "l.ended_at, l.outcome, l.ended_by, l.wait_us, l.talk_us, l.rings, l.ring_us, l.wrapup_us "
    "FROM leg l JOIN contact c ON c.id = l.contact_id JOIN queue q ON q.id = l.queue_id "
    "LEFT JOIN agent a ON a.id = l.agent_id ORDER BY 1, 2",
    "SELECT i.kind, i.alias, a.name, q.name, c.ref, i.started_at, i.ended_at, i.source_state, "
    "i.ended_by FROM agent_interval i JOIN agent a ON a.id = i.agent_id "
    "LEFT JOIN queue q ON q.id = i.queue_id LEFT JOIN contact c ON c.id = i.contact_id "
    "ORDER BY 1, 2, 3, 4, 5, 6, 7",
    "SELECT q.name, r.from_at, received, answered, abandoned, flow_out, refused, "
    "wait_us, talk_us FROM rollup r JOIN queue q ON q.id = r.queue_id ORDER BY 1, 2",
)
ODD = """\
1767590000|odd.1|q|NONE|ENTERQUEUE||555|1
1767590000|odd.1|q|Ann|CONNECT||odd.2|
1767590000|odd.3|q|NONE|ENTERQUEUE|||1
1767590001|odd.3|q|NONE|EXITWITHKEY|1|2
1767590002|odd.4|q|NONE|ENTERQUEUE||1|1|Name
1767590003|odd.4|q|NONE|EXITWITHTIMEOUT|1
1767590004|odd.5|q|NONE|ABANDON|1|1|4
1767590005|odd.6|q|NONE|ENTERQUEUE||+49 (30) 123-45|1
1767590006|odd.6|q|Ann|RINGNOANSWER|0
1767590006|odd.6|q|NONE|RINGNOANSWER|1000
1767590007|odd.6|q|Ann|CONNECT|2|x|1
1767590008|odd.6|q|Bob|CONNECT|3|x|1
1767590009|odd.1|q|Ann|COMPLETEAGENT||x|1
1767590009|odd.6|q|Bob|BLINDTRANSFER|700|default|2|2|1
1767590010|odd.7|q|NONE|ENTERQUEUE||5|1
1767590011|odd.7|p|NONE|ABANDON|1|1|1
1767590012|odd.8|q|NONE|DID|4930
1767590012|odd.8|q|NONE|ENTERQUEUE||5|1
1767590013|odd.8|q|Ann|WRAPUPSTART|9
1767590020|NONE|NONE|NONE|QUEUESTART|
1767590021|odd.9|q|NONE|ENTERQUEUE||5|1
1767590030|odd.10|q|NONE|ENTERQUEUE||5|1
1767590031|odd.10|q|Ann|CONNECT|1|x|2
1767590032|odd.11|q|NONE|ENTERQUEUE||5|1
1767590033|odd.11|q|Ann|CONNECT|1|x|0
1767590034|odd.12|q|NONE|ENTERQUEUE||5|1
1767590035|odd.12|q|NONE|CONNECT|1|x|3
1767590040|odd.10|q|Ann|COMPLETEAGENT|1|9|1
1767590040|odd.10|q|Bob|WRAPUPSTART|5
1767590040|odd.10|p|Ann|WRAPUPSTART|6
1767590040|odd.10|q|Ann|WRAPUPSTART|0
1767590040|odd.10|q|Ann|WRAPUPSTART|7
1767590040|odd.10|q|Ann|WRAPUPSTART|8
1767590041|odd.11|q|Ann|COMPLETECALLER|1|8|1
1767590042|odd.11|q|Ann|WRAPUPSTART|5
1767590043|odd.12|q|NONE|COMPLETECALLER|1|8|1
1767590043|odd.12|q|NONE|WRAPUPSTART|5
"""


def told(data: Path, log: Path) -> list[list[tuple[object, ...]]]:
    console = Console(data)
    # The key that hides customers differs from desk to desk.
    (data / "customers.key").write_bytes(b"k" * 32)
    console.close()
    console = Console(data)
    console.sync([log])
    with console.store.read() as session:
        rows = [[tuple(row) for row in session.execute(text(query))] for query in QUERIES]
    console.close()
    return rows


@pytest.mark.parametrize("lines", [20_000])
def test_columns_say_what_calls_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: int
) -> None:
    log = tmp_path / "queue_log"
    generate.write(log, lines=lines, queues=5, agents=30, seed=11)
    log.write_text(ODD + log.read_text("utf-8"), "utf-8")
    plain: list[int] = []
    insert = Fold._insert_plain

    def count(fold: Fold, source_id: int, found: bulk.Plain) -> None:
        plain.append(found.contacts.height)
        insert(fold, source_id, found)

    monkeypatch.setattr(Fold, "_insert_plain", count)
    monkeypatch.setattr(bulk, "FEWEST", 1)
    in_columns = told(tmp_path / "columns", log)
    assert sum(plain) > 1000
    monkeypatch.setattr(bulk, "FEWEST", 10**9)
    one_by_one = told(tmp_path / "calls", log)
    for columns, calls in zip(in_columns, one_by_one, strict=True):
        assert columns == calls
    assert len(in_columns[0]) > 1000
