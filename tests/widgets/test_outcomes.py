"""What a platform refused, or did not answer, is raised until somebody has read it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import journal, outbox
from console.app import Console
from console.commands import SetCallback
from console.domain.board import LogItem, Trouble
from console.domain.times import SECOND, now_us
from console.settings import Settings
from console.store.tables import Queue, Source
from tests.widgets.fake import FakeConsole
from widgets.desktop import Desktop
from widgets.outcomes import heading, said


def test_the_words_of_an_act_in_trouble() -> None:
    yes, no, none = (
        LogItem("add Ann to billing", "refused", "Interface not found"),
        LogItem("add Bo to billing", "refused", "Permission denied"),
        LogItem("add Cem to billing", "unconfirmed", "no answer"),
    )
    assert heading(Trouble(1, "x", 1, (none,))) == "Not answered"
    assert heading(Trouble(1, "x", 12, (yes, no, none))) == "2 refused and 1 not answered of 12"
    assert said((yes,)) == "add Ann to billing: Interface not found"
    assert said((yes, yes)) == "Interface not found"
    assert said((yes, no, none)) == "add Ann to billing: Interface not found; 2 more"


def test_it_stays_until_it_was_read_and_shows_the_act(
    desktops: Callable[..., Desktop], qtbot: QtBot
) -> None:
    console = FakeConsole()
    desktop = desktops(console)
    item = LogItem("add Berger to support", "refused", "Member not dynamic", "m1")
    window = desktop.window
    window.outcomes.look()
    qtbot.waitUntil(lambda: window.outcomes._after == 0)
    console.troubled.append(Trouble(7, "move Berger", 1, (item,)))
    window.outcomes.look()
    qtbot.waitUntil(lambda: any(notice.problem for notice in window.notices.past))
    (notice,) = [notice for notice in window.notices.past if notice.problem]
    assert window.notices.problems() == 0, "it is an alarm, and counts as that"
    assert notice.title == "Refused: move Berger"
    assert notice.detail == "add Berger to support: Member not dynamic"
    window.outcomes.look()
    qtbot.wait(50)
    assert [n for n in window.notices.past if n.problem] == [notice]
    assert not notice.seen
    window.notices.toasts[-1].button.click()
    qtbot.waitUntil(lambda: notice.seen)


@pytest.mark.parametrize("answered", [True, False])
def test_the_console_tells_each_trouble_once(tmp_path: Path, answered: bool) -> None:
    console = Console(tmp_path / "data")
    with console.store.write() as session:
        session.add(Source(id=1, name="pbx", format="f", folder="/"))
        session.flush()
        session.add(Queue(id=1, source_id=1, name="support", channel="voice"))
    after, found = console.troubles(None)
    receipt = journal.run(console.store, SetCallback(offer=False, queue_ids=(1,)), "lead")
    console.pump()
    assert console.troubles(after)[1] == ()
    if answered:
        (order,) = (tmp_path / "data" / "outbox" / "commands.jsonl").read_text().splitlines()
        identity = order.split('"id": "')[1].split('"')[0]
        words = f'{{"id": "{identity}", "state": "refused", "words": "no such queue"}}\n'
        (tmp_path / "data" / "outbox" / "answers.jsonl").write_text(words)
        console.pump()
    else:
        outbox.pump(console.store, [], now_us() + 61 * SECOND, Settings())
    after, found = console.troubles(after)
    (trouble,) = found
    assert (trouble.journal_id, trouble.of) == (receipt.journal_id, 1)
    assert trouble.items[0].state == ("refused" if answered else "unconfirmed")
    assert console.troubles(after)[1] == ()
    console.close()
