"""The sources: how each stands, what can be done about it, and files before they are read in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from console.commands.sources import (
    ForgetSource,
    PauseSource,
    RenameSource,
    RereadSource,
    SetSourceZone,
)
from console.domain.acts import FileResult
from console.domain.board import SourceRow
from console.domain.imports import FoundFile
from tests.widgets.fake import SECOND, FakeConsole
from widgets import importing, marks, zones
from widgets.freshness import SETTLING_US
from widgets.models.sources import source_line
from widgets.views.import_wizard import ImportWizard
from widgets.window import Window

NOW = 1_700_000_000 * SECOND
LOG = SourceRow(1, "pbx", "asterisk_queue_log", NOW, NOW, 2, 48_211, 0, title="Asterisk")
HOURLY = replace(LOG, source_id=2, source="desk", steady=False, every_s=3600, title="Zendesk")


# How a source stands --------------------------------------------------------------------------


def test_a_log_is_stale_after_a_minute_and_an_export_after_twice_its_habit() -> None:
    assert not marks.is_stale(LOG, NOW + 59 * SECOND, 60)
    assert marks.is_stale(LOG, NOW + 61 * SECOND, 60)
    assert not marks.is_stale(HOURLY, NOW + 7199 * SECOND, 60)
    assert marks.is_stale(HOURLY, NOW + 7201 * SECOND, 60)
    # A file every ten seconds is not late sooner than anything else.
    assert not marks.is_stale(replace(HOURLY, every_s=10), NOW + 50 * SECOND, 60)
    assert "silent for 1:00" in marks.stale_rule(LOG, 60)
    assert "1 h 00 apart" in marks.stale_rule(HOURLY, 60) and "2 h 00" in marks.stale_rule(
        HOURLY, 60
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(LOG, followed=False), "○ read once"),
        (replace(LOG, paused=True), "‖ paused"),
        (replace(LOG, paused=True, files=0), "‖ forgotten: empty and paused"),
    ],
)
def test_where_silence_says_nothing_nothing_is_stale(row: SourceRow, words: str) -> None:
    late = NOW + 10**6 * SECOND
    assert not marks.is_stale(row, late, 60)
    assert marks.source_state(row, late, 60)[0] == words
    assert not marks.is_stale(replace(row, last_at=None), late, 60)


def test_a_source_without_a_habit_is_stale_after_a_day() -> None:
    row = replace(HOURLY, every_s=None)
    assert marks.source_state(row, NOW + 3600 * SECOND, 60)[0] == "● followed"
    assert marks.source_state(row, NOW + 25 * 3600 * SECOND, 60)[0] == "◆ stale"
    assert "too few" in marks.stale_rule(row, 60) and "1 d 0 h" in marks.stale_rule(row, 60)
    assert not marks.is_stale(replace(row, last_at=None), NOW, 60), "what has only names in it"


def test_trouble_comes_first() -> None:
    rows = [
        replace(LOG, source_id=1, source="calm"),
        replace(LOG, source_id=2, source="old", last_at=NOW - 100 * SECOND),
        replace(LOG, source_id=3, source="once", followed=False),
        replace(LOG, source_id=4, source="aside", quarantined=7),
        replace(LOG, source_id=5, source="going", problem="is being taken away"),
        replace(LOG, source_id=6, source="paused", paused=True),
    ]
    lines = [source_line(row, NOW, 60) for row in rows]
    from widgets.models.sources import SOURCES

    state = next(column for column in SOURCES if column.id == "state")
    ordered = [line.source for line in sorted(lines, key=state.value)]
    assert ordered == ["going", "old", "aside", "paused", "calm", "once"]
    assert [state.tone and state.tone(line) for line in lines[:2]] == ["", "warn"]
    assert state.text(lines[1]) == "◆ stale"


# The view -------------------------------------------------------------------------------------


@pytest.fixture
def sources(window: Window, console: FakeConsole, qtbot: QtBot) -> Window:
    now = console.now()
    console.set_rows(
        sources=(
            replace(LOG, last_at=now, read_at=now, last_file="/var/log/asterisk/queue_log",
                    speed=31_400_000.0, zone="Europe/Berlin"),
            replace(HOURLY, last_at=now - 8000 * SECOND, read_at=now, quarantined=3),
        )
    )  # fmt: skip
    window.docks.bring("sources")
    qtbot.waitUntil(lambda: len(window.sources.model.rows()) == 2)
    qtbot.waitUntil(lambda: {r.source for r in window.sources.model.rows()} == {"pbx", "desk"})
    window.sources.table.rearrange()
    return window


def cells(window: Window, row: int) -> list[str]:
    model = window.sources.model
    return [str(model.index(row, n).data() or "") for n in range(len(model.columns))]


def test_the_table_shows_all_of_a_source_trouble_first(sources: Window) -> None:
    desk, pbx = cells(sources, 0), cells(sources, 1)
    assert desk[:3] == ["desk", "Zendesk", "◆ stale"] and desk[7] == "3"
    assert pbx[:3] == ["pbx", "Asterisk", "● followed"]
    assert pbx[4:6] == ["queue_log", "2"] and pbx[8:10] == ["31 MB/s", "Europe/Berlin"]


@pytest.mark.parametrize(
    ("action", "command"),
    [
        ("pause_source", PauseSource(2, True)),
        ("reread_source", RereadSource(2)),
        ("forget_source", ForgetSource(2)),
    ],
)
def test_acts_on_the_selected_source(
    sources: Window, console: FakeConsole, qtbot: QtBot, action: str, command: Any
) -> None:
    assert not sources.qt_actions[action].isEnabled()
    sources.sources.table.choose(2)
    assert sources.qt_actions[action].isEnabled()
    sources.run(action)
    preview = sources.preview
    qtbot.waitUntil(preview.fire_button.isEnabled)
    qtbot.wait(400)
    preview.fire()
    if action == "forget_source":
        assert console.done == [] and preview.fire_button.property("armed")
        qtbot.wait(400)
        preview.fire()
    qtbot.waitUntil(lambda: console.done == [command])


def test_a_source_is_renamed_and_given_a_zone(
    sources: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    sources.sources.table.choose(1)
    sources.run("rename_source")
    preview = sources.preview
    assert preview.asked.text() == "pbx" and preview.asked.hasFocus()
    qtbot.keyClicks(preview.asked, "north")
    qtbot.waitUntil(lambda: preview.command == RenameSource(1, "north"))
    qtbot.wait(400)
    qtbot.keyClick(preview.asked, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: console.done == [RenameSource(1, "north")])
    sources.run("source_zone")
    qtbot.waitUntil(lambda: preview.isVisible() and preview.asked.text() == "Europe/Berlin")
    completer = preview.asked.completer()
    assert completer.model().rowCount() == len(zones.names()) > 300
    preview.asked.setText("Europe/Lisbon")  # as the list of choices does it
    qtbot.waitUntil(lambda: preview.command == SetSourceZone(1, "Europe/Lisbon"))
    preview.leave()
    sources.run("pause_source")
    qtbot.waitUntil(lambda: preview.isVisible())
    assert preview.asked.completer() is None


def test_controls_in_the_row_are_about_that_row(sources: Window, qtbot: QtBot) -> None:
    table = sources.sources.table
    table.choose(2)
    place = sources.sources.model.place_of(1)
    knobs = {knob.action: rect for knob, rect in table.knob_rects(place)}
    assert list(knobs) == ["pause_source", "reread_source", "forget_source", "source_menu"]
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=knobs["reread_source"].center()
    )
    qtbot.waitUntil(lambda: sources.preview.command == RereadSource(1))
    sources.preview.leave()


def test_a_source_shows_its_files_and_what_is_kept_of_it(sources: Window, qtbot: QtBot) -> None:
    view = sources.sources
    view.table.choose(1)
    view.table.setFocus()
    qtbot.keyClick(view.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(view.files.model.rows()) == 2)
    assert view.files.held.text() == "4211 contacts, 3 queues, 12 agents"
    shown = [str(view.files.model.index(n, 5).data()) for n in range(2)]
    assert sorted(shown) == ["read", "◆ cut at its end"]
    view.files.table.choose(1)
    qtbot.keyClick(view.files.table, Qt.Key.Key_Return)
    assert sources.quarantine.filter.text() == "queue_log"
    sources.docks.bring("sources")
    view.table.choose(2)
    qtbot.waitUntil(lambda: view.files.heading.text() == "Files of desk")
    qtbot.keyClick(view.files, Qt.Key.Key_Escape)
    assert view.files.isHidden()


def test_a_source_that_falls_silent_is_told_once(
    sources: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    freshness, board = sources.freshness, sources.bridge.board
    assert board is not None
    now = console.now()
    rows = board.sources
    freshness.look(rows, now)
    assert sources.docks.all["sources"].windowTitle() == "Sources (1)"

    def told() -> list[str]:
        return [notice.title for notice in sources.notices.past if "stale" in notice.title]

    freshness.look(rows, now + SETTLING_US)
    for second in range(40):
        freshness.look(rows, now + SETTLING_US + second * SECOND)
    assert told() == ["◪ desk is stale"]
    late = now + SETTLING_US + 100 * SECOND
    freshness.look(rows, late)
    assert told() == ["◪ pbx is stale", "◪ desk is stale"]
    assert sources.docks.all["sources"].windowTitle() == "Sources (2)"
    freshness.look([replace(row, last_at=late) for row in rows], late)
    assert sources.docks.all["sources"].windowTitle() == "Sources"
    freshness.look(rows, late)
    assert told()[0] == "◪ 2 sources are stale"


def test_the_strip_says_what_is_paused_and_what_was_read_once(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.set_rows(
        sources=(
            replace(LOG, source_id=1, source="a", paused=True),
            replace(LOG, source_id=2, source="b", followed=False),
            replace(LOG, source_id=3, source="c", last_at=None),
        )
    )
    labels = window.strip.source_labels
    qtbot.waitUntil(lambda: labels[0].text() == "◪ c no news yet")
    assert labels[1].text() == "‖ a paused"
    # Its age is told all the same.
    assert labels[2].text().startswith("○ b ") and labels[2].text().endswith(", not followed")


# Files before they are read in ----------------------------------------------------------------


FOUND = [
    FoundFile("/in/queue_log", "export", 48_000, "Asterisk queue_log", "asterisk_queue_log",
              "asterisk", source="pbx", first_at=NOW),
    FoundFile("/in/calls.sql", "export", 9_000, "Asterisk queue_log in a database",
              "asterisk_queue_log_realtime", "asterisk", called="in", needs_zone=True,
              example="2026-01-05 08:00:00"),
    FoundFile("/in/old.csv", "table", 900, "Table", head=b"Begin;Who\n2026-01-05 08:00;Ada\n"),
    FoundFile("/in/people.csv", "roster", 700, "Roster"),
    FoundFile("/in/photo.jpg", "unknown", 5_000, reason="No known export, and no table."),
]  # fmt: skip
ALL = [Path(file.path) for file in FOUND]


@pytest.fixture
def wizard(window: Window, console: FakeConsole, qtbot: QtBot) -> Iterator[ImportWizard]:
    console.found = FOUND
    window.reading.begin_import(ALL)
    made = window.reading.wizard
    assert made is not None
    qtbot.waitUntil(lambda: made.model.rowCount() == 5)
    yield made


def states(wizard: ImportWizard) -> dict[str, str]:
    return {Path(line.found.path).name: line.state for line in wizard.lines()}


def test_each_file_says_what_it_is_and_what_is_needed(wizard: ImportWizard) -> None:
    wizard.zone.setCurrentText("Europe/Berlin")
    assert states(wizard) == {
        "queue_log": "● read",
        "calls.sql": "● read, its times by Europe/Berlin",
        "old.csv": "◆ a table that is not known yet: say what its columns are",
        "people.csv": "● read",
        "photo.jpg": "○ left alone: No known export, and no table.",
    }
    assert wizard.told.text() == "4 files found, 1 left alone"
    assert "08:00:00” in Europe/Berlin is 07:00 UTC" in wizard.example.text()
    assert wizard.go.text() == "Import 3 files" and wizard.go.isEnabled()
    wizard.zone.setCurrentText("Nowhere")
    assert states(wizard)["calls.sql"].startswith("◆") and wizard.go.text() == "Import 2 files"
    assert "Nowhere is no zone" in wizard.trouble.text()
    wizard.reject()


def test_files_are_left_out_by_key(wizard: ImportWizard, qtbot: QtBot) -> None:
    wizard.table.choose("/in/queue_log")
    wizard.leave_out.click()
    assert states(wizard)["queue_log"] == "○ left out"
    assert wizard.leave_out.text() == "Take"
    wizard.table.choose("/in/photo.jpg")
    assert not wizard.leave_out.isEnabled() and wizard.explain.isHidden()
    wizard.table.choose("/in/old.csv")
    assert not wizard.explain.isHidden()
    wizard.reject()


def test_what_is_ready_is_read_and_told(
    wizard: ImportWizard, window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    wizard.zone.setCurrentText("Europe/Berlin")
    wizard.name.setText("north")
    wizard.follow.setChecked(True)
    wizard.go.click()
    assert wizard.pages.currentIndex() == 1
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 2, timeout=10_000)
    assert console.synced == [
        (("/in/queue_log",), None, "north"),
        (("/in/calls.sql",), "Europe/Berlin", "north"),
    ]
    assert console.rosters == [Path("/in/people.csv")]
    assert wizard.summary.text().startswith("2 files read: 2\u202f000 lines taken, 0 in quarantine")
    assert "1 roster file: 12 rows new or changed" in wizard.summary.text()
    assert wizard.done_model.rowCount() == 3 and wizard.quarantine.isHidden()
    qtbot.waitUntil(lambda: Path("/in") in console.watched)
    wizard.start_again()
    assert wizard.model.rowCount() == 0 and not wizard.go.isEnabled()
    wizard.reject()


def test_closed_while_reading_it_is_told_by_a_notice(
    wizard: ImportWizard, window: Window, qtbot: QtBot
) -> None:
    wizard.go.click()
    wizard.reject()
    assert window.reading.wizard is None
    qtbot.waitUntil(
        lambda: any(n.title == "Import is done" for n in window.notices.past), timeout=10_000
    )


def test_cancelled_what_was_read_stays(wizard: ImportWizard, qtbot: QtBot) -> None:
    wizard.go.click()
    qtbot.wait(50)
    wizard.stop.click()
    qtbot.waitUntil(lambda: wizard.pages.currentIndex() == 2, timeout=10_000)
    assert "cancelled: what was read stays" in wizard.summary.text()
    wizard.reject()


def test_a_failure_is_shown_where_it_happened(
    wizard: ImportWizard, console: FakeConsole, qtbot: QtBot
) -> None:
    from console.errors import StoreError

    console.fails["sync"] = StoreError("The disk is full.")
    wizard.go.click()
    qtbot.waitUntil(lambda: "The disk is full" in wizard.trouble.text())
    assert wizard.pages.currentIndex() == 0
    wizard.reject()


def test_a_table_is_explained_and_kept(
    wizard: ImportWizard, console: FakeConsole, qtbot: QtBot
) -> None:
    wizard.table.choose("/in/old.csv")
    wizard.explain.click()
    qtbot.waitUntil(lambda: wizard.mapping is not None)
    assert wizard.mapping is not None
    mapping = object()
    console.found = [replace(FOUND[2], kind="export", title="Table: old", mapping="old")]
    wizard.mapping.mapped.emit(type("Mapped", (), {"name": "old"})())
    qtbot.waitUntil(lambda: [m.name for m in console.mappings.saved] == ["old"])
    qtbot.waitUntil(lambda: states(wizard) == {"old.csv": "● read"})
    wizard.mapping.reject()
    del mapping
    wizard.reject()


def mime(paths: list[Path]) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_files_are_dropped_on_the_window(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.found = FOUND
    data = mime(ALL[:2])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    window.dragEnterEvent(enter)
    assert enter.isAccepted()
    window.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))
    wizard = window.reading.wizard
    assert wizard is not None
    qtbot.waitUntil(lambda: wizard.model.rowCount() == 2)
    other = QMimeData()
    other.setText("a number")
    refused = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, other, buttons, keys)
    refused.ignore()
    window.dragEnterEvent(refused)
    assert not refused.isAccepted()
    wizard.reject()


def test_a_followed_file_that_waits_is_offered_once(
    window: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.found = FOUND

    def offers() -> list[str]:
        return [n.title for n in window.notices.past if "wait" in n.title]

    result = FileResult("/in/calls.sql", None, problem="Its times are local.", needs_zone=True)
    console.on_question(result)
    qtbot.waitUntil(lambda: offers() == ["calls.sql waits: say of which zone its times are"])
    console.on_question(result)
    console.on_question(FileResult("/in/old.csv", None, problem="a table", unmapped=True))
    console.on_question(FileResult("/in/b.csv", None, problem="a table", unmapped=True))
    qtbot.waitUntil(lambda: len(offers()) == 2)
    assert offers()[0] == "2 files wait for a word of yours"
    notice = next(n for n in window.notices.past if n.title == offers()[0])
    assert notice.press is not None
    notice.press()
    wizard = window.reading.wizard
    assert wizard is not None
    qtbot.waitUntil(lambda: [Path(f.path).name for f in wizard.found] == ["old.csv"])
    wizard.reject()


def test_what_was_left_alone_is_listed_with_its_reason(
    sources: Window, console: FakeConsole, qtbot: QtBot
) -> None:
    console.upkeep.left_alone = [FileResult("/in/photo.jpg", None, problem="not a known export")]
    console.found = FOUND
    sources.sources.ask_left()
    button = sources.sources.left
    qtbot.waitUntil(lambda: button.text() == "◆ 1 file left alone")
    button.click()
    qtbot.waitUntil(
        lambda: sources.reading.wizard is not None and sources.reading.wizard.model.rowCount() == 1
    )
    assert sources.reading.wizard is not None
    sources.reading.wizard.reject()


@pytest.mark.parametrize(
    ("local", "zone", "words"),
    [
        ("2026-01-05 08:00:00", "Europe/Berlin", "is 07:00 UTC"),
        ("2026-01-05T00:30", "Asia/Tokyo", "is 2026-01-04 15:30 UTC"),
        ("2026-01-05 08:00", "UTC", "is 08:00 UTC"),
    ],
)
def test_a_time_is_read_both_ways(local: str, zone: str, words: str) -> None:
    assert words in zones.read_both_ways(local, zone)
    assert zones.read_both_ways("rubbish", zone) == zones.read_both_ways(local, "No/where") == ""


def test_an_archive_is_read_as_a_whole(tmp_path: Path) -> None:
    archive = tmp_path / "a!b.zip"
    archive.write_bytes(b"")
    inside = [FoundFile(f"{archive}!x/{n}.json", "export", 1) for n in range(2)]
    seen: list[Any] = []

    class Reads:
        def sync(self, paths: list[Path], **_: Any) -> list[FileResult]:
            seen.append(paths)
            return []

    plan = importing.Plan(tuple(inside))
    importing.carry_out(Reads(), plan, lambda _: None, lambda: False)
    assert seen == [[archive]]


def test_words_of_results() -> None:
    words: Callable[..., str] = lambda **how: importing.result_words(FileResult("/x", "f", **how))  # noqa: E731
    assert words() == "● read" and words(quarantined=2).startswith("◆")
    assert words(problem="no") == "▲ no" and words(cancelled=True).startswith("○")
    assert words(paused=True, source="pbx") == "‖ its source (pbx) is paused"
