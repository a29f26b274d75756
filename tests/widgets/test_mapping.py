"""A table is checked by a person: what is shown, what can be said, what comes out."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from console.exports.mapping import Mapping, problems
from widgets.models.mapping import ROWS_SHOWN, Wishes, beginning, examine
from widgets.views.mapping import MappingDialog

SAMPLES = Path(__file__).parents[1] / "data" / "exports" / "mapped_table"
CALLS = (SAMPLES / "anrufe.csv").read_bytes()
TICKETS = (SAMPLES / "tickets.csv").read_bytes()

Maker = Callable[..., MappingDialog]


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Maker]:
    """Makes dialogs that have looked at their file, and closes them."""
    made: list[MappingDialog] = []

    def make(head: bytes, name: str = "calls.csv", known: tuple[str, ...] = ()) -> MappingDialog:
        dialog = MappingDialog(head, name, known, zone="Europe/Berlin")
        made.append(dialog)
        qtbot.addWidget(dialog)
        with qtbot.waitSignal(dialog.examined, timeout=10_000):
            dialog.show()
        return dialog

    yield make
    for dialog in made:
        dialog.close()


def say(qtbot: QtBot, dialog: MappingDialog, setting: str, value: object) -> None:
    """Choose in the form, as a person does."""
    box = dialog.form.boxes[setting]
    place = box.findData(value)
    assert place >= 0
    box.setCurrentIndex(place)
    with qtbot.waitSignal(dialog.examined, timeout=10_000):
        box.activated.emit(place)


def lines(shown: QListWidget) -> list[str]:
    return [shown.item(n).text() for n in range(shown.count())]


def field_of(dialog: MappingDialog, column: str) -> str:
    return dialog.choice_model.fields[column]


def test_it_shows_what_it_found(shown: Maker) -> None:
    dialog = shown(CALLS)
    assert field_of(dialog, "Wartezeit") == "wait"
    assert dialog.choice_model.index(0, 6).data() == "Wait · sure"
    assert dialog.cell_model.index(0, 4).data() == "Anna Kern"
    assert dialog.cell_model.rowCount() == 6
    assert lines(dialog.taken)[0] == (
        "Thu 05 Mar 2026 09:00:12 CET, Service, answered by Anna Kern, waited 0:21, talked 3:10, "
        "customer …101"
    )
    assert dialog.summary.text().startswith("5 contacts of the first 6 rows. 1 cannot be taken")
    assert "adds up others" in lines(dialog.refused)[0]
    assert dialog.form.boxes["delimiter"].currentData() == ";"
    assert dialog.form.boxes["header_line"].currentData() == 2


def test_the_zone_must_be_confirmed(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    assert not dialog.save.isEnabled()
    assert "Confirm the time zone" in dialog.trouble.text()
    assert dialog.mapping() is None
    dialog.form.zone_sure.click()
    assert dialog.save.isEnabled()
    assert dialog.trouble.text() == ""
    dialog.form.zone_sure.click()
    assert not dialog.save.isEnabled()
    say(qtbot, dialog, "zone", "America/New_York")
    assert dialog.save.isEnabled()
    assert "EST" in lines(dialog.taken)[0]


def test_a_zone_can_be_typed(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    line = dialog.form.boxes["zone"].lineEdit()
    assert isinstance(line, QLineEdit)
    line.setText("lisbon")
    with qtbot.waitSignal(dialog.examined, timeout=10_000):
        line.editingFinished.emit()
    assert dialog.found is not None and dialog.found.mapping.zone == "Europe/Lisbon"
    line.setText("nowhere at all")
    line.editingFinished.emit()
    assert line.text() == "Europe/Lisbon"


def test_save_gives_the_mapping(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    dialog.form.zone_sure.click()
    QTest.keyClicks(dialog.name, " 2")
    given: list[Mapping] = []
    dialog.mapped.connect(given.append)
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (mapping,) = given
    assert (mapping.name, mapping.rows, mapping.zone) == ("calls 2", "contacts", "Europe/Berlin")
    assert problems(mapping) == []
    # Found anew in each file, so that a cousin of this one is read as well.
    assert (mapping.encoding, mapping.delimiter, mapping.header_line) == (None, None, None)


def test_cancel_gives_nothing(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    dialog.form.zone_sure.click()
    with qtbot.assertNotEmitted(dialog.mapped):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_column_is_chosen_by_keys(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    dialog.choices.setFocus()
    dialog.choices.setCurrentIndex(dialog.choice_model.index(0, 6))
    QTest.keyClick(dialog.choices, Qt.Key.Key_Space)
    box = dialog.choices.findChild(QComboBox)
    assert box is not None
    assert box.currentData() == "wait"
    qtbot.waitUntil(box.view().isVisible)
    place = box.findData("talk")
    assert "now Gesprächsdauer" in box.itemText(place)
    box.setCurrentIndex(place)
    with qtbot.waitSignal(dialog.examined, timeout=10_000):
        box.activated.emit(place)
    assert field_of(dialog, "Wartezeit") == "talk"
    # Who had it before lets it go; all others stay.
    assert field_of(dialog, "Gesprächsdauer") == ""
    assert field_of(dialog, "Mitarbeiter") == "agent"
    assert dialog.choice_model.index(0, 6).data() == "Talk · yours"


def test_a_date_and_a_time_of_day_share_a_field(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    for name in ("", "started"):
        with qtbot.waitSignal(dialog.examined, timeout=10_000):
            dialog.choice_model.setData(dialog.choice_model.index(0, 2), name)
    assert dialog.found is not None
    assert dialog.found.mapping.columns["started"] == ("Datum", "Uhrzeit")


def test_settings_change_what_becomes_of_the_rows(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown((SAMPLES / "calls_us.csv").read_bytes())
    assert "Sun 01 Mar 2026" in lines(dialog.taken)[0]
    assert "Please check" in dialog.form.reasons["dates"].text()
    say(qtbot, dialog, "dates", "dmy")
    assert "Sat 03 Jan 2026" in lines(dialog.taken)[0]
    assert dialog.form.reasons["dates"].text() == "as you have said"
    say(qtbot, dialog, "duration", "minutes")
    assert "waited 20:00" in lines(dialog.taken)[0]


def test_the_kind_of_rows_can_be_said(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    say(qtbot, dialog, "rows", "agent states")
    assert dialog.found is not None and dialog.found.mapping.rows == "agent states"
    assert dialog.form.boxes["channel"].isHidden()
    say(qtbot, dialog, "rows", "contacts")
    assert field_of(dialog, "Wartezeit") == "wait"


def test_another_delimiter_cuts_other_columns(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(CALLS)
    say(qtbot, dialog, "delimiter", "|")
    assert not dialog.save.isEnabled()
    assert "no table" in dialog.trouble.text()
    say(qtbot, dialog, "delimiter", ";")
    assert dialog.cell_model.columnCount() == 10
    assert dialog.trouble.text().startswith("Confirm the time zone")
    say(qtbot, dialog, "header_line", 3)
    assert dialog.choice_model.columns[0] == "1001"


def test_words_are_given_a_meaning(shown: Maker, qtbot: QtBot) -> None:
    dialog = shown(TICKETS, "tickets.csv")
    assert dialog.tabs.tabText(3) == "Words (1 not known)"
    assert dialog.word_model.index(0, 2).data() == "not known: choose"
    assert "Eskalation" in lines(dialog.refused)[0]
    with qtbot.waitSignal(dialog.examined, timeout=10_000):
        dialog.word_model.setData(dialog.word_model.index(0, 2), "hold")
    assert dialog.refused.count() == 0
    assert dialog.found is not None
    assert dialog.found.mapping.words["status"]["eskalation"] == "hold"


def test_damage_is_told(shown: Maker) -> None:
    dialog = shown((SAMPLES / "damaged.csv").read_bytes())
    assert any("4.41633E+11" in line for line in lines(dialog.damage))


def test_what_is_no_table_says_so(shown: Maker) -> None:
    dialog = shown(b"just some words in a text\n\nand no more\n")
    assert dialog.trouble.text() == "This is no table."
    assert not dialog.save.isEnabled()


def test_a_name_that_is_there_is_said(shown: Maker) -> None:
    dialog = shown(CALLS, "calls.csv", ("Calls",))
    assert "will be replaced" in dialog.trouble.text()
    dialog.form.zone_sure.click()
    assert dialog.save.isEnabled()
    dialog.name.clear()
    dialog.name.textEdited.emit("")
    assert not dialog.save.isEnabled()
    assert "no name" in dialog.trouble.text()


def test_nothing_of_the_file_is_read_as_markup(shown: Maker) -> None:
    head = b"Start;Agent;<b>Talk</b>\n2026-03-05 09:00;<i>Ann</i>;0:10\n2026-03-05 10:00;Ben;1:0\n"
    dialog = shown(head, "<u>x</u>.csv")
    assert "<i>Ann</i>" in lines(dialog.taken)[0]
    for label in dialog.findChildren(QLabel):
        if label.text():
            assert label.textFormat() == Qt.TextFormat.PlainText or "<" not in label.text()
    assert not dialog.title.toolTip()


def test_everything_has_a_name_and_can_be_reached(shown: Maker) -> None:
    dialog = shown(CALLS)
    for kind in (QComboBox, QPushButton, QLineEdit, QListWidget):
        for each in dialog.findChildren(kind):
            if each.isVisible():
                assert each.accessibleName() or getattr(each, "text", str)()
    wanted = {dialog.name, dialog.form.boxes["rows"], dialog.choices, dialog.cells, dialog.cancel}
    dialog.activateWindow()
    dialog.name.setFocus()
    for _ in range(60):
        wanted.discard(QApplication.focusWidget())  # type: ignore[arg-type]
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Tab)
    assert not wanted
    spoken = dialog.choice_model.index(0, 6).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Column Wartezeit: taken for Wait, sure.")


def test_it_fits_a_small_screen(shown: Maker) -> None:
    dialog = shown(CALLS)
    # 1366 x 768 at 125 %, without the desktop's own bars.
    assert dialog.minimumSizeHint().width() <= 1093
    assert dialog.minimumSizeHint().height() <= 560
    assert dialog.width() <= 1093 and dialog.height() <= 570


def test_only_the_first_rows_are_looked_at() -> None:
    row = b"2026-03-05 09:00;Ann;0:10\n"
    head = b"Start;Agent;Talk\n" + row * 2000
    assert len(beginning(head)) < len(row) * 200
    found = examine(head, Wishes(name="x", zone="UTC"))
    assert found is not None and len(found.rows) == ROWS_SHOWN
    wide = ("Start\tAgent\tTalk\r\n" + "2026-03-05 09:00\tAnn\t0:10\r\n" * 500).encode("utf-16")
    found = examine(wide, Wishes(name="x", zone="UTC"))
    assert found is not None and len(found.rows) == ROWS_SHOWN
    assert found.taken_count == ROWS_SHOWN


def test_later_rows_tell_the_order_of_dates_and_reasons_are_added_up() -> None:
    first = [f"2026-01-03 08:{n:02}:00,support,Ann,5,60" for n in range(55)]
    later = [f"{day}/03/2026 08:00:00,support,Ann,5,60" for day in range(13, 31)]
    head = "\n".join(["Start,Queue,Agent,Wait,Talk", *first, *later, ""]).encode()
    found = examine(head, Wishes(zone="Europe/Berlin"))
    assert found is not None
    assert (found.mapping.dates, found.mapping.turned_dates) == ("dmy", "refuse")
    assert found.summary.startswith("0 contacts of the first 50 rows. 50 cannot be taken: Started")
    assert found.summary.endswith("(50)")
    assert len(found.rows) == 50


def test_a_report_of_sums_is_said_beside_the_button(shown: Maker) -> None:
    head = (
        b"Date,Time,Split/Skill,Avg Speed Ans,ACD Calls,Avg ACD Time,Aban Calls\n"
        b"3/15/2026,8:00AM- 8:30AM,Billing,:12,34,3:12,2\n"
        b"3/15/2026,8:30AM- 9:00AM,Billing,:20,44,2:50,3\n"
    )
    dialog = shown(head)
    assert "Such a report cannot be read" in dialog.trouble.text()
