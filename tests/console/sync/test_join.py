"""Whose interface is it: told from the times, or not at all."""

from pathlib import Path

from console.app import Console
from console.domain.times import SECOND

CENTRE = """\
1700000000|NONE|NONE|NONE|QUEUESTART|
1700000010|MANAGER|sales|Local/1006@agents/n|ADDMEMBER|
1700000010|MANAGER|sales|Local/1007@agents/n|ADDMEMBER|
1700000020|1700000019.1|sales|NONE|ENTERQUEUE||+4930111222|1
1700000025|1700000019.1|sales|Frieda Lang|CONNECT|5|1700000020.2|3
1700000045|1700000019.1|sales|Frieda Lang|COMPLETECALLER|5|20|1
1700000046|NONE|NONE|Frieda Lang|PAUSEALL|lunch
1700000046|NONE|sales|Frieda Lang|PAUSE|lunch
1700000050|1700000049.1|sales|NONE|ENTERQUEUE||+4930111223|1
1700000055|1700000049.1|sales|Max Muster|CONNECT|5|1700000050.2|3
1700000065|1700000049.1|sales|Max Muster|COMPLETECALLER|5|10|1
1700000100|MANAGER|sales|Local/1006@agents/n|REMOVEMEMBER|
1700000200|1700000199.1|sales|NONE|ENTERQUEUE||+4930111224|1
1700000205|1700000199.1|sales|Max Muster|CONNECT|5|1700000150.2|3
1700000210|1700000199.1|sales|Max Muster|COMPLETECALLER|5|5|1
1700000300|MANAGER|sales|Local/1006@agents/n|ADDMEMBER|
1700000310|MANAGER|sales|Local/1007@agents/n|REMOVEMEMBER|
1700000400|1700000399.1|sales|NONE|ENTERQUEUE||+4930111225|1
1700000405|1700000399.1|sales|Frieda Lang|CONNECT|5|1700000400.2|3
"""
AT = 1700000500 * SECOND


def board(tmp_path: Path, log: str):
    console = Console(tmp_path / "data")
    file = tmp_path / "queue_log"
    file.write_text(log)
    console.sync([file])
    found = console.board(AT)
    console.close()
    return {agent.agent: agent for agent in found.agents}, found.queues[0]


def test_times_that_leave_one_choice_tie_interface_and_name(tmp_path: Path) -> None:
    agents, queue = board(tmp_path, CENTRE)
    assert set(agents) == {"Frieda Lang", "Max Muster"}
    assert agents["Frieda Lang"].state == "on contact"
    assert agents["Max Muster"].state == "offline"
    assert dict(queue.agents) == {"on contact": 1}


def test_times_that_fit_two_names_tie_nobody(tmp_path: Path) -> None:
    both_always_there = "".join(
        line
        for line in CENTRE.splitlines(keepends=True)
        if "|REMOVEMEMBER|" not in line and "300|" not in line
    )
    agents, queue = board(tmp_path, both_always_there)
    assert set(agents) == {
        "Frieda Lang", "Max Muster", "Local/1006@agents/n", "Local/1007@agents/n",
    }  # fmt: skip
    # Somebody sits at each interface; whose state to show there is not known.
    assert agents["Local/1006@agents/n"].state == "unknown"
    assert queue.staffed == 2


def test_a_tie_that_is_contradicted_is_untied(tmp_path: Path) -> None:
    console = Console(tmp_path / "data")
    file = tmp_path / "queue_log"
    file.write_text(CENTRE)
    console.sync([file])
    with file.open("a") as log:
        # Max serves sales although nobody added his interface again.
        log.write(
            "1700000600|1700000599.1|sales|NONE|ENTERQUEUE||1|1\n"
            "1700000605|1700000599.1|sales|Max Muster|CONNECT|5|x|3\n"
        )
    console.sync([file])
    agents = {agent.agent for agent in console.board(1700000700 * SECOND).agents}
    console.close()
    assert agents == {"Frieda Lang", "Max Muster", "Local/1007@agents/n"}
